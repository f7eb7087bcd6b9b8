"""Every SQL statement of the engine, by name."""

from __future__ import annotations

# Note [One statement, one commit]
# A batch is written by one statement: PostgreSQL runs it as one transaction without BEGIN and
# COMMIT round trips. Rarer changes go before it in an explicit transaction; see `store.write`.
# The figures of all movements come as one flat array and are cut out by position: nested arrays of
# different lengths do not exist in PostgreSQL. Note [One array in the row] says what they are.
_WRITE_BATCH = """
WITH
new_movement AS (
  INSERT INTO movement (shard, kind, reason, channel, movement_id, occurred_at_us, member_id,
    previous_id, original_id, card_id, amount_won, usage_before_won, usage_won,
    charged_after_won, cashback_after_won, allowance_after_won, shop_id, usage_month,
    discount_won, leg_count, request_key, figures)
  SELECT shard, kind, reason, channel, movement_id, occurred_at_us, member_id,
    previous_id, original_id, card_id, amount_won, usage_before_won, usage_won,
    charged_after_won, cashback_after_won, allowance_after_won, shop_id, usage_month,
    discount_won, leg_count, request_key, ($24::integer[])[figures_from:figures_until]
  FROM unnest($1::smallint[], $2::smallint[], $3::smallint[], $4::smallint[], $5::bigint[],
    $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[],
    $12::integer[], $13::integer[], $14::integer[], $15::integer[], $16::integer[], $17::integer[],
    $18::integer[], $19::integer[], $20::integer[], $21::bytea[], $22::integer[], $23::integer[])
  AS m(shard, kind, reason, channel, movement_id, occurred_at_us, member_id,
    previous_id, original_id, card_id, amount_won, usage_before_won, usage_won,
    charged_after_won, cashback_after_won, allowance_after_won, shop_id, usage_month,
    discount_won, leg_count, request_key, figures_from, figures_until)
),
wallet_now AS (
  UPDATE wallet w SET month = u.month, last_id = u.last_id, charged_won = u.charged_won,
    cashback_won = u.cashback_won, allowance_won = u.allowance_won, held_won = u.held_won,
    claim_won = u.claim_won, usage_won = u.usage_won, month_charged_won = u.month_charged_won,
    charged_in_won = u.charged_in_won, cashback_in_won = u.cashback_in_won{set_counters}
  FROM unnest($25::smallint[], $26::bigint[], $27::integer[], $28::bigint[], $29::integer[],
    $30::integer[], $31::integer[], $32::integer[], $33::integer[], $34::integer[], $35::integer[],
    $36::integer[], $37::integer[]{counters_array})
  AS u(shard, member_id, month, last_id, charged_won, cashback_won, allowance_won, held_won,
    claim_won, usage_won, month_charged_won, charged_in_won, cashback_in_won{counters_column})
  WHERE w.shard = u.shard AND w.member_id = u.member_id
  RETURNING 1
),
slice_now AS (
  UPDATE budget_slice s SET spent_won = s.spent_won + u.won
  FROM unnest($38::integer[], $39::bigint[]) AS u(line_id, won)
  WHERE s.shard = $40 AND s.line_id = u.line_id
  RETURNING 1
),
card_now AS (
  UPDATE card c SET status = u.status, pin_failures = u.pin_failures, atc = u.atc
  FROM unnest($41::smallint[], $42::bytea[], $43::smallint[], $44::smallint[], $45::integer[])
  AS u(shard, token, status, pin_failures, atc)
  WHERE c.shard = u.shard AND c.token = u.token
  RETURNING 1
)
SELECT (SELECT count(*) FROM wallet_now), (SELECT count(*) FROM slice_now),
       (SELECT count(*) FROM card_now)
"""
WRITE_BATCH = _WRITE_BATCH.format(set_counters="", counters_array="", counters_column="")
# The same where sums of members changed: $46 has the new ones of a wallet, or null for no change.
WRITE_BATCH_COUNTED = _WRITE_BATCH.format(
    set_counters=", counters = coalesce(u.counters::jsonb, w.counters)",
    counters_array=", $46::text[]",
    counters_column=", counters",
)

OPEN_WALLETS = """
INSERT INTO wallet (shard, member_id, level, status, spend_cashback, district, birth_year,
  joined_day)
SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::smallint[], $4::smallint[], $5::boolean[],
  $6::integer[], $7::smallint[], $8::smallint[])
"""

