"""A citizen's first day with the app, on a telephone of 390 px, in a whole running city.

Joins, gets a card, charges, sees the rate at a benefit-plus shop, pays by both kinds of code, reads
why, takes a payment back, claims a coupon while hundreds do, uses it, and blocks the card.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import Request, urlopen

import psycopg
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.journeys.running_city import RunningCity

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

PHONE, PIN = "010-0000-7777", "482915"
RUSH = 120
"""So many others want the same coupon in the same moment."""


@pytest.fixture
def city(db_url: str, chromium: str, tmp_path: Path) -> Iterator[RunningCity]:
    kept = os.environ.get("DURE_PICTURES")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        running = RunningCity(db_url, tmp_path, browser, Path(kept) if kept else None)
        try:
            running.open()
            yield running
        finally:
            running.close()
            browser.close()


def test_it_is_a_citizen_s_first_day(city: RunningCity) -> None:
    context = city.browser.new_context(
        viewport={"width": 390, "height": 844}, locale="ko-KR", reduced_motion="reduce"
    )
    page = context.new_page()
    join(city, page)
    get_a_card(city, page)
    charge(city, page)
    shop = benefit_plus_shop(city, page)
    before = purses(city)

    paid = pay_by_the_shop_s_code(city, page, shop, 20_000)
    why = page.locator("main").inner_text()
    assert "즉시할인" in why
    assert "캐시백" in why
    assert purses(city)[0] < before[0]
    assert purses(city)[1] > before[1]

    take_back(city, page, paid)
    assert purses(city) == before, "everything is as it was"

    pay_by_my_code(city, page, shop, 12_000)
    claim_in_a_rush(city, page)
    use_the_coupon(city, page, shop)
    block_the_card(city, page)
    context.close()


def join(city: RunningCity, page: Page) -> None:
    """Says how old, whose telephone, who, and to what; and chooses a payment PIN."""
    page.goto(f"{city.address}/app/join")
    page.locator("[name=born]").fill("19900401")
    page.locator("main button").first.click()
    page.locator("[name=to]").fill(PHONE)
    page.locator("main button").first.click()
    page.locator("[name=code]").fill(code_received(city, page))
    page.locator("main button").first.click()
    page.locator("[name=name]").fill("이두레")
    page.locator("[name=district]").select_option("28260")
    for purpose in ("terms", "privacy"):
        page.locator(f"[name=agree][value={purpose}]").check()
    city.picture(page, "1-join")
    page.get_by_role("button", name="가입하기").click()
    for field in ("new_pin", "again"):
        page.locator(f"[name={field}]").fill(PIN)
    page.locator("main button").first.click()
    expect(page.locator("h1")).to_contain_text("반갑습니다")


def code_received(city: RunningCity, page: Page) -> str:
    """The code that the simulated telephone company has brought."""
    other = page.context.new_page()
    other.goto(f"{city.address}/app/demo/phone?number={PHONE}")
    found = re.search(r"\b([0-9]{6})\b", other.locator("main").inner_text())
    other.close()
    assert found is not None
    return found[1]


def prove(page: Page) -> None:
    """Types the payment PIN where it is asked for."""
    if page.locator("[name=proof_pin]").count():
        page.locator("[name=proof_pin]").fill(PIN)
        page.locator("main button").first.click()


def get_a_card(city: RunningCity, page: Page) -> None:
    """A virtual card, at once."""
    page.goto(f"{city.address}/app/cards/virtual")
    page.locator("main form button.act").first.click()
    prove(page)
    expect(page.locator("main")).to_contain_text("9999")
    city.picture(page, "2-card")


def charge(city: RunningCity, page: Page) -> None:
    """Links an account of the demo's bank and charges 100,000 won."""
    page.goto(f"{city.address}/app/accounts")
    page.locator("[name=number]").fill("1234567890123")
    page.locator("[name=agree]").check()
    page.get_by_role("button", name="동의하고 연결").click()
    prove(page)
    page.goto(f"{city.address}/app/charge")
    page.locator("[name=amount]").fill("100000")
    page.locator("main form button.act").click()
    prove(page)
    expect(page.locator("h1")).to_have_text("충전했습니다")


def benefit_plus_shop(city: RunningCity, page: Page) -> str:
    """The code of a shop that takes something off, with the rate for me on its page."""
    with psycopg.connect(city.url) as connection:
        row = connection.execute(
            "SELECT s.shop_code FROM shop s JOIN benefit_offer o USING (shop_id)"
            " WHERE s.status = 2 AND o.discount_bp >= 300"
            " AND o.until_day IS NULL AND o.weekdays = 127 AND o.payment_won_min <= 10000"
            " AND o.from_minute = 0 AND o.until_minute = 1440 AND s.district = 28260"
            " ORDER BY s.shop_id LIMIT 1"
        ).fetchone()
    assert row is not None
    page.goto(f"{city.address}/app/shops/{row[0]}")
    expect(page.locator("main")).to_contain_text("할인")
    city.picture(page, "3-shop")
    return str(row[0])


def purses(city: RunningCity) -> tuple[int, int, int]:
    """Charged money, cashback, and the net payments of the month."""
    with psycopg.connect(city.url) as connection:
        row = connection.execute(
            "SELECT w.charged_won, w.cashback_won, w.usage_won FROM wallet w JOIN linked_account a"
            " USING (member_id) ORDER BY a.linked_at_us DESC LIMIT 1"
        ).fetchone()
    assert row is not None
    return row


