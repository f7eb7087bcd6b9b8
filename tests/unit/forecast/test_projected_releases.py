"""Releases in projections: what of a rule's money may be given on each day of each future."""

from __future__ import annotations

from datetime import date

import numpy as np

from dure.forecast.demand.days import day_number
from dure.forecast.projection.releases import Released
from tests.unit.policy.kinds_desk import document

FRIDAY = day_number(date(2020, 2, 7))
WANTED = np.array([300.0, 2_000.0])


def released(terms: str, used_won: int = 0) -> Released:
    rule = document("flat_rate", f"rate_bp: 1000\nrelease: {terms}")
    return Released({7: rule}, FRIDAY, 2, {rule.id: used_won})


def given(terms: Released, days: int) -> list[list[float]]:
    """What each of two futures gets on each day: one wants 300 won, the other 2,000."""
    told = []
    for day in range(FRIDAY, FRIDAY + days):
        terms.open_day(day)
        won = terms.at_most(7, WANTED)
        terms.draw(7, won)
        told.append(won.tolist())
    return told


def test_a_day_gives_no_more_than_is_released_and_the_next_begins_anew() -> None:
    assert given(released("{each: day, won: 1000}"), 3) == [[300.0, 1_000.0]] * 3


def test_what_is_unused_is_carried_on_where_the_rule_says_so() -> None:
    # Since 1 January 37 releases have come; all but 500 won are used.
    terms = released("{each: day, won: 1000, unused: carried_on}", 36_500)
    assert given(terms, 2) == [[300.0, 1_500.0], [300.0, 1_000.0]]


def test_a_week_gives_until_its_release_is_used() -> None:
    terms = released("{each: week, won: 2500, weekday: fri}")
    assert given(terms, 8) == [
        [300.0, 2_000.0], [300.0, 500.0], *[[300.0, 0.0]] * 5, [300.0, 2_000.0],
    ]  # fmt: skip


def test_a_rule_without_releases_gives_what_is_wanted() -> None:
    rule = document("flat_rate", "rate_bp: 1000")
    assert Released({7: rule}, FRIDAY, 2, {}).at_most(7, WANTED).tolist() == [300.0, 2_000.0]
