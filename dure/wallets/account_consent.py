"""A member's consent at the bank: what the house needs of it, and a simulated one.

In Korea's open banking a member consents at the bank, and the bank names the account to us by a
consent number (fintech_use_num); its own number never comes to us whole.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, Final, NamedTuple, Protocol

from psycopg import Connection

from dure.wallets.banking import BankSilentError

BANKS: Final = {
    "hanmaru": ("한마루은행", "Hanmaru Bank"),
    "saebyeok": ("새벽은행", "Saebyeok Bank"),
    "nadeuri": ("나들이저축은행", "Nadeuri Savings Bank"),
}
"""Banks of the demo; no real bank has such a name."""
DEMO_BALANCE_WON: Final = 3_000_000
_NUMBER: Final = re.compile(r"[0-9]{10,14}", re.ASCII)
_SEEN: Final = 4


class ConsentGiven(NamedTuple):
    """An account as the bank names it to us."""

    account_ref: str
    bank_name: str
    masked_number: str


class AccountNumberWrongError(ValueError):
    """It is no account number."""


class AccountNotFoundError(LookupError):
    """The bank has no such account."""


class HolderDiffersError(Exception):
    """The account is somebody else's."""


class ConsentBank(Protocol):
    """A bank, or the clearing house before it, asked for a member's consent."""

    def consent(self, *, bank: str, number: str, holder: str) -> ConsentGiven:
        """The member consents, and the bank names the account; asked again it is the same.

        Raises AccountNumberWrongError, AccountNotFoundError, HolderDiffersError, BankSilentError.
        """
        ...


class SimulatedConsentBank:
    """A bank that knows every account number: those that end in 0 it has not, those that end in 9
    are somebody else's, and for those that end in 8 it does not answer. A new account has
    DEMO_BALANCE_WON in the simulated bank's books."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def consent(self, *, bank: str, number: str, holder: str) -> ConsentGiven:
        """As `ConsentBank.consent` says."""
        digits = re.sub(r"[\s-]", "", number)
        if bank not in BANKS or not _NUMBER.fullmatch(digits):
            raise AccountNumberWrongError
        match digits[-1]:
            case "0":
                raise AccountNotFoundError
            case "9":
                raise HolderDiffersError
            case "8":
                raise BankSilentError(bank)
        account_ref = hashlib.sha256(f"demo {bank} {digits}".encode()).hexdigest()[:24].upper()
        self._connection.execute(
            "INSERT INTO bank_simulator.account VALUES (%s, %s) ON CONFLICT DO NOTHING",
            (account_ref, DEMO_BALANCE_WON),
        )
        hidden = "*" * (len(digits) - _SEEN)
        return ConsentGiven(account_ref, BANKS[bank][0], hidden + digits[-_SEEN:])
