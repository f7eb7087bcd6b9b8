"""The gallery of kinds in docs/policy.md: each kind once, each example a document that is read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from dure.policy.document import parse_document
from dure.policy.evaluate import compile_rules
from dure.policy.kinds import KINDS
from dure.policy.kinds.kind import Moment, Payer

PAGE: Final = (Path(__file__).parents[3] / "docs" / "policy.md").read_text(encoding="utf-8")
EXAMPLES: Final = dict(
    re.findall(r"^### `(\w+)`\n(?:(?!^###).)*?^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
)
TABLE: Final = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
LINES: Final = ["line-state", "line-city", "line-seogu", "line-yeonsu", "line-junggu"]
WHEN: Final = {
    Moment.TILL: "till",
    Moment.PURCHASE: "payment",
    Moment.CHARGE: "top-up",
    Moment.LATER: "later",
    Moment.CLAIM: "claim, till",
}
PAID_BY: Final = {
    Payer.LINES: "lines",
    Payer.SHOP: "shop",
    Payer.SHARED: "lines, shop or both",
}


def test_every_kind_stands_in_the_table_and_has_an_example() -> None:
    assert [name for name, _, _ in TABLE] == list(KINDS)
    assert list(EXAMPLES) == list(KINDS)


@pytest.mark.parametrize(("name", "when", "paid_by"), TABLE)
def test_the_table_says_when_a_kind_gives_and_who_pays(name: str, when: str, paid_by: str) -> None:
    assert (when, paid_by) == (WHEN[KINDS[name].moment], PAID_BY[KINDS[name].payer])


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_the_example_is_a_document_of_its_kind(name: str) -> None:
    document = parse_document(EXAMPLES[name], "policy.md", LINES)
    assert document.kind == name
    lines = {line: number for number, line in enumerate(LINES, 1)}
    compile_rules([document], lines, {document.key: 1})
