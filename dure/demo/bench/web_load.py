"""An open-loop load of members at the app's pages: asked for when due, answered or not.

Runs in a process of its own, as `dure.demo.bench.load` does, and speaks HTTP/1.1 over connections
that stay open. Latencies run from the instant at which a page was due until its last byte.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from array import array
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple, cast

import uvloop

from dure.demo.bench.load import (
    Tally,
    arrivals,
    percentile,
    play,
    print_figures,
    wait_for_go,
)

CONNECTIONS_MAX: Final = 64
OK: Final = 200
_HEAD_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length:"


class Page(NamedTuple):
    """One kind of page: its name in the figures and the address that is asked for."""

    kind: str
    address: str


def requests(
    pages: Sequence[Page], tokens: Sequence[str], count: int, chance: random.Random
) -> tuple[list[int], list[bytes]]:
    """Of each request the number of its page, and its bytes; members are drawn evenly."""
    kinds = [number % len(pages) for number in range(count)]
    packed = [
        (
            f"GET {pages[kind].address} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n"
            f"Accept-Encoding: gzip, br\r\nCookie: dure_member={chance.choice(tokens)}\r\n\r\n"
        ).encode()
        for kind in kinds
    ]
    return kinds, packed


class Crowd:
    """The connections: a request goes out on a free one, or waits for the next that is."""

    def __init__(self, port: int, tally: Tally, packed: list[bytes]) -> None:
        self.start_s = 0.0
        self._port, self._tally, self._packed = port, tally, packed
        self._free: list[_Line] = []
        self._waiting: deque[int] = deque()
        self._opened = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, first: int, until: int) -> None:
        for number in range(first, until):
            if self._free:
                self._free.pop().ask(number, self._packed[number])
                continue
            self._waiting.append(number)
            if self._opened < CONNECTIONS_MAX:
                self._opened += 1
                task = asyncio.get_running_loop().create_task(self._open())
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    def answered(self, line: _Line, number: int, status: int) -> None:
        """An answer came whole: the line takes the next request that waits."""
        self._tally.take(number, time.perf_counter() - self.start_s, status)
        self._next(line)

    def lost(self, number: int | None) -> None:
        """A line was closed; what it was asked counts as not answered."""
        self._opened -= 1
        if number is not None:
            self._tally.take(number, time.perf_counter() - self.start_s, 0)

    def drop(self, line: _Line) -> None:
        """A free line was closed."""
        if line in self._free:
            self._free.remove(line)

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(lambda: _Line(self), "127.0.0.1", self._port)
        self._next(line)

    def _next(self, line: _Line) -> None:
        if self._waiting:
            number = self._waiting.popleft()
            line.ask(number, self._packed[number])
        else:
            self._free.append(line)


class _Line(asyncio.Protocol):
    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._number: int | None = None
        self._got = bytearray()
        self._needed = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass

    def ask(self, number: int, packed: bytes) -> None:
        self._number, self._needed = number, 0
        self._got.clear()
        self.transport.write(packed)

    def data_received(self, data: bytes) -> None:
        self._got += data
        if not self._needed:
            end = self._got.find(_HEAD_END)
            if end < 0:
                return
            self._needed = end + len(_HEAD_END) + body_length(bytes(self._got[:end]))
        if len(self._got) >= self._needed and self._number is not None:
            number, self._number = self._number, None
            self._crowd.answered(self, number, int(self._got[9:12]))

    def connection_lost(self, error: Exception | None) -> None:
        self._crowd.drop(self)
        self._crowd.lost(self._number)


def body_length(head: bytes) -> int:
    """How many bytes follow the head, by its Content-Length; 0 where it does not say."""
    for line in head.lower().split(b"\r\n"):
        if line.startswith(_LENGTH):
            return int(line[len(_LENGTH) :])
    return 0


def figures_by_kind(tally: Tally, kinds: Sequence[int], pages: Sequence[Page]) -> dict[str, object]:
    """Percentiles of each kind of page in milliseconds, the warm-up left out."""
    figures: dict[str, object] = {}
    for place, page in enumerate(pages):
        latency_s = sorted(
            tally.latency_s[number]
            for number in range(tally.first, len(kinds))
            if kinds[number] == place
        )
        for share in (50, 95, 99):
            ms = percentile(latency_s, share / 100) * 1e3 if latency_s else 0.0
            figures[f"{page.kind}_p{share}_ms"] = round(ms, 2)
    return figures


async def run_load(
    port: int, pages: Sequence[Page], tokens: Sequence[str], wanted: argparse.Namespace
) -> dict[str, object]:
    """Plays one load, once it is told to."""
    chance = random.Random(wanted.seed)
    due_s = array("d", arrivals(chance, wanted.rate, wanted.warm_up_s + wanted.seconds))
    kinds, packed = requests(pages, tokens, len(due_s), chance)
    tally = Tally(due_s, wanted.warm_up_s)
    crowd = Crowd(port, tally, packed)
    wait_for_go()
    crowd.start_s = time.perf_counter()
    cpu_s = await play(tally, crowd.start_s, crowd.send)
    told = tally.figures(OK)
    return {
        "pages_per_s": told["approved_per_s"],
        "requests": told["requests"],
        "seconds": told["seconds"],
        "outcomes": told["outcomes"],
        "p50_ms": told["p50_ms"],
        "p99_ms": told["p99_ms"],
        "generator_us": round(cpu_s / len(due_s) * 1e6, 1),
        **figures_by_kind(tally, kinds, pages),
    }


def main(args: Sequence[str]) -> int:
    """`python -m dure.demo.bench.web_load`: one load on the pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--tokens", type=Path, required=True, help="a file, a token on each line")
    parser.add_argument("--page", action="append", required=True, help="kind=address")
    for name in ("rate", "seconds", "warm-up-s"):
        parser.add_argument(f"--{name}", type=float, required=True)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args(args)
    pages = [Page(*text.split("=", 1)) for text in wanted.page]
    tokens = wanted.tokens.read_text(encoding="utf-8").split()
    print_figures(uvloop.run(run_load(wanted.port, pages, tokens, wanted)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
