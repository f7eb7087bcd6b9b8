"""Charging and getting back in the app: linked accounts, honest states, one effect for one form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from dure.authorization.requests import Purchase
from dure.jobs.desk import Desk, city_clock
from dure.jobs.due import finish_transfers
from dure.jobs.transfer_news import tell_transfers
from dure.people.members import Member
from dure.people.notices import notices_of
from dure.wallets.auto_charge import request_due_auto_charges
from dure.wallets.bank_accounts import linked_accounts
from dure.wallets.simulated_bank import LATE_US, Manners, SimulatedBank
from tests.citizens import join, sign_in
from tests.engines import BEGUN_US, SHOP_JUNGGU, RunningEngine, new_key
from tests.web.conftest import Connection

if TYPE_CHECKING:
    from django.test import Client

GOOD, MISSING, OTHERS, SILENT = "1102345671", "1102345670", "1102345679", "1102345678"


@pytest.fixture
def ann(city: RunningEngine, connection: Connection) -> Member:
    return join(city, connection)


@pytest.fixture
def phone(ann: Member, connection: Connection) -> Client:
    return sign_in(connection, ann.member_id)


def once(client: Client, path: str) -> str:
    found = re.search(r'name="once" value="([0-9a-f]{32})"', client.get(path).content.decode())
    assert found is not None, path
    return found[1]


def a_bank(client: Client) -> str:
    found = re.search(r'<option value="(\w+)"', client.get("/app/accounts").content.decode())
    assert found is not None
    return found[1]


def link(client: Client, number: str = GOOD, **more: str) -> str:
    """Links an account and gives what is said."""
    fields = {"bank": a_bank(client), "number": number, "agree": "1", **more}
    client.post("/app/accounts/link", fields)
    return client.get("/app/accounts").content.decode()


def account_of(connection: Connection, member: Member) -> str:
    (account,) = linked_accounts(connection, member.member_id)
    return account.account_ref


def charge(client: Client, account: str, amount: str = "100,000", key: str = "") -> Any:
    fields = {"once": key or once(client, "/app/charge"), "account": account, "amount": amount}
    return client.post("/app/charge", fields)


def behave(connection: Connection, **manners: int) -> None:
    SimulatedBank(connection, city_clock(connection)).behave(Manners(**manners))


def work(city: RunningEngine, connection: Connection, *jobs: Any, later_us: int = 0) -> None:
    class Later:
        def now_us(self) -> int:
            return city_clock(connection).now_us() + later_us

    connection.execute("UPDATE bank_transfer SET due_at = now() - interval '1 s'")
    clock = Later()
    desk = Desk(
        connection, SimulatedBank(connection, clock), city.ask, clock, stopping=lambda: False
    )
    for job in jobs:
        job(desk)


def charged(connection: Connection, member: Member) -> int:
    row = connection.execute(
        "SELECT charged_won FROM wallet WHERE member_id = %s", (member.member_id,)
    ).fetchone()
    assert row is not None
    return int(row[0])


def kinds(connection: Connection, member: Member) -> list[str]:
    return [str(notice.kind) for notice in notices_of(connection, member.member_id)]


def test_an_account_is_linked_with_consent_alone(
    phone: Client, connection: Connection, ann: Member
) -> None:
    for number, agree, said in (
        (GOOD, "", "동의해야"),
        ("12", "1", "다시 확인"),
        (MISSING, "1", "그런 계좌가 없습니다"),
        (OTHERS, "1", "본인 이름의 계좌만"),
        (SILENT, "1", "은행이 답하지 않습니다"),
    ):
        assert said in link(phone, number, agree=agree)
    assert linked_accounts(connection, ann.member_id) == []
    page = link(phone)
    assert "계좌를 연결했습니다" in page
    assert GOOD not in page


def test_a_charge_is_booked_once_however_often_its_form_is_sent(
    phone: Client, connection: Connection, ann: Member
) -> None:
    link(phone)
    account, key = account_of(connection, ann), once(phone, "/app/charge")
    states = {charge(phone, account, key=key).url for _ in range(3)}
    assert len(states) == 1
    page = phone.get(states.pop()).content.decode()
    assert "충전했습니다" in page
    assert "100,000원" in page
    assert charged(connection, ann) == 100_000
    assert charge(phone, account, "5,000", key=key).url == "/app/charge"
    assert charged(connection, ann) == 100_000


def test_a_late_bank_is_told_and_the_member_hears_of_it_later(
    city: RunningEngine, phone: Client, connection: Connection, ann: Member
) -> None:
    link(phone)
    behave(connection, late_bp=10_000, late_us=LATE_US * 100)
    state = charge(phone, account_of(connection, ann)).url
    assert "은행의 답을 기다립니다" in phone.get(state).content.decode()
    assert charged(connection, ann) == 0
    work(city, connection, finish_transfers, tell_transfers, later_us=LATE_US * 101)
    assert "충전했습니다" in phone.get(state).content.decode()
    assert charged(connection, ann) == 100_000
    assert kinds(connection, ann) == ["charge-arrived"]


def test_a_bank_that_refuses_has_taken_nothing(
    city: RunningEngine, phone: Client, connection: Connection, ann: Member
) -> None:
    link(phone)
    behave(connection, failed_bp=10_000)
    page = phone.get(charge(phone, account_of(connection, ann)).url).content.decode()
    assert "충전하지 못했습니다" in page
    assert "빠져나간 돈은 없습니다" in page
    assert 'href="/app/charge"' in page, "it leads back to charging"
    work(city, connection, tell_transfers, tell_transfers)
    assert kinds(connection, ann) == ["charge-failed"]


@pytest.mark.parametrize(
    ("amount", "said"), [("0", "1원 이상"), ("없음", "1원 이상"), ("2,000,001", "2,000,000원까지")]
)
def test_it_explains_limits_before_money_moves(
    phone: Client, connection: Connection, ann: Member, amount: str, said: str
) -> None:
    link(phone)
    assert "2,000,000원까지 충전할 수 있습니다" in phone.get("/app/charge").content.decode()
    answer = charge(phone, account_of(connection, ann), amount)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert charged(connection, ann) == 0


def test_the_account_of_another_member_charges_nothing(
    city: RunningEngine, phone: Client, connection: Connection, ann: Member
) -> None:
    other = join(city, connection, phone="010-0000-0009")
    theirs = sign_in(connection, other.member_id)
    link(theirs, "1102345672")
    link(phone)
    answer = charge(phone, account_of(connection, other))
    assert answer.status_code == 400
    state = charge(theirs, account_of(connection, other)).url
    assert phone.get(state).status_code == 404


def test_money_comes_back_by_the_ratio_and_the_sum_is_shown(
    city: RunningEngine, phone: Client, connection: Connection, ann: Member
) -> None:
    link(phone)
    account = account_of(connection, ann)
    charge(phone, account)
    page = phone.get("/app/withdraw").content.decode()
    assert "100,000원" in page, "unused: whole"
    assert "더 쓰면" not in page, "nothing need be spent first"
    pay = Purchase(
        key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_JUNGGU, amount_won=20_000,
        channel=2, member_id=ann.member_id,
    )  # fmt: skip
    assert city.ask(pay).approved
    page = phone.get("/app/withdraw").content.decode()
    assert "40,000원 더 쓰면 돌려받을" in page
    pay.key, pay.amount_won = new_key(), 50_000
    assert city.ask(pay).approved
    page = phone.get("/app/withdraw").content.decode()
    fields = {"once": once(phone, "/app/withdraw"), "account": account}
    states: list[Any] = [phone.post("/app/withdraw", fields) for _ in range(2)]
    assert states[0].url == states[1].url
    assert "계좌로 보냈습니다" in phone.get(states[0].url).content.decode()
    assert charged(connection, ann) == 0
    work(city, connection, tell_transfers)
    assert kinds(connection, ann) == ["withdrawal-paid"]


def test_it_tells_an_unused_charge_apart_from_what_waits_for_the_ratio(
    city: RunningEngine, phone: Client, connection: Connection, ann: Member
) -> None:
    link(phone)
    account = account_of(connection, ann)
    charge(phone, account)
    pay = Purchase(
        key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_JUNGGU, amount_won=20_000,
        channel=2, member_id=ann.member_id,
    )  # fmt: skip
    assert city.ask(pay).approved
    charge(phone, account, "30,000")
    page = phone.get("/app/withdraw").content.decode()
    assert "30,000원 돌려받기" in page
    assert "더 쓰면 나머지 충전금도" in page


def test_the_automatic_charge_fills_the_wallet_and_ends_with_the_account(
    city: RunningEngine, phone: Client, connection: Connection, ann: Member
) -> None:
    link(phone)
    account = account_of(connection, ann)
    asked = {"below": "1만", "amount": "5만", "account": account}
    phone.post("/app/accounts/automatic", {**asked, "amount": "1"})
    page = phone.get("/app/accounts").content.decode()
    assert "한 번에 10,000원 이상" in page
    assert "꺼져 있습니다" in page
    phone.post("/app/accounts/automatic", asked)
    assert "켜져 있습니다" in phone.get("/app/accounts").content.decode()
    assert request_due_auto_charges(connection, at_us=BEGUN_US) == 1
    work(city, connection, finish_transfers, tell_transfers)
    assert charged(connection, ann) == 50_000
    assert kinds(connection, ann) == ["charge-arrived"]
    phone.post("/app/accounts/unlink", {"account": account})
    assert linked_accounts(connection, ann.member_id) == []
    row = connection.execute("SELECT active FROM auto_charge").fetchone()
    assert row == (False,)


def test_money_moves_after_a_proof_alone(connection: Connection, ann: Member) -> None:
    link(sign_in(connection, ann.member_id))
    unproved = sign_in(connection, ann.member_id, proved=False)
    assert charge(unproved, account_of(connection, ann)).status_code == 200
    assert connection.execute("SELECT count(*) FROM bank_transfer").fetchone() == (0,)


def test_a_city_without_a_bank_says_so_and_links_no_pretended_account(
    city: RunningEngine, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DURE_MASTER_KEY", "0" * 64)
    member = join(city, connection)
    client = sign_in(connection, member.member_id)
    for page in ("/app/accounts", "/app/charge"):
        shown = client.get(page).content.decode()
        assert "아직 은행과 연결되지 않아" in shown, page
        assert "accounts/link" not in shown, page
    fields = {"bank": "hanmaru", "number": GOOD, "agree": "1"}
    client.post("/app/accounts/link", fields)
    assert "아직 은행과 연결되지 않아" in client.get("/app/").content.decode()
    assert linked_accounts(connection, member.member_id) == []


def test_the_same_form_with_another_amount_charges_nothing_more(
    phone: Client, connection: Connection, ann: Member
) -> None:
    link(phone)
    account, key = account_of(connection, ann), once(phone, "/app/charge")
    assert charge(phone, account, "10,000", key).status_code == 302
    said = {won: charge(phone, account, won, key) for won in ("20,000", "99,999,999,999", "9" * 20)}
    assert [one.status_code for one in said.values()] == [302, 400, 400]
    asked = connection.execute("SELECT amount_won FROM bank_transfer").fetchall()
    assert asked == [(10_000,)]
