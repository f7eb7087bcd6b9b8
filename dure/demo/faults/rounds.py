"""The rounds: load, a death at a random moment, recovery, and the books after each of them."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

import psycopg

from dure.authorization.requests import Inquire
from dure.demo.faults.city import BEGUN_US, faulty_city, temporary_home
from dure.demo.faults.customers import Customer
from dure.demo.faults.network import Keys, Line, Terminal, UnansweredError
from dure.demo.faults.victims import WEIGHTS, Death, Victims
from dure.demo.faults.witness import Witness
from dure.ledger.invariants import broken

T = TypeVar("T")

LINES_OPEN = 8
"""Connections that the terminals share, as the connections of gateway and web processes."""

STRIKE_S_MAX = 0.4
AFTERWARDS_S_MAX = 0.25
RECOVERY_S_MAX = 90.0


class NotRecoveredError(Exception):
    """The engine did not answer again, or a request stayed unanswered, within the patience."""


@dataclass(frozen=True, slots=True)
class FaultSettings:
    """How many rounds, from which seed, how large the city is and how many ask at once."""

    rounds: int
    seed: int
    members: int = 3_000
    terminals: int = 64


@dataclass(slots=True)
class Outcome:
    """What came of it. `books` is "exact" or names what is broken."""

    rounds: int = 0
    acknowledged: int = 0
    approved: int = 0
    lost: int = 0
    double: int = 0
    books: str = "exact"
    unanswered: int = 0
    repeats: int = 0
    reversals: int = 0
    open: int = 0
    deaths: dict[str, int] = field(default_factory=dict)
    waits: dict[str, int] = field(default_factory=dict)
    recovery_s_max: float = 0.0
    seconds: float = 0.0
    server: dict[str, str] = field(default_factory=dict)
    contradictions: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Nothing lost, nothing twice, nothing left open, the books exact."""
        return not (self.lost or self.double or self.open) and self.books == "exact"


Progress = Callable[[int, Death, Outcome], None]


def play(settings: FaultSettings, progress: Progress) -> Outcome:
    """Plays the rounds in a city of its own, which is thrown away; stops at the first that fails.

    Raises NotRecoveredError, with the engine's last words.
    """
    with temporary_home() as home, faulty_city(home, settings.members) as server:
        victims = Victims(home, server)
        with ThreadPoolExecutor(1) as keeper:  # Its one thread is the processes' parent.
            try:
                return asyncio.run(_Play(settings, victims, keeper, progress).run())
            except NotRecoveredError as error:
                raise NotRecoveredError(f"{error}\n{victims.last_words()}") from error
            finally:
                keeper.submit(victims.stop).result()


class _Play:
    """One run; the load and the checks share the event loop, deaths happen in the keeper."""

    def __init__(
        self,
        settings: FaultSettings,
        victims: Victims,
        keeper: ThreadPoolExecutor,
        progress: Progress,
    ) -> None:
        self._settings = settings
        self._victims = victims
        self._keeper = keeper
        self._progress = progress
        self._chance = random.Random(settings.seed)
        self._witness = Witness(BEGUN_US)
        self._deaths: Counter[str] = Counter()
        self._lines = [Line(victims.path) for _ in range(LINES_OPEN)]
        self._customers = self._make_customers()
        self._recovery_s_max = 0.0

    def _make_customers(self) -> list[Customer]:
        keys = Keys(self._chance.getrandbits(63))
        customers = []
        for place in range(self._settings.terminals):
            chance = random.Random(self._chance.getrandbits(64))
            terminal = Terminal(self._lines[place % LINES_OPEN], self._witness, keys, chance)
            customers.append(Customer(terminal, self._settings.members, chance))
        return customers

    async def run(self) -> Outcome:
        began_s = time.monotonic()
        outcome = Outcome(server=await asyncio.to_thread(_durability, self._victims.url))
        await self._in_keeper(self._victims.start_engine)
        await self._wait_answered()
        for number in range(1, self._settings.rounds + 1):
            death = self._chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
            await self._round(death)
            self._deaths[death] += 1
            last = number == self._settings.rounds
            books = await asyncio.to_thread(self._check, last)
            outcome = self._outcome(number, books, began_s, outcome.server)
            self._progress(number, death, outcome)
            if not outcome.holds:
                break
        for line in self._lines:
            await line.close()
        return outcome

    async def _round(self, death: Death) -> None:
        closing = asyncio.Event()
        shopping = [
            asyncio.ensure_future(customer.shop_until(closing)) for customer in self._customers
        ]
        await asyncio.sleep(self._chance.random() * STRIKE_S_MAX)
        await self._in_keeper(lambda: self._victims.kill(death))
        died_s = time.monotonic()
        await self._in_keeper(self._victims.bring_back)
        await self._wait_answered()
        self._recovery_s_max = max(self._recovery_s_max, time.monotonic() - died_s)
        await asyncio.sleep(self._chance.random() * AFTERWARDS_S_MAX)
        closing.set()
        _, late = await asyncio.wait(shopping, timeout=RECOVERY_S_MAX)
        if late:
            raise NotRecoveredError(f"{len(late)} terminals got no answer after {death}")
        for customer in shopping:
            customer.result()

    async def _wait_answered(self) -> None:
        """Returns when the engine answers; brings back whatever ends in the meantime."""
        line = Line(self._victims.path)
        until_s = time.monotonic() + RECOVERY_S_MAX
        while time.monotonic() < until_s:
            try:
                answer = await line.ask(
                    Inquire(key=bytes(16), occurred_at_us=BEGUN_US, member_id=1)
                )
            except UnansweredError:
                await self._in_keeper(self._victims.bring_back)
                await asyncio.sleep(0.02)
                continue
            if answer.approved:
                await line.close()
                return
        raise NotRecoveredError("the engine did not come back")

    async def _in_keeper(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._keeper, work)

    def _check(self, everything: bool) -> str:
        self._witness.check(self._victims.url, everything=everything)
        with psycopg.connect(self._victims.url) as connection:
            found = broken(connection)
        return "; ".join(f"{wrong.name}: {wrong.rows}" for wrong in found) or "exact"

    def _outcome(self, rounds: int, books: str, began_s: float, server: dict[str, str]) -> Outcome:
        witness = self._witness
        return Outcome(
            rounds=rounds,
            acknowledged=witness.total,
            approved=witness.approved,
            lost=witness.lost,
            double=witness.double,
            books=books,
            unanswered=witness.unanswered,
            repeats=witness.repeats,
            reversals=witness.reversals,
            open=witness.open,
            deaths=dict(self._deaths),
            waits=dict(witness.waits),
            recovery_s_max=round(self._recovery_s_max, 2),
            seconds=round(time.monotonic() - began_s, 1),
            server=server,
            contradictions=list(witness.contradictions),
        )


def _durability(url: str) -> dict[str, str]:
    names = ("server_version", "fsync", "synchronous_commit", "full_page_writes")
    with psycopg.connect(url) as connection:
        shown = {}
        for name in names:
            row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
            assert row is not None
            shown[name] = str(row[0])
        return shown
