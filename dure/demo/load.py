"""`dure demo load`: writes a synthetic city into the database, all of it or nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import asyncpg
import psycopg

from dure.demo.city import OPENING_US, City, draw_city
from dure.demo.funds import name_demo_funds
from dure.demo.load_members import copy_cards, copy_wallets
from dure.demo.load_rules import open_budget_lines, opening_lines, publish_documents
from dure.demo.load_shops import copy_shops
from dure.kernel.keys import KeyRing
from dure.report.counting import start_from_here

if TYPE_CHECKING:
    from asyncpg import Connection, Record

MEMBERS: Final = 60_000
MEMBERS_FOR_A_SHOP: Final = 15
SHOPS_LEAST: Final = 1_000
SEED: Final = 20191022

# Opening movements get ids of one microsecond each, so a minute has room for every city.
_LINES_AT_US: Final = OPENING_US - 120_000_000
_WALLETS_AT_US: Final = OPENING_US - 60_000_000

_TABLES = (
    "journal", "wallet", "lot", "card", "shop", "shop_status", "budget_line", "budget_slice",
    "rule_version",
)  # fmt: skip


class CityExistsError(Exception):
    """The database already holds wallets or shops; a demo city needs an empty one."""


def shops_for(members: int) -> int:
    """How many shops a city of so many members has: 60,000 for Incheon's 890,000."""
    return max(SHOPS_LEAST, members // MEMBERS_FOR_A_SHOP)


def loaded_city(connection: psycopg.Connection[Any]) -> tuple[int, int, int] | None:
    """Members, shops and seed of the demo city in this database, None when there is none."""
    row = connection.execute("SELECT members, shops, seed FROM demo_city").fetchone()
    return None if row is None else (row[0], row[1], row[2])


def is_empty(connection: psycopg.Connection[Any]) -> bool:
    """Whether nobody lives in this database yet."""
    row = connection.execute(
        "SELECT NOT EXISTS (SELECT FROM wallet) AND NOT EXISTS (SELECT FROM shop)"
        " AND NOT EXISTS (SELECT FROM budget_line) AND NOT EXISTS (SELECT FROM rule_version)"
    ).fetchone()
    return row is not None and bool(row[0])


def load_city(
    url: str, home: Path, *, members: int, shops: int, seed: int, is_undecided: bool = False
) -> City:
    """Draws a city and writes it, in one transaction. Says on standard output what it is doing.

    `home` is where the key ring lies. `is_undecided`: see `dure.demo.undecided`. Raises
    CitySizeError, and CityExistsError where the database holds somebody else's wallets or shops.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        if loaded_city(connection) is not None or not is_empty(connection):
            raise CityExistsError(
                "the database is not empty; `dure db reset` throws everything in it away"
            )
    with _told(f"회원 {members:,}명, 가맹점 {shops:,}곳을 그립니다 / drawing"):
        city = draw_city(members, shops, seed)
    asyncio.run(_write(url, home, city, is_undecided))
    with psycopg.connect(url, autocommit=True) as connection:
        start_from_here(connection)
        name_demo_funds(connection)
        with _told("통계를 냅니다 / analyzing"):
            for table in _TABLES:
                connection.execute(f"ANALYZE {table}".encode())
    return city


async def _write(url: str, home: Path, city: City, is_undecided: bool) -> None:
    connection: Connection[Record] = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await _write_all(connection, home, city, is_undecided)
    finally:
        await connection.close()


async def _write_all(
    connection: Connection[Record], home: Path, city: City, is_undecided: bool
) -> None:
    ring = KeyRing.open(home)
    members = len(city.members)
    with _told("예산 과목과 규칙 문서 / budget lines and rules"):
        await open_budget_lines(connection, opening_lines(members, OPENING_US), _LINES_AT_US)
        await publish_documents(connection, home, OPENING_US, is_undecided=is_undecided)
    with _told(f"가맹점 {len(city.shops):,}곳 / shops"):
        await copy_shops(connection, city.shops)
    with _told(f"지갑 {members:,}개 / wallets"):
        await copy_wallets(connection, city.members, _WALLETS_AT_US)
    with _told(f"카드 {len(city.cards):,}장 / cards"):
        await copy_cards(connection, city, ring, _WALLETS_AT_US)
    await connection.execute(
        "INSERT INTO demo_city (members, shops, seed) VALUES ($1, $2, $3)",
        members, len(city.shops), city.seed,
    )  # fmt: skip


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Says what begins, and how long it took when it ends."""
    print(f"  {what} ...", end="", flush=True)
    start = time.perf_counter()
    yield
    print(f" {time.perf_counter() - start:.1f} s", flush=True)
