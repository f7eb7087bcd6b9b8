"""Who pays and where: the checks of card, holder and shop that every payment passes first."""

from __future__ import annotations

from dure.authorization.effects import CardCodeTried, CardTouched, Decision
from dure.authorization.facts import WALLET_OPEN, Card, CardStatus, Facts, Wallet
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import CardProof, ProofCheck
from dure.kernel.calendar import month_of
from dure.ledger.movement import Movement
from dure.merchants.directory import ShopEntry
from dure.merchants.standing import ShopStatus

PIN_TRIES = 3
CODE_TRIES = 5
"""After so many wrong codes in a row each further one is taken only after a wait."""
_FIRST_WAIT_US = 3_600_000_000
_LONGEST_WAIT_US = 7 * 86_400_000_000

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

    Remembers a wrong PIN or code and the chip's counter as an effect, also of a refused request.
    A wrong code is told before a wrong end of validity: it is computed over that one, so neither is
    found by trying the other.
    """
    if card.status != CardStatus.ACTIVE:
        return _NOT_ACTIVE[CardStatus(card.status)]
    if proof.code != ProofCheck.ABSENT:
        reason = _check_code(decision, card, proof.code, at_us)
        if reason:
            return reason
    if _expired(card.expires_yymm, at_us) or (
        proof.expires_yymm and proof.expires_yymm != card.expires_yymm
    ):
        return No.CARD_EXPIRED
    if proof.cryptogram == ProofCheck.WRONG:
        return No.CRYPTOGRAM_WRONG
    chip_used = proof.cryptogram == ProofCheck.RIGHT
    if chip_used and proof.atc <= card.atc:
        return No.CRYPTOGRAM_REPLAYED
    if not chip_used and proof.pvv is None:
        return 0
    touched = CardTouched(
        card, card.status, card.pin_failures, proof.atc if chip_used else card.atc
    )
    decision.effects.append(touched)
    reason = _check_pin(card, proof.pvv, touched)
    if not reason and proof.pvv is not None and card.code_failures:
        decision.effects.append(CardCodeTried(card, 0, 0))
    return reason


def _check_code(decision: Decision, card: Card, code: ProofCheck, at_us: int) -> int:
    """0, or that the code is wrong, or that the next one is taken later only.

    The wait grows from an hour to a week, so that 1,000 codes are not tried within years; it ends
    with a right PIN, or when the holder unblocks the card or sets a new PIN.
    """
    failures = card.code_failures
    if failures >= CODE_TRIES and at_us < card.code_failed_at_us + _wait_us(failures):
        return No.CARD_CODE_TRIES_USED_UP
    if code == ProofCheck.WRONG:
        decision.effects.append(CardCodeTried(card, failures + 1, at_us))
        return No.CARD_CODE_WRONG
    if failures:
        decision.effects.append(CardCodeTried(card, 0, 0))
    return 0


def _wait_us(failures: int) -> int:
    return min(_FIRST_WAIT_US << min(failures - CODE_TRIES, 8), _LONGEST_WAIT_US)


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
