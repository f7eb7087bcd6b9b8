"""What was changed in the books since the last write, for whoever makes it durable."""

from __future__ import annotations

from dure.authorization.facts import Card, Coupon, Gift, Hold, Lot, PastMonth, Wallet
from dure.ledger.movement import Movement


class Changes:
    """What was changed since the last write, by key; the writer of the engine empties it.

    `counted` are the members whose sums changed; their wallets are among `wallets`. `pins` are the
    cards with a new PIN, which are among `cards` or `cards_added`; `codes_tried` those that saw a
    wrong code, or a right one after wrong ones. `coupon_uses`
    are (shard, payment, coupon, won), `issued` maps a rule to (coupons claimed, its stock),
    `donations` are (shard, movement, member, fund, won, whether cashback), `shop_months` a shop
    and month to (won of discount, the ceiling or 0).
    """

    __slots__ = (
        "allowances", "appropriated", "awards_made", "awards_standing", "cancelled", "cards",
        "cards_added", "codes_tried",
        "counted", "coupon_uses", "coupons", "coupons_made", "donations",
        "gifts_ended", "gifts_made", "holds_cut", "holds_ended", "holds_made", "issued",
        "lots_made", "lots_withdrawn", "movements",
        "past_months", "pins", "shop_months",
        "spent", "terms", "unreleased", "used", "wallets", "wallets_opened",
    )  # fmt: skip

    def __init__(self) -> None:
        self.movements: list[Movement] = []
        self.wallets: dict[int, Wallet] = {}
        self.wallets_opened: list[Wallet] = []
        self.terms: dict[int, Wallet] = {}
        self.counted: set[int] = set()
        self.cards: dict[bytes, Card] = {}
        self.cards_added: list[Card] = []
        self.pins: dict[bytes, Card] = {}
        self.codes_tried: dict[bytes, Card] = {}
        self.spent: dict[int, int] = {}
        self.appropriated: dict[int, int] = {}
        self.unreleased: dict[int, int] = {}
        self.used: dict[int, int] = {}
        self.allowances: dict[tuple[int, int], tuple[int, int]] = {}
        self.holds_made: list[Hold] = []
        self.holds_cut: list[Hold] = []
        self.holds_ended: list[Hold] = []
        self.lots_made: list[tuple[Wallet, Lot]] = []
        self.lots_withdrawn: list[tuple[Wallet, Lot, int]] = []
        self.cancelled: dict[tuple[int, int], tuple[int, int, int]] = {}
        self.past_months: dict[tuple[int, int], PastMonth] = {}
        self.coupons_made: list[Coupon] = []
        self.coupons: dict[tuple[int, int], Coupon] = {}
        self.coupon_uses: list[tuple[int, int, int, int]] = []
        self.issued: dict[str, tuple[int, int]] = {}
        self.shop_months: dict[tuple[int, int], tuple[int, int]] = {}
        self.gifts_made: list[Gift] = []
        self.gifts_ended: dict[tuple[int, int], Gift] = {}
        self.donations: list[tuple[int, int, int, int, int, bool]] = []
        self.awards_made: list[tuple[int, int, int, int, int, int, int, int]] = []
        self.awards_standing: dict[tuple[int, int, int], int] = {}
