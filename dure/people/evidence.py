"""Photographs that members send: read with care and made anew, so that nothing else comes along.

What comes in is decoded, turned upright, made small and written again as JPEG. Place, time and
camera, and whatever else was hidden in the file, stay behind.
"""

from __future__ import annotations

import io
from typing import Final, NamedTuple

from PIL import Image

from dure.people.pictures import PictureTooLargeError, PictureUnreadableError, small_picture

SIDE_MAX: Final = 1_600
"""A receipt photographed whole can still be read at this many pixels."""
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
    """The photograph in a file, made anew. Raises PhotoTooLargeError, PhotoUnreadableError."""
    try:
        small = small_picture(file, "RGB", SIDE_MAX)
    except PictureTooLargeError:
        raise PhotoTooLargeError from None
    except PictureUnreadableError:
        raise PhotoUnreadableError from None
    written = io.BytesIO()
    plain = Image.frombytes("RGB", small.size, small.tobytes())
    plain.save(written, "JPEG", quality=_QUALITY, optimize=True)
    return Photo(written.getvalue(), *small.size)
