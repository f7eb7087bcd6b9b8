"""What a number or an address at the command line must be; argparse tells what is wrong with it."""

import argparse
import math

PORT_LAST = 65_535


def port(text: str) -> int:
    """A TCP port from 1 to 65535. Raises ArgumentTypeError with a sentence that says so."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= PORT_LAST:
        raise _wrong(text, "1부터 65535까지의 포트를 적으세요", "write a port from 1 to 65535")
    return int(text)


def port_to_listen_on(text: str) -> int:
    """A TCP port, or 0 for any that is free. Raises ArgumentTypeError."""
    return 0 if text == "0" else port(text)


def address(text: str) -> tuple[str, int]:
    """A `host:port`. Raises ArgumentTypeError."""
    host, _, number = text.rpartition(":")
    if not host:
        raise _wrong(text, "127.0.0.1:8583처럼 적으세요", "write host:port, as 127.0.0.1:8583")
    return host, port(number)


def at_least_one(text: str) -> int:
    """A whole number above nothing. Raises ArgumentTypeError."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise _wrong(text, "1 이상의 정수를 적으세요", "write a whole number from 1 up")
    return int(text)


def above_zero(text: str) -> float:
    """A finite number above nothing. Raises ArgumentTypeError."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number > 0):
        raise _wrong(text, "0보다 큰 수를 적으세요", "write a number above 0")
    return number


def _wrong(text: str, korean: str, english: str) -> argparse.ArgumentTypeError:
    return argparse.ArgumentTypeError(f"{text!r}: {korean} / {english}")
