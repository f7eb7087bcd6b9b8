"""Gifts and donations between the books in memory and PostgreSQL: read and written.

The row of a gift is shared by the engines of giver and taker. Note [A gift ends once] in
0019_gifts.sql.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from dure.authorization.changes import Changes
from dure.authorization.facts import Gift
from dure.authorization.requests import AnyRequest, Charge, ReturnGift, TakeGift, Withdraw
from dure.engine.connection import AnyConnection
from dure.engine.resident import ResidentBooks
from dure.kernel.shards import shard_of_member

OF_GIFTS: Final = (TakeGift, ReturnGift, Withdraw, Charge)
"""What looks at gifts; what sends one needs to know of none."""

_GIFT_COLUMNS: Final = """
g.shard, g.gift_id, g.giver_id, g.won, g.until_us, g.state, g.ended_by, g.taker_id
"""
FIND_GIFTS: Final = f"""
SELECT {_GIFT_COLUMNS} FROM unnest($1::smallint[], $2::bigint[]) AS k(shard, gift_id)
JOIN gift g ON g.shard = k.shard AND g.gift_id = k.gift_id
"""
FIND_WAITING_GIFTS: Final = f"""
SELECT {_GIFT_COLUMNS} FROM unnest($1::smallint[], $2::bigint[]) AS k(shard, member_id)
JOIN gift g ON g.shard = k.shard AND g.giver_id = k.member_id AND g.state = 1
"""
MAKE_GIFTS: Final = """
INSERT INTO gift (shard, gift_id, giver_id, won, until_us)
SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bigint[], $4::integer[], $5::bigint[])
"""
# Locked in the order of their keys; the trigger refuses to end a gift that has ended.
END_GIFTS: Final = """
WITH locked AS (
  SELECT g.shard, g.gift_id FROM unnest($1::smallint[], $2::bigint[]) AS k(shard, gift_id)
  JOIN gift g ON g.shard = k.shard AND g.gift_id = k.gift_id
  ORDER BY g.shard, g.gift_id FOR UPDATE OF g)
UPDATE gift g SET state = u.state, ended_by = u.ended_by, taker_id = u.taker_id
FROM unnest($1::smallint[], $2::bigint[], $3::smallint[], $4::bigint[], $5::bigint[])
AS u(shard, gift_id, state, ended_by, taker_id)
JOIN locked USING (shard, gift_id)
WHERE g.shard = u.shard AND g.gift_id = u.gift_id
"""
MAKE_DONATIONS: Final = """
INSERT INTO donation (shard, movement_id, member_id, fund_id, won, cashback)
SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bigint[], $4::integer[], $5::integer[],
  $6::boolean[])
"""


async def gather_gifts(
    connection: AnyConnection, books: ResidentBooks, requests: Sequence[AnyRequest]
) -> None:
    """Reads the gifts that are named, and all that wait of who gets more or asks for a refund."""
    named: set[tuple[int, int]] = set()
    givers: set[int] = set()
    for request in requests:
        if isinstance(request, TakeGift):
            named.add((shard_of_member(request.giver_id), request.gift_id))
            givers.add(request.member_id)
        elif isinstance(request, ReturnGift):
            named.add((shard_of_member(request.member_id), request.gift_id))
        elif isinstance(request, (Withdraw, Charge)):
            givers.add(request.member_id)
    if named:
        listed = list(named)
        columns = [place[0] for place in listed], [place[1] for place in listed]
        _keep(books, await connection.fetch(FIND_GIFTS, *columns))
    if givers:
        members = list(givers)
        shards = [shard_of_member(member_id) for member_id in members]
        _keep(books, await connection.fetch(FIND_WAITING_GIFTS, shards, members))


def _keep(books: ResidentBooks, rows: Sequence[Any]) -> None:
    for row in rows:
        gift = Gift(*[row[place] for place in range(8)])
        books.gifts.setdefault((gift.shard, gift.gift_id), gift)


def made_statements(changes: Changes) -> list[tuple[str, list[Any]]]:
    """The statements for gifts that were sent and donations that were made."""
    statements: list[tuple[str, list[Any]]] = []
    if changes.gifts_made:
        made = [(g.shard, g.gift_id, g.giver_id, g.won, g.until_us) for g in changes.gifts_made]
        statements.append((MAKE_GIFTS, _transposed(made)))
    if changes.donations:
        statements.append((MAKE_DONATIONS, _transposed(changes.donations)))
    return statements


def ended_statements(changes: Changes) -> list[tuple[str, list[Any]]]:
    """The statement for gifts that ended; it comes last, for engines share these rows."""
    ended = [
        (g.shard, g.gift_id, int(g.state), g.ended_by, g.taker_id)
        for g in changes.gifts_ended.values()
    ]
    return [(END_GIFTS, _transposed(ended))] if ended else []


def _transposed(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
