"""`dure bench simulate`: a year of a city's payments under one rule set, and under two hundred."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any, Final

from dure.demo.bench.plan import Plan
from dure.demo.bench.progress import say
from dure.demo.bench.results import Figures

SCENARIOS: Final = 200
_QUICK_MEMBERS: Final = 10_000


class SimulationDiffersError(Exception):
    """A scenario gave something else among many than alone."""


def measure_simulate(plan: Plan, place: Path) -> Figures:
    """Medians of the runs; each step runs in a process of its own, whose peak of memory is told."""
    members = plan.members
    folder = Path(tempfile.mkdtemp(prefix="dure-bench-history-", dir=place))
    try:
        say(f"building a year of {members:,} members")
        built = _step(folder, "build", members, plan.shops)
        say(f"{built['payments']:,} payments built in {built['build_seconds']} s")
        played = _step(folder, "play", plan.runs)
        seconds = round(median(played["runs_seconds"]), 3)
        say(f"one rule set: {seconds} s, {played['peak_gib']} GiB")
        count = 10 if members <= _QUICK_MEMBERS else SCENARIOS
        many = _step(folder, "scenarios", count)
        if not many["same_as_alone"]:
            raise SimulationDiffersError("a scenario gave something else among many than alone")
        say(f"{count} scenarios exactly: {many['scenarios_seconds']} s")
        shown = _step(folder, "preview", count, plan.runs)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    preview_s = round(median(shown["preview_runs_seconds"]), 3)
    return {
        "payments": played["payments"],
        "seconds": seconds,
        "peak_gib": played["peak_gib"],
        "payments_per_s": round(played["payments"] / seconds),
        "scenarios": count,
        "scenarios_seconds": many["scenarios_seconds"],
        "scenarios_peak_gib": many["peak_gib"],
        "scenario_seconds_each": round(many["scenarios_seconds"] / count, 3),
        "preview_seconds": preview_s,
        "preview_peak_gib": shown["peak_gib"],
        "preview_error_bp": shown["preview_error_bp"],
        "build_seconds": built["build_seconds"],
        "build_peak_gib": built["peak_gib"],
        "add_month_seconds": built["add_month_seconds"],
        "cancellations": built["cancellations"],
        "disk_gib": built["disk_gib"],
        "settings": {"runs": plan.runs, "members": members, "shops": plan.shops},
        "runs": [{"seconds": one} for one in played["runs_seconds"]],
    }


def _step(folder: Path, step: str, *numbers: int) -> dict[str, Any]:
    command = [
        sys.executable,
        "-m",
        "dure.demo.bench.simulate_child",
        str(folder / "history"),
        step,
    ]
    done = subprocess.run(
        [*command, *map(str, numbers)], stdout=subprocess.PIPE, check=True, text=True
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told
