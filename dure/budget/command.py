"""`dure budget`: the budget tree, its reports at any date, and the acts of its officials."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from dure.budget import acts, reports
from dure.budget.appropriating import appropriations_of
from dure.budget.committing import all_commitments
from dure.budget.lines import get_line
from dure.budget.office import Office
from dure.budget.refusals import BudgetRefusedError
from dure.budget.releasing import releases_of
from dure.budget.transferring import all_transfers
from dure.budget.tree import sums_of_year
from dure.engine.client import BlockingEngineClient, EngineGone
from dure.engine.settings import socket_path
from dure.kernel.calendar import SEOUL, to_us
from dure.kernel.clock import CityClock, SystemClock
from dure.kernel.database.server import home_directory, open_database
from dure.policy.document_errors import DocumentErrors


def main(args: Sequence[str]) -> int:
    """Runs one command; 0 when all is well, 1 when it was refused, 75 when the engine is away."""
    chosen = _parser().parse_args(args)
    with open_database() as info, psycopg.connect(info.url, autocommit=True) as connection:
        client = BlockingEngineClient(chosen.socket or socket_path(home_directory()))
        row = connection.execute(
            "SELECT anchor_us, started_at_us, speed FROM city_clock"
        ).fetchone()
        clock = SystemClock() if row is None else CityClock(*row)
        try:
            return run(Office(connection, client.ask, clock.now_us), chosen)
        except BudgetRefusedError as refused:
            print(f"{refused.korean}\n{refused.english}", file=sys.stderr)
            return 1
        except DocumentErrors as refused:
            for error in refused.errors:
                print(f"{error.place}: {error.korean}\n    {error.english}", file=sys.stderr)
            return 1
        except EngineGone:
            print(
                "엔진이 응답하지 않습니다. 입력은 저장되었고 작업자가 마저 처리합니다(dure worker)."
                "\n"
                "the engine does not answer; what was entered is kept, and the worker will carry it"
                " out (dure worker)",
                file=sys.stderr,
            )
            return 75
        finally:
            client.close()


def run(office: Office, chosen: argparse.Namespace) -> int:
    """Shows or does what was chosen."""
    shown = _SHOWN.get(chosen.command)
    if shown is not None:
        text, value = shown(office, chosen)
    else:
        text, value = acts.ACTS[chosen.command](office, acts.official_of(chosen), chosen)
    print(json.dumps(value, ensure_ascii=False, indent=1) if chosen.json else text, flush=True)
    return 0


Shown = tuple[str, Any]


def _tree(office: Office, chosen: argparse.Namespace) -> Shown:
    tops = reports.tree(office.connection, chosen.at)
    value = {
        "at_us": chosen.at,
        "years": {
            str(year): reports.sums_json(sums_of_year(tops, year))
            for year in reports.years_of(tops, chosen.year)
        },
        "tree": [
            reports.branch_json(top) for top in tops if chosen.year in (None, top.line.fiscal_year)
        ],
    }
    return reports.tree_table(tops, chosen.year), value


def _line(office: Office, chosen: argparse.Namespace) -> Shown:
    line = get_line(office.connection, chosen.code)
    branch = reports.find_branch(reports.tree(office.connection, chosen.at), chosen.code)
    recorded = appropriations_of(office.connection, line)
    releases = releases_of(office.connection, line, chosen.at or office.now_us())
    parts = [f"{line.name_ko} / {line.name_en}", reports.branch_table(branch)]
    if recorded:
        parts.append(reports.appropriations_table(recorded))
    if releases:
        parts.append(reports.releases_table(releases))
    value = reports.branch_json(branch) | {
        "appropriations": [
            one.appropriation._asdict()
            | {
                "decided_on": str(one.appropriation.decided_on),
                "official": one.official_id,
                "state": str(one.outcome.course),
            }
            for one in recorded
        ],
        "releases": [one._asdict() for one in releases],
    }
    return "\n\n".join(parts), value


def _transfers(office: Office, chosen: argparse.Namespace) -> Shown:
    transfers = all_transfers(office.connection)
    return reports.transfers_table(transfers), [reports.transfer_json(one) for one in transfers]


def _commitments(office: Office, chosen: argparse.Namespace) -> Shown:
    committed = all_commitments(office.connection)
    value = [
        {
            "code": one.line.code,
            "amount_won": one.amount_won,
            "purpose": one.purpose,
            "official": one.official_id,
            "state": str(one.outcome.course),
        }
        for one in committed
    ]
    return reports.commitments_table(committed), value


def _matching(office: Office, chosen: argparse.Namespace) -> Shown:
    tops = reports.tree(office.connection, chosen.at)
    found = reports.matching_reports(office.connection, tops, chosen.at or office.now_us())
    value = {
        code: {
            "declared": list(report.matching.shares),
            "document": report.matching.document,
            "is_inverted": report.is_inverted,
            "payers": [part._asdict() for part in report.payers],
        }
        for code, report in found.items()
    }
    return reports.matching_table(found), value


_SHOWN = {
    "tree": _tree,
    "line": _line,
    "transfers": _transfers,
    "commitments": _commitments,
    "matching": _matching,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dure budget", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--json", action="store_true", help="print JSON instead of tables")
    shared.add_argument("--socket", type=Path, help="the engine's socket (default: in DURE_HOME)")
    dated = argparse.ArgumentParser(add_help=False)
    dated.add_argument("--at", type=instant_us, help="as of 2019-10-22 or 2019-08-01T06:00 (Seoul)")
    tree = commands.add_parser("tree", parents=[shared, dated], help="every line with its sums")
    tree.add_argument("--year", type=int, help="one fiscal year (default: all)")
    line = commands.add_parser("line", parents=[shared, dated], help="one line in full")
    line.add_argument("code")
    commands.add_parser("transfers", parents=[shared], help="all transfers and their steps")
    commands.add_parser("commitments", parents=[shared], help="all commitments")
    commands.add_parser("matching", parents=[shared, dated], help="declared shares against actual")
    acts.add_parsers(commands, shared)
    return parser


def instant_us(text: str) -> int:
    """A date or time as microseconds; in Seoul unless it names an offset."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r}: 2019-10-22 또는 2019-08-01T06:00으로 적으세요 / write 2019-10-22"
        ) from None
    return to_us(instant if instant.tzinfo else instant.replace(tzinfo=SEOUL))
