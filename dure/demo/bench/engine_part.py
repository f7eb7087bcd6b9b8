"""`dure bench engine`: the engine under an open loop, and two others beside it."""

from __future__ import annotations

import io
import pstats
from pathlib import Path
from typing import Any

import psycopg

from dure.demo.bench import load
from dure.demo.bench.home import BenchHome, check_books
from dure.demo.bench.measured_city import MeasuredCity, highest_rate, measured_city, new_load
from dure.demo.bench.plan import ENGINE_P99_MS_MAX, Plan
from dure.demo.bench.processes import Generator
from dure.demo.bench.progress import say
from dure.demo.bench.results import Figures, median_of, ratio
from dure.demo.bench.tpcb import measure_tpcb

PROFILE_LINES = 30


def measure_engine(home: BenchHome, database: str, plan: Plan) -> Figures:
    """Medians of the runs, the highest rate that holds, and the ratios to the baselines.

    Raises BooksBrokenError when the books are not exact before or afterwards.
    """
    info = home.database(database)
    check_books(info)
    if plan.profile is not None:
        return _profiled(home, database, plan, plan.profile)
    tpcb = measure_tpcb(home, plan.tpcb_scale, plan.beside_s, plan.runs)
    say(f"pgbench's TPC-B: {tpcb['pgbench_tpcb_per_s']:,.0f}/s")
    alone = _one_by_one(home, database, plan)
    say(f"one transaction per purchase: {alone['one_by_one_per_s']:,.0f}/s")
    with measured_city(home, database) as city:
        runs = [_run(city, plan) for _ in range(plan.runs)]
        highest, steps = _highest(city, plan)
    check_books(info)
    figures = _medians(runs)
    per_s = figures["authorizations_per_s"]
    return {
        **figures,
        "highest_rate_p99_25ms": highest,
        "steps": [f"{rate:,.0f}/s {'holds' if held else 'does not'}" for rate, held in steps],
        **tpcb,
        **alone,
        "ratio_to_pgbench": ratio(per_s, tpcb["pgbench_tpcb_per_s"]),
        "ratio_to_one_by_one": ratio(per_s, alone["one_by_one_per_s"]),
        "books": "exact",
        "runs": runs,
    }


def _run(city: MeasuredCity, plan: Plan) -> dict[str, Any]:
    wanted = city.wanted(plan, plan.rate, plan.seconds, plan.wallets)
    run = city.run(wanted, checkpoint=True)
    run["engine_cpu_us"], run["postgres_cpu_us"] = run.pop("cpu_us")
    say(
        f"{run['approved_per_s']:,.0f} authorizations/s, p50 {run['p50_ms']} ms,"
        f" p99 {run['p99_ms']} ms, {run['wal_bytes_per_authorization']} bytes of WAL each,"
        f" {run['checkpoints_inside']} checkpoint(s) inside"
    )
    return run


def _medians(runs: list[dict[str, Any]]) -> Figures:
    return {
        "authorizations_per_s": median_of(runs, "approved_per_s"),
        "p50_ms": median_of(runs, "p50_ms"),
        "p99_ms": median_of(runs, "p99_ms"),
        "wal_bytes_per_authorization": median_of(runs, "wal_bytes_per_authorization"),
        "engine_cpu_us": median_of(runs, "engine_cpu_us"),
        "postgres_cpu_us": median_of(runs, "postgres_cpu_us"),
        "generator_cpu_us": median_of(runs, "generator_us"),
        "checkpoint_inside_every_run": all(run["checkpoints_inside"] for run in runs),
    }


def _highest(city: MeasuredCity, plan: Plan) -> tuple[float, list[tuple[float, bool]]]:
    def holds(rate: float) -> bool:
        wanted = city.wanted(plan, rate, plan.step_s, plan.wallets)
        run = city.run(wanted._replace(warm_up_s=min(plan.warm_up_s, 3.0)))
        held = keeps_up(run) and run["p99_ms"] < ENGINE_P99_MS_MAX
        say(f"{rate:,.0f}/s: p99 {run['p99_ms']} ms, {'holds' if held else 'does not hold'}")
        return held

    return highest_rate(holds, plan.rate, plan.steps_max)


def keeps_up(run: dict[str, Any]) -> bool:
    """Whether nearly all was approved: a request told to try again was not served."""
    return bool(run["approved"] >= 0.99 * run["requests"])


def _one_by_one(home: BenchHome, database: str, plan: Plan) -> Figures:
    runs = []
    with psycopg.connect(home.database(database).url, autocommit=True) as connection:
        for _ in range(plan.runs):
            wanted = new_load(connection, plan, 0.0, plan.beside_s, plan.wallets)
            args = load.arguments_of(wanted._replace(warm_up_s=0.0))
            generator = Generator(
                "dure.demo.bench.one_by_one", args, home.environment(database), warms_up=False
            )
            runs.append(generator.play(lambda: None))
    return {
        "one_by_one_per_s": median_of(runs, "approved_per_s"),
        "one_by_one_p50_ms": median_of(runs, "p50_ms"),
        "one_by_one_p99_ms": median_of(runs, "p99_ms"),
    }


def _profiled(home: BenchHome, database: str, plan: Plan, path: Path) -> Figures:
    path = path.resolve()
    with measured_city(home, database, path) as city:
        run = _run(city, plan)
    check_books(home.database(database))
    text = io.StringIO()
    pstats.Stats(str(path), stream=text).sort_stats("tottime").print_stats(PROFILE_LINES)
    say(f"profile in {path}")
    for line in text.getvalue().splitlines():
        say(line)
    return {**_medians([run]), "profiled": True, "books": "exact", "runs": [run]}
