"""The tables of docs/money.md on how incentives stack are what the code does."""

from __future__ import annotations

import re

import pytest

from tests.unit.ledger.stacking_examples import DOCUMENT, EXAMPLES, PLACE

TEXT = DOCUMENT.read_text(encoding="utf-8")
TABLES = {place["name"]: place["table"] for place in PLACE.finditer(TEXT)}


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_document_shows_how_incentives_stack(name: str) -> None:
    told = "python -m tests.unit.ledger.stacking_examples writes the tables anew"
    assert TABLES[name].strip() == EXAMPLES[name]().strip(), told


@pytest.mark.parametrize("name", ["enough", "little"])
def test_the_parts_of_a_table_sum_to_its_last_row(name: str) -> None:
    rows = [
        [_won(cell) for cell in row.split("|")[3:8]]
        for row in TABLES[name].splitlines()
        if row.startswith(("| `", "| all incentive"))
    ]
    *rules, total = rows
    assert [sum(column) for column in zip(*rules, strict=True)] == total
    assert all(gives == sum(payers) for gives, *payers in rows)


def test_the_price_is_what_discount_coupon_cashback_and_charged_money_make() -> None:
    gives = [
        _won(row.split("|")[3])
        for row in TABLES["enough"].splitlines()
        if not row.startswith(("| `", "| all", "| Step", "|---")) and row.startswith("|")
    ]
    price_won, *parts = gives
    assert price_won == sum(parts)


def _won(cell: str) -> int:
    digits = re.sub(r"[^\d]", "", cell)
    return int(digits) if digits else 0
