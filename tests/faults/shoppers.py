"""What the fault tests share: members who pay, many at once, and what the journal has of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import psycopg

from dure.authorization.answers import Answer
from dure.authorization.requests import AnyRequest, Charge, Purchase
from dure.engine.client import EngineClient, EngineGone
from tests.engines import BEGUN_US, SHOP_JUNGGU, RunningEngine, new_key, open_member

MEMBER = 1001


def rich_member(engine: RunningEngine, member_id: int = MEMBER, won: int = 1_000_000) -> None:
    """Opens a wallet with charged money in it."""
    open_member(engine, member_id)
    answer = engine.ask(
        Charge(key=new_key(), occurred_at_us=BEGUN_US, member_id=member_id, amount_won=won)
    )
    assert answer.approved, answer


def payment(won: int = 100, member_id: int = MEMBER, deadline_ms: int = 20_000) -> Purchase:
    """A payment that would be approved."""
    return Purchase(
        key=new_key(),
        occurred_at_us=BEGUN_US,
        shop_code=SHOP_JUNGGU,
        amount_won=won,
        channel=1,
        member_id=member_id,
        deadline_ms=deadline_ms,
    )


async def ask_all(
    clients: Sequence[EngineClient], requests: Sequence[AnyRequest]
) -> list[Answer | EngineGone]:
    """Asks everything at once, the clients in turn; the answers, or that none came."""

    async def ask(place: int, request: AnyRequest) -> Answer | EngineGone:
        try:
            async with asyncio.timeout(30):
                return await clients[place % len(clients)].ask(request)
        except EngineGone as gone:
            return gone

    return await asyncio.gather(*[ask(place, request) for place, request in enumerate(requests)])


def keys_in_journal(url: str) -> list[bytes]:
    """Every request key in the journal."""
    with psycopg.connect(url) as connection:
        return [bytes(row[0]) for row in connection.execute("SELECT request_key FROM journal")]
