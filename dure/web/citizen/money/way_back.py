"""What a form of this room names, checked: an account, and the way back to a payment.

Who charges what was missing goes on where the money was missing.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from django.http import HttpRequest

from dure.web.citizen.shell.addresses import ENGLISH, KOREAN, address_inside, app_root

FIELD: Final = "next"
_SHEET: Final = re.compile(r"/pay/shops/[0-9A-Za-z]{1,20}(?:\?[0-9A-Za-z=&,_-]{0,120})?", re.ASCII)
_CHARGE: Final = re.compile(r"/charge(?:\?[0-9A-Za-z=&,_%./-]{0,400})?", re.ASCII)
_ACCOUNT: Final = re.compile(r"[0-9A-Za-z]{8,40}", re.ASCII)


def way_back(request: HttpRequest) -> str:
    """The payment's sheet to which a charge leads back, in the reader's language; "" for none.

    Nothing but the address of a sheet is taken, so no link made elsewhere leads anywhere else.
    """
    return _checked(request, _SHEET)


def way_on(request: HttpRequest) -> str:
    """The charge that goes on once an account is linked, checked as `way_back` is; "" for none."""
    return _checked(request, _CHARGE)


def carrying(address: str, back: str) -> str:
    """The address, with the way back beside what it asks already."""
    if not back:
        return address
    return f"{address}{'&' if '?' in address else '?'}{FIELD}={quote(back, safe='/')}"


def _checked(request: HttpRequest, wanted: re.Pattern[str]) -> str:
    asked = request.POST.get(FIELD) or request.GET.get(FIELD) or ""
    if address_inside(asked) is None:
        return ""
    below = asked.removeprefix(ENGLISH if asked.startswith(ENGLISH) else KOREAN)
    return app_root(request) + below if wanted.fullmatch(below) else ""


def named_account(request: HttpRequest) -> str:
    """The bank account that a form names; "" where it is no consent's number."""
    named = request.POST.get("account", "")
    return named if _ACCOUNT.fullmatch(named) else ""
