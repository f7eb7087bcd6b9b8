"""Reads payments and cancellations from the journal: whole numbers, in portions, in order.

Note [Rows of one width]
The journal is copied out in PostgreSQL's binary form with columns that are all whole numbers of 64
bits and never missing. So every row has the same width, and a portion of bytes is an array without
any parsing. Memory holds one portion at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from dure.ledger.accounts import ALLOWANCE_BASE, BUDGET_BASE, Account
from dure.ledger.movement import MovementKind

_PAYMENTS: Final = f"{int(MovementKind.PURCHASE)}, {int(MovementKind.CAPTURE)}"
_CANCELLATIONS: Final = ", ".join(
    str(int(kind))
    for kind in (MovementKind.CANCEL, MovementKind.REFUND, MovementKind.REFUND_UNDONE)
)
_KINDS: Final = f"{_PAYMENTS}, {_CANCELLATIONS}"

COLUMNS: Final = (
    "kind", "channel", "movement", "at_us", "looked_at_us", "member", "original", "amount_won",
    "shop", "month", "net_won", "discount_won", "first_won", "charged_won", "beyond_won",
)  # fmt: skip

MARKS: Final = "SELECT shard, max(movement_id) FROM journal GROUP BY shard"

_COPY: Final = f"""
COPY (
SELECT j.kind::bigint, j.channel::bigint, j.movement_id, j.occurred_at_us,
  CASE WHEN j.kind = {int(MovementKind.CAPTURE)} THEN coalesce((SELECT h.occurred_at_us
    FROM journal h WHERE h.shard = j.shard AND h.movement_id = j.original_id), j.occurred_at_us)
    ELSE j.occurred_at_us END,
  j.member_id, coalesce(j.original_id, 0), j.amount_won, coalesce(j.shop_id, 0)::bigint,
  j.usage_month::bigint, j.usage_won::bigint, j.discount_won::bigint,
  legs.first_won, legs.charged_won, legs.beyond_won
FROM journal j, LATERAL (
  SELECT
    coalesce(sum(leg.won) FILTER (WHERE leg.account = {int(Account.MEMBER_CASHBACK)}
      OR leg.account BETWEEN {ALLOWANCE_BASE} AND {BUDGET_BASE - 1}), 0)::bigint AS first_won,
    coalesce(sum(leg.won) FILTER (WHERE leg.account = {int(Account.MEMBER_CHARGED)}), 0)::bigint
      AS charged_won,
    coalesce(sum(leg.won) FILTER (WHERE leg.account = {int(Account.SUSPENSE)}), 0)::bigint
      AS beyond_won
  FROM unnest(j.accounts, j.amounts) AS leg(account, won) WHERE leg.won > 0
) legs
WHERE j.shard = %(shard)s AND j.movement_id > %(after)s AND j.movement_id <= %(until)s
  AND j.kind IN ({_KINDS}) AND j.reason = 0 AND j.amount_won > 0 AND j.member_id IS NOT NULL
ORDER BY j.movement_id
) TO STDOUT (FORMAT binary)
"""

GIVEN: Final = f"""
SELECT j.usage_month, j.member_id, j.incentive[i] AS rule_version_id,
       sum(j.incentive[i + 1])::bigint AS won
FROM journal j, LATERAL generate_series(1, cardinality(j.incentive), 4) AS i
WHERE j.shard = %(shard)s AND j.movement_id > %(after)s AND j.movement_id <= %(until)s
  AND j.kind IN ({_KINDS}) AND j.reason = 0 AND j.member_id IS NOT NULL
GROUP BY 1, 2, 3
"""
"""The journal's incentive of payments, by month, member and rule version."""

DRAWN: Final = f"""
SELECT j.usage_month, leg.account - {BUDGET_BASE} AS line_id, sum(leg.won)::bigint AS won
FROM journal j, LATERAL unnest(j.accounts, j.amounts) AS leg(account, won)
WHERE j.shard = %(shard)s AND j.movement_id > %(after)s AND j.movement_id <= %(until)s
  AND j.kind IN ({_KINDS}) AND j.reason = 0 AND j.member_id IS NOT NULL
  AND leg.account BETWEEN {BUDGET_BASE} + 1 AND {BUDGET_BASE} + 999999
GROUP BY 1, 2
"""
"""What payments and cancellations took from budget lines, by month and line."""

BUDGET_MOVED: Final = f"""
SELECT j.movement_id, leg.account - {BUDGET_BASE}, -leg.won::bigint, j.shard
FROM journal j, LATERAL unnest(j.accounts, j.amounts) AS leg(account, won)
WHERE j.shard = %(shard)s AND j.movement_id > %(after)s AND j.movement_id <= %(until)s
  AND j.kind NOT IN ({_KINDS})
  AND leg.account BETWEEN {BUDGET_BASE} + 1 AND {BUDGET_BASE} + 999999
ORDER BY j.movement_id
"""
"""What came to budget lines (positive) and went from them, payments and cancellations apart."""

_SIGNATURE_BYTES: Final = 11
_HEADER_BYTES: Final = _SIGNATURE_BYTES + 8
_PORTION_ROWS: Final = 100_000
_ROW: Final = np.dtype(
    [("fields", ">i2")]
    + [part for name in COLUMNS for part in ((f"{name}_bytes", ">i4"), (name, ">i8"))]
)


def read_rows(
    connection: Connection[Any], shard: int, after: int, until: int
) -> Iterator[NDArray[np.void]]:
    """Payments and cancellations of a shard after one movement up to another, in portions."""
    kept = bytearray()
    begun = False
    most = _PORTION_ROWS * _ROW.itemsize
    asked = {"shard": shard, "after": after, "until": until}
    with connection.cursor() as cursor, cursor.copy(_COPY, asked) as copied:
        for block in copied:
            kept += block
            if not begun and len(kept) >= _HEADER_BYTES:
                extension = int.from_bytes(kept[_HEADER_BYTES - 4 : _HEADER_BYTES], "big")
                del kept[: _HEADER_BYTES + extension]
                begun = True
            if len(kept) > most:
                yield _taken(kept)
    if begun and len(kept) >= _ROW.itemsize:
        yield _taken(kept)


def _taken(kept: bytearray) -> NDArray[np.void]:
    """The whole rows that have come; what is left of a row stays."""
    count = len(kept) // _ROW.itemsize
    raw = bytes(kept[: count * _ROW.itemsize])
    del kept[: count * _ROW.itemsize]
    rows: NDArray[np.void] = np.frombuffer(raw, _ROW)
    return rows
