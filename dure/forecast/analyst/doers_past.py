"""Simulations and comparisons as work: drafts over what members really paid."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from dure.forecast.analyst.asking import Asking, CannotDoError
from dure.forecast.city.forecasting import city_now, project_city
from dure.forecast.city.standing import draft_with
from dure.forecast.history.building import bring_up_to_date
from dure.forecast.history.refusals import HistoryError
from dure.forecast.history.sorting import months_between, start_of_month_us
from dure.forecast.history.store import history_folder, open_history
from dure.forecast.results import Compared, Forecast, HistoryKept, Simulation, Warned
from dure.forecast.simulate.refusals import CannotSimulateError
from dure.forecast.simulate.scenarios import CityRules, Scenario, read_city
from dure.forecast.simulate.simulation import simulate_many

_BUILDING_LOCK: Final = 7_205_190_013
"""Any number that no other advisory lock of the database uses: one builds the history at a time."""
_POLL_S: Final = 0.2
_HISTORY_PART: Final = 2_000
_PAST_PART: Final = 6_000


def do_history(asking: Asking) -> HistoryKept:
    """What the journal has recorded since is added to the history."""
    _bring_up_to_date(asking, whole=9_900)
    manifest = open_history(history_folder(asking.home)).manifest
    months = manifest.months.values()
    return HistoryKept(
        sha256=manifest.sha256,
        months=sorted(map(int, manifest.months)),
        payments=sum(month.payments for month in months),
        amount_won=sum(month.amount_won for month in months),
    )


def do_simulation(asking: Asking) -> Simulation:
    """Drafts over the months that were asked for, payment by payment or as a preview."""
    asked = asking.asked
    is_preview = bool(asked.get("preview"))
    city = read_city(asking.connection)
    from_month, until_month = _months(asked)
    tried = _scenario(asking, city, "tried", asked.get("drafts") or [], from_month, until_month)
    if not (is_preview and _has_months(asking, from_month, until_month)):
        _bring_up_to_date(asking)
    (told,) = _play(asking, city, [tried], from_month, until_month, is_preview=is_preview)
    return told


def do_comparison(asking: Asking) -> Compared:
    """Several scenarios side by side: over the past where there is one, and into the future."""
    asked = asking.asked
    scenarios: Sequence[Mapping[str, Any]] = asked.get("scenarios") or []
    if not scenarios:
        raise CannotDoError("견줄 안을 하나 이상 고르세요.", "choose at least one scenario")
    names = [str(one.get("name", place)) for place, one in enumerate(scenarios, 1)]
    simulations, warnings = _simulations(asking, names, scenarios)
    return Compared(
        names=names,
        simulations=simulations,
        forecasts=_forecasts(asking, names, scenarios),
        warnings=warnings,
    )


def _simulations(
    asking: Asking, names: Sequence[str], scenarios: Sequence[Mapping[str, Any]]
) -> tuple[list[Simulation | None], list[Warned]]:
    """Of each scenario over the months; none where none were asked for, or, with the reason, where
    they cannot be played."""
    if not asking.asked.get("from_month"):
        return [None] * len(names), []
    from_month, until_month = _months(asking.asked)
    city = read_city(asking.connection)
    tried = [
        _scenario(asking, city, name, one.get("drafts") or [], from_month, until_month)
        for name, one in zip(names, scenarios, strict=True)
    ]
    if not (asking.asked.get("preview") and _has_months(asking, from_month, until_month)):
        _bring_up_to_date(asking)
    try:
        played = _play(
            asking, city, tried, from_month, until_month,
            is_preview=bool(asking.asked.get("preview")),
        )  # fmt: skip
        return list(played), []
    except CannotSimulateError as error:
        asking.go_on()
        why = Warned(code=error.code, korean=error.korean, english=error.english)
        return [None] * len(names), [why]


def _forecasts(
    asking: Asking, names: Sequence[str], scenarios: Sequence[Mapping[str, Any]]
) -> list[Forecast | None]:
    """Of each scenario, on the same futures."""
    asking.tell(_PAST_PART, "수요를 추정합니다", "estimating demand")
    city = city_now(asking.connection, lambda _progress, _korean, _english: None)
    found: list[Forecast | None] = []
    for place, (name, scenario) in enumerate(zip(names, scenarios, strict=True)):
        asking.go_on()
        asking.tell(
            _PAST_PART + (9_800 - _PAST_PART) * place // len(names),
            f"예측: {name}",
            f"forecast: {name}",
        )
        sha256s = [draft["sha256"] for draft in scenario.get("drafts") or []]
        found.append(project_city(asking.connection, city, {"document_sha256s": sha256s}))
    return found


def _months(asked: Mapping[str, Any]) -> tuple[int, int]:
    """The months that were asked for: the first, and the one after the last."""
    from_month, until_month = asked.get("from_month"), asked.get("until_month")
    for month in (from_month, until_month):
        if not isinstance(month, int) or not 1 <= month % 100 <= 12 or month < 190_001:
            raise CannotDoError(
                f"'{month}'은(는) 달이 아닙니다. 201910처럼 여섯 자리로 적으세요.",
                f"'{month}' is no month; write it as 201910",
            )
    assert isinstance(from_month, int)
    assert isinstance(until_month, int)
    return from_month, until_month


def _scenario(
    asking: Asking,
    city: CityRules,
    name: str,
    drafts: Sequence[Mapping[str, Any]],
    from_month: int,
    until_month: int,
) -> Scenario:
    documents = [draft_with(asking.connection, draft["sha256"]) for draft in drafts]
    period = (start_of_month_us(from_month), start_of_month_us(until_month))
    return city.with_drafts(name, documents, *period) if documents else city.in_force


def _play(
    asking: Asking,
    city: CityRules,
    tried: Sequence[Scenario],
    from_month: int,
    until_month: int,
    *,
    is_preview: bool,
) -> list[Simulation]:
    most = 9_900 if asking.taken.kind == "simulation" else _PAST_PART

    def tell(done: int) -> None:
        progress = _HISTORY_PART + (most - _HISTORY_PART) * done // 10_000
        asking.tell(progress, "결제마다 다시 계산합니다", "playing every payment again")

    return simulate_many(
        asking.home, city.in_force, tried, city.lines, from_month, until_month,
        tell=tell, stopped=asking.stopped, preview=is_preview,
    )  # fmt: skip


def _has_months(asking: Asking, from_month: int, until_month: int) -> bool:
    """Whether the history as it is has the months: a preview is to be there within a second."""
    try:
        kept = open_history(history_folder(asking.home)).months
    except HistoryError:
        return False
    return set(months_between(from_month, until_month)) <= set(kept)


def _bring_up_to_date(asking: Asking, whole: int = _HISTORY_PART) -> None:
    """Adds to the history what the journal has recorded since; one work does it at a time."""
    asking.tell(100, "결제 이력을 이어 적습니다", "bringing the history up to date")
    connection = asking.connection
    while not _locked(asking):
        asking.go_on()
        time.sleep(_POLL_S)
    try:
        bring_up_to_date(
            asking.url, asking.home, stopped=asking.stopped,
            tell=lambda done: asking.tell(
                100 + (whole - 100) * done // 10_000,
                "결제 이력을 이어 적습니다",
                "bringing the history up to date",
            ),
        )  # fmt: skip
    finally:
        connection.execute("SELECT pg_advisory_unlock(%s)", (_BUILDING_LOCK,))
    asking.go_on()


def _locked(asking: Asking) -> bool:
    row = asking.connection.execute("SELECT pg_try_advisory_lock(%s)", (_BUILDING_LOCK,)).fetchone()
    return row is not None and bool(row[0])
