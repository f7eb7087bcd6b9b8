"""The tables that migrations make."""

import subprocess
import sys

import psycopg
import pytest

from dure.database.command import drop_everything, main, migrate, waiting_migrations
from dure.kernel.database.connection import check_database

SCHEMA = """
WITH ours AS (
  SELECT oid, nspname FROM pg_namespace
  WHERE nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%'
)
SELECT 'column', table_schema || '.' || table_name, column_name, data_type, is_nullable,
  column_default
FROM information_schema.columns JOIN ours ON table_schema = nspname
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(c.oid), '', ''
FROM pg_constraint c JOIN ours ON connamespace = ours.oid
UNION ALL
SELECT 'index', schemaname || '.' || tablename, indexname, indexdef, '', ''
FROM pg_indexes JOIN ours ON schemaname = nspname
UNION ALL
SELECT 'routine', proname, '', pg_get_functiondef(p.oid), '', ''
FROM pg_proc p JOIN ours ON pronamespace = ours.oid WHERE prokind IN ('f', 'p')
UNION ALL
SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), '', ''
FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT 'view', viewname, '', definition, '', '' FROM pg_views JOIN ours ON schemaname = nspname
ORDER BY 1, 2, 3, 4
"""


def schema(url: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(SCHEMA).fetchall()


def test_it_changes_nothing_when_migrated_twice(db_url: str) -> None:
    before = schema(db_url)
    migrate()
    assert schema(db_url) == before
    assert any(row[1] == "journal" for row in before)


def test_it_makes_the_same_tables_again_after_a_reset(db_url: str) -> None:
    before = schema(db_url)
    assert main(["reset", "--yes"]) == 0
    assert schema(db_url) == before


def test_it_says_what_is_not_applied(db_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status"]) == 0
    drop_everything(check_database(db_url))
    assert "database.0001_money" in waiting_migrations()
    assert main(["status"]) == 1
    assert "not applied: database.0001_money" in capsys.readouterr().out
    migrate()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE applied_sql SET sha256 = repeat('0', 64) WHERE name = '0019_gifts'",
        "DELETE FROM applied_sql WHERE name = '0019_gifts'",
        "DROP TABLE applied_sql",
    ],
)
def test_it_refuses_a_database_that_another_text_has_made(
    db_url: str, capsys: pytest.CaptureFixture[str], change: str
) -> None:
    with psycopg.connect(db_url) as connection:
        connection.execute(change.encode())
    before = schema(db_url)
    assert main(["migrate"]) == 1
    told = capsys.readouterr().err
    assert "0019_gifts" in told or "0024_guardian_holds" in told
    assert "dure db reset" in told
    assert schema(db_url) == before
    assert main(["reset", "--yes"]) == 0
    assert main(["migrate"]) == 0


def test_it_refuses_to_reset_tables_in_use(
    db_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dure.database.command.LOCK_PATIENCE", "50ms")
    with psycopg.connect(db_url) as reader:
        reader.execute("SELECT * FROM journal LIMIT 1")
        assert main(["reset", "--yes"]) == 1
    assert "stop `dure run` first" in capsys.readouterr().err


def test_it_does_not_reset_without_a_yes(db_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dure.config", "db", "reset"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 2
    assert "say --yes" in done.stderr
    assert schema(db_url)
