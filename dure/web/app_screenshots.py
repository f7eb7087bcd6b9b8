"""`dure web screenshots --app`: the citizen's app at three widths, in both languages and colors.

The pictures are to be looked at before a release; they lie in a folder of their own and belong to
no commit. The demo citizen is signed in here, on this machine, without a code.
"""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PATIENCE_MS: Final = 15_000
WIDTHS: Final = (320, 390, 1280)
HEIGHT: Final = 844
ROOTS: Final = (("ko", "/app"), ("en", "/en/app"))
COLORS: Final = ("light", "dark")
PAGES: Final = (
    ("home", "/"),
    ("pay", "/pay"),
    ("code", "/pay/code"),
    ("sheet", "/pay/shops/{shop}?amount=20000"),
    ("charge", "/charge"),
    ("withdraw", "/withdraw"),
    ("accounts", "/accounts"),
    ("history", "/history"),
    ("statement", "/statement"),
    ("shops", "/shops"),
    ("map", "/shops/map"),
    ("coupons", "/coupons/offers"),
    ("cards", "/cards"),
    ("gifts", "/gifts"),
    ("donate", "/donate"),
    ("notices", "/notices"),
    ("more", "/more"),
    ("help", "/help"),
    ("lock", "/lock"),
    ("settings", "/settings"),
    ("install", "/install"),
    ("gallery", "/gallery"),
    ("sign-in", "/sign-in"),
    ("join", "/join"),
)
"""Names and addresses of the pages, below the root of a language; {shop} is the code of one."""
STRANGERS: Final = frozenset({"sign-in", "join"})
"""Pages that are looked at by nobody who is signed in."""


class Shot(NamedTuple):
    """One picture: its file's name, the page's address, and how it is looked at."""

    name: str
    path: str
    width: int
    is_dark: bool
    is_stranger: bool


def shots() -> list[Shot]:
    """Every page at every width in every language and color."""
    return [
        Shot(f"{name}-{language}-{width}-{color}", root + place, width, color == "dark",
             name in STRANGERS)
        for (name, place), (language, root), width, color in itertools.product(
            PAGES, ROOTS, WIDTHS, COLORS
        )
    ]  # fmt: skip


def take_app_pictures(
    browser: Browser, address: str, target: Path, token: str, shop: str
) -> list[str]:
    """Takes every picture of the app as the member with this session; what went wrong."""
    target.mkdir(parents=True, exist_ok=True)
    wrong = []
    for shot in shots():
        context = browser.new_context(
            viewport={"width": shot.width, "height": HEIGHT},
            color_scheme="dark" if shot.is_dark else "light",
            reduced_motion="reduce",
        )
        if not shot.is_stranger:
            context.add_cookies([{"name": "dure_member", "value": token, "url": address}])
        page = context.new_page()
        answer = page.goto(address + shot.path.format(shop=shop), timeout=PATIENCE_MS)
        status = answer.status if answer else 0
        if status >= 400:
            wrong.append(f"{shot.path} answered {status}")
        page.wait_for_load_state("networkidle", timeout=PATIENCE_MS)
        # A window as high as the page: the menu stands at its foot and covers nothing.
        high = int(page.evaluate("document.documentElement.scrollHeight"))
        page.set_viewport_size({"width": shot.width, "height": max(HEIGHT, high)})
        page.screenshot(path=target / f"{shot.name}.png", full_page=True)
        context.close()
    return sorted(set(wrong))


def take_told_pictures(browser: Browser, address: str, target: Path, token: str, shop: str) -> None:
    """The four pictures of the app that the README shows, on a telephone of 390 px."""
    context = browser.new_context(
        viewport={"width": 390, "height": HEIGHT}, reduced_motion="reduce"
    )
    context.add_cookies([{"name": "dure_member", "value": token, "url": address}])
    page = context.new_page()
    for name, path in (
        ("app-home-ko", "/app/"),
        ("app-pay-ko", f"/app/pay/shops/{shop}?amount=20000"),
        ("app-code-ko", "/app/pay/code"),
        ("app-map-ko", "/app/shops/map"),
    ):
        page.goto(address + path, timeout=PATIENCE_MS)
        page.wait_for_load_state("networkidle", timeout=PATIENCE_MS)
        page.screenshot(path=target / f"{name}.png")
        print(target / f"{name}.png")
    context.close()


def shop_with_offer() -> str:
    """A shop of the running city that takes something off at any time."""
    from dure.web.shared.store import database

    row = (
        database()
        .execute(
            "SELECT s.shop_code FROM shop s JOIN benefit_offer o USING (shop_id) "
            "WHERE s.status = 2 AND o.until_day IS NULL AND o.weekdays = 127 AND o.from_minute = 0 "
            "AND o.until_minute = 1440 AND o.payment_won_min <= 10000 AND s.district = 28260 "
            "ORDER BY o.discount_bp DESC, s.shop_id LIMIT 1"
        )
        .fetchone()
    )
    return str(row[0]) if row else "NOSHOP000000000"


def demo_token() -> str | None:
    """The token of a new session of the first demo citizen; None where there is none."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.config.settings")
    import django

    django.setup()
    from dure.web.citizen.join.demo_citizens import kept
    from dure.web.citizen.shell.sessions import begin_session
    from dure.web.shared.store import database

    citizen = next(iter(kept().values()), None)
    if citizen is None:
        print("no demo citizen: dure citizen demo", file=sys.stderr)
        return None
    return begin_session(
        database(), member_id=citizen["member_id"], address="127.0.0.1", agent="", proved=True
    )
