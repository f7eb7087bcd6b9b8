"""The facts a decision is made on: wallets, cards, holds, limits, and where they are looked up.

The engine fills these from PostgreSQL, a test or a simulation from memory; `decide` cannot tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import NamedTuple, Protocol

from dure.ledger.movement import Movement
from dure.merchants.directory import ShopEntry
from dure.policy.evaluate import RuleSet
from dure.policy.occasions import MemberFacts


class CardStatus(IntEnum):
    """The states of a card."""

    ISSUED = 1
    ACTIVE = 2
    BLOCKED = 3
    CLOSED = 4
    REPLACED = 5
    BLOCKED_BEFORE_ACTIVATION = 6


class HoldState(IntEnum):
    """The states of a hold."""

    OPEN = 1
    CAPTURED = 2
    RELEASED = 3
    EXPIRED = 4


class CouponState(IntEnum):
    """The states of a coupon."""

    OPEN = 1
    USED = 2
    LAPSED = 3


class GiftState(IntEnum):
    """The states of a gift; only a waiting one may go on, and then once."""

    WAITING = 1
    TAKEN = 2
    RETURNED = 3


COUPONS_HELD = "ever/_coupons/held"
"""The member's sum of open coupons; a payment looks for coupons only where there is one."""
COUPONS_BY_HAND = "ever/_coupons/by_hand"
"""1 where the member wants no coupon used that a request does not name."""

WALLET_OPEN = 1
WALLET_LOCKED = 2


class Card:
    """A card as the directory knows it; `token` is the keyed hash of its number."""

    __slots__ = (
        "atc", "card_id", "code_failed_at_us", "code_failures", "expires_yymm", "issued_at_us",
        "kind", "masked_pan", "member_id", "pin_failures", "pvv", "replaces_card_id", "status",
        "token",
    )  # fmt: skip

    def __init__(
        self,
        token: bytes,
        card_id: int,
        member_id: int,
        kind: int,
        status: int,
        expires_yymm: int,
        pvv: str | None = None,
        atc: int = -1,
        pin_failures: int = 0,
        masked_pan: str = "",
        replaces_card_id: int | None = None,
        code_failures: int = 0,
        code_failed_at_us: int = 0,
    ) -> None:
        self.token = token
        self.card_id = card_id
        self.member_id = member_id
        self.kind = kind
        self.status = status
        self.expires_yymm = expires_yymm
        self.pvv = pvv
        self.atc = atc
        self.pin_failures = pin_failures
        self.masked_pan = masked_pan
        self.replaces_card_id = replaces_card_id
        self.code_failures = code_failures
        self.code_failed_at_us = code_failed_at_us
        self.issued_at_us = 0


class Wallet:
    """A member's purses and the month's net payments. Amounts are whole won.

    `held_won` is the part of the charged money that holds reserve; `allowances` maps a programme
    to (won left, expiry in microseconds) and is filled only where `allowance_won` is not zero;
    `coupons` has the open ones by number and is None where there are none.
    """

    __slots__ = (
        "allowance_won", "allowances", "cashback_in_won", "cashback_won", "charged_in_won",
        "charged_won", "claim_won", "counters", "coupons", "facts", "held_won", "last_id",
        "member_id",
        "month", "month_charged_won", "shard", "spend_cashback", "status", "usage_won",
    )  # fmt: skip

    def __init__(self, shard: int, member_id: int, facts: MemberFacts) -> None:
        self.shard = shard
        self.member_id = member_id
        self.facts = facts
        self.status = WALLET_OPEN
        self.spend_cashback = True
        self.month = 0
        self.last_id = 0
        self.charged_won = 0
        self.cashback_won = 0
        self.allowance_won = 0
        self.held_won = 0
        self.claim_won = 0
        self.usage_won = 0
        self.month_charged_won = 0
        self.charged_in_won = 0
        self.cashback_in_won = 0
        self.counters: dict[str, int] | None = None
        self.allowances: dict[int, tuple[int, int]] | None = None
        self.coupons: dict[int, Coupon] | None = None


class Coupon:
    """A coupon of a member; `coupon_id` is the movement of its claim.

    `worth_won` is the most that it can give, `reserved_won` what of it budget lines have reserved;
    `place` counts the member's coupons of the rule. It may be used from `from_us` to before
    `until_us`.
    """

    __slots__ = (
        "coupon_id", "from_us", "member_id", "per_person", "place", "reserved_won", "rule",
        "rule_version_id", "shard", "state", "until_us", "used_by", "worth_won",
    )  # fmt: skip

    def __init__(
        self, shard: int, coupon_id: int, member_id: int, rule: str, rule_version_id: int,
        place: int, per_person: int, worth_won: int, reserved_won: int, from_us: int,
        until_us: int, state: int = CouponState.OPEN, used_by: int | None = None,
    ) -> None:  # fmt: skip
        self.shard = shard
        self.coupon_id = coupon_id
        self.member_id = member_id
        self.rule = rule
        self.rule_version_id = rule_version_id
        self.place = place
        self.per_person = per_person
        self.worth_won = worth_won
        self.reserved_won = reserved_won
        self.from_us = from_us
        self.until_us = until_us
        self.state = state
        self.used_by = used_by


