"""The gateway before a real engine on a real database: from the terminal's bytes to the books."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import psycopg

from dure.authorization.requests import CardChange, ChangeCard, Charge, Inquire, IssueCard
from dure.demo.acquirer import Acquirer, AcquirerKeys
from dure.demo.acquirer_card import SyntheticCard
from dure.demo.acquirer_messages import Till, repeat
from dure.gateway.engine_line import EngineLine
from dure.gateway.reception import Reception
from dure.gateway.server import Gateway
from dure.kernel.cardnetwork import private_data
from dure.kernel.cardnetwork.cards import card_number
from dure.kernel.clock import SetClock
from dure.kernel.keys import KeyRing, mask_pan
from tests.engines import (
    BEGUN_US,
    SHOP_JUNGGU,
    SHOP_SUSPENDED,
    RunningEngine,
    new_key,
    open_member,
)

ACQUIRER = "990001"
MEMBER = 1001
TILL = Till("T0000001", SHOP_JUNGGU)


@dataclass
class City:
    """A member with 500,000 won and an active card, and an acquirer that has signed on."""

    engine: RunningEngine
    acquirer: Acquirer
    card: SyntheticCard

    async def pays(self, amount_won: int, till: Till = TILL) -> dict[str, str]:
        """The answer to a payment by chip."""
        return await self.acquirer.ask(self.acquirer.make.payment(self.card, till, amount_won))

    def charged_won(self) -> int:
        """Charged money that is booked."""
        answer = self.engine.ask(Inquire(key=new_key(), occurred_at_us=BEGUN_US, member_id=MEMBER))
        return answer.charged_after_won


def issue(engine: RunningEngine, ring: KeyRing, serial: int) -> SyntheticCard:
    """Opens the member's wallet, charges it, and issues and activates the card."""
    card = SyntheticCard.personalize(ring, card_number(serial), pin="1234")
    open_member(engine, MEMBER)
    token = ring.card_token(card.pan)
    for request in (
        Charge(key=new_key(), occurred_at_us=BEGUN_US, member_id=MEMBER, amount_won=500_000),
        IssueCard(
            key=new_key(),
            occurred_at_us=BEGUN_US,
            member_id=MEMBER,
            card=token,
            card_id=1,
            masked_pan=mask_pan(card.pan),
            kind=1,
            expires_yymm=card.expires_yymm,
            pvv=card.verification_value(ring),
        ),
        ChangeCard(key=new_key(), occurred_at_us=BEGUN_US, card=token, change=CardChange.ACTIVATE),
    ):
        answer = engine.ask(request)
        assert answer.approved, answer
    return card


@asynccontextmanager
async def city(engine: RunningEngine) -> AsyncIterator[City]:
    """Opens a gateway between the engine and an acquirer."""
    ring, clock = KeyRing.generate(), SetClock(BEGUN_US)
    card = issue(engine, ring, 1001)
    engine_line = EngineLine(engine.path)
    keeper = asyncio.create_task(engine_line.keep_up())
    await engine_line.wait_up()
    gateway = Gateway(Reception(ring, clock), engine_line)
    port = await gateway.start("127.0.0.1", 0)
    keys = AcquirerKeys.from_ring(ring, ACQUIRER)
    acquirer = await Acquirer.connect("127.0.0.1", port, ACQUIRER, keys, clock)
    await acquirer.sign_on()
    try:
        yield City(engine, acquirer, card)
    finally:
        await acquirer.close()
        await gateway.stop()
        keeper.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeper
        await engine_line.close()


def play(engine: RunningEngine, story: Callable[[City], Awaitable[None]]) -> None:
    """Runs a story in a city that is taken down afterwards."""

    async def whole() -> None:
        async with city(engine) as opened:
            await story(opened)

    asyncio.run(whole())


def test_a_chip_payment_with_pin_is_booked_and_earns_cashback(engine: RunningEngine) -> None:
    async def story(opened: City) -> None:
        make = opened.acquirer.make
        request = make.payment(opened.card, TILL, 20_000, pin_format=0)
        reply = await opened.acquirer.ask(request)
        assert reply["39"] == "00"
        assert opened.card.accepts(request, reply)
        told = private_data.read(reply["48"])
        assert (told["CH"], told["IN"]) == ("20000", "1200")
        balances = private_data.read_balances(reply["54"])
        assert [balance.won for balance in balances] == [481_200, 481_200, 480_000, 1_200, 0]
        again = await opened.acquirer.ask(repeat(request))
        assert again["38"] == reply["38"]
        assert private_data.read(again["48"])["RP"] == "1"
        assert opened.charged_won() == 480_000

    play(engine, story)


