"""What a provider brings is checked: state, nonce, issuer, audience, signature, and its silence."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from dure.web.citizen.shell.sessions import COOKIE
from tests.citizens import join, sign_in
from tests.engines import RunningEngine
from tests.joining import new_browser, place_of
from tests.web.conftest import Connection

CLIENT = "the-city"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})


class Provider(HTTPServer):
    """Kakao as it answers on the loopback; `changes` are made to the claims it signs."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.nonce = ""
        self.changes: dict[str, object] = {}
        self.key = KEY
        self.without_id_token = False
        self.asked: dict[str, list[str]] = {}
        self.odd: dict[str, tuple[int, bytes]] = {}
        """Status and body with which an address answers in another way than it should."""
        self.silent = ""
        """The end of the address that does not answer before `wakes`."""
        self.wakes = threading.Event()

    def token(self) -> dict[str, object]:
        now_s = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.address, "aud": CLIENT, "sub": "4711", "nonce": self.nonce,
            "iat": now_s, "exp": now_s + 600,
        }  # fmt: skip
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims | self.changes, self.key)
        given: dict[str, object] = {"access_token": "any", "token_type": "bearer"}
        return given if self.without_id_token else given | {"id_token": signed}


class Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked = parse_qs(body)
        self.tell(self.server.token())

    def do_GET(self) -> None:
        is_me = self.path.endswith("/me")
        keys = KeySet([KEY]).as_dict(private=False)
        self.tell({"response": {"id": "4711"}} if is_me else keys)

    def tell(self, what: object) -> None:
        place = self.path.rpartition("/")[2]
        if place == self.server.silent:
            self.server.wakes.wait(30)
            self.close_connection = True
            return
        status, text = self.server.odd.get(place, (200, json.dumps(what).encode()))
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def provider(web_home: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    provider = Provider()
    for name in ("KAKAO", "NAVER"):
        monkeypatch.setenv(f"DURE_{name}_CLIENT_ID", CLIENT)
        monkeypatch.setenv(f"DURE_{name}_CLIENT_SECRET", "secret")
        monkeypatch.setenv(f"DURE_{name}_URL", provider.address)
    thread = threading.Thread(target=provider.serve_forever, daemon=True)
    thread.start()
    yield provider
    provider.wakes.set()
    provider.shutdown()
    thread.join()
    provider.server_close()


def come_back(
    provider: Provider,
    client: Any,
    state: str | None = None,
    *,
    name: str = "kakao",
    wanted: str = "",
    **brought: str,
) -> str:
    """Goes to the provider and comes back with a code, or what is brought; where that leads."""
    start = client.get(f"/app/sign-in/with/{name}", {"next": wanted} if wanted else {})
    asked = parse_qs(urlsplit(place_of(start)).query)
    if name == "kakao":
        assert asked["code_challenge_method"] == ["S256"]
        provider.nonce = asked["nonce"][0]
    told = {"state": state or asked["state"][0], **(brought or {"code": "any"})}
    return place_of(client.get(f"/app/sign-in/with/{name}/back", told))


def strips(client: Any, place: str) -> str:
    """The page where a fault led, with what it says."""
    return str(client.get(place).content.decode())


def test_it_believes_a_provider_that_answers_right(city: RunningEngine, provider: Provider) -> None:
    client = new_browser()
    led = come_back(provider, client)
    assert led == "/app/sign-in?next=/app/&with=kakao"
    assert "처음 한 번은" in client.get(led).content.decode()
    assert set(provider.asked) >= {"code", "client_secret", "code_verifier", "redirect_uri"}


CHANGES: Final[tuple[dict[str, object], ...]] = (
    {"nonce": "of somebody else"}, {"aud": "another client"}, {"sub": ""}, {"sub": 7},
    {"iss": "https://elsewhere.example"}, {"exp": 1_571_000_000},
)  # fmt: skip


def test_it_does_not_believe_what_was_told_to_somebody_else(
    city: RunningEngine, provider: Provider
) -> None:
    for changes in CHANGES:
        client, provider.changes = new_browser(), changes
        assert come_back(provider, client) == "/app/sign-in", changes
        assert "답이 없거나 맞지 않습니다" in strips(client, "/app/sign-in")
        assert COOKIE not in client.cookies


def test_it_does_not_believe_another_signature(city: RunningEngine, provider: Provider) -> None:
    provider.key = OTHER_KEY
    assert come_back(provider, new_browser()) == "/app/sign-in"


def test_it_does_not_believe_a_token_without_an_identity(
    city: RunningEngine, provider: Provider
) -> None:
    provider.without_id_token = True
    assert come_back(provider, new_browser()) == "/app/sign-in"


def test_it_does_not_believe_an_answer_that_another_browser_asked_for(
    city: RunningEngine, provider: Provider
) -> None:
    thief, victim = new_browser(), new_browser()
    state = parse_qs(urlsplit(place_of(thief.get("/app/sign-in/with/kakao"))).query)["state"][0]
    assert come_back(provider, victim, state) == "/app/sign-in"
    assert provider.asked == {}, "the code was not even shown to the provider"


def test_it_takes_an_answer_once(
    city: RunningEngine, provider: Provider, connection: Connection
) -> None:
    client = new_browser()
    asked = parse_qs(urlsplit(place_of(client.get("/app/sign-in/with/kakao"))).query)
    provider.nonce = asked["nonce"][0]
    brought = {"code": "any", "state": asked["state"][0]}
    places = [place_of(client.get("/app/sign-in/with/kakao/back", brought)) for _ in range(2)]
    assert places == ["/app/sign-in?next=/app/&with=kakao", "/app/sign-in"]


ODD: Final = (
    ("kakao", "jwks", 503, b""),
    ("kakao", "jwks", 200, b'{"keys": []}'),
    ("kakao", "token", 500, b"<html>Internal Server Error</html>"),
    ("kakao", "token", 200, b"<html>Maintenance</html>"),
    ("kakao", "token", 400, b'{"error": "invalid_grant"}'),
    ("kakao", "token", 200, b"[]"),
    ("kakao", "token", 200, b'{"access_token": "any", "id_token": "not.a.token"}'),
    ("naver", "token", 502, b""),
    ("naver", "token", 200, b"{}"),
    ("naver", "token", 200, b"[]"),
    ("naver", "token", 200, b"null"),
    ("naver", "me", 500, b"{}"),
    ("naver", "me", 401, b'{"resultcode": "024"}'),
    ("naver", "me", 200, b'{"resultcode": "00"}'),
    ("naver", "me", 200, b'{"response": null}'),
    ("naver", "me", 200, b'{"response": {"id": ["4711"]}}'),
    ("naver", "me", 200, b'{"response": {"id": "' + b"4" * 201 + b'"}}'),
    ("naver", "me", 200, b'["4711"]'),
)
"""Whose address answers how, where it should tell who signed in. Keys that were right are kept, so
what is wrong with them comes first."""


def test_it_says_that_a_provider_fails_and_goes_on_by_telephone(
    city: RunningEngine, provider: Provider
) -> None:
    for name, place, status, body in ODD:
        client, provider.odd = new_browser(), {place: (status, body)}
        failed = come_back(provider, client, name=name, wanted="/app/coupons")
        assert failed == "/app/sign-in?next=/app/coupons", (name, place, body)
        page = strips(client, failed)
        assert "답이 없거나 맞지 않습니다" in page
        assert 'name="next" value="/app/coupons"' in page, "where the citizen wanted to go"
        assert COOKIE not in client.cookies
    sent = client.post("/app/sign-in", {"to": "010-5555-0101", "next": "/app/coupons"})
    assert place_of(sent) == "/app/sign-in/code"


def test_it_does_not_wait_for_a_provider_that_is_late(
    city: RunningEngine, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dure.web.citizen.join import providers

    monkeypatch.setattr(providers, "PATIENCE_S", 0.2)
    for name, place in (("naver", "me"), ("kakao", "token"), ("kakao", "jwks"), ("naver", "token")):
        client, provider.silent = new_browser(), place
        assert come_back(provider, client, name=name) == "/app/sign-in", (name, place)
        assert "답이 없거나" in strips(client, "/app/sign-in")
        provider.wakes.set()
        provider.wakes.clear()


def test_it_tells_a_no_of_the_citizen_from_a_fault_of_the_provider(
    city: RunningEngine, provider: Provider
) -> None:
    for name in ("kakao", "naver"):
        for error, told in (
            ("access_denied", "에서 취소했습니다"),
            ("server_error", "답이 없거나"),
        ):
            client = new_browser()
            assert come_back(provider, client, name=name, error=error) == "/app/sign-in"
            assert told in strips(client, "/app/sign-in"), (name, error)
    assert provider.asked == {}


def test_it_shows_no_provider_a_code_of_a_way_that_it_did_not_begin(
    city: RunningEngine, provider: Provider
) -> None:
    for name in ("kakao", "naver"):
        assert come_back(provider, new_browser(), "made up", name=name) == "/app/sign-in"
        alone = new_browser().get(f"/app/sign-in/with/{name}/back", {"code": "any"})
        assert place_of(alone) == "/app/sign-in"
    assert provider.asked == {}


def test_it_goes_back_to_the_accounts_when_linking_one_fails(
    city: RunningEngine, provider: Provider, connection: Connection
) -> None:
    client = sign_in(connection, join(city, connection).member_id)
    provider.odd["me"] = (500, b"")
    asked = parse_qs(urlsplit(place_of(client.get("/app/settings/accounts/naver/link"))).query)
    brought = {"code": "any", "state": asked["state"][0]}
    failed = place_of(client.get("/app/sign-in/with/naver/back", brought))
    assert failed == "/app/settings/accounts"
    assert "계정을 연결하지 못했습니다" in strips(client, failed)
    assert "휴대전화로 로그인하세요" not in strips(client, failed)


def test_it_says_so_when_one_address_comes_back_too_often(
    city: RunningEngine, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dure.web.citizen.join import outside

    monkeypatch.setattr(outside, "_TRIES", outside._TRIES._replace(tries_max=1))
    come_back(provider, new_browser())
    client = new_browser()
    assert come_back(provider, client) == "/app/sign-in"
    assert "너무 여러 번" in strips(client, "/app/sign-in")
