"""The guide to the city's shops: every shop that may take the currency today, held in memory.

60,000 shops are some fifteen megabytes; a map part or a list by distance is then a matter of a
millisecond and asks the database nothing.

Note [How old a guide may be]
A process looks at most every `LOOK_EVERY_S` whether a shop, a decision or an offer was written, by
PostgreSQL's own counts of changed rows, which cost one small query and no lock on any shop. Then,
and when the city's day has changed, one thread reads the guide anew while the others use the last
one. A page may therefore be some seconds behind, and a suspension that ends within a day may show
until midnight; whether a shop takes a payment, and what it gives, is always asked of the engine.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from dure.kernel.calendar import day_of, from_us
from dure.merchants.plane import is_on_plane, place_of
from dure.merchants.sectors import group_of
from dure.merchants.shelf import SIZE, SMALL_BAND_MAX, ring_of
from dure.merchants.standing import Decision
from dure.policy.occasions import ANY_TIME, OfferTerms, ShopFacts

LOOK_EVERY_S: Final = 5.0
NOWHERE: Final = -1
"""The x and y of a shop whose place is not known."""
_OPEN: Final = [int(Decision.APPROVED), int(Decision.REINSTATED)]
_SHOPS: Final = """
SELECT s.shop_id, s.shop_code, s.name_ko, s.name_en, s.district, s.sector, s.mcc, s.sales_band,
       s.marks, s.trade, s.latitude, s.longitude, o.discount_bp, o.weekdays, o.from_minute,
       o.until_minute, o.payment_won_min, o.month_won_max
FROM shop s
JOIN (SELECT DISTINCT ON (shop_id) shop_id, effective_at FROM shop_status
      ORDER BY shop_id, status_id DESC) AS last USING (shop_id)
LEFT JOIN benefit_offer o ON o.shop_id = s.shop_id AND o.from_day <= %(day)s
  AND (o.until_day IS NULL OR o.until_day > %(day)s)
WHERE s.status = ANY(%(open)s) AND last.effective_at <= %(at)s
  AND NOT EXISTS (SELECT FROM shop_restriction r WHERE r.from_at <= %(at)s
    AND (r.until_at IS NULL OR r.until_at > %(at)s)
    AND (r.trade = s.trade OR s.sales_band > r.sales_band_max))
ORDER BY s.shop_id
"""
_CHANGES: Final = """
SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint FROM pg_stat_user_tables
WHERE relname IN ('shop', 'shop_status', 'benefit_offer', 'shop_restriction')
"""

Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Guide:
    """Shops of one day of the city; the arrays have an entry for each, in the order of `shop_id`.

    `x` and `y` are meters on the city's plane (`NOWHERE` where not known), `group` a `ShopGroup`,
    `discount_bp` what the shop takes off itself today, 0 when nothing. `kind` says which of `kinds`
    a shop is: shops of one kind are the same to every rule. `search` is what a name is looked for
    in, in small letters. `version` names the content: the same shops have the same one.
    """

    day: date
    shop_id: Ints
    x: Ints
    y: Ints
    district: Ints
    group: Ints
    discount_bp: Ints
    kind: Ints
    kinds: tuple[ShopFacts, ...]
    codes: tuple[str, ...]
    names: tuple[tuple[str, str], ...]
    search: tuple[str, ...]
    version: str

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def position(self) -> dict[str, int]:
        """Where a shop stands in the arrays, by its code."""
        return {code: place for place, code in enumerate(self.codes)}

    @cached_property
    def rings(self) -> dict[int, tuple[str, ...]]:
        """The rings of the shelf by district; 0 is that of the whole city."""
        weekday = 1 << self.day.weekday()
        on_shelf = []
        for place in np.flatnonzero(self.discount_bp).tolist():
            facts = self.kinds[self.kind[place]]
            holds = (facts.offer or ANY_TIME).weekdays & weekday
            if holds and facts.sales_band <= SMALL_BAND_MAX:
                on_shelf.append((facts.district, self.codes[place]))
        rings = {0: ring_of(code for _, code in on_shelf)}
        for district in {district for district, _ in on_shelf}:
            rings[district] = ring_of(code for where, code in on_shelf if where == district)
        return rings

    def ring(self, district: int) -> tuple[str, ...]:
        """The ring of a member who lives there; the city's where the district has too few."""
        own = self.rings.get(district, ())
        return own if len(own) >= SIZE else self.rings[0]

    def facts(self, place: int) -> ShopFacts:
        """What rules may know of the shop at this position."""
        kind: ShopFacts = self.kinds[self.kind[place]]
        return kind._replace(shop_id=int(self.shop_id[place]))


