"""A card of plastic from the application to the registration, as its member knows it.

How it is made and posted is told in card_posting.py. A step is taken only from the state in which
it was found, so that of two hands one takes it.
"""

from __future__ import annotations

import json
import re
from enum import IntEnum
from typing import Any, Final, NamedTuple, Protocol

from psycopg import Connection
from psycopg.errors import UniqueViolation

from dure.wallets.card_life import close_card, is_live, require_room
from dure.wallets.card_maker import Letter
from dure.wallets.cards import Ask, CardShown, cards_of
from dure.wallets.transfers import derived_key

ATTEMPTS_MAX: Final = 3
LINE_CHARACTERS_MAX: Final = 80
LOOK_AGAIN_S: Final = 15
"""So many seconds of the world lie between two looks at what became of an order."""
KEPT_DAYS: Final = 60
"""An address is forgotten so many days of the city after the card arrived, registered or not."""
ADDRESS_PURPOSE: Final = "card_delivery.address"
_DAY_US: Final = 86_400_000_000


class DeliveryState(IntEnum):
    """Where a card is on its way."""

    ASKED = 1
    MAKING = 2
    SENT = 3
    ARRIVED = 4
    REGISTERED = 5
    CAME_BACK = 6
    CANCELLED = 7


class Delivery(NamedTuple):
    """A card on its way, as its member may see it."""

    delivery_id: int
    member_id: int
    state: DeliveryState
    brand: int
    attempt: int
    card_id: int | None
    asked_at_us: int
    changed_at_us: int


class Sealing(Protocol):
    """Seals text for a purpose and opens it again (`dure.people.sealing.Sealer`)."""

    def seal(self, text: str, purpose: str) -> bytes:
        """The text, sealed."""
        ...

    def open(self, sealed: bytes, purpose: str) -> str:
        """The text that was sealed."""
        ...


class AddressWrongError(ValueError):
    """An address that no letter could reach; the message names the line."""


class CardUnderWayError(Exception):
    """A card is on its way to the member already."""


class NotThatFarError(Exception):
    """The card is not where this can be done: too early, too late, or done too often."""


_COLUMNS: Final = (
    "delivery_id, member_id, state, brand, attempt, card_id, asked_at_us, changed_at_us"
)


def check_letter(letter: Letter) -> Letter:
    """The address as it is written on a letter; raises AddressWrongError."""
    name, postcode, street, rest = (" ".join(line.split()) for line in letter)
    if not 0 < len(name) <= LINE_CHARACTERS_MAX:
        raise AddressWrongError("name")
    if not re.fullmatch(r"[0-9]{5}", postcode, re.ASCII):
        raise AddressWrongError("postcode")
    if not 4 <= len(street) <= LINE_CHARACTERS_MAX:
        raise AddressWrongError("street")
    if len(rest) > LINE_CHARACTERS_MAX:
        raise AddressWrongError("rest")
    return Letter(name, postcode, street, rest)


def apply_for_card(
    connection: Connection[Any],
    sealing: Sealing,
    *,
    key: bytes,
    member_id: int,
    brand: int,
    letter: Letter,
    at_us: int,
    replaces: CardShown | None = None,
) -> int:
    """Asks for a card of plastic; the same form again gives the same application's number.

    Raises AddressWrongError, CardUnderWayError, TooManyCardsError.
    """
    letter = check_letter(letter)
    known = connection.execute(
        "SELECT delivery_id FROM card_delivery WHERE request_key = %s AND member_id = %s",
        (key, member_id),
    ).fetchone()
    if known is not None:
        return int(known[0])
    if replaces is None:
        require_room(connection, member_id)
    sealed = sealing.seal(json.dumps(letter, ensure_ascii=False), ADDRESS_PURPOSE)
    try:
        with connection.transaction():
            row = connection.execute(
                "INSERT INTO card_delivery (member_id, asked_at_us, changed_at_us, "
                "replaces_card_id, brand, request_key, address_sealed) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING delivery_id",
                (
                    member_id, at_us, at_us, None if replaces is None else replaces.card_id,
                    brand, key, sealed,
                ),
            ).fetchone()  # fmt: skip
            assert row is not None
            _note(connection, row[0], DeliveryState.ASKED, at_us)
    except UniqueViolation:
        raise CardUnderWayError from None
    return int(row[0])


def find_delivery(connection: Connection[Any], member_id: int, delivery_id: int) -> Delivery | None:
    """The member's application of this number; None for anybody else's."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM card_delivery WHERE delivery_id = %s AND member_id = %s".encode(),
        (delivery_id, member_id),
    ).fetchone()
    return None if row is None else _delivery(row)


def delivery_under_way(connection: Connection[Any], member_id: int) -> Delivery | None:
    """The card that is on its way to the member, if one is."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM card_delivery WHERE member_id = %s AND state < 5".encode(),
        (member_id,),
    ).fetchone()
    return None if row is None else _delivery(row)


def steps_of(connection: Connection[Any], delivery_id: int) -> list[tuple[DeliveryState, int]]:
    """The states that a card has been in, each with the city's instant, the earliest first."""
    rows = connection.execute(
        "SELECT state, at_us FROM card_delivery_step WHERE delivery_id = %s ORDER BY step_id",
        (delivery_id,),
    ).fetchall()
    return [(DeliveryState(state), at_us) for state, at_us in rows]


