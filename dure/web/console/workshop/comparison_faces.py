"""Scenarios side by side: the same groups, the same lines, the same scales, and a table of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from dure.forecast.results import Compared, Forecast, LineForecast, Simulation, decode
from dure.forecast.work import Work
from dure.web.console.workshop import addresses
from dure.web.console.workshop.drafts import drafts_asked
from dure.web.console.workshop.reading import Room
from dure.web.console.workshop.simulation_faces import (
    PICTURED_MAX,
    change_text,
    dimension_title,
    span_of,
    warning_texts,
)
from dure.web.console.workshop.what_if_faces import (
    LINES_PICTURED,
    day_text,
    fan_named,
    interval_text,
)
from dure.web.shared.amounts import percent, short_won
from dure.web.shared.charts import bar_length
from dure.web.shared.charts_fan import shared_height
from dure.web.shared.charts_parts import TimeFace
from dure.web.shared.language import Language


@dataclass(frozen=True, slots=True)
class WayFace:
    """What can be done with a draft of a chosen scenario: go to its version, or begin to write."""

    name: str
    address: str
    tried: str


@dataclass(frozen=True, slots=True)
class ScenarioFace:
    """One scenario at the head of its column."""

    number: int
    name: str
    incentive: str
    change: str
    rises: bool
    falls: bool
    ways: tuple[WayFace, ...]


@dataclass(frozen=True, slots=True)
class BarFace:
    """A bar of a scenario in a group; its length is of 1,000 on the scale of all."""

    number: int
    name: str
    length: int
    won: str


@dataclass(frozen=True, slots=True)
class BarsFace:
    """A group with a bar for each scenario."""

    name: str
    bars: tuple[BarFace, ...]


@dataclass(frozen=True, slots=True)
class DimensionFace:
    """One breakdown with a bar for each group and scenario."""

    title: str
    groups: tuple[BarsFace, ...]


@dataclass(frozen=True, slots=True)
class LineFace:
    """A budget line with a picture for each scenario, all of one scale."""

    name: str
    pictures: tuple[tuple[str, TimeFace], ...]


@dataclass(frozen=True, slots=True)
class RowFace:
    """A row of the table: what, and its value in each scenario."""

    name: str
    values: tuple[str, ...]


def compared_values(request: HttpRequest, room: Room, found: Work) -> dict[str, object]:
    """What the page of a comparison is drawn with."""
    assert found.result is not None, "the work is done"
    result = decode(found.result, Compared)
    simulations = [one for one in result.simulations if one is not None]
    language = room.language
    scenarios = list(found.asked.get("scenarios") or [])
    warned = [result.warnings, *(one.warnings for one in simulations)]
    warned += [one.warnings for one in result.forecasts if one is not None]
    return {
        "scenarios": [
            _scenario(request, room, result, place, scenarios) for place in range(len(result.names))
        ],
        "span": span_of(simulations[0], language) if simulations else "",
        "dimensions": _dimensions(result, language),
        "pictured": _lines(result, language),
        "table": _table(result, language),
        "warnings": list(
            dict.fromkeys(text for some in warned for text in warning_texts(some, language))
        ),
    }


def _scenario(
    request: HttpRequest,
    room: Room,
    result: Compared,
    place: int,
    scenarios: Sequence[dict[str, Any]],
) -> ScenarioFace:
    language, one = room.language, result.simulations[place]
    drafts = drafts_asked(scenarios[place]) if place < len(scenarios) else []
    ways = []
    for draft in drafts:
        life = room.lives.get(draft.key)
        is_there = life is not None and life.sha256 == draft.sha256
        address = addresses.version(request, draft.rule, draft.version) if is_there else ""
        ways.append(WayFace(draft.key, address, "" if is_there else draft.named))
    return ScenarioFace(
        place + 1,
        result.names[place],
        short_won(one.after_won, language) if one else "–",
        change_text(one.before_won, one.after_won, language) if one else "",
        bool(one and one.after_won > one.before_won),
        bool(one and one.after_won < one.before_won),
        tuple(ways),
    )


def _dimensions(result: Compared, language: Language) -> list[DimensionFace]:
    """Every breakdown of the first scenario that was played, all its bars on one scale."""
    played = [(place, one) for place, one in enumerate(result.simulations) if one is not None]
    faces = []
    for breakdown in played[0][1].breakdowns if played else []:
        won = {
            place: {
                row.key: row.after_won
                for found in one.breakdowns
                if found.dimension == breakdown.dimension
                for row in found.rows
            }
            for place, one in played
        }
        largest = max((value for rows in won.values() for value in rows.values()), default=0)
        rows = sorted(breakdown.rows, key=lambda row: -row.after_won)[:PICTURED_MAX]
        kept = {row.key for row in rows}
        groups = [
            BarsFace(
                language.choose(row.name_ko, row.name_en),
                tuple(
                    BarFace(
                        place + 1,
                        result.names[place],
                        bar_length(won[place].get(row.key, 0), largest),
                        short_won(won[place].get(row.key, 0), language),
                    )
                    for place, _ in played
                ),
            )
            for row in breakdown.rows
            if row.key in kept
        ]
        faces.append(DimensionFace(dimension_title(breakdown.dimension, language), tuple(groups)))
    return faces


def _lines(result: Compared, language: Language) -> list[LineFace]:
    """The largest lines that all forecasts know, with a picture for each scenario."""
    ahead = [(place, one) for place, one in enumerate(result.forecasts) if one is not None]
    if not ahead:
        return []
    first = sorted(ahead[0][1].lines, key=lambda line: -line.appropriated_won)
    faces = []
    for line in first[:LINES_PICTURED]:
        found = [(place, _line(one, line.code)) for place, one in ahead]
        whole = [(place, one) for place, one in found if one is not None and one.spent.days]
        if not whole:
            continue
        height = shared_height([one for _, one in whole])
        pictures = tuple(
            (
                result.names[place],
                fan_named(
                    one, language, f"fan-{line.line_id}-{place}", height, result.names[place]
                ),
            )
            for place, one in whole
        )
        faces.append(LineFace(language.choose(line.name_ko, line.name_en), pictures))
    return faces


def _line(forecast: Forecast, code: str) -> LineForecast | None:
    return next((line for line in forecast.lines if line.code == code), None)


def _table(result: Compared, language: Language) -> list[RowFace]:
    """What members get, what each line pays, until when it lasts and how surely."""
    choose = language.choose
    rows = []
    simulations: list[Simulation | None] = list(result.simulations)
    if any(simulations):
        name = choose("시민이 받는 돈", "What members get")
        rows.append(RowFace(name, tuple(_incentive(one, language) for one in simulations)))
        gain = choose("더 받는 사람 / 덜 받는 사람", "Members who gain / lose")
        rows.append(RowFace(gain, tuple(_gains(one) for one in simulations)))
        known = next(one for one in simulations if one is not None)
        rows += [
            RowFace(
                choose(f"{line.name_ko} 비용", f"{line.name_en}, cost"),
                tuple(_cost(one, line.code, language) for one in simulations),
            )
            for line in known.lines
        ]
    ahead = [one for one in result.forecasts if one is not None]
    for line_ahead in ahead[0].lines if ahead else []:
        lines = [_line(one, line_ahead.code) if one else None for one in result.forecasts]
        name = choose(line_ahead.name_ko, line_ahead.name_en)
        for label, values in (
            (choose("소진일", "runs out"), [_day(line, language) for line in lines]),
            (choose("90% 구간", "90% interval"), [_interval(line, language) for line in lines]),
            (
                choose("계획보다 일찍 끝날 확률", "chance that it ends early"),
                [percent(line.run_out.before_end_bp) if line else "–" for line in lines],
            ),
        ):
            rows.append(RowFace(f"{name}: {label}", tuple(values)))
    return rows


def _incentive(one: Simulation | None, language: Language) -> str:
    return short_won(one.after_won, language) if one else "–"


def _gains(one: Simulation | None) -> str:
    """Of members, counted where they live or by age: whichever breakdown counts them."""
    for breakdown in one.breakdowns if one else []:
        gain = sum(row.members_gain for row in breakdown.rows)
        lose = sum(row.members_lose for row in breakdown.rows)
        if gain or lose:
            return f"{gain:,} / {lose:,}"
    return "–"


def _cost(one: Simulation | None, code: str, language: Language) -> str:
    found = next((line for line in one.lines if line.code == code), None) if one else None
    return short_won(found.after_won, language) if found else "–"


def _day(line: LineForecast | None, language: Language) -> str:
    return day_text(line.run_out, language) if line else "–"


def _interval(line: LineForecast | None, language: Language) -> str:
    return interval_text(line.run_out, language) if line else "–"
