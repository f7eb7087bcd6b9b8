"""Which benefit-plus shops stand on a member's shelf on a day: every one gets the same share.

Note [The rule of the shelf]
On the shelf stand small shops (yearly sales up to 1 billion won) whose own discount holds on the
day, of the district where the member lives; of the whole city where the district has too few. They
stand in a ring, in an order drawn once by lot from their shop codes. A shelf shows the next `SIZE`
of the ring. Where it begins moves on by one shelf from member to member and from day to day; so in
as many days as the ring has shops, each member has seen each shop equally often, and on one day the
shops differ by one in how many of any row of members see them. When each shop was shown `SIZE`
times, all move on by one slot, so that nobody stands first more often than another.

Nothing else counts: not what a shop sells, not what it gives, not what a member has bought. No shop
can buy a place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

SIZE: Final = 4
"""Shops on one shelf."""
SMALL_BAND_MAX: Final = 3
"""A small shop has yearly sales of up to 1 billion won (`policy.occasions.SalesBand`)."""


def ring_of(shop_codes: Iterable[str]) -> tuple[str, ...]:
    """The shops in the order drawn by lot; the same for everybody, whatever order they come in."""
    return tuple(sorted(shop_codes, key=_lot))


def places_on_ring(count: int, member_id: int, day: date, size: int = SIZE) -> tuple[int, ...]:
    """Which of the `count` shops of a ring a member sees on a day, in the order of the slots.

    All of them where there are no more than `size`. See Note [The rule of the shelf].
    """
    size = min(size, count)
    if not size:
        return ()
    turn = member_id + day.toordinal()
    shown = [(turn * size + place) % count for place in range(size)]
    # `count` turns show each shop `size` times; the next `count` show the same, a slot further on.
    return _turned(shown, turn // count % size)


def _turned(shown: Sequence[int], slots: int) -> tuple[int, ...]:
    """Each moved on by so many slots, the last ones to the front."""
    return (*shown[len(shown) - slots :], *shown[: len(shown) - slots])


def _lot(shop_code: str) -> bytes:
    return hashlib.sha256(b"shelf:" + shop_code.encode()).digest()
