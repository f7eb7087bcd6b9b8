"""The rule workshop in a real browser: every page by axe, the editor as one types, the keyboard."""

import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal, TypeVar

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from dure.forecast import results, work
from dure.rulebook.publishing import sha256_of
from tests.browser.axe import axe
from tests.browser.conftest import Pages
from tests.browser.nursery import Nursery
from tests.console import sign_in
from tests.examples import EVERY_LOOK
from tests.rulebooks import CITY_RULE
from tests.web.trials import finish, forecast, plans, run_half, simulation
from tests.web.workshops import (
    FIRST,
    NEXT,
    OPERATOR,
    OTHER_WRITER,
    RULES,
    SECOND,
    WRITER,
    begin,
    hand_in,
    seed,
    take,
    write,
)

pytestmark = pytest.mark.browser

WIDTHS = (390, 820, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
TWO_FRAMES = "() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"
Prepared = TypeVar("Prepared")
V1, V2 = f"{RULES}/test-city/1", f"{RULES}/test-city/2"


def prepared(prepare: Callable[[], Prepared]) -> Prepared:
    """What a function gives in a thread of its own: in this one the browser's loop runs."""

    def work_there() -> Prepared:
        try:
            return prepare()
        finally:
            from django.db import connections

            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work_there).result()


@pytest.fixture
def workshop(
    nursery: Nursery,
    db_url: str,
    static_files: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Pages]:
    """The pages of a city with officials, whose keys and sessions both processes know."""
    from django.conf import settings

    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    home = tmp_path / "home"
    home.mkdir()
    (home / "static").symlink_to(static_files)
    monkeypatch.setenv("DURE_HOME", str(home))
    monkeypatch.setenv("DURE_SECRET_KEY", settings.SECRET_KEY)
    prepared(lambda: seed(db_url))
    running = Pages(nursery, db_url, home)
    running.start()
    yield running
    running.stop()


def seat(browser: Browser, pages: Pages, official: str, **options: Any) -> BrowserContext:
    """A browser in which the official is signed in."""
    context = browser.new_context(reduced_motion="reduce", **options)
    session = prepared(lambda: str(sign_in(official).cookies["sessionid"].value))
    context.add_cookies([{"name": "sessionid", "value": session, "url": pages.address}])
    return context


def to_published() -> None:
    hand_in()
    for by, step in (
        (WRITER, "check"), (FIRST, "approve"), (SECOND, "approve"), (WRITER, "notice"),
        (WRITER, "schedule"), (OPERATOR, "publish"),
    ):  # fmt: skip
        assert take(by, V1, step, sha256_of(CITY_RULE)) == 302, step


@pytest.fixture
def every_page(db_url: str, workshop: Pages) -> dict[str, str]:
    """The address of each page of the workshop in a state in which it has much to show."""
    return prepared(lambda: filled(db_url))


def filled(db_url: str) -> dict[str, str]:
    to_published()
    client = sign_in(WRITER)
    write(client, begin(client, of="test-city@1"), NEXT, "hand_in")
    take(WRITER, V2, "check", sha256_of(NEXT))
    named = f"test-city@2:{sha256_of(NEXT)}"
    faulty = begin(client, kind="step_down_ladder", rule="announced-ladder")
    write(client, faulty, NEXT.replace("of: 6", "of: 5").replace("version: 2", "version: 3"))
    good = begin(client, of="test-city@1")
    address = f"{RULES}/try_out"
    draft = {"rule": "test-city", "version": 2, "sha256": sha256_of(NEXT)}
    with psycopg.connect(db_url, autocommit=True) as city:
        done = work.ask(city, "simulation", {"drafts": [draft], "from_month": 201907}, WRITER)
        finish(city, done, simulation())
        finish(city, work.ask(city, "forecast", {}, "dure"), forecast("2019-10-21"))
        asked = {"document_sha256s": [draft["sha256"]]}
        what_if = work.ask(city, "forecast", asked, WRITER)
        finish(city, what_if, forecast(None, 5_000))
        plan = work.ask(city, "plans", {}, WRITER)
        finish(city, plan, plans(CITY_RULE))
        names = ["지금 규칙", "시 캐시백 (test-city@2)", "고르게", "먼저 많이"]
        scenarios = [{"name": name, "drafts": [draft] if n == 1 else []}
                     for n, name in enumerate(names)]  # fmt: skip
        compared = work.ask(city, "comparison", {"scenarios": scenarios}, WRITER)
        told = results.Compared(
            names=names,
            simulations=[simulation(bp) for bp in (10_000, 5_000, 7_000, 8_000)],
            forecasts=[forecast("2019-10-21"), forecast(None, 5_000), forecast("2019-12-20", 6_500),
                       forecast("2019-11-11", 8_000)],
        )  # fmt: skip
        finish(city, compared, told)
        running = work.ask(city, "simulation", {"drafts": [draft], "from_month": 201906}, WRITER)
        run_half(city, running)
    return {
        "rules": RULES,
        "version": V1,
        "version-draft": V2,
        "step": f"{V2}/withdraw",
        "new": f"{RULES}/new?plan={plan}&name=steady",
        "editor": good,
        "editor-faults": faulty,
        "try": f"{address}?draft={named}",
        "progress": f"{address}/{running}",
        "simulated": f"{address}/{done}",
        "what-if": f"{address}/{what_if}",
        "side-by-side": f"{RULES}/side_by_side?plan={plan}&draft={named}",
        "compared": f"{address}/{compared}",
        "missing": f"{RULES}/nothing/1",
    }


