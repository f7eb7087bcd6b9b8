"""The books in memory: the facts that decisions read, and the one place that applies a decision.

The engine keeps one of these filled from PostgreSQL and writes what `Changes` names; tests and
simulations keep one whole. `apply` moves money by the legs of the movement and by nothing else.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import Any

from dure.authorization import effects as fx
from dure.authorization.answers import approval_code_of
from dure.authorization.changes import Changes
from dure.authorization.effects import Decision
from dure.authorization.facts import (
    Card,
    Hold,
    HoldState,
    Limits,
    Lot,
    PastMonth,
    Programme,
    Wallet,
)
from dure.ledger.accounts import ALLOWANCE_BASE, BUDGET_BASE, Account
from dure.ledger.movement import Movement, MovementKind
from dure.merchants.directory import ShopEntry
from dure.policy.evaluate import RuleSet

_CHARGED = int(Account.MEMBER_CHARGED)
_CASHBACK = int(Account.MEMBER_CASHBACK)
_CLAIMS = int(Account.MEMBER_CLAIMS)
_APPROPRIATE = int(MovementKind.APPROPRIATE)


class LimitsUnknownError(LookupError):
    """No limits are set for the level at the instant; the city has to set them."""


class Books:
    """Wallets, cards, shops, rules and the journal that decisions see; see `Facts`."""

    def __init__(self, rules: RuleSet) -> None:
        self.now_us = 0
        self.rules = rules
        self.budget_left: dict[int, int] = {}
        self.used_won: dict[int, int] = {}
        self.programmes: dict[int, Programme] = {}
        self.limits_from: dict[int, tuple[list[int], list[Limits]]] = {}
        self.shops: dict[str, ShopEntry] = {}
        self.shops_by_id: dict[int, ShopEntry] = {}
        self.cards: dict[bytes, Card] = {}
        self.wallets: dict[int, Wallet] = {}
        self.by_key: dict[tuple[int, bytes], Movement] = {}
        self.by_id: dict[tuple[int, int], Movement] = {}
        self.cancellations: dict[tuple[int, int], tuple[int, int]] = {}
        self.holds: dict[tuple[int, int], Hold] = {}
        self.lots_of: dict[int, list[Lot]] = {}
        self.past_months: dict[tuple[int, int], PastMonth] = {}
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

    def lots(self, member_id: int) -> list[Lot]:
        return self.lots_of.get(member_id, [])

    def past_month(self, member_id: int, month: int) -> PastMonth | None:
        return self.past_months.get((member_id, month))

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
            if movement.usage_won and movement.usage_month > wallet.month:
                # A new month begins before its first cashback comes in, which lapses by the month.
                self.enter_month(wallet, movement.usage_month)
        if effects:
            for effect in effects:
                _APPLY[type(effect)](self, decision, effect)
        if movement.accounts:
            self._move(movement, wallet)
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
        self.budget_left[line_id] -= amount
        if kind == _APPROPRIATE:
            sums = self.changes.appropriated
            amount = -amount
        else:
            sums = self.changes.spent
        sums[line_id] = sums.get(line_id, 0) + amount

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
            self._keep_past(
                wallet.member_id,
                wallet.month,
                PastMonth(wallet.usage_won, wallet.cashback_in_won, wallet.counters),
            )
        wallet.month = month
        wallet.usage_won = 0
        wallet.month_charged_won = 0
        if wallet.counters:
            wallet.counters = None
            self.changes.terms[wallet.member_id] = wallet

    def _keep_past(self, member_id: int, month: int, past: PastMonth) -> None:
        self.past_months[(member_id, month)] = past
        self.changes.past_months[(member_id, month)] = past

    def _past(self, wallet: Wallet, month: int) -> PastMonth:
        past = self.past_months.get((wallet.member_id, month))
        return past if past is not None else PastMonth(0, 0, None)

    def _use(self, wallet: Wallet, month: int, won: int) -> None:
        """Adds to the net payments of the month, the current or an earlier one."""
        if month == wallet.month:
            wallet.usage_won += won
            return
        past = self._past(wallet, month)
        past.usage_won += won
        self._keep_past(wallet.member_id, month, past)

    def _count(self, decision: Decision, effect: fx.Counted) -> None:
        wallet, month = decision.wallet, decision.movement.usage_month
        assert wallet is not None
        if month > wallet.month:
            self.enter_month(wallet, month)
        if month == wallet.month:
            wallet.counters = _added(wallet.counters, effect.changes)
            self.changes.terms[wallet.member_id] = wallet
            return
        past = self._past(wallet, month)
        past.counters = _added(past.counters, effect.changes)
        self._keep_past(wallet.member_id, month, past)

    def _use_rule(self, decision: Decision, effect: fx.RuleUsed) -> None:
        for rule_id, won in effect.changes.items():
            self.used_won[rule_id] = self.used_won.get(rule_id, 0) + won
            self.changes.used[rule_id] = self.changes.used.get(rule_id, 0) + won

    def _touch_card(self, decision: Decision, effect: fx.CardTouched) -> None:
        card = effect.card
        card.status, card.pin_failures, card.atc = effect.status, effect.pin_failures, effect.atc
        self.changes.cards[card.token] = card

    def _add_card(self, decision: Decision, effect: fx.CardAdded) -> None:
        effect.card.issued_at_us = decision.movement.occurred_at_us
        self.cards[effect.card.token] = effect.card
        self.changes.cards_added.append(effect.card)

    def _open_wallet(self, decision: Decision, effect: fx.WalletOpened) -> None:
        self.wallets[effect.wallet.member_id] = effect.wallet
        self.changes.wallets_opened.append(effect.wallet)

    def _change_wallet(self, decision: Decision, effect: fx.WalletChanged) -> None:
        wallet = decision.wallet
        assert wallet is not None
        if effect.level is not None:
            wallet.facts = wallet.facts._replace(level=effect.level)
        if effect.district is not None:
            wallet.facts = wallet.facts._replace(district=effect.district)
        if effect.status is not None:
            wallet.status = effect.status
        if effect.spend_cashback is not None:
            wallet.spend_cashback = effect.spend_cashback
        self.changes.terms[wallet.member_id] = wallet

    def _make_hold(self, decision: Decision, effect: fx.HoldMade) -> None:
        hold = effect.hold
        hold.movement_id = decision.movement.movement_id
        assert decision.wallet is not None
        decision.wallet.held_won += hold.held_won
        self.holds[(hold.shard, hold.movement_id)] = hold
        self.changes.holds_made.append(hold)

    def _end_hold(self, decision: Decision, effect: fx.HoldEnded) -> None:
        hold = effect.hold
        assert hold.state != HoldState.CAPTURED, "a hold is captured once"
        assert decision.wallet is not None
        if hold.state == HoldState.OPEN:
            decision.wallet.held_won -= hold.held_won
        hold.state = effect.state
        hold.ended_by = decision.movement.movement_id
        self.changes.holds_ended.append(hold)

    def _cut_hold(self, decision: Decision, effect: fx.HoldCut) -> None:
        hold = effect.hold
        assert hold.state == HoldState.OPEN, "only an open hold is cut"
        assert decision.wallet is not None
        decision.wallet.held_won -= hold.held_won - effect.rest_won
        hold.held_won = effect.rest_won
        self.changes.holds_cut.append(hold)

    def _make_lot(self, decision: Decision, effect: fx.LotMade) -> None:
        wallet, movement = decision.wallet, decision.movement
        assert wallet is not None
        until_won = wallet.charged_in_won
        lot = Lot(
            movement.movement_id, until_won - movement.amount_won, until_won, effect.expires_at_us
        )
        self.lots_of.setdefault(wallet.member_id, []).append(lot)
        self.changes.lots_made.append((wallet, lot))

    def _withdraw_lots(self, decision: Decision, effect: fx.LotsWithdrawn) -> None:
        wallet = decision.wallet
        assert wallet is not None
        gone = set(effect.lots)
        kept = [lot for lot in self.lots_of.get(wallet.member_id, []) if lot not in gone]
        self.lots_of[wallet.member_id] = kept
        wallet.charged_in_won -= sum(lot.in_until_won - lot.in_from_won for lot in gone)
        self.changes.lots_withdrawn += [
            (wallet, lot, decision.movement.movement_id) for lot in effect.lots
        ]

    def _come_in(self, decision: Decision, effect: fx.CameIn) -> None:
        assert decision.wallet is not None
        decision.wallet.charged_in_won += effect.charged_won
        decision.wallet.cashback_in_won += effect.cashback_won

    def _charge_month(self, decision: Decision, effect: fx.MonthCharged) -> None:
        wallet = decision.wallet
        assert wallet is not None
        self.enter_month(wallet, effect.month)
        wallet.month_charged_won += effect.won

    def _grant(self, decision: Decision, effect: fx.AllowanceGranted) -> None:
        wallet = decision.wallet
        assert wallet is not None
        if wallet.allowances is None:
            wallet.allowances = {}
        left_won, expires_at_us = wallet.allowances.get(effect.programme_id, (0, 0))
        wallet.allowances[effect.programme_id] = (
            left_won,
            max(expires_at_us, effect.expires_at_us),
        )

    def _cancel(self, decision: Decision, effect: fx.Cancelled) -> None:
        key = (decision.movement.shard, effect.original_id)
        won, times = self.cancellations.get(key, (0, 0))
        self.cancellations[key] = (won + effect.won, times + 1)
        assert decision.wallet is not None
        self.changes.cancelled[key] = (decision.wallet.member_id, won + effect.won, times + 1)

    def _remember_original(self, decision: Decision, effect: fx.Remembered) -> None:
        """The key of an original that has not come is taken, so that it is refused when it does."""
        movement = decision.movement
        memo = Movement(
            MovementKind.REVERSED_FIRST,
            effect.original_key,
            movement.shard,
            movement.occurred_at_us,
        )
        memo.member_id = movement.member_id
        memo.movement_id = movement.movement_id + 1
        self.changes.movements.append(memo)
        self.by_key[(memo.shard, memo.request_key)] = memo


def _added(counters: dict[str, int] | None, changes: dict[str, int]) -> dict[str, int]:
    sums = dict(counters or {})
    for key, change in changes.items():
        sums[key] = sums.get(key, 0) + change
    return sums


_APPLY: dict[type, Callable[[Books, Decision, Any], None]] = {
    fx.CardTouched: Books._touch_card,
    fx.CardAdded: Books._add_card,
    fx.WalletOpened: Books._open_wallet,
    fx.WalletChanged: Books._change_wallet,
    fx.HoldMade: Books._make_hold,
    fx.HoldEnded: Books._end_hold,
    fx.HoldCut: Books._cut_hold,
    fx.LotMade: Books._make_lot,
    fx.LotsWithdrawn: Books._withdraw_lots,
    fx.CameIn: Books._come_in,
    fx.MonthCharged: Books._charge_month,
    fx.AllowanceGranted: Books._grant,
    fx.Cancelled: Books._cancel,
    fx.Counted: Books._count,
    fx.RuleUsed: Books._use_rule,
    fx.Remembered: Books._remember_original,
}
