"""The evening of 21 October 2019 with Dure: officials see the shortage and decide; midnight comes.

The whole city runs as `dure run` runs it; officials sign in and work in a real browser.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from dure.authorization.answers import Answer
from dure.authorization.requests import Charge, Purchase
from dure.engine.client import BlockingEngineClient
from dure.engine.settings import socket_path
from dure.forecast import work
from dure.kernel.calendar import SEOUL, to_us
from tests.engines import new_key
from tests.journeys.running_city import RunningCity

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(420)]

JUNGGU = 28110
RULE = "incheon-city-cashback"
MIDNIGHT_US = to_us(datetime(2019, 10, 22, tzinfo=SEOUL))
REASONS = "시비와 국비가 열흘 안에 소진될 전망이라 연말까지 이어 가기 위해 요율을 낮춥니다."
WORK_PATIENCE_MS = 150_000
PAYMENT_WON = 10_000


class Evening(RunningCity):
    """A running demo city, the browser, and what officials sign in with."""

    def __init__(self, url: str, home: Path, browser: Browser, pictures: Path | None) -> None:
        super().__init__(url, home, browser, pictures, "--undecided")
        self.engine: BlockingEngineClient | None = None
        self._desks: dict[str, BrowserContext] = {}

    def close(self) -> None:
        for desk in self._desks.values():
            desk.close()
        if self.engine is not None:
            self.engine.close()
        super().close()

    def desk(self, official: str) -> Page:
        """A page of the official, who signs in with the password and the code of now."""
        if official not in self._desks:
            context = self.browser.new_context(
                viewport={"width": 1280, "height": 900}, locale="ko-KR", reduced_motion="reduce"
            )
            self._desks[official] = context
            page = context.new_page()
            page.goto(f"{self.address}/console/")
            told = json.loads((self.home / "demo-officials.json").read_text())
            kept = told["officials"][official]
            page.locator("input[name=official]").fill(official)
            page.locator("input[name=password]").fill(kept["password"])
            page.keyboard.press("Enter")
            page.locator("input[name=code]").fill(code_of(kept["secret"]))
            page.keyboard.press("Enter")
            expect(page.locator("h1, h2").first).to_be_visible()
            page.wait_for_url("**/console/")
        return self._desks[official].pages[0]


def code_of(secret: str) -> str:
    """The six digits of now (RFC 6238), as an official's telephone shows them."""
    from allauth.mfa.totp.internal.auth import (
        format_hotp_value,
        hotp_value,
    )

    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


@pytest.fixture
def evening(
    bare_url: str, chromium: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Evening]:
    kept = os.environ.get("DURE_PICTURES")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        city = Evening(bare_url, tmp_path, browser, Path(kept) if kept else None)
        try:
            city.open()
            yield city
        finally:
            city.close()
            browser.close()


@pytest.fixture
def bare_url(db_url: str) -> str:
    """The database before the city is loaded into it."""
    return db_url


def step(page: Page, name: str, *, reasons: str = "") -> None:
    """Takes a step that the version's page offers, and confirms it."""
    page.get_by_role("link", name=name, exact=True).click()
    if reasons:
        page.get_by_label("이유").fill(reasons)
    page.get_by_role("button", name=name, exact=True).click()


def wait_for_forecast(evening: Evening, page: Page) -> None:
    """The first forecast of a new city is made while the official looks at the first page."""
    give_up_at = time.monotonic() + WORK_PATIENCE_MS / 1000
    with psycopg.connect(evening.url, autocommit=True) as city:
        while work.latest(city, "forecast") is None:
            assert time.monotonic() < give_up_at, work.listed(city)
            time.sleep(0.05)
    page.reload()
    expect(page.locator("main")).to_contain_text("소진")


def write_three_percent(evening: Evening, page: Page) -> str:
    """The policy officer writes the next version by form, hands it in and has it checked."""
    page.goto(f"{evening.address}/console/rules/{RULE}/2")
    page.get_by_role("button", name="다음 판 쓰기").click()
    page.get_by_label("구간 1행 요율 (%)").fill("3")
    text = page.locator("#text")
    expect(text).to_have_value(re.compile("rate_bp: 300"))
    page.get_by_label("시작", exact=True).first.fill("2019-10-22")
    expect(text).to_have_value(re.compile("from: 2019-10-22|from: .2019-10-22"))
    text.fill(text.input_value().replace("6%", "3%"))
    expect(page.locator("#found")).to_contain_text("6% → 3%")
    expect(page.locator("#found")).to_contain_text("고칠 것이 없습니다")
    evening.picture(page, "2-editor")
    page.get_by_role("button", name="초안으로 내기").click()
    expect(page.locator("main")).to_contain_text("초안을 냈습니다")
    step(page, "초안을 검토한다")
    expect(page.locator(".badge").first).to_have_text("검토됨")
    return page.url


