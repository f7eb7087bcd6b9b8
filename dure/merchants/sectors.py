"""What a citizen looks for: shops by what they sell, from the Korean standard industry code (KSIC).

The groups are ours; the codes are those of the tenth revision of the KSIC (Statistics Korea, 2017).
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class ShopGroup(IntEnum):
    """What a shop is to somebody who looks for one."""

    OTHER = 0
    MEALS = 1
    CAFE = 2
    FOOD = 3
    CLOTHES = 4
    HOME = 5
    BOOKS = 6
    HEALTH = 7
    BEAUTY = 8
    LESSONS = 9
    LEISURE = 10
    CAR = 11
    TRAVEL = 12


_BY_CODE: Final[dict[str, ShopGroup]] = {
    "561": ShopGroup.MEALS,
    "562": ShopGroup.CAFE,
    "471": ShopGroup.FOOD,
    "472": ShopGroup.FOOD,
    "473": ShopGroup.HOME,
    "474": ShopGroup.CLOTHES,
    "475": ShopGroup.HOME,
    "476": ShopGroup.BOOKS,
    "477": ShopGroup.CAR,
    "478": ShopGroup.HEALTH,
    "45": ShopGroup.CAR,
    "952": ShopGroup.CAR,
    "86": ShopGroup.HEALTH,
    "85": ShopGroup.LESSONS,
    "90": ShopGroup.LEISURE,
    "91": ShopGroup.LEISURE,
    "961": ShopGroup.BEAUTY,
    "969": ShopGroup.BEAUTY,
    "49": ShopGroup.TRAVEL,
    "55": ShopGroup.TRAVEL,
}
_DIGITS_MAX: Final = 3


def group_of(sector: str) -> ShopGroup:
    """The group of a KSIC code of two to five digits; the longest known beginning of it counts."""
    for digits in range(min(_DIGITS_MAX, len(sector)), 1, -1):
        found = _BY_CODE.get(sector[:digits])
        if found is not None:
            return found
    return ShopGroup.OTHER
