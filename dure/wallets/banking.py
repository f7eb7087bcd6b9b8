"""What the house needs of a bank: take money, give money, and say what became of an order."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple, Protocol


class BankOutcome(IntEnum):
    """What the bank says of an order. PENDING and NOT_SEEN are said to an inquiry alone."""

    CONFIRMED = 1
    FAILED = 2
    PENDING = 3
    NOT_SEEN = 4


class BankAnswer(NamedTuple):
    """An answer of the bank; `why` is its own word for a failure."""

    outcome: BankOutcome
    why: str = ""


class BankSilentError(Exception):
    """No answer came in time: the order may or may not have been carried out."""


class Bank(Protocol):
    """A bank, or the clearing house before it.

    An order is named by its reference (32 letters and digits): the same reference twice is one
    order, and is answered as it was the first time. Every method raises BankSilentError when no
    answer came. Amounts are whole won; accounts are consent numbers.
    """

    def debit(self, reference: str, account_ref: str, amount_won: int) -> BankAnswer:
        """Takes money from a member's account for the city's."""
        ...

    def credit(self, reference: str, account_ref: str, amount_won: int) -> BankAnswer:
        """Gives a member's account money out of the city's."""
        ...

    def inquire(self, reference: str) -> BankAnswer:
        """Says what became of an order."""
        ...
