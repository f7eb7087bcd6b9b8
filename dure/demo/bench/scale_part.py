"""`dure bench scale`: the same load on cities of different size, turn by turn."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from dure.demo.bench.home import BenchHome, check_books
from dure.demo.bench.measured_city import MeasuredCity, measured_city
from dure.demo.bench.plan import Plan
from dure.demo.bench.progress import say
from dure.demo.bench.results import Figures, median_of, ratio

TICKET_WON = 1_000
"""Small, so that members of the smallest city stay in the lowest bracket as the others do."""


def measure_scale(home: BenchHome, plan: Plan) -> Figures:
    """The median p99 at each size, and the highest of them over the lowest.

    The sizes take turns, so that a bad half minute of the disk falls on all of them. Raises
    BooksBrokenError.
    """
    names = {size: f"scale_{size}" for size in plan.sizes}
    for size, name in names.items():
        home.add_city(name, size, plan.shops)
    runs: dict[int, list[dict[str, Any]]] = {size: [] for size in plan.sizes}
    with ExitStack() as stack:
        cities = {
            size: stack.enter_context(measured_city(home, name)) for size, name in names.items()
        }
        for turn in range(plan.runs):
            order = plan.sizes if turn % 2 == 0 else tuple(reversed(plan.sizes))
            for size in order:
                runs[size].append(_run(cities[size], plan, size))
    for name in names.values():
        check_books(home.database(name))
        home.drop_database(name)
    return _figures(runs)


def _run(city: MeasuredCity, plan: Plan, size: int) -> dict[str, Any]:
    wanted = city.wanted(plan, plan.rate, plan.seconds, size, TICKET_WON)
    run = city.run(wanted) | {"wallets": size}
    run["engine_cpu_us"], run["postgres_cpu_us"] = run.pop("cpu_us")
    say(f"{size:,} wallets: p50 {run['p50_ms']} ms, p99 {run['p99_ms']} ms")
    return run


def _figures(runs: dict[int, list[dict[str, Any]]]) -> Figures:
    every = [run for done in runs.values() for run in done]
    p99_ms = {size: median_of(done, "p99_ms") for size, done in runs.items()}
    return {
        "p99_ratio_max": ratio(max(p99_ms.values()), min(p99_ms.values())),
        "p99_ms_by_wallets": {str(size): ms for size, ms in p99_ms.items()},
        "p50_ms_by_wallets": {str(size): median_of(done, "p50_ms") for size, done in runs.items()},
        "authorizations_per_s": median_of(every, "approved_per_s"),
        "books": "exact",
        "runs": every,
    }
