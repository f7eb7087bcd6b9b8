"""From the engine's answer, or a refusal, to the fields of the answer message. Pure."""

from __future__ import annotations

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason
from dure.gateway.message_types import ECHOED
from dure.gateway.proofs import ChipFinding
from dure.gateway.response_codes import CODE_BY_REASON, CODE_BY_REFUSAL, Refusal
from dure.kernel.cardnetwork import chip, private_data
from dure.kernel.cardnetwork.private_data import (
    ALL_PURSES,
    ALLOWANCE_PURSE,
    AVAILABLE_BALANCE,
    CASHBACK_PURSE,
    CHARGED_PURSE,
    LEDGER_BALANCE,
    Balance,
)

# Field 48: the tag of each amount of an answer, in the order in which they are written. An amount
# of zero is left out.
AMOUNT_TAGS = (
    ("CH", "charged_won"),
    ("CB", "cashback_won"),
    ("AL", "allowance_won"),
    ("DC", "discount_won"),
    ("CP", "coupon_won"),
    ("SU", "suspense_won"),
    ("CL", "claim_won"),
)
INCENTIVE_TAG = "IN"
LINE_TAG = "IL"
MOVEMENT_TAG = "MV"
REASON_TAG = "RC"
REPEATED_TAG = "RP"
_PRIVATE_DATA_MAX = 999


def echoed(fields: dict[str, str], answer_type: str) -> dict[str, str]:
    """The answer's type and the fields that come back as they came."""
    answer = {"t": answer_type}
    for key in ECHOED:
        value = fields.get(key)
        if value is not None:
            answer[key] = value
    return answer


def refused(
    fields: dict[str, str], answer_type: str, refusal: Refusal, field: str = ""
) -> dict[str, str]:
    """The fields of a refusal by the gateway; field 44 names the field at fault."""
    answer = echoed(fields, answer_type)
    answer["39"] = CODE_BY_REFUSAL[refusal]
    if field:
        answer["44"] = f"{refusal.name} {int(field):03d}"[:25]
    return answer


def answered(
    fields: dict[str, str], answer_type: str, answer: Answer, finding: ChipFinding | None
) -> dict[str, str]:
    """The fields of what the engine answered."""
    reply = echoed(fields, answer_type)
    code = CODE_BY_REASON[answer.reason]
    reply["39"] = code
    if answer.approved:
        if answer.approval_code:
            reply["38"] = answer.approval_code
        reply["54"] = balances_text(answer)
    elif answer.reason == DeclineReason.NOT_ENOUGH_MONEY:
        reply["54"] = balances_text(answer)
    reply["48"] = private_text(answer)
    if finding is not None:
        value = chip.response_cryptogram(finding.session_key, finding.arqc, code)
        reply["55"] = chip.write_chip_data({chip.ISSUER_AUTHENTICATION: value}).hex().upper()
    return reply


def balances_text(answer: Answer) -> str:
    """Field 54: what may be spent and what is booked, then each purse."""
    all_won = answer.charged_after_won + answer.cashback_after_won + answer.allowance_after_won
    free_won = answer.charged_after_won - answer.held_after_won
    return private_data.write_balances(
        [
            Balance(ALL_PURSES, AVAILABLE_BALANCE, all_won - answer.held_after_won),
            Balance(ALL_PURSES, LEDGER_BALANCE, all_won),
            Balance(CHARGED_PURSE, AVAILABLE_BALANCE, free_won),
            Balance(CASHBACK_PURSE, AVAILABLE_BALANCE, answer.cashback_after_won),
            Balance(ALLOWANCE_PURSE, AVAILABLE_BALANCE, answer.allowance_after_won),
        ]
    )


def private_text(answer: Answer) -> str:
    """Field 48: the reason's number, and for a movement what each purse paid and what was earned.

    An incentive line is `rule version:won:limited by:full won`; semicolons part the lines, and
    they are left out where they would not fit.
    """
    values = {REASON_TAG: str(int(answer.reason))}
    if answer.repeated:
        values[REPEATED_TAG] = "1"
    if answer.movement_id:
        values[MOVEMENT_TAG] = str(answer.movement_id)
    for tag, name in AMOUNT_TAGS:
        won = getattr(answer, name)
        if won:
            values[tag] = str(won)
    if answer.incentive:
        values[INCENTIVE_TAG] = str(sum([line.won for line in answer.incentive]))
        lines = ";".join(
            [
                f"{line.rule_version_id}:{line.won}:{line.limited_by}:{line.full_won}"
                for line in answer.incentive
            ]
        )
        if len(lines) < _PRIVATE_DATA_MAX - 250:
            values[LINE_TAG] = lines
    return private_data.write(values)
