"""Of rules with one `best_of` only that pays which gives the most, as limits and money stand."""

from __future__ import annotations

from typing import Any

import pytest

from dure.policy.lines import LimitedBy
from tests.unit.policy.kinds_desk import compiled, document, occasion

FREE, BETTER, BUDGET = LimitedBy.NONE, LimitedBy.BETTER_RULE, LimitedBy.BUDGET
LINE_B = "{of: 1, lines: {line-b: 1}}"


def rule(name: str, rate_bp: int, own: str = "best_of: one", **parts: str) -> Any:
    return document("flat_rate", f"rate_bp: {rate_bp}\n{own}", name=name, **parts)


def gives(documents: list[Any], won: int, **facts: Any) -> list[tuple[int, LimitedBy]]:
    """(won, reason) of each rule in the order of the documents."""
    rules = compiled(documents)
    asked = occasion(won, **facts)
    lines = {line.rule_id: line for line in rules.at(asked.at_us).evaluate(asked)}
    return [(lines[n].won, LimitedBy(lines[n].limited_by)) for n in sorted(lines)]


@pytest.mark.parametrize(
    ("rates", "gave"),
    [
        ((600, 200), [(600, FREE), (0, BETTER)]),
        ((200, 600), [(0, BETTER), (600, FREE)]),
        ((600, 600), [(600, FREE), (0, BETTER)]),
        ((100, 300, 200), [(0, BETTER), (300, FREE), (0, BETTER)]),
    ],
)
def test_the_largest_pays_and_the_first_of_equals(
    rates: tuple[int, ...], gave: list[tuple[int, LimitedBy]]
) -> None:
    documents = [rule(f"rule-{n}", rate_bp) for n, rate_bp in enumerate(rates)]
    assert gives(documents, 10_000) == gave


def test_a_cap_counts_in_the_comparison() -> None:
    capped = rule("a", 1_000, "best_of: one\ncaps: {per_payment: {cashback_won_max: 100}}")
    assert gives([capped, rule("b", 200)], 10_000) == [(0, BETTER), (200, FREE)]


def test_an_empty_line_leaves_the_place_to_the_other() -> None:
    documents = [rule("a", 1_000), rule("b", 200, funding=LINE_B)]
    assert gives(documents, 10_000, left={1: 150}) == [(0, BETTER), (200, FREE)]
    assert gives(documents, 10_000, left={1: 250}) == [(250, BUDGET), (0, BETTER)]


def test_the_better_one_finds_in_their_line_what_the_other_gives_back() -> None:
    documents = [rule("a", 200), rule("b", 600)]
    assert gives(documents, 10_000, left={1: 600}) == [(0, BETTER), (600, FREE)]
    assert gives(documents, 10_000, left={1: 100}) == [(100, BUDGET), (0, BETTER)]


def test_what_the_better_one_draws_is_missing_for_those_after_it() -> None:
    documents = [rule("a", 200), rule("b", 600), rule("c", 300, "stacks_with: [a, b]")]
    assert gives(documents, 10_000, left={1: 700}) == [(0, BETTER), (600, FREE), (100, BUDGET)]


def test_two_groups_do_not_know_of_each_other() -> None:
    other = "best_of: two\nstacks_with: [a, b]"
    documents = [rule("a", 200), rule("b", 600), rule("c", 100, other), rule("d", 50, other)]
    assert gives(documents, 10_000) == [(0, BETTER), (600, FREE), (100, FREE), (0, BETTER)]


def test_who_does_not_hold_does_not_compete() -> None:
    early = rule("a", 900, "best_of: one\neligibility: {payment_won_min: 20000}")
    assert gives([early, rule("b", 200)], 10_000) == [(200, FREE)]
