"""What tests of pages and API share: an engine behind the pages, and a partner who asks."""

import json
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

from dure.engine.settings import socket_path
from tests.engines import RunningEngine

Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
def connection(db_url: str) -> Iterator[Connection]:
    """Our connection, each statement its own transaction."""
    with psycopg.connect(db_url, autocommit=True) as opened:
        yield opened


@pytest.fixture
def web_home(db_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of its own for the pages, with no engine in it yet."""
    from django.conf import settings

    from dure.web.api.calls import key_ring
    from dure.web.city import views
    from dure.web.city.reading import SharedReading
    from dure.web.shared.engine import engine

    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="dure-web-", dir="/tmp") as folder:
        monkeypatch.setenv("DURE_HOME", folder)
        monkeypatch.setattr(views, "_shared", SharedReading(kept_s=0.0))
        engine.cache_clear()
        key_ring.cache_clear()
        yield Path(folder)
        engine().close()


@pytest.fixture
def city(web_home: Path, engine: RunningEngine) -> RunningEngine:
    """The small city of `seed_city` with its engine where the pages look for it."""
    socket_path(web_home).symlink_to(engine.path)
    return engine


class Told(NamedTuple):
    """An answer as a partner's program sees it."""

    status: int
    body: Any
    headers: dict[str, str]


class Partner:
    """A partner's program with an API key; each POST has a new Idempotency-Key unless given."""

    def __init__(self, key: str, *, language: str = "ko") -> None:
        from django.test import Client

        self._client = Client(raise_request_exception=False, SERVER_NAME="localhost")
        self.headers = {"Authorization": f"Bearer {key}", "Accept-Language": language}

    def get(self, path: str, **headers: str) -> Told:
        return self._told(
            self._client.get(f"/api/v1{path}", headers={**self.headers, **_dashed(headers)})
        )

    def post(self, path: str, body: Any = None, *, once: str | None = None, **more: str) -> Told:
        headers = {**self.headers, "Idempotency-Key": once or str(uuid.uuid4()), **_dashed(more)}
        text = body if isinstance(body, str | bytes) else json.dumps(body or {})
        return self._told(
            self._client.post(
                f"/api/v1{path}", data=text, content_type="application/json", headers=headers
            )
        )

    def _told(self, response: Any) -> Told:
        return Told(response.status_code, json.loads(response.content), dict(response.headers))


def _dashed(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture
def make_partner(connection: Connection, web_home: Path) -> Callable[..., Partner]:
    """Makes a partner whose key has the scopes (all when none are named)."""
    from dure.web.api.keys import Scope, create_key

    def make(*scopes: str, per_minute: int = 10_000, language: str = "ko") -> Partner:
        _, key = create_key(
            connection,
            partner="견본 제휴사",
            scopes=list(scopes) or [scope.value for scope in Scope],
            requests_per_minute_max=per_minute,
        )
        return Partner(key, language=language)

    return make


@pytest.fixture
def partner(make_partner: Callable[..., Partner]) -> Partner:
    """A partner who may do everything, in English."""
    return make_partner(language="en")
