"""Form and text of the editor: each becomes the other, and what the form does not know stays."""

import re
from importlib.resources.abc import Traversable
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.policy.differences import differences
from dure.policy.document import RuleDocument, parse_document
from dure.policy.kinds import KINDS
from dure.rulebook.directory import packaged_documents
from dure.web.console.workshop.examples import TITLES, example_of
from dure.web.console.workshop.fields import fields_of
from dure.web.console.workshop.form import form_of, is_same, merge, sent_values, text_with
from dure.web.console.workshop.nodes import child, put, read_root, spliced, written
from dure.web.console.workshop.shapes import Rows
from tests.rulebooks import CITY_RULE, NOW

GALLERY = Path(__file__).parents[2] / "docs" / "policy.md"
COMMENTED = """\
# 시의 약속
id: test-city   # 모든 판이 함께 쓴다
version: 1
kind: bracket_cashback
title: {ko: 시 캐시백, en: City cashback}
scope: city
period: {from: 2019-10-01, until: 2020-01-01}
# 구간
brackets:
  - {from_won: 0, below_won: 300000, rate_bp: 600}   # 여섯
  # 끝
funding: {of: 6, lines: {test-state: 4, test-city: 2}}
sources: [https://example.org/city]
"""


def packaged(folder: Traversable) -> list[str]:
    return [
        one.read_text(encoding="utf-8")
        for one in folder.iterdir()
        if one.name.endswith(".yaml") and one.name != "budget_lines.yaml"
    ]


def every_text() -> list[str]:
    """The published history, and one document of every kind."""
    gallery = re.findall(r"^```yaml\n(.*?)^```", GALLERY.read_text(encoding="utf-8"), re.S | re.M)
    whole = [text for text in gallery if "sources" in text]
    return [*packaged(packaged_documents()), *whole]


def forced(text: str) -> str:
    """The text with every field that the form knows written anew."""
    form, root = form_of(text), read_root(text)
    changes: dict[str, yaml.Node | None] = {}
    for name, one in fields_of(form.kind).items():
        if name in form.elsewhere:
            continue
        key = one.path[0]
        before = changes[key] if key in changes else child(root, key)
        changes[key] = put(before, one.path[1:], one.shape.write(form.values[name]))
    return spliced(text, changes)


def meaning(document: RuleDocument) -> object:
    return (document.key, document.sources, document.notes, document.release)


@pytest.mark.parametrize("text", every_text())
def test_it_shows_every_document_and_writes_it_back_word_for_word(text: str) -> None:
    form = form_of(text)
    assert form.readable
    assert form.elsewhere == frozenset()
    assert text_with(text, form.values) == text


@pytest.mark.parametrize("text", every_text())
def test_it_keeps_the_meaning_when_every_field_is_written_anew(text: str) -> None:
    before, after = parse_document(text, "a"), parse_document(forced(text), "a")
    assert differences(before, after) == ()
    assert meaning(before) == meaning(after)


def test_it_writes_one_field_and_leaves_the_rest_letter_for_letter() -> None:
    text = text_with(COMMENTED, {"version": (("2",),)})
    assert text == COMMENTED.replace("version: 1", "version: 2")
    text = text_with(COMMENTED, {"brackets": (("0", "500,000", "4.5"),)})
    assert "# 시의 약속" in text
    assert "# 모든 판이 함께 쓴다" in text
    assert "# 구간" in text
    assert "  - {from_won: 0, below_won: 500000, rate_bp: 450}" in text


def test_it_puts_a_new_key_where_it_belongs_and_takes_it_out_again() -> None:
    name = "caps.per_month.cashback_won_max"
    text = text_with(COMMENTED, {name: (("50,000",),)})
    assert text.index("brackets:") < text.index("caps:") < text.index("funding:")
    assert parse_document(text, "a").caps.month_cashback_won_max == 50_000
    assert text_with(text, {name: ()}) == COMMENTED


def test_it_keeps_keys_that_the_form_has_never_heard_of() -> None:
    text = CITY_RULE + "tomorrow: {a: [1, 2]}\n"
    assert "tomorrow: {a: [1, 2]}" in text_with(text, {"version": (("2",),)})
    nested = CITY_RULE.replace("title: {", "title: {fr: Remise, ")
    assert "fr: Remise" in text_with(nested, {"title.ko": (("새 이름",),)})


def test_it_says_what_it_cannot_show_and_leaves_it_alone() -> None:
    for old, new, name in (
        ("- {from_won: 0,", "- {note: x, from_won: 0,", "brackets"),
        ("title: {", "title: {ko: [a], ", "title.ko"),
        ("{of: 6, lines: {test-state: 4, test-city: 2}}", "[a]", "funding"),
        ("scope: city", "scope: {a: b}", "scope"),
        ("scope: city", 'scope: "a\\0b"', "scope"),
    ):
        text = CITY_RULE.replace(old, new).replace("ko: [a], ko: 시 캐시백", "ko: [a]")
        assert name in form_of(text).elsewhere, text
        assert text_with(text, {name: (("x",),)}) == text


