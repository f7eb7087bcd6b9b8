"""The life of a card in its member's hands: registered, given a PIN, blocked, lost, closed."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final, NamedTuple

from psycopg import Connection

from dure.authorization.facts import CardStatus
from dure.authorization.requests import CardChange, ChangeCard
from dure.kernel.cardnetwork.card_codes import card_code, card_code_key
from dure.kernel.cardnetwork.pins import PIN_DIGITS, verification_value
from dure.kernel.keys import CARD_TOKEN, PIN_VERIFICATION, KeyRing
from dure.wallets.card_numbers import derived_card_number, is_card_number
from dure.wallets.cards import (
    DRAWS_MAX,
    Ask,
    CardIssued,
    CardKind,
    CardRefusedError,
    CardShown,
    cards_of,
    change_card,
    issue_card,
)
from dure.wallets.transfers import derived_key

CARDS_MAX: Final = 5
"""So many cards one wallet has at a time."""
GUESSES_MAX: Final = 5
"""So many wrong numbers and codes a member may enter in a day of the machine's clock."""
CODE_DIGITS: Final = 6
TOLD_AGAIN_US: Final = 2 * 60_000_000
"""So long of the machine's clock the same form is told a virtual card's number again."""
_DAY_US: Final = 86_400_000_000
_DRAWS: Final = DRAWS_MAX * 2
_LIVE: Final = frozenset(
    {
        CardStatus.ISSUED,
        CardStatus.ACTIVE,
        CardStatus.BLOCKED,
        CardStatus.BLOCKED_BEFORE_ACTIVATION,
    }
)


class CardKeys(NamedTuple):
    """What is made of a card number: its token, a PIN's verification value, the letter's code, and
    with the end of validity (YYMM) the three digits that are asked for where there is no chip.

    `number_of` makes the numbers of a virtual card out of its order's key: the first, and the next
    where that is in use.
    """

    token_of: Callable[[str], bytes]
    pvv_of: Callable[[str, str], str]
    code_of: Callable[[bytes], str]
    number_of: Callable[[bytes, int], str]
    card_code_of: Callable[[str, int], str]


class PinWrong(StrEnum):
    """Why a PIN is not taken."""

    NOT_FOUR_DIGITS = "not_four_digits"
    TOO_SIMPLE = "too_simple"
    BIRTHDAY = "birthday"


class PinNotTakenError(ValueError):
    """The PIN is easily guessed, or no PIN at all; `why` says which."""

    def __init__(self, why: PinWrong) -> None:
        super().__init__(why.value)
        self.why = why


class CardNotRecognizedError(Exception):
    """Number and code are not those of a card of this member; which is wrong is not told."""


class TooManyGuessesError(Exception):
    """Number or code were wrong too often; after a day it may be tried again."""


class CardNotFoundError(LookupError):
    """The member has no such card."""


class TooManyCardsError(Exception):
    """The wallet has CARDS_MAX cards already."""


def card_keys(ring: KeyRing) -> CardKeys:
    """What this installation's keys make of card numbers."""

    def pvv_of(pin: str, pan: str) -> str:
        return verification_value(ring.key(PIN_VERIFICATION), pin, pan)

    def code_of(token: bytes) -> str:
        digest = hmac.digest(ring.key(CARD_TOKEN), b"registration code " + token, "sha256")
        return f"{int.from_bytes(digest[:8], 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}d}"

    def number_of(key: bytes, draw: int) -> str:
        return derived_card_number(ring.key(CARD_TOKEN), f"virtual card {key.hex()} {draw}")

    def card_code_of(pan: str, expires_yymm: int) -> str:
        return card_code(card_code_key(ring), pan, expires_yymm)

    return CardKeys(ring.card_token, pvv_of, code_of, number_of, card_code_of)


def is_live(card: CardShown) -> bool:
    """Whether the card is not closed and not replaced."""
    return card.status in _LIVE


def is_blocked(card: CardShown) -> bool:
    """Whether the card is blocked, before or after its activation."""
    return card.status in (CardStatus.BLOCKED, CardStatus.BLOCKED_BEFORE_ACTIVATION)


def get_card(connection: Connection[Any], member_id: int, card_id: int) -> CardShown:
    """The member's card of this number; raises CardNotFoundError for anybody else's."""
    for card in cards_of(connection, member_id):
        if card.card_id == card_id:
            return card
    raise CardNotFoundError(card_id)


