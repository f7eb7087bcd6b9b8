"""Cards of a wallet: ordered, activated, blocked, replaced, closed. A card number is never kept."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any, NamedTuple

from psycopg import Connection

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason
from dure.authorization.requests import AnyRequest, CardChange, ChangeCard, IssueCard
from dure.kernel.calendar import add_years, day_of
from dure.wallets.card_numbers import draw_card_number, masked
from dure.wallets.transfers import derived_key

Ask = Callable[[AnyRequest], Answer]
TokenOf = Callable[[str], bytes]
"""From a card number to its token: `dure.kernel.keys.KeyRing` does it."""

YEARS_VALID = 5
DRAWS_MAX = 20


class CardKind(IntEnum):
    """What a card is made of."""

    PHYSICAL = 1
    VIRTUAL = 2


class CardIssued(NamedTuple):
    """A card that is there now. `pan` is told once: None when this order had been carried out."""

    card_id: int
    token: bytes
    pan: str | None
    masked_pan: str
    expires_yymm: int


class CardShown(NamedTuple):
    """A card as its member may see it; `status` as the engine keeps it."""

    card_id: int
    token: bytes
    masked_pan: str
    kind: CardKind
    status: int
    expires_yymm: int
    issued_at_us: int


class CardRefusedError(Exception):
    """The engine did not take the command; `reason` says why."""

    def __init__(self, reason: DeclineReason) -> None:
        super().__init__(reason.name)
        self.reason = reason


class KeyUsedForAnotherCardError(Exception):
    """The key was used before to order a card of another member or kind."""


def issue_card(
    connection: Connection[Any],
    ask: Ask,
    token_of: TokenOf,
    *,
    key: bytes,
    member_id: int,
    kind: CardKind,
    at_us: int,
    pvv: str | None = None,
    replaces: bytes | None = None,
    draw: Callable[[], str] = draw_card_number,
) -> CardIssued:
    """Adds a card to a wallet and tells its number, once.

    A virtual card is active at once, a physical one after `activate_card`. The same order again
    gives the card that is there, without its number. With `replaces` the wallet's old card is
    closed in the same step. Raises CardRefusedError and KeyUsedForAnotherCardError.
    """
    card_id, tries = _order(connection, key, member_id, kind, at_us)
    there = _issued(connection, member_id, card_id)
    if there is not None:
        return there
    expires = add_years(day_of(at_us), YEARS_VALID)
    expires_yymm = expires.year % 100 * 100 + expires.month
    # The last try may still be carried out: it is asked again by its own key, so that one of the
    # two takes effect, before another key is used.
    for attempt in range(max(tries - 1, 0), tries + DRAWS_MAX):
        _count_try(connection, card_id, attempt + 1)
        pan = draw()
        token = token_of(pan)
        answer = ask(
            IssueCard(
                key=derived_key(key, f"card {attempt}"),
                occurred_at_us=at_us,
                member_id=member_id,
                card=token,
                card_id=card_id,
                masked_pan=masked(pan),
                kind=int(kind),
                expires_yymm=expires_yymm,
                pvv=pvv,
                replaces=replaces,
            )
        )
        if answer.approved:
            there = _issued(connection, member_id, card_id)
            assert there is not None, "what the engine has approved is in the table"
            return there._replace(pan=pan) if there.token == token else there
        if answer.reason is not DeclineReason.CARD_EXISTS and not answer.repeated:
            raise CardRefusedError(answer.reason)
    raise CardRefusedError(DeclineReason.CARD_EXISTS)


def replace_card(
    connection: Connection[Any],
    ask: Ask,
    token_of: TokenOf,
    *,
    key: bytes,
    card: CardShown,
    member_id: int,
    at_us: int,
    pvv: str | None = None,
) -> CardIssued:
    """Gives the wallet a new card of the same kind in the place of this one; the money stays."""
    return issue_card(
        connection, ask, token_of, key=key, member_id=member_id, kind=card.kind, at_us=at_us,
        pvv=pvv, replaces=card.token,
    )  # fmt: skip


def change_card(ask: Ask, *, key: bytes, token: bytes, change: CardChange, at_us: int) -> Answer:
    """Activates, blocks, unblocks or closes a card; raises CardRefusedError."""
    answer = ask(ChangeCard(key=key, occurred_at_us=at_us, card=token, change=change))
    if not answer.approved:
        raise CardRefusedError(answer.reason)
    return answer


def cards_of(connection: Connection[Any], member_id: int) -> list[CardShown]:
    """All cards that a member has or had, the newest first."""
    rows = connection.execute(
        "SELECT card_id, token, masked_pan, kind, status, expires_yymm, issued_at_us "
        "FROM card WHERE member_id = %s ORDER BY issued_at_us DESC, card_id DESC",
        (member_id,),
    ).fetchall()
    return [CardShown(row[0], bytes(row[1]), row[2], CardKind(row[3]), *row[4:]) for row in rows]


def _issued(connection: Connection[Any], member_id: int, card_id: int) -> CardIssued | None:
    """The card that an order has made, without its number; None where there is none yet."""
    for card in cards_of(connection, member_id):
        if card.card_id == card_id:
            return CardIssued(card_id, card.token, None, card.masked_pan, card.expires_yymm)
    return None


def _order(
    connection: Connection[Any], key: bytes, member_id: int, kind: CardKind, at_us: int
) -> tuple[int, int]:
    """The number of the card that this order makes, and how often a number was drawn for it."""
    connection.execute(
        "INSERT INTO card_order (member_id, kind, request_key, ordered_at_us) "
        "VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (member_id, int(kind), key, at_us),
    )
    row = connection.execute(
        "SELECT card_id, tries, member_id, kind FROM card_order WHERE request_key = %s", (key,)
    ).fetchone()
    assert row is not None
    if (row[2], row[3]) != (member_id, int(kind)):
        raise KeyUsedForAnotherCardError(key.hex())
    return row[0], row[1]


def _count_try(connection: Connection[Any], card_id: int, tries: int) -> None:
    # Kept before the engine is asked: what becomes of a try may never be heard.
    connection.execute("UPDATE card_order SET tries = %s WHERE card_id = %s", (tries, card_id))
