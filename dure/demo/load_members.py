"""Writes the members' wallets and cards: balances with their opening movements, tokens, PVVs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dure.demo.cards import CardKind, Cards, masked
from dure.demo.city import OPENING_MONTH, City
from dure.demo.credentials import card_tokens, pin_verification_values
from dure.demo.people import Members
from dure.engine.opening import OpeningCard, OpeningWallet, add_cards, open_wallets
from dure.kernel.keys import KeyRing

if TYPE_CHECKING:
    from asyncpg import Connection, Record


async def copy_wallets(connection: Connection[Record], members: Members, opened_at_us: int) -> None:
    """Opens every member's wallet with what it holds and what it has paid this month."""
    await open_wallets(connection, _wallets(members), opened_at_us)


async def copy_cards(
    connection: Connection[Record], city: City, ring: KeyRing, issued_at_us: int
) -> None:
    """Adds every card; only physical ones have a PIN."""
    await add_cards(connection, _cards(city.cards, ring), issued_at_us)


def _wallets(members: Members) -> Iterator[OpeningWallet]:
    rows = zip(
        members.member_id.tolist(), members.level.tolist(), members.district.tolist(),
        members.birth_year.tolist(), members.charged_won.tolist(), members.cashback_won.tolist(),
        members.usage_won.tolist(), strict=True,
    )  # fmt: skip
    for member_id, level, district, birth_year, charged_won, cashback_won, usage_won in rows:
        yield OpeningWallet(
            member_id, level, district, birth_year, charged_won, cashback_won, OPENING_MONTH,
            usage_won,
        )  # fmt: skip


def _cards(cards: Cards, ring: KeyRing) -> Iterator[OpeningCard]:
    pans = [str(pan) for pan in cards.pan.tolist()]
    rows = zip(
        pans, card_tokens(ring, pans), pin_verification_values(ring, cards.pan, cards.pin),
        cards.card_id.tolist(), (cards.member + 1).tolist(), cards.kind.tolist(),
        cards.status.tolist(), cards.expires_yymm.tolist(), strict=True,
    )  # fmt: skip
    for pan, token, pvv, card_id, member_id, kind, status, expires_yymm in rows:
        yield OpeningCard(
            token, card_id, member_id, kind, status, expires_yymm, masked(pan),
            pvv if kind == CardKind.PHYSICAL else None,
        )  # fmt: skip
