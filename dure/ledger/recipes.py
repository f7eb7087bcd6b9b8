"""The recipes: for every way money can move, the legs it moves by. Pure.

Each recipe writes legs on a movement and leaves it balanced. `docs/money.md` shows each with
figures. Debits are positive: a purse that pays is debited, a purse that gets is credited.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from dure.ledger.accounts import (
    Account,
    allowance_account,
    budget_account,
    donation_account,
    unreleased_account,
)
from dure.ledger.movement import Movement

# Named here once: an attribute of an enum costs a look-up on every payment.
_CHARGED = int(Account.MEMBER_CHARGED)
_CASHBACK = int(Account.MEMBER_CASHBACK)
_PAYABLE = int(Account.SHOP_PAYABLE)
_DISCOUNT = int(Account.SHOP_DISCOUNT)
_CLAIMS = int(Account.MEMBER_CLAIMS)
_SUSPENSE = int(Account.SUSPENSE)
_SAFEGUARDED = int(Account.SAFEGUARDED_CASH)
_INCENTIVE = int(Account.INCENTIVE_CASH)
_PAYOUT = int(Account.BANK_PAYOUT)
_LAPSED = int(Account.LAPSED)
_RESERVED = int(Account.COUPONS_RESERVED)
_GIFTS = int(Account.GIFTS_WAITING)


class Split(NamedTuple):
    """From which purses a payment comes: allowances as (programme, won), then the rest in won."""

    allowances: tuple[tuple[int, int], ...]
    cashback_won: int
    charged_won: int
    suspense_won: int = 0

    @property
    def allowance_won(self) -> int:
        return sum(won for _, won in self.allowances)


def pay(movement: Movement, split: Split, discount_won: int) -> None:
    """Purses pay the shop; what the shop takes off stands against its payable."""
    for programme_id, won in split.allowances:
        movement.leg(allowance_account(programme_id), won)
    movement.leg(_CASHBACK, split.cashback_won)
    movement.leg(_CHARGED, split.charged_won)
    movement.leg(_SUSPENSE, split.suspense_won)
    movement.leg(_DISCOUNT, discount_won)
    movement.leg(_PAYABLE, -movement.amount_won)


def pay_with_claim(movement: Movement, split: Split, discount_won: int, claim_won: int) -> None:
    """Purses pay the shop what they have, and what they lack becomes a claim on the member."""
    pay(movement, split, discount_won)
    movement.leg(_CLAIMS, claim_won)


def earn(movement: Movement, funding: Iterable[tuple[int, int]], claim_won: int) -> int:
    """Budget lines pay the member's cashback; a claim on the member is settled from it first.

    `funding` is (line, won), with line 0 for what the shop pays of its own; returns what went to
    the cashback purse, in won.
    """
    earned_won = 0
    for line_id, won in funding:
        movement.leg(budget_account(line_id) if line_id else _DISCOUNT, won)
        earned_won += won
    settled_won = min(claim_won, earned_won)
    movement.leg(_CLAIMS, -settled_won)
    movement.leg(_CASHBACK, settled_won - earned_won)
    return earned_won - settled_won


class TakenBack(NamedTuple):
    """How an incentive was taken back: from cashback, from the refund itself, as a claim."""

    cashback_won: int
    charged_won: int
    claim_won: int


def give_back(
    movement: Movement,
    split: Split,
    discount_won: int,
    funding: Iterable[tuple[int, int]],
    cashback_before_won: int,
) -> TakenBack:
    """The shop gives back, purses get back, and the incentive returns to its budget lines.

    The incentive is taken from the cashback purse first (with what this refund brings it), then
    from the charged money of this refund, and what is still missing stays as a claim. Where an
    advice had left a part in suspense, that part goes back there.
    """
    movement.leg(_PAYABLE, movement.amount_won)
    movement.leg(_DISCOUNT, -discount_won)
    movement.leg(_SUSPENSE, -split.suspense_won)
    for programme_id, won in split.allowances:
        movement.leg(allowance_account(programme_id), -won)
    owed_won = 0
    for line_id, won in funding:
        movement.leg(budget_account(line_id) if line_id else _DISCOUNT, -won)
        owed_won += won
    from_cashback_won = min(owed_won, cashback_before_won + split.cashback_won)
    from_charged_won = min(owed_won - from_cashback_won, split.charged_won)
    claim_won = owed_won - from_cashback_won - from_charged_won
    movement.leg(_CASHBACK, -split.cashback_won)
    movement.leg(_CHARGED, -split.charged_won)
    movement.leg(_CASHBACK, from_cashback_won)
    movement.leg(_CHARGED, from_charged_won)
    movement.leg(_CLAIMS, claim_won)
    return TakenBack(from_cashback_won, from_charged_won, claim_won)


def draw_coupon(movement: Movement, reserved_won: int, funding: Iterable[tuple[int, int]]) -> None:
    """Moves the money of a coupon between its payers and what is reserved for it.

    `reserved_won` is drawn from the reservation (negative: put into it), and each (line, won) of
    `funding` pays so much (negative: has it back), line 0 being the shop. What is drawn and paid
    beyond what is put back lowers the price of the payment in the same movement.
    """
    movement.leg(_RESERVED, reserved_won)
    for line_id, won in funding:
        movement.leg(budget_account(line_id) if line_id else _DISCOUNT, won)


def take_back(
    movement: Movement, funding: Iterable[tuple[int, int]], cashback_before_won: int
) -> TakenBack:
    """An incentive returns to its budget lines: from the cashback purse, the rest as a claim."""
    owed_won = 0
    for line_id, won in funding:
        movement.leg(budget_account(line_id) if line_id else _DISCOUNT, -won)
        owed_won += won
    from_cashback_won = min(owed_won, cashback_before_won)
    movement.leg(_CASHBACK, from_cashback_won)
    movement.leg(_CLAIMS, owed_won - from_cashback_won)
    return TakenBack(from_cashback_won, 0, owed_won - from_cashback_won)


def charge(movement: Movement, *, suspended: bool) -> None:
    """The bank brought money: to the member's purse, or to suspense when it may not go there."""
    movement.leg(_SAFEGUARDED, movement.amount_won)
    movement.leg(_SUSPENSE if suspended else _CHARGED, -movement.amount_won)