def pay_by_the_shop_s_code(city: RunningCity, page: Page, shop: str, won: int) -> str:
    """Reads the payload that the shop's till shows, looks, confirms; gives the payment's page."""
    till = page.context.new_page()
    till.goto(f"{city.address}/app/demo/till?shop={shop}&amount={won}")
    payload = till.locator("#payload").text_content() or ""
    till.close()
    page.goto(f"{city.address}/app/pay/scan")
    page.locator("[name=code]").fill(payload)
    page.get_by_role("button", name="가게 찾기").click()
    expect(page.locator("main")).to_contain_text("받는 캐시백")
    city.picture(page, "4-before")
    page.get_by_role("button", name=re.compile("결제")).click()
    prove(page)
    expect(page.locator("h1")).to_contain_text("결제했습니다")
    city.picture(page, "5-done")
    return page.url


def take_back(city: RunningCity, page: Page, paid: str) -> None:
    """Cancels the payment, and sees what came back."""
    page.goto(paid.replace("/done/", "/cancel/"))
    page.get_by_role("button", name="취소하기").click()
    prove(page)
    expect(page.locator(".said")).to_contain_text("취소했습니다")
    city.picture(page, "6-taken-back")


def pay_by_my_code(city: RunningCity, page: Page, shop: str, won: int) -> None:
    """Shows the code; the till reads it; the telephone goes to the payment by itself."""
    page.goto(f"{city.address}/app/pay/code")
    prove(page)
    digits = (page.locator("#code-digits").text_content() or "").replace(" ", "")
    city.picture(page, "7-code")
    till = page.context.new_page()
    till.goto(f"{city.address}/app/demo/till?shop={shop}&amount={won}")
    till.locator("form[method=post] [name=code]").fill(digits)
    till.get_by_role("button", name="결제 받기").click()
    expect(till.locator(".said")).to_contain_text("받았습니다")
    till.close()
    page.wait_for_url("**/app/pay/done/*", timeout=15_000)
    expect(page.locator("main")).to_contain_text("캐시백")


def claim_in_a_rush(city: RunningCity, page: Page) -> None:
    """Claims the coupon of which a page tells, while many others do."""
    page.goto(f"{city.address}/app/coupons/offers")
    page.locator("main a[href*='/coupons/offers/']").first.click()
    version = int(page.url.rsplit("/", 1)[1])
    key = api_key(city)
    go = threading.Event()
    others = members_without_it(city, version)
    with ThreadPoolExecutor(8) as crowd:
        asked = [crowd.submit(claim_over_api, city, go, key, one, version) for one in others]
        go.set()
        page.get_by_role("button", name=re.compile("받기")).click()
        expect(page.locator("main")).to_contain_text("받았", timeout=30_000)
        assert sum(one.result() for one in asked) > 0
    city.picture(page, "8-coupon")
    with psycopg.connect(city.url) as connection:
        wrong = connection.execute(
            "SELECT count(*) FROM (SELECT member_id FROM coupon WHERE rule_version_id = %s"
            " GROUP BY member_id HAVING count(*) > 1) AS twice",
            (version,),
        ).fetchone()
    assert wrong == (0,)


def api_key(city: RunningCity) -> str:
    """The key of a partner who may claim coupons."""
    made = subprocess.run(
        [sys.executable, "-m", "dure.config", "web", "api-key", "create", "--partner", "견본",
         "--scopes", "coupons:write,wallets:read", "--per-minute", "100000"],
        env=city.environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = re.search(r"\S{40,}", made.stdout)
    assert found is not None, made.stdout
    return found[0]


def members_without_it(city: RunningCity, version: int) -> list[int]:
    with psycopg.connect(city.url) as connection:
        rows = connection.execute(
            "SELECT member_id FROM wallet w WHERE NOT EXISTS (SELECT FROM coupon c"
            " WHERE c.member_id = w.member_id AND c.rule_version_id = %s)"
            " AND member_id < 1000000000 ORDER BY member_id LIMIT %s",
            (version, RUSH),
        ).fetchall()
    return [row[0] for row in rows]


def claim_over_api(
    city: RunningCity, go: threading.Event, key: str, member_id: int, version: int
) -> bool:
    """Another member's claim; whether it was got."""
    go.wait(30)
    request = Request(
        f"{city.address}/api/v1/members/{member_id}/coupons",
        data=json.dumps({"coupon": version}).encode(),
        headers={
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"rush-{member_id:08d}",
        },
    )
    with urlopen(request, timeout=30) as answer:
        return bool(answer.status == 201)


def use_the_coupon(city: RunningCity, page: Page, shop: str) -> None:
    """The next payment that it fits uses it by itself."""
    page.goto(f"{city.address}/app/pay/shops/{shop}?amount=30000")
    expect(page.locator("main")).to_contain_text("쿠폰")
    page.get_by_role("button", name=re.compile("결제")).click()
    prove(page)
    expect(page.locator("h1")).to_contain_text("결제했습니다")
    expect(page.locator("main")).to_contain_text("쿠폰")
    city.picture(page, "9-with-coupon")


def block_the_card(city: RunningCity, page: Page) -> None:
    """At once, and the page says so."""
    page.goto(f"{city.address}/app/cards")
    page.locator("main a[href*='/app/cards/']").first.click()
    page.get_by_role("button", name=re.compile("정지|멈추")).first.click()
    prove(page)
    expect(page.locator("main")).to_contain_text("정지")
    city.picture(page, "10-blocked")
    page.goto(f"{city.address}/app/")
    city.picture(page, "11-home")
