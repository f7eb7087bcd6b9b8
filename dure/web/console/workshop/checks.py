"""Checks a text as it is typed: every fault at its line, and what a text that reads says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import yaml

from dure.kernel.calendar import from_us
from dure.policy.differences import differences
from dure.policy.districts import CITY
from dure.policy.document import RuleDocument, parse_document
from dure.policy.document_errors import DocumentError, DocumentErrors
from dure.policy.kinds.coupon import faults_to_publish
from dure.policy.sentences import Sentence
from dure.rulebook.deciding import former_version, refusal_of, versions_superseded
from dure.rulebook.ends import cut_off
from dure.rulebook.lives import Life
from dure.rulebook.publishing import prepare_publication, sha256_of
from dure.rulebook.refusals import Refused
from dure.rulebook.steps import Act, Stage, Step
from dure.web.console.workshop.fields import fields_of
from dure.web.console.workshop.form import form_of
from dure.web.console.workshop.nodes import find, read_root
from dure.web.console.workshop.reading import (
    Room,
    document_of,
    issued_of,
    line_names,
    published_documents,
)

_FILE: Final = "text"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: its line and column (from 1), the field of the form it is in, what to do."""

    line: int
    column: int
    korean: str
    english: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in a text.

    `document` is there when the text reads, even if it contradicts others; `says` tells all of it
    in words, `changes` what is another than in the version that it would replace, whose key is
    `former`. `refused` is why handing it in would be refused, apart from its text.
    """

    findings: tuple[Finding, ...]
    document: RuleDocument | None = None
    says: tuple[Sentence, ...] = ()
    changes: tuple[Sentence, ...] = ()
    former: str = ""
    refused: Refused | None = None


def check_text(room: Room, text: str, by: str) -> Checked:
    """Checks a text as handing it in and checking it would, by that official, now."""
    lines = line_names(room.city)
    try:
        document = parse_document(text, _FILE, lines)
    except DocumentErrors as faults:
        return Checked(_findings(text, faults.errors))
    life = life_of(document)
    errors = _against_published(room, document, life, list(lines))
    former = former_version(room.log.book, life)
    before = document_of(room.city, former) if former else None
    return Checked(
        _findings(text, errors),
        document,
        _shown(differences(None, document, lines)),
        _shown(differences(before, document, lines) if before else ()),
        former.key if former and before else "",
        refusal_of(room.log.book, drafting(document, by, room.now_us)),
    )


def shown(text: str) -> str:
    """A sentence that any page can show: documents may name what no page can (\\ud800)."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def _shown(sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    return tuple(one._replace(ko=shown(one.ko), en=shown(one.en)) for one in sentences)


def life_of(document: RuleDocument) -> Life:
    """The version as it would stand in the log once it was handed in."""
    return Life(
        rule=document.id,
        version=document.version,
        sha256=sha256_of(document.text),
        scope=document.scope,
        from_us=document.from_us,
        until_us=document.until_us,
        stage=Stage.DRAFT,
    )


def drafting(document: RuleDocument, by: str, at_us: int) -> Act:
    """Handing the document in, as it would be decided on."""
    return Act(
        step=Step.DRAFT,
        by=by,
        at_us=at_us,
        rule=document.id,
        version=document.version,
        sha256=sha256_of(document.text),
        content={"scope": document.scope or CITY},
    )


def _against_published(
    room: Room, document: RuleDocument, life: Life, lines: list[str]
) -> Sequence[DocumentError]:
    """Faults between the document and all that is published, what it supersedes cut off."""
    ends = dict(versions_superseded(room.log.book, life))
    published = [
        cut_off(other, ends.get(other.version) if other.id == document.id else None)
        for other in published_documents(room.city)
        if (other.id, other.version) != (document.id, document.version)
    ]
    try:
        now = from_us(room.now_us)
        prepare_publication(document.text, _FILE, lines, published, now)
    except DocumentErrors as faults:
        return faults.errors
    return faults_to_publish(document, issued_of(room.city, document.id))


def _findings(text: str, errors: Sequence[DocumentError]) -> tuple[Finding, ...]:
    spans = _spans(text)
    own_line = next((first for name, first, _ in spans if name == "id"), 1)
    found = []
    for error in errors:
        here = error.place.file == _FILE
        line, column = (error.place.line, error.place.column) if here else (own_line, 1)
        within = [(last - first, name) for name, first, last in spans if first <= line <= last]
        field = min(within)[1] if within else ""
        found.append(Finding(line, column, shown(error.korean), shown(error.english), field))
    return tuple(dict.fromkeys(sorted(found, key=lambda f: (f.line, f.column))))


def _spans(text: str) -> list[tuple[str, int, int]]:
    """(field, first line, last line) of all that the form shows of the text."""
    root, form = read_root(text), form_of(text)
    spans = []
    for name, one in fields_of(form.kind).items() if root else ():
        node = find(root, one.path)
        if isinstance(node, yaml.Node):
            end = node.end_mark
            last = end.line + 1 if end.column else end.line
            spans.append((name, node.start_mark.line + 1, max(last, node.start_mark.line + 1)))
    return spans
