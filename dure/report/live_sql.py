"""The statements of `dure.report.live`, each with its name and what it costs."""

from __future__ import annotations

CLOCK = "SELECT anchor_us, started_at_us, speed FROM city_clock"

TRY_LOCK = "SELECT pg_try_advisory_xact_lock(%(lock)s)"

# Note [Along the primary key]
# Automatic statistics of the journal are off and may be as old as the opening, when it held nothing
# that a reader looks for: a planner that believes them scans it whole. For the length of one
# transaction it may not.
ALONG_THE_KEY = """
SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)
"""

# Kinds 1 to 7 are what the network asked for (see MovementKind); 17 and 20 to 24 bring money to a
# line, take it away, release it or take over an opening state and are no spending.
ADVANCE = """
WITH fresh AS MATERIALIZED (
  SELECT c.shard, j.movement_id, j.kind, j.reason, j.amount_won, j.discount_won, j.shop_id,
         j.accounts, j.amounts
  FROM live_cursor c
  CROSS JOIN LATERAL (
    SELECT * FROM journal WHERE shard = c.shard AND movement_id > c.until_id
    ORDER BY movement_id LIMIT %(per_shard)s
  ) AS j
), paid AS MATERIALIZED (
  SELECT f.shard, f.movement_id, f.kind, leg.account - %(budget_base)s AS line_id, leg.won
  FROM fresh f, LATERAL unnest(f.accounts, f.amounts) AS leg(account, won)
  WHERE leg.account > %(budget_base)s AND f.kind NOT IN (17, 20, 21, 22, 23, 24)
), incentives AS (
  SELECT shard, movement_id, sum(won) AS won FROM paid GROUP BY shard, movement_id
), asked AS MATERIALIZED (
  SELECT date '1970-01-01' + ((f.movement_id + 32400000000) / 86400000000)::integer AS day,
         f.movement_id / %(tick_width_us)s * %(tick_width_us)s AS tick_us,
         coalesce(s.district, 0) AS district, f.kind, f.reason, f.amount_won,
         CASE WHEN f.reason = 0 THEN f.discount_won ELSE 0 END AS discount_won,
         coalesce(i.won, 0) AS incentive_won
  FROM fresh f
  LEFT JOIN incentives i USING (shard, movement_id)
  LEFT JOIN shop s ON s.shop_id = f.shop_id
  WHERE f.kind BETWEEN 1 AND 9
), moved AS (
  UPDATE live_cursor c SET until_id = last.movement_id
  FROM (SELECT shard, max(movement_id) AS movement_id FROM fresh GROUP BY shard) AS last
  WHERE c.shard = last.shard
), days AS (
  INSERT INTO live_day AS old
  SELECT day, district, kind, reason, count(*), sum(amount_won), sum(discount_won),
         sum(incentive_won)
  FROM asked GROUP BY day, district, kind, reason
  ON CONFLICT (day, district, kind, reason) DO UPDATE SET
    movements = old.movements + excluded.movements,
    amount_won = old.amount_won + excluded.amount_won,
    discount_won = old.discount_won + excluded.discount_won,
    incentive_won = old.incentive_won + excluded.incentive_won
), seconds AS (
  INSERT INTO live_tick AS old
  SELECT tick_us, count(*) FILTER (WHERE reason = 0), count(*) FILTER (WHERE reason <> 0),
         coalesce(sum(amount_won) FILTER (WHERE reason = 0 AND kind = ANY(%(payments)s)), 0),
         sum(incentive_won)
  FROM asked GROUP BY tick_us
  ON CONFLICT (tick_us) DO UPDATE SET
    approved = old.approved + excluded.approved,
    declined = old.declined + excluded.declined,
    paid_won = old.paid_won + excluded.paid_won,
    incentive_won = old.incentive_won + excluded.incentive_won
), line_seconds AS (
  INSERT INTO live_line_tick AS old
  SELECT line_id, movement_id / %(tick_width_us)s * %(tick_width_us)s AS tick_us, sum(won)
  FROM paid GROUP BY 1, 2
  ON CONFLICT (line_id, tick_us) DO UPDATE SET spent_won = old.spent_won + excluded.spent_won
)
SELECT coalesce(max(rows), 0)
FROM (SELECT count(*) AS rows FROM fresh GROUP BY shard) AS per_shard
"""