def test_it_has_nothing_that_axe_finds_and_fits_every_screen(
    browser: Browser, workshop: Pages, every_page: dict[str, str]
) -> None:
    """With DURE_PICTURES a picture of every page is left there."""
    pictures = os.environ.get("DURE_PICTURES")
    context = seat(browser, workshop, WRITER)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Policy" in said.text else None)
    for name, address in every_page.items():
        for language in ("", "/en"):
            page.goto(f"{workshop.address}{language}{address}")
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 1000})
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
                if pictures and not language:
                    page.screenshot(path=f"{pictures}/{name}-{width}.png", full_page=True)
            page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
            for scheme in SCHEMES if EVERY_LOOK or not language else ():
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                page.evaluate(TWO_FRAMES)
                found = axe(page)
                assert found.violations_count == 0, (name, scheme, found.generate_report())
                if pictures and scheme == "dark" and not language:
                    page.screenshot(path=f"{pictures}/{name}-dark.png", full_page=True)
            page.emulate_media(color_scheme="light", reduced_motion="reduce")
    assert errors == []
    context.close()


def text_of(page: Page) -> str:
    return page.locator("#text").input_value()


def test_it_changes_text_and_form_as_one_types(browser: Browser, workshop: Pages) -> None:
    copy = prepared(lambda: begin(sign_in(WRITER), kind="bracket_cashback", rule="city-cashback"))
    context = seat(browser, workshop, WRITER)
    page = context.new_page()
    page.goto(f"{workshop.address}{copy}")
    page.get_by_label("구간 1행 요율 (%)").fill("4.5")
    expect(page.locator("#text")).to_have_value(re.compile("rate_bp: 450"))
    page.get_by_role("button", name="행 더하기: 구간").click()
    page.get_by_label("구간 2행 얼마부터 (원)").fill("300,000")
    page.get_by_label("구간 2행 요율 (%)").fill("1")
    expect(page.locator("#text")).to_have_value(
        re.compile("from_won: 300000, below_won: open, rate_bp: 100")
    )
    page.locator("#text").fill(text_of(page).replace("rate_bp: 450", "rate_bp: 700"))
    expect(page.get_by_label("구간 1행 요율 (%)")).to_have_value("7")
    page.locator("#text").fill(text_of(page).replace("of: 1", "of: 2"))
    expect(page.locator("#found")).to_contain_text("몫의 합이 1인데")
    expect(page.locator(".gutter .is-faulty")).to_have_count(1)
    page.locator("#found a[data-line]").first.click()
    expect(page.locator("#text")).to_be_focused()
    page.reload()
    expect(page.locator("#text")).to_have_value(re.compile("of: 2"))
    expect(page.locator("main")).to_contain_text("저장하지 않은 글을 되살렸습니다")
    context.close()


def test_it_keeps_in_the_browser_what_the_server_did_not_hear(
    browser: Browser, workshop: Pages
) -> None:
    copy = prepared(lambda: begin(sign_in(WRITER), kind="flat_rate", rule="festival"))
    context = seat(browser, workshop, WRITER)
    page = context.new_page()
    page.goto(f"{workshop.address}{copy}")
    signed_in = context.cookies()
    context.clear_cookies()
    page.locator("#text").fill(text_of(page).replace("version: 1", "version: 7"))
    expect(page.locator("#state")).to_contain_text("이 브라우저에 남아 있습니다")
    context.add_cookies(
        [{"name": one["name"], "value": one["value"], "url": workshop.address} for one in signed_in]
    )
    page.goto(f"{workshop.address}{copy}")
    expect(page.locator("#text")).to_have_value(re.compile("version: 7"))
    context.close()


