"""Finding the member who stands at the desk: by telephone, by card, by name and birth date."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from psycopg import Connection

from dure.kernel.keys import KeyRing
from dure.people.members import NAME_PURPOSE as _NAME
from dure.people.members import PHONE_PURPOSE, PersonalDataWrongError, normal_phone
from dure.people.sealing import Sealer
from dure.wallets.card_numbers import PAN_DIGITS, is_card_number

_BORN_MAX: Final = 2_000


class NotFindableError(ValueError):
    """What was typed is neither a telephone number nor a card number."""


def find_by_number(
    connection: Connection[Any], sealer: Sealer, keys: KeyRing, typed: str
) -> int | None:
    """The member with this telephone or card number; raises NotFindableError.

    A card that was replaced or closed still finds its member.
    """
    digits = re.sub(r"[\s-]", "", typed)
    if len(digits) == PAN_DIGITS:
        if not is_card_number(digits):
            raise NotFindableError
        return find_by_token(connection, keys.card_token(digits))
    try:
        index = sealer.index(normal_phone(typed), PHONE_PURPOSE)
    except PersonalDataWrongError:
        raise NotFindableError from None
    row = connection.execute(
        "SELECT member_id FROM member WHERE phone_index = %s AND status = 2", (index,)
    ).fetchone()
    return None if row is None else int(row[0])


def find_by_token(connection: Connection[Any], token: bytes) -> int | None:
    """The member whose card has this token."""
    row = connection.execute(
        "SELECT c.member_id FROM card c JOIN member m USING (member_id) "
        "WHERE c.shard = get_byte(%(token)s, 0) %% 64 AND c.token = %(token)s AND m.status = 2",
        {"token": token},
    ).fetchone()
    return None if row is None else int(row[0])


def find_by_name(
    connection: Connection[Any],
    sealer: Sealer,
    *,
    name: str,
    birth_date: date,
    places: frozenset[int],
) -> list[int]:
    """The members of some districts with this name and birth date.

    Names are sealed and cannot be searched: those born on the day are opened one after another.
    """
    wanted = _plain(name)
    rows = connection.execute(
        "SELECT member_id, name_sealed FROM member "
        "WHERE birth_date = %s AND district = ANY(%s) AND status = 2 LIMIT %s",
        (birth_date, sorted(places), _BORN_MAX),
    ).fetchall()
    return [row[0] for row in rows if _plain(sealer.open(bytes(row[1]), _NAME)) == wanted]


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()
