"""What goes wrong in a real city, as rates: how many of 10,000 payments take which turn.

All rates are assumed; they are high enough that every turn is seen within minutes of a large city
and low enough that nine payments in ten are plain.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray


class Turn(IntEnum):
    """How one payment goes."""

    PLAIN = 0
    ANSWER_LOST = 1
    TIMED_OUT = 2
    ORIGINAL_LATE = 3
    ANSWER_AWAITED_TOO_SHORT = 4
    CANCELLED_SOON = 5
    PARTLY_REVERSED = 6
    RETURNED = 7
    WRONG_PIN = 8
    WRONG_CRYPTOGRAM = 9
    SHOP_UNKNOWN = 10
    SHOP_NOT_REGISTERED = 11
    SHOP_EXCLUDED = 12
    CARD_BLOCKED = 13
    CARD_EXPIRED = 14
    CARD_FOREIGN = 15
    BALANCE_ASKED = 16
    BOOKED_LATER = 17


PER_TEN_THOUSAND: Final[dict[Turn, int]] = {
    Turn.ANSWER_LOST: 30,  # the terminal never saw the answer and repeats (0201)
    Turn.TIMED_OUT: 20,  # it gave up waiting and reverses (0400), repeated once (0401)
    Turn.ORIGINAL_LATE: 4,  # the reversal overtakes the payment, which comes after it
    Turn.ANSWER_AWAITED_TOO_SHORT: 6,  # the repeat is sent while the first is still on its way
    Turn.CANCELLED_SOON: 70,  # the customer cancels within some minutes
    Turn.PARTLY_REVERSED: 15,  # less was delivered than was paid
    Turn.RETURNED: 30,  # goods come back within the hour (processing code 20)
    Turn.WRONG_PIN: 60,
    Turn.WRONG_CRYPTOGRAM: 4,
    Turn.SHOP_UNKNOWN: 15,
    Turn.SHOP_NOT_REGISTERED: 25,
    Turn.SHOP_EXCLUDED: 40,
    Turn.CARD_BLOCKED: 25,
    Turn.CARD_EXPIRED: 10,
    Turn.CARD_FOREIGN: 10,
    Turn.BALANCE_ASKED: 150,  # before paying, as at a cash machine
    Turn.BOOKED_LATER: 40,  # an advice (0220): it happened while the line was down
}

_TURNS: Final = np.array([int(turn) for turn in PER_TEN_THOUSAND], dtype=np.int64)
_EDGES: Final = np.cumsum(np.array(list(PER_TEN_THOUSAND.values()), dtype=float)) / 10_000


def draw_turns(count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """One turn for each payment, as `Turn` numbers."""
    place = np.searchsorted(_EDGES, rng.random(count), side="right")
    plain = place >= len(_TURNS)
    turns: NDArray[np.int64] = np.where(plain, 0, _TURNS[np.minimum(place, len(_TURNS) - 1)])
    return turns
