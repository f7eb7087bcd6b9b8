"""A city made for measuring: many wallets and shops by SQL, the rules of January 2020, full lines.

A million wallets with cards, opening movements and lots take about half a minute this way. The
city's clock starts at noon of 15 January 2020, when the 4/2/1% brackets held.
"""

from __future__ import annotations

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from importlib import resources
from typing import Final

import psycopg

from dure.demo.bench.plan import RULES_MIN
from dure.engine.opening import PACK_LOOSELY, PACK_TIGHTLY, OpeningLine
from dure.kernel.calendar import SEOUL, to_us
from dure.ledger import recipes
from dure.ledger.movement import Movement, MovementKind
from dure.policy.document import parse_document

NOON_US = to_us(datetime(2020, 1, 15, 12, tzinfo=SEOUL))
OPENED_US = to_us(datetime(2019, 12, 31, tzinfo=SEOUL))
DISTRICTS = (28110, 28140, 28177, 28185, 28200, 28237, 28245, 28260, 28710, 28720)

_LINE_WON = 10**15
STEP = 125_000
WRITERS = 2
PURSES_WON = 500_000_000_000
"""What all purses hold together at least; no measurement spends as much."""

LINES = (
    OpeningLine(
        1, "incheon-2020-state", "2020년 국비", "State 2020", "state", None, 2020, _LINE_WON
    ),
    OpeningLine(2, "incheon-2020-city", "2020년 시비", "City 2020", "city", None, 2020, _LINE_WON),
    OpeningLine(
        3, "bench-2020-seogu", "측정용 서구 구비", "Seo-gu", "district", 28260, 2020, _LINE_WON
    ),
    OpeningLine(
        4, "bench-2020-yeonsu", "측정용 연수구 구비", "Yeonsu", "district", 28185, 2020, _LINE_WON
    ),
    OpeningLine(5, "bench-2020-city", "측정용 시비", "City", "city", None, 2020, _LINE_WON),
)

_WALLETS = """
WITH m AS (
  SELECT i AS member_id, (i %% 64)::smallint AS shard, %(opened)s + i AS movement_id,
    %(least)s + (i * 7919 %% 97) * 50000 AS charged_won,
    (%(districts)s::integer[])[1 + i %% 10] AS district
  FROM generate_series(%(low)s::bigint, %(high)s::bigint) AS i
),
j AS (
  INSERT INTO movement (shard, kind, movement_id, occurred_at_us, member_id, amount_won,
    charged_after_won, request_key, leg_count, figures)
  SELECT shard, 20, movement_id, %(opened)s, member_id, charged_won, charged_won,
    int8send(movement_id) || int8send(member_id), 2, ARRAY[1100, 2100, charged_won, -charged_won]
  FROM m
),
l AS (
  INSERT INTO lot (shard, member_id, movement_id, in_from_won, in_until_won, expires_at_us)
  SELECT shard, member_id, movement_id, 0, charged_won, %(opened)s + 157680000000000 FROM m
),
c AS (
  INSERT INTO card (shard, kind, status, expires_yymm, card_id, member_id, token, masked_pan,
    issued_at_us)
  SELECT get_byte(t.token, 0) %% 64, 1, 2, 2912, member_id, member_id, t.token,
    '999999******0000', %(opened)s
  FROM m, LATERAL (SELECT decode(md5('card' || member_id), 'hex') AS token) t
)
INSERT INTO wallet (shard, member_id, level, district, birth_year, month, last_id, charged_won,
  charged_in_won)
SELECT shard, member_id, 2, district, 1980, 202001, movement_id, charged_won, charged_won FROM m
"""

_SHOPS = """
INSERT INTO shop (shop_id, district, sales_band, marks, trade, status, shop_code, business_number,
  name_ko, sector, mcc)
SELECT i, (%(districts)s::integer[])[1 + i %% 10], 1 + i %% 4, 0, 0, 2,
  'BENCH' || lpad(i::text, 10, '0'), n.body || ((10 - (n.total + (n.last * 5 / 10)) %% 10) %% 10),
  '측정가게 ' || i, '56111', '5812'
FROM generate_series(1, %(shops)s) AS i,
LATERAL (SELECT lpad(i::text, 9, '0') AS body, i %% 10 AS last,
  (SELECT sum(substr(lpad(i::text, 9, '0'), p, 1)::integer
     * (ARRAY[1,3,7,1,3,7,1,3,5])[p]) FROM generate_series(1, 9) p) AS total) n
"""
_APPROVED = """
INSERT INTO shop_status (shop_id, decision, decided_at, effective_at, decided_by)
SELECT shop_id, 2, timestamptz '2019-01-01 09:00+09', timestamptz '2019-01-02 00:00+09', 'bench'
FROM shop
"""