def compare_three(evening: Evening, page: Page, draft_address: str) -> None:
    """Plans are searched for; one of them, the draft, and what is in force stand side by side."""
    page.goto(f"{evening.address}/console/plans/new")
    for box in page.locator("input[name=line]").all():
        box.uncheck()
    page.locator("#line-incheon-2019-state").check()
    page.locator("#line-incheon-2019-city").check()
    page.locator("#first_day").fill("2019-10-22")
    page.locator("#last_day").fill("2019-12-31")
    page.get_by_role("button", name="다음").click()
    page.get_by_role("button", name="찾기 시작").click()
    page.wait_for_url(re.compile(r"/console/plans/\d+"), timeout=WORK_PATIENCE_MS)
    expect(page.locator(".plans > li").first).to_be_visible(timeout=WORK_PATIENCE_MS)
    assert page.locator(".plans > li").count() >= 3
    evening.picture(page, "4-plans")
    plan = re.findall(r"/plans/(\d+)", page.url)[0]
    page.goto(draft_address)
    page.get_by_role("link", name="다른 안과 비교").click()
    page.goto(f"{page.url}{'&' if '?' in page.url else '?'}plan={plan}")
    evening.picture(page, "5-side-by-side")
    page.locator("form.card").get_by_role("button").last.click()
    expect(page.locator(".scenario").nth(2)).to_be_visible(timeout=WORK_PATIENCE_MS)
    evening.picture(page, "6-compared")


def test_a_cut_is_foreseen_compared_approved_and_paid_from_midnight_on(evening: Evening) -> None:
    gaon = evening.desk("gaon")
    wait_for_forecast(evening, gaon)
    evening.picture(gaon, "1-home")
    draft_address = write_three_percent(evening, gaon)

    gaon.get_by_role("link", name="이 초안 모의실험").click()
    gaon.locator("button[name=do][value=forecast]").click()
    expect(gaon.locator(".totals").first).to_be_visible(timeout=WORK_PATIENCE_MS)
    expect(gaon.locator(".badge-accent").first).to_be_visible()
    evening.picture(gaon, "3-run-out-moves")

    compare_three(evening, gaon, draft_address)

    gaon.goto(draft_address)
    expect(gaon.get_by_role("link", name="승인한다", exact=True)).to_have_count(0)
    for approver in ("dasom", "maru"):
        page = evening.desk(approver)
        page.goto(draft_address)
        step(page, "승인한다")
    evening.picture(page, "7-approved")
    gaon.goto(draft_address)
    step(gaon, "긴급하게 예고한다", reasons=REASONS)
    step(gaon, "시행을 예정한다")
    operator = evening.desk("demo-operator")
    operator.goto(draft_address)
    step(operator, "공포한다")
    evening.picture(operator, "8-published")

    pay = till(evening)
    evening.set_clock(MIDNIGHT_US - 20_000_000)
    before = pay(MIDNIGHT_US - 1_000_000)
    assert earned(before) == before.charged_won * 6 // 100
    evening.set_clock(MIDNIGHT_US + 1_000_000)
    after = pay(MIDNIGHT_US + 1_000_000)
    assert earned(after) == after.charged_won * 3 // 100 > 0
    gaon.goto(draft_address)
    expect(gaon.locator(".badge").first).to_have_text("시행 중")
    evening.picture(gaon, "9-in-force")
    gaon.goto(f"{evening.address}/notices")
    expect(gaon.locator("main")).to_contain_text(REASONS)


def earned(answer: Answer) -> int:
    """The cashback of a payment; what was paid with cashback earns none."""
    return sum(line.won for line in answer.incentive)


def till(evening: Evening) -> Callable[[int], Answer]:
    """Pays at a shop that no district's rule and no discount touches."""
    with psycopg.connect(evening.url, autocommit=True) as city:
        row = city.execute(
            "SELECT shop_code FROM shop s WHERE district = %s AND trade = 0 AND status = 2"
            " AND (SELECT max(effective_at) < '2019-10-01' FROM shop_status t"
            " WHERE t.shop_id = s.shop_id)"
            " AND NOT EXISTS (SELECT FROM benefit_offer o WHERE o.shop_id = s.shop_id)"
            " ORDER BY shop_id LIMIT 1",
            (JUNGGU,),
        ).fetchone()
        member: Any = city.execute(
            "SELECT member_id FROM wallet WHERE usage_won < 100000 AND charged_won > 0"
            " ORDER BY member_id LIMIT 1"
        ).fetchone()
    assert row is not None
    engine = evening.engine = BlockingEngineClient(socket_path(evening.home))

    def pay(at_us: int) -> Answer:
        engine.ask(Charge(key=new_key(), occurred_at_us=at_us, member_id=member[0],
                          amount_won=PAYMENT_WON))  # fmt: skip
        answer = engine.ask(
            Purchase(key=new_key(), occurred_at_us=at_us, shop_code=row[0],
                     amount_won=PAYMENT_WON, channel=1, member_id=member[0])
        )  # fmt: skip
        assert answer.approved, answer
        return answer

    return pay
