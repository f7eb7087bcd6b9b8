"""What axe finds on a page: a document reads its half a megabyte once, however often it looks."""

from __future__ import annotations

from typing import Final

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

_IS_THERE: Final = "() => typeof axe === 'object'"
_LOOK: Final = """async () => {
  const frames = () => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)));
  const running = () => document.getAnimations().filter((one) =>
    one.playState === "running" && one.effect.getComputedTiming().endTime < Infinity);
  do {
    await Promise.allSettled(running().map((one) => one.finished));
    await frames();
  } while (running().length);
  const {violations} = await axe.run(document, {resultTypes: ["violations"]});
  return {violations};
}"""
"""Looks when colors that change have changed: what inherits a color begins after its parent."""


def axe(page: Page) -> AxeResults:
    """What breaks a rule of axe on the page as it stands; what passes is not told."""
    if not page.evaluate(_IS_THERE):
        page.evaluate(AXE_SCRIPT)
    return AxeResults(page.evaluate(_LOOK))
