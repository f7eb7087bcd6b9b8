"""A QR code as one path of an SVG, which a strict content security policy allows inline."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Final

import segno

_BORDER: Final = 2
"""Modules left white around the code; the page adds white of its own."""
_PATH: Final = re.compile(r'\bd="([^"]*)"')


@dataclass(frozen=True, slots=True)
class QrPicture:
    """A square of `size` modules, and the black of it as an SVG path in strokes of one module."""

    size: int
    path: str


def qr_picture(text: str) -> QrPicture:
    """The code of a text, with error correction M (15%).

    Never a Micro QR code (ISO/IEC 18004), which few tills and telephones read.
    """
    code = segno.make_qr(text, error="m")
    drawn = io.BytesIO()
    code.save(drawn, kind="svg", xmldecl=False, svgns=False, border=_BORDER)
    found = _PATH.search(drawn.getvalue().decode())
    assert found is not None, "a QR code is drawn as one path"
    return QrPicture(int(code.symbol_size(border=_BORDER)[0]), found[1])
