"""Medians of runs, and the tables in which people read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

Figures = dict[str, Any]


def median_of(runs: Sequence[Mapping[str, Any]], key: str) -> float:
    """The median of one figure over the runs."""
    return round(float(median(run[key] for run in runs)), 2)


def ratio(one: float, other: float) -> float:
    """How many times the other, with two digits; 0 when the other is nothing."""
    return round(one / other, 2) if other else 0.0


def show(results: Mapping[str, Any]) -> None:
    """Prints a table for each part and one of its runs, and what they were measured on."""
    console = Console()
    for title, figures in results.items():
        console.print(_table(title, figures))
        if "settings" in figures:
            console.print(_table(f"{title}: settings", figures["settings"]))
        if figures.get("runs"):
            console.print(_table_of_runs(title, figures["runs"]))


def _table(title: str, figures: Mapping[str, Any]) -> Table:
    table = Table("figure", "value", title=title, title_justify="left", min_width=72)
    for name, value in figures.items():
        if name not in ("runs", "settings"):
            table.add_row(name, _text(value))
    return table


_RUN_COLUMNS = {
    "wallets": "wallets",
    "kind": "kind",
    "approved_per_s": "per s",
    "p50_ms": "p50 ms",
    "p99_ms": "p99 ms",
    "p999_ms": "p99.9 ms",
    "wal_bytes_per_authorization": "WAL bytes",
    "checkpoints_inside": "checkpoints",
    "fdatasync_per_s_before": "fdatasync/s",
    "evaluations_per_s": "evaluations/s",
    "array_payments_per_s": "arrays/s",
    "array_payments_per_s_one_core": "on one core",
    "array_payments_per_s_with_rows": "with rows",
    "array_payments_per_s_request_order": "in request order",
}


def _table_of_runs(title: str, runs: Sequence[Mapping[str, Any]]) -> Table:
    columns = [name for name in _RUN_COLUMNS if name in runs[0]]
    table = Table(title=f"{title}: each run", title_justify="left")
    for name in columns:
        table.add_column(_RUN_COLUMNS[name], justify="right")
    for run in runs:
        table.add_row(*(_text(run[name]) for name in columns))
    return table


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}".removesuffix(".00")
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_text(one)}" for name, one in value.items())
    if isinstance(value, (list, tuple)):
        return "; ".join(map(_text, value))
    return str(value)
