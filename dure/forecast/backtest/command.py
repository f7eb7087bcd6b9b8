"""`dure forecast backtest`: what would have been told at a date, and what came."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from dure.forecast.backtest.cases import cases, cases_from
from dure.forecast.backtest.picture import picture
from dure.forecast.backtest.running import FUTURES, SEED, Answered, answer_all
from dure.forecast.backtest.telling import row, table
from dure.forecast.published.city import read_city
from dure.forecast.published.noted import Noted
from dure.forecast.published.tables import shipped_folder

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

NOTHING_TO_ASK = 1
WRONG_USE = 2


def add_to(subparsers: Subparsers) -> None:
    """Adds `backtest` to the words of `dure forecast`."""
    promise = "hold forecasts from the past against what came; only what was known is used"
    parser = subparsers.add_parser("backtest", help=promise, description=promise)
    parser.add_argument("--data", type=Path, help="a city's folder of CSV files (default: Incheon)")
    parser.add_argument("--as-of", type=date.fromisoformat, help="ask from this day alone")
    parser.add_argument("--json", action="store_true", help="rows as JSON")
    parser.add_argument("--english", action="store_true", help="the table in English")
    parser.add_argument("--notes", action="store_true", help="show what is wrong in the figures")
    parser.add_argument("--picture", type=Path, help="write an SVG to this file")
    parser.add_argument("--futures", type=int, default=FUTURES, help="how many futures to draw")
    parser.add_argument("--seed", type=int, default=SEED, help="the seed of the futures")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Carries `dure forecast backtest` out; gives the exit status."""
    if chosen.data is not None and not chosen.data.is_dir():
        print(
            f"폴더가 없습니다. CSV가 든 폴더를 주십시오: {chosen.data}\n"
            f"there is no such folder; name one with CSV files: {chosen.data}",
            file=sys.stderr,
        )
        return WRONG_USE
    published = read_city(chosen.data if chosen.data is not None else shipped_folder())
    if chosen.notes:
        print(_notes(published.notes), file=sys.stderr)
    asked = cases_from(published, chosen.as_of) if chosen.as_of else cases(published)
    if not asked:
        print(
            "물어볼 것이 없습니다. 결제와 요율 파일을 확인해 주십시오.\n"
            "there is nothing to ask; check the files of payments and rates",
            file=sys.stderr,
        )
        return NOTHING_TO_ASK
    rows = answer_all(published, asked, chosen.futures, chosen.seed)
    if chosen.picture is not None:
        chosen.picture.write_text(picture(rows, published.city), encoding="utf-8")
    print(_as_json(rows) if chosen.json else table(rows, korean=not chosen.english))
    return 0


def _as_json(rows: list[Answered]) -> str:
    return json.dumps([row(one) for one in rows], ensure_ascii=False, indent=1)


def _notes(notes: tuple[Noted, ...]) -> str:
    return "\n".join(f"{n.file}:{n.row}  {n.korean}\n    {n.english}" for n in notes)
