"""API keys: who asks, what they may do, and how often."""

from __future__ import annotations

import hashlib
import secrets
from enum import StrEnum
from typing import NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow

KEY_BYTES = 32
KEY_PREFIX = "dure_"


class Scope(StrEnum):
    """What a key may be allowed to do."""

    MEMBERS_READ = "members:read"
    MEMBERS_WRITE = "members:write"
    WALLETS_READ = "wallets:read"
    CARDS_WRITE = "cards:write"
    CHARGES_WRITE = "charges:write"
    WITHDRAWALS_WRITE = "withdrawals:write"
    QR_WRITE = "qr:write"
    PURCHASES_WRITE = "purchases:write"
    HISTORY_READ = "history:read"
    COUPONS_WRITE = "coupons:write"


class ApiKey(NamedTuple):
    """A key as it is known here; `requests` counts this minute's, the present one among them."""

    key_id: int
    partner: str
    scopes: frozenset[str]
    requests_per_minute_max: int
    requests: int

    @property
    def is_over_its_limit(self) -> bool:
        return self.requests > self.requests_per_minute_max


class ScopeUnknownError(ValueError):
    """Not the name of a scope."""


_CREATE = """
INSERT INTO api_key (key_sha256, partner, scopes, requests_per_minute_max)
VALUES (%s, %s, %s, %s) RETURNING key_id
"""
_USE = """
WITH known AS (
  SELECT key_id, partner, scopes, requests_per_minute_max FROM api_key
  WHERE key_sha256 = %(hash)s AND revoked_at IS NULL
), counted AS (
  INSERT INTO api_minute AS old (key_id, minute, requests)
  SELECT key_id, %(minute)s, 1 FROM known
  ON CONFLICT (key_id) DO UPDATE SET
    minute = excluded.minute,
    requests = CASE WHEN old.minute = excluded.minute THEN old.requests + 1 ELSE 1 END
  RETURNING requests
)
SELECT key_id, partner, scopes, requests_per_minute_max, requests FROM known, counted
"""
_LIST = """
SELECT key_id, partner, scopes, requests_per_minute_max, made_at, revoked_at
FROM api_key ORDER BY key_id
"""
_REVOKE = "UPDATE api_key SET revoked_at = now() WHERE key_id = %s AND revoked_at IS NULL"


def create_key(
    conn: Connection[TupleRow], *, partner: str, scopes: list[str], requests_per_minute_max: int
) -> tuple[int, str]:
    """Makes a key; its number and its text, which is shown this once and kept nowhere.

    Raises ScopeUnknownError.
    """
    unknown = sorted(set(scopes) - {scope.value for scope in Scope})
    if unknown or not scopes:
        raise ScopeUnknownError(", ".join(unknown) or "no scope")
    text = KEY_PREFIX + secrets.token_urlsafe(KEY_BYTES)
    row = conn.execute(
        _CREATE, (_hash(text), partner, sorted(set(scopes)), requests_per_minute_max)
    ).fetchone()
    assert row is not None
    return int(row[0]), text


def use_key(conn: Connection[TupleRow], text: str, *, minute: int) -> ApiKey | None:
    """The key behind its text, with this request counted; None when unknown or revoked.

    `minute` is any number that is the same during a minute and never comes again.
    """
    row = conn.execute(_USE, {"hash": _hash(text), "minute": minute}).fetchone()
    return None if row is None else ApiKey(row[0], row[1], frozenset(row[2]), row[3], row[4])


def list_keys(conn: Connection[TupleRow]) -> list[TupleRow]:
    """Every key: number, partner, scopes, requests a minute, made at, revoked at."""
    return conn.execute(_LIST).fetchall()


def revoke_key(conn: Connection[TupleRow], key_id: int) -> bool:
    """Ends a key at once; False when there was none to end."""
    return bool(conn.execute(_REVOKE, (key_id,)).rowcount)


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
