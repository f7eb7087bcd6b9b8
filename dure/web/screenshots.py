"""`dure web screenshots`: pictures of the running page for the README, by Debian's Chromium."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import NamedTuple

PATIENCE_MS = 15_000


class Picture(NamedTuple):
    """One picture: its file, the page's path, the window in pixels, whether all below it too."""

    file: str
    path: str
    width: int
    height: int
    is_dark: bool = False
    is_whole: bool = False


PICTURES = (
    Picture("live-phone-ko", "/", 390, 1560),
    Picture("live-phone-ko-dark", "/", 390, 1560, is_dark=True),
    Picture("live-desktop-ko", "/", 1280, 900, is_whole=True),
    Picture("live-desktop-en", "/en/", 1280, 1560),
)


def take_pictures(address: str, directory: str, suffix: str = "") -> int:
    """Takes every picture; returns the exit status. The page must be running at the address."""
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
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        try:
            for picture in PICTURES:
                context = browser.new_context(
                    viewport={"width": picture.width, "height": picture.height},
                    color_scheme="dark" if picture.is_dark else "light",
                    reduced_motion="reduce",
                )
                opened = context.new_page()
                opened.goto(address.rstrip("/") + picture.path, timeout=PATIENCE_MS)
                opened.wait_for_selector("#board section", timeout=PATIENCE_MS)
                file = target / f"{'-'.join(filter(None, (picture.file, suffix)))}.png"
                opened.screenshot(path=file, full_page=picture.is_whole)
                context.close()
                print(file)
        except Error as error:
            print(f"No picture of {address}: {error.message}", file=sys.stderr)
            return 1
        finally:
            browser.close()
    return 0
