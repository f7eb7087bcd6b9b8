"""Movements of a wallet as receipts: each won with its reason, in the reader's language."""

from __future__ import annotations

from typing import NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow

from dure.authorization.reasons import DeclineReason
from dure.ledger.accounts import ALLOWANCE_BASE, BUDGET_BASE, Account
from dure.ledger.movement import PAYMENTS, MovementKind
from dure.policy.evaluate import CompiledRule
from dure.policy.explain import explain
from dure.policy.lines import choice_of, limit_of
from dure.wallets.history import HistoryLine, IncentiveReason
from dure.web.api.bodies import Reason, Receipt
from dure.web.api.calls import instant
from dure.web.shared.language import Language
from dure.web.shared.rules import Rulebook
from dure.web.shared.sentences import sentence_or_number

_ONE = """
SELECT j.movement_id, j.kind, j.reason, j.occurred_at_us, j.amount_won, j.accounts, j.amounts,
       j.discount_won, j.charged_after_won, j.cashback_after_won, j.allowance_after_won,
       j.shop_id, s.name_ko, j.channel, j.original_id, j.incentive, j.usage_before_won,
       j.request_key, s.shop_code
FROM journal j LEFT JOIN shop s ON s.shop_id = j.shop_id
WHERE j.shard = %(member_id)s %% 64 AND j.movement_id = %(movement_id)s
  AND j.member_id = %(member_id)s
"""
_rulebook = Rulebook()


class Found(NamedTuple):
    """One movement, with what a refund of it needs."""

    line: HistoryLine
    usage_before_won: int
    request_key: bytes
    shop_code: str | None


def find_movement(conn: Connection[TupleRow], member_id: int, movement_id: int) -> Found | None:
    """The member's movement with this number, when there is one."""
    row = conn.execute(_ONE, {"member_id": member_id, "movement_id": movement_id}).fetchone()
    if row is None:
        return None
    legs = list(zip(row[5], row[6], strict=True))
    rules = {rule.rule_id: rule for rule in _rulebook.rules(conn)}
    line = HistoryLine(
        movement_id=row[0],
        kind=MovementKind(row[1]),
        reason=DeclineReason(row[2]),
        occurred_at_us=row[3],
        amount_won=row[4],
        charged_won=-sum(won for account, won in legs if account == Account.MEMBER_CHARGED),
        cashback_won=-sum(won for account, won in legs if account == Account.MEMBER_CASHBACK),
        allowance_won=-sum(won for account, won in legs if ALLOWANCE_BASE < account < BUDGET_BASE),
        discount_won=row[7],
        charged_after_won=row[8],
        cashback_after_won=row[9],
        allowance_after_won=row[10] or 0,
        shop_id=row[11],
        shop_name_ko=row[12],
        channel=row[13],
        masked_pan=None,
        original_id=row[14],
        incentive=_reasons(row[15] or [], rules),
    )
    return Found(line, row[16], bytes(row[17]), row[18])


def _reasons(packed: list[int], rules: dict[int, CompiledRule]) -> tuple[IncentiveReason, ...]:
    reasons = []
    for place in range(0, len(packed), 4):
        number, won, limit, full_won = packed[place : place + 4]
        document = rules[number].document
        limited_by, choice = limit_of(limit), choice_of(limit)
        reasons.append(
            IncentiveReason(document.id, document.version, won, limited_by, full_won, choice)
        )
    return tuple(reasons)


def receipt_of(
    conn: Connection[TupleRow],
    member_id: int,
    line: HistoryLine,
    language: Language,
    usage_before_won: int | None = None,
) -> Receipt:
    """The movement as a receipt; with the month's net before it, each reason shows its sum."""
    rules = {(r.document.id, r.document.version): r for r in _rulebook.rules(conn)}
    return Receipt(
        receipt_id=receipt_id(member_id, line.movement_id),
        kind=line.kind.name.lower(),
        approved=line.reason == DeclineReason.APPROVED,
        reason=line.reason.name.lower(),
        reason_text=sentence_or_number(line.reason, language).happened,
        occurred_at=instant(line.occurred_at_us),
        amount_won=line.amount_won,
        charged_won=line.charged_won,
        cashback_won=line.cashback_won,
        allowance_won=line.allowance_won,
        discount_won=line.discount_won,
        charged_after_won=line.charged_after_won,
        cashback_after_won=line.cashback_after_won,
        allowance_after_won=line.allowance_after_won,
        shop_name=line.shop_name_ko,
        original_id=receipt_id(member_id, line.original_id) if line.original_id else None,
        incentive=[
            Reason(
                rule=reason.rule,
                version=reason.version,
                won=reason.won,
                full_won=reason.full_won,
                limited_by=reason.limited_by.name.lower(),
                text=_text(
                    rules.get((reason.rule, reason.version)),
                    reason,
                    line,
                    usage_before_won,
                    language,
                ),
            )
            for reason in line.incentive
        ],
    )


def _text(
    rule: CompiledRule | None,
    reason: IncentiveReason,
    line: HistoryLine,
    usage_before_won: int | None,
    language: Language,
) -> str:
    if rule is None:
        return reason.rule
    if usage_before_won is None or line.kind not in PAYMENTS:
        return language.choose(rule.document.title.ko, rule.document.title.en)
    base_won = -line.charged_won
    said = explain(rule, reason.won, reason.limited_by, base_won, usage_before_won, reason.choice)
    return " ".join(language.choose(sentence.ko, sentence.en) for sentence in said)


def receipt_id(member_id: int, movement_id: int) -> str:
    """The name of a movement for partners: the member's number and the movement's."""
    return f"{member_id}-{movement_id}"


def read_receipt_id(text: str) -> tuple[int, int]:
    """Member and movement of a receipt's name; the pattern of the address has been checked."""
    member_id, _, movement_id = text.partition("-")
    return int(member_id), int(movement_id)
