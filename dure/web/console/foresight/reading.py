"""Results of analyses as pages read them: decoded once for each process, by their hash."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Generic, TypeVar

import msgspec
from psycopg import Connection
from psycopg.rows import TupleRow

from dure.forecast import work
from dure.forecast.results import Forecast, Paces, RunOut, decode
from dure.forecast.work import Work
from dure.kernel.calendar import day_of
from dure.web.shared.charts_moves import Foreseen

EARLIER_MAX: Final = 45
"""How many earlier forecasts a line's page looks back on."""
_KEPT_MAX: Final = 64
Read = TypeVar("Read")


class KeptByHash(Generic[Read]):
    """What was made of results, by their hashes; the one that was asked for longest ago goes."""

    def __init__(self, most: int = _KEPT_MAX) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Read] = OrderedDict()

    def get(self, sha256: str, make: Callable[[], Read]) -> Read:
        """What is kept under the hash, made now where it is not."""
        with self._lock:
            if sha256 in self._kept:
                self._kept.move_to_end(sha256)
                return self._kept[sha256]
        made = make()
        with self._lock:
            self._kept[sha256] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made


class _LineRunOut(msgspec.Struct, frozen=True):
    line_id: int
    run_out: RunOut
    planned_end: str


class _RunOuts(msgspec.Struct, frozen=True):
    """A forecast without its fans."""

    lines: list[_LineRunOut]


_FORECASTS: Final[KeptByHash[Forecast]] = KeptByHash(8)
_PACES: Final[KeptByHash[Paces]] = KeptByHash(4)
_RUN_OUTS: Final[KeptByHash[dict[int, RunOut]]] = KeptByHash(256)


def city_forecast(connection: Connection[TupleRow]) -> tuple[Work, Forecast] | None:
    """The city's own last forecast; None before the first."""
    found = work.latest(connection, "forecast", {})
    return None if found is None else (found, forecast_of(found))


def forecast_of(found: Work) -> Forecast:
    """The forecast that a finished work gave."""
    text, sha256 = _told(found)
    return _FORECASTS.get(sha256, lambda: decode(text, Forecast))


def _told(found: Work) -> tuple[str, str]:
    """The JSON of a finished work's result, and its hash."""
    assert found.result is not None, "only finished work has a result"
    assert found.result_sha256 is not None, "a result has a hash"
    return found.result, found.result_sha256


def city_paces(connection: Connection[TupleRow]) -> tuple[Work, Paces] | None:
    """The last look at the pace of all lines; None before the first."""
    found = work.latest(connection, "paces")
    if found is None:
        return None
    text, sha256 = _told(found)
    return found, _PACES.get(sha256, lambda: decode(text, Paces))


def foreseen(connection: Connection[TupleRow], line_id: int) -> list[Foreseen]:
    """When the line's money would end as the city's last forecasts told it, oldest first."""
    told = []
    for _, finished_at_us, sha256 in work.finished(connection, "forecast", {}, EARLIER_MAX):
        run_out = _run_outs(connection, sha256).get(line_id)
        if run_out is not None:
            told.append(Foreseen(day_of(finished_at_us).isoformat(), run_out))
    return told[::-1]


def _run_outs(connection: Connection[TupleRow], sha256: str) -> dict[int, RunOut]:
    def make() -> dict[int, RunOut]:
        lines = decode(work.result_of(connection, sha256), _RunOuts).lines
        return {line.line_id: line.run_out for line in lines}

    return _RUN_OUTS.get(sha256, make)
