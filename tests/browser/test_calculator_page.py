"""The calculator in a real browser: on a phone and on a desk, without script, by keyboard."""

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import one_city
from tests.browser.axe import axe
from tests.browser.conftest import Pages, is_judged
from tests.engines import SHOP_SEOGU, SHOP_SUSPENDED, RunningEngine

pytestmark = pytest.mark.browser
db_url, engine, pages = one_city.db_url, one_city.engine, one_city.pages

TWO_FRAMES = "() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"
WIDTHS = (390, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
QUESTIONS = (
    "",
    f"?shop={SHOP_SEOGU}&amount=20000&channel=1",
    "?shop=시험가게&amount=20000",
    "?shop=&amount=x",
    f"?shop={SHOP_SUSPENDED}&amount=20000",
    "?shop=없는가게&amount=20000",
)


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A phone without script."""
    opened = browser.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=False, has_touch=True
    )
    yield opened
    opened.close()


def ask(page: Page, shop: str, amount: str) -> None:
    page.get_by_label("가게").fill(shop)
    page.get_by_label("금액").fill(amount)
    page.get_by_role("button", name="계산하기").click()


def test_it_answers_on_a_phone_without_script(
    phone: BrowserContext, pages: Pages, engine: RunningEngine
) -> None:
    page = phone.new_page()
    page.goto(pages.address)
    page.get_by_role("link", name="얼마를 받을까요? 계산하기").click()
    ask(page, "시험가게 2", "20,000")
    expect(page.locator(".bill .is-sum").last).to_contain_text("+2,000원")
    assert page.url.endswith("#answer"), "the answer comes into sight by itself"
    expect(page.locator(".reasons").first).to_contain_text("서구 캐시백 4% × 20,000원 = 800원")
    expect(page.get_by_label("금액")).to_have_value("20,000")
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(re.compile(r"/en/calculator\?shop="))
    expect(page.locator(".reasons").first).to_contain_text("City cashback 6%")


def test_it_lets_choose_among_shops_of_one_name(
    phone: BrowserContext, pages: Pages, engine: RunningEngine
) -> None:
    page = phone.new_page()
    page.goto(f"{pages.address}/calculator")
    ask(page, "시험가게", "20000")
    expect(page.locator(".choice")).to_have_count(3)  # The suspended one is not among them.
    page.locator(".choice", has_text="시험가게 3").click()
    expect(page.locator(".bill")).to_contain_text("20,000원")


def test_it_can_be_asked_by_keyboard_alone(
    browser: Browser, pages: Pages, engine: RunningEngine
) -> None:
    page = browser.new_page()
    page.goto(f"{pages.address}/calculator")
    page.get_by_label("가게").focus()
    page.keyboard.type(SHOP_SEOGU)
    page.keyboard.press("Tab")
    page.keyboard.type("10000")
    page.keyboard.press("Enter")
    expect(page.locator(".bill .is-sum").last).to_contain_text("+1,000원")
    page.close()


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("language", ["", pytest.param("/en", marks=pytest.mark.campaign)])
def test_it_has_nothing_that_axe_finds_and_fits_every_screen(
    browser: Browser, pages: Pages, engine: RunningEngine, language: str, question: str
) -> None:
    page = browser.new_page(reduced_motion="reduce")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{pages.address}{language}/calculator{question}")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        small = page.evaluate(
            "[...document.querySelectorAll('main input, main select, main button, main a')]"
            ".filter((one) => one.getBoundingClientRect().height < 44).length"
        )
        assert small == 0, "everything to touch is at least 44 pixels high"
        for scheme in SCHEMES:
            if not is_judged(width, scheme):
                continue
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.evaluate(TWO_FRAMES)
            found = axe(page)
            assert found.violations_count == 0, (width, scheme, found.generate_report())
    assert errors == []
    page.close()