DROP_OLD_TICKS = """
DELETE FROM live_tick WHERE tick_us < (SELECT max(tick_us) FROM live_tick) - %(kept_us)s
"""
DROP_OLD_LINE_TICKS = """
DELETE FROM live_line_tick WHERE tick_us < (SELECT max(tick_us) FROM live_tick) - %(kept_us)s
"""

START_FROM_HERE = """
UPDATE live_cursor c SET until_id = coalesce((
  SELECT movement_id FROM journal j WHERE j.shard = c.shard ORDER BY movement_id DESC LIMIT 1), 0)
"""

FORGET = (
    "UPDATE live_cursor SET until_id = 0",
    "DELETE FROM live_day",
    "DELETE FROM live_tick",
    "DELETE FROM live_line_tick",
)

WINDOW = """
SELECT coalesce(sum(approved), 0)::bigint, coalesce(sum(declined), 0)::bigint,
       coalesce(sum(paid_won), 0)::bigint, coalesce(sum(incentive_won), 0)::bigint
FROM live_tick WHERE tick_us >= %(from_us)s AND tick_us < %(until_us)s
"""

TICKS = """
SELECT tick_us, approved, declined, paid_won, incentive_won
FROM live_tick WHERE tick_us >= %(from_us)s AND tick_us < %(until_us)s ORDER BY tick_us
"""

DAY_SUMS = """
SELECT kind, reason, sum(movements)::bigint, sum(amount_won)::bigint, sum(discount_won)::bigint,
       sum(incentive_won)::bigint
FROM live_day WHERE %(day)s::date IS NULL OR day = %(day)s::date GROUP BY kind, reason
"""

DISTRICT_SUMS = """
SELECT district, kind, reason, sum(movements)::bigint, sum(amount_won)::bigint,
       sum(discount_won)::bigint, sum(incentive_won)::bigint
FROM live_day WHERE %(day)s::date IS NULL OR day = %(day)s::date GROUP BY district, kind, reason
"""

DECLINES = """
SELECT reason, sum(movements)::bigint AS refused
FROM live_day WHERE reason <> 0 AND (%(day)s::date IS NULL OR day = %(day)s::date)
GROUP BY reason ORDER BY refused DESC, reason
"""

FIRST_TICK = """
SELECT min(tick_us) FROM live_tick WHERE tick_us >= %(from_us)s AND tick_us < %(until_us)s
"""

BUDGET_LINES = """
SELECT l.line_id, l.code, l.name_ko, l.name_en, l.payer, l.district, l.appropriated_won,
       coalesce((SELECT sum(s.spent_won) FROM budget_slice s WHERE s.line_id = l.line_id),
                0)::bigint,
       coalesce(burnt.minute_won, 0)::bigint, coalesce(burnt.day_won, 0)::bigint
FROM budget_line l
CROSS JOIN LATERAL (
  SELECT sum(t.spent_won) FILTER (WHERE t.tick_us >= %(minute_us)s) AS minute_won,
         sum(t.spent_won) AS day_won
  FROM live_line_tick t
  WHERE t.line_id = l.line_id AND t.tick_us >= %(day_us)s AND t.tick_us < %(until_us)s
) AS burnt
ORDER BY l.code
"""

RULES = "SELECT rule_version_id, rule, version, document FROM rule_version"

LINE_CODES = "SELECT line_id, code FROM budget_line"

# Backward along the primary key. Charges and other rows of the wallets lie between the requests of
# the network, so a few times `count` rows of each shard are looked at.
LATEST = """
WITH newest AS MATERIALIZED (
  SELECT j.*
  FROM live_cursor c
  CROSS JOIN LATERAL (
    SELECT * FROM journal WHERE shard = c.shard
    ORDER BY movement_id DESC LIMIT 3 * %(count)s
  ) AS j
  WHERE j.kind BETWEEN 1 AND 9
  ORDER BY j.movement_id DESC LIMIT %(count)s
)
SELECT n.shard, n.movement_id, n.occurred_at_us, n.kind, n.reason, n.channel, n.amount_won,
       n.discount_won, n.usage_before_won, n.accounts, n.amounts, n.incentive,
       coalesce(s.name_ko, ''), coalesce(s.district, 0),
       coalesce((SELECT c.masked_pan FROM card c
                 WHERE c.member_id = n.member_id AND c.card_id = n.card_id), '')
FROM newest n LEFT JOIN shop s ON s.shop_id = n.shop_id
ORDER BY n.movement_id DESC
"""
