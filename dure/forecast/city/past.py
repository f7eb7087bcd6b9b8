"""The city's past as the demand model takes it: published figures first, then its own journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final, NamedTuple

from psycopg import Connection

from dure.forecast.analyst.asking import CannotDoError
from dure.forecast.city.imported import Import, latest_import, read_import
from dure.forecast.demand.days import day_of_number
from dure.forecast.demand.history import CityHistory, Joined, MembersAt, Paid, RateSeen
from dure.forecast.published.city import history_at
from dure.kernel.calendar import day_number_of
from dure.ledger.movement import GIVINGS_BACK, TAKINGS
from dure.policy.document import RuleDocument
from dure.rulebook.ends import cut_off

_EPOCH: Final = date(1970, 1, 1)
_OWN_RATE_ERROR: Final = 0.01
# Sums of whole days that are kept beside the journal (see 0005_live.sql).
_DAYS: Final = """
SELECT day, coalesce(sum(amount_won) FILTER (WHERE kind = ANY(%(takings)s)), 0)::bigint
  - coalesce(sum(amount_won) FILTER (WHERE kind = ANY(%(back)s)), 0)::bigint,
  coalesce(sum(incentive_won), 0)::bigint
FROM live_day WHERE reason = 0 AND day < %(today)s GROUP BY day ORDER BY day
"""
_MEMBERS: Final = "SELECT count(*) FROM wallet"
_JOINED: Final = """
SELECT joined_day, count(*) FROM wallet WHERE joined_day >= %s GROUP BY joined_day ORDER BY 1
"""


class OwnDay(NamedTuple):
    """A whole day of the journal: net payments, and what they earned, in won."""

    day: int
    paid_won: int
    incentive_won: int


def own_days(connection: Connection[Any], today: date) -> list[OwnDay]:
    """The journal's days before today, without the first: the city may have opened within it."""
    named = {
        "takings": [int(kind) for kind in TAKINGS],
        "back": [int(kind) for kind in GIVINGS_BACK],
        "today": today,
    }
    rows = connection.execute(_DAYS, named).fetchall()
    days = [OwnDay((day - _EPOCH).days, paid, given) for day, paid, given in rows]
    return [day for day in days[1:] if day.paid_won > 0]


def history_of(
    connection: Connection[Any], documents: Sequence[RuleDocument], today: date
) -> CityHistory:
    """All that is known of the city before today. Raises CannotDoError where nothing is."""
    imported = latest_import(connection)
    days = own_days(connection, today)
    if imported is None and not days:
        raise CannotDoError(
            "이 도시에는 하루 치 결제도, 공표된 수치도 없습니다. 'dure forecast import 폴더'로 "
            "수치를 넣거나 이틀 뒤에 다시 하세요.",
            "there is no whole day of payments and no published figure; take figures over with "
            "`dure forecast import DIR`, or ask again in two days",
        )
    history = CityHistory(payments=())
    if imported is not None:
        history = _published(connection, imported, today, days)
    return replace(
        history,
        payments=(*history.payments, *(Paid(d.day, d.day + 1, d.paid_won) for d in days)),
        members=(*history.members, *_members(connection, today)),
        joined=(*history.joined, *_joined(connection, days)),
        documents=(*_before(history.documents, documents), *documents),
        rates=(*history.rates, *_rates(days, documents)),
    )


def _published(
    connection: Connection[Any], imported: Import, today: date, days: Sequence[OwnDay]
) -> CityHistory:
    """What had been published by the import's last day, in the city's proportion."""
    known_by = min(imported.until_day, today) - timedelta(days=1)
    year_end = date(known_by.year + 1, 12, 31)
    history = history_at(read_import(connection, imported), known_by, year_end)
    factor = imported.members / imported.of_members
    first_own = days[0].day if days else (today - _EPOCH).days
    return replace(
        history,
        payments=tuple(
            p._replace(won=round(p.won * factor))
            for p in history.payments
            if p.until_day <= first_own
        ),
        members=tuple(m._replace(members=round(m.members * factor)) for m in history.members),
        joined=tuple(
            j._replace(members=round(j.members * factor))
            for j in history.joined
            if j.until_day <= first_own
        ),
        people=None if history.people is None else round(history.people * factor),
    )


def _before(
    published: Sequence[RuleDocument], own: Sequence[RuleDocument]
) -> tuple[RuleDocument, ...]:
    """The published terms of the time before the city's own rulebook begins."""
    begins_us = min((document.from_us for document in own), default=None)
    if begins_us is None:
        return tuple(published)
    return tuple(
        cut_off(document, begins_us) for document in published if document.from_us < begins_us
    )


def _members(connection: Connection[Any], today: date) -> tuple[MembersAt, ...]:
    row = connection.execute(_MEMBERS).fetchone()
    if row is None or not row[0]:
        return ()
    return (MembersAt((today - _EPOCH).days - 1, row[0]),)


def _joined(connection: Connection[Any], days: Sequence[OwnDay]) -> list[Joined]:
    """Who joined since the journal began, by seven days."""
    if len(days) < 7:
        return []
    by_day = dict(connection.execute(_JOINED, (days[0].day,)).fetchall())
    starts = range(days[0].day, days[-1].day - 5, 7)
    weeks = [(start, sum(by_day.get(start + day, 0) for day in range(7))) for start in starts]
    return [Joined(start, start + 7, count) for start, count in weeks if count]


def _rates(days: Sequence[OwnDay], documents: Sequence[RuleDocument]) -> list[RateSeen]:
    """The effective rate of the own days, for each stretch in which no rule began or ended."""
    if not days:
        return []
    first, last = days[0].day, days[-1].day + 1
    edges = {first, last}
    for document in documents:
        for us in (document.from_us, document.until_us):
            if us < (1 << 60):
                edges.add(min(max(day_number_of(us), first), last))
    for day in range(first, last):
        if day_of_number(day).day == 1:
            edges.add(day)
    found = []
    for start, until in pairwise(sorted(edges)):
        inside = [day for day in days if start <= day.day < until]
        paid_won = sum(day.paid_won for day in inside)
        given_won = sum(day.incentive_won for day in inside)
        if paid_won > 0 and given_won > 0:
            rate_bp = 10_000 * given_won / paid_won
            found.append(RateSeen(start, until, rate_bp, _OWN_RATE_ERROR))
    return found
