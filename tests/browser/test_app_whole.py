"""The whole app in a real browser: every page and state whole and readable; without a network."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from dure.people import fields
from dure.web.citizen.gallery.states import STATES
from tests.browser.axe import axe
from tests.browser.conftest import Pages
from tests.citizens import join, session_token
from tests.engines import RunningEngine
from tests.web.app_matrix import ANYBODY, DEMO, MEMBERS, NOBODY, OWNER, ROWS, placed
from tests.web.app_things import member_with_things

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("DURE_TEST_PICTURES", "")
"""A folder for pictures to look at; none are taken without it."""
NO_PAGES = ("worker.js", "manifest", "/parts/", "outlines", "/sheet", "/csv", "/paper", "/state",
            "photos/", "/near", "sign-in/with", "demo/provider", "accounts/<str:name>",
            "pay/find")  # fmt: skip
"""Rows that are files, answers to scripts, or lead elsewhere."""
TARGET_PX_MIN = 44
SMALL_TARGETS = """(least) => [...document.querySelectorAll(
  "main button, main a.button, main .act, nav.tabs a, main select, main input:not([type=hidden])")]
  .filter((one) => one.offsetParent && !["checkbox", "radio", "file"].includes(one.type))
  .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect().height])
  .filter(([, height]) => height > 0 && height < least - 0.5).map(([text]) => text)
"""
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? []
  : [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5)
    .map((one) => one.outerHTML.slice(0, 90)).slice(0, 3).concat("the page")
"""


TURN_TO = """async (path) => {
  const answer = await fetch(path);
  const found = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.title = found.title;
  const main = document.importNode(found.querySelector("main"), true);
  document.querySelector("main").replaceWith(main);
}"""
"""Shows what another state of the same template says, without loading styles and axe once more."""


class Town(NamedTuple):
    """A member with things on a telephone, and somebody who has just joined."""

    token: str
    new_token: str
    things: dict[str, str]


@pytest.fixture
def town(
    engine: RunningEngine, db_url: str, pages: Pages, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Town]:  # fmt: skip
    from django.conf import settings

    from dure.web.shared.engine import engine as way

    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    monkeypatch.setenv("DURE_HOME", str(tmp_path / "home"))
    fields.installed_sealer.cache_clear()
    way.cache_clear()
    with psycopg.connect(db_url, autocommit=True) as connection:
        member, things = member_with_things(engine, connection, db_url)
        fresh = join(engine, connection, name="새두레", phone="010-1234-9999")
        yield Town(
            session_token(connection, member.member_id),
            session_token(connection, fresh.member_id),
            things,
        )
    way().close()
    way.cache_clear()
    fields.installed_sealer.cache_clear()


def page_rows() -> list[str]:
    """Every address of the matrix that a reader opens as a page."""
    return [
        name
        for name, row in ROWS.items()
        if row.look in (MEMBERS, OWNER, ANYBODY, DEMO)
        and row.look is not NOBODY
        and not any(part in name for part in NO_PAGES)
    ]


def telephone(
    browser: Browser, pages: Pages, token: str, *, width: int = 390, look: str = "", **more: Any
) -> tuple[BrowserContext, Page, list[str]]:
    """A telephone on which the member is signed in; the list gathers what goes wrong there."""
    context = browser.new_context(
        viewport={"width": width, "height": 844}, base_url=pages.address, **more
    )
    cookies = {"dure_member": token, "dure_look": look}
    context.add_cookies(
        [{"name": n, "value": v, "url": pages.address} for n, v in cookies.items() if v]
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 40" not in message.text:
            faults.append(f"{page.url}: {message.text}")

    page.on("console", heard)
    return context, page, faults


def seen(page: Page, path: str, name: str, *, is_judged: bool) -> list[str]:
    """Opens a page; says what is wrong with it: too wide, too small to touch, found by axe."""
    answer = page.goto(path)
    assert answer is not None
    if answer.status >= 500:
        return [f"{path}: {answer.status}"]
    if "text/html" not in answer.headers.get("content-type", ""):
        return [f"{path}: no page"]
    found = axe(page).response["violations"] if is_judged else []
    return shapes(page, path, name) + judged(path, found)


def shapes(page: Page, path: str, name: str) -> list[str]:
    """What is too wide or too small of the page as it stands; takes its picture where asked to."""
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)
    wide = [f"{path}: too wide {one}" for one in page.evaluate(TOO_WIDE)]
    return wide + [f"{path}: small {one}" for one in page.evaluate(SMALL_TARGETS, TARGET_PX_MIN)]


def judged(path: str, violations: list[dict[str, Any]]) -> list[str]:
    return [f"{path}: {one['id']} {one['nodes'][0]['html'][:90]}" for one in violations]


