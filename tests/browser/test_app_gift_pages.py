"""Charging, getting back, gifts and donations in a real browser, whole on every screen."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from dure.authorization.requests import Charge, Donate, Purchase
from dure.people import fields
from dure.people.gifts import send_gift, take_gift, write_letter
from dure.wallets.donations import Fund, name_fund
from tests.browser.axe import axe
from tests.browser.conftest import Pages
from tests.citizens import join, session_token
from tests.engines import BEGUN_US, SHOP_SEOGU, RunningEngine, new_key

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("DURE_TEST_PICTURES", "")
"""A folder for pictures to look at; none are taken without it."""
WORDS = "생일축하해요생일축하해요생일축하해요생일축하해요생일축하해요생일축하해요생일축하해요"
Opened = Callable[..., Page]
LOOKS: tuple[tuple[str, int, Literal["light", "dark"]], ...] = (
    ("ko", 390, "light"),
    ("ko", 390, "dark"),
    ("en", 390, "light"),
    ("en", 320, "light"),
    ("ko", 1280, "light"),
)


class Giver(NamedTuple):
    """A member with gifts in every state, and another who has two waiting; their sessions."""

    token: str
    taker_token: str
    paths: tuple[str, ...]


@pytest.fixture
def giver(
    engine: RunningEngine, db_url: str, pages: Pages, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Giver]:  # fmt: skip
    monkeypatch.setenv("DURE_HOME", str(tmp_path / "home"))
    fields.installed_sealer.cache_clear()
    sealer = fields.installed_sealer()
    with psycopg.connect(db_url, autocommit=True) as connection:
        giver_id = join(engine, connection).member_id
        taker_id = join(engine, connection, phone="010-0000-0002", name="박두레").member_id
        new: dict[str, Any] = {"occurred_at_us": BEGUN_US, "member_id": giver_id}
        assert engine.ask(Charge(key=new_key(), amount_won=300_000, **new)).approved
        paid = Purchase(key=new_key(), shop_code=SHOP_SEOGU, amount_won=40_000, channel=2, **new)
        assert engine.ask(paid).approved

        def write(phone: str, won: int) -> int:
            letter = write_letter(
                connection, sealer, key=new_key(), giver_id=giver_id, phone=phone, won=won,
                words=WORDS, at_us=BEGUN_US,
            )  # fmt: skip
            return send_gift(connection, engine.ask, letter).letter_id

        taken, waits, lost = (
            write("010-0000-0002", 30_000),
            write("010-0000-0002", 12_345),
            write("010-0000-0003", 500_000),
        )
        write("010-0000-0002", 1_000)
        assert take_gift(
            connection, engine.ask, key=new_key(), member_id=taker_id, letter_id=taken,
            at_us=BEGUN_US,
        ).approved  # fmt: skip
        name_fund(connection, Fund(1, "아이 밥상 기금", "Children's meals", "쓰임", "Use", 0))
        name_fund(connection, Fund(2, "섬 마을 기금", "Island villages", "배편", "Boats", 0))
        given = engine.ask(Donate(key=new_key(), fund_id=1, amount_won=700, **new))
        paths = (
            "charge", "withdraw", "accounts", "gifts", "gifts/send", f"gifts/{taken}",
            f"gifts/{waits}", f"gifts/{lost}", "donate", f"donate/{given.movement_id}",
        )  # fmt: skip
        tokens = [session_token(connection, who) for who in (giver_id, taker_id)]
        yield Giver(tokens[0], tokens[1], paths)
    fields.installed_sealer.cache_clear()


@pytest.fixture
def open_page(browser: Browser, pages: Pages) -> Iterator[Opened]:
    """Opens a page of the app with a session; what a script throws fails the test."""
    faults: list[str] = []
    contexts: list[BrowserContext] = []

    def open_one(token: str, path: str, *, width: int = 390, **more: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 844}, base_url=pages.address, **more
        )
        contexts.append(context)
        context.add_cookies([{"name": "dure_member", "value": token, "url": pages.address}])
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.goto(path)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not faults


def looked_at(page: Page, width: int, name: str) -> list[str]:
    """What is wrong with a page as it stands; a picture of it where some are wanted."""
    wrong = []
    if page.evaluate("document.documentElement.scrollWidth") > width:
        wrong.append(f"{name}: wider than {width}")
    told = axe(page)
    if told.violations_count:
        wrong.append(f"{name}: {told.generate_report()[:1500]}")
    small = page.evaluate(
        "[...document.querySelectorAll('main a, main button, main summary')]"
        ".filter(e => e.offsetHeight && e.offsetHeight < 44).map(e => e.textContent)"
    )
    if small:
        wrong.append(f"{name}: too small to touch: {small}")
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)
    return wrong


@pytest.mark.campaign
@pytest.mark.parametrize(("language", "width", "scheme"), LOOKS)
def test_they_are_whole_on_every_screen(
    open_page: Opened, giver: Giver, language: str, width: int, scheme: str
) -> None:
    root = "/en/app" if language == "en" else "/app"
    wrong = []
    shown = [(giver.token, path, "") for path in giver.paths]
    for token, path, more in (*shown, (giver.taker_token, "gifts", "-came")):
        page = open_page(token, f"{root}/{path}", width=width, color_scheme=scheme)
        name = re.sub(r"[^a-z]+", "-", path) + (path.rpartition("/")[2][-2:] if "/" in path else "")
        wrong += looked_at(page, width, f"{name}{more}-{language}-{width}-{scheme}")
        page.context.close()
    assert not wrong, "\n".join(wrong)


def test_a_gift_is_sent_by_one_and_taken_by_the_other_without_a_script(
    open_page: Opened, giver: Giver
) -> None:
    page = open_page(giver.token, "/app/gifts/send", java_script_enabled=False)
    page.get_by_label("받는 분의 전화번호").fill("010-0000-0002")
    page.get_by_label("선물할 금액").fill("5천")
    page.get_by_label("함께 보낼 말").fill("고마워요. 옆집 김두레")
    page.get_by_role("button", name="선물하기").click()
    expect(page.get_by_role("heading", name="받기를 기다립니다")).to_be_visible()
    expect(page.locator(".amount")).to_have_text("5,000원")
    other = open_page(giver.taker_token, "/app/gifts", java_script_enabled=False)
    expect(other.get_by_text("옆집 김두레")).to_be_visible()
    other.get_by_role("button", name="5,000원 받기").click()
    expect(other.locator(".said")).to_contain_text("선물을 받았습니다")
    page.reload()
    expect(page.get_by_role("heading", name="받았습니다")).to_be_visible()
