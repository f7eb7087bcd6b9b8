"""Every page and call of the app by everybody: a stranger, members, a shop's program, an official.

The rows stand in tests/web/app_matrix.py, what addresses name in tests/web/app_things.py.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dure.rulebook.officials import Grant, Role
from dure.web.shared.form_keys import new_form_key
from tests.citizens import join, sign_in
from tests.console import grant
from tests.console import sign_in as official_signs_in
from tests.engines import RunningEngine
from tests.web.app_matrix import (
    ANYBODY,
    DEMO,
    INLINE,
    MEMBERS,
    NOBODY,
    OWNER,
    ROWS,
    Gate,
    Row,
    all_addresses,
    cookies_of,
    is_of_another_room,
    is_sent_to_sign_in,
    placed,
    row_of,
    rows_of,
)
from tests.web.app_things import NAME, OTHER_NAME, OTHER_PHONE, PHONE, member_with_things
from tests.web.conftest import Connection, Partner

Asked = tuple[str, Any]


class Town(NamedTuple):
    """Everybody who asks, by what they are; `things` are the member's."""

    member: Any
    other: Any
    stranger: Any
    shop: Any
    official: Any
    things: dict[str, str]
    member_id: int
    public_id: str

    def outsiders(self) -> dict[str, Any]:
        return {"stranger": self.stranger, "shop": self.shop, "official": self.official}

    def address(self, row: str, root: str = "/app") -> str:
        return placed(row, self.things, root)


@pytest.fixture
def town(
    city: RunningEngine,
    connection: Connection,
    db_url: str,
    make_partner: Callable[..., Partner],
) -> Town:
    from django.test import Client

    member, things = member_with_things(city, connection, db_url)
    other = join(city, connection, name=OTHER_NAME, phone=OTHER_PHONE)
    key = make_partner().headers["Authorization"]
    shop = Client(SERVER_NAME="localhost", headers={"Authorization": key})
    grant(db_url, "operator", Grant(Role.OPERATOR), name="운영담당 해")
    clients = (
        sign_in(connection, member.member_id),
        sign_in(connection, other.member_id),
        Client(SERVER_NAME="localhost"),
        shop,
        official_signs_in("operator"),
    )
    for client in clients:
        client.raise_request_exception = False  # A fault is counted where it happens.
    return Town(*clients, things, member.member_id, str(member.public_id))


def rows_with(*gates: Gate, act: bool = False) -> list[tuple[str, Row]]:
    return [(name, row) for name, row in ROWS.items() if (row.act if act else row.look) in gates]


def faults(wrong: list[str]) -> str:
    return "\n".join(wrong)


def test_it_has_a_row_for_every_address_that_is_no_other_rooms(web_home: Path) -> None:
    addresses = [one for one in all_addresses() if "api/v1/" not in one]
    assert len(addresses) == len(set(addresses)), "an address means one page"
    english = {one.removeprefix("en/") for one in addresses if one.startswith("en/")}
    korean = {one for one in addresses if not one.startswith("en/")}
    assert english - korean == set(), "a page that there is in English alone"
    assert korean - english == {"healthz"}, "a page that there is in Korean alone"
    ours = {row_of(one) for one in korean if not is_of_another_room(one)}
    assert ours - set(ROWS) == set(), "new pages: give them a row in app_matrix.py"
    assert set(ROWS) - ours == set(), "rows of pages that are gone"


@pytest.mark.parametrize("root", ["/app", "/en/app"])
def test_it_sends_everybody_else_to_sign_in_from_what_is_a_members(town: Town, root: str) -> None:
    wrong = []
    for who, client in town.outsiders().items():
        for name, _row in rows_with(MEMBERS, OWNER):
            answer = client.get(town.address(name, root))
            if not is_sent_to_sign_in(answer, root):
                wrong.append(f"{who} GET {name}: {answer.status_code}")
        for name, _row in rows_with(MEMBERS, OWNER, act=True):
            answer = client.post(town.address(name, root))
            if not is_sent_to_sign_in(answer, root):
                wrong.append(f"{who} POST {name}: {answer.status_code}")
    assert not wrong, faults(wrong)


