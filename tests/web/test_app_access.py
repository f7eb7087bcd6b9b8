"""What keeps a wallet safe: the PIN, proofs, stolen sessions, and what a member changes."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import psycopg
import pytest

from dure.people.payment_pins import TRIES_MAX, PinFault, fault_of
from dure.web.citizen.shell.sessions import COOKIE
from tests.citizens import join, sign_in
from tests.engines import SEOGU, RunningEngine
from tests.joining import (
    BORN,
    PHONE,
    PIN,
    join_by_phone,
    last_code,
    new_browser,
    place_of,
    texts,
    within_an_hour,
)
from tests.joining import sign_in_by_phone as sign_in_again
from tests.web.conftest import Connection

SECRET_PAGE = "/app/settings/passkeys"


@pytest.fixture
def client(city: RunningEngine, connection: Connection) -> Any:
    """A browser in which somebody has just joined and set a PIN."""
    client = new_browser()
    join_by_phone(client, connection)
    return client


def forget_proof(connection: Connection) -> None:
    connection.execute("UPDATE member_session SET proved_at_us = 0")


def once(page: str) -> dict[str, str]:
    """The key of a page's form, and the step that it is for, if it names one."""
    found = re.search(r'name="once" value="([0-9a-f]+)"', page)
    assert found
    step = re.search(r'name="step" value="(\w+)"', page)
    return {"once": found[1], **({"step": step[1]} if step else {})}


def heading(answer: Any) -> str:
    found = re.search(r"<h1>([^<]*)</h1>", answer.content.decode())
    assert found
    return found[1]


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


@pytest.mark.parametrize(
    ("pin", "fault"),
    [
        ("12345", PinFault.NOT_SIX_DIGITS), ("12345a", PinFault.NOT_SIX_DIGITS),
        ("１２３４５７", PinFault.NOT_SIX_DIGITS), ("777777", PinFault.SAME_DIGITS),
        ("456789", PinFault.IN_A_ROW), ("789012", PinFault.IN_A_ROW),
        ("321098", PinFault.IN_A_ROW), ("121212", PinFault.REPEATED),
        ("259259", PinFault.REPEATED), ("900521", PinFault.BIRTH_DATE),
        ("199005", PinFault.BIRTH_DATE), ("345678", PinFault.IN_A_ROW),
        ("550101", PinFault.PHONE), ("285714", None), ("112233", None),
    ],
)  # fmt: skip
def test_it_refuses_digits_that_somebody_would_try_first(pin: str, fault: PinFault | None) -> None:
    assert fault_of(pin, birth_date=date(1990, 5, 21), phone="+821055550101") is fault


def test_it_keeps_no_pin_that_its_table_could_tell(client: Any, connection: Connection) -> None:
    from dure.people.fields import installed_sealer
    from dure.people.payment_pins import check_pin

    row = connection.execute("SELECT * FROM payment_pin").fetchone()
    assert row is not None
    assert PIN not in str(row)
    other = join_other(connection)
    connection.execute("UPDATE payment_pin SET member_id = %s", (other,))
    assert not check_pin(connection, installed_sealer(), member_id=other, pin=PIN).is_right


def join_other(connection: Connection) -> int:
    """A member whose wallet nobody needs."""
    row = connection.execute(
        "INSERT INTO member (status, level, district, birth_date, name_sealed, phone_sealed, "
        "request_key, joined_at_us) VALUES (2, 1, 28260, '1980-01-01', '', '', 'other', "
        "1571648400000000) RETURNING member_id"
    ).fetchone()
    assert row is not None
    return int(row[0])


def test_it_does_after_the_proof_what_was_asked_for(client: Any, connection: Connection) -> None:
    client.post("/app/sign-out")
    sign_in_again(client, connection)
    page = client.post("/app/settings/mail", {"to": "member@example.com"}).content.decode()
    assert "결제 비밀번호" in page
    fields = hidden(page)
    assert (fields["to"], fields["proof_method"]) == ("member@example.com", "POST")
    wrong = client.post("/app/proof", {**fields, "proof_pin": "000000"})
    assert "4번 더" in wrong.content.decode()
    answer = client.post("/app/proof", {**hidden(wrong.content.decode()), "proof_pin": PIN})
    assert (answer.status_code, place_of(answer)) == (307, "/app/settings/mail")
    answer = client.post("/app/settings/mail", {**fields, "proof_pin": PIN})
    assert place_of(answer) == "/app/sign-in/code"


