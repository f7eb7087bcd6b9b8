"""Coupons over the partner API: on offer, claimed, used, refused in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from dure.authorization.requests import Charge
from tests.engines import (
    BEGUN_US,
    JUNGGU,
    SEOGU,
    SHOP_JUNGGU,
    SHOP_SEOGU,
    RunningEngine,
    new_key,
    open_member,
)
from tests.web.conftest import Connection, Partner, Told

COUPON = """\
id: seogu-coupon
version: 1
kind: coupon
title: {ko: 서구 쿠폰, en: Seo-gu coupon}
scope: 서구
period: {from: 2019-10-01, until: 2019-12-01}
coupon: {amount_won: 3000, stock: 1, min_won: 10000, valid: {days: 30}}
funding: {of: 3, lines: {test-seogu: 2, shop: 1}}
sources: [https://example.org/coupon]
"""
VERSION, MEMBER, OTHER = 9, 1001, 1002


@pytest.fixture
def coupon_city(city: RunningEngine, connection: Connection) -> RunningEngine:
    """A city with one coupon, and two members with money."""
    connection.execute(
        "INSERT INTO rule_version VALUES (%s, 'seogu-coupon', 1, %s,"
        " encode(sha256(convert_to(%s, 'UTF8')), 'hex'), 0)",
        (VERSION, COUPON, COUPON),
    )
    for member_id in (MEMBER, OTHER):
        open_member(city, member_id)
        charge = Charge(
            key=new_key(), occurred_at_us=BEGUN_US, member_id=member_id, amount_won=100_000
        )
        assert city.ask(charge).approved
    return city


def claim(partner: Partner, member_id: int, coupon: int = VERSION, **more: str) -> Told:
    return partner.post(f"/members/{member_id}/coupons", {"coupon": coupon}, **more)


def pay(partner: Partner, won: int, **more: object) -> Told:
    token = partner.post(f"/members/{MEMBER}/qr-tokens").body["qr_token"]
    body = {"qr_token": token, "shop_code": SHOP_SEOGU, "amount_won": won, **more}
    return partner.post("/purchases", body)


def test_it_lists_what_may_be_claimed(coupon_city: RunningEngine, partner: Partner) -> None:
    (coupon,) = partner.get("/coupons").body
    assert (coupon["coupon"], coupon["title"]) == (VERSION, "Seo-gu coupon")
    assert (coupon["stock"], coupon["left"], coupon["per_person"]) == (1, 1, 1)
    assert coupon["gives"] == {
        "amount_won": 3_000, "rate_bp": None, "most_won": 3_000, "payment_won_min": 10_000,
    }  # fmt: skip
    assert coupon["districts"] == [SEOGU]
    assert coupon["claim_until"] == "2019-12-01T00:00:00+09:00"
    assert JUNGGU not in coupon["districts"]


def test_it_claims_once_and_pays_by_it(coupon_city: RunningEngine, partner: Partner) -> None:
    first = claim(partner, MEMBER, once="claim-0001")
    again = claim(partner, MEMBER, once="claim-0001")
    assert (first.status, first.body) == (201, again.body)
    assert first.body["worth_won"] == 3_000
    assert partner.get("/coupons").body[0]["left"] == 0
    (held,) = partner.get(f"/members/{MEMBER}/coupons").body
    assert (held["coupon_id"], held["state"]) == (first.body["coupon_id"], "open")
    assert pay(partner, 20_000, coupon_id=0).body["coupon_won"] == 0
    told = pay(partner, 20_000)
    assert (told.body["coupon_won"], told.body["charged_won"]) == (3_000, 17_000 - 2_000)
    receipt = partner.get(f"/purchases/{told.body['receipt_id']}").body
    assert (receipt["coupon_won"], receipt["discount_won"]) == (3_000, 0)
    (held,) = partner.get(f"/members/{MEMBER}/coupons").body
    assert held["state"] == "used"


@pytest.mark.parametrize(
    ("member_id", "coupon", "status", "code"),
    [
        (OTHER, VERSION, 422, "coupons_gone"),
        (MEMBER, VERSION, 422, "coupon_had_already"),
        (MEMBER, 99, 422, "coupon_unknown"),
        (77, VERSION, 404, "not_found"),
        (MEMBER, 0, 422, "request_invalid"),
    ],
)
def test_it_says_why_there_is_no_coupon(
    coupon_city: RunningEngine,
    make_partner: Callable[..., Partner],
    member_id: int,
    coupon: int,
    status: int,
    code: str,
) -> None:
    korean, english = make_partner(language="ko"), make_partner(language="en")
    assert claim(korean, MEMBER).status == 201
    for partner in (korean, english):
        told = claim(partner, member_id, coupon)
        assert (told.status, told.body["code"]) == (status, code)
    assert claim(korean, member_id, coupon).body["detail"] != told.body["detail"]


def test_it_refuses_a_coupon_that_does_not_fit(
    coupon_city: RunningEngine, partner: Partner
) -> None:
    coupon_id = claim(partner, MEMBER).body["coupon_id"]
    told = pay(partner, 9_999, coupon_id=coupon_id)
    assert (told.status, told.body["code"]) == (422, "coupon_does_not_fit")
    elsewhere = pay(partner, 20_000, coupon_id=coupon_id, shop_code=SHOP_JUNGGU)
    assert elsewhere.body["code"] == "coupon_does_not_fit"


def test_it_leaves_coupons_to_the_payments_that_name_them(
    coupon_city: RunningEngine, partner: Partner
) -> None:
    coupon_id = claim(partner, MEMBER).body["coupon_id"]
    told = partner.post(f"/members/{MEMBER}/coupon-use", {"automatic": False})
    assert (told.status, told.body) == (201, {"automatic": False})
    assert pay(partner, 20_000).body["coupon_won"] == 0
    assert pay(partner, 20_000, coupon_id=coupon_id).body["coupon_won"] == 3_000


def test_it_lets_only_a_key_with_the_scope_claim(
    coupon_city: RunningEngine, make_partner: Callable[..., Partner]
) -> None:
    told = claim(make_partner("wallets:read", "purchases:write"), MEMBER)
    assert (told.status, told.body["code"]) == (403, "scope_missing")
    assert "coupon" not in json.dumps(told.body["code"])
