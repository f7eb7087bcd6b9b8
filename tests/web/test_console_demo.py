"""Accounts at the command line, and the officials of a demo city."""

import re
from pathlib import Path

import pytest

from tests.console import ROOT, grant
from tests.web.conftest import Connection
from tests.web.test_console_sign_in import browser, with_password


def run(*args: str) -> int:
    from dure.web.console.access.command import main

    return main(args)


def test_it_makes_officials_of_a_demo_city_who_can_sign_in(
    web_home: Path, db_url: str, connection: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    grant(db_url, ROOT)
    connection.execute("INSERT INTO demo_city (members, shops, seed) VALUES (64, 50, 1)")
    assert run("demo", "--prepare") == 0
    assert run("demo", "--prepare") == 0, "what is there stays"
    capsys.readouterr()
    assert run("demo") == 0
    shown = re.findall(r"^(\S+) +(\S+) +(\d{6}) ", capsys.readouterr().out, re.MULTILINE)
    assert len(shown) == 9
    official, password, code = next(row for row in shown if row[0] == "gaon")
    client = browser()
    with_password(client, password, official)
    assert client.post("/console/second-factor", {"code": code}).status_code == 302
    assert "정책담당 가온" in client.get("/console/account").content.decode()


def test_it_makes_no_officials_where_real_people_are(
    web_home: Path, db_url: str, connection: Connection
) -> None:
    grant(db_url, ROOT)
    assert run("demo", "--prepare") == 0
    assert connection.execute("SELECT count(*) FROM auth_user").fetchone() == (0,)


def test_it_makes_and_closes_accounts(
    web_home: Path, db_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    grant(db_url, ROOT)
    assert run("add", ROOT) == 0
    password = re.findall(rf"^{ROOT}: (\S+)$", capsys.readouterr().out, re.MULTILINE)[0]
    assert with_password(browser(), password, ROOT).status_code == 302
    assert run("add", ROOT) == 1
    assert "이미 있습니다" in capsys.readouterr().err
    assert run("deactivate", ROOT) == 0
    assert with_password(browser(), password, ROOT).status_code == 200
    assert run("reset-factor", "nobody") == 1
    assert run("officials") == 0
    assert f"{ROOT:<20} 정지" in capsys.readouterr().out
