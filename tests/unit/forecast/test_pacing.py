"""Pacing on figures that an accountant can follow with a pencil."""

from __future__ import annotations

from datetime import date

import pytest

from dure.budget.lines import Line
from dure.forecast.demand.days import day_number
from dure.forecast.pacing.judged import AHEAD, BEHIND, WITHIN, judged
from dure.forecast.pacing.paces import AHEAD_OF_BAND, ENDS_BEFORE_PLAN, alarms_of, pace_of
from dure.forecast.pacing.planned import Given, LineBurn, available, band, planned
from dure.kernel.calendar import start_of_day_us
from dure.policy.document import RuleDocument, parse_document

FIRST = day_number(date(2026, 1, 1))
EVEN = [1_000] * 10
LINE = Line(7, "line-city", "시 예산", "City money", "city", None, 2026)


def burn_of(
    spent: tuple[int, ...],
    given: tuple[Given, ...] = (Given(FIRST, 1_000_000),),
    releases: tuple[int, ...] = (),
    days: int = 10,
) -> LineBurn:
    return LineBurn(FIRST, FIRST + days - 1, given, releases, spent)


def test_it_spreads_the_money_of_a_line_evenly_over_days_that_are_alike() -> None:
    assert planned(burn_of(()), EVEN) == [100_000 * day for day in range(1, 11)]


def test_a_day_that_is_spent_on_twice_as_much_is_planned_twice_as_much() -> None:
    weights = [1_000, 2_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 500, 500]
    plan = planned(burn_of(()), weights)
    assert plan[:3] == [100_000, 300_000, 400_000]
    assert plan[-1] == 1_000_000


def test_each_release_is_meant_for_the_days_until_the_next() -> None:
    # 400,000 for five days, then 600,000 for the other five.
    burn = burn_of((), (Given(FIRST, 400_000), Given(FIRST + 5, 600_000)), (FIRST, FIRST + 5))
    assert planned(burn, EVEN) == [
        80_000, 160_000, 240_000, 320_000, 400_000, 520_000, 640_000, 760_000, 880_000, 1_000_000,
    ]  # fmt: skip
    assert available(burn) == [400_000] * 5 + [1_000_000] * 5


def test_a_supplement_raises_the_plan_from_its_day_and_a_reduction_lowers_it() -> None:
    more = burn_of((), (Given(FIRST, 1_000_000), Given(FIRST + 8, 200_000)))
    assert planned(more, EVEN)[7:] == [800_000, 1_000_000, 1_200_000]
    less = burn_of((), (Given(FIRST, 1_000_000), Given(FIRST + 8, -100_000)))
    assert planned(less, EVEN)[7:] == [800_000, 850_000, 900_000]


def test_the_plan_ends_with_every_won_whatever_the_weights() -> None:
    weights = [7, 11, 13, 17, 19, 23, 29, 31, 37, 41]
    assert planned(burn_of((), (Given(FIRST, 999_983),)), weights)[-1] == 999_983


def test_the_band_is_a_tenth_of_the_plan_and_narrows_to_a_twentieth() -> None:
    burn = burn_of(())
    low, high = band(burn, planned(burn, EVEN))
    # First day: a fiftieth of the year's money, 20,000, is more than 9.5% of 100,000.
    assert (low[0], high[0]) == (80_000, 120_000)
    # Fifth day: 7.5% of 500,000.
    assert (low[4], high[4]) == (462_500, 537_500)
    # Last day: 5% of 1,000,000 below, and never more than there is.
    assert (low[9], high[9]) == (950_000, 1_000_000)


@pytest.mark.parametrize(
    ("spent", "state", "days"),
    [
        ((100_000, 100_000, 100_000), WITHIN, 0),
        ((150_000, 150_000, 150_000), AHEAD, 2),
        ((50_000, 60_000, 70_000), BEHIND, -1),
        ((), WITHIN, 0),
    ],
)
def test_it_says_whether_a_line_is_ahead_of_its_band_or_behind_and_by_how_many_days(
    spent: tuple[int, ...], state: str, days: int
) -> None:
    burn = burn_of(spent)
    plan = planned(burn, EVEN)
    found = judged(burn, plan, *band(burn, plan), EVEN)
    assert (found.state, found.days_apart) == (state, days)


def test_it_says_when_the_money_ends_at_the_recent_pace_and_what_share_of_it_would_last() -> None:
    # 450,000 in three days; 550,000 for seven at 150,000 a day: gone on the fourth, the 7th.
    burn = burn_of((150_000, 150_000, 150_000))
    plan = planned(burn, EVEN)
    found = judged(burn, plan, *band(burn, plan), EVEN)
    assert found.ends_day == FIRST + 6
    assert found.factor == pytest.approx(550_000 / 1_050_000)
    assert [alarm.code for alarm in alarms_of(LINE, burn, found)] == [
        AHEAD_OF_BAND,
        ENDS_BEFORE_PLAN,
    ]


RULE = """\
id: city-rule
version: 1
kind: {kind}
title: {{ko: 시 캐시백, en: City}}
scope: city
period: {{from: 2026-01-01, until: open}}
{terms}
funding: {{of: 1, lines: {{line-city: 1}}}}
sources: [https://example.org/]
"""
AT_US = start_of_day_us(date(2026, 1, 4))


def rule(kind: str, terms: str) -> RuleDocument:
    return parse_document(RULE.format(kind=kind, terms=terms), "rule.yaml", ["line-city"])


def test_it_proposes_rates_that_would_last_in_proportion_to_the_pace() -> None:
    brackets = (
        "brackets: [{from_won: 0, below_won: 300000, rate_bp: 600},"
        " {from_won: 300000, below_won: 500000, rate_bp: 200}]"
    )
    burn = burn_of((150_000, 150_000, 150_000))
    pace, _ = pace_of(LINE, burn, EVEN, [rule("bracket_cashback", brackets)], AT_US)
    # 550,000 / 1,050,000 of 6% is 3.14%: 3%; of 2% is 1.05%: 1%.
    assert [(s.from_day, s.brackets[:2]) for s in pace.steps] == [
        ("2026-01-05", [(0, 300), (300_000, 100)])
    ]
    assert "빠르게" in pace.sentence_ko
    assert "2026-01-07" in pace.sentence_ko
    assert "ahead of the plan" in pace.sentence_en
    assert pace.actual == [150_000, 300_000, 450_000]


def test_it_tells_the_announced_steps_of_a_ladder_with_their_days() -> None:
    ladder = (
        "line: line-city\nsteps: [{left_from_won: 300000, rate_bp: 600},"
        " {left_from_won: 100000, rate_bp: 300}, {left_from_won: 0, rate_bp: 100}]"
    )
    burn = burn_of((150_000, 150_000, 150_000))
    pace, _ = pace_of(LINE, burn, EVEN, [rule("step_down_ladder", ladder)], AT_US)
    # 550,000 left: below 300,000 after two more days; then 75,000 a day, below 100,000 after 3.
    assert [(s.from_day, s.left_from_won, s.brackets) for s in pace.steps] == [
        ("2026-01-06", 100_000, [(0, 300)]),
        ("2026-01-09", 0, [(0, 100)]),
    ]


def test_a_line_within_its_band_that_lasts_needs_no_steps() -> None:
    pace, found = pace_of(LINE, burn_of((100_000, 100_000)), EVEN, [], AT_US)
    assert (pace.state, pace.steps) == (WITHIN, [])
    assert alarms_of(LINE, burn_of((100_000, 100_000)), found) == []
