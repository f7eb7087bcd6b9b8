"""Limits on wallets by verified level, as dated rows with their source."""

from __future__ import annotations

from typing import Any, NamedTuple

from psycopg import Connection

NO_LIMIT_WON = 1_000_000_000_000
"""What a row holds where there is no limit."""


class WalletLimit(NamedTuple):
    """The limits of a level from an instant on, in whole won, and where they come from."""

    level: int
    from_us: int
    holding_won_max: int
    charge_won_month_max: int
    payment_won_max: int
    source: str


class LimitInThePastError(ValueError):
    """A limit begins now or later; what held before is history."""


def limit_at(connection: Connection[Any], level: int, at_us: int) -> WalletLimit | None:
    """The limits that hold for a level at an instant; None where none is written."""
    row = connection.execute(
        "SELECT level, from_us, holding_won_max, charge_won_month_max, payment_won_max, source "
        "FROM wallet_limit WHERE level = %s AND from_us <= %s ORDER BY from_us DESC LIMIT 1",
        (level, at_us),
    ).fetchone()
    return None if row is None else WalletLimit(*row)


def set_limit(connection: Connection[Any], limit: WalletLimit, *, now_us: int) -> None:
    """Writes a limit that begins now or later; the engine hears of it and needs no restart.

    Raises LimitInThePastError.
    """
    if limit.from_us < now_us:
        raise LimitInThePastError(limit.from_us)
    connection.execute(
        "INSERT INTO wallet_limit (level, from_us, holding_won_max, charge_won_month_max, "
        "payment_won_max, source) VALUES (%s, %s, %s, %s, %s, %s) "
        "ON CONFLICT (level, from_us) DO UPDATE SET holding_won_max = excluded.holding_won_max, "
        "charge_won_month_max = excluded.charge_won_month_max, "
        "payment_won_max = excluded.payment_won_max, source = excluded.source",
        limit,
    )
