"""A simulation's result as its page shows it: totals, cost by line, who gains and who loses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from dure.forecast.results import Breakdown, GroupRow, LineCost, Simulation, Warned, decode
from dure.forecast.work import Work
from dure.kernel.calendar import month_of
from dure.rulebook.steps import Stage, Step
from dure.web.console.shell.access import official_of
from dure.web.console.workshop import addresses
from dure.web.console.workshop.drafts import Draft, document_in, drafts_asked, title_of
from dure.web.console.workshop.reading import Room
from dure.web.console.workshop.words_trying import TRYING_WORDS
from dure.web.shared.amounts import exact_won, percent, share_percent, short_won
from dure.web.shared.charts_days import month_label
from dure.web.shared.charts_pairs import PairFace, pair_face
from dure.web.shared.language import Language

PICTURED_MAX = 20
"""Groups beyond so many stand in the table alone."""


@dataclass(frozen=True, slots=True)
class CostFace:
    """What a budget line pays before and after, with its share of the whole after."""

    name: str
    code: str
    before: str
    after: str
    change: str
    share: str


@dataclass(frozen=True, slots=True)
class GroupFace:
    """A group in the table: counts, won, and how many of its members gain and lose."""

    name: str
    members: str
    payments: str
    paid: str
    before: str
    after: str
    change: str
    gain: str
    lose: str


@dataclass(frozen=True, slots=True)
class BreakdownFace:
    """One breakdown: a picture and a table."""

    ident: str
    title: str
    picture: PairFace
    groups: tuple[GroupFace, ...]
    counts_members: bool


@dataclass(frozen=True, slots=True)
class RecordFace:
    """A draft whose simulation may be recorded, or why it may not."""

    named: str
    title: str
    key: str
    name: str
    why_not: str
    address: str


def simulated_values(request: HttpRequest, room: Room, found: Work) -> dict[str, object]:
    """What the page of a simulation's result is drawn with."""
    assert found.result is not None, "the work is done"
    result = decode(found.result, Simulation)
    language = room.language
    drafts = drafts_asked(found.asked)
    return {
        "result": result,
        "span": span_of(result, language),
        "before_won": short_won(result.before_won, language),
        "after_won": short_won(result.after_won, language),
        "before_exact": exact_won(result.before_won, language),
        "after_exact": exact_won(result.after_won, language),
        "change": change_text(result.before_won, result.after_won, language),
        "rises": result.after_won > result.before_won,
        "paid": short_won(result.amount_won, language),
        "payments": f"{result.payments:,}",
        "members": f"{result.members:,}",
        "error": percent(result.error_bp),
        "costs": cost_faces(result.lines, language),
        "breakdowns": [
            breakdown_face(one, place, language) for place, one in enumerate(result.breakdowns)
        ],
        "warnings": warning_texts(result.warnings, language),
        "records": [_record(request, room, found, draft) for draft in drafts],
        "drafts": drafts,
    }


def span_of(result: Simulation, language: Language) -> str:
    """The months that were played, the last one included."""
    first, last = month_of(result.from_us), month_of(result.until_us - 1)
    if first == last:
        return month_label(first, language)
    return f"{month_label(first, language)} – {month_label(last, language)}"


def change_text(before: int, after: int, language: Language) -> str:
    """How much more or less, with its share of what was before."""
    if before == after:
        return language.choose("그대로", "no change")
    sign = "+" if after > before else "\u2212"
    size = short_won(abs(after - before), language)
    if before <= 0:
        return f"{sign}{size}"
    return f"{sign}{size} ({sign}{share_percent(abs(after - before), before)})"


def cost_faces(lines: Sequence[LineCost], language: Language) -> list[CostFace]:
    """The budget lines that pay, the shops' own line by its name."""
    whole = sum(line.after_won for line in lines)
    return [
        CostFace(
            language.choose(line.name_ko, line.name_en),
            line.code,
            exact_won(line.before_won, language),
            exact_won(line.after_won, language),
            change_text(line.before_won, line.after_won, language),
            share_percent(line.after_won, whole),
        )
        for line in lines
        if line.before_won or line.after_won
    ]


def breakdown_face(one: Breakdown, place: int, language: Language) -> BreakdownFace:
    """A picture of the groups with the largest sums, and a table of all."""
    title = dimension_title(one.dimension, language)
    largest = sorted(one.rows, key=lambda row: -max(row.before_won, row.after_won))
    pictured = {row.key for row in largest[:PICTURED_MAX]}
    rows = [
        (language.choose(row.name_ko, row.name_en), row.before_won, row.after_won)
        for row in one.rows
        if row.key in pictured
    ]
    ident = f"breakdown-{place}"
    return BreakdownFace(
        ident,
        title,
        pair_face(rows, title, language, ident),
        tuple(_group(row, language) for row in one.rows),
        any(row.members_gain or row.members_lose for row in one.rows),
    )


def dimension_title(dimension: str, language: Language) -> str:
    """What a breakdown is called; its own name where nobody has given it one."""
    words = TRYING_WORDS.get(f"dimension_{dimension}")
    return language.choose(*words) if words else dimension


def _group(row: GroupRow, language: Language) -> GroupFace:
    return GroupFace(
        language.choose(row.name_ko, row.name_en),
        f"{row.members:,}",
        f"{row.payments:,}",
        short_won(row.amount_won, language),
        exact_won(row.before_won, language),
        exact_won(row.after_won, language),
        change_text(row.before_won, row.after_won, language),
        f"{row.members_gain:,}",
        f"{row.members_lose:,}",
    )


def warning_texts(warnings: Sequence[Warned], language: Language) -> list[str]:
    """What the reader must know."""
    return [language.choose(one.korean, one.english) for one in warnings]


def _record(request: HttpRequest, room: Room, found: Work, draft: Draft) -> RecordFace:
    """Whether the result may be put on record for the draft, now and by this official."""
    word = ""
    life = room.lives.get(draft.key)
    if found.outdated:
        word = "record_outdated"
    elif found.asked.get("preview"):
        word = "record_preview"
    elif (
        life is None
        or life.sha256 != draft.sha256
        or life.stage not in (Stage.CHECKED, Stage.SIMULATED, Stage.APPROVED_ONCE)
    ):
        word = "record_first"
    why_not = room.language.choose(*TRYING_WORDS[word]) if word else ""
    if not word and life is not None and not official_of(request).may(Step.SIMULATE, life.scope):
        why_not = "-"
    address = ""
    if life is not None:
        address = addresses.version(request, draft.rule, draft.version)
    return RecordFace(
        draft.named,
        title_of(room, document_in(room, draft), draft),
        draft.key,
        f"{draft.key} #{found.work_id}",
        why_not,
        address,
    )
