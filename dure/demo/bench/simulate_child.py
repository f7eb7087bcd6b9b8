"""One step of `dure bench simulate` in a process of its own, so that its memory is its own.

Prints one JSON object: what was measured, with the peak of its memory.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from dure.demo.bench.simulate_city import (
    FIRST_MONTH,
    LINES,
    MONTHS,
    make_members,
    make_months,
    make_shops,
    scenario,
)
from dure.forecast.history.facts import BUDGET
from dure.forecast.history.manifest import FORMAT, Manifest, MonthEntry
from dure.forecast.history.sorting import next_month, sort_month
from dure.forecast.history.store import History, keep, open_history, write_month, write_records
from dure.forecast.simulate.family import play_family
from dure.forecast.simulate.groups import breakdowns
from dure.forecast.simulate.outcome import Outcome
from dure.forecast.simulate.preview import error_bp, preview, read_spent
from dure.forecast.simulate.running import Span, play

_YEAR = 2020


def main(args: list[str]) -> int:
    """Does the step that the arguments name."""
    folder, step = Path(args[0]), args[1]
    numbers = [int(one) for one in args[2:]]
    steps: dict[str, Callable[..., dict[str, Any]]] = {
        "build": _build,
        "play": _play,
        "scenarios": _scenarios,
        "preview": _preview,
    }
    told = steps[step](folder, *numbers)
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps(told | {"peak_gib": round(peak_kib / 2**20, 2)}), flush=True)
    return 0


def _quietly(_done: int) -> None:
    return None


def _never() -> bool:
    return False


def _build(folder: Path, members: int, shops: int) -> dict[str, Any]:
    """Sorts and writes a year; making the payments up is not counted."""
    folder.mkdir(parents=True, exist_ok=True)
    entries: dict[str, MonthEntry] = {}
    seconds = []
    for month, source in make_months(members, shops):
        began_s = time.perf_counter()
        columns = sort_month(month, source)
        entries[str(month)] = write_month(folder, month, columns, {}, {}, [])
        seconds.append(time.perf_counter() - began_s)
    manifest = Manifest(
        format=FORMAT,
        marks=[0] * 64,
        months=entries,
        shops=write_records(folder, "shops", make_shops(shops)),
        members=write_records(folder, "members", make_members(members)),
        budget=write_records(folder, "budget", np.zeros(0, BUDGET)),
    )
    keep(folder, manifest)
    return {
        "build_seconds": round(sum(seconds), 2),
        "add_month_seconds": round(max(seconds[1:]), 2),
        "payments": sum(entry.payments for entry in entries.values()),
        "cancellations": sum(entry.cancellations for entry in entries.values()),
        "disk_gib": round(sum(one.stat().st_size for one in folder.rglob("*.npy")) / 2**30, 2),
    }


def _span(history: History, months: int = MONTHS) -> Span:
    chosen = [FIRST_MONTH]
    for _ in range(months - 1):
        chosen.append(next_month(chosen[-1]))
    return Span.of(history, chosen)


def _once(folder: Path, months: int = MONTHS) -> Outcome:
    """One rule set over the history, with every breakdown: from the files to the groups."""
    span = _span(open_history(folder), months)
    ready = span.ready(scenario(0).compiled(LINES))
    outcome = play(span, ready, tell=_quietly, stopped=_never)
    breakdowns(outcome, outcome, span.members, _YEAR)
    return outcome


def _play(folder: Path, runs: int) -> dict[str, Any]:
    """One rule set, some times."""
    _once(folder, 1)  # Machine code is made ready.
    seconds = []
    for _ in range(runs):
        began_s = time.perf_counter()
        outcome = _once(folder)
        seconds.append(round(time.perf_counter() - began_s, 3))
    return {
        "runs_seconds": seconds,
        "payments": sum(outcome.payments),
        "given_won": outcome.given_won,
    }


def _scenarios(folder: Path, count: int) -> dict[str, Any]:
    """Many rule sets exactly; one of them is played alone as well, and must give the same."""
    short = _span(open_history(folder), 1)
    warm = [short.ready(scenario(number).compiled(LINES)) for number in (1, 2)]
    play_family(short, warm, tell=_quietly, stopped=_never)
    tried = [scenario(number) for number in range(count)]
    began_s = time.perf_counter()
    span = _span(open_history(folder))
    readies = [span.ready(one.compiled(LINES)) for one in tried]
    ready_s = time.perf_counter() - began_s
    outcomes = play_family(span, readies, tell=_quietly, stopped=_never)
    seconds = time.perf_counter() - began_s
    alone = play(span, readies[-1], tell=_quietly, stopped=_never)
    same = (alone.won_by_rule, alone.paid_by_line) == (
        outcomes[-1].won_by_rule,
        outcomes[-1].paid_by_line,
    )
    return {
        "scenarios": count,
        "scenarios_seconds": round(seconds, 2),
        "rules_ready_seconds": round(ready_s, 2),
        "same_as_alone": same,
        "exact_won": [sum(won.values()) for won in alone.won_by_rule],
    }


def _preview(folder: Path, count: int, runs: int) -> dict[str, Any]:
    """Many rule sets as a preview, and how far off the last of them is."""
    tried = [scenario(number) for number in range(count)]
    seconds = []
    for _ in range(runs):
        began_s = time.perf_counter()
        span = _span(open_history(folder))
        spent = read_spent(span)
        outcomes = [preview(span, span.ready(one.compiled(LINES)), spent) for one in tried]
        seconds.append(round(time.perf_counter() - began_s, 3))
    exact = play(span, outcomes[-1].ready, tell=_quietly, stopped=_never)
    return {
        "preview_runs_seconds": seconds,
        "preview_error_bp": error_bp([exact.given_won], [outcomes[-1].given_won]),
    }


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
