"""A shop's code before a real camera: a video in Chromium's place of one, read by our server."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import psycopg
import pytest
import zxingcpp
from playwright.sync_api import Browser, Page, expect, sync_playwright

from dure.authorization.requests import Charge
from dure.merchants.payment_code import write_payment_code
from dure.people import fields
from tests.browser.axe import axe
from tests.browser.conftest import Pages
from tests.citizens import join, session_token
from tests.engines import BEGUN_US, SHOP_SEOGU, RunningEngine, new_key

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("DURE_TEST_PICTURES", "")
"""A folder for pictures to look at; none are taken without it."""
WIDE, HIGH = 640, 480


class Holder(NamedTuple):
    """A member with 60,000 won and a telephone whose camera sees what is put before it."""

    token: str
    address: str
    member_id: int


def video(path: Path, text: str | None) -> None:
    """Half a second of a picture that shows a QR code, a little askew; gray where there is none."""
    luma = np.full((HIGH, WIDE), 90, dtype=np.uint8)
    if text is not None:
        drawn: Any = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
        code = np.asarray(drawn.to_image(scale=4))
        top, left = (HIGH - code.shape[0]) // 2 - 20, (WIDE - code.shape[1]) // 2 + 15
        luma[top - 24 : top + code.shape[0] + 24, left - 24 : left + code.shape[1] + 24] = 225
        luma[top : top + code.shape[0], left : left + code.shape[1]] = np.where(code < 128, 30, 225)
    chroma = np.full(WIDE * HIGH // 2, 128, dtype=np.uint8)
    frame = b"FRAME\n" + luma.tobytes() + chroma.tobytes()
    path.write_bytes(f"YUV4MPEG2 W{WIDE} H{HIGH} F20:1 Ip A1:1 C420jpeg\n".encode() + frame * 10)


@pytest.fixture
def holder(
    engine: RunningEngine, db_url: str, pages: Pages, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Holder]:  # fmt: skip
    monkeypatch.setenv("DURE_HOME", str(tmp_path / "home"))
    fields.installed_sealer.cache_clear()
    with psycopg.connect(db_url, autocommit=True) as connection:
        member = join(engine, connection)
        charge = Charge(
            key=new_key(), occurred_at_us=BEGUN_US, member_id=member.member_id, amount_won=60_000
        )
        assert engine.ask(charge).approved
        token = session_token(connection, member.member_id)
    yield Holder(token, pages.address, member.member_id)
    fields.installed_sealer.cache_clear()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the camera sees; each test writes its own before it begins to look."""
    return tmp_path_factory.mktemp("camera") / "seen.y4m"


@pytest.fixture(scope="module")
def camera(chromium: str, film: Path) -> Iterator[Browser]:
    """A Chromium whose camera is the film."""
    video(film, None)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        started = playwright.chromium.launch(
            executable_path=chromium,
            args=[
                "--no-sandbox", "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-video-capture={film}",
            ],
        )  # fmt: skip
        yield started
        started.close()


READER = """
window.BarcodeDetector = class {
  static async getSupportedFormats() { return ["code_128", "qr_code"]; }
  async detect(video) { %s }
};
"""
"""The browser's own reader, which Chromium has on telephones alone."""


def scanning(camera: Browser, holder: Holder, *, allowed: bool = True, reader: str = "") -> Page:
    """The page for scanning, before the camera is on; `reader` is what the browser's own does."""
    context = camera.new_context(
        viewport={"width": 390, "height": 844}, base_url=holder.address,
        permissions=["camera"] if allowed else [],
    )  # fmt: skip
    context.add_cookies([{"name": "dure_member", "value": holder.token, "url": holder.address}])
    page = context.new_page()
    if reader:
        page.add_init_script(READER % reader)
    page.goto("/app/pay/scan")
    return page


def picture(page: Page, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def test_it_reads_a_shop_s_code_and_pays_what_it_asks(
    camera: Browser, film: Path, holder: Holder, db_url: str
) -> None:
    video(film, write_payment_code(shop_code=SHOP_SEOGU, name="Seo-gu Shop", amount_won=12_000))
    page = scanning(camera, holder)
    found = axe(page)
    assert found.violations_count == 0, found.generate_report()
    picture(page, "scan-before")
    page.get_by_role("button", name="카메라 켜기").click()
    expect(page).to_have_url(f"{holder.address}/app/pay/shops/{SHOP_SEOGU}?amount=12000&set=1")
    picture(page, "sheet-of-a-code")
    page.get_by_role("button", name="이대로 결제").click()
    expect(page.get_by_role("heading", name="결제했습니다")).to_be_visible()
    with psycopg.connect(db_url) as connection:
        row = connection.execute(
            "SELECT charged_won FROM wallet WHERE member_id = %s", (holder.member_id,)
        ).fetchone()
    assert row == (48_000,)
    page.context.close()


@pytest.mark.campaign
def test_it_says_whose_code_it_is_not_and_looks_on(
    camera: Browser, film: Path, holder: Holder
) -> None:
    video(film, "https://elsewhere.example/pay?to=somebody")
    page = scanning(camera, holder)
    page.get_by_role("button", name="카메라 켜기").click()
    expect(page.get_by_role("status").get_by_text("다른 도시나 다른 결제")).to_be_visible()
    picture(page, "scan-other")
    assert page.url.endswith("/app/pay/scan")
    page.context.close()


@pytest.mark.campaign
def test_it_offers_photo_and_number_where_the_camera_is_refused(
    camera: Browser, film: Path, holder: Holder
) -> None:
    video(film, None)
    page = scanning(camera, holder, allowed=False)
    page.get_by_role("button", name="카메라 켜기").click()
    expect(page.get_by_text("카메라를 쓸 수 없습니다.")).to_be_visible()
    picture(page, "scan-refused")
    page.get_by_label("가게 번호").fill(SHOP_SEOGU.lower())
    page.get_by_role("button", name="가게 찾기").click()
    expect(page).to_have_url(f"{holder.address}/app/pay/shops/{SHOP_SEOGU}")
    page.context.close()


def test_it_takes_what_the_browser_itself_reads_and_sends_no_picture(
    camera: Browser, film: Path, holder: Holder
) -> None:
    video(film, None)
    ours = write_payment_code(shop_code=SHOP_SEOGU, name="Seo-gu Shop", amount_won=12_000)
    codes = [{"rawValue": "https://elsewhere.example/"}, {"rawValue": ours}]
    page = scanning(camera, holder, reader=f"return {json.dumps(codes)};")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_role("button", name="카메라 켜기").click()
    expect(page).to_have_url(f"{holder.address}/app/pay/shops/{SHOP_SEOGU}?amount=12000&set=1")
    assert set(sent) == {"GET"}
    page.context.close()


def test_it_lets_the_server_read_where_the_browser_s_reader_fails(
    camera: Browser, film: Path, holder: Holder
) -> None:
    video(film, write_payment_code(shop_code=SHOP_SEOGU, name="Seo-gu Shop", amount_won=12_000))
    page = scanning(camera, holder, reader='throw new DOMException("none", "NotSupportedError");')
    page.get_by_role("button", name="카메라 켜기").click()
    expect(page).to_have_url(f"{holder.address}/app/pay/shops/{SHOP_SEOGU}?amount=12000&set=1")
    page.context.close()
