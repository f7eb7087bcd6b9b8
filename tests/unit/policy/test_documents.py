"""A document that is wrong is refused with file, line, column and what to write instead."""

from __future__ import annotations

from datetime import datetime

import pytest

from dure.kernel.calendar import SEOUL, to_us
from dure.policy.document import check_together, parse_document
from dure.policy.document_errors import SENTENCES, DocumentError, DocumentErrors, Fault
from dure.policy.reading import TEXT_CHARACTERS_MAX

GOOD = """\
id: city-cashback
version: 3
kind: bracket_cashback
title:
  ko: 시 캐시백
  en: City cashback
scope: city
period:
  from: 2020-01-01
  until: 2020-03-01
eligibility:
  trades: {excluded: [gold]}
  channels: [card, qr]
brackets:
  - {from_won: 0, below_won: 300000, rate_bp: 400}
  - {from_won: 300000, below_won: 500000, rate_bp: 200}
caps:
  per_payment: {cashback_won_max: 5000}
funding:
  of: 6
  lines:
    state-2020: 4
    city-2020: 2
stops_when:
  until_sum_used_won: 1_000_000
sources:
  - https://example.org/notice
notes:
  - 시험
"""
LINES = ["state-2020", "city-2020"]


def refusals(text: str, now: datetime | None = None) -> list[DocumentError]:
    with pytest.raises(DocumentErrors) as refused:
        parse_document(text, "city.yaml", LINES, now)
    return list(refused.value.errors)


def test_it_reads_a_good_document() -> None:
    document = parse_document(GOOD, "city.yaml", LINES)
    assert document.key == "city-cashback@3"
    assert document.starts_at == datetime(2020, 1, 1, tzinfo=SEOUL)
    assert document.ends_at == datetime(2020, 3, 1, tzinfo=SEOUL)
    assert document.line_names == ("state-2020", "city-2020")
    assert document.caps.payment_cashback_won_max == 5000
    assert document.text == GOOD


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2020-01-01", "2020-01-01T00:00:00+09:00"),
        ("2020-01-01T06:00", "2020-01-01T06:00:00+09:00"),
        ("2020-01-01 06:00:30", "2020-01-01T06:00:30+09:00"),
        ("2020-01-01T06:00Z", "2020-01-01T06:00:00+00:00"),
        ('"2020-01-01T06:00:00-05:00"', "2020-01-01T06:00:00-05:00"),
    ],
)
def test_a_date_is_midnight_in_seoul_and_a_time_is_seouls(written: str, instant: str) -> None:
    text = GOOD.replace("from: 2020-01-01", f"from: {written}")
    assert parse_document(text, "city.yaml").starts_at == datetime.fromisoformat(instant)


