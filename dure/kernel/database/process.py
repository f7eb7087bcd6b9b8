"""Starts PostgreSQL as our own child and waits until it answers."""

# Note [Direct child]: a postmaster whose parent is not us becomes a zombie when it is killed, until
# somebody collects it, and a zombie makes the next start wait. As our own child we collect it at
# once. It runs in a session of its own, so that Ctrl-C in a terminal reaches the supervisor alone,
# which stops things in order; and the kernel sends it SIGINT (an orderly stop) when we die.

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psycopg

from dure.kernel.database.failures import DatabaseError
from dure.kernel.database.place import Place

PR_SET_PDEATHSIG = 1
READY_POLL_S = 0.05
LAST_WORDS = 10


class ServerDidNotStartError(DatabaseError):
    """PostgreSQL ended, or did not answer, after it was started; the message says what it wrote."""


class PortTakenError(ServerDidNotStartError):
    """Somebody took the port between our choice and the server's start."""


def launch(place: Place, settings: Mapping[str, str], output: Path) -> "subprocess.Popen[bytes]":
    """Start the postmaster; what it writes before its own log begins goes to `output`.

    Call it from a thread that lives as long as the server is wanted: Linux counts the end of the
    thread that started a child as the death of its parent.
    """
    command = [place.program("postgres"), "-D", str(place.data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    account = place.account
    with output.open("wb") as file:
        return subprocess.Popen(
            command,
            cwd="/",
            env=place.environment(),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=account.uid if account.differs else None,
            group=account.gid if account.differs else None,
            extra_groups=[] if account.differs else None,
            # One system call, made ready before the fork: it cannot wait for another thread's lock.
            preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509
        )


def die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """Return what a child runs before its program, so that our death sends it this signal.

    None where the operating system has no such thing (only Linux does).
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def arm() -> None:
        prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:  # We died in between, and no signal will come.
            os._exit(1)

    return arm


def wait_until_ready(
    process: "subprocess.Popen[bytes]", url: str, outputs: Sequence[Path], patience_s: float
) -> None:
    """Return when a real connection is answered; recovery after a crash may take its time.

    `outputs` are the files and directories that the server writes to, to quote from if it fails.
    Raises PortTakenError or ServerDidNotStartError.
    """
    give_up_at = time.monotonic() + patience_s
    while True:
        if process.poll() is not None:
            said = _last_words(outputs)
            taken = "could not create any TCP/IP sockets" in said
            error = PortTakenError if taken else ServerDidNotStartError
            raise error(f"PostgreSQL ended with status {process.returncode}: {said}")
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError as refusal:
            if "authentication failed" in str(refusal):
                raise ServerDidNotStartError(
                    f"the database does not know the secrets in this home: {refusal}"
                ) from refusal
            if time.monotonic() >= give_up_at:
                raise ServerDidNotStartError(
                    f"PostgreSQL did not answer within {patience_s:.0f} s: {refusal}"
                ) from refusal
            time.sleep(READY_POLL_S)
        else:
            return


def _last_words(outputs: Sequence[Path]) -> str:
    """Quote the end of what a server wrote, before and after its own log began."""
    lines: list[str] = []
    for output in outputs:
        files = output.glob("*") if output.is_dir() else iter([output])
        latest = max(files, key=lambda file: file.stat().st_mtime, default=None)
        if latest is not None:
            text = latest.read_text(encoding="utf-8", errors="replace")
            lines += text.splitlines()[-LAST_WORDS:]
    return "\n".join(lines) or "(it wrote nothing)"


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
