"""`dure web` from the command line: keys are made, listed and revoked, and only once shown."""

import hashlib
import re

import pytest

from dure.web.command import main
from tests.web.conftest import Connection


def test_it_shows_a_key_once_and_keeps_its_hash_alone(
    connection: Connection, web_home: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["api-key", "create", "--partner", "견본", "--scopes", "qr:write"]) == 0
    key = capsys.readouterr().out.strip()
    assert re.fullmatch(r"dure_[A-Za-z0-9_-]{43}", key)
    row = connection.execute("SELECT key_sha256, scopes FROM api_key").fetchone()
    assert row is not None
    assert bytes(row[0]) == hashlib.sha256(key.encode()).digest()
    assert row[1] == ["qr:write"]
    assert main(["api-key", "list"]) == 0
    assert key not in capsys.readouterr().out


def test_it_revokes_a_key_and_says_when_there_is_none(
    connection: Connection, web_home: object, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["api-key", "create", "--partner", "견본", "--scopes", "all"])
    assert main(["api-key", "revoke", "1"]) == 0
    assert main(["api-key", "revoke", "1"]) == 1
    assert "revoked" in capsys.readouterr().out


def test_it_names_the_scopes_there_are(
    web_home: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["api-key", "create", "--partner", "견본", "--scopes", "everything"]) == 2
    assert "purchases:write" in capsys.readouterr().err
