"""Paying with a telephone: the shop's code, my code, what is promised, one effect, taking back."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from dure.authorization.requests import Charge
from dure.merchants.payment_code import write_payment_code
from dure.people.members import Member
from tests import citizens
from tests.engines import (
    BEGUN_US,
    SHOP_JUNGGU,
    SHOP_SEOGU,
    SHOP_SUSPENDED,
    RunningEngine,
    new_key,
)
from tests.web.conftest import Connection

if TYPE_CHECKING:
    from django.test import Client


@pytest.fixture
def member(city: RunningEngine, connection: Connection) -> Member:
    """A member of Jung-gu with 100,000 won of charged money."""
    joined = citizens.join(city, connection)
    city.ask(
        Charge(
            key=new_key(), occurred_at_us=BEGUN_US, member_id=joined.member_id, amount_won=100_000
        )
    )
    return joined


@pytest.fixture
def phone(member: Member, connection: Connection) -> Client:
    """The member's telephone, with a proof just given."""
    return citizens.sign_in(connection, member.member_id)


def charged_won(url: str, member: Member) -> tuple[int, int]:
    """What is in the charged and in the cashback purse."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT charged_won, cashback_won FROM wallet WHERE member_id = %s", (member.member_id,)
        ).fetchone()
    assert row is not None
    return row[0], row[1]


def sheet(phone: Client, shop: str = SHOP_JUNGGU, won: int = 10_000) -> dict[str, str]:
    """The hidden fields of the sheet."""
    page = phone.get(f"/app/pay/shops/{shop}?amount={won}").content.decode()
    fields = dict(re.findall(r'type="hidden" name="(once|amount|promise)" value="([^"]*)"', page))
    assert set(fields) == {"once", "amount", "promise"}, page
    return fields


def pay(phone: Client, shop: str = SHOP_JUNGGU, won: int = 10_000) -> Any:
    return phone.post(f"/app/pay/shops/{shop}", sheet(phone, shop, won))


def test_it_says_what_i_get_before_i_confirm_and_then_gives_just_that(
    phone: Client, member: Member, db_url: str
) -> None:
    page = phone.get(f"/app/pay/shops/{SHOP_JUNGGU}?amount=10,000").content.decode()
    assert "10,000원" in page
    assert "+600원" in page
    answer = pay(phone)
    assert answer.status_code == 302
    done = phone.get(answer.headers["Location"]).content.decode()
    assert "+600원" in done
    assert charged_won(db_url, member) == (90_000, 600)


def test_it_pays_once_however_often_it_is_tapped(
    phone: Client, member: Member, connection: Connection, db_url: str
) -> None:
    fields = sheet(phone)
    other = citizens.sign_in(connection, member.member_id)
    answers = [
        one.post(f"/app/pay/shops/{SHOP_JUNGGU}", fields) for one in (phone, phone, other, phone)
    ]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert charged_won(db_url, member) == (90_000, 600)


def test_it_asks_again_when_what_i_get_has_changed_meanwhile(
    phone: Client, member: Member, db_url: str
) -> None:
    fields = sheet(phone)
    pay(phone, SHOP_SEOGU, 20_000)
    before = charged_won(db_url, member)
    answer = phone.post(f"/app/pay/shops/{SHOP_JUNGGU}", fields)
    assert answer.status_code == 409
    assert "바뀌었습니다" in answer.content.decode()
    assert charged_won(db_url, member) == before


def test_it_asks_about_the_same_amount_at_the_same_shop(phone: Client) -> None:
    pay(phone)
    page = phone.get(f"/en/app/pay/shops/{SHOP_JUNGGU}?amount=10000").content.decode()
    assert "Pay once more" in page


def test_it_wants_a_proof_before_money_moves(
    member: Member, connection: Connection, db_url: str
) -> None:
    phone = citizens.sign_in(connection, member.member_id, proved=False)
    answer = pay(phone)
    assert answer.status_code == 200
    assert "/settings/pin/first" in answer.content.decode()
    assert charged_won(db_url, member) == (100_000, 0)
    assert "/settings/pin/first" in phone.get("/app/pay/code").content.decode()


@pytest.mark.parametrize(
    ("shop", "written", "said"),
    [
        (SHOP_JUNGGU, "", "1 won or more"),
        (SHOP_JUNGGU, "-5", "1 won or more"),
        (SHOP_JUNGGU, "0.5", "1 won or more"),
        (SHOP_JUNGGU, "400000", "You are short of"),
        (SHOP_SUSPENDED, "1000", "suspended"),
    ],
)
def test_it_says_why_a_payment_cannot_be(phone: Client, shop: str, written: str, said: str) -> None:
    page = phone.get(f"/en/app/pay/shops/{shop}", {"amount": written}).content.decode()
    assert said in page
    assert 'name="promise"' not in page


def test_it_takes_a_payment_back_with_all_it_gave(
    phone: Client, member: Member, db_url: str
) -> None:
    movement = pay(phone).headers["Location"].rsplit("/", 1)[1]
    page = phone.get(f"/app/pay/cancel/{movement}").content.decode()
    (once,) = re.findall(r'name="once" value="([^"]*)"', page)
    for _ in range(2):
        assert phone.post(f"/app/pay/cancel/{movement}", {"once": once}).status_code == 302
    assert charged_won(db_url, member) == (100_000, 0)
    answer = phone.get(f"/app/pay/cancel/{movement}", follow=True)
    assert "이미 취소한" in answer.content.decode()


def test_it_shows_nobody_else_s_payment(
    phone: Client, city: RunningEngine, connection: Connection
) -> None:
    movement = pay(phone).headers["Location"].rsplit("/", 1)[1]
    stranger = citizens.join(city, connection, phone="010-0000-0002")
    other = citizens.sign_in(connection, stranger.member_id)
    for place in ("done", "cancel"):
        assert other.get(f"/app/pay/{place}/{movement}").status_code == 404
    assert other.post(f"/app/pay/cancel/{movement}", {"once": "0" * 32}).status_code == 404


def picture(text: str) -> io.BytesIO:
    """A photo of a code."""
    import numpy as np
    import zxingcpp
    from PIL import Image

    drawn: Any = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=6)
    content = io.BytesIO()
    Image.fromarray(np.asarray(drawn)).convert("RGB").save(content, "JPEG")
    content.seek(0)
    content.name = "code.jpg"
    return content


def test_it_reads_a_shop_s_code_from_a_photo_a_number_and_a_door(phone: Client) -> None:
    text = write_payment_code(shop_code=SHOP_JUNGGU, name="Shop", name_ko="가게", amount_won=7_000)
    answer = phone.post("/app/pay/scan", {"photo": picture(text)})
    assert answer.headers["Location"] == f"/app/pay/shops/{SHOP_JUNGGU}?amount=7000&set=1"
    plain = f"/app/pay/shops/{SHOP_JUNGGU}"
    for typed in (SHOP_JUNGGU, SHOP_JUNGGU.lower(), f"https://city.example/en/s/{SHOP_JUNGGU}"):
        assert phone.get("/app/pay/find", {"code": typed}).headers["Location"] == plain
    told = phone.get("/app/pay/find", {"code": text}, headers={"Accept": "application/json"})
    assert told.json() == {"address": f"{plain}?amount=7000&set=1"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "damaged"),
        ("hello", "damaged"),
        ("NOSUCHSHOP00000", "no such shop"),
        ("https://elsewhere.example/pay", "another city"),
        ("http://[", "damaged"),
    ],
)
def test_it_says_what_is_wrong_with_a_code(phone: Client, typed: str, said: str) -> None:
    page = phone.get("/en/app/pay/find", {"code": typed}, follow=True).content.decode()
    assert said in page


@pytest.mark.parametrize("content", [b"", b"no picture", b"\xff\xd8\xff\xe0" + b"0" * 200])
def test_it_says_that_a_photo_shows_no_code(phone: Client, content: bytes) -> None:
    photo = io.BytesIO(content)
    photo.name = "code.jpg"
    page = phone.post("/en/app/pay/scan", {"photo": photo}, follow=True).content.decode()
    assert "No code was found" in page


def digits_of(page: str) -> str:
    (found,) = re.findall(r'id="code-digits">([0-9 ]+)<', page)
    return str(found).replace(" ", "")


def test_it_pays_at_a_till_by_my_code_once_and_the_page_notices(
    phone: Client, member: Member, db_url: str
) -> None:
    from django.test import Client

    page = phone.get("/app/pay/code").content.decode()
    (after,) = re.findall(r'data-after="([0-9]+)"', page)
    state = f"/app/pay/code/state?after={after}"
    assert phone.get(state).json() == {"paid": None}
    till = Client(SERVER_NAME="localhost")
    for said in ("결제를 받았습니다", "이미 쓴 코드입니다"):
        asked = till.get(f"/app/demo/till?shop={SHOP_JUNGGU}&amount=5000").content.decode()
        once = re.findall(r'name="once" value="([^"]*)"', asked)[-1]
        fields = {"shop": SHOP_JUNGGU, "amount": "5000", "code": digits_of(page), "once": once}
        assert said in till.post("/app/demo/till", fields, follow=True).content.decode()
    assert charged_won(db_url, member) == (95_000, 300)
    paid = phone.get(state).json()["paid"]
    assert "+300원" in phone.get(paid).content.decode()


def test_it_draws_bars_and_a_square_that_a_till_reads(phone: Client) -> None:
    import numpy as np
    import zxingcpp

    from dure.web.citizen.pay.codes import bars

    digits = digits_of(phone.get("/app/pay/code").content.decode())
    width, path = bars(digits)
    drawn = np.full((60, width), 255, dtype=np.uint8)
    for x, wide in re.findall(r"M([0-9]+) 0h([0-9]+)", path):
        drawn[:, int(x) : int(x) + int(wide)] = 0
    (read,) = zxingcpp.read_barcodes(drawn)
    assert read.text == digits


def test_it_keeps_cashback_when_the_member_wishes(
    phone: Client, member: Member, db_url: str
) -> None:
    pay(phone)
    page = phone.get("/app/pay/order").content.decode()
    (once,) = re.findall(r'name="once" value="([^"]*)"', page)
    phone.post("/app/pay/order", {"once": once, "first": "charged"})
    pay(phone, SHOP_JUNGGU, 5_000)
    assert charged_won(db_url, member) == (85_000, 900)


def test_a_locked_wallet_shows_no_code_and_leads_to_its_lock(phone: Client) -> None:
    def form(path: str, **more: str) -> dict[str, str]:
        page = phone.get(path).content.decode()
        hidden = dict(re.findall(r'name="(once|csrfmiddlewaretoken)" value="([^"]+)"', page))
        return hidden | more

    assert phone.post("/app/lock", form("/app/lock", act="lock")).status_code == 302
    page = phone.get("/app/pay/code")
    assert page.status_code == 200
    shown = page.content.decode()
    assert "code-qr" not in shown
    assert 'href="/app/lock"' in shown
    renewed = phone.post("/app/pay/code/next")
    assert renewed.status_code == 409
    assert "잠겨" in renewed.json()["said"]
    refused = phone.get(f"/app/pay/shops/{SHOP_JUNGGU}?amount=10000").content.decode()
    assert 'class="button act" href="/app/lock"' in refused
    for path in ("/app/pay", "/app/charge", "/app/withdraw", "/app/gifts/send", "/app/donate"):
        told = phone.get(path).content.decode()
        assert "지갑이 잠겨 있어" in told, path
        assert 'class="button act" href="/app/lock"' in told, path
        assert f'action="{path}"' not in told, f"{path}: a form that would be refused"
