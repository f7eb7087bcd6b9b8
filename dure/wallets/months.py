"""A member's months in sums: kept in `member_month`, brought up to date when somebody looks."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, NamedTuple

from psycopg import Connection

from dure.kernel.calendar import start_of_day_us
from dure.ledger.accounts import ALLOWANCE_BASE, BUDGET_BASE, Account
from dure.ledger.movement import GIVINGS_BACK, TAKINGS, MovementKind

# Note [Months that are kept]
# The journal has no index by member, and a member's chain may be long. So what a month adds up to
# is kept with the number of its last movement; a look adds what has come since, under a lock of the
# member, and a page of an old month begins its walk there. Rows follow from the journal alone.

_LOCK_NAMESPACE: Final = 18


class Month(NamedTuple):
    """What happened in a month, as recorded. `month` is YYYYMM; amounts in whole won.

    `paid_won` left the purses for shops (less what came back), `discount_won` the shops took off,
    `earned_won` is cashback earned (less what was taken back), `charged_won` came from the bank.
    """

    month: int
    last_id: int
    payments: int
    paid_won: int
    discount_won: int
    earned_won: int
    charged_won: int


class SectorSum(NamedTuple):
    """What was paid in one kind of shop: the first three digits of its industry code, or ""."""

    sector: str
    payments: int
    paid_won: int


_OWN = f"(leg.account IN ({int(Account.MEMBER_CHARGED)}, {int(Account.MEMBER_CASHBACK)}, \
{int(Account.MEMBER_CLAIMS)}) OR leg.account BETWEEN {ALLOWANCE_BASE + 1} AND {BUDGET_BASE - 1})"
_EARNED = "(SELECT coalesce(sum(j.incentive[i]), 0) \
FROM generate_series(2, coalesce(cardinality(j.incentive), 0), 4) AS i)"
# What the purses paid: all legs of the member's, without what the payment itself earned.
_PAID = (
    f"(SELECT coalesce(sum(leg.won), 0) FROM unnest(j.accounts, j.amounts) AS leg(account, won) \
WHERE {_OWN}) + {_EARNED}"
)
_AT_SHOPS = f"({', '.join(str(int(kind)) for kind in sorted(TAKINGS | GIVINGS_BACK))})"
_TAKINGS = f"({', '.join(str(int(kind)) for kind in sorted(TAKINGS))})"

_STAND: Final = """
SELECT w.last_id, (SELECT max(m.last_id) FROM member_month m WHERE m.member_id = w.member_id)
FROM wallet w WHERE w.shard = %(member)s %% 64 AND w.member_id = %(member)s
"""
_CATCH_UP: Final = f"""
WITH RECURSIVE chain AS (
  SELECT j.movement_id, j.previous_id FROM journal j
  WHERE j.shard = %(member)s %% 64 AND j.movement_id = %(last)s AND j.movement_id > %(known)s
  UNION ALL
  SELECT j.movement_id, j.previous_id FROM chain
  JOIN journal j ON j.shard = %(member)s %% 64 AND j.movement_id = chain.previous_id
  WHERE chain.previous_id > %(known)s
), told AS (
  SELECT to_char((timestamptz 'epoch' + j.movement_id * interval '1 microsecond')
           AT TIME ZONE 'Asia/Seoul', 'YYYYMM')::integer AS month,
         j.movement_id, j.kind, j.discount_won, j.amount_won, j.reason,
         CASE WHEN j.kind IN {_AT_SHOPS} THEN {_PAID} ELSE 0 END AS paid_won,
         {_EARNED} AS earned_won
  FROM chain c JOIN journal j ON j.shard = %(member)s %% 64 AND j.movement_id = c.movement_id
)
INSERT INTO member_month AS kept
  (member_id, month, last_id, payments, paid_won, discount_won, earned_won, charged_won)
