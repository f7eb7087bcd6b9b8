"""The one command `dure`: finds the room for a word and hands it the rest of the line."""

import importlib
import importlib.util
import logging
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from dure.config.commands import COMMANDS, Command
from dure.kernel.database.failures import DatabaseError

# The exit status of a command whose room is not built (EX_UNAVAILABLE of sysexits.h): the
# supervisor does not try such a command again.
UNAVAILABLE = 69
WRONG_USE = 2
NO_TABLES = (
    "이 데이터베이스에 표가 없거나 오래되었습니다. `dure run`으로 도시를 열거나 "
    "`dure db migrate`로 표를 만드세요. / The database has no tables, or old ones: "
    "open a city with `dure run`, or make the tables with `dure db migrate`"
)
# undefined_table and undefined_column (PostgreSQL, appendix A), as every driver names them.
TABLES_MISSING = frozenset({"42P01", "42703"})
# What a shell shows of a program that SIGPIPE ended: 128 and the signal's number.
READER_GONE = 141


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run `dure` and leave with its exit status."""
    sys.exit(run(sys.argv[1:] if argv is None else argv))


def run(argv: Sequence[str]) -> int:
    """Run the command that the first word names; return its exit status."""
    if not argv or argv[0] in ("-h", "--help", "help"):
        print(usage())
        return 0 if argv else WRONG_USE
    command = next((known for known in COMMANDS if known.name == argv[0]), None)
    if command is None:
        print(f"dure: there is no command {argv[0]!r}\n\n{usage()}", file=sys.stderr)
        return WRONG_USE
    if not is_built(command):
        print(f"dure: {command.name} is not built yet ({command.module})", file=sys.stderr)
        return UNAVAILABLE
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    return _call(command, argv[1:])


def usage() -> str:
    """Say what every command promises."""
    lines = (f"  {command.name:<9}{command.promise}" for command in COMMANDS)
    return "usage: dure COMMAND ...\n\n" + "\n".join(lines)


def is_built(command: Command) -> bool:
    """Say whether the command's module exists, without running it."""
    try:
        return importlib.util.find_spec(command.module) is not None
    except ModuleNotFoundError:
        return False


def lacks_tables(error: BaseException | None) -> bool:
    """Say whether the error, or one that it came from, is of a database without our tables."""
    while error is not None:
        if getattr(error, "sqlstate", None) in TABLES_MISSING:
            return True
        error = error.__cause__
    return False


def _call(command: Command, args: Sequence[str]) -> int:
    try:
        status = importlib.import_module(command.module).main(list(args))
        sys.stdout.flush()
    except DatabaseError as error:
        print(f"dure {command.name}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Who reads has read enough (`| head`): no more is written, nor at the interpreter's end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE
    except Exception as error:
        if not lacks_tables(error):
            raise
        said = str(error).partition("\n")[0]
        print(f"dure {command.name}: {NO_TABLES} ({said})", file=sys.stderr)
        return 1
    return int(status or 0)
