"""The district's desk: every look with a reason, members without a smartphone, cards, guardians."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from dure.authorization.reasons import DeclineReason
from dure.authorization.requests import Cancel, Charge, Purchase
from dure.people.members import Member
from dure.rulebook.officials import Grant, Role
from dure.wallets.card_numbers import luhn_digit
from tests.citizens import join, sign_in
from tests.console import grant
from tests.console import sign_in as official
from tests.engines import BEGUN_US, JUNGGU, SEOGU, SHOP_JUNGGU, RunningEngine, new_key
from tests.web.conftest import Connection

PHONE = "010-4000-0001"


def form(page: Any, **fields: str) -> dict[str, str]:
    """The fields of a page's form: its key, and what is typed."""
    found = re.search(r'name="once" value="([0-9a-f]{32})"', page.content.decode())
    assert found is not None, page.content.decode()[:2000]
    return {"once": found[1], **fields}


def stock(number: int) -> str:
    """The number of a card in the desk's drawer."""
    body = f"99999990{number:07d}"
    return body + luhn_digit(body)


def shown(number: str) -> str:
    return " ".join(number[at : at + 4] for at in range(0, 16, 4))


@pytest.fixture
def officials(city: RunningEngine, db_url: str) -> None:
    """An officer of Jung-gu, one of Seo-gu, an auditor, a policy officer."""
    grant(db_url, "junggu", Grant(Role.DISTRICT_OFFICER, JUNGGU), name="중구 담당")
    grant(db_url, "seogu", Grant(Role.DISTRICT_OFFICER, SEOGU), name="서구 담당")
    grant(db_url, "bom", Grant(Role.AUDITOR), name="감사담당 봄")
    grant(db_url, "gaon", Grant(Role.POLICY_OFFICER), name="정책담당 가온")


@pytest.fixture
def member(city: RunningEngine, connection: Connection, officials: None) -> Member:
    """A member of Jung-gu with 50,000 won."""
    joined = join(city, connection, phone=PHONE)
    city.ask(
        Charge(
            key=new_key(), occurred_at_us=BEGUN_US, member_id=joined.member_id, amount_won=50_000
        )
    )
    return joined


@pytest.fixture
def desk() -> Any:
    """The browser of the officer of Jung-gu."""
    return official("junggu")


def look(client: Any, number: str = PHONE, reason: str = "at_desk", **more: str) -> str:
    """Looks a member up and gives the address of the page."""
    answer = client.post("/console/desk", {"number": number, "reason": reason, **more})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def events(connection: Connection) -> list[tuple[Any, ...]]:
    return connection.execute(
        "SELECT official, act, reason FROM desk_event ORDER BY event_id"
    ).fetchall()


def test_it_shows_a_member_for_a_reason_and_logs_the_look(
    connection: Connection, member: Member, desk: Any
) -> None:
    page = desk.get(look(desk)).content.decode()
    assert "김두레" in page
    assert "1980-05-01" in page
    assert "50,000원" in page
    assert events(connection) == [("junggu", "looked", "at_desk")]
    own = sign_in(connection, member.member_id).get("/app/help/looks").content.decode()
    assert "회원 정보 열람" in own
    assert "본인이 창구에 왔음" in own


