"""The one command `dure`."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dure.config.cli import READER_GONE, UNAVAILABLE, WRONG_USE, is_built, run
from dure.config.commands import COMMANDS, Command
from dure.kernel.database.failures import DatabaseError
from dure.kernel.database.home import make_home


def test_it_lists_every_command_when_asked_for_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["help"]) == 0
    shown = capsys.readouterr().out
    for command in COMMANDS:
        assert command.promise in shown


def test_it_says_so_when_there_is_no_such_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pay"]) == WRONG_USE
    assert "no command 'pay'" in capsys.readouterr().err


def test_it_says_so_when_a_room_is_not_built(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ahead = Command("mall", "dure.mall.command", "run the mall")
    monkeypatch.setattr("dure.config.cli.COMMANDS", (ahead,))
    assert run(["mall"]) == UNAVAILABLE
    assert "mall is not built yet" in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_it_finds_a_main_in_every_room_that_is_built(command: Command) -> None:
    if is_built(command):
        assert callable(importlib.import_module(command.module).main)


def test_it_explains_a_missing_database_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(args: list[str]) -> int:
        raise DatabaseError("start it first")

    monkeypatch.setattr("dure.database.command.main", refuse)
    assert run(["db", "status"]) == 1
    assert capsys.readouterr().err == "dure db: start it first\n"


def test_it_leaves_with_the_status_of_its_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dure.config", "pay"], check=False, capture_output=True
    )
    assert done.returncode == WRONG_USE


def test_it_ends_quietly_when_its_reader_has_read_enough() -> None:
    reads, writes = os.pipe()
    os.close(reads)
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "dure.config", "policy", "show", "2019-10-22"],
            stdout=writes,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(writes)
    assert "Traceback" not in ended.stderr
    assert ended.returncode == READER_GONE


class _MissingError(Exception):
    sqlstate = "42P01"


def test_it_names_the_way_to_tables_where_there_are_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(args: list[str]) -> int:
        raise RuntimeError("wrapped") from _MissingError("city_clock")

    books = next(command for command in COMMANDS if command.name == "books")
    monkeypatch.setattr(importlib.import_module(books.module), "main", fail)
    assert run(["books"]) == 1
    assert "dure db migrate" in capsys.readouterr().err


WRONG = [
    (["run", "--port", "99999"], "1 to 65535"),
    (["run", "--gateway-port", "x"], "1 to 65535"),
    (["run", "--speed", "0"], "above 0"),
    (["run", "--members", "-5"], "from 1 up"),
    (["demo", "seogu", "--scale", "0"], "from 1 up"),
    (["demo", "traffic", "--rate", "-1"], "above 0"),
    (["demo", "traffic", "--gateway", "nowhere"], "host:port"),
    (
        ["web", "api-key", "create", "--partner", "x", "--scopes", "all", "--per-minute", "0"],
        "1 up",
    ),
]


@pytest.mark.parametrize(("args", "told"), WRONG)
def test_it_says_what_to_write_instead_of_a_wrong_number(
    args: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        run(args)
    assert left.value.code == WRONG_USE
    assert told in capsys.readouterr().err


def test_it_names_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseError, match="set DURE_HOME"):
        make_home(tmp_path / "file")
