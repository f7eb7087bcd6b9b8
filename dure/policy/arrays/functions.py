"""Payments evaluated by the rules' own functions: what is done where machine code cannot."""

from __future__ import annotations

from typing import Final

import numpy as np

from dure.kernel.calendar import month_of
from dure.policy.arrays.columns import ColumnsError, Standing
from dure.policy.arrays.layout import (
    AMOUNT,
    DISCOUNT,
    EARNING,
    NONE,
    PAYMENTS,
    Columns,
    Integers,
    Result,
)
from dure.policy.arrays.outcome import Outcome, new_result
from dure.policy.arrays.population import Population
from dure.policy.compiled import ever_of
from dure.policy.funding import SHOP_LINE_ID
from dure.policy.lines import IncentiveLine, LimitedBy
from dure.policy.occasions import MemberFacts, Occasion

_MONTH: Final = "month/"


def play_by_functions(
    population: Population, payments: Columns, standing: Standing, order: Integers
) -> Outcome:
    """The same as machine code gives, by `RulesInForce` for one payment after another.

    Raises ColumnsError when a payment names what the population does not have.
    """
    player = _Player(population, payments, standing)
    rows = order.tolist() if len(order) else range(len(payments.at_us))
    for row in rows:
        player.pay(row)
    return player.outcome()


class _Player:
    """The members as they stand, and the rows and sums so far."""

    def __init__(self, population: Population, payments: Columns, standing: Standing) -> None:
        self.population = population
        self.payments = payments
        self.before = standing
        self.result: Result = new_result(population, len(payments.at_us), keeps_rows=True)
        self.result.lines["rule"] = NONE
        self.left = dict(standing.left_won)
        self.used = dict(standing.used_won)
        self.gave = {(i, standing.month): won for i, won in standing.shop_gave_won.items()}
        members = len(population.members.district)
        self.month = [standing.month] * members
        self.net = standing.month_net_won.tolist()
        self.sums: list[dict[str, int]] = [{} for _ in range(members)]
        for name, column in standing.sums.items():
            for member in np.flatnonzero(column).tolist():
                self.sums[member][name] = int(column[member])
        self._district_of = population.district_of.tolist()
        self._rule_place = {rule_id: at for at, rule_id in enumerate(population.rule_ids)}
        self._line_place = {line_id: at for at, line_id in enumerate(population.line_ids)}
        facts = population.members
        columns = (facts.district, facts.birth_year, facts.level, facts.joined_day)
        self._members = [
            MemberFacts(*one) for one in zip(*map(np.ndarray.tolist, columns), strict=True)
        ]

    def pay(self, row: int) -> None:
        """One payment."""
        population, payments = self.population, self.payments
        at_us, member = int(payments.at_us[row]), int(payments.member[row])
        shop, amount_won = int(payments.shop[row]), int(payments.amount_won[row])
        known = member < len(self._members) and shop < len(population.shops)
        if not known or not population.from_us <= at_us < population.until_us:
            raise ColumnsError(f"row {row:,} names a member, shop or instant that is not known")
        rules, month = population.rules.at(at_us), month_of(at_us)
        if self.month[member] != month:
            self.month[member], self.net[member] = month, 0
            self.sums[member] = ever_of(self.sums[member])
        price = Occasion(
            at_us, amount_won, amount_won, self.net[member], population.shops[shop],
            self._members[member], int(payments.channel[row]), self.left, self.sums[member],
            self.used,
        )  # fmt: skip
        place = (population.months.index(month), self._district_of[shop])
        discount_won = self._take_off(row, price, month, place)
        due_won = amount_won - discount_won
        earning_won = max(0, due_won - int(payments.paid_otherwise_won[row]))
        outside = False
        if earning_won:
            lines = rules.evaluate(price._replace(amount_won=due_won, earning_won=earning_won))
            outside = self._take(row, member, price, lines, place)
        self.net[member] += 0 if outside else earning_won
        counted = {PAYMENTS: 1, AMOUNT: amount_won, DISCOUNT: discount_won, EARNING: earning_won}
        for which, won in counted.items():
            self.result.totals[(*place, which)] += won

    def _take_off(self, row: int, price: Occasion, month: int, place: tuple[int, int]) -> int:
        """The discount, no more than the shop's ceiling for the month leaves."""
        rules = self.population.rules.at(price.at_us)
        discount = rules.discount(price) if price.shop.benefit_plus_bp else None
        if discount is None:
            return 0
        won, rule = discount.won, self._rule_place[discount.rule_id]
        limited_by, offer = int(LimitedBy.NONE), price.shop.offer
        if offer is not None and offer.month_won_max is not None:
            key = (price.shop.shop_id, month)
            left_won = max(0, offer.month_won_max - self.gave.get(key, 0))
            if won > left_won:
                won, limited_by = left_won, int(LimitedBy.SHOP_MONTH_CAP)
            self.gave[key] = self.gave.get(key, 0) + won
        self.result.limited[rule, limited_by] += 1
        self.result.discount_rule[row] = rule
        self.result.discount_won[row] = won
        if won:
            self._give(rule, won, place)
        return won

    def _take(
        self,
        row: int,
        member: int,
        occasion: Occasion,
        lines: tuple[IncentiveLine, ...],
        place: tuple[int, int],
    ) -> bool:
        """Counts the lines of a payment; whether it stays out of the month's net payments."""
        outside, sums = False, self.sums[member]
        for at, line in enumerate(lines):
            rule, which = (
                self.population.rules.get_rule(line.rule_id),
                self._rule_place[line.rule_id],
            )
            self.result.lines[row, at] = (
                which, line.limited_by, line.won, line.full_won, line.choice, NONE
            )  # fmt: skip
            self.result.limited[which, line.limited_by] += 1
            for line_id, won in line.funding:
                if line_id != SHOP_LINE_ID:
                    self.left[line_id] -= won
                    self.result.drawn[self._line_place[line_id], place[0]] += won
            added = rule.counted(line.won, int(line.won > 0))
            if rule.tally is not None:
                added[rule.tally_key(occasion.shop)] = 1
            for name, change in added.items():
                sums[name] = sums.get(name, 0) + change
            if line.won:
                self._give(which, line.won, place)
                outside = outside or rule.outside_month
                for key, won in rule.used_by(line.won, occasion.at_us).items():
                    self.used[key] = self.used.get(key, 0) + won
        return outside

    def _give(self, rule: int, won: int, place: tuple[int, int]) -> None:
        self.result.won[rule, *place] += won
        self.result.payments[rule, *place] += 1

    def outcome(self) -> Outcome:
        """What came out, and how everybody stands after the last payment."""
        if not len(self.payments.at_us):
            return Outcome(self.population, self.before, self.result, True)
        last = month_of(int(self.payments.at_us.max()))
        net = np.zeros(len(self.net), np.int64)
        sums: dict[str, Integers] = {
            name: np.zeros(len(self.net), np.int64)
            for name in self.before.sums
            if last == self.before.month or not name.startswith(_MONTH)
        }
        for member, (month, won) in enumerate(zip(self.month, self.net, strict=True)):
            lives = month == last
            net[member] = won if lives else 0
            for name, value in self.sums[member].items():
                if lives or not name.startswith(_MONTH):
                    column = sums.setdefault(name, np.zeros(len(self.net), np.int64))
                    column[member] = value
        gave = {shop_id: won for (shop_id, month), won in self.gave.items() if month == last}
        after = Standing(last, net, self.left, sums, self.used, gave)
        return Outcome(self.population, after, self.result, True)
