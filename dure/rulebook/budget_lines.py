"""Budget lines as a document: who pays, in which year, and how the money came in dated stages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import yaml

from dure.policy.districts import CITY
from dure.policy.document_errors import DocumentError, DocumentErrors, Fault, Place
from dure.policy.eligibility import read_district
from dure.policy.reading import Reader, nearest

PAYERS: Final = ["state", "city", "district"]
ROLES: Final = ["source", "programme"]
_LINE_REQUIRED: Final = {
    "id": "incheon-2019-city",
    "title": "{ko: 2019년 시비, en: City money 2019}",
    "payer": "city",
    "year": "2019",
    "stages": "[{on: 2019-01-01, won: 1160000000, title: {ko: 본예산, en: Original}}]",
}
_RELEASE_REQUIRED: Final = {"on": "2019-01-01", "won": "100000000"}
_STAGE_REQUIRED: Final = {"on": "2019-01-01", "won": "1000000000", "title": "{ko: 본예산, en: …}"}


@dataclass(frozen=True, slots=True)
class Stage:
    """Money that was added to a line on a day; negative when it was taken away."""

    on_us: int
    won: int
    title_ko: str
    title_en: str
    note: str


@dataclass(frozen=True, slots=True)
class LineRelease:
    """Money of a line that may be spent from a day on; see Note [Releases] in 0011_budget.sql."""

    on_us: int
    won: int


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One budget line; `district` is `CITY` unless a district pays.

    A line without stages is one whose amount was not published: it exists so that rules can name
    it, and holds nothing until somebody appropriates money. `parent` is the id of the line that it
    lies below in the budget tree, "" at the top; `role` is `source` or `programme`. A line without
    releases may be spent wholly.
    """

    id: str
    title_ko: str
    title_en: str
    payer: str
    district: int
    year: int
    stages: tuple[Stage, ...]
    sources: tuple[str, ...]
    notes: tuple[str, ...]
    place: Place = field(compare=False, repr=False)
    parent: str = ""
    role: str = "source"
    releases: tuple[LineRelease, ...] = ()

    @property
    def won(self) -> int:
        """The whole of the year, all stages together."""
        return sum(stage.won for stage in self.stages)


def parse_budget_lines(text: str, file: str) -> list[BudgetLine]:
    """Reads a list of budget lines from the text of `file`. Raises DocumentErrors."""
    reader = Reader(file)
    root = reader.root(text)
    lines: list[BudgetLine] = []
    if root is not None:
        entries = reader.mapping(root, "document", ["lines"], {"lines": "[…]"})
        for node in reader.items(entries.get("lines"), "lines", "[{id: …}]"):
            line = _read_line(reader, node)
            if line is not None:
                lines.append(line)
    errors = reader.errors + _repeated(lines) + _misplaced(lines)
    if errors:
        raise DocumentErrors(errors)
    return lines


def _read_line(reader: Reader, node: yaml.Node) -> BudgetLine | None:
    known = [*_LINE_REQUIRED, "district", "parent", "role", "releases", "sources", "notes"]
    entries = reader.mapping(node, "lines", known, _LINE_REQUIRED)
    identifier = reader.identifier(entries.get("id"), "id")
    title = _read_title(reader, entries.get("title"))
    payer = reader.choice(entries.get("payer"), "payer", PAYERS)
    if payer == "district" and "district" not in entries:
        reader.refuse(node, Fault.MISSING_KEY, key="district", example="서구")
    district = read_district(reader, entries.get("district"), "district")
    year = reader.integer(entries.get("year"), "year", 2018, 2100)
    nodes = reader.items(entries.get("stages"), "stages", "[]")
    stages = [_read_stage(reader, item) for item in nodes]
    parent = reader.identifier(entries.get("parent"), "parent") or ""
    role = reader.choice(entries.get("role"), "role", ROLES) or ROLES[0]
    nodes = reader.items(entries.get("releases"), "releases", "[]")
    releases = [_read_release(reader, item) for item in nodes]
    sources = reader.texts(entries.get("sources"), "sources", "https://…")
    notes = reader.texts(entries.get("notes"), "notes", "…")
    if (
        identifier is None
        or title is None
        or payer is None
        or year is None
        or None in [*stages, *releases]
    ):
        return None
    return BudgetLine(
        id=identifier,
        title_ko=title[0],
        title_en=title[1],
        payer=payer,
        district=district or CITY,
        year=year,
        stages=tuple(stage for stage in stages if stage is not None),
        sources=sources,
        notes=notes,
        place=reader.place(node),
        parent=parent,
        role=role,
        releases=tuple(release for release in releases if release is not None),
    )


def _read_release(reader: Reader, node: yaml.Node) -> LineRelease | None:
    entries = reader.mapping(node, "releases", list(_RELEASE_REQUIRED), _RELEASE_REQUIRED)
    on_us = reader.instant_us(entries.get("on"), "on")
    won = reader.integer(entries.get("won"), "won", 1)
    return None if on_us is None or won is None else LineRelease(on_us, won)


def _read_stage(reader: Reader, node: yaml.Node) -> Stage | None:
    entries = reader.mapping(node, "stages", [*_STAGE_REQUIRED, "note"], _STAGE_REQUIRED)
    on_us = reader.instant_us(entries.get("on"), "on")
    won = reader.integer(entries.get("won"), "won", -(10**15))
    title = _read_title(reader, entries.get("title"))
    note = reader.text(entries.get("note"), "note") or ""
    if on_us is None or won is None or title is None:
        return None
    return Stage(on_us, won, title[0], title[1], note)


def _read_title(reader: Reader, node: yaml.Node | None) -> tuple[str, str] | None:
    if node is None:
        return None
    required = {"ko": "시비", "en": "City money"}
    entries = reader.mapping(node, "title", list(required), required)
    ko, en = (reader.text(entries.get(key), f"title.{key}") for key in required)
    return (ko, en) if ko and en else None


def _repeated(lines: list[BudgetLine]) -> list[DocumentError]:
    first: dict[str, BudgetLine] = {}
    errors = []
    for line in lines:
        there = first.setdefault(line.id, line).place
        if there != line.place:
            params = (
                ("id", line.id),
                ("other_file", there.file),
                ("other_line", str(there.line)),
            )
            errors.append(DocumentError(line.place, Fault.LINE_REPEATED, params))
    return errors


def _level(line: BudgetLine) -> int:
    """From the top of the tree down: state, city, district, programme."""
    return len(PAYERS) if line.role == "programme" else PAYERS.index(line.payer)


def _misplaced(lines: list[BudgetLine]) -> list[DocumentError]:
    """Lines whose parent is missing, of another year, or not of a higher level."""
    by_id = {line.id: line for line in lines}
    errors = []
    for line in lines:
        parent = by_id.get(line.parent)
        if not line.parent:
            continue
        if parent is None:
            known = nearest(line.parent, list(by_id))
            params = (("value", line.parent), ("nearest", known))
            errors.append(DocumentError(line.place, Fault.UNKNOWN_LINE, params))
        elif parent.year != line.year or _level(parent) >= _level(line):
            errors.append(
                DocumentError(
                    line.place, Fault.LINE_MISPLACED, (("id", line.id), ("parent", parent.id))
                )
            )
    return errors
