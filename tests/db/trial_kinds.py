"""Kinds of work for tests: quick, patient until a table says so, failing, deaf to every wish."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from typing import Final

import msgspec

from dure.forecast.analyst.asking import Asking, CannotDoError
from dure.forecast.analyst.kinds import Kind


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the trial kinds tell."""

    answer: int
    pid: int = 0


def do_double(asking: Asking) -> Answer:
    """Twice the number that was asked."""
    asking.tell(5_000, "세는 중입니다", "counting")
    return Answer(answer=2 * int(asking.asked["number"]))


def do_patient(asking: Asking) -> Answer:
    """Waits until the advisory lock of the number that was asked is free."""
    number = int(asking.asked["number"])
    asking.tell(1_000, "기다리는 중입니다", "patient")
    while True:
        asking.go_on()
        row = asking.connection.execute("SELECT pg_try_advisory_lock(%s)", (number,)).fetchone()
        if row is not None and row[0]:
            return Answer(answer=number, pid=os.getpid())


def do_fail(asking: Asking) -> Answer:
    """Ends with an error of its own kind or with a sentence."""
    if asking.asked.get("told"):
        raise CannotDoError("이력이 없습니다.", "there is no history")
    raise ZeroDivisionError


def do_die(_asking: Asking) -> Answer:
    """Dies as a process that takes too much memory does."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def do_deaf(asking: Asking) -> Answer:
    """Never asks whether to stop, like compiled code."""
    asking.tell(1_000, "못 듣는 중입니다", "deaf")
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    asking.connection.execute("SELECT pg_sleep(600)")
    return Answer(answer=0)


KINDS: Final[Mapping[str, Kind]] = {
    name: Kind(f"{__name__}:do_{name}", quick=name == "double")
    for name in ("double", "patient", "fail", "die", "deaf")
}
