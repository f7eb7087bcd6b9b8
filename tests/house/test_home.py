"""The directory that keeps an installation's secrets, and what the settings make of it."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse

from dure.config.django_database import django_database
from dure.config.security import strict_headers
from dure.kernel.database.connection import ConnectionInfo, embedded_connection
from dure.kernel.database.home import home_directory, keep_secret, read_json, write_private


def test_it_is_where_dure_home_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DURE_HOME", str(tmp_path / "city"))
    assert home_directory() == tmp_path / "city"


def test_it_is_in_the_checkout_when_nobody_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DURE_HOME")
    checkout = Path(__file__).resolve().parents[2]
    assert home_directory() == checkout / ".dure"


def test_it_keeps_a_secret_that_only_its_owner_reads(tmp_path: Path) -> None:
    home = tmp_path / "city"
    secret = keep_secret(home, "web")
    assert len(secret) >= 43  # 256 bits in base 64
    assert keep_secret(home, "web") == secret
    assert keep_secret(home, "other") != secret
    assert stat.S_IMODE((home / "web.secret").stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) & 0o066 == 0


def test_it_gives_everybody_the_same_secret_when_they_ask_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as many:
        secrets = set(many.map(lambda _: keep_secret(tmp_path, "web"), range(64)))
    assert len(secrets) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["web.secret"]


def test_it_takes_a_file_that_was_never_written_whole_for_none(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    assert read_json(path) is None
    path.write_text('{"pid": 1', encoding="utf-8")
    assert read_json(path) is None
    write_private(path, '{"pid": 1}')
    assert read_json(path) == {"pid": 1}
    assert os.listdir(tmp_path) == ["state.json"]


@pytest.mark.parametrize("which", ["url", "tcp_url"])
def test_it_tells_django_where_the_database_is(which: str) -> None:
    info: ConnectionInfo = embedded_connection(
        user="dure", password="a/b@c:d", database="x", socket_directory="/tmp/s", port=5433, pid=1
    ).for_database("y")
    settings = django_database(getattr(info, which))
    assert settings["NAME"] == "y"
    assert settings["USER"] == "dure"
    assert settings["PASSWORD"] == "a/b@c:d"
    assert settings["HOST"] == {"url": "/tmp/s", "tcp_url": "127.0.0.1"}[which]
    assert settings["PORT"] == "5433"


def test_it_lets_pages_load_nothing_from_elsewhere() -> None:
    response = strict_headers(lambda request: HttpResponse())(HttpRequest())
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy
    own = HttpResponse(headers={"Content-Security-Policy": "sandbox"})
    assert strict_headers(lambda request: own)(HttpRequest()) is own
    assert own.headers["Content-Security-Policy"] == "sandbox"
