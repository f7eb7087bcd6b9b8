"""Wallets and cards: opened, changed, issued, blocked. No money moves here. Pure."""

from __future__ import annotations

from dure.authorization.effects import (
    CardAdded,
    CardCodeTried,
    CardTouched,
    Decision,
    WalletChanged,
    WalletOpened,
)
from dure.authorization.facts import (
    WALLET_LOCKED,
    WALLET_OPEN,
    Card,
    CardStatus,
    Facts,
    Wallet,
)
from dure.authorization.identify import find_payer
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import (
    CardChange,
    ChangeCard,
    ChangeWallet,
    IssueCard,
    OpenWallet,
)
from dure.kernel.calendar import day_number_of, month_of
from dure.kernel.shards import shard_of_member
from dure.ledger.movement import Movement, MovementKind
from dure.policy.occasions import MemberFacts

AGE_MIN = 14
"""Members are 14 or older; the exact birthday is checked before, where the birth date is known."""

PHYSICAL = 1
VIRTUAL = 2


def decide_open_wallet(request: OpenWallet, facts: Facts) -> Decision:
    """Opens an empty wallet; refused for a child and where there is one."""
    shard = shard_of_member(request.member_id)
    movement = Movement(MovementKind.OPEN_WALLET, request.key, shard, request.occurred_at_us)
    decision = Decision(movement)
    if facts.wallet(request.member_id) is not None:
        return decision.refuse(No.MEMBER_EXISTS)
    if month_of(request.occurred_at_us) // 100 - request.birth_year < AGE_MIN:
        return decision.refuse(No.MEMBER_TOO_YOUNG)
    member = MemberFacts(
        request.district,
        request.birth_year,
        request.level,
        day_number_of(request.occurred_at_us),
    )
    movement.member_id = request.member_id
    decision.wallet = Wallet(shard, request.member_id, member)
    decision.effects.append(WalletOpened(decision.wallet))
    return decision


def decide_change_wallet(request: ChangeWallet, facts: Facts) -> Decision:
    """Changes level, district, lock, whether cashback is spent and coupons are used."""
    movement = Movement(MovementKind.CHANGE_WALLET, request.key, 0, request.occurred_at_us)
    decision = Decision(movement)
    if find_payer(decision, facts, None, request.member_id) is None:
        return decision.refuse(movement.reason)
    status = None
    if request.locked is not None:
        status = WALLET_LOCKED if request.locked else WALLET_OPEN
    decision.effects.append(
        WalletChanged(
            request.level, request.district, status, request.spend_cashback, request.use_coupons
        )
    )
    return decision


def decide_issue_card(request: IssueCard, facts: Facts) -> Decision:
    """Adds a card; one that replaces another ends it, and the wallet stays as it is."""
    movement = Movement(MovementKind.ISSUE_CARD, request.key, 0, request.occurred_at_us)
    decision = Decision(movement)
    if find_payer(decision, facts, None, request.member_id) is None:
        return decision.refuse(movement.reason)
    if facts.card(request.card) is not None:
        return decision.refuse(No.CARD_EXISTS)
    old = None
    if request.replaces is not None:
        old = facts.card(request.replaces)
        if old is None or old.member_id != request.member_id:
            return decision.refuse(No.CARD_UNKNOWN)
        if old.status in (CardStatus.CLOSED, CardStatus.REPLACED):
            return decision.refuse(No.CARD_CLOSED)
        decision.effects.append(CardTouched(old, CardStatus.REPLACED, old.pin_failures, old.atc))
    status = CardStatus.ACTIVE if request.kind == VIRTUAL else CardStatus.ISSUED
    card = Card(
        request.card, request.card_id, request.member_id, request.kind, status,
        request.expires_yymm, request.pvv, masked_pan=request.masked_pan,
        replaces_card_id=None if old is None else old.card_id,
    )  # fmt: skip
    movement.card_id = request.card_id
    decision.effects.append(CardAdded(card))
    return decision


_ISSUED, _ACTIVE, _BLOCKED = CardStatus.ISSUED, CardStatus.ACTIVE, CardStatus.BLOCKED
_BLOCKED_EARLY = CardStatus.BLOCKED_BEFORE_ACTIVATION

# What each change makes of a card, by its state before; of another state it makes nothing. The end
# of a block gives back what it took: a card that was never activated still has to be.
_BECOMES: dict[CardChange, dict[int, CardStatus]] = {
    CardChange.ACTIVATE: {_ISSUED: _ACTIVE, _ACTIVE: _ACTIVE},
    CardChange.BLOCK: {
        _ISSUED: _BLOCKED_EARLY,
        _BLOCKED_EARLY: _BLOCKED_EARLY,
        _ACTIVE: _BLOCKED,
        _BLOCKED: _BLOCKED,
    },
    CardChange.UNBLOCK: {
        _BLOCKED_EARLY: _ISSUED,
        _ISSUED: _ISSUED,
        _BLOCKED: _ACTIVE,
        _ACTIVE: _ACTIVE,
    },
    CardChange.CLOSE: dict.fromkeys(
        (_ISSUED, _ACTIVE, _BLOCKED, _BLOCKED_EARLY), CardStatus.CLOSED
    ),
    CardChange.SET_PIN: {_ACTIVE: _ACTIVE},
}
_MAY_SET_PIN = (CardChange.ACTIVATE, CardChange.SET_PIN)
_WHY_UNCHANGED = {
    _ISSUED: No.CARD_NOT_ACTIVE,
    _BLOCKED: No.CARD_BLOCKED,
    _BLOCKED_EARLY: No.CARD_BLOCKED,
}


def decide_change_card(request: ChangeCard, facts: Facts) -> Decision:
    """Activates, blocks, unblocks (forgets wrong PINs and codes) or closes, or sets the PIN."""
    movement = Movement(MovementKind.CHANGE_CARD, request.key, 0, request.occurred_at_us)
    decision = Decision(movement)
    if find_payer(decision, facts, request.card, 0) is None:
        return decision.refuse(movement.reason)
    card = facts.card(request.card)
    assert card is not None, "a payer found by card has a card"
    becomes = _BECOMES[request.change].get(card.status)
    if becomes is None:
        return decision.refuse(_WHY_UNCHANGED.get(CardStatus(card.status), No.CARD_CLOSED))
    pvv = request.pvv if request.change in _MAY_SET_PIN else None
    forgets = request.change == CardChange.UNBLOCK or pvv is not None
    failures = 0 if forgets else card.pin_failures
    decision.effects.append(CardTouched(card, becomes, failures, card.atc, pvv))
    if forgets and card.code_failures:
        decision.effects.append(CardCodeTried(card, 0, 0))
    return decision
