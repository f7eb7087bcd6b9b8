"""Carries out the effects of a decision on the books, one function for each kind of effect.

Money moves by the legs of the movement alone (`Books.apply`); here change the states around it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from dure.authorization import effects as fx
from dure.authorization.coupons import claims_key
from dure.authorization.effects import Decision
from dure.authorization.facts import (
    COUPONS_BY_HAND,
    COUPONS_HELD,
    Awarded,
    Coupon,
    CouponState,
    GiftState,
    HoldState,
    Lot,
    Wallet,
)
from dure.ledger.movement import Movement, MovementKind
from dure.policy.compiled import ever_of, month_of_sums

if TYPE_CHECKING:
    from dure.authorization.books import Books


def _count(books: Books, decision: Decision, effect: fx.Counted) -> None:
    wallet, month = decision.wallet, effect.month or decision.movement.usage_month
    assert wallet is not None
    if month > wallet.month:
        books.enter_month(wallet, month)
    if month == wallet.month:
        wallet.counters = _added(wallet.counters, effect.changes)
        books.changes.counted.add(wallet.member_id)
        return
    lasting = ever_of(effect.changes)
    if lasting:
        wallet.counters = _added(wallet.counters, lasting)
        books.changes.counted.add(wallet.member_id)
    passing = month_of_sums(effect.changes)
    if passing:
        past = books.past(wallet, month)
        past.counters = _added(past.counters, passing)
        books.keep_past(wallet.member_id, month, past)


def _use_rule(books: Books, decision: Decision, effect: fx.RuleUsed) -> None:
    for rule_id, won in effect.changes.items():
        books.used_won[rule_id] = books.used_won.get(rule_id, 0) + won
        books.changes.used[rule_id] = books.changes.used.get(rule_id, 0) + won


def _touch_card(books: Books, decision: Decision, effect: fx.CardTouched) -> None:
    card = effect.card
    card.status, card.pin_failures, card.atc = effect.status, effect.pin_failures, effect.atc
    books.changes.cards[card.token] = card
    if effect.pvv is not None:
        card.pvv = effect.pvv
        books.changes.pins[card.token] = card


def _try_card_code(books: Books, decision: Decision, effect: fx.CardCodeTried) -> None:
    card = effect.card
    card.code_failures, card.code_failed_at_us = effect.failures, effect.at_us
    books.changes.codes_tried[card.token] = card


def _add_card(books: Books, decision: Decision, effect: fx.CardAdded) -> None:
    effect.card.issued_at_us = decision.movement.occurred_at_us
    books.cards[effect.card.token] = effect.card
    books.changes.cards_added.append(effect.card)


def _open_wallet(books: Books, decision: Decision, effect: fx.WalletOpened) -> None:
    books.wallets[effect.wallet.member_id] = effect.wallet
    books.changes.wallets_opened.append(effect.wallet)


def _change_wallet(books: Books, decision: Decision, effect: fx.WalletChanged) -> None:
    wallet = decision.wallet
    assert wallet is not None
    if effect.level is not None:
        wallet.facts = wallet.facts._replace(level=effect.level)
    if effect.district is not None:
        wallet.facts = wallet.facts._replace(district=effect.district)
    if effect.status is not None:
        wallet.status = effect.status
    if effect.use_coupons is not None:
        by_hand = int(not effect.use_coupons) - (wallet.counters or {}).get(COUPONS_BY_HAND, 0)
        wallet.counters = _added(wallet.counters, {COUPONS_BY_HAND: by_hand})
        books.changes.counted.add(wallet.member_id)
    if effect.spend_cashback is not None:
        wallet.spend_cashback = effect.spend_cashback
    books.changes.terms[wallet.member_id] = wallet


def _make_hold(books: Books, decision: Decision, effect: fx.HoldMade) -> None:
    hold = effect.hold
    hold.movement_id = decision.movement.movement_id
    assert decision.wallet is not None
    decision.wallet.held_won += hold.held_won
    books.holds[(hold.shard, hold.movement_id)] = hold
    books.changes.holds_made.append(hold)


def _end_hold(books: Books, decision: Decision, effect: fx.HoldEnded) -> None:
    hold = effect.hold
    assert hold.state != HoldState.CAPTURED, "a hold is captured once"
    assert decision.wallet is not None
    if hold.state == HoldState.OPEN:
        decision.wallet.held_won -= hold.held_won
    hold.state = effect.state
    hold.ended_by = decision.movement.movement_id
    books.changes.holds_ended.append(hold)


def _cut_hold(books: Books, decision: Decision, effect: fx.HoldCut) -> None:
    hold = effect.hold
    assert hold.state == HoldState.OPEN, "only an open hold is cut"
    assert decision.wallet is not None
    decision.wallet.held_won -= hold.held_won - effect.rest_won
    hold.held_won = effect.rest_won
    books.changes.holds_cut.append(hold)


def _make_lot(books: Books, decision: Decision, effect: fx.LotMade) -> None:
    wallet, movement = decision.wallet, decision.movement
    assert wallet is not None
    until_won = wallet.charged_in_won
    from_won = until_won - (effect.won or movement.amount_won)
    lot = Lot(movement.movement_id, from_won, until_won, effect.expires_at_us, effect.given)
    books.lots_of.setdefault(wallet.member_id, []).append(lot)
    books.changes.lots_made.append((wallet, lot))


def _withdraw_lots(books: Books, decision: Decision, effect: fx.LotsWithdrawn) -> None:
    wallet = decision.wallet
    assert wallet is not None
    gone = set(effect.lots)
    kept = [lot for lot in books.lots_of.get(wallet.member_id, []) if lot not in gone]
    books.lots_of[wallet.member_id] = kept
    wallet.charged_in_won -= sum(lot.in_until_won - lot.in_from_won for lot in gone)
    books.changes.lots_withdrawn += [
        (wallet, lot, decision.movement.movement_id) for lot in effect.lots
    ]


def _come_in(books: Books, decision: Decision, effect: fx.CameIn) -> None:
    assert decision.wallet is not None
    decision.wallet.charged_in_won += effect.charged_won
    decision.wallet.cashback_in_won += effect.cashback_won


def _charge_month(books: Books, decision: Decision, effect: fx.MonthCharged) -> None:
    wallet = decision.wallet
    assert wallet is not None
    books.enter_month(wallet, effect.month)
    wallet.month_charged_won += effect.won


def _grant(books: Books, decision: Decision, effect: fx.AllowanceGranted) -> None:
    wallet = decision.wallet
    assert wallet is not None
    if wallet.allowances is None:
        wallet.allowances = {}
    left_won, expires_at_us = wallet.allowances.get(effect.programme_id, (0, 0))
    wallet.allowances[effect.programme_id] = (
        left_won,
        max(expires_at_us, effect.expires_at_us),
    )


def _cancel(books: Books, decision: Decision, effect: fx.Cancelled) -> None:
    key = (decision.movement.shard, effect.original_id)
    won, times = books.cancellations.get(key, (0, 0))
    books.cancellations[key] = (won + effect.won, times + 1)
    assert decision.wallet is not None
    books.changes.cancelled[key] = (decision.wallet.member_id, won + effect.won, times + 1)


def _make_award(books: Books, decision: Decision, effect: fx.AwardMade) -> None:
    movement = decision.movement
    assert movement.member_id is not None
    if effect.original_id:
        awards = books.awards_of.setdefault((movement.shard, effect.original_id), [])
        awards.append(Awarded(effect.rule_id, effect.choice, effect.won))
    books.changes.awards_made.append(
        (movement.shard, effect.rule_id, effect.choice, effect.won, movement.member_id,
         effect.original_id, effect.about, movement.movement_id)
    )  # fmt: skip


def _stand_awards(books: Books, decision: Decision, effect: fx.AwardsStand) -> None:
    shard = decision.movement.shard
    for rule_id, won in effect.stands_won.items():
        books.changes.awards_standing[(shard, effect.original_id, rule_id)] = won


def _remember_original(books: Books, decision: Decision, effect: fx.Remembered) -> None:
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
    books.changes.movements.append(memo)
    books.by_key[(memo.shard, memo.request_key)] = memo


def _make_coupon(books: Books, decision: Decision, effect: fx.CouponMade) -> None:
    wallet, coupon = decision.wallet, effect.coupon
    assert wallet is not None
    coupon.coupon_id = decision.movement.movement_id
    wallet.counters = _added(wallet.counters, {claims_key(coupon.rule): 1})
    _hold_coupon(books, wallet, coupon)
    books.issued[coupon.rule] = books.issued.get(coupon.rule, 0) + 1
    issued, _ = books.changes.issued.get(coupon.rule, (0, 0))
    books.changes.issued[coupon.rule] = (issued + 1, effect.stock)
    books.changes.coupons_made.append(coupon)


def _use_coupon(books: Books, decision: Decision, effect: fx.CouponUsed) -> None:
    coupon, payment_id = effect.coupon, decision.movement.movement_id
    _change_coupon(
        books,
        decision,
        fx.CouponChanged(coupon, CouponState.USED, coupon.worth_won, used_by=payment_id),
    )
    books.coupons_used[(coupon.shard, payment_id)] = coupon
    books.changes.coupon_uses.append((coupon.shard, payment_id, coupon.coupon_id, effect.won))


def _change_coupon(books: Books, decision: Decision, effect: fx.CouponChanged) -> None:
    wallet, coupon = decision.wallet, effect.coupon
    assert wallet is not None
    was_open = coupon.state == CouponState.OPEN
    coupon.state, coupon.used_by = effect.state, effect.used_by
    coupon.worth_won, coupon.reserved_won = effect.worth_won, effect.reserved_won
    if was_open and coupon.state != CouponState.OPEN:
        _let_go_of_coupon(books, wallet, coupon)
    elif not was_open and coupon.state == CouponState.OPEN:
        _hold_coupon(books, wallet, coupon)
    books.changes.coupons[(coupon.shard, coupon.coupon_id)] = coupon


def _hold_coupon(books: Books, wallet: Wallet, coupon: Coupon) -> None:
    if wallet.coupons is None:
        wallet.coupons = {}
    wallet.coupons[coupon.coupon_id] = coupon
    wallet.counters = _added(wallet.counters, {COUPONS_HELD: 1})
    books.changes.counted.add(wallet.member_id)


def _let_go_of_coupon(books: Books, wallet: Wallet, coupon: Coupon) -> None:
    assert wallet.coupons is not None, "an open coupon is held by its member"
    del wallet.coupons[coupon.coupon_id]
    wallet.counters = _added(wallet.counters, {COUPONS_HELD: -1})
    books.changes.counted.add(wallet.member_id)


def _count_discount(books: Books, decision: Decision, effect: fx.ShopGave) -> None:
    key = (effect.shop_id, effect.month)
    books.shop_months[key] = books.shop_months.get(key, 0) + effect.won
    won, ceiling_won = books.changes.shop_months.get(key, (0, 0))
    books.changes.shop_months[key] = (won + effect.won, effect.ceiling_won or ceiling_won)


def _make_gift(books: Books, decision: Decision, effect: fx.GiftMade) -> None:
    gift = effect.gift
    gift.gift_id = decision.movement.movement_id
    books.gifts[(gift.shard, gift.gift_id)] = gift
    books.changes.gifts_made.append(gift)


def _end_gift(books: Books, decision: Decision, effect: fx.GiftEnded) -> None:
    gift, movement = effect.gift, decision.movement
    assert gift.state == GiftState.WAITING, "a gift is taken or given back once"
    gift.state = effect.state
    gift.ended_by, gift.taker_id = movement.movement_id, movement.member_id
    books.changes.gifts_ended[(gift.shard, gift.gift_id)] = gift


def _make_donation(books: Books, decision: Decision, effect: fx.DonationMade) -> None:
    movement = decision.movement
    assert movement.member_id is not None
    books.changes.donations.append(
        (movement.shard, movement.movement_id, movement.member_id, effect.fund_id,
         movement.amount_won, effect.cashback)
    )  # fmt: skip


def _added(counters: dict[str, int] | None, changes: dict[str, int]) -> dict[str, int]:
    sums = dict(counters or {})
    for key, change in changes.items():
        sums[key] = sums.get(key, 0) + change
        if not sums[key]:
            del sums[key]
    return sums


CARRY_OUT: Final[dict[type, Callable[[Books, Decision, Any], None]]] = {
    fx.CardTouched: _touch_card,
    fx.CardCodeTried: _try_card_code,
    fx.CardAdded: _add_card,
    fx.WalletOpened: _open_wallet,
    fx.WalletChanged: _change_wallet,
    fx.HoldMade: _make_hold,
    fx.HoldEnded: _end_hold,
    fx.HoldCut: _cut_hold,
    fx.LotMade: _make_lot,
    fx.LotsWithdrawn: _withdraw_lots,
    fx.CameIn: _come_in,
    fx.MonthCharged: _charge_month,
    fx.AllowanceGranted: _grant,
    fx.Cancelled: _cancel,
    fx.Counted: _count,
    fx.RuleUsed: _use_rule,
    fx.Remembered: _remember_original,
    fx.CouponMade: _make_coupon,
    fx.CouponUsed: _use_coupon,
    fx.CouponChanged: _change_coupon,
    fx.ShopGave: _count_discount,
    fx.AwardMade: _make_award,
    fx.AwardsStand: _stand_awards,
    fx.GiftMade: _make_gift,
    fx.GiftEnded: _end_gift,
    fx.DonationMade: _make_donation,
}
