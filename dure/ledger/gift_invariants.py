"""What must always hold of gifts and donations, each as a named query that returns no rows."""

from __future__ import annotations

from typing import Final

from dure.ledger.budget_invariants import Invariant

_LEGS: Final = "journal j, LATERAL unnest(j.accounts, j.amounts) AS leg(account, amount)"

GIFT_INVARIANTS: Final = (
    Invariant(
        "the account of gifts not taken yet equals the gifts that wait",
        "받기 전 선물 계정은 기다리는 선물의 합과 같다",
        f"""SELECT booked, waiting FROM
          (SELECT -coalesce(sum(leg.amount), 0) AS booked FROM {_LEGS}
           WHERE leg.account = 2900) AS books,
          (SELECT coalesce(sum(won), 0) AS waiting FROM gift WHERE state = 1) AS gifts
        WHERE booked <> waiting""",
    ),
    Invariant(
        "a gift is sent once, and what ended it brought the whole of it to the right member",
        "선물은 한 번 보내지고 끝날 때 전액이 정해진 회원에게 간다",
        """SELECT g.shard, g.gift_id, g.state, g.won, s.amount_won, e.amount_won, e.member_id
        FROM gift g
        LEFT JOIN journal s ON s.shard = g.shard AND s.movement_id = g.gift_id
          AND s.kind = 50 AND s.reason = 0 AND s.member_id = g.giver_id
        LEFT JOIN journal e ON e.shard = g.taker_id % 64 AND e.movement_id = g.ended_by
          AND e.reason = 0 AND e.member_id = g.taker_id
          AND e.kind = CASE g.state WHEN 2 THEN 51 ELSE 52 END
        WHERE s.amount_won IS DISTINCT FROM g.won
          OR (g.state > 1 AND e.amount_won IS DISTINCT FROM g.won)
          OR (g.state = 3 AND g.taker_id <> g.giver_id)
        UNION ALL
        SELECT j.shard, j.movement_id, j.kind, j.amount_won, NULL, NULL, j.member_id
        FROM journal j
        WHERE j.reason = 0 AND ((j.kind = 50 AND NOT EXISTS (
            SELECT 1 FROM gift g WHERE g.shard = j.shard AND g.gift_id = j.movement_id))
          OR (j.kind IN (51, 52) AND NOT EXISTS (
            SELECT 1 FROM gift g
            WHERE g.ended_by = j.movement_id AND g.taker_id = j.member_id)))""",
    ),
    Invariant(
        "what was donated to each fund equals the donations",
        "기금마다 기부된 금액은 기부의 합과 같다",
        f"""WITH booked AS (
          SELECT leg.account - 2900000 AS fund_id, -sum(leg.amount) AS won FROM {_LEGS}
          WHERE leg.account BETWEEN 2900001 AND 2999999 GROUP BY 1),
        given AS (SELECT fund_id, sum(won) AS won FROM donation GROUP BY 1)
        SELECT fund_id, b.won, d.won FROM booked b FULL JOIN given d USING (fund_id)
        WHERE coalesce(b.won, 0) <> coalesce(d.won, 0)""",
    ),
)
