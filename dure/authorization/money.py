"""Money that comes in and goes out beside payments: charges, withdrawals, grants. Pure."""

from __future__ import annotations

from itertools import takewhile

from dure.authorization.charge_bonus import earn_bonus, give_bonus_again, take_back_bonus
from dure.authorization.effects import (
    AllowanceGranted,
    CameIn,
    Cancelled,
    Decision,
    LotMade,
    LotsWithdrawn,
    MonthCharged,
)
from dure.authorization.facts import Facts, Lot, Wallet
from dure.authorization.holds import find_original
from dure.authorization.identify import check_wallet, find_payer
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import (
    Charge,
    ExpireMoney,
    GrantAllowance,
    ReturnCharge,
    SettleWithdrawal,
    Withdraw,
)
from dure.kernel.calendar import add_years, day_of, month_of, start_of_day_us
from dure.kernel.money import BASIS_POINTS_WHOLE
from dure.ledger import recipes
from dure.ledger.movement import Movement, MovementKind

VALID_YEARS = 5
"""Prepaid balances are good for five years (전자금융거래 표준약관, local currency ordinances)."""

FULL_REFUND_DAYS = 7
"""An unused charge is refunded whole within seven days (표준약관 of electronic vouchers)."""


def expiry_of(charged_at_us: int) -> int:
    """The instant at which a charge lapses: the start of the day five years on."""
    return start_of_day_us(add_years(day_of(charged_at_us), VALID_YEARS))


def _begin(
    kind: MovementKind, request: Charge | Withdraw | ReturnCharge | GrantAllowance
) -> Movement:
    return Movement(kind, request.key, 0, request.occurred_at_us, request.amount_won)


def decide_charge(request: Charge, facts: Facts) -> Decision:
    """The bank has confirmed a top-up: it goes to the purse, or over a limit to suspense.

    The answer is then a refusal with the limit's reason, though the bank's money is booked; the
    asker sends it back with `ReturnCharge`.
    What rules give for a top-up is credited with it; see Note [Bonus of a charge].
    """
    movement = _begin(MovementKind.CHARGE, request)
    decision = Decision(movement)
    wallet = find_payer(decision, facts, None, request.member_id)
    if wallet is None:
        return decision.refuse(movement.reason)
    if request.amount_won <= 0:
        return decision.refuse(No.AMOUNT_INVALID)
    reason = _over_limit(request, wallet, facts)
    if reason:
        movement.kind = MovementKind.CHARGE_SUSPENDED
        movement.channel = reason
        recipes.charge(movement, suspended=True)
        return decision
    recipes.charge(movement, suspended=False)
    decision.effects += [
        CameIn(charged_won=request.amount_won),
        MonthCharged(month_of(request.occurred_at_us), request.amount_won),
        LotMade(expiry_of(request.occurred_at_us)),
    ]
    earn_bonus(decision, facts, wallet)
    return decision


def _over_limit(request: Charge, wallet: Wallet, facts: Facts) -> int:
    limits = facts.limits(wallet.facts.level, request.occurred_at_us)
    holds_won = wallet.charged_won + facts.gifts_waiting_won(wallet.member_id)
    if holds_won + request.amount_won > limits.holding_won_max:
        return No.OVER_HOLDING_LIMIT
    # A charge of the month before that is booked late counts in the month the wallet is in: past
    # months keep no sum of charges, and no charge may pass without one.
    month_begins = month_of(request.occurred_at_us) > wallet.month
    charged_won = 0 if month_begins else wallet.month_charged_won
    if charged_won + request.amount_won > limits.charge_won_month_max:
        return No.OVER_CHARGE_LIMIT
    return check_wallet(wallet)


def decide_return_charge(request: ReturnCharge, facts: Facts) -> Decision:
    """A top-up that stands in suspense went back to the bank."""
    movement = _begin(MovementKind.RETURN_CHARGE, request)
    decision = Decision(movement)
    wallet = find_payer(decision, facts, None, request.member_id)
    if wallet is None:
        return decision.refuse(movement.reason)
    original = find_original(decision, facts, request.original_key, "")
    if original is None or original.kind != MovementKind.CHARGE_SUSPENDED:
        return decision.refuse(No.ORIGINAL_UNKNOWN)
    if request.amount_won != original.amount_won:
        return decision.refuse(No.AMOUNT_INVALID)
    return _once(decision, facts, wallet, original) or _returned(decision, original)


