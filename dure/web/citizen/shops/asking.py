"""What a member asks of the list of shops, as it stands in the address of the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict

from dure.merchants.map_cells import Wanted
from dure.merchants.outlines import outlines
from dure.merchants.plane import Place, is_on_plane, place_of
from dure.merchants.sectors import ShopGroup
from dure.policy.districts import DISTRICT_NAMES

NAME_CHARACTERS_MAX: Final = 60
PAGES_MAX: Final = 50
DISCOUNTS_BP: Final = (100, 300, 500, 700)
"""What one may ask a shop's discount to be at least."""
HERE: Final = "here"
_HERE: Final = re.compile(
    r"(-?[0-9]{1,2}(?:\.[0-9]{1,6})?),(-?[0-9]{1,3}(?:\.[0-9]{1,6})?)", re.ASCII
)
_CITY_HALL: Final = (37.4563, 126.7052)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; what is not said limits nothing.

    `here` is the member's own place in degrees with three digits (some 100 meters), "" when not
    told; `district` where else to begin. `order` is "near" or "rate".
    """

    name: str = ""
    group: int | None = None
    discount_bp_min: int = 0
    district: int = 0
    here: str = ""
    order: str = "near"
    liked: bool = False
    page: int = 1

    @property
    def wanted(self) -> Wanted:
        """As the guide's reader takes it. The district is where to begin and leaves nothing out."""
        return Wanted(self.group, self.discount_bp_min)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.name or self.group is not None or self.discount_bp_min or self.liked)

    def middle(self, home_district: int) -> Place:
        """Where distances are counted from: here, the chosen district, the member's, city hall."""
        here = _place(self.here)
        if here is not None:
            return here
        wanted = self.district or home_district
        labels = {outline.district: outline.label for outline in outlines()}
        return labels.get(wanted, place_of(*_CITY_HALL))

    def address(self, **changes: str | int) -> str:
        """The question part of the address of this list, with changes."""
        said: dict[str, str | int] = {
            "q": self.name,
            "group": "" if self.group is None else self.group,
            "discount": self.discount_bp_min or "",
            "from": HERE if self.here else self.district or "",
            "here": self.here,
            "order": "" if self.order == "near" else self.order,
            "liked": 1 if self.liked else "",
            "page": "" if self.page == 1 else self.page,
        } | changes
        return urlencode({name: value for name, value in said.items() if value != ""})


def read_asked(query: QueryDict) -> Asked:
    """What the address asks for; what cannot be read is as if it had not been said."""
    written = "".join(sign if sign.isprintable() else " " for sign in query.get("q", ""))
    origin, here = query.get("from", ""), query.get("here", "")
    at_here = origin == HERE and _place(here) is not None
    district = int(origin) if origin in {str(code) for code in DISTRICT_NAMES} else 0
    discount_bp = _number(query.get("discount", ""), 10_000)
    return Asked(
        name=" ".join(written.split())[:NAME_CHARACTERS_MAX],
        group=read_group(query.get("group", "")),
        discount_bp_min=discount_bp if discount_bp in DISCOUNTS_BP else 0,
        district=district,
        here=here if at_here else "",
        order="rate" if query.get("order") == "rate" else "near",
        liked=query.get("liked") == "1",
        page=min(PAGES_MAX, max(1, _number(query.get("page", ""), PAGES_MAX))),
    )


def read_group(text: str) -> int | None:
    """A `ShopGroup` as the address has it; None for anything else."""
    groups = {str(int(group)): int(group) for group in ShopGroup}
    return groups.get(text)


def _number(text: str, most: int) -> int:
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _place(text: str) -> Place | None:
    found = _HERE.fullmatch(text)
    if found is None:
        return None
    place = place_of(float(found[1]), float(found[2]))
    return place if is_on_plane(place) else None
