"""Policy allowances by document: everybody whom the rule names is granted once.

Note [Granting once]
Who is to be granted is written down first, one row for each member and rule version, together with
a look at the budget: too little for all of them, and nothing is written and nobody paid. Then the
engine is asked row by row, under a key made of rule, member and the number of refusals so far; a
row that is asked for again after a crash has the same key, and is answered as it was before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from psycopg import Connection

from dure.authorization.answers import Answer
from dure.authorization.requests import GrantAllowance
from dure.campaigns.office import CampaignRefusedError, Office, refuse_without_money
from dure.policy.compiled import CompiledRule
from dure.policy.kinds.policy_allowance import PolicyAllowance
from dure.policy.occasions import NO_SHOP, MemberFacts, Occasion

KIND = "policy_allowance"
WAITING, GRANTED, REFUSED = 1, 2, 3
PORTION = 5_000
ASKED_AT_ONCE = 200

_WALLETS = """
SELECT w.member_id, w.district, w.birth_year, w.level, w.joined_day FROM wallet w
WHERE NOT EXISTS (SELECT 1 FROM member m WHERE m.member_id = w.member_id AND m.status = 3)
  AND NOT EXISTS (SELECT 1 FROM allowance_due d
                  WHERE d.rule_version_id = %s AND d.member_id = w.member_id)
ORDER BY w.member_id
"""
_OPEN = """
SELECT member_id, tries FROM allowance_due WHERE rule_version_id = %s AND state <> 2
  AND member_id > %s ORDER BY member_id LIMIT %s
"""
_PROGRESS = """
SELECT count(*) FILTER (WHERE state = 1), count(*) FILTER (WHERE state = 2),
  count(*) FILTER (WHERE state = 3), coalesce(sum(won) FILTER (WHERE state = 2), 0)::bigint,
  coalesce(sum(won) FILTER (WHERE state <> 2), 0)::bigint
FROM allowance_due WHERE rule_version_id = %s
"""


class Progress(NamedTuple):
    """How far a grant is: members by state, won that are granted and won that are not yet."""

    waiting: int
    granted: int
    refused: int
    granted_won: int
    open_won: int


class Row(NamedTuple):
    """A member who is to be granted, and how often the engine has refused."""

    member_id: int
    tries: int


def name_members(office: Office, rule: CompiledRule) -> Progress:
    """Writes down who is to be granted, those who have become eligible since among them.

    Raises CampaignRefusedError, with count and sum, when the budget line cannot pay all who wait;
    also outside the rule's period, and where programme and rule name different lines.
    """
    connection, now_us = office.connection, office.clock.now_us()
    terms = _terms(rule)
    if not rule.document.from_us <= now_us < rule.document.until_us:
        raise CampaignRefusedError(
            "지금은 이 규칙의 기간이 아닙니다. 규칙의 기간을 확인하세요.",
            "the rule is not in force now; check its period",
        )
    _refuse_other_line(connection, rule, terms)
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", (_LOCK, rule.rule_id))
        _write(connection, rule, terms, _eligible(connection, rule, now_us))
        progress = progress_of(connection, rule.rule_id)
        open_count = progress.waiting + progress.refused
        refuse_without_money(connection, rule, [(terms.amount_won, open_count)])
    return progress


_LOCK = 20_191
"""The first number of the advisory locks that keep two lists of one rule apart."""


def _terms(rule: CompiledRule) -> PolicyAllowance:
    terms = rule.document.terms
    assert isinstance(terms, PolicyAllowance), "a policy allowance has the terms of one"
    return terms


def _refuse_other_line(
    connection: Connection[Any], rule: CompiledRule, terms: PolicyAllowance
) -> None:
    """A grant is paid from the programme's line; the document must promise the same."""
    row = connection.execute(
        "SELECT line_id FROM allowance_programme WHERE programme_id = %s", (terms.programme,)
    ).fetchone()
    if row is None:
        raise CampaignRefusedError(
            f"정책수당 사업 {terms.programme}이(가) 없습니다. 사업을 먼저 등록하세요.",
            f"there is no programme {terms.programme}; register it first",
        )
    if rule.splitter.line_ids != (row[0],):
        raise CampaignRefusedError(
            "규칙의 재원과 사업의 예산 과목이 다릅니다."
            " 규칙의 funding에 사업의 예산 과목 하나만 적으세요.",
            "rule and programme are paid from different lines; name the programme's line alone in"
            " the funding of the rule",
        )


def _eligible(connection: Connection[Any], rule: CompiledRule, now_us: int) -> Iterator[int]:
    with connection.cursor("wallets") as cursor:
        cursor.itersize = PORTION
        cursor.execute(_WALLETS, (rule.rule_id,))
        for member_id, *facts in cursor:
            if rule.holds(Occasion(now_us, 0, 0, 0, NO_SHOP, MemberFacts(*facts), 0, {})):
                yield member_id


def _write(
    connection: Connection[Any],
    rule: CompiledRule,
    terms: PolicyAllowance,
    members: Iterator[int],
) -> None:
    copying = "COPY allowance_due (rule_version_id, member_id, won) FROM STDIN"
    while portion := list(islice(members, PORTION)):
        with connection.cursor() as cursor, cursor.copy(copying) as copy:
            for member_id in portion:
                copy.write_row((rule.rule_id, member_id, terms.amount_won))


def grant_portion(office: Office, rule: CompiledRule, after_id: int = 0) -> int | None:
    """Grants the next members who wait, those above `after_id`; gives the last one's number.

    None when there are no more, or the engine is too busy. May be cut at any point and repeated.
    """
    rows = [
        Row(*row)
        for row in office.connection.execute(_OPEN, (rule.rule_id, after_id, ASKED_AT_ONCE))
    ]
    if not rows:
        return None
    terms, now_us = _terms(rule), office.clock.now_us()

    def ask(row: Row) -> Answer:
        return office.ask(
            GrantAllowance(
                key=grant_key(rule.rule_id, row.member_id, row.tries),
                occurred_at_us=now_us,
                member_id=row.member_id,
                programme_id=terms.programme,
                amount_won=terms.amount_won,
                expires_at_us=terms.ends_us(now_us),
            )
        )

    for row in rows:
        answer = ask(row)
        if answer.retry_can_help:
            return None
        _keep(office.connection, rule, row, answer)
    return rows[-1].member_id


def grant_key(rule_version_id: int, member_id: int, tries: int) -> bytes:
    """The key of a grant; see Note [Granting once]."""
    text = f"grant allowance {rule_version_id} {member_id} {tries}"
    return hashlib.sha256(text.encode()).digest()[:16]


def _keep(connection: Connection[Any], rule: CompiledRule, row: Row, answer: Answer) -> None:
    if answer.approved:
        connection.execute(
            "UPDATE allowance_due SET state = 2, reason = 0, movement_id = %s"
            " WHERE rule_version_id = %s AND member_id = %s",
            (answer.movement_id, rule.rule_id, row.member_id),
        )
        return
    # Only where nobody else has counted this refusal: the next key must be the next number.
    connection.execute(
        "UPDATE allowance_due SET state = 3, reason = %s, tries = tries + 1"
        " WHERE rule_version_id = %s AND member_id = %s AND tries = %s AND state <> 2",
        (int(answer.reason), rule.rule_id, row.member_id, row.tries),
    )


def progress_of(connection: Connection[Any], rule_version_id: int) -> Progress:
    """How far the grant of a rule version is."""
    row = connection.execute(_PROGRESS, (rule_version_id,)).fetchone()
    assert row is not None
    return Progress(*row)
