"""The SQL of leases: the same statements for budget lines, sums of rules and their releases."""

from __future__ import annotations

from typing import NamedTuple

LAST_WON = 100_000
"""A slice with less left is given up whole rather than halved."""


class LeaseStatements(NamedTuple):
    """What is done with slices of one kind of money; $1 is always the engine's first shard.

    `fold` makes slices on shards from $1 to before $2 one. `lease` tops every slice of the engine
    up to $2 won from what is leased to nobody. `give_back` returns what slices with more than $3
    won hold beyond $2. `take` takes up to $3 won of $2 from the slices of others, with $4 at most
    half of each. `load` lists (id, won left here, won left elsewhere,
    the limit). `lock` locks all lines; `hold` locks line $1 and its slices, `hold_all` the
    slices of all lines. Of releases all but `fold`, `take` and `hold` see the open accounts alone.
    """

    fold: str
    lease: str
    give_back: str
    take: str
    load: str
    lock: str
    hold: str
    hold_all: str


# Note [Order of locks on slices]
# Whoever moves a lease locks the line before any slice, and lines in the order of their numbers; so
# does whoever brings money to a line. Who only spends locks slices of its own alone: of sums, of
# releases, then of lines, in the order of their numbers (`engine.write`); so does whoever takes of
# others. So nobody waits in a circle; where it comes to one all the same, a batch is written again.
# A statement that waits for its locks reads the rows again, but PostgreSQL tries its constraints on
# the rows as they were before: so locks are had by a statement of their own (`lock`, `hold`), and
# what moves money comes after it and sees what was committed before. What a batch spends meanwhile
# is guarded by the constraint that a slice is never overspent.
_FOLD = """
WITH gone AS (
  DELETE FROM {part} WHERE shard > $1 AND shard < $2 RETURNING {key}, leased_won, {used}
)
INSERT INTO {part} (shard, {key}, leased_won, {used})
SELECT $1, {key}, sum(leased_won)::bigint, sum({used})::bigint FROM gone GROUP BY {key}
ON CONFLICT (shard, {key})
DO UPDATE SET leased_won = {part}.leased_won + excluded.leased_won,
  {used} = {part}.{used} + excluded.{used}
"""
_LEASE = """
WITH line AS (
  SELECT {key}, {limit} - leased_won AS free_won FROM {whole}{open} ORDER BY {key} FOR UPDATE
),
taken AS (
  SELECT l.{key},
         greatest(0, least(l.free_won, $2::bigint - coalesce(s.leased_won - s.{used}, 0))) AS won
  FROM line l LEFT JOIN {part} s ON s.shard = $1 AND s.{key} = l.{key}
),
leased AS (
  UPDATE {whole} b SET leased_won = b.leased_won + t.won FROM taken t
  WHERE b.{key} = t.{key} AND t.won > 0
)
INSERT INTO {part} (shard, {key}, leased_won) SELECT $1, {key}, won FROM taken
ON CONFLICT (shard, {key})
DO UPDATE SET leased_won = {part}.leased_won + excluded.leased_won WHERE excluded.leased_won > 0
"""
_GIVE_BACK = """
WITH line AS (
  SELECT {key} FROM {whole}{open} ORDER BY {key} FOR UPDATE
),
surplus AS (
  SELECT s.{key}, s.leased_won - s.{used} - $2::bigint AS won
  FROM line JOIN {part} s USING ({key})
  WHERE s.shard = $1 AND s.leased_won - s.{used} > $3::bigint FOR UPDATE OF s
),
slice AS (
  UPDATE {part} s SET leased_won = s.leased_won - u.won FROM surplus u
  WHERE s.shard = $1 AND s.{key} = u.{key}
)
UPDATE {whole} b SET leased_won = b.leased_won - u.won FROM surplus u WHERE b.{key} = u.{key}
"""
_TAKE = """
WITH line AS (
  SELECT {key} FROM {whole} WHERE {key} = $2 FOR UPDATE
),
other AS (
  SELECT s.shard, s.leased_won - s.{used} AS left_won FROM line JOIN {part} s USING ({key})
  WHERE s.shard <> $1 AND s.leased_won > s.{used} ORDER BY s.shard FOR UPDATE OF s
),
offer AS (
  SELECT shard,
         CASE WHEN $4::boolean AND left_won > {last} THEN (left_won + 1) / 2 ELSE left_won END
           AS won
  FROM other
),
taken AS (
  SELECT shard,
         least(won, $3::bigint - (sum(won) OVER (ORDER BY shard)::bigint - won)) AS won
  FROM offer
),
theirs AS (
  UPDATE {part} s SET leased_won = s.leased_won - t.won FROM taken t
  WHERE s.{key} = $2 AND s.shard = t.shard AND t.won > 0
)
UPDATE {part} s SET leased_won = s.leased_won + t.won
FROM (SELECT sum(won)::bigint AS won FROM taken WHERE won > 0) t
WHERE s.{key} = $2 AND s.shard = $1 AND t.won > 0
"""
_LOAD = """
SELECT b.{key},
       coalesce(sum(s.leased_won - s.{used}) FILTER (WHERE s.shard = $1), 0)::bigint AS left_won,
       ({limit} - b.leased_won
         + coalesce(sum(s.leased_won - s.{used}) FILTER (WHERE s.shard <> $1), 0))::bigint
         AS elsewhere_won,
       {limit} AS limit_won
FROM {whole} b LEFT JOIN {part} s USING ({key}){open}
GROUP BY b.{key} ORDER BY b.{key}
"""
_LOCK = "SELECT {key} FROM {whole}{open} ORDER BY {key} FOR UPDATE"
_HOLD = """
WITH line AS (SELECT {key} FROM {whole} WHERE {key} = $1 FOR UPDATE)
SELECT s.shard FROM line JOIN {part} s USING ({key}) ORDER BY s.shard FOR UPDATE OF s
"""
_HOLD_ALL = """
SELECT s.shard FROM {whole} JOIN {part} s USING ({key}){open}
ORDER BY {key}, s.shard FOR UPDATE OF s
"""


