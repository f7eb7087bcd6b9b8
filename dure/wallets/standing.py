"""What a member may still charge, and what may be paid back: as the engine would decide it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile
from typing import Any, Final, NamedTuple

from psycopg import Connection

from dure.authorization.facts import Lot, Wallet
from dure.authorization.money import refundable_won
from dure.authorization.quote import NOBODY
from dure.kernel.calendar import month_of
from dure.kernel.money import BASIS_POINTS_WHOLE
from dure.wallets.charging import TOP_UP_WON_MAX, USED_SHARE_BP
from dure.wallets.limits import limit_at

_WALLET: Final = """
SELECT charged_in_won, charged_won, held_won, level,
       CASE WHEN month = %(month)s THEN month_charged_won ELSE 0 END
FROM wallet WHERE shard = %(member_id)s %% 64 AND member_id = %(member_id)s
"""
_LOTS: Final = """
SELECT movement_id, in_from_won, in_until_won, expires_at_us, given FROM lot
WHERE shard = %(member_id)s %% 64 AND member_id = %(member_id)s AND withdrawn_by IS NULL
  AND in_until_won > %(out_won)s ORDER BY in_from_won LIMIT 1000
"""

_WAITING: Final = """
SELECT coalesce(sum(won), 0) FROM gift
WHERE shard = %(member_id)s %% 64 AND giver_id = %(member_id)s AND state = 1
"""


class Room(NamedTuple):
    """How much may still be charged: by what may be held, and by the month. Whole won.

    `is_raisable`: the next level of identity may hold or charge more. `given_won` is in gifts on
    their way, which may come back and count as held.
    """

    charged_won: int
    holding_won_max: int
    month_won_max: int
    month_charged_won: int
    is_raisable: bool = False
    given_won: int = 0

    @property
    def may_charge_won(self) -> int:
        """The most that one charge may bring now."""
        return max(
            0,
            min(
                TOP_UP_WON_MAX,
                self.holding_won_max - self.charged_won - self.given_won,
                self.month_won_max - self.month_charged_won,
            ),
        )


class Refundable(NamedTuple):
    """What may be paid back now, in whole won. `brought_won` is what the charges that still hold
    something have brought, `used_won` what of it was used; at `needed_won` used all the rest may be
    paid back. `is_unused`: it is charges of the last seven days of which nothing was used, and only
    whole. `behind_won` was charged after `gift_won`, an unspent gift, and waits until it is spent;
    `given_won` is in gifts on their way, and `held_won` for payments without a final amount."""

    may_refund_won: int
    is_unused: bool
    brought_won: int
    used_won: int
    left_won: int
    needed_won: int
    gift_won: int = 0
    behind_won: int = 0
    given_won: int = 0
    held_won: int = 0


def room_to_charge(connection: Connection[Any], member_id: int, at_us: int) -> Room | None:
    """The room in the member's wallet; None where there is no wallet."""
    row = _wallet(connection, member_id, at_us)
    if row is None:
        return None
    _came_in, charged_won, _held, level, month_charged_won = row
    limit = limit_at(connection, level, at_us)
    holding, month = (
        (TOP_UP_WON_MAX, TOP_UP_WON_MAX)
        if limit is None
        else (limit.holding_won_max, limit.charge_won_month_max)
    )
    above = None if limit is None else limit_at(connection, level + 1, at_us)
    is_raisable = above is not None and (
        above.holding_won_max > holding or above.charge_won_month_max > month
    )
    given_won = _given_won(connection, member_id)
    return Room(charged_won, holding, month, month_charged_won, is_raisable, given_won)


def refundable(connection: Connection[Any], member_id: int, at_us: int) -> Refundable | None:
    """What the engine would pay back now; None where there is no wallet."""
    row = _wallet(connection, member_id, at_us)
    if row is None:
        return None
    came_in_won, charged_won, held_won, _level, _month = row
    out_won = came_in_won - charged_won
    rows = connection.execute(_LOTS, {"member_id": member_id, "out_won": out_won}).fetchall()
    lots = [Lot(*lot) for lot in rows]
    wallet = Wallet(member_id, member_id % 64, NOBODY)
    wallet.charged_in_won, wallet.charged_won, wallet.held_won = came_in_won, charged_won, held_won
    waiting_won = _given_won(connection, member_id)
    rest_won, unused = refundable_won(wallet, lots, USED_SHARE_BP, at_us, waiting_won)
    queue, lots = lots, list(takewhile(lambda lot: not lot.given, lots))
    behind = [lot for lot in queue[len(lots) :] if lot.given or lot not in unused]
    brought_won = sum(lot.in_until_won - lot.in_from_won for lot in lots)
    left_won = _left_won(lots, out_won)
    return Refundable(
        may_refund_won=min(rest_won, charged_won - held_won),
        is_unused=bool(unused),
        brought_won=brought_won,
        used_won=max(0, brought_won - left_won - waiting_won),
        left_won=left_won,
        needed_won=-(-brought_won * USED_SHARE_BP // BASIS_POINTS_WHOLE),
        gift_won=_left_won((lot for lot in behind if lot.given), out_won),
        behind_won=_left_won((lot for lot in behind if not lot.given), out_won),
        given_won=waiting_won,
        held_won=held_won,
    )


def _given_won(connection: Connection[Any], member_id: int) -> int:
    row = connection.execute(_WAITING, {"member_id": member_id}).fetchone()
    return int(row[0]) if row else 0


def _left_won(lots: Iterable[Lot], out_won: int) -> int:
    return sum(lot.in_until_won - max(lot.in_from_won, out_won) for lot in lots)


def _wallet(
    connection: Connection[Any], member_id: int, at_us: int
) -> tuple[int, int, int, int, int] | None:
    values = {"member_id": member_id, "month": month_of(at_us)}
    row: tuple[int, int, int, int, int] | None = connection.execute(_WALLET, values).fetchone()
    return row
