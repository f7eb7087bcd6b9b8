"""Published figures that were taken over: kept whole, with where they come from and what is wrong.

A city that starts without a history of its own begins with what it had published. Which figure was
known at a date is decided whenever they are read, so that no forecast sees what came later.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final, NamedTuple

from psycopg import Connection

from dure.forecast.analyst.asking import CannotDoError
from dure.forecast.published.city import Published, read_city
from dure.forecast.published.noted import Noted
from dure.forecast.work import city_clock, sha256_of
from dure.kernel.calendar import day_of

_ADD: Final = """
INSERT INTO foresight_import (source, members, of_members, until_day, imported_by, imported_at_us)
VALUES (%s, %s, %s, %s, %s, %s) RETURNING import_id
"""
_ADD_FILE: Final = "INSERT INTO foresight_import_file VALUES (%s, %s, %s, %s)"
_ADD_FAULT: Final = "INSERT INTO foresight_import_fault VALUES (%s, %s, %s, %s, %s, %s)"
_LATEST: Final = """
SELECT import_id, source, members, of_members, until_day FROM foresight_import
ORDER BY import_id DESC LIMIT 1
"""
_FILES: Final = """
SELECT name, sha256, content FROM foresight_import_file WHERE import_id = %s ORDER BY name
"""


class Import(NamedTuple):
    """Figures that hold in the proportion `members` / `of_members`, up to the day `until_day`."""

    import_id: int
    source: str
    members: int
    of_members: int
    until_day: date


class NoFiguresError(CannotDoError):
    """The folder has no CSV files, or none that can be read."""


def import_folder(
    connection: Connection[Any],
    folder: Path | Traversable,
    *,
    source: str,
    by: str,
    members: int = 1,
    of_members: int = 1,
    until_day: date | None = None,
    at_us: int | None = None,
) -> tuple[int, tuple[Noted, ...]]:
    """Takes the CSV files of a folder over; gives the import's number and what is wrong in them.

    Figures later than `until_day` (the city's today, when it is not given) are never used: from
    then on the city's own journal tells. `at_us` is the city's time, now when it is not given.
    Raises NoFiguresError.
    """
    texts = {
        item.name: item.read_text(encoding="utf-8-sig")
        for item in folder.iterdir()
        if item.name.endswith(".csv")
    }
    if not texts:
        raise NoFiguresError(
            "폴더에 CSV 파일이 없습니다. docs/foresight.md의 파일 이름과 열을 따라 넣어 주세요.",
            "there is no CSV file in the folder; see docs/foresight.md for their names and columns",
        )
    published = read_city(folder)
    if not published.payments:
        raise NoFiguresError(
            "쓸 수 있는 결제액이 하나도 없습니다. '_monthly_payment.csv' 파일을 확인해 주세요.",
            "there is no usable sum of payments; check the file '_monthly_payment.csv'",
        )
    now_us = city_clock(connection).now_us() if at_us is None else at_us
    until_day = until_day or day_of(now_us)
    with connection.transaction():
        row = connection.execute(
            _ADD, (source, members, of_members, until_day, by, now_us)
        ).fetchone()
        assert row is not None
        for name, text in sorted(texts.items()):
            connection.execute(_ADD_FILE, (row[0], name, sha256_of(text), text))
        for place, flaw in enumerate(published.notes):
            connection.execute(
                _ADD_FAULT, (row[0], place, flaw.file, flaw.row, flaw.korean, flaw.english)
            )
    return int(row[0]), published.notes


def latest_import(connection: Connection[Any]) -> Import | None:
    """The import that holds; None where nothing was imported."""
    row = connection.execute(_LATEST).fetchone()
    return None if row is None else Import._make(row)


def read_import(connection: Connection[Any], found: Import) -> Published:
    """The figures of an import, as they are in its files."""
    with _files_of(connection, found) as folder:
        return read_city(folder)


def sha256_of_import(connection: Connection[Any], found: Import) -> str:
    """Names the figures: the hash of their files' hashes and of the proportion."""
    rows = connection.execute(_FILES, (found.import_id,)).fetchall()
    names = " ".join(f"{name}:{sha256}" for name, sha256, _ in rows)
    return sha256_of(f"{names} {found.members}/{found.of_members} {found.until_day}")


@contextmanager
def _files_of(connection: Connection[Any], found: Import) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="dure-figures-") as name:
        folder = Path(name)
        for file, _, content in connection.execute(_FILES, (found.import_id,)):
            (folder / Path(file).name).write_text(content, encoding="utf-8")
        yield folder
