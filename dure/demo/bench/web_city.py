"""What a city's app has behind it: payments of every member, people, sessions, places of shops.

The journal grows by PAYMENTS_EACH payments for each wallet of `seed`, one every seventeen hours
from New Year on, in the order of time and with cashback of 4% from the state's and the city's
line, so that the books stay exact. Amounts follow a formula, and so does every balance after them.
"""

from __future__ import annotations

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import psycopg

from dure.demo.bench.seed import DISTRICTS, OPENED_US
from dure.engine.opening import PACK_LOOSELY, PACK_TIGHTLY
from dure.kernel.keys import KeyRing
from dure.people.members import NAME_PURPOSE, PHONE_PURPOSE
from dure.people.sealing import sealer_of

PAYMENTS_EACH: Final = 20
DAY_US: Final = 86_400_000_000
FIRST_US: Final = OPENED_US + DAY_US
STEP_US: Final = 17 * 3_600_000_000
WRITERS: Final = 2
SESSIONS: Final = 2_000
STATE_LINE, CITY_LINE = 1, 2
SHARE_OF_61: Final = 25
"""What the state pays of 61 parts, as the rule of January 2020 says."""

# Of member i the k-th payment is 100 * (10 + i % 100 + k) won, a multiple of 100: cashback of 4% is
# exact, and 20 of them stay below the first bracket's 300,000 won.
_AMOUNT = "100 * (10 + i %% 100 + {k})"
_BEFORE = "100 * (({k} - 1) * (10 + i %% 100) + {k} * ({k} - 1) / 2)"
_PAYMENTS = f"""
WITH p AS (
  SELECT i AS member_id, (i %% 64)::smallint AS shard, %(at)s + i AS movement_id,
    CASE WHEN %(k)s = 1 THEN %(opened)s + i ELSE %(at)s - %(step)s + i END AS previous_id,
    ({_AMOUNT.format(k="%(k)s")})::integer AS won,
    ({_BEFORE.format(k="%(k)s")})::integer AS before_won,
    (1 + (i * 31 + %(k)s * 7919) %% %(shops)s)::integer AS shop_id
  FROM generate_series(%(low)s::bigint, %(high)s::bigint) AS i
)
INSERT INTO movement (shard, kind, channel, movement_id, occurred_at_us, member_id, previous_id,
  card_id, amount_won, usage_before_won, usage_won, usage_month, charged_after_won,
  cashback_after_won, shop_id, leg_count, request_key, figures)
SELECT p.shard, 1, 1 + (%(k)s %% 2), p.movement_id, p.movement_id, p.member_id, p.previous_id,
  p.member_id, p.won, p.before_won, p.won, 202001, w.charged_in_won - p.before_won - p.won,
  (p.before_won + p.won) / 25, p.shop_id, 5, int8send(p.movement_id) || int8send(p.member_id),
  ARRAY[2100, 2300, 5000001, 5000002, 2200,
        p.won, -p.won, (p.won / 25) * {SHARE_OF_61} / 61,
        p.won / 25 - (p.won / 25) * {SHARE_OF_61} / 61, -(p.won / 25),
        1, p.won / 25, 0, p.won / 25]
FROM p JOIN wallet w ON w.shard = p.shard AND w.member_id = p.member_id
ORDER BY p.member_id
"""
_WALLETS = f"""
UPDATE wallet SET charged_won = charged_in_won - paid.won, cashback_won = paid.won / 25,
  cashback_in_won = paid.won / 25, usage_won = paid.won, month = 202001,
  last_id = %(last)s + wallet.member_id
FROM (SELECT i, ({_BEFORE.format(k="%(next)s")})::integer AS won
      FROM generate_series(%(low)s::bigint, %(high)s::bigint) AS i) AS paid
WHERE wallet.member_id = paid.i AND wallet.shard = paid.i %% 64
"""
_SPENT = """
WITH spent AS (
  SELECT coalesce(sum(amounts[3]), 0) AS state_won, coalesce(sum(amounts[4]), 0) AS city_won
  FROM journal WHERE kind = 1
),
slices AS (
  INSERT INTO budget_slice (shard, line_id, leased_won, spent_won)
  SELECT 0, %(state)s, state_won, state_won FROM spent
  UNION ALL SELECT 0, %(city)s, city_won, city_won FROM spent
  RETURNING line_id, leased_won
)
UPDATE budget_line SET leased_won = slices.leased_won FROM slices
WHERE slices.line_id = budget_line.line_id
"""
_MEMBERS = """
INSERT INTO member (member_id, status, level, district, birth_date, name_sealed, phone_sealed,
  request_key, joined_at_us)
SELECT i, 2, 2, (%(districts)s::integer[])[1 + i %% 10], date '1980-05-01', %(name)s, %(phone)s,
  int8send(%(opened)s) || int8send(i), %(opened)s
FROM generate_series(%(low)s::bigint, %(high)s::bigint) AS i
"""
# Half of the shops crowd around the middles of ten quarters, the others lie anywhere in the city.
_PLACES = """
UPDATE shop SET
  latitude = CASE WHEN shop_id %% 2 = 0
    THEN 37.36 + (shop_id::bigint * 7919 %% 10007) * 0.28 / 10007
    ELSE 37.40 + shop_id %% 10 * 0.022 + sin(shop_id * 12.9898) * sin(shop_id * 3.7) * 0.012 END,
  longitude = CASE WHEN shop_id %% 2 = 0
    THEN 126.60 + (shop_id::bigint * 104729 %% 9973) * 0.19 / 9973
    ELSE 126.63 + shop_id * 7 %% 10 * 0.014 + cos(shop_id * 78.233) * sin(shop_id * 5.1) * 0.012 END
"""
_SESSION = """
INSERT INTO member_session (token_sha256, member_id, began_at_us, seen_at_us, proved_at_us,
  expires_at_us, address, agent) VALUES (%s, %s, %s, %s, %s, %s, '127.0.0.1', '')
"""


