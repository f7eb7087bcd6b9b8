"""Funds that the city has named, and what members have given to them."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from psycopg import Connection

_LIST_MAX: Final = 50


class Fund(NamedTuple):
    """A fund to which members may give; `given_won` is what all have given so far."""

    fund_id: int
    name_ko: str
    name_en: str
    about_ko: str
    about_en: str
    given_won: int


class Donation(NamedTuple):
    """A donation of a member; `movement_id` is also the instant of its recording (us, UTC)."""

    movement_id: int
    fund_id: int
    name_ko: str
    name_en: str
    won: int
    cashback: bool
    occurred_at_us: int


def name_fund(connection: Connection[Any], fund: Fund) -> None:
    """The city names a fund, or changes its name and description; what was given stays."""
    connection.execute(
        "INSERT INTO donation_fund (fund_id, name_ko, name_en, about_ko, about_en) "
        "VALUES (%s, %s, %s, %s, %s) ON CONFLICT (fund_id) DO UPDATE SET "
        "name_ko = excluded.name_ko, name_en = excluded.name_en, "
        "about_ko = excluded.about_ko, about_en = excluded.about_en",
        fund[:5],
    )


def close_fund(connection: Connection[Any], fund_id: int, *, at_us: int) -> None:
    """Nothing more is given to the fund from the instant on."""
    connection.execute(
        "UPDATE donation_fund SET closed_at_us = %s WHERE fund_id = %s AND closed_at_us IS NULL",
        (at_us, fund_id),
    )


def open_funds(connection: Connection[Any], at_us: int) -> list[Fund]:
    """The funds to which may be given now."""
    rows = connection.execute(
        "SELECT f.fund_id, f.name_ko, f.name_en, f.about_ko, f.about_en, "
        "coalesce((SELECT sum(d.won) FROM donation d WHERE d.fund_id = f.fund_id), 0)::bigint "
        "FROM donation_fund f WHERE f.closed_at_us IS NULL OR f.closed_at_us > %s "
        "ORDER BY f.fund_id",
        (at_us,),
    ).fetchall()
    return [Fund(*row) for row in rows]


_DONATION: Final = """
SELECT d.movement_id, d.fund_id, f.name_ko, f.name_en, d.won, d.cashback, j.occurred_at_us
FROM donation d JOIN donation_fund f USING (fund_id)
JOIN journal j ON j.shard = d.shard AND j.movement_id = d.movement_id
WHERE d.member_id = %s
"""


def donations_of(connection: Connection[Any], member_id: int) -> list[Donation]:
    """What a member has given, the newest first."""
    rows = connection.execute(
        _DONATION + "ORDER BY d.movement_id DESC LIMIT %s", (member_id, _LIST_MAX)
    ).fetchall()
    return [Donation(*row) for row in rows]


def find_donation(connection: Connection[Any], member_id: int, movement_id: int) -> Donation | None:
    """One donation of the member; None where there is none of this number."""
    row = connection.execute(
        _DONATION + "AND d.movement_id = %s", (member_id, movement_id)
    ).fetchone()
    return None if row is None else Donation(*row)
