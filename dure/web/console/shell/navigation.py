"""What the console's menu offers, by role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dure.rulebook.officials import Role
from dure.web.console.shell.officials import EVERYBODY, ConsoleOfficial
from dure.web.shared.language import Language


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of the menu: below which address, its name, and to whom it is shown."""

    below: str
    names: tuple[str, str]
    roles: frozenset[Role] = EVERYBODY


ITEMS: Final = (
    Item("/", ("첫 화면", "Home")),
    Item("/rules", ("규칙", "Rules")),
    Item("/budget", ("예산", "Budget")),
    Item("/forecast", ("전망", "Forecast")),
    Item("/pace", ("집행 속도", "Pace")),
    Item("/plans", ("계획 찾기", "Plans")),
    Item("/notices", ("시민 예고", "Notices")),
    Item(
        "/funds",
        ("기부 기금", "Funds"),
        EVERYBODY - {Role.DISTRICT_OFFICER},
    ),
    Item("/desk", ("구 창구", "Desk"), frozenset({Role.DISTRICT_OFFICER})),
    Item(
        "/complaints",
        ("민원", "Complaints"),
        frozenset({Role.DISTRICT_OFFICER, Role.OPERATOR, Role.AUDITOR}),
    ),
    Item("/desk/log", ("창구 기록", "Desk log"), frozenset({Role.OPERATOR, Role.AUDITOR})),
    Item("/log", ("처리 기록", "Log")),
    Item("/officials", ("담당자", "Officials"), frozenset({Role.OPERATOR, Role.AUDITOR})),
)


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as the page shows it; `current` where the reader is."""

    address: str
    name: str
    current: bool


def links(official: ConsoleOfficial, root: str, path: str, language: Language) -> tuple[Link, ...]:
    """The menu of this official; `path` is the page that is shown."""
    below = path.removeprefix(root) or "/"
    return tuple(
        Link(root + item.below, language.choose(*item.names), _is_in(item.below, below))
        for item in ITEMS
        if official.roles & item.roles
    )


def _is_in(item: str, below: str) -> bool:
    return below == item or (item != "/" and below.startswith(f"{item}/"))


STAGE_BADGES: Final[Mapping[str, str]] = {
    "draft": "quiet",
    "checked": "quiet",
    "simulated": "sky",
    "approved_once": "gold",
    "approved": "accent",
    "noticed": "accent",
    "scheduled": "accent",
    "published": "accent",
    "in_force": "accent",
    "withdrawn": "quiet",
    "over": "quiet",
    "superseded": "quiet",
    "rolled_back": "alarm",
}
"""The color of a stage's badge (`badge badge-…` of console.css), by the stage's word."""
