"""The map of shops: drawn by a script from small parts; without one, the districts as links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_safe

from dure.merchants.favorites import liked_by
from dure.merchants.guide import GUIDE, Guide
from dure.merchants.map_cells import Wanted, nearest
from dure.merchants.outlines import Outline, as_deltas, outlines
from dure.merchants.plane import (
    METERS_OF_LATITUDE,
    METERS_OF_LONGITUDE,
    NORTH_DEGREES,
    SIDE_METERS,
    WEST_DEGREES,
    Place,
    is_on_plane,
)
from dure.policy.districts import DISTRICT_NAMES
from dure.web.citizen.shell.access import member_page
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.sessions import Visitor
from dure.web.citizen.shops.asking import Asked, read_asked
from dure.web.citizen.shops.finding import known_rates, middle_of, shown_rows
from dure.web.citizen.shops.list_view import MAY_ASK_PLACE, group_options
from dure.web.citizen.shops.map_parts import outlines_text, wanted_of
from dure.web.citizen.shops.words import LIST_WORDS, MAP_WORDS
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.store import database

NEAR_COUNT: Final = 6
"""Shops in the list below the map."""
_PLANE: Final = {
    "side": str(SIDE_METERS),
    "west": str(WEST_DEGREES),
    "north": str(NORTH_DEGREES),
    "meters_east": str(METERS_OF_LONGITUDE),
    "meters_south": str(METERS_OF_LATITUDE),
}
"""What the script must know of the plane, as texts: no language puts commas into them."""
_FAR: Final = 28720
"""옹진군: islands up to the 38th parallel."""


@dataclass(frozen=True, slots=True)
class DistrictFace:
    """A district of the map without script: its outline, where its name goes, how many shops."""

    address: str
    name: str
    label: str
    path: str
    x: int
    y: int
    count: str


@member_page
@require_safe
def shop_map(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """The page of the map; ?shop= begins at a shop."""
    language = language_of_page(request)
    asked = read_asked(request.GET)
    guide = GUIDE.get(database(), now_us())
    begun = _begins_at(guide, asked, visitor.district, request.GET.get("shop", ""))
    values = {
        "asked": asked,
        "groups": group_options(asked.group, language),
        "districts": _faces(guide, asked.wanted, app_root(request), language),
        "box": " ".join(map(str, _box(outlines()))),
        "begin": begun,
        "chosen": request.GET.get("shop", "") if begun.is_shop else "",
        "plane": _PLANE,
        "outlines_version": outlines_text()[0],
        "close_version": outlines_text(close=True)[0],
        "list_question": asked.address(page=""),
    }
    words = {**LIST_WORDS, **MAP_WORDS}
    title = language.choose(*MAP_WORDS["map"])
    response = app_answer(
        request, visitor, "citizen/shops/map.html", values, words=words, title=title
    )
    response.headers["Permissions-Policy"] = MAY_ASK_PLACE
    return response


@dataclass(frozen=True, slots=True)
class Begin:
    """Where the map begins: meters on the plane, and whether that is a shop."""

    x: int
    y: int
    is_shop: bool


def _begins_at(guide: Guide, asked: Asked, home_district: int, shop_code: str) -> Begin:
    place = guide.position.get(shop_code)
    at = None if place is None else middle_of(guide, place)
    if at is not None:
        return Begin(at.x, at.y, is_shop=True)
    middle = asked.middle(home_district)
    return Begin(middle.x, middle.y, is_shop=False)


@member_page
@require_safe
def near(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """The shops nearest to a place of the plane, each with the rate for me now, as JSON."""
    language = language_of_page(request)
    middle = Place(_whole(request.GET.get("x", "")), _whole(request.GET.get("y", "")))
    if not is_on_plane(middle):
        return JsonResponse({"error": "place"}, status=400)
    connection, at_us = database(), now_us()
    guide = GUIDE.get(connection, at_us)
    chosen = wanted_of(request).among(guide) & (guide.x >= 0)
    found = nearest(guide, middle, chosen, NEAR_COUNT)
    rates = known_rates(connection, guide, [place for place, _ in found], visitor.member_id, at_us)
    rows = shown_rows(guide, found, rates, liked_by(connection, visitor.member_id), language)
    return JsonResponse(
        {
            "shops": [
                {
                    "code": row.code,
                    "name": row.name,
                    "lang": row.name_language,
                    "about": " · ".join(filter(None, (row.group, row.where, row.distance))),
                    "discount": row.discount,
                    "cashback": row.cashback,
                    "liked": row.liked,
                    "x": int(guide.x[place]),
                    "y": int(guide.y[place]),
                }
                for row, (place, _) in zip(rows, found, strict=True)
            ]
        }
    )


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def _faces(guide: Guide, wanted: Wanted, root: str, language: Language) -> list[DistrictFace]:
    among = wanted.among(guide)
    text = language.choose(*MAP_WORDS["shops_of"])
    faces = []
    for one in outlines():
        count = int(np.count_nonzero(among & (guide.district == one.district)))
        name = language.choose(*DISTRICT_NAMES[one.district])
        path = "".join(_path(ring) for ring in one.parts)
        label = text.format(district=name, count=f"{count:,}")
        address = f"{root}/shops?from={one.district}"
        faces.append(
            DistrictFace(address, name, label, path, one.label.x, one.label.y, f"{count:,}")
        )
    return faces


def _path(ring: tuple[Place, ...]) -> str:
    first, *steps = zip(*[iter(as_deltas(ring))] * 2, strict=True)
    return f"M{first[0]} {first[1]}l" + " ".join(f"{x} {y}" for x, y in steps) + "z"


def _box(found: tuple[Outline, ...]) -> tuple[int, int, int, int]:
    """The mainland part of the city: far islands would make everything else small."""
    near_ones = [one for one in found if one.district != _FAR]
    xs = [place.x for one in near_ones for ring in one.parts for place in ring]
    ys = [place.y for one in near_ones for ring in one.parts for place in ring]
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)
