"""Counts how often each shop stood on a shelf, so that anybody can check the rule of the shelf.

A page only adds to counts in memory; they are written together every `WRITE_EVERY_S`, by the page
that comes then. A process that ends loses some seconds of counts, the same share for every shop.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any, Final, NamedTuple

from psycopg import Connection

WRITE_EVERY_S: Final = 10.0
_DAYS_SHOWN: Final = 28
# In the order of the key, so that two processes that write at once do not wait in a circle.
_ADD: Final = """
INSERT INTO shelf_view (day, shop_id, views)
SELECT u.day, u.shop_id, u.views
FROM unnest(%s::date[], %s::integer[], %s::bigint[]) AS u(day, shop_id, views)
JOIN shop USING (shop_id) ORDER BY u.day, u.shop_id
ON CONFLICT (day, shop_id) DO UPDATE SET views = shelf_view.views + excluded.views
"""
_VIEWS: Final = """
SELECT coalesce(sum(views), 0)::bigint FROM shelf_view WHERE shop_id = %s AND day > %s::date - %s
"""
_SHARES: Final = """
SELECT s.district, count(*)::integer, min(v.views), max(v.views), sum(v.views)::bigint
FROM (SELECT shop_id, sum(views)::bigint AS views FROM shelf_view
      WHERE day > %s::date - %s GROUP BY shop_id) AS v JOIN shop s USING (shop_id)
GROUP BY s.district ORDER BY s.district
"""


class Shares(NamedTuple):
    """Views of a district's shops in four weeks: how many shops, the fewest, the most, the sum."""

    district: int
    shops: int
    views_min: int
    views_max: int
    views: int


class ShelfCounts:
    """The counts of one process that are not written yet."""

    def __init__(self, write_every_s: float = WRITE_EVERY_S) -> None:
        self._write_every_s = write_every_s
        self._lock = threading.Lock()
        self._views: Counter[tuple[date, int]] = Counter()
        self._written_at_s = time.monotonic()

    def add(self, connection: Connection[Any], day: date, shop_ids: Iterable[int]) -> None:
        """Counts one view of each shop; every now and then writes what has come together."""
        with self._lock:
            self._views.update((day, shop_id) for shop_id in shop_ids)
            if time.monotonic() - self._written_at_s < self._write_every_s:
                return
        self.write(connection)

    def write(self, connection: Connection[Any]) -> None:
        """Writes all counts; those that could not be written are kept for the next time."""
        with self._lock:
            self._written_at_s = time.monotonic()
            views, self._views = self._views, Counter()
        if not views:
            return
        days, shops = zip(*views, strict=True)
        try:
            connection.execute(_ADD, (list(days), list(shops), list(views.values())))
        except Exception:
            with self._lock:
                self._views += views
            raise


def views_of(connection: Connection[Any], shop_id: int, day: date) -> int:
    """How often the shop stood on a shelf in the four weeks up to a day."""
    row = connection.execute(_VIEWS, (shop_id, day, _DAYS_SHOWN)).fetchone()
    return 0 if row is None else int(row[0])


def shares(connection: Connection[Any], day: date) -> list[Shares]:
    """Views in the four weeks up to a day by district; nothing of one shop alone."""
    return [Shares(*row) for row in connection.execute(_SHARES, (day, _DAYS_SHOWN))]


COUNTS: Final = ShelfCounts()
"""This process's counts."""
