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
_ABOVE: Final = (
    ("/gifts/", "/gifts", "선물", "Gifts"),
    ("/donate/", "/donate", "기부", "Donations"),
    ("/settings/", "/settings", "설정", "Settings"),
    ("/pay/code", "/pay", "결제", "Pay"),
    ("/pay/scan", "/pay", "결제", "Pay"),
    ("/pay/order", "/pay", "결제", "Pay"),
    ("/shops/shelf", "/shops", "가게", "Shops"),
    ("/charge", "/", "홈", "Home"),
    ("/notices", "/", "홈", "Home"),
    *(
        (place, "/more", "전체", "More")
        for place in ("/withdraw", "/accounts", "/gifts", "/donate", "/coupons", "/cards", "/help",
                      "/settings", "/install", "/gallery")
    ),
)  # fmt: skip
"""Which page lies above a page: the first line whose beginning fits decides; tabs have none."""


@dataclass(frozen=True, slots=True)
class Above:
    """The page above, for who has no button that goes back."""

    address: str
    name: str


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


def above(root: str, path: str, language: Language) -> Above | None:
    """The page above the one at `path`; None for a tab and for what was not told."""
    below = path.removeprefix(root)
    for begin, place, korean, english in _ABOVE:
        if below == begin or below.startswith(begin if begin.endswith("/") else f"{begin}/"):
            return Above(root + place, language.choose(korean, english))
    return None