CHANGE_WALLET_TERMS = """
UPDATE wallet w SET level = u.level, status = u.status, spend_cashback = u.spend_cashback,
  district = u.district
FROM unnest($1::smallint[], $2::bigint[], $3::smallint[], $4::smallint[], $5::boolean[],
  $6::integer[])
AS u(shard, member_id, level, status, spend_cashback, district)
WHERE w.shard = u.shard AND w.member_id = u.member_id
"""

ADD_CARDS = """
INSERT INTO card (shard, token, kind, status, pin_failures, expires_yymm, atc, card_id, member_id,
  masked_pan, pvv, issued_at_us, replaces_card_id)
SELECT * FROM unnest($1::smallint[], $2::bytea[], $3::smallint[], $4::smallint[], $5::smallint[],
  $6::integer[], $7::integer[], $8::bigint[], $9::bigint[], $10::text[], $11::text[],
  $12::bigint[], $13::bigint[])
"""

SET_PINS = """
UPDATE card c SET pvv = u.pvv
FROM unnest($1::smallint[], $2::bytea[], $3::text[]) AS u(shard, token, pvv)
WHERE c.shard = u.shard AND c.token = u.token
"""

COUNT_CARD_CODES = """
UPDATE card c SET code_failures = u.code_failures, code_failed_at_us = u.code_failed_at_us
FROM unnest($1::smallint[], $2::bytea[], $3::smallint[], $4::bigint[])
AS u(shard, token, code_failures, code_failed_at_us)
WHERE c.shard = u.shard AND c.token = u.token
"""

PUT_ALLOWANCES = """
INSERT INTO allowance_purse (shard, member_id, programme_id, left_won, expires_at_us)
SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::integer[], $4::bigint[], $5::bigint[])
ON CONFLICT (shard, member_id, programme_id)
DO UPDATE SET left_won = excluded.left_won, expires_at_us = excluded.expires_at_us
"""

MAKE_HOLDS = """
INSERT INTO hold (shard, movement_id, member_id, shop_id, held_won, expires_at_us, state, ended_by)
SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bigint[], $4::integer[], $5::bigint[],
  $6::bigint[], $7::smallint[], $8::bigint[])
"""

CUT_HOLDS = """
UPDATE hold h SET held_won = u.held_won
FROM unnest($1::smallint[], $2::bigint[], $3::bigint[]) AS u(shard, movement_id, held_won)
WHERE h.shard = u.shard AND h.movement_id = u.movement_id
"""

END_HOLDS = """
UPDATE hold h SET state = u.state, ended_by = u.ended_by
FROM unnest($1::smallint[], $2::bigint[], $3::smallint[], $4::bigint[])
AS u(shard, movement_id, state, ended_by)
WHERE h.shard = u.shard AND h.movement_id = u.movement_id
"""

MAKE_LOTS = """
INSERT INTO lot (shard, member_id, movement_id, in_from_won, in_until_won, expires_at_us, given)
SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[],
  $6::bigint[], $7::boolean[])
"""

WITHDRAW_LOTS = """
UPDATE lot l SET withdrawn_by = u.withdrawn_by
FROM unnest($1::smallint[], $2::bigint[], $3::bigint[], $4::bigint[])
AS u(shard, member_id, movement_id, withdrawn_by)
WHERE l.shard = u.shard AND l.member_id = u.member_id AND l.movement_id = u.movement_id
"""

PUT_CANCELLATIONS = """
INSERT INTO cancellation (shard, original_id, member_id, cancelled_won, times)
SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::integer[])
ON CONFLICT (shard, original_id)
DO UPDATE SET cancelled_won = excluded.cancelled_won, times = excluded.times
"""

MAKE_AWARDS = """
INSERT INTO award (shard, rule_version_id, choice, won, stands_won, member_id, original_id, about,
  movement_id)
SELECT shard, rule_version_id, choice, won, won, member_id, original_id, about, movement_id
FROM unnest($1::smallint[], $2::integer[], $3::integer[], $4::integer[], $5::bigint[],
  $6::bigint[], $7::bigint[], $8::bigint[])
AS u(shard, rule_version_id, choice, won, member_id, original_id, about, movement_id)
"""

