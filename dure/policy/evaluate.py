"""Which rules are in force at an instant, and what they give for a payment.

Compiling turns documents into flat tuples and closures once; evaluating touches only integers,
tuples and dictionaries, so that the engine can do it within a few microseconds per payment.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import NamedTuple

from dure.policy.compiled import CompiledRule
from dure.policy.districts import CITY
from dure.policy.document import RuleDocument
from dure.policy.funding import SHOP_LINE_ID
from dure.policy.kinds.kind import NOT_CHOSEN, Moment
from dure.policy.lines import DiscountLine, IncentiveLine, LimitedBy
from dure.policy.occasions import Occasion

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


class RulesInForce:
    """The rules that hold from `from_us` to before `until_us`; cheap to ask, never changes.

    `line_ids`, `sum_rule_ids` and `released` (the rules with a release) say which facts an occasion
    must bring; `measured_rules` are those whose payments change sums of the member or of the rule,
    `outside_month` tells whether payments of any of them stay out of the month's net payments.
    """

    __slots__ = (
        "_at_charge",
        "_at_till",
        "_at_till_elsewhere",
        "_elsewhere",
        "_incentives",
        "from_us",
        "line_ids",
        "measured_rules",
        "outside_month",
        "released",
        "rules",
        "sum_rule_ids",
        "until_us",
    )

    def __init__(self, rules: Iterable[CompiledRule], from_us: int, until_us: int) -> None:
        self.rules = tuple(sorted(rules, key=_order))
        self.from_us = from_us
        self.until_us = until_us
        self._incentives, self._elsewhere = _index(self._of(Moment.PURCHASE))
        self._at_till, self._at_till_elsewhere = _index(self._of(Moment.TILL))
        self._at_charge = _together(self._of(Moment.CHARGE))
        self.line_ids = tuple(dict.fromkeys(i for r in self.rules for i in r.line_ids))
        self.sum_rule_ids = tuple(
            r.rule_id for r in self.rules if r.document.stops.until_sum_used_won is not None
        )
        self.released = tuple(r for r in self.rules if r.release is not None)
        self.outside_month = any(r.outside_month for r in self.rules)
        counted = (r.rule_id for r in self.rules if r.is_counted)
        released = (r.rule_id for r in self.released)
        self.measured_rules = frozenset(self.sum_rule_ids).union(counted, released)

    def _of(self, moment: Moment) -> list[CompiledRule]:
        return [rule for rule in self.rules if rule.moment is moment]

    @property
    def counter_keys(self) -> tuple[str, ...]:
        """The member's sums that the caps of these rules look at, tallies apart."""
        return tuple(dict.fromkeys(k for r in self.rules for k in r.counter_keys))

    def discount(self, occasion: Occasion) -> DiscountLine | None:
        """The instant discount at the till; the best where rules compete.

        The occasion's `amount_won` and `earning_won` are the price before the discount.
        """
        shop = occasion.shop
        best: DiscountLine | None = None
        candidates = self._at_till.get(shop.district, self._at_till_elsewhere).rules
        for rule in candidates:
            if rule.holds(occasion):
                choice = rule.choice(occasion, occasion.budget_left)
                if choice == NOT_CHOSEN:
                    continue
                won, _full = rule.amount(occasion.amount_won, 0, choice)
                if won and (best is None or won > best.won):
                    best = DiscountLine(rule.rule_id, won, choice, 0, won)
        return best

    def evaluate(self, occasion: Occasion) -> tuple[IncentiveLine, ...]:
        """The incentive of each rule that holds for the payment; see `evaluate`."""
        return _lines(self._incentives.get(occasion.shop.district, self._elsewhere), occasion)

    def evaluate_charge(self, occasion: Occasion) -> tuple[IncentiveLine, ...]:
        """The bonus of each rule that holds for a top-up; the occasion's shop is `NO_SHOP`."""
        return _lines(self._at_charge, occasion)


def _lines(candidates: _Candidates, occasion: Occasion) -> tuple[IncentiveLine, ...]:
    if candidates.compete:
        return _best_lines(candidates, occasion)
    shop, member, channel = occasion.shop, occasion.member, occasion.channel
    at_us, amount_won = occasion.at_us, occasion.amount_won
    left = occasion.budget_left
    lines = []
    for rule in candidates.rules:
        for holds in rule.shop_conditions:
            if not holds(shop, member, channel, at_us, amount_won):
                break
        else:
            line = rule.line(occasion, left)
            if line is None:
                continue
            lines.append(line)
            if candidates.draw_together and line.funding:
                left = _less(left, line.funding)
    return tuple(lines)


