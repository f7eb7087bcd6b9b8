"""Tells the person who waits what is being done; figures go to stdout, this to stderr."""

from __future__ import annotations

import logging
import sys
import time

import structlog

_BEGAN_S = time.monotonic()


def say(text: str) -> None:
    """One line with the minutes since the beginning."""
    minutes, seconds = divmod(int(time.monotonic() - _BEGAN_S), 60)
    print(f"{minutes:3d}:{seconds:02d}  {text}", file=sys.stderr, flush=True)


def logs_to_stderr() -> None:
    """Lets this process keep its stdout for figures; of warnings there is no need here."""
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
    )
    logging.getLogger("dure").setLevel(logging.WARNING)
