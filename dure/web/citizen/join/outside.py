"""Signing in with Kakao or Naver, and linking such an account.

The first time, who comes with an account that nobody has linked shows a telephone as well: the
account alone makes nobody a member, and never proves enough to pay.
"""

from __future__ import annotations

import logging
from typing import Final
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.people.fields import installed_sealer
from dure.people.outside_accounts import (
    find_linked,
    link_account,
    linked_accounts,
    subject_index,
    unlink_account,
)
from dure.people.tries import MINUTE_US, TryLimit, address_hash, may_try
from dure.web.citizen.join.browser import OUTSIDE_FIELD, arrive, keep_outside
from dure.web.citizen.join.providers import (
    FAULTS,
    PROVIDERS,
    Provider,
    client_of,
    find_provider,
)
from dure.web.citizen.join.settings import word as settings_word
from dure.web.citizen.join.settings_words import SETTINGS_WORDS
from dure.web.citizen.join.signing_in import word
from dure.web.citizen.shell.access import member_page, open_page, require_proof, visitor_of
from dure.web.citizen.shell.addresses import address_inside, app_root, next_address
from dure.web.citizen.shell.frame import app_answer
from dure.web.citizen.shell.sessions import BeganBy, Visitor
from dure.web.shared.address_limit import address_of
from dure.web.shared.store import database

log = logging.getLogger(__name__)

_NEXT: Final = "app_outside_next"
_LINK: Final = "app_outside_link"
_TRIES: Final = TryLimit("accounts elsewhere from one address", 60, MINUTE_US)
_SUBJECT_CHARACTERS_MAX: Final = 200


class OutsideFailedError(Exception):
    """The provider did not answer, or not as it should; `word` is what the citizen is told."""

    def __init__(self, why: str, *, word: str = "outside_failed") -> None:
        super().__init__(why)
        self.word = word


@require_safe
@open_page
def start(request: HttpRequest, name: str) -> HttpResponseBase:
    """Sends the browser to the provider. A link, not a form: forms of ours lead nowhere else."""
    provider = _require(request, name)
    request.session[_NEXT] = next_address(request)
    request.session.pop(_LINK, None)
    return _leave_for(request, provider)


@require_safe
@member_page
def link(request: HttpRequest, visitor: Visitor, name: str) -> HttpResponseBase:
    """Sends the browser to the provider, for an account that is to become the member's."""
    require_proof(visitor)
    provider = _require(request, name)
    request.session[_LINK] = visitor.session_id
    return _leave_for(request, provider)


def _leave_for(request: HttpRequest, provider: Provider) -> HttpResponseBase:
    back = request.build_absolute_uri(f"{app_root(request)}/sign-in/with/{provider.name}/back")
    response: HttpResponseBase = client_of(provider).authorize_redirect(request, back)
    return response


@require_http_methods(["GET"])
@open_page
def back(request: HttpRequest, name: str) -> HttpResponseBase:
    """Where the provider sends the browser back to: checks what it brings, and signs in."""
    provider = _require(request, name)
    told = word(request, name)
    try:
        if not may_try(database(), _TRIES, address_hash(address_of(request))):
            raise OutsideFailedError("too many tries", word="outside_often")
        subject = _subject(request, provider)
    except OutsideFailedError as failed:
        log.warning("%s signs nobody in: %s", name, failed)
        return _gone_wrong(request, failed, told)
    index = subject_index(installed_sealer(), name, subject)
    linking = request.session.pop(_LINK, None)
    if linking is not None:
        return _linked(request, name, index, linking)
    next_ = address_inside(request.session.pop(_NEXT, "")) or f"{app_root(request)}/"
    member_id = find_linked(database(), name, index)
    if member_id is not None:
        return arrive(request, next_, member_id, BeganBy.ELSEWHERE)
    keep_outside(request, name, index)
    asked = f"next={quote(next_)}&{OUTSIDE_FIELD}={name}"
    return HttpResponseRedirect(f"{app_root(request)}/sign-in?{asked}")


def _gone_wrong(request: HttpRequest, failed: OutsideFailedError, told: str) -> HttpResponseBase:
    """Says so where the citizen began, with the way on that is open there."""
    root = app_root(request)
    if request.session.pop(_LINK, None) is not None:
        key = "outside_not_linked" if failed.word == "outside_failed" else failed.word
        messages.warning(request, word(request, key, provider=told))
        return HttpResponseRedirect(f"{root}/settings/accounts")
    messages.warning(request, word(request, failed.word, provider=told))
    next_ = address_inside(request.session.pop(_NEXT, "")) or f"{root}/"
    asked = "" if next_ == f"{root}/" else f"?next={quote(next_)}"
    return HttpResponseRedirect(f"{root}/sign-in{asked}")


def _linked(request: HttpRequest, name: str, index: bytes, linking: int) -> HttpResponseBase:
    """Links the account in the session that asked for it, and in no other."""
    visitor = visitor_of(request)
    if visitor is None or visitor.is_moved or visitor.session_id != linking:
        return HttpResponseRedirect(f"{app_root(request)}/sign-in")
    is_linked = link_account(
        database(), provider=name, subject_index=index, member_id=visitor.member_id
    )
    if is_linked:
        messages.success(request, settings_word(request, "account_linked"))
    else:
        messages.warning(request, settings_word(request, "account_not_linked"))
    return HttpResponseRedirect(f"{app_root(request)}/settings/accounts")


def _subject(request: HttpRequest, provider: Provider) -> str:
    """Who signed in there, as the provider's own number; raises OutsideFailedError.

    The library checks state, code verifier, and of an ID token signature, issuer, audience, times
    and nonce.
    """
    if request.GET.get("error"):
        # RFC 6749, 4.1.2.1: only this one is the user's own no.
        was_denied = request.GET["error"] == "access_denied"
        raise OutsideFailedError(
            "denied" if was_denied else "an error of its own",
            word="outside_denied" if was_denied else "outside_failed",
        )
    client = client_of(provider)
    try:
        token = client.authorize_access_token(request)
        if provider.is_openid:
            subject = token["userinfo"]["sub"]
        else:
            answer = client.get(provider.endpoints.subject_url, token=token)
            answer.raise_for_status()
            subject = answer.json()["response"]["id"]
    except FAULTS as error:
        raise OutsideFailedError(type(error).__name__) from error
    if not isinstance(subject, str) or not 0 < len(subject) <= _SUBJECT_CHARACTERS_MAX:
        raise OutsideFailedError("no subject")
    return subject


@require_safe
@member_page
def accounts(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """The accounts elsewhere that sign this member in."""
    linked = {each.provider for each in linked_accounts(database(), visitor.member_id)}
    shown = [
        (name, settings_word(request, name), name in linked)
        for name in PROVIDERS
        if name in linked or find_provider(request, name) is not None
    ]
    return app_answer(
        request, visitor, "citizen/join/accounts.html", {"accounts": shown},
        words=SETTINGS_WORDS, title=settings_word(request, "accounts_title"),
    )  # fmt: skip


@require_POST
@member_page
def unlink(request: HttpRequest, visitor: Visitor, name: str) -> HttpResponseBase:
    """The account signs this member in no more."""
    if name not in PROVIDERS:
        raise Http404
    require_proof(visitor)
    unlink_account(database(), member_id=visitor.member_id, provider=name)
    messages.success(request, settings_word(request, "account_unlinked"))
    return HttpResponseRedirect(f"{app_root(request)}/settings/accounts")


def _require(request: HttpRequest, name: str) -> Provider:
    provider = find_provider(request, name)
    if provider is None:
        raise Http404
    return provider
