"""Passkeys at the edge: where they hold, and what a page hands to the browser for them."""

from __future__ import annotations

import ipaddress

from django.http import HttpRequest

from dure.people.fields import installed_sealer
from dure.people.passkeys import ChallengeFor, Place, options_to_show
from dure.web.citizen.shell.sessions import Visitor
from dure.web.shared.store import database

SIGN_IN = ChallengeFor("sign-in")


def place_of(request: HttpRequest) -> Place:
    """The host that this page is on."""
    host = request.get_host()
    return Place(_name_of(host), f"{request.scheme}://{host}")


def passkeys_work(request: HttpRequest) -> bool:
    """Whether browsers have passkeys for this host: they have none for a bare network address,
    and none without HTTPS but on this very machine."""
    name = _name_of(request.get_host())
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return request.is_secure() or name == "localhost"
    return False


def sign_in_options(request: HttpRequest) -> str:
    """What the browser is asked to sign in with any passkey it has for this host, as JSON."""
    return options_to_show(database(), installed_sealer(), place_of(request), SIGN_IN)


def proof_options(request: HttpRequest, visitor: Visitor) -> str:
    """What the browser is asked for a proof of this member, as JSON."""
    return options_to_show(
        database(), installed_sealer(), place_of(request),
        ChallengeFor("proof", visitor.session_id), visitor.member_id,
    )  # fmt: skip


def _name_of(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]
