"""What happened: a month's movements, filtered; a shop searched for; a month in pictures."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from dure.kernel.calendar import month_of
from dure.wallets.months import Month, months_of, sectors_of, start_of_month_us
from dure.wallets.passing import Sort, passed
from dure.web.citizen.history.asked import FIRST_MONTH, Asked, asked_of, neighbors
from dure.web.citizen.history.month_face import month_face, month_name, totals_face
from dure.web.citizen.history.passed_face import by_day
from dure.web.citizen.history.words import HISTORY_WORDS, MONTH_WORDS
from dure.web.citizen.shell.access import member_page
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.sessions import Visitor
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.store import database

MONTHS_MAX: Final = 120
"""Ten years: so far back the arrows between months go."""


@require_safe
@member_page
def history(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """The movements of a month, or those at shops with a name, a page of them."""
    language = language_of_page(request)
    asked = asked_of(request, now_us())
    months = months_of(database(), visitor.member_id, count=MONTHS_MAX)
    chosen = next((one for one in months if one.month == asked.month), None)
    page = passed(
        database(),
        visitor.member_id,
        sort=asked.sort,
        search=asked.search,
        before_id=asked.before_id,
        first_id=chosen.last_id if chosen and not asked.search else None,
        since_us=0 if asked.search else start_of_month_us(asked.month),
    )
    before, after = neighbors(months, asked.month)
    values = {
        "asked": asked,
        "month_name": month_name(asked.month, language),
        "month_before": before,
        "month_after": after,
        "totals": totals_face(chosen, language) if chosen else None,
        "sorts": _sorts(asked, language),
        "days": by_day(page.lines, language),
        "more": asked.going_on(page.before_id) if page.before_id else "",
        "is_ever": bool(months),
        "found_text": language.choose(*HISTORY_WORDS["found"]).format(name=asked.search),
    }
    return app_answer(
        request, visitor, "citizen/history/history.html", values, words=HISTORY_WORDS,
        title=language.choose(*HISTORY_WORDS["history"]),
    )  # fmt: skip


@require_safe
@member_page
def month(request: HttpRequest, visitor: Visitor, number: int) -> HttpResponseBase:
    """A month in pictures, beside the months around it."""
    language = language_of_page(request)
    if not 1 <= number % 100 <= 12 or not FIRST_MONTH <= number <= month_of(now_us()):
        raise Http404
    months = months_of(database(), visitor.member_id, count=MONTHS_MAX)
    chosen = next((one for one in months if one.month == number), None)
    if chosen is None:
        chosen = Month(number, 0, 0, 0, 0, 0, 0)
    sectors = sectors_of(database(), visitor.member_id, chosen)
    before, after = neighbors(months, number)
    values = {
        "face": month_face(chosen, months, sectors, language),
        "number": number,
        "month_name": month_name(number, language),
        "month_before": before,
        "month_after": after,
    }
    return app_answer(
        request, visitor, "citizen/history/month.html", values, words=MONTH_WORDS,
        title=month_name(number, language),
    )  # fmt: skip


def _sorts(asked: Asked, language: Language) -> list[tuple[str, str, bool]]:
    """The kinds to choose from: address, name, whether chosen."""
    return [
        (
            asked.with_sort(sort),
            language.choose(*HISTORY_WORDS[f"sort_{sort.value}"]),
            sort is asked.sort,
        )
        for sort in Sort
    ]
