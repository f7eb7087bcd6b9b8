"""What comes out: columns for every payment, sums by rule, line, month and district."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dure.policy.arrays.columns import Standing
from dure.policy.arrays.layout import LIMITS, LINE, NONE, TOTALS, Integers, Result
from dure.policy.arrays.population import Population

NO_RULE: Final = 0
"""Stands in a column of rule ids where no rule held."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rules gave, and how everybody stands afterwards.

    Sums are arrays whose places `population` names: `won_by_rule` and `payments_by_rule` (rule,
    month, district of the shop), `limited_by_rule` (rule, `LimitedBy`: how many lines),
    `drawn_by_line` (line, month; the shops' own share is on no line). Discounts are among the
    rules, at the shops' cost. Columns of payments are there when they were asked for.
    """

    population: Population
    standing: Standing
    result: Result
    in_request_order: bool

    @property
    def won_by_rule(self) -> Integers:
        return self.result.won

    @property
    def payments_by_rule(self) -> Integers:
        return self.result.payments

    @property
    def limited_by_rule(self) -> Integers:
        return self.result.limited

    @property
    def drawn_by_line(self) -> Integers:
        return self.result.drawn

    @property
    def discount_won(self) -> NDArray[np.int32]:
        """What was taken off each price."""
        return self.result.discount_won

    def total(self, name: str) -> Integers:
        """One of `layout.TOTALS` by (month, district)."""
        totals: Integers = self.result.totals[..., TOTALS.index(name)]
        return totals

    def column(self, rule_id: int, field: str) -> NDArray[np.int32]:
        """`won`, `limited_by`, `full_won` or `choice` of a rule for each payment; 0 without a line.

        Raises ValueError when the rule is not among the population's.
        """
        place = self.population.rule_ids.index(rule_id)
        found = np.zeros(len(self.result.lines), np.int32)
        for lines in self.result.lines.T:
            here = lines["rule"] == place
            found[here] = lines[field][here]
        return found

    def has_line(self, rule_id: int) -> NDArray[np.bool_]:
        """For each payment whether the rule has a line, if only of 0 won."""
        place = self.population.rule_ids.index(rule_id)
        held: NDArray[np.bool_] = (self.result.lines["rule"] == place).any(axis=1)
        return held

    def rule_ids(self) -> NDArray[np.int64]:
        """(payment, line) to the rule's id; `NO_RULE` where there is no line."""
        ids = np.array([*self.population.rule_ids, NO_RULE], np.int64)
        named: NDArray[np.int64] = ids[self.result.lines["rule"]]
        return named

    def funding(self, rule_id: int) -> dict[int, Integers]:
        """What each budget line (the shop: 0) pays of a rule for each payment."""
        rule = self.population.rules.get_rule(rule_id)
        won = self.column(rule_id, "won").astype(np.int64)
        rounds = rule.splitter.in_rounds
        firsts = np.array(rounds.firsts, np.int64)
        whole, rest = np.divmod(won, rounds.whole)
        return {
            line_id: whole * share + firsts[rest, place]
            for place, (line_id, share) in enumerate(
                zip(rule.splitter.line_ids, rounds.shares, strict=True)
            )
        }


def new_result(population: Population, rows: int, *, keeps_rows: bool) -> Result:
    """Sums of nothing, and rows that are still to be written; without `keeps_rows` only one."""
    rules, lines = len(population.rule_ids), len(population.line_ids)
    months, districts = len(population.months), len(population.districts)
    kept = rows if keeps_rows else 1
    return Result(
        np.zeros(kept, np.int32),
        np.full(kept, NONE, np.int16),
        np.empty((kept, population.lines_max), LINE),
        np.zeros((rules, months, districts), np.int64),
        np.zeros((rules, months, districts), np.int64),
        np.zeros((rules, LIMITS), np.int64),
        np.zeros((lines, months), np.int64),
        np.zeros((months, districts, len(TOTALS)), np.int64),
        np.zeros(lines, np.int64),
        np.zeros(rules, np.int64),
        np.zeros(len(population.ceiling_shop_ids), np.int64),
    )


def beside(result: Result, *, keeps_rows: bool) -> Result:
    """Sums of its own for another thread, and the same rows; without rows one of its own."""
    alone = result._replace(
        won=np.zeros_like(result.won),
        payments=np.zeros_like(result.payments),
        limited=np.zeros_like(result.limited),
        drawn=np.zeros_like(result.drawn),
        totals=np.zeros_like(result.totals),
        short=np.zeros_like(result.short),
        ended=np.zeros_like(result.ended),
        at_ceiling=np.zeros_like(result.at_ceiling),
    )
    if keeps_rows:
        return alone
    return alone._replace(
        discount_won=result.discount_won.copy(),
        discount_rule=result.discount_rule.copy(),
        lines=result.lines.copy(),
    )
