"""The city's plane: places as whole meters east and south of one point, for maps and distances.

Degrees are multiplied by the length of a degree at the city's middle latitude (37.47 north on the
WGS 84 ellipsoid). From one end of the city to the other a distance is wrong by less than 1%.
"""

from __future__ import annotations

from math import hypot
from typing import Final, NamedTuple

WEST_DEGREES: Final = 124.5
NORTH_DEGREES: Final = 38.1
METERS_OF_LONGITUDE: Final = 88_462
METERS_OF_LATITUDE: Final = 110_986
SIDE_METERS: Final = 1 << 18
"""The plane is a square of this side (262 km); the whole city lies in it."""


class Place(NamedTuple):
    """Meters east (`x`) and south (`y`) of 38.1 north, 124.5 east."""

    x: int
    y: int

    def distance_m(self, other: Place) -> int:
        """How far apart two places are, in meters, as the crow flies."""
        return round(hypot(self.x - other.x, self.y - other.y))


def place_of(latitude: float, longitude: float) -> Place:
    """The place of a point in degrees (WGS 84)."""
    return Place(
        round((longitude - WEST_DEGREES) * METERS_OF_LONGITUDE),
        round((NORTH_DEGREES - latitude) * METERS_OF_LATITUDE),
    )


def degrees_of(place: Place) -> tuple[float, float]:
    """Latitude and longitude of a place (WGS 84)."""
    return (
        NORTH_DEGREES - place.y / METERS_OF_LATITUDE,
        WEST_DEGREES + place.x / METERS_OF_LONGITUDE,
    )


def is_on_plane(place: Place) -> bool:
    """Whether the city's map can show it."""
    return 0 <= place.x < SIDE_METERS and 0 <= place.y < SIDE_METERS
