"""A published timeline of rates as rule documents: a city's brackets, and what districts add."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

from dure.forecast.published.dates import known_on, read_day
from dure.forecast.published.noted import Flaw, Noted, noted
from dure.forecast.published.tables import POLICY, Row, read_table
from dure.policy.districts import CITY, DISTRICT_CODES
from dure.policy.document import RuleDocument, parse_document

_COLUMNS: Final = ("effective_from", "scope", "bracket_low_krw", "bracket_high_krw", "rate_pct",
                   "note")  # fmt: skip
_SHORT: Final = re.compile(r"[Bb]udget short|ran out|exhausted|소진|예산 부족")
_PLAN_ONLY: Final = "PLAN ONLY"
_BENEFIT_PLUS: Final = "benefit-plus"
Segments = tuple[tuple[int, int | None, int], ...]
"""(from won, below won or None, rate in basis points), from 0 without gap."""


class Change(NamedTuple):
    """Rates that hold in a scope from a day on, all of them (a district's with the city's in).

    `is_short` says that the note gives the end of the money as the reason.
    """

    day: date
    district: int
    benefit_plus: bool
    segments: Segments
    announced: date
    row: int
    is_short: bool = False


def read_changes(folder: Path | Traversable) -> tuple[list[Change], list[Noted]]:
    """The timeline's changes by day; a change is known from its day on.

    A column `announced` may give an earlier day on which a change was published.
    """
    rows, notes = read_table(folder, POLICY, _COLUMNS)
    grouped: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if _PLAN_ONLY in row.cell("note"):
            notes.append(noted(row.file, row.number, Flaw.PLAN_ONLY))
            continue
        grouped.setdefault((row.cell("effective_from"), row.cell("scope")), []).append(row)
    changes = []
    for (day_text, scope), group in grouped.items():
        first = group[0]
        day, district = read_day(day_text), _district(scope)
        if day is None:
            words = {"name": "effective_from", "value": day_text}
            notes.append(noted(first.file, first.number, Flaw.NOT_A_DATE, **words))
            continue
        if district is None:
            notes.append(noted(first.file, first.number, Flaw.UNKNOWN_SCOPE, value=scope))
            continue
        segments = _segments(group)
        if segments is None:
            words = {"value": f"{day_text} {scope}"}
            notes.append(noted(first.file, first.number, Flaw.BAD_BRACKETS, **words))
            continue
        announced = known_on(first.cell("announced")) or day
        changes.append(
            Change(
                day,
                district,
                _BENEFIT_PLUS in scope,
                segments,
                announced,
                first.number,
                any(_SHORT.search(row.cell("note")) for row in group),
            )
        )
    return sorted(changes, key=lambda c: (c.day, c.district, c.benefit_plus)), notes


def _district(scope: str) -> int | None:
    words = scope.replace("(", " ").split()
    if not words:
        return None
    return CITY if words[0] == "city" else DISTRICT_CODES.get(words[0])


def _segments(rows: Sequence[Row]) -> Segments | None:
    """The brackets of one change in order; None when they are no ladder from 0 upward."""
    found: list[tuple[int, int | None, int]] = []
    try:
        for row in rows:
            high = row.cell("bracket_high_krw")
            rate_bp = round(float(row.cell("rate_pct")) * 100)
            found.append((int(row.cell("bracket_low_krw")), int(high) if high else None, rate_bp))
    except ValueError:
        return None
    found.sort(key=lambda s: s[0])
    follows = all(before[1] == after[0] for before, after in pairwise(found))
    fits = all(0 <= rate <= 10_000 and (high is None or high > low) for low, high, rate in found)
    return tuple(found) if found and found[0][0] == 0 and follows and fits else None


def rate_at(segments: Segments, won: int) -> int:
    """The rate of the bracket in which an amount lies, 0 beyond the last."""
    for low, high, rate_bp in segments:
        if low <= won and (high is None or won < high):
            return rate_bp
    return 0


def documents(city: str, changes: Sequence[Change], until: date) -> list[RuleDocument]:
    """Rule documents that pay what the timeline says, up to the day `until`.

    The city's brackets are drawn from the line `<city>-<year>-city`; what a district adds to them
    from `<city>-<year>-<code>`, until its next change or the year's end, as its money is the
    year's.
    """
    found = []
    by_city = [c for c in changes if c.district == CITY]
    for change, following in _pairs(by_city):
        end = min(following.day if following else until, until)
        for start, stop in _by_year(change.day, end):
            found.append((f"{city}-city-cashback", "city", change, change.segments, start, stop))
    scopes = sorted({(c.district, c.benefit_plus) for c in changes if c.district != CITY})
    for scope in scopes:
        own = [c for c in changes if (c.district, c.benefit_plus) == scope]
        for change, following in _pairs(own):
            stop = min(date(change.day.year + 1, 1, 1), until)
            stop = min(stop, following.day) if following else stop
            # What the district adds is the published total less what the city gives that day,
            # and at benefit-plus shops also less what the district gives at all of its shops.
            under = [_latest(by_city, change.day, CITY)]
            if change.benefit_plus:
                under.append(_latest(changes, change.day, change.district))
            extra = _less(change.segments, under)
            if any(rate for *_, rate in extra) and stop > change.day:
                name = f"{city}-{scope[0]}-{'benefit-plus' if scope[1] else 'top-up'}"
                found.append((name, str(scope[0]), change, extra, change.day, stop))
    versions: dict[str, int] = {}
    read = []
    for name, line, change, segments, start, stop in found:
        versions[name] = versions.get(name, 0) + 1
        text = _text(city, name, versions[name], line, change, segments, start, stop)
        read.append(parse_document(text, f"{name}@{versions[name]}"))
    return read


def _pairs(changes: Sequence[Change]) -> list[tuple[Change, Change | None]]:
    return list(zip(changes, [*changes[1:], None], strict=False))


def _latest(changes: Sequence[Change], day: date, district: int) -> Segments:
    held = [c for c in changes if c.district == district and not c.benefit_plus and c.day <= day]
    return held[-1].segments if held else ()


def _less(own: Segments, under: Sequence[Segments]) -> Segments:
    """The first rates over the highest of the others, bracket by bracket."""
    edges = {0}
    for segments in (own, *under):
        edges |= {edge for low, high, _ in segments for edge in (low, high) if edge is not None}
    ordered = sorted(edges)
    return tuple(
        (low, high, max(0, rate_at(own, low) - max(rate_at(s, low) for s in under)))
        for low, high in zip(ordered, [*ordered[1:], None], strict=True)
    )


def _by_year(start: date, until: date) -> list[tuple[date, date]]:
    found = []
    while start < until:
        stop = min(date(start.year + 1, 1, 1), until)
        found.append((start, stop))
        start = stop
    return found


def _text(
    city: str,
    name: str,
    version: int,
    line: str,
    change: Change,
    segments: Segments,
    start: date,
    stop: date,
) -> str:
    """The document as text, which is JSON and therefore YAML."""
    brackets = [
        {"from_won": low, "below_won": "open" if high is None else high, "rate_bp": rate}
        for low, high, rate in segments
    ]
    scope = "city" if change.district == CITY else str(change.district)
    document: dict[str, object] = {
        "id": name,
        "version": version,
        "kind": "bracket_cashback",
        "title": {"ko": name, "en": name},
        "scope": scope,
        "period": {"from": start.isoformat(), "until": stop.isoformat()},
        "brackets": brackets,
        "funding": {"of": 1, "lines": {line_code(city, start.year, line): 1}},
        "sources": ["https://www.incheon.go.kr"],
    }
    if change.benefit_plus:
        document["eligibility"] = {"benefit_plus": "required"}
    return json.dumps(document, ensure_ascii=False)


def line_code(city: str, year: int, line: str = "city") -> str:
    """The name of a budget line in the documents made from a timeline."""
    return f"{city}-{year}-{line}"
