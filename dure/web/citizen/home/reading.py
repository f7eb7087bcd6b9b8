"""A member's own numbers for the first page, in one query; the last payments in another."""

from __future__ import annotations

import json
from typing import Any, Final, NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow

from dure.kernel.calendar import month_of
from dure.policy.compiled import ever_of
from dure.policy.occasions import MemberFacts
from dure.rulebook.asked_city import Payer
from dure.wallets.passing import Passed, passed

LAST_PAYMENTS: Final = 4
_UNREAD_MAX: Final = 99
_OPEN: Final = 1
_WALLET: Final = """
SELECT w.status, w.charged_won, w.cashback_won, w.allowance_won, w.held_won, w.claim_won,
       w.spend_cashback, w.district, w.birth_year, w.level, w.joined_day,
       w.month, w.usage_won, w.counters, past.usage_won, past.counters,
       (SELECT count(*) FROM (SELECT 1 FROM member_notice n WHERE n.member_id = w.member_id
         AND n.read_at_us IS NULL LIMIT %(most)s) AS unread)
FROM wallet w LEFT JOIN month_usage past
  ON past.shard = w.shard AND past.member_id = w.member_id AND past.month = %(month)s
WHERE w.shard = %(member)s %% 64 AND w.member_id = %(member)s
"""


class Purses(NamedTuple):
    """A wallet as its member sees it. Amounts in whole won; `unread` notices, at most 99.

    `held_won` is a part of the charged money that waits for payments without a final amount,
    `claim_won` what coming cashback settles first.
    """

    is_open: bool
    charged_won: int
    cashback_won: int
    allowance_won: int
    held_won: int
    claim_won: int
    spends_cashback: bool
    unread: int
    payer: Payer

    @property
    def together_won(self) -> int:
        """What there is to pay with, in all purses."""
        return self.charged_won - self.held_won + self.cashback_won + self.allowance_won


def read_purses(connection: Connection[TupleRow], member_id: int, at_us: int) -> Purses | None:
    """The member's wallet now, with the month of the instant; None where none is open yet."""
    month = month_of(at_us)
    row = connection.execute(
        _WALLET, {"member": member_id, "month": month, "most": _UNREAD_MAX}
    ).fetchone()
    if row is None:
        return None
    status, charged, cashback, allowance, held, claim, spends = row[:7]
    return Purses(
        is_open=status == _OPEN,
        charged_won=charged,
        cashback_won=cashback,
        allowance_won=allowance,
        held_won=held,
        claim_won=claim,
        spends_cashback=spends,
        unread=row[16],
        payer=_payer(row, month),
    )


def last_payments(connection: Connection[TupleRow], member_id: int) -> tuple[Passed, ...]:
    """The member's last movements that are shown, the newest first."""
    return passed(connection, member_id, count=LAST_PAYMENTS).lines


def _payer(row: tuple[Any, ...], month: int) -> Payer:
    """As `asked_city.payer_of` reads it, from the row that is here already."""
    facts = MemberFacts(*row[7:11])
    counters = _sums(row[13])
    if row[11] == month:
        return Payer(facts, row[12], counters)
    lasting = ever_of(counters)
    if row[14] is None:
        return Payer(facts, 0, lasting)
    return Payer(facts, row[14], {**_sums(row[15]), **lasting})


def _sums(stored: Any) -> dict[str, int]:
    if isinstance(stored, str):
        return dict(json.loads(stored))
    return dict(stored or {})
