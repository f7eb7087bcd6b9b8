"""The gallery: every state is a page in both languages, with nothing left empty by mistake."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dure.web.citizen.gallery.states import STATES
from tests.engines import RunningEngine


def get(path: str) -> Any:
    from django.test import Client

    return Client(SERVER_NAME="localhost").get(path)


@pytest.mark.parametrize("root", ["/app", "/en/app"])
def test_it_shows_every_state_of_every_page(city: RunningEngine, root: str) -> None:
    listed = get(f"{root}/gallery").content.decode()
    slugs = [one.slug for one in STATES]
    assert len(slugs) == len(set(slugs)) > 20
    for slug in slugs:
        assert f'href="{root}/gallery/{slug}"' in listed
        answer = get(f"{root}/gallery/{slug}")
        assert answer.status_code == 200, slug
        page = answer.content.decode()
        main = page[page.index("<main") : page.index("</main>")]
        empty = re.findall(r"<(h1|h2|dt|dd|button[^>]*|p class=\"amount\")>\s*</", main)
        assert not [one for one in empty if "last-won" not in one], slug


def test_it_has_no_state_that_nobody_made(city: RunningEngine) -> None:
    assert get("/app/gallery/nothing").status_code == 404
