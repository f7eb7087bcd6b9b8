"""The card trade's arithmetic against figures that others published."""

import pytest
from psec import des, pin
from psec import mac as psec_mac

from dure.kernel.cardnetwork import chip, pins
from dure.kernel.cardnetwork.cards import card_number, check_digit, is_of_the_city, is_right_number
from dure.kernel.cardnetwork.macs import MacKey
from dure.kernel.cardnetwork.session_keys import (
    KeyBlocksUnreadableError,
    check_value,
    fresh_session_keys,
    open_key_blocks,
    wrapped,
)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        # ISO/IEC 9797-1:2011, annex B.4 (algorithm 3, DES): padding method 1.
        (b"Now is the time for all ", "A1C72E74EA3FA9B6"),
        (b"Now is the time for it", "2E2B1428CC78254F"),
    ],
)
def test_it_makes_the_mac_of_the_standards_examples(data: bytes, expected: str) -> None:
    key = MacKey(bytes.fromhex("0123456789ABCDEFFEDCBA9876543210"))
    assert key.mac(data).hex().upper() == expected


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 16, 250])
def test_it_makes_the_mac_that_psec_makes(size: int) -> None:
    key, data = bytes(range(1, 17)), bytes(range(size))
    assert MacKey(key).mac(data) == psec_mac.generate_retail_mac(key[:8], key[8:], data, 1)


def test_it_derives_the_published_card_and_session_keys() -> None:
    # The worked example in pyemv's documentation of derive_icc_mk_a and derive_common_sk.
    issuer = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    card = chip.card_key(issuer, "12345678901234567", "01")
    assert card.hex().upper() == "73AD54688CEF2934B0979857E3C719F1"
    session = chip.session_key(issuer, bytes.fromhex("001C"))
    assert session.hex().upper() == "E9FB384AF807B940FEDCEA613461B0C4"


def test_it_makes_the_published_cryptogram_and_answers_it() -> None:
    # The worked examples in pyemv's documentation of generate_ac and generate_arpc_1; the issuer's
    # own data is empty there.
    key = bytes.fromhex("AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBB")
    tags = {
        "9F02": bytes.fromhex("000000002000"),
        "9F03": bytes.fromhex("000000000000"),
        "9F1A": bytes.fromhex("0124"),
        "95": bytes.fromhex("0000008000"),
        "5F2A": bytes.fromhex("0124"),
        "9A": bytes.fromhex("110309"),
        "9C": bytes.fromhex("00"),
        "9F37": bytes.fromhex("3804823E"),
        "82": bytes.fromhex("5800"),
        "9F36": bytes.fromhex("0001"),
        "9F10": b"",
    }
    assert chip.cryptogram(key, tags).hex().upper() == "3B76CF10FECD8789"
    arqc = bytes.fromhex("1234567890ABCDEF")
    assert chip.response_cryptogram(key, arqc, "\x00\x00")[:8].hex().upper() == "F5E6F44147E2F1B0"


def test_it_opens_the_published_iso_0_block() -> None:
    # ISO 9564-1 format 0, the example in psec's documentation: the clear block 041277CDDEEFF669.
    pan, clear = "5544332211009966", bytes.fromhex("041277CDDEEFF669")
    key = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    sealed = pins.sealed_format_0(key, "1234", pan)
    assert des.decrypt_tdes_ecb(key, sealed) == clear
    assert pins.pin_of_format_0(key, sealed, pan) == "1234"


def test_it_opens_the_published_iso_4_block() -> None:
    # ISO 9564-1 format 4, the example in psec's documentation of encipher_pinblock_iso_4.
    key = bytes.fromhex("00112233445566778899AABBCCDDEEFF")
    block = bytes.fromhex("7CDF645C86CAF763AE34637A66997534")
    assert pins.pin_of_format_4(key, block, "1234567890123456") == "1234"


def test_it_makes_the_published_pin_verification_value() -> None:
    # The example in psec's documentation of generate_visa_pvv has key index 3; ours has 1, so the
    # function under it is held to the figure and ours to the function.
    key = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    assert pin.generate_visa_pvv(key, "3", "4524", "1122334455667788") == "4021"
    ours = pins.verification_value(key, "4524", "1122334455667788")
    assert ours == pin.generate_visa_pvv(key, "1", "4524", "1122334455667788")
    assert pins.verification_value(key, "123456", "1122334455667788") == pins.NO_VALUE


@pytest.mark.parametrize("entered", ["1234", "0000", "123456789012"])
def test_it_finds_the_pin_in_either_format_and_under_no_other_key_or_card(entered: str) -> None:
    pan, other_pan, key, other_key = card_number(1), card_number(7_000_000), b"k" * 16, b"o" * 16
    block_0, block_4 = (
        pins.sealed_format_0(key, entered, pan),
        pins.sealed_format_4(key, entered, pan),
    )
    assert pins.pin_of_format_0(key, block_0, pan) == entered
    assert pins.pin_of_format_4(key, block_4, pan) == entered
    for wrong in ((other_key, pan), (key, other_pan)):
        with pytest.raises(pins.PinBlockUnreadableError) as caught:
            pins.pin_of_format_4(wrong[0], block_4, wrong[1])
        assert str(caught.value) == ""
    with pytest.raises(pins.PinBlockUnreadableError):
        pins.pin_of_format_0(other_key, block_0, pan)


def test_it_makes_the_check_value_of_the_published_key() -> None:
    # The example in pyemv's documentation of key_check_digits: 08D7.
    key = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    assert check_value(key, "T").startswith("08D7")
    # FIPS 197 does not print AES of zeros under zeros; NIST's AESAVS (KeySbox 128) gives 66E94BD4.
    assert check_value(bytes(16), "A") == "66E94B"


def test_it_sends_session_keys_under_the_exchange_key_alone() -> None:
    keys, exchange = fresh_session_keys(), bytes(range(32))
    text = wrapped(exchange, keys)
    assert open_key_blocks(exchange, text) == keys
    for wrong_key, wrong_text in (
        (bytes(32), text),
        (exchange, text[:30] + ("0" if text[30] != "0" else "1") + text[31:]),
        (exchange, text.replace("KP", "KX")),
        (exchange, ""),
    ):
        with pytest.raises(KeyBlocksUnreadableError):
            open_key_blocks(wrong_key, wrong_text)
    assert repr(keys) == "<SessionKeys>"


@pytest.mark.parametrize(
    ("number", "right"),
    [
        ("4111111111111111", True),  # the card trade's customary test number
        ("4111111111111112", False),
        ("411111111111111", False),
        ("411111111111111a", False),
    ],
)
def test_it_knows_a_right_check_digit(number: str, *, right: bool) -> None:
    assert is_right_number(number) is right


def test_it_makes_card_numbers_of_the_city() -> None:
    assert check_digit("7992739871") == "3"  # the example in ISO/IEC 7812-1's descriptions
    for serial in (0, 1, 999_999_999):
        assert is_right_number(card_number(serial))
        assert is_of_the_city(card_number(serial))
    assert not is_of_the_city("4111111111111111")
    with pytest.raises(ValueError, match="nine digits"):
        card_number(1_000_000_000)
