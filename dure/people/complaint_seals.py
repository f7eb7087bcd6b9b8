"""Seals of complaints, renewed when a key of personal data has been changed."""

from __future__ import annotations

from typing import Any, Final

from psycopg import Connection

from dure.people.complaints import PHOTO_PURPOSE, TEXT_PURPOSE
from dure.people.sealing import Sealer

_SEALED: Final = (
    ("complaint_step", "step_id", "text_sealed", TEXT_PURPOSE),
    ("complaint_photo", "photo_id", "jpeg_sealed", PHOTO_PURPOSE),
)


def seal_complaints_again(connection: Connection[Any], sealer: Sealer, *, count: int = 200) -> int:
    """Seals with the newest key what an older one had sealed; gives how many seals it was.

    To be called until it gives 0, after a key was added; then the old key may go.
    """
    done = 0
    for table, key, column, purpose in _SEALED:
        with connection.transaction():
            rows = connection.execute(
                f"SELECT {key}, {column} FROM {table} WHERE get_byte({column}, 0) <> %s "
                "LIMIT %s FOR UPDATE SKIP LOCKED",
                (sealer.newest, count),
            ).fetchall()
            for number, sealed in rows:
                connection.execute(
                    f"UPDATE {table} SET {column} = %s WHERE {key} = %s",
                    (sealer.seal(sealer.open(bytes(sealed), purpose), purpose), number),
                )
        done += len(rows)
    return done
