"""A synthetic city for tests of demand and projection: its rules, and a past drawn from a model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

import numpy as np

from dure.forecast.demand import CityHistory, MembersAt, Paid
from dure.forecast.demand.days import PRIOR_MEAN as CALENDAR
from dure.forecast.demand.days import calendar_columns, day_number
from dure.policy.document import RuleDocument, parse_document

LINE = "town-city"
MEMBERS = 200_000
START = date(2022, 1, 1)


def rule(
    version: int,
    start: str,
    until: str,
    brackets: Sequence[tuple[int, int | None, int]] = ((0, 500_000, 600),),
    **more: object,
) -> RuleDocument:
    """Brackets of (from, below, rate in basis points), paid from one line unless told otherwise."""
    document: dict[str, object] = {
        "id": "town-cashback",
        "version": version,
        "kind": "bracket_cashback",
        "title": {"ko": "캐시백", "en": "Cashback"},
        "scope": "city",
        "period": {"from": start, "until": until},
        "brackets": [
            {"from_won": a, "below_won": b or "open", "rate_bp": r} for a, b, r in brackets
        ],
        "funding": {"of": 1, "lines": {LINE: 1}},
        "sources": ["https://town.example"],
    } | more
    if document["kind"] != "bracket_cashback":
        del document["brackets"]
    return parse_document(json.dumps(document), "town")


def steady(
    days: int = 540,
    documents: Sequence[RuleDocument] = (),
    daily_won: float = 1.5e9,
    factor: Sequence[float] | None = None,
    monthly: bool = True,
) -> CityHistory:
    """A city with a constant number of members whose payments follow the calendar and `factor`."""
    first = day_number(START)
    numbers = np.arange(first, first + days)
    won = daily_won * np.exp(calendar_columns(numbers) @ CALENDAR)
    if factor is not None:
        won = won * np.asarray(factor)
    step = 30 if monthly else 1
    paid = [
        Paid(int(numbers[i]), int(numbers[i]) + step, round(float(won[i : i + step].sum())))
        for i in range(0, days - step + 1, step)
    ]
    members = [MembersAt(int(day), MEMBERS) for day in numbers[::90]]
    return CityHistory(tuple(paid), tuple(members), documents=tuple(documents), people=500_000)
