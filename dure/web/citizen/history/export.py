"""A month's movements to be kept: as a spreadsheet and as CSV, each won in its column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from dure.authorization.reasons import DeclineReason
from dure.kernel.calendar import seoul
from dure.wallets.history import HistoryLine, find_movement, member_history
from dure.wallets.months import months_of, start_of_month_us
from dure.wallets.passing import UNSEEN
from dure.web.citizen.history.views import MONTHS_MAX
from dure.web.citizen.shell.access import member_page
from dure.web.citizen.shell.frame import now_us
from dure.web.citizen.shell.sessions import Visitor
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.movement_names import kind_name
from dure.web.shared.sentences import sentence_or_number
from dure.web.shared.sheets import Cell, Column, Kind, file_answer, sheet_bytes
from dure.web.shared.store import database
from dure.web.shared.words import CHANNELS

ROWS_MAX: Final = 10_000
_STEP: Final = 200
_HEADS: Final[tuple[tuple[str, str, Kind], ...]] = (
    ("시각", "Time", Kind.INSTANT_US),
    ("종류", "Kind", Kind.TEXT),
    ("가게", "Shop", Kind.TEXT),
    ("방법", "By", Kind.TEXT),
    ("결과", "Outcome", Kind.TEXT),
    ("가격", "Price", Kind.WON),
    ("즉시할인", "Discount", Kind.WON),
    ("쿠폰", "Coupon", Kind.WON),
    ("충전금", "Charged money", Kind.WON),
    ("캐시백", "Cashback", Kind.WON),
    ("정책수당", "Allowance", Kind.WON),
    ("캐시백 적립", "Cashback earned", Kind.WON),
    ("번호", "Number", Kind.TEXT),
)


@require_safe
@member_page
def month_sheet(request: HttpRequest, visitor: Visitor, number: int) -> HttpResponseBase:
    """The movements of a month as a spreadsheet."""
    language, at_us = language_of_page(request), now_us()
    columns = [Column(language.choose(ko, en), kind) for ko, en, kind in _HEADS]
    title = _title(number, language)
    rows = [_row(line, language) for line in _lines(visitor, number)]
    source = language.choose("내 내역", "My history")
    body = sheet_bytes(title, columns, rows, source, at_us, language)
    return file_answer(body, title, at_us)


@require_safe
@member_page
def month_csv(request: HttpRequest, visitor: Visitor, number: int) -> HttpResponseBase:
    """The movements of a month as CSV, in UTF-8 with a mark that spreadsheets look for."""
    language = language_of_page(request)
    lines = _lines(visitor, number)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([language.choose(ko, en) for ko, en, _ in _HEADS])
    for line in lines:
        row = _row(line, language)
        time = seoul(line.occurred_at_us).strftime("%Y-%m-%d %H:%M:%S")
        writer.writerow([time, *(_harmless(cell) for cell in row[1:])])
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    name = quote(f"{_title(number, language)}.csv", safe="")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _lines(visitor: Visitor, number: int) -> list[HistoryLine]:
    """The movements of a month, the newest first, at most ROWS_MAX; Http404 for an empty month."""
    months = months_of(database(), visitor.member_id, count=MONTHS_MAX)
    chosen = next((one for one in months if one.month == number), None)
    if chosen is None:
        raise Http404
    walked = _walk(visitor.member_id, chosen.last_id, start_of_month_us(number))
    return [line for line in walked if line.kind not in UNSEEN]


def _walk(member_id: int, last_id: int, since_us: int) -> Iterator[HistoryLine]:
    """From the month's last movement back to its first."""
    # A page begins below a movement, so the month's last comes by itself.
    found = find_movement(database(), member_id, last_id)
    lines = [found.line] if found else []
    count = 0
    while lines:
        for line in lines:
            count += 1
            if line.movement_id < since_us or count > ROWS_MAX:
                return
            yield line
        lines = member_history(database(), member_id, before_id=lines[-1].movement_id, count=_STEP)


def _row(line: HistoryLine, language: Language) -> list[Cell]:
    earned_won = sum(one.won for one in line.incentive)
    approved = line.reason == DeclineReason.APPROVED
    outcome = (
        language.choose("승인", "Approved")
        if approved
        else sentence_or_number(line.reason, language).label
    )
    return [
        line.occurred_at_us,
        kind_name(line.kind, language),
        line.shop_name_ko or "",
        language.choose(*CHANNELS.get(line.channel, ("", ""))) if line.shop_id else "",
        outcome,
        line.amount_won,
        line.discount_won,
        line.coupon_won,
        line.charged_won,
        line.cashback_won - earned_won,
        line.allowance_won,
        earned_won,
        str(line.movement_id),
    ]


def _harmless(cell: Cell) -> Cell:
    """A text that a spreadsheet would take for a formula is marked as text (CWE-1236)."""
    if isinstance(cell, str) and cell[:1] in "=+-@\t\r" and cell:
        return f"'{cell}"
    return cell


def _title(number: int, language: Language) -> str:
    month = f"{number // 100}-{number % 100:02d}"
    return language.choose(f"내역 {month}", f"History {month}")
