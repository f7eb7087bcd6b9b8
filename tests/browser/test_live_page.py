"""The live page in a real browser: it works without script, keeps itself fresh, and is for all."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from dure.kernel.calendar import to_us
from tests.browser.axe import axe
from tests.browser.conftest import Pages, pay, set_clock
from tests.engines import RunningEngine

pytestmark = pytest.mark.browser

IS_TOLD = """async (won) => {
  const answer = await fetch(`${board.dataset.source}?asked=here`);
  return (await answer.text()).includes(won);
}"""
"""Whether the server knows of a payment; the page itself asks without a word behind."""


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A desk, light, with script."""
    opened = browser.new_context(viewport={"width": 1280, "height": 900})
    yield opened
    opened.close()


def open_page(context: BrowserContext, address: str) -> tuple[Page, list[str]]:
    """Opens a page; the list gathers every error that its console shows."""
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.goto(address)
    return page, errors


def let_it_update(page: Page) -> None:
    """Waits until the page, whose clock is ours, has brought itself up to date once more."""
    page.evaluate("board.append(Object.assign(new Image(), {className: 'is-old'}))")
    page.clock.fast_forward(1_000)
    expect(page.locator("#board .is-old")).to_have_count(0)


def test_it_keeps_itself_fresh_without_a_reload(
    context: BrowserContext, pages: Pages, paying: RunningEngine
) -> None:
    page, errors = open_page(context, pages.address)
    expect(page.locator(".payment")).to_have_count(3)
    page.evaluate("window.stays = true")
    pay(paying, 4_321)
    expect(page.locator(".payment").first).to_contain_text("4,321원")
    expect(page.locator(".payment")).to_have_count(4)
    assert page.evaluate("window.stays") is True
    assert errors == []


def test_it_shows_the_rate_change_passing_at_midnight(
    context: BrowserContext, pages: Pages, paying: RunningEngine, db_url: str
) -> None:
    set_clock(db_url, to_us(datetime.fromisoformat("2019-10-21T23:30:00+09:00")), 1)
    page, errors = open_page(context, pages.address)
    expect(page.locator(".rate-now")).to_have_text("6%")
    expect(page.locator(".rate-next-what")).to_have_text("10월 22일 0시부터 3%")
    set_clock(db_url, to_us(datetime.fromisoformat("2019-10-21T23:59:00+09:00")), 60)
    expect(page.locator(".rate-now")).to_have_text("3%", timeout=15_000)
    expect(page.locator(".strip-event")).to_contain_text("6%에서 3%로 바뀌었습니다")
    assert errors == []


def test_it_pauses_and_goes_on_by_keyboard(
    context: BrowserContext, pages: Pages, paying: RunningEngine
) -> None:
    context.clock.install()
    page, _ = open_page(context, pages.address)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    page.locator("#pause").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#pause")).to_have_text("이어 보기")
    expect(page.locator("#said")).to_have_text("화면을 멈추었습니다.")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    pay(paying, 4_321)
    page.clock.fast_forward(60_000)
    page.wait_for_function(IS_TOLD, arg="4,321", polling=200)
    assert f"{pages.address}/board" not in asked
    expect(page.locator(".payment")).to_have_count(3)
    page.keyboard.press("Space")
    expect(page.locator(".payment")).to_have_count(4)


def test_it_keeps_focus_and_elements_while_it_updates(
    context: BrowserContext, pages: Pages, paying: RunningEngine
) -> None:
    page, _ = open_page(context, pages.address)
    page.evaluate("document.querySelector('.payment').dataset.seen = 'yes'")
    page.evaluate("document.querySelector('.districts').dataset.mark = ''")
    pay(paying, 4_321)
    expect(page.locator(".payment")).to_have_count(4)
    old = page.locator(".payment").nth(1)
    expect(old).to_contain_text("900,000원")


def test_it_says_that_the_connection_is_lost_and_finds_it_again(
    context: BrowserContext, pages: Pages, paying: RunningEngine
) -> None:
    page, _ = open_page(context, pages.address)
    expect(page.locator("#lost")).to_be_hidden()
    pages.stop()
    expect(page.locator("#lost")).to_be_visible(timeout=15_000)
    pages.start()
    expect(page.locator("#lost")).to_be_hidden(timeout=15_000)


def test_it_says_that_the_engine_is_away(
    context: BrowserContext, pages: Pages, paying: RunningEngine
) -> None:
    page, _ = open_page(context, pages.address)
    paying.stop()
    expect(page.locator(".strip-alarm:visible")).to_contain_text("엔진이 대답하지 않습니다")


def test_it_has_nothing_that_axe_finds_in_an_empty_city(
    context: BrowserContext, pages: Pages, engine: RunningEngine
) -> None:
    page, errors = open_page(context, pages.address)
    found = axe(page)
    assert found.violations_count == 0, found.generate_report()
    assert errors == []
