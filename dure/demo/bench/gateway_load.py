"""An open-loop load on the gateway: bytes to bytes over TCP, on one line for each acquirer."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from typing import cast

import uvloop

from dure.demo.acquirer import Reply
from dure.demo.bench.gateway_messages import CHECKED_EACH, KINDS, Line, Prepared, prepare
from dure.demo.bench.load import (
    Tally,
    Wanted,
    add_arguments,
    play,
    print_figures,
    wait_for_go,
    wanted_of,
)
from dure.demo.bench.progress import logs_to_stderr
from dure.kernel.cardnetwork.wire import LENGTH_BYTES, read_message
from dure.kernel.database.home import home_directory
from dure.kernel.keys import KeyRing

APPROVED = "00"
SIGN_ON_PATIENCE_S = 10.0
HOST = "127.0.0.1"


class AnswerWrongError(Exception):
    """An answer's MAC or the chip's answer in it is not right."""


class _Ends(asyncio.Protocol):
    """The acquirer's end of a line: as thin as it can be."""

    def __init__(self, line: Line, tally: Tally, kept: dict[int, bytes]) -> None:
        self.start_s = 0.0
        self.signed_on: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._line = line
        self._tally = tally
        self._kept = kept
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass

    def data_received(self, data: bytes) -> None:
        now_s = time.perf_counter() - self.start_s
        if self._rest:
            data = self._rest + data
        at, end = 0, len(data)
        while end - at >= LENGTH_BYTES:
            until = at + LENGTH_BYTES + (data[at] << 8 | data[at + 1])
            if until > end:
                break
            self._take(data[at + LENGTH_BYTES : until], now_s)
            at = until
        self._rest = data[at:]

    def _take(self, raw: bytes, now_s: float) -> None:
        reply = Reply(raw)
        if reply.message_type == "0810":
            self.signed_on.set_result(read_message(raw).fields["39"])
            return
        number = self._line.numbers[int(reply.trace) - 1]
        if number % CHECKED_EACH == 0:
            self._kept[number] = raw
        self._tally.take(number, now_s, reply.code)


async def run_load(port: int, wanted: Wanted, kind: str, cards: int) -> dict[str, object]:
    """Plays one load once it is told to. Raises AnswerWrongError."""
    made = prepare(KeyRing.open(home_directory()), wanted, kind, cards)
    tally = Tally(made.due_s, wanted.warm_up_s)
    kept: dict[int, bytes] = {}
    ends = [await _signed_on(port, made, place, tally, kept) for place in range(len(made.lines))]
    wait_for_go()
    start_s = time.perf_counter()
    for end in ends:
        end.start_s = start_s

    def send(first: int, until: int) -> None:
        waiting: list[list[bytes]] = [[] for _ in ends]
        for number in range(first, until):
            waiting[made.line_of[number]].append(made.frames[number])
        for end, data in zip(ends, waiting, strict=True):
            if data:
                end.transport.write(b"".join(data))

    cpu_s = await play(tally, start_s, send)
    for end in ends:
        end.transport.close()
    _check(made, kept)
    return tally.figures(APPROVED) | {
        "generator_us": round(cpu_s / len(made.frames) * 1e6, 1),
        "answers_checked": len(kept),
    }


async def _signed_on(
    port: int, made: Prepared, place: int, tally: Tally, kept: dict[int, bytes]
) -> _Ends:
    loop = asyncio.get_running_loop()
    line = made.lines[place]
    _, ends = await loop.create_connection(lambda: _Ends(line, tally, kept), HOST, port)
    ends.transport.write(made.sign_ons[place])
    code = await asyncio.wait_for(ends.signed_on, SIGN_ON_PATIENCE_S)
    if code != APPROVED:
        raise AnswerWrongError(f"the sign-on of acquirer {line.acquirer} was answered {code}")
    return ends


def _check(made: Prepared, kept: dict[int, bytes]) -> None:
    """Holds the kept answers to their MAC, and where the card has a chip to its cryptogram."""
    for number, raw in kept.items():
        if not made.lines[made.line_of[number]].mac.is_right(raw):
            raise AnswerWrongError(f"answer {number} has a wrong MAC")
        sample = made.samples.get(number)
        if sample is None:
            continue
        answer = read_message(raw).fields
        if not sample.card.accepts(sample.fields, answer):
            raise AnswerWrongError(f"answer {number} has a wrong cryptogram (ARPC)")


def main(args: Sequence[str]) -> int:
    """`python -m dure.demo.bench.gateway_load`: one load; the keys are those of DURE_HOME."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--kind", choices=KINDS, required=True)
    parser.add_argument("--cards", type=int, required=True)
    add_arguments(parser)
    chosen = parser.parse_args(args)
    logs_to_stderr()
    print_figures(uvloop.run(run_load(chosen.port, wanted_of(chosen), chosen.kind, chosen.cards)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
