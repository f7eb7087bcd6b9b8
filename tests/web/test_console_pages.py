"""The first page, the log and the notices."""

import io
import time
import zipfile
from pathlib import Path

import pytest

from dure.forecast import work
from dure.rulebook.officials import Grant, Role
from tests.console import grant, sign_in
from tests.engines import BEGUN_US, RunningEngine
from tests.rulebooks import CITY_RULE, acting, at, run, seed_officials, to_scheduled
from tests.web.conftest import Connection


@pytest.fixture
def officials(web_home: Path, db_url: str) -> None:
    seed_officials(db_url)


def test_it_shows_the_city_before_there_is_any_forecast(city: RunningEngine, db_url: str) -> None:
    grant(db_url, "gaon", Grant(Role.POLICY_OFFICER), name="정책담당 가온")
    client = sign_in("gaon")
    for address, said in (
        ("/console/", "아직 전망이 없습니다"),
        ("/en/console/", "no forecast yet"),
    ):
        page = client.get(address).content.decode()
        assert said in page
        assert "정책담당 가온" in page


def test_it_tells_an_approver_what_waits(officials: None, db_url: str) -> None:
    async def drafted(connection: object) -> None:
        from dure.rulebook import workflow

        await workflow.draft(connection, acting("writer"), CITY_RULE, "x.yaml")  # type: ignore[arg-type]
        await workflow.check(connection, acting("writer"), "test-city", 1)  # type: ignore[arg-type]

    run(db_url, drafted)
    assert "/console/rules/test-city/1" in sign_in("first").get("/console/").content.decode()
    writer = sign_in("writer").get("/console/").content.decode()
    assert "기다리는 일이 없습니다" in writer


def test_it_marks_the_chain_as_verified_until_it_is_broken(
    officials: None, db_url: str, connection: Connection
) -> None:
    client = sign_in("writer")
    page = client.get("/console/log").content.decode()
    assert "사슬과 서명을 모두 확인했습니다" in page
    connection.execute("ALTER TABLE rulebook_log DISABLE TRIGGER USER")
    connection.execute("UPDATE rulebook_log SET at_us = at_us - 1 WHERE entry = 2")
    broken = client.get("/console/log").content.decode()
    assert "기록이 맞지 않습니다" in broken


def test_it_filters_the_log_and_gives_it_as_a_spreadsheet(officials: None, db_url: str) -> None:
    run(db_url, lambda connection: to_scheduled(connection, CITY_RULE, 1))
    client = sign_in("writer")
    by = client.get("/console/log", {"who": "first"}).content.decode()
    assert by.count("<tr>") == 2, "the head and one approval"
    assert client.get("/console/log", {"day": "2019-08-02"}).content.decode().count("<tr>") == 0
    assert "맞는 기록이 없습니다" in client.get("/console/log", {"about": "x\x00"}).content.decode()
    sheet = client.get("/console/log", {"who": "first", "as": "xlsx"})
    with zipfile.ZipFile(io.BytesIO(sheet.content)) as archive:
        assert archive.read("xl/worksheets/sheet1.xml").count(b"<row ") == 5
    for tab in ("budget", "accounts"):
        assert sign_in("root").get(f"/console/log/{tab}").status_code == 200
        assert sign_in("root").get(f"/console/log/{tab}?as=xlsx").status_code == 200


def test_it_shows_addresses_of_sign_ins_to_operators_and_auditors_alone(officials: None) -> None:
    assert sign_in("writer").get("/console/log/accounts").status_code == 403
    assert sign_in("root").get("/console/log/accounts").status_code == 200


def test_it_tells_citizens_what_comes_in_both_languages(officials: None, db_url: str) -> None:
    from django.test import Client

    run(db_url, lambda connection: to_scheduled(connection, CITY_RULE, 1))
    citizen = Client(SERVER_NAME="localhost")
    assert "시 캐시백" in citizen.get("/notices").content.decode()
    assert "City cashback" in citizen.get("/en/notices").content.decode()
    assert "/console/rules" not in citizen.get("/notices").content.decode()
    official = sign_in("writer").get("/console/notices").content.decode()
    assert "/console/rules/test-city/1" in official


def test_it_reads_the_log_again_only_when_it_has_grown(officials: None, db_url: str) -> None:
    from dure.web.console.shell.rulebook import SharedLog
    from dure.web.shared.store import database

    shared = SharedLog()
    first = shared.read(database())
    assert shared.read(database()) is first
    grant_at = at("2019-08-02T09:00")

    async def granted(connection: object) -> None:
        from dure.rulebook import city_steps

        await city_steps.set_notice_days(connection, acting("first", grant_at), 10)  # type: ignore[arg-type]

    run(db_url, granted)
    assert shared.read(database()).book.notice_days == 10


def test_it_gives_the_lines_and_the_officials_as_spreadsheets(
    city: RunningEngine, db_url: str
) -> None:
    grant(db_url, "bom", Grant(Role.AUDITOR), name="감사담당 봄")
    client = sign_in("bom")
    for address in ("/console/", "/en/console/", "/console/officials", "/console/notices"):
        answer = client.get(f"{address}?as=xlsx")
        assert answer.headers["Content-Type"].endswith("spreadsheetml.sheet")
        assert answer.content.startswith(b"PK")


def test_it_offers_the_tables_of_a_page_that_knows_nothing_of_spreadsheets(
    officials: None, db_url: str, connection: Connection
) -> None:
    now_us = time.time_ns() // 1000
    connection.execute(
        "INSERT INTO console_session (session_key, official, address, agent, began_at_us, "
        "seen_at_us) VALUES ('other', 'writer', '10.0.0.1', '=1+1', %s, %s)",
        (now_us, now_us),
    )
    run(db_url, lambda connection: to_scheduled(connection, CITY_RULE, 1))
    client = sign_in("writer")
    page = client.get("/console/account")
    assert 'href="/console/account?as=xlsx"' in page.content.decode()
    answer = client.get("/console/account?as=xlsx")
    assert answer.content.startswith(b"PK")
    version = client.get("/console/rules/test-city/1").content.decode()
    assert "/console/evidence/rules/test-city/1.pdf" in version


def test_it_shows_since_when_a_line_is_told_to_end_early_and_who_took_note(
    city: RunningEngine, db_url: str, connection: Connection
) -> None:
    grant(db_url, "gaon", Grant(Role.POLICY_OFFICER), name="정책담당 가온")
    grant(db_url, "bom", Grant(Role.AUDITOR), name="감사담당 봄")
    number = work.ask(connection, "forecast", {}, "gaon")
    connection.execute(
        "INSERT INTO foresight_alarm (line_id, code, since_us, told_us, work_id, korean, english)"
        " VALUES (1, 'ends_early', %s, %s, %s, '일찍 끝납니다', 'ends early')",
        (BEGUN_US, BEGUN_US, number),
    )
    gaon, bom = sign_in("gaon"), sign_in("bom")
    page = gaon.get("/en/console/").content.decode()
    assert "ends early" in page
    assert "since 21 October, 18:00" in page
    alarm = int(page.split("/en/console/alarms/")[1].split('"')[0])
    assert "/en/console/alarms/" not in bom.get("/en/console/").content.decode()
    assert bom.post(f"/en/console/alarms/{alarm}").status_code == 403
    assert gaon.post(f"/en/console/alarms/{alarm}").status_code == 302
    assert gaon.post(f"/en/console/alarms/{alarm + 1}").status_code == 404
    assert "noted by 정책담당 가온" in bom.get("/en/console/").content.decode()
