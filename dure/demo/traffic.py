"""`dure demo traffic`: plays the members' payments over ISO 8583, on the city's clock, open loop.

How many people come to pay depends on the hour alone, never on how fast they are served: a slow
gateway gets a queue, as in the world. It goes on through restarts of gateway and engine.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import random
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import psycopg
import uvloop
from psycopg.rows import TupleRow

from dure.demo.acquirer import AcquirerKeys
from dure.demo.cards import EXPIRED_YYMM, CardStatus
from dure.demo.checkout import Checkout, Line
from dure.demo.city import OPENING_US, City, draw_city
from dure.demo.city_time import change_clock
from dure.demo.crowd import Crowd, Visits
from dure.demo.customers import Customers
from dure.demo.lines import StandingLine
from dure.demo.load import loaded_city
from dure.demo.load_rules import later_stages, stage_key
from dure.demo.noise import Turn, draw_turns
from dure.demo.purses import EngineTill, Purses
from dure.demo.sectors import SECTORS
from dure.engine.settings import socket_path
from dure.kernel.calendar import from_us, seoul
from dure.kernel.cardnetwork.card_codes import card_code_key
from dure.kernel.clock import Clock
from dure.kernel.database.server import home_directory, open_database
from dure.kernel.keys import EMV_MASTER, KeyRing
from dure.merchants.standing import Decision
from dure.report.counting import catch_up
from dure.report.live import city_clock, speed_of

log = logging.getLogger("dure.demo")

GATEWAY: Final = ("127.0.0.1", 8583)
TICK_S: Final = 0.05
LINE_PATIENCE_S: Final = 30.0
STOP_PATIENCE_S: Final = 8.0
REPORT_S: Final = 60.0
STAGES_S: Final = 5.0
COUNT_S: Final = 2.0
VISITS_MAX: Final = 20_000
"""Customers at the counters at once; more are turned away and counted."""

_LAST_COUNTERS = "SELECT card_id, atc FROM card WHERE atc >= 0"


@dataclass(frozen=True, slots=True)
class Pace:
    """How much is played: times the city's own rate, at most so many a real second, how long."""

    rate: float = 1.0
    rate_max: float = 2_000.0
    seconds: float | None = None


def run_traffic(options: argparse.Namespace) -> int:
    """Plays until SIGTERM or SIGINT (or `--seconds`); exit status 1 where no city is loaded."""
    host, port = options.gateway or GATEWAY
    pace = Pace(options.rate, options.rate_max, options.seconds)
    with open_database() as info, psycopg.connect(info.url, autocommit=True) as connection:
        known = loaded_city(connection)
        if known is None:
            print("dure demo traffic: no demo city is loaded: `dure demo load`", file=sys.stderr)
            return 1
        if change_clock(connection, speed=options.speed, real_time=options.now):
            log.warning("the city's clock was set: a gateway that runs already must start anew")
        city = draw_city(*known)
        clock = city_clock(connection)
        seed = options.seed if options.seed is not None else clock.now_us()
        purses = Purses(city)
        purses.read(connection)
        traffic = Traffic(city, clock, purses, _last_counters(connection), seed)
        with _counting(info.url, speed_of(clock)):
            uvloop.run(traffic.play(home_directory(), host, port, pace))
    return 0


