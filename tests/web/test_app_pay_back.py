"""What a cancellation says beforehand is what it does; taps at once; limits; no script."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason
from dure.authorization.requests import AnyRequest, Charge, Purchase
from dure.ledger.movement import MovementKind
from dure.people.members import Member
from dure.policy.lines import LimitedBy
from dure.wallets.history import HistoryLine, IncentiveReason
from dure.web.citizen.pay.taking_back import TakingBack, taking_back
from tests.citizens import join, sign_in
from tests.engines import BEGUN_US, SHOP_JUNGGU, SHOP_SEOGU, RunningEngine, new_key
from tests.web.conftest import Connection

if TYPE_CHECKING:
    from django.test import Client

SHEET = f"/app/pay/shops/{SHOP_JUNGGU}"
HIDDEN = r'type="hidden" name="(once|amount|promise)" value="([^"]*)"'


@pytest.fixture
def member(city: RunningEngine, connection: Connection) -> Member:
    joined = join(city, connection)
    charge = Charge(
        key=new_key(), occurred_at_us=BEGUN_US, member_id=joined.member_id, amount_won=100_000
    )
    assert city.ask(charge).approved
    return joined


@pytest.fixture
def phone(member: Member, connection: Connection) -> Client:
    return sign_in(connection, member.member_id)


def pay(city: RunningEngine, member: Member, won: int, shop: str = SHOP_JUNGGU) -> int:
    request = Purchase(
        key=new_key(), occurred_at_us=BEGUN_US, shop_code=shop, amount_won=won, channel=2,
        member_id=member.member_id,
    )  # fmt: skip
    return city.ask(request).movement_id


def purses(connection: Connection, member: Member) -> tuple[Any, ...]:
    row = connection.execute(
        "SELECT charged_won, cashback_won, claim_won FROM wallet WHERE member_id = %s",
        (member.member_id,),
    ).fetchone()
    assert row is not None
    return row


def paid(charged_won: int, cashback_won: int, earned_won: int) -> HistoryLine:
    """A payment from two purses that earned so much."""
    return HistoryLine(
        1, MovementKind.PURCHASE, DeclineReason.APPROVED, BEGUN_US, charged_won + cashback_won,
        -charged_won, earned_won - cashback_won, 0, 0, 0, 0, 0, 1, "가게", 2, None, None,
        (IncentiveReason("city", 1, earned_won, LimitedBy.NONE, earned_won),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "now_won", "back"),
    [
        (paid(10_000, 0, 600), 600, TakingBack(10_000, 0, 0, 600, 0, 0)),
        (paid(10_000, 0, 600), 100, TakingBack(10_000, 0, 0, 100, 500, 0)),
        (paid(10_000, 500, 600), 0, TakingBack(10_000, 500, 0, 500, 100, 0)),
        (paid(300, 0, 600), 0, TakingBack(300, 0, 0, 0, 300, 300)),
        (paid(0, 500, 0), 0, TakingBack(0, 500, 0, 0, 0, 0)),
    ],
)
def test_it_works_out_what_a_cancellation_does(
    line: HistoryLine, now_won: int, back: TakingBack
) -> None:
    assert taking_back(line, now_won) == back


def test_it_says_beforehand_what_is_missing_and_takes_just_that(
    phone: Client, member: Member, city: RunningEngine, connection: Connection
) -> None:
    first = pay(city, member, 20_000)
    pay(city, member, 1_000, SHOP_SEOGU)
    assert purses(connection, member) == (80_000, 200, 0)
    assert f"/pay/cancel/{first}" in phone.get(f"/app/history/{first}").content.decode()
    page = phone.get(f"/app/pay/cancel/{first}").content.decode()
    assert "1,000원은 돌려받는 충전금에서 빼고 19,000원을 드립니다" in page
    (once,) = re.findall(r'name="once" value="([^"]*)"', page)
    assert phone.post(f"/app/pay/cancel/{first}", {"once": once}).status_code == 302
    assert f"/pay/cancel/{first}" not in phone.get(f"/app/history/{first}").content.decode()
    assert purses(connection, member) == (99_000, 0, 0)


def test_it_pays_once_for_taps_in_the_same_moment(
    phone: Client, member: Member, connection: Connection
) -> None:
    fields = dict(re.findall(HIDDEN, phone.get(SHEET, {"amount": "10000"}).content.decode()))
    assert set(fields) == {"once", "amount", "promise"}

    def tap(_number: int) -> tuple[int, str]:
        from django.db import connections

        from dure.web.shared.engine import engine

        try:
            answer = sign_in(connection, member.member_id).post(SHEET, fields)
            return answer.status_code, answer.headers.get("Location", "")
        finally:
            engine().close()
            connections.close_all()

    with ThreadPoolExecutor(6) as hands:
        answers = list(hands.map(tap, range(12)))
    assert {status for status, _ in answers} == {302}
    assert len({place for _, place in answers}) == 1
    assert purses(connection, member) == (90_000, 600, 0)


def test_it_finds_the_payment_by_opening_the_page_again(
    phone: Client, member: Member, city: RunningEngine
) -> None:
    page = phone.get("/app/pay/code").content.decode()
    (again,) = re.findall(r'href="(/app/pay/code\?after=[0-9]+)"', page)
    assert phone.get(again).status_code == 200
    movement = pay(city, member, 3_000)
    assert phone.get(again).headers["Location"] == f"/app/pay/done/{movement}"
    for nonsense in ("", "x", "-1", "9" * 40):
        assert phone.get("/app/pay/code", {"after": nonsense}).status_code == 200


def test_it_reads_no_more_pictures_than_a_camera_takes(
    phone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dure.web.citizen.pay import scanning
    from dure.web.shared.address_limit import AddressLimit

    monkeypatch.setattr(scanning, "PICTURE_LIMIT", AddressLimit(burst=1, per_minute=1))
    for said in ("No code was found", "Too many photos"):
        assert said in phone.post("/en/app/pay/scan", {}, follow=True).content.decode()


def test_it_draws_no_more_codes_than_anybody_needs(
    phone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dure.web.citizen.pay import codes
    from dure.web.shared.address_limit import AddressLimit

    monkeypatch.setattr(codes, "CODE_LIMIT", AddressLimit(burst=1, per_minute=1))
    assert phone.get("/en/app/pay/code").status_code == 200
    answer = phone.get("/en/app/pay/code")
    assert answer.status_code == 429
    assert "Too many codes" in answer.content.decode()
    assert phone.post("/app/pay/code/next").status_code == 429


def test_it_shows_on_the_doors_what_there_is_to_pay_with(
    phone: Client, member: Member, city: RunningEngine
) -> None:
    pay(city, member, 10_000)
    assert "90,600원" in phone.get("/app/pay").content.decode()
    page = phone.get("/app/pay/order").content.decode()
    (once,) = re.findall(r'name="once" value="([^"]*)"', page)
    phone.post("/app/pay/order", {"once": once, "first": "charged"})
    page = phone.get("/app/pay").content.decode()
    assert "90,000원" in page
    assert "모으는 중" in page


def test_it_keeps_the_till_s_form_when_no_answer_came(
    phone: Client, member: Member, city: RunningEngine, connection: Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from dure.engine.client import EngineGone
    from dure.web.citizen.pay import till

    class Silent:
        """An engine that does what it is asked to and is gone before it can say so."""

        def ask(self, request: AnyRequest) -> Answer:
            city.ask(request)
            raise EngineGone("lost")

    digits = re.findall(
        r'id="code-digits">([0-9 ]+)<', phone.get("/app/pay/code").content.decode()
    )[0]
    page = phone.get("/app/demo/till", {"shop": SHOP_JUNGGU}).content.decode()
    once = re.findall(r'name="once" value="([^"]*)"', page)[-1]
    fields = {"shop": SHOP_JUNGGU, "amount": "5000", "code": digits, "once": once}
    with monkeypatch.context() as patch:
        patch.setattr(till, "engine", Silent)
        answer = phone.post("/app/demo/till", fields)
        assert answer.status_code == 503
        assert f'name="once" value="{once}"' in answer.content.decode()
        assert f'value="{digits}"' in answer.content.decode()
    again = phone.post("/app/demo/till", fields, follow=True).content.decode()
    assert "결제를 받았습니다" in again
    assert purses(connection, member) == (95_000, 300, 0)


def test_it_finds_the_shop_s_code_beside_another_in_one_photo(phone: Client) -> None:
    import io

    import numpy as np
    import zxingcpp
    from PIL import Image

    photo = Image.new("L", (1_200, 600), 230)
    for left, text in ((60, "https://elsewhere.example/menu"), (640, f"https://c/s/{SHOP_SEOGU}")):
        drawn: Any = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
        photo.paste(Image.fromarray(np.asarray(drawn.to_image(scale=10))), (left, 80))
    content = io.BytesIO()
    photo.save(content, "PNG")
    content.seek(0)
    content.name = "codes.png"
    answer = phone.post("/app/pay/scan", {"photo": content})
    assert answer.headers["Location"] == f"/app/pay/shops/{SHOP_SEOGU}"
