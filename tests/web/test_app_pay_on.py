"""Going on with a payment: charging what is missing, the same sum again, a part given back."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pytest

from dure.authorization.requests import Cancel, Charge, Purchase, Refund
from dure.people.members import Member
from dure.web.citizen.shell.frame import forget_clock
from tests import citizens
from tests.engines import BEGUN_US, SHOP_JUNGGU, RunningEngine, new_key
from tests.web.conftest import Connection

if TYPE_CHECKING:
    from django.test import Client

MINUTE_US = 60_000_000
SHEET = f"/app/pay/shops/{SHOP_JUNGGU}?amount=15000&coupon=0&set=1"


@pytest.fixture
def member(city: RunningEngine, connection: Connection) -> Member:
    """A member of Jung-gu with 10,000 won of charged money."""
    joined = citizens.join(city, connection)
    city.ask(
        Charge(
            key=new_key(), occurred_at_us=BEGUN_US, member_id=joined.member_id, amount_won=10_000
        )
    )
    return joined


@pytest.fixture
def phone(member: Member, connection: Connection) -> Client:
    return citizens.sign_in(connection, member.member_id)


def page_of(phone: Client, address: str) -> str:
    """The page as it is read: its addresses without the marks of HTML."""
    return html.unescape(phone.get(address).content.decode())


def link_in(page: str, words: str) -> str:
    found = re.search(rf'href="([^"]*)">{words}', page)
    assert found is not None, words
    return found[1]


def fields_in(page: str) -> dict[str, str]:
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: value for name, value in fields if name != "csrfmiddlewaretoken"}


def test_it_leads_from_a_missing_sum_over_account_and_charge_back_to_the_same_sheet(
    phone: Client,
) -> None:
    charge = link_in(page_of(phone, SHEET), "5,000원 충전하기")
    accounts = link_in(page_of(phone, charge), "계좌 연결").partition("#")[0]
    page = page_of(phone, accounts)
    bank = re.findall(r'<option value="(\w+)"', page)[0]
    fields = {**fields_in(page), "bank": bank, "number": "1102345671", "agree": "1"}
    on = phone.post("/app/accounts/link", fields).headers["Location"]
    page = page_of(phone, on)
    assert 'value="5000"' in page
    account = re.findall(r'name="account" value="(\w+)"', page)[0]
    fields = {**fields_in(page), "account": account, "amount": "5000"}
    state = phone.post("/app/charge", fields).headers["Location"]
    sheet = link_in(page_of(phone, state), "이어서 결제하기")
    assert sheet == SHEET
    page = page_of(phone, sheet)
    assert fields_in(page)["amount"] == "15000"
    assert fields_in(page)["set"] == "1"
    assert "이대로 결제" in page


@pytest.mark.parametrize(
    "wanted",
    [
        "https://elsewhere.example/app/pay/shops/X",
        "//elsewhere.example/app/pay/shops/X",
        "/app/pay/shops/../../sign-out",
        "/app/pay/shops/X//elsewhere.example",
        "/app/pay/shops/X?amount=1#top",
        "/app/settings",
        "/app/pay/shops/X?amount=1\\@elsewhere.example",
    ],
)
def test_it_leads_back_to_nothing_but_a_sheet(phone: Client, wanted: str) -> None:
    page = phone.get("/app/charge", {"next": wanted, "amount": "1000"}).content.decode()
    assert "결제로 돌아" not in page
    assert "elsewhere" not in _without_switch(page)
    fields = {"bank": "hanmaru", "number": "1102345671", "agree": "1", "next": wanted}
    assert phone.post("/app/accounts/link", fields).headers["Location"] == "/app/accounts"


def _without_switch(page: str) -> str:
    """The page without the door to the other language, which asks what this page was asked."""
    return re.sub(r'<a [^>]*href="/en/app/charge[^>]*>', "", page)


def pay(city: RunningEngine, member: Member, won: int, at_us: int) -> tuple[bytes, int]:
    """A payment by QR; its key and its number."""
    key = new_key()
    answer = city.ask(
        Purchase(
            key=key, occurred_at_us=at_us, shop_code=SHOP_JUNGGU, amount_won=won, channel=2,
            member_id=member.member_id,
        )
    )  # fmt: skip
    assert answer.approved
    return key, answer.movement_id


@pytest.mark.parametrize(("speed", "asks"), [(1, False), (60, True)])
def test_it_counts_the_worlds_minutes_for_the_same_sum_again(
    city: RunningEngine, connection: Connection, member: Member, phone: Client,
    speed: int, asks: bool,
) -> None:  # fmt: skip
    connection.execute("DELETE FROM city_clock")
    connection.execute(
        "INSERT INTO city_clock (anchor_us, started_at_us, speed) "
        "VALUES ((extract(epoch FROM now()) * 1000000)::bigint, %s, %s)",
        (BEGUN_US + 100 * MINUTE_US, speed),
    )
    forget_clock()
    pay(city, member, 2_000, BEGUN_US)
    page = page_of(phone, f"/app/pay/shops/{SHOP_JUNGGU}?amount=2000")
    assert ("한 번 더 결제" in page) is asks
    forget_clock()


def test_it_tells_a_part_given_back_as_such_wherever_it_is_told(
    city: RunningEngine, member: Member, phone: Client
) -> None:
    _, number = pay(city, member, 10_000, BEGUN_US)
    city.ask(
        Refund(
            key=new_key(), occurred_at_us=BEGUN_US, amount_won=4_000, shop_code=SHOP_JUNGGU,
            original_id=number, member_id=member.member_id,
        )
    )  # fmt: skip
    for address in ("/app/", "/app/history"):
        page = page_of(phone, address)
        assert "4,000원 환불됨" in page, address
        assert "모두 취소됨" not in page, address
    for address in (f"/app/pay/done/{number}", f"/app/history/{number}"):
        page = page_of(phone, address)
        assert "가격 10,000원 가운데 4,000원을 환불" in page, address
        assert "6,000원은 그대로" in page, address
        assert "is-void" not in page, address
    done = page_of(phone, f"/app/pay/done/{number}")
    assert re.search(r"남은 캐시백</span> <b>\+360원", done), "600 earned, 240 taken back"
    page = html.unescape(phone.get(f"/app/pay/cancel/{number}", follow=True).content.decode())
    assert "일부를 이미 환불받은" in page


def test_it_tells_a_payment_that_was_taken_back_as_cancelled(
    city: RunningEngine, member: Member, phone: Client
) -> None:
    key, number = pay(city, member, 10_000, BEGUN_US)
    city.ask(
        Cancel(key=new_key(), occurred_at_us=BEGUN_US, original_key=key, member_id=member.member_id)
    )
    assert "모두 취소됨" in page_of(phone, "/app/history")
    done = page_of(phone, f"/app/pay/done/{number}")
    assert "취소된 결제입니다" in done
    assert "pay-earned" not in done
