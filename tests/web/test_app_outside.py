"""What a provider brings is checked: state, nonce, issuer, audience, signature, and its silence."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from dure.web.citizen.shell.sessions import COOKIE
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
        self.tell(KeySet([KEY]).as_dict(private=False))

    def tell(self, what: object) -> None:
        text = json.dumps(what).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def provider(web_home: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    provider = Provider()
    monkeypatch.setenv("DURE_KAKAO_CLIENT_ID", CLIENT)
    monkeypatch.setenv("DURE_KAKAO_CLIENT_SECRET", "secret")
    monkeypatch.setenv("DURE_KAKAO_URL", provider.address)
    thread = threading.Thread(target=provider.serve_forever, daemon=True)
    thread.start()
    yield provider
    provider.shutdown()
    thread.join()
    provider.server_close()


def come_back(provider: Provider, client: Any, state: str | None = None) -> str:
    """Goes to the provider and comes back with a code; where that leads."""
    asked = parse_qs(urlsplit(place_of(client.get("/app/sign-in/with/kakao"))).query)
    assert asked["code_challenge_method"] == ["S256"]
    provider.nonce = asked["nonce"][0]
    answer = client.get(
        "/app/sign-in/with/kakao/back", {"code": "any", "state": state or asked["state"][0]}
    )
    return place_of(answer)


def test_it_believes_a_provider_that_answers_right(city: RunningEngine, provider: Provider) -> None:
    client = new_browser()
    assert come_back(provider, client) == "/app/sign-in?next=/app/"
    assert "처음 한 번은" in client.get("/app/sign-in").content.decode()
    assert set(provider.asked) >= {"code", "client_secret", "code_verifier", "redirect_uri"}


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "of somebody else"}, {"aud": "another client"}, {"sub": ""}, {"sub": 7},
        {"iss": "https://elsewhere.example"}, {"exp": 1_571_000_000},
    ],
)  # fmt: skip
def test_it_does_not_believe_what_was_told_to_somebody_else(
    city: RunningEngine, provider: Provider, changes: dict[str, object]
) -> None:
    client = new_browser()
    provider.changes = changes
    assert come_back(provider, client) == "/app/sign-in"
    assert "답이 맞지 않습니다" in client.get("/app/sign-in").content.decode()
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
    assert places == ["/app/sign-in?next=/app/", "/app/sign-in"]
