"""An open-loop load: requests leave when they are due, whether or not earlier ones are answered.

Runs in a process of its own. Arrivals are a Poisson stream; a latency is counted from the instant
at which the request was due, so a stall counts against everybody who had to wait in it. All bytes
are made beforehand; then the process says "ready", waits for a line, plays, says "measuring" when
the warm-up is over, and prints its figures as one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import random
import sys
import time
from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import NamedTuple, cast, get_type_hints

import msgspec
import uvloop

from dure.authorization.requests import Purchase
from dure.demo.bench.seed import card_token, shop_code
from dure.engine import wire
from dure.policy.occasions import Channel

TICK_S = 0.001
PATIENCE_S = 60.0
DEADLINE_MS = 10_000
APPROVED = 0


class _Outcome(msgspec.Struct, array_like=True):
    """The first fields of an Answer: all that the load looks at."""

    key: bytes
    reason: int


_outcome = msgspec.msgpack.Decoder(_Outcome)


class Wanted(NamedTuple):
    """What load is wanted. Times in seconds, `rate` in requests a second, `ticket_won` the median.

    `begin_us` is the city's time at the start: keys rise with time, so each run must begin later
    than those before it.
    """

    rate: float
    seconds: float
    warm_up_s: float
    wallets: int
    shops: int
    begin_us: int
    seed: int
    ticket_won: int = 12_000


def arrivals(chance: random.Random, rate: float, seconds: float) -> array[float]:
    """The instants of a Poisson stream, in seconds from its start."""
    due_s = array("d")
    at_s = chance.expovariate(rate)
    while at_s < seconds:
        due_s.append(at_s)
        at_s += chance.expovariate(rate)
    return due_s


def amount_won(chance: random.Random, ticket_won: int) -> int:
    """An amount in whole hundreds of won, spread as tickets are."""
    return 100 * max(1, int(ticket_won / 100 * chance.lognormvariate(0, 0.9)))


def frames(wanted: Wanted) -> tuple[array[float], list[bytes]]:
    """When each request is due (seconds from the start) and its bytes."""
    chance = random.Random(wanted.seed)
    due_s = arrivals(chance, wanted.rate, wanted.warm_up_s + wanted.seconds)
    run = chance.getrandbits(40).to_bytes(5, "big")
    packed = []
    for number, at_s in enumerate(due_s):
        at_us = wanted.begin_us + int(at_s * 1e6)
        request = Purchase(
            key=(at_us // 1000).to_bytes(6, "big") + run + number.to_bytes(5, "big"),
            occurred_at_us=at_us,
            shop_code=shop_code(chance.randint(1, wanted.shops)),
            amount_won=amount_won(chance, wanted.ticket_won),
            channel=Channel.CARD,
            card=card_token(chance.randint(1, wanted.wallets)),
            deadline_ms=DEADLINE_MS,
        )
        packed.append(wire.pack(number, request))
    return due_s, packed


class Tally:
    """Counts the answers of the measured part of a run, by number of the request."""

    def __init__(self, due_s: array[float], warm_up_s: float) -> None:
        self.due_s = due_s
        self.warm_up_s = warm_up_s
        self.first = bisect_left(due_s, warm_up_s)
        self.latency_s = array("d", bytes(8 * len(due_s)))
        self.outcomes: dict[int | str, int] = {}
        self.answered = 0
        self.last_s = 0.0
        self.all_answered = asyncio.Event()

    def take(self, number: int, now_s: float, outcome: int | str) -> None:
        """An answer came, so many seconds after the start."""
        self.answered += 1
        self.latency_s[number] = now_s - self.due_s[number]
        if number >= self.first:
            self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1
            self.last_s = now_s
        if self.answered == len(self.due_s):
            self.all_answered.set()

    def figures(self, approved: int | str) -> dict[str, object]:
        """Rates in requests a second, latencies in milliseconds, the warm-up left out."""
        latency_s = sorted(self.latency_s[self.first :])
        seconds = self.last_s - self.warm_up_s
        return {
            "requests": len(latency_s),
            "seconds": round(seconds, 3),
            "approved": self.outcomes.get(approved, 0),
            "approved_per_s": round(self.outcomes.get(approved, 0) / seconds, 1),
            "p50_ms": round(percentile(latency_s, 0.50) * 1e3, 2),
            "p99_ms": round(percentile(latency_s, 0.99) * 1e3, 2),
            "p999_ms": round(percentile(latency_s, 0.999) * 1e3, 2),
            "max_ms": round(latency_s[-1] * 1e3, 2),
            "outcomes": {str(outcome): n for outcome, n in sorted(self.outcomes.items())},
        }


Send = Callable[[int, int], None]


async def play(tally: Tally, start_s: float, send: Send) -> float:
    """Has the requests from one number to before another sent when due; waits for all answers.

    Returns the processor time that it took, in seconds.
    """
    cpu_began_s = time.process_time()
    due_s = tally.due_s
    sent, total, warm = 0, len(due_s), tally.warm_up_s > 0
    while sent < total:
        now_s = time.perf_counter() - start_s
        if warm and now_s >= tally.warm_up_s:
            warm = False
            print("measuring", flush=True)
        until = sent
        while until < total and due_s[until] <= now_s:
            until += 1
        if until > sent:
            send(sent, until)
            sent = until
        await asyncio.sleep(TICK_S)
    await asyncio.wait_for(tally.all_answered.wait(), PATIENCE_S)
    return time.process_time() - cpu_began_s


class _Line(asyncio.Protocol):
    def __init__(self, tally: Tally, packed: list[bytes]) -> None:
        self.start_s = 0.0
        self._tally = tally
        self._packed = packed
        self._frames = wire.Frames()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass

    def data_received(self, data: bytes) -> None:
        now_s = time.perf_counter() - self.start_s
        for number, body in self._frames.feed(data):
            self._tally.take(number, now_s, _outcome.decode(body).reason)

    def send(self, first: int, until: int) -> None:
        self.transport.write(b"".join(self._packed[first:until]))


def percentile(sorted_values: Sequence[float], share: float) -> float:
    """The value below which the share of the sorted values lies (nearest rank)."""
    return sorted_values[min(len(sorted_values) - 1, int(share * len(sorted_values)))]


async def run_load(path: str, wanted: Wanted) -> dict[str, object]:
    """Plays one load over the engine's socket, once it is told to."""
    due_s, packed = frames(wanted)
    tally = Tally(due_s, wanted.warm_up_s)
    loop = asyncio.get_running_loop()
    _, line = await loop.create_unix_connection(lambda: _Line(tally, packed), path)
    wait_for_go()
    line.start_s = time.perf_counter()
    cpu_s = await play(tally, line.start_s, line.send)
    line.transport.close()
    return tally.figures(APPROVED) | {"generator_us": round(cpu_s / len(due_s) * 1e6, 1)}


def wait_for_go() -> None:
    """Says that all is prepared, and waits for the word; nothing else runs meanwhile."""
    gc.collect()
    gc.freeze()
    gc.disable()
    print("ready", flush=True)
    sys.stdin.readline()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that say what load is wanted."""
    for name, kind in get_type_hints(Wanted).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=kind, required=True)


def wanted_of(chosen: argparse.Namespace) -> Wanted:
    """The load that the arguments say."""
    return Wanted(*(getattr(chosen, name) for name in Wanted._fields))


def arguments_of(wanted: Wanted) -> list[str]:
    """The same as arguments."""
    return [
        part
        for name, value in wanted._asdict().items()
        for part in (f"--{name.replace('_', '-')}", str(value))
    ]


def print_figures(figures: dict[str, object]) -> None:
    """One JSON object on a line."""
    print(json.dumps(figures), flush=True)


def main(args: Sequence[str]) -> int:
    """`python -m dure.demo.bench.load`: one load on an engine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--socket", required=True)
    add_arguments(parser)
    chosen = parser.parse_args(args)
    print_figures(uvloop.run(run_load(chosen.socket, wanted_of(chosen))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
