"""The city whose parts are killed: its own PostgreSQL in a temporary home, durable, and seeded."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import asyncpg
import psycopg

from dure.engine.opening import (
    OpeningCard,
    OpeningLine,
    OpeningWallet,
    add_cards,
    open_lines,
    open_wallets,
)
from dure.kernel.calendar import SEOUL, to_us
from dure.kernel.database.server import EmbeddedServer
from dure.policy.document import parse_document

BEGUN_US = to_us(datetime(2019, 10, 21, 18, tzinfo=SEOUL))
OPENED_US = to_us(datetime(2019, 9, 30, tzinfo=SEOUL))

DURABLE = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    # Small, so that a start is quick and a crash often falls into a checkpoint.
    "shared_buffers": "32MB",
    "min_wal_size": "80MB",
    "max_wal_size": "96MB",
    "checkpoint_timeout": "30s",
}
"""What the killed server runs with; the first two are what the promise rests on."""

SHOPS = 200
DISTRICTS = (28110, 28140, 28177, 28185, 28200, 28237, 28245, 28260, 28710, 28720)
LINES = (
    OpeningLine(1, "faults-state", "국비", "State", "state", None, 2019, 40_000_000),
    OpeningLine(2, "faults-city", "시비", "City", "city", None, 2019, 20_000_000),
    OpeningLine(3, "faults-seogu", "서구 구비", "Seo-gu", "district", 28260, 2019, 300_000),
)
"""Short enough that they run dry under the load, are filled up and run dry again."""

RULES = (
    """\
id: faults-city
version: 1
kind: bracket_cashback
title: {ko: 시 캐시백, en: City cashback}
scope: city
period: {from: 2019-10-01, until: 2020-01-01}
brackets:
  - {from_won: 0, below_won: 300000, rate_bp: 600}
  - {from_won: 300000, below_won: 1000000, rate_bp: 300}
