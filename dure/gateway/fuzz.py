"""A campaign of wrong messages against the real connection handler: no crash, no hang, no leak.

`dure fuzz --messages N` runs it. The messages pass `Connection` and `Reception` as the
network's would, over a transport in memory and before an engine that answers anything.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import random
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType

import structlog

from dure.authorization.answers import Answer, IncentivePaid
from dure.authorization.reasons import DeclineReason
from dure.authorization.requests import AnyRequest
from dure.engine.client import EngineGone
from dure.gateway.connection import Connection
from dure.gateway.mutations import Mutator
from dure.gateway.reception import Reception
from dure.gateway.settings import GatewaySettings
from dure.gateway.specimens import specimens
from dure.kernel import arguments
from dure.kernel.cardnetwork.macs import MacKey
from dure.kernel.cardnetwork.wire import frame
from dure.kernel.clock import SetClock
from dure.kernel.keys import KeyRing, mac_key_of

ACQUIRER = "990001"
HANG_S = 5
MESSAGES_A_TURN = 40
WARM_UP_SHARE = 0.2
"""Memory is compared from here on: caches and counters have their size by then."""


class HangError(BaseException):
    """The handler took longer than HANG_S over one piece of data; nothing in it may catch this."""


@dataclass(slots=True)
class Findings:
    """What a campaign found. `crashes` counts what got out of the handler and what it answered 96.

    `memory_growth_bytes` is the process's resident memory at the end against after the warm-up.
    """

    messages: int = 0
    crashes: int = 0
    hangs: int = 0
    memory_growth_bytes: int = 0
    answers: int = 0
    asked_the_engine: int = 0
    connections: int = 0
    slowest_cpu_ms: float = 0.0
    seconds: float = 0.0

    @property
    def is_clean(self) -> bool:
        return not (self.crashes or self.hangs)


class AnyAnswer:
    """An engine that answers at once, anything at all, and is gone now and then."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.asked = 0

    def send(self, request: AnyRequest) -> asyncio.Future[Answer]:
        """One of all possible answers. Raises EngineGone."""
        self.asked += 1
        if self._chance.random() < 0.01:
            raise EngineGone("gone for a moment")
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        lines = self._chance.choice((0, 0, 1, 3, 60))
        future.set_result(
            Answer(
                key=request.key,
                reason=self._chance.choice(list(DeclineReason)),
                movement_id=self._chance.randrange(1 << 60),
                approval_code="ABC123",
                charged_won=self._chance.randrange(1 << 40),
                charged_after_won=self._chance.randrange(10**12),
                claim_won=self._chance.randrange(2),
                incentive=tuple(IncentivePaid(1, 500, 0, 900) for _ in range(lines)),
            )
        )
        return future

    def when_back(self, again: Callable[[], None]) -> None:
        """Is back at once."""
        asyncio.get_running_loop().call_soon(again)


