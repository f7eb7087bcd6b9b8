"""CSV files of a city's folder, row by row, with their headings checked."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple

from dure.forecast.published.noted import Flaw, Noted, noted

PAYMENTS = "monthly_payment.csv"
MEMBERS = "subscribers.csv"
BUDGETS = "budget.csv"
POLICY = "policy_timeline.csv"
USAGE = "usage_distribution.csv"
RESPONSES = "rate_response.csv"


class Row(NamedTuple):
    """One line of a file; `number` is 1 for the first after the heading."""

    file: str
    number: int
    cells: Mapping[str, str]

    def cell(self, name: str) -> str:
        """The text of a column, "" where it is missing."""
        return self.cells.get(name, "")


def shipped_folder() -> Traversable:
    """The figures of Incheon, 2018 to 2021, that come with the package."""
    return resources.files("dure.forecast") / "incheon"


def read_table(
    folder: Path | Traversable, ending: str, columns: Sequence[str]
) -> tuple[list[Row], list[Noted]]:
    """The rows of the folder's file with this ending; none, and a note, where it cannot be read."""
    found = sorted(
        (item for item in folder.iterdir() if item.name.endswith(ending)), key=lambda i: i.name
    )
    if not found:
        return [], [noted(ending, 0, Flaw.MISSING_FILE, name=ending)]
    rows: list[Row] = []
    notes: list[Noted] = []
    for item in found:
        reader = csv.DictReader(io.StringIO(item.read_text(encoding="utf-8-sig")))
        missing = [name for name in columns if name not in (reader.fieldnames or [])]
        if missing:
            notes += [noted(item.name, 0, Flaw.MISSING_COLUMN, name=name) for name in missing]
            continue
        for number, cells in enumerate(reader, 1):
            plain = {k: (v or "").strip() for k, v in cells.items() if isinstance(k, str)}
            rows.append(Row(item.name, number, plain))
    return rows, notes


def city_name(folder: Path | Traversable) -> str:
    """What the files call the city: the word before their ending; the folder's name without one."""
    for item in sorted(folder.iterdir(), key=lambda i: i.name):
        if item.name.endswith("_" + PAYMENTS):
            return item.name[: -len("_" + PAYMENTS)]
    return folder.name
