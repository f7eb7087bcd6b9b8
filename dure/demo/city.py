"""The synthetic city as arrays: the same for everybody who knows its two sizes and its seed.

The loader writes it into the database; the traffic generator draws the same city again, and so
knows the card numbers and PINs, which are stored nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from dure.demo.cards import Cards, draw_cards
from dure.demo.people import Members, draw_members
from dure.demo.shops import Shops, draw_shops
from dure.kernel.calendar import SEOUL, to_us

OPENING: Final = datetime(2019, 10, 21, 18, tzinfo=SEOUL)
"""The evening on which the cut to 3% was announced for the next day."""
OPENING_US: Final = to_us(OPENING)
OPENING_MONTH: Final = 201910
MEMBERS_OF_INCHEON: Final = 890_000
"""Members on 13 October 2019: https://kyeongin.com/article/1458438"""
MEMBERS_LEAST: Final = 64
SHOPS_LEAST: Final = 50


@dataclass(frozen=True, slots=True)
class City:
    """All that was drawn, and the three numbers that it was drawn from."""

    seed: int
    members: Members
    shops: Shops
    cards: Cards


class CitySizeError(Exception):
    """A city was asked for that is too small or too large to be drawn."""


def draw_city(members: int, shops: int, seed: int) -> City:
    """Draws the city. Raises CitySizeError for sizes outside 64..10,000,000 and 50..999,999."""
    if not MEMBERS_LEAST <= members <= 10_000_000:
        raise CitySizeError(f"a city has {MEMBERS_LEAST} to 10,000,000 members, not {members:,}")
    if not SHOPS_LEAST <= shops <= 999_999:
        raise CitySizeError(f"a city has {SHOPS_LEAST} to 999,999 shops, not {shops:,}")
    people = draw_members(members, np.random.default_rng([seed, 1]), month_share=_month_passed())
    return City(
        seed=seed,
        members=people,
        shops=draw_shops(shops, np.random.default_rng([seed, 2])),
        cards=draw_cards(people, np.random.default_rng([seed, 3]), seed=seed),
    )


def _month_passed() -> float:
    """The part of the opening's month that lies behind the opening."""
    return (OPENING.day - 1 + OPENING.hour / 24) / 31
