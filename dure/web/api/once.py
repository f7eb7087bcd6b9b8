"""The Idempotency-Key: a request has one effect and one answer, however often it is sent."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow

from dure.web.api.problems import Problem

KEY_PATTERN = r"^[!-~]{8,64}$"


class Stored(NamedTuple):
    """What was answered: the status and the JSON text."""

    status: int
    text: str


class Work(NamedTuple):
    """What a request came to. `kept` is what a repeat is answered, where that differs.

    A card number is told once and kept nowhere, so the repeat is answered without it. Answers
    that may be different a moment later (`is_final` false) are not kept at all.
    """

    status: int
    text: str
    kept: str | None = None
    is_final: bool = True


_INSERT = """
INSERT INTO api_request (key_id, idempotency_key, request_sha256) VALUES (%s, %s, %s)
ON CONFLICT DO NOTHING
"""
_FIND = """
SELECT request_sha256, status, answer FROM api_request WHERE key_id = %s AND idempotency_key = %s
"""
_KEEP = """
UPDATE api_request SET status = %s, answer = %s
WHERE key_id = %s AND idempotency_key = %s AND status IS NULL
"""


def request_hash(method: str, path: str, body: bytes) -> bytes:
    """What makes two requests the same: method, path and every byte of the body."""
    head = f"{method} {path}\n".encode()
    return hashlib.sha256(head + body).digest()


def engine_key(key_id: int, idempotency_key: str) -> bytes:
    """The 16 bytes under which the engine knows the request; the same at every repeat."""
    return hashlib.sha256(f"api {key_id} {idempotency_key}".encode()).digest()[:16]


def once(
    conn: Connection[TupleRow],
    *,
    key_id: int,
    idempotency_key: str | None,
    request_sha256: bytes,
    work: Callable[[bytes], Work],
) -> Stored:
    """Does the work once and answers every repeat as the first was answered.

    `work` gets the engine's key. It may run again after a crash, with the same key. Raises Problem
    when the header is missing or malformed, was used for another request, or is being worked on.
    """
    if idempotency_key is None or not re.fullmatch(KEY_PATTERN, idempotency_key):
        raise Problem("idempotency_key_missing")
    key = engine_key(key_id, idempotency_key)
    with _alone(conn, key):
        conn.execute(_INSERT, (key_id, idempotency_key, request_sha256))
        row = conn.execute(_FIND, (key_id, idempotency_key)).fetchone()
        assert row is not None
        known_sha256, status, text = row
        if bytes(known_sha256) != request_sha256:
            raise Problem("idempotency_key_reused")
        if status is not None:
            return Stored(status, text)
        done = work(key)
        if done.is_final:
            kept = done.text if done.kept is None else done.kept
            conn.execute(_KEEP, (done.status, kept, key_id, idempotency_key))
        return Stored(done.status, done.text)


@contextmanager
def _alone(conn: Connection[TupleRow], key: bytes) -> Iterator[None]:
    """Keeps a repeat out that arrives while the first is still being worked on."""
    number = int.from_bytes(key[:8], "big", signed=True)
    row = conn.execute("SELECT pg_try_advisory_lock(%s)", (number,)).fetchone()
    if row is None or not row[0]:
        raise Problem("still_working")
    try:
        yield
    finally:
        conn.execute("SELECT pg_advisory_unlock(%s)", (number,))
