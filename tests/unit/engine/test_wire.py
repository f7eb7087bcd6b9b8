"""The engine's protocol: every request and answer goes there and back; frames are cut anywhere."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dure.authorization.answers import Answer, IncentivePaid
from dure.authorization.quoted import Quoted
from dure.authorization.requests import AnyRequest, Cancel, CardProof, Inquire
from dure.engine import wire
from dure.policy.occasions import MemberFacts, OfferTerms, ShopFacts

KINDS = sorted(AnyRequest.__args__, key=lambda kind: kind.__name__)

whole = st.integers(-(2**63), 2**63 - 1)
terms = st.builds(OfferTerms, whole, whole, whole, whole, st.none() | whole)
shops = st.builds(
    ShopFacts, whole, whole, st.text(), st.text(), whole, whole, whole, whole, st.none() | terms
)
members = st.builds(MemberFacts, whole, whole, whole, whole)


def filled(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    """Any value of the structure whose numbers fit MessagePack."""
    parts = {
        field.name: whole if field.type is int
        else filled(CardProof) if field.type is CardProof
        else st.lists(filled(IncentivePaid), max_size=3).map(tuple) if field.name == "incentive"
        else st.none() | filled(Quoted) if field.name == "quoted"
        else shops if field.type is ShopFacts
        else members if field.type is MemberFacts
        else st.none() | whole if field.type == int | None
        else st.from_type(field.type)
        for field in msgspec.structs.fields(kind)
    }  # fmt: skip
    return st.builds(kind, **parts)


@pytest.mark.parametrize("kind", KINDS, ids=[kind.__name__ for kind in KINDS])
@given(data=st.data())
def test_a_request_goes_there_and_back(kind: type[msgspec.Struct], data: st.DataObject) -> None:
    request = data.draw(filled(kind))
    frame = wire.pack(7, request)
    ((sequence, body),) = wire.Frames().feed(frame)
    assert sequence == 7
    assert wire.read_request(body) == request
    assert type(wire.read_request(body)) is kind


@given(filled(Answer))
def test_an_answer_goes_there_and_back(answer: Answer) -> None:
    ((_, body),) = wire.Frames().feed(wire.pack(0, answer))
    assert wire.read_answer(body) == answer


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=5), st.data())
def test_frames_are_whole_however_the_bytes_arrive(
    sequences: list[int], data: st.DataObject
) -> None:
    request = Inquire(key=bytes(16), occurred_at_us=1, member_id=2)
    stream = b"".join(wire.pack(sequence, request) for sequence in sequences)
    frames, read = wire.Frames(), []
    while stream:
        cut = data.draw(st.integers(1, len(stream)))
        read += list(frames.feed(stream[:cut]))
        stream = stream[cut:]
    assert [sequence for sequence, _ in read] == sequences
    assert all(wire.read_request(body) == request for _, body in read)


@pytest.mark.parametrize("length", [0, 8, wire.FRAME_BYTES_MAX + 1, 2**32 - 1])
def test_an_absurd_length_is_refused(length: int) -> None:
    with pytest.raises(wire.FrameError):
        list(wire.Frames().feed(wire.HEADER.pack(length, 1)))


@given(st.binary(max_size=60))
@example(b"\x91\xa2\x00\x80")  # a name that is no UTF-8
def test_what_is_no_request_is_refused_and_nothing_else_happens(body: bytes) -> None:
    try:
        request = wire.read_request(body)
    except (msgspec.ValidationError, msgspec.DecodeError):
        return
    assert isinstance(request, tuple(KINDS))


def test_a_request_of_the_wrong_shape_is_refused() -> None:
    body = msgspec.msgpack.encode(["Cancel", b"key", "yesterday"])
    with pytest.raises(msgspec.ValidationError):
        wire.read_request(body)
    assert Cancel.__struct_config__.array_like
