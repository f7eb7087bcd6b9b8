"""How spend is spread over members: the gamma's shape from published shares, as known at a date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.special import gammainc

from dure.forecast.published.tables import Row

Floats = NDArray[np.float64]

_SHAPE_MEAN, _SHAPE_SD = 0.9, 0.1
_LOG_MEAN_WON, _LOG_MEAN_SD = float(np.log(290_000)), 0.2
_ERROR: Final = 0.2
"""Before any share is known: shape 0.8 to 1.0, a mean of 290,000 won; and how far, in logarithms, a
true share may lie from a gamma's."""
_AMOUNT: Final = r"\s*>=?\s*([\d.]+)(k|m)"
_PATTERNS: Final = (
    ("payment", re.compile(r"^users" + _AMOUNT + r"/month, share of payment")),
    ("users", re.compile(r"^users" + _AMOUNT + r"/month")),
    ("payment", re.compile(r"^payment by users" + _AMOUNT)),
    ("beyond", re.compile(r"^payment beyond the\s*([\d.]+)(k|m) cap")),
)


class Share(NamedTuple):
    """A published share (0.28 is 28%) about members who spend over `won` in a month.

    `kind` is "users" (of members), "payment" (of payments, theirs whole) or "beyond" (of payments,
    the part over the amount).
    """

    period: str
    kind: str
    won: float
    share: float


def read_shares(rows: Sequence[Row]) -> list[Share]:
    """The rows that tell such a share of the whole city."""
    found = []
    for row in rows:
        for kind, pattern in _PATTERNS:
            match = pattern.match(row.cell("measure"))
            if match is None or row.cell("unit") != "%":
                continue
            won = float(match[1]) * (1_000 if match[2] == "k" else 1_000_000)
            share = float(row.cell("value")) / 100
            if 0 < share < 1:
                found.append(Share(row.cell("period"), kind, won, share))
            break
    return found


def shape_of(shares: Sequence[Share]) -> float:
    """The most likely shape; every period has a mean of its own. 0.9 where no share is known."""
    periods = sorted({one.period for one in shares})
    places = {period: 1 + number for number, period in enumerate(periods)}

    def errors(value: Floats) -> Floats:
        found = [(value[0] - _SHAPE_MEAN) / _SHAPE_SD]
        found += [(log_mean - _LOG_MEAN_WON) / _LOG_MEAN_SD for log_mean in value[1:]]
        for one in shares:
            told = _share(one, float(value[0]), float(np.exp(value[places[one.period]])))
            found.append(np.log(max(told, 1e-9) / one.share) / _ERROR)
        return np.array(found)

    start = np.array([_SHAPE_MEAN, *[_LOG_MEAN_WON] * len(periods)])
    low = [0.3, *[_LOG_MEAN_WON - 2] * len(periods)]
    high = [2.0, *[_LOG_MEAN_WON + 2] * len(periods)]
    return round(float(least_squares(errors, start, bounds=(low, high)).x[0]), 2)


def _share(one: Share, shape: float, mean: float) -> float:
    at = shape * one.won / mean
    above = 1 - float(gammainc(shape, at))
    theirs = 1 - float(gammainc(shape + 1, at))
    if one.kind == "users":
        return above
    return theirs if one.kind == "payment" else theirs - one.won / mean * above
