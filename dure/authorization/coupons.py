"""Coupons from the claim to the end: reserved, used, given back, lapsed. Pure.

Note [Money of a coupon]
A claim moves the most that the coupon can cost from its budget lines to the account of reserved
coupons, each line by its share; the shop's share is not reserved. A payment draws the whole
reservation: what the coupon gives lowers the price, what it does not need returns to the lines, and
the shop's share stands against its payable. A payment that is cancelled in part is left with the
part of the coupon that its price has left (Note [What remains]), the difference returns to lines
and shop. Cancelled wholly it gives the coupon back, reserved anew; where a line cannot pay its
share any more, the coupon is worth as much less, to the last won. A coupon whose time is over is
not given back, and what is reserved for it returns to its lines.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from dure.authorization.effects import CouponChanged, CouponMade, CouponUsed, Decision
from dure.authorization.facts import (
    COUPONS_BY_HAND,
    Coupon,
    CouponState,
    Facts,
    Wallet,
)
from dure.authorization.identify import check_wallet, find_payer
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import ClaimCoupon, ExpireCoupon
from dure.ledger import recipes
from dure.ledger.accounts import budget_account, is_purse
from dure.ledger.movement import Movement, MovementKind
from dure.policy.clawback import funding_given_back
from dure.policy.compiled import EVER, CompiledRule
from dure.policy.eligibility import NotEligible
from dure.policy.evaluate import RuleSet
from dure.policy.funding import SHOP_LINE_ID
from dure.policy.kinds.coupon import CouponTerms
from dure.policy.occasions import NO_SHOP, Occasion

_OF_THE_MEMBER: Final = frozenset(
    {
        NotEligible.MEMBER_DISTRICT,
        NotEligible.MEMBER_LEVEL,
        NotEligible.MEMBER_BIRTH_YEAR,
        NotEligible.MEMBER_JOINED,
    }
)
"""What a document asks of the member is asked at the claim, all else at the till."""

Funding = list[tuple[int, int]]


def claims_key(rule: str) -> str:
    """The member's sum of coupons of the rule that were ever claimed."""
    return f"{EVER}{rule}/claims"


def decide_claim_coupon(request: ClaimCoupon, facts: Facts) -> Decision:
    """Gives the member a coupon of the rule version, if there is one left for this member.

    Refused with the reason when there is no such coupon, its period is over, it is for others, the
    member has theirs, the stock is gone, or a budget line cannot pay the most that it can cost.
    """
    movement = Movement(MovementKind.COUPON_CLAIM, request.key, 0, request.occurred_at_us)
    decision = Decision(movement)
    wallet = find_payer(decision, facts, None, request.member_id)
    if wallet is None:
        return decision.refuse(movement.reason)
    rule = find_coupon_rule(facts.rules, request.rule_version_id)
    if rule is None:
        return decision.refuse(No.COUPON_UNKNOWN)
    terms = terms_of(rule)
    reason = check_wallet(wallet) or why_no_claim(rule, terms, wallet, facts, movement)
    if reason:
        return decision.refuse(reason)
    won = terms.most_won
    funding = [(line_id, part) for line_id, part in rule.split(won) if line_id != SHOP_LINE_ID]
    if not _can_pay(funding, facts):
        return decision.refuse(No.BUDGET_LINE_TOO_SMALL)
    reserved_won = sum(part for _, part in funding)
    movement.amount_won = won
    # A line of nothing: the claim pays the member no won, but says by which rule it was made.
    movement.incentive = [rule.rule_id, 0, 0, 0]
    recipes.draw_coupon(movement, -reserved_won, funding)
    place = (wallet.counters or {}).get(claims_key(rule.document.id), 0) + 1
    coupon = Coupon(
        wallet.shard, 0, wallet.member_id, rule.document.id, rule.rule_id, place,
        terms.per_person, won, reserved_won, movement.occurred_at_us,
        terms.ends_us(movement.occurred_at_us),
    )  # fmt: skip
    decision.effects.append(CouponMade(coupon, terms.stock))
    return decision


def find_coupon_rule(rules: RuleSet, rule_version_id: int) -> CompiledRule | None:
    """The coupon's rule version; None where there is none of this number."""
    try:
        rule = rules.get_rule(rule_version_id)
    except KeyError:
        return None
    return rule if isinstance(rule.document.terms, CouponTerms) else None


