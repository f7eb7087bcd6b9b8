"""Joining the app and signing in: ages, codes, what a stranger learns, and double taps."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from dure.people.one_time_codes import VALID_US, WRONG_TRIES_MAX
from dure.web.citizen.shell.sessions import COOKIE
from tests.engines import RunningEngine
from tests.joining import (
    ABOUT,
    BORN,
    PHONE,
    join_by_phone,
    last_code,
    new_browser,
    place_of,
    sign_in_by_phone,
    texts,
    within_an_hour,
    wrong_code,
)
from tests.web.conftest import Connection

TOO_YOUNG = "20051023"
"""Fourteen the day after the small city's first day."""


def members(connection: Connection) -> list[tuple[int, int, int]]:
    rows = connection.execute("SELECT member_id, status, level FROM member").fetchall()
    return [(row[0], row[1], row[2]) for row in rows]


def test_it_makes_a_member_with_a_wallet_and_a_pin(
    city: RunningEngine, connection: Connection
) -> None:
    client = new_browser()
    answer = join_by_phone(client, connection)
    assert place_of(answer) == "/app/join/welcome"
    assert [row[1:] for row in members(connection)] == [(2, 1)]
    assert "김두레" in client.get("/app/join/welcome").content.decode()
    wallets = connection.execute("SELECT district, level FROM wallet").fetchall()
    assert wallets == [(28260, 1)]
    purposes = connection.execute("SELECT purpose, given FROM consent ORDER BY 1").fetchall()
    assert purposes == [("privacy", True), ("terms", True)]


def test_it_stores_nothing_of_somebody_who_is_too_young(
    city: RunningEngine, connection: Connection
) -> None:
    client = new_browser()
    page = client.post("/app/join", {"born": TOO_YOUNG}).content.decode()
    assert "만 14세부터" in page
    assert "born_before" not in page
    for table in ("member", "way_in", "tried", "sms_simulator.message", "django_session"):
        count = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        assert count == (0,), table
    assert place_of(client.post("/app/join/phone", {"to": PHONE})) == "/app/join"


@pytest.mark.parametrize("born", ["", "19801301", "1980", "20300101", "18800101", "abcdefgh"])
def test_it_asks_again_for_what_is_no_birth_date(web_home: object, born: str) -> None:
    page = new_browser().post("/app/join", {"born": born}).content.decode()
    assert "생년월일이 맞지 않습니다" in page


def test_it_reads_birth_dates_as_people_write_them(web_home: object) -> None:
    from dure.web.citizen.join.joining import read_date

    written = (
        "19480503",
        "1948-05-03",
        "1948. 5. 3.",
        "1948.5.3",
        " 1948 05 03 ",
        "1948년 5월 3일",
    )
    assert {read_date(born) for born in written} == {date(1948, 5, 3)}
    unclear = ("480503", "1948. 5월", "194853", "1948-5", "1948.5.31.1", "1948.13.3", "5.3.1948")
    assert {read_date(born) for born in unclear} == {None}


def test_it_lets_who_mistyped_a_year_write_it_again(web_home: object) -> None:
    page = new_browser().post("/app/join", {"born": "20180503"}).content.decode()
    assert 'href="/app/join">생년월일 다시 적기' in page
    assert 'href="/calculator"' in page, "what needs nobody to be signed in"


def test_it_answers_alike_whether_a_number_is_a_members_or_not(
    city: RunningEngine, connection: Connection
) -> None:
    join_by_phone(new_browser(), connection)
    pages = []
    for phone in (PHONE, "010-5555-0199"):
        client = new_browser()
        answer = client.post("/app/sign-in", {"to": phone})
        assert place_of(answer) == "/app/sign-in/code"
        page = client.get("/app/sign-in/code").content.decode()
        pages.append(re.sub(r'value="[^"]*"|010[-0-9]+', "", page))
        assert len(texts(connection, phone)[0]) == len(texts(connection, PHONE)[-1])
    assert pages[0] == pages[1]


def test_it_signs_in_who_reads_the_message(city: RunningEngine, connection: Connection) -> None:
    join_by_phone(new_browser(), connection)
    client = new_browser()
    answer = sign_in_by_phone(client, connection)
    assert place_of(answer) == "/app/"
    assert client.cookies[COOKIE]["httponly"]
    assert client.cookies[COOKIE]["samesite"] == "Lax"


def test_it_goes_on_to_the_page_that_was_asked_for_and_nowhere_else(
    city: RunningEngine, connection: Connection
) -> None:
    join_by_phone(new_browser(), connection)
    for asked, place in (("/app/coupons", "/app/coupons"), ("//elsewhere.example/", "/app/")):
        client = new_browser()
        client.post("/app/sign-in", {"to": PHONE, "next": asked})
        answer = client.post("/app/sign-in/code", {"code": last_code(connection)})
        assert place_of(answer) == place


def test_it_lets_who_is_no_member_yet_join_without_a_second_code(
    city: RunningEngine, connection: Connection
) -> None:
    client = new_browser()
    assert place_of(sign_in_by_phone(client, connection)) == "/app/join"
    assert place_of(client.post("/app/join", {"born": BORN})) == "/app/join/about"
    assert place_of(client.post("/app/join/about", ABOUT)) == "/app/settings/pin/first"
    assert len(texts(connection)) == 1


