"""`dure policy` from a draft to in force, by its commands alone."""

from __future__ import annotations

import asyncio
import re
import shlex
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg
import psycopg
import pytest

from dure.demo.city import OPENING_US
from dure.demo.load_rules import open_budget_lines, opening_lines, publish_documents
from dure.rulebook import log_store
from dure.rulebook.commands import main
from tests.rulebooks import CITY_RULE, LOWER, NOW, REASONS, at

PAGE = Path(__file__).parents[2] / "docs" / "rulebook.md"
Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(
    db_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Say:
    """Runs a command in a city whose clock stands at 1 August 2019; gives status and texts."""
    monkeypatch.setenv("DURE_HOME", str(tmp_path / "home"))
    set_clock(db_url, NOW)
    with psycopg.connect(db_url, autocommit=True) as connection:
        for line_id, code in enumerate(("test-state", "test-city"), start=1):
            connection.execute(
                "INSERT INTO budget_line (line_id, code, name_ko, name_en, payer, fiscal_year)"
                " VALUES (%s, %s, '시비', 'City money', 'city', 2019)",
                (line_id, code),
            )
    (tmp_path / "one.yaml").write_text(CITY_RULE, encoding="utf-8")
    (tmp_path / "two.yaml").write_text(LOWER, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def said(*words: str) -> tuple[int, str, str]:
        status = main(list(words))
        out = capsys.readouterr()
        return status, out.out, out.err

    for who, role in (("writer", "policy_officer"), ("first", "approver"), ("second", "approver")):
        if who == "writer":
            assert said("grant", "root", "--role", "operator", "--by", "root")[0] == 0
        assert said("grant", who, "--role", role, "--by", "root")[0] == 0
    return said


def set_clock(url: str, at_us: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DELETE FROM city_clock")
        connection.execute(
            "INSERT INTO city_clock (anchor_us, started_at_us, speed) VALUES (%s, %s, 1)",
            (time.time_ns() // 1000, at_us),
        )


def published(say: Say, file: str, key: str) -> None:
    for words in (
        ("draft", file, "--by", "writer"),
        ("check", key, "--by", "writer"),
        ("simulated", key, "--by", "writer", "--name", "첫 결과", "--result", file),
        ("approve", key, "--by", "first"),
        ("approve", key, "--by", "second", "--file", file),
        ("notice", key, "--by", "writer"),
        ("schedule", key, "--by", "writer"),
        ("publish", key, "--by", "root", "--file", file),
    ):
        assert say(*words)[0] == 0, words


def test_a_rule_goes_through_all_its_steps(say: Say, db_url: str) -> None:
    published(say, "one.yaml", "test-city@1")
    assert "공포됨" in say("status", "test-city")[1]
    set_clock(db_url, at("2019-10-05"))
    status, out, _ = say("status")
    assert status == 0
    assert "시행 중 / in force" in out
    assert "(first, second)" in out
    assert "300,000원까지 6%" in say("notices")[1]
    officials = say("officials")[1]
    assert all(who in officials for who in ("root", "writer", "first", "second"))
    published(say, "two.yaml", "test-city@2")
    told = "300,000원까지 6% → 3%"
    assert told in say("diff", "test-city@1", "test-city@2")[1]
    assert told in say("diff", "one.yaml", "two.yaml")[1]
    assert told in say("diff", "test-city@1", "two.yaml")[1]
    assert say("diff", "test-city@1", "test-city@9")[0] == 1
    status, out, err = say("log", "--verify")
    assert (status, err) == (0, "")
    assert "all sound" in out


def test_it_ends_a_rule_by_two_approvers(say: Say, db_url: str) -> None:
    published(say, "one.yaml", "test-city@1")
    set_clock(db_url, at("2019-10-05"))
    ask = ("rollback", "test-city@1", "--by", "first", "--reasons", REASONS)
    assert say(*ask)[0] == 0
    status, _, err = say("rollback", "test-city@1", "--by", "first", "--confirm")
    assert status == 1
    assert "다른 승인자" in err
    assert say("rollback", "test-city@1", "--by", "second", "--confirm")[0] == 0
    set_clock(db_url, at("2019-10-06"))
    assert "되돌림" in say("status")[1]
    assert say("rollback", "test-city@1", "--by", "first", "--at", "2019-10-01")[0] == 1
    assert say("log", "--verify")[0] == 0


def test_it_says_why_a_step_is_refused_in_both_languages(say: Say) -> None:
    status, _, err = say("draft", "one.yaml", "--by", "first")
    assert status == 1
    assert "권한이 없습니다" in err
    assert "may not hand in a draft" in err
    assert say("draft", "one.yaml", "--by", "writer")[0] == 0
    status, _, err = say("publish", "test-city@1", "--by", "root")
    assert (status, "초안" in err, "cannot be published now" in err) == (1, True, True)
    Path("wrong.yaml").write_text(CITY_RULE.replace("of: 6", "of: 5"), encoding="utf-8")
    status, _, err = say("draft", "wrong.yaml", "--by", "writer")
    assert (status, "wrong.yaml:9:" in err) == (1, True)
    Path("wrong.yaml").write_bytes(CITY_RULE.encode("euc-kr"))
    for words in (("draft", "wrong.yaml", "--by", "writer"), ("diff", "wrong.yaml", "one.yaml")):
        status, _, err = say(*words)
        assert (status, "UTF-8" in err) == (1, True)
    assert say("draft", "missing.yaml", "--by", "writer")[0] == 1
    assert say("check", "nothing", "--by", "writer")[0] == 2
    assert say("approve", "nothing", "--by", "first")[0] == 2
    withdrawn = ("withdraw", "test-city@1", "--by", "writer", "--reasons", REASONS)
    assert say(*withdrawn)[0] == 0
    assert "철회됨" in say("status", "test-city@1")[1]
    assert say("status", "nothing")[0] == 1


def test_it_sees_a_broken_log_and_a_head_that_is_gone(say: Say, db_url: str) -> None:
    assert say("log", "--head", "ab" * 32)[0] == 1
    out = say("log")[1]
    head = out.split()[-1]
    assert say("log", "--head", head)[0] == 0
    with psycopg.connect(db_url, autocommit=True) as connection:
        connection.execute("ALTER TABLE rulebook_log DISABLE TRIGGER steps_are_only_added")
        connection.execute("UPDATE rulebook_log SET official = 'other' WHERE entry = 3")
    status, _, err = say("log", "--verify")
    assert status == 1
    assert "entry 3" in err


def test_it_gives_up_where_another_step_does_not_end(
    say: Say, db_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_store, "PATIENCE", "SET LOCAL lock_timeout = '50ms'")
    with psycopg.connect(db_url) as connection:
        connection.execute(log_store.LOCK_LOG.encode())
        status, _, err = say("draft", "one.yaml", "--by", "writer")
        assert (status, "try again" in err) == (1, True)
        assert say("status")[0] == 1  # Readers go on: there is no rule yet.
    assert say("draft", "one.yaml", "--by", "writer")[0] == 0


def test_it_takes_a_directory_over(say: Say, tmp_path: Path) -> None:
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / "rule.yaml").write_text(CITY_RULE, encoding="utf-8")
    taken = ("take-over", str(folder), "--by", "root", "--origin", "2019년 고시")
    assert say(*taken)[0] == 0
    assert "공포됨" in say("status", "test-city@1")[1]
    assert say(*taken)[0] == 1
    assert say("notice-days", "30", "--by", "first")[0] == 0
    assert say("revoke", "second", "--role", "approver", "--by", "root")[0] == 0
    assert say("log", "--verify")[0] == 0


@pytest.mark.parametrize(
    "command",
    ["draft", "check", "approve", "notice", "schedule", "publish", "rollback", "status", "log",
     "diff", "simulated", "withdraw", "grant", "revoke", "notice-days", "take-over", "officials",
     "notices"],
)  # fmt: skip
def test_each_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    shown = capsys.readouterr().out
    if command != "check":
        assert any("가" <= letter <= "힣" for letter in shown)
        assert " / " in shown


def test_the_walk_of_the_page_can_be_walked(
    db_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Follows docs/rulebook.md literally, in a city with the demo's lines and rules."""
    monkeypatch.setenv("DURE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    set_clock(db_url, OPENING_US)

    async def begun() -> None:
        connection = await asyncpg.connect(db_url)
        await open_budget_lines(connection, opening_lines(60_000, OPENING_US), OPENING_US - 10**6)
        await publish_documents(connection, tmp_path / "home", OPENING_US)
        await connection.close()

    asyncio.run(begun())
    page = PAGE.read_text(encoding="utf-8")
    document = re.search(r"```yaml\n(id: donggu.*?)```", page, re.DOTALL)
    assert document is not None
    Path("weekend.yaml").write_text(document[1], encoding="utf-8")
    lines = re.findall(r"^\$ dure policy (.*)$", page, re.MULTILINE)
    assert len(lines) > 10
    for line in lines:
        assert main(shlex.split(line)) == 0, (line, capsys.readouterr())
    shown = capsys.readouterr().out
    assert "donggu-weekend" in shown
    assert "300,000원까지 2%" in shown