# What is written instead of what, and the fault, its line and column, and the advice.
WRONG = [
    ("version: 3", "version: three", Fault.NOT_AN_INTEGER, 2, 10, "whole number"),
    ("version: 3", 'version: "3"', Fault.NOT_AN_INTEGER, 2, 10, "as 3"),
    ("version: 3", "version: 0", Fault.OUT_OF_RANGE, 2, 10, "from 1 to"),
    ("version: 3", "version:", Fault.EMPTY, 2, 9, "version"),
    ("version: 3\n", "", Fault.MISSING_KEY, 1, 1, "add 'version: 1'"),
    ("id: city-cashback", "id: City Cashback", Fault.NOT_AN_ID, 1, 5, "'city-cashback'"),
    ("kind: bracket_cashback", "kind: bracket", Fault.NOT_A_CHOICE, 3, 7, "'bracket_cashback'"),
    ("scope: city", "scope: 서수", Fault.UNKNOWN_DISTRICT, 7, 8, "'서구'"),
    ("scope: city", "scope: [city]", Fault.NOT_A_SCALAR, 7, 8, "one value"),
    ("scope: city", "scop: city", Fault.UNKNOWN_KEY, 7, 1, "write 'scope'"),
    ("scope: city", "scope: city\nscope: 서구", Fault.REPEATED_KEY, 8, 1, "line 7"),
    ("until: 2020-03-01", "until: 2020-01-01", Fault.PERIOD_BACKWARD, 10, 10, "later date"),
    ("until: 2020-03-01", "until: 2020-02-30", Fault.NOT_A_DATE, 10, 10, "write 2019-08-01"),
    ("until: 2020-03-01", "until: 9999-12-31T23:59-23:59", Fault.NOT_A_DATE, 10, 10, "2200"),
    ("from: 2020-01-01", "from: 0001-01-01", Fault.NOT_A_DATE, 9, 9, "from 2000"),
    ("until: 2020-03-01", "until: 1 March", Fault.NOT_A_DATE, 10, 10, "write 2019-08-01"),
    ("excluded: [gold]", "excluded: [golds]", Fault.NOT_A_CHOICE, 12, 23, "write 'gold'"),
    ("excluded: [gold]", "excluded: []", Fault.LIMITS_NOTHING, 12, 22, "leave it out"),
    (
        "{excluded: [gold]}",
        "{excluded: [gold], included: [gold]}",
        Fault.EXCLUDED_AND_INCLUDED,
        12,
        11,
        "write one",
    ),
    ("channels: [card, qr]", "channels: card", Fault.NOT_A_LIST, 13, 13, "[card]"),
    ("from_won: 0,", "from_won: 10,", Fault.BRACKET_FIRST, 15, 5, "'from_won: 0'"),
    ("from_won: 300000,", "from_won: 200000,", Fault.BRACKET_OVERLAP, 16, 5, "from_won: 300000"),
    ("from_won: 300000,", "from_won: 400000,", Fault.BRACKET_GAP, 16, 5, "from_won: 300000"),
    (
        "below_won: 300000,",
        "below_won: open,",
        Fault.BRACKET_AFTER_OPEN,
        16,
        5,
        "below_won: 300000",
    ),
    ("below_won: 500000", "below_won: 300000", Fault.BRACKET_EMPTY, 16, 35, "larger amount"),
    ("rate_bp: 200", "rate_bp: 10001", Fault.RATE_OVER_WHOLE, 16, 52, "'rate_bp: 600'"),
    ("rate_bp: 200", "rate_bp: 6%", Fault.NOT_AN_INTEGER, 16, 52, "as 600"),
    ("rate_bp: 200", "rate_bp: 1.5%", Fault.NOT_AN_INTEGER, 16, 52, "as 150"),
    ("rate_bp: 200", "rate_bp: -1", Fault.OUT_OF_RANGE, 16, 52, "from 0"),
    ("below_won: 500000", "below_won: 50만원", Fault.NOT_AN_INTEGER, 16, 35, "as 500000"),
    ("below_won: 500000", 'below_won: "500,000"', Fault.NOT_AN_INTEGER, 16, 35, "as 500000"),
    ("cashback_won_max", "cashback_max_won", Fault.UNKNOWN_KEY, 18, 17, "'cashback_won_max'"),
    ("of: 6", "of: 7", Fault.SHARES_SUM, 20, 7, "write 'of: 6'"),
    ("state-2020: 4", "state-2021: 4", Fault.UNKNOWN_LINE, 22, 17, "'state-2020'"),
    ("state-2020: 4", "state-2020: 4.0", Fault.NOT_AN_INTEGER, 22, 17, "as 4"),
    ("  until_sum_used_won: 1_000_000", "  line_used_up: x", Fault.UNKNOWN_LINE, 25, 17, "'"),
    ("https://example.org/notice", "the city's notice", Fault.NOT_A_SOURCE, 27, 5, "https://"),
    ("  ko: 시 캐시백\n", "", Fault.MISSING_KEY, 5, 3, "add 'ko"),
    ("  ko: 시 캐시백", "  ko: 시: 캐시백", Fault.NOT_YAML, 5, 8, "indentation"),
    ("  ko: 시 캐시백", "\tko: 시 캐시백", Fault.NOT_YAML, 5, 1, "indentation"),
    ("notes:\n  - 시험", "notes:\n  - \x00", Fault.NOT_YAML, 29, 5, "indentation"),
    ("scope: city", "scope: *city", Fault.ALIAS, 7, 8, "the value itself"),
    ("scope: city", "scope: " + "[" * 99, Fault.TOO_DEEP, 7, 19, "flat"),
]


