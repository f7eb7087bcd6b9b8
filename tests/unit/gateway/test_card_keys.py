from dure.demo.acquirer_messages import TRACE_MAX, Stamps
from dure.gateway.proofs import CardKeys
from dure.kernel.cardnetwork import chip
from dure.kernel.cardnetwork.cards import card_number
from dure.kernel.clock import SetClock

ISSUER_KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")


def test_it_keeps_the_keys_of_the_cards_seen_last_and_no_more() -> None:
    keys = CardKeys(ISSUER_KEY, 3)
    pans = [card_number(serial) for serial in range(5)]
    for pan in pans:
        assert keys.key_of(pan, pan.encode(), "00") == chip.card_key(ISSUER_KEY, pan, "00")
    assert len(keys) == 3
    kept = keys.key_of(pans[-1], pans[-1].encode(), "00")
    assert keys.key_of("another number", pans[-1].encode(), "00") is kept


def test_it_keeps_a_key_for_each_sequence_number() -> None:
    keys = CardKeys(ISSUER_KEY, 10)
    pan = card_number(1)
    first, second = (keys.key_of(pan, b"token", number) for number in ("00", "01"))
    assert first != second
    assert len(keys) == 2


def test_trace_numbers_go_round() -> None:
    stamps = Stamps(SetClock(0), first_trace=TRACE_MAX)
    assert [stamps.trace(), stamps.trace()] == ["999999", "000001"]


def test_stamps_follow_the_citys_clock() -> None:
    clock = SetClock(1_571_648_400_000_000)
    stamps = Stamps(clock)
    assert stamps.times() == ("1021090000", "180000", "1021", "191021")
    clock.advance(6 * 3600 * 1_000_000)
    assert stamps.times() == ("1021150000", "000000", "1022", "191022")
