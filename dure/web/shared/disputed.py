"""The payments that a complaint may be about, and the one that it is about, as facts."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow

from dure.kernel.calendar import seoul
from dure.ledger.movement import PAYMENTS, MovementKind
from dure.wallets.history import member_history
from dure.web.shared.amounts import exact_won
from dure.web.shared.language import Language

_LOOKED_AT: Final = 60
_OFFERED: Final = frozenset({*PAYMENTS, MovementKind.CANCEL, MovementKind.REFUND})
_ONE: Final = """
SELECT j.movement_id, j.kind, j.reason, j.occurred_at_us, j.amount_won, j.discount_won, s.name_ko
FROM journal j LEFT JOIN shop s USING (shop_id)
WHERE j.shard = %(member_id)s %% 64 AND j.movement_id = %(movement_id)s
  AND j.member_id = %(member_id)s
"""


class Disputed(NamedTuple):
    """A movement in a line: `when` to the minute, `amount` with its unit."""

    movement_id: int
    when: str
    machine_time: str
    shop: str
    amount: str
    is_refused: bool


def recent_payments(
    connection: Connection[TupleRow], member_id: int, language: Language, *, count: int = 25
) -> list[Disputed]:
    """The member's last payments and cancellations, the newest first."""
    lines = member_history(connection, member_id, count=_LOOKED_AT)
    offered = [
        _disputed(
            (
                line.movement_id,
                line.kind,
                line.reason,
                line.occurred_at_us,
                line.amount_won,
                line.discount_won,
                line.shop_name_ko,
            ),
            language,
        )
        for line in lines
        if line.kind in _OFFERED
    ]
    return offered[:count]


def find_disputed(
    connection: Connection[TupleRow], member_id: int, movement_id: int, language: Language
) -> Disputed | None:
    """The member's movement of this number, if there is one."""
    values = {"member_id": member_id, "movement_id": movement_id}
    row = connection.execute(_ONE, values).fetchone()
    return None if row is None else _disputed(row, language)


def _disputed(row: tuple[Any, ...], language: Language) -> Disputed:
    movement_id, _kind, reason, at_us, amount_won, discount_won, shop = row
    local = seoul(at_us)
    return Disputed(
        movement_id,
        f"{local:%Y-%m-%d %H:%M}",
        local.isoformat(timespec="minutes"),
        shop or "",
        exact_won(amount_won - discount_won, language),
        bool(reason),
    )
