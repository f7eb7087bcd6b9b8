"""What a page server reads before the first member comes: every page's code, shops, rules."""

from __future__ import annotations

import logging
import threading

import psycopg
from django.db import Error as DatabaseError
from django.db import connection
from django.urls import get_resolver

log = logging.getLogger("dure.web")


def warm_up() -> threading.Thread:
    """Imports every page, and begins to read in a thread of its own what pages keep in memory."""
    assert get_resolver().url_patterns, "there are pages"
    reading = threading.Thread(target=_read, name="warming", daemon=True)
    reading.start()
    return reading


def _read() -> None:
    from dure.merchants.guide import GUIDE
    from dure.web.citizen.home.city_now import CITY_NOW
    from dure.web.citizen.shell.frame import now_us
    from dure.web.citizen.shops.rate_for_me import MONEY
    from dure.web.shared.store import database

    try:
        GUIDE.get(database(), now_us())
        MONEY.get(database())
        CITY_NOW.get(database())
    except (DatabaseError, psycopg.Error) as away:
        log.info("nothing is read before the first page: %s", away)
    finally:
        connection.close()
