"""States of pages for the gallery: the template of a room with made-up values, under a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dure.web.citizen.pwa.words import PWA_WORDS
from dure.web.citizen.shell.words import Words
from dure.web.shared.language import Language

Values = Callable[[Language], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class State:
    """A page in one state; `slug` ends its address, `values` are what its view would hand it."""

    slug: str
    name: tuple[str, str]
    template: str
    words: Words
    values: Values


def nothing(language: Language) -> Mapping[str, object]:
    """No values of its own."""
    return {}


STATES: tuple[State, ...] = (
    State(
        "install", ("홈 화면에 두기", "Put it on your home screen"), "citizen/pwa/install.html",
        PWA_WORDS, nothing,
    ),
    State(
        "offline", ("인터넷 없음", "Not connected"), "citizen/pwa/offline.html", PWA_WORDS, nothing,
    ),
)  # fmt: skip
