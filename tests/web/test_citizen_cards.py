"""Cards in the app: virtual, by post, registered, blocked, lost, closed; nobody sees another's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import CardProof, Charge, Purchase
from dure.jobs.desk import Desk, city_clock
from dure.jobs.promotion import post_cards
from dure.people.members import Member
from dure.wallets.card_maker import MakerManners, SimulatedMaker
from dure.wallets.cards import cards_of
from dure.wallets.simulated_bank import SimulatedBank
from tests.citizens import join, sign_in
from tests.engines import BEGUN_US, SEOGU, SHOP_JUNGGU, RunningEngine, new_key
from tests.web.conftest import Connection

if TYPE_CHECKING:
    from django.test import Client

ADDRESS = {"name": "김두레", "postcode": "21554", "street": "정각로 29", "rest": "101호"}


@pytest.fixture
def member(city: RunningEngine, connection: Connection) -> Member:
    found = join(city, connection)
    charge = Charge(
        key=new_key(), occurred_at_us=BEGUN_US, member_id=found.member_id, amount_won=50_000
    )
    assert city.ask(charge).approved
    return found


@pytest.fixture
def phone(member: Member, connection: Connection) -> Client:
    return sign_in(connection, member.member_id)


def once(client: Client, path: str) -> str:
    """The key of the form on a page."""
    found = re.search(r'name="once" value="([0-9a-f]{32})"', client.get(path).content.decode())
    assert found is not None, path
    return found[1]


def post(client: Client, path: str, form: str, **fields: object) -> Any:
    """Sends the form that stands on the page `form`."""
    return client.post(path, {"once": once(client, form), **fields})


def number_on(page: str) -> str:
    found = re.search(r"[0-9]{4} [0-9]{4} [0-9]{4} [0-9]{4}", page)
    assert found is not None
    return found[0].replace(" ", "")


def virtual(client: Client) -> tuple[int, str]:
    """A new virtual card: its number in our books, and its card number."""
    page = post(client, "/app/cards/virtual", "/app/cards/virtual", brand=SEOGU).content.decode()
    found = re.search(r"/app/cards/([0-9]+)\"", page)
    assert found is not None
    return int(found[1]), number_on(page)


def pay(city: RunningEngine, pan: str, pvv: str | None = None) -> int:
    from dure.web.shared.card_keys import installed_card_keys

    request = Purchase(
        key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_JUNGGU, amount_won=1_000,
        channel=1, card=installed_card_keys().token_of(pan), proof=CardProof(pvv=pvv),
    )  # fmt: skip
    return int(city.ask(request).reason)


def work(city: RunningEngine, connection: Connection) -> None:
    """What the worker does about cards, now."""
    connection.execute("UPDATE card_delivery SET due_at = now()")
    clock = city_clock(connection)
    bank = SimulatedBank(connection, clock)
    post_cards(Desk(connection, bank, city.ask, clock, lambda: False))


def behave(connection: Connection, **manners: int) -> None:
    told = MakerManners(**{"making_us": 0, "posting_us": 0, **manners})
    SimulatedMaker(connection, city_clock(connection), b"").behave(told)


def ordered(client: Client, connection: Connection, city: RunningEngine) -> str:
    """An application whose card has come; gives the page of its way."""
    form = "/app/cards/order"
    answer = post(client, form, form, brand=SEOGU, **ADDRESS)
    assert answer.status_code == 302, answer.content.decode()
    for _ in range(4):
        work(city, connection)
    return str(answer.headers["Location"])


def letter(client: Client) -> tuple[str, str]:
    """Number and code, as they stand in the letter."""
    page = client.get("/app/demo/mailbox").content.decode()
    code = re.search(r"<dd>([0-9]{6})</dd>", page)
    assert code is not None
    return number_on(page), code[1]


@pytest.mark.parametrize("root", ["/app", "/en/app"])
def test_it_shows_every_page_to_somebody_without_a_card(phone: Client, root: str) -> None:
    for page in ("cards", "cards/new", "cards/virtual", "cards/order", "cards/register"):
        assert phone.get(f"{root}/{page}").status_code == 200, page


def test_it_shows_a_virtual_cards_number_once(
    phone: Client, city: RunningEngine, connection: Connection
) -> None:
    key = once(phone, "/app/cards/virtual")
    form = {"once": key, "brand": SEOGU}
    first = phone.post("/app/cards/virtual", form).content.decode()
    pan = number_on(first)
    assert re.search(r"보안코드 \(CVC\)</dt><dd>\d{3}</dd>", first)
    tapped_twice = phone.post("/app/cards/virtual", form).content.decode()
    assert number_on(tapped_twice) == pan
    connection.execute("UPDATE card_face SET made_machine_us = made_machine_us - 120000000")
    again = phone.post("/app/cards/virtual", form).content.decode()
    assert pan not in again.replace(" ", "")
    assert "이미 보여 드렸습니다" in again
    assert pay(city, pan) == No.APPROVED
    shown = phone.get("/app/cards").content.decode()
    assert pan[-4:] in shown
    assert "서로 e음" in shown
    for table in ("card", "card_order", "card_face", "journal"):
        text = connection.execute(f"SELECT {table}::text FROM {table}".encode()).fetchall()
        assert pan not in str(text)


def test_it_wants_a_proof_for_a_card_and_for_unblocking_but_not_for_blocking(
    phone: Client, member: Member, city: RunningEngine, connection: Connection
) -> None:
    card_id, pan = virtual(phone)
    unproved = sign_in(connection, member.member_id, proved=False)
    page = f"/app/cards/{card_id}"
    assert post(unproved, f"{page}/block", page).status_code == 302
    assert pay(city, pan) == No.CARD_BLOCKED
    post(unproved, f"{page}/unblock", page)
    assert pay(city, pan) == No.CARD_BLOCKED
    post(phone, f"{page}/unblock", page)
    assert pay(city, pan) == No.APPROVED
    post(unproved, "/app/cards/virtual", "/app/cards/virtual", brand=SEOGU)
    assert len(cards_of(connection, member.member_id)) == 1


def test_it_replaces_a_lost_card_and_keeps_the_money(
    phone: Client, member: Member, city: RunningEngine, connection: Connection
) -> None:
    card_id, pan = virtual(phone)
    page = f"/app/cards/{card_id}/lost"
    post(phone, page, page)
    assert pay(city, pan) == No.CARD_BLOCKED
    told = post(phone, f"/app/cards/{card_id}/replace", page).content.decode()
    new = number_on(told)
    assert new != pan
    assert pay(city, pan) == No.CARD_CLOSED
    assert pay(city, new) == No.APPROVED
    row = connection.execute(
        "SELECT charged_won FROM wallet WHERE member_id = %s", (member.member_id,)
    ).fetchone()
    assert row == (49_000,)


def test_it_closes_a_card_for_good(phone: Client, city: RunningEngine) -> None:
    card_id, pan = virtual(phone)
    page = f"/app/cards/{card_id}/close"
    post(phone, page, page)
    assert pay(city, pan) == No.CARD_CLOSED
    assert "해지한 카드" in phone.get("/app/cards").content.decode()
    assert phone.get(page).status_code == 302


def test_it_sends_a_card_and_registers_it_by_number_and_code(
    phone: Client, member: Member, city: RunningEngine, connection: Connection
) -> None:
    behave(connection)
    way = ordered(phone, connection, city)
    assert "카드가 도착했습니다" in phone.get(way).content.decode()
    pan, code = letter(phone)
    assert pay(city, pan) == No.CARD_NOT_ACTIVE
    form = "/app/cards/register"
    fields = {"pan": pan, "code": code, "pin": "2580", "pin_again": "2580"}
    wrong = post(phone, form, form, **{**fields, "code": f"{(int(code) + 1) % 10**6:06d}"})
    assert wrong.status_code == 422
    assert pan not in wrong.content.decode()
    answer = post(phone, form, form, **fields)
    assert answer.status_code == 302, answer.content.decode()

    from dure.web.shared.card_keys import installed_card_keys

    keys = installed_card_keys()
    assert pay(city, pan, keys.pvv_of("2581", pan)) == No.PIN_WRONG
    assert pay(city, pan, keys.pvv_of("2580", pan)) == No.APPROVED
    row = connection.execute("SELECT state, octet_length(address_sealed) FROM card_delivery")
    assert row.fetchone() == (5, 0)
    kept = connection.execute("SELECT pvv, status FROM card").fetchone()
    assert kept == (keys.pvv_of("2580", pan), 2)
    told = connection.execute("SELECT kind FROM member_notice").fetchall()
    assert ("card-sent",) in told


def test_it_sets_a_new_pin_that_forgets_wrong_ones(
    phone: Client, city: RunningEngine, connection: Connection
) -> None:
    behave(connection)
    ordered(phone, connection, city)
    pan, code = letter(phone)
    fields = {"pan": pan, "code": code, "pin": "2580", "pin_again": "2580"}
    card = post(phone, "/app/cards/register", "/app/cards/register", **fields).headers["Location"]

    from dure.web.shared.card_keys import installed_card_keys

    keys = installed_card_keys()
    for _ in range(3):
        pay(city, pan, keys.pvv_of("1111", pan))
    assert pay(city, pan, keys.pvv_of("2580", pan)) == No.PIN_TRIES_USED_UP
    form = f"{card}/pin"
    for pin in ("1234", "0000", "1212", "0501", "1980", "12a4"):
        refused = post(phone, form, form, pan=pan, pin=pin, pin_again=pin)
        assert refused.status_code == 422, pin
    post(phone, form, form, pan=pan, pin="8305", pin_again="8305")
    assert pay(city, pan, keys.pvv_of("8305", pan)) == No.APPROVED


def test_it_stops_guessing_after_five_wrong_codes(
    phone: Client, city: RunningEngine, connection: Connection
) -> None:
    behave(connection)
    ordered(phone, connection, city)
    pan, code = letter(phone)
    form = "/app/cards/register"
    for guess in range(6):
        wrong = f"{(int(code) + 1 + guess) % 10**6:06d}"
        answer = post(phone, form, form, pan=pan, code=wrong, pin="2580", pin_again="2580")
        assert answer.status_code == 422
    right = post(phone, form, form, pan=pan, code=code, pin="2580", pin_again="2580")
    assert "하루 뒤에" in right.content.decode()
    assert pay(city, pan) == No.CARD_NOT_ACTIVE


def test_it_registers_nobody_elses_card(
    phone: Client, city: RunningEngine, connection: Connection
) -> None:
    behave(connection)
    way = ordered(phone, connection, city)
    pan, code = letter(phone)
    other = sign_in(connection, join(city, connection, phone="010-0000-0002").member_id)
    form = "/app/cards/register"
    answer = post(other, form, form, pan=pan, code=code, pin="2580", pin_again="2580")
    assert answer.status_code == 422
    card_id, _ = virtual(phone)
    for page in (way, f"/app/cards/{card_id}", f"/app/cards/{card_id}/lost"):
        assert other.get(page).status_code == 404
    for act in ("block", "unblock", "close", "replace", "lost"):
        key = once(other, form)
        answer = other.post(f"/app/cards/{card_id}/{act}", {"once": key})
        assert answer.status_code == 404, act
    assert other.post(f"{way}/not-come", {"once": key}).headers["Location"] == "/app/cards"
    assert "arrived" in str(connection.execute("SELECT state = 4, 'arrived' FROM card_delivery"
                                               " WHERE state = 4").fetchall())  # fmt: skip


def test_it_outlives_every_failing_of_the_maker(
    phone: Client, city: RunningEngine, connection: Connection
) -> None:
    behave(connection, order_lost_bp=10_000)
    ordered(phone, connection, city)
    behave(connection, answer_lost_bp=10_000)
    work(city, connection)
    row = connection.execute("SELECT count(*), max(times_heard) FROM card_maker.ordered")
    assert row.fetchone() == (1, 1)
    assert connection.execute("SELECT state FROM card_delivery").fetchone() == (4,)
    assert connection.execute("SELECT count(*) FROM card").fetchone() == (1,)


def test_it_tells_of_a_letter_that_came_back_and_closes_its_card(
    phone: Client, city: RunningEngine, connection: Connection
) -> None:
    behave(connection, returned_bp=10_000)
    way = ordered(phone, connection, city)
    assert "다시 신청해 주세요" in phone.get(way).content.decode()
    assert connection.execute("SELECT status FROM card").fetchone() == (4,)
    assert ("card-back",) in connection.execute("SELECT kind FROM member_notice").fetchall()
    behave(connection)
    ordered(phone, connection, city)
    assert connection.execute("SELECT count(*) FROM card WHERE status = 1").fetchone() == (1,)


def test_it_makes_another_where_the_first_did_not_come(
    phone: Client, city: RunningEngine, connection: Connection
) -> None:
    behave(connection, posting_us=10**15)
    way = ordered(phone, connection, city)
    assert "카드를 보냈습니다" in phone.get(way).content.decode()
    behave(connection)
    tapped = {"once": once(phone, way)}
    for _ in range(2):
        phone.post(f"{way}/not-come", tapped)
    assert connection.execute("SELECT attempt FROM card_delivery").fetchone() == (2,)
    for _ in range(3):
        work(city, connection)
    assert connection.execute("SELECT status FROM card ORDER BY card_id").fetchall() == [(5,), (1,)]
    pan, code = letter(phone)
    form = "/app/cards/register"
    answer = post(phone, form, form, pan=pan, code=code, pin="2580", pin_again="2580")
    assert answer.status_code == 302


def test_it_calls_an_application_off_before_the_card_is_posted(
    phone: Client, city: RunningEngine, connection: Connection
) -> None:
    behave(connection, making_us=10**15)
    way = ordered(phone, connection, city)
    post(phone, f"{way}/cancel", way)
    assert "취소되었습니다" in phone.get(way).content.decode()
    assert connection.execute("SELECT status FROM card").fetchone() == (4,)
    row = connection.execute("SELECT octet_length(address_sealed) FROM card_delivery").fetchone()
    assert row == (0,)


@pytest.mark.parametrize(
    ("field", "value"), [("postcode", "2155"), ("street", " "), ("name", ""), ("rest", "가" * 81)]
)
def test_it_says_which_line_of_an_address_is_wrong(phone: Client, field: str, value: str) -> None:
    form = "/app/cards/order"
    answer = post(phone, form, form, brand=SEOGU, **{**ADDRESS, field: value})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(rf'name="{field}"[^>]*aria-invalid="true"', page)
    assert "정각로 29" in page or field == "street"


def test_it_lets_nobody_have_more_than_five_cards_or_two_on_their_way(
    phone: Client, city: RunningEngine, connection: Connection
) -> None:
    behave(connection, making_us=10**15)
    ordered(phone, connection, city)
    form = "/app/cards/order"
    again = post(phone, form, form, brand=SEOGU, **ADDRESS)
    assert "이미 오고 있는 카드" in again.content.decode()
    for _ in range(4):
        virtual(phone)
    page = "/app/cards/virtual"
    assert "다섯 장까지" in post(phone, page, page, brand=SEOGU).content.decode()


def test_it_says_that_nothing_happened_when_the_engine_is_away_and_asks_again_under_one_key(
    phone: Client, city: RunningEngine
) -> None:
    key = once(phone, "/app/cards/virtual")
    city.stop()
    answer = phone.post("/app/cards/virtual", {"once": key, "brand": SEOGU})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{key}"' in page
    assert "돈은 움직이지 않았습니다" in page
