"""A city's folder of published figures, and what of it was known at a date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

import numpy as np

from dure.forecast.demand.days import day_number
from dure.forecast.demand.history import (
    ActiveSeen,
    CityHistory,
    Joined,
    MembersAt,
    Paid,
    RateSeen,
    Shock,
)
from dure.forecast.demand.priors import Response
from dure.forecast.published.budgets import Budget, read_budgets
from dure.forecast.published.dates import known_by_default, known_on, read_span
from dure.forecast.published.figures import Figure, checked, gaps
from dure.forecast.published.noted import Flaw, Noted, noted
from dure.forecast.published.policy import Change, documents, read_changes
from dure.forecast.published.spread import read_shares, shape_of
from dure.forecast.published.sums import read_members, read_payments
from dure.forecast.published.tables import PAYMENTS, RESPONSES, USAGE, Row, city_name, read_table

_USAGE_COLUMNS: Final = ("period", "measure", "value", "unit", "source_date")
_RESPONSE_COLUMNS: Final = ("event", "before_period", "after_period", "log_elasticity", "source")
_RELIEF: Final = re.compile(r"relief|grant")
_RELIEF_SPENT: Final = 0.8
_BN_WON: Final = 1_000_000_000
_RATE_ERROR: Final = 0.03
_SPEND_ERROR: Final = 0.06


@dataclass(frozen=True, slots=True)
class Published:
    """All that a folder says, each figure with the day from which it was known.

    `notes` has every flaw that can be seen in a row or between rows.
    """

    city: str
    payments: tuple[Figure, ...]
    members: tuple[Figure, ...]
    joined: tuple[Figure, ...]
    changes: tuple[Change, ...]
    budgets: tuple[Budget, ...]
    usage: tuple[Row, ...]
    responses: tuple[Row, ...]
    sources: tuple[tuple[str, date], ...]
    notes: tuple[Noted, ...]


def read_city(folder: Path | Traversable) -> Published:
    """Reads a folder; a file that is missing or cannot be read is noted and left out."""
    payments, notes = read_payments(folder)
    levels, came, more = read_members(folder)
    changes, of_policy = read_changes(folder)
    budgets, of_budgets = read_budgets(folder)
    usage, of_usage = read_table(folder, USAGE, _USAGE_COLUMNS)
    responses, of_responses = read_table(folder, RESPONSES, _RESPONSE_COLUMNS)
    paid = read_table(folder, PAYMENTS, ())[0]
    notes += [*more, *of_policy, *of_budgets, *of_usage, *of_responses]
    usable, between = checked(payments)
    notes += [*between, *gaps(usable)]
    notes += [*checked(levels)[1], *checked(came)[1]]
    return Published(
        city=city_name(folder),
        payments=tuple(payments),
        members=tuple(levels),
        joined=tuple(came),
        changes=tuple(changes),
        budgets=tuple(budgets),
        usage=tuple(usage),
        responses=tuple(responses),
        sources=tuple(_days_of_sources([*usage, *paid]).items()),
        notes=tuple(notes),
    )


def known_payments(published: Published, as_of: date) -> list[Figure]:
    """The payments that were published by a date and stand up to each other."""
    return checked([f for f in published.payments if f.known <= as_of])[0]


def history_at(
    published: Published, as_of: date, rules_until: date, changes_until: date | None = None
) -> CityHistory:
    """What was known of the city at the end of the day `as_of`, and of nothing that came later.

    Changes of the rules are those announced by then, or that hold by `changes_until` where a case
    is about a change that the city itself had decided. The rules last until `rules_until`.
    """
    payments = known_payments(published, as_of)
    levels = checked([f for f in published.members if f.known <= as_of])[0]
    came = checked([f for f in published.joined if f.known <= as_of])[0]
    known = [c for c in published.changes if c.announced <= as_of]
    if changes_until is not None:
        known = [c for c in published.changes if c.day <= changes_until or c.announced <= as_of]
    starts = [f.start for f in payments if f.running] or [f.start for f in payments]
    history = CityHistory(
        payments=tuple(_paid(f) for f in payments),
        members=tuple(_level(f) for f in levels),
        joined=tuple(
            Joined(day_number(f.start), day_number(f.until), round(f.value), max(f.error, 0.03))
            for f in came
        ),
        documents=tuple(documents(published.city, known, rules_until)),
        active=tuple(_active(published.usage, as_of)),
        rates=tuple(_rates(published, as_of)),
        shocks=tuple(_reliefs(published.usage, payments, as_of)),
        open_day=day_number(min(starts)) if starts else None,
        spend_shape=shape_of(read_shares([r for r in published.usage if _usage_known(r, as_of)])),
    )
    if not any(f.running for f in payments):
        return replace(history, open_day=None)
    return history


def _paid(figure: Figure) -> Paid:
    start, until = day_number(figure.start), day_number(figure.until)
    return Paid(start, until, round(figure.value), figure.error)


def _level(figure: Figure) -> MembersAt:
    return MembersAt(day_number(figure.until) - 1, round(figure.value), figure.error)


def _usage_known(row: Row, as_of: date) -> tuple[date, date] | None:
    """The days of a usage row that was known, None where it was not or cannot be told."""
    span = read_span(row.cell("period"))
    if span is None:
        return None
    known = known_on(row.cell("source_date")) or known_by_default(span[1])
    return span if known <= as_of else None


def _active(usage: Sequence[Row], as_of: date) -> list[ActiveSeen]:
    """Spend of an active member and month, where a row tells it."""
    found = []
    for row in usage:
        span = _usage_known(row, as_of)
        is_spend = row.cell("measure").startswith("payment per active user")
        if span is None or not is_spend or row.cell("unit") != "KRW":
            continue
        value = _float(row.cell("value"))
        if value:
            days = (day_number(span[0]), day_number(span[1]))
            found.append(ActiveSeen(*days, value, _SPEND_ERROR))
    return found


def _reliefs(usage: Sequence[Row], payments: Sequence[Figure], as_of: date) -> list[Shock]:
    """Relief that was paid through the platform: it lifted payments, and will not go on."""
    found = []
    for row in usage:
        span, value = _usage_known(row, as_of), _float(row.cell("value"))
        if span is None or not value or not _RELIEF.search(row.cell("measure")):
            continue
        if row.cell("unit") != "bn KRW":
            continue
        inside = [f for f in payments if f.start >= span[0] and f.until <= span[1]]
        inside = [f for f in inside if not f.running]
        days = (span[1] - span[0]).days
        typical = sum(f.value for f in inside) / max(1, sum(f.days for f in inside)) * days
        share = min(0.5, value * _BN_WON * _RELIEF_SPENT / typical) if typical else 0.13
        log_change = float(-np.log(1 - share))
        start, until = day_number(span[0]), day_number(span[1])
        found.append(Shock(start, until, log_change, 0.1, row.cell("measure")))
    return found


def _rates(published: Published, as_of: date) -> list[RateSeen]:
    """Effective rates that were measured, from the table of responses."""
    found = {}
    for row in published.responses:
        for side in ("before", "after"):
            span = read_span(row.cell(f"{side}_period"))
            value = _float(row.cell(f"{side}_effective_rate_pct"))
            if span is None or not value or "forecast" in row.cell(f"{side}_period"):
                continue
            if _response_known(published, row) <= as_of:
                days = (day_number(span[0]), day_number(span[1]))
                found[days] = RateSeen(*days, value * 100, _RATE_ERROR)
    return list(found.values())


def _response_known(published: Published, row: Row) -> date:
    """A row's day is not written in its file: the one of figures with the same source, or, failing
    that, 62 days after its period."""
    own = {url.strip() for url in row.cell("source").split(";")}
    days = [day for url, day in published.sources if url in own]
    span = read_span(row.cell("after_period"))
    late = known_by_default(span[1]) if span else date.max
    return max([*days, span[1]]) if len(days) == len(own) and span else late


def _days_of_sources(rows: Sequence[Row]) -> dict[str, date]:
    """The day of every source that a row names, where it gives one day for each."""
    found: dict[str, date] = {}
    for row in rows:
        urls = [u.strip() for u in row.cell("source").split(";")]
        days = [known_on(d) for d in row.cell("source_date").split(";")]
        if len(urls) == len(days):
            found |= {u: d for u, d in zip(urls, days, strict=True) if d is not None}
    return found


def responses_at(
    published: Published, as_of: date, *, own_history: bool
) -> tuple[list[Response], list[Noted]]:
    """Published elasticities known at a date.

    With `own_history` the city's payments are fitted themselves, and responses that follow from
    them are left out and noted: they would count twice.
    """
    found, notes = [], []
    covered = {(f.start, f.until) for f in published.payments if f.known <= as_of}
    for row in published.responses:
        value, span = _float(row.cell("log_elasticity")), read_span(row.cell("after_period"))
        if not value or span is None or _response_known(published, row) > as_of:
            continue
        if own_history and span in covered:
            notes.append(noted(row.file, row.number, Flaw.OWN_RESPONSE))
            continue
        before = read_span(row.cell("before_period"))
        gap = (span[1] - before[1]).days if before else 30
        found.append(Response(value, 0.3, max(15.0, gap / 2)))
    return found, notes


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def last_day_of_year(year: int) -> date:
    """31 December."""
    return date(year + 1, 1, 1) - timedelta(days=1)
