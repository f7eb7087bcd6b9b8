"""Pictures that people send, read with bounds: in kind, in bytes, in pixels, and one at a time.

A small file may hold a picture that fills the memory when it is decoded. Its size is read from the
head of the file, before anything is.
"""

from __future__ import annotations

import io
import struct
import threading
import zlib
from typing import Final, Literal

from PIL import Image, ImageOps

BYTES_MAX: Final = 10 * 1024 * 1024
"""What a telephone's camera writes, and not much more."""
PIXELS_MAX: Final = 60_000_000
"""Of a photograph, which is decoded small."""
WHOLE_PIXELS_MAX: Final = 24_000_000
"""Of what has to be decoded whole (96 MB at four bytes): a long screenshot has as many."""
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_one_at_a_time: Final = threading.Lock()
_MALFORMED: Final = (
    OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, OverflowError, MemoryError,
    struct.error, zlib.error,
)  # fmt: skip
"""What Pillow raises for files that are not what their heads say."""


class PictureUnreadableError(ValueError):
    """The file is no picture of a kind that we read."""


class PictureTooLargeError(ValueError):
    """The file, or the picture in it, is larger than we take."""


def small_picture(file: bytes, mode: Literal["L", "RGB"], side_max: int) -> Image.Image:
    """The picture upright, in that mode, no side longer than `side_max` pixels.

    What was see-through becomes white. Raises PictureTooLargeError, PictureUnreadableError.
    """
    if len(file) > BYTES_MAX:
        raise PictureTooLargeError
    try:
        with _one_at_a_time, Image.open(io.BytesIO(file), formats=_FORMATS) as sent:
            if sent.width * sent.height > _pixels_max(sent):
                raise PictureTooLargeError
            sent.draft(mode, _within(sent.size, side_max))
            is_see_through = "A" in sent.getbands() or "transparency" in sent.info
            small = sent.convert("RGBA" if is_see_through else mode)
            small.thumbnail((side_max, side_max))
        small = ImageOps.exif_transpose(small)
    except (PictureTooLargeError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureTooLargeError from None
    except _MALFORMED:
        raise PictureUnreadableError from None
    if is_see_through:
        small = Image.alpha_composite(Image.new("RGBA", small.size, "white"), small)
    return small.convert(mode)


def _within(size: tuple[int, int], side_max: int) -> tuple[int, int]:
    """The same shape, no side longer: a JPEG is decoded at this size or less than twice it."""
    longer = max(*size, side_max)
    return max(1, size[0] * side_max // longer), max(1, size[1] * side_max // longer)


def _pixels_max(sent: Image.Image) -> int:
    """A progressive JPEG keeps all its coefficients, so it is as large as any other format."""
    is_decoded_small = sent.format in ("JPEG", "MPO") and not sent.info.get("progressive")
    return PIXELS_MAX if is_decoded_small else WHOLE_PIXELS_MAX
