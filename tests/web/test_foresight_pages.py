"""The forecasts' pages: risk first, empty states, outdated ones, long work that is asked for."""

from __future__ import annotations

from typing import Any

import pytest

from dure.forecast import work
from dure.forecast.results import Forecast, Paces, Warned
from dure.rulebook.officials import Grant, Role
from dure.web.console.foresight import examples
from tests.console import grant, sign_in
from tests.engines import BEGUN_US, RunningEngine
from tests.foresight_results import fail, run_to, store_result
from tests.web.conftest import Connection

DAY_US = 86_400_000_000
FORECAST = "/console/forecast"
LITTLE = Warned(code="little", korean="이력이 석 달뿐입니다.", english="Only three months known.")


@pytest.fixture
def officials(city: RunningEngine, db_url: str) -> None:
    grant(db_url, "policy", Grant(Role.POLICY_OFFICER))
    grant(db_url, "auditor", Grant(Role.AUDITOR))
    grant(db_url, "operator", Grant(Role.OPERATOR))


def forecast(**changed: Any) -> Forecast:
    early, maybe, never = examples.example_lines()
    lines = [
        examples.a_line(3, ("서구 구비", "Seo-gu"), run_out=never.run_out, code="test-seogu",
                        unspent_over_5_bp=9_900),
        examples.a_line(2, ("시비", "City"), run_out=early.run_out, code="test-city"),
        examples.a_line(1, ("국비", "State"), run_out=maybe.run_out, code="test-state"),
    ]  # fmt: skip
    given: dict[str, Any] = {
        "as_of_us": BEGUN_US, "history_until": "2019-10-20", "futures": 400, "seed": 1,
        "lines": lines, "months": examples.example_months(), "warnings": [LITTLE],
    } | changed  # fmt: skip
    return Forecast(**given)


