"""A gift for the member who brought a friend, and one for the friend.

Both are awarded (`dure.campaigns`) `after_days` after the friend's first payment that stands, once
the friend has paid as much as the rule asks. The choice of an awarded line is the gift in won.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dure.policy.kinds.kind import CHOICE_MAX, Amount, Kind, Moment
from dure.policy.reading import Nodes, Reader


@dataclass(frozen=True, slots=True)
class Referral:
    """`gift_won` to the one who brought, `friend_gift_won` (0 for none) to the friend.

    `friend_payments_won_min` is what the friend must have paid net by then.
    """

    gift_won: int
    friend_gift_won: int
    after_days: int
    friend_payments_won_min: int


def _read(reader: Reader, entries: Nodes) -> Referral | None:
    gift_won = reader.integer(entries.get("gift_won"), "gift_won", 1, CHOICE_MAX)
    friend_won = reader.integer(entries.get("friend_gift_won"), "friend_gift_won", 0, CHOICE_MAX)
    after_days = reader.integer(entries.get("after_days"), "after_days", 0, 366)
    key = "friend_payments_won_min"
    least_won = reader.integer(entries.get(key), key, 1)
    if gift_won is None or after_days is None:
        return None
    return Referral(gift_won, friend_won or 0, after_days, least_won or 1)


def _amount(_terms: Referral) -> Amount:
    """The gift does not depend on a base: it is for a friend and not for a payment."""

    def given(_base_won: int, _month_net_won: int, gift_won: int) -> tuple[int, int]:
        return gift_won, gift_won

    return given


KIND: Final[Kind[Referral]] = Kind(
    name="referral",
    noun=("친구 초대 선물", "referral gift"),
    moment=Moment.LATER,
    required={"gift_won": "3000", "after_days": "7"},
    optional={"friend_gift_won": "2000", "friend_payments_won_min": "10000"},
    at_shop=False,
    read=_read,
    amount=_amount,
)
