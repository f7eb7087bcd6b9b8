"""The operating system account that PostgreSQL runs under, and what that account can reach."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dure.kernel.database.failures import DatabaseError

UNPRIVILEGED = "nobody"
UNPRIVILEGED_ID = 65534


class AccountError(DatabaseError):
    """PostgreSQL cannot be run under an account that may use its files."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs PostgreSQL. `differs` when we are root, which PostgreSQL refuses to run as."""

    uid: int
    gid: int
    differs: bool

    def can(self, access: str, path: Path) -> bool:
        """Ask the operating system, as that account: access is one of r, w, x."""
        return self.run(["test", f"-{access}", str(path)]).returncode == 0

    def can_execute(self, program: Path) -> bool:
        """Say whether that account can start the program."""
        try:
            return self.run([str(program), "--version"]).returncode == 0
        except PermissionError:
            return False

    def run(
        self, command: Sequence[str], *, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command as that account, in a directory that everybody can enter."""
        return subprocess.run(
            command,
            cwd="/",
            env=env,
            capture_output=True,
            text=True,
            check=False,
            user=self.uid if self.differs else None,
            group=self.gid if self.differs else None,
            extra_groups=[] if self.differs else None,
        )

    def own(self, path: Path) -> None:
        """Give a file or directory to this account."""
        if self.differs:
            os.chown(path, self.uid, self.gid)


def database_account(data: Path) -> Account:
    """Choose the account for a data directory, which need not exist yet.

    Root hands over to the owner of existing data, or else to `nobody`. Anybody else runs PostgreSQL
    as themselves; AccountError when the data belongs to another account.
    """
    owner = data.stat().st_uid if data.is_dir() else None
    me = os.geteuid()
    if me != 0:
        if owner not in (None, me):
            raise AccountError(
                f"The database in {data} belongs to account {owner}, and you are {me}: "
                "start Dure as root or as that account, or choose another DURE_HOME"
            )
        return Account(me, os.getegid(), differs=False)
    if owner:
        return Account(owner, data.stat().st_gid, differs=True)
    try:
        entry = pwd.getpwnam(UNPRIVILEGED)
    except KeyError:
        return Account(UNPRIVILEGED_ID, UNPRIVILEGED_ID, differs=True)
    return Account(entry.pw_uid, entry.pw_gid, differs=True)
