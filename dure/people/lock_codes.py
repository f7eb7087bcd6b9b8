"""A code noted on paper that can do one thing: lock the wallet when the telephone is gone too."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any, Final

from psycopg import Connection

from dure.people.members import PHONE_PURPOSE, normal_phone
from dure.people.sealing import Sealer
from dure.people.tries import DAY_US, MINUTE_US, TryLimit, may_try

DIGITS: Final = 8
_PURPOSE: Final = "member.lock-code"
_COST: Final = {"n": 2**14, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024, "dklen": 32}
"""About 16 MiB and 40 ms for each guess (RFC 7914); the keyed hash within does the rest."""
_PLACE: Final = TryLimit("lock codes from one address", 30, 15 * MINUTE_US)
_PAIR: Final = TryLimit("lock codes for one telephone from one address", 5, 15 * MINUTE_US)
_PAIR_DAY: Final = TryLimit("lock codes for one telephone from one address, day", 15, DAY_US)
_NUMBER_DAY: Final = TryLimit("lock codes for one telephone, day", 300, DAY_US)
"""Of 100 million codes; and a thief who wants the right one refused needs twenty networks."""


class TooManyLockCodesError(Exception):
    """This telephone number, or this network address, was tried too often."""


def make_lock_code(
    connection: Connection[Any], sealer: Sealer, *, member_id: int, at_us: int
) -> str:
    """Draws a new code and gives it, this once; the one before is void."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    salt = secrets.token_bytes(16)
    connection.execute(
        "INSERT INTO lock_code (member_id, salt, code_hash, made_at_us) VALUES (%s, %s, %s, %s) "
        "ON CONFLICT (member_id) DO UPDATE SET salt = excluded.salt, "
        "code_hash = excluded.code_hash, made_at_us = excluded.made_at_us",
        (member_id, salt, _hashed(sealer, member_id, code, salt), at_us),
    )
    return code


def code_made_at_us(connection: Connection[Any], member_id: int) -> int | None:
    """When the member's code was made, on the city's clock; None where there is none."""
    row = connection.execute(
        "SELECT made_at_us FROM lock_code WHERE member_id = %s", (member_id,)
    ).fetchone()
    return None if row is None else int(row[0])


def find_by_lock_code(
    connection: Connection[Any], sealer: Sealer, *, phone: str, code: str, address: bytes
) -> int | None:
    """The member with this telephone number and this code; None for a wrong pair.

    A number without a member, a member without a code and a wrong code take equally long and are
    counted alike. `address` is `dure.people.tries.address_hash` of the asker's. Raises
    TooManyLockCodesError, PersonalDataWrongError.
    """
    index = sealer.index(normal_phone(phone), PHONE_PURPOSE)
    pair = hashlib.sha256(address + index).digest()
    limits = ((_PLACE, address), (_PAIR, pair), (_PAIR_DAY, pair), (_NUMBER_DAY, index))
    # In this order: what is refused from one address is not counted against the number.
    if not all(may_try(connection, limit, who) for limit, who in limits):
        raise TooManyLockCodesError
    row = connection.execute(
        "SELECT m.member_id, c.salt, c.code_hash FROM member m JOIN lock_code c USING (member_id) "
        "WHERE m.phone_index = %s AND m.status = 2",
        (index,),
    ).fetchone()
    member_id, salt, kept = row or (0, bytes(16), bytes(32))
    typed = _hashed(sealer, member_id, "".join(code.split()), bytes(salt))
    is_right = hmac.compare_digest(bytes(kept), typed)
    return int(member_id) if is_right and row is not None else None


def _hashed(sealer: Sealer, member_id: int, code: str, salt: bytes) -> bytes:
    keyed = sealer.index(f"{member_id}:{code}", _PURPOSE)
    return hashlib.scrypt(keyed, salt=salt, **_COST)
