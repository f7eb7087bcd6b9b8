"""Every row of the published timeline and of the published budgets stands in a document.

`incheon_policy_timeline.csv` and `incheon_budget.csv` are the published series as they were
gathered, with a source and a note of doubt in every row. A district's rate in them is the combined
one: the city's part and the district's own together.
"""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from dure.kernel.calendar import seoul
from dure.policy.districts import CITY, DISTRICT_CODES
from dure.policy.document import OPEN_END_US
from dure.rulebook.budget_lines import BudgetLine
from dure.rulebook.directory import load_budget_lines, packaged_documents

if TYPE_CHECKING:
    from tests.unit.policy.conftest import Incheon

Row = dict[str, str]
HERE: Final = Path(__file__).parent
PAYMENT_WON: Final = 20_000
BEYOND_WON: Final = 3_000_000
EOK_WON: Final = 100_000_000


def rows_of(name: str) -> list[Row]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def name_of(row: Row) -> str:
    return f"{row['effective_from']} {row['scope']} from {row['bracket_low_krw']}"


ROWS = rows_of("incheon_policy_timeline.csv")
BUDGETS = rows_of("incheon_budget.csv")
PLANS = [row for row in ROWS if row["note"].startswith("PLAN ONLY")]
IN_FORCE = [row for row in ROWS if row not in PLANS]


def district_of(row: Row) -> str:
    """The district of the shop; for the city's rows one that never added anything."""
    return "남동구" if row["scope"] == "city" else row["scope"].split()[0]


def month_befores(row: Row) -> tuple[int, ...]:
    """The bracket's first won, its middle, and the last from which a payment still lies in it."""
    low, high = int(row["bracket_low_krw"]), int(row["bracket_high_krw"] or 0)
    if not high:
        return low, low + BEYOND_WON
    return low, low + (high - low) // 2, high - PAYMENT_WON


def city_bp_beyond(row: Row, incheon: Incheon) -> int:
    """What the city's own rule gives where a district's row says only what the district gives.

    From 22 to 31 October 2019 서구 says 0% above 300,000 while the city's 3% to 1 million held.
    """
    if (row["effective_from"], row["scope"], row["rate_pct"]) != (
        "2019-10-22",
        "서구 (서로e음)",
        "0",
    ):
        return 0
    return 300


def instant_of(row: Row) -> str:
    """Noon of the row's day: the change of 2019-08-01 came at 06:00, all others at midnight."""
    return f"{row['effective_from']}T12:00"


@pytest.mark.parametrize("row", IN_FORCE, ids=name_of)
def test_it_pays_the_published_combined_rate(incheon: Incheon, row: Row) -> None:
    offer_percent = 5 if "benefit-plus" in row["scope"] else 0
    rate_bp = int(Decimal(row["rate_pct"]) * 100) + city_bp_beyond(row, incheon)
    for month_before in month_befores(row):
        if row["rate_pct"] == "0" and rate_bp and month_before >= 1_000_000:
            continue  # Beyond the city's own bracket its 3% ends too.
        paid = incheon.pay(
            instant_of(row), district_of(row), PAYMENT_WON, month_before, offer_percent
        )
        earning_won = PAYMENT_WON - paid.discount_won
        assert paid.city_won + paid.district_won == earning_won * rate_bp // 10_000, month_before


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_it_names_every_source_of_the_row_in_a_document_of_its_place(
    incheon: Incheon, row: Row
) -> None:
    place = CITY if row["scope"] == "city" else DISTRICT_CODES[row["scope"].split()[0]]
    sources = {
        source
        for document in incheon.documents
        # A row that only tells the end of a district's rule, or that a district adds nothing,
        # has its source in the document that ended and in the city's.
        if document.scope in (place, CITY)
        for source in document.sources
    }
    for source in row["source"].split(" ; "):
        assert source in sources


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_it_has_a_document_that_begins_or_ends_with_the_row(incheon: Incheon, row: Row) -> None:
    place = CITY if row["scope"] == "city" else DISTRICT_CODES[row["scope"].split()[0]]
    ours = [document for document in incheon.documents if document.scope == place]
    edges = {day for document in ours for day in (_day(document.from_us), _day(document.until_us))}
    if not ours:
        city = [document for document in incheon.documents if document.scope == CITY]
        assert any(
            row["scope"].split()[0] in note for document in city for note in document.notes
        ), "a district that adds nothing is told of in the city's rule"
        return
    assert row["effective_from"] in edges


