"""Complaints for the officials who answer them: what is due, one with its evidence, the steps."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from dure.kernel.calendar import DAY_US, seoul
from dure.people.complaint_kinds import (
    KIND_NAMES,
    OUTCOME_NAMES,
    STATE_NAMES,
    STEP_NAMES,
    STEPS,
    Outcome,
    State,
    Step,
)
from dure.people.complaint_reading import (
    closed_complaints,
    course_of,
    find_photo,
    open_complaints,
    standing,
)
from dure.people.complaints import (
    Complaint,
    ComplaintNotFoundError,
    ComplaintTextError,
    StepNotNowError,
    get_complaint,
    take_step,
)
from dure.people.desk_log import note_reading
from dure.people.fields import installed_sealer
from dure.policy.districts import DISTRICT_NAMES
from dure.web.console.desk.complaint_receipt import disputed_receipt
from dure.web.console.desk.places import (
    COMPLAINT_ACTORS,
    COMPLAINT_READERS,
    places_seen,
)
from dure.web.console.desk.words import DESK_WORDS
from dure.web.console.shell.access import console_page, official_of
from dure.web.console.shell.addresses import console_root
from dure.web.console.shell.frame import city_time, console_answer
from dure.web.shared.form_keys import FormKeyMissingError, key_for, new_form_key
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.store import database

_STEPS: Final = {"take_up": Step.TAKEN_UP, "ask": Step.ASKED_BACK, "answer": Step.ANSWERED}
_OFFICIAL_STATES: Final = {
    **STATE_NAMES,
    State.WAITING_FOR_MEMBER: ("회원 답을 기다림", "Waiting for the member"),
}
_BADGES: Final = {
    State.RECEIVED: "gold",
    State.IN_HAND: "sky",
    State.WAITING_FOR_MEMBER: "quiet",
    State.ANSWERED: "accent",
    State.WITHDRAWN: "quiet",
}
_SOON_US: Final = 2 * DAY_US


def _word(request: HttpRequest, name: str) -> str:
    return language_of_page(request).choose(*DESK_WORDS[name])


@require_safe
@console_page(needs=COMPLAINT_READERS)
def complaint_list(request: HttpRequest) -> HttpResponseBase:
    """What is to be answered, due first at the top; or what was answered, newest first."""
    language, now_us = language_of_page(request), city_time(request)
    places = places_seen(official_of(request))
    is_closed = request.GET.get("shown") == "closed"
    found = (
        closed_complaints(database(), places) if is_closed else open_complaints(database(), places)
    )
    values = {
        "rows": [_row(each, now_us, language) for each in found],
        "is_closed": is_closed,
        "work": standing(database(), places, now_us),
    }
    title, template = _word(request, "complaints"), "console/desk/complaints.html"
    return console_answer(request, template, values, words=DESK_WORDS, title=title)


@require_http_methods(["GET", "HEAD", "POST"])
@console_page(needs=COMPLAINT_READERS, acts=COMPLAINT_ACTORS)
def complaint_page(request: HttpRequest, complaint_id: int) -> HttpResponseBase:
    """One complaint with receipt and photographs; takes it up, asks back, answers. Each reading is
    logged."""
    complaint = _seen(request, complaint_id)
    if request.method != "POST":
        return _page(request, complaint, "")
    step = _STEPS.get(request.POST.get("act", ""))
    if step is None:
        raise Http404
    fault = _take(request, complaint, step)
    if fault:
        return _page(request, get_complaint(database(), complaint_id), fault, 422)
    messages.success(request, _word(request, f"complaint_{step.name.lower()}"))
    return HttpResponseRedirect(f"{console_root(request)}/complaints/{complaint_id}")


def _take(request: HttpRequest, complaint: Complaint, step: Step) -> str:
    """Takes the step; why not, where it was not taken."""
    official = official_of(request).id
    asked = request.POST.get("outcome", "")
    outcome = Outcome(int(asked)) if asked in {str(int(one)) for one in Outcome} else None
    if step is Step.ANSWERED and outcome is None:
        return _word(request, "outcome_missing")
    try:
        take_step(
            database(), installed_sealer(), complaint_id=complaint.complaint_id, step=step,
            key=key_for(request, f"desk:{official}", f"{complaint.complaint_id} {step.name}"),
            at_us=city_time(request), official=official, text=request.POST.get("text", ""),
            outcome=outcome,
        )  # fmt: skip
    except ComplaintTextError as error:
        return _word(request, "text_long" if error.is_long else "text_short")
    except StepNotNowError:
        return _word(request, "not_now")
    except FormKeyMissingError:
        return _word(request, "form_old")
    return ""


def _page(
    request: HttpRequest, complaint: Complaint, fault: str, status: int = 200
) -> HttpResponse:
    language, now_us = language_of_page(request), city_time(request)
    official = official_of(request)
    note_reading(
        database(), official=official.id, place=complaint.district, member_id=complaint.member_id,
        note=complaint.told_number,
    )  # fmt: skip
    root = f"{console_root(request)}/complaints/{complaint.complaint_id}"
    acts = {
        name: complaint.state in STEPS[step].allowed and official.holds(*COMPLAINT_ACTORS)
        for name, step in _STEPS.items()
    }
    values: dict[str, Any] = {
        "row": _row(complaint, now_us, language),
        "steps": [
            {
                "name": language.choose(*STEP_NAMES[each.step]),
                "official": each.official,
                "when": f"{seoul(each.at_us):%Y-%m-%d %H:%M}",
                "machine_time": seoul(each.at_us).isoformat(timespec="minutes"),
                "text": each.text,
                "photos": [f"{root}/photos/{number}" for number in each.photos],
            }
            for each in course_of(database(), installed_sealer(), complaint.complaint_id)
        ],
        "receipt": disputed_receipt(database(), complaint, language),
        "acts": acts,
        "outcomes": [(int(one), language.choose(*OUTCOME_NAMES[one])) for one in Outcome],
        "text": request.POST.get("text", "") if fault else "",
        "fault": fault,
        "once": new_form_key(),
    }
    title = f"{_word(request, 'complaint')} {complaint.told_number}"
    return console_answer(
        request, "console/desk/complaint.html", values, words=DESK_WORDS, title=title,
        status=status,
    )  # fmt: skip


@require_safe
@console_page(needs=COMPLAINT_READERS)
def complaint_photo(request: HttpRequest, complaint_id: int, photo_id: int) -> HttpResponseBase:
    """A photograph of a complaint."""
    complaint = _seen(request, complaint_id)
    jpeg = find_photo(database(), installed_sealer(), complaint.complaint_id, photo_id)
    if jpeg is None:
        raise Http404
    return HttpResponse(jpeg, content_type="image/jpeg")


def _seen(request: HttpRequest, complaint_id: int) -> Complaint:
    """The complaint, where the official sees those of its district; else as unknown."""
    places = places_seen(official_of(request))
    try:
        complaint = get_complaint(database(), complaint_id)
    except ComplaintNotFoundError:
        raise Http404 from None
    if places is not None and complaint.district not in places:
        raise Http404
    return complaint


def _row(complaint: Complaint, now_us: int, language: Language) -> dict[str, object]:
    left_us = complaint.due_at_us - now_us
    tone = "alarm" if left_us <= 0 else "gold" if left_us <= _SOON_US else "quiet"
    outcome = complaint.outcome
    return {
        "number": complaint.complaint_id,
        "told_number": complaint.told_number,
        "kind": language.choose(*KIND_NAMES[complaint.kind]),
        "state": language.choose(*_OFFICIAL_STATES[complaint.state]),
        "badge": _BADGES[complaint.state],
        "outcome": language.choose(*OUTCOME_NAMES[outcome]) if outcome else "",
        "district": language.choose(*DISTRICT_NAMES.get(complaint.district, ("", ""))),
        "filed": f"{seoul(complaint.filed_at_us):%Y-%m-%d %H:%M}",
        # The last day counts whole: what is due at midnight is due the day before.
        "due": f"{seoul(complaint.due_at_us - 1):%Y-%m-%d}",
        "due_tone": tone if complaint.is_open else "quiet",
        "is_late": complaint.is_open and left_us <= 0,
        "is_open": complaint.is_open,
        "objected": complaint.objected,
        "handled_by": complaint.handled_by,
    }
