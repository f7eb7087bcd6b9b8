"""One-time codes that a member's telephone shows at the till, as a QR code and as bars.

A code's time is the machine's, not the city's: it is the world in which somebody may look over a
shoulder.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from psycopg import Connection

from dure.authorization.answers import Answer
from dure.authorization.requests import AnyRequest, Purchase
from dure.policy.occasions import Channel

Ask = Callable[[AnyRequest], Answer]

SECOND_US = 1_000_000
SECONDS_MIN, SECONDS_MAX = 60, 180
DIGITS: Final = 24
"""As many as a bar code holds on a telephone's width (ISO/IEC 15417, set C); 79 bits by chance."""


class QrToken(NamedTuple):
    """A code as its member's telephone gets it: DIGITS digits."""

    token: str
    expires_at_us: int


class QrRefusedError(Exception):
    """The code pays for nothing; what is wrong is the class."""


class QrUnknownError(QrRefusedError):
    """Nobody was given this code."""


class QrExpiredError(QrRefusedError):
    """The code's time is over."""


class QrUsedError(QrRefusedError):
    """Another request has used the code."""


def issue_token(
    connection: Connection[Any], *, member_id: int, at_us: int, seconds: int = SECONDS_MAX
) -> QrToken:
    """Gives a member a code that pays once within the seconds (60 to 180)."""
    if not SECONDS_MIN <= seconds <= SECONDS_MAX:
        raise ValueError(f"a token is good for {SECONDS_MIN} to {SECONDS_MAX} seconds")
    token = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    expires_at_us = at_us + seconds * SECOND_US
    connection.execute(
        "INSERT INTO qr_token (token_sha256, member_id, issued_at_us, expires_at_us) "
        "VALUES (%s, %s, %s, %s)",
        (_hash(token), member_id, at_us, expires_at_us),
    )
    return QrToken(token, expires_at_us)


def pay_by_code(
    connection: Connection[Any],
    ask: Ask,
    *,
    token: str,
    shop_code: str,
    amount_won: int,
    key: bytes,
    machine_us: int,
    occurred_at_us: int,
    coupon_id: int | None = None,
) -> Answer:
    """A till takes a payment with the code that a member shows; the same key again has one effect.

    `machine_us` judges the code's time, `occurred_at_us` is the city's instant of the payment.
    Raises QrUnknownError, QrExpiredError, QrUsedError.
    """
    member_id = use_token(connection, token=token, key=key, at_us=machine_us)
    return ask(
        Purchase(
            key=key,
            occurred_at_us=occurred_at_us,
            shop_code=shop_code,
            amount_won=amount_won,
            channel=int(Channel.QR),
            member_id=member_id,
            coupon_id=coupon_id,
        )
    )


def use_token(connection: Connection[Any], *, token: str, key: bytes, at_us: int) -> int:
    """Spends the code for the request with this key and gives the member who pays.

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
    """Deletes codes that expired before the instant of the machine; gives how many."""
    cursor = connection.execute(
        "DELETE FROM qr_token WHERE token_sha256 IN (SELECT token_sha256 FROM qr_token "
        "WHERE expires_at_us < %s LIMIT %s FOR UPDATE SKIP LOCKED)",
        (before_us, count),
    )
    return cursor.rowcount


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
