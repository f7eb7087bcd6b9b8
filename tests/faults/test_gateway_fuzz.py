import asyncio
import random
import signal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dure.gateway import fuzz
from dure.gateway.fuzz import campaign, make_target
from dure.gateway.reception import Waiting
from dure.kernel.cardnetwork.fields import CODEC_SPEC, FIELD_BY_KEY, find_bad_field
from dure.kernel.cardnetwork.wire import MessageUnreadableError, frame, read_message, write_message
from tests.unit.gateway.desk import Desk

_DESK = Desk()
_NAMES = sorted(
    name for name in _DESK.messages if not name.startswith(("sign_off", "key_exchange"))
)
_quick = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


def _judge(raw: bytes) -> None:
    """The reception answers, asks the engine or stays silent, and finds no fault of its own."""
    _DESK.session.sign_off()
    _DESK.say(_DESK.messages["sign_on"])
    before = _DESK.reception.counts.events["fault"]
    outcome = _DESK.say_raw(raw)
    assert outcome is None or isinstance(outcome, bytes | Waiting)
    assert _DESK.reception.counts.events["fault"] == before
    if isinstance(outcome, bytes):
        assert len(read_message(outcome[2:]).fields["39"]) == 2


@_quick
@given(st.binary(max_size=600))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        fields = read_message(raw).fields
    except MessageUnreadableError:
        return
    find_bad_field(fields)
    _judge(raw)


@_quick
@given(st.sampled_from(_NAMES), st.data())
def test_any_content_of_any_field_under_a_right_mac_is_answered(
    name: str, data: st.DataObject
) -> None:
    fields = dict(_DESK.messages[name])
    for _ in range(data.draw(st.integers(1, 3))):
        key = data.draw(st.sampled_from(sorted(FIELD_BY_KEY)))
        field = FIELD_BY_KEY[key]
        least = 0 if field.length_digits else field.size
        if field.content == "b":
            fields[key] = data.draw(st.binary(min_size=least, max_size=field.size)).hex()
        else:
            letters = st.characters(max_codepoint=255)
            fields[key] = data.draw(st.text(letters, min_size=least, max_size=field.size))
    _judge(_DESK.mac.signed(fields))


@_quick
@given(st.sampled_from(_NAMES), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255))))
def test_any_changed_bytes_under_a_right_mac_are_answered(
    name: str, changes: list[tuple[int, int]]
) -> None:
    raw = bytearray(_DESK.mac.signed(dict(_DESK.messages[name]))[:-8])
    for at, byte in changes:
        raw[at % len(raw)] = byte
    _judge(bytes(raw) + _DESK.mac.mac(bytes(raw)))


@_quick
@given(st.sampled_from(_NAMES), st.lists(st.integers(1, 300), max_size=8))
def test_it_does_not_matter_how_the_stream_is_cut(name: str, cuts: list[int]) -> None:
    async def story() -> int:
        target, _, reception, _ = make_target(1)
        data = frame(_DESK.mac.signed(dict(_DESK.messages[name]))) * 3
        at = 0
        for cut in [*cuts, len(data)]:
            if at < len(data):
                target.feed(data[at : at + cut])
                at += cut
        await asyncio.sleep(0)
        return sum(reception.counts.messages.values())

    # Keys differ from the desk's: each of the three is refused, and the sign-on counted before.
    assert asyncio.run(story()) == 4


def test_what_is_written_is_read_again() -> None:
    for name in _NAMES:
        fields = dict(_DESK.messages[name])
        raw = write_message(fields)
        found = read_message(raw).fields
        assert found == fields
        assert set(found) <= set(CODEC_SPEC)


def test_a_campaign_of_wrong_messages_finds_no_crash_no_hang_and_no_leak() -> None:
    former = signal.signal(signal.SIGALRM, fuzz._hang)
    try:
        findings = asyncio.run(campaign(5_000, seed=random.randrange(1 << 30)))
    finally:
        signal.signal(signal.SIGALRM, former)
    assert findings.is_clean
    assert findings.asked_the_engine > 250
    assert findings.memory_growth_bytes < 20_000_000


def test_a_campaign_is_the_same_for_the_same_seed() -> None:
    async def frames(seed: int) -> list[int]:
        _, mutator, _, _ = make_target(seed)
        return [len(mutator.next_frame()) for _ in range(200)]

    assert asyncio.run(frames(5)) == asyncio.run(frames(5))
