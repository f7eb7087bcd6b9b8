"""`dure bench web`: the citizen's app with a million members and twenty million payments."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from dure.demo.bench import web_city
from dure.demo.bench.home import BenchHome, check_books
from dure.demo.bench.measured_city import highest_rate, measured_city, socket_of
from dure.demo.bench.plan import Plan
from dure.demo.bench.processes import Generator, Measured, ProcessFailedError
from dure.demo.bench.progress import say
from dure.demo.bench.results import Figures, median_of
from dure.demo.bench.web_bytes import first_load_bytes
from dure.demo.bench.web_load import Page
from dure.demo.bench.web_map import map_interactive_ms
from dure.engine.settings import socket_path
from dure.kernel.keys import KeyRing

CITY: Final = "app"
P95_MS_MAX: Final = 50.0
MAP_RATE: Final = 10.0
"""Parts of the map a second; one address may ask for twenty."""
QUICK_WALLETS: Final = 2_000
HOME: Final = Page("home", "/app/")
PAY: Final = Page("pay", "/app/pay")
MAP_PARTS: Final = tuple(
    Page("map_part", f"/app/shops/parts/{zoom}/{column}/{row}")
    for zoom, column, row in ((0, 0, 0), (1, 0, 0), (1, 1, 1), (2, 1, 1), (3, 3, 3))
)


def measure_web(home: BenchHome, plan: Plan) -> Figures:
    """Medians of the runs at the plan's rate, the highest rate that holds, bytes and the map.

    Half of the pages asked for are the first page of the app, half the page for paying. Raises
    ProcessFailedError when a process ends or a page answers anything but 200, BooksBrokenError.
    """
    payments = plan.wallets * web_city.PAYMENTS_EACH
    with running_app(home, plan) as app:
        figures = _measure(home, plan, app.port, app.tokens)
    return figures | {"members": plan.wallets, "payments": payments, "shops": plan.shops}


class RunningApp(NamedTuple):
    """The app of a filled city: its port, and a file with the token of a session on each line."""

    port: int
    tokens: Path

    @property
    def token(self) -> str:
        """The token of one session."""
        return self.tokens.read_text(encoding="utf-8").split()[0]


@contextmanager
def running_app(home: BenchHome, plan: Plan) -> Iterator[RunningApp]:
    """Fills a city and runs its engine and its pages until the end of the block.

    Checks the books of a small one: BooksBrokenError.
    """
    info = home.add_city(CITY, plan.wallets, plan.shops, plan.rules)
    seconds = web_city.fill(info.url, KeyRing.open(home.path), plan.wallets, plan.shops)
    say(f"{plan.wallets * web_city.PAYMENTS_EACH:,} payments made in {seconds:.0f} s")
    if plan.wallets <= QUICK_WALLETS:
        check_books(info)
    tokens = home.path / "tokens"
    tokens.write_text("\n".join(web_city.sign_in(info.url, plan.wallets)), encoding="utf-8")
    link = socket_path(home.path)
    link.symlink_to(socket_of(home, CITY))
    with measured_city(home, CITY), _pages(home) as port:
        yield RunningApp(port, tokens)
    link.unlink()


def _measure(home: BenchHome, plan: Plan, port: int, tokens: Path) -> Figures:
    url = home.database(CITY).url
    token = tokens.read_text(encoding="utf-8").split()[0]
    first = first_load_bytes(port, HOME.address, token)

    def run(rate: float, pages: tuple[Page, ...], seconds: float) -> dict[str, Any]:
        web_city.prove_again(url)
        figures = _run(home, port, tokens, pages, rate, seconds, plan.warm_up_s)
        say(", ".join(f"{name} {figures[name]}" for name in figures if name.endswith("p95_ms"))
            + f" at {figures['pages_per_s']} pages a second")  # fmt: skip
        return figures

    runs = [run(plan.rate, (HOME, PAY), plan.seconds) for _ in range(plan.runs)]
    parts = run(min(plan.rate, MAP_RATE), MAP_PARTS, plan.step_s)

    def holds(rate: float) -> bool:
        tried = run(rate, (HOME, PAY), plan.step_s)
        return bool(max(tried["home_p95_ms"], tried["pay_p95_ms"]) <= P95_MS_MAX)

    highest, steps = highest_rate(holds, plan.rate, plan.steps_max)
    return {
        "home_p95_ms": median_of(runs, "home_p95_ms"),
        "pay_p95_ms": median_of(runs, "pay_p95_ms"),
        "pages_per_s": round(highest, 1),
        "home_p50_ms": median_of(runs, "home_p50_ms"),
        "pay_p50_ms": median_of(runs, "pay_p50_ms"),
        "at_pages_per_s": median_of(runs, "pages_per_s"),
        "map_part_p95_ms": parts["map_part_p95_ms"],
        "map_interactive_ms": map_interactive_ms(port, token),
        "first_load_bytes": sum(first.values()),
        "first_load_bytes_by_file": first,
        "steps": steps,
        "runs": runs,
    }


def _run(
    home: BenchHome,
    port: int,
    tokens: Path,
    pages: tuple[Page, ...],
    rate: float,
    seconds: float,
    warm_up_s: float,
) -> dict[str, Any]:
    args = [
        "--port", str(port), "--tokens", str(tokens), "--rate", str(rate),
        "--seconds", str(seconds), "--warm-up-s", str(warm_up_s),
    ]  # fmt: skip
    for page in pages:
        args += ["--page", f"{page.kind}={page.address}"]
    generator = Generator(
        "dure.demo.bench.web_load", args, home.environment(CITY), warms_up=warm_up_s > 0
    )
    figures = generator.play(lambda: None)
    wrong = {status: count for status, count in figures["outcomes"].items() if status != "200"}
    if wrong:
        raise ProcessFailedError(f"pages did not answer 200: {wrong}")
    return figures


@contextmanager
def _pages(home: BenchHome) -> Iterator[int]:
    """The pages of the city with hashed files, as they run in a city; gives their port."""
    settings = {**home.environment(CITY), "DURE_STATIC": "hashed"}
    collect = [sys.executable, "-m", "dure.config", "django", "collectstatic", "--noinput"]
    subprocess.run(collect, env={**os.environ, **settings}, capture_output=True, check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = ("-m", "dure.config", "web", "--port", str(port))
    with Measured("web", command, settings, home.path) as web:
        web.wait_until(lambda: _listens(port))
        yield port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
