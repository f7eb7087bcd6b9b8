"""One request that cannot be done, or no request at all, disturbs nobody else."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from typing import Any

import pytest

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import Appropriate, Cancel, Hold
from dure.engine import wire
from dure.engine.client import EngineClient
from tests.engines import BEGUN_US, SHOP_JUNGGU, RunningEngine, new_key
from tests.faults.shoppers import ask_all, keys_in_journal, payment, rich_member

POISON: list[tuple[str, dict[str, Any]]] = [
    ("a key of three bytes", {"key": b"abc"}),
    ("a key of nothing", {"key": b""}),
    ("an amount beyond eight bytes", {"amount_won": 2**63}),
    ("an amount of eight bytes", {"amount_won": 2**62}),
    ("an amount far below nothing", {"amount_won": -(2**63)}),
    ("an instant beyond the calendar", {"occurred_at_us": 2**62}),
    ("an instant before the calendar", {"occurred_at_us": -(2**62)}),
    ("an instant beyond eight bytes", {"occurred_at_us": 2**64 - 1}),
    ("a channel beyond two bytes", {"channel": 70_000}),
    ("a member beyond eight bytes", {"member_id": 2**63}),
    ("a card token of nothing", {"card": b""}),
    ("a card token of one byte", {"card": b"x"}),
    ("an advice of more than there may be", {"amount_won": 2**62, "advice": True}),
    ("a shop with a zero in its name", {"shop_code": "A\x00B"}),
]


@pytest.mark.parametrize(("what", "wrong"), POISON, ids=[what for what, _ in POISON])
def test_it_answers_the_others_of_a_batch_with(
    engine: RunningEngine, what: str, wrong: dict[str, Any]
) -> None:
    rich_member(engine)
    poison = payment()
    for name, value in wrong.items():
        setattr(poison, name, value)
    assert engine.server.engine is not None
    term = engine.server.engine.term

    async def together() -> list[Any]:
        client = await EngineClient.connect(engine.path)
        before = [payment() for _ in range(10)]
        after = [payment() for _ in range(10)]
        answers = await ask_all([client], [*before, poison, *after])
        await client.close()
        return answers

    answers = asyncio.run(together())
    reason = answers.pop(10).reason
    assert reason != No.APPROVED
    assert [answer.reason for answer in answers] == [No.APPROVED] * 20
    assert engine.server.engine is not None
    assert engine.server.engine.term == term, "the engine has not begun anew"


def test_it_survives_poison_in_requests_of_every_kind(engine: RunningEngine) -> None:
    rich_member(engine)
    far = 2**62
    for request in (
        Cancel(key=new_key(), occurred_at_us=far, original_key=b"", member_id=1001),
        Cancel(key=new_key(), occurred_at_us=BEGUN_US, original_key=b"abc", member_id=1001),
        Appropriate(key=new_key(), occurred_at_us=BEGUN_US, line_id=1, amount_won=far),
        Appropriate(key=new_key(), occurred_at_us=BEGUN_US, line_id=far, amount_won=1),
        Hold(
            key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_JUNGGU, amount_won=1,
            channel=1, expires_at_us=2**63, member_id=1001,
        ),
    ):  # fmt: skip
        assert not engine.ask(request).approved, request
    assert engine.ask(payment()).approved


def _frame(body: bytes) -> bytes:
    return struct.pack(">IQ", len(body) + 8, 1) + body


GARBAGE = [
    ("noise", random.Random(1).randbytes(5_000)),
    ("a length of four gigabytes", b"\xff" * 64),
    ("a frame of nothing", struct.pack(">IQ", 8, 1)),
    ("no MessagePack", _frame(b"\xc1" * 100)),
    ("an unknown request", _frame(b"\x92\xa7Unknown\x01")),
    ("a number for a request", _frame(b"\x01")),
    ("arrays in arrays in arrays", _frame(b"\x91" * 60_000)),
    ("text that is no UTF-8", _frame(b"\x92\xa8Purchase\xa2\xff\xfe")),
]


@pytest.mark.parametrize(("what", "garbage"), GARBAGE, ids=[what for what, _ in GARBAGE])
def test_it_closes_the_line_that_brings(engine: RunningEngine, what: str, garbage: bytes) -> None:
    rich_member(engine)
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(engine.path))
        line.settimeout(10)
        line.sendall(garbage)
        assert line.recv(1) == b""
    assert engine.ask(payment()).approved


def test_it_waits_for_the_rest_of_a_frame_and_answers_others_meanwhile(
    engine: RunningEngine,
) -> None:
    rich_member(engine)
    slow = payment()
    frame = wire.pack(7, slow)
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(engine.path))
        line.settimeout(10)
        for byte in frame[:-1]:
            line.sendall(bytes([byte]))
        assert engine.ask(payment()).approved
        assert slow.key not in keys_in_journal(engine.url)
        line.sendall(frame[-1:])
        answer: Answer = next(
            wire.read_answer(body) for _, body in wire.Frames().feed(line.recv(65_536))
        )
    assert answer.approved
    assert answer.key == slow.key