def read_guide(connection: Connection[Any], at_us: int) -> Guide:
    """Reads all shops that may take the currency now, which is `at_us` on the city's clock."""
    day = day_of(at_us)
    rows = connection.execute(_SHOPS, {"day": day, "at": from_us(at_us), "open": _OPEN}).fetchall()
    return guide_of(day, rows)


def guide_of(day: date, rows: Iterable[tuple[Any, ...]]) -> Guide:
    """The guide made of rows as `_SHOPS` gives them."""
    kinds: dict[ShopFacts, int] = {}
    numbers: list[tuple[int, ...]] = []
    codes: list[str] = []
    names: list[tuple[str, str]] = []
    for row in rows:
        shop_id, code, name_ko, name_en, district, sector, mcc, band, marks, trade = row[:10]
        x, y = _place(row[10], row[11])
        discount_bp = row[12] or 0
        terms = OfferTerms(*row[13:18]) if discount_bp else ANY_TIME
        offer = None if terms == ANY_TIME else terms
        facts = ShopFacts(0, district, sector, mcc, band, marks, discount_bp, trade, offer)
        kind = kinds.setdefault(facts, len(kinds))
        numbers.append((shop_id, x, y, district, int(group_of(sector)), discount_bp, kind))
        codes.append(code)
        names.append((name_ko, name_en))
    columns = np.array(numbers, dtype=np.int32).reshape(len(numbers), 7).T.copy()
    search = tuple(f"{ko}\n{en}".casefold().replace(" ", "") for ko, en in names)
    content = hashlib.blake2b(repr((day, list(kinds))).encode(), digest_size=8)
    content.update(columns.tobytes())
    content.update("\n".join([*codes, *search]).encode())
    return Guide(
        day, columns[0], columns[1], columns[2], columns[3], columns[4], columns[5], columns[6],
        tuple(kinds), tuple(codes), tuple(names), search, content.hexdigest(),
    )  # fmt: skip


def _place(latitude: float | None, longitude: float | None) -> tuple[int, int]:
    if latitude is None or longitude is None:
        return NOWHERE, NOWHERE
    place = place_of(latitude, longitude)
    return place if is_on_plane(place) else (NOWHERE, NOWHERE)


class KeptGuide:
    """The newest guide of a process; see Note [How old a guide may be]."""

    def __init__(self, look_every_s: float = LOOK_EVERY_S) -> None:
        self._look_every_s = look_every_s
        self._lock = threading.Lock()
        self._looked_at_s = float("-inf")
        self._state: tuple[object, ...] = ()
        self._guide: tuple[str, Guide] | None = None

    def get(self, connection: Connection[Any], at_us: int) -> Guide:
        """The guide of the city's day; raises psycopg.Error when the first cannot be read."""
        name = f"{connection.info.port}/{connection.info.dbname}"
        kept = self._guide
        usable = kept is not None and kept[0] == name
        if usable and kept is not None and self._is_fresh(kept[1], at_us):
            return kept[1]
        if not self._lock.acquire(blocking=not usable):
            assert kept is not None
            return kept[1]
        try:
            return self._looked_at(connection, name, at_us)
        finally:
            self._lock.release()

    def forget(self) -> None:
        """Reads everything anew at the next page; for tests that change a shop."""
        with self._lock:
            self._guide = None

    def _is_fresh(self, guide: Guide, at_us: int) -> bool:
        recent = time.monotonic() - self._looked_at_s < self._look_every_s
        return recent and guide.day == day_of(at_us)

    def _looked_at(self, connection: Connection[Any], name: str, at_us: int) -> Guide:
        row = connection.execute(_CHANGES).fetchone()
        state = (name, day_of(at_us), row)
        if self._guide is None or self._state != state:
            self._guide = (name, read_guide(connection, at_us))
            self._state = state
        self._looked_at_s = time.monotonic()
        return self._guide[1]


GUIDE: Final = KeptGuide()
"""This process's guide."""
