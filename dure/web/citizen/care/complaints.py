"""Complaints and disputes of a member: written with receipt and photo, followed, answered."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from dure.people.complaint_kinds import KIND_HINTS, KIND_NAMES, Kind, State, Step
from dure.people.complaint_reading import complaints_by, course_of, find_own, find_photo
from dure.people.complaints import (
    Complaint,
    ComplaintTextError,
    PaymentMissingError,
    StepNotNowError,
    TooManyComplaintsError,
    file_complaint,
    may_object,
    take_step,
)
from dure.people.fields import installed_sealer
from dure.people.tries import DAY_US, TryLimit, may_try
from dure.web.citizen.care.complaint_faces import complaint_row, step_face
from dure.web.citizen.care.complaint_form import (
    ComplaintForm,
    kind_of,
    number_of,
    read_addition,
    read_form,
)
from dure.web.citizen.care.complaint_words import COMPLAINT_WORDS
from dure.web.citizen.shell.access import member_page
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.once import FormKeyMissingError, request_key
from dure.web.citizen.shell.sessions import Visitor
from dure.web.citizen.shell.words import SHELL_WORDS
from dure.web.shared.disputed import find_disputed, recent_payments
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.store import database

_DAILY: Final = TryLimit("complaints of one member, day", 12, DAY_US)
_STEPS_DAILY: Final = TryLimit("steps in complaints of one member, day", 30, DAY_US)
_STEPS: Final = {"add": Step.ADDED_TO, "withdraw": Step.WITHDRAWN, "object": Step.OBJECTED}
_ON_US: Final = frozenset({State.RECEIVED, State.IN_HAND})
_SAID: Final = {
    Step.ADDED_TO: "complaint_added",
    Step.WITHDRAWN: "complaint_withdrawn",
    Step.OBJECTED: "complaint_objected",
}


def _word(request: HttpRequest, name: str) -> str:
    return language_of_page(request).choose(*COMPLAINT_WORDS[name])


@require_safe
@member_page
def complaints(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """The member's complaints, the newest first."""
    language = language_of_page(request)
    rows = [complaint_row(each, language) for each in complaints_by(database(), visitor.member_id)]
    values = {"complaints": rows}
    title, template = _word(request, "complaints"), "citizen/care/complaints.html"
    return app_answer(request, visitor, template, values, words=COMPLAINT_WORDS, title=title)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def new_complaint(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """The form of a new complaint, and filing it."""
    if request.method != "POST":
        form = ComplaintForm(
            kind=kind_of(request.GET.get("kind", "")),
            movement_id=number_of(request.GET.get("receipt", "")),
        )
        if form.movement_id is not None and form.kind is None:
            form.kind = Kind.PAYMENT
        return _form_page(request, visitor, form)
    form = read_form(request, visitor.member_id)
    if form.wrong or form.kind is None:
        return _form_page(request, visitor, form, status=422)
    try:
        number = _filed(request, visitor, form, form.kind)
    except _NotFiledError as error:
        form.wrong[error.field] = error.word
        return _form_page(request, visitor, form, status=422)
    messages.success(request, _word(request, "complaint_filed"))
    return HttpResponseRedirect(f"{app_root(request)}/help/complaints/{number}")


class _NotFiledError(Exception):
    """Why a form was not filed: which field it belongs to, and the word that tells it."""

    def __init__(self, field: str, word: str) -> None:
        super().__init__(word)
        self.field, self.word = field, word


def _filed(request: HttpRequest, visitor: Visitor, form: ComplaintForm, kind: Kind) -> int:
    try:
        key = request_key(request, visitor, "complaint")
    except FormKeyMissingError:
        raise _NotFiledError("form", "form_old") from None
    if not may_try(database(), _DAILY, visitor.public_id.bytes):
        raise _NotFiledError("form", "wrong_often")
    try:
        return file_complaint(
            database(), installed_sealer(), key=key, member_id=visitor.member_id, kind=kind,
            text=form.text, at_us=now_us(), movement_id=form.movement_id, photos=form.photos,
        )  # fmt: skip
    except PaymentMissingError:
        raise _NotFiledError("receipt", "wrong_payment") from None
    except TooManyComplaintsError:
        raise _NotFiledError("form", "wrong_many") from None


def _form_page(
    request: HttpRequest, visitor: Visitor, form: ComplaintForm, *, status: int = 200
) -> HttpResponse:
    language = language_of_page(request)
    payments = recent_payments(database(), visitor.member_id, language)
    chosen = form.movement_id
    if chosen is not None and chosen not in {each.movement_id for each in payments}:
        older = find_disputed(database(), visitor.member_id, chosen, language)
        payments = [older, *payments] if older else payments
    words = {**COMPLAINT_WORDS, "form_old": SHELL_WORDS["form_old"]}
    values: dict[str, Any] = {
        "form": form,
        "wrong": {name: language.choose(*words[word]) for name, word in form.wrong.items()},
        "kinds": _kind_choices(form.kind, language),
        "payments": payments,
    }
    title, template = _word(request, "complaint_new"), "citizen/care/complaint_new.html"
    return app_answer(
        request, visitor, template, values, words=COMPLAINT_WORDS, title=title, status=status
    )


def _kind_choices(chosen: Kind | None, language: Language) -> list[dict[str, object]]:
    return [
        {
            "value": int(kind),
            "name": language.choose(*KIND_NAMES[kind]),
            "hint": language.choose(*KIND_HINTS[kind]),
            "chosen": kind is chosen,
        }
        for kind in Kind
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def complaint(request: HttpRequest, visitor: Visitor, complaint_id: int) -> HttpResponseBase:
    """One complaint with its course; adds to it, takes it back, objects to its answer."""
    own = _own(visitor, complaint_id)
    wrong: dict[str, str] = {}
    form = ComplaintForm()
    if request.method == "POST":
        step = _STEPS.get(request.POST.get("act", ""))
        if step is None:
            raise Http404
        if step is not Step.WITHDRAWN:
            form = read_addition(request, visitor.member_id)
        wrong = {name: _word(request, word) for name, word in form.wrong.items()}
        if not wrong:
            _take(request, visitor, own, step, form)
            return HttpResponseRedirect(f"{app_root(request)}/help/complaints/{complaint_id}")
    return _complaint_page(request, visitor, own, form, wrong)


def _take(
    request: HttpRequest, visitor: Visitor, own: Complaint, step: Step, form: ComplaintForm
) -> None:
    if not may_try(database(), _STEPS_DAILY, visitor.public_id.bytes):
        messages.error(request, _word(request, "wrong_often"))
        return
    try:
        take_step(
            database(), installed_sealer(), complaint_id=own.complaint_id, step=step,
            key=request_key(request, visitor, f"complaint {own.complaint_id} {step.name}"),
            at_us=now_us(), text=form.text, photos=form.photos,
        )  # fmt: skip
    except (StepNotNowError, ComplaintTextError):
        messages.error(request, _word(request, "wrong_not_now"))
    except FormKeyMissingError:
        messages.error(request, language_of_page(request).choose(*SHELL_WORDS["form_old"]))
    else:
        messages.success(request, _word(request, _SAID[step]))


def _complaint_page(
    request: HttpRequest,
    visitor: Visitor,
    own: Complaint,
    form: ComplaintForm,
    wrong: dict[str, str],
) -> HttpResponse:
    language, at_us = language_of_page(request), now_us()
    root = f"{app_root(request)}/help/complaints/{own.complaint_id}"
    steps = course_of(database(), installed_sealer(), own.complaint_id)
    values: dict[str, Any] = {
        "complaint": complaint_row(own, language),
        "late": own.state in _ON_US and at_us >= own.due_at_us,
        "steps": [step_face(each, root, language) for each in steps],
        "receipt": find_disputed(database(), own.member_id, own.movement_id, language)
        if own.movement_id
        else None,
        "is_open": own.is_open,
        "is_asked": own.state is State.WAITING_FOR_MEMBER,
        "may_object": may_object(database(), own, at_us),
        "form": form,
        "wrong": wrong,
    }
    title = language.choose(*KIND_NAMES[own.kind])
    template = "citizen/care/complaint.html"
    return app_answer(
        request, visitor, template, values, words=COMPLAINT_WORDS, title=title,
        status=422 if wrong else 200,
    )  # fmt: skip


@require_safe
@member_page
def complaint_photo(
    request: HttpRequest, visitor: Visitor, complaint_id: int, photo_id: int
) -> HttpResponseBase:
    """A photograph of the member's own complaint."""
    own = _own(visitor, complaint_id)
    jpeg = find_photo(database(), installed_sealer(), own.complaint_id, photo_id)
    if jpeg is None:
        raise Http404
    return HttpResponse(jpeg, content_type="image/jpeg")


def _own(visitor: Visitor, complaint_id: int) -> Complaint:
    """The member's own complaint; another's is as unknown as one that does not exist."""
    own = find_own(database(), visitor.member_id, complaint_id)
    if own is None:
        raise Http404
    return own
