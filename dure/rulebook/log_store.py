"""The log of steps in PostgreSQL: read whole, added to one entry at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dure.rulebook.log import Entry

if TYPE_CHECKING:
    from dure.rulebook.store import AnyConnection

_COLUMNS: Final = (
    "entry, step, rule, version, document_sha256, official, at_us, recorded_at_us, content,"
    " public_key, previous_hash, hash, signature"
)
READ_LOG: Final = f"SELECT {_COLUMNS} FROM rulebook_log ORDER BY entry"
ADD_ENTRY: Final = (
    f"INSERT INTO rulebook_log ({_COLUMNS}) VALUES"
    " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
)
# Readers go on; a second official waits here until the first one's step is written or given up.
LOCK_LOG: Final = "LOCK TABLE rulebook_log IN EXCLUSIVE MODE"
PATIENCE: Final = "SET LOCAL lock_timeout = '15s'"


async def read_log(connection: AnyConnection) -> list[Entry]:
    """All entries, oldest first."""
    return [entry_of(row) for row in await connection.fetch(READ_LOG)]


def entry_of(row: Any) -> Entry:
    """The entry that a row of READ_LOG holds, whichever driver read it."""
    return Entry(
        number=row[0],
        step=row[1],
        rule=row[2],
        version=row[3],
        sha256=row[4],
        by=row[5],
        at_us=row[6],
        recorded_at_us=row[7],
        content=row[8],
        public_key=row[9],
        previous_hash=row[10],
        hash=row[11],
        signature=row[12],
    )


async def lock_log(connection: AnyConnection) -> None:
    """Makes every other step wait until this transaction ends; the first lock that it takes.

    Raises asyncpg's LockNotAvailableError when another one's step does not come to its end.
    """
    await connection.execute(PATIENCE)
    await connection.execute(LOCK_LOG)


async def add_entry(connection: AnyConnection, entry: Entry) -> None:
    """Adds an entry behind the last; asyncpg's IntegrityConstraintViolationError when it is not."""
    await connection.execute(
        ADD_ENTRY,
        entry.number,
        entry.step,
        entry.rule,
        entry.version,
        entry.sha256,
        entry.by,
        entry.at_us,
        entry.recorded_at_us,
        entry.content,
        entry.public_key,
        entry.previous_hash,
        entry.hash,
        entry.signature,
    )
