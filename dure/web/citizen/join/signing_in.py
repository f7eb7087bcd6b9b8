"""Signing in with a code by telephone or e-mail, and out.

Whoever types a number gets the same answer, whether it is a member's or not; only who reads the
message there learns it.
"""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from dure.engine.client import EngineGone
from dure.kernel.database.home import home_directory
from dure.people.fields import installed_sealer
from dure.people.mail_addresses import find_by_mail
from dure.people.members import (
    Member,
    MemberRefusedError,
    MemberStatus,
    PersonalDataWrongError,
    find_by_phone,
    get_member,
    open_wallet,
)
from dure.people.one_time_codes import (
    Beginning,
    CodeNotSentError,
    CodeSaid,
    Medium,
    Purpose,
    TooManyCodesError,
    TooSoonError,
    WayIn,
    begin_way,
    check_code,
    end_way,
    send_again,
)
from dure.people.outside_accounts import link_account
from dure.people.sms import has_demo_keys
from dure.web.citizen.join.browser import (
    arrive,
    asking_of,
    kept_next,
    outside_of,
    set_out,
    ticket_of,
    way_of,
)
from dure.web.citizen.join.passkey_challenges import passkeys_work, sign_in_options
from dure.web.citizen.join.providers import providers_shown
from dure.web.citizen.join.words import JOIN_WORDS
from dure.web.citizen.shell.access import open_page, visitor_of
from dure.web.citizen.shell.addresses import app_root, next_address
from dure.web.citizen.shell.frame import app_answer
from dure.web.citizen.shell.sessions import COOKIE, BeganBy, end_session
from dure.web.shared.engine import engine
from dure.web.shared.language import language_of_page
from dure.web.shared.store import database

TYPED_CHARACTERS_MAX = 254
_UNSURE: Final = {Medium.PHONE: "not_confirmed", Medium.MAIL: "mail_not_confirmed"}


def word(request: HttpRequest, name: str, /, **values: object) -> str:
    """One of the words of signing in and joining, in the reader's language."""
    return language_of_page(request).choose(*JOIN_WORDS[name]).format(**values)


