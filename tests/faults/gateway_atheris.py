"""Messages that grow towards unvisited code: `python -m tests.faults.gateway_atheris -runs=N`.

Atheris (coverage-guided) mutates the right messages of every kind; each then gets a right MAC, so
that it passes the second gate. Ends with an error at the first fault or exception.
"""

from __future__ import annotations

import logging
import random
import sys

import atheris
import structlog

with atheris.instrument_imports(include=["dure.gateway", "dure.kernel.cardnetwork", "iso8583"]):
    from dure.gateway.mutations import Mutator
    from dure.gateway.reception import Waiting
    from tests.unit.gateway.desk import Desk

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
_DESK = Desk()
_CHANCE = random.Random(1)
_MUTATOR = Mutator(
    [
        fields
        for name, fields in _DESK.messages.items()
        if not name.startswith(("sign_off", "key_exchange"))
    ],
    _DESK.mac,
    _CHANCE,
)


def judge(body: bytes) -> None:
    """The reception answers, asks or stays silent."""
    if not _DESK.session.signed_on:
        _DESK.say(_DESK.messages["sign_on"])
    outcome = _DESK.say_raw(body + _DESK.mac.mac(body))
    assert outcome is None or isinstance(outcome, bytes | Waiting)
    assert not _DESK.reception.counts.events["fault"]


def mutate(data: bytes, size_max: int, seed: int) -> bytes:
    """Half from right messages made wrong, half from what has reached new code so far."""
    if len(data) < 20 or _CHANCE.random() < 0.5:
        return _MUTATOR.next_frame()[2:-8][:size_max]
    return bytes(atheris.Mutate(data, size_max))


if __name__ == "__main__":
    atheris.Setup([*sys.argv, "-max_len=1024"], judge, custom_mutator=mutate)
    atheris.Fuzz()
