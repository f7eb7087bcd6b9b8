"""The geometry of charts along days, of columns, pairs and scattered points."""

from __future__ import annotations

import re

import pytest

from dure.forecast.results import RunOut
from dure.web.console.foresight import examples
from dure.web.shared.charts_bars import columns, filled, pairs
from dure.web.shared.charts_fan import fan_face, run_out_sentence, shared_height
from dure.web.shared.charts_frontier import frontier_face
from dure.web.shared.charts_moves import Foreseen, moves_face
from dure.web.shared.charts_pairs import pair_face
from dure.web.shared.charts_scale import (
    Days,
    axis_of,
    band_path,
    line_path,
    percent_of,
    stair_path,
    thinned,
)
from dure.web.shared.charts_scatter import Point, scatter
from dure.web.shared.charts_time import Series, time_chart
from dure.web.shared.language import Language

KO, EN = Language.KOREAN, Language.ENGLISH
EOK = examples.EOK


@pytest.mark.parametrize(("values", "marks"), [
    ([0, 728 * EOK], tuple(n * EOK for n in (0, 200, 400, 600, 800))),
    ([0, 9], (0, 5, 10)),
    ([0, 1], (0, 1)),
    ([], (0, 1)),
    ([0, 0], (0, 1)),
    ([-30, 70], (-50, 0, 50, 100)),
])  # fmt: skip
def test_an_axis_holds_all_values_between_round_marks(
    values: list[int], marks: tuple[int, ...]
) -> None:
    axis = axis_of(values)
    assert axis.marks == marks
    assert all(axis.low <= value <= axis.high for value in values)


def test_an_axis_holds_values_of_any_size() -> None:
    for size in (1, 7, 10**9, 9 * 10**15, 10**18):
        axis = axis_of([0, size])
        assert 2 <= len(axis.marks) <= 6
        assert axis.place(size) <= 1_000
        assert axis.height(0) == 1_000


def test_an_axis_may_begin_where_the_values_do() -> None:
    axis = axis_of([8_000, 8_900], from_zero=False)
    assert (axis.low, axis.high) == (8_000, 9_000)


def test_a_place_is_told_in_percent_without_needless_digits() -> None:
    assert [percent_of(units) for units in (0, 432, 500, 1_000)] == ["0%", "43.2%", "50%", "100%"]


def test_days_lie_in_their_order_and_months_begin_on_their_first() -> None:
    days = Days(tuple(examples.days_from(examples.FIRST, examples.DAYS)))
    assert days.find("2019-09-01") == 0
    assert days.find("2019-12-31") == 1_000
    assert days.find("2019-08-01") == 0, "before the first: at the left edge"
    assert days.find("2020-01-01") is None
    assert days.find(None) is None
    assert [day for _, day in days.months()] == [
        "2019-09-01", "2019-10-01", "2019-11-01", "2019-12-01",
    ]  # fmt: skip


def test_a_curve_keeps_its_ends_when_it_is_thinned() -> None:
    kept = list(thinned(1_000, 10))
    assert (len(kept), kept[0], kept[-1]) == (10, 0, 999)
    assert list(thinned(3)) == [0, 1, 2]
    assert list(thinned(0)) == []


def test_paths_are_drawn_point_by_point() -> None:
    assert line_path([(0, 10), (5, 3)]) == "M0 10L5 3"
    assert stair_path([(0, 10), (5, 10), (9, 3), (12, 3)]) == "M0 10H9V3H12"
    assert band_path([(0, 1), (5, 2)], [(0, 4), (5, 6)]) == "M0 1L5 2L5 6L0 4Z"
    assert line_path([]) == stair_path([]) == band_path([], [(0, 1)]) == ""


def test_charts_side_by_side_share_one_height() -> None:
    lines = examples.example_lines()
    height = shared_height(lines)
    tops = {fan_face(line, KO, "x", height=height).chart.heights for line in lines}
    assert len(tops) == 1


def test_a_fan_marks_today_the_run_out_and_its_intervals() -> None:
    face = fan_face(examples.example_lines()[0], EN, "fan")
    assert face.today is not None
    assert face.today.mark.at == "0%"
    assert face.run_out is not None
    assert face.run_out.text == "ends 22 Oct"
    assert [span.kind for span in face.chart.spans] == ["span90", "span50"]
    assert face.table.rows[-1][0] == "31 December 2019"
    assert all(re.fullmatch(r"[MLHVZ0-9 ]*", shape.path) for shape in face.chart.shapes)


def test_a_fan_of_nothing_is_empty() -> None:
    assert fan_face(examples.an_empty_line(), KO, "fan").chart.is_empty


