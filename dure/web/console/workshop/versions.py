"""A version's page: its text, what it says and changes, every step so far, what may be done now."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dure.policy.differences import differences
from dure.policy.document import RuleDocument
from dure.policy.sentences import Sentence
from dure.rulebook.deciding import former_version
from dure.rulebook.lives import Life
from dure.rulebook.log import Entry
from dure.rulebook.officials import place_name
from dure.rulebook.steps import STAGES_BEFORE, Stage, Step
from dure.web.console.shell.access import console_page, official_of
from dure.web.console.shell.addresses import console_root
from dure.web.console.shell.frame import console_answer
from dure.web.console.workshop import addresses
from dure.web.console.workshop.checks import shown
from dure.web.console.workshop.lives import (
    badge_of,
    face_of,
    instant_text,
    open_steps,
    period_text,
    refusal_for,
    step_name,
)
from dure.web.console.workshop.reading import Room, document_of, line_names, room_of, text_of
from dure.web.console.workshop.words import CONFIRMATIONS, RULE_WORDS
from dure.web.shared.language import Language

_DANGEROUS = (Step.ASK_END, Step.ROLL_BACK, Step.WITHDRAW, Step.EMERGENCY)
_UNPUBLISHED = STAGES_BEFORE[Step.DRAFT]
_TRIAL = "SELECT work_id FROM foresight_work WHERE result_sha256 = %s ORDER BY work_id LIMIT 1"


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken; `told` has what belongs to it alone (reasons, an end, a result).

    `result` is where a simulation's result is shown.
    """

    number: int
    name: str
    who: str
    at: str
    told: tuple[str, ...]
    result: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A step that may follow: what it does, where it is confirmed, or why it may not be taken."""

    name: str
    does: str
    address: str
    dangerous: bool
    why_not: str = ""
    who: tuple[str, ...] = ()


def life_at(room: Room, rule: str, number: int) -> Life | None:
    """The version; None when there is none."""
    return room.lives.get(f"{rule}@{number}")


def missing(request: HttpRequest, language: Language) -> HttpResponse:
    """The page that says that there is nothing here, and where to look."""
    values = {"rules_address": addresses.rules(request)}
    title = language.choose(*RULE_WORDS["missing_title"])
    return console_answer(
        request,
        "console/workshop/missing.html",
        values,
        words=RULE_WORDS,
        title=title,
        status=404,
    )


@require_safe
@console_page()
def version(request: HttpRequest, rule: str, number: int) -> HttpResponse:
    """All that there is to know about a version."""
    room = room_of(request)
    life = life_at(room, rule, number)
    if life is None:
        return missing(request, room.language)
    document = document_of(room.city, life)
    offers = offers_of(request, room, life)
    values = {
        "life": life,
        "place": room.language.choose(*place_name(life.scope)),
        "period": period_text(life, room.language),
        "badge": badge_of(life.stage_at(room.now_us), room.language),
        **terms_of(request, room, life, document),
        "text": text_of(room.city, life.rule, life.version, life.sha256) or "",
        "taken": steps_taken(request, room, life),
        "notice": _notice(room, life),
        "nexts": face_of(room, life).nexts,
        "pdf_address": f"{console_root(request)}/evidence/rules/{life.rule}/{life.version}.pdf",
        "offers": [one for one in offers if not one.why_not],
        "refused": [one for one in offers if one.why_not],
        **_ways(request, room, life),
    }
    title = room.language.choose(document.title.ko, document.title.en) if document else life.key
    return console_answer(
        request, "console/workshop/version.html", values, words=RULE_WORDS, title=shown(title)
    )


def _ways(request: HttpRequest, room: Room, life: Life) -> dict[str, object]:
    """Where to go on from here: the next version, a simulation, a comparison."""
    draft = f"draft={life.rule}@{life.version}:{life.sha256}"
    is_open = life.stage in _UNPUBLISHED
    return {
        "may_write": official_of(request).may(Step.DRAFT, life.scope),
        "write_address": addresses.new(request),
        "is_mending": is_open,
        "try_address": f"{addresses.trying(request)}?{draft}",
        "compare_address": f"{addresses.comparing(request)}?{draft}",
        "is_open": is_open,
        "rules_address": addresses.rules(request),
    }


def terms_of(
    request: HttpRequest, room: Room, life: Life, document: RuleDocument | None
) -> dict[str, object]:
    """What the version says in words, and what is another than in the version before it."""
    former = former_version(room.log.book, life)
    before = document_of(room.city, former) if former else None
    return {
        "says": _said(room, None, document),
        "former": former.key if former and before else "",
        "former_address": addresses.version(request, life.rule, former.version) if former else "",
        "changes": _said(room, before, document) if before else (),
    }


def _said(
    room: Room, before: RuleDocument | None, document: RuleDocument | None
) -> tuple[str, ...]:
    if document is None:
        return ()
    sentences: Sequence[Sentence] = differences(before, document, line_names(room.city))
    return tuple(shown(room.language.choose(one.ko, one.en)) for one in sentences)


def steps_taken(request: HttpRequest, room: Room, life: Life) -> list[Taken]:
    """Every step about the version, and those that brought it with others or ended it."""
    officials = room.log.book.officials
    found = []
    for entry in room.log.entries:
        if not _is_about(entry, life):
            continue
        step = Step(entry.step)
        content = json.loads(entry.content)
        name = officials[entry.by].name if entry.by in officials else entry.by
        found.append(
            Taken(
                entry.number,
                step_name(step, room.language),
                name,
                instant_text(entry.at_us),
                tuple(_details(content, step, room.language)),
                _trial(request, room, str(content.get("result_sha256", ""))),
            )
        )
    return found


def _trial(request: HttpRequest, room: Room, result_sha256: str) -> str:
    """Where the result with that hash is shown; empty where it was made elsewhere."""
    if not result_sha256:
        return ""
    row = room.city.execute(_TRIAL, (result_sha256,)).fetchone()
    return "" if row is None else addresses.trial(request, int(row[0]))


def _is_about(entry: Entry, life: Life) -> bool:
    if entry.rule == life.rule:
        if entry.version == life.version:
            return True
        act = entry.act()
        named = [pair[0] for pair in _pairs(act.content.get("supersedes"))]
        restores = act.content.get("restores")
        restored = restores.get("version") if isinstance(restores, dict) else None
        return life.version in named or restored == life.version
    if entry.step != Step.TAKE_OVER.value:
        return False
    return any(
        (row[0], row[1]) == (life.rule, life.version)
        for row in _pairs(entry.act().content.get("versions"))
    )


def _pairs(value: object) -> list[list[object]]:
    return [row for row in value if isinstance(row, list)] if isinstance(value, list) else []


def _details(content: dict[str, object], step: Step, language: Language) -> list[str]:
    told = []
    if step is Step.SIMULATE:
        told.append(f"{content.get('name', '')} · {str(content.get('result_sha256', ''))[:12]}")
    if content.get("reasons"):
        told.append(str(content["reasons"]))
    ends = content.get("ends_at_us")
    if isinstance(ends, int):
        told.append(language.choose(f"끝: {instant_text(ends)}", f"Ends {instant_text(ends)}"))
    if content.get("restore") is True or content.get("restores"):
        told.append(language.choose("앞의 조건을 되살림", "The former terms come back"))
    return [shown(text) for text in told]


def _notice(room: Room, life: Life) -> list[str]:
    """The lines of the last notice to citizens about the version."""
    name = room.language.choose("ko", "en")
    steps = (Step.NOTICE, Step.EMERGENCY, Step.ROLL_BACK)
    for entry in reversed(room.log.entries):
        if (entry.rule, entry.version) == (life.rule, life.version) and entry.step in steps:
            return str(json.loads(entry.content).get(name, "")).split("\n")
    return []


def offers_of(request: HttpRequest, room: Room, life: Life) -> list[Offer]:
    """The steps that may follow, each with what it does or why this official may not take it.

    A simulation is recorded from its own page, so it is not among them.
    """
    by, offers = official_of(request).id, []
    if life.stage_at(room.now_us) in (Stage.OVER, Stage.SUPERSEDED, Stage.ROLLED_BACK):
        return []
    for step in open_steps(life):
        if step is Step.SIMULATE:
            continue
        name, does = (room.language.choose(*both) for both in CONFIRMATIONS[step])
        refusal = refusal_for(room.log.book, life, step, by, room.now_us)
        offers.append(
            Offer(
                name,
                does,
                addresses.step(request, life.rule, life.version, step),
                step in _DANGEROUS,
                room.language.choose(refusal.korean, refusal.english) if refusal else "",
                _who_may(room, life, step) if refusal else (),
            )
        )
    return offers


def _who_may(room: Room, life: Life, step: Step) -> tuple[str, ...]:
    book = room.log.book
    return tuple(
        official.name
        for official in book.officials.values()
        if refusal_for(book, life, step, official.id, room.now_us) is None
    )
