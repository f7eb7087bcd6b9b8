"""Whether a line is within its band, and what that means in days, in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dure.forecast.demand.days import day_of_number
from dure.forecast.pacing.planned import LineBurn, recent_pace
from dure.policy.sentences import korean_won

WITHIN, AHEAD, BEHIND = "within", "ahead", "behind"


@dataclass(frozen=True, slots=True)
class Judged:
    """How a line stands after the last day that is over.

    `days_apart` is how many days the plan needs for the difference (more than nothing: spent that
    many days early). `ends_day` is when the money ends at the pace of the last four weeks, None
    where it lasts to the planned day; `factor` is the burn that would bring it to the end exactly,
    as a share of that pace (0.8: a fifth less), None where nothing was spent lately.
    """

    state: str
    days_apart: int
    ends_day: int | None
    factor: float | None


def judged(
    burn: LineBurn,
    plan: Sequence[int],
    low: Sequence[int],
    high: Sequence[int],
    weights: Sequence[int],
) -> Judged:
    """Compares the burn with the plan; a line of which no day is over is within."""
    over = len(burn.spent)
    if not over:
        return Judged(WITHIN, 0, None, None)
    place, actual = over - 1, burn.actual[-1]
    state = AHEAD if actual > high[place] else BEHIND if actual < low[place] else WITHIN
    reached = next((at for at, won in enumerate(plan) if won >= actual), len(plan) - 1)
    pace = recent_pace(burn, weights)
    left, rest = burn.total_won - actual, sum(weights[over:])
    if pace <= 0:
        return Judged(state, reached - place, None, None)
    factor = left / (pace * rest) if rest else None
    ends = None
    spent: float = actual
    for at in range(over, len(plan)):
        spent += pace * weights[at]
        if spent >= burn.total_won:
            ends = burn.first_day + at
            break
    return Judged(state, reached - place, ends, factor)


def sentences(burn: LineBurn, plan: Sequence[int], found: Judged) -> tuple[str, str]:
    """What an official reads of the line, in Korean and English."""
    over = len(burn.spent)
    if not over:
        return "아직 지난 날이 없습니다.", "No day is over yet."
    planned_won, actual = plan[over - 1], burn.actual[-1]
    apart = abs(actual - planned_won)
    days = abs(found.days_apart)
    last_ko = f"{korean_won(actual)}을 썼고 계획은 {korean_won(planned_won)}입니다."
    last_en = f"{actual:,} won is spent where {planned_won:,} won was planned."
    if found.state == AHEAD:
        ko = f"계획보다 {korean_won(apart)}({days}일치) 빠르게 쓰고 있습니다."
        en = f"It spends {apart:,} won ({days} days) ahead of the plan."
    elif found.state == BEHIND:
        ko = f"계획보다 {korean_won(apart)}({days}일치) 느리게 쓰고 있습니다."
        en = f"It spends {apart:,} won ({days} days) behind the plan."
    else:
        ko, en = "허용 범위 안에서 쓰고 있습니다.", "It spends within the allowed band."
    end_ko, end_en = _ending(burn, found)
    return f"{ko} {last_ko} {end_ko}", f"{en} {last_en} {end_en}"


def _ending(burn: LineBurn, found: Judged) -> tuple[str, str]:
    planned_end = day_of_number(burn.last_day).isoformat()
    if found.factor is None:
        return "최근 4주에 쓴 돈이 없습니다.", "Nothing was spent in the last four weeks."
    if found.ends_day is not None and found.ends_day < burn.last_day:
        day = day_of_number(found.ends_day).isoformat()
        return (
            f"최근 4주의 속도로는 {day}에 다 쓰게 됩니다(계획 {planned_end}).",
            f"At the pace of the last four weeks the money ends on {day} (planned: {planned_end}).",
        )
    return (
        f"최근 4주의 속도로는 {planned_end}까지 갑니다.",
        f"At the pace of the last four weeks it lasts to {planned_end}.",
    )
