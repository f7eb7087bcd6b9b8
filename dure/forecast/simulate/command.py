"""`dure forecast simulate`: rule documents tried on what members really paid."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import psycopg

from dure.forecast.results import Simulation, encode
from dure.forecast.simulate.refusals import CannotSimulateError
from dure.kernel.database.server import home_directory, open_database
from dure.policy.document import RuleDocument, parse_document
from dure.policy.document_errors import DocumentErrors


def add_to(subparsers: Any) -> None:
    """Adds `simulate`."""
    parser = subparsers.add_parser("simulate", help="try rule documents on the history")
    parser.add_argument("documents", nargs="*", type=Path, help="rule documents; none: as it was")
    parser.add_argument("--from", dest="from_month", type=_month, required=True, help="YYYY-MM")
    parser.add_argument(
        "--until", dest="until_month", type=_month, required=True, help="YYYY-MM, not included"
    )
    parser.add_argument("--preview", action="store_true", help="about, within a second")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=_run)


def _month(text: str) -> int:
    year, _, month = text.partition("-")
    number = int(year) * 100 + int(month)
    if not 1 <= number % 100 <= 12:
        raise argparse.ArgumentTypeError(f"{text} is no month")
    return number


def _run(chosen: argparse.Namespace) -> int:
    from dure.forecast.history.sorting import start_of_month_us
    from dure.forecast.simulate.scenarios import read_city
    from dure.forecast.simulate.simulation import simulate

    try:
        with open_database() as info, psycopg.connect(info.url, autocommit=True) as connection:
            city = read_city(connection)
        span = start_of_month_us(chosen.from_month), start_of_month_us(chosen.until_month)
        drafts = [_read(path, {line.code for line in city.lines}) for path in chosen.documents]
        tried = city.with_drafts("tried", drafts, *span) if drafts else city.in_force
        told = simulate(
            home_directory(), city.in_force, tried, city.lines, chosen.from_month,
            chosen.until_month, tell=lambda _progress: None, stopped=lambda: False,
            preview=chosen.preview,
        )  # fmt: skip
    except CannotSimulateError as error:
        print(f"{error.korean}\n{error}", file=sys.stderr)
        return 1
    except DocumentErrors as refused:
        for fault in refused.errors:
            print(f"{fault.place}: {fault.korean}\n    {fault.english}", file=sys.stderr)
        return 1
    print(encode(told).decode() if chosen.json else shown(told))
    return 0


def _read(path: Path, lines: set[str]) -> RuleDocument:
    return parse_document(path.read_text(encoding="utf-8"), path.name, lines)


def shown(told: Simulation) -> str:
    """A simulation as a terminal shows it: what it costs whom, and what each group has of it."""
    kind = "exactly" if told.exact else f"about, within {told.error_bp / 100:.2f}%"
    found = [
        f"{told.payments:,} payments of {told.members:,} members, {told.amount_won:,} won: {kind}",
        f"incentive {told.before_won:,} won before, {told.after_won:,} won after",
        "",
    ]
    found += [
        f"  {line.code:<28}{line.before_won:>18,}{line.after_won:>18,}" for line in told.lines
    ]
    for breakdown in told.breakdowns:
        found += ["", breakdown.dimension]
        found += [
            f"  {row.name_en[:26]:<28}{row.before_won:>18,}{row.after_won:>18,}"
            for row in breakdown.rows
        ]
    found += [f"\n{one.korean}\n{one.english}" for one in told.warnings]
    return "\n".join(found)
