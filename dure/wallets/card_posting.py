"""A card of plastic made and posted: what the worker does with an application.

Every step may be repeated: the engine and the maker are asked under keys made of the application.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from psycopg import Connection

from dure.authorization.reasons import RETRY_CAN_HELP
from dure.kernel.clock import Clock
from dure.wallets.card_delivery import (
    ADDRESS_PURPOSE,
    Delivery,
    DeliveryState,
    Sealing,
    change_state,
    close_undelivered,
    get_delivery,
)
from dure.wallets.card_life import CardKeys, is_live, keep_brand
from dure.wallets.card_maker import CardMaker, Letter, MakerSilentError, MakerState
from dure.wallets.cards import (
    DRAWS_MAX,
    Ask,
    CardKind,
    CardRefusedError,
    cards_of,
    issue_card,
)
from dure.wallets.transfers import derived_key

_BLANKS_MAX: Final = DRAWS_MAX * 2
_ON_THEIR_WAY: Final = (DeliveryState.ASKED, DeliveryState.MAKING, DeliveryState.SENT)
_TOLD: Final = {
    MakerState.MAKING: DeliveryState.MAKING,
    MakerState.SENT: DeliveryState.SENT,
    MakerState.ARRIVED: DeliveryState.ARRIVED,
}


@dataclass(frozen=True, slots=True)
class Post:
    """What is needed to take a card on: our connection, the engine, keys, the maker, the clock."""

    connection: Connection[Any]
    ask: Ask
    keys: CardKeys
    sealing: Sealing
    maker: CardMaker
    clock: Clock


def advance(post: Post, delivery_id: int) -> Delivery | None:
    """Takes a card a step on its way; what it is afterwards, None where nothing has changed.

    Raises EngineGone, and CardRefusedError where the engine does not issue the card.
    """
    found = get_delivery(post.connection, delivery_id)
    if found is None or found.state not in _ON_THEIR_WAY:
        return None
    if found.state is DeliveryState.ASKED:
        return _have_made(post, found)
    try:
        told = post.maker.inquire(_reference(post.connection, found))
    except MakerSilentError:
        return None
    if told is MakerState.UNKNOWN:  # The order was lost on its way: it is given again.
        return _have_made(post, found)
    if told is MakerState.RETURNED:
        return _come_back(post, found)
    state = _TOLD[told]
    return _step(post, found, state) if state > found.state else None


def number_in_letter(
    connection: Connection[Any], keys: CardKeys, maker: CardMaker, found: Delivery
) -> str | None:
    """The number on the card in the letter, as the simulated maker knows it; None before it is
    made. For demonstrations, in which no letter comes."""
    token = _token_of(connection, found.member_id, found.card_id)
    reference = _reference(connection, found)
    for blank in range(_BLANKS_MAX):
        pan = maker.number_of(reference, blank)
        if token is not None and keys.token_of(pan) == token:
            return pan
    return None


def _have_made(post: Post, found: Delivery) -> Delivery | None:
    """Issues the card at the engine and orders it from the maker, each of them once."""
    reference = _reference(post.connection, found)
    key, replaces = _key_and_old(post.connection, found)
    blanks = iter(range(_BLANKS_MAX))
    try:
        issued = issue_card(
            post.connection, post.ask, post.keys.token_of,
            key=derived_key(key, f"made {found.attempt}"), member_id=found.member_id,
            kind=CardKind.PHYSICAL, at_us=found.changed_at_us, replaces=replaces,
            draw=lambda: post.maker.number_of(reference, next(blanks)),
        )  # fmt: skip
    except CardRefusedError as refused:
        if refused.reason in RETRY_CAN_HELP:
            return None
        change_state(post.connection, found, DeliveryState.CANCELLED, post.clock.now_us())
        raise
    keep_brand(post.connection, issued.card_id, found.brand)
    made = found._replace(card_id=issued.card_id)
    cursor = post.connection.execute(
        "UPDATE card_delivery SET card_id = %s WHERE delivery_id = %s AND attempt = %s "
        "AND state < 4",
        (issued.card_id, found.delivery_id, found.attempt),
    )
    if not cursor.rowcount:  # It was called off meanwhile.
        close_undelivered(post.connection, post.ask, made, post.clock.now_us())
        return None
    pan = number_in_letter(post.connection, post.keys, post.maker, made)
    letter = _letter(post, found.delivery_id)
    assert pan is not None, "the maker knows the number of its blank"
    try:
        post.maker.order(
            reference, pan=pan, expires_yymm=issued.expires_yymm,
            code=post.keys.code_of(issued.token), brand=found.brand, letter=letter,
        )  # fmt: skip
    except MakerSilentError:
        return None  # Heard or not: the next look asks, and orders again where it was not.
    return _step(post, made, DeliveryState.MAKING) if made.state < DeliveryState.MAKING else None


def _come_back(post: Post, found: Delivery) -> Delivery | None:
    now_us = post.clock.now_us()
    close_undelivered(post.connection, post.ask, found, now_us)
    return change_state(post.connection, found, DeliveryState.CAME_BACK, now_us)


def _step(post: Post, found: Delivery, state: DeliveryState) -> Delivery | None:
    return change_state(post.connection, found, state, post.clock.now_us())


def _letter(post: Post, delivery_id: int) -> Letter:
    row = post.connection.execute(
        "SELECT address_sealed FROM card_delivery WHERE delivery_id = %s", (delivery_id,)
    ).fetchone()
    assert row is not None
    return Letter(*json.loads(post.sealing.open(bytes(row[0]), ADDRESS_PURPOSE)))


def _key_and_old(connection: Connection[Any], found: Delivery) -> tuple[bytes, bytes | None]:
    """The application's key, and the token of the card that the new one stands in for.

    An old card that has ended already is no longer to be replaced, unless it was by this order.
    """
    row = connection.execute(
        "SELECT request_key, replaces_card_id FROM card_delivery WHERE delivery_id = %s",
        (found.delivery_id,),
    ).fetchone()
    assert row is not None
    if row[1] is None:
        return bytes(row[0]), None
    for card in cards_of(connection, found.member_id):
        if card.card_id == row[1]:
            return bytes(row[0]), card.token if is_live(card) else None
    return bytes(row[0]), None


def _reference(connection: Connection[Any], found: Delivery) -> str:
    """The name of the order at the maker: another for each attempt."""
    key, _ = _key_and_old(connection, found)
    return f"{key.hex()}-{found.attempt}"


def _token_of(connection: Connection[Any], member_id: int, card_id: int | None) -> bytes | None:
    for card in cards_of(connection, member_id):
        if card.card_id == card_id:
            return card.token
    return None
