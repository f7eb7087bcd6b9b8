"""Who brought whom: told once, paid when the friend has paid and some days have passed."""

from __future__ import annotations

from typing import Any, NamedTuple

from psycopg import Connection

from dure.authorization.answers import Answer
from dure.authorization.awards import award_key
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import Award
from dure.campaigns.office import CampaignRefusedError, Office, published_rules
from dure.kernel.calendar import DAY_US
from dure.ledger.movement import PAYMENTS
from dure.policy.compiled import CompiledRule
from dure.policy.kinds.referral import Referral
from dure.policy.occasions import NO_SHOP, MemberFacts, Occasion

KIND = "referral"
WAITING, PAID, OVER = 1, 2, 3
PATIENCE_DAYS = 31
"""So long after a rule's end its money is waited for; then a referral is over."""
_HISTORY_MAX = 1_000_000

_MEMBER = """
SELECT district, birth_year, level, joined_day FROM wallet WHERE shard = %s %% 64 AND member_id = %s
"""
_PAYMENTS = """
SELECT h.movement_id, h.occurred_at_us, h.amount_won - coalesce(c.cancelled_won, 0)
FROM member_history(%(member)s, NULL, %(most)s) h
LEFT JOIN cancellation c ON c.shard = h.shard AND c.original_id = h.movement_id
WHERE h.kind = ANY(%(kinds)s) AND h.reason = 0 ORDER BY h.movement_id
"""
_DUE = """
SELECT friend_id, referrer_id, rule_version_id, payment_id FROM referral
WHERE state = 1 AND next_look_us <= %s ORDER BY next_look_us LIMIT %s
"""


class Payment(NamedTuple):
    """A payment of the friend, and what is left of it in won."""

    movement_id: int
    occurred_at_us: int
    stands_won: int


class Due(NamedTuple):
    """A referral that is to be looked at; `payment_id` is the payment it was begun with."""

    friend_id: int
    referrer_id: int
    rule_version_id: int
    payment_id: int | None


def tell_referral(office: Office, rule: CompiledRule, *, friend_id: int, referrer_id: int) -> None:
    """Records that a member brought another, once for each friend; paid later by `pay_referrals`.

    The friend must be new (no payment yet) and one for whom the rule holds. Raises
    CampaignRefusedError for members that are not there, for oneself, for two who bring each other,
    for a friend who was brought before, and outside the rule's period.
    """
    connection, now_us = office.connection, office.clock.now_us()
    if friend_id == referrer_id:
        raise CampaignRefusedError(
            "자기 자신을 초대할 수는 없습니다. 초대한 회원의 번호를 확인하세요.",
            "nobody can bring themselves; check the number of the member who brought",
        )
    if not rule.document.from_us <= now_us < rule.document.until_us:
        raise CampaignRefusedError(
            "지금은 이 규칙의 기간이 아닙니다. 규칙의 기간을 확인하세요.",
            "the rule is not in force now; check its period",
        )
    friend = _facts_of(connection, friend_id)
    _facts_of(connection, referrer_id)
    occasion = Occasion(now_us, 0, 0, 0, NO_SHOP, friend, 0, {})
    if not rule.holds(occasion):
        raise CampaignRefusedError(
            "초대받은 회원이 규칙의 대상이 아닙니다. 규칙의 자격 조건을 확인하세요.",
            "the rule does not hold for the friend; check its eligibility",
        )
    if _payments(connection, friend_id):
        raise CampaignRefusedError(
            "이미 결제한 적이 있는 회원입니다. 첫 결제 전에만 등록할 수 있습니다.",
            "the friend has paid before; it has to be told before the first payment",
        )
    added = connection.execute(
        "INSERT INTO referral (friend_id, referrer_id, rule_version_id, told_at_us, next_look_us)"
        " VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING friend_id",
        (friend_id, referrer_id, rule.rule_id, now_us, now_us),
    ).fetchone()
    if added is None:
        _refuse_second(connection, friend_id, referrer_id)


def _refuse_second(connection: Connection[Any], friend_id: int, referrer_id: int) -> None:
    """The same told again is well; anything else about the friend or the pair is refused."""
    row = connection.execute(
        "SELECT referrer_id FROM referral WHERE friend_id = %s", (friend_id,)
    ).fetchone()
    if row is None:
        raise CampaignRefusedError(
            "두 회원이 서로를 초대할 수는 없습니다. 먼저 등록한 초대만 인정됩니다.",
            "two members cannot bring each other; the referral told first stands",
        )
    if row[0] != referrer_id:
        raise CampaignRefusedError(
            "이미 다른 회원이 초대한 회원입니다. 초대는 한 번만 인정됩니다.",
            "somebody else has brought this member; a member is brought once",
        )


def _facts_of(connection: Connection[Any], member_id: int) -> MemberFacts:
    row = connection.execute(_MEMBER, (member_id, member_id)).fetchone()
    if row is None:
        raise CampaignRefusedError(
            f"회원 {member_id}이(가) 없습니다. 회원 번호를 확인하세요.",
            f"there is no member {member_id}; check the number",
        )
    return MemberFacts(*row)


