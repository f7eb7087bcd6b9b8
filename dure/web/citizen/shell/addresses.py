"""Where a page of the app is: under /app/ in Korean, under /en/app/ in English."""

from __future__ import annotations

import re
from urllib.parse import quote

from django.http import HttpRequest

from dure.web.shared.language import Language, language_of_page

KOREAN = "/app"
ENGLISH = "/en/app"


def app_root(request: HttpRequest) -> str:
    """Before every address of the app in the reader's language, without a slash at its end."""
    return language_of_page(request).choose(KOREAN, ENGLISH)


def own_address(request: HttpRequest, language: Language) -> str:
    """This page in that language, its question with it."""
    path, question = request.path_info, request.META.get("QUERY_STRING", "")
    below = path.removeprefix(ENGLISH if path.startswith("/en/") else KOREAN)
    return language.choose(KOREAN, ENGLISH) + below + (f"?{question}" if question else "")


def address_inside(asked: str) -> str | None:
    """The address when it is of a page of the app; None for any other."""
    inside = any(asked == root or asked.startswith(f"{root}/") for root in (KOREAN, ENGLISH))
    plain = asked.isprintable() and "\\" not in asked and "//" not in asked
    # A browser resolves dot segments before it asks (URL standard): they lead out of the app.
    path = re.split(r"[?#]", asked, maxsplit=1)[0].lower().replace("%2e", ".")
    leads_out = not {".", ".."}.isdisjoint(path.split("/"))
    return asked if inside and plain and not leads_out else None


def next_address(request: HttpRequest) -> str:
    """Where to go on to after signing in; the first page of the app when not told."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    return address_inside(asked) or f"{app_root(request)}/"


def with_return(address: str, request: HttpRequest) -> str:
    """An address that knows where to go on to afterwards: this page, where it may be looked at."""
    if request.method not in ("GET", "HEAD"):
        return address
    return f"{address}?next={quote(request.get_full_path(), safe='/')}"
