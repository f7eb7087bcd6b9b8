"""Draws the members' cards: numbers in the test range, kinds, expiry, PINs, standing.

Card numbers and PINs live in the arrays of the running demonstration only; what is loaded into the
database is the token, the masked number and the PIN verification value.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dure.demo.people import Members
from dure.kernel.calendar import SEOUL_OFFSET_US

BIN_FIRST: Final = 99_999_900
"""Card numbers begin with 99999900 to 99999999: national numbers for tests, no bank's."""
NUMBERS: Final = 1_000_000_000
_STEP: Final = 611_953_073
"""Coprime to NUMBERS, so that every card gets a number of its own that looks like any other."""

SECOND_CARD_SHARE: Final = 0.215
"""About 1.12 million cards for 921,750 members (November 2019)."""
PHYSICAL_SHARE: Final = 0.75
VALID_YEARS: Final = 5
EXPIRED_SHARE: Final = 0.003
EXPIRED_YYMM: Final = 1909
"""A few cards have run out before the opening, so that this refusal is seen too."""

Ints = NDArray[np.int64]


class CardKind(IntEnum):
    """The kinds of table card."""

    PHYSICAL = 1
    VIRTUAL = 2


class CardStatus(IntEnum):
    """The standings of table card; a card drawn here is never closed."""

    ISSUED = 1
    ACTIVE = 2
    BLOCKED = 3


@dataclass(frozen=True, slots=True)
class Cards:
    """The cards; `member` is a position in the members' arrays, `pan` a number of 16 digits."""

    card_id: Ints
    member: Ints
    pan: Ints
    kind: Ints
    status: Ints
    expires_yymm: Ints
    issued_us: Ints
    pin: Ints

    def __len__(self) -> int:
        return len(self.card_id)


def draw_cards(members: Members, rng: np.random.Generator, *, seed: int) -> Cards:
    """Draws one or two cards for every member, of two kinds where there are two."""
    count = len(members)
    second = np.flatnonzero(rng.random(count) < SECOND_CARD_SHARE)
    member = np.concatenate([np.arange(count, dtype=np.int64), second])
    first_kind = np.where(rng.random(count) < PHYSICAL_SHARE, 1, 2)
    kind = np.concatenate([first_kind, 3 - first_kind[second]])
    total = len(member)
    issued_us = members.joined_us[member]
    late = rng.random(total) < EXPIRED_SHARE
    status = rng.choice([2, 3, 1], total, p=[0.985, 0.009, 0.006]).astype(np.int64)
    return Cards(
        card_id=np.arange(1, total + 1, dtype=np.int64),
        member=member,
        pan=card_numbers(total, seed),
        kind=kind,
        status=status,
        expires_yymm=np.where(late, EXPIRED_YYMM, _expiry_yymm(issued_us)),
        issued_us=issued_us,
        pin=rng.integers(0, 10_000, total),
    )


def card_numbers(count: int, seed: int) -> Ints:
    """Different card numbers of 16 digits with right check digits (Luhn), the same for a seed."""
    index = np.arange(count, dtype=np.int64)
    body = BIN_FIRST * 10_000_000 + (index * _STEP + seed * 104_729) % NUMBERS
    digits = body[:, None] // 10 ** np.arange(14, -1, -1, dtype=np.int64) % 10
    doubled = digits[:, ::2] * 2
    total = (doubled - np.where(doubled > 9, 9, 0)).sum(axis=1) + digits[:, 1::2].sum(axis=1)
    numbers: Ints = body * 10 + (10 - total % 10) % 10
    return numbers


def masked(pan: str) -> str:
    """The number as it may be shown: six digits, stars, four digits."""
    return f"{pan[:6]}******{pan[-4:]}"


def _expiry_yymm(issued_us: Ints) -> Ints:
    """The last month of validity, five years after the issue."""
    days = (issued_us + SEOUL_OFFSET_US) // 86_400_000_000
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    yymm: Ints = (months // 12 + 1970 - 2000 + VALID_YEARS) * 100 + months % 12 + 1
    return yymm
