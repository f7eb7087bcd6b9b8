"""What installs the app: manifest, service worker, the page without a network, the icons."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from dure.web.citizen.pwa.icons import SIZES, TARGET, draw_icons
from dure.web.citizen.pwa.manifest import ICONS
from tests.engines import RunningEngine

ROOTS = ("/app", "/en/app")


def get(path: str) -> Any:
    from django.test import Client

    return Client(SERVER_NAME="localhost").get(path)


@pytest.mark.parametrize("root", ROOTS)
def test_it_installs_in_the_language_of_the_address(city: RunningEngine, root: str) -> None:
    answer = get(f"{root}/manifest.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    told = json.loads(answer.content)
    assert told["start_url"] == told["scope"] == told["id"] == f"{root}/"
    assert told["lang"] == ("en" if root.startswith("/en") else "ko")
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}
    assert all(one["url"].startswith(f"{root}/") for one in told["shortcuts"])


def test_it_has_an_icon_of_each_size_that_the_manifest_names() -> None:
    for name, pixels, _purpose in ICONS:
        with Image.open(TARGET / f"{name}.png") as picture:
            assert picture.size == (pixels, pixels)


def test_it_draws_the_icons_from_the_svg(tmp_path: Path) -> None:
    for path in draw_icons(tmp_path):
        with Image.open(path) as drawn, Image.open(TARGET / path.name) as kept:
            apart = ImageChops.difference(drawn.convert("RGBA"), kept.convert("RGBA"))
            assert max(apart.tobytes()) <= 8, path.name


def test_it_fills_the_square_of_an_icon_that_is_cut_out() -> None:
    for name, _pixels, is_filled in SIZES:
        with Image.open(TARGET / f"{name}.png") as picture:
            corner = picture.convert("RGBA").getpixel((0, 0))
            assert isinstance(corner, tuple)
            assert (corner[3] == 255) == is_filled, name


@pytest.mark.parametrize("root", ROOTS)
def test_it_keeps_only_what_belongs_to_nobody(city: RunningEngine, root: str) -> None:
    answer = get(f"{root}/worker.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    first = answer.content.decode().partition("\n")[0]
    kept = json.loads(first.removeprefix("const SHELL = ").removesuffix(";"))
    assert kept["offline"] == f"{root}/offline"
    assert re.fullmatch(r"[0-9a-f]{16}", kept["version"])
    page = get(kept["offline"]).content.decode()
    used = set(re.findall(r'(?:href|src)="(/static/dure/[^"]+\.(?:css|js|svg))"', page))
    assert used <= set(kept["files"]), "the page without a network needs nothing that is not kept"


def test_it_makes_another_version_when_a_file_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    from dure.web.citizen.pwa import worker

    before = worker._hash_of_shell()
    whole = worker._source
    monkeypatch.setattr(worker, "_source", lambda place: whole(place) + " ")
    assert worker._hash_of_shell() != before


@pytest.mark.parametrize("root", ROOTS)
def test_it_says_how_to_install(city: RunningEngine, root: str) -> None:
    answer = get(f"{root}/install")
    assert answer.status_code == 200
    assert f'href="{root}/manifest.webmanifest"' in answer.content.decode()
