"""What happened to a wallet: its movements with the reason for every won, and past balances."""

from __future__ import annotations

from typing import Any, NamedTuple

from psycopg import Connection

from dure.authorization.reasons import DeclineReason
from dure.ledger.accounts import ALLOWANCE_BASE, BUDGET_BASE, Account, is_purse
from dure.ledger.movement import GIVINGS_BACK, PAYMENTS, MovementKind
from dure.policy.lines import LimitedBy, choice_of, limit_of

ROWS_MAX = 200


class IncentiveReason(NamedTuple):
    """Why a won of incentive came (or went): the rule, its version, and what limited it.

    `full_won` is what the rule would have given without limits, `choice` its variant that held.
    """

    rule: str
    version: int
    won: int
    limited_by: LimitedBy
    full_won: int
    choice: int = 0


class HistoryLine(NamedTuple):
    """One movement of a wallet, as a receipt shows it. Amounts in whole won.

    The three purses say what the movement brought them (negative: what it took); `discount_won`
    is what the shop took off, `coupon_won` what a coupon paid for a payment; balances are those
    after it. `movement_id` is the instant of recording in microseconds since 1970 UTC. Of a
    cancellation `kept_won` is what came off the charged money that it gave back, because cashback
    had been spent, and `claim_won` what coming cashback settles (negative: what was settled).
    """

    movement_id: int
    kind: MovementKind
    reason: DeclineReason
    occurred_at_us: int
    amount_won: int
    charged_won: int
    cashback_won: int
    allowance_won: int
    discount_won: int
    charged_after_won: int
    cashback_after_won: int
    allowance_after_won: int
    shop_id: int | None
    shop_name_ko: str | None
    channel: int
    masked_pan: str | None
    original_id: int | None
    incentive: tuple[IncentiveReason, ...]
    coupon_won: int = 0
    kept_won: int = 0
    claim_won: int = 0


class PaymentBack(NamedTuple):
    """A cancellation of a payment, wholly or in part: how much of its price it gave back, and what
    of the cashback that the payment earned it took back (0 or less)."""

    movement_id: int
    occurred_at_us: int
    amount_won: int
    earned_won: int = 0


class FoundMovement(NamedTuple):
    """One movement with what explains it and what a refund of it needs.

    `usage_before_won` are the month's net payments before it, `district` the shop's (0 without).
    """

    line: HistoryLine
    usage_before_won: int
    request_key: bytes
    shop_code: str | None
    district: int
    shop_name_en: str


class Balance(NamedTuple):
    """What was in the three purses, in whole won."""

    charged_won: int
    cashback_won: int
    allowance_won: int


_HISTORY = """
SELECT h.movement_id, h.kind, h.reason, h.occurred_at_us, h.amount_won, h.accounts, h.amounts,
       h.discount_won, h.charged_after_won, h.cashback_after_won, h.allowance_after_won,
       h.shop_id, s.name_ko, h.channel, c.masked_pan, h.original_id, h.incentive
FROM member_history(%s, %s, %s) WITH ORDINALITY AS h
LEFT JOIN shop s ON s.shop_id = h.shop_id
LEFT JOIN LATERAL (SELECT masked_pan FROM card
  WHERE card.member_id = h.member_id AND card.card_id = h.card_id LIMIT 1) c ON true
ORDER BY h.ordinality
"""

_ONE = """
SELECT h.movement_id, h.kind, h.reason, h.occurred_at_us, h.amount_won, h.accounts, h.amounts,
       h.discount_won, h.charged_after_won, h.cashback_after_won, h.allowance_after_won,
       h.shop_id, s.name_ko, h.channel, c.masked_pan, h.original_id, h.incentive,
       h.usage_before_won, h.request_key, s.shop_code, coalesce(s.district, 0),
       coalesce(s.name_en, '')
FROM journal h
LEFT JOIN shop s ON s.shop_id = h.shop_id
LEFT JOIN LATERAL (SELECT masked_pan FROM card
  WHERE card.member_id = h.member_id AND card.card_id = h.card_id LIMIT 1) c ON true
WHERE h.shard = %(member_id)s %% 64 AND h.movement_id = %(movement_id)s
  AND h.member_id = %(member_id)s
"""
# The chain is walked only where the payment's sum of cancellations says that there are some.
_BACK = """
WITH RECURSIVE chain AS (
  SELECT j.movement_id, j.previous_id, j.original_id, 1 AS place FROM wallet w
  JOIN journal j ON j.shard = w.shard AND j.movement_id = w.last_id
  WHERE w.shard = %(member_id)s %% 64 AND w.member_id = %(member_id)s
    AND EXISTS (SELECT FROM cancellation c
                WHERE c.shard = w.shard AND c.original_id = %(movement_id)s
                  AND c.cancelled_won > 0)
  UNION ALL
  SELECT j.movement_id, j.previous_id, j.original_id, chain.place + 1 FROM chain
  JOIN journal j ON j.shard = %(member_id)s %% 64 AND j.movement_id = chain.previous_id
  WHERE chain.previous_id > %(movement_id)s AND chain.place < %(steps)s
)
SELECT j.movement_id, j.occurred_at_us, j.amount_won,
  (SELECT coalesce(sum(j.incentive[i]), 0)::bigint
   FROM generate_series(2, coalesce(cardinality(j.incentive), 0), 4) AS i)
FROM chain c JOIN journal j ON j.shard = %(member_id)s %% 64 AND j.movement_id = c.movement_id
WHERE c.original_id = %(movement_id)s AND j.reason = 0 AND j.amount_won > 0
  AND j.kind = ANY(%(kinds)s)
  AND NOT EXISTS (SELECT FROM cancellation undone WHERE undone.shard = j.shard
                  AND undone.original_id = j.movement_id AND undone.cancelled_won > 0)
ORDER BY j.movement_id
"""
_BACK_STEPS_MAX = 10_000


