"""May this purchase happen, which purses pay, and what does it earn. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from dure.authorization.coupons import use_coupon
from dure.authorization.effects import CameIn, Counted, Decision, RuleUsed
from dure.authorization.facts import Facts, Wallet
from dure.authorization.identify import (
    check_card,
    check_shop,
    check_wallet,
    find_payer,
    find_shop,
)
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import Hold, Purchase
from dure.authorization.till import choose_coupon, take_discount
from dure.kernel.calendar import month_of
from dure.ledger import recipes
from dure.ledger.movement import Movement, MovementKind
from dure.ledger.recipes import Split
from dure.merchants.directory import ShopEntry
from dure.policy.compiled import ever_of
from dure.policy.evaluate import RuleSet, RulesInForce
from dure.policy.lines import pack_limit
from dure.policy.occasions import Occasion, ShopFacts

_PURCHASE = int(MovementKind.PURCHASE)


def decide_purchase(request: Purchase, facts: Facts) -> Decision:
    """Decides one payment. An advice is booked whatever the purses say: it has happened."""
    movement = Movement(_PURCHASE, request.key, 0, request.occurred_at_us, request.amount_won)
    movement.channel = request.channel
    decision = Decision(movement)
    shop = find_shop(movement, facts, request.shop_code)
    wallet = find_payer(decision, facts, request.card, request.member_id)
    if shop is None or wallet is None:
        return decision.refuse(movement.reason)
    if request.amount_won <= 0:
        return decision.refuse(No.AMOUNT_INVALID)
    if not request.advice:
        reason = why_not(decision, request, facts, wallet, shop)
        if reason:
            return decision.refuse(reason)
    earns = not request.advice or not check_shop(shop, request.occurred_at_us)
    return settle_payment(
        decision, facts, wallet, shop, forced=request.advice, earns=earns,
        coupon_id=request.coupon_id,
    )  # fmt: skip


def why_not(
    decision: Decision, request: Purchase | Hold, facts: Facts, wallet: Wallet, shop: ShopEntry
) -> int:
    """0, or why this card or holder may not pay so much at this shop, whatever the purses hold."""
    if request.card is not None:
        card = facts.card(request.card)
        assert card is not None, "a payer found by card has a card"
        reason = check_card(decision, card, request.proof, request.occurred_at_us)
        if reason:
            return reason
    limits = facts.limits(wallet.facts.level, request.occurred_at_us)
    if request.amount_won > limits.payment_won_max:
        return No.OVER_PAYMENT_LIMIT
    return check_wallet(wallet) or check_shop(shop, request.occurred_at_us)


def settle_payment(
    decision: Decision,
    facts: Facts,
    wallet: Wallet,
    shop: ShopEntry,
    *,
    forced: bool,
    held_won: int = 0,
    earns: bool = True,
    coupon_id: int | None = None,
) -> Decision:
    """Writes discount, coupon, purses and incentive of a payment that may happen.

    `held_won` is what a hold that this payment captures has reserved for it. A forced payment
    that the purses cannot cover leaves the rest in suspense; any other is refused. What has
    happened at a shop that may not take the currency is booked but earns nothing, nor is a coupon
    used for it. `coupon_id` is as in `Purchase`.
    """
    movement = decision.movement
    at_us = movement.occurred_at_us
    shop_facts = shop.facts_at(at_us)
    rules = facts.rules.at(at_us)
    month = month_of(at_us)
    usage_won, counters = month_so_far(wallet, month, facts)
    due_won, coupon, coupon_won = movement.amount_won, None, 0
    if shop_facts.benefit_plus_bp or wallet.coupons or coupon_id:
        price = Occasion(
            at_us, due_won, due_won, usage_won, shop_facts, wallet.facts,
            movement.channel, facts.budget_left, counters, facts.used_won,
            facts.elsewhere_won,
        )  # fmt: skip
        if shop_facts.benefit_plus_bp:
            due_won -= take_discount(decision, rules, price, facts)
        if earns and (coupon_id or (coupon_id is None and wallet.coupons)):
            price = price._replace(amount_won=due_won, earning_won=due_won)
            coupon, coupon_won, reason = choose_coupon(wallet, price, facts, coupon_id)
            if reason and not forced:
                return decision.refuse(reason)
            due_won -= coupon_won
    split = _split(wallet, due_won, shop_facts, facts, at_us, held_won, forced)
    if split is None:
        return decision.refuse(No.NOT_ENOUGH_MONEY)
    recipes.pay(movement, split, movement.discount_won)
    if coupon is not None:
        use_coupon(decision, coupon, coupon_won, facts.rules)
    movement.usage_month = month
    movement.usage_before_won = usage_won
    movement.usage_won = split.charged_won
    if split.charged_won and earns:
        occasion = Occasion(
            at_us, due_won, split.charged_won, usage_won, shop_facts, wallet.facts,
            movement.channel, facts.budget_left, counters, facts.used_won,
            facts.elsewhere_won,
        )  # fmt: skip
        _earn(decision, rules, occasion, facts)
    return decision


def month_so_far(wallet: Wallet, month: int, facts: Facts) -> tuple[int, dict[str, int]]:
    """The member's net payments of the month, and the sums of the month and of ever."""
    if wallet.month == month:
        return wallet.usage_won, wallet.counters or {}
    if month > wallet.month:
        return 0, ever_of(wallet.counters) if wallet.counters else {}
    past = facts.past_month(wallet.member_id, month)
    if past is None:
        return 0, ever_of(wallet.counters)
    return past.usage_won, {**(past.counters or {}), **ever_of(wallet.counters)}


