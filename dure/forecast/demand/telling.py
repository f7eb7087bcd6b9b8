"""What the reader must know about a fit: how much history there was, and what it cannot show."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dure.forecast.demand.days import day_of_number
from dure.forecast.demand.history import CityHistory
from dure.forecast.results import Warned

Floats = NDArray[np.float64]

_LITTLE_DAYS: Final = 180
_STALE_DAYS: Final = 40
_MOVED_LEAST: Final = 0.15


def doubts(history: CityHistory, as_of_day: int, felt: Floats) -> tuple[Warned, ...]:
    """Reasons why a forecast from this history is wide."""
    found = []
    first = min(p.from_day for p in history.payments)
    known_days = history.until_day - first
    if known_days < _LITTLE_DAYS or len(history.payments) < 4:
        found.append(_little(known_days, len(history.payments)))
    stale_days = as_of_day + 1 - history.until_day
    if stale_days > _STALE_DAYS:
        found.append(_stale(history.until_day - 1, stale_days))
    if float(felt[max(0, first - (history.open_day or first)) :].std()) < _MOVED_LEAST:
        found.append(_NO_CHANGE)
    if not history.members:
        found.append(_NO_MEMBERS)
    return tuple(found)


def _little(days: int, figures: int) -> Warned:
    return Warned(
        code="little_history",
        korean=f"결제 기록이 {days:,}일, 수치 {figures}개뿐이라 다른 도시의 일반적인 값에 기대어 "
        "넓은 구간으로 예측했습니다. 기록이 쌓이면 좁아집니다.",
        english=f"Only {days:,} days and {figures} figures of payments are known, so the forecast "
        "leans on what is generally seen and its intervals are wide. More history narrows them.",
    )


def _stale(last_day: int, days: int) -> Warned:
    day = day_of_number(last_day).isoformat()
    return Warned(
        code="stale_history",
        korean=f"마지막으로 알려진 결제가 {day}까지라 그 뒤 {days}일은 추정입니다. "
        "최근 수치를 넣어 주십시오.",
        english=f"The last known payments end with {day}; the {days} days since are estimated. "
        "Add the latest figures.",
    )


_NO_CHANGE: Final = Warned(
    code="no_rate_change",
    korean="기록 안에 요율 변화가 거의 없어, 요율에 대한 반응은 "
    "다른 도시에서 일반적인 값을 씁니다.",
    english="Rates hardly changed within the history, so the answer to a rate is the one "
    "generally seen elsewhere.",
)
_NO_MEMBERS: Final = Warned(
    code="no_members",
    korean="회원 수 기록이 없어 회원 증가를 따로 예측하지 않았습니다. 회원 수를 넣으면 나아집니다.",
    english="No members are known, so their growth is not forecast by itself. Add the number of "
    "members.",
)
