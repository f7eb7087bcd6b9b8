"""Whole populations: a table that a person can recompute, what runs out, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dure.policy.arrays import machine_code, run
from dure.policy.arrays.columns import ColumnsError, Members, Standing, at_first, payments
from dure.policy.arrays.kernel import play
from dure.policy.arrays.layout import TOTALS, Columns
from dure.policy.arrays.outcome import NO_RULE
from dure.policy.arrays.population import Population, make_population
from dure.policy.arrays.run import evaluate_all
from dure.policy.document import parse_document
from dure.policy.evaluate import compile_rules
from dure.policy.kinds import KINDS
from dure.policy.kinds.kind import Moment
from dure.policy.lines import LimitedBy
from dure.policy.occasions import Channel, MemberFacts, OfferTerms, SalesBand, ShopFacts
from tests.unit.policy.conftest import LINE_IDS, MUCH_WON, Desk, Incheon, seoul_us

SEOGU_SHOP = ShopFacts(1, 28260, "56111", "5812", SalesBand.UP_TO_300M)
PLUS_SHOP = ShopFacts(2, 28200, "56111", "5812", SalesBand.UP_TO_300M, benefit_plus_bp=500)
MEMBERS = Members.of([MemberFacts(28200, 1980, 2)] * 3)
FROM_US, UNTIL_US = seoul_us("2020-01-01"), seoul_us("2020-05-01")
LEFT = {1: MUCH_WON, 2: MUCH_WON, 3: MUCH_WON}
CARD = int(Channel.CARD)


def population_of(desk: Desk, *rules: dict[str, str]) -> Population:
    shops = [SEOGU_SHOP, PLUS_SHOP]
    return make_population(desk.rules(*rules), shops, MEMBERS, FROM_US, UNTIL_US)


def paid(*rows: tuple[int, str, int, int]) -> Columns:
    """Payments of (member, when, won, shop)."""
    return payments(
        member=[row[0] for row in rows],
        at_us=[seoul_us(row[1]) for row in rows],
        amount_won=[row[2] for row in rows],
        shop=[row[3] for row in rows],
        channel=CARD,
    )


# Each row: the payment, and by a person's reckoning the discount, the city's won and the reason.
JANUARY_2020 = [
    ((0, "2020-01-02T10:00", 100_000, 0), 0, 4_000, LimitedBy.NONE),
    ((0, "2020-01-05T10:00", 250_000, 0), 0, 200_000 * 4 // 100 + 50_000 * 2 // 100, 0),
    (
        (0, "2020-01-06T10:00", 700_000, 0),
        0,
        150_000 * 2 // 100 + 500_000 // 100,
        LimitedBy.BRACKET,
    ),
    ((0, "2020-01-07T10:00", 10_000, 0), 0, 0, LimitedBy.BRACKET),
    ((0, "2020-02-01T00:00", 10_000, 0), 0, 400, LimitedBy.NONE),
    ((1, "2020-01-31T23:59", 10_000, 1), 500, 9_500 * 4 // 100, LimitedBy.NONE),
    ((1, "2020-02-29T10:00", 33, 1), 1, 1, LimitedBy.NONE),
]


def test_it_gives_what_january_2020_promised(incheon: Incheon) -> None:
    population = make_population(
        incheon.rules, [SEOGU_SHOP, PLUS_SHOP], MEMBERS, FROM_US, seoul_us("2020-03-01")
    )
    assert population.by_functions == ()
    columns = paid(*(row for row, *_ in JANUARY_2020))
    left = dict.fromkeys(incheon.line_ids.values(), MUCH_WON)
    outcome = evaluate_all(population, columns, at_first(3, left))
    city = incheon.rule_ids["incheon-city-cashback@5"]
    assert outcome.discount_won.tolist() == [discount for _, discount, _, _ in JANUARY_2020]
    assert outcome.column(city, "won").tolist() == [won for _, _, won, _ in JANUARY_2020]
    assert outcome.column(city, "limited_by").tolist() == [by for *_, by in JANUARY_2020]
    assert outcome.has_line(city).all()
    assert outcome.rule_ids().tolist() == [[city]] * len(JANUARY_2020)
    funding = outcome.funding(city)
    assert sum(parts.sum() for parts in funding.values()) == outcome.won_by_rule.sum() - 501
    place = population.rule_ids.index(city)
    by_month = outcome.won_by_rule[place].sum(axis=1)
    assert dict(zip(population.months, by_month.tolist(), strict=True)) == {
        202001: 4_000 + 9_000 + 8_000 + 380,
        202002: 401,
    }
    assert outcome.total("payments").sum() == 7
    assert outcome.total("discount_won").sum() == 501
    assert {name: int(outcome.total(name).sum()) for name in TOTALS}["earning_won"] == (
        outcome.total("amount_won").sum() - 501
    )
    assert outcome.standing.month == 202002
    assert outcome.standing.month_net_won.tolist() == [10_000, 32, 0]


def test_it_pays_the_last_won_in_request_order(desk: Desk) -> None:
    population = population_of(desk, {})
    # By members the second payment would come first.
    columns = paid(
        (0, "2020-02-01T12:00", 10_000, 0),
        (1, "2020-02-01T10:00", 10_000, 0),
        (2, "2020-02-01T11:00", 10_000, 0),
    )
    outcome = evaluate_all(population, columns, at_first(3, {**LEFT, 1: 1_500}))
    assert outcome.in_request_order
    assert outcome.column(1, "won").tolist() == [0, 1_000, 500]
    budget = int(LimitedBy.BUDGET)
    assert outcome.column(1, "limited_by").tolist() == [budget, 0, budget]
    assert outcome.standing.left_won[1] == 0


def test_it_takes_members_apart_where_nothing_can_run_out(desk: Desk) -> None:
    population = population_of(desk, {})
    columns = paid((0, "2020-02-01T12:00", 10_000, 0), (1, "2020-02-01T10:00", 10_000, 0))
    whole = evaluate_all(population, columns, at_first(3, {**LEFT, 1: 2_000}))
    assert not whole.in_request_order
    assert whole.standing.left_won[1] == 0
    empty = evaluate_all(population, columns, at_first(3, {**LEFT, 1: 0}))
    assert not empty.in_request_order, "what nobody can draw on is the same in any order"
    assert empty.column(1, "limited_by").tolist() == [int(LimitedBy.BUDGET)] * 2


LADDER = """\
id: a-ladder
version: 1
kind: step_down_ladder
title: {ko: 시험 규칙, en: Test rule}
scope: city
period: {from: 2020-01-01, until: open}
line: line-a
steps: [{left_from_won: 2_000, rate_bp: 1000}, {left_from_won: 0, rate_bp: 500}]
funding: {of: 1, lines: {line-a: 1}}
sources: [https://example.org/notice]
"""


@pytest.mark.parametrize(
    ("left", "won"),
    [
        (4_000, [1_000, 1_000, 1_000]),
        (3_999, [1_000, 1_000, 500]),
        (2_000, [1_000, 500, 500]),
        (1_999, [500, 500, 500]),
    ],
)
def test_it_steps_down_when_less_than_the_level_is_left(left: int, won: list[int]) -> None:
    document = parse_document(LADDER, "ladder.yaml", LINE_IDS)
    rules = compile_rules([document], LINE_IDS, {document.key: 1})
    population = make_population(rules, [SEOGU_SHOP], MEMBERS, FROM_US, UNTIL_US)
    # Members in order, the last of them first in time.
    columns = paid(*((member, f"2020-02-01T1{9 - member}:00", 10_000, 0) for member in range(3)))
    outcome = evaluate_all(population, columns, at_first(3, {**LEFT, 1: left}))
    assert outcome.column(1, "won").tolist() == won[::-1]
    assert outcome.column(1, "choice").tolist() == [int(each == 500) for each in won[::-1]]


def test_it_keeps_a_shop_to_its_ceiling_in_the_order_of_requests(incheon: Incheon) -> None:
    shop = PLUS_SHOP._replace(offer=OfferTerms(month_won_max=800))
    population = make_population(
        incheon.rules, [SEOGU_SHOP, shop], MEMBERS, FROM_US, seoul_us("2020-03-01")
    )
    columns = paid(
        (0, "2020-01-05", 10_000, 1),
        (0, "2020-02-01", 10_000, 1),
        (1, "2020-01-04", 10_000, 1),
    )
    left = dict.fromkeys(incheon.line_ids.values(), MUCH_WON)
    outcome = evaluate_all(population, columns, at_first(3, left))
    assert outcome.discount_won.tolist() == [300, 500, 500]
    assert outcome.in_request_order
    discount = population.rule_ids.index(incheon.rule_ids["incheon-instant-discount@1"])
    assert outcome.limited_by_rule[discount, int(LimitedBy.SHOP_MONTH_CAP)] == 1
    assert outcome.standing.shop_gave_won == {2: 500}


def test_it_goes_on_where_the_month_before_ended(desk: Desk) -> None:
    population = population_of(desk, {"caps": "{per_month: {cashback_won_max: 1500}}"})
    key = "month/a-rule/cashback_won"
    standing = at_first(3, LEFT)
    for when, won, sums in (
        ("2020-02-01", 1_000, 1_000),
        ("2020-02-02", 500, 1_500),
        ("2020-03-01", 1_000, 1_000),
    ):
        outcome = evaluate_all(population, paid((0, when, 10_000, 0)), standing)
        standing = outcome.standing
        assert outcome.column(1, "won").tolist() == [won]
        assert standing.sums[key].tolist() == [sums, 0, 0]
    assert standing.left_won[1] == MUCH_WON - 2_500


def test_it_changes_nothing_without_payments(desk: Desk) -> None:
    standing = at_first(3, LEFT)
    outcome = evaluate_all(population_of(desk, {}), paid(), standing)
    assert outcome.standing is standing
    assert outcome.won_by_rule.sum() == 0


def test_it_gives_nothing_where_no_rule_is_in_force(desk: Desk) -> None:
    population = population_of(desk, {"since": "2020-04-01"})
    outcome = evaluate_all(population, paid((0, "2020-02-01", 10_000, 0)), at_first(3, LEFT))
    assert outcome.rule_ids().tolist() == [[NO_RULE]]
    assert outcome.standing.month_net_won[0] == 10_000


WRONG = {
    "member": {"member": 3},
    "shop": {"shop": 2},
    "channel": {"channel": 200},
    "before": {"at_us": FROM_US - 1},
    "after": {"at_us": UNTIL_US},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_it_refuses_what_the_population_does_not_have(desk: Desk, wrong: dict[str, int]) -> None:
    right = {"member": 0, "at_us": FROM_US, "amount_won": 1, "shop": 0, "channel": 1}
    with pytest.raises(ColumnsError, match="row 0"):
        evaluate_all(population_of(desk, {}), payments(**right | wrong), at_first(3, LEFT))


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("amount_won", [0], "amount_won: row 0 holds 0"),
        ("amount_won", [1, 1 << 31], "2,147,483,648"),
        ("paid_otherwise_won", [-1], "paid_otherwise_won"),
        ("member", [1, 2, 3], "3 rows"),
        ("amount_won", [1.5], "whole numbers"),
    ],
)
def test_it_refuses_columns_that_cannot_be(column: str, value: list[int], said: str) -> None:
    right: dict[str, object] = {
        "member": 0, "at_us": [FROM_US, FROM_US], "amount_won": 1, "shop": 0, "channel": 1,
    }  # fmt: skip
    with pytest.raises(ColumnsError, match=said):
        payments(**right | {column: value})  # type: ignore[arg-type]


def test_it_refuses_a_payment_before_the_standing(desk: Desk) -> None:
    standing = Standing(202003, np.zeros(3, np.int64), LEFT)
    with pytest.raises(ColumnsError, match="202003"):
        evaluate_all(population_of(desk, {}), paid((0, "2020-02-01", 1, 0)), standing)


def test_it_asks_for_what_every_line_has_left(desk: Desk) -> None:
    with pytest.raises(KeyError):
        evaluate_all(population_of(desk, {}), paid((0, "2020-02-01", 1, 0)), at_first(3, {}))


def test_every_kind_that_pays_at_a_payment_says_its_numbers() -> None:
    paying = [kind for kind in KINDS.values() if kind.moment in (Moment.TILL, Moment.PURCHASE)]
    assert [kind.name for kind in paying if kind.numbers is None] == []


def test_it_leaves_a_gift_that_no_row_holds_to_functions_that_refuse_it() -> None:
    own = ("kind:", "line:", "steps:")
    common = [line for line in LADDER.splitlines() if not line.startswith(own)]
    text = "\n".join([*common, "kind: first_purchase", "gift_won: 2_147_483_648"])
    document = parse_document(text, "gift.yaml", LINE_IDS)
    rules = compile_rules([document], LINE_IDS, {document.key: 1})
    population = make_population(rules, [SEOGU_SHOP], MEMBERS, FROM_US, UNTIL_US)
    assert "2,147,483,648" in population.by_functions[0]
    with pytest.raises(OverflowError):
        evaluate_all(population, paid((0, "2020-02-01", 10_000, 0)), at_first(3, LEFT))


def test_it_runs_on_threads_that_do_not_wait_for_each_other() -> None:
    options = play.targetoptions  # type: ignore[attr-defined]
    assert options["nogil"]
    assert options["nopython"]


def test_parts_end_with_a_member() -> None:
    member = np.array([0, 0, 0, 0, 0, 1, 1, 2, 2, 2], np.int32)
    assert run._parts(member, 2) == [(0, 5), (5, 10)]
    assert run._parts(member, 3) == [(0, 0), (0, 5), (5, 10)]


def test_kept_machine_code_is_named_by_all_its_sources(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    folder = machine_code.kept_in()
    assert folder is not None
    assert folder.parent == tmp_path
    assert folder.stat().st_mode & 0o077 == 0
    (tmp_path / "kernel.py").write_text("another", encoding="utf-8")
    monkeypatch.setattr(machine_code, "_PLAYERS", (tmp_path,))
    assert machine_code.kept_in() != folder


def test_nothing_is_kept_where_nothing_can_be_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file"))
    assert machine_code.kept_in() is None
