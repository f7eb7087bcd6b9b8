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
    """Prints a table for each part, and what it was measured on, to stdout."""
    console = Console()
    for title in ("machine", "settings"):
        console.print(_table(title, results[title]))
    for part in ("engine", "gateway", "scale"):
        if part in results:
            console.print(_table(part, results[part]))


def _table(title: str, figures: Mapping[str, Any]) -> Table:
    table = Table("figure", "value", title=title, title_justify="left", min_width=72)
    for name, value in figures.items():
        if name != "runs":
            table.add_row(name, _text(value))
    for number, run in enumerate(figures.get("runs", ()), 1):
        table.add_row(f"run {number}", _text(run))
    return table


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_text(one)}" for name, one in value.items())
    if isinstance(value, (list, tuple)):
        return "; ".join(map(_text, value))
    return str(value)