def deliveries_due(connection: Connection[Any], count: int) -> list[int]:
    """The applications to look at now; each is put off, so that no other worker takes it too."""
    rows = connection.execute(
        "UPDATE card_delivery SET due_at = now() + %s * interval '1 second' "
        "WHERE delivery_id IN (SELECT delivery_id FROM card_delivery "
        "  WHERE state < 4 AND due_at <= now() ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED) "
        "RETURNING delivery_id",
        (LOOK_AGAIN_S, count),
    ).fetchall()
    return sorted(row[0] for row in rows)


def cancel_delivery(
    connection: Connection[Any], ask: Ask, *, member_id: int, delivery_id: int, at_us: int
) -> None:
    """Calls an application off before the card is posted. Raises NotThatFarError."""
    found = find_delivery(connection, member_id, delivery_id)
    if found is None:
        raise NotThatFarError
    if found.state in (DeliveryState.ASKED, DeliveryState.MAKING):
        found = change_state(connection, found, DeliveryState.CANCELLED, at_us)
    if found is None or found.state is not DeliveryState.CANCELLED:
        raise NotThatFarError
    close_undelivered(connection, ask, found, at_us)


def make_again(
    connection: Connection[Any], *, key: bytes, member_id: int, delivery_id: int, at_us: int
) -> None:
    """The member says that the posted card has not come: another is made, this one ends.

    The same form again changes nothing. Raises NotThatFarError where none was posted, or
    ATTEMPTS_MAX were made.
    """
    with connection.transaction():
        done = connection.execute(
            "SELECT 1 FROM card_delivery WHERE delivery_id = %s AND member_id = %s "
            "AND again_key = %s",
            (delivery_id, member_id, key),
        ).fetchone()
        if done is not None:
            return
        cursor = connection.execute(
            "UPDATE card_delivery SET state = 1, attempt = attempt + 1, changed_at_us = %s, "
            "replaces_card_id = card_id, card_id = NULL, due_at = now(), again_key = %s "
            "WHERE delivery_id = %s AND member_id = %s AND state IN (3, 4) AND attempt < %s "
            "AND octet_length(address_sealed) > 0",
            (at_us, key, delivery_id, member_id, ATTEMPTS_MAX),
        )
        if not cursor.rowcount:
            raise NotThatFarError
        _note(connection, delivery_id, DeliveryState.ASKED, at_us)


def card_registered(connection: Connection[Any], *, card_id: int, at_us: int) -> None:
    """The card has come and pays: its address is forgotten."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM card_delivery WHERE card_id = %s AND state < 5".encode(),
        (card_id,),
    ).fetchone()
    if row is not None:
        change_state(connection, _delivery(row), DeliveryState.REGISTERED, at_us)


def forget_addresses(connection: Connection[Any], *, at_us: int) -> int:
    """Ends what arrived KEPT_DAYS ago and was never registered; gives how many addresses went."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM card_delivery WHERE state = 4 AND changed_at_us < %s".encode(),
        (at_us - KEPT_DAYS * _DAY_US,),
    ).fetchall()
    for row in rows:
        change_state(connection, _delivery(row), DeliveryState.CAME_BACK, at_us)
    return len(rows)


def close_undelivered(connection: Connection[Any], ask: Ask, found: Delivery, at_us: int) -> None:
    """A card that does not reach its member pays nowhere. Raises EngineGone."""
    for card in cards_of(connection, found.member_id):
        if card.card_id == found.card_id and is_live(card):
            close_card(ask, card, key=derived_key(card.token, "not delivered"), at_us=at_us)


def change_state(
    connection: Connection[Any], found: Delivery, state: DeliveryState, at_us: int
) -> Delivery | None:
    """The next state, from the one that was found; None where somebody else was faster.

    In its last states a delivery knows no address any more.
    """
    with connection.transaction():
        row = connection.execute(
            "UPDATE card_delivery SET state = %s, changed_at_us = %s, address_sealed = "
            "CASE WHEN %s THEN ''::bytea ELSE address_sealed END "
            "WHERE delivery_id = %s AND state = %s AND attempt = %s RETURNING card_id",
            (
                int(state), at_us, state >= DeliveryState.REGISTERED, found.delivery_id,
                int(found.state), found.attempt,
            ),
        ).fetchone()  # fmt: skip
        if row is None:
            return None
        _note(connection, found.delivery_id, state, at_us)
    return found._replace(state=state, changed_at_us=at_us, card_id=row[0])


def _note(connection: Connection[Any], delivery_id: int, state: DeliveryState, at_us: int) -> None:
    connection.execute(
        "INSERT INTO card_delivery_step (delivery_id, state, at_us) VALUES (%s, %s, %s)",
        (delivery_id, int(state), at_us),
    )


def get_delivery(connection: Connection[Any], delivery_id: int) -> Delivery | None:
    """The application of this number, whoever asked for it."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM card_delivery WHERE delivery_id = %s".encode(), (delivery_id,)
    ).fetchone()
    return None if row is None else _delivery(row)


def _delivery(row: tuple[Any, ...]) -> Delivery:
    return Delivery(row[0], row[1], DeliveryState(row[2]), *row[3:])
