"""Help, lock, guardians, complaints and the desk in a real browser: axe, every width, no script."""

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Literal

import psycopg
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from dure.authorization.requests import Charge, Purchase
from dure.people.complaint_kinds import Kind, Step
from dure.people.complaints import file_complaint, take_step
from dure.people.guardians import link_guardian
from dure.people.wallet_locks import Cause, Hand, lock_wallet
from dure.rulebook.officials import Grant, Role
from dure.wallets.cards import CardKind, issue_card
from tests.browser.axe import axe
from tests.browser.conftest import Pages
from tests.browser.desk import desk_of, prepared
from tests.citizens import join, session_token
from tests.console import grant
from tests.engines import BEGUN_US, JUNGGU, SHOP_JUNGGU, RunningEngine, new_key
from tests.examples import EVERY_LOOK

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]
# The reader's language, the width, the colors, and whether the type is large.
LOOKS: tuple[tuple[str, int, Scheme, bool], ...] = (
    ("", 390, "light", False),
    ("", 320, "dark", True),
    ("/en", 320, "light", False),
    ("/en", 1280, "light", False),
    *(
        (("", 390, "dark", False), ("", 320, "light", True), ("/en", 390, "light", False))
        if EVERY_LOOK
        else ()
    ),
)
CALM = "() => Promise.all(document.getAnimations().map((one) => one.finished))"
PHONE = "010-5000-0001"
LONG = "가" * 60


class Seeded:
    """Two members, one of them a minor who is locked and blocked, and a complaint."""

    def __init__(self, url: str, engine: RunningEngine) -> None:
        from dure.people.fields import installed_sealer
        from dure.web.shared.card_keys import installed_ring

        self.url, self.engine = url, engine
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("UPDATE shop SET name_ko = %s WHERE shop_id = 1", (LONG,))
            member = join(engine, connection, phone=PHONE)
            child = join(
                engine, connection, phone="010-5000-0002", name="이하나",
                birth_date=date(2004, 3, 2),
            )  # fmt: skip
            self.member_id, self.child_id = member.member_id, child.member_id
            self._pay()
            for member_id in (self.member_id, self.child_id):
                issue_card(
                    connection, engine.ask, installed_ring().card_token, key=new_key(),
                    member_id=member_id, kind=CardKind.PHYSICAL, at_us=BEGUN_US,
                )  # fmt: skip
            link_guardian(
                connection, key=new_key(), guardian_id=self.member_id, minor_id=self.child_id,
                papers="가족관계증명서 2019-1", official="junggu", at_us=BEGUN_US,
            )  # fmt: skip
            for cause in (Cause.MEMBER, Cause.LOST, Cause.GUARDIAN, Cause.DESK):
                lock_wallet(
                    connection, engine.ask, key=new_key(), member_id=self.child_id,
                    hand=Hand(cause, str(self.member_id)), at_us=BEGUN_US, machine_now_us=1,
                )  # fmt: skip
            sealer = installed_sealer()
            self.complaint = file_complaint(
                connection, sealer, key=new_key(), member_id=self.member_id, kind=Kind.PAYMENT,
                text=f"두 번 결제된 것 같습니다. {LONG}\n\n확인해 주세요.", at_us=BEGUN_US,
                movement_id=self.movement_id,
            )  # fmt: skip
            take_step(
                connection, sealer, key=new_key(), complaint_id=self.complaint,
                step=Step.ASKED_BACK, at_us=BEGUN_US, official="junggu",
                text="영수증의 시각을 알려 주세요.",
            )  # fmt: skip

    def _pay(self) -> None:
        charge = Charge(
            key=new_key(), occurred_at_us=BEGUN_US, member_id=self.member_id, amount_won=100_000
        )
        assert self.engine.ask(charge).approved
        purchase = Purchase(
            key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_JUNGGU, amount_won=12_300,
            channel=2, member_id=self.member_id,
        )  # fmt: skip
        self.movement_id = self.engine.ask(purchase).movement_id

    def token(self, member_id: int) -> str:
        """The cookie of a new session."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            return session_token(connection, member_id)


@pytest.fixture(autouse=True)
def _one_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Sessions, keys and sealed data are those of the pages' own process."""
    from django.conf import settings

    from dure.people.fields import installed_sealer

    monkeypatch.setenv("DURE_SECRET_KEY", settings.SECRET_KEY)
    monkeypatch.setenv("DURE_HOME", str(tmp_path / "home"))
    installed_sealer.cache_clear()
    yield
    installed_sealer.cache_clear()


@pytest.fixture
def seeded(pages: Pages, db_url: str, engine: RunningEngine) -> Seeded:
    """A city with something on every page."""
    return Seeded(db_url, engine)


