"""Sums of a budget tree, matching, and tables: pure."""

from __future__ import annotations

import pytest

from dure.budget.lines import COMMITMENT, PROGRAMME, Line
from dure.budget.matching import Matching, compare
from dure.budget.positions import Position
from dure.budget.refusals import SENTENCES, BudgetRefusal
from dure.budget.tables import percent, table, width
from dure.budget.tree import Sums, grow, sums_of_year

LINES = [
    Line(1, "state", "국비", "State", "state", None, 2020),
    Line(2, "city", "시비", "City", "city", None, 2020, parent_id=1),
    Line(3, "seogu", "구비", "Seo-gu", "district", 28260, 2020, parent_id=2),
    Line(4, "markets", "시장", "Markets", "city", None, 2020, PROGRAMME, 2),
    Line(5, "coupons", "쿠폰", "Coupons", "city", None, 2020, COMMITMENT, 2),
    Line(6, "next", "내년", "Next", "state", None, 2021),
]
POSITIONS = {
    1: Position(1_000, 0, 0, 400, 300),
    2: Position(500, -100, -50, 0, 100),
    3: Position(200, 0, 0, 0, 200),
    4: Position(0, 100, 0, 0, 10),
    5: Position(0, 0, 50, 0, 20),
}


def test_it_adds_every_line_to_those_above_it() -> None:
    top, other = grow(LINES, POSITIONS)
    city = top.below[0]
    assert city.own == Sums(400, 0, 30, 120)
    assert (city.own.free_won, city.own.unspent_won) == (250, 280)
    assert city.whole == Sums(700, 0, 30, 330)
    assert top.whole == Sums(1_700, 400, 30, 630)
    assert other.whole == Sums()
    assert sums_of_year([top, other], 2020) == top.whole


def test_free_money_of_a_line_is_what_its_account_has_left() -> None:
    for top in grow(LINES, POSITIONS):
        for _, branch in top.walk():
            if branch.line.role != COMMITMENT:
                assert branch.own.free_won == branch.position.left_won


def test_the_execution_rate_is_spent_over_budget_rounded_down() -> None:
    assert Sums(3, 0, 0, 1).execution_bp == 3_333
    assert Sums(0, 0, 0, 0).execution_bp == 0


def test_every_line_stands_in_the_walk_once() -> None:
    walked = [branch.line.line_id for top in grow(LINES, POSITIONS) for _, branch in top.walk()]
    assert sorted(walked) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("shares", "declared", "inverted"),
    [
        ((4, 2, 0), [6_666, 3_333], False),
        ((2, 4, 0), [3_333, 6_666], True),
        ((5, 2, 3), [5_000, 2_000, 3_000], True),  # the district declared more than the city gives
        ((4, 0, 1), [8_000, 2_000], False),
    ],
)
def test_matching_compares_declared_with_actual(
    shares: tuple[int, int, int], declared: list[int], inverted: bool
) -> None:
    report = compare(grow(LINES, POSITIONS)[0], Matching(shares, "협약"))
    assert [part.declared_bp for part in report.payers] == declared
    assert report.is_inverted is inverted
    spent = {part.payer: part.spent_won for part in report.payers}
    assert spent["state"] == 300
    assert spent.get("city", 130) == 130, "with what commitments and programmes spent"


def test_hangul_takes_two_places() -> None:
    assert width("예산 a") == 6
    shown = table(("과목", "won"), [["가", "1"], ["abc", "1,000"]], frozenset({1}))
    assert shown.splitlines() == ["과목    won", "----  -----", "가        1", "abc   1,000"]


def test_a_rate_is_shown_exactly() -> None:
    assert [percent(bp) for bp in (0, 5, 10_000, 12_345)] == [
        "0.00%",
        "0.05%",
        "100.00%",
        "123.45%",
    ]


def test_every_refusal_has_its_sentences() -> None:
    assert set(SENTENCES) == set(BudgetRefusal)
