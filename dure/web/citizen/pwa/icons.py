"""Draws the app's icons from static/dure/icon.svg, for `dure web icons`: PNG in the asked sizes.

Telephones want pixels, and shapes that they may cut out of (maskable: what counts lies within the
middle 80%, W3C Web Application Manifest, icon masks). The SVG holds a rectangle and rings.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple
from xml.etree import ElementTree

from PIL import Image, ImageDraw

_STATIC: Final = Path(__file__).resolve().parents[2] / "static" / "dure"
SOURCE: Final = _STATIC / "icon.svg"
TARGET: Final = _STATIC / "icons"
SIZES: Final = (("icon-192", 192, False), ("icon-512", 512, False),
                ("icon-maskable-192", 192, True), ("icon-maskable-512", 512, True),
                ("icon-touch-180", 180, True))  # fmt: skip
"""Name, pixels a side, and whether the ground fills the whole square."""
_FINER: Final = 8
_COLORS: Final = 64
_SVG: Final = "{http://www.w3.org/2000/svg}"


class Drawing(NamedTuple):
    """The SVG's shapes, in its own units: a rounded square and rings (x, y, radius)."""

    side: float
    ground: str
    round: float
    line: str
    line_width: float
    rings: tuple[tuple[float, float, float], ...]


def draw_icons(target: Path = TARGET) -> list[Path]:
    """Writes every icon; returns the files."""
    drawing = read_drawing()
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for name, pixels, is_filled in SIZES:
        path = target / f"{name}.png"
        draw_icon(drawing, pixels, is_filled=is_filled).save(path, optimize=True)
        written.append(path)
    return written


def draw_icon(drawing: Drawing, pixels: int, *, is_filled: bool) -> Image.Image:
    """One icon: drawn finer than asked and made smaller, which rounds the edges."""
    scale = pixels * _FINER / drawing.side
    picture = Image.new("RGBA", (pixels * _FINER, pixels * _FINER), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    whole = (0, 0, pixels * _FINER - 1, pixels * _FINER - 1)
    pen.rounded_rectangle(whole, 0 if is_filled else drawing.round * scale, fill=drawing.ground)
    half = drawing.line_width / 2
    for x, y, radius in drawing.rings:
        reach = radius + half
        box = tuple(place * scale for place in (x - reach, y - reach, x + reach, y + reach))
        pen.ellipse(box, outline=drawing.line, width=round(drawing.line_width * scale))
    small = picture.resize((pixels, pixels), Image.Resampling.LANCZOS)
    return small.quantize(_COLORS, method=Image.Quantize.FASTOCTREE)


def read_drawing() -> Drawing:
    """What the SVG says."""
    root = ElementTree.fromstring(SOURCE.read_text(encoding="utf-8"))
    ground, group = root.find(f"{_SVG}rect"), root.find(f"{_SVG}g")
    assert ground is not None, "the icon has no ground"
    assert group is not None, "the icon has no rings"
    rings = tuple(
        (float(ring.attrib["cx"]), float(ring.attrib["cy"]), float(ring.attrib["r"]))
        for ring in group.findall(f"{_SVG}circle")
    )
    return Drawing(
        float(ground.attrib["width"]), ground.attrib["fill"], float(ground.attrib["rx"]),
        group.attrib["stroke"], float(group.attrib["stroke-width"]), rings,
    )  # fmt: skip
