"""One step of `dure bench forecast` in a process of its own, so that its memory is its own.

Prints one JSON object: what was measured, with the peak of its memory.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any, Final

import numpy as np

from dure.demo.bench.seed import DISTRICTS
from dure.forecast.demand import CityHistory, MembersAt, Paid, fit
from dure.forecast.demand.days import day_number
from dure.forecast.optimize import optimize
from dure.forecast.optimize.published_city import published_city
from dure.forecast.optimize.searching import FULL, QUICK
from dure.forecast.projection import LineStanding, forecast, project
from dure.forecast.results import Constraints, encode
from dure.kernel.calendar import start_of_day_us
from dure.policy.document import RuleDocument, parse_document

_FROM: Final = date(2019, 1, 1)
_AS_OF: Final = date(2020, 12, 31)
_UNTIL: Final = date(2022, 1, 1)
_PROGRAMMES: Final = 8
_CITY_WON: Final = 300_000_000_000
_SMALL_WON: Final = 4_000_000_000
_RULE: Final = """\
id: {name}
version: 1
kind: {kind}
title: {{ko: 측정용, en: For measuring}}
scope: {scope}
period: {{from: 2018-06-15, until: 2022-01-01}}
{terms}
funding: {{of: {whole}, lines: {{{lines}}}}}
sources: [https://example.org/measuring]
"""
_CITY_TERMS: Final = """\
brackets:
  - {from_won: 0, below_won: 500_000, rate_bp: 1000}
  - {from_won: 500_000, below_won: 1_000_000, rate_bp: 100}"""


def main(args: list[str]) -> int:
    """Does the step that the arguments name."""
    steps: dict[str, Callable[[int, int], dict[str, Any]]] = {"forecast": _forecast, "plan": _plan}
    told = steps[args[0]](int(args[1]), int(args[2]))
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps(told | {"peak_gib": round(peak_kib / 2**20, 2)}), flush=True)
    return 0


def _forecast(futures: int, runs: int) -> dict[str, Any]:
    """Twenty lines that twenty rules draw on, from the last day of a year to that of the next."""
    rules, lines = _rules(), _lines()
    history = _history(rules)
    fits, seconds = [], []
    first, until = day_number(_AS_OF) + 1, day_number(_UNTIL)
    for run in range(runs):
        began_s = time.perf_counter()
        demand = fit(history, _AS_OF)
        fits.append(round(time.perf_counter() - began_s, 3))
        projection = project(demand, rules, lines, first, until, futures, seed=run + 1)
        encode(forecast(projection, start_of_day_us(_AS_OF), demand.until_day))
        seconds.append(round(time.perf_counter() - began_s, 3))
    return {
        "runs_seconds": seconds,
        "fit_seconds": fits,
        "lines": len(lines),
        "rules": len(rules),
        "days": until - first,
    }


def _plan(is_quick: int, _runs: int) -> dict[str, Any]:
    """A whole search for Incheon as it was known at the end of August 2019."""
    city = published_city(date(2019, 8, 31))
    constraints = Constraints(
        line_codes=list(city.line_codes),
        first_day=city.first_day.isoformat(),
        last_day=city.last_day.isoformat(),
    )
    began_s = time.perf_counter()
    plans = optimize(
        city.demand,
        city.documents,
        city.lines,
        constraints,
        seed=1,
        effort=QUICK if is_quick else FULL,
    )
    return {
        "plan_seconds": round(time.perf_counter() - began_s, 2),
        "proposals": len(plans.proposals),
    }


def _history(rules: list[RuleDocument]) -> CityHistory:
    """Two years of days, with a week, a year and chance in them; members at every month's end."""
    chance = np.random.default_rng(1)
    first, last = day_number(_FROM), day_number(_AS_OF)
    days = np.arange(first, last + 1)
    weekly = np.array([0.97, 0.97, 0.99, 1.0, 1.06, 1.06, 0.95])[(days + 3) % 7]
    won = 6e9 * weekly * (1 + 0.05 * np.sin(days / 58)) * chance.lognormal(0, 0.05, len(days))
    members = 600_000 + 700_000 * (1 - np.exp(-(days - first) / 300))
    return CityHistory(
        payments=tuple(Paid(int(d), int(d) + 1, int(w)) for d, w in zip(days, won, strict=True)),
        members=tuple(
            MembersAt(int(d), int(m)) for d, m in zip(days[29::30], members[29::30], strict=True)
        ),
        documents=tuple(rules),
        people=2_600_000,
        open_day=first,
    )


def _codes() -> tuple[list[str], list[str]]:
    districts = [f"district-{code}" for code in DISTRICTS]
    return districts, [f"programme-{number}" for number in range(1, _PROGRAMMES + 1)]


def _lines() -> list[LineStanding]:
    """The state's, the city's, ten districts' and eight programmes'."""
    districts, programmes = _codes()
    money = {"state": _CITY_WON, "city": _CITY_WON}
    money |= dict.fromkeys([*districts, *programmes], _SMALL_WON)
    end = day_number(_UNTIL) - 1
    return [
        LineStanding(number, code, won, end, 2021)
        for number, (code, won) in enumerate(money.items(), 1)
    ]


def _rules() -> list[RuleDocument]:
    districts, programmes = _codes()
    texts = [
        _RULE.format(
            name="city", kind="bracket_cashback", scope="city", terms=_CITY_TERMS, whole=2,
            lines="state: 1, city: 1",
        )
    ]  # fmt: skip
    for code, line in zip(DISTRICTS, districts, strict=True):
        terms = "brackets: [{from_won: 0, below_won: 300_000, rate_bp: 200}]"
        texts.append(_text(line, "district_top_up", str(code), terms))
    for number, line in enumerate(programmes):
        bands = f"band_rates_bp: {{up_to_300m: {50 + number}}}\nstacks_with: [city]"
        texts.append(_text(line, "band_rate", "city", bands))
    return [parse_document(text, f"rule {number}") for number, text in enumerate(texts)]


def _text(line: str, kind: str, scope: str, terms: str) -> str:
    return _RULE.format(name=line, kind=kind, scope=scope, terms=terms, whole=1, lines=f"{line}: 1")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
