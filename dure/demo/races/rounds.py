"""The rounds: all members at once for the coupons of the round, then for the last won of a line.

Each round is judged by the answers alone, against figures that were fixed before it began; after
the last one the invariants of the books are asked too.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import psycopg

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import AnyRequest, Appropriate, ClaimCoupon, Purchase
from dure.demo.races.city import (
    BEGUN_US,
    COUPON_LINE,
    COUPON_WON,
    EARNED_WON,
    LAST_LINE,
    MEMBERS,
    PAYMENT_WON,
    SHOP,
    Round,
    plan,
    seed_races,
)
from dure.engine.client import EngineClient
from dure.engine.connection import AnyConnection
from dure.engine.server import EngineServer
from dure.engine.settings import EngineSettings
from dure.ledger.invariants import broken

CONNECTIONS = 16
PATIENCE_S = 30.0
WRONG_SHOWN_MAX = 20

_LEFT = """
SELECT b.appropriated_won - coalesce(sum(s.spent_won), 0)::bigint
FROM budget_line b LEFT JOIN budget_slice s USING (line_id)
WHERE b.line_id = $1 GROUP BY b.line_id
"""


class EngineNotReadyError(Exception):
    """The engine did not begin in time."""


@dataclass(slots=True)
class Outcome:
    """What the rounds came to; `wrong` says in words what was not exact."""

    rounds: int = 0
    exact: int = 0
    claims: int = 0
    coupons: int = 0
    last_won_races: int = 0
    seconds: float = 0.0
    books: str = "not asked"
    wrong: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether every round was exact and the books are whole."""
        return self.exact == self.rounds and self.books == "hold"


