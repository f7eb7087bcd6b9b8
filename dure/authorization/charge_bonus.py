"""The bonus of a top-up: credited with it, taken back when the charge is paid back unused. Pure.

Note [Bonus of a charge]
The bonus belongs to the lot that the charge made. Unused lots are refunded whole, and each takes
back all that its own movement earned: so the order in which charges are paid back makes no
difference. A refund that the bank could not pay out makes a new lot; its movement earns again what
had been taken back, as far as the budget lines still have it. Sums of a month are counted where the
movement of the lot lies. A charge of which something is used keeps its bonus.
"""

from __future__ import annotations

from collections.abc import Iterable

from dure.authorization.effects import CameIn, Decision
from dure.authorization.facts import Facts, Lot, Wallet
from dure.authorization.purchase import Change, count, month_so_far
from dure.kernel.calendar import month_of
from dure.ledger import recipes
from dure.ledger.movement import Movement
from dure.policy.evaluate import RuleSet
from dure.policy.funding import SHOP_LINE_ID
from dure.policy.lines import LimitedBy, choice_of, pack_limit
from dure.policy.occasions import NO_SHOP, Occasion

_BUDGET = int(LimitedBy.BUDGET)


def earn_bonus(decision: Decision, facts: Facts, wallet: Wallet) -> None:
    """Credits what the rules in force give for a charge that goes to the purse.

    The base is the charged won; brackets lie on what the member has charged in the month before.
    """
    movement = decision.movement
    at_us, won = movement.occurred_at_us, movement.amount_won
    month = month_of(at_us)
    charged_won = 0 if month > wallet.month else wallet.month_charged_won
    _, counters = month_so_far(wallet, month, facts)
    occasion = Occasion(
        at_us, won, won, charged_won, NO_SHOP, wallet.facts, movement.channel, facts.budget_left,
        counters, facts.used_won, facts.elsewhere_won,
    )  # fmt: skip
    lines = facts.rules.at(at_us).evaluate_charge(occasion)
    if not lines:
        return
    packed: list[int] = []
    funding: list[tuple[int, int]] = []
    for line in lines:
        packed += line.packed
        funding += line.funding
    movement.usage_month = month
    movement.usage_before_won = charged_won
    movement.incentive = packed
    cashback_won = recipes.earn(movement, funding, wallet.claim_won)
    if cashback_won:
        decision.effects.append(CameIn(cashback_won=cashback_won))
    changes = [Change(line.rule_id, line.won, int(line.won > 0), 0) for line in lines]
    count(decision, facts.rules, changes, None)


def take_back_bonus(decision: Decision, facts: Facts, wallet: Wallet, lots: Iterable[Lot]) -> None:
    """Takes back what charges earned that are paid back unused: from cashback, then as a claim."""
    movement = decision.movement
    packed: list[int] = []
    funding: list[tuple[int, int]] = []
    for lot in lots:
        charge = facts.movement(wallet.shard, lot.movement_id)
        assert charge is not None, "a lot is made by a movement"
        for rule_id, won, limit in _earned(charge):
            packed += (rule_id, -won, pack_limit(0, choice_of(limit)), -won)
            funding += facts.rules.get_rule(rule_id).split(won)
            change = Change(rule_id, -won, -1, 0)
            count(decision, facts.rules, [change], None, charge.usage_month)
    if packed:
        movement.incentive = packed
        recipes.take_back(movement, funding, wallet.cashback_won)


def _earned(charge: Movement) -> Iterable[tuple[int, int, int]]:
    """(rule version, won, limit) of each line by which something was credited."""
    packed = charge.incentive or []
    for place in range(0, len(packed), 4):
        rule_id, won, limit, _full_won = packed[place : place + 4]
        if won > 0:
            yield rule_id, won, limit


def give_bonus_again(
    decision: Decision, facts: Facts, wallet: Wallet, withdrawal: Movement
) -> None:
    """Credits again what a refund took back that the bank could not pay out.

    The bank's failure is a fact and is not refused: what the budget lines no longer have stays out.
    """
    movement = decision.movement
    taken = withdrawal.incentive or []
    if not taken:
        return
    month = month_of(movement.occurred_at_us)
    left = dict(facts.budget_left)
    packed: list[int] = []
    funding: list[tuple[int, int]] = []
    for place in range(0, len(taken), 4):
        rule_id, due_won, choice = taken[place], -taken[place + 1], choice_of(taken[place + 2])
        won, parts = _affordable(facts.rules, rule_id, due_won, left)
        packed += (rule_id, won, pack_limit(_BUDGET if won < due_won else 0, choice), due_won)
        funding += parts
        change = Change(rule_id, won, int(won > 0), 0)
        count(decision, facts.rules, [change], None, month)
    movement.usage_month = month
    movement.incentive = packed
    # It came in once, when it was earned.
    recipes.earn(movement, funding, wallet.claim_won)


def _affordable(
    rules: RuleSet, rule_id: int, won: int, left: dict[int, int]
) -> tuple[int, tuple[tuple[int, int], ...]]:
    """The largest part of it that the lines have left, and who pays it; lessens `left`."""
    rule = rules.get_rule(rule_id)
    won = rule.splitter.affordable_won(won, left)
    parts = rule.split(won)
    for line_id, part in parts:
        if line_id != SHOP_LINE_ID:
            left[line_id] -= part
    return won, parts