STAND_AWARDS = """
UPDATE award a SET stands_won = u.stands_won
FROM unnest($1::smallint[], $2::bigint[], $3::integer[], $4::integer[])
AS u(shard, original_id, rule_version_id, stands_won)
WHERE a.shard = u.shard AND a.original_id = u.original_id
  AND a.rule_version_id = u.rule_version_id
"""

PUT_PAST_MONTHS = """
INSERT INTO month_usage (shard, member_id, month, usage_won, cashback_in_won, counters)
SELECT shard, member_id, month, usage_won, cashback_in_won, counters::jsonb
FROM unnest($1::smallint[], $2::bigint[], $3::integer[], $4::bigint[], $5::bigint[], $6::text[])
AS u(shard, member_id, month, usage_won, cashback_in_won, counters)
ON CONFLICT (shard, member_id, month)
DO UPDATE SET usage_won = excluded.usage_won, counters = excluded.counters
"""

ADD_RULE_USE = """
UPDATE rule_use r SET used_won = r.used_won + u.won
FROM unnest($2::integer[], $3::bigint[]) AS u(rule_version_id, won)
WHERE r.shard = $1 AND r.rule_version_id = u.rule_version_id
"""

ADD_RELEASE_USE = """
UPDATE release_use r SET used_won = r.used_won + u.won
FROM unnest($2::bigint[], $3::bigint[]) AS u(release_key, won)
WHERE r.shard = $1 AND r.release_key = u.release_key
"""

# Money that comes to lines or goes from them, and of it what is not released; what is taken back
# comes as a negative amount. Lines come in the order of their numbers. The row that INSERT proposes
# must pass the constraints even where it becomes an UPDATE, so the amount itself goes past it.
LOCK_LINES = (
    "SELECT line_id FROM budget_line WHERE line_id = ANY($1::integer[]) ORDER BY 1 FOR UPDATE"
)
APPROPRIATE = """
WITH line AS (
  UPDATE budget_line b SET appropriated_won = b.appropriated_won + u.won,
    unreleased_won = b.unreleased_won + u.unreleased_won,
    leased_won = b.leased_won + u.won - u.unreleased_won
  FROM unnest($2::integer[], $3::bigint[], $4::bigint[]) AS u(line_id, won, unreleased_won)
  WHERE b.line_id = u.line_id RETURNING b.line_id, u.won - u.unreleased_won AS won
)
INSERT INTO budget_slice (shard, line_id, leased_won)
SELECT $1, line_id, greatest(won, 0) FROM line
ON CONFLICT (shard, line_id) DO UPDATE SET leased_won = budget_slice.leased_won
  + (SELECT line.won FROM line WHERE line.line_id = excluded.line_id)
"""

LOAD_LIMITS = """
SELECT level, from_us, holding_won_max, charge_won_month_max, payment_won_max
FROM wallet_limit ORDER BY level, from_us
"""
LOAD_PROGRAMMES = "SELECT programme_id, line_id, districts, sectors FROM allowance_programme"

WALLET_COLUMNS = """
w.shard, w.member_id, w.level, w.status, w.spend_cashback, w.district, w.birth_year,
w.month, w.last_id, w.charged_won, w.cashback_won, w.allowance_won, w.held_won, w.claim_won,
w.usage_won, w.month_charged_won, w.charged_in_won, w.cashback_in_won, w.counters::text,
w.joined_day
"""
# A card and the wallet behind it in one round trip; in one database the two shards meet.
FIND_CARDS = f"""
SELECT {WALLET_COLUMNS}, c.token, c.card_id, c.member_id, c.kind, c.status, c.expires_yymm, c.pvv,
       c.atc, c.pin_failures, c.masked_pan, c.replaces_card_id, c.code_failures,
       c.code_failed_at_us
FROM unnest($1::smallint[], $2::bytea[]) AS k(shard, token)
JOIN card c ON c.shard = k.shard AND c.token = k.token
JOIN wallet w ON w.shard = c.member_id % 64 AND w.member_id = c.member_id
"""
FIND_WALLETS = f"""
SELECT {WALLET_COLUMNS}
FROM unnest($1::smallint[], $2::bigint[]) AS k(shard, member_id)
JOIN wallet w ON w.shard = k.shard AND w.member_id = k.member_id
"""
FIND_ALLOWANCES = """
SELECT p.member_id, p.programme_id, p.left_won, p.expires_at_us
FROM unnest($1::smallint[], $2::bigint[]) AS k(shard, member_id)
JOIN allowance_purse p ON p.shard = k.shard AND p.member_id = k.member_id
"""

