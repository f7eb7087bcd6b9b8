"""One-time tokens that a member's telephone shows at the till, as a QR code."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any, NamedTuple

from psycopg import Connection

SECOND_US = 1_000_000
SECONDS_MIN, SECONDS_MAX = 60, 180


class QrToken(NamedTuple):
    """A token as its member's telephone gets it; 32 letters, digits, "-" and "_"."""

    token: str
    expires_at_us: int


class QrRefusedError(Exception):
    """The token pays for nothing; what is wrong is the class."""


class QrUnknownError(QrRefusedError):
    """Nobody was given this token."""


class QrExpiredError(QrRefusedError):
    """The token's time is over."""


class QrUsedError(QrRefusedError):
    """Another request has used the token."""


def issue_token(
    connection: Connection[Any], *, member_id: int, at_us: int, seconds: int = SECONDS_MAX
) -> QrToken:
    """Gives a member a token that pays once within the seconds (60 to 180)."""
    if not SECONDS_MIN <= seconds <= SECONDS_MAX:
        raise ValueError(f"a token is good for {SECONDS_MIN} to {SECONDS_MAX} seconds")
    token = secrets.token_urlsafe(24)
    expires_at_us = at_us + seconds * SECOND_US
    connection.execute(
        "INSERT INTO qr_token (token_sha256, member_id, issued_at_us, expires_at_us) "
        "VALUES (%s, %s, %s, %s)",
        (_hash(token), member_id, at_us, expires_at_us),
    )
    return QrToken(token, expires_at_us)


def use_token(connection: Connection[Any], *, token: str, key: bytes, at_us: int) -> int:
    """Spends the token for the request with this key and gives the member who pays.

    The same request may ask again, also later; any other gets QrUsedError. Raises QrUnknownError,
    QrExpiredError.
    """
    token_sha256 = _hash(token)
    taken = connection.execute(
        "UPDATE qr_token SET used_by = %s, used_at_us = %s "
        "WHERE token_sha256 = %s AND used_by IS NULL AND expires_at_us > %s RETURNING member_id",
        (key, at_us, token_sha256, at_us),
    ).fetchone()
    if taken is not None:
        return int(taken[0])
    found = connection.execute(
        "SELECT member_id, used_by FROM qr_token WHERE token_sha256 = %s", (token_sha256,)
    ).fetchone()
    if found is None:
        raise QrUnknownError
    member_id, used_by = found
    if used_by is None:
        raise QrExpiredError
    if bytes(used_by) != key:
        raise QrUsedError
    return int(member_id)


def forget_old_tokens(connection: Connection[Any], *, before_us: int, count: int = 10_000) -> int:
    """Deletes tokens that expired before the instant; gives how many."""
    cursor = connection.execute(
        "DELETE FROM qr_token WHERE token_sha256 IN (SELECT token_sha256 FROM qr_token "
        "WHERE expires_at_us < %s LIMIT %s FOR UPDATE SKIP LOCKED)",
        (before_us, count),
    )
    return cursor.rowcount


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