SELECT %(member)s, month, max(movement_id),
       count(*) FILTER (WHERE kind IN {_TAKINGS} AND reason = 0),
       coalesce(sum(paid_won), 0),
       coalesce(sum(CASE WHEN kind IN {_TAKINGS} THEN discount_won ELSE -discount_won END)
         FILTER (WHERE kind IN {_AT_SHOPS} AND reason = 0), 0),
       coalesce(sum(earned_won), 0),
       coalesce(sum(amount_won) FILTER (WHERE kind = {int(MovementKind.CHARGE)} AND reason = 0), 0)
FROM told GROUP BY month
ON CONFLICT (member_id, month) DO UPDATE SET
  last_id = greatest(kept.last_id, excluded.last_id),
  payments = kept.payments + excluded.payments,
  paid_won = kept.paid_won + excluded.paid_won,
  discount_won = kept.discount_won + excluded.discount_won,
  earned_won = kept.earned_won + excluded.earned_won,
  charged_won = kept.charged_won + excluded.charged_won
"""
_SECTORS: Final = f"""
WITH RECURSIVE chain AS (
  SELECT j.movement_id, j.previous_id FROM journal j
  WHERE j.shard = %(member)s %% 64 AND j.movement_id = %(last)s AND j.member_id = %(member)s
  UNION ALL
  SELECT j.movement_id, j.previous_id FROM chain
  JOIN journal j ON j.shard = %(member)s %% 64 AND j.movement_id = chain.previous_id
  WHERE chain.previous_id >= %(since)s
)
SELECT coalesce(left(s.sector, 3), ''), count(*) FILTER (WHERE j.kind IN {_TAKINGS}),
       sum({_PAID})::bigint
FROM chain c JOIN journal j ON j.shard = %(member)s %% 64 AND j.movement_id = c.movement_id
LEFT JOIN shop s ON s.shop_id = j.shop_id
WHERE j.kind IN {_AT_SHOPS} AND j.reason = 0
GROUP BY 1 ORDER BY 3 DESC
"""


def months_of(connection: Connection[Any], member_id: int, *, count: int = 12) -> list[Month]:
    """The member's last months in which anything happened, the newest first; up to date."""
    _catch_up(connection, member_id)
    rows = connection.execute(
        "SELECT month, last_id, payments, paid_won, discount_won, earned_won, charged_won "
        "FROM member_month WHERE member_id = %s ORDER BY month DESC LIMIT %s",
        (member_id, count),
    ).fetchall()
    return [Month(*row) for row in rows]


def sectors_of(connection: Connection[Any], member_id: int, month: Month) -> list[SectorSum]:
    """What was paid in which kind of shop in a month of `months_of`, the most first."""
    rows = connection.execute(
        _SECTORS,
        {"member": member_id, "last": month.last_id, "since": start_of_month_us(month.month)},
    ).fetchall()
    return [SectorSum(*row) for row in rows]


def start_of_month_us(month: int) -> int:
    """The first instant of a month YYYYMM of the city, in microseconds since 1970 UTC."""
    return start_of_day_us(date(month // 100, month % 100, 1))


def next_month(month: int) -> int:
    """The month after YYYYMM."""
    return month + 89 if month % 100 == 12 else month + 1


def month_before(month: int) -> int:
    """The month before YYYYMM."""
    return month - 89 if month % 100 == 1 else month - 1


def _catch_up(connection: Connection[Any], member_id: int) -> None:
    values: dict[str, Any] = {"member": member_id}
    stand = connection.execute(_STAND, values).fetchone()
    if stand is None or stand[0] == (stand[1] or 0):
        return
    with connection.transaction():
        connection.execute(
            "SELECT pg_advisory_xact_lock(%s, %s)", (_LOCK_NAMESPACE, member_id % 2**31)
        )
        stand = connection.execute(_STAND, values).fetchone()
        assert stand is not None, "a wallet stays"
        last_id, known_id = stand
        connection.execute(_CATCH_UP, {**values, "last": last_id, "known": known_id or 0})
