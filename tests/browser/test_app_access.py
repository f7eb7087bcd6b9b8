"""Joining and signing in with a real browser: pages by hand, a passkey, Kakao and Naver."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Pages
from tests.joining import BORN, PHONE, PIN, last_code

pytestmark = pytest.mark.browser
Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
def page(browser: Browser, pages: Pages) -> Iterator[Page]:
    """A telephone that opens the app by its name, as passkeys want it."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, base_url=f"http://localhost:{pages.port}"
    )
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    context.close()
    assert faults == []


@pytest.fixture
def rows(db_url: str) -> Iterator[Connection]:
    with psycopg.connect(db_url, autocommit=True) as opened:
        yield opened


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def show_code(page: Page, rows: Connection, phone: str = PHONE) -> None:
    page.wait_for_selector("#code")
    page.fill("#code", last_code(rows, phone))
    press(page, "확인")


def join(page: Page, rows: Connection) -> None:
    page.goto("/app/join")
    page.fill("#born", BORN)
    press(page, "다음")
    page.fill("#to", PHONE)
    press(page, "인증번호 받기")
    show_code(page, rows)
    fill_about(page)


def fill_about(page: Page) -> None:
    page.fill("#name", "김두레")
    page.select_option("#district", "28260")
    page.get_by_label("이용약관").check()
    page.get_by_label("개인정보").check()
    press(page, "가입하기")
    page.fill("#new-pin", PIN)
    page.fill("#again", PIN)
    press(page, "비밀번호 정하기")
    expect(page.get_by_role("heading", level=1)).to_contain_text("김두레 님")


def sign_out(page: Page) -> None:
    page.goto("/app/more")
    press(page, "로그아웃")
    expect(page.get_by_role("heading", level=1)).to_have_text("로그인")


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_it_joins_and_signs_in_again_with_a_passkey_that_proves_as_well(
    page: Page, rows: Connection
) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
                "hasUserVerification": True, "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip
    join(page, rows)
    page.goto("/app/settings/passkeys")
    press(page, "이 기기에 패스키 만들기")
    expect(page.get_by_text("패스키를 등록했습니다")).to_be_visible()
    sign_out(page)
    press(page, "패스키로 로그인")
    page.wait_for_url("**/app/")
    page.goto("/app/settings/passkeys")
    heading(page, "패스키")
    rows.execute("UPDATE member_session SET proved_at_us = 0")
    page.goto("/app/settings/passkeys")
    heading(page, "결제 비밀번호")
    press(page, "패스키로 확인")
    heading(page, "패스키")
    rows.execute("UPDATE member_session SET proved_at_us = 0")
    page.goto("/app/settings/passkeys")
    page.locator("#pin").press_sequentially(PIN)
    heading(page, "패스키")
    page.get_by_role("button", name=re.compile("지우기")).click()
    expect(page.get_by_text("패스키를 지웠습니다")).to_be_visible()
    sign_out(page)
    press(page, "패스키로 로그인")
    expect(page.get_by_text("패스키를 확인하지 못했습니다")).to_be_visible()


@pytest.mark.parametrize(("name", "told"), [("kakao", "카카오"), ("naver", "네이버")])
def test_it_joins_with_an_account_elsewhere_and_signs_in_with_it_alone_later(
    page: Page, rows: Connection, name: str, told: str
) -> None:
    page.goto("/app/sign-in")
    page.get_by_role("link", name=f"{told}로 로그인").click()
    press(page, "취소")
    expect(page.get_by_text(f"{told}에서 취소했습니다")).to_be_visible()
    page.get_by_role("link", name=f"{told}로 로그인").click()
    press(page, "동의하고 계속")
    expect(page.get_by_text("처음 한 번은 휴대전화 번호도")).to_be_visible()
    page.fill("#to", PHONE)
    press(page, "인증번호 받기")
    show_code(page, rows)
    page.fill("#born", BORN)
    press(page, "다음")
    fill_about(page)
    assert rows.execute("SELECT provider FROM outside_account").fetchall() == [(name,)]
    sign_out(page)
    page.get_by_role("link", name=f"{told}로 로그인").click()
    press(page, "동의하고 계속")
    page.wait_for_url("**/app/")
    page.goto("/app/settings/accounts")
    expect(page.get_by_text("연결함", exact=True)).to_be_visible()
    page.get_by_role("button", name=re.compile("연결 끊기")).click()
    heading(page, "결제 비밀번호")
    page.fill("#pin", PIN)
    press(page, "확인")
    expect(page.get_by_text("연결을 끊었습니다")).to_be_visible()
