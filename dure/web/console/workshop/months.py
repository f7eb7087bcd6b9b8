"""The months over which a draft can be tried: those of the history, whole months only."""

from __future__ import annotations

from collections.abc import Sequence

from dure.forecast.history.manifest import read_manifest
from dure.forecast.history.refusals import HistoryError, NoHistoryError
from dure.kernel.calendar import month_of
from dure.kernel.database.home import home_directory
from dure.web.console.workshop.reading import Room

_MONTHS_SHOWN = 12


def months_there(room: Room) -> tuple[list[int], bool]:
    """The months (YYYYMM) that are over and kept, and whether a history is kept at all.

    Without one the last twelve months are offered: who asks has the history gathered first.
    """
    present = month_of(room.now_us)
    try:
        kept = sorted(map(int, read_manifest(home_directory() / "history").months))
    except (NoHistoryError, HistoryError):
        kept = []
    over = [month for month in kept if month < present]
    if over:
        return over, True
    months = [present]
    while len(months) <= _MONTHS_SHOWN:
        months.append(before(months[-1]))
    return sorted(months[1:]), False


def read_months(first: str, last: str, months: Sequence[int]) -> tuple[int, int]:
    """Both months as they were sent; what is none of them is the first or last that is there."""
    known = {str(month): month for month in months}
    return known.get(first, months[-1]), known.get(last, months[-1])


def before(month: int) -> int:
    """The month before, both YYYYMM."""
    return month - 1 if month % 100 > 1 else month - 89


def after(month: int) -> int:
    """The month after, both YYYYMM."""
    return month + 1 if month % 100 < 12 else month + 89