def _payments(connection: Connection[Any], member_id: int) -> list[Payment]:
    """All payments that a member ever made, the first to be recorded first."""
    wanted = {"member": member_id, "most": _HISTORY_MAX, "kinds": sorted(PAYMENTS)}
    return [Payment(*row) for row in connection.execute(_PAYMENTS, wanted)]


def pay_referrals(office: Office, *, count: int) -> int:
    """Looks at referrals that are due, pays those that have fulfilled the rule; gives how many
    were looked at. May be repeated at any time: every gift has a key of its own.
    """
    rows = office.connection.execute(_DUE, (office.clock.now_us(), count)).fetchall()
    if not rows:
        return 0
    rules = {rule.rule_id: rule for rule in published_rules(office.connection, KIND)}
    for row in rows:
        due = Due(*row)
        rule = rules.get(due.rule_version_id)
        if rule is None:
            _close(office.connection, due, OVER, int(No.RULE_UNKNOWN))
        elif not _look_at(office, rule, due):
            break
    return len(rows)


def _look_at(office: Office, rule: CompiledRule, due: Due) -> bool:
    """Takes one referral as far as it goes now; False when the engine is too busy."""
    connection, now_us = office.connection, office.clock.now_us()
    terms, document = rule.document.terms, rule.document
    assert isinstance(terms, Referral), "a referral has the terms of one"
    standing = [p for p in _payments(connection, due.friend_id) if p.stands_won > 0]
    wait_us = terms.after_days * DAY_US
    given_up_us = document.until_us + wait_us + PATIENCE_DAYS * DAY_US
    in_period = [p for p in standing if p.occurred_at_us < document.until_us]
    first = next((p for p in standing if p.movement_id == due.payment_id), None)
    if first is None and due.payment_id is not None and _was_given(connection, due):
        # The gift went back with its payment. It was had: another payment does not bring a second.
        _close(connection, due, OVER, int(No.AWARD_NOT_DUE))
        return True
    first = first or next(iter(in_period), None)
    paid_won = sum(payment.stands_won for payment in standing)
    if first is None or paid_won < terms.friend_payments_won_min:
        if now_us >= given_up_us:
            _close(connection, due, OVER, 0)
        else:
            _put_off(connection, due, now_us + DAY_US)
        return True
    if now_us < first.occurred_at_us + wait_us:
        _put_off(connection, due, first.occurred_at_us + wait_us)
        return True
    # Kept before anything is asked: the key of the gift names the payment.
    connection.execute(
        "UPDATE referral SET payment_id = %s WHERE friend_id = %s",
        (first.movement_id, due.friend_id),
    )
    return _pay(office, terms, due, first.movement_id, given_up_us)


def _was_given(connection: Connection[Any], due: Due) -> bool:
    """Whether the friend has had the gift for the payment that the referral was begun with."""
    row = connection.execute(
        "SELECT 1 FROM award WHERE shard = %s %% 64 AND original_id = %s AND rule_version_id = %s",
        (due.friend_id, due.payment_id, due.rule_version_id),
    ).fetchone()
    return row is not None


def _pay(office: Office, terms: Referral, due: Due, payment_id: int, given_up_us: int) -> bool:
    connection, now_us = office.connection, office.clock.now_us()
    answers = []
    if terms.friend_gift_won:
        answers.append(_award(office, due, due.friend_id, terms.friend_gift_won, payment_id, 0))
    if not answers or answers[0].approved:
        about = due.friend_id
        answers.append(_award(office, due, due.referrer_id, terms.gift_won, 0, about))
    last = answers[-1]
    if last.retry_can_help:
        return False
    if last.approved:
        _close(connection, due, PAID, 0)
    elif last.reason == No.AWARD_NOT_DUE:
        # The payment was cancelled before its gift was given: another one may take its place.
        connection.execute(
            "UPDATE referral SET payment_id = NULL, reason = %s, next_look_us = %s"
            " WHERE friend_id = %s",
            (int(last.reason), now_us + DAY_US, due.friend_id),
        )
    elif last.reason in _MONEY and now_us < given_up_us:
        _put_off(connection, due, now_us + DAY_US, int(last.reason))
    else:
        _close(connection, due, OVER, int(last.reason))
    return True


_MONEY = (No.BUDGET_LINE_TOO_SMALL, No.AWARD_OVER_CAP)
"""Why a gift may be waited for: a line may be filled, a month's cap begins anew."""


def _award(
    office: Office, due: Due, member_id: int, won: int, payment_id: int, about: int
) -> Answer:
    return office.ask(
        Award(
            key=award_key(due.rule_version_id, member_id, payment_id, about),
            occurred_at_us=office.clock.now_us(),
            member_id=member_id,
            rule_version_id=due.rule_version_id,
            choice=won,
            original_id=payment_id,
            about=about,
        )
    )


def _put_off(connection: Connection[Any], due: Due, next_look_us: int, reason: int = 0) -> None:
    connection.execute(
        "UPDATE referral SET next_look_us = %s, reason = %s WHERE friend_id = %s",
        (next_look_us, reason, due.friend_id),
    )


def _close(connection: Connection[Any], due: Due, state: int, reason: int) -> None:
    connection.execute(
        "UPDATE referral SET state = %s, reason = %s WHERE friend_id = %s",
        (state, reason, due.friend_id),
    )
