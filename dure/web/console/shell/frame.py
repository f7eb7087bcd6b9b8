"""The frame around every page of the console: menu, who is signed in, the city's time, messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.html import escape

from dure.kernel.calendar import seoul
from dure.kernel.clock import Clock
from dure.report.live import city_clock
from dure.rulebook.officials import ROLE_NAMES, Grant, place_name
from dure.web.console.shell.addresses import console_root, own_address, sheet_address
from dure.web.console.shell.navigation import links
from dure.web.console.shell.officials import ConsoleOfficial
from dure.web.console.shell.words import SHELL_WORDS, Words, told
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.pages import page
from dure.web.shared.store import database
from dure.web.shared.words import words_in

_TABLES_PLACE = "<!-- tables -->"


@dataclass(frozen=True, slots=True)
class ClockShown:
    """The city's time; `machine` for programs (ISO 8601 with offset)."""

    machine: str
    text: str


def console_answer(
    request: HttpRequest,
    template: str,
    values: Mapping[str, object],
    *,
    words: Words | None = None,
    title: str,
    status: int = 200,
) -> HttpResponse:
    """Renders a page of the console; `words` are the room's own, `title` is the page's.

    The template extends console/base.html and finds `words`, `console` (before every address),
    `language` and `official` beside its values. With `?as=xlsx` it is answered with the tables of
    the page as a spreadsheet, where the view has not done so itself.
    """
    language = language_of_page(request)
    official: ConsoleOfficial | None = getattr(request, "console_official", None)
    root = console_root(request)
    context: dict[str, object] = {
        "words": {
            **words_in(language),
            **told(SHELL_WORDS, language),
            **(told(words, language) if words else {}),
        },
        "title": title,
        "console": root,
        "home": f"{root}/",
        "as_sheet": sheet_address(request),
        "official": official,
        "roles": [grant_text(grant, language) for grant in sorted_grants(official)],
        "links": links(official, root, request.path_info, language) if official else (),
        "clock": clock_shown(city_time(request), language) if official else None,
        **values,
    }
    shown = page(
        request,
        template,
        context,
        status=status,
        address_ko=own_address(request, Language.KOREAN),
        address_en=own_address(request, Language.ENGLISH),
    )
    if request.GET.get("as") == "xlsx" and status == 200:
        from dure.web.console.export.page_tables import page_sheet

        return page_sheet(request, shown, title) or shown
    return _with_link(shown, sheet_address(request), language)


def _with_link(shown: HttpResponse, address: str, language: Language) -> HttpResponse:
    """Puts the way to the spreadsheet below a page with tables that does not offer it itself."""
    html = shown.content.decode()
    if "<table" in html and "as=xlsx" not in html:
        name = escape(language.choose(*SHELL_WORDS["tables"]))
        link = f'<p><a class="button" href="{escape(address)}" download>{name}</a></p>'
        shown.content = html.replace(_TABLES_PLACE, link, 1).encode()
    return shown


def city_time(request: HttpRequest) -> int:
    """The city's instant in microseconds since 1970 UTC, one and the same for a whole request."""
    known: int | None = getattr(request, "console_now_us", None)
    if known is None:
        clock: Clock = city_clock(database())
        known = clock.now_us()
        request.console_now_us = known  # type: ignore[attr-defined]
    return known


def clock_shown(now_us: int, language: Language) -> ClockShown:
    """The city's time as the frame shows it: to the minute."""
    local = seoul(now_us)
    text = language.choose(f"{local:%Y년 %-m월 %-d일 %H:%M}", f"{local:%-d %b %Y, %H:%M}")
    return ClockShown(local.isoformat(timespec="minutes"), text)


def grant_text(grant: Grant, language: Language) -> str:
    """A role with its place, as "시 정책 담당자" or "구 담당자 · 서구"."""
    korean, english = ROLE_NAMES[grant.role]
    name = language.choose(korean, english.removeprefix("a ").removeprefix("an "))
    return f"{name} · {language.choose(*place_name(grant.place))}" if grant.place else name


def sorted_grants(official: ConsoleOfficial | None) -> list[Grant]:
    """The official's roles in the order in which pages name them."""
    return sorted(official.grants, key=lambda g: (g.role, g.place)) if official else []


def world_time_text(at_us: int, language: Language) -> str:
    """An instant of the world (not of the city's clock) on the wall clocks of Seoul."""
    local = seoul(at_us)
    return language.choose(f"{local:%Y-%m-%d %H:%M}", f"{local:%-d %b %Y, %H:%M}")