@pytest.mark.campaign
@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("root", "width", "scheme", "look"), [
    ("/app", 390, "light", ""), ("/app", 390, "dark", ""), ("/en/app", 390, "light", ""),
    ("/en/app", 320, "light", "large"), ("/app", 320, "dark", ""), ("/en/app", 1280, "dark", ""),
    ("/app", 1280, "light", "large"),
])  # fmt: skip
def test_it_is_whole_on_every_page(
    browser: Browser, pages: Pages, town: Town, root: str, width: int, scheme: Any, look: str
) -> None:
    context, page, faults = telephone(
        browser, pages, town.token, width=width, look=look, color_scheme=scheme
    )
    wrong = []
    for name in page_rows():
        slug = "-".join(filter(None, name.translate(str.maketrans("/<>:", "----")).split("-")))
        picture = f"{slug or 'home'}-{root[1:3]}-{width}-{scheme}{look}"
        path = placed(name, town.things, root)
        wrong += seen(page, path, picture, is_judged=width == 390 or bool(look))
    context.close()
    assert not wrong + faults, "\n".join(wrong + faults)


@pytest.mark.campaign
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_it_is_whole_for_somebody_who_has_nothing_yet(
    browser: Browser, pages: Pages, town: Town
) -> None:
    context, page, faults = telephone(browser, pages, town.new_token)
    wrong = []
    for name in page_rows():
        if ROWS[name].look is MEMBERS:
            slug = name.replace("/", "-").replace("<", "").replace(">", "") or "home"
            path = placed(name, town.things)
            wrong += seen(page, path, f"new-{slug}", is_judged=True)
    context.close()
    assert not wrong + faults, "\n".join(wrong + faults)


def test_it_has_a_gallery_whose_parts_and_states_are_whole(
    browser: Browser, pages: Pages, town: Town
) -> None:
    context, page, faults = telephone(browser, pages, "", color_scheme="dark")
    wrong = []
    for path in ("/app/gallery", "/en/app/gallery"):
        wrong += seen(page, path, "gallery-" + path.strip("/").replace("/", "-"), is_judged=True)
    by_template = sorted(STATES, key=lambda state: state.template)
    for _template, states in groupby(by_template, key=lambda state: state.template):
        first, *others = (f"/app/gallery/{state.slug}" for state in states)
        wrong += seen(page, first, first.replace("/", "-"), is_judged=True)
        for path in others:
            page.evaluate(TURN_TO, path)
            wrong += shapes(page, path, path.replace("/", "-"))
            wrong += judged(path, axe(page).response["violations"])
    context.close()
    assert not wrong + faults, "\n".join(wrong + faults)


def test_it_shows_the_last_balance_without_a_network_until_somebody_signs_out(
    browser: Browser, pages: Pages, town: Town
) -> None:
    context, page, _faults = telephone(browser, pages, town.token)
    page.goto("/app/")
    won = page.locator("[data-balance-won]").get_attribute("data-balance-won")
    assert won is not None
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    context.set_offline(True)
    page.goto("/app/")
    expect(page.locator("#last")).to_be_visible()
    expect(page.locator("#last-won")).to_have_text(f"{int(won):,}")
    expect(page.locator("#last-at")).to_contain_text("년")
    context.set_offline(False)
    expect(page.locator("[data-balance-won]"), "it comes back by itself").to_be_visible()
    context.clear_cookies()
    page.goto("/app/sign-in")
    context.set_offline(True)
    page.goto("/app/")
    expect(page.locator("#last-none")).to_be_visible()
    expect(page.locator("#last")).to_be_hidden()
    context.close()


BESIDE = """() => {
  const boxes = [...document.querySelectorAll("main .column, main .across > *, main .ways > *")]
    .map((one) => one.getBoundingClientRect()).filter((one) => one.height);
  const beside = boxes.some((one, at) => at && one.left >= boxes[at - 1].right);
  const back = boxes.some((one, at) => at && one.top < boxes[at - 1].top - 1
    && one.left <= boxes[at - 1].left);
  return [beside, back];
}"""
"""Whether anything stands beside another thing, and whether any stands before its own place."""
LINES_TOO_LONG = """(most) => [...document.querySelectorAll("main p")].filter((one) => {
  const style = getComputedStyle(one);
  return one.offsetParent && one.textContent.trim().length > most
    && one.clientWidth > most * parseFloat(style.fontSize) * 0.6;
}).map((one) => one.textContent.trim().slice(0, 60))"""
LETTERS_A_LINE_MAX = 72


@pytest.mark.parametrize(("root", "look"), [("/app", ""), ("/en/app", "large")])
def test_it_uses_a_wide_window_in_the_order_in_which_it_is_read(
    browser: Browser, pages: Pages, town: Town, root: str, look: str
) -> None:
    context, page, faults = telephone(browser, pages, town.token, width=1280, look=look)
    wrong = []
    for path in ("/", "/pay", "/charge", "/accounts", "/withdraw", "/history", "/statement",
                 "/shops", "/more", "/settings", "/help", "/lock", "/gifts", "/donate",
                 "/notices", "/pay/code", "/pay/scan"):  # fmt: skip
        wrong += seen(
            page, root + path, f"wide{path.replace('/', '-')}-{root[1:3]}", is_judged=False
        )
        beside, back = page.evaluate(BESIDE)
        wrong += [] if beside else [f"{path}: nothing stands beside another thing"]
        wrong += [f"{path}: stands before what comes first"] if back else []
        wrong += [
            f"{path}: a long line {one}"
            for one in page.evaluate(LINES_TOO_LONG, LETTERS_A_LINE_MAX)
        ]
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{root}/")
    assert page.evaluate(BESIDE)[0] is False, "a telephone has one list"
    context.close()
    assert not wrong + faults, "\n".join(wrong + faults)
