"""The live page in a real browser as it is read: in both languages, by all, without script."""

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser import one_city
from tests.browser.axe import axe
from tests.browser.conftest import Pages, is_judged
from tests.browser.test_live_page import let_it_update, open_page
from tests.engines import RunningEngine

pytestmark = pytest.mark.browser
db_url, engine, pages = one_city.db_url, one_city.engine, one_city.pages
paying = one_city.paying

TWO_FRAMES = "() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"
WIDTHS = (320, 390, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A desk, light, with script."""
    opened = browser.new_context(viewport={"width": 1280, "height": 900})
    yield opened
    opened.close()


def test_it_shows_the_numbers_without_script(
    browser: Browser, pages: Pages, paying: RunningEngine
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page, _ = open_page(context, pages.address)
    expect(page.locator(".payment")).to_have_count(3)
    expect(page.locator("noscript p, .strip").first).to_contain_text("새로 고치세요")
    expect(page.locator("#pause")).to_be_hidden()
    context.close()


def test_it_changes_language(context: BrowserContext, pages: Pages, paying: RunningEngine) -> None:
    context.clock.install()
    page, _ = open_page(context, pages.address)
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(re.compile("/en/$"))
    expect(page.get_by_role("heading", name="Latest payments")).to_be_visible()
    let_it_update(page)
    expect(page.get_by_role("heading", name="Latest payments")).to_be_visible()
    page.get_by_role("link", name="한국어").click()
    expect(page.get_by_role("heading", name="방금 들어온 결제")).to_be_visible()


@pytest.mark.parametrize(
    "path",
    ["/", pytest.param("/en/", marks=pytest.mark.campaign), "/api/v1/docs", "/nowhere"],
)
def test_it_has_nothing_that_axe_finds_and_never_scrolls_sideways(
    browser: Browser, pages: Pages, paying: RunningEngine, path: str
) -> None:
    # A page of its own for each scheme: nobody's browser changes it in the middle of a swap.
    for scheme in SCHEMES:
        page = browser.new_page(color_scheme=scheme, reduced_motion="reduce")
        page.goto(pages.address + path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            page.evaluate(TWO_FRAMES)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            if not is_judged(width, scheme):
                continue
            found = axe(page)
            assert found.violations_count == 0, (width, scheme, found.generate_report())
        page.close()


def test_it_loads_every_file_hashed_and_from_here_alone(
    context: BrowserContext, pages: Pages, paying: RunningEngine
) -> None:
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.install()
    page.goto(pages.address)
    let_it_update(page)
    assert f"{pages.address}/board" in asked
    assert all(url.startswith(pages.address) for url in asked)
    files = [url for url in asked if "/static/" in url]
    assert files
    assert all(re.search(r"\.[0-9a-f]{12}\.(css|js|svg)$", url) for url in files)