def check_pin(pin: str, birth_date: date) -> None:
    """Raises PinNotTakenError for what is no PIN, or the first that a thief would try."""
    if not re.fullmatch(rf"[0-9]{{{PIN_DIGITS}}}", pin, re.ASCII):
        raise PinNotTakenError(PinWrong.NOT_FOUR_DIGITS)
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    if steps in ({0}, {1}, {9}) or pin[:2] == pin[2:]:
        raise PinNotTakenError(PinWrong.TOO_SIMPLE)
    born = (f"{birth_date:%m%d}", f"{birth_date:%d%m}", f"{birth_date:%Y}", f"{birth_date:%y%m}")
    if pin in born:
        raise PinNotTakenError(PinWrong.BIRTHDAY)


def issue_virtual_card(
    connection: Connection[Any],
    ask: Ask,
    keys: CardKeys,
    *,
    key: bytes,
    member_id: int,
    brand: int,
    at_us: int,
    machine_us: int,
    replaces: CardShown | None = None,
) -> CardIssued:
    """A virtual card, active at once, with the brand of a district; its number is told once.

    Told again to the same form within TOLD_AGAIN_US alone: of a double tap a browser shows the
    second answer. The number is made of the order's key, so it need not be kept for that. In the
    place of another the old one is closed; the money stays in the wallet. Raises
    TooManyCardsError, CardRefusedError.
    """
    if replaces is None and not _ordered_before(connection, key):
        require_room(connection, member_id)
    draws = iter(range(_DRAWS))
    issued = issue_card(
        connection, ask, keys.token_of, key=key, member_id=member_id, kind=CardKind.VIRTUAL,
        at_us=at_us, replaces=None if replaces is None else replaces.token,
        draw=lambda: keys.number_of(key, next(draws)),
    )  # fmt: skip
    keep_brand(connection, issued.card_id, brand, made_machine_us=machine_us)
    if issued.pan is not None or not _just_made(connection, issued.card_id, machine_us):
        return issued
    numbers = (keys.number_of(key, draw) for draw in range(_DRAWS))
    told = next((pan for pan in numbers if keys.token_of(pan) == issued.token), None)
    return issued._replace(pan=told)


def hand_over_card(
    connection: Connection[Any],
    ask: Ask,
    keys: CardKeys,
    *,
    key: bytes,
    member_id: int,
    birth_date: date,
    pan: str,
    pin: str,
    brand: int,
    at_us: int,
    replaces: CardShown | None = None,
) -> CardIssued:
    """Gives a member a blank card at a desk: its printed number, and the PIN just chosen.

    The card can pay at once. Raises CardNotRecognizedError for what is no number of ours,
    PinNotTakenError, TooManyCardsError, CardRefusedError.
    """
    digits = _digits(pan)
    if not is_card_number(digits):
        raise CardNotRecognizedError
    check_pin(pin, birth_date)
    if replaces is None and not _ordered_before(connection, key):
        require_room(connection, member_id)
    issued = issue_card(
        connection, ask, keys.token_of, key=key, member_id=member_id, kind=CardKind.PHYSICAL,
        at_us=at_us, replaces=None if replaces is None else replaces.token, draw=lambda: digits,
    )  # fmt: skip
    keep_brand(connection, issued.card_id, brand)
    _set_pin(
        ask, keys, key=derived_key(key, "hand over"), token=issued.token, pan=digits, pin=pin,
        change=CardChange.ACTIVATE, at_us=at_us,
    )  # fmt: skip
    return issued


def register_card(
    connection: Connection[Any],
    ask: Ask,
    keys: CardKeys,
    *,
    key: bytes,
    member_id: int,
    birth_date: date,
    pan: str,
    code: str,
    pin: str,
    at_us: int,
    machine_us: int,
) -> int:
    """Activates a card that came by post, by its number and the letter's code; gives its card_id.

    Raises PinNotTakenError before anything is looked up, TooManyGuessesError,
    CardNotRecognizedError, CardRefusedError (a card that was blocked on its way).
    """
    check_pin(pin, birth_date)
    card = _recognize(connection, keys, member_id, pan, machine_us, code=code)
    _set_pin(
        ask, keys, key=key, token=card.token, pan=_digits(pan), pin=pin,
        change=CardChange.ACTIVATE, at_us=at_us,
    )  # fmt: skip
    return card.card_id


