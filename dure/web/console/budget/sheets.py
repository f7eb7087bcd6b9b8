"""The budget's tables as spreadsheets: exact won, one row for each line or entry."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse

from dure.budget.appropriating import KIND_NAMES, Recorded
from dure.budget.committing import Committed
from dure.budget.releasing import Release
from dure.budget.transferring import Transfer
from dure.budget.tree import Branch, Sums
from dure.web.console.budget.tree_face import district_name, sums_of
from dure.web.console.budget.words import BUDGET_WORDS, COURSES, LEVELS
from dure.web.console.export.sheets import Cell, Column, Kind, spreadsheet
from dure.web.shared.language import Language, language_of_page


def _columns(language: Language, *named: tuple[str, Kind]) -> list[Column]:
    return [Column(language.choose(*BUDGET_WORDS[word]), kind) for word, kind in named]


def tree_sheet(
    request: HttpRequest, tops: Sequence[Branch], year: int, at_us: int | None
) -> HttpResponse:
    """Every line of a year, each with all below it; a commitment with its own money."""
    language = language_of_page(request)
    columns = [
        *_columns(language, ("kind", Kind.TEXT), ("line", Kind.TEXT), ("code", Kind.TEXT)),
        *_columns(language, ("district", Kind.TEXT), ("depth", Kind.COUNT), *_SUMS),
    ]
    rows: list[list[Cell]] = [
        [
            language.choose(*LEVELS[branch.line.level]),
            language.choose(branch.line.name_ko, branch.line.name_en),
            branch.line.code,
            district_name(branch.line.district, language),
            depth,
            *_cells(sums_of(branch)),
        ]
        for top in tops
        if top.line.fiscal_year == year
        for depth, branch in top.walk(1)
    ]
    title = f"{language.choose(*BUDGET_WORDS['budget_title'])} {year}"
    return spreadsheet(request, title=title, columns=columns, rows=rows, at_us=at_us)


_SUMS = (
    ("budget", Kind.WON), ("released", Kind.WON), ("unreleased", Kind.WON),
    ("committed", Kind.WON), ("spent", Kind.WON), ("free", Kind.WON), ("rate", Kind.RATE_BP),
)  # fmt: skip


def _cells(sums: Sums) -> list[Cell]:
    return [
        sums.budget_won, sums.released_won, sums.unreleased_won, sums.committed_won,
        sums.spent_won, sums.free_won, sums.execution_bp,
    ]  # fmt: skip


def transfers_sheet(request: HttpRequest, transfers: Sequence[Transfer]) -> HttpResponse:
    """Every transfer with the hands it went through."""
    language = language_of_page(request)
    columns = _columns(
        language, ("number", Kind.COUNT), ("from", Kind.TEXT), ("to", Kind.TEXT),
        ("amount", Kind.WON), ("state", Kind.TEXT), ("by", Kind.TEXT), ("reason", Kind.TEXT),
        ("entered", Kind.INSTANT_US),
    )  # fmt: skip
    rows: list[list[Cell]] = [
        [
            one.transfer_id, one.from_line.code, one.to_line.code, one.amount_won,
            language.choose(*one.state), " > ".join(step.official_id for step in one.steps),
            one.reason, one.steps[0].at_us,
        ]
        for one in transfers
    ]  # fmt: skip
    title = language.choose(*BUDGET_WORDS["transfers"])
    return spreadsheet(request, title=title, columns=columns, rows=rows)


def appropriations_sheet(
    request: HttpRequest, code: str, recorded: Sequence[Recorded]
) -> HttpResponse:
    """Who gave the line what, when and by which document."""
    language = language_of_page(request)
    columns = _columns(
        language, ("kind", Kind.TEXT), ("amount", Kind.WON), ("decided", Kind.DAY),
        ("number_of", Kind.TEXT), ("document", Kind.TEXT), ("source", Kind.TEXT),
        ("by", Kind.TEXT), ("entered", Kind.INSTANT_US), ("state", Kind.TEXT),
    )  # fmt: skip
    rows: list[list[Cell]] = [
        [
            language.choose(*KIND_NAMES[one.appropriation.kind]), one.appropriation.amount_won,
            one.appropriation.decided_on, one.appropriation.document_number,
            one.appropriation.document_title, one.appropriation.source, one.official_id,
            one.recorded_at_us, language.choose(*COURSES[str(one.outcome.course)]),
        ]
        for one in recorded
    ]  # fmt: skip
    title = f"{code} {language.choose(*BUDGET_WORDS['appropriations'])}"
    return spreadsheet(request, title=title, columns=columns, rows=rows)


def releases_sheet(request: HttpRequest, code: str, releases: Sequence[Release]) -> HttpResponse:
    """When how much of the line may be spent."""
    language = language_of_page(request)
    columns = _columns(
        language, ("on", Kind.INSTANT_US), ("amount", Kind.WON), ("state", Kind.TEXT)
    )
    rows: list[list[Cell]] = [
        [
            one.on_us,
            one.amount_won,
            language.choose(*BUDGET_WORDS["come" if one.is_due else "ahead"]),
        ]
        for one in releases
    ]
    title = f"{code} {language.choose(*BUDGET_WORDS['releases'])}"
    return spreadsheet(request, title=title, columns=columns, rows=rows)


def commitments_sheet(
    request: HttpRequest, code: str, committed: Sequence[Committed]
) -> HttpResponse:
    """What was set aside for which purpose, and what was given back."""
    language = language_of_page(request)
    columns = _columns(
        language, ("commitments", Kind.TEXT), ("amount", Kind.WON), ("purpose", Kind.TEXT),
        ("by", Kind.TEXT), ("entered", Kind.INSTANT_US), ("state", Kind.TEXT),
    )  # fmt: skip
    rows: list[list[Cell]] = [
        [
            one.line.code, one.amount_won, one.purpose, one.official_id, one.recorded_at_us,
            language.choose(*COURSES[str(one.outcome.course)]),
        ]
        for one in committed
    ]  # fmt: skip
    title = f"{code} {language.choose(*BUDGET_WORDS['commitments'])}"
    return spreadsheet(request, title=title, columns=columns, rows=rows)
