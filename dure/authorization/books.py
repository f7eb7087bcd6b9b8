"""The books in memory: the facts that decisions read, and the one place that applies a decision.

The engine keeps one of these filled from PostgreSQL and writes what `Changes` names; tests and
simulations keep one whole. `apply` moves money by the legs of the movement and by nothing else.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import MutableMapping

from dure.authorization.answers import approval_code_of
from dure.authorization.carry_out import CARRY_OUT
from dure.authorization.changes import Changes
from dure.authorization.effects import Decision
from dure.authorization.facts import (
    Awarded,
    Card,
    Coupon,
    Gift,
    GiftState,
    Hold,
    Limits,
    Lot,
    PastMonth,
    Programme,
    Wallet,
)
from dure.ledger.accounts import ALLOWANCE_BASE, BUDGET_BASE, UNRELEASED_BASE, Account
from dure.ledger.movement import OF_BUDGETS, Movement
from dure.merchants.directory import ShopEntry
from dure.policy.compiled import ever_of, month_of_sums
from dure.policy.evaluate import RuleSet

_CHARGED = int(Account.MEMBER_CHARGED)
_CASHBACK = int(Account.MEMBER_CASHBACK)
_CLAIMS = int(Account.MEMBER_CLAIMS)
_BUDGETS = frozenset(int(kind) for kind in OF_BUDGETS)
_UNRELEASED = UNRELEASED_BASE - BUDGET_BASE


class LimitsUnknownError(LookupError):
    """No limits are set for the level at the instant; the city has to set them."""


class Books:
    """Wallets, cards, shops, rules and the journal that decisions see; see `Facts`."""

    def __init__(self, rules: RuleSet) -> None:
        self.now_us = 0
        self.rules = rules
        self.budget_left: dict[int, int] = {}
        self.unreleased_won: dict[int, int] = {}
        self.elsewhere_won: dict[int, int] = {}
        self.used_won: dict[int, int] = {}
        self.programmes: dict[int, Programme] = {}
        self.limits_from: dict[int, tuple[list[int], list[Limits]]] = {}
        self.shops: dict[str, ShopEntry] = {}
        self.shops_by_id: dict[int, ShopEntry] = {}
        self.cards: MutableMapping[bytes, Card] = {}
        self.wallets: MutableMapping[int, Wallet] = {}
        self.by_key: dict[tuple[int, bytes], Movement] = {}
        self.by_id: dict[tuple[int, int], Movement] = {}
        self.cancellations: dict[tuple[int, int], tuple[int, int]] = {}
        self.holds: dict[tuple[int, int], Hold] = {}
        self.lots_of: dict[int, list[Lot]] = {}
        self.past_months: dict[tuple[int, int], PastMonth] = {}
        self.coupons_used: dict[tuple[int, int], Coupon] = {}
        self.gifts: dict[tuple[int, int], Gift] = {}
        self.issued: dict[str, int] = {}
        self.shop_months: dict[tuple[int, int], int] = {}
        self.awards_of: dict[tuple[int, int], list[Awarded]] = {}
        self.changes = Changes()

    # What decisions ask.

    def card(self, token: bytes) -> Card | None:
        return self.cards.get(token)

    def wallet(self, member_id: int) -> Wallet | None:
        return self.wallets.get(member_id)

    def shop(self, shop_code: str) -> ShopEntry | None:
        return self.shops.get(shop_code)

    def shop_by_id(self, shop_id: int) -> ShopEntry | None:
        return self.shops_by_id.get(shop_id)

    def limits(self, level: int, at_us: int) -> Limits:
        dated = self.limits_from.get(level)
        if dated is None or at_us < dated[0][0]:
            raise LimitsUnknownError(f"no limits for level {level} at {at_us}")
        return dated[1][bisect_right(dated[0], at_us) - 1]

    def prior(self, shard: int, key: bytes) -> Movement | None:
        return self.by_key.get((shard, key))

    def movement(self, shard: int, movement_id: int) -> Movement | None:
        return self.by_id.get((shard, movement_id))

    def by_approval_code(self, member_id: int, approval_code: str) -> Movement | None:
        """The latest approved movement of the member with the code, of those in memory."""
        found = None
        for movement in self.by_id.values():
            if movement.member_id != member_id or movement.reason:
                continue
            if approval_code_of(movement.movement_id) == approval_code and (
                found is None or movement.movement_id > found.movement_id
            ):
                found = movement
        return found

    def cancelled(self, shard: int, original_id: int) -> tuple[int, int]:
        return self.cancellations.get((shard, original_id), (0, 0))

    def hold(self, shard: int, movement_id: int) -> Hold | None:
        return self.holds.get((shard, movement_id))

    def coupon_of(self, shard: int, payment_id: int) -> Coupon | None:
        """The coupon that the payment used, whatever became of it since."""
        return self.coupons_used.get((shard, payment_id))

    def coupons_issued(self, rule: str) -> int:
        return self.issued.get(rule, 0)

    def shop_gave_won(self, shop_id: int, month: int) -> int:
        """What a shop with a monthly ceiling has taken off at the till in the month."""
        return self.shop_months.get((shop_id, month), 0)

    def lots(self, member_id: int) -> list[Lot]:
        return self.lots_of.get(member_id, [])

    def gift(self, shard: int, gift_id: int) -> Gift | None:
        return self.gifts.get((shard, gift_id))

    def gifts_waiting_won(self, giver_id: int) -> int:
        """What the member has given and nobody has taken yet."""
        return sum(
            gift.won
            for gift in self.gifts.values()
            if gift.giver_id == giver_id and gift.state == GiftState.WAITING
        )

    def past_month(self, member_id: int, month: int) -> PastMonth | None:
        return self.past_months.get((member_id, month))

    def awards(self, shard: int, payment_id: int) -> list[Awarded]:
        return self.awards_of.get((shard, payment_id), [])

    def lapsed_cashback_in_won(self, member_id: int, before_month: int) -> int:
        """All cashback that had come in by the end of the month before; 0 when none is known."""
        return max(
            (
                past.cashback_in_won
                for (member, month), past in self.past_months.items()
                if member == member_id and month < before_month
            ),
            default=0,
        )

    # The one place that changes them.

    def apply(self, decision: Decision, movement_id: int) -> Movement:
        """Carries out a decision under the movement's id (microseconds, rising in the shard)."""
        movement = decision.movement
        movement.movement_id = movement_id
        wallet = decision.wallet
        effects = decision.effects
        if wallet is not None:
            # Named before it is touched: whatever fails below, it is known not to be believed.
            self.changes.wallets[wallet.member_id] = wallet
            counts = movement.usage_won or movement.incentive
            if counts and movement.usage_month > wallet.month:
                # A new month begins before its first cashback comes in, which lapses by the month.
                self.enter_month(wallet, movement.usage_month)
        if effects:
            for effect in effects:
                CARRY_OUT[type(effect)](self, decision, effect)
        if movement.accounts:
            self._move(movement, wallet)
            if wallet is not None and wallet.cashback_won > wallet.cashback_in_won:
                # What was taken back is earned again, and what it had paid for is given back too.
                # Nothing may go out that never came in: so it comes in now.
                wallet.cashback_in_won = wallet.cashback_won
        if wallet is not None:
            if movement.usage_won:
                self._use(wallet, movement.usage_month, movement.usage_won)
            movement.previous_id = wallet.last_id or None
            wallet.last_id = movement_id
            movement.charged_after_won = wallet.charged_won
            movement.cashback_after_won = wallet.cashback_won
            movement.allowance_after_won = wallet.allowance_won
            decision.held_won = wallet.held_won
        self.changes.movements.append(movement)
        self._remember(movement)
        return movement

    def _remember(self, movement: Movement) -> None:
        self.by_key[(movement.shard, movement.request_key)] = movement
        self.by_id[(movement.shard, movement.movement_id)] = movement

    def _move(self, movement: Movement, wallet: Wallet | None) -> None:
        for account, amount in zip(movement.accounts, movement.amounts, strict=True):
            if account == _CHARGED:
                assert wallet is not None
                wallet.charged_won -= amount
            elif account == _CASHBACK:
                assert wallet is not None
                wallet.cashback_won -= amount
            elif account > BUDGET_BASE:
                self._move_budget(movement.kind, account - BUDGET_BASE, amount)
            elif account > ALLOWANCE_BASE:
                assert wallet is not None
                self._move_allowance(wallet, account - ALLOWANCE_BASE, amount)
            elif account == _CLAIMS:
                assert wallet is not None
                wallet.claim_won += amount

    def _move_budget(self, kind: int, line_id: int, amount: int) -> None:
        if kind in _BUDGETS:
            self._move_appropriated(line_id, -amount)
            return
        self.budget_left[line_id] -= amount
        spent = self.changes.spent
        spent[line_id] = spent.get(line_id, 0) + amount

    def _move_appropriated(self, line_id: int, won: int) -> None:
        """A line gets `won` that nobody has spent; above `_UNRELEASED` it may not spend it yet."""
        appropriated = self.changes.appropriated
        if line_id > _UNRELEASED:
            line_id -= _UNRELEASED
            unreleased = self.changes.unreleased
            self.unreleased_won[line_id] = self.unreleased_won.get(line_id, 0) + won
            unreleased[line_id] = unreleased.get(line_id, 0) + won
        else:
            self.budget_left[line_id] += won
        appropriated[line_id] = appropriated.get(line_id, 0) + won

    def _move_allowance(self, wallet: Wallet, programme_id: int, amount: int) -> None:
        assert wallet.allowances is not None, "an allowance is granted before it moves"
        left_won, expires_at_us = wallet.allowances[programme_id]
        wallet.allowances[programme_id] = (left_won - amount, expires_at_us)
        wallet.allowance_won -= amount
        self.changes.allowances[(wallet.member_id, programme_id)] = (
            left_won - amount,
            expires_at_us,
        )

    def enter_month(self, wallet: Wallet, month: int) -> None:
        """Puts the month that was behind the wallet when a later one begins."""
        if month <= wallet.month:
            return
        if wallet.month and (wallet.usage_won or wallet.counters or wallet.cashback_in_won):
            self.keep_past(
                wallet.member_id,
                wallet.month,
                PastMonth(wallet.usage_won, wallet.cashback_in_won, month_of_sums(wallet.counters)),
            )
        wallet.month = month
        wallet.usage_won = 0
        wallet.month_charged_won = 0
        if wallet.counters:
            wallet.counters = ever_of(wallet.counters) or None
            self.changes.counted.add(wallet.member_id)

    def keep_past(self, member_id: int, month: int, past: PastMonth) -> None:
        """Notes what a month before the wallet's current one now stands at."""
        self.past_months[(member_id, month)] = past
        self.changes.past_months[(member_id, month)] = past

    def past(self, wallet: Wallet, month: int) -> PastMonth:
        """What is known of a month before the wallet's current one."""
        past = self.past_months.get((wallet.member_id, month))
        return past if past is not None else PastMonth(0, 0, None)

    def _use(self, wallet: Wallet, month: int, won: int) -> None:
        """Adds to the net payments of the month, the current or an earlier one."""
        if month == wallet.month:
            wallet.usage_won += won
            return
        past = self.past(wallet, month)
        past.usage_won += won
        self.keep_past(wallet.member_id, month, past)
