"""Joining at the desk: with an identity card and a signed paper, with a telephone or without."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from dure.engine.client import EngineGone
from dure.people.desk_log import NOTE_CHARACTERS_MAX, note_joining
from dure.people.fields import installed_sealer
from dure.people.members import (
    ConsentMissingError,
    KeyUsedForAnotherMemberError,
    Level,
    MemberRefusedError,
    MemberStatus,
    PersonalDataWrongError,
    PhoneTakenError,
    TooYoungError,
    join,
)
from dure.people.notice_kinds import NoticeKind
from dure.people.notices import tell, wish_sms
from dure.people.payment_texts import begin_payment_texts
from dure.policy.districts import DISTRICT_NAMES
from dure.web.console.desk.places import DESK, desks_of
from dure.web.console.desk.words import DESK_WORDS
from dure.web.console.shell.access import console_page, official_of
from dure.web.console.shell.addresses import console_root
from dure.web.console.shell.frame import city_time, console_answer
from dure.web.shared.engine import engine
from dure.web.shared.form_keys import FormKeyMissingError, key_again, key_for
from dure.web.shared.language import language_of_page
from dure.web.shared.store import database

PAPER_VERSION: Final = "2019-10 paper"
"""The version of the texts as they are printed on the form that the member signs."""
_CONSENTS: Final = ("terms", "privacy")
_TYPED: Final = ("name", "birth_date", "phone", "papers", "level")
_TYPED_MAX: Final = 60


class _NotJoinedError(Exception):
    """Why nobody joined: the word that tells it."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@console_page(needs=DESK, acts=DESK)
def join_at_desk(request: HttpRequest) -> HttpResponseBase:
    """The form of joining; with it the member's page opens, and the card is handed over there."""
    if request.method != "POST":
        return _page(request, "")
    try:
        look_id = _joined(request)
    except _NotJoinedError as error:
        return _page(request, language_of_page(request).choose(*DESK_WORDS[error.word]), 422)
    except EngineGone:
        return _page(request, language_of_page(request).choose(*DESK_WORDS["engine_gone"]), 503)
    messages.success(request, language_of_page(request).choose(*DESK_WORDS["joined"]))
    return HttpResponseRedirect(f"{console_root(request)}/desk/looks/{look_id}")


def _joined(request: HttpRequest) -> int:
    official, at_us = official_of(request), city_time(request)
    typed = {name: request.POST.get(name, "").strip()[:_TYPED_MAX] for name in _TYPED}
    places = sorted(desks_of(official))
    place = next((each for each in places if str(each) == request.POST.get("place", "")), None)
    papers = request.POST.get("papers", "").strip()[:NOTE_CHARACTERS_MAX]
    if place is None:
        raise _NotJoinedError("district_wrong")
    if not papers:
        raise _NotJoinedError("papers_missing")
    try:
        born = date.fromisoformat(typed["birth_date"])
    except ValueError:
        raise _NotJoinedError("birth_wrong") from None
    consents = {name: PAPER_VERSION for name in _CONSENTS if name in request.POST}
    level = Level.RESIDENT if typed["level"] == "3" else Level.NAMED
    try:
        member = join(
            database(), engine().ask, installed_sealer(),
            key=key_for(request, f"desk:{official.id}", "join"), name=typed["name"],
            phone=typed["phone"] or None, birth_date=born, district=place, consents=consents,
            at_us=at_us, level=level,
        )  # fmt: skip
    except tuple(_REFUSALS) as error:
        raise _NotJoinedError(_REFUSALS[type(error)]) from None
    except PersonalDataWrongError as error:
        raise _NotJoinedError("phone_wrong" if str(error) == "phone" else "name_wrong") from None
    if member.status is not MemberStatus.OPEN:
        raise EngineGone("the wallet is not open yet")
    if member.phone:
        # Who joins at a desk may have no app: what happens is told by text message.
        wish_sms(database(), member_id=member.member_id, by_sms=True, at_us=at_us)
        begin_payment_texts(database(), member.member_id)
    tell(
        database(), member_id=member.member_id, kind=NoticeKind.DESK_JOINED, values={},
        at_us=at_us, key=NoticeKind.DESK_JOINED,
    )  # fmt: skip
    return note_joining(
        database(), official=official.id, place=place, member_id=member.member_id, papers=papers
    )


_REFUSALS: Final[dict[type[Exception], str]] = {
    TooYoungError: "too_young",
    ConsentMissingError: "consent_missing",
    PhoneTakenError: "phone_taken",
    KeyUsedForAnotherMemberError: "form_old",
    FormKeyMissingError: "form_old",
    MemberRefusedError: "refused",
}


def _page(request: HttpRequest, fault: str, status: int = 200) -> HttpResponse:
    language = language_of_page(request)
    asked = {name: request.POST.get(name, "").strip()[:NOTE_CHARACTERS_MAX] for name in _TYPED}
    values: dict[str, Any] = {
        "fault": fault,
        "once": key_again(request),
        "asked": asked,
        "checked": [name for name in _CONSENTS if name in request.POST],
        "places": [
            (code, language.choose(*DISTRICT_NAMES[code]))
            for code in sorted(desks_of(official_of(request)))
            if code in DISTRICT_NAMES
        ],
    }
    title = language.choose(*DESK_WORDS["join_title"])
    return console_answer(
        request, "console/desk/join.html", values, words=DESK_WORDS, title=title, status=status
    )
