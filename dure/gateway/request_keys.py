"""The key by which the engine knows a message again, and the original a reversal names.

Note [Request key]
16 bytes: six of the instant of transmission (field 7) in milliseconds since 1970, so that keys rise
with time and the journal's index grows at its end; ten of SHA-256 over acquirer (field 32),
terminal (41), trace number (11), instant (7) and the message's class (1 authorization, 2 financial,
4 reversal). A repeat carries the same five and so has the same key. A reversal has its own, and
field 90 names the five of its original. The class is among them because ISO 8583:1987 lets a
reversal keep its original's trace number.
"""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

from dure.gateway.instants import transmitted_us

ACQUIRER_DIGITS = 11


class Original(NamedTuple):
    """What field 90 says of an original: type, trace number, instant (field 7) and acquirer."""

    message_type: str
    trace: str
    transmitted: str
    acquirer: str


def request_key(
    message_class: str, acquirer: str, terminal: str, trace: str, transmitted: str, now_us: int
) -> bytes | None:
    """The key of the message that carries these; None when the instant is none."""
    instant_us = transmitted_us(transmitted, now_us)
    if instant_us is None:
        return None
    text = f"{message_class}|{acquirer.zfill(ACQUIRER_DIGITS)}|{terminal}|{trace}|{transmitted}"
    digest = sha256(text.encode("latin-1")).digest()
    return (instant_us // 1000).to_bytes(6, "big") + digest[:10]


def key_of(fields: dict[str, str], now_us: int) -> bytes | None:
    """The key of a message by its own fields."""
    return request_key(
        fields["t"][1], fields["32"], fields["41"], fields["11"], fields["7"], now_us
    )


def read_original(field_90: str) -> Original:
    """Field 90 by its parts."""
    return Original(field_90[:4], field_90[4:10], field_90[10:20], field_90[20:31])


def names_another_acquirer(fields: dict[str, str]) -> bool:
    """Whether the original that field 90 names was another acquirer's than the one that sends.

    An acquirer of zeros in field 90 means the one that sends (ISO 8583:1987, field 90).
    """
    acquirer = read_original(fields["90"]).acquirer
    return bool(acquirer.strip("0 ")) and acquirer != fields["32"].zfill(ACQUIRER_DIGITS)


def key_of_original(fields: dict[str, str], now_us: int) -> bytes | None:
    """The key of the message that field 90 names, sent by the same acquirer's same terminal."""
    original = read_original(fields["90"])
    return request_key(
        original.message_type[1],
        fields["32"],
        fields["41"],
        original.trace,
        original.transmitted,
        now_us,
    )
