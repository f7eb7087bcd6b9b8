"""`dure db`: brings the database's tables up to date, says how they stand, or begins anew."""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence

import django
import psycopg
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from dure.database.applied import MadeByAnotherTextError, check_applied, remember_applied
from dure.database.sql_files import write_wrappers
from dure.kernel.database.server import ConnectionInfo, open_database

LOCK_PATIENCE = "5s"

LIST_SCHEMAS = """
SELECT nspname FROM pg_namespace
WHERE nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%'
"""


def main(args: Sequence[str]) -> int:
    """Run one of the database commands; return the exit status."""
    parser = argparse.ArgumentParser(prog="dure db", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("migrate", help="create or update every table")
    actions.add_parser("status", help="show what is applied; exit status 1 if something is not")
    reset = actions.add_parser("reset", help="throw every table away and create them anew")
    reset.add_argument("--yes", action="store_true", help="do not ask")
    actions.add_parser("shell", help="open psql, if it is installed")
    actions.add_parser("wrap", help="for developers: write the migrations of new SQL files")
    chosen = parser.parse_args(args)
    if chosen.action == "wrap":
        print("wrapped:", ", ".join(write_wrappers()) or "nothing new")
        return 0
    with open_database() as info:
        if chosen.action == "shell":
            return _shell(info)
        use_database(info)
        if chosen.action == "migrate":
            return _migrate()
        if chosen.action == "status":
            return show_status()
        return _reset(info, confirmed=chosen.yes)


def use_database(info: ConnectionInfo) -> None:
    """Point Django at a database, before its first use in this process."""
    os.environ["DATABASE_URL"] = info.url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.config.settings")
    django.setup()


def migrate() -> None:
    """Apply every migration of every app that is not applied yet.

    Raises MadeByAnotherTextError, and then has changed nothing.
    """
    check_applied()
    call_command("migrate", interactive=False, verbosity=1)
    remember_applied()


def _migrate() -> int:
    try:
        migrate()
    except MadeByAnotherTextError as error:
        print(f"{error.korean}\n{error.english}", file=sys.stderr)
        return 1
    return 0


def waiting_migrations() -> list[str]:
    """List the migrations that are not applied, in the order in which they would run."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def show_status() -> int:
    """Print the server, the size and what is not applied; return 1 if something is not."""
    waiting = waiting_migrations()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), current_database(),"
            " pg_size_pretty(pg_database_size(current_database()))"
        )
        version, name, size = cursor.fetchone()
    print(f"PostgreSQL {version}, database {name}, {size}")
    for migration in waiting:
        print(f"not applied: {migration}")
    print(f"{len(waiting)} migrations to apply" if waiting else "every migration is applied")
    return 1 if waiting else 0


def _reset(info: ConnectionInfo, *, confirmed: bool) -> int:
    if not confirmed:
        if not sys.stdin.isatty():
            print("dure db reset destroys every payment; say --yes", file=sys.stderr)
            return 2
        if input("This destroys every table and every payment. Type 'reset' to go on: ") != "reset":
            return 1
    try:
        drop_everything(info)
    except psycopg.errors.LockNotAvailable:
        print("Somebody uses the tables: stop `dure run` first.", file=sys.stderr)
        return 1
    migrate()
    return 0


def drop_everything(info: ConnectionInfo) -> None:
    """Drop every schema of the database; psycopg's LockNotAvailable when a table is in use."""
    with psycopg.connect(info.url) as admin:
        admin.execute("SELECT set_config('lock_timeout', %s, true)", (LOCK_PATIENCE,))
        for (name,) in admin.execute(LIST_SCHEMAS).fetchall():
            admin.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))
        admin.execute("CREATE SCHEMA public")


def _shell(info: ConnectionInfo) -> int:
    try:
        return subprocess.run(["psql", info.tcp_url], check=False).returncode
    except FileNotFoundError:
        print("psql is not installed (Debian: apt-get install postgresql-client)", file=sys.stderr)
        return 1
