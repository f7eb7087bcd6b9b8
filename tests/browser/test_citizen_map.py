"""Shops in a real browser: the map drawn and moved by hand, wheel and keys; every page whole."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from dure.merchants.plane import Place, degrees_of
from tests.browser import one_city
from tests.browser.axe import axe
from tests.browser.conftest import Pages
from tests.citizens import join, session_token
from tests.engines import SEOGU, SHOP_JUNGGU, SHOP_PLUS, SHOP_SEOGU, RunningEngine

pytestmark = pytest.mark.browser
db_url, engine, pages = one_city.db_url, one_city.engine, one_city.pages

PICTURES = os.environ.get("DURE_TEST_PICTURES", "")
"""A folder for pictures to look at; none are taken without it."""
SPOTS = {
    SHOP_JUNGGU: Place(173_100, 69_400),
    SHOP_SEOGU: Place(191_222, 60_440),
    SHOP_PLUS: Place(191_282, 60_470),
}
Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def token(engine: RunningEngine, db_url: str) -> str:
    """A member of Seo-gu in the small city, whose shops have places and one a very long name."""
    with psycopg.connect(db_url, autocommit=True) as connection:
        for code, spot in SPOTS.items():
            connection.execute(
                "UPDATE shop SET latitude = %s, longitude = %s WHERE shop_code = %s",
                (*degrees_of(spot), code),
            )
        connection.execute(
            "UPDATE shop SET name_ko = %s, marks = 1, address = %s WHERE shop_code = %s",
            ("아주긴이름의" * 8, "인천광역시 서구 두루견본길 118", SHOP_PLUS),
        )
        connection.execute(
            "UPDATE benefit_offer SET weekdays = 31, from_minute = 600, until_minute = 1320"
        )
        return session_token(connection, join(engine, connection, district=SEOGU).member_id)


@pytest.fixture
def open_page(browser: Browser, pages: Pages, token: str) -> Iterator[Opened]:
    """Opens a page of the app as the member; what a script throws fails the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_one(
        path: str, *, width: int = 390, signed_in: bool = True, look: str = "", **more: Any
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 844}, base_url=pages.address, **more
        )
        contexts.append(context)
        if signed_in:
            context.add_cookies([{"name": "dure_member", "value": token, "url": pages.address}])
        if look:
            context.add_cookies([{"name": "dure_look", "value": look, "url": pages.address}])
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
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))


def _ready(page: Page) -> None:
    page.locator("[data-map][data-ready]").wait_for()
    expect(page.locator("[data-near-list] .shop-row").first).to_be_visible()


@pytest.mark.parametrize("path", [
    "/app/shops", "/app/shops?q=nothing", "/app/shops?liked=1", "/app/shops/map",
    f"/app/shops/{SHOP_PLUS}?amount=20000", "/app/shops/shelf", f"/s/{SHOP_PLUS}",
    "/s/NOSHOP000000000",
])  # fmt: skip
@pytest.mark.campaign
def test_it_is_whole_on_every_screen_and_axe_finds_nothing(open_page: Opened, path: str) -> None:
    name = path.strip("/").replace("/", "-").replace("?", "-").replace("=", "-")
    for language, width, scheme, look in (
        ("ko", 390, "light", ""), ("ko", 390, "dark", ""), ("en", 320, "light", ""),
        ("en", 1280, "dark", ""), ("ko", 320, "light", "large"),
    ):  # fmt: skip
        where = f"/en{path}" if language == "en" else path
        page = open_page(
            where, width=width, look=look, color_scheme=scheme, reduced_motion="reduce"
        )
        if path.endswith("/map"):
            _ready(page)
        for details in page.locator("details summary").all():
            details.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (where, width)
        found = axe(page)
        assert found.violations_count == 0, (where, width, found.generate_report())
        _picture(page, f"{name}-{language}-{width}-{scheme}{look}")
        page.context.close()


def test_it_opens_a_shop_from_the_map_by_keyboard_alone(open_page: Opened) -> None:
    page = open_page("/app/shops/map?from=28260")
    _ready(page)
    page.locator(".map-face").focus()
    for key in ("+", "+", "ArrowRight", "ArrowLeft", "-", "+"):
        page.keyboard.press(key)
    expect(page.locator("[data-near-list] .shop-row")).to_have_count(3)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("시험가게 2")


