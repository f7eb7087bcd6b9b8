"""Dates as the press gives them: a day, a month, a year, "(approx.)", several with semicolons."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

_ONE: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_SPAN: Final = re.compile(r"(\d{4})(?:-(\d{2})|Q([1-4]))?(?:\.\.(?:(\d{4})-)?(\d{2}))?\b")
_LATER_DAYS: Final = 62


def read_day(text: str) -> date | None:
    """A whole date, or None."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def known_on(source_date: str) -> date | None:
    """The day from which all that a row rests on was published; None when it cannot be read.

    A month counts from its last day, a year from its last; of several dates the latest, because a
    row may need all its sources.
    """
    found = [_last_day(part) for part in source_date.split(";") if part.strip()]
    whole = [day for day in found if day is not None]
    return max(whole) if whole and len(whole) == len(found) else None


def known_by_default(until: date) -> date:
    """When a row without a readable date counts as known: 62 days after its period."""
    return until + timedelta(days=_LATER_DAYS)


def _last_day(text: str) -> date | None:
    match = _ONE.search(text)
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        if year is None:
            return None
        if month is None:
            return date(year, 12, 31)
        return date(year, month, day) if day is not None else month_end(year, month)
    except ValueError:
        return None


def month_end(year: int, month: int) -> date:
    """The month's last day."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def read_span(text: str) -> tuple[date, date] | None:
    """First day and day after the last of "2020-09", "2019-05..06", "2019-07..2020-02", "2021Q1",
    "2020"; what follows (as in "2019-10 (est.)") is overlooked. None when it is none of these."""
    match = _SPAN.match(text.strip())
    if match is None:
        return None
    year, month, quarter, to_year, to_month = match.groups()
    first_month = int(month) if month else (3 * int(quarter) - 2 if quarter else 1)
    last_month = (
        int(to_month)
        if to_month
        else (first_month if month else (first_month + 2 if quarter else 12))
    )
    try:
        start = date(int(year), first_month, 1)
        end = month_end(int(to_year or year), last_month)
    except ValueError:
        return None
    return (start, end + timedelta(days=1)) if end >= start else None
