import io

import pytest
from PIL import Image

from dure.people.evidence import (
    SIDE_MAX,
    PhotoTooLargeError,
    PhotoUnreadableError,
    photo_from,
)


def written(image: Image.Image, format_: str = "PNG", **more: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format_, **more)
    return file.getvalue()


def test_it_turns_a_photo_upright_and_makes_it_small() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = photo_from(written(Image.new("RGB", (3200, 1600), "red"), "JPEG", exif=exif))
    assert (photo.width, photo.height) == (SIDE_MAX // 2, SIDE_MAX)
    kept = Image.open(io.BytesIO(photo.jpeg))
    assert kept.format == "JPEG"
    assert not kept.getexif()


def test_it_puts_what_is_see_through_on_white() -> None:
    photo = photo_from(written(Image.new("RGBA", (8, 8), (0, 0, 0, 0))))
    assert Image.open(io.BytesIO(photo.jpeg)).getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "I;16", "CMYK"])
def test_it_reads_every_kind_of_color(mode: str) -> None:
    format_ = "JPEG" if mode == "CMYK" else "PNG"
    assert photo_from(written(Image.new(mode, (9, 7)), format_)).width == 9


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"<svg/>",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        written(Image.new("RGB", (900, 900), "blue"), "JPEG")[:500],
        written(Image.new("RGB", (40, 40)), "GIF"),
        written(Image.new("RGB", (40, 40)), "TIFF"),
    ],
)
def test_it_refuses_what_is_no_photo(file: bytes) -> None:
    with pytest.raises(PhotoUnreadableError):
        photo_from(file)


def test_it_refuses_a_small_file_with_a_huge_picture() -> None:
    bomb = written(Image.new("1", (20_000, 20_000)))
    assert len(bomb) < 200_000
    with pytest.raises(PhotoTooLargeError):
        photo_from(bomb)


def test_it_refuses_a_file_that_is_too_large() -> None:
    with pytest.raises(PhotoTooLargeError):
        photo_from(b"\xff\xd8" + b"\0" * (10 * 1024 * 1024))


def test_it_decodes_nothing_whole_that_would_fill_the_memory() -> None:
    """A file of 0.2 MB, and four bytes for each pixel when it is decoded."""
    for bomb in (
        written(Image.new("P", (6_000, 5_000))),
        written(Image.new("L", (6_000, 5_000)), "JPEG", progressive=True),
    ):
        with pytest.raises(PhotoTooLargeError):
            photo_from(bomb)
    photo = photo_from(written(Image.new("L", (6_000, 5_000)), "JPEG"))
    assert (photo.width, photo.height) == (1_600, 1_333)
