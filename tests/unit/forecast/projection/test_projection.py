"""Futures keep the books: no line pays more than it has, and rules, ladders and stops hold."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from dure.forecast.demand import CityHistory, Demand, fit
from dure.forecast.demand.days import day_number
from dure.forecast.projection import LineStanding, Projection, forecast, project, run_out
from dure.policy.document import RuleDocument
from tests.unit.forecast.forecast_city import LINE, START, rule, steady

FROM = date(2023, 1, 1)
END = date(2024, 1, 1)
FIRST, UNTIL = day_number(FROM), day_number(END)
RULE = rule(1, START.isoformat(), "2030-01-01")
MUCH = 10**15


def line(left_won: int, number: int = 1, code: str = LINE, **more: object) -> LineStanding:
    return LineStanding(number, code, left_won, UNTIL - 1, 2023, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def demand() -> Demand:
    return fit(steady(days=365, documents=(RULE,)), FROM)


def ahead(
    demand: Demand, *documents: RuleDocument, lines: list[LineStanding], seed: int = 1
) -> Projection:
    return project(demand, documents, lines, FIRST, UNTIL, 200, seed)


def test_it_never_spends_more_than_a_line_has(demand: Demand) -> None:
    later = ((FIRST + 100, 2_000_000_000), (FIRST + 150, -500_000_000))
    projection = ahead(demand, RULE, lines=[line(5_000_000_000, later=later)])
    spent = np.cumsum(projection.spent_won[1], axis=1)
    has = np.full(UNTIL - FIRST, 5_000_000_000)
    has[100:] += 2_000_000_000
    assert (spent <= has).all()
    assert (projection.spent_won[1] >= 0).all()
    assert (projection.left_won[1] >= 0).all()


def test_it_books_what_is_spent_and_what_is_left_as_what_there_was(demand: Demand) -> None:
    projection = ahead(demand, RULE, lines=[line(50_000_000_000)])
    whole = projection.spent_won[1].sum(axis=1) + projection.left_won[1]
    assert np.abs(whole - 50_000_000_000).max() <= 2
    assert np.array_equal(projection.incentive_won, projection.spent_won[1])


def test_it_splits_an_incentive_over_lines_as_the_document_does(demand: Demand) -> None:
    shared = rule(
        1, START.isoformat(), "2030-01-01", funding={"of": 6, "lines": {LINE: 4, "town-state": 2}}
    )
    lines = [line(MUCH), line(MUCH, 2, "town-state")]
    projection = ahead(demand, shared, lines=lines)
    first, second = (projection.spent_won[n].sum() for n in (1, 2))
    assert first == pytest.approx(2 * second, rel=1e-6)


def test_it_stops_with_the_scarcest_line(demand: Demand) -> None:
    shared = rule(
        1, START.isoformat(), "2030-01-01", funding={"of": 2, "lines": {LINE: 1, "town-state": 1}}
    )
    lines = [line(3_000_000_000), line(MUCH, 2, "town-state")]
    projection = ahead(demand, shared, lines=lines)
    assert (projection.run_out_day[1] > 0).all()
    assert (projection.run_out_day[2] == -1).all()
    assert np.abs(projection.spent_won[1].sum(1) - projection.spent_won[2].sum(1)).max() <= 2


def test_it_finds_an_empty_line_at_its_end_on_the_first_day(demand: Demand) -> None:
    projection = ahead(demand, RULE, lines=[line(0)])
    assert (projection.run_out_day[1] == FIRST).all()
    assert projection.spent_won[1].sum() == 0
    told = run_out(projection, 1)
    assert told.median == FROM.isoformat()
    assert told.before_end_bp == 10_000


def test_it_finds_no_end_of_a_line_that_has_enough(demand: Demand) -> None:
    told = run_out(ahead(demand, RULE, lines=[line(MUCH)]), 1)
    assert told.median is None
    assert told.low90 is None
    assert told.before_end_bp == 0


def test_it_pays_less_and_later_nothing_when_the_money_ends(demand: Demand) -> None:
    rich = ahead(demand, RULE, lines=[line(MUCH)])
    poor = ahead(demand, RULE, lines=[line(5_000_000_000)])
    ended = int(np.median(poor.run_out_day[1])) - FIRST
    soon = slice(ended + 5, ended + 30)
    late = slice(ended + 150, ended + 180)
    drop_soon = poor.payments_won[:, soon].sum() / rich.payments_won[:, soon].sum()
    drop_late = poor.payments_won[:, late].sum() / rich.payments_won[:, late].sum()
    assert drop_late < drop_soon < 0.9


def test_it_steps_down_a_ladder_as_the_line_empties(demand: Demand) -> None:
    flat = rule(1, START.isoformat(), "2030-01-01", kind="flat_rate", rate_bp=600)
    steps = [{"left_from_won": 10**10, "rate_bp": 600}, {"left_from_won": 0, "rate_bp": 200}]
    ladder = rule(
        1, START.isoformat(), "2030-01-01", kind="step_down_ladder", line=LINE, steps=steps
    )
    lines = [line(16 * 10**9)]
    lasting, falling = (ahead(demand, d, lines=lines) for d in (ladder, flat))
    ends = [np.where(p.run_out_day[1] < 0, UNTIL, p.run_out_day[1]) for p in (lasting, falling)]
    assert (ends[0] > ends[1] + 20).all()


def test_it_ends_a_rule_with_its_sum(demand: Demand) -> None:
    capped = rule(
        1, START.isoformat(), "2030-01-01", stops_when={"until_sum_used_won": 2_000_000_000}
    )
    projection = ahead(demand, capped, lines=[line(MUCH)])
    assert projection.spent_won[1].sum(axis=1).max() <= 2_000_000_000
    assert (projection.run_out_day[1] == -1).all()


def test_it_pays_only_the_better_of_two_rules_that_compete(demand: Demand) -> None:
    small = rule(1, START.isoformat(), "2030-01-01", ((0, None, 200),), best_of="one")
    other = rule(
        1, START.isoformat(), "2030-01-01", ((0, None, 600),), best_of="one", id="town-better"
    )
    together = ahead(demand, small, other, lines=[line(MUCH)])
    alone = ahead(demand, other, lines=[line(MUCH)])
    assert together.rule_won["town-cashback"].sum() == 0
    assert together.rule_won["town-better"].sum() == alone.rule_won["town-better"].sum()


def test_it_meets_the_same_chance_with_other_rules(demand: Demand) -> None:
    low = rule(1, START.isoformat(), FROM.isoformat())
    cut = rule(2, FROM.isoformat(), "2030-01-01", ((0, 500_000, 300),))
    before, after = (
        ahead(demand, *documents, lines=[line(MUCH)]) for documents in ((RULE,), (low, cut))
    )
    assert (after.payments_won.sum(axis=1) < before.payments_won.sum(axis=1)).all()


def test_it_gives_the_same_futures_for_the_same_seed(demand: Demand) -> None:
    once, again, other = (ahead(demand, RULE, lines=[line(MUCH)], seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(once.payments_won, again.payments_won)
    assert not np.array_equal(once.payments_won, other.payments_won)


def test_it_replays_the_days_that_are_known(demand: Demand) -> None:
    history = demand.history
    projection = project(demand, (RULE,), [line(MUCH)], day_number(START), FIRST, 200, 1)
    for paid in history.payments:
        days = slice(paid.from_day - day_number(START), paid.until_day - day_number(START))
        told = np.median(projection.payments_won[:, days].sum(axis=1))
        assert told == pytest.approx(paid.won, rel=0.02)


def test_its_intervals_widen_with_less_history() -> None:
    spreads = []
    for days in (365, 60):
        history: CityHistory = steady(days=days, documents=(RULE,))
        known = fit(history, START + timedelta(days=days))
        start = known.past_until_day
        projection = project(known, (RULE,), [line(MUCH)], start, start + 120, 1_000, 1)
        low, high = np.quantile(projection.payments_won.sum(axis=1), (0.05, 0.95))
        spreads.append(np.log(high / low))
    assert spreads[1] > 1.15 * spreads[0]


def test_it_gives_over_a_year_what_a_rate_without_brackets_gives(demand: Demand) -> None:
    flat = rule(1, START.isoformat(), "2030-01-01", ((0, None, 600),))
    projection = ahead(demand, flat, lines=[line(MUCH)])
    share = projection.incentive_won.sum() / projection.payments_won.sum()
    assert share == pytest.approx(0.06 * 0.97, rel=0.02)


def test_it_gives_less_late_in_a_month_where_a_cap_binds(demand: Demand) -> None:
    projection = ahead(
        demand, rule(1, START.isoformat(), "2030-01-01", ((0, 300_000, 600),)), lines=[line(MUCH)]
    )
    early, late = (
        projection.incentive_won[:, days].sum() / projection.payments_won[:, days].sum()
        for days in (slice(0, 5), slice(25, 30))
    )
    assert early == pytest.approx(0.06 * 0.97, rel=0.05)
    assert late < 0.6 * early


@pytest.mark.parametrize(
    ("asked", "share"),
    [
        ({"eligibility": {"shop_districts": ["서구"]}}, 543 / 2886),
        ({"scope": "서구"}, 543 / 2886),
        ({"eligibility": {"sales_band_max": "up_to_500m"}}, 0.54),
        ({"eligibility": {"benefit_plus": "required"}}, 0.02),
        ({"eligibility": {"weekdays": ["sat", "sun"]}}, 2 / 7),
        ({"eligibility": {"payment_won_min": 20_000}}, 2 * np.exp(-1)),
    ],
)
def test_it_asks_a_rules_own_conditions_for_its_share(
    demand: Demand, asked: dict[str, object], share: float
) -> None:
    only = rule(1, START.isoformat(), "2030-01-01", ((0, None, 600),), **asked)
    whole = rule(1, START.isoformat(), "2030-01-01", ((0, None, 600),), id="town-all")
    lines = [line(MUCH)]
    projection = ahead(demand, only, whole, lines=lines)
    found = projection.rule_won["town-cashback"].sum() / projection.rule_won["town-all"].sum()
    assert found == pytest.approx(share, rel=0.08)


def test_it_caps_a_members_cashback_of_the_month(demand: Demand) -> None:
    bracket = rule(1, START.isoformat(), "2030-01-01", ((0, 300_000, 600),))
    capped = rule(
        1,
        START.isoformat(),
        "2030-01-01",
        ((0, None, 600),),
        caps={"per_month": {"cashback_won_max": 18_000}},
    )
    sums = [ahead(demand, d, lines=[line(MUCH)]).incentive_won.sum() for d in (bracket, capped)]
    assert sums[0] == pytest.approx(sums[1], rel=1e-6)


def test_it_gives_a_gift_to_those_who_join(demand: Demand) -> None:
    gift = rule(
        1, START.isoformat(), "2030-01-01", kind="first_purchase", gift_won=5_000, id="town-gift"
    )
    projection = ahead(demand, RULE, gift, lines=[line(MUCH)])
    joined = projection.members[:, -1] - projection.members[:, 0]
    given = projection.rule_won["town-gift"] / 5_000
    assert (given >= 0.75 * joined).all()
    assert (given <= joined + projection.members[:, 0] * 0.01 + 1).all()


def test_it_pays_a_bonus_on_top_ups(demand: Demand) -> None:
    bonus = rule(1, START.isoformat(), "2030-01-01", kind="charge_bonus", rate_bp=500)
    projection = ahead(demand, bonus, lines=[line(MUCH)])
    share = projection.incentive_won.sum() / projection.payments_won.sum()
    assert share == pytest.approx(0.05 * 0.93 * 0.97, rel=0.02)


def test_it_names_rules_that_it_does_not_follow(demand: Demand) -> None:
    friends = rule(
        1,
        START.isoformat(),
        "2030-01-01",
        kind="referral",
        id="town-friends",
        gift_won=5_000,
        after_days=7,
    )
    warned = ahead(demand, RULE, friends, lines=[line(MUCH)]).warnings
    assert "town-friends" in next(w for w in warned if w.code == "not_followed").english


def test_it_refuses_a_line_that_nobody_gave(demand: Demand) -> None:
    with pytest.raises(ValueError, match="town-city"):
        ahead(demand, RULE, lines=[line(MUCH, 1, "another")])


def test_it_tells_a_forecast_with_lists_of_one_length(demand: Demand) -> None:
    lines = [line(30 * 10**9, spent_won=10**9, later=((FIRST + 40, 10**9),))]
    told = forecast(ahead(demand, RULE, lines=lines), 0, demand.until_day, {202212: 5 * 10**10})
    (of_line,) = told.lines
    assert len(of_line.spent.days) == len(of_line.appropriated) == UNTIL - FIRST
    assert of_line.appropriated[0] == 31 * 10**9
    assert of_line.appropriated_won == 32 * 10**9
    assert of_line.spent.low90[-1] <= of_line.spent.median[-1] <= of_line.spent.high90[-1]
    assert told.months[0].actual_won == 5 * 10**10
    assert [m.month for m in told.months[1:]] == [202300 + m for m in range(1, 13)]
