"""Choosing a coupon before paying: what is shown is what is used, and nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from dure.authorization.requests import ChangeWallet, Charge, ClaimCoupon
from dure.people.members import Member
from dure.web.citizen.pay.coupon_choice import asked_coupon
from tests.citizens import join, sign_in
from tests.db.test_coupon_races import VERSION, publish
from tests.engines import BEGUN_US, SHOP_JUNGGU, RunningEngine, new_key
from tests.web.conftest import Connection

if TYPE_CHECKING:
    from django.test import Client

SHEET = f"/app/pay/shops/{SHOP_JUNGGU}"


@pytest.fixture
def member(city: RunningEngine, connection: Connection, db_url: str) -> Member:
    """A member with 100,000 won and a coupon."""
    publish(db_url)
    joined = join(city, connection)
    new = {"occurred_at_us": BEGUN_US, "member_id": joined.member_id}
    assert city.ask(Charge(key=new_key(), amount_won=100_000, **new)).approved
    assert city.ask(ClaimCoupon(key=new_key(), rule_version_id=VERSION, **new)).approved
    return joined


@pytest.fixture
def phone(member: Member, connection: Connection) -> Client:
    return sign_in(connection, member.member_id)


def page_of(phone: Client, coupon: str = "", won: int = 20_000) -> str:
    return phone.get(SHEET, {"amount": str(won), "coupon": coupon}).content.decode()


def chosen(page: str) -> str:
    (name,) = re.findall(r'aria-current="true"><span>([^<]*)<', page)
    return str(name)


def pay(phone: Client, page: str) -> None:
    hidden = r'type="hidden" name="(once|amount|promise|coupon)" value="([^"]*)"'
    answer = phone.post(SHEET, dict(re.findall(hidden, page)))
    assert answer.status_code == 302, answer.content.decode()


def used_won(connection: Connection, member: Member) -> int:
    row = connection.execute(
        "SELECT coalesce(sum(u.won), 0) FROM coupon_use u JOIN coupon c USING (shard, coupon_id)"
        " WHERE c.member_id = %s", (member.member_id,),
    ).fetchone()  # fmt: skip
    assert row is not None
    return int(row[0])


def coupon_id(connection: Connection, member: Member) -> int:
    row = connection.execute(
        "SELECT coupon_id FROM coupon WHERE member_id = %s", (member.member_id,)
    ).fetchone()
    assert row is not None
    return int(row[0])


def test_it_uses_the_best_coupon_by_itself(
    phone: Client, member: Member, connection: Connection
) -> None:
    page = page_of(phone)
    assert chosen(page) == "가장 좋은 쿠폰을 자동으로"
    pay(phone, page)
    assert used_won(connection, member) > 0


def test_it_keeps_the_coupon_when_none_is_wanted(
    phone: Client, member: Member, connection: Connection
) -> None:
    page = page_of(phone, "0")
    assert chosen(page) == "쿠폰 쓰지 않기"
    pay(phone, page)
    assert used_won(connection, member) == 0


def test_it_uses_the_coupon_that_was_chosen_by_who_uses_them_by_hand(
    phone: Client, member: Member, connection: Connection, city: RunningEngine
) -> None:
    by_hand = ChangeWallet(
        key=new_key(), occurred_at_us=BEGUN_US, member_id=member.member_id, use_coupons=False
    )
    assert city.ask(by_hand).approved
    assert chosen(page_of(phone)) == "쿠폰 쓰지 않기"
    page = page_of(phone, str(coupon_id(connection, member)))
    assert chosen(page) not in ("쿠폰 쓰지 않기", "")
    pay(phone, page)
    assert used_won(connection, member) > 0


def test_it_says_that_a_chosen_coupon_does_not_fit(
    phone: Client, member: Member, connection: Connection
) -> None:
    mine = str(coupon_id(connection, member))
    for coupon, won in ((mine, 1), ("123", 20_000)):
        page = page_of(phone, coupon, won)
        assert 'name="promise"' not in page
        assert 'role="alert"' in page
    assert used_won(connection, member) == 0


def test_it_pays_nothing_when_the_sheet_showed_another_coupon(
    phone: Client, member: Member, connection: Connection
) -> None:
    hidden = r'type="hidden" name="(once|amount|promise)" value="([^"]*)"'
    fields = dict(re.findall(hidden, page_of(phone)))
    answer = phone.post(SHEET, fields | {"coupon": "0"})
    assert answer.status_code == 409
    assert "바뀌었습니다" in answer.content.decode()


def test_it_offers_no_choice_to_who_has_no_coupon(
    city: RunningEngine, connection: Connection, member: Member
) -> None:
    other = join(city, connection, phone="010-0000-0002")
    phone = sign_in(connection, other.member_id)
    assert "pay-coupons" not in page_of(phone)


@pytest.mark.parametrize(
    ("written", "coupon"),
    [("", None), ("0", 0), ("17", 17), ("-1", None), ("x", None), ("٣", None), ("9" * 30, None)],
)
def test_it_reads_which_coupon_is_asked_for(written: str, coupon: int | None) -> None:
    assert asked_coupon(written) == coupon
