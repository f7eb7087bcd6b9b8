"""The tables in docs/money.md are what the code does."""

from __future__ import annotations

import re

import pytest

from dure.ledger import recipes
from dure.ledger.accounts import (
    ALLOWANCE_BASE,
    ALLOWANCE_KIND,
    BUDGET_BASE,
    BUDGET_KIND,
    CHART,
    DONATION_BASE,
    DONATION_KIND,
    UNRELEASED_BASE,
    UNRELEASED_KIND,
)
from tests.unit.ledger.worked_examples import DOCUMENT, EXAMPLES, PLACE

TEXT = DOCUMENT.read_text(encoding="utf-8")
TABLES = {place["name"]: place["table"] for place in PLACE.finditer(TEXT)}


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_document_shows_what_the_code_does(name: str) -> None:
    told = "python -m tests.unit.ledger.worked_examples writes the tables anew"
    assert TABLES[name].strip() == EXAMPLES[name]().table().strip(), told


def test_every_worked_table_of_the_document_has_an_example() -> None:
    assert set(TABLES) == set(EXAMPLES)


def test_the_document_lists_the_whole_chart_of_accounts() -> None:
    rows = re.findall(
        r"^\| (\d+)\+? \| ([^|]+) \| ([^|]+) \| (debit|credit) \|", TEXT, re.MULTILINE
    )
    kinds = {int(number): kind for number, kind in CHART.items()}
    kinds |= {
        DONATION_BASE: DONATION_KIND,
        ALLOWANCE_BASE: ALLOWANCE_KIND,
        BUDGET_BASE: BUDGET_KIND,
        UNRELEASED_BASE: UNRELEASED_KIND,
    }
    assert [tuple(row) for row in rows] == [
        (str(number), kind.name_en, kind.name_ko, kind.side.name.lower())
        for number, kind in kinds.items()
    ]


def test_the_document_names_every_recipe() -> None:
    named = [
        name for name, value in vars(recipes).items()
        if callable(value) and getattr(value, "__module__", "") == recipes.__name__
        and not isinstance(value, type)
    ]  # fmt: skip
    assert [name for name in named if f"`{name}`" not in TEXT] == []
