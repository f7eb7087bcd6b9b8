"""Which rules are in force at an instant, and what they give for a payment.

Compiling turns documents into flat tuples and closures once; evaluating touches only integers,
tuples and dictionaries, so that the engine can do it within a few microseconds per payment.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, Final

from dure.policy.districts import CITY
from dure.policy.document import RuleDocument
from dure.policy.eligibility import conditions
from dure.policy.funding import Splitter
from dure.policy.kinds import KINDS
from dure.policy.kinds.kind import Kind
from dure.policy.lines import DiscountLine, IncentiveLine, LimitedBy
from dure.policy.occasions import MemberFacts, Occasion, ShopFacts

__all__ = [
    "CompiledRule",
    "DiscountLine",
    "IncentiveLine",
    "LimitedBy",
    "RuleSet",
    "RulesInForce",
    "compile_rules",
    "evaluate",
]

_NONE: Final = int(LimitedBy.NONE)
_BRACKET: Final = int(LimitedBy.BRACKET)
_PAYMENT_CAP: Final = int(LimitedBy.PAYMENT_CAP)
_MONTH_CAP: Final = int(LimitedBy.MONTH_CAP)
_PAYMENT_COUNT: Final = int(LimitedBy.PAYMENT_COUNT)
_SUM_USED: Final = int(LimitedBy.SUM_USED)
_BUDGET: Final = int(LimitedBy.BUDGET)


class CompiledRule:
    """One version of a rule, made ready: its conditions, amount, limits and split."""

    __slots__ = (
        "amount",
        "at_till",
        "conditions",
        "document",
        "is_capped",
        "month_payments_key",
        "month_won_key",
        "rule_id",
        "shop_conditions",
        "split",
        "splitter",
        "stop_line_id",
    )

    def __init__(self, document: RuleDocument, rule_id: int, line_ids: Mapping[str, int]) -> None:
        kind: Kind[Any] = KINDS[document.kind]
        self.document = document
        self.rule_id = rule_id
        self.at_till = kind.at_till
        self.amount = kind.amount(document.terms)
        self.conditions = conditions(document.eligibility)
        # The district is looked up in an index before, so the hot path need not ask again.
        self.shop_conditions = tuple(
            holds for reason, holds in self.conditions if reason != "shop_district"
        )
        self.splitter = Splitter(document.funding, line_ids)
        self.split = self.splitter.split
        caps, stops = document.caps, document.stops
        self.stop_line_id = line_ids[stops.line_used_up] if stops.line_used_up else None
        self.month_won_key = f"month/{document.id}/cashback_won"
        self.month_payments_key = f"month/{document.id}/payments"
        self.is_capped = any(
            limit is not None
            for limit in (
                caps.payment_cashback_won_max,
                caps.month_cashback_won_max,
                caps.month_payments_max,
                stops.until_sum_used_won,
                self.stop_line_id,
            )
        )

    @property
    def counter_keys(self) -> tuple[str, ...]:
        """The member's sums of the month that the caps of this rule look at."""
        caps = self.document.caps
        won = (self.month_won_key,) if caps.month_cashback_won_max is not None else ()
        payments = (self.month_payments_key,) if caps.month_payments_max is not None else ()
        return won + payments

    def counts(self, won: int, payments: int) -> tuple[tuple[str, int], ...]:
        """What to add to the member's sums of the month when `won` is paid for `payments`.

        A payment that earned something counts 1; cancelling in part takes back won alone,
        cancelling wholly also the payment (both negative). Empty when no cap asks for it.
        """
        caps = self.document.caps
        added = []
        if caps.month_cashback_won_max is not None and won:
            added.append((self.month_won_key, won))
        if caps.month_payments_max is not None and payments:
            added.append((self.month_payments_key, payments))
        return tuple(added)

    @property
    def line_ids(self) -> tuple[int, ...]:
        """The budget lines that it draws on or watches."""
        watched = () if self.stop_line_id is None else (self.stop_line_id,)
        return tuple(dict.fromkeys([*self.splitter.line_ids, *watched]))

    def line(self, occasion: Occasion, left: Mapping[int, int]) -> IncentiveLine:
        """What it gives for an occasion for which it holds, with `left` won on each line."""
        won, full_won = self.amount(
            occasion.earning_won, occasion.month_net_won, occasion.shop.benefit_plus_bp
        )
        limited_by = _NONE if won == full_won else _BRACKET
        if self.is_capped:
            won, limited_by = self._capped(won, limited_by, occasion, left)
        funding = self.split(won)
        for line_id, part in funding:
            if left[line_id] < part:
                won = self.splitter.affordable_won(won, left)
                return IncentiveLine(self.rule_id, won, _BUDGET, full_won, self.split(won))
        return IncentiveLine(self.rule_id, won, limited_by, full_won, funding)

    def _capped(
        self, won: int, limited_by: int, occasion: Occasion, left: Mapping[int, int]
    ) -> tuple[int, int]:
        """The caps one after another; each that lowers the amount becomes the reason."""
        caps, stops = self.document.caps, self.document.stops
        counters = occasion.counters
        if caps.payment_cashback_won_max is not None and won > caps.payment_cashback_won_max:
            won, limited_by = caps.payment_cashback_won_max, _PAYMENT_CAP
        if caps.month_cashback_won_max is not None:
            rest = max(0, caps.month_cashback_won_max - counters.get(self.month_won_key, 0))
            if won > rest:
                won, limited_by = rest, _MONTH_CAP
        if (
            caps.month_payments_max is not None
            and won > 0
            and counters.get(self.month_payments_key, 0) >= caps.month_payments_max
        ):
            won, limited_by = 0, _PAYMENT_COUNT
        if stops.until_sum_used_won is not None:
            rest = max(0, stops.until_sum_used_won - occasion.used_won.get(self.rule_id, 0))
            if won > rest:
                won, limited_by = rest, _SUM_USED
        if self.stop_line_id is not None and won > 0 and left[self.stop_line_id] <= 0:
            won, limited_by = 0, _BUDGET
        return won, limited_by