def test_it_makes_one_member_of_a_double_tap(city: RunningEngine, connection: Connection) -> None:
    client = new_browser()
    sign_in_by_phone(client, connection)
    client.post("/app/join", {"born": BORN})
    ticket = client.cookies["dure_way_in"].value
    first = client.post("/app/join/about", ABOUT)
    client.cookies["dure_way_in"] = ticket
    second = client.post("/app/join/about", ABOUT)
    assert place_of(first) == place_of(second)
    assert len(members(connection)) == 1


def test_it_takes_no_code_after_five_wrong_ones(
    city: RunningEngine, connection: Connection
) -> None:
    join_by_phone(new_browser(), connection)
    client = new_browser()
    client.post("/app/sign-in", {"to": PHONE})
    code = last_code(connection)
    for _ in range(WRONG_TRIES_MAX):
        client.post("/app/sign-in/code", {"code": wrong_code(code)})
    page = client.post("/app/sign-in/code", {"code": code})
    assert page.status_code == 200
    assert "새 번호를 받으세요" in page.content.decode()
    assert COOKIE not in client.cookies


def test_it_takes_a_code_in_the_browser_that_asked_alone(
    city: RunningEngine, connection: Connection
) -> None:
    join_by_phone(new_browser(), connection)
    new_browser().post("/app/sign-in", {"to": PHONE})
    thief = new_browser()
    assert place_of(thief.post("/app/sign-in/code", {"code": last_code(connection)})) == (
        "/app/sign-in"
    )


def test_it_takes_no_code_that_is_too_old(city: RunningEngine, connection: Connection) -> None:
    join_by_phone(new_browser(), connection)
    client = new_browser()
    client.post("/app/sign-in", {"to": PHONE})
    connection.execute("UPDATE way_in SET sent_at_us = sent_at_us - %s", (VALID_US,))
    page = client.post("/app/sign-in/code", {"code": last_code(connection)}).content.decode()
    assert "시간이 지났거나" in page


def test_it_sends_another_code_and_takes_the_last_one_alone(
    city: RunningEngine, connection: Connection
) -> None:
    client = new_browser()
    client.post("/app/sign-in", {"to": PHONE})
    former = last_code(connection)
    client.post("/app/sign-in/code/again")
    assert len(texts(connection)) == 1, "too soon"
    connection.execute("UPDATE way_in SET sent_at_us = sent_at_us - 31000000")
    client.post("/app/sign-in/code/again")
    assert len(texts(connection)) == 2
    if former != last_code(connection):
        page = client.post("/app/sign-in/code", {"code": former}).content.decode()
        assert "번호가 맞지 않습니다" in page
    assert place_of(client.post("/app/sign-in/code", {"code": last_code(connection)}))


def test_it_sends_five_codes_an_hour_to_one_number(
    city: RunningEngine, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    within_an_hour(monkeypatch)
    answers = [new_browser().post("/app/sign-in", {"to": PHONE}).status_code for _ in range(7)]
    assert answers == [302] * 5 + [429] * 2
    assert len(texts(connection)) == 5


def test_it_goes_on_when_the_company_does_not_confirm(
    city: RunningEngine, connection: Connection
) -> None:
    from dure.people.sms import SimulatedSmsCentre, SmsManners

    SimulatedSmsCentre(connection).behave(SmsManners(answer_lost_bp=10_000))
    client = new_browser()
    assert place_of(client.post("/app/sign-in", {"to": PHONE})) == "/app/sign-in/code"
    assert place_of(client.post("/app/sign-in/code", {"code": last_code(connection)}))


def test_it_joins_again_where_the_engine_had_not_answered(
    web_home: Path, connection: Connection, engine: RunningEngine
) -> None:
    from dure.engine.settings import socket_path

    client = new_browser()
    sign_in_by_phone(client, connection)
    client.post("/app/join", {"born": BORN})
    answer = client.post("/app/join/about", ABOUT)
    assert answer.status_code == 503
    assert "같은 버튼을 다시" in answer.content.decode()
    socket_path(web_home).symlink_to(engine.path)
    assert place_of(client.post("/app/join/about", ABOUT)) == "/app/settings/pin/first"
    assert [row[1] for row in members(connection)] == [2]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": " "}, "이름을 60자 안으로"),
        ({"name": "가" * 61}, "이름을 60자 안으로"),
        ({"district": "11110"}, "사는 곳을 골라"),
        ({"agree": ["terms"]}, "필수 동의 두 가지"),
    ],
)
def test_it_says_what_is_wrong_with_a_form(
    city: RunningEngine, connection: Connection, change: dict[str, object], told: str
) -> None:
    client = new_browser()
    sign_in_by_phone(client, connection)
    client.post("/app/join", {"born": BORN})
    page = client.post("/app/join/about", {**ABOUT, **change}).content.decode()
    assert told in page
    assert "<title>확인해 주세요: 거의 다 됐습니다" in page, "what a screen reader says first"
    field = re.search(r"<[^>]*aria-describedby=\"[^\"]*fault\"[^>]*>", page)
    assert field
    named = next(iter(change))
    assert f'name="{named}"' in field[0] or (named == "agree" and "fieldset" in field[0])
    assert members(connection) == []


def test_it_ends_a_session_and_clears_the_browser(
    city: RunningEngine, connection: Connection
) -> None:
    client = new_browser()
    join_by_phone(client, connection)
    token = client.cookies[COOKIE].value
    answer = client.post("/app/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    thief = new_browser()
    thief.cookies[COOKIE] = token
    assert "/app/sign-in" in place_of(thief.get("/app/join/welcome"))
