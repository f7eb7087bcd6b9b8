"""The live page as the server renders it: empty, at work, at midnight, and when a part is away."""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import psycopg
import pytest

from dure.authorization.requests import Charge, Purchase
from dure.kernel.calendar import to_us
from tests.engines import BEGUN_US, SHOP_JUNGGU, SHOP_SEOGU, RunningEngine, new_key, open_member
from tests.web.conftest import Connection

Get = Callable[[str], Any]


@pytest.fixture
def get(web_home: object) -> Get:
    """Fetches a page."""
    from django.test import Client

    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    return client.get


def text_of(response: Any) -> str:
    return str(response.content.decode())


def set_clock(connection: Connection, text: str, speed: int = 60) -> None:
    started_at_us = to_us(datetime.fromisoformat(text + "+09:00"))
    connection.execute("DELETE FROM city_clock")
    connection.execute(
        "INSERT INTO city_clock (anchor_us, started_at_us, speed) VALUES (%s, %s, %s)",
        (time.time_ns() // 1000, started_at_us, speed),
    )


def pay(engine: RunningEngine, won: int, shop: str = SHOP_JUNGGU) -> None:
    engine.ask(
        Purchase(
            key=new_key(), occurred_at_us=BEGUN_US, shop_code=shop, amount_won=won, channel=1,
            member_id=5,
        )
    )  # fmt: skip


@pytest.fixture
def paying(city: RunningEngine) -> RunningEngine:
    """A city in which a member has paid twice and was refused once."""
    open_member(city, 5)
    city.ask(Charge(key=new_key(), occurred_at_us=BEGUN_US, member_id=5, amount_won=100_000))
    pay(city, 20_000, SHOP_SEOGU)
    pay(city, 30_000)
    pay(city, 900_000)
    return city


def test_it_shows_an_empty_city_in_both_languages(get: Get) -> None:
    korean, english = text_of(get("/")), text_of(get("/en/"))
    assert "아직 결제가 없습니다" in korean
    assert "편성된 예산이 아직 없습니다" in korean
    assert "No payment yet" in english
    assert '<html lang="ko">' in korean
    assert '<html lang="en">' in english


def test_it_shows_where_every_won_came_from_and_why(get: Get, paying: RunningEngine) -> None:
    page = text_of(get("/"))
    assert "충전금 <b>20,000원</b>" in page
    assert "캐시백 <b>2,000원</b>" in page
    assert "+1,200원" in page
    assert "시 캐시백 6% × 20,000원 = 1,200원" in page
    assert "서구 캐시백 4% × 20,000원 = 800원" in page
    assert "재원: test-state 800원, test-city 400원, test-seogu 800원" in page
    assert "지갑의 돈이 모자랍니다" in page
    assert "The wallet holds too little" in text_of(get("/?lang=en"))


def test_it_counts_approvals_declines_districts_and_what_is_left(
    get: Get, paying: RunningEngine
) -> None:
    page = " ".join(text_of(get("/en/")).split())
    assert '<dd class="big">2</dd>' in page
    assert '<dd class="big">1</dd>' in page
    assert "Not enough money" in page
    assert "₩50,000" in page
    assert "Seo-gu" in page


def test_it_renders_the_board_alone_for_the_script(get: Get, paying: RunningEngine) -> None:
    board = get("/board")
    assert board.status_code == 200
    assert board.headers["Cache-Control"] == "no-store"
    assert "<html" not in text_of(board)
    assert "시 캐시백" in text_of(board)
    assert "City cashback" in text_of(get("/en/board"))


def test_it_announces_the_next_rate_before_midnight(
    get: Get, city: RunningEngine, connection: Connection
) -> None:
    set_clock(connection, "2019-10-21T22:00:00")
    page = text_of(get("/"))
    assert '<p class="rate-now">6%</p>' in page
    assert "10월 22일 0시부터 3%" in page
    assert "바뀌었습니다" not in page


def test_it_tells_of_the_change_after_midnight(
    get: Get, city: RunningEngine, connection: Connection
) -> None:
    set_clock(connection, "2019-10-22T00:00:00")
    page = text_of(get("/"))
    assert '<p class="rate-now">3%</p>' in page
    assert "10월 22일 0시부터 캐시백이 6%에서 3%로 바뀌었습니다." in page
    assert "Cashback went from 6% to 3%" in text_of(get("/en/"))


def test_it_stops_telling_of_the_change_after_half_a_day(
    get: Get, city: RunningEngine, connection: Connection
) -> None:
    set_clock(connection, "2019-10-22T12:30:00")
    assert "바뀌었습니다" not in text_of(get("/"))


def test_it_says_that_the_engine_is_away(get: Get, city: RunningEngine) -> None:
    assert "결제 엔진이 대답하지 않습니다" not in text_of(get("/"))
    city.stop()
    assert "결제 엔진이 대답하지 않습니다" in text_of(get("/"))


def test_it_says_that_the_database_is_away_and_comes_back(get: Get, db_url: str) -> None:
    from django.db import connections

    from tests.conftest import point_django_at

    point_django_at("postgresql://nobody@127.0.0.1:1/nothing")
    away = get("/")
    assert away.status_code == 503
    assert "지금은 숫자를 보여 줄 수 없습니다" in text_of(away)
    assert "The numbers cannot be shown" in text_of(get("/en/board"))
    assert get("/healthz").json()["database"] is False
    del connections["default"]
    point_django_at(db_url)
    assert get("/").status_code == 200


def test_it_outlives_a_database_that_ended_its_connection(
    get: Get, db_url: str, connection: Connection
) -> None:
    assert get("/").status_code == 200
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    get("/")
    assert get("/").status_code == 200


def test_it_says_whether_everything_is_there(get: Get, city: RunningEngine) -> None:
    healthy = get("/healthz")
    assert healthy.status_code == 200
    assert healthy.json()["clock"].startswith("2019-10-21T18:")
    city.stop()
    sick = get("/healthz")
    assert (sick.status_code, sick.json()["engine"]) == (503, False)


def test_it_has_a_page_for_what_is_missing_in_both_languages(get: Get) -> None:
    korean, english = get("/없는-쪽"), get("/en/nowhere")
    assert korean.status_code == english.status_code == 404
    assert "찾는 쪽이 없습니다" in text_of(korean)
    assert "There is no such page" in text_of(english)
    assert get("/api/v1/nowhere").headers["Content-Type"] == "application/problem+json"


def test_it_has_a_page_for_a_fault_of_ours(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    from dure.web.city import views

    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(views, "board_of", break_down)
    monkeypatch.setattr(views, "SharedReading", None)
    broken = get("/")
    assert broken.status_code == 500
    assert "문제가 생겼습니다" in text_of(broken)


def test_it_loads_nothing_from_elsewhere_and_nothing_inline(
    get: Get, paying: RunningEngine
) -> None:
    response = get("/")
    page = text_of(response)
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert " style=" not in page
    assert "<style" not in page
    assert "onclick" not in page
    assert "<script>" not in page
    assert "//" not in page.replace("<!doctype html>", "").replace("http://www.w3.org", "")


def test_it_reads_the_database_once_for_many_viewers(
    db_url: str, web_home: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dure.web.city import reading

    reads: list[int] = []
    read_city = reading.read_city

    def counted(*given: Any, **named: Any) -> Any:
        reads.append(1)
        return read_city(*given, **named)

    monkeypatch.setattr(reading, "read_city", counted)
    shared = reading.SharedReading(kept_s=60.0)
    with psycopg.connect(db_url, autocommit=True) as connection:
        for _ in range(5):
            shared.get(connection, engine_answers=None)
    assert len(reads) == 1


@pytest.mark.parametrize("path", ["/", "/board", "/healthz", "/api/v1/docs"])
def test_it_answers_only_who_looks(path: str, web_home: object) -> None:
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    assert client.post(path).status_code == 405


def test_it_shows_the_api_page_in_both_languages(get: Get) -> None:
    korean, english = text_of(get("/api/v1/docs")), text_of(get("/en/api/v1/docs"))
    assert "제휴사 API" in korean
    assert "/api/v1/purchases" in korean
    assert "problem-not_enough_money" in english
    assert "Charge it and pay again." in english


def test_it_shows_the_last_numbers_while_another_reader_waits(
    db_url: str, web_home: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dure.web.city import reading

    shared = reading.SharedReading(kept_s=0.0)
    started, go_on = threading.Event(), threading.Event()
    read_city = reading.read_city

    def slowly(*given: Any, **named: Any) -> Any:
        started.set()
        assert go_on.wait(10)
        return read_city(*given, **named)

    with psycopg.connect(db_url, autocommit=True) as connection:
        first = shared.get(connection, engine_answers=None)
        monkeypatch.setattr(reading, "read_city", slowly)
        slow = threading.Thread(
            target=shared.get, args=(connection,), kwargs={"engine_answers": None}
        )
        slow.start()
        assert started.wait(10)
        assert shared.get(connection, engine_answers=None) is first
        go_on.set()
        slow.join()
        assert shared.get(connection, engine_answers=None) is not first
