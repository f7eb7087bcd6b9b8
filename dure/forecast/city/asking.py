"""What the city asks for by itself: its forecast every night, and when rules or money change."""

from __future__ import annotations

from typing import Any, Final

from psycopg import Connection

from dure.forecast.outdated import BASIS
from dure.forecast.work import CITY, ask, canonical, sha256_of
from dure.kernel.calendar import SEOUL_OFFSET_US, day_number_of

NIGHT_HOUR: Final = 1
"""The hour of the city's day from which the night's forecast is made."""
NIGHTLY: Final = {"forecast": True, "paces": True, "history": False}
"""The kinds, and whether they are asked for anew when rules or money change."""

_HOUR_US: Final = 3_600 * 1_000_000
_NOW: Final = f"""
SELECT {BASIS}, EXISTS (SELECT FROM budget_line WHERE appropriated_won > 0)
""".encode()
_LAST: Final = """
SELECT asked_at_us, state, attempts, basis_rules, basis_money FROM foresight_work
WHERE kind = %s AND asked_sha256 = %s ORDER BY work_id DESC LIMIT 1
"""


def ask_if_due(connection: Connection[Any], now_us: int) -> int:
    """Puts the city's own work on the list: once a night, and when rules or money have changed.

    What was asked for and has not begun sees the change by itself. Gives how many works were put.
    """
    row = connection.execute(_NOW).fetchone()
    assert row is not None
    _, rules, money, has_money = row
    if not has_money:
        return 0
    nothing = sha256_of(canonical({}))
    put = 0
    for kind, heeds_changes in NIGHTLY.items():
        last = connection.execute(_LAST, (kind, nothing)).fetchone()
        if _is_due(last, now_us, (rules, money) if heeds_changes else None):
            ask(connection, kind, {}, CITY)
            put += 1
    return put


def _is_due(last: tuple[Any, ...] | None, now_us: int, decisions: tuple[int, int] | None) -> bool:
    if last is None:
        return True
    asked_at_us, state, attempts, rules_then, money_then = last
    if state == "waiting":
        return False
    if attempts and decisions is not None and decisions != (rules_then, money_then):
        return bool(state != "running")
    hour = (now_us + SEOUL_OFFSET_US) // _HOUR_US % 24
    today = day_number_of(now_us)
    return bool(state != "running") and day_number_of(asked_at_us) < today and hour >= NIGHT_HOUR
