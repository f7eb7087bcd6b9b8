"""Takes over where registered shops stand, from CSV: every mistake with its line, all or nothing.

A registry rarely knows places; they come later, from an address service. So they have a file of
their own, with a shop's code and its degrees.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Any, Final

from psycopg import Connection

from dure.merchants.importing import ERRORS_MAX, ImportMistake, ImportRefusedError
from dure.merchants.plane import is_on_plane, place_of

COLUMNS: Final = ("shop_code", "latitude", "longitude")
_PUT: Final = """
UPDATE shop SET latitude = u.latitude, longitude = u.longitude
FROM unnest(%s::text[], %s::float8[], %s::float8[]) AS u(shop_code, latitude, longitude)
WHERE shop.shop_code = u.shop_code
  AND (shop.latitude, shop.longitude) IS DISTINCT FROM (u.latitude, u.longitude)
"""


def place_shops(connection: Connection[Any], lines: Iterable[str]) -> int:
    """Puts shops into the places of a file with the heading COLUMNS; gives how many have moved.

    Degrees are those of WGS 84 and lie on the city's plane. A shop may stand in the file once.
    Raises ImportRefusedError with every mistake; engines hear of the change once.
    """
    places, mistakes = _read(lines)
    if not mistakes:
        known = connection.execute(
            "SELECT shop_code FROM shop WHERE shop_code = ANY(%s)", (list(places),)
        ).fetchall()
        missing = places.keys() - {code for (code,) in known}
        mistakes = [
            ImportMistake(places[code][0], "shop_code", f"{code} is not registered; look it up")
            for code in missing
        ]
    if mistakes:
        raise ImportRefusedError(sorted(mistakes)[:ERRORS_MAX])
    degrees = [place[1:] for place in places.values()]
    moved = connection.execute(
        _PUT, (list(places), [one[0] for one in degrees], [one[1] for one in degrees])
    )
    return moved.rowcount


def _read(
    lines: Iterable[str],
) -> tuple[dict[str, tuple[int, float, float]], list[ImportMistake]]:
    """Line, latitude and longitude of each shop by its code, and the mistakes."""
    reader = csv.reader(lines, strict=True)
    places: dict[str, tuple[int, float, float]] = {}
    mistakes: list[ImportMistake] = []
    try:
        heading = tuple(name.strip().lstrip("\ufeff") for name in next(reader, []))
        if heading != COLUMNS:
            return {}, [ImportMistake(1, "line", f"write the heading {','.join(COLUMNS)}")]
        for values in reader:
            if any(values) and len(mistakes) < ERRORS_MAX:
                _read_line(reader.line_num, values, places, mistakes)
    except csv.Error as error:
        mistakes.append(ImportMistake(max(1, reader.line_num), "line", f"not CSV: {error}"))
    return places, mistakes


def _read_line(
    line: int,
    values: list[str],
    places: dict[str, tuple[int, float, float]],
    mistakes: list[ImportMistake],
) -> None:
    if len(values) != len(COLUMNS):
        mistakes.append(ImportMistake(line, "line", f"{len(values)} values for 3 columns"))
        return
    code = values[0].strip()
    try:
        latitude, longitude = float(values[1]), float(values[2])
        inside = is_on_plane(place_of(latitude, longitude))
    except (ValueError, OverflowError):
        mistakes.append(ImportMistake(line, "latitude", "write degrees as 37.4563,126.7052"))
        return
    if not inside:
        message = "this is nowhere near the city; latitude comes first, as 37.4563,126.7052"
        mistakes.append(ImportMistake(line, "latitude", message))
    elif code in places:
        message = f"'{code}' stands on line {places[code][0]} already"
        mistakes.append(ImportMistake(line, "shop_code", message))
    else:
        places[code] = (line, latitude, longitude)
