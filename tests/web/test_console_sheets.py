"""Tables as spreadsheets."""

import io
import re
import zipfile
from xml.etree import ElementTree

import pytest

from dure.web.console.export.page_tables import tables_of, typed
from dure.web.console.export.sheets import Column, Kind, book_bytes, sheet_bytes
from dure.web.shared.language import Language

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
AT_US = 1_571_648_400_000_000
COLUMNS = (
    Column("과목"),
    Column("금액", Kind.WON),
    Column("요율", Kind.RATE_BP),
    Column("날", Kind.DAY),
    Column("때", Kind.INSTANT_US),
)


def parts(body: bytes) -> tuple[list[str], ElementTree.Element]:
    """All texts in the file, and its one sheet."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        shared = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
        sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    return ["".join(each.itertext()) for each in shared.iter(f"{MAIN}si")], sheet


def made(*rows: tuple[str | int | None, ...]) -> bytes:
    return sheet_bytes("예산: 표", COLUMNS, rows, "원장", AT_US, Language.KOREAN)


def cell(sheet: ElementTree.Element, name: str) -> ElementTree.Element:
    return next(one for one in sheet.iter(f"{MAIN}c") if one.get("r") == name)


def test_it_keeps_numbers_rates_days_and_instants_as_what_they_are() -> None:
    texts, sheet = parts(made(("시비", 72_800_000_000, 625, "2019-10-21", AT_US)))
    assert "시비" in texts
    values = [cell(sheet, f"{column}5").findtext(f"{MAIN}v") for column in "BCDE"]
    assert values == ["72800000000", "0.0625", "43759", "43759.75"]
    assert cell(sheet, "B5").get("t") in (None, "n")


def test_it_says_on_top_where_the_table_is_from_and_as_of_when() -> None:
    texts, sheet = parts(made())
    assert "출처: 원장" in texts
    assert "기준 시각(도시): 2019-10-21 18:00:00 Asia/Seoul" in texts
    pane = next(sheet.iter(f"{MAIN}pane"))
    assert (pane.get("ySplit"), pane.get("state")) == ("4", "frozen")


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://x")', "+1", "-1", "@A1", "\t=1", "1"])
def test_it_never_makes_a_formula_or_a_number_of_a_text(text: str) -> None:
    body = made((text, text, None, text, None))
    texts, sheet = parts(body)
    assert text in texts
    assert not list(sheet.iter(f"{MAIN}f"))
    assert cell(sheet, "A5").get("t") == cell(sheet, "B5").get("t") == "s"


def test_it_takes_texts_that_no_spreadsheet_can_hold() -> None:
    texts, _ = parts(made(("a\x00b\x1b" + "긴" * 40_000, None, None, None, None)))
    assert any(re.fullmatch("a b 긴+", text) for text in texts)


def test_it_gives_the_same_bytes_for_the_same_table() -> None:
    row = ("시비", 1, 2, "2019-10-21", AT_US)
    assert made(row) == made(row)


PAGE = """
<h1>예산</h1><h2>시비 <button>x</button></h2>
<table><thead><tr><th>과목</th><th>남은 돈</th><th>차이</th><th>집행률</th><th>날</th></tr></thead>
<tbody><tr><th><a href="/x">시비 &amp; 구비</a></th><td>1,234,000원</td><td>−5</td><td>62.4%</td>
<td>2019-10-21</td></tr>
<tr><td>=1+1</td><td></td><td>+7</td><td>100%</td><td>-</td><td>더</td></tr></tbody></table>
<table><caption>둘째</caption><tr><td>72억 원</td></tr></table>
"""


def test_it_reads_the_tables_off_a_page_with_what_their_columns_hold() -> None:
    first, second = (typed(read) for read in tables_of(PAGE))
    assert (first.title, second.title) == ("시비", "둘째")
    assert [column.kind for column in first.columns] == [
        Kind.TEXT, Kind.WON, Kind.WON, Kind.RATE_BP, Kind.DAY, Kind.TEXT,
    ]  # fmt: skip
    assert list(first.rows) == [
        ["시비 & 구비", 1_234_000, -5, 6_240, "2019-10-21", ""],
        ["=1+1", "", 7, 10_000, "-", "더"],
    ]
    assert list(second.rows) == [["72억 원"]]
    body = book_bytes("예산", [first, second], "/console/x", AT_US, Language.KOREAN)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert "xl/worksheets/sheet2.xml" in archive.namelist()
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
