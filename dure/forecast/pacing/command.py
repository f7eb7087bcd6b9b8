"""`dure forecast paces`: every line's planned burn against its actual one."""

from __future__ import annotations

import argparse
from typing import Any

import psycopg

from dure.budget.tables import table, won
from dure.forecast.pacing.paces import paces
from dure.forecast.results import Paces, encode
from dure.forecast.work import city_clock
from dure.kernel.calendar import seoul
from dure.kernel.database.server import open_database


def add_to(subparsers: Any) -> None:
    """Adds `paces`."""
    parser = subparsers.add_parser("paces", help="planned burn of every line against its actual")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    with open_database() as info, psycopg.connect(info.url, autocommit=True) as connection:
        told = paces(connection, city_clock(connection).now_us())
    print(encode(told).decode() if chosen.json else shown(told))
    return 0


def shown(told: Paces) -> str:
    """Paces as a terminal shows them: one row for each line, then what must be seen."""
    rows = []
    for line in told.lines:
        place = len(line.actual) - 1
        plan = (line.planned[place], line.band_low[place], line.band_high[place])
        figures = (line.actual[-1], *plan) if place >= 0 else (0, 0, 0, 0)
        rows.append([line.code, *(won(figure) for figure in figures), line.state])
    heads = ("과목/line", "집행/spent", "계획/planned", "최저/low", "최고/high", "상태/state")
    return "\n\n".join(
        [
            f"{seoul(told.as_of_us):%Y-%m-%d %H:%M}",
            table(heads, rows, frozenset({1, 2, 3, 4})),
            *(f"{line.code}: {line.sentence_ko}\n  {line.sentence_en}" for line in told.lines),
            *(f"! {warned.korean} / {warned.english}" for warned in told.warnings),
        ]
    )