class Hold:
    """An amount of charged money reserved at a shop until captured, released or expired."""

    __slots__ = (
        "ended_by", "expires_at_us", "held_won", "member_id", "movement_id", "shard", "shop_id",
        "state",
    )  # fmt: skip

    def __init__(
        self, shard: int, movement_id: int, member_id: int, shop_id: int, held_won: int,
        expires_at_us: int, state: int = HoldState.OPEN, ended_by: int | None = None,
    ) -> None:  # fmt: skip
        self.shard = shard
        self.movement_id = movement_id
        self.member_id = member_id
        self.shop_id = shop_id
        self.held_won = held_won
        self.expires_at_us = expires_at_us
        self.state = state
        self.ended_by = ended_by


class Lot(NamedTuple):
    """A charge as the ordinance sees it; see Note [Lots without updates] in 0001_money.sql."""

    movement_id: int
    in_from_won: int
    in_until_won: int
    expires_at_us: int
    given: bool = False
    """It came as another member's gift: to be spent, never paid out."""


class Gift:
    """Charged money on its way from one member to another; `gift_id` is the movement that sent it.

    `shard` is the giver's. It may be taken before `until_us`; `taker_id` is who has it in the end.
    """

    __slots__ = (
        "ended_by", "gift_id", "giver_id", "shard", "state", "taker_id", "until_us", "won",
    )  # fmt: skip

    def __init__(
        self, shard: int, gift_id: int, giver_id: int, won: int, until_us: int,
        state: int = GiftState.WAITING, ended_by: int | None = None, taker_id: int | None = None,
    ) -> None:  # fmt: skip
        self.shard = shard
        self.gift_id = gift_id
        self.giver_id = giver_id
        self.won = won
        self.until_us = until_us
        self.state = state
        self.ended_by = ended_by
        self.taker_id = taker_id


class Limits(NamedTuple):
    """What a verified level may hold, charge in a month and pay at once, in won."""

    holding_won_max: int
    charge_won_month_max: int
    payment_won_max: int


class Programme(NamedTuple):
    """Where a policy allowance may be spent and which line pays for it; empty means anywhere."""

    programme_id: int
    line_id: int
    districts: frozenset[int] = frozenset()
    sectors: frozenset[str] = frozenset()


class Awarded(NamedTuple):
    """What was awarded for a payment: by which rule version, in which variant, how many won."""

    rule_id: int
    choice: int
    won: int


class PastMonth:
    """The net payments of a member in a month before the wallet's current one."""

    __slots__ = ("cashback_in_won", "counters", "usage_won")

    def __init__(
        self, usage_won: int, cashback_in_won: int, counters: dict[str, int] | None
    ) -> None:
        self.usage_won = usage_won
        self.cashback_in_won = cashback_in_won
        self.counters = counters


class Facts(Protocol):
    """Everything a decision may look up. What is looked up by a decision was gathered before it."""

    @property
    def budget_left(self) -> Mapping[int, int]: ...
    @property
    def unreleased_won(self) -> Mapping[int, int]: ...
    @property
    def elsewhere_won(self) -> Mapping[int, int]: ...
    @property
    def used_won(self) -> Mapping[int, int]: ...
    @property
    def programmes(self) -> Mapping[int, Programme]: ...
    @property
    def rules(self) -> RuleSet: ...
    def card(self, token: bytes) -> Card | None: ...
    def wallet(self, member_id: int) -> Wallet | None: ...
    def shop(self, shop_code: str) -> ShopEntry | None: ...
    def shop_by_id(self, shop_id: int) -> ShopEntry | None: ...
    def limits(self, level: int, at_us: int) -> Limits: ...
    def prior(self, shard: int, key: bytes) -> Movement | None: ...
    def movement(self, shard: int, movement_id: int) -> Movement | None: ...
    def by_approval_code(self, member_id: int, approval_code: str) -> Movement | None: ...
    def cancelled(self, shard: int, original_id: int) -> tuple[int, int]: ...
    def hold(self, shard: int, movement_id: int) -> Hold | None: ...
    def coupon_of(self, shard: int, payment_id: int) -> Coupon | None: ...
    def coupons_issued(self, rule: str) -> int: ...
    def shop_gave_won(self, shop_id: int, month: int) -> int: ...
    def lots(self, member_id: int) -> list[Lot]: ...
    def gift(self, shard: int, gift_id: int) -> Gift | None: ...
    def gifts_waiting_won(self, giver_id: int) -> int: ...
    def past_month(self, member_id: int, month: int) -> PastMonth | None: ...
    def awards(self, shard: int, payment_id: int) -> list[Awarded]: ...
    def lapsed_cashback_in_won(self, member_id: int, before_month: int) -> int: ...