def _statements(
    whole: str, part: str, key: str, limit: str, used: str, only: str = ""
) -> LeaseStatements:
    names = {
        "whole": whole, "part": part, "key": key, "limit": limit, "used": used, "last": LAST_WON,
        "open": only,
    }  # fmt: skip
    texts = (_FOLD, _LEASE, _GIVE_BACK, _TAKE, _LOAD, _LOCK, _HOLD, _HOLD_ALL)
    return LeaseStatements(*[text.format_map(names) for text in texts])


LINES = _statements(
    "budget_line", "budget_slice", "line_id", "appropriated_won - unreleased_won", "spent_won"
)
SUMS = _statements("rule_sum", "rule_use", "rule_version_id", "sum_won", "used_won")
RELEASES = _statements(
    "rule_release", "release_use", "release_key", "released_won", "used_won", " WHERE is_open"
)

LOAD_UNRELEASED = "SELECT line_id, unreleased_won FROM budget_line WHERE unreleased_won > 0"

KNOW_SUMS = """
INSERT INTO rule_sum (rule_version_id, sum_won)
SELECT * FROM unnest($1::integer[], $2::bigint[]) ON CONFLICT DO NOTHING
"""

KNOW_RELEASES = """
INSERT INTO rule_release (release_key, rule_version_id, released_won)
SELECT * FROM unnest($1::bigint[], $2::integer[], $3::bigint[])
ON CONFLICT (release_key)
DO UPDATE SET is_open = true,
  released_won = greatest(rule_release.released_won, excluded.released_won)
WHERE NOT rule_release.is_open OR rule_release.released_won < excluded.released_won
"""
CLOSE_RELEASES = """
UPDATE rule_release r SET is_open = false
FROM unnest($1::bigint[]) AS u(release_key)
WHERE r.is_open AND r.release_key < u.release_key AND r.release_key >> 20 = u.release_key >> 20
"""
