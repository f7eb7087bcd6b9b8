"""Which room does which kind of work. Modules are imported when the first work of a kind comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final, NamedTuple

import msgspec

from dure.forecast.analyst.asking import Asking

Doer = Callable[[Asking], msgspec.Struct]


class Kind(NamedTuple):
    """`place` is `module:function`, a `Doer`. Quick work is not kept waiting by long work."""

    place: str
    quick: bool = False

    def doer(self) -> Doer:
        """The function itself."""
        module, function = self.place.split(":")
        doer: Doer = getattr(import_module(module), function)
        return doer


KINDS: Final[Mapping[str, Kind]] = {
    "forecast": Kind("dure.forecast.analyst.doers:do_forecast", quick=True),
    "simulation": Kind("dure.forecast.analyst.doers_past:do_simulation"),
    "comparison": Kind("dure.forecast.analyst.doers_past:do_comparison"),
    "history": Kind("dure.forecast.analyst.doers_past:do_history"),
    "plans": Kind("dure.forecast.analyst.doers:do_plans"),
    "paces": Kind("dure.forecast.analyst.doers:do_paces", quick=True),
}


def kinds_of(module: str) -> Mapping[str, Kind]:
    """The table of kinds in a module: ours, or another for tests."""
    kinds: Any = import_module(module).KINDS
    return dict(kinds)
