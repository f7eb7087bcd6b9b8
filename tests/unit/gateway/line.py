"""A gateway on a real socket with an engine that answers as it is told, for the gateway's tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from dure.authorization.answers import Answer
from dure.authorization.requests import AnyRequest
from dure.demo.acquirer import Acquirer, AcquirerKeys
from dure.demo.acquirer_card import SyntheticCard
from dure.demo.acquirer_messages import Till
from dure.engine.client import EngineGone
from dure.gateway.reception import Reception
from dure.gateway.server import Gateway
from dure.gateway.settings import GatewaySettings
from dure.kernel.cardnetwork.cards import card_number
from dure.kernel.clock import SetClock
from dure.kernel.keys import KeyRing

ACQUIRER = "990001"
TILL = Till("T0000001", "S00000000000001")
# 2019-10-21 18:00 in Seoul.
NOW_US = 1_571_648_400_000_000


def approve(request: AnyRequest) -> Answer:
    """Yes to everything, with balances."""
    return Answer(
        key=request.key,
        movement_id=7,
        approval_code="A1B2C3",
        amount_won=getattr(request, "amount_won", 0),
        charged_won=1_000,
        charged_after_won=50_000,
        cashback_after_won=3_000,
        held_after_won=10_000,
    )


@dataclass
class ToldEngine:
    """Answers by a function; `silent` keeps the questions, `gone` refuses them."""

    decide: Callable[[AnyRequest], Answer] = approve
    silent: bool = False
    gone: bool = False
    asked: list[AnyRequest] = field(default_factory=list)
    open: list[tuple[AnyRequest, asyncio.Future[Answer]]] = field(default_factory=list)
    again: list[Callable[[], None]] = field(default_factory=list)

    def send(self, request: AnyRequest) -> asyncio.Future[Answer]:
        if self.gone:
            raise EngineGone("told to be gone")
        self.asked.append(request)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        if self.silent:
            self.open.append((request, future))
        else:
            future.set_result(self.decide(request))
        return future

    def when_back(self, again: Callable[[], None]) -> None:
        self.again.append(again)

    def answer_all(self) -> None:
        """Answers what was kept."""
        waiting, self.open = self.open, []
        for request, future in waiting:
            if not future.done():
                future.set_result(self.decide(request))

    def fall(self) -> None:
        """Goes away with everything under way."""
        self.gone = True
        waiting, self.open = self.open, []
        for _, future in waiting:
            future.set_exception(EngineGone("told to fall"))

    def come_back(self) -> None:
        """Is there again."""
        self.gone = self.silent = False
        waiting, self.again = self.again, []
        for again in waiting:
            again()


@dataclass
class Line:
    """A gateway, its engine, and one acquirer that has signed on."""

    gateway: Gateway
    reception: Reception
    engine: ToldEngine
    ring: KeyRing
    clock: SetClock
    port: int
    acquirer: Acquirer

    async def another(self, *, sign_on: bool = True) -> Acquirer:
        """One more connection to the same gateway."""
        keys = AcquirerKeys.from_ring(self.ring, ACQUIRER)
        other = await Acquirer.connect("127.0.0.1", self.port, ACQUIRER, keys, self.clock)
        if sign_on:
            await other.sign_on()
        return other

    def card(self, serial: int = 1, pin: str = "1234") -> SyntheticCard:
        """A card with a chip and a PIN."""
        return SyntheticCard.personalize(self.ring, card_number(serial), pin=pin)


@asynccontextmanager
async def line(
    settings: GatewaySettings | None = None, *, sign_on: bool = True
) -> AsyncIterator[Line]:
    """Opens all of it on a free port and takes it down again."""
    ring = KeyRing.generate()
    clock = SetClock(NOW_US)
    engine = ToldEngine()
    reception = Reception(ring, clock, settings)
    gateway = Gateway(reception, engine)
    port = await gateway.start("127.0.0.1", 0)
    keys = AcquirerKeys.from_ring(ring, ACQUIRER)
    acquirer = await Acquirer.connect("127.0.0.1", port, ACQUIRER, keys, clock)
    try:
        if sign_on:
            await acquirer.sign_on()
        yield Line(gateway, reception, engine, ring, clock, port, acquirer)
    finally:
        await acquirer.close()
        await gateway.stop()


async def until(holds: Callable[[], object]) -> None:
    """Returns as soon as the condition holds; the test's own time limit ends what never does."""
    while not holds():  # noqa: ASYNC110 - whatever a test looks at has no event of its own
        await asyncio.sleep(0.005)