@pytest.mark.parametrize(("good", "wrong", "fault", "line", "column", "advice"), WRONG)
def test_it_refuses_with_line_and_column_and_says_what_to_write(
    good: str, wrong: str, fault: Fault, line: int, column: int, advice: str
) -> None:
    assert good in GOOD
    (error,) = refusals(GOOD.replace(good, wrong, 1))
    assert (error.fault, error.place.line, error.place.column) == (fault, line, column)
    assert error.place.file == "city.yaml"
    assert advice in error.english
    assert error.korean != error.english


def test_it_reports_all_faults_at_once_in_the_order_of_lines() -> None:
    text = GOOD.replace("of: 6", "of: 7").replace("version: 3", "version: x").replace("qr", "qq")
    assert [error.place.line for error in refusals(text)] == [2, 13, 20]


def test_it_refuses_a_document_that_begins_in_the_past_when_it_is_published() -> None:
    begin = datetime(2020, 1, 1, tzinfo=SEOUL)
    assert parse_document(GOOD, "city.yaml", LINES, now=begin).from_us == to_us(begin)
    (error,) = refusals(GOOD, now=datetime(2020, 1, 1, 0, 1, tzinfo=SEOUL))
    assert (error.fault, error.place.line, error.place.column) == (Fault.PERIOD_PAST, 9, 9)
    assert "2020-01-01T00:01" in error.english


def test_it_refuses_a_document_that_is_too_large() -> None:
    (error,) = refusals("#" * (TEXT_CHARACTERS_MAX + 1))
    assert error.fault is Fault.TOO_LARGE


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "- a\n", "x", "{", "---\n---\n", "? [a]\n: b\n"]
)
def test_it_refuses_what_is_no_document(text: str) -> None:
    assert refusals(text)


def test_an_instant_discount_takes_its_bounds_and_no_budget() -> None:
    text = """\
id: discount
version: 1
kind: instant_discount
title: {ko: 즉시할인, en: Discount}
scope: city
period: {from: 2020-01-01, until: open}
shop_offer: {rate_bp_min: 700, rate_bp_max: 300}
funding: {of: 1, lines: {city-2020: 1}}
sources: [https://example.org/notice]
"""
    assert [error.fault for error in refusals(text)] == [Fault.RATE_ORDER, Fault.NOT_A_SCALAR]
    text = text.replace("{of: 1, lines: {city-2020: 1}}", "shop").replace("700", "100")
    document = parse_document(text, "discount.yaml", LINES)
    assert document.funding.by_shop
    assert document.ends_at is None


def test_versions_of_a_rule_may_not_overlap_nor_repeat() -> None:
    first = parse_document(GOOD, "first.yaml")
    next_text = GOOD.replace("version: 3", "version: 4")
    overlapping = parse_document(next_text.replace("-01-01", "-02-01"), "next.yaml")
    (error,) = check_together([overlapping, first])
    assert (error.fault, error.place.file, error.place.line) == (
        Fault.PERIODS_OVERLAP,
        "next.yaml",
        9,
    )
    assert "'until: 2020-02-01'" in error.english
    after = next_text.replace("2020-03-01", "open").replace("-01-01", "-03-01")
    assert check_together([first, parse_document(after, "next.yaml")]) == []
    again = after.replace("version: 4", "version: 3")
    (error,) = check_together([first, parse_document(again, "again.yaml")])
    assert (error.fault, error.place.line) == (Fault.VERSION_REPEATED, 2)
    assert "'version: 4'" in error.english


def test_a_plan_may_overlap_what_is_in_force() -> None:
    first = parse_document(GOOD, "first.yaml")
    plan = GOOD.replace("version: 3", "version: 4\nstatus: planned_only")
    assert check_together([first, parse_document(plan, "plan.yaml")]) == []


def test_every_fault_has_a_sentence_in_both_languages() -> None:
    assert set(SENTENCES) == set(Fault)