def page_of(client: Any, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()
    return str(answer.content.decode())


def test_it_says_that_there_is_no_forecast_yet(officials: None) -> None:
    client = sign_in("policy")
    assert "아직 예측이 없습니다" in page_of(client, FORECAST)
    assert "아직 살펴본 집행 속도가 없습니다" in page_of(client, "/console/pace")
    assert "이 과목의 예측이 없습니다" in page_of(client, f"{FORECAST}/test-city")
    assert "no forecast" in page_of(client, "/en/console/forecast")
    page_of(client, f"{FORECAST}/nowhere", 404)


def test_it_shows_the_greatest_risk_first_with_its_interval(
    officials: None, connection: Connection
) -> None:
    store_result(connection, "forecast", forecast())
    page = page_of(sign_in("policy"), FORECAST)
    places = [page.index(f'{FORECAST}/test-{name}"') for name in ("city", "state", "seogu")]
    assert places == sorted(places)
    assert "2019년 10월 22일" in page
    assert "2019년 10월 9일 ~ 2019년 11월 19일" in page
    assert "소진 경보" in page
    assert "불용 주의" in page
    assert "이력이 석 달뿐입니다." in page
    english = page_of(sign_in("policy"), "/en/console/forecast")
    assert "22 October 2019" in english
    assert "Only three months known." in english


def test_it_shows_a_line_with_its_pace_and_how_its_date_moved(
    officials: None, connection: Connection
) -> None:
    moved = forecast(lines=[examples.a_line(2, ("시비", "City"), run_out=examples.MAYBE)])
    store_result(connection, "forecast", moved, at_us=BEGUN_US - 9 * DAY_US)
    store_result(connection, "forecast", forecast())
    pace = Paces(as_of_us=BEGUN_US, lines=[examples.a_pace(2, "ahead", 117)])
    store_result(connection, "paces", pace)
    page = page_of(sign_in("policy"), f"{FORECAST}/test-city")
    for ident in ("fan", "daily", "burn", "moves", "months"):
        assert f'id="{ident}-title"' in page
    assert "2019년 10월 12일" in page, "the day of the earlier forecast"
    assert "계획보다 82억 원을 더 썼습니다." in page
    assert "월 30만 원까지 3%" in page
    assert "계획보다 빠름" in page_of(sign_in("policy"), "/console/pace")


def test_it_shows_a_line_of_which_nothing_is_foreseen(
    officials: None, connection: Connection
) -> None:
    store_result(connection, "forecast", forecast(lines=[examples.an_empty_line()], months=[]))
    client = sign_in("policy")
    assert "아직 보여 줄 값이 없습니다." in page_of(client, FORECAST)
    page_of(client, f"{FORECAST}/test-city")


def test_it_shows_a_what_if_as_what_it_is(officials: None, connection: Connection) -> None:
    number = store_result(connection, "forecast", forecast(), {"document_sha256s": []})
    page = page_of(sign_in("policy"), f"{FORECAST}?work={number}")
    assert "초안을 얹어 본 예측입니다" in page
    assert "아직 예측이 없습니다" in page_of(sign_in("policy"), FORECAST)
    page_of(sign_in("policy"), f"{FORECAST}?work=999", 404)


def test_it_says_when_a_forecast_no_longer_holds(officials: None, connection: Connection) -> None:
    store_result(connection, "forecast", forecast(), at_us=BEGUN_US - 9 * DAY_US)
    assert "9일 전의 결과입니다" in page_of(sign_in("policy"), FORECAST)


def test_it_shows_huge_and_tiny_amounts(officials: None, connection: Connection) -> None:
    huge = examples.a_line(
        2, ("시비", "City"), run_out=examples.NEVER, budget_won=9 * 10**15, daily_won=10**13,
        spent_won=1, code="test-city",
    )  # fmt: skip
    none = examples.a_line(
        3, ("서구", "Seo-gu"), run_out=examples.NEVER, budget_won=0, daily_won=0, spent_won=0,
        code="test-seogu",
    )  # fmt: skip
    store_result(connection, "forecast", forecast(lines=[huge, none]))
    client = sign_in("policy")
    assert "9,000조" in page_of(client, FORECAST)
    page_of(client, f"{FORECAST}/test-city")
    page_of(client, f"{FORECAST}/test-seogu")


def test_it_asks_for_a_forecast_once_while_one_waits(
    officials: None, connection: Connection
) -> None:
    client = sign_in("policy")
    places = [client.post(f"{FORECAST}/run/forecast").headers["Location"] for _ in range(2)]
    assert places[0] == places[1]
    assert len(work.listed(connection)) == 1
    assert "차례를 기다립니다" in page_of(client, places[0])
    assert client.post(f"{FORECAST}/run/simulation").status_code == 404


def test_it_shows_how_far_the_work_is_and_stops_it(officials: None, connection: Connection) -> None:
    client = sign_in("policy")
    place = client.post(f"{FORECAST}/run/forecast").headers["Location"]
    number = int(place.rsplit("/", 1)[1])
    run_to(connection, number, 4_200, ("앞날을 그리는 중", "drawing futures"))
    page = page_of(client, place)
    assert "42%" in page
    assert "앞날을 그리는 중" in page
    assert "drawing futures" in page_of(client, f"/en{place}/state")
    assert "<html" not in page_of(client, f"{place}/state")
    assert sign_in("auditor").post(f"{place}/cancel").status_code == 403
    client.post(f"{place}/cancel")
    found = work.look(connection, number)
    assert found is not None
    assert found.is_stopping
    assert f"{place}/cancel" not in page_of(client, place)


def test_it_lets_only_the_asker_and_operators_stop_work(
    officials: None, connection: Connection, db_url: str
) -> None:
    grant(db_url, "other", Grant(Role.POLICY_OFFICER))
    place = sign_in("policy").post(f"{FORECAST}/run/paces").headers["Location"]
    assert sign_in("other").post(f"{place}/cancel").status_code == 404
    assert sign_in("operator").post(f"{place}/cancel").status_code == 302
    assert work.listed(connection)[0].state is work.State.CANCELLED


def test_it_says_why_work_failed(officials: None, connection: Connection) -> None:
    number = work.ask(connection, "forecast", {}, "policy")
    fail(connection, number, "이력이 없습니다. 먼저 이력을 만드세요.", "there is no history")
    page = page_of(sign_in("policy"), f"{FORECAST}/works/{number}")
    assert "이력이 없습니다. 먼저 이력을 만드세요." in page
    assert "다시 돌리기" in page
    page_of(sign_in("policy"), f"{FORECAST}/works/99", 404)


def test_it_goes_on_to_the_result_of_finished_work(officials: None, connection: Connection) -> None:
    number = store_result(connection, "forecast", forecast())
    answer = sign_in("policy").get(f"{FORECAST}/works/{number}")
    assert answer.headers["Location"] == FORECAST


def test_an_auditor_looks_and_asks_for_nothing(officials: None, connection: Connection) -> None:
    store_result(connection, "forecast", forecast())
    client = sign_in("auditor")
    assert "지금 예측하기" not in page_of(client, FORECAST)
    assert client.post(f"{FORECAST}/run/forecast").status_code == 403


@pytest.mark.parametrize("address", ["/forecast", "/forecast/test-city", "/pace", "/gallery"])
def test_it_is_closed_to_who_is_not_signed_in(web_home: Any, address: str) -> None:
    from django.test import Client

    answer = Client(SERVER_NAME="localhost").get(f"/console{address}")
    assert "/console/sign-in" in answer.headers["Location"]


def test_the_gallery_is_for_operators(officials: None) -> None:
    page = page_of(sign_in("operator"), "/console/gallery")
    assert page.count("<figure") > 12
    page_of(sign_in("operator"), "/en/console/gallery")
    page_of(sign_in("policy"), "/console/gallery", 403)


@pytest.mark.parametrize("address", [
    "/forecast", "/forecast/test-city", "/pace", "/plans/1",
])  # fmt: skip
def test_it_gives_every_table_as_a_spreadsheet(
    officials: None, connection: Connection, address: str
) -> None:
    store_result(connection, "plans", examples.example_plans(), {"x": 1})
    store_result(connection, "forecast", forecast())
    pace = Paces(as_of_us=BEGUN_US, lines=[examples.a_pace(2, "ahead", 117)])
    store_result(connection, "paces", pace)
    answer = sign_in("auditor").get(f"/console{address}?as=xlsx")
    assert answer.status_code == 200
    assert answer.content.startswith(b"PK")
