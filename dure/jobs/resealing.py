"""Personal data sealed anew after a key was added: every sealed column there is, step by step.

Two ways are left alone: what is sealed for a way in is forgotten after a day, and the seed of a
lottery may never change; where a drawn lottery has shown its seed, its seal is not needed any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from psycopg import Connection, sql

from dure.people.complaints import PHOTO_PURPOSE, TEXT_PURPOSE
from dure.people.gifts import WORDS_PURPOSE
from dure.people.members import NAME_PURPOSE, PHONE_PURPOSE
from dure.people.one_time_codes import MAIL_PURPOSE
from dure.people.sealing import SealBrokenError, Sealer
from dure.wallets.card_delivery import ADDRESS_PURPOSE

STEP_ROWS: Final = 1_000


class Sealed(NamedTuple):
    """A column of sealed values; `number` is the table's key, by which rows are gone through."""

    table: str
    number: str
    column: str
    purpose: str


SEALED: Final = (
    Sealed("member", "member_id", "name_sealed", NAME_PURPOSE),
    Sealed("member", "member_id", "phone_sealed", PHONE_PURPOSE),
    Sealed("member_mail", "member_id", "mail_sealed", MAIL_PURPOSE),
    Sealed("gift_letter", "letter_id", "phone_sealed", PHONE_PURPOSE),
    Sealed("gift_letter", "letter_id", "words_sealed", WORDS_PURPOSE),
    Sealed("card_delivery", "delivery_id", "address_sealed", ADDRESS_PURPOSE),
    Sealed("complaint_step", "step_id", "text_sealed", TEXT_PURPOSE),
    Sealed("complaint_photo", "photo_id", "jpeg_sealed", PHOTO_PURPOSE),
)
LEFT_ALONE: Final = frozenset({("lottery", "seed_sealed")})
_OLD: Final = "length({column}) > 0 AND get_byte({column}, 0) <> %(newest)s"


class Step(NamedTuple):
    """What one step did: values sealed anew, and the keys of rows that no key opens."""

    done: int
    broken: tuple[int, ...]


def count_old(connection: Connection[Any], sealer: Sealer, sealed: Sealed) -> int:
    """How many values of a column an older key has sealed."""
    query = sql.SQL("SELECT count(*) FROM {table} WHERE " + _OLD).format(**_names(sealed))
    row = connection.execute(query, {"newest": sealer.newest}).fetchone()
    assert row is not None
    return int(row[0])


def seal_again(
    connection: Connection[Any], sealer: Sealer, sealed: Sealed, *, rows: int = STEP_ROWS
) -> Iterator[Step]:
    """Seals a column's old values with the newest key, a step at a time and each by itself.

    May be stopped after any step and begun anew: what is sealed with the newest key is passed by.
    A value that somebody writes meanwhile is left as it was written. No value is ever lost: one
    that no key opens stays as it is, and is told.
    """
    find = sql.SQL(
        "SELECT {number}, {column} FROM {table} WHERE {number} > %(after)s AND "
        + _OLD
        + " ORDER BY {number} LIMIT %(rows)s"
    ).format(**_names(sealed))
    keep = sql.SQL("UPDATE {table} SET {column} = %s WHERE {number} = %s AND {column} = %s").format(
        **_names(sealed)
    )
    after = -1
    while True:
        found = connection.execute(
            find, {"after": after, "newest": sealer.newest, "rows": rows}
        ).fetchall()
        if not found:
            return
        anew, broken = [], []
        for number, value in found:
            try:
                text = sealer.open(bytes(value), sealed.purpose)
            except SealBrokenError:
                broken.append(int(number))
                continue
            anew.append((sealer.seal(text, sealed.purpose), number, bytes(value)))
        with connection.transaction(), connection.cursor() as cursor:
            cursor.executemany(keep, anew)
        after = int(found[-1][0])
        yield Step(len(anew), tuple(broken))


def _names(sealed: Sealed) -> dict[str, sql.Identifier]:
    return {
        "table": sql.Identifier(sealed.table),
        "number": sql.Identifier(sealed.number),
        "column": sql.Identifier(sealed.column),
    }
