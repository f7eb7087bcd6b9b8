"""`dure bench forecast`: a forecast for twenty budget lines to the year's end, and one plan."""

from __future__ import annotations

import json
import subprocess
import sys
from statistics import median
from typing import Any, Final

from dure.demo.bench.plan import QUICK_MEMBERS, Plan
from dure.demo.bench.progress import say
from dure.demo.bench.results import Figures

FUTURES: Final = 1_000
_QUICK_FUTURES: Final = 100


def measure_forecast(plan: Plan) -> Figures:
    """Medians of the runs; each step runs in a process of its own, whose peak of memory is told.

    `seconds` is all of a forecast: fitting two years of days, a thousand futures of a year, the
    run-out dates and fans of twenty lines. `plan_seconds` is one whole search for plans.
    """
    is_quick = plan.members <= QUICK_MEMBERS
    futures = _QUICK_FUTURES if is_quick else FUTURES
    told = _step("forecast", futures, plan.runs)
    seconds = round(median(told["runs_seconds"]), 3)
    say(f"{told['lines']} lines, {futures:,} futures: {seconds} s, {told['peak_gib']} GiB")
    planned = _step("plan", int(is_quick), 1)
    say(f"one search for plans: {planned['plan_seconds']} s")
    return {
        "seconds": seconds,
        "lines": told["lines"],
        "futures": futures,
        "days": told["days"],
        "rules": told["rules"],
        "fit_seconds": round(median(told["fit_seconds"]), 3),
        "peak_gib": told["peak_gib"],
        "plan_seconds": planned["plan_seconds"],
        "plan_proposals": planned["proposals"],
        "plan_peak_gib": planned["peak_gib"],
        "settings": {"runs": plan.runs, "futures": futures, "quick": is_quick},
        "runs": [{"seconds": one} for one in told["runs_seconds"]],
    }


def _step(step: str, *numbers: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "dure.demo.bench.forecast_child", step]
    done = subprocess.run(
        [*command, *map(str, numbers)], stdout=subprocess.PIPE, check=True, text=True
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told
