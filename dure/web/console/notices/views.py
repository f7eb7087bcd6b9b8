"""Notices: the console's list, and the page that every citizen may read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dure.report.live import city_clock
from dure.web.console.export.sheets import Column, Kind, spreadsheet, wants_sheet
from dure.web.console.notices.reading import PAGE_ROWS, faces, read_notices
from dure.web.console.notices.words import NOTICE_WORDS
from dure.web.console.shell.access import console_page
from dure.web.console.shell.frame import city_time, console_answer
from dure.web.console.shell.words import told
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.pages import page
from dure.web.shared.store import database
from dure.web.shared.words import words_in


@require_safe
@console_page()
def notices(request: HttpRequest) -> HttpResponse:
    """All notices, those that became void too."""
    language = language_of_page(request)
    if wants_sheet(request):
        return _sheet(request, language)
    values = _page_values(request, city_time(request), language, with_void=True)
    title = language.choose(*NOTICE_WORDS["notices_title"])
    template = "console/notices/notices.html"
    return console_answer(request, template, values, words=NOTICE_WORDS, title=title)


@require_safe
def public_notices(request: HttpRequest) -> HttpResponse:
    """What citizens are told: changes that come, and earlier notices."""
    language = language_of_page(request)
    now_us = city_clock(database()).now_us()
    values = {
        **_page_values(request, now_us, language, with_void=False),
        "words": {**words_in(language), **told(NOTICE_WORDS, language)},
        "title": language.choose(*NOTICE_WORDS["notices_title"]),
    }
    template = "console/notices/public.html"
    return page(request, template, values, address_ko="/notices", address_en="/en/notices")


def _page_values(
    request: HttpRequest, now_us: int, language: Language, *, with_void: bool
) -> dict[str, object]:
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isdecimal() and len(asked) < 10 else None
    found = read_notices(database(), before=before, with_void=with_void, count=PAGE_ROWS + 1)
    shown = faces(found[:PAGE_ROWS], now_us, language)
    return {
        "ahead": [face for face in shown if face.is_ahead],
        "earlier": [face for face in shown if not face.is_ahead],
        "older": f"?before={shown[-1].entry}" if len(found) > PAGE_ROWS else "",
        "public": language.choose("/notices", "/en/notices"),
    }


def _sheet(request: HttpRequest, language: Language) -> HttpResponse:
    def word(name: str) -> str:
        return language.choose(*NOTICE_WORDS[name])

    columns = [
        Column(word("notice_told"), Kind.INSTANT_US),
        Column(word("notice_begins"), Kind.INSTANT_US),
        Column(word("notice_rule")),
        Column(word("notice_emergency")),
        Column(word("notice_void")),
        Column(word("notice_text")),
    ]
    rows = (
        [
            notice.told_at_us,
            notice.begins_at_us,
            f"{notice.rule}@{notice.version}",
            "O" if notice.is_emergency else "",
            "O" if notice.is_void else "",
            notice.text(language),
        ]
        for notice in read_notices(database(), with_void=True, count=10_000)
    )
    title = word("notices_title")
    return spreadsheet(request, title=title, columns=columns, rows=rows, source="rule_notice")