def test_it_tells_a_program_without_a_page_that_nobody_is_signed_in(town: Town) -> None:
    wrong = []
    for name, _row in rows_with(MEMBERS, OWNER):
        answer = town.stranger.get(town.address(name), headers={"Accept": "application/json"})
        if answer.status_code != 401:
            wrong.append(f"{name}: {answer.status_code}")
    assert not wrong, faults(wrong)


def test_it_shows_members_their_own(town: Town) -> None:
    wrong = []
    for name, row in rows_with(MEMBERS, OWNER, ANYBODY, DEMO):
        answer = town.member.get(town.address(name))
        if answer.status_code not in row.seen or (
            row.look in (MEMBERS, OWNER) and is_sent_to_sign_in(answer)
        ):
            wrong.append(f"GET {name}: {answer.status_code} {answer.headers.get('Location', '')}")
    assert not wrong, faults(wrong)


def test_it_has_nothing_of_a_member_for_another_one(town: Town) -> None:
    wrong = []
    for name, _row in rows_with(OWNER):
        status = town.other.get(town.address(name)).status_code
        if status != 404:
            wrong.append(f"GET {name}: {status}")
    assert not wrong, faults(wrong)


def test_it_lets_nobody_else_change_what_is_a_members(town: Town, connection: Connection) -> None:
    before = rows_of(connection, town.member_id)
    wrong = []
    for name, _row in rows_with(OWNER, act=True):
        for who, client in {"other": town.other, **town.outsiders()}.items():
            status = client.post(town.address(name), {"once": new_form_key()}).status_code
            if status not in (302, 403, 404):
                wrong.append(f"{who} POST {name}: {status}")
            changed = {table for table, rows in rows_of(connection, town.member_id).items()
                       if rows != before[table]}  # fmt: skip
            if changed:
                wrong.append(f"{who} POST {name} changed {sorted(changed)}")
                before = rows_of(connection, town.member_id)
    assert not wrong, faults(wrong)


def test_it_never_names_a_member_to_anybody_else(town: Town) -> None:
    wrong = []
    secrets = (NAME, PHONE, PHONE.replace("-", ""), town.public_id)
    for who, client in {"other": town.other, **town.outsiders()}.items():
        for name, _row in rows_with(MEMBERS, OWNER, ANYBODY):
            answer = client.get(town.address(name))
            text = b"".join(answer).decode("utf-8", "replace")
            wrong += [f"{who} GET {name} shows {secret}" for secret in secrets if secret in text]
    assert not wrong, faults(wrong)


def test_it_shows_open_pages_to_everybody(town: Town) -> None:
    wrong = []
    for who, client in town.outsiders().items():
        for name, row in rows_with(ANYBODY, DEMO):
            answer = client.get(town.address(name))
            if answer.status_code not in row.seen:
                wrong.append(f"{who} GET {name}: {answer.status_code}")
    assert not wrong, faults(wrong)


def test_it_takes_no_method_that_an_address_does_not_name(town: Town) -> None:
    wrong = []
    for name, _row in rows_with(NOBODY):
        if town.member.get(town.address(name)).status_code != 405:
            wrong.append(f"GET {name}")
    for name, _row in rows_with(NOBODY, act=True):
        if town.member.post(town.address(name)).status_code != 405:
            wrong.append(f"POST {name}")
    for name in ROWS:
        for method in ("put", "delete", "patch"):
            answer = getattr(town.member, method)(town.address(name))
            if answer.status_code != 405:
                wrong.append(f"{method.upper()} {name}: {answer.status_code}")
    assert not wrong, faults(wrong)


def test_it_does_nothing_on_a_form_of_another_site(town: Town, connection: Connection) -> None:
    from django.test import Client

    from dure.web.citizen.shell.sessions import COOKIE

    forged = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    forged.cookies[COOKIE] = town.member.cookies[COOKIE].value
    wrong = []
    for name, row in ROWS.items():
        if row.act is NOBODY or not row.has_token:
            continue
        answer = forged.post(town.address(name))
        if answer.status_code != 403:
            wrong.append(f"POST {name}: {answer.status_code}")
    assert not wrong, faults(wrong)


