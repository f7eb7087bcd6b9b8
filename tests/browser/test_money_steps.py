"""The wizard and the budget worked in a real browser: by keyboard, without script, by two."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Pages
from tests.browser.desk import POLICY, SECOND, desk_of, running_desk
from tests.browser.nursery import Nursery
from tests.engines import RunningEngine

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(
    nursery: Nursery, db_url: str, engine: RunningEngine, static_files: Path, tmp_path: Path
) -> Iterator[Pages]:
    """The pages of a city with a budget and foresight."""
    with running_desk(nursery, db_url, engine, static_files, tmp_path / "home") as running:
        yield running


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


def test_money_is_transferred_by_two_officials(browser: Browser, desk: Pages) -> None:
    context = desk_of(browser, desk.address, SECOND)
    page = context.new_page()
    page.goto(f"{desk.address}/console/budget/transfers/1")
    page.get_by_label("의견").fill("확인했습니다")
    page.get_by_role("button", name="승인하기").click()
    expect(page.locator(".said")).to_contain_text("두 번째로 승인해 집행되었습니다.")
    expect(page.locator(".transfer")).to_contain_text("처리됨")
    context.close()
