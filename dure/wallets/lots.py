"""What is left of each charge and until when it is good, so that nobody's money lapses unseen."""

from __future__ import annotations

from typing import Any, NamedTuple

from psycopg import Connection


class OpenLot(NamedTuple):
    """A charge of which something is left; instants in microseconds since 1970 UTC."""

    member_id: int
    movement_id: int
    charged_won: int
    left_won: int
    expires_at_us: int


# Note [Lots without updates] in 0001_money.sql says why this is what is left.
_OPEN = """
SELECT l.member_id, l.movement_id, l.in_until_won - l.in_from_won,
       l.in_until_won - greatest(l.in_from_won, w.charged_in_won - w.charged_won), l.expires_at_us
FROM lot l JOIN wallet w ON w.shard = l.shard AND w.member_id = l.member_id
WHERE l.withdrawn_by IS NULL AND l.in_until_won > w.charged_in_won - w.charged_won
"""


def open_lots(connection: Connection[Any], member_id: int) -> list[OpenLot]:
    """What is left of a member's charges, the first to be spent first."""
    rows = connection.execute(
        _OPEN + "AND l.shard = %s %% 64 AND l.member_id = %s ORDER BY l.in_from_won",
        (member_id, member_id),
    ).fetchall()
    return [OpenLot(*row) for row in rows]


def lots_expiring(
    connection: Connection[Any], *, from_us: int, until_us: int, count: int = 1_000
) -> list[OpenLot]:
    """What lapses between two instants (the second excluded), for notices; by expiry."""
    rows = connection.execute(
        _OPEN + "AND l.expires_at_us >= %s AND l.expires_at_us < %s "
        "ORDER BY l.expires_at_us, l.member_id LIMIT %s",
        (from_us, until_us, count),
    ).fetchall()
    return [OpenLot(*row) for row in rows]
