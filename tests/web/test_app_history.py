"""The first page, the history, receipts, the yearly statement: the member's own, to the won."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dure.authorization.requests import Cancel, Charge, Purchase
from dure.ledger.movement import MovementKind
from dure.people.members import Member
from dure.wallets.passing import Passed
from dure.web.citizen.history.passed_face import passed_face
from dure.web.shared.language import Language
from tests import citizens
from tests.engines import BEGUN_US, SHOP_JUNGGU, SHOP_SEOGU, RunningEngine, new_key
from tests.web.conftest import Connection

if TYPE_CHECKING:
    from django.test import Client


@pytest.fixture
def member(city: RunningEngine, connection: Connection) -> Member:
    """A member who has charged, paid twice, cancelled one, and was refused once."""
    joined = citizens.join(city, connection)
    number = joined.member_id
    city.ask(Charge(key=new_key(), occurred_at_us=BEGUN_US, member_id=number, amount_won=100_000))
    keys = [new_key() for _ in range(3)]
    for key, shop, won in zip(
        keys, (SHOP_JUNGGU, SHOP_SEOGU, SHOP_JUNGGU), (10_000, 20_000, 900_000), strict=True
    ):
        city.ask(
            Purchase(
                key=key, occurred_at_us=BEGUN_US, shop_code=shop, amount_won=won, channel=2,
                member_id=number,
            )
        )  # fmt: skip
    city.ask(Cancel(key=new_key(), occurred_at_us=BEGUN_US, original_key=keys[1], member_id=number))
    return joined


@pytest.fixture
def phone(member: Member, connection: Connection) -> Client:
    return citizens.sign_in(connection, member.member_id)


def movements(connection: Connection, member: Member) -> list[int]:
    rows = connection.execute(
        "SELECT movement_id FROM journal WHERE member_id = %s ORDER BY movement_id",
        (member.member_id,),
    ).fetchall()
    return [int(str(row[0])) for row in rows]


@pytest.mark.parametrize("root", ["/app", "/en/app"])
def test_it_shows_balance_rate_month_and_the_city_s_money(phone: Client, root: str) -> None:
    page = phone.get(f"{root}/").content.decode()
    assert "90,600" in page  # 100,000 − 10,000 and 600 of cashback
    assert "6%" in page


def test_it_lists_what_happened_with_what_was_refused_and_cancelled(phone: Client) -> None:
    page = phone.get("/app/history").content.decode()
    for won in ("10,000", "20,000", "900,000", "100,000"):
        assert won in page


@pytest.mark.parametrize("root", ["/app", "/en/app"])
def test_it_explains_every_movement_and_shows_it_to_nobody_else(
    phone: Client, member: Member, city: RunningEngine, connection: Connection, root: str
) -> None:
    other = citizens.sign_in(
        connection, citizens.join(city, connection, phone="010-0000-0002").member_id
    )
    for movement in movements(connection, member):
        assert phone.get(f"{root}/history/{movement}").status_code == 200
        assert other.get(f"{root}/history/{movement}").status_code == 404


def test_it_tells_a_month_in_pictures_and_as_files(phone: Client) -> None:
    month = phone.get("/app/history/months/201910").content.decode()
    assert "10,000" in month
    assert 'aria-label="‹"' not in month
    for form in ("sheet", "csv"):
        answer = phone.get(f"/app/history/months/201910/{form}")
        assert answer.status_code == 200
        assert b"".join(answer) if answer.streaming else answer.content
    assert phone.get("/app/history/months/201913").status_code == 404


def test_it_counts_the_year_for_the_tax_office(phone: Client) -> None:
    page = phone.get("/app/statement/2019").content.decode()
    assert "10,000" in page
    paper = phone.get("/app/statement/2019/paper")
    assert paper.content.startswith(b"%PDF")


def test_it_finds_by_the_shop_s_name(phone: Client) -> None:
    assert phone.get("/app/history?q=없는가게").status_code == 200
    assert phone.get("/app/history?month=999999&sort=nonsense").status_code in (200, 302, 404)


def test_it_tells_what_was_paid_in_the_month_before_the_wallet_came_here() -> None:
    line = Passed(1, MovementKind.OPENING, 0, BEGUN_US, 44_534, 0, 44_534, 0, 0, "", "")
    assert passed_face(line, Language.KOREAN).kind == ""
    line = line._replace(usage_won=250_416)
    assert passed_face(line, Language.KOREAN).kind == "이 달에 이미 250,416원 결제"
    assert passed_face(line, Language.ENGLISH).kind == "₩250,416 already paid this month"
