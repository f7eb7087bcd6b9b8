"""What must always hold of budget lines: their money, leases, tree, transfers and commitments."""

from __future__ import annotations

from typing import NamedTuple


class Invariant(NamedTuple):
    """A sentence that holds, in both languages, and the query that finds where it does not."""

    name: str
    sentence_ko: str
    query: str


_LEGS = "journal j, LATERAL unnest(j.accounts, j.amounts) AS leg(account, amount)"
_ON_LINES = "leg.account BETWEEN 5000001 AND 5999999"
_UNRELEASED = "leg.account BETWEEN 6000001 AND 6999999"

BUDGET_INVARIANTS = (
    Invariant(
        "no budget line is overspent",
        "어떤 예산 과목도 초과 집행되지 않았다",
        """SELECT b.line_id, b.code, b.appropriated_won, b.leased_won, sum(s.spent_won)
        FROM budget_line b LEFT JOIN budget_slice s USING (line_id)
        GROUP BY b.line_id HAVING coalesce(sum(s.spent_won), 0) NOT BETWEEN 0 AND b.leased_won
          OR coalesce(sum(s.leased_won), 0) <> b.leased_won""",
    ),
    Invariant(
        "no more of a line is leased than released, and no more released than appropriated",
        "예산 과목은 배정된 만큼만 나누어 쓰고 편성된 만큼만 배정된다",
        """SELECT line_id, code, appropriated_won, unreleased_won, leased_won FROM budget_line
        WHERE unreleased_won NOT BETWEEN 0 AND appropriated_won
          OR leased_won > appropriated_won - unreleased_won""",
    ),
    Invariant(
        "budget lines equal the journal",
        "예산 과목의 편성과 집행은 원장과 같다",
        f"""WITH booked AS (
          SELECT CASE WHEN {_ON_LINES} THEN leg.account - 5000000 ELSE leg.account - 6000000 END
              AS line_id,
            -coalesce(sum(leg.amount) FILTER (WHERE j.kind IN (17, 21, 22, 23, 24)), 0)
              AS appropriated_won,
            -coalesce(sum(leg.amount) FILTER (WHERE {_UNRELEASED}), 0) AS unreleased_won,
            coalesce(sum(leg.amount)
              FILTER (WHERE {_ON_LINES} AND j.kind NOT IN (17, 21, 22, 23, 24)), 0) AS spent_won
          FROM {_LEGS} WHERE {_ON_LINES} OR {_UNRELEASED} GROUP BY 1)
        SELECT line_id, b.appropriated_won, k.appropriated_won, b.unreleased_won, k.unreleased_won,
          s.spent_won, k.spent_won
        FROM budget_line b FULL JOIN booked k USING (line_id)
        LEFT JOIN (SELECT line_id, sum(spent_won) AS spent_won FROM budget_slice GROUP BY 1) s
          USING (line_id)
        WHERE coalesce(b.appropriated_won, 0) <> coalesce(k.appropriated_won, 0)
          OR coalesce(b.unreleased_won, 0) <> coalesce(k.unreleased_won, 0)
          OR coalesce(s.spent_won, 0) <> coalesce(k.spent_won, 0)""",
    ),
    Invariant(
        "no sum of a rule is passed, and its leases add up to what is leased",
        "총액 한도 규칙은 한도를 넘지 않고 나눈 몫의 합은 나눈 금액과 같다",
        """SELECT r.rule_version_id, r.sum_won, r.leased_won, sum(u.leased_won), sum(u.used_won)
        FROM rule_sum r LEFT JOIN rule_use u USING (rule_version_id) GROUP BY r.rule_version_id
        HAVING coalesce(sum(u.leased_won), 0) <> r.leased_won OR r.leased_won > r.sum_won
          OR coalesce(sum(u.used_won), 0) NOT BETWEEN 0 AND r.sum_won""",
    ),
    Invariant(
        "no release of a rule is passed, and its leases add up to what is leased",
        "나누어 푸는 규칙은 푼 금액을 넘지 않고 나눈 몫의 합은 나눈 금액과 같다",
        """SELECT r.release_key, r.released_won, r.leased_won, sum(u.leased_won), sum(u.used_won)
        FROM rule_release r LEFT JOIN release_use u USING (release_key) GROUP BY r.release_key
        HAVING coalesce(sum(u.leased_won), 0) <> r.leased_won OR r.leased_won > r.released_won
          OR coalesce(sum(u.used_won), 0) NOT BETWEEN 0 AND r.released_won""",
    ),
    Invariant(
        "every budget line stands once in the tree of its year, below a line of a higher level",
        "모든 예산 과목은 그 해의 예산 체계에 한 번만 있고 상위 과목은 단계가 더 높다",
        """WITH RECURSIVE below AS (
          SELECT line_id, fiscal_year, budget_level(role, payer) AS level FROM budget_line
          WHERE parent_id IS NULL
          UNION ALL
          SELECT b.line_id, b.fiscal_year, budget_level(b.role, b.payer) FROM budget_line b
          JOIN below p ON b.parent_id = p.line_id AND b.fiscal_year = p.fiscal_year
            AND budget_level(b.role, b.payer) > p.level),
        reached AS (SELECT line_id, count(*) AS times FROM below GROUP BY 1)
        SELECT b.line_id, b.code, r.times FROM budget_line b LEFT JOIN reached r USING (line_id)
        WHERE r.times IS DISTINCT FROM 1""",
    ),
    Invariant(
        "what goes from line to line leaves their sum as it was",
        "예산 과목 사이의 이동은 합계를 바꾸지 않는다",
        f"""SELECT j.movement_id, sum(leg.amount) FROM {_LEGS}
        WHERE j.kind IN (21, 22, 23) GROUP BY j.shard, j.movement_id
        HAVING coalesce(sum(leg.amount) FILTER (WHERE {_ON_LINES}), 0) <> 0
          OR bool_or(NOT ({_ON_LINES}))""",
    ),
    Invariant(
        "every transfer that was carried out was asked by one and approved by two others",
        "집행된 모든 전용은 한 사람이 요청하고 다른 두 사람이 승인한 것이다",
        """SELECT j.movement_id, t.transfer_id, s.people, s.steps FROM journal j
        LEFT JOIN budget_transfer t ON t.request_key = j.request_key AND t.amount_won = j.amount_won
        LEFT JOIN LATERAL (
          SELECT count(DISTINCT official_id) AS people, count(*) AS steps
          FROM budget_transfer_step WHERE transfer_id = t.transfer_id AND step <= 3) s ON true
        WHERE j.shard = 0 AND j.kind = 21 AND j.reason = 0
          AND (s.people IS DISTINCT FROM 3 OR s.steps IS DISTINCT FROM 3)""",
    ),
    Invariant(
        "a commitment holds what was set aside for it less what was drawn, never less than nothing",
        "원인행위액은 떼어 둔 금액에서 집행액을 뺀 것이고 음수가 되지 않는다",
        f"""WITH moved AS (
          SELECT leg.account - 5000000 AS line_id,
            -coalesce(sum(leg.amount) FILTER (WHERE j.kind IN (22, 23)), 0) AS set_aside_won,
            -sum(leg.amount) AS left_won
          FROM {_LEGS} WHERE {_ON_LINES} GROUP BY 1)
        SELECT b.line_id, b.code, b.parent_id, b.appropriated_won, m.set_aside_won, m.left_won
        FROM budget_line b LEFT JOIN moved m USING (line_id)
        WHERE b.role = 'commitment' AND (b.parent_id IS NULL OR coalesce(m.left_won, 0) < 0
          OR b.appropriated_won <> coalesce(m.set_aside_won, 0) OR b.unreleased_won <> 0)""",
    ),
    Invariant(
        "every appropriation of a document is booked with its amount, or was refused",
        "문서로 편성된 금액은 그대로 장부에 있거나 거절되었다",
        f"""SELECT a.appropriation_id, a.line_id, a.amount_won, k.line_id, k.won
        FROM budget_appropriation a
        JOIN LATERAL (
          SELECT max(CASE WHEN {_ON_LINES} THEN leg.account - 5000000
                          WHEN {_UNRELEASED} THEN leg.account - 6000000 END) AS line_id,
            sum(leg.amount) FILTER (WHERE leg.account = 1200) AS won
          FROM {_LEGS} WHERE j.shard = 0 AND j.request_key = a.request_key AND j.reason = 0) k
          ON k.won IS NOT NULL
        WHERE k.won <> a.amount_won OR k.line_id <> a.line_id""",
    ),
)
