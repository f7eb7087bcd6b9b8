"""Who did what: the rulebook's log with its proof, acts on the budget, accounts and sign-ins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dure.kernel.calendar import seoul
from dure.rulebook.officials import Role
from dure.web.console.export.sheets import (
    ROWS_MAX,
    Cell,
    Column,
    Kind,
    spreadsheet,
    wants_sheet,
)
from dure.web.console.log.rows import (
    PAGE_ROWS,
    Row,
    Wanted,
    account_rows,
    budget_rows,
    rule_rows,
)
from dure.web.console.log.words import LOG_WORDS
from dure.web.console.shell.access import console_page, forbidden, official_of
from dure.web.console.shell.addresses import console_root
from dure.web.console.shell.frame import console_answer
from dure.web.console.shell.rulebook import LOG, LogRead
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.store import database

ADDRESSES_SEEN_BY: Final = frozenset({Role.OPERATOR, Role.AUDITOR})
"""Who may see from where people sign in."""
TABS: Final = ("rules", "budget", "accounts")
_TYPED_MAX: Final = 60


@require_safe
@console_page()
def log(request: HttpRequest, tab: str = "rules") -> HttpResponse:
    """One of the three logs, filtered, a page of it; as a spreadsheet all that the filter lets."""
    if tab == "accounts" and not official_of(request).roles & ADDRESSES_SEEN_BY:
        return forbidden(request, ADDRESSES_SEEN_BY)
    language, read = language_of_page(request), LOG.read(database())
    wanted = _wanted(request)
    if wants_sheet(request):
        return _sheet(request, tab, read, language)
    found = list(islice(_rows(tab, read, wanted, language, PAGE_ROWS + 1), PAGE_ROWS + 1))
    shown, root = found[:PAGE_ROWS], console_root(request)
    older = {**_asked(request), "before": shown[-1].mark} if len(found) > PAGE_ROWS else None
    values: dict[str, object] = {
        "tab": tab,
        "tabs": _tabs(request, tab, language),
        "rows": [_face(row, tab) for row in shown],
        "asked": _asked(request),
        "older": f"{root}{_below(tab)}?{urlencode(older)}" if older else "",
        "newest": f"{root}{_below(tab)}?{urlencode(_asked(request))}" if wanted.before else "",
        "action": f"{root}{_below(tab)}",
        "head": read.head,
        "count": f"{len(read.entries):,}",
        "faults": [language.choose(f.ko, f.en) for f in LOG.faults(database())[:20]]
        if tab == "rules"
        else [],
    }
    title = language.choose(*LOG_WORDS["log_title"])
    return console_answer(request, "console/log/log.html", values, words=LOG_WORDS, title=title)


def _rows(tab: str, read: LogRead, wanted: Wanted, language: Language, count: int) -> Iterator[Row]:
    if tab == "budget":
        return budget_rows(database(), read.book, wanted, language, count)
    if tab == "accounts":
        return account_rows(database(), read.book, wanted, language, count)
    return rule_rows(reversed(read.entries), read.book, wanted, language)


def _wanted(request: HttpRequest) -> Wanted:
    asked = _asked(request)
    try:
        day: date | None = date.fromisoformat(asked.get("day", ""))
    except ValueError:
        day = None
    if day is not None and not 2000 <= day.year <= 2200:
        day = None
    before = request.GET.get("before", "").replace("\x00", "")[:_TYPED_MAX]
    return Wanted(asked.get("who", ""), asked.get("about", ""), day, before)


def _asked(request: HttpRequest) -> dict[str, str]:
    """The filter as it was typed."""
    named = {name: request.GET.get(name, "").strip()[:_TYPED_MAX] for name in ("who", "about")}
    named["day"] = request.GET.get("day", "").strip()[:10]
    return {name: text.replace("\x00", "") for name, text in named.items() if text}


def _below(tab: str) -> str:
    return "/log" if tab == "rules" else f"/log/{tab}"


def _tabs(request: HttpRequest, now: str, language: Language) -> list[dict[str, object]]:
    root = console_root(request)
    seen = [
        tab for tab in TABS if tab != "accounts" or official_of(request).roles & ADDRESSES_SEEN_BY
    ]
    return [
        {
            "address": root + _below(tab),
            "name": language.choose(*LOG_WORDS[f"tab_{tab}"]),
            "current": tab == now,
        }
        for tab in seen
    ]


def _face(row: Row, tab: str) -> dict[str, object]:
    return {
        "machine": seoul(row.at_us).isoformat(timespec="seconds"),
        "when": f"{seoul(row.at_us):%Y-%m-%d %H:%M:%S}",
        "who": row.who,
        "what": row.what,
        "about": row.about,
        "rule": row.rule,
        "version": row.version,
        "detail": row.detail,
        "amount": f"{row.amount_won:,}" if row.amount_won is not None else "",
        "hash": row.hash[:12],
        "address": row.address,
        "number": row.mark if tab == "rules" else "",
    }


def _sheet(request: HttpRequest, tab: str, read: LogRead, language: Language) -> HttpResponse:
    asked = _wanted(request)
    wanted = Wanted(asked.who, asked.about, asked.day)
    found = _rows(tab, read, wanted, language, ROWS_MAX + 1)

    def word(name: str) -> str:
        return language.choose(*LOG_WORDS[name])

    columns = [
        Column(word("when"), Kind.INSTANT_US),
        Column(word("who")),
        Column(word("what")),
        Column(word("about")),
    ]
    rows: Iterator[list[Cell]]
    if tab == "rules":
        columns += [
            Column(word("detail")),
            Column(word("number"), Kind.COUNT),
            Column(word("recorded"), Kind.INSTANT_US),
            Column(word("hash")),
        ]
        rows = (
            [r.at_us, r.who, r.what, r.about, r.detail, int(r.mark), r.recorded_at_us, r.hash]
            for r in found
        )
    elif tab == "budget":
        columns += [Column(word("amount"), Kind.WON), Column(word("detail"))]
        rows = ([r.at_us, r.who, r.what, r.about, r.amount_won, r.detail] for r in found)
    else:
        columns.append(Column(word("from")))
        rows = ([r.at_us, r.who, r.what, r.about, r.address] for r in found)
    title = f"{word('log_title')} {word(f'tab_{tab}')}"
    source = f"rulebook_log {read.head}" if tab == "rules" else f"{tab} log"
    return spreadsheet(request, title=title, columns=columns, rows=rows, source=source)
