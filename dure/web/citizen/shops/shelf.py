"""The shelf of benefit-plus shops, as the home page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from psycopg import Connection
from psycopg.rows import TupleRow

from dure.merchants.guide import GUIDE
from dure.merchants.sectors import ShopGroup
from dure.merchants.shelf import places_on_ring
from dure.merchants.shelf_views import COUNTS
from dure.web.citizen.shell.frame import now_us
from dure.web.citizen.shell.sessions import Visitor


@dataclass(frozen=True, slots=True)
class OnShelf:
    """A shop on the shelf: its page is `/app/shops/<shop_code>`.

    `name_en` may be empty; `discount_bp` is what it takes off at the till, in basis points.
    """

    shop_code: str
    name_ko: str
    name_en: str
    district: int
    group: ShopGroup
    discount_bp: int


def shelf(
    connection: Connection[TupleRow], member: Visitor, day: date, *, counted: bool = True
) -> tuple[OnShelf, ...]:
    """The shops on a member's shelf on a day of the city; empty where no shop offers anything.

    It is to be asked for when it is shown, for every call counts a view of each (`counted`). The
    rule is Note [The rule of the shelf]. It asks the database at most every few seconds. Raises
    psycopg.Error when the database is away.
    """
    guide = GUIDE.get(connection, now_us())
    ring = guide.ring(member.district)
    shown = [
        guide.position[ring[place]] for place in places_on_ring(len(ring), member.member_id, day)
    ]
    if counted and shown:
        COUNTS.add(connection, day, (int(guide.shop_id[place]) for place in shown))
    return tuple(
        OnShelf(
            guide.codes[place],
            *guide.names[place],
            int(guide.district[place]),
            ShopGroup(int(guide.group[place])),
            int(guide.discount_bp[place]),
        )
        for place in shown
    )
