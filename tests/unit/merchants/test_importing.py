"""A registry file in CSV."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.merchants.importing import ERRORS_MAX, ImportMistake, _read

HEADING = "shop_code,business_number,name_ko,sector,mcc,sales_band,district,registered_on"
GOOD = "DURE00000000001,123-45-67891,다정분식,56111,5812,1,28260,2019-08-01"


def mistakes(*lines: str) -> list[ImportMistake]:
    return _read(lines)[1]


def test_it_is_read_when_it_is_right() -> None:
    rows, wrong = _read([HEADING, GOOD])
    assert wrong == []
    assert rows[0].shop[:3] == ("DURE00000000001", "1234567891", "다정분식")


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("dure00000000001,1234567891,다정분식,56111,5812,1,28260,2019-08-01", "shop_code"),
        ("DURE00000000001,1234567890,다정분식,56111,5812,1,28260,2019-08-01", "business_number"),
        ("DURE00000000001,1234567891, ,56111,5812,1,28260,2019-08-01", "name_ko"),
        ("DURE00000000001,1234567891,다정분식,I56,5812,1,28260,2019-08-01", "sector"),
        ("DURE00000000001,1234567891,다정분식,56111,581,1,28260,2019-08-01", "mcc"),
        ("DURE00000000001,1234567891,다정분식,56111,5812,6,28260,2019-08-01", "sales_band"),
        ("DURE00000000001,1234567891,다정분식,56111,5812,1,서구,2019-08-01", "district"),
        ("DURE00000000001,1234567891,다정분식,56111,5812,1,28260,2019-02-30", "registered_on"),
        ("DURE00000000001,1234567891,다정분식,56111,5812,1,28260", "line"),
    ],
)
def test_it_is_told_line_and_column_of_a_mistake(line: str, column: str) -> None:
    found = mistakes(HEADING, GOOD.replace("1,123", "2,123"), line)
    assert [(mistake.line, mistake.column) for mistake in found] == [(3, column)]


def test_it_is_told_every_mistake_at_once() -> None:
    bad = "x,1,,a,b,c,d,e"
    assert len(mistakes(HEADING, bad)) == 8


def test_it_counts_lines_as_an_editor_does() -> None:
    quoted = GOOD.replace("다정분식", '"다정\n분식"')
    found = mistakes(*f"{HEADING}\n{quoted}\n\n{GOOD}".splitlines(keepends=True))
    assert [(mistake.line, mistake.column) for mistake in found] == [(5, "shop_code")]
    assert "line 3" in found[0].message


def test_it_may_not_name_a_terminal_twice() -> None:
    heading = f"{HEADING},terminals"
    found = mistakes(heading, f"{GOOD},10000001 10000001")
    assert [mistake.column for mistake in found] == ["terminals", "terminals"]


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        (HEADING.replace(",mcc", ""), "mcc"),
        (f"{HEADING},colour", "colour"),
        (f"{HEADING},mcc", "mcc"),
        ("", "shop_code"),
    ],
)
def test_it_must_have_the_right_heading(heading: str, column: str) -> None:
    found = mistakes(heading)
    assert (1, column) in [(mistake.line, mistake.column) for mistake in found]


def test_it_is_given_up_when_it_is_of_another_kind() -> None:
    assert len(mistakes(HEADING, *["nonsense"] * 5_000)) == ERRORS_MAX


@pytest.mark.parametrize(
    "line",
    [
        GOOD.replace("다정분식", '"다정'),
        GOOD.replace("다정분식", '"다정"분식'),
        GOOD.replace("다정분식", "다정\0분식"),
        GOOD.replace("다정분식", "가" * 200_000),
    ],
)
def test_it_is_refused_with_the_line_when_it_is_not_csv(line: str) -> None:
    found = mistakes(HEADING, line)
    assert [(mistake.line, mistake.column) for mistake in found] == [(2, "line")]


@given(st.lists(st.text(), max_size=5), st.booleans())
def test_it_is_read_or_refused_whatever_stands_in_it(lines: list[str], headed: bool) -> None:
    rows, wrong = _read([HEADING, *lines] if headed else lines)
    assert wrong or all(len(row.shop) == 14 for row in rows)