def _once(decision: Decision, facts: Facts, wallet: Wallet, original: Movement) -> Decision | None:
    """What may be done to a movement only once refuses the second time, whatever its key."""
    _, times = facts.cancelled(wallet.shard, original.movement_id)
    return decision.refuse(No.ALREADY_CANCELLED) if times else None


def _returned(decision: Decision, original: Movement) -> Decision:
    decision.movement.original_id = original.movement_id
    recipes.return_charge(decision.movement)
    decision.effects.append(Cancelled(original.movement_id, original.amount_won))
    return decision


def decide_withdraw(request: Withdraw, facts: Facts) -> Decision:
    """Refund of charged money by the ordinance; see `refundable_won`."""
    movement = _begin(MovementKind.WITHDRAW, request)
    decision = Decision(movement)
    wallet = find_payer(decision, facts, None, request.member_id)
    if wallet is None:
        return decision.refuse(movement.reason)
    reason = check_wallet(wallet)
    if reason:
        return decision.refuse(reason)
    lots = _open_lots(wallet, facts.lots(request.member_id))
    waiting_won = facts.gifts_waiting_won(request.member_id)
    rest_won, unused = refundable_won(
        wallet, lots, request.used_share_bp_min, request.occurred_at_us, waiting_won
    )
    available_won = min(rest_won, wallet.charged_won - wallet.held_won)
    won = request.amount_won or available_won
    if request.amount_won < 0 or won > wallet.charged_won - wallet.held_won:
        return decision.refuse(No.NOT_ENOUGH_MONEY)
    if won > available_won or won == 0:
        return decision.refuse(No.REFUND_RATIO_NOT_REACHED)
    if unused and won != rest_won:
        return decision.refuse(No.AMOUNT_INVALID)
    movement.amount_won = won
    recipes.withdraw(movement)
    if unused:
        own = [lot for lot in unused if not lot.given]
        movement.original_id = own[0].movement_id  # says that lots went, should the bank fail
        decision.effects.append(LotsWithdrawn(unused))
        _keep_gifts(decision, [lot for lot in unused if lot.given])
        take_back_bonus(decision, facts, wallet, own)
    return decision


def _keep_gifts(decision: Decision, gifts: list[Lot]) -> None:
    """Gifts that came between charges which leave stay, as one lot: no lot lies above a gap."""
    if gifts:
        won = sum(lot.in_until_won - lot.in_from_won for lot in gifts)
        until_us = max(lot.expires_at_us for lot in gifts)
        decision.effects += [CameIn(charged_won=won), LotMade(until_us, won, given=True)]


def _open_lots(wallet: Wallet, lots: list[Lot]) -> list[Lot]:
    """The lots that still hold something: those that end above all that ever went out."""
    out_won = wallet.charged_in_won - wallet.charged_won
    return [lot for lot in lots if lot.in_until_won > out_won]


def unused_since_us(at_us: int) -> int:
    """The instant since which a charge must have come to be refunded whole when unused."""
    return at_us - FULL_REFUND_DAYS * 86_400 * 1_000_000


def refundable_won(
    wallet: Wallet, lots: list[Lot], used_share_bp_min: int, at_us: int, waiting_won: int = 0
) -> tuple[int, list[Lot]]:
    """How much charged money may be paid out now, and which unused lots that means (else none).

    Once the given share (60% or 80%) of what the open charges brought is used, all the rest may be
    refunded. Before that only charges of the last seven days of which nothing is used.
    What came as a gift is not refunded, nor is by the ratio what stands in the queue behind it, and
    `waiting_won`, given and not taken yet, is not used: Note [Gifts]. The unused lots are the last
    of all lots, and may hold gifts, which stay.
    """
    out_won = wallet.charged_in_won - wallet.charged_won
    own = list(takewhile(lambda lot: not lot.given, lots))
    brought_won = sum(lot.in_until_won - lot.in_from_won for lot in own)
    left_won = sum(lot.in_until_won - max(lot.in_from_won, out_won) for lot in own)
    used_won = max(0, brought_won - left_won - waiting_won)
    if own and used_won * BASIS_POINTS_WHOLE >= brought_won * used_share_bp_min:
        return min(left_won, wallet.charged_won), []
    since_us = unused_since_us(at_us)
    unused = [lot for lot in lots if lot.in_from_won >= out_won and lot.movement_id >= since_us]
    rest_won = sum(lot.in_until_won - lot.in_from_won for lot in unused if not lot.given)
    return rest_won, unused if rest_won else []


