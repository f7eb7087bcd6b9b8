"""Reads off a movement's legs which purse paid how much, and how much cashback it earned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dure.ledger.accounts import ALLOWANCE_BASE, BUDGET_BASE, Account


@dataclass(frozen=True, slots=True)
class Purses:
    """What each purse paid (on a cancellation: got back) and the cashback earned, in won."""

    allowance_won: int
    cashback_won: int
    charged_won: int
    earned_won: int


def purses_of(accounts: Sequence[int], amounts: Sequence[int], *, giving_back: bool) -> Purses:
    """The purses' shares of one payment or, with `giving_back`, of its cancellation.

    A purse that pays is debited. Paying with cashback and earning cashback are two legs of one
    account, told apart by their sign; a cancellation nets them in one leg (`recipes.give_back`),
    so there `cashback_won` is what came back less what was taken, and may be negative.
    """
    allowance = charged = cashback_in = cashback_out = funded = 0
    for account, amount in zip(accounts, amounts, strict=True):
        if account > BUDGET_BASE:
            funded += amount
        elif account > ALLOWANCE_BASE:
            allowance += amount
        elif account == Account.MEMBER_CHARGED:
            charged += amount
        elif account == Account.MEMBER_CASHBACK:
            cashback_in -= min(amount, 0)
            cashback_out += max(amount, 0)
    if giving_back:
        return Purses(-allowance, cashback_in - cashback_out, -charged, funded)
    return Purses(allowance, cashback_out, charged, cashback_in)
