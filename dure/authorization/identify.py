"""Who pays and where: the checks of card, holder and shop that every payment passes first."""

from __future__ import annotations

from dure.authorization.effects import CardTouched, Decision
from dure.authorization.facts import WALLET_OPEN, Card, CardStatus, Facts, Wallet
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import CardProof, Cryptogram
from dure.kernel.calendar import month_of
from dure.ledger.movement import Movement
from dure.merchants.directory import ShopEntry
from dure.merchants.standing import ShopStatus

PIN_TRIES = 3

_NOT_ACTIVE = {
    CardStatus.ISSUED: No.CARD_NOT_ACTIVE,
    CardStatus.BLOCKED: No.CARD_BLOCKED,
    CardStatus.BLOCKED_BEFORE_ACTIVATION: No.CARD_BLOCKED,
    CardStatus.CLOSED: No.CARD_CLOSED,
    CardStatus.REPLACED: No.CARD_CLOSED,
}

_SHOP_REFUSALS = {
    ShopStatus.APPLIED: No.SHOP_NOT_REGISTERED,
    ShopStatus.REFUSED: No.SHOP_NOT_REGISTERED,
    ShopStatus.NOT_YET_EFFECTIVE: No.SHOP_NOT_REGISTERED,
    ShopStatus.CANCELLED: No.SHOP_NOT_REGISTERED,
    ShopStatus.CLOSED: No.SHOP_NOT_REGISTERED,
    ShopStatus.SUSPENDED: No.SHOP_SUSPENDED,
    ShopStatus.EXCLUDED_TRADE: No.SHOP_EXCLUDED,
    ShopStatus.SALES_TOO_HIGH: No.SHOP_SALES_TOO_HIGH,
}
_REGISTERED = int(ShopStatus.REGISTERED)


def find_payer(
    decision: Decision, facts: Facts, card_token: bytes | None, member_id: int
) -> Wallet | None:
    """Finds the wallet by card or member and names both on the movement.

    Returns None, with the reason on the movement, when there is none. The card's state is not
    judged here: what has already happened must find its wallet even when the card is blocked.
    """
    movement = decision.movement
    if card_token is not None:
        card = facts.card(card_token)
        if card is None:
            movement.reason = No.CARD_UNKNOWN
            return None
        movement.card_id = card.card_id
        member_id = card.member_id
    wallet = facts.wallet(member_id)
    if wallet is None:
        movement.reason = No.MEMBER_UNKNOWN
        return None
    movement.member_id = member_id
    movement.shard = wallet.shard
    decision.wallet = wallet
    return wallet


def check_card(decision: Decision, card: Card, proof: CardProof, at_us: int) -> int:
    """Judges the card's state and what the terminal proved; 0 or a reason to refuse.

    Remembers a wrong PIN and the chip's counter as an effect, also of a refused request.
    """
    if card.status != CardStatus.ACTIVE:
        return _NOT_ACTIVE[CardStatus(card.status)]
    if _expired(card.expires_yymm, at_us) or (
        proof.expires_yymm and proof.expires_yymm != card.expires_yymm
    ):
        return No.CARD_EXPIRED
    if proof.cryptogram == Cryptogram.WRONG:
        return No.CRYPTOGRAM_WRONG
    chip_used = proof.cryptogram == Cryptogram.RIGHT
    if chip_used and proof.atc <= card.atc:
        return No.CRYPTOGRAM_REPLAYED
    if not chip_used and proof.pvv is None:
        return 0
    touched = CardTouched(
        card, card.status, card.pin_failures, proof.atc if chip_used else card.atc
    )
    decision.effects.append(touched)
    return _check_pin(card, proof.pvv, touched)


def _check_pin(card: Card, pvv: str | None, touched: CardTouched) -> int:
    if pvv is None:
        return 0
    if card.pin_failures >= PIN_TRIES:
        return No.PIN_TRIES_USED_UP
    if card.pvv is None or pvv != card.pvv:
        touched.pin_failures = card.pin_failures + 1
        return No.PIN_TRIES_USED_UP if touched.pin_failures >= PIN_TRIES else No.PIN_WRONG
    touched.pin_failures = 0
    return 0


def _expired(expires_yymm: int, at_us: int) -> bool:
    """A card is good to the end of the month printed on it (ISO 7813)."""
    return month_of(at_us) > 200_000 + expires_yymm


def check_wallet(wallet: Wallet) -> int:
    """0, or that the wallet is locked."""
    return 0 if wallet.status == WALLET_OPEN else No.WALLET_LOCKED


def find_shop(movement: Movement, facts: Facts, shop_code: str) -> ShopEntry | None:
    """Finds the shop and names it on the movement; None, with the reason, when unknown."""
    shop = facts.shop(shop_code)
    if shop is None:
        movement.reason = No.SHOP_UNKNOWN
        return None
    movement.shop_id = shop.shop_id
    return shop


def check_shop(shop: ShopEntry, at_us: int) -> int:
    """0, or why the shop may not take the currency at that instant."""
    status = shop.status_at(at_us)
    return 0 if status == _REGISTERED else _SHOP_REFUSALS[status]