def test_it_answers_an_empty_form_with_a_sentence(town: Town) -> None:
    wrong = []
    for name, _row in rows_with(MEMBERS, OWNER, ANYBODY, act=True):
        if name == "sign-out":
            continue
        for form in ({}, {"once": new_form_key()}, {"once": "no key"}):
            answer = town.member.post(town.address(name), form)
            if answer.status_code in (405, 500):
                wrong.append(f"POST {name} {form}: {answer.status_code}")
    assert not wrong, faults(wrong)


def test_it_carries_the_strict_headers_and_nothing_inline(town: Town) -> None:
    from dure.config.security import CONTENT_SECURITY_POLICY

    wrong = []
    for name, row in ROWS.items():
        if row.look is NOBODY:
            continue
        for who, client in (("member", town.member), ("stranger", town.stranger)):
            answer = client.get(town.address(name))
            told = answer.headers
            if told.get("Content-Security-Policy") != CONTENT_SECURITY_POLICY:
                wrong.append(f"{name}: its own policy {told.get('Content-Security-Policy')}")
            if told.get("X-Content-Type-Options") != "nosniff" or "X-Frame-Options" not in told:
                wrong.append(f"{name}: may be framed or sniffed")
            is_kept = "no-store" not in told.get("Cache-Control", "")
            if row.look in (MEMBERS, OWNER) and is_kept:
                wrong.append(f"{name}: a member's page may be kept: {told.get('Cache-Control')}")
            if told.get("Content-Type", "").startswith("text/html"):
                text = answer.content.decode()
                wrong += [f"{who} {name}: {each.pattern}" for each in INLINE if each.search(text)]
    assert not wrong, faults(wrong)


@pytest.mark.parametrize("is_https", [False, True])
def test_it_sets_no_cookie_that_a_script_or_another_site_reads(
    town: Town, settings_of_https: Callable[[bool], None], is_https: bool
) -> None:
    settings_of_https(is_https)
    for name, _row in rows_with(MEMBERS, OWNER, ANYBODY, DEMO):
        town.member.get(town.address(name), secure=is_https)
    town.stranger.post("/app/sign-in", {"phone": PHONE}, secure=is_https)
    for client in (town.member, town.stranger):
        for name in cookies_of(client):
            cookie = client.cookies[name]
            assert cookie["httponly"], name
            assert cookie["samesite"] in ("Lax", "Strict"), name
            assert bool(cookie["secure"]) == is_https, name


@pytest.fixture
def settings_of_https(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Says whether the pages are behind HTTPS, as DURE_HTTPS=1 does."""

    def choose(is_https: bool) -> None:
        from django.conf import settings

        for name in ("HTTPS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"):
            monkeypatch.setattr(settings, name, is_https, raising=False)

    return choose


def test_it_shows_the_demos_pages_in_no_other_city(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dure.people import sms

    known = [one for one in list(sys.modules.values()) if hasattr(one, "has_demo_keys")]
    assert sms in known
    for module in known:
        monkeypatch.setattr(module, "has_demo_keys", lambda home: False)
    wrong = []
    for who, client in {"member": town.member, **town.outsiders()}.items():
        for name, _row in rows_with(DEMO):
            if client.get(town.address(name)).status_code != 404:
                wrong.append(f"{who} GET {name}")
    assert not wrong, faults(wrong)


def test_it_opens_nothing_of_the_console_or_the_api_to_a_member(town: Town) -> None:
    from tests.web.test_console_access import OPEN, console_addresses

    wrong = []
    for address in console_addresses():
        if address in OPEN:
            continue
        answer = town.member.get(f"/console/{address}")
        place = answer.headers.get("Location", "").split("?")[0]
        if answer.status_code != 405 and place != "/console/sign-in":
            wrong.append(f"GET /console/{address}: {answer.status_code}")
    for call in ("members", "members/1/wallet", "members/1/history", "purchases/1", "coupons"):
        answer = town.member.get(f"/api/v1/{call}")
        if answer.status_code not in (401, 405):
            wrong.append(f"GET /api/v1/{call}: {answer.status_code}")
    assert not wrong, faults(wrong)
