"""What the sheet says of the rest of the month: the rate that stays, its end, and what follows."""

from __future__ import annotations

import re

import pytest

from dure.authorization.requests import Charge
from dure.web.citizen.home.my_month import Reach
from dure.web.citizen.pay.month_left import left_text
from dure.web.shared.language import Language
from tests.citizens import join, sign_in
from tests.engines import BEGUN_US, SHOP_JUNGGU, SHOP_SEOGU, RunningEngine, new_key
from tests.web.conftest import Connection


@pytest.mark.parametrize(
    ("reach", "earning_won", "said"),
    [
        (Reach(1_000, 300_000, 600), 12_000, "₩288,000 more of this month's payments"),
        (Reach(1_000, 300_000, 600), 299_999, "₩1 more"),
        (Reach(1_000, 300_000, 600), 300_000, "uses up this month's 10%; from then on it is 6%"),
        (Reach(600, 5_000, 0), 12_000, "uses up this month's 6%; from then on nothing"),
        (Reach(600, None, 600), 12_000, ""),
        (Reach(0, 300_000, 600), 12_000, ""),
    ],
)  # fmt: skip
def test_it_says_what_stays_of_the_rate(reach: Reach, earning_won: int, said: str) -> None:
    text = left_text(reach, earning_won, Language.ENGLISH)
    assert said in text
    assert bool(said) == bool(text)


def test_it_says_it_of_the_shop_and_keeps_its_word(
    city: RunningEngine, connection: Connection
) -> None:
    member = join(city, connection)
    charge = Charge(
        key=new_key(), occurred_at_us=BEGUN_US, member_id=member.member_id, amount_won=400_000
    )
    assert city.ask(charge).approved
    phone = sign_in(connection, member.member_id)
    sheet = f"/app/pay/shops/{SHOP_SEOGU}"
    page = phone.get(sheet, {"amount": "100000"}).content.decode()
    assert "이 결제 뒤에도 이번 달 200,000원까지 10%" in page
    hidden = r'type="hidden" name="(once|amount|promise)" value="([^"]*)"'
    assert phone.post(sheet, dict(re.findall(hidden, page))).status_code == 302
    page = phone.get(sheet, {"amount": "210000"}).content.decode()
    assert "이 결제로 이번 달 10% 한도를 다 씁니다. 그다음부터는 6%" in page
    assert "+20,000원" in page, "10,000 won of cashback are spent first and earn nothing"
    page = phone.get(f"/app/pay/shops/{SHOP_JUNGGU}", {"amount": "10000"}).content.decode()
    assert "6%" in page