def card_token(member_id: int) -> bytes:
    """The token of a measured member's card (no PAN stands behind it)."""
    return hashlib.md5(b"card%d" % member_id, usedforsecurity=False).digest()


def shop_code(shop_id: int) -> str:
    """The code of a measured shop."""
    return f"BENCH{shop_id:010d}"


RULES: Final = (
    "incheon/2020-01-01-city",
    "bench/seogu",
    "bench/yeonsu",
    "bench/namdong",
    "bench/bupyeong",
    "bench/band",
    "bench/first",
    "bench/qr",
    "bench/evening",
    "bench/market",
)
"""The measured rules, in the order in which more of them are put in force."""


def documents(rules: int = RULES_MIN) -> list[str]:
    """The texts of so many rules: the city's of 2020-01, top-ups of Seo-gu and Yeonsu, and more.

    Of those beyond three, two top-ups and the rate for small shops have caps for the month, one
    is given once, and three look at the channel, the hour and the area of every payment.
    """
    folder = resources.files("dure.rulebook") / "documents"
    return [(folder / f"{name}.yaml").read_text(encoding="utf-8") for name in RULES[:rules]]


def seed(url: str, wallets: int, shops: int, rules: int = RULES_MIN) -> float:
    """Fills a migrated, empty database; returns the seconds it took."""
    began_s = time.monotonic()
    with _connected(url) as connection:
        _seed_terms(connection, rules)
        connection.execute(_SHOPS, {"districts": list(DISTRICTS), "shops": shops})
        connection.execute(_APPROVED)
        connection.execute(PACK_LOOSELY)
    lows = range(1, wallets + 1, STEP)
    with ThreadPoolExecutor(WRITERS) as writers:
        for done in [writers.submit(_seed_wallets, url, low, wallets) for low in lows]:
            done.result()
    with _connected(url) as connection:
        connection.execute(PACK_TIGHTLY)
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
    return time.monotonic() - began_s


def _connected(url: str) -> psycopg.Connection[tuple[object, ...]]:
    # What is seeded is committed for good by the checkpoint at the end.
    return psycopg.connect(url, autocommit=True, options="-c synchronous_commit=off")


def _seed_wallets(url: str, low: int, wallets: int) -> None:
    """Wallets from `low` on. Where they are few each gets more, so that none runs dry."""
    least_won = max(500_000, PURSES_WON // wallets)
    with _connected(url) as connection:
        connection.execute(
            _WALLETS,
            {
                "districts": list(DISTRICTS),
                "opened": OPENED_US,
                "least": least_won,
                "low": low,
                "high": min(wallets, low + STEP - 1),
            },
        )


def _seed_terms(connection: psycopg.Connection[tuple[object, ...]], rules: int) -> None:
    connection.execute(
        "INSERT INTO city_clock (anchor_us, started_at_us, speed) VALUES (%s, %s, 1)",
        (time.time_ns() // 1000, NOON_US),
    )
    connection.execute("DELETE FROM wallet_limit")
    connection.execute(
        "INSERT INTO wallet_limit VALUES (2, 0, 1000000000000, 100000000, 10000000, 'measuring')"
    )
    for place, line in enumerate(LINES):
        connection.execute(
            "INSERT INTO budget_line (line_id, code, name_ko, name_en, payer, district,"
            " fiscal_year, appropriated_won) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            line[:8],
        )
        movement = Movement(MovementKind.APPROPRIATE, b"", 0, OPENED_US, line.appropriated_won)
        recipes.appropriate(movement, line.line_id)
        connection.execute(
            "INSERT INTO movement (shard, kind, movement_id, occurred_at_us, amount_won,"
            " request_key, leg_count, figures) VALUES (0, 17, %s, %s, %s, %s, %s, %s)",
            (OPENED_US - 100 + place, OPENED_US, line.appropriated_won,
             b"bench-line-%05d" % line.line_id, len(movement.accounts),
             movement.accounts + movement.amounts),
        )  # fmt: skip
    for place, text in enumerate(documents(rules)):
        document = parse_document(text, f"measured rule {place}")
        connection.execute(
            "INSERT INTO rule_version VALUES (%s, %s, %s, %s,"
            " encode(sha256(convert_to(%s, 'UTF8')), 'hex'), %s)",
            (place + 1, document.id, document.version, text, text, OPENED_US),
        )