MOVEMENT_COLUMNS = """
j.shard, j.kind, j.reason, j.channel, j.movement_id, j.occurred_at_us, j.member_id, j.previous_id,
j.original_id, j.card_id, j.amount_won, j.usage_before_won, j.usage_won, j.charged_after_won,
j.cashback_after_won, j.allowance_after_won, j.shop_id, j.usage_month, j.discount_won,
j.request_key, j.accounts, j.amounts, j.incentive
"""
FIND_BY_KEY = f"""
SELECT {MOVEMENT_COLUMNS}
FROM unnest($1::smallint[], $2::bytea[]) AS k(shard, request_key)
JOIN journal j ON j.shard = k.shard AND j.request_key = k.request_key
"""
FIND_BY_ID = f"""
SELECT {MOVEMENT_COLUMNS}
FROM unnest($1::smallint[], $2::bigint[]) AS k(shard, movement_id)
JOIN journal j ON j.shard = k.shard AND j.movement_id = k.movement_id
"""
# A member's latest movements, followed from each to the one before it.
FIND_LATEST = f"""
WITH RECURSIVE chain AS (
  SELECT {MOVEMENT_COLUMNS}, 1 AS place FROM journal j
  WHERE j.shard = $1 AND j.movement_id = (
    SELECT last_id FROM wallet WHERE shard = $1 AND member_id = $2)
  UNION ALL
  SELECT {MOVEMENT_COLUMNS}, chain.place + 1 FROM chain
  JOIN journal j ON j.shard = chain.shard AND j.movement_id = chain.previous_id
  WHERE chain.place < $3
)
SELECT * FROM chain
"""
FIND_CANCELLATIONS = """
SELECT c.shard, c.original_id, c.cancelled_won, c.times
FROM unnest($1::smallint[], $2::bigint[]) AS k(shard, original_id)
JOIN cancellation c ON c.shard = k.shard AND c.original_id = k.original_id
"""
FIND_HOLDS = """
SELECT h.shard, h.movement_id, h.member_id, h.shop_id, h.held_won, h.expires_at_us, h.state,
       h.ended_by
FROM unnest($1::smallint[], $2::bigint[]) AS k(shard, movement_id)
JOIN hold h ON h.shard = k.shard AND h.movement_id = k.movement_id
"""
FIND_AWARDS = """
SELECT a.shard, a.original_id, a.rule_version_id, a.choice, a.won
FROM unnest($1::smallint[], $2::bigint[]) AS k(shard, original_id)
JOIN award a ON a.shard = k.shard AND a.original_id = k.original_id
ORDER BY a.movement_id
"""
FIND_LOTS = """
SELECT l.member_id, l.movement_id, l.in_from_won, l.in_until_won, l.expires_at_us, l.given
FROM unnest($1::smallint[], $2::bigint[]) AS k(shard, member_id)
JOIN lot l ON l.shard = k.shard AND l.member_id = k.member_id
WHERE l.withdrawn_by IS NULL ORDER BY l.movement_id
"""
FIND_PAST_MONTHS = """
SELECT m.member_id, m.month, m.usage_won, m.cashback_in_won, m.counters::text
FROM unnest($1::smallint[], $2::bigint[]) AS k(shard, member_id)
JOIN month_usage m ON m.shard = k.shard AND m.member_id = k.member_id
"""

LAST_ID = "SELECT max(movement_id) FROM journal WHERE shard = $1"
BEGIN_TERM = """
INSERT INTO engine_term (shard_from, shard_until, pid) VALUES ($1, $2, $3) RETURNING term
"""
TRY_LOCK_SHARD = "SELECT pg_try_advisory_lock($1, $2)"
LOCK_HOLDER = """
SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid::bigint = $1
  AND objid::bigint = $2 AND granted LIMIT 1
"""
CITY_CLOCK = "SELECT anchor_us, started_at_us, speed FROM city_clock"

# The plans of the hot statements are known; a guess from young statistics must not change them.
SESSION_SETTINGS = {
    "plan_cache_mode": "force_generic_plan",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_seqscan": "off",
    "jit": "off",
    "application_name": "dure engine",
}