def test_a_reversal_gives_everything_back_and_stops_a_late_original(engine: RunningEngine) -> None:
    async def story(opened: City) -> None:
        make, ask = opened.acquirer.make, opened.acquirer.ask
        request = make.payment(opened.card, TILL, 20_000)
        await ask(request)
        assert (await ask(make.reversal(request, rest_won=5_000)))["39"] == "00"
        assert opened.charged_won() == 495_000
        reversal = make.reversal(request)
        assert (await ask(reversal))["39"] == "00"
        assert (await ask(repeat(reversal)))["39"] == "00"
        assert opened.charged_won() == 500_000
        late = make.payment(opened.card, TILL, 30_000)
        assert (await ask(make.reversal(late)))["39"] == "00"
        assert (await ask(late))["39"] == "21"
        assert opened.charged_won() == 500_000

    play(engine, story)


def test_a_hold_is_captured_and_a_refund_finds_its_payment(engine: RunningEngine) -> None:
    async def story(opened: City) -> None:
        make, ask = opened.acquirer.make, opened.acquirer.ask
        hold = make.hold(opened.card, TILL, 30_000)
        held = await ask(hold)
        assert held["39"] == "00"
        available, ledger = private_data.read_balances(held["54"])[:2]
        assert (available.won, ledger.won) == (470_000, 500_000)
        captured = await ask(make.capture(opened.card, TILL, 25_000, hold))
        assert captured["39"] == "00"
        assert opened.charged_won() == 475_000
        paid = await opened.pays(10_000)
        refund = make.refund(opened.card, TILL, 4_000, paid["38"])
        assert (await ask(refund))["39"] == "00"

    play(engine, story)


def test_an_advice_is_booked(engine: RunningEngine) -> None:
    async def story(opened: City) -> None:
        advice = opened.acquirer.make.advice(opened.card, TILL, 7_000)
        assert (await opened.acquirer.ask(advice))["39"] == "00"
        assert opened.charged_won() == 493_000

    play(engine, story)


def test_it_declines_with_the_right_code(engine: RunningEngine) -> None:
    async def story(opened: City) -> None:
        make, ask, card = opened.acquirer.make, opened.acquirer.ask, opened.card
        assert (await opened.pays(600_000))["39"] == "51"
        assert (await opened.pays(1_000, Till("T0000001", SHOP_SUSPENDED)))["39"] == "03"
        assert (await opened.pays(1_000, Till("T0000001", "NOSHOP")))["39"] == "03"
        replayed = make.payment(card, TILL, 1_000)
        assert (await ask(replayed))["39"] == "00"
        fresh = replayed | {"11": "777777"}
        assert (await ask(fresh))["39"] == "63"
        right_pin, card.pin = card.pin, "4321"
        for code in ("55", "55", "75"):
            assert (await ask(make.payment(card, TILL, 1_000, pin_format=0)))["39"] == code
        card.pin = right_pin
        assert (await ask(make.payment(card, TILL, 1_000, pin_format=0)))["39"] == "75"
        assert opened.charged_won() == 499_000

    play(engine, story)


def test_an_inquiry_tells_the_balances_and_books_nothing(engine: RunningEngine) -> None:
    async def story(opened: City) -> None:
        reply = await opened.acquirer.ask(opened.acquirer.make.inquiry(opened.card, TILL))
        assert reply["39"] == "00"
        assert private_data.read_balances(reply["54"])[0].won == 500_000

    play(engine, story)


def test_nothing_is_lost_when_the_engine_restarts_under_way(engine: RunningEngine) -> None:
    async def story(opened: City) -> None:
        make, acquirer = opened.acquirer.make, opened.acquirer
        for turn in range(3):
            requests = [make.payment(opened.card, TILL, 100, chip=False) for _ in range(40)]
            futures = [acquirer.expect(request) for request in requests]
            for request in requests:
                acquirer.send(request)
            if turn == 1:
                await futures[0]
                engine.stop()
                engine.start()
            replies = await asyncio.gather(*futures)
            for request, reply in zip(requests, replies, strict=True):
                code = reply.code
                while code == "91":  # As a network does: the same message until it is answered.
                    code = (await acquirer.ask(repeat(request)))["39"]
                assert code == "00"
        told = await acquirer.ask(make.inquiry(opened.card, TILL))
        ledger_won = private_data.read_balances(told["54"])[1].won
        payments, earned_won = booked(engine)
        assert payments == 120
        assert ledger_won == 500_000 - 120 * 100 + earned_won

    play(engine, story)


def booked(engine: RunningEngine) -> tuple[int, int]:
    """How many payments of 100 won the journal holds, and what they earned."""
    with psycopg.connect(engine.url) as connection:
        row = connection.execute(
            "SELECT count(*), (SELECT coalesce(sum(won), 0) FROM incentive_line)"
            " FROM journal WHERE amount_won = 100 AND reason = 0"
        ).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])