def _split(
    wallet: Wallet,
    due_won: int,
    shop: ShopFacts,
    facts: Facts,
    at_us: int,
    held_won: int,
    forced: bool,
) -> Split | None:
    """Allowance that fits the shop and expires first, then cashback, then charged money."""
    allowances: tuple[tuple[int, int], ...] = ()
    rest_won = due_won
    if wallet.allowances:
        allowances = _allowances_for(wallet, due_won, shop, facts, at_us)
        rest_won -= sum(won for _, won in allowances)
    cashback_won = min(rest_won, wallet.cashback_won) if wallet.spend_cashback else 0
    charged_won = rest_won - cashback_won
    available_won = wallet.charged_won - wallet.held_won + held_won
    if charged_won <= available_won:
        return Split(allowances, cashback_won, charged_won)
    if not forced:
        return None
    return Split(allowances, cashback_won, available_won, charged_won - available_won)


def _allowances_for(
    wallet: Wallet, due_won: int, shop: ShopFacts, facts: Facts, at_us: int
) -> tuple[tuple[int, int], ...]:
    assert wallet.allowances is not None
    used = []
    by_expiry = sorted(wallet.allowances.items(), key=lambda purse: (purse[1][1], purse[0]))
    for programme_id, (left_won, expires_at_us) in by_expiry:
        programme = facts.programmes.get(programme_id)
        if programme is None or expires_at_us <= at_us or due_won == 0 or left_won == 0:
            continue
        if programme.districts and shop.district not in programme.districts:
            continue
        if programme.sectors and shop.sector not in programme.sectors:
            continue
        won = min(left_won, due_won)
        used.append((programme_id, won))
        due_won -= won
    return tuple(used)


def _earn(decision: Decision, rules: RulesInForce, occasion: Occasion, facts: Facts) -> None:
    lines = rules.evaluate(occasion)
    if not lines:
        return
    wallet, movement = decision.wallet, decision.movement
    assert wallet is not None
    packed: list[int] = []
    funding: list[tuple[int, int]] = []
    for rule_id, won, limited_by, full_won, paid, choice in lines:
        packed += (rule_id, won, pack_limit(limited_by, choice) if choice else limited_by, full_won)
        funding += paid
    movement.incentive = packed
    cashback_won = recipes.earn(movement, funding, wallet.claim_won)
    if cashback_won:
        decision.effects.append(CameIn(cashback_won=cashback_won))
    measured = rules.measured_rules
    if measured:
        changes = [
            Change(line.rule_id, line.won, int(line.won > 0), 1)
            for line in lines
            if line.rule_id in measured
        ]
        count(decision, facts.rules, changes, occasion.shop, paid_at_us=occasion.at_us)
    if rules.outside_month and any(
        line.won and facts.rules.get_rule(line.rule_id).outside_month for line in lines
    ):
        movement.usage_won = 0


def shop_of(payment: Movement, facts: Facts) -> ShopFacts | None:
    """The shop of a payment as it was then; None when it is no more known."""
    shop = facts.shop_by_id(payment.shop_id or 0)
    return None if shop is None else shop.facts_at(payment.occurred_at_us)


class Change(NamedTuple):
    """What a movement changes of what a rule gave for a payment; negative where it is given back.

    `payments` is 1 when the payment begins to earn and -1 when nothing of that is left; `stands` is
    1 when the payment itself begins to count and -1 when nothing of it is left.
    """

    rule_id: int
    won: int
    payments: int
    stands: int


def count(
    decision: Decision,
    rules: RuleSet,
    changes: Iterable[Change],
    shop: ShopFacts | None,
    month: int = 0,
    paid_at_us: int = 0,
) -> None:
    """Adds the changes to the sums that caps, tallies and rules with a sum are measured by.

    Sums of a month are those of `month`, 0 being that of the movement; releases are those of the
    payment's instant `paid_at_us`, which a rule without releases does not need.
    """
    counted: dict[str, int] = {}
    used: dict[int, int] = {}
    for change in changes:
        rule = rules.get_rule(change.rule_id)
        if rule.is_counted:
            counted |= rule.counted(change.won, change.payments)
            if rule.tally is not None and change.stands and shop is not None:
                counted[rule.tally_key(shop)] = change.stands
        if change.won:
            used |= rule.used_by(change.won, paid_at_us)
    if counted:
        decision.effects.append(Counted(counted, month))
    if used:
        decision.effects.append(RuleUsed(used))