def token_of(number: int) -> str:
    """The token of a measured session; it protects nothing and is good in this city alone."""
    return f"bench-{number:08d}-{hashlib.sha256(b'bench session %d' % number).hexdigest()}"


def fill(url: str, ring: KeyRing, wallets: int, shops: int) -> float:
    """Adds everything to a city of `seed`; returns the seconds it took."""
    began_s = time.monotonic()
    with _connected(url) as connection:
        connection.execute(PACK_LOOSELY)
        connection.execute(_PLACES, {})
    _each_half(url, _PAYMENTS, wallets, [_payment(k, shops) for k in range(1, PAYMENTS_EACH + 1)])
    last_us = FIRST_US + (PAYMENTS_EACH - 1) * STEP_US
    _each_half(url, _WALLETS, wallets, [{"next": PAYMENTS_EACH + 1, "last": last_us}])
    sealer = sealer_of(ring)
    people = {
        "districts": list(DISTRICTS),
        "opened": OPENED_US,
        "name": sealer.seal("측정회원", NAME_PURPOSE),
        "phone": sealer.seal("01000000000", PHONE_PURPOSE),
    }
    _each_half(url, _MEMBERS, wallets, [people])
    with _connected(url) as connection:
        connection.execute(_SPENT, {"state": STATE_LINE, "city": CITY_LINE})
        connection.execute(PACK_TIGHTLY)
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
    return time.monotonic() - began_s


def sign_in(url: str, wallets: int) -> list[str]:
    """Signs so many members in, spread over all; returns the tokens for their cookies."""
    count = min(SESSIONS, wallets)
    now_us = time.time_ns() // 1000
    tokens = [token_of(number) for number in range(count)]
    rows = [
        (
            hashlib.sha256(token.encode()).digest(), 1 + number * (wallets // count), now_us,
            now_us, now_us, now_us + DAY_US,
        )
        for number, token in enumerate(tokens)
    ]  # fmt: skip
    with _connected(url) as connection, connection.cursor() as cursor:
        cursor.executemany(_SESSION, rows)
    return tokens


def prove_again(url: str) -> None:
    """Every signed-in member has just shown a payment PIN."""
    with _connected(url) as connection:
        connection.execute("UPDATE member_session SET proved_at_us = %s", (time.time_ns() // 1000,))


def _payment(k: int, shops: int) -> dict[str, object]:
    at_us = FIRST_US + (k - 1) * STEP_US
    return {"k": k, "at": at_us, "step": STEP_US, "opened": OPENED_US, "shops": shops}


def _each_half(url: str, statement: str, wallets: int, rounds: list[dict[str, object]]) -> None:
    """Runs a statement for every round, the members shared among as many writers as there are."""
    share = -(-wallets // WRITERS)

    def write(writer: int) -> None:
        low, high = 1 + writer * share, min(wallets, (writer + 1) * share)
        with _connected(url) as connection:
            for values in rounds:
                connection.execute(statement, {**values, "low": low, "high": high})

    with ThreadPoolExecutor(WRITERS) as writers:
        for done in [writers.submit(write, writer) for writer in range(WRITERS)]:
            done.result()


def _connected(url: str) -> psycopg.Connection[tuple[object, ...]]:
    # What is filled in is committed for good by the checkpoint at the end.
    return psycopg.connect(url, autocommit=True, options="-c synchronous_commit=off")
