"""A seeded city with its engine running, and one run of load on it with everything counted."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from dure.demo.bench import load, machine, postgres
from dure.demo.bench.home import BenchHome
from dure.demo.bench.plan import Plan
from dure.demo.bench.processes import Generator, Measured

CHECKPOINT_BY_TIME_S = 55.0
"""Runs at least this long have a checkpoint by time within them; in shorter ones we ask for it."""

_seeds = itertools.count(1)


class MeasuredCity:
    """An engine on one database of the home; `run` plays a load and counts what it took."""

    def __init__(
        self, home: BenchHome, database: str, engine: Measured, connection: postgres.Connection
    ) -> None:
        self.home = home
        self.database = database
        self.engine = engine
        self.connection = connection
        self.socket = socket_of(home, database)

    def wanted(
        self, plan: Plan, rate: float, seconds: float, wallets: int, ticket_won: int = 12_000
    ) -> load.Wanted:
        """A load that begins now, different from all others."""
        return new_load(self.connection, plan, rate, seconds, wallets, ticket_won)

    def run(self, wanted: load.Wanted, *, checkpoint: bool = False) -> dict[str, Any]:
        """One run of load straight on the engine. `checkpoint`: with one inside the run."""
        args = ["--socket", str(self.socket), *load.arguments_of(wanted)]
        return self.run_generator(
            "dure.demo.bench.load", args, wanted, [self.engine.pid], checkpoint=checkpoint
        )

    def run_generator(
        self,
        module: str,
        args: Sequence[str],
        wanted: load.Wanted,
        pids: Sequence[int],
        *,
        checkpoint: bool,
    ) -> dict[str, Any]:
        """One run of a generator; `pids` are whose processor time is counted, the engine first.

        `checkpoint`: with one inside the run.
        """
        generator = Generator(
            module, args, self.home.environment(self.database), warms_up=wanted.warm_up_s > 0
        )
        disk = machine.durable_writes_per_s(self.home.path)
        if checkpoint:
            self.connection.execute("CHECKPOINT")
        before: list[tuple[postgres.Counted, list[float]]] = []

        def measuring() -> None:
            before.append((postgres.count(self.connection), self._cpu_s(pids)))
            if checkpoint and wanted.seconds < CHECKPOINT_BY_TIME_S:
                timer = threading.Timer(wanted.seconds / 3, self._ask_for_checkpoint)
                timer.daemon = True
                timer.start()

        figures = generator.play(measuring)
        self.engine.check()
        counted, cpu_s = postgres.count(self.connection), self._cpu_s(pids)
        (counted_before, cpu_before_s) = before[0]
        approved = max(1, figures["approved"])
        spent_us = [
            (now - then) / approved * 1e6 for now, then in zip(cpu_s, cpu_before_s, strict=True)
        ]
        return figures | {
            "wal_bytes_per_authorization": round(
                (counted.wal_bytes - counted_before.wal_bytes) / approved
            ),
            "checkpoints_inside": counted.checkpoints - counted_before.checkpoints,
            "fdatasync_per_s_before": disk,
            "cpu_us": [round(us, 1) for us in spent_us],
        }

    def _ask_for_checkpoint(self) -> None:
        url = self.home.database(self.database).url
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")

    def _cpu_s(self, pids: Sequence[int]) -> list[float]:
        """Of each process, and last of PostgreSQL as a whole."""
        return [
            *(machine.cpu_s_of(pid) for pid in pids),
            machine.cpu_s_of_family(self.home.server_pid),
        ]


def new_load(
    connection: postgres.Connection,
    plan: Plan,
    rate: float,
    seconds: float,
    wallets: int,
    ticket_won: int = 12_000,
) -> load.Wanted:
    """A load that begins now, different from all others, with the plan's warm-up before it."""
    now_us = postgres.city_now_us(connection)
    return load.Wanted(
        rate, seconds, plan.warm_up_s, wallets, plan.shops, now_us, next(_seeds), ticket_won
    )


def socket_of(home: BenchHome, database: str) -> Path:
    """Where the engine of a measured city listens."""
    return home.path / f"{database}.sock"


@contextmanager
def measured_city(
    home: BenchHome, database: str, profile: Path | None = None
) -> Iterator[MeasuredCity]:
    """Runs an engine on a seeded city until the end of the block; cProfile writes to `profile`."""
    path = socket_of(home, database)
    command = ["-m", "dure.config", "engine", "--socket", str(path)]
    if profile is not None:
        command = ["-m", "cProfile", "-o", str(profile), *command]
    with (
        Measured(f"engine-{database}", command, home.environment(database), home.path) as engine,
        psycopg.connect(home.database(database).url, autocommit=True) as connection,
    ):
        engine.wait_until(path.exists)
        yield MeasuredCity(home, database, engine, connection)


def highest_rate(
    holds: Callable[[float], bool], first: float, steps_max: int
) -> tuple[float, list[tuple[float, bool]]]:
    """The highest rate found at which `holds` is true, and every step that was tried.

    Doubles or halves until the limit is enclosed, then halves the interval (on a logarithmic
    scale). A rate that fails is tried once more before it counts as failed: one stall of the disk
    says nothing of the rate.
    """
    steps: list[tuple[float, bool]] = []
    low, high, rate = 0.0, 0.0, first
    while len(steps) < steps_max:
        held = holds(rate) or holds(rate)
        steps.append((round(rate, 1), held))
        if held:
            low = rate
        else:
            high = rate
        if low and high:
            if high / low < 1.06:
                break
            rate = (low * high) ** 0.5
        else:
            rate = rate * 1.4 if held else rate / 1.4
    return low, steps
