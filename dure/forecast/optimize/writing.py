"""A plan's course as texts of rule documents: what an official drafts, checks and publishes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Final

import yaml

from dure.forecast.demand.days import day_of_number
from dure.forecast.optimize.courses import Course, Stretch
from dure.forecast.optimize.money import Money
from dure.forecast.optimize.replacing import documents_of, kind_of
from dure.policy.document import RuleDocument
from dure.policy.eligibility import BANDS
from dure.policy.kinds import KINDS
from dure.policy.kinds.step_down_ladder import Ladder

_OWN: Final = frozenset(
    {"id", "version", "kind", "status", "title", "scope", "period", "funding", "release"}
)
"""Entries that a plan writes anew; besides the kind's own and the notes."""
_CAP_KEY: Final = "month_payments_won_max"


def texts_of(
    course: Course,
    former: RuleDocument,
    version: int,
    money: Money,
    notes: Sequence[str],
) -> list[str]:
    """A text for each stretch; what the former rule says of whom and where stands word for word.

    The sources stay those of the former rule, until the plan itself has been published somewhere.
    """
    documents = documents_of(course, former, version, money)
    return [
        _text(stretch, document, former, course.band_most, notes)
        for stretch, document in zip(course.stretches, documents, strict=True)
    ]


def _text(
    stretch: Stretch,
    document: RuleDocument,
    former: RuleDocument,
    band_most: int | None,
    notes: Sequence[str],
) -> str:
    scope = "city" if document.scope == 0 else str(document.scope)
    lines = [
        f"id: {document.id}",
        f"version: {document.version}",
        f"kind: {kind_of(stretch)}",
        "title:",
        f"  ko: {_quoted(document.title.ko)}",
        f"  en: {_quoted(document.title.en)}",
        f"scope: {scope}",
        f"period: {{from: {_day(stretch.from_day)}, until: {_day(stretch.until_day)}}}",
        *_own_terms(stretch, document),
        f"funding: {{of: {document.funding.whole}, lines: {_shares(document)}}}",
        _kept(former, band_most).rstrip("\n"),
        "notes:",
        *(f"  - {_quoted(note)}" for note in notes),
    ]
    return "\n".join(lines) + "\n"


def _own_terms(stretch: Stretch, document: RuleDocument) -> Iterator[str]:
    if not stretch.rungs:
        yield "brackets:"
        for bracket in stretch.brackets:
            below = "open" if bracket.below_won is None else f"{bracket.below_won:_}"
            yield (
                f"  - {{from_won: {bracket.from_won:_}, below_won: {below},"
                f" rate_bp: {bracket.rate_bp}}}"
            )
        return
    ladder = document.terms
    assert isinstance(ladder, Ladder), "a stretch with rungs is a ladder"
    yield f"line: {ladder.line}"
    yield "steps:"
    for step in ladder.steps:
        yield f"  - {{left_from_won: {step.left_from_won:_}, rate_bp: {step.rate_bp}}}"
    if stretch.cap_won is not None:
        yield f"{_CAP_KEY}: {stretch.cap_won:_}"


def _shares(document: RuleDocument) -> str:
    shares = ", ".join(f"{name}: {share}" for name, share in document.funding.shares)
    return f"{{{shares}}}"


def _kept(former: RuleDocument, band_most: int | None) -> str:
    """The former text's entries that a plan leaves as they are."""
    root = yaml.compose(former.text, Loader=yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode), "a rule document is a mapping"
    kind = KINDS[former.kind]
    left_out = {*_OWN, "notes", *kind.required, *kind.optional}
    entries = [(name, value) for name, value in root.value if name.value not in left_out]
    if band_most is not None:
        entries = _with_band(entries, band_most)
    kept = yaml.MappingNode(root.tag, entries, flow_style=False)
    return str(yaml.serialize(kept, Dumper=yaml.SafeDumper, allow_unicode=True, width=96))


def _with_band(
    entries: list[tuple[yaml.Node, yaml.Node]], band_most: int
) -> list[tuple[yaml.Node, yaml.Node]]:
    """The entries with `sales_band_max` among the eligibility."""
    key, word = (
        yaml.ScalarNode(_TEXT, "sales_band_max"),
        yaml.ScalarNode(_TEXT, BANDS[band_most - 1]),
    )
    asked = next((value for name, value in entries if name.value == "eligibility"), None)
    others = [(name, value) for name, value in entries if name.value != "eligibility"]
    inner = list(asked.value) if isinstance(asked, yaml.MappingNode) else []
    inner = [(name, value) for name, value in inner if name.value != key.value]
    eligibility = yaml.MappingNode(_MAP, [(key, word), *inner], flow_style=False)
    return [(yaml.ScalarNode(_TEXT, "eligibility"), eligibility), *others]


_TEXT: Final = "tag:yaml.org,2002:str"
_MAP: Final = "tag:yaml.org,2002:map"


def _quoted(text: str) -> str:
    """A text in double quotes, which YAML reads as JSON writes it."""
    return json.dumps(text, ensure_ascii=False)


def _day(number: int) -> str:
    return day_of_number(number).isoformat()