def terms_of(rule: CompiledRule) -> CouponTerms:
    """The terms of a rule that is known to be a coupon's."""
    terms = rule.document.terms
    assert isinstance(terms, CouponTerms), "a coupon is of a coupon's rule"
    return terms


def why_no_claim(
    rule: CompiledRule, terms: CouponTerms, wallet: Wallet, facts: Facts, movement: Movement
) -> int:
    """0, or why this member cannot have a coupon of the rule now, budget apart."""
    document, at_us = rule.document, movement.occurred_at_us
    if not document.from_us <= at_us < document.until_us or terms.ends_us(at_us) <= at_us:
        return No.COUPON_PERIOD_OVER
    for reason, holds in rule.conditions:
        if reason in _OF_THE_MEMBER and not holds(NO_SHOP, wallet.facts, 0, at_us, 0):
            return No.COUPON_FOR_OTHERS
    if (wallet.counters or {}).get(claims_key(document.id), 0) >= terms.per_person:
        return No.COUPON_HAD_ALREADY
    if facts.coupons_issued(document.id) >= terms.stock:
        return No.COUPONS_GONE
    return 0


def _can_pay(funding: Funding, facts: Facts) -> bool:
    return all(facts.budget_left[line_id] >= won for line_id, won in funding)


def decide_expire_coupon(request: ExpireCoupon, facts: Facts) -> Decision:
    """Ends a coupon whose time is over; asked too early, or for one that is not open, refused."""
    movement = Movement(MovementKind.COUPON_EXPIRE, request.key, 0, request.occurred_at_us)
    decision = Decision(movement)
    wallet = find_payer(decision, facts, None, request.member_id)
    if wallet is None:
        return decision.refuse(movement.reason)
    coupon = (wallet.coupons or {}).get(request.coupon_id)
    if coupon is None:
        return decision.refuse(No.COUPON_UNKNOWN)
    if coupon.until_us > request.occurred_at_us:
        return decision.refuse(No.COUPON_NOT_DUE)
    movement.original_id = coupon.coupon_id
    movement.amount_won = coupon.reserved_won
    back = funding_given_back(facts.rules, coupon.rule_version_id, coupon.worth_won, 0)
    funding = [(line_id, -won) for line_id, won in back if line_id != SHOP_LINE_ID]
    recipes.draw_coupon(movement, coupon.reserved_won, funding)
    decision.effects.append(CouponChanged(coupon, CouponState.LAPSED, coupon.worth_won))
    return decision


def best_coupon(
    wallet: Wallet, price: Occasion, rules: RuleSet, coupon_id: int | None
) -> tuple[Coupon, int] | None:
    """The coupon to use for a price and what it gives: the named one, or else the best that fits.

    The price is that after the shop's own discount (`amount_won`). Of two that give the same the
    one that ends first is used. None when none fits, or the member uses coupons by hand alone.
    """
    held = wallet.coupons or {}
    if coupon_id is not None:
        named = held.get(coupon_id)
        held = {} if named is None else {coupon_id: named}
    elif (wallet.counters or {}).get(COUPONS_BY_HAND):
        return None
    best: tuple[int, int, int] | None = None
    for coupon in held.values():
        won = _gives(coupon, price, rules)
        rank = (won, -coupon.until_us, -coupon.coupon_id)
        if won and (best is None or rank > best):
            best = rank
    return None if best is None else (held[-best[2]], best[0])


def _gives(coupon: Coupon, price: Occasion, rules: RuleSet) -> int:
    """What the coupon takes off the price, in won; 0 where it does not fit."""
    rule = rules.get_rule(coupon.rule_version_id)
    if not coupon.from_us <= price.at_us < coupon.until_us:
        return 0
    if price.amount_won < terms_of(rule).min_won:
        return 0
    for reason, holds in rule.conditions:
        if reason not in _OF_THE_MEMBER and not holds(
            price.shop, price.member, price.channel, price.at_us, price.amount_won
        ):
            return 0
    won, _full = rule.amount(price.amount_won, 0, 0)
    return min(won, coupon.worth_won)


def use_coupon(decision: Decision, coupon: Coupon, won: int, rules: RuleSet) -> None:
    """Pays so much of the price by the coupon; the payment's other legs are written already."""
    funding = _drawn(rules, coupon, won)
    recipes.draw_coupon(decision.movement, coupon.reserved_won, funding)
    decision.effects.append(CouponUsed(coupon, won))