def test_it_goes_back_to_a_page_that_wanted_a_proof(client: Any, connection: Connection) -> None:
    forget_proof(connection)
    page = client.get(SECRET_PAGE).content.decode()
    answer = client.post("/app/proof", {**hidden(page), "proof_pin": PIN})
    assert (answer.status_code, place_of(answer)) == (302, SECRET_PAGE)
    assert heading(client.get(SECRET_PAGE)) == "패스키"


def test_it_sends_nobody_elsewhere_after_a_proof(client: Any) -> None:
    sent = {"proof_address": "https://elsewhere.example/", "proof_pin": PIN}
    assert place_of(client.post("/app/proof", sent)) == "/app/"


def test_it_tells_a_script_that_a_proof_is_needed(client: Any, connection: Connection) -> None:
    forget_proof(connection)
    answer = client.get(SECRET_PAGE, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()) == (401, {"error": "proof"})


def test_it_locks_the_pin_after_five_wrong_ones_however_many_come_at_once(
    client: Any, connection: Connection, db_url: str
) -> None:
    from dure.people.fields import installed_sealer
    from dure.people.payment_pins import check_pin

    row = connection.execute("SELECT member_id FROM payment_pin").fetchone()
    assert row is not None
    member_id: int = row[0]
    sealer = installed_sealer()

    def guess(number: int) -> bool:
        with psycopg.connect(db_url, autocommit=True) as own:
            said = check_pin(own, sealer, member_id=member_id, pin=f"{number:06}")
            return said.tries_left > 0 or said.was_last

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(guess, range(16)))
    assert sum(taken) == TRIES_MAX
    assert not check_pin(connection, sealer, member_id=member_id, pin=PIN).is_right
    forget_proof(connection)
    assert "다섯 번 틀려" in client.get(SECRET_PAGE).content.decode()


def test_it_sets_a_forgotten_pin_with_birth_date_and_telephone(
    client: Any, connection: Connection
) -> None:
    wrong = client.post("/app/settings/pin/forgotten", {"born": "19800502"})
    assert "생년월일과 다릅니다" in wrong.content.decode()
    assert place_of(client.get("/app/settings/pin/new")) == "/app/settings/pin/forgotten"
    answer = client.post("/app/settings/pin/forgotten", {"born": BORN})
    assert place_of(answer) == "/app/sign-in/code"
    client.post("/app/sign-in/code", {"code": last_code(connection)})
    sent = {"new_pin": "314159", "again": "314159"}
    assert place_of(client.post("/app/settings/pin/new", sent)) == "/app/settings"
    forget_proof(connection)
    page = client.get(SECRET_PAGE).content.decode()
    answer = client.post("/app/proof", {**hidden(page), "proof_pin": "314159"})
    assert place_of(answer) == SECRET_PAGE
    kinds = connection.execute("SELECT kind FROM member_notice ORDER BY notice_id").fetchall()
    assert ("pin-changed",) in kinds


