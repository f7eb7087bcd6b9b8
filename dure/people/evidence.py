"""Photographs that members send: read with care and made anew, so that nothing else comes along.

What comes in is decoded, turned upright, made small and written again as JPEG. Place, time and
camera, and whatever else was hidden in the file, stay behind.
"""

from __future__ import annotations

import io
from typing import Final, NamedTuple

from PIL import Image, ImageOps, UnidentifiedImageError

BYTES_MAX: Final = 10 * 1024 * 1024
"""What a telephone's camera writes, and not much more."""
PIXELS_MAX: Final = 50_000_000
SIDE_MAX: Final = 1_600
"""A receipt photographed whole can still be read at this many pixels."""
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_QUALITY: Final = 82


class Photo(NamedTuple):
    """A photograph as it is kept: JPEG, and its size in pixels."""

    jpeg: bytes
    width: int
    height: int


class PhotoUnreadableError(ValueError):
    """The file is no photograph of a kind that we read."""


class PhotoTooLargeError(ValueError):
    """The file or the picture in it is larger than we take."""


def photo_from(file: bytes) -> Photo:
    """The photograph in a file, made anew. Raises PhotoTooLargeError, PhotoUnreadableError.

    The size is read from the head of the file before anything is decoded.
    """
    if len(file) > BYTES_MAX:
        raise PhotoTooLargeError
    try:
        with Image.open(io.BytesIO(file), formats=_FORMATS) as sent:
            if sent.width * sent.height > PIXELS_MAX:
                raise PhotoTooLargeError
            sent.draft("RGB", (2 * SIDE_MAX, 2 * SIDE_MAX))
            upright = ImageOps.exif_transpose(sent)
            plain = _on_white(upright)
            plain.thumbnail((SIDE_MAX, SIDE_MAX))
            written = io.BytesIO()
            Image.frombytes("RGB", plain.size, plain.tobytes()).save(
                written, "JPEG", quality=_QUALITY, optimize=True
            )
    except (PhotoTooLargeError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PhotoTooLargeError from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError):
        raise PhotoUnreadableError from None
    return Photo(written.getvalue(), *plain.size)


def _on_white(picture: Image.Image) -> Image.Image:
    """The picture in three colors; what was see-through becomes white."""
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("RGB")
    ground = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(ground, picture.convert("RGBA")).convert("RGB")
