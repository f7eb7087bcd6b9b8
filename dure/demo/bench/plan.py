"""How long and how hard each part measures, from the command line's choices."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

PARTS = ("policy", "engine", "gateway", "scale", "console", "web", "simulate", "forecast")
ASKED_FOR = (*PARTS, "lighthouse")
"""What can be asked for by name; `lighthouse` alone is no part of the whole."""
RULES_MIN, RULES_MAX = 3, 10
MEMBERS, QUICK_MEMBERS = 1_250_000, 2_000
ENGINE_P99_MS_MAX = 25.0
GATEWAY_P99_MS_MAX = 50.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What one part is to do. Times in seconds, rates in requests a second.

    `warm_up_s` is played before each run and not counted. `step_s` is the length of one step in the
    search for the highest rate, `steps_max` how many there may be. `beside_s` is how long each run
    of the baselines lasts. `rate` 0 asks for the rate to be searched for. `rules` is how many rules
    are in force in the measured city.
    """

    runs: int
    seconds: float
    warm_up_s: float
    rate: float
    wallets: int
    shops: int
    cards: int
    sizes: tuple[int, ...]
    step_s: float
    steps_max: int
    beside_s: float
    tpcb_scale: int
    profile: Path | None
    rules: int = RULES_MIN
    members: int = MEMBERS


_SECONDS = {
    "policy": 2.0,
    "engine": 60.0,
    "gateway": 20.0,
    "scale": 20.0,
    "console": 20.0,
    "web": 30.0,
    "lighthouse": 0.0,
    "simulate": 0.0,
    "forecast": 0.0,
}
_RATES = {
    "policy": 0.0,
    "engine": 10_000.0,
    "gateway": 0.0,
    "scale": 3_000.0,
    "console": 8.0,
    "web": 100.0,
    "lighthouse": 0.0,
    "simulate": 0.0,
    "forecast": 0.0,
}
_QUICK_RATES = {"console": 8.0, "web": 20.0}
_SIZES = (10_000, 100_000, 1_000_000, 5_000_000)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The choices that all parts share."""
    parser.add_argument("part", nargs="?", choices=ASKED_FOR, help="one part alone (default: all)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--runs", type=int, default=5, help="runs of which the median is taken")
    parser.add_argument("--seconds", type=float, help="length of one run")
    parser.add_argument("--rate", type=float, help="requests a second")
    parser.add_argument("--warm-up", type=float, help="seconds before each run, not counted")
    parser.add_argument("--wallets", type=int, default=1_000_000)
    parser.add_argument("--shops", type=int, default=60_000)
    parser.add_argument("--members", type=int, default=MEMBERS, help="members of `simulate`")
    parser.add_argument("--cards", type=int, default=100_000, help="cards with chip and PIN")
    parser.add_argument(
        "--rules", type=int, choices=range(RULES_MIN, RULES_MAX + 1), default=RULES_MIN,
        help="rules in force in the measured city; above 3 some have caps for the month",
    )  # fmt: skip
    parser.add_argument("--sizes", type=_sizes, help="wallets of `scale`, with commas between")
    parser.add_argument("--quick", action="store_true", help="small and short: says nothing")
    parser.add_argument("--place", type=Path, default=Path("/var/tmp"), help="a disk with room")
    parser.add_argument(
        "--profile", type=Path, metavar="FILE", nargs="?", const=Path("engine.prof"),
        help="engine: one run under cProfile, written to FILE; its figures are those of a slower"
        " engine",
    )  # fmt: skip


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(part.replace("_", "")) for part in text.split(","))


def plan_of(part: str, chosen: argparse.Namespace) -> Plan:
    """The plan of a part."""
    seconds = chosen.seconds or (2.0 if chosen.quick else _SECONDS[part])
    rate = chosen.rate or (_QUICK_RATES.get(part, 200.0) if chosen.quick else _RATES[part])
    sizes = chosen.sizes or ((1_000, 2_000) if chosen.quick else _SIZES)
    if chosen.quick:
        return Plan(
            runs=min(chosen.runs, 2), seconds=seconds, warm_up_s=chosen.warm_up or 0.5, rate=rate,
            wallets=min(chosen.wallets, 2_000), shops=min(chosen.shops, 500),
            cards=min(chosen.cards, 200), sizes=sizes, step_s=1.0, steps_max=1, beside_s=1.0,
            tpcb_scale=1, profile=chosen.profile, rules=chosen.rules,
            members=min(chosen.members, QUICK_MEMBERS),
        )  # fmt: skip
    engine = part == "engine"
    return Plan(
        runs=chosen.runs, seconds=seconds, rate=rate, sizes=sizes, wallets=chosen.wallets,
        warm_up_s=chosen.warm_up or (seconds / 2 if engine else 5.0), shops=chosen.shops,
        cards=chosen.cards, step_s=10.0 if engine else 5.0, steps_max=8, beside_s=20.0,
        tpcb_scale=20, profile=chosen.profile, rules=chosen.rules,
        members=chosen.members,
    )  # fmt: skip
