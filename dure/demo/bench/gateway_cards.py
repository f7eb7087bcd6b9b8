"""Cards with chip and PIN for the gateway's measurement, made from the home's own key ring."""

from __future__ import annotations

import random
from collections.abc import Iterator

import psycopg

from dure.demo.acquirer_card import SyntheticCard
from dure.demo.bench.seed import OPENED_US
from dure.kernel.cardnetwork.cards import card_number
from dure.kernel.keys import KeyRing, mask_pan
from dure.kernel.shards import shard_of_token

EXPIRES_YYMM = 2912
_ACTIVE = 2
_PHYSICAL = 1
_FIRST_CARD_ID = 1_000_000_000
"""Second cards of their members; the first are numbered as the members are."""
_ATC_STEP = 128
"""A card pays less often than this in one run: its counter must rise from run to run."""

_COPY = """
COPY card (shard, kind, status, expires_yymm, card_id, member_id, token, masked_pan, pvv,
  issued_at_us) FROM STDIN
"""


def pin_of(place: int) -> str:
    """The PIN of a measured card."""
    return f"{random.Random(place).randrange(10_000):04d}"


def measured_card(ring: KeyRing, place: int, run: int = 0) -> SyntheticCard:
    """The card of member `place`, its chip's counter where the run of that number begins."""
    return SyntheticCard.personalize(
        ring, card_number(place), expires_yymm=EXPIRES_YYMM, pin=pin_of(place),
        atc=run * _ATC_STEP % 0xFF00,
    )  # fmt: skip


def add_cards(url: str, ring: KeyRing, cards: int) -> None:
    """Gives each of the first `cards` members a card with chip and PIN; no engine runs."""
    with (
        psycopg.connect(url, autocommit=True) as connection,
        connection.cursor().copy(_COPY) as copy,
    ):
        copy.set_types(
            ["int2", "int2", "int2", "int4", "int8", "int8", "bytea", "text", "text", "int8"]
        )
        for row in _rows(ring, cards):
            copy.write_row(row)


def _rows(ring: KeyRing, cards: int) -> Iterator[tuple[object, ...]]:
    for place in range(1, cards + 1):
        card = SyntheticCard(card_number(place), EXPIRES_YYMM, pin_of(place))
        token = ring.card_token(card.pan)
        yield (
            shard_of_token(token), _PHYSICAL, _ACTIVE, EXPIRES_YYMM, _FIRST_CARD_ID + place, place,
            token, mask_pan(card.pan), card.verification_value(ring), OPENED_US,
        )  # fmt: skip
