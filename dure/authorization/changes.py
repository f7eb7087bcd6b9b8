"""What was changed in the books since the last write, for whoever makes it durable."""

from __future__ import annotations

from dure.authorization.facts import Card, Hold, Lot, PastMonth, Wallet
from dure.ledger.movement import Movement


class Changes:
    """What was changed since the last write, by key; the writer of the engine empties it."""

    __slots__ = (
        "allowances", "appropriated", "cancelled", "cards", "cards_added", "holds_cut",
        "holds_ended", "holds_made", "lots_made", "lots_withdrawn", "movements", "past_months",
        "spent", "terms", "used", "wallets", "wallets_opened",
    )  # fmt: skip

    def __init__(self) -> None:
        self.movements: list[Movement] = []
        self.wallets: dict[int, Wallet] = {}
        self.wallets_opened: list[Wallet] = []
        self.terms: dict[int, Wallet] = {}
        self.cards: dict[bytes, Card] = {}
        self.cards_added: list[Card] = []
        self.spent: dict[int, int] = {}
        self.appropriated: dict[int, int] = {}
        self.used: dict[int, int] = {}
        self.allowances: dict[tuple[int, int], tuple[int, int]] = {}
        self.holds_made: list[Hold] = []
        self.holds_cut: list[Hold] = []
        self.holds_ended: list[Hold] = []
        self.lots_made: list[tuple[Wallet, Lot]] = []
        self.lots_withdrawn: list[tuple[Wallet, Lot, int]] = []
        self.cancelled: dict[tuple[int, int], tuple[int, int, int]] = {}
        self.past_months: dict[tuple[int, int], PastMonth] = {}
