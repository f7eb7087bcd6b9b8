"""The gateway's log: one JSON object a line on standard error."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog


def log_as_json(*, verbose: bool = False, file: TextIO | None = None) -> None:
    """Sets structlog up for this process. Call once, before the first event."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.DEBUG if verbose else logging.INFO
        ),
        logger_factory=structlog.WriteLoggerFactory(file or sys.stderr),
        cache_logger_on_first_use=True,
    )
