"""The log of steps on a real database: tampered with, raced for, cut short."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import psycopg
import pytest

from dure.policy.document_errors import DocumentErrors
from dure.rulebook import workflow
from dure.rulebook.checking import verify
from dure.rulebook.log import Fault, replay
from dure.rulebook.log_store import read_log
from dure.rulebook.refusals import Refusal, StepRefusedError
from dure.rulebook.steps import Stage
from tests.rulebooks import (
    CITY_RULE,
    LOWER,
    acting,
    at,
    connected,
    run,
    seed_officials,
    to_published,
    to_scheduled,
)

if TYPE_CHECKING:
    from dure.rulebook.store import AnyConnection


@pytest.fixture
def url(db_url: str) -> str:
    seed_officials(db_url)
    return db_url


COLUMNS: Final = {
    "entry": "entry + 1000",
    "step": "'schedule'",
    "rule": "'another'",
    "version": "version + 1",
    "document_sha256": "repeat('b', 64)",
    "official": "'root'",
    "at_us": "at_us + 1",
    "recorded_at_us": "recorded_at_us + 1",
    "content": "'{\"x\":1}'",
    "public_key": "sha256('x')",
    "previous_hash": "sha256('x')",
    "hash": "sha256('x')",
    "signature": "sha256('x') || sha256('y')",
}
TAMPERED: Final = "SELECT entry FROM rulebook_log WHERE step = 'approve' ORDER BY entry LIMIT 1"


def tamper(url: str, table: str, change: str) -> None:
    """What somebody can do who owns the tables: switch every guard off, and change a row."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
        rows = connection.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype <> 'n'"
            " ORDER BY contype = 'p', contype = 'u', conname",
            (table,),
        ).fetchall()
        for (name,) in rows:
            statement = f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE'
            connection.execute(statement.encode())
        assert connection.execute(change.encode()).rowcount == 1


def faults_of(url: str, heads: tuple[bytes, ...] = ()) -> list[Fault]:
    found: list[Fault] = []

    async def look(connection: AnyConnection) -> None:
        found.extend(await verify(connection, heads))

    run(url, look)
    return found


async def two_published(connection: AnyConnection) -> None:
    await to_published(connection, CITY_RULE, 1)
    await to_published(connection, LOWER, 2, at("2019-10-20"))


@pytest.mark.parametrize("column", COLUMNS)
def test_it_sees_a_change_in_every_column_of_the_log(url: str, column: str) -> None:
    run(url, two_published)
    assert faults_of(url) == []
    change = f"UPDATE rulebook_log SET {column} = {COLUMNS[column]} WHERE entry = ({TAMPERED})"
    tamper(url, "rulebook_log", change)
    assert faults_of(url)


def test_the_test_changes_every_column_there_is(url: str) -> None:
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'rulebook_log'"
        ).fetchall()
    assert {row[0] for row in rows} == set(COLUMNS)


@pytest.mark.parametrize(
    ("table", "change", "words"),
    [
        ("rule_draft", "UPDATE rule_draft SET document = document || ' ' WHERE version = 1",
         "the text of the draft test-city@1 is missing"),
        ("rule_version", "UPDATE rule_version SET document = document || ' ' WHERE version = 1",
         "the text of test-city@1 is not the log's"),
        ("rule_version", "UPDATE rule_version SET version = 7 WHERE version = 1",
         "test-city@7 is published without a step"),
        ("rule_version", "DELETE FROM rule_version WHERE version = 2",
         "test-city@2 was published and is not there"),
        ("rule_end", "UPDATE rule_end SET ends_at_us = ends_at_us + 1",
         "the end of test-city@1 is not the log's"),
        ("rule_end", "DELETE FROM rule_end", "the end of test-city@1 is not the log's"),
        ("rulebook_log", "DELETE FROM rulebook_log WHERE entry = 6",
         "an entry before it is missing"),
    ],
)  # fmt: skip
def test_it_sees_what_the_tables_say_otherwise(
    url: str, table: str, change: str, words: str
) -> None:
    run(url, two_published)
    tamper(url, table, change)
    assert any(words in fault.en for fault in faults_of(url))


def test_it_sees_a_cut_log_by_a_head_that_was_published(url: str) -> None:
    run(url, two_published)
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT hash FROM rulebook_log ORDER BY entry DESC").fetchone()
    assert row is not None
    assert faults_of(url, (row[0],)) == []
    tamper(url, "rulebook_log", "DELETE FROM rulebook_log WHERE hash = '\\x" + row[0].hex() + "'")
    assert any(row[0].hex() in fault.en for fault in faults_of(url, (row[0],)))


@pytest.mark.parametrize("table", ["rulebook_log", "rule_draft", "rule_end", "rule_version"])
def test_the_database_only_ever_adds(url: str, table: str) -> None:
    run(url, two_published)
    column = "version" if table in ("rule_draft", "rule_version") else "entry"
    with psycopg.connect(url, autocommit=True) as connection:
        for change in (f"UPDATE {table} SET {column} = 1", f"DELETE FROM {table}",
                       f"TRUNCATE {table} CASCADE"):  # fmt: skip
            with pytest.raises(psycopg.errors.RestrictViolation):
                connection.execute(change.encode())


