"""Incheon at the end of August 2019, as far as was known then, for tests of plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from dure.forecast.demand import CityHistory, Demand, MembersAt, Paid, fit
from dure.forecast.demand.days import day_number
from dure.forecast.optimize import optimize
from dure.forecast.optimize.searching import QUICK
from dure.forecast.projection import LineStanding, Projection, project
from dure.forecast.results import Constraints, Plans
from dure.kernel.calendar import start_of_day_us
from dure.policy.document import RuleDocument, parse_document
from dure.rulebook.directory import load_budget_lines, load_directory, packaged_documents

FIRST, LAST = date(2019, 9, 1), date(2019, 12, 31)
STATE, CITY = "incheon-2019-state", "incheon-2019-city"
LEFT_WON = {STATE: 9_643_000_000, CITY: 17_357_000_000}
"""About what was left: 72.8 billion, less 6% of what had been paid since April, in the shares of
the year's money."""


def day(text: str) -> int:
    return day_number(date.fromisoformat(text))


@lru_cache(maxsize=1)
def documents() -> tuple[RuleDocument, ...]:
    """What was published by then; later decisions are not known."""
    known = load_directory(packaged_documents())
    return tuple(d for d in known if d.from_us < start_of_day_us(FIRST))


@lru_cache(maxsize=1)
def demand() -> Demand:
    history = CityHistory(
        payments=(
            Paid(day("2018-06-15"), day("2019-05-01"), 5_500_000_000, 0.05),
            Paid(day("2019-05-01"), day("2019-06-01"), 44_000_000_000, 0.01),
            Paid(day("2019-06-01"), day("2019-07-01"), 138_400_000_000, 0.02),
            Paid(day("2019-07-01"), day("2019-08-01"), 273_962_000_000, 0.01),
            Paid(day("2019-08-01"), day("2019-09-01"), 250_000_000_000, 0.02),
        ),
        members=(
            MembersAt(day("2019-05-31"), 259_820),
            MembersAt(day("2019-06-30"), 503_000),
            MembersAt(day("2019-07-28"), 706_912),
            MembersAt(day("2019-08-31"), 830_000, 0.01),
        ),
        documents=documents(),
        people=2_600_000,
        open_day=day("2018-06-15"),
    )
    return fit(history, date(2019, 8, 31))


def lines(
    left_won: dict[str, int] | None = None, later: Sequence[tuple[str, int]] = ()
) -> list[LineStanding]:
    """All lines that the documents name; `later` money comes to the city's line."""
    left = LEFT_WON if left_won is None else left_won
    standing = [
        LineStanding(place, one.id, left.get(one.id, 0), day(f"{one.year}-12-31"), one.year)
        for place, one in enumerate(load_budget_lines(packaged_documents()), 1)
    ]
    coming = tuple((day(on), won) for on, won in later)
    return [replace(one, later=coming) if one.code == CITY else one for one in standing]


def constraints(
    rate_least_bp: int = 100,
    rate_most_bp: int = 1_000,
    step_most_bp: int = 300,
    district_spread_most_bp: int = 10_000,
    small_shops_least_bp: int = 0,
) -> Constraints:
    return Constraints(
        line_codes=[STATE, CITY],
        first_day=FIRST.isoformat(),
        last_day=LAST.isoformat(),
        rate_least_bp=rate_least_bp,
        rate_most_bp=rate_most_bp,
        step_most_bp=step_most_bp,
        district_spread_most_bp=district_spread_most_bp,
        small_shops_least_bp=small_shops_least_bp,
    )


@lru_cache(maxsize=1)
def plans() -> Plans:
    """What a quick search proposes for the city as it stands."""
    return optimize(demand(), documents(), lines(), constraints(), seed=1, effort=QUICK)


def read(texts: Sequence[str]) -> list[RuleDocument]:
    known = {line.code for line in lines()}
    return [parse_document(text, f"proposal {n}", known) for n, text in enumerate(texts, 1)]


def futures_of(
    texts: Sequence[str], standing: Sequence[LineStanding], futures: int, seed: int
) -> Projection:
    """The city from the first day to the last, with the plan's documents as publishing leaves
    them."""
    new = read(texts)
    kept = [
        replace(d, until_us=min(d.until_us, new[0].from_us)) if d.id == new[0].id else d
        for d in documents()
    ]
    return project(
        demand(), [*kept, *new], standing, day_number(FIRST), day_number(LAST) + 1, futures, seed
    )
