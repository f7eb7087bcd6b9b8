"""The geometry of our charts."""

from hypothesis import given
from hypothesis import strategies as st

from dure.web.shared.charts import CURVE_HEIGHT, CURVE_WIDTH, bar_length, curve, heat, stacked

sizes = st.integers(0, 10**15)


@given(st.lists(sizes, max_size=200))
def test_it_keeps_a_curve_in_its_box(values: list[int]) -> None:
    drawn = curve(values)
    points = [pair.split(" ") for pair in drawn.line[1:].split("L")]
    assert all(0 <= int(x) <= CURVE_WIDTH and 0 <= int(y) <= CURVE_HEIGHT for x, y in points)
    assert int(points[0][0]) == 0
    assert drawn.last_x == CURVE_WIDTH


def test_it_draws_nothing_flat_on_the_ground() -> None:
    assert curve([0, 0, 0]).line == f"M0 {CURVE_HEIGHT}L300 {CURVE_HEIGHT}L600 {CURVE_HEIGHT}"


@given(sizes, sizes)
def test_it_shows_something_for_anything(part: int, whole: int) -> None:
    length = bar_length(part, whole)
    assert 0 <= length <= 1000
    assert (length > 0) == (part > 0 and whole > 0)


@given(st.lists(sizes, min_size=1, max_size=6))
def test_it_fills_a_stacked_bar_exactly(values: list[int]) -> None:
    segments = stacked([(str(place), value) for place, value in enumerate(values)])
    if any(values):
        assert sum(segment.length for segment in segments) == 1000
        assert segments[0].start == 0
    else:
        assert segments == ()


def test_it_shades_the_largest_darkest_and_nothing_not_at_all() -> None:
    assert [heat(value, 100) for value in (0, 1, 49, 100)] == [0, 1, 2, 4]
