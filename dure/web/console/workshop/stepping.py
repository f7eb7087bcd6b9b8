"""Taking a step about a version: what it will do is shown first, then it is signed or refused."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from dure.kernel.calendar import SEOUL, to_us
from dure.rulebook import endings, workflow
from dure.rulebook.lives import Life
from dure.rulebook.steps import STAGE_NAMES, Step
from dure.web.console.shell.access import console_page, official_of
from dure.web.console.shell.frame import console_answer
from dure.web.console.shell.rulebook import LOG
from dure.web.console.shell.steps import TakeStep, signed_step
from dure.web.console.workshop import addresses
from dure.web.console.workshop.form import clean
from dure.web.console.workshop.lives import instant_text, refusal_for
from dure.web.console.workshop.reading import Room, document_of, room_of, text_of
from dure.web.console.workshop.versions import life_at, missing, steps_taken, terms_of
from dure.web.console.workshop.words import CONFIRMATIONS, RULE_WORDS
from dure.web.shared.store import database

WITH_PROOF = (Step.APPROVE, Step.PUBLISH, Step.ASK_END, Step.ROLL_BACK)
"""Steps for which the second factor is asked for again."""
_WITH_REASONS = (Step.EMERGENCY, Step.ASK_END, Step.WITHDRAW)
_REASONS_CHARACTERS_MAX = 2_000


@require_http_methods(["GET", "HEAD", "POST"])
@console_page()
def step(request: HttpRequest, rule: str, number: int, word: str) -> HttpResponse:
    """The confirmation of a step; with POST the step."""
    room = room_of(request)
    life = life_at(room, rule, number)
    which = next((one for one in CONFIRMATIONS if one.value.replace("_", "-") == word), None)
    if life is None or which is None:
        return missing(request, room.language)
    if request.method == "POST":
        return _taken(request, room, life, which)
    return _confirmation(request, room, life, which)


def _confirmation(
    request: HttpRequest, room: Room, life: Life, which: Step, *, status: int = 200
) -> HttpResponse:
    refusal = refusal_for(room.log.book, life, which, official_of(request).id, room.now_us)
    title, does = (room.language.choose(*both) for both in CONFIRMATIONS[which])
    ending = life.ending if which is Step.ROLL_BACK else None
    values = {
        "life": life,
        "does": does,
        "step": which.value,
        "refusal": room.language.choose(refusal.korean, refusal.english) if refusal else "",
        "asks_reasons": which in _WITH_REASONS,
        "asks_end": which is Step.ASK_END,
        "dangerous": which in (Step.ASK_END, Step.ROLL_BACK, Step.WITHDRAW),
        "ending": ending,
        "ending_at": instant_text(ending.ends_at_us) if ending and ending.ends_at_us else "",
        "reasons": clean(request.POST.get("reasons", "")),
        "at": clean(request.POST.get("at", "")),
        "restore": "restore" in request.POST,
        "text": text_of(room.city, life.rule, life.version, life.sha256) or "",
        **terms_of(request, room, life, document_of(room.city, life)),
        "simulations": [one for one in steps_taken(request, room, life) if one.result],
        "back": addresses.version(request, life.rule, life.version),
    }
    return console_answer(
        request, "console/workshop/step.html", values, words=RULE_WORDS, title=title, status=status
    )


def _taken(request: HttpRequest, room: Room, life: Life, which: Step) -> HttpResponse:
    seen = request.POST.get("seen", "")
    text = text_of(room.city, life.rule, life.version, seen)
    if text is None or seen != life.sha256:
        messages.error(request, room.language.choose(*RULE_WORDS["step_text_gone"]))
        return _confirmation(request, room, life, which, status=409)
    take = _take(request, life, which, text)
    if take is None:
        messages.error(request, room.language.choose(*RULE_WORDS["step_at_fault"]))
        return _confirmation(request, room, life, which, status=422)
    entry = signed_step(request, take, recent_proof=which in WITH_PROOF)
    if entry is None:
        return _confirmation(request, room, life, which, status=422)
    now = LOG.read(database()).book.lives[life.key]
    stage = room.language.choose(*STAGE_NAMES[now.stage_at(room.now_us)])
    done = room.language.choose(
        f"기록 {entry.number}: 서명하고 적었습니다. 지금 단계: {stage}.",
        f"Entry {entry.number}: signed and written. It is {stage} now.",
    )
    messages.success(request, done)
    return HttpResponseRedirect(addresses.version(request, life.rule, life.version))


def _take(request: HttpRequest, life: Life, which: Step, text: str) -> TakeStep | None:
    """The step as an operation on the rulebook; None for an instant that does not read."""
    rule, number = life.rule, life.version
    reasons = clean(request.POST.get("reasons", ""))[:_REASONS_CHARACTERS_MAX]
    ends = _instant(request.POST.get("at", "")) if which is Step.ASK_END else None
    if ends is not None and ends < 0:
        return None
    steps: dict[Step, TakeStep] = {
        Step.CHECK: lambda c, who: workflow.check(c, who, rule, number, text),
        Step.APPROVE: lambda c, who: workflow.approve(c, who, rule, number, text),
        Step.NOTICE: lambda c, who: workflow.give_notice(c, who, rule, number),
        Step.EMERGENCY: lambda c, who: workflow.give_notice(c, who, rule, number, reasons or " "),
        Step.SCHEDULE: lambda c, who: workflow.schedule(c, who, rule, number, text),
        Step.PUBLISH: lambda c, who: workflow.publish_version(c, who, rule, number, text),
        Step.ASK_END: lambda c, who: endings.ask_end(
            c, who, rule, number, reasons=reasons, ends_at_us=ends,
            restore="restore" in request.POST,
        ),
        Step.ROLL_BACK: lambda c, who: endings.confirm_end(c, who, rule, number),
        Step.WITHDRAW: lambda c, who: endings.withdraw(c, who, rule, number, reasons),
    }  # fmt: skip
    return steps[which]


def _instant(text: str) -> int | None:
    """Microseconds since 1970 UTC, in Seoul unless it names an offset; None for nothing, -1 for
    what is no instant."""
    if not text.strip():
        return None
    try:
        found = datetime.fromisoformat(text.strip())
        return to_us(found if found.tzinfo else found.replace(tzinfo=SEOUL))
    except (ValueError, OverflowError):
        return -1
