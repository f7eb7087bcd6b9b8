"""The baseline: the same decisions on the same tables, one transaction for each purchase.

Written as well as the shape allows. Eight connections work at once; each purchase locks its wallet,
reads what the decision needs, decides with the engine's own code, and writes with the engine's own
statement, in one transaction. The hot budget rows are locked by that last statement only, just
before the commit; their CHECK constraint stands guard, so nothing is overspent.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import time
from array import array
from collections.abc import Sequence

import asyncpg
import uvloop

from dure.authorization.books import Books
from dure.authorization.decide import answer_of, decide
from dure.authorization.requests import Purchase
from dure.demo.bench.load import (
    APPROVED,
    Tally,
    Wanted,
    add_arguments,
    amount_won,
    print_figures,
    wait_for_go,
    wanted_of,
)
from dure.demo.bench.seed import card_token, shop_code
from dure.engine import reference
from dure.engine import statements as sql
from dure.engine.connection import AnyConnection
from dure.engine.fence import take_shards
from dure.engine.rows import read_card, read_movement, read_wallet
from dure.engine.settings import EngineSettings
from dure.engine.write import BatchWriter
from dure.kernel.clock import Clock
from dure.kernel.shards import shard_of_member, shard_of_token
from dure.policy.occasions import Channel

CONNECTIONS = 8
_LOCK_WALLET = f"{sql.FIND_WALLETS.rstrip()} FOR UPDATE OF w"
_BUDGET_LEFT = "SELECT line_id, leased_won - spent_won FROM budget_slice WHERE shard = 0"


class MovementIds:
    """Ids in the order of asking: asked for under the wallet's lock, a member's ids rise."""

    def __init__(self) -> None:
        self._last = 0

    def next(self, now_us: int) -> int:
        """The instant, or the next free id after it."""
        self._last = max(now_us, self._last + 2)
        return self._last


class Till:
    """One connection that pays one purchase after another."""

    def __init__(
        self, connection: AnyConnection, shared: Books, clock: Clock, ids: MovementIds
    ) -> None:
        self._connection = connection
        self._shared = shared
        self._clock = clock
        self._ids = ids
        self._writer = BatchWriter(connection, 0)

    async def prepare(self) -> None:
        """Prepares the statement that writes."""
        for name, value in sql.SESSION_SETTINGS.items():
            await self._connection.execute("SELECT set_config($1, $2, false)", name, value)
        await self._writer.prepare()

    async def pay(self, request: Purchase) -> int:
        """Decides and commits one purchase; returns the reason (0: approved)."""
        assert request.card is not None
        async with self._connection.transaction():
            books = await self._gather(request.card, request.key)
            books.now_us = self._clock.now_us()
            decision = decide(request, books)
            if decision.recorded:
                books.apply(decision, self._ids.next(books.now_us))
                # One order for all, so that two purchases never wait for each other's line.
                books.changes.spent = dict(sorted(books.changes.spent.items()))
                await self._writer.write(self._writer.plan(books.changes))
            return int(answer_of(decision).reason)

    async def _gather(self, token: bytes, key: bytes) -> Books:
        """Books with the facts of this purchase, its wallet locked."""
        books = Books(self._shared.rules)
        books.shops, books.limits_from = self._shared.shops, self._shared.limits_from
        fetch = self._connection.fetch
        for row in await fetch(sql.FIND_CARDS, [shard_of_token(token)], [token]):
            card = read_card(row)
            books.cards[token] = card
            shard = shard_of_member(card.member_id)
            for found in await fetch(_LOCK_WALLET, [shard], [card.member_id]):
                books.wallets[card.member_id] = read_wallet(found)
            for found in await fetch(sql.FIND_BY_KEY, [shard], [key]):
                books.by_key[(shard, key)] = read_movement(found)
        books.budget_left = {row[0]: row[1] for row in await fetch(_BUDGET_LEFT)}
        return books


async def run(url: str, wanted: Wanted) -> dict[str, object]:
    """As many purchases as there is time for, over all connections; rates and latencies."""
    keeper = await asyncpg.connect(url)
    settings = EngineSettings(takeover_patience_s=5)
    await take_shards(keeper, settings)
    clock = await reference.load_clock(keeper)
    shared = await reference.load_books(keeper, settings)
    await reference.load_lines(keeper, shared, settings)
    ids = MovementIds()
    tills = [
        Till(await asyncpg.connect(url, statement_cache_size=200), shared, clock, ids)
        for _ in range(CONNECTIONS)
    ]
    for till in tills:
        await till.prepare()
    wait_for_go()
    chance = random.Random(wanted.seed)
    latencies_s = array("d")
    reasons: dict[int | str, int] = {}
    began_s = time.perf_counter()

    async def work(till: Till) -> None:
        while (sent_s := time.perf_counter()) - began_s < wanted.seconds:
            reason = await till.pay(_purchase(chance, wanted, clock.now_us()))
            latencies_s.append(time.perf_counter() - sent_s)
            reasons[reason] = reasons.get(reason, 0) + 1

    await asyncio.gather(*(work(till) for till in tills))
    await keeper.close()
    return _figures(latencies_s, reasons, began_s)


def _figures(
    latencies_s: array[float], reasons: dict[int | str, int], began_s: float
) -> dict[str, object]:
    """The same figures as an open loop has; here a latency counts from the sending."""
    seconds = time.perf_counter() - began_s
    tally = Tally(array("d", bytes(8 * len(latencies_s))), 0.0)
    tally.latency_s, tally.last_s = latencies_s, seconds
    tally.outcomes = reasons
    return tally.figures(APPROVED)


def _purchase(chance: random.Random, wanted: Wanted, now_us: int) -> Purchase:
    return Purchase(
        key=(now_us // 1000).to_bytes(6, "big") + chance.getrandbits(80).to_bytes(10, "big"),
        occurred_at_us=now_us,
        shop_code=shop_code(chance.randint(1, wanted.shops)),
        amount_won=amount_won(chance, wanted.ticket_won),
        channel=Channel.CARD,
        card=card_token(chance.randint(1, wanted.wallets)),
    )


def main(args: Sequence[str]) -> int:
    """`python -m dure.demo.bench.one_by_one`: one run; the database is DATABASE_URL's."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_arguments(parser)
    wanted = wanted_of(parser.parse_args(args))
    print_figures(uvloop.run(run(os.environ["DATABASE_URL"], wanted)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
