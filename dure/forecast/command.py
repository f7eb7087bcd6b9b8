"""`dure forecast`: forecasts, simulations, plans and pacing of a city; the work behind them.

Each word is parsed and carried out by the room that it belongs to, which is imported only then:
looking at the list of work needs no compiler and no statistics.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import sys
from collections.abc import Sequence
from typing import Final, NamedTuple


class Word(NamedTuple):
    """A word after `dure forecast`: `module` offers `add_to(subparsers)`, which adds a parser of
    that name with `set_defaults(run=...)`, a function of the parsed values that gives the status.
    """

    name: str
    module: str
    promise: str


WORDS: Final = (
    Word("run", "dure.forecast.city.command", "forecast the city's budget lines now"),
    Word("import", "dure.forecast.city.command", "take published figures of a city over"),
    Word("alarms", "dure.forecast.city.command", "show lines whose money ends before its time"),
    Word("backtest", "dure.forecast.backtest.command", "what would have been told, and what came"),
    Word("plan", "dure.forecast.optimize.command", "propose plans that last to the last day"),
    Word("paces", "dure.forecast.pacing.command", "planned burn of every line against its actual"),
    Word("history", "dure.forecast.history.command", "build or show the history of payments"),
    Word("simulate", "dure.forecast.simulate.command", "try rule documents on the history"),
    Word("work", "dure.forecast.analyst.command", "list long work, look at one, cancel one"),
    Word("analyst", "dure.forecast.analyst.command", "do the work on the list until SIGTERM"),
)
_HIDDEN: Final = (Word("hand", "dure.forecast.analyst.command", ""),)
WRONG_USE: Final = 2
UNAVAILABLE: Final = 69


def main(args: Sequence[str]) -> int:
    """Carries a word out; gives the exit status."""
    if not args or args[0] in ("-h", "--help", "help"):
        print(usage())
        return 0 if args else WRONG_USE
    word = next((word for word in (*WORDS, *_HIDDEN) if word.name == args[0]), None)
    if word is None:
        print(f"dure forecast: there is no word {args[0]!r}\n\n{usage()}", file=sys.stderr)
        return WRONG_USE
    if not is_built(word):
        print(f"dure forecast: {word.name} is not built yet ({word.module})", file=sys.stderr)
        return UNAVAILABLE
    parser = argparse.ArgumentParser(prog="dure forecast", description=__doc__)
    importlib.import_module(word.module).add_to(parser.add_subparsers(required=True))
    chosen = parser.parse_args(args)
    status: int = chosen.run(chosen)
    return status


def usage() -> str:
    """What every word promises."""
    lines = (f"  {word.name:<10}{word.promise}" for word in WORDS)
    return "usage: dure forecast WORD ...\n\n" + "\n".join(lines)


def is_built(word: Word) -> bool:
    """Whether the word's module exists, without running it."""
    try:
        return importlib.util.find_spec(word.module) is not None
    except ModuleNotFoundError:
        return False
