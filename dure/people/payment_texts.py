"""Text messages about each payment, for members without the app; see payment_text in 0022."""

from __future__ import annotations

from typing import Any, NamedTuple

from psycopg import Connection


class Untold(NamedTuple):
    """A member whose wallet has moved since the last text; movements above `told_id` are new."""

    member_id: int
    told_id: int
    last_id: int


def begin_payment_texts(connection: Connection[Any], member_id: int) -> None:
    """From the wallet's last movement on, each payment is told. Begun before, it goes on."""
    connection.execute(
        "INSERT INTO payment_text (member_id, told_id) SELECT member_id, last_id FROM wallet "
        "WHERE shard = %(member_id)s %% 64 AND member_id = %(member_id)s ON CONFLICT DO NOTHING",
        {"member_id": member_id},
    )


def end_payment_texts(connection: Connection[Any], member_id: int) -> None:
    """Payments are no longer told."""
    connection.execute("DELETE FROM payment_text WHERE member_id = %s", (member_id,))


def wants_payment_texts(connection: Connection[Any], member_id: int) -> bool:
    """Whether each payment is told."""
    row = connection.execute(
        "SELECT 1 FROM payment_text WHERE member_id = %s", (member_id,)
    ).fetchone()
    return row is not None


def untold(connection: Connection[Any], *, count: int) -> list[Untold]:
    """Members whose wallets have moved since they were told, at most so many."""
    rows = connection.execute(
        "SELECT p.member_id, p.told_id, w.last_id FROM payment_text p "
        "JOIN wallet w ON w.shard = p.member_id %% 64 AND w.member_id = p.member_id "
        "WHERE w.last_id > p.told_id ORDER BY w.last_id LIMIT %s",
        (count,),
    ).fetchall()
    return [Untold(*row) for row in rows]


def note_told(connection: Connection[Any], member_id: int, told_id: int) -> None:
    """Everything up to this movement has been told."""
    connection.execute(
        "UPDATE payment_text SET told_id = %s WHERE member_id = %s AND told_id < %s",
        (told_id, member_id, told_id),
    )
