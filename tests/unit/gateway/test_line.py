import asyncio

from dure.authorization.reasons import DeclineReason
from dure.authorization.requests import Cancel, Purchase
from dure.demo.acquirer import Reply
from dure.demo.acquirer_messages import PaymentTemplate, repeat
from dure.kernel.cardnetwork.wire import read_message
from tests.unit.gateway.line import ACQUIRER, TILL, Line, approve, line


def play(story) -> None:  # type: ignore[no-untyped-def]
    """Runs a story with a line that is taken down afterwards."""

    async def whole() -> None:
        async with line() as opened:
            await story(opened)

    asyncio.run(whole())


def test_it_takes_a_chip_payment_with_pin_and_answers_the_chip() -> None:
    async def story(opened: Line) -> None:
        card = opened.card()
        request = opened.acquirer.make.payment(card, TILL, 15_000, pin_format=0)
        reply = await opened.acquirer.ask(request)
        assert reply["39"] == "00"
        assert card.accepts(request, reply)
        asked = opened.engine.asked[-1]
        assert isinstance(asked, Purchase)
        assert asked.proof.pvv == card.verification_value(opened.ring)
        assert opened.acquirer.wrong_macs == 0

    play(story)


def test_it_uses_fresh_keys_after_a_key_exchange_and_the_old_ones_for_what_was_under_way() -> None:
    async def story(opened: Line) -> None:
        acquirer, card = opened.acquirer, opened.card()
        under_way = acquirer.make.payment(card, TILL, 1_000, pin_format=0)
        await acquirer.exchange_keys()
        fresh = acquirer.make.payment(card, TILL, 2_000, pin_format=4)
        assert (await acquirer.ask(fresh))["39"] == "00"
        acquirer.use_mac(wanted=True)  # the first key once more
        reply = await acquirer.ask(under_way)
        assert reply["39"] == "00"
        for asked in opened.engine.asked:
            assert isinstance(asked, Purchase)
            assert asked.proof.pvv == card.verification_value(opened.ring)

    play(story)


def test_it_refuses_the_first_keys_two_exchanges_later() -> None:
    async def story(opened: Line) -> None:
        acquirer = opened.acquirer
        await acquirer.exchange_keys()
        await acquirer.exchange_keys()
        acquirer.use_mac(wanted=True)
        reply = await acquirer.ask(acquirer.make.payment(opened.card(), TILL, 1_000))
        assert reply["39"] == "63"

    play(story)


def test_it_answers_many_at_once_each_with_its_own() -> None:
    async def story(opened: Line) -> None:
        acquirer, template = opened.acquirer, PaymentTemplate(ACQUIRER, TILL)
        card, waiting = opened.card(), {}
        for number in range(500):
            trace, times = acquirer.stamps.trace(), acquirer.stamps.times()
            waiting[number] = acquirer.expect_reply("0200", trace, times.transmitted)
            acquirer.send_template(template.filled(card, 1_000 + number, trace, times))
        for number, future in waiting.items():
            reply = await future
            assert reply.code == "00"
            assert reply.fields["4"] == f"{1_000 + number:012d}"
        assert len({asked.key for asked in opened.engine.asked}) == 500

    play(story)


def test_a_template_makes_the_bytes_of_the_same_message_by_fields() -> None:
    async def story(opened: Line) -> None:
        acquirer, card = opened.acquirer, opened.card()
        fields = acquirer.make.payment(card, TILL, 7_000, chip=False)
        times = acquirer.stamps.times()
        made = PaymentTemplate(ACQUIRER, TILL).filled(card, 7_000, fields["11"], times)
        decoded = read_message(made + bytes(8)).fields
        assert {key: decoded[key] for key in fields} == fields
        assert set(decoded) - set(fields) == {"p", "64"}

    play(story)


def test_a_repeat_and_a_reversal_reach_the_engine_under_the_right_keys() -> None:
    async def story(opened: Line) -> None:
        acquirer = opened.acquirer
        request = acquirer.make.payment(opened.card(), TILL, 5_000)
        await acquirer.ask(request)
        await acquirer.ask(repeat(request))
        await acquirer.ask(acquirer.make.reversal(request, rest_won=2_000))
        await acquirer.ask(acquirer.make.reversal(repeat(request), message_type="0420"))
        first, again, partial, whole = opened.engine.asked
        assert first.key == again.key
        assert isinstance(partial, Cancel)
        assert isinstance(whole, Cancel)
        assert partial.original_key == whole.original_key == first.key
        assert (partial.rest_won, whole.rest_won) == (2_000, 0)

    play(story)


def test_it_signs_off_and_on_again() -> None:
    async def story(opened: Line) -> None:
        acquirer = opened.acquirer
        await acquirer.echo()
        await acquirer.exchange_keys()
        await acquirer.sign_off()
        reply = await acquirer.ask(acquirer.make.payment(opened.card(), TILL, 1_000))
        assert reply["39"] == "91"
        await acquirer.sign_on()
        reply = await acquirer.ask(acquirer.make.payment(opened.card(), TILL, 1_000))
        assert reply["39"] == "00"

    play(story)


def test_a_reply_is_read_at_a_glance_as_the_codec_reads_it() -> None:
    async def story(opened: Line) -> None:
        acquirer = opened.acquirer
        for request in (
            acquirer.make.payment(opened.card(), TILL, 1_000) | {"37": "123456789012"},
            acquirer.make.inquiry(opened.card(), TILL),
            acquirer.make.network("301"),
        ):
            future = acquirer.expect(request)
            acquirer.send(request)
            reply = await future
            fields = reply.fields
            glanced = (reply.message_type, reply.trace, reply.transmitted, reply.code)
            assert glanced == (fields["t"], fields["11"], fields["7"], fields["39"])

    play(story)


def test_a_reply_with_other_fields_is_left_to_the_codec() -> None:
    assert Reply(b"0210" + bytes.fromhex("6000000000000000") + b"16").code == ""


def test_an_engines_no_comes_back_with_its_code() -> None:
    async def story(opened: Line) -> None:
        def refuse(request):  # type: ignore[no-untyped-def]
            answer = approve(request)
            answer.reason = DeclineReason.NOT_ENOUGH_MONEY
            return answer

        opened.engine.decide = refuse
        acquirer = opened.acquirer
        reply = await acquirer.ask(acquirer.make.payment(opened.card(), TILL, 1_000))
        assert reply["39"] == "51"
        assert "54" in reply

    play(story)
