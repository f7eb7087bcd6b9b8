"""`dure web screenshots`: pictures of the running page for the README, by Debian's Chromium."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dure.web.app_screenshots import (
    demo_token,
    shop_with_offer,
    shots,
    take_app_pictures,
    take_told_pictures,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, StorageState

PATIENCE_MS = 15_000


class Picture(NamedTuple):
    """One picture: its file, the page's path, the window in pixels, whether all below it too.

    `by` is the demo official who looks; without one the page is the public's.
    """

    file: str
    path: str
    width: int
    height: int
    is_dark: bool = False
    is_whole: bool = False
    by: str = ""


PICTURES = (
    Picture("live-phone-ko", "/", 390, 1560),
    Picture("live-phone-ko-dark", "/", 390, 1560, is_dark=True),
    Picture("live-desktop-ko", "/", 1280, 900, is_whole=True),
    Picture("live-desktop-en", "/en/", 1280, 1560),
)
CONSOLE = (
    Picture("console-home-ko", "/console/", 1280, 1200, by="gaon"),
    Picture("console-home-en", "/en/console/", 1280, 1200, by="gaon"),
    Picture("console-forecast-ko", "/console/forecast", 1280, 1200, by="gaon"),
    Picture("console-budget-ko-dark", "/console/budget", 1280, 1200, is_dark=True, by="byeol"),
)
"""Pages of the console; left out where the city has no demo officials."""


def take_pictures(address: str, directory: str, suffix: str = "", *, of_app: bool = False) -> int:
    """Takes every picture; returns the exit status. The page must be running at the address.

    `of_app`: the pictures of the citizen's app instead of those for the README.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        print("Pictures need the development packages: make setup-dev", file=sys.stderr)
        return 1
    chromium = shutil.which("chromium")
    if chromium is None:
        print("Pictures need Chromium: make browser", file=sys.stderr)
        return 1
    target = Path(directory)
    target.mkdir(parents=True, exist_ok=True)
    # Asked before the browser's loop runs in this thread, in which Django would refuse to work.
    token = demo_token()
    shop = shop_with_offer() if token else ""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        try:
            if of_app:
                return _take_app(browser, address.rstrip("/"), target, token, shop)
            desks: dict[str, StorageState] = {}
            for picture in (*PICTURES, *CONSOLE):
                _take(browser, address.rstrip("/"), picture, target, suffix, desks)
            if token is not None:
                take_told_pictures(browser, address.rstrip("/"), target, token, shop)
        except Error as error:
            print(f"No picture of {address}: {error.message}", file=sys.stderr)
            return 1
        finally:
            browser.close()
    return 0


def _take_app(browser: Browser, address: str, target: Path, token: str | None, shop: str) -> int:
    if token is None:
        return 1
    wrong = take_app_pictures(browser, address, target, token, shop)
    print("\n".join([*wrong, f"{len(shots())} pictures in {target}"]))
    return 1 if wrong else 0


def _take(
    browser: Browser,
    address: str,
    picture: Picture,
    target: Path,
    suffix: str,
    desks: dict[str, StorageState],
) -> None:
    """Takes one picture; `desks` keeps who is signed in. What Playwright raises passes."""
    if picture.by and picture.by not in desks:
        desk = _sign_in(browser, address, picture.by)
        if desk is None:
            print(f"{picture.file}: no demo official {picture.by} signs in here", file=sys.stderr)
            return
        desks[picture.by] = desk
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme="dark" if picture.is_dark else "light",
        reduced_motion="reduce",
        storage_state=desks.get(picture.by),
    )
    page = context.new_page()
    page.goto(address + picture.path, timeout=PATIENCE_MS)
    page.wait_for_selector(".menu" if picture.by else "#board section", timeout=PATIENCE_MS)
    file = target / f"{'-'.join(filter(None, (picture.file, suffix)))}.png"
    page.screenshot(path=file, full_page=picture.is_whole)
    context.close()
    print(file)


def _sign_in(browser: Browser, address: str, official: str) -> StorageState | None:
    """Signs a demo official in as people do; None where there is no such official."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.config.settings")
    import django

    django.setup()
    from dure.web.console.access.demo import signs_in_with

    known = signs_in_with(official)
    if known is None:
        return None
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/console/sign-in", timeout=PATIENCE_MS)
    page.locator("#official").fill(official)
    page.locator("#password").fill(known[0])
    page.keyboard.press("Enter")
    page.locator("#code").fill(known[1])
    page.keyboard.press("Enter")
    page.wait_for_selector(".menu", timeout=PATIENCE_MS)
    kept = context.storage_state()
    context.close()
    return kept
