"""The files of a history: months, shops, members and budget in a folder beside the database."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dure.forecast.history.columns import DTYPES, Month
from dure.forecast.history.facts import BUDGET, MEMBER, SHOP, Records
from dure.forecast.history.manifest import (
    Manifest,
    MonthEntry,
    damaged,
    nothing_yet,
    read_manifest,
    write_manifest,
)
from dure.forecast.history.refusals import NoHistoryError

_COLUMN_BYTES: Final = 1 << 22
_HASH: Final = 16
_READERS: Final = "readers.lock"
_WRITER: Final = "writer.lock"
_LOCKS: Final = (_READERS, _WRITER)


def history_folder(home: Path) -> Path:
    """Where a city keeps its history."""
    return home / "history"


class History:
    """A history as its manifest names it; columns come from disk as they are asked for."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest

    @property
    def months(self) -> list[int]:
        """The months (YYYYMM) in which something was paid, in order."""
        return sorted(map(int, self.manifest.months))

    def month(self, month: int) -> Month:
        """A month's columns, mapped and not read. Raises HistoryError when a file is damaged."""
        entry = self.manifest.months[str(month)]
        folder = self.folder / entry.folder
        columns = {name: _mapped(folder / f"{name}.npy", dtype) for name, dtype in DTYPES.items()}
        found = Month(**columns)
        if found.payments != entry.payments or len(found.member) != entry.members:
            raise damaged(folder)
        return found

    def shops(self) -> Records:
        """The stretches of all shops, as `facts.SHOP`, by shop and instant."""
        return _read(self.folder / self.manifest.shops, SHOP)

    def members(self) -> Records:
        """All members, as `facts.MEMBER`, by their number."""
        return _read(self.folder / self.manifest.members, MEMBER)

    def budget(self) -> Records:
        """What moved money of budget lines beside payments, as `facts.BUDGET`, in order."""
        return _read(self.folder / self.manifest.budget, BUDGET)


def open_history(folder: Path) -> History:
    """The history in a folder. Raises NoHistoryError, or HistoryError when it cannot be read."""
    return History(folder, read_manifest(folder))


def open_or_begin(folder: Path) -> History:
    """The history in a folder; one without anything where there is none yet."""
    try:
        return open_history(folder)
    except NoHistoryError:
        folder.mkdir(parents=True, exist_ok=True)
        return History(folder, nothing_yet())


def write_month(
    folder: Path,
    month: int,
    columns: Month,
    given_won: Mapping[str, int],
    drawn_won: Mapping[str, int],
    left_out: list[int],
) -> MonthEntry:
    """Writes a month's columns into a folder named by their hash; see Note [Written aside]."""
    aside = folder / f"{month}.new"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    digest = hashlib.sha256()
    for name, dtype in DTYPES.items():
        column = np.ascontiguousarray(getattr(columns, name), dtype)
        np.save(aside / f"{name}.npy", column, allow_pickle=False)
        digest.update(name.encode() + str(column.shape).encode())
        _add(digest, column)
    sha256 = digest.hexdigest()
    place = folder / f"{month}-{sha256[:_HASH]}"
    if place.exists():
        shutil.rmtree(aside)
    else:
        aside.rename(place)
    return MonthEntry(
        folder=place.name,
        sha256=sha256,
        members=len(columns.member),
        payments=columns.payments,
        cancellations=len(columns.back_row),
        amount_won=int(columns.amount_won.sum(dtype=np.int64)),
        given_won={rule: won for rule, won in sorted(given_won.items()) if won},
        drawn_won={line: won for line, won in sorted(drawn_won.items()) if won},
        left_out=sorted(left_out),
    )


def write_records(folder: Path, name: str, records: Records) -> str:
    """Writes a table into a file named by its hash; gives the file's name."""
    digest = hashlib.sha256()
    _add(digest, np.ascontiguousarray(records))
    place = folder / f"{name}-{digest.hexdigest()[:_HASH]}.npy"
    if not place.exists():
        aside = folder / f"{name}.new.npy"
        np.save(aside, records, allow_pickle=False)
        aside.rename(place)
    return place.name


def keep(folder: Path, manifest: Manifest) -> History:
    """Makes the manifest that of the folder, and takes away what it does not name.

    While somebody reads an older history its files stay; the next who writes takes them away.
    """
    write_manifest(folder, manifest)
    with locked(folder, _READERS, fcntl.LOCK_EX | fcntl.LOCK_NB) as alone:
        if alone:
            _clean(folder, manifest)
    return History(folder, manifest)


def _clean(folder: Path, manifest: Manifest) -> None:
    named = {entry.folder for entry in manifest.months.values()}
    named |= {manifest.shops, manifest.members, manifest.budget, "manifest.json", *_LOCKS}
    for path in folder.iterdir():
        if path.name not in named and path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name not in named:
            path.unlink(missing_ok=True)


@contextmanager
def reading(folder: Path) -> Iterator[History]:
    """The history in a folder, whose files stay until the end of the block, whoever writes.

    Raises NoHistoryError, or HistoryError when it cannot be read.
    """
    read_manifest(folder)
    with locked(folder, _READERS, fcntl.LOCK_SH):
        yield open_history(folder)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """One writes at a time; others wait."""
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder, _WRITER, fcntl.LOCK_EX):
        yield


@contextmanager
def locked(folder: Path, name: str, how: int) -> Iterator[bool]:
    """Holds a lock of the folder; False where it is not to be had without waiting."""
    handle = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, how)
        held = True
    except BlockingIOError:
        held = False
    try:
        yield held
    finally:
        os.close(handle)


def _add(digest: Any, column: NDArray[Any]) -> None:
    raw = column.reshape(-1).view(np.uint8)
    for start in range(0, len(raw), _COLUMN_BYTES):
        digest.update(raw[start : start + _COLUMN_BYTES])


def _mapped(path: Path, dtype: Any) -> NDArray[Any]:
    try:
        column: NDArray[Any] = np.load(path, mmap_mode="c", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise damaged(path) from error
    if column.dtype != dtype:
        raise damaged(path)
    return column.view(np.ndarray)


def _read(path: Path, dtype: np.dtype[np.void]) -> Records:
    try:
        records: Records = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise damaged(path) from error
    if records.dtype != dtype:
        raise damaged(path)
    return records
