"""What lines were given and spent day by day, from the journal, each day counted once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final, NamedTuple

from psycopg import Connection

from dure.budget.lines import Line, all_lines
from dure.forecast.demand.days import day_number, day_of_number
from dure.forecast.pacing.planned import Given, LineBurn
from dure.kernel.calendar import DAY_US, SEOUL_OFFSET_US, day_number_of, start_of_day_us

_SETTLED_US: Final = 60_000_000
"""So long after midnight a day is taken to be wholly in the journal."""
_DAYS_AT_ONCE: Final = 31
_COUNTED: Final = "SELECT until_us FROM line_day_counted FOR UPDATE"
_FIRST: Final = """
SELECT min(first.movement_id) FROM generate_series(0, 63) AS s(shard)
JOIN LATERAL (SELECT j.movement_id FROM journal j WHERE j.shard = s.shard
              ORDER BY j.movement_id LIMIT 1) first ON true
"""
# Along the journal's primary key. Money that was appropriated (17), released (20), transferred
# (21), set aside (22, 23) or opened (24) is given; all else on a line is spent, or given back.
_COUNT: Final = f"""
INSERT INTO line_day (line_id, day, given_won, spent_won)
SELECT leg.account - 5000000,
  date '1970-01-01' + ((j.movement_id + {SEOUL_OFFSET_US}) / {DAY_US})::integer,
  -coalesce(sum(leg.won) FILTER (WHERE j.kind IN (17, 20, 21, 22, 23, 24)), 0)::bigint,
  coalesce(sum(leg.won) FILTER (WHERE j.kind NOT IN (17, 20, 21, 22, 23, 24)), 0)::bigint
FROM generate_series(0, 63) AS s(shard)
JOIN LATERAL (SELECT kind, movement_id, accounts, amounts FROM journal j
              WHERE j.shard = s.shard AND j.movement_id >= %(since_us)s
                AND j.movement_id < %(until_us)s AND j.reason = 0) j ON true,
LATERAL unnest(j.accounts, j.amounts) AS leg(account, won)
WHERE leg.account > 5000000 AND leg.account < 6000000
GROUP BY 1, 2
""".encode()
_CURSOR: Final = "UPDATE line_day_counted SET until_us = %s"
_DAYS: Final = """
SELECT line_id, day, given_won, spent_won FROM line_day
WHERE day < %s ORDER BY line_id, day
"""
_RELEASES: Final = (
    "SELECT line_id, on_us, amount_won, on_us > %s FROM budget_release ORDER BY line_id, on_us"
)
_HELD: Final = "SELECT line_id, unreleased_won, appropriated_won - unreleased_won FROM budget_line"


class _Planned(NamedTuple):
    """A release of a line as it was planned; `to_come` while its time has not come."""

    day: int
    won: int
    to_come: bool


def count_days(connection: Connection[Any], at_us: int) -> None:
    """Counts the days that are over by then and were not counted; may be repeated by anybody."""
    today = day_number_of(at_us - _SETTLED_US)
    until_us = start_of_day_us(day_of_number(today))
    while True:
        with connection.transaction():
            row = connection.execute(_COUNTED).fetchone()
            assert row is not None, "the days are counted to one instant"
            since_us = row[0] or _first_us(connection)
            if since_us is None or since_us >= until_us:
                return
            first = day_number_of(since_us)
            end_us = min(until_us, start_of_day_us(day_of_number(first + _DAYS_AT_ONCE)))
            connection.execute(_COUNT, {"since_us": since_us, "until_us": end_us})
            connection.execute(_CURSOR, (end_us,))


def _first_us(connection: Connection[Any]) -> int | None:
    """The start of the day of the first movement; a journal that begins before 1970 has none."""
    row = connection.execute(_FIRST).fetchone()
    if row is None or row[0] is None:
        return None
    return start_of_day_us(day_of_number(day_number_of(row[0])))


def burns(connection: Connection[Any], at_us: int) -> list[tuple[Line, LineBurn]]:
    """Every line of the city's year at an instant that has or is to get money, in their order."""
    today = day_number_of(at_us)
    year = day_of_number(today).year
    first, last = day_number(date(year, 1, 1)), day_number(date(year, 12, 31))
    counted: dict[int, list[tuple[int, int, int]]] = {}
    for line_id, day, given, spent in connection.execute(_DAYS, (day_of_number(today),)):
        counted.setdefault(line_id, []).append((day_number(day), given, spent))
    releases: dict[int, list[_Planned]] = {}
    for line_id, on_us, won, to_come in connection.execute(_RELEASES, (at_us,)):
        releases.setdefault(line_id, []).append(_Planned(day_number_of(on_us), won, to_come))
    held = {row[0]: (row[1], row[2]) for row in connection.execute(_HELD)}
    found = []
    for line in all_lines(connection):
        if line.fiscal_year != year:
            continue
        held_won, has_won = held[line.line_id]
        rows, planned = counted.get(line.line_id, []), releases.get(line.line_id, [])
        burn = LineBurn(
            first,
            last,
            (
                *(Given(day, given) for day, given, _ in rows if given),
                *_today(today, has_won - sum(given for _, given, _ in rows)),
                *_coming(planned, held_won),
            ),
            tuple(one.day for one in planned),
            _by_day(rows, first, today),
        )
        if burn.total_won > 0:
            found.append((line, burn))
    return found


def _today(today: int, won: int) -> list[Given]:
    """What has come to a line since the days were counted."""
    return [Given(today, won)] if won else []


def _coming(releases: Iterable[_Planned], held_won: int) -> list[Given]:
    """What later releases bring: no more than is held back, the earliest first."""
    coming = []
    for release in releases:
        comes = min(release.won, held_won)
        if release.to_come and comes > 0:
            held_won -= comes
            coming.append(Given(release.day, comes))
    return coming


def _by_day(rows: Iterable[tuple[int, int, int]], first: int, today: int) -> tuple[int, ...]:
    """Each day's spending from the first of the year on; what lies before it is the first's."""
    spent = [0] * max(0, today - first)
    for day, _, won in rows:
        if spent:
            spent[max(0, day - first)] += won
    return tuple(spent)
