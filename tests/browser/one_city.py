"""For files whose tests only read: one database, engine and server for all tests of the file.

Such a file names what it takes in its own module, where it goes before the fixture of each test:

    db_url, engine, pages = one_city.db_url, one_city.engine, one_city.pages
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dure.kernel.database.connection import ConnectionInfo
from tests.browser.conftest import Pages, pay_a_little, running_pages
from tests.browser.nursery import Nursery
from tests.conftest import fresh_database, small_city
from tests.engines import RunningEngine


@pytest.fixture(scope="module")
def db_url(server: ConnectionInfo, database: ConnectionInfo) -> Iterator[str]:
    """The URL of a fresh database for the file."""
    with pytest.MonkeyPatch.context() as patch, fresh_database(server, patch) as url:
        yield url


@pytest.fixture(scope="module")
def engine(db_url: str) -> Iterator[RunningEngine]:
    """The small city's engine."""
    with small_city(db_url) as running:
        yield running


@pytest.fixture(scope="module")
def paying(engine: RunningEngine) -> RunningEngine:
    """The city in which a member has paid."""
    pay_a_little(engine)
    return engine


@pytest.fixture(scope="module")
def pages(
    nursery: Nursery,
    db_url: str,
    engine: RunningEngine,
    static_files: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Pages]:
    """The small city's pages."""
    home = tmp_path_factory.mktemp("city") / "home"
    with running_pages(nursery, db_url, engine, static_files, home) as running:
        yield running
