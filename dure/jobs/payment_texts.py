"""Tells members without the app of each payment: what was paid, what it earned, what is left."""

from __future__ import annotations

from typing import Final

from psycopg import Connection
from psycopg.rows import TupleRow

from dure.authorization.reasons import DeclineReason
from dure.jobs.desk import Desk, Outcome
from dure.ledger.movement import GIVINGS_BACK, PAYMENTS
from dure.people.notice_kinds import NoticeKind, Values
from dure.people.notices import tell
from dure.people.payment_texts import Untold, note_told, untold
from dure.wallets.history import ROWS_MAX, HistoryLine, member_history

_COUNT: Final = 100
_SHOP_CHARACTERS_MAX: Final = 20
"""A text message is short; a long name of a shop is cut."""


def text_payments(desk: Desk) -> Outcome:
    """Writes the notices of payments that are new; the texts go out with the other notices."""
    found = untold(desk.connection, count=_COUNT)
    for units, one in enumerate(found):
        if desk.stopping():
            return Outcome(units)
        tell_payments(desk.connection, one)
    return Outcome(len(found), more=len(found) == _COUNT)


def tell_payments(connection: Connection[TupleRow], one: Untold) -> None:
    """Tells a member of the payments and cancellations since the last text, the oldest first.

    Each is told under its own key, so that a worker that dies here tells nothing twice.
    """
    lines: list[HistoryLine] = []
    before: int | None = None
    while True:
        page = member_history(connection, one.member_id, before_id=before, count=ROWS_MAX)
        new = [line for line in page if line.movement_id > one.told_id]
        lines += new
        if len(new) < ROWS_MAX:
            break
        before = new[-1].movement_id
    for line in reversed(lines):
        if line.reason == DeclineReason.APPROVED:
            _tell(connection, one.member_id, line)
    newest = max([one.last_id, *(line.movement_id for line in lines)])
    note_told(connection, one.member_id, newest)


def _tell(connection: Connection[TupleRow], member_id: int, line: HistoryLine) -> None:
    if line.kind in PAYMENTS:
        kind = NoticeKind.PAYMENT_MADE
    elif line.kind in GIVINGS_BACK:
        kind = NoticeKind.PAYMENT_BACK
    else:
        return
    earned_won = sum(one.won for one in line.incentive)
    left_won = line.charged_after_won + line.cashback_after_won + line.allowance_after_won
    values: Values = {
        "shop": (line.shop_name_ko or "")[:_SHOP_CHARACTERS_MAX],
        "paid_won": line.amount_won - line.discount_won - line.coupon_won,
        "back_won": line.amount_won,
        "earned_won": earned_won,
        "left_won": left_won,
        "movement_id": line.movement_id,
    }
    tell(
        connection, member_id=member_id, kind=kind, values=values,
        at_us=line.occurred_at_us, key=f"payment {line.movement_id}",
    )  # fmt: skip