class RulesInForce:
    """The rules that hold from `from_us` to before `until_us`; cheap to ask, never changes.

    `line_ids`, `counter_keys` and `sum_rule_ids` say which facts an occasion must bring.
    """

    __slots__ = (
        "_at_till",
        "_at_till_elsewhere",
        "_elsewhere",
        "_incentives",
        "counter_keys",
        "from_us",
        "line_ids",
        "rules",
        "sum_rule_ids",
        "until_us",
    )

    def __init__(self, rules: Iterable[CompiledRule], from_us: int, until_us: int) -> None:
        self.rules = tuple(sorted(rules, key=_order))
        self.from_us = from_us
        self.until_us = until_us
        self._incentives, self._elsewhere = _index([r for r in self.rules if not r.at_till])
        self._at_till, self._at_till_elsewhere = _index([r for r in self.rules if r.at_till])
        self.line_ids = tuple(dict.fromkeys(i for r in self.rules for i in r.line_ids))
        self.counter_keys = tuple(dict.fromkeys(k for r in self.rules for k in r.counter_keys))
        self.sum_rule_ids = tuple(
            r.rule_id for r in self.rules if r.document.stops.until_sum_used_won is not None
        )

    def discount(
        self, price_won: int, shop: ShopFacts, member: MemberFacts, channel: int
    ) -> DiscountLine | None:
        """The instant discount off the price before discount; the best where rules compete."""
        offer_bp = shop.benefit_plus_bp
        if offer_bp == 0:
            return None
        best: DiscountLine | None = None
        candidates, _ = self._at_till.get(shop.district, self._at_till_elsewhere)
        for rule in candidates:
            if all(holds(shop, member, channel) for holds in rule.shop_conditions):
                won, _full = rule.amount(price_won, 0, offer_bp)
                if won and (best is None or won > best.won):
                    best = DiscountLine(rule.rule_id, won, offer_bp)
        return best

    def discount_won(
        self, price_won: int, shop: ShopFacts, member: MemberFacts, channel: int
    ) -> int:
        """The won of the instant discount, 0 when there is none."""
        line = self.discount(price_won, shop, member, channel)
        return 0 if line is None else line.won

    def evaluate(self, occasion: Occasion) -> tuple[IncentiveLine, ...]:
        """The incentive of each rule that holds for the occasion; see `evaluate`."""
        shop, member, channel = occasion.shop, occasion.member, occasion.channel
        candidates, draw_together = self._incentives.get(shop.district, self._elsewhere)
        left = occasion.budget_left
        lines = []
        for rule in candidates:
            for holds in rule.shop_conditions:
                if not holds(shop, member, channel):
                    break
            else:
                line = rule.line(occasion, left)
                lines.append(line)
                if draw_together and line.funding:
                    left = _less(left, line.funding)
        return tuple(lines)


