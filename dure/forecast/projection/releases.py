"""What rules that release their money over time may still give on a day of each future.

A projection goes by days: a release that comes in the course of a day is there for the whole of it.
See Note [Releases] in `dure.policy.release`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from dure.kernel.calendar import DAY_US, SEOUL_OFFSET_US
from dure.policy.document import RuleDocument

Floats = NDArray[np.float64]


class Released:
    """Won left of what is released, by the number of the rule, in N futures.

    `used_won` is what rules have given before the first day, by document id; it counts where what
    is unused is carried on.
    """

    def __init__(
        self,
        documents: Mapping[int, RuleDocument],
        from_day: int,
        futures: int,
        used_won: Mapping[str, int],
    ) -> None:
        self._rules = {
            number: (document, document.release)
            for number, document in documents.items()
            if document.release is not None
        }
        self._left: dict[int, Floats] = {}
        before_us = _start_us(from_day) - 1
        for number, (document, release) in self._rules.items():
            left_won = release.most_won(before_us)
            if release.carried_on:
                left_won = max(0, left_won - used_won.get(document.id, 0))
            self._left[number] = np.full(futures, float(left_won))

    def open_day(self, day: int) -> None:
        """Adds what is released on the day; where what is unused lapses it takes its place."""
        start_us = _start_us(day)
        for number, (document, release) in self._rules.items():
            if not document.from_us < start_us + DAY_US:
                continue
            came = release.number_at(start_us + DAY_US - 1) - release.number_at(start_us - 1)
            if came and release.carried_on:
                self._left[number] = self._left[number] + release.won * came
            elif came:
                self._left[number] = np.full_like(self._left[number], float(release.won))

    def at_most(self, number: int, won: Floats) -> Floats:
        """As much of it as is released."""
        left = self._left.get(number)
        return won if left is None else np.minimum(won, left)

    def draw(self, number: int, won: Floats) -> None:
        """Takes what a rule has paid."""
        if number in self._left:
            self._left[number] = np.maximum(self._left[number] - won, 0.0)


def _start_us(day: int) -> int:
    return day * DAY_US - SEOUL_OFFSET_US
