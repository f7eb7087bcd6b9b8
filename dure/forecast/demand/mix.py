"""Where a city's won are spent: classes of shops and members with their share of all payments.

A rule's own conditions are asked for every class, so that its share of the payments follows from
the document and from nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from dure.policy.occasions import MemberFacts, ShopFacts


class ShopClass(NamedTuple):
    """Payments of one kind: their share of all won, the shop, the member, the channel."""

    share: float
    shop: ShopFacts
    member: MemberFacts
    channel: int


@dataclass(frozen=True, slots=True)
class ShopMix:
    """Classes whose shares sum to 1. `ticket_won` is the mean payment."""

    classes: tuple[ShopClass, ...]
    ticket_won: int = 20_000


def general_mix(benefit_plus_share: float = 0.02) -> ShopMix:
    """A city of which nothing is known: districts by people, bands by what small shops sell."""
    raise NotImplementedError
