"""How much one gift may bring and how long it waits, as dated rows with their source."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from psycopg import Connection

GIFT_WON_MAX: Final = 500_000
"""What one gift may bring where the city has written nothing else: what an unnamed member may hold
(Electronic Financial Transactions Act, decree)."""
WAITS_DAYS: Final = 3


class GiftLimit(NamedTuple):
    """What holds for gifts from an instant on: the most that one brings in whole won, for how many
    days of the city's clock it waits to be taken, and where that comes from."""

    from_us: int
    won_max: int
    waits_days: int
    source: str


class GiftLimitInThePastError(ValueError):
    """A limit begins now or later; what held before is history."""


def gift_limit_at(connection: Connection[Any], at_us: int) -> GiftLimit:
    """What holds for a gift that is sent at an instant; a gift keeps the days it was sent with."""
    row = connection.execute(
        "SELECT from_us, won_max, waits_days, source FROM gift_limit "
        "WHERE from_us <= %s ORDER BY from_us DESC LIMIT 1",
        (at_us,),
    ).fetchone()
    return GiftLimit(0, GIFT_WON_MAX, WAITS_DAYS, "") if row is None else GiftLimit(*row)


def set_gift_limit(connection: Connection[Any], limit: GiftLimit, *, now_us: int) -> None:
    """Writes what holds from now or later on; the pages tell it from then on.

    Raises GiftLimitInThePastError.
    """
    if limit.from_us < now_us:
        raise GiftLimitInThePastError(limit.from_us)
    connection.execute(
        "INSERT INTO gift_limit (from_us, won_max, waits_days, source) VALUES (%s, %s, %s, %s) "
        "ON CONFLICT (from_us) DO UPDATE SET won_max = excluded.won_max, "
        "waits_days = excluded.waits_days, source = excluded.source",
        limit,
    )
