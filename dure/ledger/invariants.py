"""What must always hold of the books, each as a named query that returns no rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dure.ledger.budget_invariants import BUDGET_INVARIANTS, Invariant
from dure.ledger.gift_invariants import GIFT_INVARIANTS

if TYPE_CHECKING:
    import psycopg


class Broken(NamedTuple):
    """An invariant that does not hold, and the first rows that show it."""

    name: str
    rows: list[tuple[object, ...]]


_LEGS = "journal j, LATERAL unnest(j.accounts, j.amounts) AS leg(account, amount)"

INVARIANTS = (
    Invariant(
        "every movement sums to zero",
        "모든 거래의 차변과 대변 합은 0이다",
        f"""SELECT j.shard, j.movement_id, sum(leg.amount) FROM {_LEGS}
        GROUP BY j.shard, j.movement_id HAVING sum(leg.amount) <> 0""",
    ),
    Invariant(
        "every leg stands on an account of the chart",
        "모든 분개는 계정과목표에 있는 계정을 쓴다",
        f"""SELECT DISTINCT leg.account FROM {_LEGS}
        WHERE NOT (leg.account IN (1100,1200,1400,2100,2200,2300,2310,2400,2500,2600,2700,2800,
            2900)
          OR leg.account - 2900000 IN (SELECT fund_id FROM donation_fund)
          OR leg.account - 5000000 IN (SELECT line_id FROM budget_line)
          OR leg.account - 6000000 IN (SELECT line_id FROM budget_line)
          OR leg.account - 3000000 IN (SELECT programme_id FROM allowance_programme))""",
    ),
    Invariant(
        "purses equal the journal",
        "지갑 잔액은 원장과 같다",
        f"""WITH booked AS (
          SELECT j.shard, j.member_id,
            -coalesce(sum(leg.amount) FILTER (WHERE leg.account = 2100), 0) AS charged_won,
            -coalesce(sum(leg.amount) FILTER (WHERE leg.account = 2200), 0) AS cashback_won,
            -coalesce(sum(leg.amount) FILTER (WHERE leg.account BETWEEN 3000001 AND 3999999), 0)
              AS allowance_won,
            coalesce(sum(leg.amount) FILTER (WHERE leg.account = 1400), 0) AS claim_won
          FROM {_LEGS} WHERE j.member_id IS NOT NULL GROUP BY j.shard, j.member_id)
        SELECT w.member_id, w.charged_won, b.charged_won, w.cashback_won, b.cashback_won,
          w.allowance_won, b.allowance_won, w.claim_won, b.claim_won
        FROM wallet w FULL JOIN booked b USING (shard, member_id)
        WHERE (coalesce(w.charged_won, 0), coalesce(w.cashback_won, 0),
               coalesce(w.allowance_won, 0), coalesce(w.claim_won, 0))
          IS DISTINCT FROM (coalesce(b.charged_won, 0), coalesce(b.cashback_won, 0),
               coalesce(b.allowance_won, 0), coalesce(b.claim_won, 0))""",
    ),
    Invariant(
        "allowance purses equal the journal",
        "정책수당 잔액은 원장과 같다",
        f"""WITH booked AS (
          SELECT j.shard, j.member_id, leg.account - 3000000 AS programme_id,
            -sum(leg.amount) AS won
          FROM {_LEGS} WHERE leg.account BETWEEN 3000001 AND 3999999 GROUP BY 1, 2, 3)
        SELECT member_id, programme_id, p.left_won, b.won
        FROM allowance_purse p FULL JOIN booked b USING (shard, member_id, programme_id)
        WHERE coalesce(p.left_won, 0) <> coalesce(b.won, 0)""",
    ),
    Invariant(
        "no purse is negative",
        "어떤 지갑도 음수가 아니다",
        """SELECT member_id, charged_won, cashback_won, allowance_won, held_won FROM wallet
        WHERE charged_won < 0 OR cashback_won < 0 OR allowance_won < 0 OR held_won < 0
          OR held_won > charged_won OR claim_won < 0""",
    ),
    Invariant(
        "net payments of every month equal the journal",
        "월별 순결제액은 원장과 같다",
        """WITH booked AS (
          SELECT member_id, usage_month AS month, sum(usage_won) AS won FROM journal
          WHERE usage_month > 0 GROUP BY 1, 2),
        kept AS (
          SELECT member_id, month, usage_won AS won FROM wallet WHERE month > 0
          UNION ALL SELECT member_id, month, usage_won FROM month_usage)
        SELECT member_id, month, k.won, b.won
        FROM kept k FULL JOIN booked b USING (member_id, month)
        WHERE coalesce(k.won, 0) <> coalesce(b.won, 0)""",
    ),
    Invariant(
        "what is held equals the open holds",
        "보류액은 열린 사전승인의 합과 같다",
        """SELECT w.member_id, w.held_won, h.won FROM wallet w
        FULL JOIN (SELECT member_id, sum(held_won) AS won FROM hold WHERE state = 1 GROUP BY 1) h
          USING (member_id) WHERE coalesce(w.held_won, 0) <> coalesce(h.won, 0)""",
    ),
    Invariant(
        "what was given back of a payment equals its cancellations and never passes it",
        "취소액은 취소 거래의 합과 같고 원거래를 넘지 않는다",
        """WITH given AS (
          SELECT shard, original_id,
            sum(CASE WHEN kind = 9 THEN -amount_won ELSE amount_won END) AS won FROM journal
          WHERE kind IN (4, 5, 9) AND reason = 0 AND original_id IS NOT NULL GROUP BY 1, 2)
        SELECT c.original_id, c.cancelled_won, g.won, o.amount_won
        FROM cancellation c FULL JOIN given g USING (shard, original_id)
        LEFT JOIN journal o ON o.shard = coalesce(c.shard, g.shard)
          AND o.movement_id = coalesce(c.original_id, g.original_id)
        WHERE o.kind IN (1, 3)
          AND (coalesce(c.cancelled_won, 0) <> coalesce(g.won, 0)
            OR g.won NOT BETWEEN 0 AND greatest(o.amount_won, 0))""",
    ),
    Invariant(
        "a member's movements form one unbroken chain",
        "회원의 거래는 끊김 없는 하나의 사슬이다",
        """SELECT j.member_id, j.movement_id, j.previous_id FROM (
          SELECT shard, member_id, movement_id, previous_id,
            lag(movement_id) OVER (PARTITION BY shard, member_id ORDER BY movement_id) AS before_id
          FROM journal WHERE member_id IS NOT NULL AND kind <> 7) j
        WHERE j.previous_id IS DISTINCT FROM j.before_id""",
    ),
    Invariant(
        "a lot never outlives the money that came in",
        "충전 묶음은 들어온 금액을 넘지 않는다",
        """SELECT w.member_id, w.charged_in_won, max(l.in_until_won) FROM wallet w
        JOIN lot l USING (shard, member_id) WHERE l.withdrawn_by IS NULL
        GROUP BY w.shard, w.member_id HAVING max(l.in_until_won) > w.charged_in_won""",
    ),
    Invariant(
        "what rules with a sum have used equals their lines",
        "총액 한도 규칙의 사용액은 지급 내역과 같다",
        """SELECT u.rule_version_id, u.won, l.won FROM
          (SELECT rule_version_id, sum(used_won) AS won FROM rule_use GROUP BY 1) u
        JOIN (SELECT rule_version_id, sum(won) AS won FROM incentive_line GROUP BY 1) l
          USING (rule_version_id) WHERE u.won <> l.won""",
    ),
    Invariant(
        "what rules with releases have used equals their lines",
        "나누어 푸는 규칙의 사용액은 지급 내역과 같다",
        """SELECT u.rule_version_id, u.won, l.won FROM
          (SELECT release_key >> 20 AS rule_version_id, sum(used_won) AS won FROM release_use
           GROUP BY 1) u
        LEFT JOIN (SELECT rule_version_id, sum(won) AS won FROM incentive_line GROUP BY 1) l
          USING (rule_version_id) WHERE u.won <> coalesce(l.won, 0)""",
    ),
    Invariant(
        "what stands of the awards equals the journal",
        "지급한 당첨금과 선물의 현재 금액은 원장과 같다",
        """WITH later AS (
          SELECT rule_version_id FROM award
          UNION SELECT rule_version_id FROM incentive_line WHERE kind = 42),
        standing AS (
          SELECT rule_version_id, member_id, sum(stands_won) AS won FROM award GROUP BY 1, 2),
        booked AS (
          SELECT rule_version_id, member_id, sum(won) AS won FROM incentive_line
          WHERE rule_version_id IN (SELECT rule_version_id FROM later) GROUP BY 1, 2)
        SELECT rule_version_id, member_id, s.won, b.won
        FROM standing s FULL JOIN booked b USING (rule_version_id, member_id)
        WHERE coalesce(s.won, 0) <> coalesce(b.won, 0)""",
    ),
    Invariant(
        "the account of reserved coupons equals the open coupons of every member",
        "쿠폰 지급 예약금은 회원마다 열린 쿠폰의 합과 같다",
        f"""WITH booked AS (
          SELECT j.member_id, -sum(leg.amount) AS won FROM {_LEGS}
          WHERE leg.account = 2800 GROUP BY 1),
        open AS (SELECT member_id, sum(reserved_won) AS won FROM coupon WHERE state = 1 GROUP BY 1)
        SELECT member_id, b.won, o.won FROM booked b FULL JOIN open o USING (member_id)
        WHERE coalesce(b.won, 0) <> coalesce(o.won, 0)""",
    ),
    Invariant(
        "never more coupons are issued than the stock, and each one that is counted exists",
        "쿠폰은 준비한 수를 넘지 않고 발급 수는 쿠폰의 수와 같다",
        """SELECT rule, s.stock, s.issued, c.made FROM coupon_stock s
        FULL JOIN (SELECT rule, count(*) AS made FROM coupon GROUP BY 1) c USING (rule)
        WHERE coalesce(s.issued, 0) <> coalesce(c.made, 0) OR s.issued > s.stock""",
    ),
    Invariant(
        "wallets know how many coupons their members hold and have claimed",
        "지갑은 회원이 가진 쿠폰과 받은 쿠폰의 수를 안다",
        """WITH open AS (
          SELECT shard, member_id, count(*) AS held FROM coupon WHERE state = 1 GROUP BY 1, 2),
        claimed AS (
          SELECT shard, member_id, rule, max(place) AS last, count(*) AS made FROM coupon
          GROUP BY 1, 2, 3)
        SELECT member_id, 'held', o.held, w.counters ->> 'ever/_coupons/held'
        FROM wallet w FULL JOIN open o USING (shard, member_id)
        WHERE coalesce(o.held, 0) <> coalesce((w.counters ->> 'ever/_coupons/held')::bigint, 0)
        UNION ALL
        SELECT member_id, rule, c.made, w.counters ->> ('ever/' || rule || '/claims')
        FROM claimed c LEFT JOIN wallet w USING (shard, member_id)
        WHERE c.made <> c.last
          OR c.made <> coalesce((w.counters ->> ('ever/' || rule || '/claims'))::bigint, 0)""",
    ),
    Invariant(
        "a coupon has paid for the payment that used it, what it says and no more",
        "쿠폰은 그것을 쓴 결제에 적힌 만큼만 지급했다",
        f"""WITH paid AS (
          SELECT j.shard, j.movement_id, j.amount_won - j.discount_won
            - coalesce(sum(leg.amount) FILTER (WHERE leg.amount > 0 AND (
                leg.account IN (2100, 2200, 2500) OR leg.account BETWEEN 3000001 AND 3999999)), 0)
            AS won
          FROM {_LEGS} WHERE j.kind IN (1, 3) AND j.reason = 0
          GROUP BY j.shard, j.movement_id, j.amount_won, j.discount_won)
        SELECT shard, movement_id, p.won, u.won
        FROM paid p FULL JOIN coupon_use u USING (shard, movement_id)
        WHERE coalesce(p.won, 0) <> coalesce(u.won, 0)
        UNION ALL
        SELECT c.shard, c.coupon_id, c.used_by, NULL FROM coupon c
        LEFT JOIN coupon_use u ON u.shard = c.shard AND u.movement_id = c.used_by
          AND u.coupon_id = c.coupon_id
        WHERE c.state = 2 AND u.won IS NULL""",
    ),
    Invariant(
        "no shop gives more discount in a month than its ceiling, nor counts what it did not give",
        "가맹점의 월 할인은 한도를 넘지 않고 할인한 금액보다 많이 세지 않는다",
        """WITH booked AS (
          SELECT shop_id, usage_month AS month,
            sum(CASE WHEN kind IN (4, 5) THEN -discount_won ELSE discount_won END) AS won
          FROM journal WHERE kind IN (1, 3, 4, 5, 9) AND reason = 0 AND discount_won <> 0
          GROUP BY 1, 2)
        SELECT m.shop_id, m.month, m.given_won, m.ceiling_won, b.won
        FROM shop_month m LEFT JOIN booked b USING (shop_id, month)
        WHERE m.given_won > m.ceiling_won OR m.given_won > coalesce(b.won, 0)""",
    ),
    Invariant(
        "the safeguarded cash covers what members hold",
        "별도관리 예금은 회원 충전금과 받기 전 선물보다 적지 않다",
        f"""SELECT cash, owed FROM (SELECT
          coalesce(sum(leg.amount) FILTER (WHERE leg.account = 1100), 0) AS cash,
          -coalesce(sum(leg.amount) FILTER (WHERE leg.account IN (2100, 2400, 2900)), 0) AS owed
          FROM {_LEGS}) sums WHERE cash < owed""",
    ),
    *GIFT_INVARIANTS,
    *BUDGET_INVARIANTS,
)


def broken(connection: psycopg.Connection[tuple[object, ...]]) -> list[Broken]:
    """Runs every invariant in one snapshot; what does not hold, with up to five rows each."""
    found = []
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.execute("SET LOCAL work_mem = '256MB'")
        for invariant in INVARIANTS:
            rows = connection.execute(f"{invariant.query}\nLIMIT 5".encode()).fetchall()
            if rows:
                found.append(Broken(invariant.name, rows))
    return found
