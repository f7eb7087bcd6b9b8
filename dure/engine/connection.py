"""What the engine's modules take for a database connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from asyncpg import Connection, Record
    from asyncpg.pool import PoolConnectionProxy

    AnyConnection: TypeAlias = Connection[Record] | PoolConnectionProxy[Record]
else:
    AnyConnection = object
