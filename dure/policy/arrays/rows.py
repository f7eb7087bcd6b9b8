"""Writes rule versions as rows of whole numbers; see `layout`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dure.policy.arrays.asking import NotInNumbersError, minutes_of_week, refuse_unknown_conditions
from dure.policy.arrays.columns import PAYMENT_WON_MAX
from dure.policy.arrays.layout import (
    BRACKET,
    CARD,
    LADDER,
    MINUTES_OF_WEEK,
    NO_LIMIT,
    NONE,
    OFFER,
    RULE,
    SCALE,
    STEP,
)
from dure.policy.compiled import CompiledRule
from dure.policy.funding import SHOP_LINE_ID
from dure.policy.kinds.numbers import OPEN_END_WON, Numbers, Scale
from dure.policy.occasions import OfferTerms, ShopFacts
from dure.policy.release import account_key

TRAITS_MAX: Final = 62
HELD: Final = "stamps of "
"""How the sums begin that count a member's stamps; what follows is the front of their names."""
_FILLED: Final = 2


class RuleRows:
    """The rows of rules and of what belongs to them; each rule and scale is written once.

    `line_ids` gives the budget lines in the order of their places, `from_us` and `until_us` the
    time of the population. `accounts` are those of releases, as (name, the rule's place). Raises
    NotInNumbersError from `place_of` when a rule cannot be written as numbers.
    """

    def __init__(self, line_ids: Sequence[int], from_us: int, until_us: int) -> None:
        self.rule_ids: list[int] = []
        self.accounts: list[tuple[int, int]] = []
        self._span = (from_us, until_us)
        self.sum_names: list[str] = []
        self.asking_members: list[CompiledRule] = []
        self._line_place = {line_id: place for place, line_id in enumerate(line_ids)}
        self._numbers: list[Numbers] = []
        self._rules: list[dict[str, int]] = []
        self._scales: list[tuple[int, ...]] = []
        self._scale_place: dict[tuple[int, int], int] = {}
        self._brackets: list[tuple[int, int, int]] = []
        self._ladders: list[tuple[int, int, int]] = []
        self._ladder_place: dict[int, int] = {}
        self._offers: list[OfferTerms] = []
        self._steps: list[tuple[int, int, int]] = []
        self._stamps: list[int] = []
        self._cards: list[tuple[int, int, int]] = []
        self._stamp_sums: list[list[int]] = []
        self._shares: list[tuple[int, int]] = []
        self._firsts: list[int] = []
        self._weeks: list[NDArray[np.bool_]] = []
        self._groups: list[str] = []

    def place_of(self, rule: CompiledRule) -> int:
        """The place of a rule version, which is written when it was not there."""
        if rule.rule_id not in self.rule_ids:
            numbers = numbers_of(rule)
            self._rules.append(self._row(rule, numbers))
            self._numbers.append(numbers)
            self.rule_ids.append(rule.rule_id)
            if numbers.stamps:
                self._rules[-1]["card"] = len(self._stamps)
                self._stamps.append(numbers.stamps)
        return self.rule_ids.index(rule.rule_id)

    def offer(self, terms: OfferTerms | None) -> int:
        """The place of the terms of a shop's own offer."""
        if terms is None:
            return NONE
        if terms not in self._offers:
            self._offers.append(terms)
        return self._offers.index(terms)

    def entry(self, rule: int, choice: int, offer: int) -> tuple[int, ...]:
        """The `ENTRY` of a rule whose `choice` holds at shops with an offer of such terms."""
        numbers = self._numbers[rule]
        asked = offer if numbers.at_offer_times else NONE
        if asked >= 0 and not numbers.from_offer_price:
            asked = self.offer(self._offers[offer]._replace(payment_won_min=0))
        if not numbers.steps:
            return (rule, self._scale(rule, choice), choice, NONE, asked)
        if rule not in self._ladder_place:
            first = len(self._steps)
            for level, step in numbers.steps:
                self._steps.append((level, self._scale(rule, step), step))
            self._ladder_place[rule] = len(self._ladders)
            line = self._rules[rule]["ladder_line"]
            self._ladders.append((line, first, len(self._steps)))
        return (rule, NONE, choice, self._ladder_place[rule], asked)

    def add_card(
        self, rule: CompiledRule, shops: Sequence[ShopFacts], held: Sequence[bool]
    ) -> None:
        """Names the stamp of each shop at which a card's rule holds."""
        place = self.place_of(rule)
        stamps = self._stamps[self._rules[place]["card"]]
        sums = [
            self._sum(rule.tally_key(shop)) if holds else NONE
            for shop, holds in zip(shops, held, strict=True)
        ]
        front, hyphen, _ = rule.tally_key(shops[0]).rpartition("-")
        held_sum = self._sum(f"{HELD}{front}{hyphen}")
        self._cards.append((stamps, held_sum, self._scale(place, _FILLED)))
        self._stamp_sums.append(sums)

    def _scale(self, rule: int, choice: int) -> int:
        key = (rule, choice)
        if key not in self._scale_place:
            scale: Scale = self._numbers[rule].scale(choice)
            if scale.gift_won > PAYMENT_WON_MAX:
                raise NotInNumbersError(f"a gift of {scale.gift_won:,} won fits no row")
            first = len(self._brackets)
            self._brackets += scale.brackets
            ceiling, last = scale.brackets[-1][1:] if scale.brackets else (0, 0)
            if scale.gift_won:
                ceiling, last = OPEN_END_WON, 0
            self._scale_place[key] = len(self._scales)
            self._scales.append((first, len(self._brackets), ceiling, last, scale.gift_won))
        return self._scale_place[key]

    def _row(self, rule: CompiledRule, numbers: Numbers) -> dict[str, int]:
        document, splitter = rule.document, rule.splitter
        rounds = splitter.in_rounds
        share_from = len(self._shares)
        for line_id, share in zip(splitter.line_ids, rounds.shares, strict=True):
            line = NONE if line_id == SHOP_LINE_ID else self._line_place[line_id]
            self._shares.append((line, share))
        first_from = len(self._firsts)
        for parts in rounds.firsts:
            self._firsts += parts
        asked = document.eligibility
        joined, stop = asked.joined_within_days, rule.stop_line_id
        row = {
            "trait": self._trait(rule),
            "week": self._week(rule),
            "payment_won_min": asked.payment_won_min,
            "joined_within_days": NONE if joined is None else joined,
            "group": self._group(document.best_of),
            "outside_month": int(rule.outside_month),
            "stop_line": NONE if stop is None else self._line_place[stop],
            "is_limited": int(rule.is_capped or rule.is_counted),
            "share_from": share_from,
            "share_until": len(self._shares),
            "whole": rounds.whole,
            "first_from": first_from,
            "card": NONE,
            "ladder_line": self._line_place[rule.watched_ids[0]] if numbers.steps else NONE,
        }
        return row | self._limits(rule, numbers) | self._released(rule)

    def _released(self, rule: CompiledRule) -> dict[str, int]:
        """The accounts of a rule with releases that payments of the population may draw on."""
        release, (from_us, until_us) = rule.release, self._span
        if release is None:
            return dict.fromkeys((n for n in RULE.names or () if n.startswith("release_")), NONE)
        document = rule.document
        first = release.number_of_account(max(from_us, document.from_us))
        last = release.number_of_account(max(min(until_us, document.until_us) - 1, from_us))
        row = {
            "release_from": len(self.accounts),
            "release_first": first,
            "release_accounts": last - first + 1,
            "release_won": release.won,
            "release_first_us": release.first_us,
            "release_every_us": release.every_us,
            "release_carried": int(release.carried_on),
        }
        place = len(self.rule_ids)
        for number in range(first, last + 1):
            self.accounts.append((account_key(rule.rule_id, number), place))
        return row

    def _limits(self, rule: CompiledRule, numbers: Numbers) -> dict[str, int]:
        caps = rule.document.caps
        counted = rule.counted(1, 1)
        limits = {
            "payment_won_max": caps.payment_cashback_won_max,
            "month_won_max": caps.month_cashback_won_max,
            "member_won_max": caps.member_cashback_won_max,
            "month_payments_max": caps.month_payments_max,
            "member_payments_max": caps.member_payments_max,
            "used_won_max": rule.document.stops.until_sum_used_won,
            "times_max": numbers.times_max,
        }
        sums = {
            "month_won_sum": rule.month_won_key,
            "member_won_sum": rule.ever_won_key,
            "month_payments_sum": rule.month_payments_key,
            "member_payments_sum": rule.ever_payments_key,
        }
        row = {name: NO_LIMIT if most is None else most for name, most in limits.items()}
        for name, key in sums.items():
            row[name] = self._sum(key) if key in counted else NONE
        row["times_sum"] = NONE if numbers.times_max is None else row["member_payments_sum"]
        if numbers.times_max is not None and row["times_sum"] == NONE:
            raise NotInNumbersError("how often it has been given is not counted")
        return row

    def _sum(self, name: str) -> int:
        if name not in self.sum_names:
            self.sum_names.append(name)
        return self.sum_names.index(name)

    def _group(self, name: str | None) -> int:
        if name is None:
            return NONE
        if name not in self._groups:
            self._groups.append(name)
        return self._groups.index(name)

    def _trait(self, rule: CompiledRule) -> int:
        asked = rule.document.eligibility
        if not (
            asked.member_districts
            or asked.member_level_min
            or asked.birth_year_min is not None
            or asked.birth_year_max is not None
        ):
            return NONE
        if len(self.asking_members) == TRAITS_MAX:
            raise NotInNumbersError(f"more than {TRAITS_MAX} rules ask something of the member")
        self.asking_members.append(rule)
        return len(self.asking_members) - 1

    def _week(self, rule: CompiledRule) -> int:
        minutes = minutes_of_week(rule)
        if minutes is None:
            return NONE
        self._weeks.append(minutes)
        return len(self._weeks) - 1

    def arrays(self) -> dict[str, Any]:
        """The fields of `Tables` that belong to rules."""
        names = RULE.names or ()
        rules = np.array([tuple(row[name] for name in names) for row in self._rules], RULE)
        # Accounts lie after the sums of all rules.
        rules["release_from"][rules["release_from"] != NONE] += len(rules)
        month_sums = [n for n, name in enumerate(self.sum_names) if name.startswith("month/")]
        shares = np.array(self._shares or [(NONE, 1)], np.int64)
        return {
            "rules": rules,
            "scales": np.array(self._scales, SCALE),
            "brackets": np.array(self._brackets, BRACKET),
            "offers": np.array([offer[:4] for offer in self._offers], OFFER),
            "ladders": np.array(self._ladders, LADDER),
            "steps": np.array(self._steps, STEP),
            "cards": np.array(self._cards, CARD),
            "stamp_sum": np.array(self._stamp_sums or [[]], np.int32),
            "share_line": np.ascontiguousarray(shares[:, 0]),
            "share_won": np.ascontiguousarray(shares[:, 1]),
            "firsts": np.array(self._firsts or [0], np.int64),
            "weeks": np.array(self._weeks, np.bool_).reshape(-1, MINUTES_OF_WEEK),
            "month_sums": np.array(month_sums, np.int64),
            "groups": len(self._groups),
            "asks_minutes": bool(self._weeks or self._offers),
        }


def numbers_of(rule: CompiledRule) -> Numbers:
    """The kind's terms as numbers. Raises NotInNumbersError, with the reason, when it has none."""
    kind = rule.kind
    if kind.numbers is None:
        raise NotInNumbersError(f"the kind {kind.name} does not say its amounts in numbers")
    refuse_unknown_conditions(rule)
    numbers: Numbers = kind.numbers(rule.document.terms)
    if rule.tally is not None and not numbers.stamps:
        raise NotInNumbersError(f"the kind {kind.name} counts payments under names of its own")
    return numbers