def test_the_database_refuses_an_entry_that_forks_the_chain(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        copied = (
            "INSERT INTO rulebook_log SELECT {}, step, rule, version, document_sha256, official,"
            " at_us, recorded_at_us, content, public_key, {}, sha256('x'), signature"
            " FROM rulebook_log WHERE entry = 2"
        )
        for entry, previous, guard in (
            ("99", "previous_hash", "the_chain_of_steps_never_forks"),
            ("99", "NULL", "only_the_first_step_follows_none"),
            ("99", "sha256('y')", "a_step_follows_a_step"),
            ("2", "(SELECT hash FROM rulebook_log ORDER BY entry DESC LIMIT 1)",
             "steps_are_numbered"),
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.IntegrityError) as refused:
                connection.execute(copied.format(entry, previous).encode())
            assert refused.value.diag.constraint_name == guard


def test_of_many_approvals_at_once_two_by_different_people_count(url: str) -> None:
    async def prepared(connection: AnyConnection) -> None:
        await workflow.draft(connection, acting("writer"), CITY_RULE, "draft.yaml")
        await workflow.check(connection, acting("writer"), "test-city", 1)

    async def approve(who: str) -> Refusal | None:
        async with connected(url) as connection:
            try:
                await workflow.approve(connection, acting(who), "test-city", 1)
            except StepRefusedError as stop:
                return stop.refused.refusal
            return None

    async def rush() -> list[Refusal | None]:
        return await asyncio.gather(*(approve(who) for who in ("first", "second") * 6))

    run(url, prepared)
    answers = asyncio.run(rush())
    assert answers.count(None) == 2
    assert set(answers) <= {None, Refusal.APPROVED_ALREADY, Refusal.OUT_OF_ORDER}

    async def look(connection: AnyConnection) -> None:
        life = replay(await read_log(connection)).lives["test-city@1"]
        assert life.stage is Stage.APPROVED
        assert set(life.approvers) == {"first", "second"}
        assert await verify(connection) == []

    run(url, look)


def test_of_many_publications_at_once_one_counts(url: str) -> None:
    async def prepared(connection: AnyConnection) -> None:
        await to_scheduled(connection, CITY_RULE, 1)

    async def publish(_: int) -> Refusal | None:
        async with connected(url) as connection:
            try:
                await workflow.publish_version(connection, acting("root"), "test-city", 1)
            except StepRefusedError as stop:
                return stop.refused.refusal
            return None

    async def rush() -> list[Refusal | None]:
        return await asyncio.gather(*(publish(number) for number in range(10)))

    run(url, prepared)
    answers = asyncio.run(rush())
    assert answers.count(None) == 1
    assert set(answers) == {None, Refusal.OUT_OF_ORDER}
    assert faults_of(url) == []


def test_of_two_rules_that_contradict_the_first_at_the_counter_is_published(url: str) -> None:
    other = CITY_RULE.replace("id: test-city", "id: test-other")

    async def prepared(connection: AnyConnection) -> None:
        await to_scheduled(connection, CITY_RULE, 1)
        await to_scheduled(connection, other, 1, rule="test-other")

    async def publish(rule: str) -> str:
        async with connected(url) as connection:
            try:
                await workflow.publish_version(connection, acting("root"), rule, 1)
            except DocumentErrors as refused:
                return refused.errors[0].fault.value
            return "published"

    async def rush() -> list[str]:
        return list(await asyncio.gather(publish("test-city"), publish("test-other")))

    run(url, prepared)
    assert sorted(asyncio.run(rush())) == ["published", "rules_contradict"]
    assert faults_of(url) == []


DYING: Final = """
import asyncio, os, signal, sys
import asyncpg
from dure.rulebook import workflow
from tests.rulebooks import acting, at

class Dying(asyncpg.Connection):
    left = int(sys.argv[2])

    async def _execute(self, *args, **options):
        answer = await super()._execute(*args, **options)
        Dying.die()
        return answer

    async def execute(self, *args, **options):
        answer = await super().execute(*args, **options)
        Dying.die()
        return answer

    @classmethod
    def die(cls):
        cls.left -= 1
        if cls.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

async def main():
    connection = await asyncpg.connect(sys.argv[1], connection_class=Dying)
    await workflow.publish_version(connection, acting("root", at("2019-10-20")), "test-city", 2)
    await connection.close()

asyncio.run(main())
"""


def test_a_publication_that_is_killed_anywhere_is_whole_or_nothing(url: str) -> None:
    """Killed after the first statement, after the second, and so on until it lives to its end."""

    async def prepared(connection: AnyConnection) -> None:
        await to_published(connection, CITY_RULE, 1)
        await to_scheduled(connection, LOWER, 2, at("2019-10-20"))

    run(url, prepared)
    killed = 0
    for statement in range(1, 60):
        done = subprocess.run(
            [sys.executable, "-c", DYING, url, str(statement)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            check=False,
        )
        with psycopg.connect(url) as connection:
            row = connection.execute(
                "SELECT (SELECT count(*) FROM rule_version WHERE version = 2),"
                " (SELECT count(*) FROM rule_end),"
                " (SELECT count(*) FROM rulebook_log WHERE step = 'publish' AND version = 2)"
            ).fetchone()
        assert row is not None
        assert len(set(row)) == 1, (statement, row)
        assert faults_of(url) == []
        if row[0]:
            break
        assert done.returncode == -signal.SIGKILL
        killed += 1
    assert killed >= 8
