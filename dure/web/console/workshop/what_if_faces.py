"""A what-if as its page shows it: the run-out date of each line as things are, and with drafts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import HttpRequest

from dure.forecast import work
from dure.forecast.results import Forecast, LineForecast, RunOut, decode
from dure.forecast.work import Work
from dure.web.console.workshop.reading import Room
from dure.web.console.workshop.simulation_faces import warning_texts
from dure.web.console.workshop.words_trying import TRYING_WORDS
from dure.web.shared.amounts import percent
from dure.web.shared.charts_days import day_label
from dure.web.shared.charts_fan import fan_face, shared_height
from dure.web.shared.charts_parts import TimeFace
from dure.web.shared.charts_scale import Axis
from dure.web.shared.language import Language

LINES_PICTURED = 3


@dataclass(frozen=True, slots=True)
class MovedFace:
    """A line's run-out date as things are and as they would be, with two pictures of one scale."""

    name: str
    before: str
    after: str
    says: str
    sooner: bool
    later: bool
    interval_before: str
    interval_after: str
    early_before: str
    early_after: str
    unspent_before: str
    unspent_after: str
    picture_before: TimeFace | None
    picture_after: TimeFace | None


def forecast_values(_request: HttpRequest, room: Room, found: Work) -> dict[str, object]:
    """What the page of a what-if is drawn with."""
    assert found.result is not None, "the work is done"
    tried = decode(found.result, Forecast)
    present = work.latest(room.city, "forecast", {})
    before = decode(present.result, Forecast) if present and present.result else None
    faces = moved_faces(before, tried, room.language)
    return {
        "moved": faces,
        "is_compared": before is not None,
        "futures": f"{tried.futures:,}",
        "history_until": day_label(tried.history_until, room.language),
        "warnings": warning_texts(tried.warnings, room.language),
    }


def moved_faces(before: Forecast | None, tried: Forecast, language: Language) -> list[MovedFace]:
    """The lines, those whose date moves first, then the largest."""
    known = {line.code: line for line in before.lines} if before else {}
    lines = sorted(tried.lines, key=lambda line: _weight(known.get(line.code), line))
    return [_moved(known.get(line.code), line, language, place) for place, line in enumerate(lines)]


def _weight(before: LineForecast | None, line: LineForecast) -> tuple[bool, int]:
    moves = before is not None and before.run_out.median != line.run_out.median
    return not moves, -line.appropriated_won


def _moved(
    before: LineForecast | None, line: LineForecast, language: Language, place: int
) -> MovedFace:
    both = [one for one in (before, line) if one is not None]
    height = shared_height(both)
    is_pictured = place < LINES_PICTURED and bool(line.spent.days)
    was, now = (before.run_out.median if before else None), line.run_out.median
    later = before is not None and _is_later(was, now)
    sooner = before is not None and _is_later(now, was)
    words = TRYING_WORDS["moves" if later or sooner else "stays"]
    return MovedFace(
        name=language.choose(line.name_ko, line.name_en),
        before=day_text(before.run_out, language) if before else "",
        after=day_text(line.run_out, language),
        says=language.choose(*words) if before else "",
        sooner=sooner,
        later=later,
        interval_before=interval_text(before.run_out, language) if before else "",
        interval_after=interval_text(line.run_out, language),
        early_before=percent(before.run_out.before_end_bp) if before else "",
        early_after=percent(line.run_out.before_end_bp),
        unspent_before=percent(before.unspent_over_5_bp) if before else "",
        unspent_after=percent(line.unspent_over_5_bp),
        picture_before=fan_named(
            before, language, f"fan-before-{place}", height, choose_word("what_if_now", language)
        )
        if before and is_pictured and before.spent.days
        else None,
        picture_after=fan_named(
            line, language, f"fan-after-{place}", height, choose_word("what_if_then", language)
        )
        if is_pictured
        else None,
    )


def fan_named(
    line: LineForecast, language: Language, ident: str, height: Axis, scenario: str
) -> TimeFace:
    """The fan of a line under one of several scenarios, which its title names."""
    face = fan_face(line, language, ident, height=height)
    return replace(face, title=f"{face.title} · {scenario}")


def choose_word(name: str, language: Language) -> str:
    """A word of the room in the reader's language."""
    return language.choose(*TRYING_WORDS[name])


def _is_later(was: str | None, now: str | None) -> bool:
    """Whether the money ends later; not within the days looked at is latest."""
    return was is not None and (now is None or now > was)


def day_text(run_out: RunOut, language: Language) -> str:
    """The median date, or that the money lasts."""
    if run_out.median is None:
        return language.choose(*TRYING_WORDS["lasts"])
    return day_label(run_out.median, language)


def interval_text(run_out: RunOut, language: Language) -> str:
    """The 90% interval; a bound that is not within the days looked at is said to last."""
    lasts = language.choose(*TRYING_WORDS["lasts"])
    bounds: Sequence[str | None] = (run_out.low90, run_out.high90)
    low, high = (day_label(day, language) if day else lasts for day in bounds)
    return low if low == high else f"{low} – {high}"
