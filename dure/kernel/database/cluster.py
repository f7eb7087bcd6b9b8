"""Creates the embedded server's data directory and decides the settings that it runs with."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from dure.kernel.database.failures import DatabaseError
from dure.kernel.database.home import write_private
from dure.kernel.database.place import Place

SUPERUSER = "postgres"

MEGABYTE = 1024 * 1024

# What every embedded server runs with. Durability is spelled out, although it is the default:
# nothing may be answered before its commit is on the disk.
SETTINGS: Mapping[str, str] = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_level": "replica",
    "max_wal_size": "4GB",
    "min_wal_size": "512MB",
    "wal_buffers": "16MB",
    "checkpoint_timeout": "5min",
    "checkpoint_completion_target": "0.9",
    "max_connections": "100",
    "random_page_cost": "1.1",  # Solid-state disks: a page out of order costs hardly more.
    "jit": "off",  # Compiling costs more than our short statements take.
    "timezone": "UTC",
    "lc_messages": "C",  # We recognize a few of the server's messages when it starts.
    # A week of log files, one a weekday, each started afresh.
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgresql-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_checkpoints": "on",
    "log_lock_waits": "on",
}


class ClusterError(DatabaseError):
    """The data directory could not be created, or belongs to another version of PostgreSQL."""


def is_created(place: Place) -> bool:
    """Say whether the data directory is there; ClusterError if another version made it."""
    try:
        found = (place.data / "PG_VERSION").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return False
    answer = place.account.run([place.program("postgres"), "--version"], env=place.environment())
    programs = answer.stdout.split()[-1].split(".")[0]
    if found != programs:
        raise ClusterError(
            f"The data in {place.data} is of PostgreSQL {found}, the programs are {programs}: "
            f"move it with pg_upgrade, or choose another DURE_HOME to begin anew"
        )
    return True


def create_cluster(place: Place, superuser_password: str) -> None:
    """Create the data directory: checksums, UTF-8, code-point order, passwords everywhere.

    A directory that was begun and never finished is thrown away. Raises ClusterError.
    """
    draft = place.data.with_name(f"{place.data.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    place.account.own(draft)
    with tempfile.TemporaryDirectory(prefix="dure-initdb-") as folder:
        place.account.own(Path(folder))
        password_file = Path(folder, "password")
        write_private(password_file, superuser_password + "\n")
        place.account.own(password_file)
        command = _initdb(place, draft, password_file)
        done = place.account.run(command, env=place.environment())
    if done.returncode != 0:
        raise ClusterError(f"initdb could not create {place.data}: {done.stderr.strip()}")
    draft.rename(place.data)


def _initdb(place: Place, directory: Path, password_file: Path) -> list[str]:
    # The builtin provider sorts by code point, which is the order of the Hangul syllables, and
    # knows upper and lower case of every script without depending on the machine's locales.
    return [
        place.program("initdb"),
        f"--pgdata={directory}",
        f"--username={SUPERUSER}",
        f"--pwfile={password_file}",
        "--auth-local=scram-sha-256",
        "--auth-host=scram-sha-256",
        "--data-checksums",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C.UTF-8",
        "--lc-messages=C",
        "--no-instructions",
    ]


def server_settings(
    chosen: Mapping[str, str], *, port: int, socket_directory: Path
) -> dict[str, str]:
    """Return every setting of a start: ours, then the chosen ones, then where it listens."""
    return {
        **SETTINGS,
        "shared_buffers": f"{_shared_buffers_mb()}MB",
        **chosen,
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(socket_directory),
        "unix_socket_permissions": "0700",
    }


def _shared_buffers_mb() -> int:
    """An eighth of the memory, at least 128 MB and at most 1 GB."""
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MEGABYTE
    return max(128, min(1024, memory_mb // 8))
