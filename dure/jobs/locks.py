"""Locks of wallets whose asker did not hear the engine's answer: asked again until they are so."""

from __future__ import annotations

from dure.jobs.desk import Desk, Outcome
from dure.people.wallet_locks import settle_locks

_COUNT = 100


def settle_wallet_locks(desk: Desk) -> Outcome:
    """Brings the engine to what the rows of locks say."""
    units = settle_locks(desk.connection, desk.ask, at_us=desk.clock.now_us(), count=_COUNT)
    return Outcome(units, more=units == _COUNT)
