import asyncio
import contextlib
import random
import socket
from collections.abc import Awaitable, Callable

import pytest

from dure.demo.acquirer import NoAnswerError
from dure.demo.acquirer_messages import PaymentTemplate, repeat
from dure.gateway.settings import GatewaySettings
from tests.unit.gateway.line import ACQUIRER, TILL, Line, line, until

Story = Callable[[Line], Awaitable[None]]


def play(story: Story, settings: GatewaySettings | None = None, *, sign_on: bool = True) -> None:
    """Runs a story with a line that is taken down afterwards."""

    async def whole() -> None:
        async with line(settings, sign_on=sign_on) as opened:
            await story(opened)

    asyncio.run(whole())


async def pays(opened: Line) -> bool:
    """Whether the first acquirer's payment is approved."""
    request = opened.acquirer.make.payment(opened.card(), TILL, 1_000, chip=False)
    return (await opened.acquirer.ask(request))["39"] == "00"


async def raw_line(opened: Line) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A bare connection to the gateway."""
    return await asyncio.open_connection("127.0.0.1", opened.port)


def test_garbage_closes_its_own_connection_and_the_others_go_on_paying() -> None:
    async def story(opened: Line) -> None:
        chance = random.Random(7)
        for _ in range(5):
            reader, writer = await raw_line(opened)
            for _ in range(20):
                noise = chance.randbytes(50)
                writer.write(len(noise).to_bytes(2, "big") + noise)
            assert await pays(opened)
            with contextlib.suppress(ConnectionError):
                await asyncio.wait_for(reader.read(), 5)
            writer.close()
        assert opened.reception.counts.events["closed_too_many_strikes"] == 5
        assert opened.gateway.connections == 1
        assert await pays(opened)

    play(story)


def test_a_frame_longer_than_any_message_closes_its_connection() -> None:
    async def story(opened: Line) -> None:
        reader, writer = await raw_line(opened)
        writer.write(b"\xff\xff" + b"0" * 100)
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()
        assert opened.reception.counts.events["closed_frame_too_long"] == 1
        assert await pays(opened)

    play(story)


@pytest.mark.parametrize(
    ("sent", "reason"),
    [(b"\x01", "frame_too_slow"), (b"\x00\x50" + b"0" * 40, "frame_too_slow")],
)
def test_a_frame_that_never_ends_is_not_waited_for(sent: bytes, reason: str) -> None:
    async def story(opened: Line) -> None:
        reader, writer = await raw_line(opened)
        writer.write(sent)
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()
        assert opened.reception.counts.events[f"closed_{reason}"] == 1
        assert await pays(opened)

    play(story, GatewaySettings(frame_patience_s=0.2))


def test_a_byte_now_and_then_does_not_keep_a_frame_alive() -> None:
    async def story(opened: Line) -> None:
        _, writer = await raw_line(opened)
        writer.write(b"\x0f\x00")

        def drip() -> int:
            if not writer.transport.is_closing():
                writer.write(b"0")
            return opened.reception.counts.events["closed_frame_too_slow"]

        await until(drip)
        writer.close()

    play(story, GatewaySettings(frame_patience_s=0.3))


def test_who_does_not_sign_on_or_says_nothing_is_closed() -> None:
    async def story(opened: Line) -> None:
        await asyncio.wait_for(opened.acquirer.lost.wait(), 5)
        assert opened.reception.counts.events["closed_no_sign_on"] == 1

    play(story, GatewaySettings(sign_on_patience_s=0.2), sign_on=False)

    async def idle(opened: Line) -> None:
        await asyncio.wait_for(opened.acquirer.lost.wait(), 5)
        assert opened.reception.counts.events["closed_idle"] == 1

    play(idle, GatewaySettings(idle_patience_s=0.2))


def test_an_empty_frame_is_a_sign_of_life() -> None:
    async def story(opened: Line) -> None:
        opened.acquirer.send_bytes(b"\x00\x00" * 5)
        assert await pays(opened)

    play(story)


def test_it_takes_no_more_connections_than_it_may() -> None:
    async def story(opened: Line) -> None:
        reader, writer = await raw_line(opened)
        with contextlib.suppress(ConnectionError):
            assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()
        assert opened.reception.counts.events["too_many_connections"] == 1
        assert await pays(opened)

    play(story, GatewaySettings(connections_max=1))


def test_it_reads_no_more_while_too_many_messages_wait_for_the_engine() -> None:
    async def story(opened: Line) -> None:
        opened.engine.silent = True
        acquirer = opened.acquirer
        requests = [
            acquirer.make.payment(opened.card(), TILL, 1_000, chip=False) for _ in range(30)
        ]
        futures = []
        for request in requests:
            futures.append(acquirer.expect(request))
            acquirer.send(request)
            await asyncio.sleep(0)
        await until(lambda: opened.gateway.in_flight >= 8)
        opened.engine.silent = False

        def all_answered() -> bool:
            opened.engine.answer_all()
            return all(future.done() for future in futures)

        await until(all_answered)
        assert [future.result().code for future in futures] == ["00"] * 30
        assert opened.gateway.in_flight == 0

    play(story, GatewaySettings(in_flight_max=8))


def test_a_late_engine_is_answered_91_and_its_answer_counted() -> None:
    async def story(opened: Line) -> None:
        opened.engine.silent = True
        acquirer = opened.acquirer
        request = acquirer.make.payment(opened.card(), TILL, 1_000, chip=False)
        assert (await acquirer.ask(request))["39"] == "91"
        assert opened.gateway.in_flight == 0
        opened.engine.answer_all()
        opened.engine.silent = False
        assert await pays(opened)
        assert opened.reception.counts.events["engine_answered_late"] == 1
        assert acquirer.unmatched.empty()

    play(story, GatewaySettings(engine_patience_s=0.2))


def test_an_engine_that_is_gone_is_answered_91_and_asked_again_when_it_is_back() -> None:
    async def story(opened: Line) -> None:
        acquirer = opened.acquirer
        opened.engine.silent = True
        request = acquirer.make.payment(opened.card(), TILL, 1_000, chip=False)
        future = acquirer.expect(request)
        acquirer.send(request)
        await until(lambda: opened.engine.open)
        opened.engine.fall()
        other = acquirer.make.payment(opened.card(), TILL, 1_000, chip=False)
        assert (await acquirer.ask(other))["39"] == "91"
        opened.engine.come_back()
        assert (await future).code == "00"
        first, again = opened.engine.asked
        assert first.key == again.key
        assert (await acquirer.ask(repeat(other)))["39"] == "00"

    play(story)


def test_a_stop_answers_what_is_under_way_and_takes_nothing_more() -> None:
    async def story(opened: Line) -> None:
        acquirer = opened.acquirer
        opened.engine.silent = True
        request = acquirer.make.payment(opened.card(), TILL, 1_000, chip=False)
        future = acquirer.expect(request)
        acquirer.send(request)
        await until(lambda: opened.engine.open)
        stopping = asyncio.create_task(opened.gateway.stop())
        await asyncio.sleep(0)
        late = acquirer.make.payment(opened.card(), TILL, 1_000, chip=False)
        late_future = acquirer.expect(late)
        acquirer.send(late)
        opened.engine.answer_all()
        assert (await future).code == "00"
        await stopping
        with pytest.raises(NoAnswerError):
            await late_future
        assert len(opened.engine.asked) == 1
        with pytest.raises(ConnectionRefusedError):
            await opened.another()

    play(story)


def test_an_acquirer_that_reads_no_answers_is_closed_and_the_others_go_on_paying() -> None:
    async def story(opened: Line) -> None:
        other = await opened.another()
        transport = other._transport
        assert transport is not None
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        transport.pause_reading()
        template, card = PaymentTemplate(ACQUIRER, TILL), opened.card()

        def crowd() -> int:
            for _ in range(500):
                trace, times = other.stamps.trace(), other.stamps.times()
                other.send_template(template.filled(card, 1_000, trace, times))
            return opened.reception.counts.events["closed_answers_left_unread"]

        await until(crowd)
        assert await pays(opened)
        transport.resume_reading()
        await other.close()

    play(story, GatewaySettings(write_patience_s=0.2))


def test_a_connection_that_falls_leaves_nothing_behind() -> None:
    async def story(opened: Line) -> None:
        other = await opened.another()
        opened.engine.silent = True
        other.send(other.make.payment(opened.card(), TILL, 1_000, chip=False))
        await until(lambda: opened.engine.open)
        assert other._transport is not None
        other._transport.abort()
        await until(lambda: opened.gateway.connections == 1)
        opened.engine.answer_all()
        opened.engine.silent = False
        assert await pays(opened)
        assert opened.gateway.in_flight == 0

    play(story)
