"""The embedded server's life: it keeps data, recovers, refuses a second keeper, and is found."""

import asyncio
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import asyncpg
import psycopg
import pytest

from dure.kernel.database import leftovers
from dure.kernel.database.account import AccountError
from dure.kernel.database.cluster import ClusterError
from dure.kernel.database.connection import DatabaseUnusableError, require_version
from dure.kernel.database.leftovers import postmaster_of, processes_in, wait_until
from dure.kernel.database.place import (
    LIBRARIES,
    MODULE,
    REACHABLE_BASE,
    packaged_installation,
)
from dure.kernel.database.server import (
    EmbeddedServer,
    ServerAlreadyRunningError,
    open_database,
    running_database,
)

SMALL = {"shared_buffers": "32MB", "min_wal_size": "80MB"}
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root hands over to another account")


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    # Not pytest's own directory: that is closed to the account PostgreSQL runs under.
    directory = Path(tempfile.mkdtemp(prefix="dure-home-", dir="/tmp"))
    directory.chmod(0o711)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def server(home: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(home, settings=SMALL)
    yield server
    server.stop()


def keep(url: str, value: int) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (value int)")
        connection.execute("INSERT INTO kept VALUES (%s)", (value,))


def kept(url: str) -> list[int]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT value FROM kept ORDER BY value")]


def ask(url: str, query: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


SUPERVISOR = """
import sys, time
from pathlib import Path
from dure.kernel.database import process
from dure.kernel.database.server import EmbeddedServer
if sys.argv[2] == "orphan":
    process.die_with_parent = lambda number: None
server = EmbeddedServer(Path(sys.argv[1]), settings={"shared_buffers": "32MB"})
print(server.start().url, flush=True)
time.sleep(600)
"""


def start_supervisor(home: Path, how: str) -> tuple["subprocess.Popen[str]", str]:
    """Start a process that keeps the server; with `orphan`, its server will outlive it."""
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(home), how], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    assert url, "the supervisor did not start its server"
    return process, url


def kill_supervisor(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.communicate()


def test_it_keeps_its_rows_through_a_stop_and_a_start(server: EmbeddedServer) -> None:
    keep(server.start().url, 1)
    server.stop()
    assert kept(server.start().url) == [1]


def test_it_answers_psycopg_and_asyncpg_over_socket_and_tcp(server: EmbeddedServer) -> None:
    info = server.start()

    async def ask_asyncpg(url: str) -> object:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval("SELECT 1")
        finally:
            await connection.close()

    for url in (info.url, info.tcp_url):
        assert ask(url, "SELECT 1") == 1
        assert asyncio.run(ask_asyncpg(url)) == 1


def test_it_is_durable_checked_and_sorts_hangul(server: EmbeddedServer) -> None:
    url = server.start().url
    for setting, value in {
        "fsync": "on",
        "synchronous_commit": "on",
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "password_encryption": "scram-sha-256",
        "listen_addresses": "127.0.0.1",
        "shared_buffers": "32MB",
    }.items():
        assert ask(url, f"SELECT current_setting('{setting}')") == value
    in_order = "SELECT string_agg(w, '' ORDER BY w) FROM unnest('{하,가,나}'::text[]) AS t(w)"
    assert ask(url, in_order) == "가나하"
    with psycopg.connect(url) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
    assert ask(url, "SELECT word_similarity('인삼', '강화 인삼 세트') = 1") is True


def test_it_gives_its_owner_no_way_around_the_tables_rules(server: EmbeddedServer) -> None:
    url = server.start().url
    assert ask(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(url, "SET session_replication_role = replica")


def test_it_lets_nobody_in_without_the_password(server: EmbeddedServer) -> None:
    info = server.start()
    password = info.tcp_url.split(":")[2].split("@")[0]
    for url in (info.url, info.tcp_url, server.superuser_info.tcp_url):
        wrong = url.replace(password, "wrong").replace("postgres:", "postgres:x")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)
    assert password not in repr(info)
    for secret in server._home.glob("*.secret"):
        assert secret.stat().st_mode & 0o077 == 0


def test_it_recovers_after_its_postmaster_is_killed(server: EmbeddedServer) -> None:
    info = server.start()
    keep(info.url, 1)
    with closing(psycopg.connect(info.url)) as open_session:
        open_session.execute("INSERT INTO kept VALUES (2)")
        server.kill()
        assert not server.is_running()
        again = server.start()
    assert again.url == info.url
    assert again.pid != info.pid
    assert kept(again.url) == [1]


def test_it_recovers_while_a_busy_backend_still_holds_the_memory(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leftovers, "ORPHAN_PATIENCE_S", 0.2)
    info = server.start()
    keep(info.url, 1)
    busy = "SELECT count(*) FROM generate_series(1, 1e10::bigint)"  # It never looks up.
    with closing(psycopg.connect(info.url, autocommit=True)) as session:
        session.pgconn.send_query(busy.encode())
        running = f"SELECT count(*) FROM pg_stat_activity WHERE query = '{busy}'"
        assert wait_until(lambda: ask(info.url, running) == 1, 10)
        server.kill()
        assert processes_in((server._home / "postgres").resolve())
        assert kept(server.start().url) == [1]


def test_it_stops_when_its_supervisor_is_killed(home: Path, server: EmbeddedServer) -> None:
    supervisor, url = start_supervisor(home, "bound")
    keep(url, 1)
    kill_supervisor(supervisor)
    data = (home / "postgres").resolve()
    assert wait_until(lambda: not processes_in(data), 30)
    assert running_database(home) is None
    assert kept(server.start().url) == [1]


def test_it_ends_a_server_that_outlived_its_supervisor(
    home: Path, server: EmbeddedServer, caplog: pytest.LogCaptureFixture
) -> None:
    supervisor, url = start_supervisor(home, "orphan")
    keep(url, 1)
    kill_supervisor(supervisor)
    orphan = postmaster_of((home / "postgres").resolve())
    assert kept(url) == [1]  # It still runs, with nobody to keep it.
    info = server.start()
    assert info.pid != orphan
    assert kept(info.url) == [1]
    assert f"PostgreSQL {orphan} outlived its supervisor" in caplog.text
    assert not Path(url.split("host=")[1].split("&")[0]).exists()


def test_it_is_not_deceived_by_a_pid_that_belongs_to_somebody_else(server: EmbeddedServer) -> None:
    keep(server.start().url, 1)
    server.kill()
    pid_file = server._home / "postgres" / "postmaster.pid"
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        lines = pid_file.read_text(encoding="ascii").splitlines()
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n", encoding="ascii")
        assert kept(server.start().url) == [1]
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_it_names_the_first_keeper_to_the_second(home: Path, server: EmbeddedServer) -> None:
    supervisor, url = start_supervisor(home, "bound")
    try:
        with pytest.raises(ServerAlreadyRunningError, match=f"process {supervisor.pid}:"):
            server.start()
        server.stop()  # What is not ours stays as it is.
        found = running_database(home)
        assert found is not None
        assert found.url == url
    finally:
        kill_supervisor(supervisor)
    assert server.start().url != url  # The kernel dropped the first one's lock with it.


def test_it_lets_one_of_two_have_the_data_that_start_at_once(home: Path) -> None:
    both = [
        subprocess.Popen(
            [sys.executable, "-c", SUPERVISOR, str(home), "bound"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    assert wait_until(lambda: any(process.poll() is not None for process in both), 20)
    loser = both[0] if both[0].poll() is not None else both[1]
    winner = both[1 - both.index(loser)]
    try:
        _, complaint = loser.communicate()
        assert f"already kept by process {winner.pid}:" in complaint
        assert winner.stdout is not None
        assert ask(winner.stdout.readline().strip(), "SELECT 1") == 1
    finally:
        kill_supervisor(winner)
        with EmbeddedServer(home, settings=SMALL) as info:
            assert ask(info.url, "SELECT 1") == 1


def test_it_refuses_a_second_start_of_its_own(server: EmbeddedServer) -> None:
    info = server.start()
    with pytest.raises(ServerAlreadyRunningError, match=f"process {os.getpid()}:"):
        server.start()
    assert ask(info.url, "SELECT 1") == 1


def test_it_is_found_while_it_runs_and_not_after(home: Path, server: EmbeddedServer) -> None:
    assert running_database(home) is None
    info = server.start()
    assert running_database(home) == info
    with open_database(home) as found:
        assert found == info
    assert ask(info.url, "SELECT 1") == 1  # Who found it does not stop it.
    server.kill()
    assert running_database(home) is None
    server.stop()
    assert not list(home.glob("database-running*"))


def test_it_takes_another_port_when_its_own_was_taken(server: EmbeddedServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server._port = taken.getsockname()[1]
        info = server.start()
        assert f":{server._port}/" in info.tcp_url
        assert server._port != taken.getsockname()[1]


def test_it_begins_again_after_an_interrupted_creation(home: Path, server: EmbeddedServer) -> None:
    (home / "postgres.draft").mkdir()
    (home / "postgres.draft" / "PG_VERSION").write_text("18\n", encoding="ascii")
    assert ask(server.start().url, "SELECT 1") == 1


def test_it_says_so_when_the_data_is_of_another_version(home: Path, server: EmbeddedServer) -> None:
    server.start()
    server.stop()
    (home / "postgres" / "PG_VERSION").write_text("17\n", encoding="ascii")
    with pytest.raises(ClusterError, match=r"is of PostgreSQL 17, the programs are 18"):
        server.start()


@AS_ROOT
def test_it_moves_what_its_account_cannot_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = Path(tempfile.mkdtemp(prefix="dure-closed-", dir="/tmp"))  # Mode 700, as /root has.
    packages = packaged_installation().parent.parent
    for name in (MODULE, LIBRARIES):
        shutil.copytree(packages / name, closed / name, symlinks=True)
    installation = closed / MODULE / "pginstall"
    monkeypatch.setattr("dure.kernel.database.place.packaged_installation", lambda: installation)
    server = EmbeddedServer(closed / "home", settings=SMALL)
    moved: Path | None = None
    try:
        keep(server.start().url, 1)
        moved = (closed / "home" / "postgres").resolve().parent
        assert moved.parent == REACHABLE_BASE
        assert server._place is not None
        assert server._place.installation.is_relative_to(moved)
        server.stop()
        assert kept(server.start().url) == [1]
    finally:
        server.stop()
        shutil.rmtree(closed)
        if moved is not None:
            shutil.rmtree(moved)


@AS_ROOT
def test_it_runs_as_a_normal_user_and_root_takes_over() -> None:
    account = pwd.getpwnam("nobody")
    if not all(folder.stat().st_mode & 0o001 for folder in Path(sys.prefix).resolve().parents):
        pytest.skip("the programs lie where a normal user may not look")
    home = Path(tempfile.mkdtemp(prefix="dure-home-", dir="/tmp"))
    os.chown(home, account.pw_uid, account.pw_gid)

    def live() -> None:
        server = EmbeddedServer(home, settings=SMALL)
        keep(server.start().url, 1)
        server.kill()
        assert kept(server.start().url) == [1]
        server.stop()
        server.start()
        server.stop()

    try:
        assert as_account(account, live) == 0
        assert (home / "postgres").stat().st_uid == account.pw_uid
        with EmbeddedServer(home, settings=SMALL) as info:
            assert kept(info.url) == [1]
    finally:
        shutil.rmtree(home)


@AS_ROOT
def test_it_says_whose_the_data_is_when_it_belongs_to_somebody_else() -> None:
    account = pwd.getpwnam("nobody")
    home = Path(tempfile.mkdtemp(prefix="dure-home-", dir="/tmp"))
    os.chown(home, account.pw_uid, account.pw_gid)
    (home / "postgres").mkdir()

    def fail() -> None:
        with pytest.raises(AccountError, match=f"belongs to account 0, and you are {os.getuid()}"):
            EmbeddedServer(home).start()

    try:
        assert as_account(account, fail) == 0
    finally:
        shutil.rmtree(home)


def test_it_prefers_the_database_that_was_named(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    info = server.start()
    monkeypatch.setenv("DATABASE_URL", info.tcp_url)
    with open_database(tmp_path) as named:
        assert named.url == info.tcp_url
        assert named.pid is None
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("host=localhost dbname=dure", "must be a URL"),
        ("postgresql://dure@127.0.0.1:1/dure", "cannot be reached"),
    ],
)
def test_it_says_what_is_wrong_with_the_named_database(
    monkeypatch: pytest.MonkeyPatch, url: str, message: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(DatabaseUnusableError, match=message), open_database():
        pass


def test_it_refuses_a_server_older_than_fifteen() -> None:
    require_version(150000)
    with pytest.raises(DatabaseUnusableError, match=r"needs PostgreSQL 15.*version 14\.11"):
        require_version(140011)


def test_it_writes_a_runtime_file_that_only_its_owner_reads(
    home: Path, server: EmbeddedServer
) -> None:
    info = server.start()
    path = home / "database-running.json"
    assert path.stat().st_mode & 0o077 == 0
    assert json.loads(path.read_text(encoding="utf-8"))["pid"] == info.pid


def as_account(account: pwd.struct_passwd, work: Callable[[], None]) -> int:
    """Do the work in a process of that account; return its exit status."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setgroups([])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
            work()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    _, ended = os.waitpid(child, 0)
    return -signal.SIGKILL if os.WIFSIGNALED(ended) else os.waitstatus_to_exitcode(ended)
