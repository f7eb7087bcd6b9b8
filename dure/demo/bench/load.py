"""An open-loop load: requests leave when they are due, whether or not earlier ones are answered.

Runs in a process of its own. Arrivals are a Poisson stream; a latency is counted from the instant
at which the request was due, so a stall counts against everybody who had to wait in it.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import random
import time
from array import array
from collections.abc import Sequence
from typing import cast

import msgspec
import uvloop

from dure.authorization.requests import Purchase
from dure.demo.bench.seed import NOON_US, card_token, shop_code
from dure.engine import wire

TICK_S = 0.001


class _Outcome(msgspec.Struct, array_like=True):
    """The first fields of an Answer: all that the load looks at."""

    key: bytes
    reason: int


_outcome = msgspec.msgpack.Decoder(_Outcome)


def frames(
    rate: float, seconds: float, wallets: int, shops: int, seed: int
) -> tuple[array[float], list[bytes]]:  # noqa: E501
    """When each request is due (seconds from the start) and its bytes; all made beforehand."""
    chance = random.Random(seed)
    due_s = array("d")
    packed = []
    at_s = chance.expovariate(rate)
    run = chance.getrandbits(32)
    while at_s < seconds:
        number = len(packed)
        at_us = NOON_US + int(at_s * 1e6)
        request = Purchase(
            key=(at_us // 1000).to_bytes(6, "big") + run.to_bytes(5, "big")
            + number.to_bytes(5, "big"),
            occurred_at_us=at_us,
            shop_code=shop_code(chance.randint(1, shops)),
            amount_won=100 * max(1, int(chance.lognormvariate(4.8, 0.9))),
            channel=1,
            card=card_token(chance.randint(1, wallets)),
            deadline_ms=10_000,
        )  # fmt: skip
        due_s.append(at_s)
        packed.append(wire.pack(number, request))
        at_s += chance.expovariate(rate)
    return due_s, packed


class _Load(asyncio.Protocol):
    def __init__(self, due_s: array[float], packed: list[bytes]) -> None:
        self.due_s = due_s
        self.packed = packed
        self.latency_s = array("d", bytes(8 * len(packed)))
        self.reasons: dict[int, int] = {}
        self.answered = 0
        self.all_answered = asyncio.Event()
        self._frames = wire.Frames()
        self._start_s = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass

    def data_received(self, data: bytes) -> None:
        now_s = time.perf_counter() - self._start_s
        for number, body in self._frames.feed(data):
            self.latency_s[number] = now_s - self.due_s[number]
            reason = _outcome.decode(body).reason
            self.reasons[reason] = self.reasons.get(reason, 0) + 1
            self.answered += 1
        if self.answered == len(self.packed):
            self.all_answered.set()

    async def play(self) -> float:
        """Sends all when due and waits for the answers; returns the seconds it took."""
        self._start_s = time.perf_counter()
        sent, total = 0, len(self.packed)
        while sent < total:
            now_s = time.perf_counter() - self._start_s
            until = sent
            while until < total and self.due_s[until] <= now_s:
                until += 1
            if until > sent:
                self.transport.write(b"".join(self.packed[sent:until]))
                sent = until
            await asyncio.sleep(TICK_S)
        await asyncio.wait_for(self.all_answered.wait(), 60)
        return time.perf_counter() - self._start_s


def percentile(sorted_values: Sequence[float], share: float) -> float:
    """The value below which the share of the sorted values lies (nearest rank)."""
    return sorted_values[min(len(sorted_values) - 1, int(share * len(sorted_values)))]


async def run_load(path: str, due_s: array[float], packed: list[bytes]) -> dict[str, object]:
    """Plays one load over the socket; rates in requests a second, latencies in milliseconds."""
    loop = asyncio.get_running_loop()
    _, load = await loop.create_unix_connection(lambda: _Load(due_s, packed), path)
    seconds = await load.play()
    load.transport.close()
    latency_s = sorted(load.latency_s)
    return {
        "requests": len(packed),
        "seconds": round(seconds, 3),
        "authorizations_per_s": round(load.reasons.get(0, 0) / seconds, 1),
        "p50_ms": round(percentile(latency_s, 0.50) * 1e3, 2),
        "p99_ms": round(percentile(latency_s, 0.99) * 1e3, 2),
        "p999_ms": round(percentile(latency_s, 0.999) * 1e3, 2),
        "max_ms": round(latency_s[-1] * 1e3, 2),
        "reasons": {str(reason): count for reason, count in sorted(load.reasons.items())},
    }


def main(args: Sequence[str]) -> int:
    """`python -m dure.demo.bench.load`: one load, its figures as one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--socket", required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--wallets", type=int, required=True)
    parser.add_argument("--shops", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(args)
    due_s, packed = frames(chosen.rate, chosen.seconds, chosen.wallets, chosen.shops, chosen.seed)
    gc.disable()
    print(json.dumps(uvloop.run(run_load(chosen.socket, due_s, packed))), flush=True)
    return 0


if __name__ == "__main__":
    import sys

    raise SystemExit(main(sys.argv[1:]))
