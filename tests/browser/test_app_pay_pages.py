"""The pages for paying in a real browser: whole on every screen, and my code from shown to paid."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from dure.authorization.requests import Charge, ClaimCoupon, Purchase
from dure.people import fields
from dure.wallets import qr
from dure.web.citizen.shell.sessions import machine_now_us
from tests.browser.axe import axe
from tests.browser.conftest import Pages
from tests.citizens import join, session_token
from tests.db.test_coupon_races import VERSION, publish
from tests.engines import (
    BEGUN_US,
    SHOP_JUNGGU,
    SHOP_PLUS,
    SHOP_SEOGU,
    RunningEngine,
    new_key,
)

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("DURE_TEST_PICTURES", "")
"""A folder for pictures to look at; none are taken without it."""
LONG_NAME = "인천광역시서구청라국제도시아주긴이름의전통손칼국수와해물파전그리고막걸리집본점"
Opened = Callable[..., Page]


class Purse(NamedTuple):
    """A member with 100,000 won who has paid once, and what reaches city and database."""

    engine: RunningEngine
    connection: psycopg.Connection[tuple[Any, ...]]
    member_id: int
    token: str
    paid_id: int


@pytest.fixture
def purse(
    engine: RunningEngine, db_url: str, pages: Pages, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Purse]:  # fmt: skip
    monkeypatch.setenv("DURE_HOME", str(tmp_path / "home"))
    fields.installed_sealer.cache_clear()
    publish(db_url)
    with psycopg.connect(db_url, autocommit=True) as connection:
        connection.execute(
            "UPDATE shop SET name_ko = %s WHERE shop_code = %s", (LONG_NAME, SHOP_PLUS)
        )
        member_id = join(engine, connection).member_id
        new = {"occurred_at_us": BEGUN_US, "member_id": member_id}
        assert engine.ask(Charge(key=new_key(), amount_won=100_000, **new)).approved
        assert engine.ask(ClaimCoupon(key=new_key(), rule_version_id=VERSION, **new)).approved
        paid = engine.ask(
            Purchase(
                key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_SEOGU, amount_won=9_000,
                channel=2, member_id=member_id,
            )
        )  # fmt: skip
        assert paid.approved
        token = session_token(connection, member_id)
        yield Purse(engine, connection, member_id, token, paid.movement_id)
    fields.installed_sealer.cache_clear()


@pytest.fixture
def open_page(browser: Browser, pages: Pages, purse: Purse) -> Iterator[Opened]:
    """Opens a page of the app as the member; what a script throws fails the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_one(path: str, *, width: int = 390, **more: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 844}, base_url=pages.address, **more
        )
        contexts.append(context)
        context.add_cookies([{"name": "dure_member", "value": purse.token, "url": pages.address}])
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.goto(path)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not faults


def picture(page: Page, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def digits_of(page: Page) -> str:
    return str(page.locator("#code-digits").text_content()).replace(" ", "")


def seen(page: Page) -> dict[str, str]:
    """What a till's reader finds on the telephone's screen, by the kind of code."""
    with Image.open(io.BytesIO(page.screenshot())) as screen:
        found = zxingcpp.read_barcodes(screen.convert("L"))
    return {code.format.name: str(code.text) for code in found}


def take(purse: Purse, digits: str, won: int) -> bool:
    """A shop's till takes a payment with a code."""
    return qr.pay_by_code(
        purse.connection, purse.engine.ask, token=digits, shop_code=SHOP_JUNGGU, amount_won=won,
        key=new_key(), machine_us=machine_now_us(), occurred_at_us=BEGUN_US,
    ).approved  # fmt: skip


@pytest.mark.campaign
def test_it_is_whole_on_every_screen(open_page: Opened, purse: Purse) -> None:
    paths = [
        "/app/pay", "/app/pay/code", "/app/pay/scan", "/app/pay/order",
        f"/app/pay/shops/{SHOP_PLUS}", f"/app/pay/shops/{SHOP_PLUS}?amount=23000",
        f"/app/pay/shops/{SHOP_JUNGGU}?amount=250000", f"/app/pay/done/{purse.paid_id}",
        f"/app/pay/cancel/{purse.paid_id}", f"/app/demo/till?shop={SHOP_PLUS}&amount=12000",
    ]  # fmt: skip
    for language, width, scheme in (
        ("ko", 390, "light"), ("ko", 390, "dark"), ("en", 320, "light"), ("en", 1280, "dark"),
    ):  # fmt: skip
        page = open_page("/app/pay", width=width, color_scheme=scheme)
        for path in paths:
            where = f"/en{path}" if language == "en" else path
            page.goto(where)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (where, width)
            found = axe(page)
            assert found.violations_count == 0, (where, width, found.generate_report())
            small = page.evaluate(
                "[...document.querySelectorAll('main a, main button, main summary')]"
                ".filter(e => e.offsetHeight && e.offsetHeight < 44).map(e => e.textContent)"
            )
            assert not small, (where, width, small)
            name = re.sub(r"[^a-z0-9]+", "-", path.removeprefix("/app/").lower())
            picture(page, f"{name}-{language}-{width}-{scheme}")
        page.context.close()


def test_it_goes_to_the_payment_when_a_till_has_taken_my_code(
    open_page: Opened, purse: Purse
) -> None:
    page = open_page("/app/pay/code", color_scheme="dark", device_scale_factor=3)
    assert seen(page) == {"QRCode": digits_of(page), "Code128": digits_of(page)}
    assert take(purse, digits_of(page), 5_000)
    expect(page.get_by_role("heading", name="결제했습니다")).to_be_visible(timeout=15_000)
    page.go_back()
    expect(page.get_by_role("heading", name="결제했습니다")).to_have_count(0)


def test_it_draws_another_code_each_minute_and_tells_how_long_it_lasts_without_a_network(
    browser: Browser, pages: Pages, purse: Purse
) -> None:
    context = browser.new_context(base_url=pages.address)
    context.add_cookies([{"name": "dure_member", "value": purse.token, "url": pages.address}])
    page = context.new_page()
    page.clock.install()
    page.goto("/app/pay/code")
    first = digits_of(page)
    page.clock.run_for(61_000)
    expect(page.locator("#code-digits")).not_to_have_text(" ".join(re.findall("....", first)))
    second = digits_of(page)
    context.set_offline(True)
    page.clock.run_for(61_000)
    expect(page.get_by_text("인터넷이 끊겼습니다.")).to_be_visible()
    assert digits_of(page) == second
    page.clock.run_for(120_000)
    expect(page.get_by_text("코드의 시간이 지났습니다.")).to_be_visible()
    context.set_offline(False)
    page.clock.run_for(2_000)
    expect(page.get_by_text("코드의 시간이 지났습니다.")).to_be_hidden()
    context.close()


def payments_of(purse: Purse) -> int:
    row = purse.connection.execute(
        "SELECT count(*) FROM journal WHERE member_id = %s AND kind = 1 AND reason = 0",
        (purse.member_id,),
    ).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.campaign
def test_it_pays_once_when_the_button_is_tapped_twice(open_page: Opened, purse: Purse) -> None:
    page = open_page(f"/app/pay/shops/{SHOP_JUNGGU}?amount=10000&coupon=0")
    page.get_by_role("button", name="이대로 결제").dblclick()
    expect(page.get_by_role("heading", name="결제했습니다")).to_be_visible()
    assert payments_of(purse) == 2
    page.go_back()
    page.get_by_role("button", name="한 번 더 결제").click()
    expect(page.get_by_role("heading", name="결제했습니다")).to_be_visible()
    assert payments_of(purse) == 3