def _best_lines(candidates: _Candidates, occasion: Occasion) -> tuple[IncentiveLine, ...]:
    """As `_lines` where rules compete: of each `best_of` only the line that gives the most.

    What a rule gives is compared as limits and money stand when its turn comes; the first of two
    that give the same wins. The others have a line of 0 won, limited by the better rule.
    """
    left = occasion.budget_left
    lines: dict[int, IncentiveLine] = {}
    best: dict[str, IncentiveLine] = {}
    for rule in candidates.rules:
        group = rule.document.best_of
        before = best.get(group) if group is not None else None
        free = left if before is None else _less(left, tuple((i, -w) for i, w in before.funding))
        line = rule.line(occasion, free) if rule.holds(occasion) else None
        if line is None:
            continue
        lines[rule.rule_id] = line
        if group is None:
            left = _less(left, line.funding)
        elif before is None or line.won > before.won:
            best[group] = line
            left = _less(free, line.funding)
    for rule in candidates.rules:
        group, line = rule.document.best_of, lines.get(rule.rule_id)
        if line is not None and group is not None and best[group] is not line:
            lines[rule.rule_id] = line._replace(
                won=0, limited_by=int(LimitedBy.BETTER_RULE), funding=()
            )
    return tuple(lines.values())


def evaluate(rules: RulesInForce, occasion: Occasion) -> tuple[IncentiveLine, ...]:
    """What the rules in force give for a payment, one line per rule that holds for it.

    A rule that holds but gives nothing because of a limit has a line of 0 won with the limit; a
    rule that does not hold has none (`explain.why_not` tells why). Rules of the city come before
    those of a district and draw on a common line first. Raises KeyError when the occasion does
    not bring what is left of a budget line in `rules.line_ids`.
    """
    return rules.evaluate(occasion)


class RuleSet:
    """All published rules of all times: which hold when, and each by its id.

    `gives_later` tells whether any of them is awarded later, so that awards have to be looked for,
    `releases` whether any releases its money over time.
    """

    __slots__ = ("_by_id", "_starts", "_terms", "gives_later", "releases")

    def __init__(self, rules: Iterable[CompiledRule]) -> None:
        compiled = tuple(rules)
        self._by_id = {rule.rule_id: rule for rule in compiled}
        self.gives_later = any(rule.moment is Moment.LATER for rule in compiled)
        self.releases = any(rule.release is not None for rule in compiled)
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


class _Candidates(NamedTuple):
    """Rules that may hold in one district, in the order in which they draw.

    `draw_together`: two of them draw on or watch one line, so that the second must see what the
    first drew. `compete`: two of them stand in one `best_of`.
    """

    rules: tuple[CompiledRule, ...]
    draw_together: bool
    compete: bool


def _order(rule: CompiledRule) -> tuple[bool, str, int]:
    document = rule.document
    return (document.scope != CITY, document.id, document.version)


def _together(rules: Iterable[CompiledRule]) -> _Candidates:
    found = tuple(rules)
    lines = [line_id for rule in found for line_id in rule.line_ids]
    groups = [rule.document.best_of for rule in found if rule.document.best_of is not None]
    return _Candidates(found, len(lines) != len(set(lines)), len(groups) != len(set(groups)))


def _index(rules: list[CompiledRule]) -> tuple[dict[int, _Candidates], _Candidates]:
    """The rules by the shop's district, and those for a district that no rule names."""
    named = {code for rule in rules for code in rule.document.eligibility.shop_districts}

    def candidates(code: int) -> _Candidates:
        return _together(
            rule
            for rule in rules
            if not (places := rule.document.eligibility.shop_districts) or code in places
        )

    return {code: candidates(code) for code in named}, candidates(CITY)


def _less(left: Mapping[int, int], funding: tuple[tuple[int, int], ...]) -> Mapping[int, int]:
    if not funding:
        return left
    rest = dict(left)
    for line_id, won in funding:
        if line_id != SHOP_LINE_ID:
            rest[line_id] -= won
    return rest
