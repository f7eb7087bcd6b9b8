"""What a rule gives: brackets, caps, sums, money left, and for whom it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dure.policy.evaluate import LimitedBy
from dure.policy.occasions import Channel, Mark, SalesBand, Trade

if TYPE_CHECKING:
    from tests.unit.policy.conftest import Desk

FOUR_TWO_ONE = (
    "[{from_won: 0, below_won: 300000, rate_bp: 400}, {from_won: 300000, below_won: 500000, "
    "rate_bp: 200}, {from_won: 500000, below_won: 1000000, rate_bp: 100}]"
)


@pytest.mark.parametrize(
    ("month_before", "earning", "won", "full", "limited_by"),
    [
        (0, 300_000, 12_000, 12_000, LimitedBy.NONE),
        (0, 0, 0, 0, LimitedBy.NONE),
        (0, 24, 0, 0, LimitedBy.NONE),
        (0, 25, 1, 1, LimitedBy.NONE),
        (299_999, 2, 0, 0, LimitedBy.NONE),  # 0.04 + 0.02 won, summed before it is rounded down
        (299_980, 40, 1, 1, LimitedBy.NONE),  # 0.8 + 0.4 won: each alone would give nothing
        (0, 1_000_000, 21_000, 21_000, LimitedBy.NONE),
        (900_000, 200_000, 1_000, 2_000, LimitedBy.BRACKET),
        (1_000_000, 20_000, 0, 200, LimitedBy.BRACKET),
        (5_000_000, 20_000, 0, 200, LimitedBy.BRACKET),
        (-5_000, 20_000, 800, 800, LimitedBy.NONE),
    ],
)
def test_it_adds_up_the_brackets_and_rounds_down_once(
    desk: Desk, month_before: int, earning: int, won: int, full: int, limited_by: LimitedBy
) -> None:
    rules = desk.rules({"brackets": FOUR_TWO_ONE})
    (line,) = desk.ask(rules, desk.occasion(earning, month_before))
    assert (line.won, line.full_won, line.limited_by) == (won, full, limited_by)


def test_a_last_bracket_of_rate_zero_means_the_same_as_none(desk: Desk) -> None:
    with_zero = FOUR_TWO_ONE.replace("}]", "}, {from_won: 1000000, rate_bp: 0}]")
    occasion = desk.occasion(200_000, 900_000)
    assert desk.ask(desk.rules({"brackets": with_zero}), occasion) == desk.ask(
        desk.rules({"brackets": FOUR_TWO_ONE}), occasion
    )


def test_it_earns_only_on_the_earning_part(desk: Desk) -> None:
    occasion = desk.occasion(7_000)._replace(amount_won=20_000)
    (line,) = desk.ask(desk.rules({}), occasion)
    assert line.won == 700


MONTH_WON = "month/a-rule/cashback_won"
MONTH_PAYMENTS = "month/a-rule/payments"


@pytest.mark.parametrize(
    ("caps", "counters", "won", "limited_by"),
    [
        ("{per_payment: {cashback_won_max: 5000}}", {}, 2_000, LimitedBy.NONE),
        ("{per_payment: {cashback_won_max: 2000}}", {}, 2_000, LimitedBy.NONE),
        ("{per_payment: {cashback_won_max: 1999}}", {}, 1_999, LimitedBy.PAYMENT_CAP),
        ("{per_month: {cashback_won_max: 3000}}", {MONTH_WON: 1_000}, 2_000, LimitedBy.NONE),
        ("{per_month: {cashback_won_max: 3000}}", {MONTH_WON: 1_001}, 1_999, LimitedBy.MONTH_CAP),
        ("{per_month: {cashback_won_max: 3000}}", {MONTH_WON: 3_000}, 0, LimitedBy.MONTH_CAP),
        ("{per_month: {cashback_won_max: 3000}}", {MONTH_WON: 9_000}, 0, LimitedBy.MONTH_CAP),
        ("{per_month: {payments_max: 3}}", {MONTH_PAYMENTS: 2}, 2_000, LimitedBy.NONE),
        ("{per_month: {payments_max: 3}}", {MONTH_PAYMENTS: 3}, 0, LimitedBy.PAYMENT_COUNT),
        (
            "{per_payment: {cashback_won_max: 1500}, per_month: {cashback_won_max: 3000}}",
            {MONTH_WON: 2_000},
            1_000,
            LimitedBy.MONTH_CAP,
        ),
    ],
)
def test_it_stops_at_its_caps(
    desk: Desk, caps: str, counters: dict[str, int], won: int, limited_by: LimitedBy
) -> None:
    rules = desk.rules({"caps": caps})
    (line,) = desk.ask(rules, desk.occasion(20_000, counters=counters))
    assert (line.won, line.limited_by, line.full_won) == (won, limited_by, 2_000)


def test_it_says_which_counters_it_needs(desk: Desk) -> None:
    caps = "{per_month: {cashback_won_max: 3000, payments_max: 3}}"
    in_force = desk.rules({"caps": caps}, {"id": "other"}).at(desk.at_us)
    assert in_force.counter_keys == (MONTH_WON, MONTH_PAYMENTS)


@pytest.mark.parametrize(
    ("used", "won", "limited_by"),
    [
        (0, 2_000, LimitedBy.NONE),
        (98_000, 2_000, LimitedBy.NONE),
        (98_001, 1_999, LimitedBy.SUM_USED),
        (100_000, 0, LimitedBy.SUM_USED),
    ],
)
def test_it_stops_when_its_sum_is_used(
    desk: Desk, used: int, won: int, limited_by: LimitedBy
) -> None:
    rules = desk.rules({"stops": "{until_sum_used_won: 100000}"})
    assert rules.at(desk.at_us).sum_rule_ids == (1,)
    (line,) = desk.ask(rules, desk.occasion(20_000, used_won={1: used}))
    assert (line.won, line.limited_by) == (won, limited_by)


@pytest.mark.parametrize(("left_b", "won"), [(1, 2_000), (0, 0), (-5, 0)])
def test_it_stops_when_a_line_that_it_watches_is_used_up(desk: Desk, left_b: int, won: int) -> None:
    rules = desk.rules({"stops": "{line_used_up: line-b}"})
    assert rules.at(desk.at_us).line_ids == (1, 2)
    (line,) = desk.ask(rules, desk.occasion(20_000, left={2: left_b}))
    assert line.won == won
    assert line.limited_by == (LimitedBy.NONE if won else LimitedBy.BUDGET)


@pytest.mark.parametrize(
    ("left_a", "left_b", "won", "funding", "limited_by"),
    [
        (1_334, 666, 2_000, ((1, 1_334), (2, 666)), LimitedBy.NONE),
        (1_333, 666, 1_999, ((1, 1_333), (2, 666)), LimitedBy.BUDGET),
        (1_334, 665, 1_997, ((1, 1_332), (2, 665)), LimitedBy.BUDGET),
        (1, 666, 1, ((1, 1),), LimitedBy.BUDGET),
        (0, 666, 0, (), LimitedBy.BUDGET),
        (-7, 666, 0, (), LimitedBy.BUDGET),
        (4_000, 0, 2, ((1, 2),), LimitedBy.BUDGET),
    ],
)
def test_it_spends_the_last_won_that_its_lines_can_pay_in_shares(
    desk: Desk,
    left_a: int,
    left_b: int,
    won: int,
    funding: tuple[tuple[int, int], ...],
    limited_by: LimitedBy,
) -> None:
    rules = desk.rules({"funding": "{of: 6, lines: {line-a: 4, line-b: 2}}"})
    (line,) = desk.ask(rules, desk.occasion(20_000, left={1: left_a, 2: left_b}))
    assert (line.won, line.funding, line.limited_by) == (won, funding, limited_by)
    assert line.full_won == 2_000


def test_a_second_rule_on_the_same_line_sees_what_the_first_drew(desk: Desk) -> None:
    rules = desk.rules({"id": "first"}, {"id": "second"})
    first, second = desk.ask(rules, desk.occasion(20_000, left={1: 3_000}))
    assert (first.won, first.limited_by) == (2_000, LimitedBy.NONE)
    assert (second.won, second.limited_by) == (1_000, LimitedBy.BUDGET)


def test_the_citys_rule_draws_before_the_districts(desk: Desk) -> None:
    rules = desk.rules({"id": "a-district", "scope": "서구"}, {"id": "z-city"})
    lines = desk.ask(rules, desk.occasion(20_000, left={1: 2_000}))
    assert [(line.rule_id, line.won) for line in lines] == [(2, 2_000), (1, 0)]


def test_it_asks_for_what_is_left_of_every_line(desk: Desk) -> None:
    occasion = desk.occasion(20_000)._replace(budget_left={})
    with pytest.raises(KeyError):
        desk.ask(desk.rules({}), occasion)


@pytest.mark.parametrize(
    ("eligibility", "fitting", "other"),
    [
        ("{shop_districts: [서구, 28185]}", {"district": 28185}, {"district": 28200}),
        ('{sectors: {included: ["56"]}}', {"sector": "56111"}, {"sector": "47121"}),
        ('{sectors: {excluded: ["4711"]}}', {"sector": "47121"}, {"sector": "47111"}),
        ('{mccs: {included: ["5812"]}}', {"mcc": "5812"}, {"mcc": "5813"}),
        ('{mccs: {excluded: ["5944"]}}', {"mcc": "5812"}, {"mcc": "5944"}),
        ("{trades: {included: [local_maker]}}", {"trade": Trade.LOCAL_MAKER}, {"trade": 0}),
        ("{trades: {excluded: [gold]}}", {"trade": 0}, {"trade": Trade.GOLD}),
        (
            "{sales_band_max: up_to_500m}",
            {"sales_band": SalesBand.UP_TO_500M},
            {"sales_band": SalesBand.UP_TO_1BN},
        ),
        ("{benefit_plus: required}", {"benefit_plus_bp": 300}, {"benefit_plus_bp": 0}),
        (
            "{area_marks: [traditional_market, island]}",
            {"marks": Mark.ISLAND | Mark.WEAK_STREET},
            {"marks": Mark.WEAK_STREET},
        ),
    ],
)
def test_it_holds_only_at_the_shops_it_names(
    desk: Desk, eligibility: str, fitting: dict[str, Any], other: dict[str, Any]
) -> None:
    rules = desk.rules({"eligibility": eligibility})
    for facts, count in ((fitting, 1), (other, 0)):
        occasion = desk.occasion(20_000, shop=desk.shop._replace(**facts))
        assert len(desk.ask(rules, occasion)) == count


def test_it_holds_only_for_the_members_and_channels_it_names(desk: Desk) -> None:
    rules = desk.rules(
        {"eligibility": "{member_districts: [서구], member_level_min: 2, channels: [qr, taxi]}"}
    )
    member = desk.member._replace(district=28260, level=2)
    fitting = desk.occasion(20_000, member=member, channel=Channel.TAXI)
    assert len(desk.ask(rules, fitting)) == 1
    assert not desk.ask(rules, fitting._replace(channel=Channel.CARD))
    assert not desk.ask(rules, fitting._replace(member=member._replace(level=1)))
    assert not desk.ask(rules, fitting._replace(member=member._replace(district=28185)))


@pytest.mark.parametrize(("born", "count"), [(1989, 0), (1990, 1), (2005, 1), (2006, 0)])
def test_it_holds_only_for_the_ages_it_names(desk: Desk, born: int, count: int) -> None:
    rules = desk.rules({"eligibility": "{birth_year_min: 1990, birth_year_max: 2005}"})
    occasion = desk.occasion(20_000, member=desk.member._replace(birth_year=born))
    assert len(desk.ask(rules, occasion)) == count


def test_it_says_what_to_add_to_the_counters(desk: Desk) -> None:
    caps = "{per_month: {cashback_won_max: 3000, payments_max: 3}}"
    rules = desk.rules({"caps": caps}, {"id": "other"})
    assert rules.get_rule(1).counted(2_000, 1) == {MONTH_WON: 2_000, MONTH_PAYMENTS: 1}
    assert rules.get_rule(1).counted(-500, 0) == {MONTH_WON: -500}
    assert rules.get_rule(2).counted(2_000, 1) == {}


def test_a_district_rule_holds_inside_the_district_alone(desk: Desk) -> None:
    rules = desk.rules({"scope": "서구"})
    for district, count in ((28260, 1), (28185, 0), (11110, 0)):
        occasion = desk.occasion(20_000, shop=desk.shop._replace(district=district))
        assert len(desk.ask(rules, occasion)) == count


def test_it_finds_the_rules_of_an_instant_and_keeps_those_that_are_over(desk: Desk) -> None:
    rules = desk.rules(
        {"since": "2020-01-01", "until": "2020-02-01"},
        {"version": "2", "since": "2020-02-01", "until": "2020-03-01"},
    )
    start, change, end = (rule.from_us for rule in rules.terms[1:])
    held = [
        tuple(rule.rule_id for rule in rules.at(at_us).rules)
        for at_us in (start - 1, start, change - 1, change, end - 1, end)
    ]
    assert held == [(), (1,), (1,), (2,), (2,), ()]
    assert rules.at(start) is rules.at(change - 1)
    assert rules.get_rule(1).document.version == 1
    with pytest.raises(KeyError):
        rules.get_rule(9)


def test_without_rules_there_is_nothing(desk: Desk) -> None:
    assert desk.ask(desk.rules(), desk.occasion(20_000)) == ()
