"""The city of the races: one coupon for each round, two budget lines, members with much money."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import asyncpg
import psycopg

from dure.demo.faults.city import DURABLE, migrate
from dure.engine.opening import OpeningLine, OpeningWallet, open_lines, open_wallets
from dure.kernel.calendar import SEOUL, to_us
from dure.kernel.database.server import EmbeddedServer
from dure.policy.document import parse_document

BEGUN_US = to_us(datetime(2019, 10, 21, 18, tzinfo=SEOUL))
OPENED_US = to_us(datetime(2019, 9, 30, tzinfo=SEOUL))

MEMBERS = 32
COUPON_LINE, LAST_LINE = 1, 2
SHOP = "RACES0000000001"
COUPON_WON = 300
PAYMENT_WON = 1_000
EARNED_WON = 100
"""What a payment of 1,000 won earns while the line has it: 10%."""

_LINES = (
    OpeningLine(COUPON_LINE, "races-coupons", "쿠폰", "Coupons", "city", None, 2019, 0),
    OpeningLine(LAST_LINE, "races-last", "마지막 1원", "Last won", "city", None, 2019, 0),
)
_LAST_RULE = """\
id: races-last
version: 1
kind: bracket_cashback
title: {ko: 마지막 1원, en: Last won}
scope: city
period: {from: 2019-10-01, until: 2020-01-01}
brackets:
  - {from_won: 0, below_won: open, rate_bp: 1000}
funding: {of: 1, lines: {races-last: 1}}
sources: [https://example.org/races]
"""
_COUPON_RULE = """\
id: races-coupon-{number}
version: 1
kind: coupon
title: {{ko: 선착순 쿠폰, en: First come}}
scope: city
period: {{from: 2019-10-01, until: 2020-01-01}}
coupon: {{amount_won: 300, stock: {stock}, min_won: 1000, valid: {{days: 30}}}}
funding: {{of: 3, lines: {{races-coupons: 2, shop: 1}}}}
sources: [https://example.org/races]
"""
LAST_VERSION = 1


class Round(NamedTuple):
    """What one round has to give: coupons, the won of their line, the won of the last line."""

    number: int
    stock: int
    coupon_line_won: int
    last_line_won: int

    @property
    def version(self) -> int:
        """The rule version of the round's coupon."""
        return LAST_VERSION + self.number

    @property
    def reserved_won(self) -> int:
        """What a line reserves for one coupon: two thirds of it, the rest is the shop's."""
        return COUPON_WON * 2 // 3

    @property
    def coupons(self) -> int:
        """How many coupons the round must give out: stock, money and members allow no more."""
        return min(self.stock, self.coupon_line_won // self.reserved_won, MEMBERS)


def plan(rounds: int, seed: int) -> list[Round]:
    """Rounds in which now the stock, now the line, now the members come to their end first."""
    chance = random.Random(seed)
    return [
        Round(
            number,
            chance.randint(1, MEMBERS + 4),
            chance.choice([chance.randint(0, MEMBERS * 200), MEMBERS * 200]),
            chance.randint(0, MEMBERS * 2 * EARNED_WON),
        )
        for number in range(1, rounds + 1)
    ]


@contextmanager
def racing_server(home: Path) -> Iterator[str]:
    """A durable PostgreSQL of its own in the home, migrated and empty; gives its URL."""
    server = EmbeddedServer(home, settings=DURABLE)
    url = server.start().url
    try:
        migrate(home, url)
        yield url
    finally:
        server.stop()


async def seed_races(url: str, rounds: list[Round]) -> None:
    """Fills a migrated, empty database: lines without money, all rules, a shop, members."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO city_clock (anchor_us, started_at_us, speed) VALUES (%s, %s, 1)",
            (time.time_ns() // 1000, BEGUN_US),
        )
        connection.execute("DELETE FROM wallet_limit")
        connection.execute(
            "INSERT INTO wallet_limit VALUES (2, 0, 100000000, 100000000, 500000, 'races')"
        )
        connection.execute(
            "INSERT INTO shop (shop_id, district, sales_band, status, shop_code, business_number,"
            " name_ko, sector, mcc) VALUES (1, 28110, 1, 2, %s, '1248100998', '경주가게', '56111',"
            " '5812')",
            (SHOP,),
        )
        connection.execute(
            "INSERT INTO shop_status (shop_id, decision, decided_at, effective_at) VALUES"
            " (1, 2, '2019-01-01 09:00+09', '2019-01-02 00:00+09')"
        )
        _seed_rules(connection, rounds)
    asynchronous = await asyncpg.connect(url)
    try:
        await open_lines(asynchronous, _LINES, OPENED_US - 1_000)
        wallets = [
            OpeningWallet(member_id, 2, 28110, 1980, 50_000_000)
            for member_id in range(1, MEMBERS + 1)
        ]
        await open_wallets(asynchronous, wallets, OPENED_US)
    finally:
        await asynchronous.close()


def _seed_rules(connection: psycopg.Connection[tuple[object, ...]], rounds: list[Round]) -> None:
    texts = [_LAST_RULE]
    texts += [_COUPON_RULE.format(number=r.number, stock=r.stock) for r in rounds]
    with connection.cursor() as cursor:
        rows = []
        for version, text in enumerate(texts, LAST_VERSION):
            document = parse_document(text, f"races {version}")
            rows.append((version, document.id, document.version, text, text))
        cursor.executemany(
            "INSERT INTO rule_version VALUES (%s, %s, %s, %s,"
            " encode(sha256(convert_to(%s, 'UTF8')), 'hex'), 0)",
            rows,
        )
