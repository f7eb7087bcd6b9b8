"""Budget lines from documents (`budget_lines.yaml`) to the tree, with the money that is due."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from psycopg import Connection

from dure.budget.appropriating import (
    ORIGINAL,
    REDUCTION,
    SUPPLEMENTARY,
    Appropriation,
    appropriate,
)
from dure.budget.lines import Line, add_line, all_lines, place_line
from dure.budget.office import Office
from dure.budget.officials import BudgetOfficial
from dure.budget.releasing import Release, plan_releases, releases_of
from dure.kernel.calendar import day_of
from dure.policy.districts import CITY
from dure.rulebook.budget_lines import BudgetLine, Stage


class Opened(NamedTuple):
    """How many lines were added, placed, and how many stages and releases were entered."""

    lines: int
    stages: int
    releases: int


def open_documents(
    office: Office, official: BudgetOfficial, documents: Sequence[BudgetLine]
) -> Opened:
    """Brings the tree to what the documents say: may be repeated, and does then what is new.

    Stages whose day has come are appropriated. Raises BudgetRefusedError.
    """
    before = len(all_lines(office.connection))
    by_code = add_documents(office.connection, documents)
    now_us = office.now_us()
    stages = releases = 0
    for document in documents:
        line = by_code[document.id]
        known = {release.on_us for release in releases_of(office.connection, line, now_us)}
        planned = [Release(r.on_us, r.won) for r in document.releases if r.on_us not in known]
        if planned:
            plan_releases(office, official, line.code, planned)
            releases += len(planned)
        for place, stage in enumerate(document.stages):
            if stage.on_us <= now_us:
                appropriate(office, official, line.code, _of_stage(document, place, stage))
                stages += 1
    return Opened(len(by_code) - before if before < len(by_code) else 0, stages, releases)


def add_documents(connection: Connection[Any], documents: Sequence[BudgetLine]) -> dict[str, Line]:
    """Adds the lines that are not there yet and puts each in its place; all lines by their code."""
    by_code = {line.code: line for line in all_lines(connection)}
    for document in documents:
        if document.id not in by_code:
            by_code[document.id] = add_line(
                connection,
                code=document.id,
                name_ko=document.title_ko,
                name_en=document.title_en,
                payer=document.payer,
                district=None if document.district == CITY else document.district,
                fiscal_year=document.year,
                role=document.role,
            )
    for document in documents:
        line = by_code[document.id]
        parent = by_code[document.parent] if document.parent else None
        if (parent and parent.line_id) != line.parent_id:
            place_line(connection, line, parent)
    return {line.code: line for line in all_lines(connection)}


def _of_stage(document: BudgetLine, place: int, stage: Stage) -> Appropriation:
    """A stage as the appropriation of a document; the first is the original budget."""
    kind = REDUCTION if stage.won < 0 else ORIGINAL if place == 0 else SUPPLEMENTARY
    return Appropriation(
        kind,
        stage.won,
        day_of(stage.on_us),
        f"{document.id}/{place + 1}",
        f"{document.title_ko} {stage.title_ko}",
        document.sources[0] if document.sources else "",
    )