@pytest.mark.parametrize(("run_out", "korean", "english"), [
    (examples.NEVER, "열에 아홉의 경우 2019년 12월 31일까지 남습니다.",
     "In nine futures of ten it lasts until 31 December 2019."),
    (examples.MAYBE, "대체로 2019년 12월 31일까지 남지만, 빠르면 2019년 12월 12일에 소진됩니다.",
     "It most likely lasts until 31 December 2019, but may end as early as 12 December 2019."),
    (examples.EARLY, "2019년 10월 22일쯤 소진됩니다(90% 구간 2019년 10월 9일~2019년 11월 19일).",
     "It ends about 22 October 2019 (90% interval: 9 October 2019 to 19 November 2019)."),
])  # fmt: skip
def test_a_run_out_is_told_in_a_sentence(run_out: object, korean: str, english: str) -> None:
    assert run_out_sentence(run_out, "2019-12-31", KO) == korean  # type: ignore[arg-type]
    assert run_out_sentence(run_out, "2019-12-31", EN) == english  # type: ignore[arg-type]


def test_a_series_that_begins_later_lies_later() -> None:
    days = Days(("2019-01-01", "2019-01-02", "2019-01-03"))
    chart = time_chart(days, [Series("median", "2019-01-02", [5, 10])])
    assert chart.shapes[0].path == "M500 500L1000 0"
    assert time_chart(days, [Series("median", "2020-01-01", [5])]).is_empty


def test_bars_before_and_after_share_a_scale() -> None:
    made = pairs([(100, 50), (0, 0), (10, 10)])
    assert [(one.before, one.after) for one in made] == [(1_000, 500), (0, 0), (100, 100)]
    assert [(one.rises, one.falls) for one in made] == [
        (False, True), (False, False), (False, False),
    ]  # fmt: skip
    face = pair_face([("a", 100, 50), ("b", 0, 30), ("c", 7, 7)], "t", EN, "p")
    assert [row.change for row in face.rows] == ["\u2212₩50 (\u221250%)", "+₩30", "the same"]


def test_columns_ahead_have_bounds_and_others_none() -> None:
    chart = columns([(5, 5, 5, True), (4, 8, 10, False)])
    over, ahead = chart.columns
    assert over.bound_top == ""
    assert (ahead.top, ahead.bound_top, ahead.bound_bottom) == ("20%", "0%", "60%")
    assert columns([]).columns == ()


@pytest.mark.parametrize(("parts", "whole", "ends"), [
    ((("a", 50), ("b", 25)), 100, 750),
    ((("a", 1), ("b", 10**12)), 10**12, 1_000),
    ((("a", 200), ("b", 200)), 100, 1_000),
    ((("a", -5), ("b", 50)), 100, 500),
    ((("a", 5),), 0, 1_000),
    ((), 100, 0),
])  # fmt: skip
def test_a_bar_is_never_fuller_than_full(
    parts: tuple[tuple[str, int], ...], whole: int, ends: int
) -> None:
    segments = filled(parts, whole)
    assert sum(one.length for one in segments) == ends
    assert all(one.length > 0 for one in segments)


def test_points_lie_between_axes_that_just_hold_them() -> None:
    made = scatter([Point(8_000, 200, "safe"), Point(9_000, 300, "risky", "A")])
    assert (made.spots[0].x, made.spots[0].y) == ("0%", "100%")
    assert (made.named[0].x, made.named[0].y, made.named[0].name) == ("100%", "0%", "A")
    assert scatter([]).spots == ()
    assert len(scatter([Point(n, n, "safe") for n in range(5_000)]).spots) == 400


def test_a_frontier_says_by_shape_how_risky_a_plan_is() -> None:
    face = frontier_face(examples.example_plans(), KO, "f")
    assert {spot.kind for spot in face.chart.spots} == {"safe", "fair", "risky"}
    assert [spot.name for spot in face.chart.named] == ["A", "B", "C"]
    assert face.table.rows[2][0] == "C 6% 유지"


def test_a_date_that_moves_is_told_in_words() -> None:
    never, early = examples.NEVER, examples.EARLY
    later = RunOut(
        median="2019-11-01", low50=None, high50=None, low90=None, high90=None, before_end_bp=9_000
    )
    moved = ((never, early), (early, never), (early, early), (early, later))
    foreseen = [[Foreseen("2019-08-01", one), Foreseen("2019-08-09", two)] for one, two in moved]
    told = [moves_face(each, "2019-12-31", EN, "m") for each in foreseen]
    assert [face.said for face in told] == [
        "At first it was to last; now it is foreseen to end on 22 October 2019.",
        "At first it was to end; now it is foreseen to last.",
        "The foreseen date has not moved.",
        "It moved 10 days later since the first forecast.",
    ]
    assert len(told[0].table.rows) == 2
    alone = moves_face([Foreseen("2019-08-01", early)], "2019-12-31", EN, "m")
    assert alone.said == "There is little to compare yet."
