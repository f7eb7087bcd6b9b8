"""A city as its published figures show it at a date, ready to be planned for.

What was not known then is not used: neither later figures nor later decisions. A rule that held on
that day is taken to go on to the end of the year, as nobody had decided otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

import numpy as np

from dure.forecast.demand import Demand, fit
from dure.forecast.demand.days import day_number
from dure.forecast.optimize.refusals import NoBudgetError
from dure.forecast.projection import LineStanding, project
from dure.forecast.published.city import history_at, read_city
from dure.forecast.published.tables import shipped_folder
from dure.kernel.calendar import start_of_day_us
from dure.policy.districts import CITY
from dure.policy.document import RuleDocument
from dure.rulebook.budget_lines import BudgetLine
from dure.rulebook.directory import load_budget_lines, load_directory, packaged_documents

_ENDLESS_WON: Final = 10**15
_SPENT_FUTURES: Final = 400
_OF_THE_CITY: Final = ("state", "city")


@dataclass(frozen=True, slots=True)
class PublishedCity:
    """What `optimize` takes, and the lines that a plan of that year draws on."""

    demand: Demand
    documents: tuple[RuleDocument, ...]
    lines: tuple[LineStanding, ...]
    line_codes: tuple[str, ...]
    first_day: date
    last_day: date


def published_city(
    as_of: date,
    figures: Path | Traversable | None = None,
    rules: Path | Traversable | None = None,
) -> PublishedCity:
    """The city at the end of the day `as_of`; a plan begins on the next day, to the year's end.

    `figures` is a folder of published figures (by default those of Incheon), `rules` one of rule
    documents with their budget lines (by default those that come with the package). The lines of
    the city and the state have what was appropriated by then, less what the rules paid since the
    year began, as the fitted demand shows it (the median): both have paid in proportion to their
    money. Districts' lines are taken to have enough, as their money was mostly not published.
    Raises NoBudgetError, DocumentErrors or demand's NothingKnownError.
    """
    first_day, last_day = as_of + timedelta(days=1), date(as_of.year, 12, 31)
    folder = packaged_documents() if rules is None else rules
    documents = rules_known(load_directory(folder), first_day, last_day)
    history = history_at(
        read_city(shipped_folder() if figures is None else figures),
        as_of,
        last_day + timedelta(days=1),
    )
    demand = fit(replace(history, documents=tuple(documents)), as_of)
    budget = load_budget_lines(folder)
    lines, codes = _standing(demand, documents, budget, as_of)
    return PublishedCity(demand, tuple(documents), tuple(lines), codes, first_day, last_day)


def rules_known(
    documents: Sequence[RuleDocument], first_day: date, last_day: date
) -> list[RuleDocument]:
    """Those that have begun when the first day begins; what holds then goes on to the last day."""
    first_us = start_of_day_us(first_day)
    end_us = start_of_day_us(last_day + timedelta(days=1))
    return [
        replace(d, until_us=end_us) if first_us <= d.until_us < end_us else d
        for d in documents
        if d.from_us <= first_us
    ]


def _standing(
    demand: Demand,
    documents: Sequence[RuleDocument],
    budget: Sequence[BudgetLine],
    as_of: date,
) -> tuple[list[LineStanding], tuple[str, ...]]:
    """All lines as they stand at the end of `as_of`, and the names of the city's own."""
    as_of_us = start_of_day_us(as_of + timedelta(days=1)) - 1
    given = {
        line.id: sum(stage.won for stage in line.stages if stage.on_us <= as_of_us)
        for line in budget
        if line.year == as_of.year and line.payer in _OF_THE_CITY and line.district == CITY
    }
    given = {code: won for code, won in given.items() if won > 0}
    whole_won = sum(given.values())
    if not whole_won:
        raise NoBudgetError(as_of.year)
    standing = [
        LineStanding(
            line_id=number,
            code=line.id,
            left_won=_ENDLESS_WON,
            planned_end_day=day_number(date(line.year, 12, 31)),
            fiscal_year=line.year,
            payer=line.payer,
            district=line.district or None,
            name_ko=line.title_ko,
            name_en=line.title_en,
        )
        for number, line in enumerate(budget, 1)
    ]
    spent_won = min(whole_won, _spent_won(demand, documents, standing, set(given), as_of))
    return [
        replace(
            line,
            left_won=given[line.code] - spent_won * given[line.code] // whole_won,
            spent_won=spent_won * given[line.code] // whole_won,
        )
        if line.code in given
        else line
        for line in standing
    ], tuple(given)


def _spent_won(
    demand: Demand,
    documents: Sequence[RuleDocument],
    lines: Sequence[LineStanding],
    codes: set[str],
    as_of: date,
) -> int:
    """What the lines have paid since the year began, the median of what the figures allow."""
    start = day_number(date(as_of.year, 1, 1))
    past = project(
        demand, documents, lines, start, day_number(as_of) + 1, futures=_SPENT_FUTURES, seed=1
    )
    paid = [past.spent_won[line.line_id].sum(axis=1) for line in lines if line.code in codes]
    return int(np.median(np.sum(paid, axis=0)))
