"""The doors of the page "everything": which there are, in groups."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.http import HttpRequest

from dure.kernel.database.home import home_directory
from dure.people.sms import has_demo_keys
from dure.web.citizen.join.settings_words import SETTINGS_WORDS
from dure.web.citizen.shell.addresses import app_root
from dure.web.shared.language import language_of_page


class Door(NamedTuple):
    """Where a door leads, and what stands on it."""

    address: str
    name: str


class DoorGroup(NamedTuple):
    """Doors that belong together."""

    title: str
    doors: tuple[Door, ...]


_APP: Final = (
    (
        "more_money",
        (
            ("/charge", "door_charge"),
            ("/withdraw", "door_withdraw"),
            ("/accounts", "door_accounts"),
            ("/gifts", "door_gifts"),
            ("/donate", "door_donate"),
            ("/pay/code", "door_code"),
            ("/pay/scan", "door_scan"),
        ),
    ),
    (
        "more_benefits",
        (("/coupons", "door_coupons"), ("/cards", "door_cards"), ("/shops", "door_shops")),
    ),
    (
        "more_records",
        (
            ("/history", "door_history"),
            ("/statement", "door_statement"),
            ("/notices", "door_notices"),
        ),
    ),
    (
        "more_help",
        (("/help", "door_help"), ("/lock", "door_lock"), ("/guardian", "door_guardian")),
    ),
    (
        "more_you",
        (
            ("/settings", "door_settings"),
            ("/settings/identity", "door_identity"),
            ("/settings/passkeys", "door_passkeys"),
            ("/install", "door_install"),
        ),
    ),
)
_CITY: Final = (
    ("/", "door_live"),
    ("/calculator", "door_calculator"),
    ("/notices", "door_public_notices"),
)
_DEMO: Final = (
    ("/demo/phone", "demo_phone"),
    ("/demo/till", "door_till"),
    ("/gallery", "door_gallery"),
)


def doors_shown(request: HttpRequest) -> list[DoorGroup]:
    """All groups in the reader's language; the demo's own are in a demo city alone."""
    language, root = language_of_page(request), app_root(request)
    groups = [
        DoorGroup(
            language.choose(*SETTINGS_WORDS[title]),
            tuple(
                Door(root + place, language.choose(*SETTINGS_WORDS[name])) for place, name in doors
            ),
        )
        for title, doors in _APP
    ]
    city = [
        Door(language.choose(place, "/en" + place), language.choose(*SETTINGS_WORDS[name]))
        for place, name in _CITY
    ]
    if has_demo_keys(home_directory()):
        city += [
            Door(root + place, language.choose(*SETTINGS_WORDS[name])) for place, name in _DEMO
        ]
    groups.append(DoorGroup(language.choose(*SETTINGS_WORDS["more_city"]), tuple(city)))
    return groups
