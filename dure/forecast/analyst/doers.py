"""Forecasts, plans and paces as work: the rooms that compute them, given the live city."""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from dure.forecast.analyst.asking import Asking, CannotDoError
from dure.forecast.city.alarms import note
from dure.forecast.city.forecasting import city_now, forecast_city, lines_on
from dure.forecast.results import Constraints, Forecast, Paces, Plans
from dure.forecast.work import city_clock

_SEED: Final = 1


def do_forecast(asking: Asking) -> Forecast:
    """The city's forecast; of the city as it is, not of a what-if, alarms are raised and ended."""
    told = forecast_city(asking.connection, asking.asked, asking.tell, asking.go_on)
    if not asking.asked:
        asking.go_on()
        note(asking.connection, told, asking.taken.work_id)
    return told


def do_plans(asking: Asking) -> Plans:
    """Plans that keep the constraints that were asked for."""
    from dure.forecast.optimize import optimize

    constraints = _constraints(asking)
    city = city_now(asking.connection, asking.tell)
    asking.go_on()
    known = {line.code for line in city.lines}
    unknown = [code for code in constraints.line_codes if code not in known]
    if unknown:
        raise CannotDoError(
            f"예산 과목 {', '.join(unknown)}이(가) 없습니다. 과목을 다시 고르세요.",
            f"there is no budget line {', '.join(unknown)}; choose the lines again",
        )
    try:
        return optimize(
            city.demand, city.documents, lines_on(city, _first_day(constraints)), constraints,
            _SEED, asking.tell, asking.stopped,
        )  # fmt: skip
    except ValueError as error:
        korean = getattr(error, "korean", None) or "이 조건으로는 계획을 세울 것이 없습니다"
        english = getattr(error, "english", None) or str(error)
        if asking.stopped():
            raise
        raise CannotDoError(
            f"{korean}. 과목과 기간을 바꾸어 다시 하세요.", f"{english}; change lines or days"
        ) from error


def do_paces(asking: Asking) -> Paces:
    """How every line burns; where nothing is known of demand, by the usual season alone."""
    from dure.forecast.pacing import paces

    try:
        city = city_now(asking.connection, asking.tell)
    except CannotDoError:
        return paces(asking.connection, city_clock(asking.connection).now_us())
    asking.go_on()
    return paces(
        asking.connection, city.now_us, city.demand, lines=city.lines, documents=city.documents
    )


def _first_day(constraints: Constraints) -> date:
    try:
        return date.fromisoformat(constraints.first_day)
    except ValueError as error:
        raise CannotDoError(
            f"첫날 '{constraints.first_day}'은(는) 날짜가 아닙니다. 2019-11-01처럼 적으세요.",
            f"the first day '{constraints.first_day}' is no date; write it as 2019-11-01",
        ) from error


def _constraints(asking: Asking) -> Constraints:
    try:
        return msgspec.convert(dict(asking.asked), Constraints)
    except msgspec.ValidationError as error:
        raise CannotDoError(
            f"조건을 읽을 수 없습니다({error}). 항목을 고쳐 다시 하세요.",
            f"the constraints do not read ({error}); correct them and ask again",
        ) from error
