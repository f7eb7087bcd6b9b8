"""Passkeys: signing in with one, and the member's own list of them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST

from dure.people.fields import installed_sealer
from dure.people.members import get_member
from dure.people.notice_kinds import NoticeKind
from dure.people.passkeys import (
    NAME_CHARACTERS_MAX,
    PASSKEYS_MAX,
    PasskeyRefusedError,
    TooManyPasskeysError,
    add_passkey,
    check_passkey,
    options_to_add,
    passkeys_of,
    remove_passkey,
)
from dure.people.tries import MINUTE_US, TryLimit, address_hash, may_try
from dure.web.citizen.join.agents import agent_told
from dure.web.citizen.join.browser import arrive
from dure.web.citizen.join.passkey_challenges import SIGN_IN, passkeys_work, place_of
from dure.web.citizen.join.proving import tell_safety
from dure.web.citizen.join.settings_words import SETTINGS_WORDS
from dure.web.citizen.join.signing_in import word
from dure.web.citizen.shell.access import member_page, open_page, require_proof
from dure.web.citizen.shell.addresses import app_root, next_address
from dure.web.citizen.shell.frame import app_answer
from dure.web.citizen.shell.sessions import BeganBy, Visitor
from dure.web.shared.address_limit import address_of
from dure.web.shared.dates import day_and_time_text, day_text
from dure.web.shared.language import language_of_page
from dure.web.shared.store import database

_TRIES = TryLimit("passkeys from one address", 60, MINUTE_US)


@require_POST
@open_page
def sign_in_with_passkey(request: HttpRequest) -> HttpResponseBase:
    """Signs in whoever has the passkey; it proves as much as the payment PIN does."""
    try:
        if not may_try(database(), _TRIES, address_hash(address_of(request))):
            raise PasskeyRefusedError("too many tries")
        member_id = check_passkey(
            database(), installed_sealer(), place_of(request), SIGN_IN,
            request.POST.get("passkey", ""),
        )  # fmt: skip
    except PasskeyRefusedError:
        messages.warning(request, word(request, "passkey_refused"))
        return HttpResponseRedirect(f"{app_root(request)}/sign-in")
    return arrive(request, next_address(request), member_id, BeganBy.PASSKEY, proved=True)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def passkeys(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """The member's passkeys; adding one wants a proof, for it can pay."""
    require_proof(visitor)
    language, fault = language_of_page(request), ""
    if request.method == "POST":
        fault = _add(request, visitor)
        if not fault:
            messages.success(request, _word(request, "passkey_added"))
            tell_safety(visitor.member_id, NoticeKind.PASSKEY_ADDED)
            return HttpResponseRedirect(f"{app_root(request)}/settings/passkeys")
    listed = passkeys_of(database(), visitor.member_id)
    works = passkeys_work(request)
    values = {
        "passkeys": [
            {
                "passkey_id": each.passkey_id,
                "name": each.name,
                "added": day_text(each.added_at_us, language),
                "used": day_and_time_text(each.used_at_us, language) if each.used_at_us else "",
            }
            for each in listed
        ],
        "works": works,
        "fault": fault,
        "is_full": len(listed) >= PASSKEYS_MAX,
        "name": agent_told(request.headers.get("User-Agent", ""), language_of_page(request)),
        "name_max": NAME_CHARACTERS_MAX,
        "options": _options(request, visitor) if works and len(listed) < PASSKEYS_MAX else "",
    }
    return app_answer(
        request, visitor, "citizen/join/passkeys.html", values, words=SETTINGS_WORDS,
        title=_word(request, "passkeys_title"),
    )  # fmt: skip


def _options(request: HttpRequest, visitor: Visitor) -> str:
    sealer = installed_sealer()
    member = get_member(database(), sealer, visitor.member_id)
    return options_to_add(
        database(), sealer, place_of(request), member_id=visitor.member_id,
        public_id=visitor.public_id, name=member.name, session_id=visitor.session_id,
    )  # fmt: skip


def _add(request: HttpRequest, visitor: Visitor) -> str:
    typed = "".join(sign for sign in request.POST.get("name", "") if sign.isprintable())
    name = " ".join(typed.split()) or "Passkey"
    try:
        add_passkey(
            database(), installed_sealer(), place_of(request), member_id=visitor.member_id,
            session_id=visitor.session_id, answer=request.POST.get("passkey", ""), name=name,
        )  # fmt: skip
    except TooManyPasskeysError:
        return _word(request, "passkeys_full")
    except PasskeyRefusedError:
        return _word(request, "passkey_not_added")
    return ""


@require_POST
@member_page
def remove(request: HttpRequest, visitor: Visitor, passkey_id: int) -> HttpResponseBase:
    """Takes a passkey away; one that is not the member's is not there."""
    require_proof(visitor)
    if remove_passkey(database(), member_id=visitor.member_id, passkey_id=passkey_id):
        messages.success(request, _word(request, "passkey_removed"))
    return HttpResponseRedirect(f"{app_root(request)}/settings/passkeys")


def _word(request: HttpRequest, name: str) -> str:
    return language_of_page(request).choose(*SETTINGS_WORDS[name])
