"""The facts that change seldom: rules, lines, limits, programmes, shops, the city's clock."""

from __future__ import annotations

from dure.authorization.facts import Limits, Programme
from dure.engine import leases
from dure.engine import statements as sql
from dure.engine.connection import AnyConnection
from dure.engine.coupons import load_shop_months
from dure.engine.resident import EVERYWHEN, NOT_YET, ResidentBooks
from dure.engine.settings import EngineSettings
from dure.kernel.clock import CityClock, Clock, SystemClock
from dure.merchants.directory import ShopUnknownError, load_directory, load_shop
from dure.rulebook.store import load_rules

CHANNEL = "dure_changed"
"""What PostgreSQL notifies engines by; see the triggers named engines_hear_of_..."""


async def load_clock(connection: AnyConnection) -> Clock:
    """The city's clock; the machine's own where the city has none."""
    row = await connection.fetchrow(sql.CITY_CLOCK)
    return SystemClock() if row is None else CityClock(row[0], row[1], row[2])


async def load_books(connection: AnyConnection, settings: EngineSettings) -> ResidentBooks:
    """Books with everything in them but wallets and cards, which come as they are asked for."""
    rules = await load_rules(connection)
    books = ResidentBooks(rules, settings.resident_wallets_max, settings.recent_keys_max)
    await load_terms(connection, books)
    books.shops = await load_directory(connection)
    books.shops_by_id = {shop.shop_id: shop for shop in books.shops.values()}
    return books


async def load_terms(connection: AnyConnection, books: ResidentBooks) -> None:
    """Limits and allowance programmes, read anew."""
    dated: dict[int, tuple[list[int], list[Limits]]] = {}
    for level, from_us, holding, charge, payment in await connection.fetch(sql.LOAD_LIMITS):
        starts, limits = dated.setdefault(level, ([], []))
        starts.append(from_us)
        limits.append(Limits(holding, charge, payment))
    books.limits_from = dated
    books.programmes = {
        row[0]: Programme(row[0], row[1], frozenset(row[2]), frozenset(row[3]))
        for row in await connection.fetch(sql.LOAD_PROGRAMMES)
    }


async def take_lines(
    connection: AnyConnection, books: ResidentBooks, settings: EngineSettings
) -> None:
    """What `load_lines` does, for an engine that has just taken its shards."""
    await leases.take_over(connection, settings)
    await load_lines(connection, books, settings)


async def load_lines(
    connection: AnyConnection, books: ResidentBooks, settings: EngineSettings
) -> None:
    """What this engine may spend of lines, rules and shops, read anew; see `leases.load_leases`.

    Must run on the writing connection between batches: it replaces `books.budget_left`.
    """
    await leases.load_leases(connection, books, settings)
    await load_shop_months(connection, books)


async def reload_terms(
    connection: AnyConnection, books: ResidentBooks, settings: EngineSettings
) -> None:
    """Lines, limits, programmes and rules anew; lines first, which new rules may draw on."""
    await load_lines(connection, books, settings)
    await load_terms(connection, books)
    rules = await load_rules(connection)
    await leases.load_sums(connection, books, settings, rules)
    books.rules = rules
    books.releases_known = NOT_YET if rules.releases else EVERYWHEN


async def reload_shops(connection: AnyConnection, books: ResidentBooks, part: str) -> None:
    """Reads one shop ("shop:17") or all of them anew; decisions go on with the old meanwhile."""
    if part.startswith("shop:"):
        await _reload_shop(connection, books, int(part.removeprefix("shop:")))
        return
    shops = await load_directory(connection)
    books.shops, books.shops_by_id = shops, {shop.shop_id: shop for shop in shops.values()}


async def _reload_shop(connection: AnyConnection, books: ResidentBooks, shop_id: int) -> None:
    """Reads the shop first and then puts it in place: payments there go on meanwhile."""
    try:
        shop = await load_shop(connection, shop_id)
    except ShopUnknownError:
        shop = None
    old = books.shops_by_id.pop(shop_id, None)
    if old is not None:
        books.shops.pop(old.shop_code, None)
    if shop is not None:
        books.shops[shop.shop_code] = shop
        books.shops_by_id[shop_id] = shop
