"""The frame around every page of the app: tabs, messages, language, and how the reader reads."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dure.kernel.clock import Clock
from dure.report.live import city_clock, speed_of
from dure.web.citizen.shell.addresses import app_root, own_address
from dure.web.citizen.shell.navigation import above, tabs
from dure.web.citizen.shell.once import new_form_key
from dure.web.citizen.shell.sessions import Visitor
from dure.web.citizen.shell.words import SHELL_WORDS, Words, told
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.store import database

LOOK_COOKIE: Final = "dure_look"
"""How a reader reads, as words: "large", and "light" or "dark" where it is not the telephone's."""
LOOKS: Final = frozenset({"large", "light", "dark"})
_CLOCK_KEPT_S: Final = 1.0
_clock: tuple[float, Clock] | None = None


def app_answer(
    request: HttpRequest,
    visitor: Visitor | None,
    template: str,
    values: Mapping[str, object],
    *,
    words: Words | None = None,
    title: str,
    status: int = 200,
) -> HttpResponse:
    """Renders a page of the app; `words` are the room's own, `title` is the page's.

    The template extends citizen/base.html and finds `words`, `app` (before every address),
    `language`, `visitor` and `once` (a new key for its form) beside its values.
    """
    language = language_of_page(request)
    root = app_root(request)
    other = Language.ENGLISH if language is Language.KOREAN else Language.KOREAN
    context: dict[str, object] = {
        "language": language.value,
        "words": {**told(SHELL_WORDS, language), **(told(words, language) if words else {})},
        "title": title,
        "app": root,
        "visitor": visitor,
        "tabs": tabs(root, request.path_info, language) if visitor else (),
        "up": above(root, request.path_info, language) if visitor else None,
        "look": looks(request),
        "once": new_form_key(),
        "other_address": own_address(request, other),
        "other_tag": other.value,
        "other_name": language.choose("English", "한국어"),
        **values,
    }
    response = render(request, template, context, status=status)
    response.headers["Content-Language"] = language.value
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def looks(request: HttpRequest) -> list[str]:
    """How this reader reads, by the cookie; what it does not know is left out."""
    return sorted(LOOKS & set(request.COOKIES.get(LOOK_COOKIE, "").split(".")))


def now_us() -> int:
    """The city's instant in microseconds since 1970 UTC; its clock is read anew each second."""
    return _clock_now().now_us()


def city_time_us(world_us: int) -> int:
    """How much of the city's time passes in so much of the world's, in microseconds."""
    return world_us * speed_of(_clock_now())


def _clock_now() -> Clock:
    global _clock
    at_s = time.monotonic()
    if _clock is None or at_s - _clock[0] > _CLOCK_KEPT_S:
        _clock = (at_s, city_clock(database()))
    return _clock[1]


def forget_clock() -> None:
    """Reads the city's clock anew at the next page; for tests that move it."""
    global _clock
    _clock = None
