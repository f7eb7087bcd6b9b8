"""The forecast of the live city: its past, its rules and its money, projected to the year's end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final, cast

import msgspec
import numpy as np
from psycopg import Connection

from dure.forecast.analyst.asking import CannotDoError
from dure.forecast.city.past import history_of
from dure.forecast.city.standing import (
    documents_now,
    documents_with,
    lines_at_start_of,
    used_by_rules,
)
from dure.forecast.demand import CityHistory, Demand, fit
from dure.forecast.demand.fitting import NothingKnownError
from dure.forecast.projection import LineStanding, forecast, project
from dure.forecast.results import Forecast, Warned
from dure.forecast.work import city_clock
from dure.kernel.calendar import day_of
from dure.policy.document import RuleDocument

FUTURES: Final = 1_000
FUTURES_MOST: Final = 20_000
_AHEAD_FUTURES: Final = 200
SEED: Final = 1
_EPOCH: Final = date(1970, 1, 1)

Tell = Callable[[int, str, str], None]


@dataclass(frozen=True, slots=True)
class CityNow:
    """The live city at an instant, ready to be projected. Days are those of the city."""

    now_us: int
    today: date
    demand: Demand
    documents: list[RuleDocument]
    lines: list[LineStanding]
    used_won: Mapping[str, int]

    @property
    def from_day(self) -> int:
        """Today, as days since 1970-01-01: lines stand as at its start."""
        return (self.today - _EPOCH).days

    @property
    def until_day(self) -> int:
        """The day after the city's year."""
        return (date(self.today.year + 1, 1, 1) - _EPOCH).days


def city_now(connection: Connection[Any], tell: Tell) -> CityNow:
    """Reads the city and fits its demand. Raises CannotDoError where nothing is known of it."""
    now_us = city_clock(connection).now_us()
    today = day_of(now_us)
    tell(500, "결제 이력과 규칙을 읽습니다", "reading payments and rules")
    documents = documents_now(connection)
    history = history_of(connection, documents, today)
    lines = lines_at_start_of(connection, now_us, today)
    tell(1_500, "수요를 추정합니다", "estimating demand")
    try:
        demand = fit(history, today - timedelta(days=1))
    except NothingKnownError as error:
        raise CannotDoError(
            "어제까지 알려진 결제액이 없어 예측할 수 없습니다. 'dure forecast import 폴더'로 "
            "공표된 수치를 넣거나 며칠 뒤에 다시 하세요.",
            "no sum of payments is known by yesterday; take published figures over with `dure "
            "forecast import DIR`, or ask again in a few days",
        ) from error
    return CityNow(now_us, today, demand, documents, lines, used_by_rules(connection))


def forecast_city(
    connection: Connection[Any],
    asked: Mapping[str, Any],
    tell: Tell = lambda _progress, _korean, _english: None,
    go_on: Callable[[], None] = lambda: None,
) -> Forecast:
    """The forecast of the lines of the city's year, with drafts on top where `asked` names them.

    `go_on` is called between the steps and may raise. Raises CannotDoError.
    """
    city = city_now(connection, tell)
    go_on()
    return project_city(connection, city, asked, tell, go_on)


def project_city(
    connection: Connection[Any],
    city: CityNow,
    asked: Mapping[str, Any],
    tell: Tell = lambda _progress, _korean, _english: None,
    go_on: Callable[[], None] = lambda: None,
) -> Forecast:
    """As `forecast_city`, of a city that was read and fitted; the same seed, the same futures."""
    texts: Sequence[str] = asked.get("document_sha256s") or ()
    documents = documents_with(connection, city.documents, texts)
    futures = min(max(int(asked.get("futures") or FUTURES), 100), FUTURES_MOST)
    tell(4_000, f"앞날 {futures:,}가지를 그립니다", f"drawing {futures:,} futures")
    projection = project(
        city.demand, documents, city.lines, city.from_day, city.until_day,
        futures, int(asked.get("seed") or SEED), city.used_won,
    )  # fmt: skip
    go_on()
    tell(9_000, "결과를 적습니다", "writing the result")
    history = city.demand.history
    told = forecast(projection, city.now_us, history.until_day, months_over(history, city.today))
    wanted = set(asked.get("line_codes") or ())
    given = {line.line_id: line.left_won + line.spent_won for line in city.lines}
    return msgspec.structs.replace(
        told,
        lines=[
            line
            for line in told.lines
            if line.fiscal_year == city.today.year
            and (given[line.line_id] > 0 or line.appropriated_won > 0)
            and (not wanted or line.code in wanted)
        ],
        warnings=[*told.warnings, *_of_what_if(texts)],
    )


def lines_on(city: CityNow, first_day: date) -> list[LineStanding]:
    """The lines as they will stand at the start of a day: as today where it is not later.

    Until then they are drawn on by the rules as they hold; of all futures the median is taken.
    """
    day = (first_day - _EPOCH).days
    if day <= city.from_day:
        return city.lines
    ahead = project(
        city.demand, city.documents, city.lines, city.from_day, day, _AHEAD_FUTURES, SEED,
        city.used_won,
    )  # fmt: skip
    standing = []
    for line in city.lines:
        left_won = int(np.median(ahead.left_won[line.line_id]))
        came_won = sum(won for on_day, won in line.later if on_day < day)
        standing.append(
            replace(
                line,
                left_won=left_won,
                spent_won=line.spent_won + line.left_won + came_won - left_won,
                later=tuple(one for one in line.later if one[0] >= day),
            )
        )
    return standing


def months_over(history: CityHistory, today: date) -> dict[int, int]:
    """Payments of the months of this year that are over and wholly known, in won, by YYYYMM."""
    found: dict[int, int] = {}
    by_day = {p.from_day: p.won for p in history.payments if p.until_day == p.from_day + 1}
    for month in range(1, today.month):
        start = (date(today.year, month, 1) - _EPOCH).days
        until = (date(today.year, month + 1, 1) - _EPOCH).days
        days = [by_day.get(day) for day in range(start, until)]
        whole = [p.won for p in history.payments if (p.from_day, p.until_day) == (start, until)]
        if None not in days:
            found[today.year * 100 + month] = sum(cast("list[int]", days))
        elif whole:
            found[today.year * 100 + month] = whole[0]
    return found


def _of_what_if(texts: Sequence[str]) -> list[Warned]:
    if not texts:
        return []
    return [
        Warned(
            code="what_if",
            korean="아직 공포되지 않은 초안을 얹어 본 예측입니다. 도시의 예측은 그대로입니다.",
            english="A what-if with drafts that are not published; the city's forecast stays.",
        )
    ]