@contextlib.contextmanager
def _counting(url: str, speed: int) -> Iterator[None]:
    """Keeps the live sums up with the journal in a thread, also while nobody looks at them."""
    ended = threading.Event()

    def count() -> None:
        while not ended.wait(COUNT_S):
            try:
                with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
                    while not ended.wait(COUNT_S):
                        catch_up(connection, speed=speed)
            except psycopg.Error as error:
                log.info("the sums wait for the database: %s", error)

    thread = threading.Thread(target=count, name="counting", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _last_counters(connection: psycopg.Connection[TupleRow]) -> dict[int, int]:
    """Where every chip's counter stands, by the card's position in the city's arrays."""
    return {card_id - 1: atc for card_id, atc in connection.execute(_LAST_COUNTERS)}


class Traffic:
    """The city's payments as a stream of visits to the tills."""

    def __init__(
        self, city: City, clock: Clock, purses: Purses, last_atc: dict[int, int], seed: int
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._city = city
        self._clock = clock
        self._purses = purses
        self._last_atc = last_atc
        self._numbers = np.random.default_rng(seed)
        self._rng = random.Random(seed)
        self._crowd = Crowd(city, self._numbers)
        self._lookup = _Elsewhere(city)
        self._under_way: set[asyncio.Task[None]] = set()

    async def play(self, home: Path, host: str, port: int, pace: Pace) -> None:
        """Opens the lines and plays until told to stop; waits for who is being served."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        ring = KeyRing.open(home)
        lines = {
            acquirer: StandingLine(
                host, port, acquirer, AcquirerKeys.from_ring(ring, acquirer), self._clock,
                self._rng, self.counts,
            )
            for acquirer in ring.acquirers()
        }  # fmt: skip
        engine = EngineTill(socket_path(home), self._clock)
        tasks = [asyncio.create_task(line.keep_up()) for line in lines.values()]
        checkout = Checkout(self._purses, engine, self._rng, self._last_atc, self.counts)
        customers = Customers(
            self._city, dict[str, Line](lines), ring.key(EMV_MASTER), card_code_key(ring),
            checkout, speed_of(self._clock), self._rng,
        )  # fmt: skip
        tasks.append(asyncio.create_task(self._report()))
        tasks.append(asyncio.create_task(self._bring_stages(engine)))
        await self._wait_for_lines(lines, stop)
        await self._serve(customers, pace, stop)
        await self._finish(tasks)
        await engine.close()

    async def _wait_for_lines(self, lines: dict[str, StandingLine], stop: asyncio.Event) -> None:
        """Lets the day begin when all lines are open, or after some patience without them."""
        loop = asyncio.get_running_loop()
        until_s = loop.time() + LINE_PATIENCE_S
        while not all(line.is_open for line in lines.values()) and not stop.is_set():
            if loop.time() > until_s:
                log.warning("not every line is open; payments begin all the same")
                return
            await asyncio.sleep(TICK_S)

    async def _serve(self, customers: Customers, pace: Pace, stop: asyncio.Event) -> None:
        """Every tick, those come who come in that time of the city's clock."""
        loop = asyncio.get_running_loop()
        ends_at_s = loop.time() + pace.seconds if pace.seconds is not None else None
        before_us, before_s = self._clock.now_us(), loop.time()
        while not stop.is_set() and (ends_at_s is None or loop.time() < ends_at_s):
            now_us = self._clock.now_us()
            # After a halt (a laptop that slept) nobody makes up for what was not bought.
            passed_s = min((now_us - before_us) / 1e6, speed_of(self._clock) * 1.0)
            before_us = now_us
            visits = self._crowd.visits(now_us, passed_s * pace.rate)
            real_s = max(loop.time() - before_s, TICK_S)
            before_s = loop.time()
            self._admit(customers, visits, most=max(1, int(pace.rate_max * real_s)))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TICK_S):
                    await stop.wait()

    def _admit(self, customers: Customers, visits: Visits, *, most: int) -> None:
        """Sends the visitors to the tills, each at a moment of the tick of their own."""
        loop = asyncio.get_running_loop()
        turns = draw_turns(len(visits), self._numbers)
        room = min(most, VISITS_MAX - len(self._under_way))
        self.counts["turned away"] += max(0, len(visits) - room)
        for place in range(min(len(visits), max(room, 0))):
            turn = Turn(int(turns[place]))
            card = int(visits.card[place])
            shop = int(visits.shop[place])
            card, shop = self._lookup.changed(turn, card, shop, self._rng)
            member = int(self._city.cards.member[card])
            amount_won = int(visits.amount_won[place])
            loop.call_later(
                self._rng.random() * TICK_S,
                self._begin, customers, member, card, shop, amount_won, turn,
            )  # fmt: skip

    def _begin(
        self, customers: Customers, member: int, card: int, shop: int, amount_won: int, turn: Turn
    ) -> None:
        task = asyncio.create_task(customers.visit(member, card, shop, amount_won, turn))
        self._under_way.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self.counts["fault"] += 1
            log.error("a visit went wrong", exc_info=task.exception())

    async def _finish(self, tasks: list[asyncio.Task[None]]) -> None:
        """Waits a little for those at the counters, then closes."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=STOP_PATIENCE_S)
        for task in (*self._under_way, *tasks):
            task.cancel()
        await asyncio.gather(*self._under_way, *tasks, return_exceptions=True)
        log.info("traffic: %s", self._sums())

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(REPORT_S)
            log.info(
                "traffic at %s: %s, %d at the counters",
                f"{seoul(self._clock.now_us()):%m-%d %H:%M}", self._sums(), len(self._under_way),
            )  # fmt: skip

    def _sums(self) -> str:
        return ", ".join(f"{name} {count}" for name, count in sorted(self.counts.items()))

    async def _bring_stages(self, engine: EngineTill) -> None:
        """Brings the budget's later stages on their days, such as the money of the next year."""
        waiting = later_stages(len(self._city.members), OPENING_US)
        while waiting:
            now_us = self._clock.now_us()
            for stage in [stage for stage in waiting if stage[0] <= now_us]:
                on_us, line_id, won = stage
                if await engine.appropriate(line_id, won, stage_key(on_us, line_id)):
                    waiting.remove(stage)
                    log.info("line %d got %d won of %s", line_id, won, from_us(on_us).date())
            await asyncio.sleep(STAGES_S)


class _Elsewhere:
    """The shops and cards of those whose payment will be refused."""

    def __init__(self, city: City) -> None:
        shops, cards = city.shops, city.cards
        approved = shops.standing == int(Decision.APPROVED)
        self._places = {
            Turn.SHOP_NOT_REGISTERED: np.flatnonzero(~approved),
            Turn.SHOP_EXCLUDED: np.flatnonzero(approved & (shops.sector >= len(SECTORS))),
        }
        self._cards = {
            Turn.CARD_BLOCKED: np.flatnonzero(cards.status == int(CardStatus.BLOCKED)),
            Turn.CARD_EXPIRED: np.flatnonzero(cards.expires_yymm == EXPIRED_YYMM),
        }

    def changed(self, turn: Turn, card: int, shop: int, rng: random.Random) -> tuple[int, int]:
        """Card and shop as the turn wants them; unchanged where the city has no such ones."""
        shops = self._places.get(turn)
        if shops is not None and len(shops):
            shop = int(shops[rng.randrange(len(shops))])
        cards = self._cards.get(turn)
        if cards is not None and len(cards):
            card = int(cards[rng.randrange(len(cards))])
        return card, shop
