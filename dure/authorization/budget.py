"""Money that comes to budget lines, is released, or goes from one line to another. Pure.

What the offices have to agree on before (documents, two approvals) is kept by the room `budget`;
here it is decided whether the money is there. A request that names a line which is not known is
refused and not recorded: the line may have been made a moment ago, and the same may be asked again.
"""

from __future__ import annotations

from dure.authorization.effects import Decision
from dure.authorization.facts import Facts
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import (
    Appropriate,
    ReleaseBudget,
    TransferBudget,
    TransferPurpose,
)
from dure.ledger import recipes
from dure.ledger.movement import Movement, MovementKind

_KIND_OF = {
    TransferPurpose.TRANSFER: MovementKind.BUDGET_TRANSFER,
    TransferPurpose.COMMIT: MovementKind.BUDGET_COMMIT,
    TransferPurpose.UNCOMMIT: MovementKind.BUDGET_UNCOMMIT,
}


def _begin(
    kind: MovementKind, request: Appropriate | ReleaseBudget | TransferBudget
) -> tuple[Movement, Decision]:
    movement = Movement(kind, request.key, 0, request.occurred_at_us, request.amount_won)
    return movement, Decision(movement)


def _unknown(decision: Decision) -> Decision:
    decision.recorded = False
    return decision.refuse(No.BUDGET_LINE_UNKNOWN)


def decide_appropriate(request: Appropriate, facts: Facts) -> Decision:
    """Money is appropriated to a line; a negative amount takes back what is not spent.

    Of what is taken back, `unreleased_won` comes from the money that is not released yet.
    """
    movement, decision = _begin(MovementKind.APPROPRIATE, request)
    left_won = facts.budget_left.get(request.line_id)
    if left_won is None:
        return _unknown(decision)
    if request.amount_won == 0:
        return decision.refuse(No.AMOUNT_INVALID)
    unreleased_won = facts.unreleased_won.get(request.line_id, 0) + request.unreleased_won
    if left_won + request.amount_won - request.unreleased_won < 0 or unreleased_won < 0:
        return decision.refuse(No.BUDGET_LINE_TOO_SMALL)
    recipes.appropriate(movement, request.line_id, request.unreleased_won)
    return decision


def decide_release_budget(request: ReleaseBudget, facts: Facts) -> Decision:
    """Money of a line may be spent from now on, or (negative) is held back again.

    A refusal is not recorded: the worker asks again when its date has come and the money is there.
    """
    movement, decision = _begin(MovementKind.BUDGET_RELEASE, request)
    left_won = facts.budget_left.get(request.line_id)
    if left_won is None:
        return _unknown(decision)
    decision.recorded = False
    if request.amount_won == 0:
        return decision.refuse(No.AMOUNT_INVALID)
    unreleased_won = facts.unreleased_won.get(request.line_id, 0)
    if not -left_won <= request.amount_won <= unreleased_won:
        return decision.refuse(No.BUDGET_LINE_TOO_SMALL)
    decision.recorded = True
    recipes.release(movement, request.line_id)
    return decision


def decide_transfer_budget(request: TransferBudget, facts: Facts) -> Decision:
    """Money goes from one line to another, never more than the first is free to spend."""
    movement, decision = _begin(_KIND_OF[request.purpose], request)
    left_won = facts.budget_left.get(request.from_line_id)
    if left_won is None or request.to_line_id not in facts.budget_left:
        return _unknown(decision)
    if request.amount_won <= 0 or request.from_line_id == request.to_line_id:
        return decision.refuse(No.AMOUNT_INVALID)
    if left_won < request.amount_won:
        return decision.refuse(No.BUDGET_LINE_TOO_SMALL)
    recipes.transfer_budget(movement, request.from_line_id, request.to_line_id)
    return decision
