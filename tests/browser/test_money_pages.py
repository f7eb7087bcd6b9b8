"""The budget, the forecasts and the wizard in a real browser: axe, every width, the keyboard."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from dure.engine.settings import socket_path
from dure.kernel.database.home import home_directory
from tests.browser.conftest import Pages, is_judged
from tests.browser.desk import OFFICER, OPERATOR, POLICY, SECOND, desk_of, prepared, seed_desk
from tests.browser.nursery import Nursery
from tests.db.budget_city import CITY
from tests.engines import RunningEngine

pytestmark = pytest.mark.browser

TWO_FRAMES = "() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"
WIDTHS = (390, 820, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PICTURES = os.environ.get("DURE_TEST_PICTURES")
"""A folder for pictures of every page, for who wants to look at them."""

ADDRESSES = {
    "tree": (OFFICER, f"/budget?open={CITY}"),
    "line": (OFFICER, f"/budget/lines/{CITY}"),
    "appropriate": (OFFICER, f"/budget/lines/{CITY}/appropriate"),
    "releases": (OFFICER, f"/budget/lines/{CITY}/releases"),
    "ask": (OFFICER, f"/budget/lines/{CITY}/transfer"),
    "transfers": (OFFICER, "/budget/transfers"),
    "transfer": (OFFICER, "/budget/transfers/2"),
    "forecast": (POLICY, "/forecast"),
    "forecast-line": (POLICY, f"/forecast/{CITY}"),
    "pace": (POLICY, "/pace"),
    "work": (POLICY, "/forecast/works/7"),
    "plans": (POLICY, "/plans"),
    "wizard": (POLICY, "/plans/new"),
    "wizard-limits": (
        POLICY,
        f"/plans/new?step=2&line={CITY}&first_day=2019-10-22&last_day=2019-12-31",
    ),
    "found": (POLICY, "/plans/6"),
    "gallery": (OPERATOR, "/gallery"),
}


@pytest.fixture
def desk(
    nursery: Nursery,
    db_url: str,
    engine: RunningEngine,
    static_files: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Pages]:
    """The pages of a city with a budget and foresight; both processes know the sessions."""
    from django.conf import settings

    home = tmp_path / "home"
    home.mkdir()
    (home / "static").symlink_to(static_files)
    socket_path(home).symlink_to(engine.path)
    monkeypatch.setenv("DURE_HOME", str(home))
    monkeypatch.setenv("DURE_SECRET_KEY", settings.SECRET_KEY)
    assert home_directory() == home
    prepared(lambda: seed_desk(db_url, engine))
    running = Pages(nursery, db_url, home)
    running.start()
    yield running
    running.stop()


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def settled_width(page: Page, most: int) -> int:
    """How wide the page is once it has settled; a busy machine takes some frames to lay it out."""
    for _ in range(40):
        page.evaluate(TWO_FRAMES)
        wide = int(page.evaluate("document.documentElement.scrollWidth"))
        if wide <= most:
            break
    return wide


def looked_at(width: int, language: str) -> tuple[Literal["light", "dark"], ...]:
    """The colors in which axe looks."""
    if PICTURES and not language:
        return SCHEMES
    return tuple(scheme for scheme in SCHEMES if is_judged(width, scheme))


@pytest.mark.parametrize("language", ["", pytest.param("/en", marks=pytest.mark.campaign)])
def test_it_has_nothing_that_axe_finds_and_fits_every_screen(
    browser: Browser, desk: Pages, language: str
) -> None:
    found: dict[str, str] = {}
    errors: list[str] = []
    for name, (who, address) in ADDRESSES.items():
        context = desk_of(browser, desk.address, who)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        answer = page.goto(f"{desk.address}{language}/console{address}")
        assert answer is not None
        assert answer.status == 200, name
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 1000})
            wide = settled_width(page, width)
            if wide > width:
                found[f"{name} {width}"] = f"{wide} pixels wide"
            for scheme in looked_at(width, language):
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                page.evaluate(TWO_FRAMES)
                told = Axe().run(page)
                if told.violations_count:
                    found[f"{name} {width} {scheme}"] = told.generate_report()
                picture(page, f"{name}-{width}-{scheme}{language.replace('/', '-')}")
        context.close()
    assert errors == []
    assert not found, "\n".join(f"{name}: {report[:1500]}" for name, report in found.items())


def test_the_wizard_is_walked_by_keyboard_alone(browser: Browser, desk: Pages) -> None:
    context = desk_of(browser, desk.address, POLICY)
    page = context.new_page()
    page.goto(f"{desk.address}/console/plans")
    begin = page.get_by_role("link", name="새 계획 찾기")
    tab_to(page, begin)
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="다음"))
    page.keyboard.press("Enter")
    slider = page.get_by_role("slider", name="얼마나 확실하게 남아야 하나요?")
    tab_to(page, slider)
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("spinbutton", name="얼마나 확실하게")).to_have_value("94")
    tab_to(page, page.get_by_role("button", name="찾기 시작"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/console/forecast/works/\d+$"))
    expect(page.get_by_role("progressbar")).to_be_visible()
    tab_to(page, page.get_by_role("button", name="그만두기"))
    page.keyboard.press("Enter")
    expect(page.locator(".work-stage")).to_contain_text("그만둠")
    context.close()


def tab_to(page: Page, target: object) -> None:
    """Goes on with the Tab key until the target has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if target.evaluate("(one) => one === document.activeElement"):  # type: ignore[attr-defined]
            return
    raise AssertionError("the Tab key does not come there")


def test_the_wizard_works_without_script(browser: Browser, desk: Pages) -> None:
    context = desk_of(browser, desk.address, POLICY, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{desk.address}/console/plans/new")
    page.get_by_role("button", name="다음").click()
    page.get_by_label("요율은 많아야").fill("6")
    page.get_by_role("button", name="찾기 시작").click()
    expect(page).to_have_url(re.compile(r"/console/forecast/works/\d+$"))
    expect(page.locator("#work-state")).to_contain_text("차례를 기다립니다")
    context.close()


def test_rows_of_the_tree_close_and_open(browser: Browser, desk: Pages) -> None:
    context = desk_of(browser, desk.address, OFFICER)
    page = context.new_page()
    page.goto(f"{desk.address}/console/budget")
    toggle = page.get_by_role("button", name="접기: 2019년 국비")
    seogu = page.get_by_role("link", name="2019년 서구 구비", exact=True)
    expect(seogu).to_be_visible()
    toggle.focus()
    page.keyboard.press("Enter")
    expect(seogu).to_be_hidden()
    page.get_by_role("button", name="펴기: 2019년 국비").click()
    expect(seogu).to_be_visible()
    context.close()


def test_money_is_transferred_by_two_officials(browser: Browser, desk: Pages) -> None:
    context = desk_of(browser, desk.address, SECOND)
    page = context.new_page()
    page.goto(f"{desk.address}/console/budget/transfers/1")
    page.get_by_label("의견").fill("확인했습니다")
    page.get_by_role("button", name="승인하기").click()
    expect(page.locator(".said")).to_contain_text("두 번째로 승인해 집행되었습니다.")
    expect(page.locator(".transfer")).to_contain_text("처리됨")
    context.close()
