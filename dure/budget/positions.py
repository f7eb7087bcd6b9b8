"""Where every line stands, now or at any instant: what it got, what it spent, what is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from psycopg import Connection

# Now: from the state that the engine keeps. Transfers and commitments are few, and found by their
# keys in the journal; what remains of a line's net sum was appropriated.
_NOW: Final = """
WITH moved AS (
  SELECT t.from_line_id, t.to_line_id, t.amount_won FROM budget_transfer t
  JOIN journal j ON j.shard = 0 AND j.request_key = t.request_key AND j.reason = 0
),
transferred AS (
  SELECT line_id, sum(won) AS won FROM (
    SELECT from_line_id AS line_id, -amount_won AS won FROM moved
    UNION ALL SELECT to_line_id, amount_won FROM moved) m GROUP BY line_id
),
aside AS (
  SELECT line_id, sum(won) AS won FROM (
    SELECT line_id, appropriated_won AS won FROM budget_line WHERE role = 'commitment'
    UNION ALL
    SELECT parent_id, -appropriated_won FROM budget_line WHERE role = 'commitment') a
  GROUP BY line_id
),
spent AS (SELECT line_id, sum(spent_won) AS won FROM budget_slice GROUP BY line_id)
SELECT b.line_id,
  (b.appropriated_won - coalesce(t.won, 0) - coalesce(a.won, 0))::bigint,
  coalesce(t.won, 0)::bigint, coalesce(a.won, 0)::bigint, b.unreleased_won,
  coalesce(s.won, 0)::bigint
FROM budget_line b LEFT JOIN transferred t USING (line_id) LEFT JOIN aside a USING (line_id)
LEFT JOIN spent s USING (line_id)
"""
# Then: from the legs of every movement recorded before the instant.
_THEN: Final = """
SELECT line_id,
  -coalesce(sum(won) FILTER (WHERE kind = 17), 0)::bigint,
  -coalesce(sum(won) FILTER (WHERE kind = 21), 0)::bigint,
  -coalesce(sum(won) FILTER (WHERE kind IN (22, 23)), 0)::bigint,
  -coalesce(sum(won) FILTER (WHERE is_unreleased), 0)::bigint,
  coalesce(sum(won) FILTER (WHERE NOT is_unreleased AND kind NOT IN (17, 21, 22, 23, 24)),
  0)::bigint
FROM (
  SELECT j.kind, leg.won, leg.account > 6000000 AS is_unreleased,
    leg.account - CASE WHEN leg.account > 6000000 THEN 6000000 ELSE 5000000 END AS line_id
  FROM journal j, LATERAL unnest(j.accounts, j.amounts) AS leg(account, won)
  WHERE j.movement_id < %s AND leg.account > 5000000) legs
GROUP BY line_id
"""
_FREE: Final = """
SELECT b.appropriated_won - b.unreleased_won
  - coalesce((SELECT sum(spent_won) FROM budget_slice WHERE line_id = b.line_id), 0)::bigint
FROM budget_line b WHERE b.line_id = %s
"""


@dataclass(frozen=True, slots=True)
class Position:
    """A line by itself, in won. `transferred_won` is what came from other lines less what went.

    `set_aside_won` is what a commitment got, and of the line above it the same less than nothing.
    """

    appropriated_won: int = 0
    transferred_won: int = 0
    set_aside_won: int = 0
    unreleased_won: int = 0
    spent_won: int = 0

    @property
    def left_won(self) -> int:
        """What may still be spent: the balance of the line's account."""
        had_won = self.appropriated_won + self.transferred_won + self.set_aside_won
        return had_won - self.unreleased_won - self.spent_won


def positions(connection: Connection[Any], at_us: int | None = None) -> dict[int, Position]:
    """Every line's position by its number: now, or as of just before an instant.

    A past one is added up from the whole journal, which takes its time in a large city.
    """
    rows = connection.execute(_NOW) if at_us is None else connection.execute(_THEN, (at_us,))
    return {row[0]: Position(*row[1:]) for row in rows}


def free_won_now(connection: Connection[Any], line_id: int) -> int:
    """What a line may still spend, promise or transfer."""
    row = connection.execute(_FREE, (line_id,)).fetchone()
    assert row is not None, "the line was found before"
    free_won: int = row[0]
    return free_won
