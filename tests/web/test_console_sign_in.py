"""Signing in to the console: password, second factor, sessions, and what guessing meets."""

import re
import time
from pathlib import Path
from typing import Any

import pytest

from dure.rulebook.officials import Grant, Role
from tests.console import grant, sign_in
from tests.web.conftest import Connection

OFFICIAL, PASSWORD = "gaon", "barley-field-in-june"


@pytest.fixture
def account(web_home: Path, db_url: str, connection: Connection) -> str:
    """A policy officer with an account that an operator has made."""
    from dure.web.console.access.accounts import Doing, make_account

    grant(db_url, OFFICIAL, Grant(Role.POLICY_OFFICER), name="정책담당 가온")
    make_account(Doing(connection, "-", "-"), OFFICIAL, PASSWORD, initial=False)
    return OFFICIAL


def browser() -> Any:
    from django.test import Client

    return Client(SERVER_NAME="localhost")


def code_of(secret: str, steps: int = 0) -> str:
    from allauth.mfa.totp.internal.auth import (
        format_hotp_value,
        hotp_value,
    )

    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def with_password(client: Any, password: str = PASSWORD, official: str = OFFICIAL) -> Any:
    return client.post("/console/sign-in", {"official": official, "password": password})


def enrolled(client: Any) -> str:
    """Signs in for the first time and enrols; gives the secret."""
    with_password(client)
    page = client.get("/console/second-factor").content.decode()
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found
    secret = found[1].replace(" ", "")
    answer = client.post("/console/second-factor", {"code": code_of(secret)})
    assert answer.headers["Location"] == "/console/recovery-codes?next=/console/"
    return secret


def events(connection: Connection) -> list[str]:
    rows = connection.execute("SELECT kind FROM console_event ORDER BY event_id").fetchall()
    return [str(row[0]) for row in rows]


def test_it_enrols_a_second_factor_at_the_first_sign_in(
    account: str, connection: Connection
) -> None:
    client = browser()
    enrolled(client)
    codes = client.get("/console/recovery-codes?next=/console/account").content.decode()
    assert len(re.findall(r"<code>[0-9a-f]+</code>", codes)) == 10
    again = client.get("/console/recovery-codes")
    assert again.status_code == 302, "recovery codes are shown once"
    page = client.get("/console/account")
    assert page.status_code == 200
    assert "정책담당 가온" in page.content.decode()
    assert events(connection) == ["account_made", "factor_made", "signed_in"]


def test_it_takes_a_code_once(account: str) -> None:
    secret = enrolled(browser())
    client, other = browser(), browser()
    with_password(client)
    with_password(other)
    code = code_of(secret, 1)
    assert client.post("/console/second-factor", {"code": code}).status_code == 302
    refused = other.post("/console/second-factor", {"code": code})
    assert refused.status_code == 200
    assert "이미 쓴 번호" in refused.content.decode()


def test_it_takes_a_recovery_code_once(account: str) -> None:
    first = browser()
    enrolled(first)
    shown = first.get("/console/recovery-codes").content.decode()
    code = re.findall(r"<code>([0-9a-f]+)</code>", shown)[0]
    for expected in (302, 200):
        client = browser()
        with_password(client)
        assert client.post("/console/second-factor", {"code": code}).status_code == expected


def test_it_gives_the_session_another_id_at_each_step(account: str) -> None:
    client = browser()
    client.get("/console/sign-in")
    with_password(client)
    half = client.session.session_key
    page = client.get("/console/second-factor").content.decode()
    secret = re.findall(r"<code>([A-Z2-7 ]+)</code>", page)[0].replace(" ", "")
    client.post("/console/second-factor", {"code": code_of(secret)})
    assert client.session.session_key != half
    stale = browser()
    stale.cookies["sessionid"] = half
    assert stale.get("/console/account").status_code == 302


def test_it_says_the_same_of_a_wrong_password_and_an_unknown_name(account: str) -> None:
    wrong = with_password(browser(), "another-password").content.decode()
    unknown = with_password(browser(), "another-password", "nobody").content.decode()
    fault = re.compile(r'role="alert">([^<]+)<')
    assert fault.findall(wrong) == fault.findall(unknown) != []


def test_it_stops_guessing_of_passwords_and_codes(account: str, connection: Connection) -> None:
    answers = [with_password(browser(), f"guess-{n}").status_code for n in range(11)]
    assert answers == [200] * 10 + [429]
    assert with_password(browser()).status_code == 429, "the right password has to wait too"
    assert events(connection)[-1] == "guessing_stopped"


def test_it_needs_the_token_of_its_own_form(account: str) -> None:
    from django.test import Client

    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    assert with_password(client).status_code == 403
    assert client.post("/console/sign-out").status_code == 403


def test_it_goes_on_to_pages_of_the_console_alone(account: str) -> None:
    client = sign_in(OFFICIAL)
    for asked, goes in (
        ("/console/account", "/console/account"),
        ("//evil.example/console/", "/console/"),
        ("https://evil.example/console", "/console/"),
        ("/console/../../x\\y", "/console/"),
    ):
        answer = client.get("/console/sign-in", {"next": asked})
        assert answer.headers["Location"] == goes


def test_it_ends_a_session_that_nobody_uses(account: str) -> None:
    assert sign_in(OFFICIAL).get("/console/account").status_code == 200
    idle = sign_in(OFFICIAL, proved_s_ago=31 * 60)
    assert idle.get("/console/account").headers["Location"].startswith("/console/sign-in?next=")


def test_it_changes_the_first_password_before_anything_else(
    web_home: Path, db_url: str, connection: Connection
) -> None:
    from dure.web.console.access.accounts import Doing, make_account

    grant(db_url, OFFICIAL, Grant(Role.POLICY_OFFICER))
    handed = make_account(Doing(connection, "root", "-"), OFFICIAL)
    client = browser()
    with_password(client, handed)
    page = client.get("/console/second-factor").content.decode()
    secret = re.findall(r"<code>([A-Z2-7 ]+)</code>", page)[0].replace(" ", "")
    client.post("/console/second-factor", {"code": code_of(secret)})
    assert client.get("/console/account").headers["Location"].startswith("/console/first-password")
    short = client.post("/console/first-password", {"new": "short", "again": "short"})
    assert "너무 짧습니다" in short.content.decode()
    new = {"new": PASSWORD, "again": PASSWORD}
    assert client.post("/console/first-password", new).status_code == 302
    assert client.get("/console/account").status_code == 200
    assert with_password(browser(), handed).status_code == 200, "the first one holds no more"


def test_it_ends_another_session_from_the_own_account(account: str, connection: Connection) -> None:
    first, second = browser(), browser()
    secret = enrolled(first)
    with_password(second)
    second.post("/console/second-factor", {"code": code_of(secret, 1)})
    assert second.get("/console/account").status_code == 200
    ends = re.findall(r'name="end" value="(\d+)"', first.get("/console/account").content.decode())
    assert len(ends) == 1
    first.post("/console/account", {"end": ends[0]})
    assert second.get("/console/account").status_code == 302
    assert first.get("/console/account").status_code == 200
