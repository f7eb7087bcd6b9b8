"""How a date that is foreseen has moved: forecasts from day to day, each with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dure.forecast.results import RunOut
from dure.web.shared.charts_days import day_label, days_between, month_mark
from dure.web.shared.charts_parts import (
    Label,
    Table,
    TimeFace,
    keys_of,
    label_at,
    month_labels,
)
from dure.web.shared.charts_scale import Axis, Days, percent_of
from dure.web.shared.charts_time import Band, Mark, Series, time_chart
from dure.web.shared.language import Language


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What was foreseen on a day (ISO date): when the money would end."""

    on: str
    run_out: RunOut


def moves_face(
    foreseen: Sequence[Foreseen], planned_end: str, language: Language, ident: str
) -> TimeFace:
    """The run-out date as it was foreseen, oldest first; days without a forecast keep the last."""
    daily = _daily(foreseen)
    days = Days(tuple(one.on for one in daily))
    end = date.fromisoformat(planned_end).toordinal()
    low = [_ordinal(one.run_out.low90, end) for one in daily]
    median = [_ordinal(one.run_out.median, end) for one in daily]
    high = [_ordinal(one.run_out.high90, end) for one in daily]
    height = _height([*low, *median, *high, end])
    first = days.days[0] if days.days else planned_end
    series = [
        Series("end-day", first, [end] * len(daily)),
        Series("median", first, median),
    ]
    chart = time_chart(days, series, [Band("band90", first, low, high)], height=height)
    return TimeFace(
        ident=ident,
        title=language.choose("예측한 소진일의 움직임", "How the foreseen date moved"),
        said=_said(foreseen, language),
        chart=chart,
        months=month_labels(chart, language),
        heights=tuple(
            Label(Mark(percent_of(height.height(mark))), _month_text(mark, language))
            for mark in height.marks
        ),
        today=label_at(chart.today, ""),
        run_out=None,
        keys=keys_of(["median", "band90", "end-day"], language),
        table=_table(foreseen, language),
    )


def _daily(foreseen: Sequence[Foreseen]) -> list[Foreseen]:
    """One for each day from the first to the last."""
    found: list[Foreseen] = []
    for one in foreseen:
        on = date.fromisoformat(one.on)
        while found and date.fromisoformat(found[-1].on) + timedelta(days=1) < on:
            next_on = date.fromisoformat(found[-1].on) + timedelta(days=1)
            found.append(Foreseen(next_on.isoformat(), found[-1].run_out))
        if found and found[-1].on >= one.on:
            found[-1] = Foreseen(found[-1].on, one.run_out)
        else:
            found.append(one)
    return found


def _ordinal(day: str | None, end: int) -> int:
    """The number of a day; the planned end where the money lasts."""
    return end if day is None else date.fromisoformat(day).toordinal()


def _height(ordinals: Sequence[int]) -> Axis:
    """From the month of the first day to the end of that of the last, marked at months."""
    first = date.fromordinal(min(ordinals)).replace(day=1)
    last = date.fromordinal(max(ordinals)) + timedelta(days=3)
    marks = []
    month = first
    while month <= last:
        marks.append(month.toordinal())
        month = (month + timedelta(days=32)).replace(day=1)
    every = max(1, len(marks) // 5)
    return Axis(first.toordinal(), last.toordinal(), tuple(marks[::every]))


def _month_text(ordinal: int, language: Language) -> str:
    return month_mark(date.fromordinal(ordinal).isoformat(), language)


def _said(foreseen: Sequence[Foreseen], language: Language) -> str:
    if len(foreseen) < 2:
        return language.choose("아직 견줄 예측이 적습니다.", "There is little to compare yet.")
    before, after = foreseen[0].run_out.median, foreseen[-1].run_out.median
    if before is None and after is not None:
        when = day_label(after, language)
        return language.choose(
            f"처음에는 남는다고 보았지만, 지금은 {when}에 끝난다고 봅니다.",
            f"At first it was to last; now it is foreseen to end on {when}.",
        )
    if before is not None and after is None:
        return language.choose(
            "처음에는 끝난다고 보았지만, 지금은 남는다고 봅니다.",
            "At first it was to end; now it is foreseen to last.",
        )
    days = days_between(before, after) if before and after else 0
    if days == 0:
        return language.choose("소진일 예측이 그대로입니다.", "The foreseen date has not moved.")
    return language.choose(
        f"첫 예측보다 {abs(days)}일 {'늦어졌습니다' if days > 0 else '당겨졌습니다'}.",
        f"It moved {abs(days)} days {'later' if days > 0 else 'earlier'} since the first forecast.",
    )


def _table(foreseen: Sequence[Foreseen], language: Language) -> Table:
    heads = language.choose("예측한 날|소진일|90% 구간", "Foreseen on|Run-out|90% interval")
    lasts = language.choose("남음", "lasts")
    return Table(
        tuple(heads.split("|")),
        tuple(
            (
                day_label(one.on, language),
                lasts if one.run_out.median is None else day_label(one.run_out.median, language),
                " ~ ".join(
                    lasts if day is None else day_label(day, language)
                    for day in (one.run_out.low90, one.run_out.high90)
                ),
            )
            for one in reversed(foreseen)
        ),
    )