def evaluate(rules: RulesInForce, occasion: Occasion) -> tuple[IncentiveLine, ...]:
    """What the rules in force give for a payment, one line per rule that holds for it.

    A rule that holds but gives nothing because of a limit has a line of 0 won with the limit; a
    rule that does not hold has none (`explain.why_not` tells why). Rules of the city come before
    those of a district and draw on a common line first. Raises KeyError when the occasion does
    not bring what is left of a budget line in `rules.line_ids`.
    """
    return rules.evaluate(occasion)


class RuleSet:
    """All published rules of all times: which hold when, and each by its id."""

    __slots__ = ("_by_id", "_starts", "_terms")

    def __init__(self, rules: Iterable[CompiledRule]) -> None:
        compiled = tuple(rules)
        self._by_id = {rule.rule_id: rule for rule in compiled}
        instants = {-(1 << 62), 1 << 62}
        for rule in compiled:
            instants |= {rule.document.from_us, rule.document.until_us}
        edges = sorted(instants)
        self._starts = edges[1:-1]
        self._terms = tuple(
            RulesInForce(
                [r for r in compiled if r.document.from_us <= a and b <= r.document.until_us],
                a,
                b,
            )
            for a, b in pairwise(edges)
        )

    def at(self, at_us: int) -> RulesInForce:
        """The rules in force at an instant; a rule holds from its start to before its end."""
        return self._terms[bisect_right(self._starts, at_us)]

    def get_rule(self, rule_id: int) -> CompiledRule:
        """The rule version with this id, in force or over. Raises KeyError when there is none."""
        return self._by_id[rule_id]

    @property
    def terms(self) -> tuple[RulesInForce, ...]:
        """Every stretch of time between two changes of the rules, in order."""
        return self._terms


def compile_rules(
    documents: Iterable[RuleDocument],
    line_ids: Mapping[str, int],
    rule_ids: Mapping[str, int],
) -> RuleSet:
    """Makes published documents ready; documents that are only planned are left out.

    `line_ids` gives each budget line's id by its name, `rule_ids` each rule version's id by
    `RuleDocument.key` ("incheon-city-cashback@2"). Raises KeyError when one is missing.
    """
    return RuleSet(
        CompiledRule(document, rule_ids[document.key], line_ids)
        for document in documents
        if document.in_force
    )


_Candidates = tuple[tuple[CompiledRule, ...], bool]


def _order(rule: CompiledRule) -> tuple[bool, str, int]:
    document = rule.document
    return (document.scope != CITY, document.id, document.version)


def _index(rules: list[CompiledRule]) -> tuple[dict[int, _Candidates], _Candidates]:
    """The rules by the shop's district, and those for a district that no rule names.

    With each goes whether two of them draw on or watch one line, so that the second must see
    what the first drew.
    """
    named = {code for rule in rules for code in rule.document.eligibility.shop_districts}

    def candidates(code: int) -> _Candidates:
        found = tuple(
            rule
            for rule in rules
            if not (places := rule.document.eligibility.shop_districts) or code in places
        )
        lines = [line_id for rule in found for line_id in rule.line_ids]
        return found, len(lines) != len(set(lines))

    return {code: candidates(code) for code in named}, candidates(CITY)


def _less(left: Mapping[int, int], funding: tuple[tuple[int, int], ...]) -> dict[int, int]:
    rest = dict(left)
    for line_id, won in funding:
        rest[line_id] -= won
    return rest