@pytest.mark.parametrize("text", ["", "{", "- a", "a: *b", "&a a: 1\nb: *a", "a: 1\na: 2", "\0"])
def test_it_has_no_form_for_what_is_no_document(text: str) -> None:
    assert not form_of(text).readable
    assert text_with(text, {"version": (("2",),)}) == text
    assert merge(text, text, {}).text == text


def test_it_changes_a_document_in_braces_too() -> None:
    text = "{" + CITY_RULE.replace("\n", ", ").replace("brackets:,   - {", "brackets: [{").replace(
        "rate_bp: 600}", "rate_bp: 600}]"
    ).removesuffix(", ") + "}"  # fmt: skip
    before = parse_document(text, "a")
    after = parse_document(text_with(text, {"version": (("2",),)}), "a")
    assert (after.version, differences(before, after)) == (2, ())


def test_it_brings_changes_of_both_sides_together() -> None:
    text = COMMENTED.replace("version: 1", "version: 3")
    sent = dict(form_of(COMMENTED).values) | {"title.ko": (("새 이름",),)}
    merged = merge(COMMENTED, text, sent)
    assert merged.disputed == ()
    assert "version: 3" in merged.text
    assert "ko: 새 이름" in merged.text


def test_it_lets_the_text_stand_where_both_sides_changed_the_same() -> None:
    text = COMMENTED.replace("version: 1", "version: 3")
    merged = merge(COMMENTED, text, {"version": (("2",),)})
    assert merged == (type(merged))(text, ("version",))
    assert merge(COMMENTED, text, {"version": (("3",),)}).disputed == ()


def test_it_writes_what_is_no_number_as_it_stands() -> None:
    text = text_with(CITY_RULE, {"brackets": (("0", "삼십만", "6 bp?"),)})
    assert form_of(text).values["brackets"] == (("0", "삼십만", "6 bp? bp"),)
    assert "삼십만" in text


class Browser(dict[str, list[str]]):
    """What a browser sends."""

    def getlist(self, key: str) -> list[str]:
        return self.get(key, [])


def test_it_reads_what_a_browser_sends() -> None:
    sent = Browser(
        {
            "shown": ["brackets", "eligibility.weekdays", "eligibility.trades", "funding", "x"],
            "brackets.from_won": ["0", "", "300,000"],
            "brackets.below_won": ["300,000", " ", ""],
            "brackets.rate_bp": ["6", "", "1"],
            "eligibility.trades": ["gold"],
            "eligibility.trades.side": ["included"],
            "funding.by": ["lines"],
            "funding.of": ["2"],
            "funding.line": ["test-state", "test-city"],
            "funding.share": ["1", "1"],
        }
    )
    values = sent_values(sent, "bracket_cashback")
    assert values == {
        "brackets": (("0", "300,000", "6"), ("300,000", "", "1")),
        "eligibility.weekdays": (),
        "eligibility.trades": (("included",), ("gold",)),
        "funding": (("lines", "2"), ("test-state", "1"), ("test-city", "1")),
    }
    document = parse_document(text_with(CITY_RULE, values), "a")
    assert document.funding.shares == (("test-state", 1), ("test-city", 1))
    assert document.eligibility.trades.words == ("gold",)


WON = st.integers(0, 10**12).map(lambda won: f"{won:,}")
RATE = st.integers(0, 10_000).map(lambda bp: f"{bp / 100:.2f}".rstrip("0").rstrip("."))
WORD = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)


@settings(deadline=None)
@given(
    rows=st.lists(st.tuples(WON, st.one_of(WON, st.just("")), RATE), max_size=5),
    title=WORD,
    cap=st.one_of(WON, st.just("")),
    sources=st.lists(WORD, max_size=4),
    days=st.sets(st.sampled_from(["mon", "tue", "sun"])),
)
def test_it_gives_back_whatever_a_form_wrote(
    rows: list[tuple[str, str, str]], title: str, cap: str, sources: list[str], days: set[str]
) -> None:
    cap_rows: Rows = ((cap,),) if cap else ()
    values: dict[str, Rows] = {
        "brackets": tuple(rows),
        "title.ko": ((title,),),
        "caps.per_payment.cashback_won_max": cap_rows,
        "sources": tuple((source,) for source in sources),
        "eligibility.weekdays": tuple((day,) for day in days),
    }
    form = form_of(text_with(COMMENTED, values))
    assert form.readable
    known = fields_of(form.kind)
    for name, wanted in values.items():
        assert is_same(known[name], form.values[name], wanted), name


@settings(deadline=None)
@given(text=st.text(max_size=200))
def test_it_reads_any_text_without_failing(text: str) -> None:
    form = form_of(text)
    assert text_with(text, form.values) == text
    merge(text, text, form.values)


@pytest.mark.parametrize("kind", list(KINDS))
def test_it_begins_with_an_example_that_reads(kind: str) -> None:
    assert kind in TITLES
    text = example_of(kind, "my-rule", 0, NOW, "test-city")
    document = parse_document(text, "a", ["test-city"])
    assert document.kind == kind
    root = read_root(text)
    assert root is not None
    assert differences(document, parse_document(written(root), "a")) == ()