class MemoryTransport(asyncio.Transport):
    """Takes what is written and counts it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = 0
        self._closing = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += 1

    def is_closing(self) -> bool:
        return self._closing

    def close(self) -> None:
        self._closing = True

    abort = close

    def pause_reading(self) -> None:
        """Nothing is read here."""

    def resume_reading(self) -> None:
        """Nothing is read here."""


class Target:
    """A connection that has signed on, opened anew whenever the handler has closed it."""

    def __init__(self, reception: Reception, engine: AnyAnswer, sign_on: bytes) -> None:
        self._reception = reception
        self._engine = engine
        self._sign_on = sign_on
        self._transport = MemoryTransport()
        self._connection: Connection | None = None
        self.connections = 0

    def feed(self, data: bytes) -> None:
        """Gives the handler these bytes."""
        connection = self._connection
        if connection is None or self._transport.is_closing():
            connection = self._open()
        connection.data_received(data)

    def tick(self) -> None:
        """Lets time pass for the connection."""
        if self._connection is not None:
            self._connection.tick(asyncio.get_running_loop().time())

    def _open(self) -> Connection:
        if self._connection is not None:
            self._connection.connection_lost(None)
        self._transport = MemoryTransport()
        connection = Connection(self._reception, self._engine, lambda _: True, lambda _: None)
        connection.connection_made(self._transport)
        connection.data_received(self._sign_on)
        self.connections += 1
        self._connection = connection
        return connection


def make_target(seed: int) -> tuple[Target, Mutator, Reception, AnyAnswer]:
    """All that a campaign needs, the same for the same seed but for the keys."""
    chance = random.Random(seed)
    ring = KeyRing.generate((ACQUIRER,))
    clock = SetClock(1_571_648_400_000_000)
    # Strikes are kept so high that a connection lives long enough to get into odd states.
    reception = Reception(ring, clock, GatewaySettings(strikes_max=200, card_keys_max=1_000))
    mac = MacKey(ring.key(mac_key_of(ACQUIRER)))
    messages = specimens(ring, ACQUIRER, clock)
    engine = AnyAnswer(chance)
    target = Target(reception, engine, frame(mac.signed(messages["sign_on"])))
    # A sign-off or key exchange in the middle would leave all that follows at the first gates.
    seeds = [
        fields
        for name, fields in messages.items()
        if not name.startswith(("sign_off", "key_exchange"))
    ]
    return target, Mutator(seeds, mac, chance), reception, engine


async def campaign(messages: int, seed: int = 1) -> Findings:
    """Feeds that many frames; exceptions and hangs are counted, not raised."""
    target, mutator, reception, engine = make_target(seed)
    findings = Findings()
    chance = random.Random(seed + 1)
    started_s = time.monotonic()
    memory_before = 0
    warm_at = int(messages * WARM_UP_SHARE)
    while findings.messages < messages:
        for _ in range(MESSAGES_A_TURN):
            feed_one(target, mutator.next_frame(), chance, findings)
        if not memory_before and findings.messages >= warm_at:
            memory_before = resident_bytes()
        await asyncio.sleep(0)
        target.tick()
    findings.memory_growth_bytes = resident_bytes() - memory_before
    findings.crashes += reception.counts.events["fault"]
    findings.answers = sum(reception.counts.answers.values())
    findings.asked_the_engine = engine.asked
    findings.connections = target.connections
    findings.seconds = round(time.monotonic() - started_s, 1)
    return findings


def feed_one(target: Target, data: bytes, chance: random.Random, findings: Findings) -> None:
    """Feeds one frame, at times in two pieces, and notes what comes of it."""
    findings.messages += 1
    cut = chance.randrange(len(data)) if chance.random() < 0.1 else 0
    began_s = time.thread_time()
    signal.setitimer(signal.ITIMER_REAL, HANG_S)
    try:
        if cut:
            target.feed(data[:cut])
        target.feed(data[cut:])
    except HangError:
        findings.hangs += 1
    except Exception:
        findings.crashes += 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    findings.slowest_cpu_ms = max(findings.slowest_cpu_ms, (time.thread_time() - began_s) * 1000)


def resident_bytes() -> int:
    """The process's resident memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGESIZE")


def main(args: Sequence[str]) -> int:
    """Runs a campaign and prints what it found; 1 when anything crashed or hung."""
    parser = argparse.ArgumentParser(prog="dure fuzz", description=__doc__)
    parser.add_argument("--messages", type=arguments.at_least_one, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args(args)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    former = signal.signal(signal.SIGALRM, _hang)
    try:
        findings = asyncio.run(campaign(options.messages, options.seed))
    finally:
        signal.signal(signal.SIGALRM, former)
    found = asdict(findings) | {"slowest_cpu_ms": round(findings.slowest_cpu_ms, 1)}
    if options.json:
        print(json.dumps(found))
    else:
        print("\n".join(f"{name:<20} {value:>14,}" for name, value in found.items()))
    return 0 if findings.is_clean else 1


def _hang(number: int, at: FrameType | None) -> None:
    raise HangError
