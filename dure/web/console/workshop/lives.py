"""Rule versions as pages show them: where each stands, what comes next and who may do it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dure.kernel.calendar import seoul
from dure.policy.districts import CITY
from dure.policy.document import OPEN_END_US
from dure.rulebook.deciding import end_of, refusal_of, versions_superseded
from dure.rulebook.lives import Life, Rulebook
from dure.rulebook.officials import place_name
from dure.rulebook.refusals import Refused
from dure.rulebook.steps import (
    REASONS_CHARACTERS_MIN,
    STAGE_NAMES,
    STAGES_BEFORE,
    STEP_NAMES,
    Act,
    Stage,
    Step,
)
from dure.web.console.workshop.checks import shown
from dure.web.console.workshop.reading import Room, document_of
from dure.web.shared.language import Language

ORDER = (
    Step.CHECK,
    Step.SIMULATE,
    Step.APPROVE,
    Step.NOTICE,
    Step.EMERGENCY,
    Step.SCHEDULE,
    Step.PUBLISH,
    Step.ROLL_BACK,
    Step.ASK_END,
    Step.WITHDRAW,
)
_BADGES: Mapping[Stage, str] = {
    Stage.IN_FORCE: "accent",
    Stage.PUBLISHED: "sky",
    Stage.SCHEDULED: "sky",
    Stage.NOTICED: "sky",
    Stage.DRAFT: "gold",
    Stage.CHECKED: "gold",
    Stage.SIMULATED: "gold",
    Stage.APPROVED_ONCE: "gold",
    Stage.APPROVED: "gold",
    Stage.ROLLED_BACK: "alarm",
}
_ENDED = (Stage.OVER, Stage.SUPERSEDED, Stage.ROLLED_BACK, Stage.WITHDRAWN)
_PLAUSIBLE_REASONS = "." * REASONS_CHARACTERS_MIN


@dataclass(frozen=True, slots=True)
class Badge:
    """A stage in words, with the color it is shown in."""

    text: str
    color: str


@dataclass(frozen=True, slots=True)
class Next:
    """What a version waits for, and the officials who may do it now."""

    step: Step
    name: str
    who: tuple[str, ...]
    why_nobody: str


@dataclass(frozen=True, slots=True)
class LifeFace:
    """A version in a list."""

    key: str
    rule: str
    version: int
    title: str
    place: str
    period: str
    badge: Badge
    nexts: tuple[Next, ...]
    is_over: bool
    in_force: bool
    waits: bool


def refusal_for(book: Rulebook, life: Life, step: Step, by: str, at_us: int) -> Refused | None:
    """Why the official may not take the step now; None when it would be taken.

    What the official is still to write (reasons, the name of a result) is taken to be written.
    """
    content: dict[str, object] = {"reasons": _PLAUSIBLE_REASONS, "name": "-"}
    if step is Step.PUBLISH:
        content["supersedes"] = [list(pair) for pair in versions_superseded(book, life)]
    if step is Step.ROLL_BACK and life.ending is not None:
        ends_at_us = end_of(life.ending, life, at_us)
        content |= {"reasons": life.ending.reasons, "ends_at_us": ends_at_us}
        if life.ending.restore:
            content["restores"] = {
                "version": max(other.version for other in book.versions(life.rule)) + 1,
                "sha256": "",
                "scope": life.scope,
                "from_us": ends_at_us,
                "until_us": life.last_us,
            }
    return refusal_of(
        book,
        Act(
            step=step,
            by=by,
            at_us=at_us,
            rule=life.rule,
            version=life.version,
            sha256=life.sha256,
            content=content,
        ),
    )


def open_steps(life: Life) -> tuple[Step, ...]:
    """The steps that may follow where the version stands, in the order of a rule's life."""
    steps = [step for step in ORDER if life.stage in STAGES_BEFORE[step]]
    if life.stage is Stage.PUBLISHED:
        steps.remove(Step.ASK_END if life.ending is not None else Step.ROLL_BACK)
    return tuple(steps)


def face_of(room: Room, life: Life) -> LifeFace:
    """The version in the reader's language."""
    document = document_of(room.city, life)
    choose = room.language.choose
    title = choose(document.title.ko, document.title.en) if document else life.rule
    stage = life.stage_at(room.now_us)
    waits = stage not in (Stage.IN_FORCE, Stage.PUBLISHED, *_ENDED) or life.ending is not None
    waits = waits and stage not in _ENDED
    return LifeFace(
        key=life.key,
        rule=life.rule,
        version=life.version,
        title=shown(title),
        place=choose(*place_name(life.scope)),
        period=period_text(life, room.language),
        badge=badge_of(stage, room.language),
        nexts=_nexts(room, life) if waits else (),
        is_over=stage in _ENDED,
        in_force=stage is Stage.IN_FORCE,
        waits=waits,
    )


def badge_of(stage: Stage, language: Language) -> Badge:
    """The stage with its color."""
    name = language.choose(*STAGE_NAMES[stage])
    return Badge(name[:1].upper() + name[1:], _BADGES.get(stage, "quiet"))


def _nexts(room: Room, life: Life) -> tuple[Next, ...]:
    """The steps that carry it on; giving up and starting anew are not what it waits for."""
    book, found = room.log.book, list[Next]()
    steps = [s for s in open_steps(life) if s not in (Step.WITHDRAW, Step.SIMULATE, Step.ASK_END)]
    for step in steps:
        refusals = {
            official.id: refusal_for(book, life, step, official.id, room.now_us)
            for official in book.officials.values()
        }
        who = tuple(book.officials[by].name for by, refusal in refusals.items() if refusal is None)
        if step is Step.EMERGENCY and found and found[-1].who:
            continue
        why = [_told(r, room.language) for r in refusals.values() if r is not None]
        name = step_name(step, room.language)
        found.append(Next(step, name, who, "" if who else next(iter(why), "")))
    return tuple(one for one in found if one.who) or tuple(found)


def _told(refused: Refused, language: Language) -> str:
    return language.choose(refused.korean, refused.english)


def step_name(step: Step, language: Language) -> str:
    """The step as a heading."""
    ko, en, _ = STEP_NAMES[step]
    return language.choose(ko, en[:1].upper() + en[1:])


def period_text(life: Life, language: Language) -> str:
    """From when until before when it holds, by the city's calendar."""
    begin = instant_text(life.from_us)
    if life.last_us >= OPEN_END_US:
        return language.choose(f"{begin}부터", f"from {begin}")
    return f"{begin} – {instant_text(life.last_us)}"


def instant_text(instant_us: int) -> str:
    """A date alone when it is midnight in the city."""
    local = seoul(instant_us)
    return f"{local:%Y-%m-%d}" if local.hour == local.minute == 0 else f"{local:%Y-%m-%d %H:%M}"


def by_place(faces: Sequence[tuple[Life, LifeFace]]) -> list[tuple[str, list[LifeFace]]]:
    """The versions by place, the city's first, each place's by their beginning."""
    places: dict[int, list[tuple[Life, LifeFace]]] = {}
    for life, face in faces:
        places.setdefault(life.scope, []).append((life, face))
    return [
        (
            group[0][1].place,
            [face for _, face in sorted(group, key=lambda one: (one[0].from_us, one[0].key))],
        )
        for _, group in sorted(places.items(), key=lambda entry: (entry[0] != CITY, entry[0]))
    ]
