"""The brands of the districts as they are drawn on cards, from brands.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from dure.web.shared.language import Language


@dataclass(frozen=True, slots=True)
class Brand:
    """A district's brand: its names, three colors (#rrggbb), and lines as SVG path data."""

    district: int
    ko: str
    en: str
    ground: str
    tone: str
    ink: str
    lines: tuple[str, ...]

    def name(self, language: Language) -> str:
        """The brand's name as this reader reads it."""
        return language.choose(self.ko, self.en)


@cache
def brands() -> dict[int, Brand]:
    """The brand of each district, by its code."""
    text = files("dure.web.citizen.cards").joinpath("brands.json").read_text(encoding="utf-8")
    found = [
        Brand(**{**entry, "lines": tuple(entry["lines"])}) for entry in json.loads(text)["brands"]
    ]
    return {brand.district: brand for brand in found}


def brand_of(district: int) -> Brand:
    """The brand of a district; of a code without one that of the first."""
    known = brands()
    return known.get(district) or next(iter(known.values()))
