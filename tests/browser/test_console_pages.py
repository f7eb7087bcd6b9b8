"""The console's own pages in a real browser: signing in by keyboard, axe, every width."""

import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from dure.rulebook.officials import Grant, Role
from tests.browser.axe import axe
from tests.browser.conftest import Pages, is_judged
from tests.browser.desk import OPERATOR, POLICY, desk_of, prepared, seed_desk
from tests.console import ROOT, grant, sign_in
from tests.engines import RunningEngine
from tests.web.test_console_sign_in import code_of

pytestmark = pytest.mark.browser

WIDTHS = (390, 820, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
TWO_FRAMES = "() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"
PASSWORD = "barley-field-in-june"
INSIDE = (
    "/",
    "/log",
    "/log/budget",
    "/log/accounts",
    "/notices",
    "/account",
    "/funds",
    "/officials",
    f"/officials/{POLICY}",
)


@pytest.fixture(autouse=True)
def _one_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Sessions, signing keys and sealed secrets are those of the pages' own process."""
    from django.conf import settings

    monkeypatch.setenv("DURE_SECRET_KEY", settings.SECRET_KEY)
    monkeypatch.setenv("DURE_HOME", str(tmp_path / "home"))


def make_account(official: str, *, initial: bool) -> None:
    from dure.web.console.access.accounts import Doing
    from dure.web.console.access.accounts import make_account as make
    from dure.web.shared.store import database

    make(Doing(database(), "-", "-"), official, PASSWORD, initial=initial)


def check(page: Page) -> None:
    """Nothing wider than the window at every width; nothing that axe finds."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (page.url, width)
        for scheme in SCHEMES:
            if not is_judged(width, scheme):
                continue
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.evaluate(TWO_FRAMES)
            found = axe(page)
            where = (page.url, width, scheme)
            assert found.violations_count == 0, (where, found.generate_report())


def test_it_is_signed_in_to_by_keyboard_alone(browser: Browser, pages: Pages, db_url: str) -> None:
    def prepare() -> None:
        grant(db_url, POLICY, Grant(Role.POLICY_OFFICER), name="정책담당 가온")
        make_account(POLICY, initial=True)

    prepared(prepare)
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{pages.address}/console/")
    keyboard = page.keyboard
    page.locator("#official").focus()
    keyboard.type(POLICY)
    keyboard.press("Tab")
    keyboard.type(PASSWORD)
    keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("2차 인증 등록")
    secret = re.sub(" ", "", page.locator("code").inner_text())
    page.locator("#code").focus()
    keyboard.type(code_of(secret))
    keyboard.press("Enter")
    expect(page.locator(".recovery li")).to_have_count(10)
    page.get_by_role("link", name="적어 두었습니다").focus()
    keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("비밀번호를 정하세요")
    page.locator("#new").focus()
    keyboard.type("a-river-of-three-bends")
    keyboard.press("Tab")
    keyboard.type("a-river-of-three-bends")
    keyboard.press("Enter")
    expect(page.locator(".menu [aria-current=page]")).to_have_text("첫 화면")
    expect(page.locator(".who")).to_contain_text("정책담당 가온")
    page.get_by_role("button", name="로그아웃").focus()
    keyboard.press("Enter")
    expect(page.get_by_text("로그아웃했습니다.")).to_be_visible()
    page.close()


def test_it_takes_a_step_after_one_more_code(browser: Browser, pages: Pages, db_url: str) -> None:
    from dure.web.console.access.factors import new_secret

    secret = new_secret()

    def prepare() -> None:
        from allauth.mfa.totp.internal.auth import TOTP
        from django.contrib.auth.models import User

        grant(db_url, ROOT)
        make_account(ROOT, initial=False)
        TOTP.activate(User.objects.get(username=ROOT), secret)

    prepared(prepare)
    stale = prepared(lambda: str(sign_in(ROOT, proved_s_ago=600).cookies["sessionid"].value))
    context = browser.new_context(reduced_motion="reduce")
    context.add_cookies([{"name": "sessionid", "value": stale, "url": pages.address}])
    page = context.new_page()
    page.goto(f"{pages.address}/en/console/officials")
    page.get_by_label("Official's id").fill("dasom")
    page.get_by_label("Role", exact=True).select_option("approver")
    page.get_by_role("button", name="Grant").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
    check(page)
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("The role was granted.")).to_be_visible()
    expect(page.locator("table")).to_contain_text("dasom")
    context.close()


def test_it_has_nothing_that_axe_finds_before_the_sign_in(
    browser: Browser, pages: Pages, db_url: str
) -> None:
    prepared(lambda: make_account(POLICY, initial=True))
    page = browser.new_page(reduced_motion="reduce")
    for address in ("/console/sign-in", "/en/console/sign-in", "/notices", "/en/notices"):
        page.goto(pages.address + address)
        check(page)
    page.goto(f"{pages.address}/console/sign-in")
    page.locator("#official").fill(POLICY)
    page.locator("#password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    check(page)
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".qr")).to_be_visible()
    check(page)
    secret = re.sub(" ", "", page.locator("code").inner_text())
    page.locator("#code").fill(code_of(secret))
    page.keyboard.press("Enter")
    expect(page.locator(".recovery")).to_be_visible()
    check(page)
    page.get_by_role("link", name="적어 두었습니다").click()
    expect(page.locator("#again")).to_be_visible()
    check(page)
    page.close()


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "root", ["/console", pytest.param("/en/console", marks=pytest.mark.campaign)]
)
def test_it_has_nothing_that_axe_finds_and_fits_every_screen(
    browser: Browser, pages: Pages, engine: RunningEngine, db_url: str, root: str
) -> None:
    prepared(lambda: seed_desk(db_url, engine))
    context = desk_of(browser, pages.address, OPERATOR)
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    for below in INSIDE:
        page.goto(pages.address + root + below)
        expect(page.locator(".menu")).to_be_visible()
        check(page)
    policy = desk_of(browser, pages.address, POLICY)
    refused = policy.new_page()
    refused.goto(f"{pages.address}{root}/officials")
    expect(refused.locator(".menu")).to_be_visible()
    check(refused)
    assert errors == []
    policy.close()
    context.close()