def return_charge(movement: Movement) -> None:
    """A suspended top-up goes back to the bank."""
    movement.leg(_SUSPENSE, movement.amount_won)
    movement.leg(_SAFEGUARDED, -movement.amount_won)


def withdraw(movement: Movement) -> None:
    """Charged money leaves the purse and is on its way to the member's bank account."""
    movement.leg(_CHARGED, movement.amount_won)
    movement.leg(_PAYOUT, -movement.amount_won)


def settle_withdrawal(movement: Movement, *, paid: bool) -> None:
    """The bank paid it out, or could not and the purse has it back."""
    movement.leg(_PAYOUT, movement.amount_won)
    movement.leg(_SAFEGUARDED if paid else _CHARGED, -movement.amount_won)


def appropriate(movement: Movement, line_id: int, unreleased_won: int = 0) -> None:
    """The treasury gives (or with a negative amount takes back) a budget line's money.

    `unreleased_won` of it the line may not spend yet (negative: is taken from what it may not).
    """
    movement.leg(_INCENTIVE, movement.amount_won)
    movement.leg(budget_account(line_id), unreleased_won - movement.amount_won)
    movement.leg(unreleased_account(line_id), -unreleased_won)


def release(movement: Movement, line_id: int) -> None:
    """A line may spend money that it could not yet (negative: money is held back again)."""
    movement.leg(unreleased_account(line_id), movement.amount_won)
    movement.leg(budget_account(line_id), -movement.amount_won)


def transfer_budget(movement: Movement, from_line_id: int, to_line_id: int) -> None:
    """Money moves from one budget line to another, be it a commitment of the first."""
    movement.leg(budget_account(from_line_id), movement.amount_won)
    movement.leg(budget_account(to_line_id), -movement.amount_won)


def grant(movement: Movement, line_id: int, programme_id: int) -> None:
    """A budget line fills a member's allowance purse."""
    movement.leg(budget_account(line_id), movement.amount_won)
    movement.leg(allowance_account(programme_id), -movement.amount_won)


def lapse(movement: Movement, charged_won: int, cashback_won: int) -> None:
    """Money past its validity goes to the lapsed account, which belongs to the city's fund."""
    movement.leg(_CHARGED, charged_won)
    movement.leg(_CASHBACK, cashback_won)
    movement.leg(_LAPSED, -(charged_won + cashback_won))


def lapse_allowance(movement: Movement, line_id: int, programme_id: int, won: int) -> None:
    """An allowance past its date returns to the budget line that granted it."""
    movement.leg(allowance_account(programme_id), won)
    movement.leg(budget_account(line_id), -won)


def send_gift(movement: Movement) -> None:
    """Charged money leaves the giver's purse and waits to be taken, as nobody's to spend."""
    movement.leg(_CHARGED, movement.amount_won)
    movement.leg(_GIFTS, -movement.amount_won)


def end_gift(movement: Movement) -> None:
    """A gift that waited goes to the purse of the movement's member: taken, or given back."""
    movement.leg(_GIFTS, movement.amount_won)
    movement.leg(_CHARGED, -movement.amount_won)


def donate(movement: Movement, fund_id: int, *, cashback: bool) -> None:
    """A member gives charged money, or cashback, to a fund that the city has named."""
    movement.leg(_CASHBACK if cashback else _CHARGED, movement.amount_won)
    movement.leg(donation_account(fund_id), -movement.amount_won)


def open_with(movement: Movement, charged_won: int, cashback_won: int) -> None:
    """Balances taken over from an earlier operator, with the cash that stands behind them."""
    movement.leg(_SAFEGUARDED, charged_won + cashback_won)
    movement.leg(_CHARGED, -charged_won)
    movement.leg(_CASHBACK, -cashback_won)
