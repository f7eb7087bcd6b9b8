"""Batches on their way: decided in memory, then being written, and what is done again in halves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

import asyncpg
import structlog

from dure.authorization.answers import Answer
from dure.authorization.changes import Changes
from dure.engine.inbox import Waiting
from dure.engine.leases import ShortageError

log = structlog.get_logger("dure.engine")

_DEADLOCKS_MAX: Final = 3
"""So many deadlocks in turn are no reason yet to tell a request that it failed."""


class Decided(NamedTuple):
    """Requests that are decided and applied in memory, each with the answer it will get."""

    batch: list[Waiting]
    answers: list[Answer]


class Flight(NamedTuple):
    """A batch on its way to the disk."""

    task: asyncio.Task[None]
    decided: Decided
    changes: Changes


def halves(batch: list[Waiting]) -> list[list[Waiting]]:
    """The batch in two, or in one where it is of one."""
    middle = len(batch) // 2
    return [half for half in (batch[:middle], batch[middle:]) if half]


async def despite_deadlocks(
    settle: Callable[[list[Waiting]], Awaitable[None]], batch: list[Waiting]
) -> None:
    """Settles, and again where sessions stood in each other's way and PostgreSQL ended this one."""
    for _ in range(_DEADLOCKS_MAX):
        try:
            return await settle(batch)
        except asyncpg.TransactionRollbackError as error:
            log.warning("ended by a deadlock, trying again", error=repr(error), size=len(batch))
    return await settle(batch)


def log_refused(error: BaseException, size: int) -> None:
    """Says that a batch is done again in parts, as an error unless it is the way of leases."""
    constraint = getattr(error, "constraint_name", None)
    if isinstance(error, ShortageError) or constraint in _GUARDS:
        log.info("money of another engine is wanted", size=size)
    else:
        log.error("batch refused", error=repr(error), size=size)


_GUARDS: Final = frozenset(
    {
        "a_line_is_never_overspent",
        "a_rule_never_passes_its_sum",
        "a_release_is_never_passed",
        "never_more_coupons_are_issued_than_the_stock",
        "a_gift_ends_once",
        "no_shop_gives_more_in_a_month_than_its_ceiling",
    }
)
