"""Coupons and cards in a real browser: a rush, a card at once and by post; every page whole."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from dure.authorization.requests import Charge, Purchase
from dure.jobs.desk import Desk, city_clock
from dure.jobs.promotion import post_cards, serve_coupons
from dure.kernel.calendar import to_us
from dure.people import fields
from dure.people.members import Member
from dure.wallets.card_maker import MakerManners, SimulatedMaker
from dure.wallets.coupon_queue import draw_ticket
from dure.wallets.simulated_bank import SimulatedBank
from tests.browser.axe import axe
from tests.browser.conftest import Pages, set_clock
from tests.citizens import join, session_token
from tests.engines import BEGUN_US, SEOGU, SHOP_JUNGGU, RunningEngine, new_key

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("DURE_TEST_PICTURES", "")
"""A folder for pictures to look at; none are taken without it."""
COUPON = """\
id: {id}
version: 1
kind: coupon
title: {{ko: {ko}, en: {en}}}
scope: {scope}
period: {{from: {since}, until: 2019-12-01}}
coupon: {{{gives}, valid: {{days: 30}}}}
funding: {{of: 1, lines: {{test-city: 1}}}}
sources: [https://example.org/coupon]
"""
COUPONS = (
    ("autumn", "가을 나들이 쿠폰", "Autumn outing", "city", "2019-10-01",
     "amount_won: 5000, stock: 1000, min_won: 20000"),
    ("market", "서구 동네가게 열 번째 생일을 함께 기뻐하는 아주 긴 이름의 쿠폰",
     "A very long name of a coupon for the tenth birthday of the small shops of Seo-gu", "서구",
     "2019-10-01", "rate_bp: 1000, max_won: 3000, stock: 50"),
    ("gone", "첫눈 쿠폰", "First snow", "city", "2019-10-01", "amount_won: 1000, stock: 1"),
    ("coming", "김장 쿠폰", "Kimchi time", "city", "2019-11-11", "amount_won: 7000, stock: 500"),
)  # fmt: skip
AUTUMN, MARKET, GONE, COMING = 21, 22, 23, 24
Opened = Callable[..., Page]


class Town(NamedTuple):
    """A city with coupons, a member who is signed in, and the worker's hand."""

    engine: RunningEngine
    connection: psycopg.Connection[tuple[Any, ...]]
    member: Member
    token: str
    desk: Desk


@pytest.fixture
def town(
    engine: RunningEngine, db_url: str, pages: Pages, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Town]:  # fmt: skip
    monkeypatch.setenv("DURE_HOME", str(tmp_path / "home"))
    fields.installed_sealer.cache_clear()
    with psycopg.connect(db_url, autocommit=True) as connection:
        for number, (name, ko, en, scope, since, gives) in enumerate(COUPONS, AUTUMN):
            text = COUPON.format(id=name, ko=ko, en=en, scope=scope, since=since, gives=gives)
            connection.execute(
                "INSERT INTO rule_version VALUES (%s, %s, 1, %s,"
                " encode(sha256(convert_to(%s, 'UTF8')), 'hex'), 0)",
                (number, name, text, text),
            )
        member = join(engine, connection, district=SEOGU)
        charge = Charge(
            key=new_key(), occurred_at_us=BEGUN_US, member_id=member.member_id, amount_won=90_000
        )
        assert engine.ask(charge).approved
        clock = city_clock(connection)
        desk = Desk(connection, SimulatedBank(connection, clock), engine.ask, clock, lambda: False)
        SimulatedMaker(connection, clock, b"").behave(MakerManners(making_us=0, posting_us=0))
        yield Town(engine, connection, member, session_token(connection, member.member_id), desk)
    fields.installed_sealer.cache_clear()


@pytest.fixture
def open_page(browser: Browser, pages: Pages, town: Town) -> Iterator[Opened]:
    """Opens a page of the app as the member; what a script throws fails the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_one(path: str, *, width: int = 390, **more: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 844}, base_url=pages.address, **more
        )
        contexts.append(context)
        context.add_cookies([{"name": "dure_member", "value": town.token, "url": pages.address}])
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.goto(path)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not faults


def _picture(page: Page, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def _look(open_page: Opened, paths: list[str]) -> None:
    """Nothing wider than the window, nothing that axe finds, in both languages and colors."""
    for language, width, scheme, is_judged in (
        ("ko", 390, "light", True), ("ko", 390, "dark", False), ("en", 320, "dark", True),
        ("en", 1280, "light", False),
    ):  # fmt: skip
        if not (is_judged or PICTURES):
            continue
        page = open_page("/app/coupons", width=width, color_scheme=scheme)
        for path in paths:
            where = f"/en{path}" if language == "en" else path
            page.goto(where)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (where, width)
            if is_judged:
                found = axe(page)
                assert found.violations_count == 0, (where, width, found.generate_report())
            name = re.sub(r"[^a-z0-9]+", "-", path.removeprefix("/app/"))
            _picture(page, f"{name}-{language}-{width}-{scheme}")
        page.context.close()


def _claim(page: Page, version: int) -> None:
    page.goto(f"/app/coupons/offers/{version}")
    page.get_by_role("button", name="이 쿠폰 받기").click()


@pytest.mark.campaign
def test_it_shows_coupons_whole_on_every_screen(open_page: Opened, town: Town) -> None:
    page = open_page("/app/coupons")
    expect(page.get_by_text("가진 쿠폰이 없습니다.")).to_be_visible()
    for version in (AUTUMN, GONE, MARKET):
        _claim(page, version)
        expect(page.get_by_role("heading", name="쿠폰을 받았습니다")).to_be_visible()
    served = page.url
    town.engine.ask(
        Purchase(
            key=new_key(), occurred_at_us=town.desk.clock.now_us(), shop_code=SHOP_JUNGGU,
            amount_won=10_000, channel=2, member_id=town.member.member_id,
        )
    )  # fmt: skip
    stranger = draw_ticket(
        town.connection, key=new_key(), member_id=77, rule_version_id=COMING, at_us=BEGUN_US,
        machine_us=BEGUN_US,
    )  # fmt: skip
    held = town.connection.execute("SELECT coupon_id FROM coupon ORDER BY 1").fetchall()
    _look(open_page, [
        "/app/coupons", "/app/coupons/offers", "/app/coupons/past",
        f"/app/coupons/offers/{AUTUMN}", f"/app/coupons/offers/{COMING}",
        f"/app/coupons/{held[1][0]}", f"/app/coupons/{held[2][0]}",
        served.removeprefix(served.split("/app")[0]),
    ])  # fmt: skip
    assert stranger.member_id == 77


def test_it_keeps_a_place_in_a_rush_and_brings_the_coupon_by_itself(
    open_page: Opened, town: Town
) -> None:
    """While another hand serves the queue the page shows the place; then the coupon comes."""
    for member_id in range(9_001, 9_008):
        draw_ticket(
            town.connection, key=new_key(), member_id=member_id, rule_version_id=AUTUMN,
            at_us=BEGUN_US, machine_us=BEGUN_US,
        )  # fmt: skip
    town.connection.execute("SELECT pg_advisory_lock(210002, %s)", (AUTUMN,))
    page = open_page("/app/coupons")
    _claim(page, AUTUMN)
    expect(page.get_by_role("heading", name="순서를 기다리고 있습니다")).to_be_visible()
    expect(page.locator("[data-before]")).to_have_text("7명")
    found = axe(page)
    assert found.violations_count == 0, found.generate_report()
    _picture(page, "queue-ko-390-light")
    town.connection.execute("SELECT pg_advisory_unlock(210002, %s)", (AUTUMN,))
    serve_coupons(town.desk)
    expect(page.get_by_role("heading", name="쿠폰을 받았습니다")).to_be_visible(timeout=15_000)
    assert town.connection.execute("SELECT count(*) FROM coupon").fetchone() == (1,)


def test_it_opens_a_coupon_at_its_hour_without_a_new_page(open_page: Opened, town: Town) -> None:
    opening_us = to_us(datetime.fromisoformat("2019-11-11T00:00:00+09:00"))
    set_clock(town.engine.url, opening_us - 3_600_000_000, speed=1)
    page = open_page("/app/coupons")
    page.clock.install()
    page.goto(f"/app/coupons/offers/{COMING}")
    expect(page.locator("[data-countdown]")).to_contain_text(re.compile("^[0-9]+:[0-9]{2}$"))
    expect(page.get_by_role("button", name="이 쿠폰 받기")).to_be_hidden()
    _picture(page, "coming-ko-390-light")
    set_clock(town.engine.url, opening_us, speed=1)
    while "data-opens-ms" in page.request.get(f"/app/coupons/offers/{COMING}").text():
        continue  # The pages read the city's clock once a second.
    page.clock.fast_forward("01:00:01")
    page.get_by_role("button", name="이 쿠폰 받기").click()
    expect(page.get_by_role("heading", name="쿠폰을 받았습니다")).to_be_visible()


def test_it_gets_a_card_at_once_blocks_it_and_replaces_it(open_page: Opened, town: Town) -> None:
    page = open_page("/app/cards")
    page.get_by_role("link", name="새 카드 만들기").click()
    page.get_by_role("link", name="가상카드").click()
    _picture(page, "card-virtual-ko-390-light")
    page.get_by_label("연수 e음").check()
    page.get_by_role("button", name="가상카드 받기").click()
    number = page.locator(".card-number dd").inner_text()
    assert re.fullmatch(r"([0-9]{4} ){3}[0-9]{4}", number)
    found = axe(page)
    assert found.violations_count == 0, found.generate_report()
    _picture(page, "card-number-ko-390-light")
    page.get_by_role("link", name="이 카드로 가기").click()
    page.get_by_role("button", name="카드 정지하기").click()
    expect(page.get_by_text("카드를 정지했습니다.")).to_be_visible()
    _picture(page, "card-blocked-ko-390-light")
    page.get_by_role("link", name="잃어버렸어요").click()
    page.get_by_role("button", name="새 카드로 바꾸기").click()
    assert page.locator(".card-number dd").inner_text() != number
    page.go_back()
    expect(page.locator(".card-number")).to_have_count(0)


def _post(open_page: Opened, town: Town) -> tuple[Page, str]:
    """Applies for a card; it has come. The page and the address of its way."""
    page = open_page("/app/cards/order")
    for label, text in (("우편번호", "21554"), ("도로명 주소", "인천광역시 남동구 정각로 29")):
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="신청하기").click()
    expect(page.get_by_role("heading", name="카드가 오는 길")).to_be_visible()
    for _ in range(3):
        town.connection.execute("UPDATE card_delivery SET due_at = now()")
        post_cards(town.desk)
    return page, page.url.removeprefix(page.url.split("/app")[0])


def _register(page: Page) -> str:
    """Registers the card in the letter box; the address of its page."""
    page.goto("/app/demo/mailbox")
    number, code = page.locator(".card-number dd").all_inner_texts()
    page.get_by_role("link", name="받은 카드 등록하기").click()
    page.get_by_label("카드 번호").fill(number)
    page.get_by_label("등록 번호").fill(code)
    page.get_by_label("카드 비밀번호", exact=True).fill("2580")
    page.get_by_label("카드 비밀번호 한 번 더").fill("2580")
    page.get_by_role("button", name="등록하고 쓰기 시작").click()
    expect(page.get_by_text("이제 쓸 수 있습니다.")).to_be_visible()
    return page.url.removeprefix(page.url.split("/app")[0])


def test_it_brings_a_card_by_post_and_registers_it(open_page: Opened, town: Town) -> None:
    page, way = _post(open_page, town)
    page.goto(way)
    found = axe(page)
    assert found.violations_count == 0, found.generate_report()
    _register(page)
    found = axe(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.campaign
def test_it_shows_cards_whole_on_every_screen(open_page: Opened, town: Town) -> None:
    page, way = _post(open_page, town)
    _look(open_page, [way, "/app/demo/mailbox", "/app/cards/register", "/app/cards/order"])
    card = _register(page)
    page.goto("/app/cards/virtual")
    page.get_by_role("button", name="가상카드 받기").click()
    _look(open_page, [
        card, f"{card}/lost", f"{card}/close", f"{card}/pin", "/app/cards", "/app/cards/new",
        "/app/cards/virtual",
    ])  # fmt: skip
