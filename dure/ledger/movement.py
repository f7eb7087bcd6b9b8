"""A movement: what the journal keeps of one request, refused or done, with its legs."""

from __future__ import annotations

from enum import IntEnum


class MovementKind(IntEnum):
    """What a journal row records. Numbers are stored and never change their meaning."""

    PURCHASE = 1
    HOLD = 2
    CAPTURE = 3
    CANCEL = 4
    REFUND = 5
    RELEASE = 6
    REVERSED_FIRST = 7
    INQUIRY = 8
    REFUND_UNDONE = 9
    CHARGE = 10
    CHARGE_SUSPENDED = 11
    RETURN_CHARGE = 12
    WITHDRAW = 13
    WITHDRAW_PAID = 14
    WITHDRAW_FAILED = 15
    GRANT = 16
    APPROPRIATE = 17
    EXPIRE_HOLD = 18
    EXPIRE_MONEY = 19
    OPENING = 20
    BUDGET_TRANSFER = 21
    BUDGET_COMMIT = 22
    BUDGET_UNCOMMIT = 23
    BUDGET_RELEASE = 24
    OPEN_WALLET = 30
    CHANGE_WALLET = 31
    ISSUE_CARD = 32
    CHANGE_CARD = 33
    COUPON_CLAIM = 40
    COUPON_EXPIRE = 41
    AWARD = 42
    GIFT_SENT = 50
    GIFT_TAKEN = 51
    GIFT_RETURNED = 52
    DONATION = 53


LEG_WON_MAX = 2_147_483_647
"""What one leg holds; Note [Legs as arrays] in 0001_money.sql."""

PAYMENTS = frozenset({MovementKind.PURCHASE, MovementKind.CAPTURE})
OF_BUDGETS = frozenset(
    {
        MovementKind.APPROPRIATE,
        MovementKind.BUDGET_TRANSFER,
        MovementKind.BUDGET_COMMIT,
        MovementKind.BUDGET_UNCOMMIT,
        MovementKind.BUDGET_RELEASE,
    }
)
"""What brings money to a budget line or takes it away without spending it."""

TAKINGS = PAYMENTS | {MovementKind.REFUND_UNDONE}
"""What takes money from a member for a shop, for reports."""

GIVINGS_BACK = frozenset({MovementKind.CANCEL, MovementKind.REFUND})


class Movement:
    """One journal row. Amounts are whole won; legs are debit positive, credit negative.

    `amount_won` is the gross amount asked for, `discount_won` the shop's instant discount in it,
    `usage_won` what it adds to (or takes from) the net payments of `usage_month` which stood at
    `usage_before_won`; `incentive` is packed as (rule version, won, limited by, full won) per line.
    """

    __slots__ = (
        "accounts", "allowance_after_won", "amount_won", "amounts", "card_id",
        "cashback_after_won", "channel", "charged_after_won", "discount_won", "incentive",
        "kind", "member_id", "movement_id", "occurred_at_us", "original_id", "previous_id",
        "reason", "request_key", "shard", "shop_id", "usage_before_won", "usage_month",
        "usage_won",
    )  # fmt: skip

    def __init__(
        self, kind: int, request_key: bytes, shard: int, occurred_at_us: int, amount_won: int = 0
    ) -> None:
        self.kind = kind
        self.request_key = request_key
        self.shard = shard
        self.occurred_at_us = occurred_at_us
        self.amount_won = amount_won
        self.reason = 0
        self.channel = 0
        self.movement_id = 0
        self.member_id: int | None = None
        self.previous_id: int | None = None
        self.original_id: int | None = None
        self.card_id: int | None = None
        self.shop_id: int | None = None
        self.discount_won = 0
        self.usage_month = 0
        self.usage_before_won = 0
        self.usage_won = 0
        self.charged_after_won = 0
        self.cashback_after_won = 0
        self.allowance_after_won = 0
        self.accounts: list[int] = []
        self.amounts: list[int] = []
        self.incentive: list[int] | None = None

    def leg(self, account: int, amount_won: int) -> None:
        """Adds a leg, debit positive; nothing is left out, and what one leg cannot hold is cut."""
        if amount_won:
            if not -LEG_WON_MAX <= amount_won <= LEG_WON_MAX:
                amount_won = self._leg_in_parts(account, amount_won)
            self.accounts.append(account)
            self.amounts.append(amount_won)

    def _leg_in_parts(self, account: int, amount_won: int) -> int:
        part_won = LEG_WON_MAX if amount_won > 0 else -LEG_WON_MAX
        parts, rest_won = divmod(abs(amount_won) - 1, LEG_WON_MAX)
        self.accounts += [account] * parts
        self.amounts += [part_won] * parts
        return rest_won + 1 if amount_won > 0 else -rest_won - 1

    def sum_of(self, account: int) -> int:
        """What this movement puts on the account, debit positive."""
        return sum(
            amount
            for leg, amount in zip(self.accounts, self.amounts, strict=True)
            if leg == account
        )

    def legs_between(self, above: int, below: int) -> list[tuple[int, int]]:
        """The legs on accounts with numbers between the two (neither included)."""
        return [
            (leg, amount)
            for leg, amount in zip(self.accounts, self.amounts, strict=True)
            if above < leg < below
        ]