def test_it_moves_by_hand_and_by_wheel(open_page: Opened) -> None:
    page = open_page(f"/app/shops/map?shop={SHOP_SEOGU}", has_touch=True)
    _ready(page)
    expect(page.locator("[data-near-list] h2")).to_have_text("고른 가게")
    box = page.locator(".map-face").bounding_box()
    assert box is not None
    middle_x, middle_y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(middle_x, middle_y)
    page.mouse.wheel(0, -200)
    page.mouse.down()
    page.mouse.move(middle_x - 40, middle_y - 20, steps=4)
    page.mouse.up()
    # The other shop of this street stands 60 meters to the east and 30 to the south.
    page.mouse.wheel(0, 100)
    page.get_by_role("button", name="인천 전체").click()
    expect(page.locator("[data-near-list] .shop-row")).to_have_count(3)


def test_it_chooses_a_shop_by_a_tap(open_page: Opened) -> None:
    page = open_page(f"/app/shops/map?shop={SHOP_SEOGU}", reduced_motion="reduce")
    _ready(page)
    page.wait_for_function("document.querySelectorAll('[data-near-list] .shop-row').length === 3")
    box = page.locator(".map-face").bounding_box()
    assert box is not None
    east, south = (
        SPOTS[SHOP_PLUS].x - SPOTS[SHOP_SEOGU].x,
        SPOTS[SHOP_PLUS].y - SPOTS[SHOP_SEOGU].y,
    )
    scale = 1.1
    page.mouse.click(
        box["x"] + box["width"] / 2 + east * scale, box["y"] + box["height"] / 2 + south * scale
    )
    expect(page.locator("[data-near-list] .is-chosen .shop-name")).to_contain_text("아주긴이름의")


def test_it_asks_where_i_am_on_a_tap_alone_and_blurs_it(open_page: Opened, pages: Pages) -> None:
    latitude, longitude = degrees_of(Place(191_180, 60_300))
    page = open_page(
        "/app/shops", geolocation={"latitude": latitude, "longitude": longitude},
        permissions=["geolocation"],
    )  # fmt: skip
    assert "here=" not in page.url
    page.get_by_role("button", name="내 위치에서 찾기").click()
    page.wait_for_url("**/app/shops?*here=*")
    assert f"here={latitude:.3f}%2C{longitude:.3f}" in page.url
    expect(page.locator(".shop-row .shop-name").first).to_contain_text("시험가게 2")


def test_it_says_what_to_do_when_the_place_is_refused(open_page: Opened) -> None:
    page = open_page("/app/shops")
    page.get_by_role("button", name="내 위치에서 찾기").click()
    expect(page.get_by_text("위치를 알 수 없습니다")).to_be_visible()


def test_it_works_as_a_list_without_a_script(open_page: Opened) -> None:
    page = open_page("/app/shops/map", java_script_enabled=False)
    _picture(page, "map-plain")
    page.get_by_role("link", name="서구 가게 2곳").click(force=True)
    expect(page.locator(".shop-row").first).to_contain_text("시험가게 2")
    page.locator("#q").fill("아주긴")
    page.get_by_role("button", name="찾기").first.click()
    expect(page.locator(".shop-row")).to_have_count(1)
    page.locator(".shop-row").click()
    page.get_by_role("button", name="즐겨찾기에 넣기").click()
    expect(page.get_by_text("즐겨찾기에 넣었습니다.")).to_be_visible()
    page.get_by_role("button", name="즐겨찾기에서 빼기").click()
    expect(page.get_by_role("button", name="즐겨찾기에 넣기")).to_be_visible()


def test_it_shows_a_stranger_the_door(open_page: Opened) -> None:
    page = open_page(f"/s/{SHOP_SEOGU}", signed_in=False)
    expect(page.locator(".rate-back b")).to_have_text("10%")
    page.get_by_text("이 화면을 여는 QR").click()
    expect(page.locator(".door-code")).to_be_visible()
    _picture(page, "door-stranger")
