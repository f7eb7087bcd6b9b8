"""Finds a registered shop by its code or by a part of its name."""

from __future__ import annotations

import re
import threading
from typing import Final, NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow

SEARCHES: Final = threading.BoundedSemaphore(2)
TURN_S: Final = 1.0
FOUND_MAX: Final = 20
"""How many shops of one name are shown to choose from."""
_CODE = re.compile(r"[0-9A-Z]{15}")
_BY_CODE: Final = "SELECT shop_code, name_ko, district, address FROM shop WHERE shop_code = %s"
_BY_NAME: Final = """
SELECT shop_code, name_ko, district, address FROM shop
WHERE status = 2 AND (name_ko ILIKE %(part)s OR name_en ILIKE %(part)s)
ORDER BY name_ko = %(name)s DESC, length(name_ko), shop_id LIMIT %(count)s
"""


class TooManySearchesError(Exception):
    """Too many look for shops at this moment."""


class ShopFound(NamedTuple):
    """A shop as a reader tells it from others of its name."""

    shop_code: str
    name: str
    district: int
    address: str


def get_shop(conn: Connection[TupleRow], text: str) -> ShopFound | None:
    """The shop whose code this is; None when it is no code, or no shop's."""
    if not _CODE.fullmatch(text):
        return None
    row = conn.execute(_BY_CODE, (text,)).fetchone()
    return None if row is None else ShopFound(*row)


def find_shops(conn: Connection[TupleRow], name: str) -> list[ShopFound]:
    """Registered shops with this in their name, the nearest first; one more than are shown.

    Every name is looked through, beside the payments on one database: so only few at a time may.
    Raises TooManySearchesError when no turn comes within a second.
    """
    literal = re.sub(r"([\\%_])", r"\\\1", name)
    values = {"part": f"%{literal}%", "name": name, "count": FOUND_MAX + 1}
    if not SEARCHES.acquire(timeout=TURN_S):
        raise TooManySearchesError
    try:
        return [ShopFound(*row) for row in conn.execute(_BY_NAME, values).fetchall()]
    finally:
        SEARCHES.release()
