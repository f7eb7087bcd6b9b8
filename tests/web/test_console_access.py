"""Who gets in: nobody without a second factor, and each official where a role leads."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dure.rulebook.officials import Grant, Role
from tests.console import ROOT, grant, sign_in
from tests.web.conftest import Connection

OPEN = {"sign-in", "sign-out", "second-factor", "first-password", "recovery-codes"}
PARTS = {r"<int:\w+>": "1", r"<(?:slug|str):\w+>": "x"}


def console_addresses() -> list[str]:
    """Every address of the console with something in each of its places."""
    from django.urls import URLPattern, URLResolver

    from dure.web.console import urls

    def below(patterns: list[Any]) -> Iterator[str]:
        for each in patterns:
            if isinstance(each, URLResolver):
                yield from below(each.url_patterns)
            elif isinstance(each, URLPattern):
                yield str(each.pattern)

    found = "\n".join(below(urls.urlpatterns))
    for kind, sample in PARTS.items():
        found = re.sub(kind, sample, found)
    return found.split("\n")


def browser() -> Any:
    from django.test import Client

    return Client(SERVER_NAME="localhost")


@pytest.fixture
def people(web_home: Path, db_url: str, connection: Connection) -> None:
    """One who may act, one who may only look, one who must see nothing."""
    grant(db_url, ROOT)
    grant(db_url, "looker", Grant(Role.AUDITOR), name="감사담당 봄")
    grant(db_url, "writer", Grant(Role.POLICY_OFFICER), name="정책담당 가온")


def test_it_asks_everybody_to_sign_in_at_every_address(people: None) -> None:
    addresses = console_addresses()
    assert len(addresses) > 25
    for root, method in (("/console/", "get"), ("/en/console/", "get"), ("/console/", "post")):
        for address in addresses:
            if address in OPEN:
                continue
            answer = getattr(browser(), method)(root + address)
            if answer.status_code == 405:
                continue  # This address takes the other method, and says so to everybody.
            assert answer.status_code == 302, (method, address)
            assert answer.headers["Location"].split("?")[0] == f"{root}sign-in", address


def test_it_asks_for_the_second_factor_at_every_address(people: None) -> None:
    from django.contrib.auth.models import User

    user, _ = User.objects.get_or_create(username="writer")
    for address in console_addresses():
        if address in OPEN:
            continue
        client = browser()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        session = client.session
        session["console_half_at_s"] = 9_999_999_999
        session.save()
        answer = client.get(f"/console/{address}")
        if answer.status_code == 405:
            continue
        assert answer.status_code == 302, address
        assert answer.headers["Location"].split("?")[0] == "/console/second-factor", address


def test_it_shows_nothing_to_somebody_without_a_role(people: None) -> None:
    client = sign_in("nobody")
    for address in console_addresses():
        if address in OPEN:
            continue
        answer = client.get(f"/console/{address}")
        assert answer.status_code in (403, 405), address
        if answer.status_code == 403:
            assert "운영자에게 역할을 요청하세요" in answer.content.decode()


@pytest.mark.parametrize(
    ("who", "looks", "acts"),
    [(ROOT, 200, 302), ("looker", 200, 403), ("writer", 403, 403), ("nobody", 403, 403)],
)
def test_it_lets_operators_grant_roles_and_auditors_look(
    people: None, who: str, looks: int, acts: int
) -> None:
    client = sign_in(who)
    assert client.get("/console/officials").status_code == looks
    assert client.get("/console/officials/writer").status_code == looks
    asked = {"official": "new-one", "role": "approver", "place": "0", "name": "승인담당"}
    assert client.post("/console/officials", asked).status_code == acts
    shown = sign_in(ROOT).get("/console/officials").content.decode()
    assert ("new-one" in shown) is (acts == 302)


def test_it_grants_and_revokes_by_signed_steps(people: None, connection: Connection) -> None:
    client = sign_in(ROOT)
    asked = {"official": "haneul", "role": "district_officer", "place": "28260", "name": "하늘"}
    client.post("/console/officials", asked)
    client.post(
        "/console/officials/haneul",
        {"act": "revoke", "role": "district_officer", "place": "28260"},
    )
    steps = connection.execute("SELECT step, official FROM rulebook_log ORDER BY entry").fetchall()
    assert steps[-2:] == [("grant", ROOT), ("revoke", ROOT)]
    refused = client.post(
        f"/console/officials/{ROOT}", {"act": "revoke", "role": "operator", "place": "0"},
        follow=True,
    )  # fmt: skip
    assert "strip-error" in refused.content.decode(), "a city keeps its last operator"


def test_it_confirms_who_acts_and_then_does_what_was_asked(people: None) -> None:
    from allauth.mfa.totp.internal.auth import TOTP
    from django.contrib.auth.models import User

    from dure.web.console.access.accounts import Doing, make_account
    from dure.web.console.access.factors import new_secret
    from dure.web.shared.store import database
    from tests.web.test_console_sign_in import code_of

    make_account(Doing(database(), "-", "-"), ROOT, "barley-field", initial=False)
    secret = new_secret()
    TOTP.activate(User.objects.get(username=ROOT), secret)
    client = sign_in(ROOT, proved_s_ago=10 * 60)
    asked = {"official": "late", "role": "approver", "place": "0", "name": "<늦은>"}
    page = client.post("/console/officials", asked)
    assert page.status_code == 200
    assert 'name="name" value="&lt;늦은&gt;"' in page.content.decode()
    sent = {**asked, "proof_address": "/console/officials"}
    wrong = client.post("/console/proof", {**sent, "code": "000000"})
    assert "strip-alarm" in wrong.content.decode()
    again = client.post("/console/proof", {**sent, "code": code_of(secret)})
    assert (again.status_code, again.headers["Location"]) == (307, "/console/officials")
    assert client.post("/console/officials", sent).status_code == 302
    assert "late" in client.get("/console/officials").content.decode()


def test_it_never_repeats_what_was_asked_elsewhere(people: None) -> None:
    client = sign_in(ROOT)
    for address in ("https://evil.example/", "//evil.example/console/", "/api/v1/charges"):
        answer = client.post("/console/proof", {"proof_address": address, "code": "1"})
        assert answer.headers["Location"] == "/console/"


def test_it_hands_over_a_first_password_once(people: None) -> None:
    client = sign_in(ROOT)
    asked = {"official": "dasom", "role": "approver", "place": "0", "account": "1"}
    page = client.post("/console/officials", asked).content.decode()
    assert "첫 비밀번호: dasom" in page
    assert "첫 비밀번호" not in client.get("/console/officials/dasom").content.decode()


def test_it_closes_an_account_with_all_its_sessions(people: None, connection: Connection) -> None:
    from dure.web.console.access.accounts import Doing, make_account

    make_account(Doing(connection, "-", "-"), "writer", "barley-field", initial=False)
    make_account(Doing(connection, "-", "-"), ROOT, "barley-field", initial=False)
    other = sign_in("writer")
    assert other.get("/console/account").status_code == 200
    operator = sign_in(ROOT)
    operator.post("/console/officials/writer", {"act": "off"})
    assert other.get("/console/account").status_code == 302
    own = operator.post(f"/console/officials/{ROOT}", {"act": "off"}, follow=True)
    assert "자기 계정은 정지할 수 없습니다" in own.content.decode()
