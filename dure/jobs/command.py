"""`dure worker`: does due work until SIGTERM, and comes back when the database was away."""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

import psycopg
import structlog

from dure.engine.client import BlockingEngineClient
from dure.engine.settings import socket_path
from dure.jobs.worker import Worker
from dure.kernel.clock import Clock
from dure.kernel.database.home import home_directory
from dure.kernel.database.server import open_database
from dure.people.sms import has_demo_keys
from dure.wallets.banking import Bank
from dure.wallets.installed_bank import installed_bank

log = structlog.get_logger("dure.worker")

BACK_OFF_SECONDS = 1.0


def main(args: Sequence[str]) -> int:
    """Works until it is told to stop; gives the exit status."""
    parser = argparse.ArgumentParser(prog="dure worker", description=__doc__)
    parser.add_argument("--socket", type=Path, help="the engine's socket (default: in DURE_HOME)")
    parser.add_argument("--once", action="store_true", help="do what is due now and end")
    chosen = parser.parse_args(args)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    client = BlockingEngineClient(chosen.socket or socket_path(home_directory()))
    with open_database() as info:
        while not stop.is_set():
            try:
                _work(info.url, client, stop, once=chosen.once)
            except psycopg.OperationalError as error:
                log.warning("the database is away", error=type(error).__name__)
                stop.wait(BACK_OFF_SECONDS)
            if chosen.once:
                break
    client.close()
    return 0


def _work(url: str, client: BlockingEngineClient, stop: threading.Event, *, once: bool) -> None:
    # The bank has a connection of its own: what it has done stays done when we fail.
    with (
        psycopg.connect(url, autocommit=True) as ours,
        psycopg.connect(url, autocommit=True) as banks,
    ):

        def bank_of(clock: Clock) -> Bank:
            return installed_bank(banks, clock, is_demo=has_demo_keys(home_directory()))

        worker = Worker(ours, bank_of, client.ask, stop)
        if not once:
            worker.run()
        while once and not stop.is_set() and worker.run_one():
            pass
