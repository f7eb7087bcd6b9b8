"""`dure faults`: load with `kill -9` at random moments; nothing may be lost or happen twice."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from dure.demo.faults.rounds import FaultSettings, NotRecoveredError, Outcome, play
from dure.demo.faults.victims import Death

DEFAULTS = FaultSettings(rounds=10, seed=1)


def main(args: Sequence[str]) -> int:
    """Plays the rounds; exit status 1 when anything is lost, double, left open or broken."""
    parser = argparse.ArgumentParser(prog="dure faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=DEFAULTS.rounds)
    parser.add_argument("--seed", type=int, default=DEFAULTS.seed)
    parser.add_argument("--members", type=int, default=DEFAULTS.members)
    parser.add_argument("--terminals", type=int, default=DEFAULTS.terminals)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of sentences")
    chosen = parser.parse_args(args)
    if min(chosen.rounds, chosen.members, chosen.terminals) < 1:
        parser.error("rounds, members and terminals are at least one each")
    settings = FaultSettings(chosen.rounds, chosen.seed, chosen.members, chosen.terminals)
    try:
        outcome = play(settings, _say_round)
    except NotRecoveredError as error:
        print(f"dure faults: {error}", file=sys.stderr)
        return 1
    print(as_json(settings, outcome) if chosen.json else as_text(outcome))
    return 0 if outcome.holds else 1


def _say_round(number: int, death: Death, outcome: Outcome) -> None:
    print(
        f"round {number}: {death} killed; {outcome.acknowledged} acknowledged,"
        f" {outcome.lost} lost, {outcome.double} double, books {outcome.books}",
        file=sys.stderr,
        flush=True,
    )


def as_json(settings: FaultSettings, outcome: Outcome) -> str:
    """The outcome with its settings as one JSON object."""
    return json.dumps({**asdict(outcome), "settings": asdict(settings)}, ensure_ascii=False)


def as_text(outcome: Outcome) -> str:
    """The outcome in sentences."""
    deaths = ", ".join(f"{death} {times}" for death, times in sorted(outcome.deaths.items()))
    lines = [
        f"{outcome.rounds} rounds in {outcome.seconds:.0f} s, killed: {deaths}",
        f"{outcome.acknowledged} requests acknowledged ({outcome.approved} approved),"
        f" {outcome.unanswered} times no answer came, {outcome.reversals} reversed instead,"
        f" {outcome.repeats} repeats answered as before",
        f"lost {outcome.lost}, double {outcome.double}, open {outcome.open}",
        f"books {outcome.books}",
        f"longest recovery {outcome.recovery_s_max:.1f} s",
        *outcome.contradictions,
    ]
    return "\n".join(lines)