def telephone(browser: Browser, pages: Pages, token: str = "", **options: Any) -> BrowserContext:
    """A browser on which a member is signed in, or nobody."""
    context = browser.new_context(reduced_motion="reduce", **options)
    if token:
        cookie = {"name": "dure_member", "value": token, "url": pages.address}
        context.add_cookies([cookie])  # type: ignore[list-item]
    return context


def looked_at(page: Page, address: str, path: str, pictures: Path, *, app: bool = True) -> None:
    """Opens a page in every look: nothing wider than the window, nothing that axe finds."""
    for place, width, scheme, large in LOOKS:
        root = ("/app" if app else "/console") + path
        page.context.add_cookies(
            [{"name": "dure_look", "value": "large" if large else "", "url": address}]
        )
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        answer = page.goto(f"{address}{place}{root}")
        assert answer is not None
        assert answer.status == 200, (path, answer.status)
        page.evaluate(CALM)
        name = f"{path.strip('/').replace('/', '-').replace('?', '-')}{place[1:]}-{width}-{scheme}"
        if EVERY_LOOK:
            page.screenshot(path=str(pictures / f"{name}.png"), full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        if place:
            continue
        found = axe(page)
        assert found.violations_count == 0, (path, width, scheme, found.generate_report())


@pytest.mark.campaign
def test_it_is_whole_for_the_member_in_every_look(
    browser: Browser, pages: Pages, seeded: Seeded, tmp_path: Path
) -> None:
    page = telephone(browser, pages, seeded.token(seeded.member_id)).new_page()
    for path in (
        "/help",
        "/help/looks",
        "/help/complaints",
        f"/help/complaints/{seeded.complaint}",
        f"/help/complaints/new?receipt={seeded.movement_id}",
        "/lock",
        "/guardian",
        "/guardian/1",
    ):
        looked_at(page, pages.address, path, tmp_path)
    page.context.close()


@pytest.mark.campaign
def test_it_is_whole_for_the_minor_and_for_a_stranger(
    browser: Browser, pages: Pages, seeded: Seeded, tmp_path: Path
) -> None:
    minor = telephone(browser, pages, seeded.token(seeded.child_id)).new_page()
    looked_at(minor, pages.address, "/lock", tmp_path)
    minor.context.close()
    page = telephone(browser, pages).new_page()
    for path in ("/help", "/lock/lost", "/lock/lost/done"):
        looked_at(page, pages.address, path, tmp_path)
    page.context.close()


def test_it_is_complained_to_without_a_script(
    browser: Browser, pages: Pages, seeded: Seeded, tmp_path: Path
) -> None:
    written = io.BytesIO()
    Image.new("RGB", (1200, 900), "#8a6").save(written, "JPEG")
    token = seeded.token(seeded.member_id)
    page = telephone(browser, pages, token, java_script_enabled=False).new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{pages.address}/app/help/complaints/new?receipt={seeded.movement_id}")
    page.get_by_label("무슨 일이 있었나요?").fill("두 번 결제되었습니다.")
    page.get_by_label("사진 (세 장까지)").set_input_files(
        {"name": "r.jpg", "mimeType": "image/jpeg", "buffer": written.getvalue()}
    )
    page.get_by_role("button", name="보내기").click()
    expect(page.get_by_text("접수했습니다. 답변을 기다려 주세요.")).to_be_visible()
    expect(page.get_by_role("img", name="사진 1")).to_be_visible()
    page.screenshot(path=str(tmp_path / "complaint-filed.png"), full_page=True)
    page.goto(f"{pages.address}/app/lock")
    page.get_by_role("button", name="지금 잠그기").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("지갑이 잠겨 있습니다")
    page.get_by_role("button", name="잠금 풀기").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("지갑이 열려 있습니다")
    page.context.close()


def test_it_serves_at_the_desk_in_every_look(
    browser: Browser, pages: Pages, seeded: Seeded, tmp_path: Path, db_url: str
) -> None:
    prepared(
        lambda: grant(db_url, "junggu", Grant(Role.DISTRICT_OFFICER, JUNGGU), name="중구 담당")
    )
    page = desk_of(browser, pages.address, "junggu").new_page()
    page.goto(f"{pages.address}/console/desk")
    page.get_by_label("전화번호 또는 카드번호").fill("010-5000-0002")
    page.get_by_role("button", name="찾기").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("이하나")
    member = page.url.partition("/console")[2]
    for path in (
        "/desk",
        "/desk/join",
        member,
        "/desk/log",
        "/complaints",
        f"/complaints/{seeded.complaint}",
    ):
        looked_at(page, pages.address, path, tmp_path, app=False)
    page.context.close()
