"""The matrix of the app's security: every address, and who gets what there.

A page that is not in `ROWS` makes tests/web/test_app_matrix.py fail. `MEMBERS` are the addresses of
whoever is signed in, each showing their own; `OWNER` those that name a thing of one member, which
is not there for any other; `ANYBODY` those that need nobody to be signed in; `DEMO` as ANYBODY, in
a city with demo keys alone; `NOBODY` where the method is not taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, Final, NamedTuple

import psycopg
from psycopg import sql

from dure.web.citizen.shell.sessions import COOKIE


class Gate(Enum):
    """Who passes."""

    ANYBODY = "anybody"
    MEMBERS = "members"
    OWNER = "owner"
    DEMO = "demo"
    NOBODY = "nobody"


ANYBODY, MEMBERS, OWNER, DEMO, NOBODY = Gate


class Row(NamedTuple):
    """Who may look (GET) and who may act (POST); `seen` are the statuses of who may look.

    Not `has_token`: a call between servers, which carries no token of a form and no cookie.
    """

    look: Gate
    act: Gate = Gate.NOBODY
    seen: tuple[int, ...] = (200,)
    has_token: bool = True


ROWS: Final[Mapping[str, Row]] = {
    # The installed app
    "manifest.webmanifest": Row(ANYBODY),
    "worker.js": Row(ANYBODY),
    "offline": Row(ANYBODY),
    "install": Row(ANYBODY),
    "gallery": Row(DEMO),
    "gallery/<slug:slug>": Row(DEMO),
    # Home, notices, paying
    "": Row(MEMBERS),
    "notices": Row(MEMBERS),
    "notices/by-sms": Row(NOBODY, MEMBERS),
    "pay": Row(MEMBERS),
    "pay/code": Row(MEMBERS),
    "pay/code/next": Row(NOBODY, MEMBERS),
    "pay/code/state": Row(MEMBERS),
    "pay/scan": Row(MEMBERS, MEMBERS),
    "pay/find": Row(MEMBERS, seen=(200, 302)),
    "pay/shops/<str:shop_code>": Row(MEMBERS, MEMBERS),
    "pay/done/<int:movement_id>": Row(OWNER),
    "pay/cancel/<int:movement_id>": Row(OWNER, OWNER),
    "pay/order": Row(MEMBERS, MEMBERS),
    "demo/till": Row(DEMO, DEMO),
    # Charging and getting back
    "charge": Row(MEMBERS, MEMBERS),
    "withdraw": Row(MEMBERS, MEMBERS),
    "transfers/<int:transfer_id>": Row(OWNER),
    "accounts": Row(MEMBERS),
    "accounts/link": Row(NOBODY, MEMBERS),
    "accounts/unlink": Row(NOBODY, MEMBERS),
    "accounts/automatic": Row(NOBODY, MEMBERS),
    # Gifts and donations
    "gifts": Row(MEMBERS),
    "gifts/send": Row(MEMBERS, MEMBERS),
    "gifts/<int:letter_id>": Row(OWNER),
    "gifts/<int:letter_id>/take": Row(NOBODY, OWNER),
    "gifts/<int:letter_id>/back": Row(NOBODY, OWNER),
    "donate": Row(MEMBERS, MEMBERS),
    "donate/<int:movement_id>": Row(OWNER),
    # History
    "history": Row(MEMBERS),
    "history/<int:movement_id>": Row(OWNER),
    "history/months/<int:number>": Row(MEMBERS),
    "history/months/<int:number>/sheet": Row(MEMBERS),
    "history/months/<int:number>/csv": Row(MEMBERS),
    "statement": Row(MEMBERS, seen=(200, 302)),
    "statement/<int:year>": Row(MEMBERS),
    "statement/<int:year>/paper": Row(MEMBERS),
    # Coming in
    "sign-in": Row(ANYBODY, ANYBODY, seen=(200, 302)),
    "sign-in/code": Row(ANYBODY, ANYBODY, seen=(200, 302)),
    "sign-in/code/again": Row(NOBODY, ANYBODY),
    "sign-out": Row(NOBODY, ANYBODY),
    "join": Row(ANYBODY, ANYBODY, seen=(200, 302)),
    "join/phone": Row(ANYBODY, ANYBODY, seen=(200, 302)),
    "join/about": Row(ANYBODY, ANYBODY, seen=(200, 302)),
    "join/welcome": Row(MEMBERS, NOBODY, seen=(200, 302)),
    "proof": Row(MEMBERS, MEMBERS, seen=(200, 302)),
    "settings/pin": Row(MEMBERS, MEMBERS, seen=(200, 302)),
    "settings/pin/first": Row(MEMBERS, MEMBERS, seen=(200, 302)),
    "settings/pin/forgotten": Row(MEMBERS, MEMBERS, seen=(200, 302)),
    "settings/pin/new": Row(MEMBERS, MEMBERS, seen=(200, 302)),
    "sign-in/passkey": Row(NOBODY, ANYBODY),
    "sign-in/with/<str:name>": Row(DEMO, seen=(302,)),
    "sign-in/with/<str:name>/back": Row(DEMO, seen=(302, 400)),
    "demo/provider/<str:name>/authorize": Row(DEMO, DEMO, seen=(400,)),
    "demo/provider/<str:name>/token": Row(NOBODY, DEMO, has_token=False),
    "demo/provider/<str:name>/me": Row(DEMO, seen=(401,)),
    "demo/provider/<str:name>/jwks": Row(DEMO),
    "demo/phone": Row(DEMO),
    # Everything, settings
    "more": Row(MEMBERS),
    "settings": Row(MEMBERS),
    "settings/look": Row(NOBODY, ANYBODY),
    "settings/passkeys": Row(MEMBERS, MEMBERS),
    "settings/passkeys/<int:passkey_id>/remove": Row(NOBODY, OWNER),
    "settings/sessions": Row(MEMBERS),
    "settings/sessions/others/end": Row(NOBODY, MEMBERS),
    "settings/sessions/<int:session_id>/end": Row(NOBODY, OWNER),
    "settings/consents": Row(MEMBERS, MEMBERS),
    "settings/identity": Row(MEMBERS, MEMBERS),
    "settings/district": Row(MEMBERS, MEMBERS),
    "settings/mail": Row(MEMBERS, MEMBERS),
    "settings/phone": Row(MEMBERS, MEMBERS),
    "settings/address/proven": Row(MEMBERS, seen=(200, 302)),
    "settings/accounts": Row(MEMBERS),
    "settings/accounts/<str:name>/link": Row(MEMBERS, seen=(302,)),
    "settings/accounts/<str:name>/unlink": Row(NOBODY, MEMBERS),
    "settings/leave": Row(MEMBERS, MEMBERS),
    # Cards
    "cards": Row(MEMBERS),
    "cards/new": Row(MEMBERS),
    "cards/virtual": Row(MEMBERS, MEMBERS),
    "cards/order": Row(MEMBERS, MEMBERS),
    "cards/orders/<int:delivery_id>": Row(OWNER),
    "cards/orders/<int:delivery_id>/cancel": Row(NOBODY, OWNER),
    "cards/orders/<int:delivery_id>/not-come": Row(NOBODY, OWNER),
    "cards/register": Row(MEMBERS, MEMBERS),
    "cards/<int:card_id>": Row(OWNER),
    "cards/<int:card_id>/block": Row(NOBODY, OWNER),
    "cards/<int:card_id>/unblock": Row(NOBODY, OWNER),
    "cards/<int:card_id>/lost": Row(OWNER, OWNER),
    "cards/<int:card_id>/close": Row(OWNER, OWNER),
    "cards/<int:card_id>/replace": Row(NOBODY, OWNER),
    "cards/<int:card_id>/pin": Row(OWNER, OWNER, seen=(200, 404)),
    "demo/mailbox": Row(MEMBERS),
    # Shops
    "shops": Row(MEMBERS),
    "shops/map": Row(MEMBERS),
    "shops/near": Row(MEMBERS, seen=(200, 400)),
    "shops/parts/<int:zoom>/<int:column>/<int:row>": Row(ANYBODY, seen=(200, 404)),
    "shops/outlines": Row(ANYBODY),
    "shops/shelf": Row(ANYBODY),
    "shops/<str:shop_code>": Row(MEMBERS),
    "shops/<str:shop_code>/favorite": Row(NOBODY, MEMBERS),
    # Coupons
    "coupons": Row(MEMBERS),
    "coupons/past": Row(MEMBERS),
    "coupons/automatic": Row(NOBODY, MEMBERS),
    "coupons/offers": Row(MEMBERS),
    "coupons/offers/<int:version>": Row(MEMBERS),
    "coupons/offers/<int:version>/claim": Row(NOBODY, MEMBERS),
    "coupons/tickets/<int:ticket_id>": Row(OWNER),
    "coupons/<int:coupon_id>": Row(OWNER),
    # Help, locks, guardians
    "help": Row(ANYBODY),
    "help/looks": Row(MEMBERS),
    "help/complaints": Row(MEMBERS),
    "help/complaints/new": Row(MEMBERS, MEMBERS),
    "help/complaints/<int:complaint_id>": Row(OWNER, OWNER),
    "help/complaints/<int:complaint_id>/photos/<int:photo_id>": Row(OWNER),
    "lock": Row(ANYBODY, ANYBODY),
    "lock/code": Row(NOBODY, MEMBERS),
    "lock/lost": Row(ANYBODY, ANYBODY),
    "lock/lost/text": Row(ANYBODY, ANYBODY, seen=(200, 302)),
    "lock/lost/done": Row(ANYBODY),
    "guardian": Row(MEMBERS),
    "guardian/<int:guardianship_id>": Row(OWNER, OWNER),
    # Outside /app/
    "/s/<str:shop_code>": Row(ANYBODY),
}
"""Rows by the address below /app/, as it stands in the rooms' urls.py; from the root where one
begins with a slash (the English one then lies below /en)."""
OTHER_ROOMS: Final[Mapping[str, str]] = {
    "": "the city's live page: tests/web/test_live_page.py",
    "board": "its figures: tests/web/test_live_page.py",
    "calculator": "the public calculator: tests/web/test_calculator.py",
    "notices": "what the city announces: tests/web/test_console_papers.py",
    "healthz": "whether the pages answer",
    "console/": "officials: tests/web/test_console_access.py",
    "api/v1/": "partners' programs: tests/web/test_api.py",
}
"""Addresses that are not the citizen's, from the root, and where it is said who gets what there;
all below where one ends with a slash."""

_PLACE: Final = re.compile(r"<(\w+):(\w+)>")
_STRANGE: Final = {
    "int": "1",
    "str": "x",
    "slug": "x",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def all_addresses() -> list[str]:
    """Every address of the URL configuration from the root, as the rooms wrote it."""
    from django.urls import URLPattern, URLResolver

    from dure.web import urls

    def below(patterns: list[Any], before: str) -> Iterator[str]:
        for each in patterns:
            if isinstance(each, URLResolver):
                yield from below(each.url_patterns, before + str(each.pattern))
            elif isinstance(each, URLPattern):
                yield before + str(each.pattern)

    return list(below(urls.urlpatterns, ""))


def is_of_another_room(address: str) -> bool:
    """Whether an address from the root, without its language, is named in OTHER_ROOMS."""
    return any(
        address.startswith(room) if room.endswith("/") else address == room for room in OTHER_ROOMS
    )


def row_of(address: str) -> str:
    """The key under which an address from the root, without its language, stands in ROWS."""
    return address.removeprefix("app/") if address.startswith("app/") else f"/{address}"


def placed(row: str, things: Mapping[str, str], root: str = "/app") -> str:
    """The whole address of a row, with `root` the app's in one language."""
    address = filled(row, things)
    return root.removesuffix("/app") + address if row.startswith("/") else f"{root}/{address}"


