"""`dure forecast history`: brings the history of payments up to date, or shows what it has."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from dure.forecast.history.manifest import Manifest, read_manifest
from dure.forecast.history.refusals import HistoryError
from dure.kernel.database.server import home_directory, open_database

_WHOLE = 10_000


def add_to(subparsers: Any) -> None:
    """Adds `history`."""
    parser = subparsers.add_parser("history", help="build or show the history of payments")
    parser.add_argument("--show", action="store_true", help="show what there is; read no journal")
    parser.add_argument("--anew", action="store_true", help="build all of it again")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    folder = home_directory() / "history"
    try:
        manifest = read_manifest(folder) if chosen.show else _brought(anew=chosen.anew)
    except HistoryError as error:
        print(f"{error.korean}\n{error}", file=sys.stderr)
        return 1
    if chosen.json:
        months = {
            month: {
                "members": entry.members,
                "payments": entry.payments,
                "cancellations": entry.cancellations,
                "amount_won": entry.amount_won,
                "given_won": sum(entry.given_won.values()),
            }
            for month, entry in sorted(manifest.months.items())
        }
        print(json.dumps({"sha256": manifest.sha256, "months": months}))
    else:
        print(shown(manifest))
    return 0


def _brought(*, anew: bool) -> Manifest:
    from dure.forecast.history.building import bring_up_to_date

    with open_database() as info:
        history = bring_up_to_date(info.url, home_directory(), tell=_tell, anew=anew)
    print(file=sys.stderr)
    return history.manifest


def _tell(progress: int) -> None:
    print(f"\r{progress * 100 // _WHOLE:3d}%", end="", file=sys.stderr, flush=True)


def shown(manifest: Manifest) -> str:
    """The months as a terminal shows them."""
    lines = [f"{'month':<8}{'members':>12}{'payments':>14}{'given back':>12}{'won':>20}"]
    for month, entry in sorted(manifest.months.items()):
        lines.append(
            f"{month:<8}{entry.members:>12,}{entry.payments:>14,}{entry.cancellations:>12,}"
            f"{entry.amount_won:>20,}"
        )
    return "\n".join([*lines, f"history {manifest.sha256}"])
