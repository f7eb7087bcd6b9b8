"""Asking for a proof before money moves, and doing afterwards what was asked for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect

from dure.web.citizen.shell.addresses import app_root, with_return
from dure.web.citizen.shell.sessions import Visitor


def ask_for_proof(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """The page that asks for the payment PIN or a passkey."""
    return HttpResponseRedirect(with_return(f"{app_root(request)}/sign-in", request))