class Race:
    """Clients of one engine, and what they found."""

    def __init__(
        self, clients: Sequence[EngineClient], connection: AnyConnection, seed: int
    ) -> None:
        self._clients = clients
        self._connection = connection
        self._chance = random.Random(seed)
        self._asked = 0
        self._seed = seed
        self.outcome = Outcome()

    async def run(self, one: Round) -> None:
        """Plays one round and judges it."""
        faults = await self._claim(one)
        faults += await self._pay_for_the_last_won(one)
        outcome = self.outcome
        outcome.rounds += 1
        outcome.exact += not faults
        if len(outcome.wrong) < WRONG_SHOWN_MAX:
            outcome.wrong += [f"round {one.number}: {fault}" for fault in faults]

    async def _claim(self, one: Round) -> list[str]:
        """All members ask twice, once under one key and once more under another."""
        await self._bring_to(COUPON_LINE, one.coupon_line_won)
        requests: list[AnyRequest] = []
        for member_id in range(1, MEMBERS + 1):
            first, other = [
                ClaimCoupon(
                    key=self._key(), occurred_at_us=BEGUN_US, member_id=member_id,
                    rule_version_id=one.version, deadline_ms=30_000,
                )
                for _ in range(2)
            ]  # fmt: skip
            requests += [first, first, other]
        answers = await self._at_once(requests)
        winners = {
            answer.movement_id: answer.member_id
            for request, answer in answers
            if answer.approved and isinstance(request, ClaimCoupon)
        }
        self.outcome.claims += len(requests)
        self.outcome.coupons += len(winners)
        faults = []
        if len(winners) != one.coupons:
            faults.append(f"{len(winners)} coupons where {one.coupons} were to be had")
        if len(set(winners.values())) != len(winners):
            faults.append("a member has two coupons where one is allowed")
        faults += await self._use(list(winners.values()), one)
        return faults

    async def _use(self, winners: Sequence[int], one: Round) -> list[str]:
        """Every winner pays twice at once: one of the two payments has the coupon."""
        await self._bring_to(LAST_LINE, one.last_line_won)
        requests: list[AnyRequest] = [
            self._purchase(member) for member in winners for _ in range(2)
        ]
        answers = await self._at_once(requests)
        used: dict[int, int] = {}
        for _, answer in answers:
            used[answer.member_id] = used.get(answer.member_id, 0) + answer.coupon_won
        wrong = [member for member in winners if used.get(member) != COUPON_WON]
        return [f"members {wrong} did not use their coupon once"] if wrong else []

    async def _pay_for_the_last_won(self, one: Round) -> list[str]:
        """All members pay twice while the line has enough for some of it only."""
        await self._bring_to(LAST_LINE, one.last_line_won)
        requests: list[AnyRequest] = [
            self._purchase(member, coupon_id=0) for member in range(1, MEMBERS + 1) for _ in (1, 2)
        ]
        answers = await self._at_once(requests)
        self.outcome.last_won_races += 1
        # What a member pays with cashback earns nothing, so this much is due and no more.
        due_won = sum(answer.charged_won * EARNED_WON // PAYMENT_WON for _, answer in answers)
        paid_won = sum(line.won for _, answer in answers for line in answer.incentive)
        expected_won = min(one.last_line_won, due_won)
        if paid_won != expected_won:
            return [f"the line gave {paid_won} won of {expected_won}"]
        return []

    def _purchase(self, member_id: int, coupon_id: int | None = None) -> Purchase:
        return Purchase(
            key=self._key(), occurred_at_us=BEGUN_US, shop_code=SHOP, amount_won=PAYMENT_WON,
            channel=1, member_id=member_id, coupon_id=coupon_id, deadline_ms=30_000,
        )  # fmt: skip

    async def _bring_to(self, line_id: int, won: int) -> None:
        """Brings what a line has left to the amount, whatever the round before has left."""
        left_won = await self._connection.fetchval(_LEFT, line_id)
        if left_won != won:
            change = Appropriate(
                key=self._key(), occurred_at_us=BEGUN_US, line_id=line_id, amount_won=won - left_won
            )
            answer = await self._clients[0].ask(change)
            assert answer.approved, "nobody else moves the line meanwhile"

    def _key(self) -> bytes:
        self._asked += 1
        return self._seed.to_bytes(6, "big") + self._asked.to_bytes(10, "big")

    async def _at_once(self, requests: list[AnyRequest]) -> list[tuple[AnyRequest, Answer]]:
        """Asks all at once in a random order over all connections; again where told to."""
        self._chance.shuffle(requests)

        async def ask(place: int, request: AnyRequest) -> tuple[AnyRequest, Answer]:
            client = self._clients[place % len(self._clients)]
            answer = await client.ask(request)
            while answer.reason is No.TRY_AGAIN:
                answer = await client.ask(request)
            return request, answer

        return list(await asyncio.gather(*[ask(i, request) for i, request in enumerate(requests)]))


async def play(url: str, path: Path, rounds: int, seed: int) -> Outcome:
    """Seeds an empty, migrated database, runs an engine on it and plays over its socket.

    Raises EngineNotReadyError, and what psycopg or asyncpg raise when the database is away.
    """
    planned = plan(rounds, seed)
    await seed_races(url, planned)
    server = EngineServer(url, path, EngineSettings(takeover_patience_s=5))
    serving = asyncio.get_running_loop().create_task(server.run())
    clients: list[EngineClient] = []
    connection = await asyncpg.connect(url)
    try:
        await _ready(server, serving)
        clients += [await EngineClient.connect(path) for _ in range(CONNECTIONS)]
        race = Race(clients, connection, seed)
        started = time.monotonic()
        for one in planned:
            await race.run(one)
        race.outcome.seconds = round(time.monotonic() - started, 1)
    finally:
        for client in clients:
            await client.close()
        await connection.close()
        server.stop()
        await serving
    with psycopg.connect(url) as books:
        found = broken(books)
    race.outcome.books = "hold" if not found else "; ".join(b.name for b in found)
    return race.outcome


async def _ready(server: EngineServer, serving: asyncio.Task[None]) -> None:
    until = time.monotonic() + PATIENCE_S
    while server.engine is None:
        if serving.done() or time.monotonic() > until:
            raise EngineNotReadyError("the engine of the races did not begin")
        await asyncio.sleep(0.01)
