import asyncio
import io
import random
import re
from collections.abc import Iterator

import pytest
import structlog

from dure.authorization.reasons import DeclineReason
from dure.gateway.fuzz import make_target
from dure.gateway.logs import log_as_json
from dure.gateway.specimens import PAN, PIN
from dure.kernel.cardnetwork.cards import card_number
from dure.kernel.keys import KeyRing
from tests.unit.gateway.desk import Desk
from tests.unit.gateway.line import TILL, approve, line

_SECRET_KEYS = (
    "card-token", "emv-issuer-master", "pin-zone", "pin-zone-aes", "pin-verification",
    "mac:990001", "exchange:990001",
)  # fmt: skip


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the gateway writes, as it would in production but with debug events too."""
    written = io.StringIO()
    former = structlog.get_config()
    log_as_json(verbose=True, file=written)
    structlog.configure(cache_logger_on_first_use=False)
    yield written
    structlog.configure(**former)


def assert_keeps_secrets(text: str, ring: KeyRing, *pans: str) -> None:
    """No number, track, PIN block or key of these anywhere in the text."""
    for pan in (PAN, *pans):
        assert pan not in text
        assert pan[6:12] + pan[12:] not in text
    for name in _SECRET_KEYS:
        assert ring.key(name).hex() not in text.lower()
    assert not re.search(r"[^0-9a-f]9999\d{12}[^0-9a-f]", text)
    assert f'"{PIN}"' not in text


def test_no_message_of_any_kind_leaves_a_secret_in_the_log(log: io.StringIO) -> None:
    desk = Desk()
    for name, fields in desk.messages.items():
        outcome = desk.say(fields)
        if name.startswith(("sign_off", "key_exchange")):
            desk.session.sign_off()
            desk.say(desk.messages["sign_on"])
        elif not isinstance(outcome, bytes) and outcome is not None:
            for reason in (DeclineReason.APPROVED, DeclineReason.PIN_WRONG):
                answer = approve(outcome.request)
                answer.reason = reason
                desk.reception.answer(desk.session, outcome, answer)
                desk.reception.came_late(desk.session, outcome, answer)
            assert PAN not in repr(outcome)
    text = log.getvalue()
    assert "declined" in text
    assert "engine_answered_late" in text
    assert_keeps_secrets(text, desk.ring)


def test_no_wrong_message_leaves_a_secret_in_the_log(log: io.StringIO) -> None:
    async def story() -> KeyRing:
        target, mutator, reception, _ = make_target(3)
        for _ in range(3_000):
            target.feed(mutator.next_frame())
        await asyncio.sleep(0)
        assert not reception.counts.events["fault"]
        return reception._ring

    ring = asyncio.run(story())
    text = log.getvalue()
    assert "unreadable" in text
    assert "refused" in text
    assert_keeps_secrets(text, ring)


def test_a_fault_of_ours_leaves_no_secret_in_the_log(
    log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk()

    def break_down(fields: dict[str, str]) -> None:
        raise ValueError(f"cannot read {fields['2']}")

    monkeypatch.setattr("dure.gateway.reception.read_card", break_down)
    desk.say(desk.messages["purchase"])
    text = log.getvalue()
    assert '"fault"' in text
    assert "ValueError" in text
    assert_keeps_secrets(text, desk.ring)


def test_nothing_that_holds_a_secret_shows_it() -> None:
    desk = Desk()
    waiting = desk.waiting(desk.messages["purchase_with_pin"])
    shown = repr(
        [desk.ring, desk.session.current, desk.mac, waiting, waiting.finding, waiting.keys]
    )
    assert_keeps_secrets(shown, desk.ring)


def test_nothing_on_a_real_line_leaves_a_secret_in_the_log(log: io.StringIO) -> None:
    async def story() -> KeyRing:
        async with line() as opened:
            acquirer, card = opened.acquirer, opened.card(77)
            chance = random.Random(1)
            await acquirer.exchange_keys()
            for pin_format in (0, 4, None):
                await acquirer.ask(acquirer.make.payment(card, TILL, 1_000, pin_format=pin_format))
            await acquirer.ask(acquirer.make.payment(card, TILL, 0, chip=False))
            acquirer.send_bytes(b"\x00\x20" + chance.randbytes(32))
            await acquirer.ask(acquirer.make.inquiry(card, TILL))
            assert card.pan not in repr([card, acquirer.make.pin_keys])
            return opened.ring

    ring = asyncio.run(story())
    assert_keeps_secrets(log.getvalue(), ring, card_number(77))
