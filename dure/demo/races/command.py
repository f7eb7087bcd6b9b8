"""`dure races`: everybody at once for the last coupon and the last won, and whether it came out."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict

from dure.demo.bench.progress import logs_to_stderr
from dure.demo.faults.city import temporary_home
from dure.demo.races.city import racing_server
from dure.demo.races.rounds import Outcome, play

ROUNDS = 100


def main(args: Sequence[str]) -> int:
    """Plays the rounds on a database of their own; exit status 1 when one was not exact."""
    parser = argparse.ArgumentParser(prog="dure races", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of sentences")
    chosen = parser.parse_args(args)
    if chosen.rounds < 1 or chosen.seed < 0:
        parser.error("rounds are at least one, and a seed is not negative")
    logs_to_stderr()
    with temporary_home() as home, racing_server(home) as url:
        outcome = asyncio.run(play(url, home / "races.sock", chosen.rounds, chosen.seed))
    if chosen.json:
        print(json.dumps({**asdict(outcome), "seed": chosen.seed}, ensure_ascii=False))
    else:
        print(as_text(outcome))
    return 0 if outcome.holds else 1


def as_text(outcome: Outcome) -> str:
    """The outcome in sentences."""
    return "\n".join(
        [
            f"{outcome.exact} of {outcome.rounds} rounds exact in {outcome.seconds} s:"
            f" {outcome.coupons} coupons of {outcome.claims} claims,"
            f" {outcome.last_won_races} times the last won of a line",
            f"books {outcome.books}",
            *outcome.wrong,
        ]
    )
