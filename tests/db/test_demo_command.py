"""`dure demo` at the command line, on a real database."""

import pytest

from dure.demo.command import main

SMALL = ["load", "--members", "400", "--shops", "120", "--seed", "3"]


def test_it_says_that_there_is_no_city_yet(db_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status"]) == 1
    assert "no demo city" in capsys.readouterr().out


def test_it_sends_nobody_to_a_city_that_is_not_there(
    db_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["traffic", "--seconds", "1"]) == 1
    assert "dure demo load" in capsys.readouterr().err


def test_it_loads_a_city_once_and_leaves_it_alone_afterwards(
    db_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(SMALL) == 0
    assert main(SMALL) == 1
    assert "not empty" in capsys.readouterr().err
    assert main([*SMALL, "--if-empty"]) == 0
    assert main(["status"]) == 0
    assert "400" in capsys.readouterr().out


def test_it_refuses_a_city_of_no_size(db_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["load", "--members", "3"]) == 1
    assert "64 to 10,000,000 members" in capsys.readouterr().err


def test_it_shows_the_budget_in_the_terminal(
    db_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "180")
    monkeypatch.setenv("LINES", "40")
    assert main(SMALL) == 0
    assert main(["watch", "--once"]) == 0
    shown = capsys.readouterr().out
    assert "2019-10-21 18:00" in shown
    assert "남동구" in shown
    assert "x60" in shown
