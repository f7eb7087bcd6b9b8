"""`dure bench gateway`: bytes to bytes over TCP through the real gateway and engine."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dure.demo.bench import load
from dure.demo.bench.engine_part import keeps_up
from dure.demo.bench.gateway_cards import add_cards
from dure.demo.bench.gateway_load import HOST
from dure.demo.bench.gateway_messages import EMV_PIN, PLAIN
from dure.demo.bench.home import BenchHome, check_books
from dure.demo.bench.measured_city import MeasuredCity, highest_rate, measured_city
from dure.demo.bench.plan import GATEWAY_P99_MS_MAX, Plan
from dure.demo.bench.processes import Measured
from dure.demo.bench.progress import say
from dure.demo.bench.results import Figures, median_of
from dure.kernel.database.process import free_port
from dure.kernel.keys import KeyRing

FIRST_RATE = {PLAIN: 4_000.0, EMV_PIN: 2_000.0}
SUFFIX = {PLAIN: "", EMV_PIN: "_emv_pin"}
MARGIN = 0.9
"""What of the highest rate of the short steps is tried for the long runs."""

TRIES = 4


class GatewayLoad:
    """Plays loads of one kind through a gateway that runs."""

    def __init__(self, city: MeasuredCity, gateway: Measured, port: int, plan: Plan) -> None:
        self._city = city
        self._gateway = gateway
        self._port = port
        self._plan = plan

    def run(self, kind: str, rate: float, seconds: float) -> dict[str, Any]:
        """One run; processor time of engine, gateway and PostgreSQL in microseconds a message."""
        wanted = self._city.wanted(self._plan, rate, seconds, self._plan.wallets)
        args = [
            "--port", str(self._port), "--kind", kind, "--cards", str(self._plan.cards),
            *load.arguments_of(wanted),
        ]  # fmt: skip
        run = self._city.run_generator(
            "dure.demo.bench.gateway_load", args, wanted,
            [self._city.engine.pid, self._gateway.pid], checkpoint=False,
        )  # fmt: skip
        self._gateway.check()
        run["engine_cpu_us"], run["gateway_cpu_us"], run["postgres_cpu_us"] = run.pop("cpu_us")
        say(f"{kind} at {rate:,.0f}/s: {run['approved_per_s']:,.0f}/s, p99 {run['p99_ms']} ms")
        return run

    def highest(self, kind: str) -> float:
        """The highest rate that short steps found to hold."""

        def holds(rate: float) -> bool:
            run = self.run(kind, rate, self._plan.step_s)
            return keeps_up(run) and bool(run["p99_ms"] < GATEWAY_P99_MS_MAX)

        rate, _ = highest_rate(holds, FIRST_RATE[kind], self._plan.steps_max)
        return rate

    def sustained(self, kind: str) -> Figures:
        """Medians at a rate that holds through all runs; a lower one is tried when it does not."""
        plan = self._plan
        highest = 0.0 if plan.rate else self.highest(kind)
        rate = plan.rate or MARGIN * (highest or FIRST_RATE[kind] / 4)
        for _ in range(TRIES):
            runs = [self.run(kind, rate, plan.seconds) for _ in range(plan.runs)]
            if plan.rate or median_of(runs, "p99_ms") < GATEWAY_P99_MS_MAX:
                break
            rate *= MARGIN
        end = SUFFIX[kind]
        return {
            f"messages_per_s{end}": median_of(runs, "approved_per_s"),
            f"p50_ms{end}": median_of(runs, "p50_ms"),
            f"p99_ms{end}": median_of(runs, "p99_ms"),
            f"highest_rate_p99_50ms{end}": highest,
            f"wal_bytes_per_authorization{end}": median_of(runs, "wal_bytes_per_authorization"),
            f"gateway_cpu_us{end}": median_of(runs, "gateway_cpu_us"),
            f"engine_cpu_us{end}": median_of(runs, "engine_cpu_us"),
            f"postgres_cpu_us{end}": median_of(runs, "postgres_cpu_us"),
            f"generator_cpu_us{end}": median_of(runs, "generator_us"),
            f"answers_checked{end}": sum(run["answers_checked"] for run in runs),
            "runs": [run | {"kind": kind} for run in runs],
        }


def measure_gateway(home: BenchHome, database: str, plan: Plan) -> Figures:
    """Messages a second without chip, and with cryptogram and PIN. Raises BooksBrokenError."""
    info = home.database(database)
    add_cards(info.url, KeyRing.open(home.path, {}), min(plan.cards, plan.wallets))
    with measured_city(home, database) as city, _gateway(home, city) as (gateway, port):
        played = GatewayLoad(city, gateway, port, plan)
        plain, checked = (played.sustained(kind) for kind in (PLAIN, EMV_PIN))
    check_books(info)
    return {**plain, **checked, "books": "exact", "runs": plain["runs"] + checked["runs"]}


@contextmanager
def _gateway(home: BenchHome, city: MeasuredCity) -> Iterator[tuple[Measured, int]]:
    port = free_port()
    command = [
        "-m", "dure.config", "gateway", "--port", str(port), "--engine-socket", str(city.socket),
    ]  # fmt: skip
    with Measured("gateway", command, home.environment(city.database), home.path) as gateway:
        gateway.wait_until(lambda: _answers(port))
        yield gateway, port


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((HOST, port)) == 0
