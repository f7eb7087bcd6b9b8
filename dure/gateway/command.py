"""`dure gateway`: runs the card network's gateway until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import asyncpg
import structlog
import uvloop

from dure.engine.reference import load_clock
from dure.engine.settings import socket_path
from dure.gateway.engine_line import EngineLine
from dure.gateway.logs import log_as_json
from dure.gateway.reception import Reception
from dure.gateway.server import Gateway
from dure.gateway.settings import GatewaySettings
from dure.kernel import arguments
from dure.kernel.clock import Clock, SystemClock
from dure.kernel.database.home import home_directory
from dure.kernel.database.server import running_database
from dure.kernel.keys import KeyRing, MasterKeyError, enroll_acquirer, is_acquirer

PORT = 8583
_log = structlog.get_logger("dure.gateway")


def main(args: Sequence[str]) -> int:
    """Runs the gateway; the exit status is 0 after a graceful stop, 1 when it could not start."""
    options = _parser().parse_args(args)
    log_as_json(verbose=options.verbose)
    home = home_directory()
    try:
        if options.enroll:
            enroll_acquirer(home, options.enroll)
            print(f"acquirer {options.enroll} has keys in {home / 'keys'}")
            return 0
        ring = KeyRing.open(home)
    except MasterKeyError as error:
        print(f"dure gateway: {error}", file=sys.stderr)
        return 1
    settings = GatewaySettings(
        mac_required=options.mac == "required", code_required=options.card_code == "required"
    )
    path = options.engine_socket or socket_path(home)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(run(ring, settings, path, options.host, options.port))


async def run(
    ring: KeyRing, settings: GatewaySettings, engine_socket: Path, host: str, port: int
) -> int:
    """Listens until SIGTERM or SIGINT, then answers what is under way and ends."""
    line = EngineLine(engine_socket)
    gateway = Gateway(Reception(ring, await city_clock(home_directory()), settings), line)
    keeper = asyncio.create_task(line.keep_up())
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        await gateway.start(host, port)
    except OSError as error:
        print(f"dure gateway: cannot listen on {host}:{port}: {error.strerror}", file=sys.stderr)
        keeper.cancel()
        return 1
    await stop.wait()
    await gateway.stop()
    keeper.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await keeper
    await line.close()
    return 0


async def city_clock(home: Path) -> Clock:
    """The clock that all of the city's processes share; the machine's own when none is set."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        running = running_database(home)
        if running is None:
            _log.warning("clock_of_this_machine", why="no database runs")
            return SystemClock()
        url = running.url
    try:
        connection = await asyncpg.connect(url, timeout=10)
        try:
            return await load_clock(connection)
        finally:
            await connection.close()
    except (OSError, asyncpg.PostgresError) as error:
        _log.warning("clock_of_this_machine", why=type(error).__name__)
        return SystemClock()


def _acquirer(text: str) -> str:
    if not is_acquirer(text):
        raise argparse.ArgumentTypeError(
            f"{text!r}: 매입사 번호는 숫자 열한 자리까지입니다 / "
            "an acquirer is named by at most eleven digits (field 32)"
        )
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dure gateway", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument(
        "--port", type=arguments.port_to_listen_on, default=PORT, help="the port to listen on"
    )
    parser.add_argument("--engine-socket", type=Path, help="the engine's Unix socket")
    parser.add_argument(
        "--mac",
        choices=("required", "optional"),
        default="required",
        help="whether a message without a MAC is refused",
    )
    parser.add_argument(
        "--card-code",
        choices=("required", "optional"),
        default="required",
        help="whether a payment by number alone is refused without the card's code of three digits",
    )
    parser.add_argument(
        "--enroll", metavar="ACQUIRER", type=_acquirer, help="make an acquirer's keys, and end"
    )
    parser.add_argument("--verbose", action="store_true", help="log debug events too")
    return parser
