"""What tests of every room share: a real PostgreSQL, a fresh database for a test, a browser.

`db_url` is all that a database test asks for. It is a libpq URL that psycopg and asyncpg read;
DATABASE_URL and Django's connection point to the same database while the test runs, and when the
test has ended every invariant of the books is checked in it (unless the test is marked
`breaks_books`).
"""

import importlib
import importlib.util
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from dure.authorization.requests import Appropriate
from dure.kernel.database.connection import ConnectionInfo, check_database
from dure.kernel.database.server import EmbeddedServer
from tests.engines import BEGUN_US, LINES, RunningEngine, new_key, running_engine, seed_city

TEMPLATE = f"dure_test_template_{os.getpid()}"
INVARIANTS = "dure.ledger.invariants"

# Only the machine's power supply could tell the difference, and tests do not cut it. Tests of
# durability start servers of their own.
FAST = {"fsync": "off", "shared_buffers": "128MB", "min_wal_size": "80MB", "max_wal_size": "1GB"}

_IN_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 4 << 30

_numbers = itertools.count(1)


def _quick_folder() -> Path:
    """Where a database of a thousand small files is made in 30 ms instead of 250: in memory, where
    there is room for the servers of all workers.
    """
    if os.access(_IN_MEMORY, os.W_OK) and shutil.disk_usage(_IN_MEMORY).free >= _ROOM_BYTES:
        return _IN_MEMORY
    return Path("/tmp")


@pytest.fixture(scope="session", autouse=True)
def _own_home() -> Iterator[Path]:
    """Keep the tests' secrets and run state away from the city that may run in this checkout."""
    home = Path(tempfile.mkdtemp(prefix="dure-tests-", dir=_quick_folder()))
    home.chmod(0o711)
    before = os.environ.get("DURE_HOME")
    os.environ["DURE_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "dure.config.settings"
    yield home
    if before is None:
        del os.environ["DURE_HOME"]
    else:
        os.environ["DURE_HOME"] = before
    shutil.rmtree(home)


@pytest.fixture(scope="session")
def server(_own_home: Path) -> Iterator[ConnectionInfo]:
    """A server: DATABASE_URL's, whose user may create databases, or else an embedded one."""
    url = os.environ.get("DATABASE_URL")
    if url:
        yield check_database(url)
        return
    with EmbeddedServer(_own_home, settings=FAST) as info:
        yield info


@pytest.fixture(scope="session")
def database(server: ConnectionInfo) -> Iterator[ConnectionInfo]:
    """A migrated database that nobody writes to: the template of every test's own."""
    require_wrappers()
    info = server.for_database(TEMPLATE)
    create_database(server, TEMPLATE)
    point_django_at(info.url)
    from dure.database.command import migrate

    migrate()
    close_django()
    yield info
    drop_database(server, TEMPLATE)


@pytest.fixture
def db_url(
    request: pytest.FixtureRequest,
    server: ConnectionInfo,
    database: ConnectionInfo,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[str]:
    """The URL of a fresh, migrated database for one test; see the head of this file."""
    may_break = request.node.get_closest_marker("breaks_books") is not None
    with fresh_database(server, monkeypatch, may_break=may_break) as url:
        yield url


@contextmanager
def fresh_database(
    server: ConnectionInfo, patch: pytest.MonkeyPatch, *, may_break: bool = False
) -> Iterator[str]:
    """A copy of the template that Django uses meanwhile; its books must be whole in the end."""
    name = f"dure_test_{os.getpid()}_{next(_numbers)}"
    create_database(server, name, template=TEMPLATE)
    url = server.for_database(name).url
    patch.setenv("DATABASE_URL", url)
    point_django_at(url)
    yield url
    close_django()
    broken = [] if may_break else broken_invariants(url)
    drop_database(server, name)
    assert not broken, f"the test left broken books: {broken}"


@pytest.fixture
def engine(db_url: str) -> Iterator[RunningEngine]:
    """A real engine on the test's own database, with a small city in it (`tests.engines`)."""
    with small_city(db_url) as running:
        yield running


@contextmanager
def small_city(db_url: str) -> Iterator[RunningEngine]:
    """The small city of `tests.engines` with its engine and money in its lines."""
    seed_city(db_url)
    with running_engine(db_url) as running:
        for line_id, _code, _payer, _district, won in LINES:
            answer = running.ask(
                Appropriate(key=new_key(), occurred_at_us=BEGUN_US, line_id=line_id, amount_won=won)
            )
            assert answer.approved
        yield running


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Debian's Chromium. Where CI is set its absence is a failure, elsewhere a skip."""
    path = shutil.which("chromium")
    if path is None:
        reason = "Chromium is missing: run `make browser` as root"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path


def create_database(server: ConnectionInfo, name: str, *, template: str = "template1") -> None:
    """Create a database as a copy of another, which nobody may be connected to."""
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
        sql.Identifier(name), sql.Identifier(template)
    )
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(statement)


def drop_database(server: ConnectionInfo, name: str) -> None:
    """Drop a database, whoever is still connected to it."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def point_django_at(url: str) -> None:
    """Make every later use of Django's database, in any thread, go to this one."""
    import django
    from django.db import connections

    from dure.config.django_database import django_database

    django.setup()
    close_django()
    connections.settings["default"].update(django_database(url))


def close_django() -> None:
    """Close and forget this thread's connection of Django."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        del connections[connection.alias]


def broken_invariants(url: str) -> list[object]:
    """Run every invariant of the books; return what is broken (nothing before they are written)."""
    if importlib.util.find_spec(INVARIANTS) is None:
        return []
    with psycopg.connect(url) as connection:
        return list(importlib.import_module(INVARIANTS).broken(connection))


def require_wrappers() -> None:
    """Fail clearly when a SQL file is not part of the migrations."""
    from dure.database.sql_files import unwrapped_names

    missing = unwrapped_names()
    assert not missing, f"no migration runs {missing}: run `dure db wrap`"