def test_it_lets_nobody_guess_a_birth_date_for_long(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    within_an_hour(monkeypatch)
    answers = [
        client.post("/app/settings/pin/forgotten", {"born": f"198005{day:02}"}).status_code
        for day in range(2, 9)
    ]
    assert answers == [200] * 5 + [429] * 2


def test_it_wants_the_telephone_again_for_a_first_pin_long_after_the_sign_in(
    city: RunningEngine, connection: Connection
) -> None:
    client = new_browser()
    join_by_phone(client, connection, pin=None)
    connection.execute("UPDATE member_session SET began_at_us = began_at_us - 3600000000")
    assert place_of(client.get("/app/settings/pin/first")) == "/app/settings/pin/forgotten"


def test_it_shows_nothing_to_a_stolen_session(client: Any, connection: Connection) -> None:
    thief = new_browser("Other/9.0 (Windows NT 10.0)")
    thief.cookies[COOKIE] = client.cookies[COOKIE].value
    page = thief.get("/app/settings").content.decode()
    assert "다른 브라우저" in page
    assert "김두레" not in page
    newer = new_browser("Browser/1.2 (Linux; Android 11)")
    newer.cookies[COOKIE] = client.cookies[COOKIE].value
    assert "김두레" in newer.get("/app/settings").content.decode()


def test_it_wants_a_new_proof_from_another_address(client: Any, connection: Connection) -> None:
    assert heading(client.get(SECRET_PAGE)) == "패스키"
    moved = client.get(SECRET_PAGE, REMOTE_ADDR="192.0.2.7")
    assert heading(moved) == "결제 비밀번호"
    assert "김두레" in client.get("/app/settings", REMOTE_ADDR="192.0.2.7").content.decode()


def test_it_lists_sessions_and_ends_the_others(client: Any, connection: Connection) -> None:
    other = new_browser("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0")
    sign_in_again(other, connection)
    page = client.get("/app/settings/sessions").content.decode()
    assert "Chrome · Windows" in page
    assert place_of(client.post("/app/settings/sessions/others/end"))
    assert "/app/sign-in" in place_of(other.get("/app/settings"))
    assert client.get("/app/settings").status_code == 200


def test_it_ends_no_session_of_another_member(
    client: Any, city: RunningEngine, connection: Connection
) -> None:
    member = join(city, connection, phone="010-5555-0177")
    other = sign_in(connection, member.member_id)
    row = connection.execute("SELECT max(session_id) FROM member_session").fetchone()
    assert row is not None
    client.post(f"/app/settings/sessions/{row[0]}/end")
    assert other.get("/app/settings").status_code == 200


def test_it_withdraws_a_consent_and_keeps_both_lines(client: Any, connection: Connection) -> None:
    for given in ("yes", "yes", "no"):
        client.post("/app/settings/consents", {"purpose": "marketing", "given": given})
    log = connection.execute(
        "SELECT given, text_version FROM consent WHERE purpose = 'marketing' ORDER BY consent_id"
    ).fetchall()
    assert log == [(True, "2019-10"), (False, "2019-10")]
    client.post("/app/settings/consents", {"purpose": "privacy", "given": "no"})
    count = connection.execute("SELECT count(*) FROM consent WHERE NOT given").fetchone()
    assert count == (1,)


def levels(connection: Connection) -> list[tuple[int, int]]:
    rows = connection.execute(
        "SELECT m.level, w.level FROM member m JOIN wallet w USING (member_id)"
    ).fetchall()
    return [(row[0], row[1]) for row in rows]


def test_it_raises_the_limits_of_who_is_identified_and_lives_here(
    client: Any, connection: Connection
) -> None:
    page = client.get("/app/settings/identity").content.decode()
    for _ in range(2):
        answer = client.post("/app/settings/identity", once(page))
        assert place_of(answer) == "/app/settings/identity"
    assert levels(connection) == [(2, 2)], "two taps are one step"
    page = client.get("/app/settings/identity").content.decode()
    client.post("/app/settings/identity", once(page))
    assert levels(connection) == [(3, 3)]
    page = client.get("/app/settings/district").content.decode()
    client.post("/app/settings/district", {"district": "28110", **once(page)})
    assert levels(connection) == [(2, 2)], "who has moved is to be checked again"
    rows = connection.execute("SELECT district FROM wallet").fetchall()
    assert rows == [(28110,)]


def register(connection: Connection, name: str, phone: str = PHONE) -> None:
    from dure.people.identity import SimulatedAgency
    from dure.people.members import normal_phone

    SimulatedAgency(connection).register(
        phone=normal_phone(phone), name=name, birth_date=date(1980, 5, 1), district=SEOGU
    )


def test_it_identifies_nobody_whom_the_agency_knows_otherwise(
    client: Any, connection: Connection
) -> None:
    register(connection, "이두레")
    page = client.get("/app/settings/identity").content.decode()
    answer = client.post("/app/settings/identity", once(page))
    assert answer.status_code == 409
    assert levels(connection) == [(1, 1)]


def test_it_gives_the_limits_of_one_person_once(client: Any, connection: Connection) -> None:
    other, phone = new_browser(), "010-5555-0188"
    join_by_phone(other, connection, phone)
    for number in (PHONE, phone):
        register(connection, "김두레", number)
    for each in (client, other):
        page = each.get("/app/settings/identity").content.decode()
        answer = each.post("/app/settings/identity", once(page))
    assert answer.status_code == 409
    assert "이미 다른 회원" in answer.content.decode()
    assert sorted(levels(connection)) == [(1, 1), (2, 2)]


def test_it_changes_nothing_when_the_agency_is_silent(client: Any, connection: Connection) -> None:
    from dure.people.identity import SimulatedAgency

    SimulatedAgency(connection).stay_silent(10_000)
    page = client.get("/app/settings/identity").content.decode()
    assert client.post("/app/settings/identity", once(page)).status_code == 503
    assert levels(connection) == [(1, 1)]


def test_it_signs_in_by_an_address_that_was_shown_to_be_read(
    client: Any, connection: Connection
) -> None:
    from dure.people.mail import SimulatedPost

    def code() -> str:
        found = re.search("[0-9]{6}", SimulatedPost(connection).received("Me@Example.com")[0].text)
        assert found
        return found[0]

    stranger = new_browser()
    stranger.post("/app/sign-in", {"by": "mail", "to": "me@example.com"})
    answer = stranger.post("/app/sign-in/code", {"code": code()})
    assert place_of(answer) == "/app/sign-in"
    client.post("/app/settings/mail", {"to": "me@example.com"})
    client.post("/app/sign-in/code", {"code": code()})
    assert place_of(client.get("/app/settings/address/proven")) == "/app/settings"
    assert "me@example.com" in client.get("/app/settings").content.decode()
    other = new_browser()
    other.post("/app/sign-in", {"by": "mail", "to": " ME@example.com"})
    assert place_of(other.post("/app/sign-in/code", {"code": code()})) == "/app/"


def wait_for_the_bank(connection: Connection) -> None:
    """The member who joined last has asked for a charge, and the bank is silent."""
    connection.execute(
        "INSERT INTO linked_account (account_ref, member_id, bank_name, masked_number, "
        "linked_at_us) SELECT 'testaccount1', max(member_id), '한빛은행', '***-1', 1 FROM member"
    )
    connection.execute(
        "INSERT INTO bank_transfer (member_id, amount_won, purpose, state, account_ref, "
        "request_key, asked_at_us) "
        "SELECT max(member_id), 1000, 1, 4, 'testaccount1', decode(repeat('01', 16), 'hex'), 1 "
        "FROM member"
    )


def test_it_lets_nobody_leave_with_money_and_everybody_without(
    client: Any, connection: Connection, city: RunningEngine
) -> None:
    from dure.authorization.requests import Charge
    from tests.engines import BEGUN_US, new_key

    row = connection.execute("SELECT member_id FROM wallet").fetchone()
    assert row is not None
    charge = Charge(key=new_key(), occurred_at_us=BEGUN_US, member_id=row[0], amount_won=10_000)
    assert city.ask(charge).approved
    page = client.get("/app/settings/leave").content.decode()
    answer = client.post("/app/settings/leave", {"sure": "yes", **once(page)})
    assert answer.status_code == 409
    other, phone = new_browser(), "010-5555-0166"
    join_by_phone(other, connection, phone)
    wait_for_the_bank(connection)
    page = other.get("/app/settings/leave").content.decode()
    answer = other.post("/app/settings/leave", {"sure": "yes", **once(page)})
    assert "끝나지 않은 이체" in answer.content.decode()
    connection.execute("UPDATE bank_transfer SET state = 6")
    page = other.get("/app/settings/leave").content.decode()
    assert "표시를 해" in other.post("/app/settings/leave", once(page)).content.decode()
    answer = other.post("/app/settings/leave", {"sure": "yes", **once(page)})
    assert place_of(answer) == "/app/sign-in"
    assert "/app/sign-in" in place_of(other.get("/app/settings"))
    statuses = connection.execute("SELECT status, phone_index IS NULL FROM member ORDER BY 1")
    assert statuses.fetchall() == [(2, False), (3, True)]
    join_by_phone(new_browser(), connection, phone)


def test_it_reads_as_its_reader_chose(client: Any) -> None:
    client.post("/app/settings/look", {"large": "on", "theme": "dark"})
    page = client.get("/app/settings").content.decode()
    assert '<html lang="ko" class="look-dark look-large">' in page
    client.post("/app/settings/look", {"theme": "elsewhere"})
    assert '<html lang="ko">' in client.get("/app/settings").content.decode()


@pytest.mark.parametrize("place", ["phone?number=010-5555-0101", "provider/kakao/authorize"])
def test_it_has_no_demo_pages_where_the_keys_are_not_a_demos(
    web_home: object, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    from dure.people import sms

    monkeypatch.setenv("DURE_MASTER_KEY", "0" * 64)
    sms.has_demo_keys.cache_clear()
    assert new_browser().get(f"/app/demo/{place}").status_code == 404
    page = new_browser().get("/app/sign-in").content.decode()
    assert "카카오" not in page
    sms.has_demo_keys.cache_clear()


def test_it_says_when_a_provider_does_not_answer_or_did_not_ask(
    client: Any, monkeypatch: pytest.MonkeyPatch, connection: Connection
) -> None:
    monkeypatch.setenv("DURE_KAKAO_CLIENT_ID", "client")
    monkeypatch.setenv("DURE_KAKAO_URL", "http://127.0.0.1:9")
    other = new_browser()
    away = place_of(other.get("/app/sign-in/with/kakao"))
    found = re.search(r"state=([^&]+)", away)
    assert found
    assert "code_challenge=" in away
    assert "nonce=" in away
    for state in ("another", found[1]):
        answer = other.get(f"/app/sign-in/with/kakao/back?code=any&state={state}")
        assert place_of(answer) == "/app/sign-in"
        assert "답이 없거나 맞지 않습니다" in other.get("/app/sign-in").content.decode()
    assert COOKIE not in other.cookies


def test_it_changes_the_number_with_a_code_there_and_tells_the_old_one(
    client: Any, connection: Connection
) -> None:
    other, new = new_browser(), "010-5555-0144"
    sign_in_again(other, connection)
    assert place_of(client.post("/app/settings/phone", {"to": new})) == "/app/sign-in/code"
    client.post("/app/sign-in/code", {"code": last_code(connection, new)})
    assert place_of(client.get("/app/settings/address/proven")) == "/app/settings"
    assert client.get("/app/settings").status_code == 200
    assert "/app/sign-in" in place_of(other.get("/app/settings"))
    assert "휴대전화가 바뀌었습니다" in texts(connection, PHONE)[0]
    assert place_of(sign_in_again(new_browser(), connection, new)) == "/app/"


def test_it_gives_nobody_the_number_of_another_member(client: Any, connection: Connection) -> None:
    taken = "010-5555-0155"
    join_by_phone(new_browser(), connection, taken)
    client.post("/app/settings/phone", {"to": taken})
    client.post("/app/sign-in/code", {"code": last_code(connection, taken)})
    client.get("/app/settings/address/proven")
    assert "등록할 수 없습니다" in client.get("/app/settings").content.decode()
    assert place_of(sign_in_again(new_browser(), connection, PHONE)) == "/app/"


def test_it_has_a_page_behind_every_door(client: Any) -> None:
    from django.urls import resolve

    for root in ("/app", "/en/app"):
        page = client.get(f"{root}/more").content.decode()
        doors = re.findall(r'class="door" href="([^"]+)"', page)
        assert len(doors) > 20
        assert [door for door in doors if resolve(door.partition("?")[0]) is None] == []


def test_it_asks_again_for_a_consent_whose_text_has_changed(
    client: Any, connection: Connection
) -> None:
    connection.execute(
        "INSERT INTO consent (member_id, purpose, text_version, given, at_us) "
        "SELECT member_id, 'terms', '2019-01', true, 1 FROM member"
    )
    assert "글이 바뀌었습니다" in client.get("/app/settings/consents").content.decode()
    client.post("/app/settings/consents", {"purpose": "terms", "given": "yes"})
    assert "글이 바뀌었습니다" not in client.get("/app/settings/consents").content.decode()


def test_it_forgets_what_nobody_can_use_any_more(client: Any, connection: Connection) -> None:
    from dure.people.one_time_codes import forget_old_ways

    new_browser().post("/app/sign-in", {"to": PHONE})
    assert forget_old_ways(connection) == 0
    connection.execute("UPDATE way_in SET began_at_us = began_at_us - 90000000000")
    connection.execute("UPDATE tried SET until_us = until_us - 90000000000")
    connection.execute(
        "UPDATE member_session SET began_at_us = 0, expires_at_us = 1 WHERE session_id > 0"
    )
    assert forget_old_ways(connection) >= 1
    for table in ("way_in", "tried", "member_session"):
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
