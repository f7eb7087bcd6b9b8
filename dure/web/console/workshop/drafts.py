"""Drafts as questions name them: `rule@version:sha256`, one text and no other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dure.policy.document import RuleDocument
from dure.rulebook.lives import Life
from dure.rulebook.publishing import sha256_of
from dure.rulebook.steps import STAGES_BEFORE, Stage, Step
from dure.web.console.workshop.checks import shown
from dure.web.console.workshop.lives import badge_of, instant_text
from dure.web.console.workshop.reading import Room, document_of, keep_tried, read_document, text_of

_NAMED = re.compile(r"([a-z0-9-]{1,80})@([1-9]\d{0,6}):([0-9a-f]{64})", re.ASCII)
DRAFTS_MAX = 20


@dataclass(frozen=True, slots=True)
class Draft:
    """One text of one version that is tried."""

    rule: str
    version: int
    sha256: str

    @property
    def key(self) -> str:
        return f"{self.rule}@{self.version}"

    @property
    def named(self) -> str:
        """As an address names it."""
        return f"{self.key}:{self.sha256}"

    @property
    def asked(self) -> dict[str, object]:
        """As a question names it."""
        return {"rule": self.rule, "version": self.version, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class DraftFace:
    """A draft that may be chosen."""

    named: str
    title: str
    where: str
    chosen: bool


def read_drafts(room: Room, texts: Iterable[str]) -> list[Draft]:
    """The drafts that are there, each once; what names none is left out."""
    found = {}
    for text in list(texts)[:DRAFTS_MAX]:
        match = _NAMED.fullmatch(text)
        if match is None:
            continue
        draft = Draft(match[1], int(match[2]), match[3])
        if document_in(room, draft) is not None:
            found[draft.named] = draft
    return list(found.values())


def drafts_asked(asked: Mapping[str, Any]) -> list[Draft]:
    """The drafts that a question named."""
    return [
        Draft(one["rule"], int(one["version"]), one["sha256"]) for one in asked.get("drafts") or []
    ]


def are_of_different_rules(drafts: Sequence[Draft]) -> bool:
    """Whether no rule is there twice: over the past each rule has one text for all months."""
    return len({draft.rule for draft in drafts}) == len(drafts)


def document_in(room: Room, draft: Draft) -> RuleDocument | None:
    """The draft's document; None where there is no such text."""
    text = text_of(room.city, draft.rule, draft.version, draft.sha256)
    return None if text is None else read_document(text, draft.key)


def keep(room: Room, texts: Iterable[str]) -> list[Draft]:
    """Keeps texts that were handed in nowhere, so that they can be tried; those that read."""
    drafts = []
    for text in texts:
        document = read_document(text, "text")
        if document is not None:
            keep_tried(room.city, document)
            drafts.append(Draft(document.id, document.version, sha256_of(document.text)))
    return drafts


def open_lives(room: Room) -> list[Life]:
    """The versions that may still be changed, and those that are to come, the latest first."""
    lives = [
        life
        for life in room.lives.values()
        if life.stage in STAGES_BEFORE[Step.DRAFT] or life.stage_at(room.now_us) is Stage.PUBLISHED
    ]
    return sorted(lives, key=lambda life: (-life.from_us, life.key))


def choices(room: Room, chosen: Iterable[Draft]) -> list[DraftFace]:
    """Every draft that may be tried, those that are asked for among them and ticked."""
    asked = {draft.named: draft for draft in chosen}
    faces = []
    for life in open_lives(room):
        draft = Draft(life.rule, life.version, life.sha256)
        document = document_of(room.city, life)
        badge = badge_of(life.stage_at(room.now_us), room.language)
        where = f"{draft.key} · {instant_text(life.from_us)} · {badge.text}"
        faces.append(
            DraftFace(draft.named, title_of(room, document, draft), where, draft.named in asked)
        )
    known = {face.named for face in faces}
    for named, draft in asked.items():
        if named not in known:
            document = document_in(room, draft)
            faces.insert(0, DraftFace(named, title_of(room, document, draft), draft.key, True))
    return faces


def title_of(room: Room, document: RuleDocument | None, draft: Draft) -> str:
    """The rule's name in the reader's language."""
    if document is None:
        return draft.key
    return shown(room.language.choose(document.title.ko, document.title.en))
