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

PACKAGE = Path(__file__).parent
SQL_DIRECTORY = PACKAGE / "sql"
WRAPPERS = PACKAGE / "migrations"

WRAPPER = '''"""Runs sql/{name}.sql."""

from dure.database.sql_files import sql_migration

Migration = sql_migration(__file__)
'''


class MigrationWithoutSqlError(Exception):
    """A wrapper's name has no file in `sql/`."""


def sql_file_names() -> list[str]:
    """List the SQL files in the order in which they run, without their endings."""
    return sorted(path.stem for path in SQL_DIRECTORY.glob("*.sql"))


def unwrapped_names() -> list[str]:
    """List the SQL files that no migration runs yet."""
    return [name for name in sql_file_names() if not (WRAPPERS / f"{name}.py").is_file()]


def write_wrappers() -> list[str]:
    """Write the wrappers that are missing; return their names."""
    missing = unwrapped_names()
    for name in missing:
        (WRAPPERS / f"{name}.py").write_text(WRAPPER.format(name=name), encoding="utf-8")
    return missing


def sql_migration(wrapper: str) -> type[migrations.Migration]:
    """Return the migration that runs the SQL file named like the wrapper; `wrapper` is its path.

    It depends on the wrapped file before it. Raises MigrationWithoutSqlError.
    """
    name = Path(wrapper).stem
    path = SQL_DIRECTORY / f"{name}.sql"
    if not path.is_file():
        raise MigrationWithoutSqlError(f"{wrapper} has no {path}")
    unwrapped = unwrapped_names()
    before = [known for known in sql_file_names() if known < name and known not in unwrapped]

    class Migration(migrations.Migration):
        initial = not before
        dependencies = [("database", last) for last in before[-1:]]  # noqa: RUF012
        operations = [migrations.RunSQL(path.read_text(encoding="utf-8"))]  # noqa: RUF012

    return Migration
