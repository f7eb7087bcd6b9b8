"""A coupon's document: what it must say, and every mistake at its line in both languages."""

from __future__ import annotations

import re

import pytest

from dure.kernel.calendar import DAY_US
from dure.policy.document import parse_document
from dure.policy.document_errors import DocumentErrors, Fault
from dure.policy.kinds.coupon import KIND, CouponTerms, faults_to_publish

TERMS = "{amount_won: 5000, stock: 100, per_person: 2, min_won: 20000, valid: {days: 30}}"
DOCUMENT = """\
id: test-coupon
version: 1
kind: coupon
title: {ko: 쿠폰, en: Coupon}
scope: city
period: {from: 2019-10-01, until: 2020-01-01}
coupon: %s
funding: {of: 3, lines: {test-city: 2, shop: 1}}
sources: [https://example.org/coupon]
"""


def read(terms: str, more: str = "") -> CouponTerms:
    found = parse_document(DOCUMENT % terms + more, "coupon.yaml").terms
    assert isinstance(found, CouponTerms)
    return found


def test_it_reads_an_amount() -> None:
    assert read(TERMS) == CouponTerms(5_000, 0, 5_000, 100, 2, 20_000, 30, None)


def test_it_reads_a_percentage_with_its_most_and_its_end() -> None:
    terms = read("{rate_bp: 1500, max_won: 8000, stock: 9, valid: {until: 2019-12-25, days: 60}}")
    assert (terms.rate_bp, terms.most_won, terms.per_person, terms.min_won) == (1_500, 8_000, 1, 0)
    until_us = terms.until_us
    assert until_us is not None
    assert terms.ends_us(until_us - DAY_US) == until_us, "the earlier of both"
    assert terms.ends_us(until_us - 61 * DAY_US) == until_us - DAY_US


@pytest.mark.parametrize(
    ("terms", "price_won", "won"),
    [
        (TERMS, 20_000, 5_000),
        (TERMS, 4_999, 4_999),
        ("{rate_bp: 1500, max_won: 8000, stock: 9, valid: {days: 1}}", 333, 49),
        ("{rate_bp: 1500, max_won: 8000, stock: 9, valid: {days: 1}}", 53_334, 8_000),
        ("{rate_bp: 10000, max_won: 8000, stock: 9, valid: {days: 1}}", 1, 1),
    ],
)
def test_it_takes_off_no_more_than_it_says_and_than_there_is(
    terms: str, price_won: int, won: int
) -> None:
    assert KIND.amount(read(terms))(price_won, 0, 0)[0] == won


FAULTS = [
    ("{amount_won: 1, rate_bp: 1, stock: 1, valid: {days: 1}}", Fault.COUPON_AMOUNT_OR_RATE),
    ("{stock: 1, valid: {days: 1}}", Fault.COUPON_AMOUNT_OR_RATE),
    ("{rate_bp: 500, stock: 1, valid: {days: 1}}", Fault.COUPON_PERCENT_WITHOUT_MAX),
    ("{amount_won: 1, max_won: 1, stock: 1, valid: {days: 1}}", Fault.COUPON_MAX_OF_AMOUNT),
    ("{rate_bp: 10001, max_won: 1, stock: 1, valid: {days: 1}}", Fault.RATE_OVER_WHOLE),
    ("{amount_won: 1, stock: 1, per_person: 2, valid: {days: 1}}", Fault.COUPON_MORE_THAN_STOCK),
    ("{amount_won: 1, valid: {days: 1}}", Fault.MISSING_KEY),
    ("{amount_won: 1, stock: 1}", Fault.MISSING_KEY),
    ("{amount_won: 1, stock: 1, valid: {}}", Fault.EMPTY),
    ("{amount_won: 1, stock: 0, valid: {days: 1}}", Fault.OUT_OF_RANGE),
    ("{amount_won: 1, stock: 1, valid: {days: 0}}", Fault.OUT_OF_RANGE),
    ("{amount_won: 1, stock: 1, valid: {until: tomorrow}}", Fault.NOT_A_DATE),
    ("{amount_won: 1, stok: 1, valid: {days: 1}}", Fault.UNKNOWN_KEY),
    ("[1]", Fault.NOT_A_MAPPING),
]


@pytest.mark.parametrize(("terms", "fault"), FAULTS)
def test_it_says_what_is_wrong_and_what_to_write(terms: str, fault: Fault) -> None:
    with pytest.raises(DocumentErrors) as refused:
        read(terms)
    error = next(e for e in refused.value.errors if e.fault is fault)
    assert error.place.line == 7
    assert re.search("[가-힣]", error.korean)
    assert error.english


@pytest.mark.parametrize("key", ["caps: {month_payments_max: 1}", "best_of: coupons"])
def test_it_has_no_limits_but_its_own(key: str) -> None:
    with pytest.raises(DocumentErrors) as refused:
        read(TERMS, f"{key}\n")
    assert Fault.COUPON_LIMITS_ITSELF in {error.fault for error in refused.value.errors}


def test_it_may_not_be_published_with_less_stock_than_is_issued() -> None:
    document = parse_document(DOCUMENT % TERMS, "coupon.yaml")
    assert faults_to_publish(document, 100) == []
    (error,) = faults_to_publish(document, 101)
    assert error.fault is Fault.COUPON_STOCK_BELOW_ISSUED
    assert "101" in error.korean
    assert "stock: 101" in error.english


def test_it_may_not_end_before_it_can_be_claimed() -> None:
    ended = "{amount_won: 1, stock: 1, valid: {until: 2019-10-01}}"
    (error,) = faults_to_publish(parse_document(DOCUMENT % ended, "coupon.yaml"), 0)
    assert error.fault is Fault.COUPON_ENDS_BEFORE_CLAIMS
    assert "2019-10-01" in error.english
