"""The database as plain SQL for pages and API: Django's own connection, in autocommit."""

from __future__ import annotations

from django.db import connection
from psycopg import Connection
from psycopg.rows import TupleRow


def database() -> Connection[TupleRow]:
    """This thread's connection. Raises django.db.Error when the database cannot be reached."""
    if connection.connection is not None and connection.connection.closed:
        # Errors of plain SQL pass Django by, so it would keep a connection that has died.
        connection.close()
    connection.ensure_connection()
    opened = connection.connection
    assert isinstance(opened, Connection)
    return opened
