"""`dure web screenshots` takes every picture of the running page."""

from pathlib import Path

import pytest

from dure.web.screenshots import PICTURES, take_pictures
from tests.browser.conftest import Pages
from tests.engines import RunningEngine

pytestmark = pytest.mark.browser


def test_it_takes_every_picture(
    chromium: str, pages: Pages, paying: RunningEngine, tmp_path: Path
) -> None:
    target = tmp_path / "images"
    assert take_pictures(pages.address, str(target), "late") == 0
    for picture in PICTURES:
        data = (target / f"{picture.file}-late.png").read_bytes()
        assert data.startswith(b"\x89PNG")
        assert int.from_bytes(data[16:20], "big") == picture.width


def test_it_says_that_there_is_no_page(
    chromium: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert take_pictures("http://127.0.0.1:1", str(tmp_path)) == 1
    assert "No picture" in capsys.readouterr().err
