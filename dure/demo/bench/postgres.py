"""What PostgreSQL counts: bytes of WAL, checkpoints, and the settings that matter here."""

from __future__ import annotations

from typing import NamedTuple

import psycopg

from dure.kernel.clock import CityClock

SHOWN_SETTINGS = (
    "server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_level",
    "wal_compression", "shared_buffers", "max_wal_size", "checkpoint_timeout",
    "checkpoint_completion_target", "wal_buffers", "autovacuum", "data_checksums",
)  # fmt: skip

Connection = psycopg.Connection[tuple[object, ...]]


class Counted(NamedTuple):
    """PostgreSQL's counters at one moment: bytes of WAL ever written, checkpoints completed."""

    wal_bytes: int
    checkpoints: int


def count(connection: Connection) -> Counted:
    """The counters now. Needs PostgreSQL 18, which the embedded server is."""
    row = connection.execute(
        "SELECT (pg_current_wal_lsn() - '0/0')::text, num_done FROM pg_stat_checkpointer"
    ).fetchone()
    assert row is not None
    return Counted(int(str(row[0])), int(str(row[1])))


def settings(connection: Connection) -> dict[str, str]:
    """The settings of the server that figures depend on, as it shows them itself."""
    shown = {}
    for name in SHOWN_SETTINGS:
        row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
        assert row is not None
        shown[name] = str(row[0])
    return shown


def city_now_us(connection: Connection) -> int:
    """The measured city's time, by the clock that its database keeps."""
    row = connection.execute("SELECT anchor_us, started_at_us, speed FROM city_clock").fetchone()
    assert row is not None
    anchor_us, started_at_us, speed = (int(str(value)) for value in row)
    return CityClock(anchor_us, started_at_us, speed).now_us()
