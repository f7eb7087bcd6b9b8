"""The desk's first page: a member is looked up, for a reason that is logged, or joins."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from dure.people.complaint_reading import standing
from dure.people.desk_log import (
    NOTE_CHARACTERS_MAX,
    REASON_NAMES,
    NoteMissingError,
    Reason,
    looks_open,
    note_look,
    note_search,
)
from dure.people.fields import installed_sealer
from dure.people.members import get_member
from dure.people.tries import MINUTE_US, TryLimit, address_hash, may_try
from dure.web.console.desk.finding import NotFindableError, find_by_name, find_by_number
from dure.web.console.desk.places import DESK, desks_of
from dure.web.console.desk.words import DESK_WORDS
from dure.web.console.shell.access import console_page, official_of
from dure.web.console.shell.addresses import console_root
from dure.web.console.shell.frame import city_time, console_answer, world_time_text
from dure.web.console.shell.officials import ConsoleOfficial
from dure.web.shared.card_keys import installed_ring
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.masks import masked_name
from dure.web.shared.store import database

_SEARCHES: Final = TryLimit("searches of one official", 40, 15 * MINUTE_US)
_TYPED_MAX: Final = 60


def _word(request: HttpRequest, name: str) -> str:
    return language_of_page(request).choose(*DESK_WORDS[name])


@sensitive_post_parameters("number", "name", "birth_date")
@require_http_methods(["GET", "HEAD", "POST"])
@console_page(needs=DESK, acts=DESK)
def desk(request: HttpRequest) -> HttpResponseBase:
    """The search with its reason, the looks that are still open, and what waits.

    What is searched for travels in the form's body and is kept nowhere; a member of another
    district is as unknown as a number that nobody has.
    """
    if request.method != "POST":
        return _page(request, "")
    official = official_of(request)
    try:
        look_id = _looked(request, official)
    except _NotFoundError as error:
        return _page(request, _word(request, error.word), error.status)
    return HttpResponseRedirect(f"{console_root(request)}/desk/looks/{look_id}")


class _NotFoundError(Exception):
    """Why a search led nowhere: the word that tells it, and the answer's status."""

    def __init__(self, word: str, status: int = 422) -> None:
        super().__init__(word)
        self.word, self.status = word, status


def _looked(request: HttpRequest, official: ConsoleOfficial) -> int:
    """Finds the member and logs the look."""
    try:
        reason = Reason(request.POST.get("reason", ""))
    except ValueError:
        raise _NotFoundError("reason_missing") from None
    note = request.POST.get("note", "")[:NOTE_CHARACTERS_MAX]
    if not may_try(database(), _SEARCHES, address_hash(official.id)):
        raise _NotFoundError("too_many", 429)
    places = desks_of(official)
    member_id = _found(request, places)
    member = get_member(database(), installed_sealer(), member_id) if member_id else None
    if member is None or member.district not in places:
        note_search(database(), official=official.id, place=min(places), reason=reason, note=note)
        raise _NotFoundError("nobody_found")
    try:
        return note_look(
            database(), official=official.id, place=member.district, member_id=member.member_id,
            reason=reason, note=note,
        )  # fmt: skip
    except NoteMissingError:
        raise _NotFoundError("note_missing") from None


def _found(request: HttpRequest, places: frozenset[int]) -> int | None:
    number = request.POST.get("number", "").strip()[:_TYPED_MAX]
    name = request.POST.get("name", "").strip()[:_TYPED_MAX]
    sealer = installed_sealer()
    if number:
        try:
            return find_by_number(database(), sealer, installed_ring(), number)
        except NotFindableError:
            raise _NotFoundError("number_wrong") from None
    try:
        born = date.fromisoformat(request.POST.get("birth_date", ""))
    except ValueError:
        raise _NotFoundError("search_empty") from None
    if not name:
        raise _NotFoundError("search_empty")
    found = find_by_name(database(), sealer, name=name, birth_date=born, places=places)
    if len(found) > 1:
        raise _NotFoundError("several_found")
    return found[0] if found else None


def _page(request: HttpRequest, fault: str, status: int = 200) -> HttpResponse:
    language, official = language_of_page(request), official_of(request)
    work = standing(database(), desks_of(official), city_time(request))
    values: dict[str, Any] = {
        "fault": fault,
        "reasons": [(reason.value, language.choose(*REASON_NAMES[reason])) for reason in Reason],
        "asked": {
            "reason": request.POST.get("reason", Reason.AT_DESK.value),
            "note": request.POST.get("note", "")[:NOTE_CHARACTERS_MAX],
        },
        "looks": _open_looks(official, language),
        "work": work,
    }
    title = _word(request, "desk")
    return console_answer(
        request, "console/desk/desk.html", values, words=DESK_WORDS, title=title, status=status
    )


def _open_looks(official: ConsoleOfficial, language: Language) -> list[dict[str, object]]:
    sealer = installed_sealer()
    return [
        {
            "number": look.look_id,
            "name": masked_name(get_member(database(), sealer, look.member_id).name),
            "since": world_time_text(look.at_us, language),
        }
        for look in looks_open(database(), official.id)
    ]
