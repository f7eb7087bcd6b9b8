"""`dure bench`: measures engine, gateway and scale on this machine, and says on what."""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any

import psycopg

from dure.demo.bench import postgres
from dure.demo.bench.engine_part import measure_engine
from dure.demo.bench.gateway_part import measure_gateway
from dure.demo.bench.home import BenchHome, BooksBrokenError, bench_home
from dure.demo.bench.machine import describe_machine
from dure.demo.bench.plan import PARTS, Plan, add_arguments, plan_of
from dure.demo.bench.processes import ProcessFailedError
from dure.demo.bench.progress import logs_to_stderr, say
from dure.demo.bench.results import Figures, show
from dure.demo.bench.scale_part import measure_scale

CITY = "city"


def main(args: Sequence[str]) -> int:
    """Measures one part or all; the exit status is 1 when the books broke or a process failed."""
    parser = argparse.ArgumentParser(prog="dure bench", description=__doc__)
    add_arguments(parser)
    chosen = parser.parse_args(args)
    parts = (chosen.part,) if chosen.part else PARTS
    if chosen.profile is not None and parts != ("engine",):
        parser.error("--profile goes with the part `engine`")
    plans = {part: plan_of(part, chosen) for part in parts}
    logs_to_stderr()
    signal.signal(signal.SIGTERM, _stop)
    try:
        results = measure(plans, chosen)
    except (BooksBrokenError, ProcessFailedError, subprocess.CalledProcessError) as error:
        print(f"dure bench: {error}", file=sys.stderr)
        return 1
    if chosen.json:
        print(json.dumps(results if len(parts) > 1 else _flat(results, parts[0])), flush=True)
    else:
        show(results)
    return 0


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def measure(plans: dict[str, Plan], chosen: argparse.Namespace) -> dict[str, Any]:
    """The figures of each part, with the machine and every setting."""
    run_s = plans["engine"].seconds if "engine" in plans else 60.0
    with bench_home(chosen.place, run_s) as home:
        results: dict[str, Any] = {"machine": describe_machine(home.path)}
        with psycopg.connect(home.database("postgres").url, autocommit=True) as connection:
            results["settings"] = postgres.settings(connection)
        if "engine" in plans or "gateway" in plans:
            first = plans.get("engine") or plans["gateway"]
            home.add_city(CITY, first.wallets, first.shops)
        for part, plan in plans.items():
            say(f"measuring {part}")
            results["settings"] |= _described(part, plan)
            results[part] = _measure(part, home, plan)
        return results


def _measure(part: str, home: BenchHome, plan: Plan) -> Figures:
    if part == "engine":
        return measure_engine(home, CITY, plan)
    if part == "gateway":
        return measure_gateway(home, CITY, plan)
    return measure_scale(home, plan)


def _described(part: str, plan: Plan) -> dict[str, object]:
    wanted: dict[str, object] = {
        "runs": plan.runs,
        "seconds": plan.seconds,
        "warm_up_s": plan.warm_up_s,
        "rate": plan.rate,
        "shops": plan.shops,
    }
    wanted |= {"sizes": list(plan.sizes)} if part == "scale" else {"wallets": plan.wallets}
    return {part: wanted}


def _flat(results: dict[str, Any], part: str) -> dict[str, Any]:
    """One part's figures at the top, beside machine and settings."""
    return {"part": part, **results[part]} | {key: results[key] for key in ("machine", "settings")}