def _drawn(rules: RuleSet, coupon: Coupon, won: int) -> Funding:
    """Beside the whole reservation: what each line has back or adds, and what the shop pays."""
    rule = rules.get_rule(coupon.rule_version_id)
    reserved = dict(rule.split(coupon.worth_won))
    needed = dict(rule.split(won))
    return [
        (line_id, difference)
        for line_id in rule.splitter.line_ids
        if (
            difference := needed.get(line_id, 0)
            - (reserved.get(line_id, 0) if line_id != SHOP_LINE_ID else 0)
        )
    ]


def coupon_won_of(payment: Movement) -> int:
    """What a coupon gave for a payment: the part of the price that nobody else has paid."""
    paid_won = sum(
        amount
        for account, amount in zip(payment.accounts, payment.amounts, strict=True)
        if amount > 0 and is_purse(account)
    )
    return payment.amount_won - payment.discount_won - paid_won


def give_coupon_back(
    decision: Decision,
    facts: Facts,
    payment: Movement,
    stood_won: int,
    stays_won: int,
    *,
    ends: bool,
) -> None:
    """Returns a part of what a coupon paid for; where the payment `ends` the coupon comes back.

    Note [Money of a coupon]. A coupon whose time is over does not come back.
    """
    coupon = facts.coupon_of(payment.shard, payment.movement_id)
    assert coupon is not None, "a payment by coupon knows its coupon"
    back = funding_given_back(facts.rules, coupon.rule_version_id, stood_won, stays_won)
    funding = {line_id: -won for line_id, won in back}
    movement, worth_won = decision.movement, 0
    if ends and coupon.until_us > movement.occurred_at_us:
        worth_won = _worth_again(movement, facts, coupon, funding)
    rule = facts.rules.get_rule(coupon.rule_version_id)
    reserved_won = 0
    for line_id, won in rule.split(worth_won):
        if line_id != SHOP_LINE_ID:
            funding[line_id] = funding.get(line_id, 0) + won
            reserved_won += won
    recipes.draw_coupon(movement, -reserved_won, funding.items())
    if worth_won:
        change = CouponChanged(coupon, CouponState.OPEN, worth_won, reserved_won)
        decision.effects.append(change)
    elif ends:
        decision.effects.append(CouponChanged(coupon, CouponState.LAPSED, coupon.worth_won))


def _worth_again(movement: Movement, facts: Facts, coupon: Coupon, funding: dict[int, int]) -> int:
    """The most that the coupon can be worth with what lines have left and now get back."""
    rule = facts.rules.get_rule(coupon.rule_version_id)
    most_won = terms_of(rule).most_won
    left = {
        line_id: facts.budget_left[line_id]
        - movement.sum_of(budget_account(line_id))
        - funding.get(line_id, 0)
        for line_id in rule.splitter.line_ids
        if line_id != SHOP_LINE_ID
    }
    return rule.splitter.affordable_won(most_won, left) if left else most_won


class Again(NamedTuple):
    """How a coupon pays again: what is drawn from its reservation, and by whom the rest."""

    coupon: Coupon
    reserved_won: int
    funding: Funding


def coupon_again(facts: Facts, payment: Movement, stood_won: int, again_won: int) -> Again | None:
    """How a coupon pays again when a refund that gave a part of it back is undone.

    Where the whole payment had been given back, its coupon may be with the member again, and is
    used anew; may have lapsed, and the lines pay again; or may have paid for another payment, and
    cannot pay for this one a second time: None.
    """
    coupon = facts.coupon_of(payment.shard, payment.movement_id)
    assert coupon is not None, "a payment by coupon knows its coupon"
    if coupon.state == CouponState.OPEN:
        return Again(coupon, coupon.reserved_won, _drawn(facts.rules, coupon, again_won))
    if coupon.state == CouponState.USED and coupon.used_by != payment.movement_id:
        return None
    again = funding_given_back(facts.rules, coupon.rule_version_id, again_won, stood_won)
    return Again(coupon, 0, list(again))


def take_coupon_again(decision: Decision, again: Again, payment: Movement) -> None:
    """The coupon pays for the payment again; lines and reservation have what it takes."""
    recipes.draw_coupon(decision.movement, again.reserved_won, again.funding)
    coupon = again.coupon
    if coupon.state != CouponState.USED:
        used_by = payment.movement_id
        change = CouponChanged(coupon, CouponState.USED, coupon.worth_won, used_by=used_by)
        decision.effects.append(change)
