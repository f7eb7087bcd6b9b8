"""The guide for citizens and the directory of the engine know the same shops by the same facts."""

import asyncio
from datetime import datetime, timedelta

import asyncpg
import numpy as np
import psycopg

from dure.demo.load_shops import copy_shops
from dure.demo.shops import draw_shops
from dure.kernel.calendar import DAY_US, SEOUL, day_of, from_us, to_us
from dure.merchants.directory import ShopEntry, load_directory
from dure.merchants.guide import Guide, read_guide
from dure.merchants.plane import Place, is_on_plane
from dure.merchants.registry import cancel, reinstate, set_offer, suspend
from dure.merchants.standing import ShopStatus
from dure.policy.occasions import OfferTerms

AT_US = to_us(datetime(2019, 10, 22, 12, tzinfo=SEOUL))


def _load(url: str) -> dict[str, ShopEntry]:
    async def load() -> dict[str, ShopEntry]:
        connection = await asyncpg.connect(url)
        try:
            if not await connection.fetchval("SELECT count(*) FROM shop"):
                await copy_shops(connection, draw_shops(1_500, np.random.default_rng(5)))
            return await load_directory(connection)
        finally:
            await connection.close()

    return asyncio.run(load())


def _check(guide: Guide, directory: dict[str, ShopEntry], at_us: int) -> None:
    registered = {
        code: entry
        for code, entry in directory.items()
        if entry.status_at(at_us) is ShopStatus.REGISTERED
    }
    assert set(guide.codes) == set(registered)
    for place, code in enumerate(guide.codes):
        assert guide.facts(place) == registered[code].facts_at(at_us)


def test_it_lists_the_shops_that_the_engine_lets_take_a_payment(db_url: str) -> None:
    _load(db_url)
    with psycopg.connect(db_url, autocommit=True) as connection:
        open_ones = read_guide(connection, AT_US).shop_id[:6].tolist()

        def stop(shop: int, days_ago: int, until_us: int | None = None) -> None:
            begun_us = AT_US - days_ago * DAY_US
            suspend(connection, shop, at_us=begun_us, reason="시험", by="test", until_us=until_us)

        stop(open_ones[0], 1)
        stop(open_ones[1], 1, AT_US + DAY_US)
        stop(open_ones[2], 2, AT_US - DAY_US)
        stop(open_ones[3], 2)
        reinstate(connection, open_ones[3], at_us=AT_US - DAY_US, by="test")
        cancel(connection, open_ones[4], at_us=AT_US - DAY_US, reason="시험", by="test")
        terms = OfferTerms(weekdays=31, from_minute=600, payment_won_min=10_000)
        today = day_of(AT_US)
        set_offer(connection, open_ones[5], discount_bp=500, from_day=today, terms=terms)
        connection.execute(
            "INSERT INTO shop_restriction (sales_band_max, from_at, source) VALUES (4, %s, 'test')",
            (from_us(AT_US),),
        )
        directory = _load(db_url)
        for later in (timedelta(), timedelta(days=2), timedelta(days=400)):
            at_us = to_us(from_us(AT_US) + later)
            _check(read_guide(connection, at_us), directory, at_us)
        assert all(is_on_plane(place) for place in _places(read_guide(connection, AT_US)))


def _places(guide: Guide) -> list[Place]:
    return [Place(x, y) for x, y in zip(guide.x.tolist(), guide.y.tolist(), strict=True)]