funding: {of: 6, lines: {faults-state: 4, faults-city: 2}}
sources: [https://example.org/city]
""",
    """\
id: faults-seogu
version: 1
kind: bracket_cashback
title: {ko: 서구 캐시백, en: Seo-gu top-up}
scope: 서구
period: {from: 2019-10-01, until: 2020-01-01}
brackets:
  - {from_won: 0, below_won: 500000, rate_bp: 400}
funding: {of: 1, lines: {faults-seogu: 1}}
sources: [https://example.org/seogu]
""",
    """\
id: faults-market-week
version: 1
kind: bracket_cashback
title: {ko: 선착순 캐시백, en: First come cashback}
scope: city
period: {from: 2019-10-01, until: 2020-01-01}
brackets:
  - {from_won: 0, below_won: 1000000, rate_bp: 100}
stops_when: {until_sum_used_won: 400000}
funding: {of: 1, lines: {faults-city: 1}}
sources: [https://example.org/market]
""",
    """\
id: faults-discount
version: 1
kind: instant_discount
title: {ko: 즉시할인, en: Instant discount}
scope: city
period: {from: 2019-10-01, until: 2020-01-01}
shop_offer: {rate_bp_min: 100, rate_bp_max: 700}
funding: shop
sources: [https://example.org/discount]
""",
    """\
id: faults-coupon
version: 1
kind: coupon
title: {ko: 선착순 쿠폰, en: First come coupon}
scope: city
period: {from: 2019-10-01, until: 2020-01-01}
coupon: {rate_bp: 2000, max_won: 3000, stock: 3000, per_person: 4, min_won: 3000, valid: {days: 9}}
funding: {of: 3, lines: {faults-city: 2, shop: 1}}
sources: [https://example.org/coupon]
""",
)
COUPON_VERSION = 5
OFFERING_SHOPS = 40
"""The shops from 1 on that take 5% off at the till, until a ceiling that some soon reach."""


def card_token(member_id: int) -> bytes:
    """The token of a member's card (no PAN stands behind it)."""
    return hashlib.sha256(b"faults card %d" % member_id).digest()[:16]


def shop_code(shop_id: int) -> str:
    """The code of a shop."""
    return f"FAULTS{shop_id:09d}"


@contextmanager
def temporary_home() -> Iterator[Path]:
    """A home of its own for the time of a block: never the user's city.

    Root's PostgreSQL runs under another account, which must be able to pass through.
    """
    home = Path(tempfile.mkdtemp(prefix="dure-faults-", dir="/tmp"))
    home.chmod(0o711 if os.geteuid() == 0 else 0o700)
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def faulty_city(home: Path, members: int) -> Iterator[EmbeddedServer]:
    """A seeded city on a durable server in the home, whose parts may be killed."""
    server = EmbeddedServer(home, settings=DURABLE)
    url = server.start().url
    try:
        migrate(home, url)
        seed(url, members)
        yield server
    finally:
        server.stop()


def migrate(home: Path, url: str) -> None:
    """Makes the tables. Raises RuntimeError with what was said when that fails."""
    environment = {**os.environ, "DURE_HOME": str(home), "DATABASE_URL": url}
    done = subprocess.run(
        [sys.executable, "-m", "dure.config", "db", "migrate"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the tables could not be made: {done.stderr[-2000:]}")


def seed(url: str, members: int) -> None:
    """Fills a migrated, empty database with terms, shops and opened wallets with a card each."""
    with psycopg.connect(url, autocommit=True) as connection:
        _seed_terms(connection)
        _seed_shops(connection)
    asyncio.run(_seed_members(url, members))


def _seed_terms(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    connection.execute(
        "INSERT INTO city_clock (anchor_us, started_at_us, speed) VALUES (%s, %s, 1)",
        (time.time_ns() // 1000, BEGUN_US),
    )
    connection.execute("DELETE FROM wallet_limit")
    connection.execute(
        "INSERT INTO wallet_limit VALUES (2, 0, 5000000, 50000000, 500000, 'faults')"
    )
    for place, text in enumerate(RULES):
        document = parse_document(text, f"rule {place}")
        connection.execute(
            "INSERT INTO rule_version VALUES (%s, %s, %s, %s,"
            " encode(sha256(convert_to(%s, 'UTF8')), 'hex'), 0)",
            (place + 1, document.id, document.version, text, text),
        )


def _seed_shops(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    for shop_id in range(1, SHOPS + 1):
        connection.execute(
            "INSERT INTO shop (shop_id, district, sales_band, status, shop_code, business_number,"
            " name_ko, sector, mcc) VALUES (%s, %s, 1, 2, %s, '1248100998', %s, '56111', '5812')",
            (shop_id, DISTRICTS[shop_id % 10], shop_code(shop_id), f"시험가게 {shop_id}"),
        )
    connection.execute(
        "INSERT INTO shop_status (shop_id, decision, decided_at, effective_at)"
        " SELECT shop_id, 2, '2019-01-01 09:00+09', '2019-01-02 00:00+09' FROM shop"
    )
    connection.execute(
        "INSERT INTO benefit_offer (shop_id, discount_bp, from_day, month_won_max)"
        " SELECT shop_id, 500, '2019-01-01', 500 * shop_id FROM shop WHERE shop_id <= %s",
        (OFFERING_SHOPS,),
    )


async def _seed_members(url: str, members: int) -> None:
    wallets = [
        OpeningWallet(
            member_id, 2, DISTRICTS[member_id % 10], 1980, 50_000 + member_id * 7919 % 97 * 5_000
        )
        for member_id in range(1, members + 1)
    ]
    cards = [
        OpeningCard(card_token(m), m, m, 1, 2, 2912, "999999******0000")
        for m in range(1, members + 1)
    ]
    connection = await asyncpg.connect(url)
    try:
        await open_lines(connection, LINES, OPENED_US - 1_000)
        await open_wallets(connection, wallets, OPENED_US)
        await add_cards(connection, cards, OPENED_US)
    finally:
        await connection.close()
