"""Joining: the birth date before anything else, the telephone, who one is, and the consents."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from typing import Final
from urllib.parse import quote

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from dure.engine.client import EngineGone
from dure.kernel.calendar import day_of
from dure.people.fields import installed_sealer
from dure.people.members import (
    NAME_CHARACTERS_MAX,
    ConsentMissingError,
    KeyUsedForAnotherMemberError,
    Level,
    MemberRefusedError,
    MemberStatus,
    PersonalDataWrongError,
    PhoneTakenError,
    TooYoungError,
    is_old_enough,
    join,
)
from dure.people.one_time_codes import (
    Beginning,
    Medium,
    Purpose,
    TooManyCodesError,
    WayIn,
    begin_way,
    note_birth_date,
)
from dure.people.outside_accounts import link_account
from dure.policy.districts import DISTRICT_NAMES
from dure.web.citizen.join.browser import (
    NEXT_COOKIE,
    TICKET_COOKIE,
    arrive,
    asking_of,
    forget_coming,
    kept_next,
    outside_of,
    set_out,
    way_of,
)
from dure.web.citizen.join.consent_texts import consents_shown, version_now
from dure.web.citizen.join.signing_in import TYPED_CHARACTERS_MAX, outside_shown, word
from dure.web.citizen.join.words import JOIN_WORDS
from dure.web.citizen.shell.access import open_page, visitor_of
from dure.web.citizen.shell.addresses import app_root, next_address
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.sessions import BeganBy
from dure.web.shared.engine import engine
from dure.web.shared.language import language_of_page
from dure.web.shared.store import database

OTHER_PLACE: Final = 99999
"""No code of a district: where a member lives who lives outside Incheon."""
_SALT: Final = "app.birth-date"
_CARRIED_S: Final = 30 * 60
_YEARS_MAX: Final = 120
_DATE: Final = re.compile(
    r"([0-9]{4})(?:([0-9]{2})([0-9]{2})|[\s./년-]+([0-9]{1,2})[\s./월-]+([0-9]{1,2})[\s.일]*)",
    re.ASCII,
)
"""Eight digits, or three numbers with something between them."""


@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def birth(request: HttpRequest) -> HttpResponseBase:
    """Asks for the birth date; of who is too young nothing is stored, nor sent anywhere."""
    if request.method != "POST":
        if visitor_of(request) is not None:
            return HttpResponseRedirect(next_address(request))
        return _ask_birth(request)
    born = read_date(request.POST.get("born", ""))
    if born is None:
        return _ask_birth(request, word(request, "wrong_birth"))
    if not is_old_enough(born, now_us()):
        return _too_young(request)
    way = way_of(request)
    if way is not None and _leads_to_joining(way):
        note_birth_date(database(), way.way_id, born)
        return HttpResponseRedirect(f"{app_root(request)}/join/about")
    return _ask_phone(request, signing.dumps(born.isoformat(), salt=_SALT))


def _too_young(request: HttpRequest) -> HttpResponseBase:
    """Says so; the number or the account with which somebody came this far is forgotten."""
    forget_coming(request)
    title = word(request, "too_young_title")
    response = app_answer(
        request, None, "citizen/join/too_young.html", {}, words=JOIN_WORDS, title=title
    )
    response.delete_cookie(TICKET_COOKIE)
    response.delete_cookie(NEXT_COOKIE)
    return response


def _ask_birth(request: HttpRequest, fault: str = "") -> HttpResponseBase:
    values = {
        "typed": request.POST.get("born", "")[:20],
        "fault": fault,
        "next": next_address(request),
        **outside_shown(request),
    }
    title = word(request, "birth_title")
    return app_answer(
        request, None, "citizen/join/birth.html", values, words=JOIN_WORDS, title=title
    )


@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def phone(request: HttpRequest) -> HttpResponseBase:
    """Takes the telephone number of somebody who is old enough, and sends a code there."""
    carried = request.POST.get("born_before", "")
    try:
        born = date.fromisoformat(signing.loads(carried, salt=_SALT, max_age=_CARRIED_S))
    except (signing.BadSignature, ValueError):
        return HttpResponseRedirect(f"{app_root(request)}/join")
    typed = request.POST.get("to", "")[:TYPED_CHARACTERS_MAX]
    provider, subject = outside_of(request)
    beginning = Beginning(
        Purpose.JOIN, Medium.PHONE, typed, birth_date=born, provider=provider, subject=subject
    )
    try:
        ticket = begin_way(database(), installed_sealer(), beginning, asking_of(request))
    except PersonalDataWrongError:
        return _ask_phone(request, carried, word(request, "wrong_phone"))
    except TooManyCodesError:
        return _ask_phone(request, carried, word(request, "too_many_codes"), 429)
    return set_out(request, f"{app_root(request)}/sign-in/code", ticket, next_address(request))


def _ask_phone(
    request: HttpRequest, carried: str, fault: str = "", status: int = 200
) -> HttpResponseBase:
    values = {
        "born_before": carried,
        "typed": request.POST.get("to", "")[:TYPED_CHARACTERS_MAX],
        "fault": fault,
        "next": next_address(request),
        **outside_shown(request),
    }
    title = word(request, "phone_title")
    return app_answer(
        request, None, "citizen/join/phone.html", values, words=JOIN_WORDS, title=title,
        status=status,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def about(request: HttpRequest) -> HttpResponseBase:
    """Asks for name, district and consents of who has shown a telephone, and lets them join."""
    way = way_of(request)
    if way is None or not _leads_to_joining(way):
        if visitor_of(request) is not None:
            return HttpResponseRedirect(f"{app_root(request)}/")
        messages.warning(request, word(request, "way_over"))
        return HttpResponseRedirect(f"{app_root(request)}/join")
    if way.birth_date is None:
        return HttpResponseRedirect(f"{app_root(request)}/join")
    if request.method != "POST":
        return _ask_about(request, way)
    return _join(request, way, way.birth_date)


def _join(request: HttpRequest, way: WayIn, born: date) -> HttpResponseBase:
    district = read_district(request.POST.get("district", ""))
    if district is None:
        return _ask_about(request, way, word(request, "wrong_district"), wrong="district")
    agreed = {
        purpose: version
        for purpose in request.POST.getlist("agree")
        if (version := version_now(purpose)) is not None
    }
    try:
        member = join(
            database(), engine().ask, installed_sealer(), key=_key_of(way),
            name=request.POST.get("name", ""), phone=way.sent_to, birth_date=born,
            district=district, consents=agreed, at_us=now_us(), level=Level.UNNAMED,
        )  # fmt: skip
    except TooYoungError:
        return HttpResponseRedirect(f"{app_root(request)}/join")
    except PersonalDataWrongError as wrong:
        return _ask_about(request, way, word(request, f"wrong_{wrong}"), wrong=str(wrong))
    except ConsentMissingError:
        return _ask_about(request, way, word(request, "consent_missing"), wrong="agree")
    except (PhoneTakenError, KeyUsedForAnotherMemberError):
        return _ask_about(request, way, word(request, "phone_taken"), 409)
    except MemberRefusedError:
        return _ask_about(request, way, word(request, "join_refused"), 409)
    except EngineGone:
        return _ask_about(request, way, word(request, "engine_gone"), 503)
    if member.status is not MemberStatus.OPEN:
        return _ask_about(request, way, word(request, "engine_gone"), 503)
    if way.provider and way.subject:
        link_account(
            database(), provider=way.provider, subject_index=bytes.fromhex(way.subject),
            member_id=member.member_id,
        )  # fmt: skip
    address = f"{app_root(request)}/settings/pin/first"
    after = kept_next(request, "")
    if after and after != f"{app_root(request)}/":
        address += f"?next={quote(after)}"
    return arrive(request, address, member.member_id, BeganBy.PHONE)


def _ask_about(
    request: HttpRequest, way: WayIn, fault: str = "", status: int = 200, *, wrong: str = ""
) -> HttpResponseBase:
    """The form again; `wrong` names the field that the fault is about."""
    language = language_of_page(request)
    agreed = set(request.POST.getlist("agree"))
    values = {
        "name": request.POST.get("name", "")[: 4 * NAME_CHARACTERS_MAX],
        "name_max": NAME_CHARACTERS_MAX,
        "districts": districts_shown(request, request.POST.get("district", "")),
        "consents": [(each, each.purpose in agreed) for each in consents_shown(language)],
        "fault": fault,
        "wrong": wrong,
    }
    title = word(request, "about_title")
    return app_answer(
        request, None, "citizen/join/about.html", values, words=JOIN_WORDS, title=title,
        status=status,
    )  # fmt: skip


def districts_shown(request: HttpRequest, chosen: str) -> list[tuple[str, str, bool]]:
    """Code, name and whether it is chosen, of each district and of everywhere else."""
    language = language_of_page(request)
    listed = [(str(code), language.choose(*names)) for code, names in DISTRICT_NAMES.items()]
    listed.append((str(OTHER_PLACE), word(request, "elsewhere")))
    return [(code, name, code == chosen) for code, name in listed]


def read_district(typed: str) -> int | None:
    """The code of a district, OTHER_PLACE for elsewhere; None for anything else."""
    if typed == str(OTHER_PLACE):
        return OTHER_PLACE
    code = int(typed) if re.fullmatch(r"[0-9]{5}", typed, re.ASCII) else -1
    return code if code in DISTRICT_NAMES else None


def read_date(typed: str) -> date | None:
    """A birth date as people write it: 19480503, 1948. 5. 3., 1948년 5월 3일; None for no date."""
    found = _DATE.fullmatch(typed.strip())
    if found is None:
        return None
    try:
        born = date(int(found[1]), int(found[2] or found[4]), int(found[3] or found[5]))
    except ValueError:
        return None
    today = day_of(now_us())
    return born if today.year - _YEARS_MAX <= born.year and born <= today else None


def _leads_to_joining(way: WayIn) -> bool:
    """Whether somebody has shown a telephone on it, and not for something else."""
    is_for_it = way.purpose in (Purpose.SIGN_IN, Purpose.JOIN)
    return is_for_it and way.is_proven and way.medium is Medium.PHONE


def _key_of(way: WayIn) -> bytes:
    """The request key of joining on this way in: a double tap is one member."""
    return hashlib.sha256(f"app join {way.way_id} {way.sent_to}".encode()).digest()[:16]
