"""The bank of an installation: the simulated one where the keys are a demo's, else none yet.

A real bank is a class with the methods of `Bank` and `ConsentBank`; it is chosen here. Until then a
city with keys of its own links no account: a pretended one would charge money that nobody paid.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg import Connection

from dure.kernel.clock import Clock
from dure.wallets.account_consent import (
    BANKS,
    ConsentBank,
    ConsentGiven,
    SimulatedConsentBank,
)
from dure.wallets.banking import Bank, BankAnswer, BankSilentError
from dure.wallets.simulated_bank import SimulatedBank


class BankNotSetUpError(Exception):
    """The installation has no bank: nothing was asked and nothing is linked."""


class NoConsentBank:
    """Where no bank is set up: there is none to choose, and no account is linked."""

    def consent(self, *, bank: str, number: str, holder: str) -> ConsentGiven:
        """Raises BankNotSetUpError, always."""
        raise BankNotSetUpError


class NoBank:
    """Where no bank is set up: every order waits, and no answer comes."""

    def debit(self, reference: str, account_ref: str, amount_won: int) -> BankAnswer:
        """Raises BankSilentError, always."""
        raise BankSilentError("no bank is set up")

    def credit(self, reference: str, account_ref: str, amount_won: int) -> BankAnswer:
        """Raises BankSilentError, always."""
        raise BankSilentError("no bank is set up")

    def inquire(self, reference: str) -> BankAnswer:
        """Raises BankSilentError, always."""
        raise BankSilentError("no bank is set up")


def installed_bank(connection: Connection[Any], clock: Clock, *, is_demo: bool) -> Bank:
    """The bank that moves money; `is_demo`: the installation's key ring is a demo's."""
    return SimulatedBank(connection, clock) if is_demo else NoBank()


def installed_consent_bank(connection: Connection[Any], *, is_demo: bool) -> ConsentBank:
    """The bank at which members consent; `is_demo` as in `installed_bank`."""
    return SimulatedConsentBank(connection) if is_demo else NoConsentBank()


def banks_to_choose(*, is_demo: bool) -> Mapping[str, tuple[str, str]]:
    """The banks that a member may choose: code, then name in Korean and English; none where no
    bank is set up."""
    return BANKS if is_demo else {}
