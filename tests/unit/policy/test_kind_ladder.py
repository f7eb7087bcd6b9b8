"""A ladder steps down with the money on its line, and a step once given stays with its payment."""

from __future__ import annotations

import pytest

from dure.policy.clawback import earned_on_rest
from tests.unit.policy.kinds_desk import compiled, document, line_of, occasion, rule_one, won_by

LADDER = """\
line: line-b
steps:
  - {left_from_won: 1000000, rate_bp: 1000}
  - {left_from_won: 300000, rate_bp: 600}
  - {left_from_won: 0, rate_bp: 0}
month_payments_won_max: 500000"""


@pytest.mark.parametrize(
    ("left_won", "month", "gives", "step"),
    [
        (2_000_000, 0, 1_000, 0),
        (1_000_000, 0, 1_000, 0),
        (999_999, 0, 600, 1),
        (300_000, 0, 600, 1),
        (299_999, 0, 0, 2),
        (0, 0, 0, 2),
        (-10, 0, 0, 2),
        (2_000_000, 495_000, 500, 0),
        (2_000_000, 500_000, 0, 0),
    ],
)
def test_its_rate_follows_what_is_left(left_won: int, month: int, gives: int, step: int) -> None:
    rules = compiled([document("step_down_ladder", LADDER)])
    line = line_of(rules, occasion(10_000, month, left={2: left_won}))
    assert line is not None
    assert (line.won, line.choice) == (gives, step)


def test_it_watches_a_line_without_drawing_on_it() -> None:
    rules = compiled([document("step_down_ladder", LADDER)])
    rule = rule_one(rules)
    assert rule.line_ids == (1, 2)
    line = line_of(rules, occasion(10_000))
    assert line is not None
    assert line.funding == ((1, 1_000),)


def test_what_an_earlier_rule_draws_counts_for_the_step() -> None:
    first = document("flat_rate", "rate_bp: 100\nstacks_with: [ladder]", name="a-flat",
                     funding="{of: 1, lines: {line-b: 1}}")  # fmt: skip
    ladder = document("step_down_ladder", LADDER, name="ladder")
    rules = compiled([ladder, first])
    assert won_by(rules, occasion(10_000, left={2: 1_000_099})) == 600
    assert won_by(rules, occasion(10_000, left={2: 1_000_100})) == 1_000


def test_a_cancellation_asks_for_the_step_of_the_payment() -> None:
    rules = compiled([document("step_down_ladder", LADDER)])
    assert earned_on_rest(rules, 1, 5_000, 0, 1_000, 0) == 500
    assert earned_on_rest(rules, 1, 5_000, 0, 600, 1) == 300