def test_it_shows_both_texts_when_two_have_saved(browser: Browser, workshop: Pages) -> None:
    copy = prepared(lambda: begin(sign_in(WRITER), kind="flat_rate", rule="festival"))
    context = seat(browser, workshop, WRITER)
    page = context.new_page()
    page.goto(f"{workshop.address}{copy}")
    prepared(lambda: write(sign_in(OTHER_WRITER), copy, CITY_RULE))
    page.get_by_label("요율 (%)", exact=True).fill("9")
    expect(page.locator("#text")).to_have_value(re.compile("rate_bp: 900"))
    page.get_by_role("button", name="저장", exact=True).click()
    expect(page.locator("h1")).to_have_text("그사이 다른 사람이 저장했습니다")
    expect(page.locator("main")).to_contain_text("정책담당 나래")
    expect(page.locator("#theirs")).to_have_value(re.compile("test-city"))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 1000})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(TWO_FRAMES)
        found = axe(page)
        assert found.violations_count == 0, (scheme, found.generate_report())
    page.get_by_role("button", name="내 글로 저장").click()
    expect(page.locator("#text")).to_have_value(re.compile("rate_bp: 900"))
    expect(page.locator("main")).to_contain_text("저장한 기록 (3)")
    context.close()


def test_it_can_be_written_and_handed_in_by_keyboard_alone(
    browser: Browser, workshop: Pages
) -> None:
    context = seat(browser, workshop, WRITER)
    page = context.new_page()
    page.goto(f"{workshop.address}{RULES}")

    def reach(name: str, role: str) -> None:
        """Tabs on until the element of that name has the focus."""
        wanted = page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
        for _ in range(150):
            if wanted.evaluate("(one) => one === document.activeElement"):
                return
            page.keyboard.press("Tab")
        pytest.fail(f"{name} is not reached by Tab")

    reach("새로 쓰기", "link")
    page.keyboard.press("Enter")
    reach("종류", "combobox")
    while page.get_by_label("종류", exact=True).input_value() != "flat_rate":
        page.keyboard.press("ArrowDown")
    reach("규칙 id", "textbox")
    page.keyboard.type("festival")
    page.keyboard.press("Enter")
    expect(page.locator("h1 code")).to_have_text("festival@1")
    reach("요율 (%)", "textbox")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("20")
    expect(page.locator("#text")).to_have_value(re.compile("rate_bp: 2000"))
    page.keyboard.press("Shift+Tab")
    wanted = page.get_by_role("button", name="초안으로 내기")
    for _ in range(60):
        if wanted.evaluate("(one) => one === document.activeElement"):
            break
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("초안을 냈습니다")
    reach("초안을 검토한다", "link")
    page.keyboard.press("Enter")
    reach("초안을 검토한다", "button")
    page.keyboard.press("Enter")
    expect(page.locator(".badge").first).to_have_text("검토됨")
    context.close()


def test_it_works_without_script(browser: Browser, workshop: Pages) -> None:
    copy = prepared(lambda: begin(sign_in(WRITER), kind="bracket_cashback", rule="city-cashback"))
    context = seat(browser, workshop, WRITER, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{workshop.address}{copy}")
    page.get_by_label("구간 1행 요율 (%)").fill("4.5")
    page.get_by_role("button", name="양식을 글에 옮기기").click()
    assert "rate_bp: 450" in text_of(page)
    page.locator("#text").fill(text_of(page).replace("rate_bp: 450", "rate_bp: 500"))
    page.get_by_role("button", name="글을 양식에 옮기고 확인").click()
    expect(page.get_by_label("구간 1행 요율 (%)")).to_have_value("5")
    page.get_by_role("button", name="초안으로 내기").click()
    expect(page.locator("main")).to_contain_text("초안을 냈습니다")
    context.close()


def test_it_shows_work_that_moves_until_its_result_is_there(
    db_url: str, browser: Browser, workshop: Pages
) -> None:
    prepared(hand_in)
    draft = {"rule": "test-city", "version": 1, "sha256": sha256_of(CITY_RULE)}
    with psycopg.connect(db_url, autocommit=True) as city:
        number = work.ask(city, "simulation", {"drafts": [draft]}, WRITER)
        context = seat(browser, workshop, WRITER)
        page = context.new_page()
        page.goto(f"{workshop.address}{RULES}/try_out/{number}")
        expect(page.locator("#progress")).to_contain_text("차례를 기다립니다")
        taken = run_half(city, number)
        expect(page.locator("#progress")).to_contain_text("50%")
        from dure.forecast.analyst import taking

        assert taking.finish(city, taken, results.encode(simulation()).decode(), 0)
        expect(page.locator("h1")).to_have_text("모의실험")
        expect(page.locator("main")).to_contain_text("승인 자료로 남기기")
        context.close()
