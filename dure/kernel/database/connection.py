"""How to reach a database, and the check that it is one that Dure can use."""

from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg

from dure.kernel.database.failures import DatabaseError

SERVER_VERSION_MIN = 150000
"""PostgreSQL 15, as `server_version_num` writes it."""


class DatabaseUnusableError(DatabaseError):
    """The database that was named cannot be reached, or is too old."""


@dataclass(frozen=True, slots=True)
class ConnectionInfo:
    """The address of one database.

    `url` is a libpq URL that psycopg and asyncpg both read (a Unix socket when the server is
    embedded); `tcp_url` reaches the same database over 127.0.0.1. Both hold the password: never log
    them. `pid` is the embedded server's process, None for any other server.
    """

    url: str = field(repr=False)
    tcp_url: str = field(repr=False)
    pid: int | None = None

    def for_database(self, name: str) -> "ConnectionInfo":
        """Return the address of another database of the same server."""
        return replace(
            self,
            url=_with_database(self.url, name),
            tcp_url=_with_database(self.tcp_url, name),
        )


def embedded_connection(
    *, user: str, password: str, database: str, socket_directory: str, port: int, pid: int | None
) -> ConnectionInfo:
    """Return the address of a database of the embedded server."""
    login = f"{quote(user, safe='')}:{quote(password, safe='')}"
    return ConnectionInfo(
        url=f"postgresql://{login}@/{database}?host={quote(socket_directory)}&port={port}",
        tcp_url=f"postgresql://{login}@127.0.0.1:{port}/{database}",
        pid=pid,
    )


def check_database(url: str) -> ConnectionInfo:
    """Connect to a server that somebody else runs and return its address.

    Raises DatabaseUnusableError when it cannot be reached or is older than PostgreSQL 15.
    """
    if urlsplit(url).scheme not in ("postgresql", "postgres"):
        raise DatabaseUnusableError(
            "DATABASE_URL must be a URL such as postgresql://user:password@host:5432/dure"
        )
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version
    except psycopg.Error as error:
        raise DatabaseUnusableError(
            f"The database that DATABASE_URL names cannot be reached: {error}"
        ) from error
    require_version(version)
    return ConnectionInfo(url=url, tcp_url=url)


def require_version(version: int) -> None:
    """Raise DatabaseUnusableError for a server older than PostgreSQL 15 (`server_version_num`)."""
    if version < SERVER_VERSION_MIN:
        raise DatabaseUnusableError(
            f"Dure needs PostgreSQL {SERVER_VERSION_MIN // 10000} or newer; "
            f"DATABASE_URL names a server of version {version // 10000}.{version % 10000}"
        )


def _with_database(url: str, name: str) -> str:
    parts = urlsplit(url)
    # urlunsplit drops an empty host's slashes, which libpq and asyncpg need.
    changed = urlunsplit(("", "", f"/{quote(name, safe='')}", parts.query, ""))
    return f"{parts.scheme}://{parts.netloc}{changed}"