def choose_pin(
    connection: Connection[Any],
    ask: Ask,
    keys: CardKeys,
    *,
    key: bytes,
    member_id: int,
    birth_date: date,
    card_id: int,
    pan: str,
    pin: str,
    at_us: int,
    machine_us: int,
) -> None:
    """Sets a new PIN of an active card, by its number; wrong PINs before are forgotten.

    Raises PinNotTakenError, TooManyGuessesError, CardNotRecognizedError, CardRefusedError.
    """
    check_pin(pin, birth_date)
    card = _recognize(connection, keys, member_id, pan, machine_us, card_id=card_id)
    _set_pin(
        ask, keys, key=key, token=card.token, pan=_digits(pan), pin=pin,
        change=CardChange.SET_PIN, at_us=at_us,
    )  # fmt: skip


def block_card(ask: Ask, card: CardShown, *, key: bytes, at_us: int) -> None:
    """The card pays no more until it is unblocked; the money stays. Raises CardRefusedError."""
    change_card(ask, key=key, token=card.token, change=CardChange.BLOCK, at_us=at_us)


def unblock_card(ask: Ask, card: CardShown, *, key: bytes, at_us: int) -> None:
    """The card is as it was before the block. Raises CardRefusedError."""
    change_card(ask, key=key, token=card.token, change=CardChange.UNBLOCK, at_us=at_us)


def close_card(ask: Ask, card: CardShown, *, key: bytes, at_us: int) -> None:
    """The card is no more; the money stays in the wallet. Raises CardRefusedError."""
    change_card(ask, key=key, token=card.token, change=CardChange.CLOSE, at_us=at_us)


def keep_brand(
    connection: Connection[Any], card_id: int, brand: int, *, made_machine_us: int = 0
) -> None:
    """Keeps which district's brand is drawn on a card, and when a virtual one was made."""
    connection.execute(
        "INSERT INTO card_face (card_id, brand, made_machine_us) VALUES (%s, %s, %s) "
        "ON CONFLICT DO NOTHING",
        (card_id, brand, made_machine_us),
    )


def brands_of(connection: Connection[Any], member_id: int) -> dict[int, int]:
    """The brand of each of the member's cards that has one of its own."""
    rows = connection.execute(
        "SELECT f.card_id, f.brand FROM card c JOIN card_face f USING (card_id) "
        "WHERE c.member_id = %s",
        (member_id,),
    ).fetchall()
    return dict(rows)


def require_room(connection: Connection[Any], member_id: int) -> None:
    """Raises TooManyCardsError where the wallet has as many cards as it may."""
    if sum(map(is_live, cards_of(connection, member_id))) >= CARDS_MAX:
        raise TooManyCardsError


def _just_made(connection: Connection[Any], card_id: int, machine_us: int) -> bool:
    row = connection.execute(
        "SELECT 1 FROM card_face WHERE card_id = %s AND made_machine_us > %s",
        (card_id, machine_us - TOLD_AGAIN_US),
    ).fetchone()
    return row is not None


def _recognize(
    connection: Connection[Any],
    keys: CardKeys,
    member_id: int,
    pan: str,
    machine_us: int,
    *,
    code: str | None = None,
    card_id: int | None = None,
) -> CardShown:
    """The member's live card of this number; a wrong number or code counts as a guess."""
    row = connection.execute(
        "SELECT count(*) FROM card_guess WHERE member_id = %s AND at_us > %s",
        (member_id, machine_us - _DAY_US),
    ).fetchone()
    if row is not None and row[0] >= GUESSES_MAX:
        raise TooManyGuessesError
    digits = _digits(pan)
    token = keys.token_of(digits) if is_card_number(digits) else b""
    for card in cards_of(connection, member_id):
        right = card.token == token and is_live(card) and card.kind is CardKind.PHYSICAL
        if right and card_id in (None, card.card_id):
            known = keys.code_of(token)
            if code is None or hmac.compare_digest(known.encode(), _digits(code).encode()):
                return card
    connection.execute(
        "INSERT INTO card_guess (member_id, at_us) VALUES (%s, %s)", (member_id, machine_us)
    )
    raise CardNotRecognizedError


def _set_pin(
    ask: Ask,
    keys: CardKeys,
    *,
    key: bytes,
    token: bytes,
    pan: str,
    pin: str,
    change: CardChange,
    at_us: int,
) -> None:
    answer = ask(
        ChangeCard(
            key=key, occurred_at_us=at_us, card=token, change=change, pvv=keys.pvv_of(pin, pan)
        )
    )
    if not answer.approved:
        raise CardRefusedError(answer.reason)


def _ordered_before(connection: Connection[Any], key: bytes) -> bool:
    """Whether this form has ordered its card already, so that it needs no room of its own."""
    row = connection.execute("SELECT 1 FROM card_order WHERE request_key = %s", (key,)).fetchone()
    return row is not None


def _digits(text: str) -> str:
    return re.sub(r"[\s-]", "", text)
