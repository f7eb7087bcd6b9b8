"""What the engine's modules take for a database connection, and when it is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import asyncpg

if TYPE_CHECKING:
    from asyncpg import Connection, Record
    from asyncpg.pool import PoolConnectionProxy

    AnyConnection: TypeAlias = Connection[Record] | PoolConnectionProxy[Record]
else:
    AnyConnection = object


class DatabaseLostError(Exception):
    """The writing connection ended, or says no more what is left: begin anew with a new term."""


LOST = (
    DatabaseLostError,
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,
)
"""What says that the connection is gone, and with it the engine's right to write."""


def is_lost(error: BaseException) -> bool:
    """Whether the connection is gone. A value that asyncpg cannot send is its sender's fault."""
    return isinstance(error, LOST) and not isinstance(error, asyncpg.DataError)
