"""`dure forecast plan`: proposals for a city as its published figures show it at a date."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
from rich.console import Console
from rich.table import Table

from dure.forecast.optimize.planning import optimize
from dure.forecast.optimize.proving import Held, held_on
from dure.forecast.optimize.published_city import PublishedCity, published_city
from dure.forecast.optimize.refusals import PlanError
from dure.forecast.optimize.searching import FULL, QUICK
from dure.forecast.results import Constraints, Plan, Plans
from dure.policy.document_errors import DocumentErrors

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

AS_OF: Final = date(2019, 8, 31)
_EOK_WON: Final = 100_000_000
_SHORT: Final = {
    "rate-least": ("rate_least_bp", 100, "no rate of a first bracket falls below"),
    "rate-most": ("rate_most_bp", 1_000, "no rate rises above"),
    "step-most": ("step_most_bp", 300, "no two following rates lie further apart"),
    "lasts": ("lasts_bp", 9_500, "of 10,000 futures, in how many the money must last"),
    "unspent-most": ("unspent_most_bp", 500, "of the money, how much may be left on the median"),
    "districts-most": ("district_spread_most_bp", 10_000, "districts' rates lie no further apart"),
    "small-shops": ("small_shops_least_bp", 0, "of the incentive, what small shops' customers get"),
}
"""Choices in basis points: the constraint's field, its default, its promise."""


def add_to(subparsers: Subparsers) -> None:
    """Adds `plan` with its choices."""
    parser = subparsers.add_parser("plan", help=__doc__, description=__doc__)
    parser.add_argument("--as-of", type=date.fromisoformat, default=AS_OF, metavar="DATE",
                        help=f"the last day of what is known (default {AS_OF})")  # fmt: skip
    parser.add_argument("--data", type=Path, help="a folder of published figures (CSV)")
    parser.add_argument("--rules", type=Path, help="a folder of rules with budget_lines.yaml")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--fresh", type=int, default=100, metavar="N",
        help="futures not seen before on which the first proposal is tried",
    )  # fmt: skip
    parser.add_argument("--fresh-seed", type=int, default=20_190_901)
    parser.add_argument("--quick", action="store_true", help="search less: a rougher plan")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--write", type=Path, metavar="DIR",
        help="write the first proposal's documents into a new folder",
    )  # fmt: skip
    for name, (_, default, promise) in _SHORT.items():
        parser.add_argument(
            f"--{name}", type=int, default=default, metavar="BP", help=f"{promise} ({default})"
        )
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Proposes; the status is 1 where no plan keeps what was asked, 2 for a wrong question."""
    try:
        city = published_city(chosen.as_of, chosen.data, chosen.rules)
        plans = propose(city, chosen)
    except (PlanError, DocumentErrors, ValueError, OSError) as error:
        print(f"dure forecast plan: {error}", file=sys.stderr)
        return 2
    best = plans.proposals[0]
    held = held_on(city, best, chosen.fresh, chosen.fresh_seed)
    if chosen.write is not None:
        write(best, chosen.write)
    if chosen.json:
        print(json.dumps(as_json(plans, held), ensure_ascii=False))
    else:
        _show(plans, held)
    return 1 if best.broken_en else 0


def propose(city: PublishedCity, chosen: argparse.Namespace) -> Plans:
    """What is proposed for the city from the day after the last that is known."""
    asked = {field: getattr(chosen, name.replace("-", "_")) for name, (field, *_) in _SHORT.items()}
    constraints = Constraints(
        line_codes=list(city.line_codes),
        first_day=city.first_day.isoformat(),
        last_day=city.last_day.isoformat(),
        **asked,
    )
    return optimize(
        city.demand,
        city.documents,
        city.lines,
        constraints,
        chosen.seed,
        tell=_tell,
        effort=QUICK if chosen.quick else FULL,
    )


def _tell(progress: int, _korean: str, english: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{progress // 100:3d}%  {english:<60}", end="", file=sys.stderr, flush=True)


def as_json(plans: Plans, held: Held) -> dict[str, Any]:
    """The plans as they are kept, and how the first one held on fresh futures."""
    told: dict[str, Any] = msgspec.to_builtins(plans)
    return {**told, "fresh": held._asdict()}


def write(plan: Plan, folder: Path) -> None:
    """Writes a file for each document. Raises FileExistsError where the folder is there already."""
    folder.mkdir(parents=True)
    for number, text in enumerate(plan.documents, 1):
        (folder / f"{number:02d}-{plan.name}.yaml").write_text(text, encoding="utf-8")


def _show(plans: Plans, held: Held) -> None:
    console = Console()
    table = Table(title="Plans", title_justify="left")
    for name in ("plan", "lasts", "unspent", "citizens", "shops", "rate", "terms"):
        table.add_column(name, justify="left" if name == "plan" else "right")
    shown = [*([plans.unchanged] if plans.unchanged else []), *plans.proposals]
    for plan in shown:
        table.add_row(
            plan.title_en,
            f"{plan.lasts_bp / 100:.1f}%",
            f"{plan.unspent_bp / 100:.1f}%",
            f"{plan.citizens_won / _EOK_WON / 10:,.1f} bn",
            f"{plan.shops_won / _EOK_WON / 10:,.1f} bn",
            f"{plan.effective_bp / 100:.1f}%",
            str(len(plan.documents)),
        )
    console.print(table)
    best = plans.proposals[0]
    console.print(best.why_en)
    for sentence in best.broken_en:
        console.print(f"[red]{sentence}[/red]")
    console.print(
        f"On {held.futures} futures not seen before (seed {held.seed}): lasts in {held.lasted}, "
        f"{held.unspent_bp / 100:.1f}% unspent on the median."
    )
