"""What the engine's modules take for a database connection, and when it is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import asyncpg
import asyncpg.protocol.protocol as asyncpg_protocol

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


def spare_checks_of_numbers() -> None:
    """Makes asyncpg send long arrays of numbers in half the time, in this process.

    Note [Numbers in arrays]
    Whether an array's element is itself an array asyncpg 0.32 asks of every element, by
    `isinstance` with the abstract class Iterable: 95 of the 190 nanoseconds that a number takes, 60
    times for each payment (`_get_array_shape` in protocol/codecs/array.pyx). Who sends lists and
    tuples alone, as all of us do, may ask for those. Where asyncpg has another name for it one day
    nothing is gained and nothing lost; tests/unit/engine/test_numbers_in_arrays.py then says so.
    """
    asyncpg_protocol.IterableABC = (list, tuple)  # type: ignore[attr-defined]


def is_lost(error: BaseException) -> bool:
    """Whether the connection is gone. A value that asyncpg cannot send is its sender's fault."""
    return isinstance(error, LOST) and not isinstance(error, asyncpg.DataError)
