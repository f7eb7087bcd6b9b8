"""A member's statement of a month on paper, printed at the desk for who has no app."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_POST
from psycopg import Connection
from psycopg.rows import TupleRow

from dure.kernel.calendar import month_of, seoul
from dure.people.desk_log import Act, note_act
from dure.people.fields import installed_sealer
from dure.people.members import Member, get_member
from dure.wallets.history import ROWS_MAX, HistoryLine, member_history
from dure.web.console.desk.member import open_look
from dure.web.console.desk.member_faces import months_before
from dure.web.console.desk.places import DESK
from dure.web.console.desk.words import DESK_WORDS
from dure.web.console.shell.access import console_page, official_of
from dure.web.console.shell.addresses import console_root
from dure.web.console.shell.frame import city_time
from dure.web.shared.amounts import exact_won
from dure.web.shared.form_keys import FormKeyMissingError, key_for
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.masks import masked_phone
from dure.web.shared.movement_names import kind_name
from dure.web.shared.paper import (
    Block,
    Facts,
    FontMissingError,
    Grid,
    Heading,
    Text,
    paper,
)
from dure.web.shared.store import database

LINES_MAX: Final = 3_000
"""What a busy month has; a statement says so where it is cut."""
_GRID_ROWS: Final = 400


@require_POST
@console_page(needs=DESK, acts=DESK)
def statement(request: HttpRequest, look_id: int) -> HttpResponseBase:
    """The statement of a month as a PDF; that it was printed is logged."""
    look = open_look(request, look_id)
    if look is None:
        return HttpResponseRedirect(f"{console_root(request)}/desk")
    language, now_us = language_of_page(request), city_time(request)
    one = get_member(database(), installed_sealer(), look.member_id)
    asked = request.POST.get("month", "")
    months = {str(number): text for number, text in months_before(now_us, one.joined_at_us)}
    if asked not in months:
        raise Http404
    try:
        key = key_for(request, f"desk:{official_of(request).id}:{look.member_id}", "statement")
        body = statement_paper(database(), one, int(asked), now_us, language)
    except FontMissingError as missing:
        text = language.choose(missing.korean, missing.english)
        return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8")
    except FormKeyMissingError:
        return HttpResponseRedirect(f"{console_root(request)}/desk/looks/{look_id}")
    note_act(database(), look, Act.STATEMENT, key=key, note=months[asked])
    answer = HttpResponse(body, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="dure-{months[asked]}.pdf"'
    return answer


def statement_paper(
    connection: Connection[TupleRow], one: Member, month: int, now_us: int, language: Language
) -> bytes:
    """The month's movements that moved money, with balances. Raises FontMissingError."""

    def word(name: str) -> str:
        return language.choose(*DESK_WORDS[name])

    lines, is_cut = _lines_of(connection, one.member_id, month)
    first = lines[0] if lines else None
    facts: list[tuple[str, str]] = [
        (word("name"), one.name),
        (word("phone"), masked_phone(one.phone) or word("phone_none")),
        (word("statement_month"), f"{month // 100}-{month % 100:02d}"),
        (word("statement_made"), f"{seoul(now_us):%Y-%m-%d %H:%M}"),
        (word("statement_count"), f"{len(lines):,}"),
    ]
    if first is not None:
        facts.append((word("statement_after"), exact_won(_balance(first), language)))
    blocks: list[Block] = [Facts(facts), Heading(word("statement_lines"))]
    heads = [word(name) for name in ("when", "what", "shop", "amount", "balance")]
    for at in range(0, len(lines), _GRID_ROWS):
        rows = [_row(line, language) for line in lines[at : at + _GRID_ROWS]]
        blocks.append(Grid(heads, rows, (20, 17, 29, 17, 17), frozenset({3, 4})))
    if not lines:
        blocks.append(Text(word("statement_empty")))
    if is_cut:
        blocks.append(Text(word("statement_cut"), is_quiet=True))
    blocks.append(Text(word("statement_foot"), is_quiet=True))
    title, subtitle = word("statement"), word("statement_city")
    return paper(title, subtitle, blocks, at_us=now_us, language=language)


def _lines_of(
    connection: Connection[TupleRow], member_id: int, month: int
) -> tuple[list[HistoryLine], bool]:
    """The movements of a month that moved money, the newest first; whether there were more."""
    lines: list[HistoryLine] = []
    before: int | None = None
    while True:
        found = member_history(connection, member_id, before_id=before, count=ROWS_MAX)
        for line in found:
            if month_of(line.occurred_at_us) == month and line.reason == 0 and _moved(line):
                if len(lines) == LINES_MAX:
                    return lines, True
                lines.append(line)
        # What was recorded before the month lies before it; what comes late was recorded after.
        if len(found) < ROWS_MAX or month_of(found[-1].movement_id) < month:
            return lines, False
        before = found[-1].movement_id


def _moved(line: HistoryLine) -> bool:
    return any((line.charged_won, line.cashback_won, line.allowance_won))


def _balance(line: HistoryLine) -> int:
    return line.charged_after_won + line.cashback_after_won + line.allowance_after_won


def _row(line: HistoryLine, language: Language) -> tuple[Any, ...]:
    moved_won = line.charged_won + line.cashback_won + line.allowance_won
    return (
        f"{seoul(line.occurred_at_us):%m-%d %H:%M}",
        kind_name(line.kind, language),
        line.shop_name_ko or "",
        exact_won(moved_won, language),
        exact_won(_balance(line), language),
    )