def member_history(
    connection: Connection[Any],
    member_id: int,
    *,
    before_id: int | None = None,
    count: int = 50,
) -> list[HistoryLine]:
    """The member's movements, the newest first, those before `before_id` when it is given.

    Refused requests are among them, with their reason. At most ROWS_MAX at a time.
    """
    rows = connection.execute(
        _HISTORY, (member_id, before_id, max(1, min(count, ROWS_MAX)))
    ).fetchall()
    rules = _rules(connection, {number for row in rows for number in (row[16] or [])[::4]})
    return [_line(row, rules) for row in rows]


def find_movement(
    connection: Connection[Any], member_id: int, movement_id: int
) -> FoundMovement | None:
    """The member's movement with this number, when there is one; nobody else's."""
    values = {"member_id": member_id, "movement_id": movement_id}
    row = connection.execute(_ONE, values).fetchone()
    if row is None:
        return None
    line = _line(row[:17], _rules(connection, set((row[16] or [])[::4])))
    return FoundMovement(line, row[17], bytes(row[18]), row[19], row[20], row[21])


class KnownMovement(NamedTuple):
    """A movement that a request has made: its number, and why it was refused where it was."""

    movement_id: int
    reason: DeclineReason


def find_movement_of_key(
    connection: Connection[Any], member_id: int, request_key: bytes
) -> KnownMovement | None:
    """What a request of the member came to, by its key; None where it never came."""
    row = connection.execute(
        "SELECT movement_id, reason FROM journal "
        "WHERE shard = %s %% 64 AND request_key = %s AND member_id = %s",
        (member_id, request_key, member_id),
    ).fetchone()
    return None if row is None else KnownMovement(row[0], DeclineReason(row[1]))


def given_back_of(
    connection: Connection[Any], member_id: int, movement_id: int
) -> list[PaymentBack]:
    """The cancellations and refunds of one of the member's payments, the oldest first; a refund
    that was undone is none."""
    rows = connection.execute(
        _BACK,
        {
            "member_id": member_id,
            "movement_id": movement_id,
            "steps": _BACK_STEPS_MAX,
            "kinds": sorted(int(kind) for kind in GIVINGS_BACK),
        },
    ).fetchall()
    return [PaymentBack(*row) for row in rows]


def balance_at(connection: Connection[Any], member_id: int, at_us: int) -> Balance | None:
    """The balances as they stood at an instant; None when the wallet was not open yet."""
    row = connection.execute("SELECT * FROM balance_at(%s, %s)", (member_id, at_us)).fetchone()
    return None if row is None else Balance(*row)


def _rules(connection: Connection[Any], numbers: set[int]) -> dict[int, tuple[str, int]]:
    if not numbers:
        return {}
    rows = connection.execute(
        "SELECT rule_version_id, rule, version FROM rule_version WHERE rule_version_id = ANY(%s)",
        (sorted(numbers),),
    ).fetchall()
    return {row[0]: (row[1], row[2]) for row in rows}


def _line(row: tuple[Any, ...], rules: dict[int, tuple[str, int]]) -> HistoryLine:
    legs = list(zip(row[5], row[6], strict=True))
    return HistoryLine(
        movement_id=row[0],
        kind=MovementKind(row[1]),
        reason=DeclineReason(row[2]),
        occurred_at_us=row[3],
        amount_won=row[4],
        charged_won=-sum(won for account, won in legs if account == Account.MEMBER_CHARGED),
        cashback_won=-sum(won for account, won in legs if account == Account.MEMBER_CASHBACK),
        allowance_won=-sum(won for account, won in legs if ALLOWANCE_BASE < account < BUDGET_BASE),
        discount_won=row[7],
        charged_after_won=row[8],
        cashback_after_won=row[9],
        allowance_after_won=row[10] or 0,
        shop_id=row[11],
        shop_name_ko=row[12],
        channel=row[13],
        masked_pan=row[14],
        original_id=row[15],
        incentive=_reasons(row[16] or [], rules),
        coupon_won=coupon_part(row[1], row[2], row[4] - row[7], legs),
        kept_won=_kept_won(row[1], legs),
        claim_won=sum(won for account, won in legs if account == Account.MEMBER_CLAIMS),
    )


def _kept_won(kind: int, legs: list[tuple[int, int]]) -> int:
    if kind not in GIVINGS_BACK:
        return 0
    return sum(won for account, won in legs if account == Account.MEMBER_CHARGED and won > 0)


def coupon_part(kind: int, reason: int, price_won: int, legs: list[tuple[int, int]]) -> int:
    """What of a payment's price, after the shop's discount, a coupon paid: what no purse did."""
    if kind not in PAYMENTS or reason:
        return 0
    return price_won - sum(won for account, won in legs if won > 0 and is_purse(account))


def _reasons(packed: list[int], rules: dict[int, tuple[str, int]]) -> tuple[IncentiveReason, ...]:
    reasons = []
    for place in range(0, len(packed), 4):
        number, won, limit, full_won = packed[place : place + 4]
        rule, version = rules.get(number, (str(number), 0))
        limited_by, choice = limit_of(limit), choice_of(limit)
        reasons.append(IncentiveReason(rule, version, won, limited_by, full_won, choice))
    return tuple(reasons)