def test_it_shows_a_look_to_its_official_alone_and_for_minutes(
    connection: Connection, member: Member, desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dure.people import desk_log

    address = look(desk)
    assert official("seogu").get(address).headers["Location"] == "/console/desk"
    later_us = desk_log._machine_now_us() + desk_log.LOOK_US + 1
    monkeypatch.setattr(desk_log, "_machine_now_us", lambda: later_us)
    assert desk.get(address).headers["Location"] == "/console/desk"


SEARCHES = (
    ({"number": "010-4999-9999", "reason": "at_desk"}, "찾지 못했습니다"),
    ({"number": "1234", "reason": "at_desk"}, "열여섯 자리 카드번호"),
    ({"number": PHONE}, "열람 이유를 고르세요"),
    ({"number": PHONE, "reason": "by_law"}, "문서번호를 함께"),
    ({"name": "김두레", "reason": "at_desk"}, "이름과 생년월일을 함께"),
    ({"name": "이두레", "birth_date": "1980-05-01", "reason": "at_desk"}, "찾지 못했습니다"),
)


def test_it_says_why_a_search_led_nowhere(member: Member, desk: Any) -> None:
    for fields, said in SEARCHES:
        answer = desk.post("/console/desk", fields)
        assert (answer.status_code, said in answer.content.decode()) == (422, True), fields


def test_it_answers_alike_for_another_district_and_for_nobody(
    connection: Connection, member: Member
) -> None:
    other = official("seogu")
    told = []
    for number in (PHONE, "010-4999-9999"):
        answer = other.post("/console/desk", {"number": number, "reason": "at_desk"})
        told.append(re.sub(r'value="[\w]{64}"', "", answer.content.decode()))
    assert told[0] == told[1]
    assert [row[1] for row in events(connection)] == ["not_found", "not_found"]


def test_it_finds_a_member_by_name_and_birth_date(member: Member, desk: Any) -> None:
    named = {"name": "김 두레", "birth_date": "1980-05-01", "reason": "at_desk"}
    assert desk.post("/console/desk", named).status_code == 302


def test_it_stops_an_official_who_searches_without_end(member: Member, desk: Any) -> None:
    asked = {"number": "010-4999-9999", "reason": "at_desk"}
    statuses = [desk.post("/console/desk", asked).status_code for _ in range(41)]
    assert statuses == [422] * 40 + [429]


def test_it_opens_the_desk_to_officers_of_districts_alone(officials: None) -> None:
    for who in ("bom", "gaon", "nobody"):
        client = official(who)
        for address in ("/console/desk", "/console/desk/join", "/console/desk/looks/1"):
            assert client.get(address).status_code == 403
            assert client.post(address, {}).status_code == 403


def test_it_shows_the_log_to_auditors_and_to_the_desk_itself(
    connection: Connection, member: Member, desk: Any
) -> None:
    look(desk, note="접수 12")
    rows = {who: official(who).get("/console/desk/log") for who in ("bom", "junggu", "seogu")}
    assert {who: "looked" in page.content.decode() for who, page in rows.items()} == dict.fromkeys(
        rows, False
    )
    assert {who: "접수 12" in page.content.decode() for who, page in rows.items()} == {
        "bom": True, "junggu": True, "seogu": False,
    }  # fmt: skip
    assert official("gaon").get("/console/desk/log").status_code == 403
    with pytest.raises(Exception, match="only ever added"):
        connection.execute("DELETE FROM desk_event")


def join_fields(page: Any, **fields: str) -> dict[str, str]:
    return form(
        page,
        **{
            "birth_date": "1948-02-03", "name": "박할머니", "phone": "", "place": str(JUNGGU),
            "level": "2", "papers": "신청서 7", "terms": "1", "privacy": "1", **fields,
        },
    )  # fmt: skip


def test_it_serves_a_member_who_has_a_card_alone(
    city: RunningEngine, connection: Connection, officials: None, desk: Any
) -> None:
    from dure.web.shared.card_keys import installed_ring

    asked = join_fields(desk.get("/console/desk/join"))
    answers = [desk.post("/console/desk/join", asked) for _ in range(2)]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    page = desk.get(answers[0].headers["Location"])
    assert "박할머니" in page.content.decode()
    assert connection.execute("SELECT phone_index, level FROM member").fetchall() == [(None, 2)]
    address, first, second = answers[0].headers["Location"], stock(1), stock(2)
    handing = form(page, act="hand_card", number=shown(first), pin="2749")
    for _ in range(2):
        assert desk.post(address, handing).status_code == 302
    member_id = connection.execute("SELECT member_id FROM card").fetchone()
    assert member_id is not None
    city.ask(
        Charge(key=new_key(), occurred_at_us=BEGUN_US, member_id=member_id[0], amount_won=30_000)
    )

    def pays(number: str) -> DeclineReason:
        return city.ask(
            Purchase(
                key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_JUNGGU, amount_won=1_000,
                channel=1, card=installed_ring().card_token(number),
            )
        ).reason  # fmt: skip

    assert pays(first) is DeclineReason.APPROVED
    card = connection.execute("SELECT card_id FROM card").fetchone()
    assert card is not None
    page = desk.get(look(desk, shown(first)))
    replacing = form(page, act="replace_lost", card=str(card[0]), number=second, pin="2749")
    for _ in range(2):
        assert desk.post(address, replacing).status_code == 302
    assert pays(first) is DeclineReason.CARD_CLOSED
    assert pays(second) is DeclineReason.APPROVED
    acts = [row[1] for row in events(connection)]
    assert acts == ["joined", "card_handed", "looked", "card_lost"]
    numbers = connection.execute("SELECT count(*) FROM desk_event WHERE note LIKE '%9999%'")
    assert numbers.fetchone() == (0,)


NOT_JOINED = (
    ({"birth_date": "2005-10-22"}, "만 14세가 되지 않아"),
    ({"birth_date": "x"}, "생년월일을 확인하세요"),
    ({"privacy": ""}, "모두 서명해야"),
    ({"papers": ""}, "서류를 적으세요"),
    ({"place": str(SEOGU)}, "구를 고르세요"),
    ({"phone": "123"}, "휴대전화 번호를 확인"),
    ({"name": "  "}, "이름을 60자"),
    ({"once": "x"}, "오래 열어 둔"),
)


def test_it_lets_nobody_join_who_may_not(
    connection: Connection, officials: None, desk: Any
) -> None:
    page = desk.get("/console/desk/join")
    for fields, said in NOT_JOINED:
        asked = {name: text for name, text in join_fields(page, **fields).items() if text}
        answer = desk.post("/console/desk/join", asked)
        assert (answer.status_code, said in answer.content.decode()) == (422, True), fields
    assert connection.execute("SELECT count(*) FROM member").fetchone() == (0,)


def test_it_sends_text_messages_to_a_card_only_member_with_a_telephone(
    connection: Connection, officials: None, desk: Any
) -> None:
    asked = join_fields(desk.get("/console/desk/join"), phone="010-4000-0009")
    address = desk.post("/console/desk/join", asked).headers["Location"]
    desk.post(address, form(desk.get(address), act="hand_card", number=stock(5), pin="2749"))
    told = connection.execute("SELECT kind, sms FROM member_notice ORDER BY notice_id").fetchall()
    assert told == [("desk-joined", 1), ("card-handed", 1)]
    assert connection.execute("SELECT by_sms FROM member_notice_wish").fetchone() == (True,)


def test_it_tells_a_card_only_member_of_each_payment_once(
    city: RunningEngine, connection: Connection, officials: None, desk: Any
) -> None:
    from dure.jobs.payment_texts import tell_payments
    from dure.people.notices import notices_of
    from dure.people.payment_texts import untold

    asked = join_fields(desk.get("/console/desk/join"), phone="010-4000-0009")
    address = desk.post("/console/desk/join", asked).headers["Location"]
    row = connection.execute("SELECT member_id FROM member").fetchone()
    assert row is not None
    charge = Charge(key=new_key(), occurred_at_us=BEGUN_US, member_id=row[0], amount_won=30_000)
    paying = Purchase(
        key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_JUNGGU, amount_won=10_000,
        channel=1, member_id=row[0],
    )  # fmt: skip
    refused = Purchase(
        key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_JUNGGU, amount_won=990_000,
        channel=1, member_id=row[0],
    )  # fmt: skip
    for request in (charge, paying, refused):
        city.ask(request)
    (one,) = untold(connection, count=10)
    for _ in range(2):
        tell_payments(connection, one)
    assert untold(connection, count=10) == []
    told = [each.korean for each in notices_of(connection, row[0])]
    assert told[0] == "시험가게 1 10,000원 결제, 캐시백 600원. 남은 돈 20,600원."
    assert len(told) == 2, "joining, and one payment"
    sms = connection.execute("SELECT sms FROM member_notice WHERE kind = 'payment-made'")
    assert sms.fetchall() == [(1,)]
    off = form(desk.get(address), act="texts", texts="off")
    assert desk.post(address, off).status_code == 302
    city.ask(Cancel(
        key=new_key(), occurred_at_us=BEGUN_US, member_id=row[0], original_key=paying.key
    ))  # fmt: skip
    assert untold(connection, count=10) == []
    on = form(desk.get(address), act="texts", texts="on")
    assert desk.post(address, on).status_code == 302
    assert untold(connection, count=10) == [], "what was before is not told"


def test_it_charges_from_the_members_own_account(
    connection: Connection, member: Member, desk: Any
) -> None:
    address = look(desk)

    def act(**fields: str) -> tuple[int, str]:
        answer = desk.post(address, form(desk.get(address), **fields))
        return answer.status_code, answer.content.decode()

    account = {"act": "bank", "bank": "hanmaru", "number": "1234567890121"}
    for fields, said in (
        (account, "동의서에 서명"),
        ({**account, "signed": "1", "number": "1234567890120"}, "계좌번호를 다시"),
        ({**account, "signed": "1", "number": "1234567890129"}, "다른 사람 이름의"),
        ({**account, "signed": "1", "number": "1234567890128"}, "답하지 않습니다"),
        ({"act": "charge", "amount": "30,000", "account": "X"}, "연결이 끝났습니다"),
        ({"act": "charge", "amount": "x", "account": "X"}, "원 단위로"),
        ({"act": "charge", "amount": "5,000,000", "account": "X"}, "한도를 넘습니다"),
    ):
        status, text = act(**fields)
        assert (status, said in text) == (422, True), fields
    assert act(**account, signed="1")[0] == 302
    row = connection.execute("SELECT account_ref FROM linked_account").fetchone()
    assert row is not None
    charging = form(desk.get(address), act="charge", amount="3만원", account=row[0])
    for _ in range(2):
        assert desk.post(address, charging).status_code == 302
    assert connection.execute("SELECT charged_won FROM wallet").fetchall() == [(80_000,)]
    acts = [row[1] for row in events(connection)]
    assert acts == ["looked", "account_linked", "charged"]


def test_it_refuses_a_card_that_is_anothers_or_no_card(
    city: RunningEngine, connection: Connection, member: Member, desk: Any
) -> None:
    other = join(city, connection, phone="010-4000-0002")
    address = look(desk, "010-4000-0002")
    desk.post(address, form(desk.get(address), act="hand_card", number=stock(3), pin="2749"))
    assert connection.execute("SELECT member_id FROM card").fetchall() == [(other.member_id,)]
    address = look(desk)
    for number, pin, said in (
        (stock(3), "2749", "이미 등록된 카드"),
        ("1234567812345678", "2749", "다시 확인하세요"),
        (stock(4), "1234", "짐작하기 어려운"),
        (stock(4), "0501", "짐작하기 어려운"),
    ):
        asked = form(desk.get(address), act="hand_card", number=number, pin=pin)
        answer = desk.post(address, asked)
        assert (answer.status_code, said in answer.content.decode()) == (422, True)


def test_it_locks_and_unlocks_at_the_desk(
    city: RunningEngine, connection: Connection, member: Member, desk: Any
) -> None:
    address = look(desk)
    assert desk.post(address, form(desk.get(address), act="lock")).status_code == 302
    assert "구청·군청 창구에서 잠갔습니다" in sign_in(
        connection, member.member_id
    ).get("/app/lock").content.decode()  # fmt: skip
    lock = connection.execute("SELECT lock_id FROM wallet_lock").fetchone()
    assert lock is not None
    unlocking = form(desk.get(address), act="unlock", lock=str(lock[0]))
    stale = official("junggu", proved_s_ago=400)
    assert "인증번호" in stale.post(address, unlocking).content.decode(), "the second factor anew"
    assert desk.post(address, unlocking).status_code == 302
    assert connection.execute("SELECT status FROM wallet").fetchall() == [(1,)]


def test_it_changes_a_telephone_number_and_tells_the_old_one(
    connection: Connection, member: Member, desk: Any
) -> None:
    thief = sign_in(connection, member.member_id)
    address = look(desk)
    empty = desk.post(address, form(desk.get(address), act="phone", phone=""))
    assert empty.status_code == 422
    changing = form(desk.get(address), act="phone", phone="010-4000-0077")
    for _ in range(2):
        assert desk.post(address, changing).status_code == 302
    assert thief.get("/app/help/looks").status_code == 302
    texts = connection.execute("SELECT phone FROM sms_simulator.message").fetchall()
    assert texts == [("+821040000001",)]
    changes = connection.execute("SELECT what, was, became FROM member_change").fetchall()
    assert changes == [("phone", "", "")]
    assert look(desk, "010-4000-0077")
    assert desk.post("/console/desk", {"number": PHONE, "reason": "at_desk"}).status_code == 422


def test_it_links_a_guardian_by_papers(
    city: RunningEngine, connection: Connection, member: Member, desk: Any
) -> None:
    join(city, connection, phone="010-4000-0003", name="이하나", birth_date=date(2004, 3, 2))
    address = look(desk, "010-4000-0003")
    page = desk.get(address)
    nobody = form(page, act="guardian", guardian="010-4999-9999", papers="서류 1")
    assert "보호자가 먼저 가입" in desk.post(address, nobody).content.decode()
    linking = form(page, act="guardian", guardian=PHONE, papers="가족관계증명서 2019-1")
    for _ in range(2):
        assert desk.post(address, linking).status_code == 302
    assert "김*레" in desk.get(address).content.decode()
    ending = form(desk.get(address), act="guardian_end", guardianship="1")
    assert desk.post(address, ending).status_code == 302
    told = connection.execute("SELECT count(*) FROM member_notice WHERE kind LIKE 'guardian%'")
    assert told.fetchone() == (4,)


def test_it_hands_a_member_over_to_another_district(
    connection: Connection, member: Member, desk: Any
) -> None:
    address = look(desk)
    moving = form(desk.get(address), act="district", district=str(SEOGU))
    assert desk.post(address, moving).status_code == 302
    assert desk.post("/console/desk", {"number": PHONE, "reason": "at_desk"}).status_code == 422
    assert look(official("seogu"))


def test_it_prints_a_statement_and_shows_no_payment(
    city: RunningEngine, connection: Connection, member: Member, desk: Any
) -> None:
    city.ask(
        Purchase(
            key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_JUNGGU, amount_won=12_345,
            channel=1, member_id=member.member_id,
        )
    )  # fmt: skip
    address = look(desk)
    page = desk.get(address)
    assert "12,345" not in page.content.decode()
    printed = desk.post(f"{address}/statement", form(page, month="201910"))
    assert printed.headers["Content-Type"] == "application/pdf"
    assert printed.content.startswith(b"%PDF")
    assert desk.post(f"{address}/statement", form(page, month="201801")).status_code == 404
    assert [row[1] for row in events(connection)] == ["looked", "statement"]
    assert official("seogu").post(f"{address}/statement", form(page, month="201910")).headers[
        "Location"
    ] == "/console/desk"  # fmt: skip


def test_it_asks_again_when_the_engine_was_away(
    web_home: Any, city: RunningEngine, connection: Connection, member: Member, desk: Any
) -> None:
    from dure.engine.settings import socket_path
    from dure.web.shared.engine import engine

    address = look(desk)
    handing = form(desk.get(address), act="hand_card", number=stock(8), pin="2749")
    socket_path(web_home).unlink()
    engine().close()
    away = desk.post(address, handing)
    assert (away.status_code, form(away)["once"]) == (503, handing["once"])
    socket_path(web_home).symlink_to(city.path)
    assert desk.post(address, handing).status_code == 302
    assert connection.execute("SELECT status FROM card").fetchall() == [(2,)]


def test_it_gives_the_log_and_the_complaints_as_tables(
    connection: Connection, member: Member, desk: Any
) -> None:
    look(desk)
    for address in ("/console/desk/log", "/console/complaints"):
        answer = desk.get(f"{address}?as=xlsx")
        assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html"), "no table, no sheet"
    sheet = desk.get("/console/desk/log?as=xlsx")
    assert sheet.headers["Content-Type"].endswith("spreadsheetml.sheet")
