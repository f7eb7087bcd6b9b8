"""A sealed value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.kernel.keys import KeyRing
from dure.people.sealing import SealBrokenError, Sealer, sealer_of

OLD, NEW, INDEX = bytes(32), bytes(range(32)), b"i" * 32
SEALER = Sealer({0: OLD}, INDEX)


@given(st.text(max_size=100))
def test_it_opens_to_the_text_that_was_sealed(text: str) -> None:
    assert SEALER.open(SEALER.seal(text, "member.name"), "member.name") == text


def test_it_differs_each_time_and_does_not_show_the_text() -> None:
    first, second = (SEALER.seal("홍길동", "member.name") for _ in range(2))
    assert first != second
    assert "홍길동".encode() not in first


@pytest.mark.parametrize("place", [0, 1, 13, -1])
def test_it_does_not_open_when_a_byte_was_changed(place: int) -> None:
    sealed = bytearray(SEALER.seal("홍길동", "member.name"))
    sealed[place] ^= 1
    with pytest.raises(SealBrokenError):
        SEALER.open(bytes(sealed), "member.name")


def test_it_does_not_open_in_another_column() -> None:
    with pytest.raises(SealBrokenError):
        SEALER.open(SEALER.seal("홍길동", "member.name"), "member.phone")


@pytest.mark.parametrize("sealed", [b"", b"\x00", b"\x00" * 12])
def test_it_does_not_open_when_it_was_cut(sealed: bytes) -> None:
    with pytest.raises(SealBrokenError):
        SEALER.open(sealed, "member.name")


def test_it_still_opens_after_the_key_was_changed() -> None:
    changed = Sealer({0: OLD, 1: NEW}, INDEX)
    sealed = SEALER.seal("홍길동", "member.name")
    assert changed.open(sealed, "member.name") == "홍길동"
    assert changed.is_old(sealed)
    assert not changed.is_old(changed.seal("홍길동", "member.name"))
    with pytest.raises(SealBrokenError):
        SEALER.open(changed.seal("홍길동", "member.name"), "member.name")


def test_it_is_found_by_an_index_that_needs_the_key() -> None:
    other = Sealer({0: OLD}, b"j" * 32)
    assert SEALER.index("+8210", "member.phone") == SEALER.index("+8210", "member.phone")
    assert SEALER.index("+8210", "member.phone") != SEALER.index("+8210", "member.name")
    assert SEALER.index("+8210", "member.phone") != other.index("+8210", "member.phone")


def test_it_belongs_to_the_key_ring_of_the_installation() -> None:
    ring, other = KeyRing.generate(), KeyRing.generate()
    sealed = sealer_of(ring).seal("홍길동", "member.name")
    assert sealer_of(ring).open(sealed, "member.name") == "홍길동"
    with pytest.raises(SealBrokenError):
        sealer_of(other).open(sealed, "member.name")
