"""A hand of the analyst: a process that does one work after the other, as it is told on its input.

It stays warm, since compiled code and statistics take seconds to load. The analyst keeps its leases
and ends it when a work must stop and does not; what it has not finished is then taken again.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TextIO

import msgspec
import psycopg
from psycopg import Connection

from dure.forecast.analyst.asking import Asking
from dure.forecast.analyst.kinds import Kind, kinds_of
from dure.forecast.analyst.taking import Taken, close, fail, finish
from dure.forecast.results import encode

log = logging.getLogger("dure.analyst")

OVER: Final = "over"
NICE: Final = 5
"""Analyses stand back: a payment at a till never waits for one."""


class Hand:
    """Does work over two connections: one for the doer, one for what is told meanwhile."""

    def __init__(self, url: str, home: Path, kinds: Mapping[str, Kind]) -> None:
        self._url = url
        self._home = home
        self._kinds = kinds
        self._asking: Asking | None = None

    def ask_to_stop(self, *_: object) -> None:
        """Makes the work that runs stop soon; as a signal handler."""
        if self._asking is None:
            raise SystemExit(0)
        self._asking.stop()

    def run(self, lines: TextIO, replies: TextIO) -> None:
        """Does what comes in on `lines` until there is no more."""
        self._warm_up()
        for line in lines:
            taken = msgspec.json.decode(line, type=Taken)
            self.do(taken)
            print(OVER, file=replies, flush=True)

    def _warm_up(self) -> None:
        """Loads what the kinds need before anybody waits for it."""
        for name, kind in self._kinds.items():
            try:
                kind.doer()
            except Exception:
                # Told again, and to whom it concerns, when such work comes.
                log.exception("the kind %s cannot be loaded", name)

    def do(self, taken: Taken) -> None:
        """Does a work and writes how it ended. Raises psycopg.OperationalError."""
        with (
            psycopg.connect(self._url, autocommit=True) as ours,
            psycopg.connect(self._url, autocommit=True) as telling,
        ):
            asking = self._asking = Asking(self._url, ours, telling, self._home, taken)
            try:
                kind = self._kinds.get(taken.kind)
                if kind is None:
                    _not_known(telling, taken, asking.now_us())
                else:
                    told = kind.doer()(asking)
                    _keep(telling, asking, told)
            except Exception as error:
                _end_badly(telling, asking, error)
            finally:
                self._asking = None


def _keep(connection: Connection[Any], asking: Asking, told: msgspec.Struct) -> None:
    text = encode(told).decode()
    if finish(connection, asking.taken, text, asking.now_us()) is None:
        close(connection, asking.taken, asking.now_us())


def _end_badly(connection: Connection[Any], asking: Asking, error: Exception) -> None:
    """Cancelled, given back, or failed with a sentence that a person can act on."""
    taken = asking.taken
    if asking.stopped() or isinstance(error, psycopg.OperationalError):
        close(connection, taken, asking.now_us())
        return
    korean, english = getattr(error, "korean", ""), getattr(error, "english", "")
    if not (isinstance(korean, str) and isinstance(english, str) and korean and english):
        log.error("a work failed: %s %d", taken.kind, taken.work_id, exc_info=error)
        name = type(error).__name__
        korean = (
            f"분석 중에 예상하지 못한 오류가 났습니다({name}). log/analyst.log의 "
            f"{taken.work_id}번 기록을 운영자에게 보이세요."
        )
        english = (
            f"an unexpected error stopped the analysis ({name}); show the operator what "
            f"log/analyst.log says of work {taken.work_id}"
        )
    if not fail(connection, taken, korean, english, asking.now_us()):
        close(connection, taken, asking.now_us())


def _not_known(connection: Connection[Any], taken: Taken, at_us: int) -> None:
    fail(
        connection,
        taken,
        f"'{taken.kind}'은(는) 이 설치본의 분석기가 모르는 일입니다. 분석기를 새 판으로 올리세요.",
        f"the analyst of this installation does not know '{taken.kind}'; install the new version",
        at_us,
    )


def run_hand(url: str, home: Path, module: str) -> int:
    """The process of a hand, until its input ends; gives the exit status."""
    hand = Hand(url, home, kinds_of(module))
    signal.signal(signal.SIGTERM, hand.ask_to_stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICE)
    # What a library prints must not be taken for our replies.
    with os.fdopen(os.dup(sys.stdout.fileno()), "w") as replies:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        hand.run(sys.stdin, replies)
    return 0
