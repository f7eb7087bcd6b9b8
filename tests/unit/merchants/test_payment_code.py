"""A shop's payment code, as the EMV specification writes it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.merchants.payment_code import (
    AnotherSystemsCodeError,
    NotAPaymentCodeError,
    PaymentCode,
    checksum,
    read_fields,
    read_payment_code,
    write_payment_code,
)

# EMV QR Code Specification for Payment Systems, Merchant-Presented Mode, annex A (v1.1, 2020).
SAMPLE = (
    "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN"
    "5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412"
    "340603***0708A60086670902ME91320016A0112233449988770708123456786304A13A"
)
SHOP = "TESTSHOP0000001"


def test_it_reads_the_sample_of_the_standard() -> None:
    fields = read_fields(SAMPLE)
    assert fields["59"] == "BEST TRANSPORT"
    assert fields["54"] == "23.72"
    assert fields["64"] == "0002ZH0104最佳运输0202北京"
    assert fields["63"] == "A13A"
    with pytest.raises(AnotherSystemsCodeError):
        read_payment_code(SAMPLE)


def test_it_has_the_checksum_of_the_standard() -> None:
    assert checksum("123456789") == "29B1"  # CRC-16/CCITT-FALSE of the usual nine digits


@given(
    amount_won=st.integers(0, 9_999_999_999),
    name=st.text(max_size=60),
    name_ko=st.text(max_size=60),
    mcc=st.from_regex(r"\A[0-9]{0,4}\Z"),
)
def test_it_reads_what_it_wrote(amount_won: int, name: str, name_ko: str, mcc: str) -> None:
    written = write_payment_code(
        shop_code=SHOP, name=name, name_ko=name_ko, mcc=mcc, amount_won=amount_won
    )
    assert read_payment_code(written) == PaymentCode(SHOP, amount_won)


@given(st.text(max_size=600))
def test_it_refuses_anything_else_without_falling_over(text: str) -> None:
    with pytest.raises(NotAPaymentCodeError):
        read_payment_code(text)


@given(st.integers(0, 200), st.characters(codec="ascii"))
def test_it_notices_a_changed_letter(place: int, letter: str) -> None:
    written = write_payment_code(shop_code=SHOP, name="Bakery", amount_won=12_000)
    place %= len(written)
    changed = written[:place] + letter + written[place + 1 :]
    if changed[:-4] + changed[-4:].upper() != written:
        with pytest.raises(NotAPaymentCodeError):
            read_payment_code(changed)


@pytest.mark.parametrize(
    ("was", "became", "error"),
    [
        ("5303410", "5303840", AnotherSystemsCodeError),  # dollars
        ("5802KR", "5802JP", AnotherSystemsCodeError),
        ("kr.dure", "kr.else", AnotherSystemsCodeError),
        ("INCHEON", "GWANGJU", AnotherSystemsCodeError),
        ("540512000", "540512.50", NotAPaymentCodeError),  # no half won
        (SHOP, "testshop0000001", NotAPaymentCodeError),
    ],
)
def test_it_refuses_a_code_that_is_not_for_us(
    was: str, became: str, error: type[Exception]
) -> None:
    body = write_payment_code(shop_code=SHOP, name="Bakery", amount_won=12_000)[:-4]
    assert was in body
    body = body.replace(was, became)
    with pytest.raises(error):
        read_payment_code(body + checksum(body))
