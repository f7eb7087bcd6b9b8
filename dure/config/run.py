"""`dure run`: starts a whole city, keeps it alive, and stops it in the right order."""

import argparse
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

from dure.config.child import KeptProcess, start, tail
from dure.config.children import Child, CityPlan, Step, children_of, steps_before
from dure.config.cli import UNAVAILABLE
from dure.kernel.arguments import above_zero, at_least_one, port
from dure.kernel.database.connection import ConnectionInfo, check_database
from dure.kernel.database.home import home_directory, make_home
from dure.kernel.database.server import EmbeddedServer

log = logging.getLogger("dure.run")

PAGE_PORT = 8000
GATEWAY_PORT = 8583
POLL_S = 0.1
READY_PATIENCE_S = 30.0


class StepFailedError(Exception):
    """A step before the city opens did not end well; the message says where its output is."""


class StopAskedError(Exception):
    """SIGINT or SIGTERM arrived while the city was still being opened."""


class Supervisor:
    """Keeps a database and its children alive until it is asked to stop."""

    def __init__(
        self,
        home: Path,
        steps: Sequence[Step],
        children: Sequence[Child],
        program: Sequence[str] = (sys.executable, "-m", "dure.config"),
    ) -> None:
        self._home = home
        self._program = program
        self._logs = home / "log"
        self._steps = steps
        self._children = children
        self._server: EmbeddedServer | None = None
        self._kept: list[KeptProcess] = []
        self._stop_asked = False

    def ask_to_stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        """Stop soon; as a signal handler, the second time at once."""
        if self._stop_asked:
            raise KeyboardInterrupt
        self._stop_asked = True

    def run(self, page_port: int) -> None:
        """Open the city, keep it until a stop is asked for, close it. Returns when all has ended.

        Raises StepFailedError, or DatabaseError when there is no database to work with.
        """
        make_home(self._home)
        self._logs.mkdir(exist_ok=True)
        try:
            environment = self._open_database()
            for step in self._steps:
                self._do(step, environment)
            for child in self._children:
                self._start(child, environment)
            print(greeting(page_port), flush=True)
            self._watch()
        except StopAskedError:
            pass
        finally:
            self._close()

    def _open_database(self) -> Mapping[str, str]:
        info: ConnectionInfo
        url = os.environ.get("DATABASE_URL")
        if url:
            info = check_database(url)
        else:
            self._server = EmbeddedServer(self._home)
            info = self._server.start()
        return {
            "DATABASE_URL": info.url,
            "DURE_HOME": str(self._home),
            "DURE_STATIC": "hashed",
            "PYTHONUNBUFFERED": "1",
        }

    def _do(self, step: Step, environment: Mapping[str, str]) -> None:
        began_at = time.monotonic()
        output = self._logs / "setup.log"
        process = start([*self._program, *step.args], environment, output)
        try:
            while process.poll() is None:
                self._pause()
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        if process.returncode == UNAVAILABLE:
            log.info("%s: not built yet", step.promise)
        elif process.returncode != 0:
            raise StepFailedError(
                f"{step.promise}: `dure {' '.join(step.args)}` ended with status "
                f"{process.returncode}; the end of {output}:\n{tail(output, 15)}"
            )
        else:
            log.info("%s: done in %.1f s", step.promise, time.monotonic() - began_at)

    def _start(self, child: Child, environment: Mapping[str, str]) -> None:
        kept = KeptProcess(self._program, child, environment, self._logs)
        self._kept.append(kept)
        kept.start()
        give_up_at = time.monotonic() + READY_PATIENCE_S
        while child.port is not None and not answers(child.port) and not kept.given_up:
            if time.monotonic() >= give_up_at:
                log.warning("%s does not answer on port %d yet", child.name, child.port)
                return
            self._pause()
            kept.watch()

    def _watch(self) -> None:
        while True:
            if self._server is not None and not self._server.is_running():
                log.warning("PostgreSQL ended; starting it again")
                self._server.start()
            for kept in self._kept:
                kept.watch()
            self._pause()

    def _pause(self) -> None:
        if self._stop_asked:
            raise StopAskedError
        time.sleep(POLL_S)

    def _close(self) -> None:
        for kept in reversed(self._kept):
            kept.stop()
        if self._server is not None:
            self._server.stop()


def greeting(page_port: int) -> str:
    """Say in Korean and in English where the page is."""
    address = f"http://127.0.0.1:{page_port}/"
    return (
        f"\n  두레가 열렸습니다: {address}   (끝내려면 Ctrl-C)"
        f"\n  Dure is open:      {address}   (Ctrl-C stops it)\n"
    )


def answers(port: int) -> bool:
    """Say whether somebody listens on that TCP port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def taken_port(plan: CityPlan, names: Sequence[str]) -> str | None:
    """Say which port of the chosen children somebody else holds, and how to choose another.

    The traffic would otherwise pay at whatever city listens there.
    """
    asked = (("web", plan.page_port, "--port"), ("gateway", plan.gateway_port, "--gateway-port"))
    for name, number, option in asked:
        if name in names and answers(number):
            return (
                f"{number}번 포트를 다른 프로그램이 쓰고 있습니다. "
                f"{option}로 다른 포트를 고르세요. / "
                f"Port {number} is taken: choose another with {option}"
            )
    return None


def main(args: Sequence[str]) -> int:
    """Run a city until SIGINT or SIGTERM; return the exit status."""
    parser = argparse.ArgumentParser(prog="dure run", description=__doc__)
    parser.add_argument("--port", type=port, default=PAGE_PORT, help="the page's port")
    help_ = "the port for the card network's lines"
    parser.add_argument("--gateway-port", type=port, default=GATEWAY_PORT, help=help_)
    help_ = "size of the demo city, when it is made"
    parser.add_argument("--members", type=at_least_one, help=help_)
    parser.add_argument("--speed", type=above_zero, help="city seconds in a real one")
    parser.add_argument("--now", action="store_true", help="the city's clock is the real one")
    help_ = "a new demo city without the rules that were decided after its opening"
    parser.add_argument("--undecided", action="store_true", help=help_)
    parser.add_argument("--without", action="append", default=[], help="leave a child out, by name")
    chosen = parser.parse_args(args)
    plan = CityPlan(
        chosen.port,
        chosen.gateway_port,
        chosen.members,
        chosen.speed,
        chosen.now,
        chosen.undecided,
    )
    children = [child for child in children_of(plan) if child.name not in chosen.without]
    if taken := taken_port(plan, [child.name for child in children]):
        print(taken, file=sys.stderr)
        return 1
    supervisor = Supervisor(home_directory(), steps_before(plan), children)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, supervisor.ask_to_stop)
    try:
        supervisor.run(chosen.port)
    except StepFailedError as error:
        print(f"dure run: {error}", file=sys.stderr)
        return 1
    return 0