def filled(address: str, things: Mapping[str, str]) -> str:
    """The address with a thing in each of its places; one that nobody has where none is known.

    Where a place means something else in one address, that address stands among the things whole.
    """
    if address in things:
        return things[address]
    return _PLACE.sub(lambda place: things.get(place[2], _STRANGE[place[1]]), address)


INLINE: Final = (
    re.compile(r"<style\b", re.IGNORECASE),
    re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE),
    re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    re.compile(r"(?:href|src|action)\s*=\s*[\"']?\s*javascript:", re.IGNORECASE),
    re.compile(r"(?:src|href|action)=\"(?:https?:)?//", re.IGNORECASE),
)
"""What a page may not hold: anything inline, and anything of another place."""


def is_sent_to_sign_in(answer: Any, root: str = "/app") -> bool:
    """Whether the asker is told to sign in first."""
    place = answer.headers.get("Location", "").split("?")[0]
    return bool(answer.status_code == 401 or place == f"{root}/sign-in")


def cookies_of(client: Any) -> set[str]:
    """The names of the cookies that pages have set in this browser and not taken away again."""
    return {name for name, kept in client.cookies.items() if kept.value and name != COOKIE}


def rows_of(connection: psycopg.Connection[Any], member_id: int) -> dict[str, str]:
    """By table and column a hash of the rows that name the member there."""
    columns = connection.execute(
        "SELECT table_name, column_name FROM information_schema.columns"
        " JOIN information_schema.tables USING (table_schema, table_name)"
        " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND column_name = ANY(%s)"
        " ORDER BY 1, 2",
        (["member_id", "giver_id", "taker_id", "guardian_id", "minor_id"],),
    ).fetchall()
    hashes = {}
    for table, column in columns:
        row = connection.execute(
            sql.SQL(
                "SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '')"
                " FROM {} t WHERE {} = %s"
            ).format(sql.Identifier(table), sql.Identifier(column)),
            (member_id,),
        ).fetchone()
        assert row is not None
        hashes[f"{table}.{column}"] = row[0]
    return hashes
