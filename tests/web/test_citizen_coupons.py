"""Coupons in the app: seen, claimed by a ticket, used by themselves or by hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from dure.authorization.requests import Charge, ClaimCoupon, Purchase
from dure.people.members import Member
from tests.citizens import join, sign_in
from tests.engines import BEGUN_US, SHOP_JUNGGU, RunningEngine, new_key
from tests.web.conftest import Connection

if TYPE_CHECKING:
    from django.test import Client

COUPON = """\
id: city-coupon
version: 1
kind: coupon
title: {ko: 가을 쿠폰, en: Autumn coupon}
scope: city
period: {from: 2019-10-01, until: 2019-12-01}
coupon: {amount_won: 3000, stock: 2, min_won: 10000, valid: {days: 30}}
funding: {of: 1, lines: {test-city: 1}}
sources: [https://example.org/coupon]
"""
COMING = COUPON.replace("city-coupon", "next-coupon").replace("2019-10-01", "2019-11-01")
OPEN, LATER = 9, 10
LATER_US = BEGUN_US + 3_600_000_000


@pytest.fixture
def coupon_city(city: RunningEngine, connection: Connection) -> RunningEngine:
    """A city with a coupon of which there are two, and one that opens in November."""
    for number, rule, text in ((OPEN, "city-coupon", COUPON), (LATER, "next-coupon", COMING)):
        connection.execute(
            "INSERT INTO rule_version VALUES (%s, %s, 1, %s,"
            " encode(sha256(convert_to(%s, 'UTF8')), 'hex'), 0)",
            (number, rule, text, text),
        )
    return city


@pytest.fixture
def member(coupon_city: RunningEngine, connection: Connection) -> Member:
    return join(coupon_city, connection)


@pytest.fixture
def phone(member: Member, connection: Connection) -> Client:
    return sign_in(connection, member.member_id)


def once(client: Client, path: str) -> str:
    """The key of the form on a page."""
    found = re.search(r'name="once" value="([0-9a-f]{32})"', client.get(path).content.decode())
    assert found is not None, path
    return found[1]


def tap(client: Client, version: int = OPEN, key: str | None = None) -> str:
    """Claims a coupon and gives where the answer leads to."""
    key = key or once(client, f"/app/coupons/offers/{OPEN}")
    answer = client.post(f"/app/coupons/offers/{version}/claim", {"once": key})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


@pytest.mark.parametrize("root", ["/app", "/en/app"])
def test_it_shows_every_page_to_somebody_with_nothing(phone: Client, root: str) -> None:
    for page in ("coupons", "coupons/offers", "coupons/past", f"coupons/offers/{OPEN}"):
        answer = phone.get(f"{root}/{page}")
        assert answer.status_code == 200, page


def test_it_shows_a_coming_coupon_with_its_hour_and_no_button(phone: Client) -> None:
    page = phone.get(f"/en/app/coupons/offers/{LATER}").content.decode()
    assert "1 November, 0:00" in page
    assert re.search(r"<form [^>]*data-at-opening hidden>", page)
    assert page.count("Claim this coupon") == 1
    assert tap(phone, LATER) == f"/app/coupons/offers/{LATER}"


def test_it_claims_at_once_where_nobody_waits(phone: Client) -> None:
    page = phone.get(tap(phone)).content.decode()
    assert "쿠폰을 받았습니다" in page
    assert "가을 쿠폰" in phone.get("/app/coupons").content.decode()
    assert "이미 받은 쿠폰" in phone.get(f"/app/coupons/offers/{OPEN}").content.decode()


def test_it_gives_a_double_tap_one_ticket_and_one_coupon(
    phone: Client, connection: Connection
) -> None:
    key = once(phone, f"/app/coupons/offers/{OPEN}")
    assert tap(phone, key=key) == tap(phone, key=key)
    assert connection.execute("SELECT count(*) FROM coupon_ticket").fetchone() == (1,)
    assert connection.execute("SELECT count(*) FROM coupon").fetchone() == (1,)


def test_it_keeps_a_place_while_the_engine_is_away(
    phone: Client, coupon_city: RunningEngine, connection: Connection
) -> None:
    key = once(phone, f"/app/coupons/offers/{OPEN}")
    connection.execute(
        "INSERT INTO coupon_ticket (member_id, rule_version_id, drawn_at_us, drawn_machine_us,"
        " request_key) SELECT 77, %s, %s, 0, %s",
        (OPEN, BEGUN_US, new_key()),
    )
    coupon_city.stop()
    place = tap(phone, key=key)
    page = phone.get(place).content.decode()
    assert "순서를 기다리고 있습니다" in page
    assert "1명" in page
    told = phone.get(place, headers={"Accept": "application/json"}).json()
    assert (told["state"], told["before"]) == ("waiting", "1명")


def test_it_tells_when_all_are_gone(
    phone: Client, coupon_city: RunningEngine, connection: Connection
) -> None:
    for number in (2, 3):
        other = join(coupon_city, connection, phone=f"010-0000-000{number}")
        request = ClaimCoupon(
            key=new_key(), occurred_at_us=BEGUN_US, member_id=other.member_id, rule_version_id=OPEN
        )
        if number == 3:
            key = once(phone, f"/app/coupons/offers/{OPEN}")
        assert coupon_city.ask(request).approved
    assert tap(phone, key=key) == f"/app/coupons/offers/{OPEN}"
    assert "모두 나갔습니다" in phone.get(f"/app/coupons/offers/{OPEN}").content.decode()


def test_it_shows_nobody_the_ticket_or_the_coupon_of_another(
    phone: Client, coupon_city: RunningEngine, connection: Connection
) -> None:
    place = tap(phone)
    row = connection.execute("SELECT coupon_id FROM coupon").fetchone()
    assert row is not None
    stranger = join(coupon_city, connection, phone="010-0000-0002")
    other = sign_in(connection, stranger.member_id)
    assert other.get(place).status_code == 404
    assert other.get(f"/app/coupons/{row[0]}").status_code == 404
    assert phone.get(f"/app/coupons/{row[0]}").status_code == 200


def test_it_is_used_by_itself_until_that_is_switched_off(
    phone: Client, member: Member, coupon_city: RunningEngine
) -> None:
    tap(phone)
    coupon_city.ask(
        Charge(
            key=new_key(), occurred_at_us=BEGUN_US, member_id=member.member_id, amount_won=90_000
        )
    )

    def pay() -> int:
        return coupon_city.ask(
            Purchase(
                key=new_key(), occurred_at_us=LATER_US, shop_code=SHOP_JUNGGU, amount_won=20_000,
                channel=2, member_id=member.member_id,
            )
        ).coupon_won  # fmt: skip

    key = once(phone, "/app/coupons")
    phone.post("/app/coupons/automatic", {"once": key, "automatic": "off"})
    assert "꺼져 있습니다" in phone.get("/app/coupons").content.decode()
    assert pay() == 0
    key = once(phone, "/app/coupons")
    phone.post("/app/coupons/automatic", {"once": key, "automatic": "on"})
    assert pay() == 3_000
    past = phone.get("/en/app/coupons/past").content.decode()
    assert "Used" in past
    assert "3,000 won" in past


def test_it_tells_a_form_without_a_key_to_be_opened_again(phone: Client) -> None:
    assert tap(phone, key="x") == f"/app/coupons/offers/{OPEN}"
    page = phone.get(f"/app/coupons/offers/{OPEN}").content.decode()
    assert "다시 열어 주세요" in page
