"""Which questions a back-test asks of a city's figures, and what came in the end.

Four kinds, found in the folder itself: when the money of a year ended (a change whose note says
so); the payments of the two whole months after each change of the city's rates; a year's payments
from the end of January and of March; and the supplementary budgets that the year needed. Where
rates changed later in the year, both are asked once more with those changes given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from dure.forecast.published.city import Published, known_payments
from dure.forecast.published.dates import month_end
from dure.forecast.published.figures import Figure, checked
from dure.forecast.published.policy import Change
from dure.policy.districts import CITY

LATER_GIVEN: Final = "(later changes given)"
"""In the name of a case that is told the year's later changes of the city's rates."""
_AHEAD_DAYS: Final = 45
_ONE_EVENT_DAYS: Final = 31
_AS_OF: Final = ((1, 31), (3, 31))


class Question(StrEnum):
    """What is asked."""

    RUN_OUT = "run_out"
    TWO_MONTHS = "two_months"
    YEAR = "year"
    SUPPLEMENT = "supplement"


@dataclass(frozen=True, slots=True)
class Case:
    """One question: from when it is asked, over which days, and what came.

    `changes_until` is the day of a change of rules that the case is about: it had been decided and
    is an input. `budget_won` is what the year's line has, for a run-out and for supplements.
    `actual` is a sum in won or the last day before the money's end; None where it was never
    published.
    """

    name: str
    question: Question
    as_of: date
    start: date
    until: date
    actual_won: int | None = None
    actual_day: date | None = None
    actual_error: float = 0.0
    changes_until: date | None = None
    budget_won: int | None = None
    target: float | None = None


def cases(published: Published) -> list[Case]:
    """All questions that the figures can be asked, by day."""
    figures = checked(published.payments)[0]
    found = [
        *_run_outs(published),
        *_after_changes(published.changes, figures),
        *_years(published, figures),
    ]
    return sorted(found, key=lambda c: (c.as_of, c.name))


def cases_from(published: Published, as_of: date) -> list[Case]:
    """The questions that one chosen day can be asked: its year, and the next two months."""
    figures = checked(published.payments)[0]
    start, until = _two_months(as_of + timedelta(days=1))
    won, error = _sum(figures, start, until)
    two = Case(
        name=f"{start:%Y-%m}..{until - timedelta(days=1):%m}",
        question=Question.TWO_MONTHS,
        as_of=as_of,
        start=start,
        until=until,
        actual_won=won,
        actual_error=error,
    )
    run_outs = [c for c in _run_outs(published, as_of) if c.until.year == as_of.year + 1]
    return [*run_outs, two, *_of_year(published, figures, as_of)]


def _run_outs(published: Published, as_of: date | None = None) -> list[Case]:
    """Years in which the city's rates were cut because the money was gone."""
    found = []
    for change in published.changes:
        if change.district != CITY or not change.is_short:
            continue
        ended = change.day - timedelta(days=1)
        budgets = [
            b
            for b in published.budgets
            if b.year == ended.year and b.scope == "city" and b.is_final
        ]
        asked = as_of or _month_end_before(ended - timedelta(days=_AHEAD_DAYS))
        if not budgets or asked >= ended:
            continue
        found.append(
            Case(
                name=f"{ended.year}",
                question=Question.RUN_OUT,
                as_of=asked,
                start=date(ended.year, 1, 1),
                until=date(ended.year + 1, 1, 1),
                actual_day=ended,
                budget_won=budgets[-1].won,
                target=21.0,
            )
        )
    return found


def _month_end_before(day: date) -> date:
    return day if day == month_end(day.year, day.month) else day.replace(day=1) - timedelta(days=1)


def _after_changes(changes: Sequence[Change], figures: Sequence[Figure]) -> list[Case]:
    """Changes within a month of each other are one event, told on the eve of the first."""
    events: list[list[Change]] = []
    for change in changes:
        if change.district != CITY or not any(rate for *_, rate in change.segments):
            continue
        if events and (change.day - events[-1][0].day).days <= _ONE_EVENT_DAYS:
            events[-1].append(change)
        else:
            events.append([change])
    found = []
    for event in events:
        start, until = _two_months(event[-1].day)
        won, error = _sum(figures, start, until)
        found.append(
            Case(
                name=f"{event[0].day.isoformat()}",
                question=Question.TWO_MONTHS,
                as_of=event[0].day - timedelta(days=1),
                start=start,
                until=until,
                actual_won=won,
                actual_error=error,
                changes_until=event[-1].day,
                target=0.20,
            )
        )
    return found


def _two_months(day: date) -> tuple[date, date]:
    """The two whole months from a day on."""
    start = day if day.day == 1 else (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    until = (start + timedelta(days=70)).replace(day=1)
    return start, until


def _years(published: Published, figures: Sequence[Figure]) -> list[Case]:
    years = sorted({f.start.year for f in figures if _is_year(f)})
    found = []
    for year in years:
        for month, day in _AS_OF:
            asked = _of_year(published, figures, date(year, month, day))
            found += asked
            if known_payments(published, date(year, month, day)):
                found += _with_later_changes(published.changes, asked)
    return found


def _with_later_changes(changes: Sequence[Change], asked: Sequence[Case]) -> list[Case]:
    """The same questions with the city's later changes of the year as inputs: what is left of the
    error is that of demand, and not of decisions that nobody could know."""
    return [
        replace(case, name=f"{case.name} {LATER_GIVEN}", changes_until=case.until)
        for case in asked
        if any(c.district == CITY and case.as_of < c.day < case.until for c in changes)
    ]


def _is_year(figure: Figure) -> bool:
    return (
        not figure.running
        and figure.start == date(figure.start.year, 1, 1)
        and (figure.until == date(figure.start.year + 1, 1, 1))
    )


def _of_year(published: Published, figures: Sequence[Figure], as_of: date) -> list[Case]:
    year = as_of.year
    start, until = date(year, 1, 1), date(year + 1, 1, 1)
    won, error = _sum(figures, start, until)
    found = [
        Case(f"{year}", Question.YEAR, as_of, start, until, actual_won=won, actual_error=error)
    ]
    of_city = [b for b in published.budgets if b.year == year and b.scope == "city"]
    original = [b for b in of_city if b.is_original]
    final = [b for b in of_city if b.is_final]
    if original:
        came = final[-1].won - original[0].won if final else None
        found.append(
            Case(
                name=f"{year}",
                question=Question.SUPPLEMENT,
                as_of=as_of,
                start=start,
                until=until,
                actual_won=came,
                budget_won=original[0].won,
            )
        )
    return found


def _sum(figures: Sequence[Figure], start: date, until: date) -> tuple[int | None, float]:
    """The sum of the days and its relative error, from figures that cover them exactly."""
    parts = _covering([f for f in figures if not f.running], start, until)
    if not parts:
        return None, 0.0
    total = sum(f.value for f in parts)
    error = sum((f.value * f.error) ** 2 for f in parts) ** 0.5 / total
    return round(total), error


def _covering(figures: Sequence[Figure], start: date, until: date) -> list[Figure]:
    """Figures that follow each other without gap over the days, the longest first; none if none."""
    following = [f for f in figures if f.start == start and f.until <= until]
    for figure in sorted(following, key=lambda f: (-f.days, f.error)):
        if figure.until == until:
            return [figure]
        rest = _covering(figures, figure.until, until)
        if rest:
            return [figure, *rest]
    return []