@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Asks for a telephone number or an e-mail address, and sends a code there."""
    if request.method == "POST":
        return _send_first(request)
    if visitor_of(request) is not None:
        return HttpResponseRedirect(next_address(request))
    return _ask_where(request)


def _ask_where(request: HttpRequest, fault: str = "", status: int = 200) -> HttpResponseBase:
    by_mail = (request.POST.get("by") or request.GET.get("by")) == "mail"
    values = {
        "by_mail": by_mail,
        "typed": request.POST.get("to", "")[:TYPED_CHARACTERS_MAX],
        "next": next_address(request),
        "fault": fault,
        "providers": providers_shown(request),
        "demo": has_demo_keys(home_directory()),
        "passkey_options": sign_in_options(request) if passkeys_work(request) else "",
        **outside_shown(request),
    }
    title = word(request, "sign_in_title")
    return app_answer(
        request, None, "citizen/join/sign_in.html", values, words=JOIN_WORDS, title=title,
        status=status,
    )  # fmt: skip


def outside_shown(request: HttpRequest) -> dict[str, str]:
    """What a page on the way in says of the account elsewhere that will be linked, if one will."""
    provider, _ = outside_of(request)
    if provider is None:
        return {"outside": "", "outside_told": ""}
    told = word(request, "outside_new", provider=word(request, provider))
    return {"outside": provider, "outside_told": told}


def _send_first(request: HttpRequest) -> HttpResponseBase:
    medium = Medium.MAIL if request.POST.get("by") == "mail" else Medium.PHONE
    typed = request.POST.get("to", "")[:TYPED_CHARACTERS_MAX]
    provider, subject = outside_of(request)
    beginning = Beginning(Purpose.SIGN_IN, medium, typed, provider=provider, subject=subject)
    try:
        ticket = begin_way(database(), installed_sealer(), beginning, asking_of(request))
    except PersonalDataWrongError as wrong:
        return _ask_where(request, word(request, f"wrong_{wrong}"))
    except TooManyCodesError:
        return _ask_where(request, word(request, "too_many_codes"), 429)
    return set_out(request, f"{app_root(request)}/sign-in/code", ticket, next_address(request))


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def code(request: HttpRequest) -> HttpResponseBase:
    """Asks for the code of the way in, whatever it is for, and goes on where it leads."""
    way = way_of(request)
    if way is None:
        messages.warning(request, word(request, "way_over"))
        return HttpResponseRedirect(f"{app_root(request)}/sign-in")
    if way.purpose is Purpose.LOCK:
        return HttpResponseRedirect(f"{app_root(request)}/lock/lost/text")
    if request.method != "POST":
        return ask_code(request, way)
    said = check_code(
        database(), installed_sealer(), ticket_of(request), request.POST.get("code", "")[:20]
    )
    if said is CodeSaid.RIGHT:
        return go_on(request, way)
    return ask_code(request, way, word(request, f"code_{said.name.lower()}"))


def ask_code(request: HttpRequest, way: WayIn, fault: str = "") -> HttpResponseBase:
    """The page that asks for a code."""
    values = {
        "by_mail": way.medium is Medium.MAIL,
        "sent_to": told_receiver(way),
        "fault": fault,
        "unsure": "" if way.is_confirmed else word(request, _UNSURE[way.medium]),
        "demo": has_demo_keys(home_directory()),
    }
    title = word(request, "code_title")
    return app_answer(
        request, visitor_of(request), "citizen/join/code.html", values, words=JOIN_WORDS,
        title=title,
    )  # fmt: skip


@require_POST
@open_page
def code_again(request: HttpRequest) -> HttpResponseBase:
    """Sends another code on the same way in."""
    try:
        send_again(database(), installed_sealer(), ticket_of(request), asking_of(request))
    except LookupError:
        messages.warning(request, word(request, "way_over"))
        return HttpResponseRedirect(f"{app_root(request)}/sign-in")
    except TooSoonError as soon:
        messages.info(request, word(request, "too_soon", seconds=soon.wait_s))
    except TooManyCodesError:
        messages.warning(request, word(request, "too_many_codes"))
    except CodeNotSentError:
        pass  # The page says so as long as it holds.
    else:
        messages.success(request, word(request, "sent_again"))
    return HttpResponseRedirect(f"{app_root(request)}/sign-in/code")


def go_on(request: HttpRequest, way: WayIn) -> HttpResponseBase:
    """Where a way in leads when its code was right."""
    root = app_root(request)
    if way.purpose is Purpose.NEW_PIN:
        return HttpResponseRedirect(f"{root}/settings/pin/new")
    if way.purpose is Purpose.ADDRESS:
        return HttpResponseRedirect(f"{root}/settings/address/proven")
    try:
        member = member_on(way)
    except EngineGone:
        return ask_code(request, way, word(request, "engine_gone"))
    except MemberRefusedError:
        return ask_code(request, way, word(request, "join_refused"))
    if member is None:
        if way.medium is Medium.MAIL:
            messages.info(request, word(request, "mail_unknown"))
            return HttpResponseRedirect(f"{root}/sign-in")
        place = "join/about" if way.birth_date else "join"
        if way.purpose is Purpose.SIGN_IN and not way.birth_date:
            messages.info(request, word(request, "not_yet_member"))
        return HttpResponseRedirect(f"{root}/{place}")
    if way.purpose is Purpose.JOIN:
        messages.info(request, word(request, "member_already"))
    if way.provider and way.subject:
        link_account(
            database(), provider=way.provider, subject_index=bytes.fromhex(way.subject),
            member_id=member.member_id,
        )  # fmt: skip
    began_by = BeganBy.MAIL if way.medium is Medium.MAIL else BeganBy.PHONE
    return arrive(request, kept_next(request, f"{root}/"), member.member_id, began_by)


def member_on(way: WayIn) -> Member | None:
    """The member whose number or address was proven; a wallet that is still opening is opened."""
    sealer = installed_sealer()
    find = find_by_mail if way.medium is Medium.MAIL else find_by_phone
    member = find(database(), sealer, way.sent_to)
    if member is not None and member.status is MemberStatus.OPENING:
        open_wallet(database(), engine().ask, member.member_id)
        member = get_member(database(), sealer, member.member_id)
    return member


def told_receiver(way: WayIn) -> str:
    """The number or address as it may be shown: enough to see a slip of the finger."""
    if way.medium is Medium.PHONE:
        digits = "0" + way.sent_to.removeprefix("+82")
        return f"{digits[:3]}-{digits[3:-4]}-{digits[-4:]}"
    return way.sent_to


@require_POST
@open_page
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """Ends this session; the browser forgets what it kept of the member."""
    visitor = visitor_of(request)
    if visitor is not None:
        end_session(database(), member_id=visitor.member_id, session_id=visitor.session_id)
    way = way_of(request)
    if way is not None:
        end_way(database(), way.way_id)
    messages.success(request, word(request, "signed_out"))
    response = HttpResponseRedirect(f"{app_root(request)}/sign-in")
    response.delete_cookie(COOKIE)
    # Offline pages and the last known balance go with it (Clear Site Data, W3C).
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
