"""Where a member is reached and signs in: the e-mail address, and another telephone number.

Either is shown to be read, by a code, before it is kept.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from dure.people.desk_changes import change_phone
from dure.people.fields import installed_sealer
from dure.people.mail_addresses import MailTakenError, forget_mail, mail_of, set_mail
from dure.people.members import PersonalDataWrongError, PhoneTakenError, get_member
from dure.people.notice_kinds import NoticeKind
from dure.people.one_time_codes import (
    Beginning,
    Medium,
    Purpose,
    TooManyCodesError,
    WayIn,
    begin_way,
    end_way,
)
from dure.people.sms import SmsSilentError, sms_centre
from dure.web.citizen.join.browser import arrive, asking_of, set_out, way_of
from dure.web.citizen.join.proving import tell_safety
from dure.web.citizen.join.settings import phone_told, word
from dure.web.citizen.join.settings_words import SETTINGS_WORDS
from dure.web.citizen.shell.access import member_page, require_proof
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.sessions import BeganBy, Visitor
from dure.web.shared.store import database


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def mail(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """The e-mail address with which the member signs in."""
    require_proof(visitor)
    if request.method != "POST":
        return _ask(request, visitor, Medium.MAIL)
    if request.POST.get("forget"):
        forget_mail(database(), visitor.member_id)
        messages.success(request, word(request, "mail_forgotten"))
        return HttpResponseRedirect(f"{app_root(request)}/settings")
    return _send(request, visitor, Medium.MAIL)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def phone(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Another telephone number, after a proof."""
    require_proof(visitor)
    if request.method != "POST":
        return _ask(request, visitor, Medium.PHONE)
    return _send(request, visitor, Medium.PHONE)


def _send(request: HttpRequest, visitor: Visitor, medium: Medium) -> HttpResponseBase:
    typed = request.POST.get("to", "")[:254]
    beginning = Beginning(Purpose.ADDRESS, medium, typed, member_id=visitor.member_id)
    try:
        ticket = begin_way(database(), installed_sealer(), beginning, asking_of(request))
    except PersonalDataWrongError as wrong:
        return _ask(request, visitor, medium, word(request, f"wrong_{wrong}"))
    except TooManyCodesError:
        return _ask(request, visitor, medium, word(request, "too_many_codes"), 429)
    return set_out(request, f"{app_root(request)}/sign-in/code", ticket)


def _ask(
    request: HttpRequest, visitor: Visitor, medium: Medium, fault: str = "", status: int = 200
) -> HttpResponseBase:
    values: dict[str, object] = {"typed": request.POST.get("to", "")[:254], "fault": fault}
    sealer = installed_sealer()
    if medium is Medium.MAIL:
        values["mail"] = mail_of(database(), sealer, visitor.member_id) or ""
    else:
        values["phone"] = phone_told(get_member(database(), sealer, visitor.member_id).phone)
    name = medium.name.lower()
    return app_answer(
        request, visitor, f"citizen/join/{name}_address.html", values, words=SETTINGS_WORDS,
        title=word(request, f"{name}_title"), status=status,
    )  # fmt: skip


@require_safe
@member_page
def address_proven(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Keeps the address whose code was right, in the session that asked for it."""
    way = way_of(request)
    settings = f"{app_root(request)}/settings"
    if (
        way is None
        or not way.is_proven
        or way.purpose is not Purpose.ADDRESS
        or way.member_id != visitor.member_id
    ):
        return HttpResponseRedirect(settings)
    end_way(database(), way.way_id)
    try:
        if way.medium is Medium.PHONE:
            return _keep_phone(request, visitor, way)
        set_mail(database(), installed_sealer(), member_id=visitor.member_id, address=way.sent_to)
    except (MailTakenError, PhoneTakenError):
        # Only who reads its messages learns that it is a member's, and nobody whose.
        messages.warning(request, word(request, "address_not_set"))
    else:
        messages.success(request, word(request, "mail_set"))
    return HttpResponseRedirect(settings)


def _keep_phone(request: HttpRequest, visitor: Visitor, way: WayIn) -> HttpResponseBase:
    """Keeps the number and signs in anew; whoever holds the old telephone is told, and signed out.

    Raises PhoneTakenError.
    """
    connection, sealer = database(), installed_sealer()
    key = hashlib.sha256(f"app phone {way.way_id} {way.sent_to}".encode()).digest()[:16]
    before = change_phone(
        connection, sealer, key=key, member_id=visitor.member_id, phone=way.sent_to,
        at_us=now_us(), by="member",
    )  # fmt: skip
    tell_safety(visitor.member_id, NoticeKind.PHONE_CHANGED)
    if before and before != way.sent_to:
        with suppress(SmsSilentError):
            text = word(request, "phone_old_text")
            sms_centre(connection).send(phone=before, text=text, key=f"phone:{way.way_id}")
    messages.success(request, word(request, "phone_set"))
    address = f"{app_root(request)}/settings"
    return arrive(request, address, visitor.member_id, BeganBy.PHONE, proved=True)
