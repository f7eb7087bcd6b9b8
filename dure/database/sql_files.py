"""Turns the numbered files in `sql/` into Django migrations, each in one transaction."""

# Note [SQL migrations]: a file in sql/ is the truth about its tables, and a migration is a wrapper
# of three lines with the same name:
#
#     """Runs sql/0001_money.sql."""
#     from dure.database.sql_files import sql_migration
#     Migration = sql_migration(__file__)
#
# A file that has been released is never edited; a change is the next file.

from pathlib import Path

from django.db import migrations

SQL_DIRECTORY = Path(__file__).parent / "sql"


class MigrationWithoutSqlError(Exception):
    """A wrapper's name has no file in `sql/`."""


def sql_file_names() -> list[str]:
    """List the SQL files in the order in which they run, without their endings."""
    return sorted(path.stem for path in SQL_DIRECTORY.glob("*.sql"))


def sql_migration(wrapper: str) -> type[migrations.Migration]:
    """Return the migration that runs the SQL file named like the wrapper; `wrapper` is its path.

    It depends on the file before it. Raises MigrationWithoutSqlError.
    """
    name = Path(wrapper).stem
    names = sql_file_names()
    if name not in names:
        raise MigrationWithoutSqlError(f"{wrapper} has no {SQL_DIRECTORY / name}.sql")
    position = names.index(name)

    class Migration(migrations.Migration):
        initial = position == 0
        dependencies = [("database", before) for before in names[:position][-1:]]  # noqa: RUF012
        operations = [  # noqa: RUF012
            migrations.RunSQL((SQL_DIRECTORY / f"{name}.sql").read_text(encoding="utf-8"))
        ]

    return Migration
