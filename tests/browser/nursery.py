"""A process that has read the libraries of the pages once and forks a `dure` for each test.

Starting Python and reading the libraries takes a second and a half of a core, and sixty tests of
pages start a server each. Only what knows no settings is read before; the rest of `dure` begins in
the child as on its own, with its own environment.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
from typing import Final

READ_BEFORE: Final = (
    "asyncpg", "django.core.wsgi", "django.db.models", "django.forms", "django.template.backends",
    "django.views.generic", "fido2.server", "gunicorn.app.base", "gunicorn.workers.gthread",
    "logging.config", "msgspec", "numpy", "PIL.Image", "psycopg", "pydantic", "rich.traceback",
    "structlog", "zxingcpp", "dure.config.cli", "dure.engine.client", "dure.policy.document",
)  # fmt: skip


class Nursery:
    """The process, as the tests see it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.nursery"],
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, environment: dict[str, str], *args: str) -> int:
        """Starts a `dure` that says nothing, in a group of its own; its process id."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([environment, args]) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """Ends the process; what it has started goes on."""
        with self._process:
            pass


def is_alive(pid: int) -> bool:
    """Whether the process runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # Who ends leaves nothing to wait for.
    for module in READ_BEFORE:
        importlib.import_module(module)
    for line in sys.stdin:
        environment, args = json.loads(line)
        pid = os.fork()
        if pid:
            print(pid, flush=True)
            continue
        _become(environment, args)


def _become(environment: dict[str, str], args: list[str]) -> None:
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nothing, descriptor)
    os.environ.clear()
    os.environ.update(environment)
    from dure.config.cli import main

    sys.argv = ["dure", *args]
    main(args)


if __name__ == "__main__":
    _main()
