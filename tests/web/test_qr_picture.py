"""The pictures of codes: what any till reads, for short texts and long ones."""

from __future__ import annotations

import re

import numpy as np
import pytest
import zxingcpp

from dure.web.shared.qr_picture import qr_picture

_STROKE = re.compile(r"[Mm]([0-9.-]+) ([0-9.-]+)|h([0-9.-]+)")
_SCALE = 6


def drawn(size: int, path: str) -> np.ndarray:
    """The strokes of the path as black on white, so many dots a module."""
    dots = np.full((size, size), 255, dtype=np.uint8)
    x, y = 0.0, 0.0
    for found in _STROKE.finditer(path):
        if found[3] is not None:
            dots[int(y - 0.5), int(x) : int(x + float(found[3]))] = 0
            x += float(found[3])
        elif found[0].startswith("M"):
            x, y = float(found[1]), float(found[2])
        else:
            x, y = x + float(found[1]), y + float(found[2])
    return np.kron(dots, np.ones((_SCALE, _SCALE), dtype=np.uint8))


@pytest.mark.parametrize("text", ["7", "0123456789" * 2 + "0123", "https://dure.example/s/X" * 5])
def test_it_is_a_full_qr_code_that_says_the_text(text: str) -> None:
    picture = qr_picture(text)
    (read,) = zxingcpp.read_barcodes(drawn(picture.size, picture.path))
    assert read.text == text
    assert read.format == zxingcpp.BarcodeFormat.QRCode
