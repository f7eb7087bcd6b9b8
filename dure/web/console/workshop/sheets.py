"""The tables of the workshop as spreadsheets: every group, every line, whole won."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse

from dure.forecast.results import Compared, Forecast, Simulation, decode
from dure.forecast.work import Work
from dure.rulebook.steps import STAGE_NAMES
from dure.web.console.export.sheets import Cell, Column, Kind, spreadsheet
from dure.web.console.workshop.lives import face_of, period_text
from dure.web.console.workshop.reading import Room
from dure.web.console.workshop.simulation_faces import dimension_title
from dure.web.console.workshop.words_trying import TRYING_WORDS
from dure.web.shared.language import Language

Row = tuple[Cell, ...]


def rules_sheet(request: HttpRequest, room: Room, title: str) -> HttpResponse:
    """Every version with its place, its period and its stage."""
    choose = room.language.choose
    heads = choose("규칙|판|이름|범위|기간|단계|다음", "Rule|Version|Name|Scope|Period|Stage|Next")
    kinds = (Kind.TEXT, Kind.COUNT, *[Kind.TEXT] * 5)
    rows: list[Row] = []
    for life in sorted(room.lives.values(), key=lambda one: (one.scope, one.rule, one.version)):
        face = face_of(room, life)
        stage = choose(*STAGE_NAMES[life.stage_at(room.now_us)])
        nexts = "; ".join(f"{one.name}: {', '.join(one.who)}" for one in face.nexts)
        period = period_text(life, room.language)
        rows.append((life.rule, life.version, face.title, face.place, period, stage, nexts))
    columns = [Column(name, kind) for name, kind in zip(heads.split("|"), kinds, strict=True)]
    source = choose("규칙 절차의 기록", "the rulebook's log")
    return spreadsheet(request, title=title, columns=columns, rows=rows, source=source)


def result_sheet(request: HttpRequest, room: Room, found: Work, title: str) -> HttpResponse:
    """The result of a simulation, a what-if or a comparison, in one table."""
    assert found.result is not None, "the work is done"
    language, choose = room.language, room.language.choose
    if found.kind == "forecast":
        columns = _line_columns(language)
        rows = list(_line_rows("", decode(found.result, Forecast), language))
    elif found.kind == "simulation":
        columns = _group_columns(language)
        rows = list(_group_rows("", decode(found.result, Simulation), language))
    else:
        result = decode(found.result, Compared)
        columns = _group_columns(language)
        rows = [
            row
            for name, one in zip(result.names, result.simulations, strict=True)
            if one is not None
            for row in _group_rows(name, one, language)
        ]
        if not rows:
            columns = _line_columns(language)
            rows = [
                row
                for name, ahead in zip(result.names, result.forecasts, strict=True)
                if ahead is not None
                for row in _line_rows(name, ahead, language)
            ]
    source = choose(
        f"분석 {found.work_id}, 결과 지문 {found.result_sha256}",
        f"analysis {found.work_id}, hash of the result {found.result_sha256}",
    )
    return spreadsheet(
        request,
        title=title,
        columns=columns,
        rows=rows,
        source=source,
        at_us=found.finished_at_us,
    )


def _group_columns(language: Language) -> list[Column]:
    heads = language.choose(
        "안|나눈 기준|구분|회원|결제|결제액|지금 규칙|이 초안|차이|더 받는 사람|덜 받는 사람",
        "Scenario|By|Group|Members|Payments|Paid|Before|After|Difference|Gain|Lose",
    )
    kinds = (
        *[Kind.TEXT] * 3, Kind.COUNT, Kind.COUNT, *[Kind.WON] * 4, Kind.COUNT, Kind.COUNT,
    )  # fmt: skip
    return [Column(name, kind) for name, kind in zip(heads.split("|"), kinds, strict=True)]


def _group_rows(name: str, one: Simulation, language: Language) -> Iterator[Row]:
    """The whole, each budget line, and every group of every breakdown."""
    choose = language.choose
    total, lines = choose(*TRYING_WORDS["total"]), choose(*TRYING_WORDS["lines"])
    yield (
        name, total, total, one.members, one.payments, one.amount_won, one.before_won,
        one.after_won, one.after_won - one.before_won, None, None,
    )  # fmt: skip
    for line in one.lines:
        who = f"{choose(line.name_ko, line.name_en)} ({line.code})"
        change = line.after_won - line.before_won
        yield (
            name, lines, who, None, None, None, line.before_won, line.after_won, change, None, None,
        )  # fmt: skip
    for breakdown in one.breakdowns:
        by = dimension_title(breakdown.dimension, language)
        for row in breakdown.rows:
            yield (
                name, by, choose(row.name_ko, row.name_en), row.members, row.payments,
                row.amount_won, row.before_won, row.after_won, row.after_won - row.before_won,
                row.members_gain, row.members_lose,
            )  # fmt: skip


def _line_columns(language: Language) -> list[Column]:
    heads = language.choose(
        "안|예산|코드|연도|편성|쓴 돈|소진일|50% 빠르면|50% 늦으면|90% 빠르면|90% 늦으면"
        "|일찍 끝날 확률|5% 넘게 남을 확률",
        "Scenario|Line|Code|Year|Appropriated|Spent|Runs out|50% early|50% late|90% early|90% late"
        "|Ends early|Over 5% unspent",
    )
    kinds = (
        *[Kind.TEXT] * 3, Kind.TEXT, Kind.WON, Kind.WON, *[Kind.DAY] * 5, Kind.RATE_BP,
        Kind.RATE_BP,
    )  # fmt: skip
    return [Column(name, kind) for name, kind in zip(heads.split("|"), kinds, strict=True)]


def _line_rows(name: str, one: Forecast, language: Language) -> Iterator[Row]:
    for line in one.lines:
        out = line.run_out
        yield (
            name, language.choose(line.name_ko, line.name_en), line.code, str(line.fiscal_year),
            line.appropriated_won, line.spent_won, out.median, out.low50, out.high50, out.low90,
            out.high90, out.before_end_bp, line.unspent_over_5_bp,
        )  # fmt: skip
