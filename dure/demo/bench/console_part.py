"""`dure bench console`: every page of the console over a city with years behind it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import contextmanager
from os import environ
from typing import Any, Final

from dure.demo.bench import console_history
from dure.demo.bench.console_visits import Visit, Visitor, find_pages, play, sign_in
from dure.demo.bench.home import BenchHome
from dure.demo.bench.load import percentile
from dure.demo.bench.plan import Plan
from dure.demo.bench.processes import Measured, ProcessFailedError
from dure.demo.bench.progress import say
from dure.demo.bench.results import Figures, median_of

CITY: Final = "console"
VERSIONS: Final = 10
VERSIONS_QUICK: Final = 2
_QUICK_WALLETS: Final = 10_000


def measure_console(home: BenchHome, plan: Plan) -> Figures:
    """Medians of the runs, and each kind of page by itself. Times are from when a page was due.

    Raises ProcessFailedError when the pages end, or answer anything but 200.
    """
    quick = plan.wallets <= _QUICK_WALLETS
    info = home.add_city(CITY, plan.wallets, plan.shops, plan.rules)
    versions = VERSIONS_QUICK if quick else VERSIONS
    console_history.fill(info.url, home.path, versions)
    password, secret = _demo_account(home)
    say(f"{console_history.EARLIER} forecasts of {console_history.LINES} lines, "
        f"{3 * versions} versions of rules")  # fmt: skip
    with _pages(home) as port:
        visitor = Visitor(port)
        sign_in(visitor, console_history.OPERATOR, password, secret)
        pages = find_pages(visitor)
        say(f"{len(pages)} pages of the console")
        runs = [_run(visitor, pages, plan) for _ in range(plan.runs)]
        visitor.close()
    return {
        "p95_ms": median_of(runs, "p95_ms"),
        "p50_ms": median_of(runs, "p50_ms"),
        "p99_ms": median_of(runs, "p99_ms"),
        "pages": len(pages),
        "p95_ms_by_page": {
            kind: median_of([run["by_page"][kind] for run in runs if kind in run["by_page"]],
                            "p95_ms")
            for kind in runs[0]["by_page"]
        },
        "p50_ms_by_page": {
            kind: median_of([run["by_page"][kind] for run in runs if kind in run["by_page"]],
                            "p50_ms")
            for kind in runs[0]["by_page"]
        },
        "history": {
            "wallets": plan.wallets,
            "lines": console_history.LINES,
            "forecasts": console_history.EARLIER + 1,
            "rule_versions": 3 * versions,
        },
        "runs": [{name: run[name] for name in ("p50_ms", "p95_ms", "p99_ms")} for run in runs],
    }  # fmt: skip


def _run(visitor: Visitor, pages: Sequence[str], plan: Plan) -> dict[str, Any]:
    visits = play(visitor, pages, rate=plan.rate, seconds=plan.seconds, warm_up_s=plan.warm_up_s)
    wrong = [visit for visit in visits if visit.status != 200]
    if wrong:
        kinds = sorted({f"{visit.kind} {visit.status}" for visit in wrong})
        raise ProcessFailedError(f"{len(wrong)} pages did not answer 200: {kinds}")
    counted = [visit for visit in visits if visit.was_counted]
    by_page = {
        kind: figures_of([visit for visit in counted if visit.kind == kind])
        for kind in sorted({visit.kind for visit in counted})
    }
    run = figures_of(counted) | {"by_page": by_page}
    say(f"p50 {run['p50_ms']} ms, p95 {run['p95_ms']} ms, p99 {run['p99_ms']} ms")
    return run


def figures_of(visits: Sequence[Visit]) -> dict[str, Any]:
    """Percentiles of some visits, in milliseconds."""
    sorted_ms = sorted(visit.ms for visit in visits)
    return {
        f"p{share}_ms": round(percentile(sorted_ms, share / 100), 2) for share in (50, 95, 99)
    } | {"visits": len(sorted_ms)}


def _demo_account(home: BenchHome) -> tuple[str, str]:
    """The password and the second factor's secret of the operator, made for this measurement."""
    done = subprocess.run(
        [sys.executable, "-m", "dure.config", "console", "demo", "--prepare"],
        env={**environ, **home.environment(CITY)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ProcessFailedError(f"no account could be made: {done.stderr}")
    kept = json.loads((home.path / "demo-officials.json").read_text(encoding="utf-8"))
    account = kept["officials"][console_history.OPERATOR]
    return account["password"], account["secret"]


@contextmanager
def _pages(home: BenchHome) -> Any:
    """The pages of the city with hashed files, as they run in a city; gives their port."""
    settings = {**home.environment(CITY), "DURE_STATIC": "hashed"}
    collect = [sys.executable, "-m", "dure.config", "django", "collectstatic", "--noinput"]
    subprocess.run(collect, env={**environ, **settings}, capture_output=True, check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = ("-m", "dure.config", "web", "--port", str(port), "--threads", "8")
    with Measured("web", command, settings, home.path) as web:
        web.wait_until(lambda: _listens(port))
        yield port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