def _day(at_us: int) -> str:
    return "" if at_us == OPEN_END_US else seoul(at_us).date().isoformat()


DOUBTFUL = [row for row in ROWS if "CONFLICT" in row["note"] or "UNSURE" in row["note"]]


@pytest.mark.parametrize("row", DOUBTFUL, ids=name_of)
def test_it_tells_every_doubt_of_the_row(incheon: Incheon, row: Row) -> None:
    place = CITY if row["scope"] == "city" else DISTRICT_CODES[row["scope"].split()[0]]
    word = "CONFLICT" if "CONFLICT" in row["note"] else "UNSURE"
    told = [
        note
        for document in incheon.documents
        if document.scope == place and _day(document.from_us) == row["effective_from"]
        for note in document.notes
    ]
    assert any(word in note for note in told)


@pytest.mark.parametrize("row", PLANS, ids=name_of)
def test_it_holds_what_was_only_planned_but_never_in_force(incheon: Incheon, row: Row) -> None:
    (plan,) = [
        document
        for document in incheon.documents
        if document.scope == DISTRICT_CODES[district_of(row)]
        and _day(document.from_us) == row["effective_from"]
    ]
    assert not plan.in_force
    held = {rule.document.key for term in incheon.rules.terms for rule in term.rules}
    assert plan.key not in held
    paid = incheon.pay(instant_of(row), district_of(row), PAYMENT_WON)
    assert (paid.city_won, paid.district_won) == (1_200, 0)


def test_every_document_but_the_plans_is_in_force_at_some_time(incheon: Incheon) -> None:
    held = {rule.document.key for term in incheon.rules.terms for rule in term.rules}
    planned = {document.key for document in incheon.documents if not document.in_force}
    assert held == {document.key for document in incheon.documents} - planned


# The published budgets

LINES: Final = load_budget_lines(packaged_documents())


def lines_of(row: Row) -> list[BudgetLine]:
    """The lines of the row's year and payer; a city's row is told in state and city money."""
    year = int(row["year"])
    if row["payer_scope"] == "city":
        return [line for line in LINES if line.year == year and line.payer in ("state", "city")]
    code = DISTRICT_CODES[row["payer_scope"]]
    return [line for line in LINES if line.year == year and line.district == code]


YEARS = [row for row in BUDGETS if row["year"].isdigit()]


def stage_name(row: Row) -> str:
    return f"{row['year']} {row['payer_scope']} {row['stage']}"


@pytest.mark.parametrize("row", YEARS, ids=stage_name)
def test_it_holds_every_published_sum_after_one_of_its_stages(row: Row) -> None:
    total_won = int(Decimal(row["total_eok_krw"]) * EOK_WON)
    lines = lines_of(row)
    steps = sorted({stage.on_us for line in lines for stage in line.stages})
    sums = [
        sum(stage.won for line in lines for stage in line.stages if stage.on_us <= step)
        for step in steps
    ]
    changes = [after - before for before, after in zip([0, *sums], sums, strict=False)]
    assert total_won in (*sums, *changes)


@pytest.mark.parametrize("row", [row for row in YEARS if row["state_eok"]], ids=stage_name)
def test_it_divides_a_published_sum_as_published(row: Row) -> None:
    for payer, column in (("state", "state_eok"), ("city", "city_eok")):
        won = int(Decimal(row[column]) * EOK_WON)
        stages = [s for line in lines_of(row) if line.payer == payer for s in line.stages]
        days = sorted({stage.on_us for stage in stages})
        sums = [sum(stage.won for stage in stages if stage.on_us <= day) for day in days]
        assert won in (*sums, *(stage.won for stage in stages)), payer


@pytest.mark.parametrize("row", YEARS, ids=stage_name)
def test_it_names_every_source_of_a_budget(row: Row) -> None:
    sources = {source for line in lines_of(row) for source in line.sources}
    for source in row["source"].split(" ; "):
        assert source in sources


def test_it_tells_the_sum_of_the_years_that_does_not_add_up() -> None:
    (row,) = [row for row in BUDGETS if row not in YEARS]
    notes = [note for line in LINES for note in line.notes]
    assert row["total_eok_krw"] == "4850"
    assert any("485.0 billion" in note and "CONFLICT" in note for note in notes)