def decide_settle_withdrawal(request: SettleWithdrawal, facts: Facts) -> Decision:
    """What the bank did with a withdrawal: paid it, or could not and the purse has it back."""
    kind = MovementKind.WITHDRAW_PAID if request.paid else MovementKind.WITHDRAW_FAILED
    movement = Movement(kind, request.key, 0, request.occurred_at_us)
    decision = Decision(movement)
    wallet = find_payer(decision, facts, None, request.member_id)
    if wallet is None:
        return decision.refuse(movement.reason)
    original = find_original(decision, facts, request.original_key, "")
    if original is None or original.kind != MovementKind.WITHDRAW or original.reason:
        return decision.refuse(No.ORIGINAL_UNKNOWN)
    again = _once(decision, facts, wallet, original)
    if again is not None:
        return again
    movement.amount_won = original.amount_won
    movement.original_id = original.movement_id
    recipes.settle_withdrawal(movement, paid=request.paid)
    decision.effects.append(Cancelled(original.movement_id, original.amount_won))
    if original.original_id and not request.paid:
        # Unused charges that were refunded whole have left the lots: they come in as a new one,
        # which is good from now on, for lots lapse in the order in which they came.
        decision.effects.append(CameIn(charged_won=original.amount_won))
        decision.effects.append(LotMade(expiry_of(request.occurred_at_us)))
        give_bonus_again(decision, facts, wallet, original)
    return decision


def decide_grant(request: GrantAllowance, facts: Facts) -> Decision:
    """Fills a member's allowance purse from the programme's budget line."""
    movement = _begin(MovementKind.GRANT, request)
    decision = Decision(movement)
    wallet = find_payer(decision, facts, None, request.member_id)
    if wallet is None:
        return decision.refuse(movement.reason)
    programme = facts.programmes.get(request.programme_id)
    if programme is None:
        return decision.refuse(No.PROGRAMME_UNKNOWN)
    if request.amount_won <= 0 or request.expires_at_us <= request.occurred_at_us:
        return decision.refuse(No.AMOUNT_INVALID)
    if facts.budget_left.get(programme.line_id, 0) < request.amount_won:
        return decision.refuse(No.BUDGET_LINE_TOO_SMALL)
    recipes.grant(movement, programme.line_id, request.programme_id)
    decision.effects.append(AllowanceGranted(request.programme_id, request.expires_at_us))
    return decision


def decide_expire_money(request: ExpireMoney, facts: Facts) -> Decision:
    """Moves what is past its validity out of a member's purses.

    Charged money: what is left of lots that expired (never what a hold reserves). Cashback: what
    came in more than five years ago. Allowances: purses past their date, back to their line.
    """
    movement = Movement(MovementKind.EXPIRE_MONEY, request.key, 0, request.occurred_at_us)
    decision = Decision(movement)
    wallet = find_payer(decision, facts, None, request.member_id)
    if wallet is None:
        return decision.refuse(movement.reason)
    now_us = request.occurred_at_us
    charged_out_won = wallet.charged_in_won - wallet.charged_won
    expired_until_won = max(
        (lot.in_until_won for lot in facts.lots(request.member_id) if lot.expires_at_us <= now_us),
        default=0,
    )
    charged_won = min(
        max(0, expired_until_won - charged_out_won), wallet.charged_won - wallet.held_won
    )
    cashback_out_won = wallet.cashback_in_won - wallet.cashback_won
    old_month = month_of(now_us) - VALID_YEARS * 100
    if 0 < wallet.month < old_month:
        lapsed_in_won = wallet.cashback_in_won  # nothing has come in since that month
    else:
        lapsed_in_won = facts.lapsed_cashback_in_won(request.member_id, old_month)
    cashback_won = min(max(0, lapsed_in_won - cashback_out_won), wallet.cashback_won)
    recipes.lapse(movement, charged_won, cashback_won)
    allowance_won = _lapse_allowances(movement, wallet, facts, now_us)
    movement.amount_won = charged_won + cashback_won + allowance_won
    return decision


def _lapse_allowances(movement: Movement, wallet: Wallet, facts: Facts, now_us: int) -> int:
    lapsed_won = 0
    for programme_id, (left_won, expires_at_us) in (wallet.allowances or {}).items():
        programme = facts.programmes.get(programme_id)
        if programme is not None and expires_at_us <= now_us and left_won:
            recipes.lapse_allowance(movement, programme.line_id, programme_id, left_won)
            lapsed_won += left_won
    return lapsed_won
