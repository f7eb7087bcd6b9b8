"""Only one engine writes a shard: it holds the shard's lock on the very connection it writes by.

Note [Fencing]
The lock is PostgreSQL's session lock on (class, shard). It ends with the session and not before,
and every write goes over that session; so an engine that has lost its lock has lost its means to
write, whatever it believes. No clock and no lease is involved. A connection pooler in transaction
mode between engine and server would break this; connect the engine directly.
"""

from __future__ import annotations

import asyncio
import os
import time

from dure.engine import statements as sql
from dure.engine.connection import AnyConnection
from dure.engine.settings import EngineSettings

LOCK_CLASS = 0x64757265
"""The letters "dure": advisory locks of others use other classes."""


class ShardTakenError(Exception):
    """Another engine owns one of the shards, and did not let go in time."""


async def take_shards(connection: AnyConnection, settings: EngineSettings) -> int:
    """Locks every shard of the engine on this connection and begins a new term; returns its number.

    Waits `takeover_patience_s` for an engine that is just ending. Raises ShardTakenError, which
    names the PostgreSQL session that holds the shard.
    """
    until = time.monotonic() + settings.takeover_patience_s
    for shard in range(settings.shard_from, settings.shard_until):
        while not await connection.fetchval(sql.TRY_LOCK_SHARD, LOCK_CLASS, shard):
            if time.monotonic() > until:
                holder = await connection.fetchval(sql.LOCK_HOLDER, LOCK_CLASS, shard)
                raise ShardTakenError(
                    f"another engine owns shard {shard} (database session {holder});"
                    " stop it first, or give this one other shards"
                )
            await asyncio.sleep(0.05)
    term = await connection.fetchval(
        sql.BEGIN_TERM, settings.shard_from, settings.shard_until, os.getpid()
    )
    assert isinstance(term, int)
    return term
