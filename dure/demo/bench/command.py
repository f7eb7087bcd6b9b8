"""`dure bench`: measures rules, engine, gateway and scale on this machine, and says on what."""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg

from dure.demo.bench import postgres
from dure.demo.bench.console_part import measure_console
from dure.demo.bench.engine_part import measure_engine
from dure.demo.bench.forecast_part import measure_forecast
from dure.demo.bench.gateway_part import measure_gateway
from dure.demo.bench.home import BenchHome, BooksBrokenError, bench_home
from dure.demo.bench.lighthouse import LOOKS, ScoreLowError, measure_lighthouse
from dure.demo.bench.machine import describe_machine
from dure.demo.bench.plan import PARTS, Plan, add_arguments, plan_of
from dure.demo.bench.policy_part import ArraysDifferError, measure_policy
from dure.demo.bench.processes import ProcessFailedError
from dure.demo.bench.progress import logs_to_stderr, say
from dure.demo.bench.results import Figures, show
from dure.demo.bench.scale_part import measure_scale
from dure.demo.bench.simulate_part import SimulationDiffersError, measure_simulate
from dure.demo.bench.web_part import measure_web

CITY = "city"
_FAILURES = (
    BooksBrokenError,
    ArraysDifferError,
    SimulationDiffersError,
    ScoreLowError,
    ProcessFailedError,
    subprocess.CalledProcessError,
)


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
        results = measure(plans, chosen.place)
    except _FAILURES as error:
        print(f"dure bench: {error}", file=sys.stderr)
        return 1
    if chosen.json:
        alone = {"part": chosen.part, **results.pop(chosen.part)} if chosen.part else {}
        print(json.dumps(alone | results), flush=True)
    else:
        show(results)
    return 0


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def measure(plans: dict[str, Plan], place: Path) -> dict[str, Any]:
    """The figures of each part with its settings, and the machine.

    Engine and gateway share a city. What scales is asked of a server as every city has it. Rules
    alone need no server, and come first, while the machine is as quiet as it gets.
    """
    results: dict[str, Any] = {"machine": describe_machine(place)}
    if "policy" in plans:
        say("measuring policy")
        results["policy"] = measure_policy(plans["policy"])
    if "simulate" in plans:
        say("measuring simulate")
        results["simulate"] = measure_simulate(plans["simulate"], place)
    if "forecast" in plans:
        say("measuring forecast")
        results["forecast"] = measure_forecast(plans["forecast"])
    shared = {part: plan for part, plan in plans.items() if part in ("engine", "gateway")}
    if shared:
        run_s = plans["engine"].seconds if "engine" in plans else None
        with bench_home(place, run_s) as home:
            first = next(iter(shared.values()))
            home.add_city(CITY, first.wallets, first.shops, first.rules)
            for part, plan in shared.items():
                results[part] = _measure(part, home, plan)
    if "scale" in plans:
        with bench_home(place, None) as home:
            results["scale"] = _measure("scale", home, plans["scale"])
    if "console" in plans:
        with bench_home(place, None) as home:
            results["console"] = _measure("console", home, plans["console"])
    if "web" in plans:
        with bench_home(place, None) as home:
            results["web"] = _measure("web", home, plans["web"])
    if LOOKS in plans:
        with bench_home(place, None) as home:
            results[LOOKS] = _measure(LOOKS, home, plans[LOOKS])
    return results


def _measure(part: str, home: BenchHome, plan: Plan) -> Figures:
    say(f"measuring {part}")
    if part == "engine":
        figures = measure_engine(home, CITY, plan)
    elif part == "gateway":
        figures = measure_gateway(home, CITY, plan)
    elif part == "console":
        figures = measure_console(home, plan)
    elif part == "web":
        figures = measure_web(home, plan)
    elif part == LOOKS:
        figures = measure_lighthouse(home, plan)
    else:
        figures = measure_scale(home, plan)
    with psycopg.connect(home.database("postgres").url, autocommit=True) as connection:
        return {**figures, "settings": _wanted(part, plan) | postgres.settings(connection)}


def _wanted(part: str, plan: Plan) -> dict[str, object]:
    """What was asked for, as far as the part looks at it."""
    wanted: dict[str, object] = {
        "runs": plan.runs,
        "seconds": plan.seconds,
        "warm_up_s": plan.warm_up_s,
        "rate": plan.rate,
        "shops": plan.shops,
        "rules": plan.rules,
    }
    if part == "scale":
        return wanted | {"sizes": list(plan.sizes)}
    if part == "gateway":
        wanted["cards"] = plan.cards
    return wanted | {"wallets": plan.wallets}
