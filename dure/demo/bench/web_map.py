"""How soon the map of shops can be used on a phone, in a Chromium that plays one."""

from __future__ import annotations

import shutil
from statistics import median
from typing import Final

from dure.demo.bench.progress import say

CPU_TIMES_SLOWER: Final = 4
RTT_MS: Final = 150
DOWN_BYTES_PER_S: Final = 1_600_000 // 8
UP_BYTES_PER_S: Final = 750_000 // 8
"""The phone of Lighthouse: a quarter of the processor, a slow 4G network."""
TRIES: Final = 3
PATIENCE_MS: Final = 30_000
_IS_USABLE: Final = """() => {
  const live = document.querySelector(".map-live");
  if (!live || live.hidden) return 0;
  const parts = performance.getEntriesByType("resource").filter(
    (one) => one.name.includes("/shops/parts/"));
  if (!parts.length || parts.some((one) => !one.responseEnd)) return 0;
  return performance.now();
}"""


def map_interactive_ms(port: int, token: str) -> float | None:
    """Milliseconds from asking for the page until the whole city's clusters are drawn and answer.

    The median of TRIES empty browsers. None, and a word about it, where there is no Chromium or
    the development packages are missing.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        say("the map was not measured: make setup-dev")
        return None
    chromium = shutil.which("chromium")
    if chromium is None:
        say("the map was not measured: make browser")
        return None
    taken = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for _ in range(TRIES):
            context = browser.new_context(
                viewport={"width": 412, "height": 823}, device_scale_factor=1.75, is_mobile=True,
                has_touch=True, reduced_motion="reduce", bypass_csp=True,
            )  # fmt: skip
            address = f"http://localhost:{port}"
            context.add_cookies([{"name": "dure_member", "value": token, "url": address}])
            page = context.new_page()
            phone = context.new_cdp_session(page)
            phone.send("Emulation.setCPUThrottlingRate", {"rate": CPU_TIMES_SLOWER})
            phone.send(
                "Network.emulateNetworkConditions",
                {
                    "offline": False,
                    "latency": RTT_MS,
                    "downloadThroughput": DOWN_BYTES_PER_S,
                    "uploadThroughput": UP_BYTES_PER_S,
                },
            )
            page.goto(f"{address}/app/shops/map", wait_until="commit", timeout=PATIENCE_MS)
            usable = page.wait_for_function(_IS_USABLE, timeout=PATIENCE_MS)
            taken.append(float(usable.json_value()))
            context.close()
        browser.close()
    say(f"map: {[round(ms) for ms in taken]} ms")
    return round(median(taken), 1)
