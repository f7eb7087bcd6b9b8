"""The settings: how one reads, who one is, and what keeps the wallet safe."""

from __future__ import annotations

from typing import Final

from django.conf import settings as installation
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.people.fields import installed_sealer
from dure.people.mail_addresses import mail_of
from dure.people.members import get_member
from dure.people.outside_accounts import linked_accounts
from dure.people.passkeys import passkeys_of
from dure.people.payment_pins import pin_state
from dure.policy.districts import DISTRICT_NAMES
from dure.web.citizen.join.settings_words import SETTINGS_WORDS
from dure.web.citizen.shell.access import member_page, open_page
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import LOOK_COOKIE, app_answer, looks
from dure.web.citizen.shell.sessions import Visitor
from dure.web.shared.language import language_of_page
from dure.web.shared.store import database

_LOOK_KEPT_S: Final = 400 * 86_400
"""Browsers keep a cookie no longer than 400 days (RFC 6265bis)."""


def word(request: HttpRequest, name: str, /, **values: object) -> str:
    """One of the words of the settings, in the reader's language."""
    return language_of_page(request).choose(*SETTINGS_WORDS[name]).format(**values)


@require_safe
@member_page
def settings(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Everything that a member can set, each with what it is now."""
    connection, sealer = database(), installed_sealer()
    member = get_member(connection, sealer, visitor.member_id)
    look = looks(request)
    values = {
        "name": member.name,
        "phone": phone_told(member.phone) or word(request, "no_phone"),
        "district": district_told(request, visitor.district),
        "level": word(request, f"level_{int(visitor.level)}"),
        "pin": word(request, f"pin_state_{pin_state(connection, visitor.member_id).value}"),
        "passkeys": len(passkeys_of(connection, visitor.member_id)),
        "mail": mail_of(connection, sealer, visitor.member_id) or word(request, "none"),
        "accounts": ", ".join(
            word(request, each.provider) for each in linked_accounts(connection, visitor.member_id)
        )
        or word(request, "none"),
        "is_large": "large" in look,
        "themes": [
            (theme, word(request, f"theme_{theme or 'phone'}"), theme == theme_of(look))
            for theme in ("", "light", "dark")
        ],
    }
    return app_answer(
        request, visitor, "citizen/join/settings.html", values, words=SETTINGS_WORDS,
        title=word(request, "settings_title"),
    )  # fmt: skip


@require_POST
@open_page
def set_look(request: HttpRequest) -> HttpResponseBase:
    """Keeps in this browser how its reader reads; nothing of it is known to us."""
    chosen = [name for name in ("large",) if request.POST.get(name) == "on"]
    theme = request.POST.get("theme", "")
    if theme in ("light", "dark"):
        chosen.append(theme)
    messages.success(request, word(request, "saved"))
    response = HttpResponseRedirect(f"{app_root(request)}/settings")
    response.set_cookie(
        LOOK_COOKIE, ".".join(chosen), max_age=_LOOK_KEPT_S, samesite="Lax",
        secure=installation.SESSION_COOKIE_SECURE, httponly=True,
    )  # fmt: skip
    return response


@require_http_methods(["GET", "HEAD"])
@member_page
def more(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """All doors of the app on one page."""
    from dure.web.citizen.join.doors import doors_shown

    values = {"groups": doors_shown(request)}
    return app_answer(
        request, visitor, "citizen/join/more.html", values, words=SETTINGS_WORDS,
        title=word(request, "more_title"),
    )  # fmt: skip


def theme_of(look: list[str]) -> str:
    """The colors that the reader chose; empty where the telephone decides."""
    return next((name for name in ("light", "dark") if name in look), "")


def district_told(request: HttpRequest, district: int) -> str:
    """The name of a district; of anywhere else it is said that it is not in Incheon."""
    names = DISTRICT_NAMES.get(district, SETTINGS_WORDS["elsewhere"])
    return language_of_page(request).choose(*names)


def phone_told(phone: str) -> str:
    """A number with its middle hidden, as its owner knows it."""
    if not phone:
        return ""
    digits = "0" + phone.removeprefix("+82")
    return f"{digits[:3]}-{'*' * len(digits[3:-4])}-{digits[-4:]}"
