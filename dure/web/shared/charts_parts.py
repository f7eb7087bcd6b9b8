"""What charts with words are made of: keys, labels at marks, the table behind a picture.

A component is shown by a template in `shared/charts/`; the table stands beside each picture, for
those who would rather read, and for screen readers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dure.web.shared.amounts import short_won
from dure.web.shared.charts_days import month_mark
from dure.web.shared.charts_time import Mark, TimeChart
from dure.web.shared.language import Language

KEYS = {
    "actual": ("지금까지 집행", "Spent so far"),
    "median": ("가운데 예측", "Median forecast"),
    "band50": ("절반의 경우(50%)", "Half of the futures (50%)"),
    "band90": ("열에 아홉(90%)", "Nine in ten (90%)"),
    "money": ("쓸 수 있는 예산", "Money there is"),
    "planned": ("집행 계획", "Planned"),
    "band-pace": ("허용 범위", "Allowed band"),
    "end-day": ("계획한 마지막 날", "Planned last day"),
}
"""What the parts of a picture are called in its key."""

CHART_WORDS = {
    "chart_none": ("아직 보여 줄 값이 없습니다.", "There is nothing to show yet."),
    "chart_table": ("표로 보기", "As a table"),
    "chart_actual": ("실적", "Actual"),
    "chart_ahead": ("예측과 90% 구간", "Forecast with its 90% interval"),
    "chart_group": ("구분", "Group"),
    "chart_change": ("변화", "Change"),
    "chart_proposal": ("제안", "Proposal"),
}
"""What the templates of charts say, by name: a page that shows charts hands them with its words."""


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of the key beside a picture."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Label:
    """A text at a mark of an axis."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers behind a picture."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class TimeFace:
    """Curves along days. `ident` is unlike any other on the page; `is_small` leaves words out."""

    ident: str
    title: str
    said: str
    chart: TimeChart
    months: tuple[Label, ...]
    heights: tuple[Label, ...]
    today: Label | None
    run_out: Label | None
    keys: tuple[Key, ...]
    table: Table
    is_small: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What is over: cumulative won from a day on (ISO date), one for each day."""

    first_day: str
    values: Sequence[int]


def month_labels(chart: TimeChart, language: Language) -> tuple[Label, ...]:
    """The months below a picture."""
    return tuple(Label(mark, month_mark(mark.day, language)) for mark in chart.months)


def height_labels(marks: Sequence[Mark], language: Language) -> tuple[Label, ...]:
    """The round amounts at its left; nothing for zero, which is the lower edge."""
    return tuple(Label(mark, short_won(mark.won, language)) for mark in marks if mark.won)


def label_at(mark: Mark | None, text: str) -> Label | None:
    """A text at a mark that may not be there."""
    return None if mark is None else Label(mark, text)


def keys_of(kinds: Sequence[str], language: Language) -> tuple[Key, ...]:
    """The entries of the key, in this order."""
    return tuple(Key(kind, language.choose(*KEYS[kind])) for kind in kinds)
