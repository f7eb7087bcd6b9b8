"""Gifts of a fixed sum: how they are read, given once, and kept while the payment stands.

A least price is said in `eligibility` (`payment_won_min`); what is left of a payment must reach it
as well for the gift to stay (`dure.policy.clawback`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dure.policy.kinds.kind import NOT_CHOSEN, Amount, Choose
from dure.policy.kinds.numbers import Numbers, Scale
from dure.policy.occasions import Occasion
from dure.policy.reading import Nodes, Reader
from dure.policy.sentences import Sentence

REQUIRED: Final[dict[str, str]] = {"gift_won": "5000"}
OPTIONAL: Final[dict[str, str]] = {"times_max": "1"}


@dataclass(frozen=True, slots=True)
class Gift:
    """`won` for a payment, `times_max` times for a member, over all versions of rule `rule`."""

    rule: str
    won: int
    times_max: int


def given_key(rule: str) -> str:
    """The member's sum of payments that have earned by the rule; see Note [Sums of a member]."""
    return f"ever/{rule}/payments"


def read(reader: Reader, entries: Nodes) -> Gift | None:
    """`gift_won`, and `times_max` where it is not once."""
    won = reader.integer(entries.get("gift_won"), "gift_won", 1)
    times_max = reader.integer(entries.get("times_max"), "times_max", 1, 1_000)
    return None if won is None else Gift(own_name(entries), won, times_max or 1)


def own_name(entries: Nodes) -> str:
    """The id of the document that is being read, by which its sums are named."""
    return str(getattr(entries.get("id"), "value", ""))


def choose(terms: Gift, _line_ids: Mapping[str, int]) -> Choose:
    """As long as the member has not had it."""
    key, times_max = given_key(terms.rule), terms.times_max

    def first(occasion: Occasion, _left: Mapping[int, int]) -> int:
        return 0 if occasion.counters.get(key, 0) < times_max else NOT_CHOSEN

    return first


def amount(terms: Gift) -> Amount:
    """The gift, whole, for any part of a payment that still earns."""
    gift_won = terms.won

    def given(base_won: int, _month_net_won: int, _choice: int) -> tuple[int, int]:
        return (gift_won, gift_won) if base_won > 0 else (0, 0)

    return given


def numbers(terms: Gift) -> Numbers:
    """The gift, as long as the member has not had it."""
    return Numbers(lambda _choice: Scale(gift_won=terms.won), times_max=terms.times_max)


def times_max(terms: Gift) -> int | None:
    """How often a member gets it."""
    return terms.times_max


def because(terms: Gift, _occasion: Occasion) -> tuple[Sentence, ...]:
    """The member has had it as often as there is."""
    times = terms.times_max
    if times == 1:
        return (Sentence("had", "이미 받으신 혜택입니다.", "You have had this already."),)
    ko = f"한 사람이 {times:,}번까지만 받을 수 있습니다."
    return (Sentence("had", ko, f"One member gets this {times:,} times at most."),)
