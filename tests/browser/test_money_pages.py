"""The budget, the forecasts and the wizard as they are read in a real browser: axe, every width."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import one_city
from tests.browser.axe import axe
from tests.browser.conftest import Pages, is_judged
from tests.browser.desk import OFFICER, OPERATOR, POLICY, desk_of, running_desk
from tests.browser.nursery import Nursery
from tests.db.budget_city import CITY
from tests.engines import RunningEngine

pytestmark = pytest.mark.browser
db_url, engine = one_city.db_url, one_city.engine

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


@pytest.fixture(scope="module")
def desk(
    nursery: Nursery,
    db_url: str,
    engine: RunningEngine,
    static_files: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Pages]:
    """The pages of a city with a budget and foresight, for all tests of the file."""
    home = tmp_path_factory.mktemp("desk") / "home"
    with running_desk(nursery, db_url, engine, static_files, home) as running:
        yield running


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
    desks = {who: desk_of(browser, desk.address, who) for who in (OFFICER, POLICY, OPERATOR)}
    for name, (who, address) in ADDRESSES.items():
        page = desks[who].new_page()
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
                told = axe(page)
                if told.violations_count:
                    found[f"{name} {width} {scheme}"] = told.generate_report()
                picture(page, f"{name}-{width}-{scheme}{language.replace('/', '-')}")
        page.close()
    for context in desks.values():
        context.close()
    assert errors == []
    assert not found, "\n".join(f"{name}: {report[:1500]}" for name, report in found.items())


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
