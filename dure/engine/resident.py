"""The engine's own books: what stays in memory between batches, and what is read for one."""

from __future__ import annotations

import math
from typing import Final

from dure.authorization.books import Books
from dure.authorization.changes import Changes
from dure.authorization.facts import Card, Wallet
from dure.engine.residents import RecentKeys, Residents
from dure.policy.evaluate import RuleSet

EVERYWHEN: Final = (-(1 << 62), 1 << 62)
"""Every instant."""
NOT_YET: Final = (0, 0)
"""No instant."""


class ResidentBooks(Books):
    """Books of an engine: wallets and cards stay, the rest is read for each batch.

    Nobody but this engine writes the rows of its shards (see `fence`), so what it has read or
    written stays true until it forgets it.

    `elsewhere_won` and `sums_elsewhere_won` are what other engines hold of budget lines and of
    rules' sums, or nobody has leased yet, as far as this engine knows; `ask_below_won` when it asks
    for more. `lines_are_old` once somebody has brought money to a line; at `look_again_at_s` (by
    the monotonic clock) what others hold is looked at again.
    `releases_open` are the accounts of releases that it knows, each with what is released of it;
    `releases_known` is the stretch of instants whose payments draw on no other accounts.
    """

    def __init__(self, rules: RuleSet, resident_max: int, recent_max: int) -> None:
        super().__init__(rules)
        self.sums_elsewhere_won: dict[int, int] = {}
        self.ask_below_won: dict[int, int] = {}
        self.ask_below_of_sums_won: dict[int, int] = {}
        self.ask_below_of_releases_won: dict[int, int] = {}
        self.releases_open: dict[int, int] = {}
        self.releases_known = NOT_YET if rules.releases else EVERYWHEN
        self.lines_are_old = False
        self.look_again_at_s = math.inf
        self.wallets: Residents[int, Wallet] = Residents(resident_max)
        self.cards: Residents[bytes, Card] = Residents(resident_max)
        self.recent_keys = RecentKeys(recent_max)
        self._keys_noted = 0

    @property
    def shares_money(self) -> bool:
        """Whether other engines hold money of a line or of a rule's sum; see Note [Leases]."""
        return bool(self.elsewhere_won or self.sums_elsewhere_won)

    def card(self, token: bytes) -> Card | None:
        return self.cards.find(token)

    def wallet(self, member_id: int) -> Wallet | None:
        return self.wallets.find(member_id)

    def may_be_known(self, key: bytes) -> bool:
        """Whether this engine has seen the request key lately.

        A key that it has not seen may still stand in the journal from before; then the journal's
        constraint refuses the batch, and the batch is decided again with every key looked up.
        """
        return key in self.recent_keys

    def take_changes(self) -> Changes:
        """What the batch changed; the next one begins with nothing."""
        changes, self.changes = self.changes, Changes()
        self._keys_noted = 0
        return changes

    def end_decisions(self) -> None:
        """After deciding: remembers the keys, forgets what was read for these decisions only."""
        for movement in self.changes.movements[self._keys_noted :]:
            self.recent_keys.add(movement.request_key)
        self._keys_noted = len(self.changes.movements)
        self._clear_batch()

    def make_room(self) -> None:
        """After a commit: what was not asked for longest goes when there is too much."""
        self.wallets.make_room()
        self.cards.make_room()

    def drop_everything(self) -> None:
        """Nothing in memory is believed until it is read again; with nothing under way only."""
        self.take_changes()
        self._clear_batch()
        self.wallets.clear()
        self.cards.clear()

    def drop_changed(self, changes: Changes) -> None:
        """After a batch that PostgreSQL refused whole: forgets only what the batch touched."""
        self._clear_batch()
        for member_id in [*changes.wallets, *(w.member_id for w in changes.wallets_opened)]:
            self.wallets.pop(member_id, None)
        for shop_month, (won, _) in changes.shop_months.items():
            self.shop_months[shop_month] = self.shop_months.get(shop_month, 0) - won
        added = (card.token for card in changes.cards_added)
        for token in [*changes.cards, *changes.codes_tried, *added]:
            self.cards.pop(token, None)

    def _clear_batch(self) -> None:
        self.by_key.clear()
        self.by_id.clear()
        self.cancellations.clear()
        self.holds.clear()
        self.lots_of.clear()
        self.past_months.clear()
        self.coupons_used.clear()
        self.gifts.clear()
        self.issued.clear()
        self.awards_of.clear()
