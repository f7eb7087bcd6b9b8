"""The bar at the foot of every page of the app: where a member goes most often."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dure.web.shared.language import Language

_TABS: Final = (
    ("home", "/", "홈", "Home"),
    ("history", "/history", "내역", "History"),
    ("pay", "/pay", "결제", "Pay"),
    ("shops", "/shops", "가게", "Shops"),
    ("more", "/more", "전체", "More"),
)


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the five; `icon` names a symbol of the frame's icons."""

    icon: str
    address: str
    name: str
    current: bool


def tabs(root: str, path: str, language: Language) -> tuple[Tab, ...]:
    """The tabs below `root`; the one that the path lies under is the current one."""
    below = path.removeprefix(root) or "/"
    return tuple(
        Tab(
            icon,
            root + place,
            language.choose(korean, english),
            below == place if place == "/" else f"{below}/".startswith(f"{place}/"),
        )
        for icon, place, korean, english in _TABS
    )
