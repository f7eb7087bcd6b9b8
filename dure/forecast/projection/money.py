"""The lines' money in a projection: what is left in each future, what is drawn, when it ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dure.forecast.demand.terms import Rule
from dure.forecast.projection.lines import LineStanding
from dure.forecast.projection.offers import Offers, State
from dure.forecast.projection.people import City
from dure.forecast.projection.projection import Projection, Won
from dure.forecast.projection.releases import Released
from dure.forecast.results import Warned
from dure.policy.funding import SHOP

Floats = NDArray[np.float64]

_EMPTY_WON: Final = 1.0
"""A line with less than a won has nothing left."""


class Purse:
    """What each line has left in N futures; floats inside, whole won in what it tells."""

    def __init__(
        self,
        offers: Offers,
        lines: Sequence[LineStanding],
        from_day: int,
        until_day: int,
        futures: int,
        used_won: Mapping[str, int],
    ) -> None:
        self._offers = offers
        self._lines = tuple(lines)
        self._from_day = from_day
        self._shift = from_day - int(offers.days[0])
        self._place = {line.code: place for place, line in enumerate(self._lines)}
        self._refuse_unknown()
        self._paid_by = {r: self._funding(offers.terms.rules[r]) for r in offers.used}
        count = until_day - from_day
        self._left = np.zeros((len(self._lines), futures))
        self._drawn = np.zeros((len(self._lines), count, futures))
        self._shop = np.zeros((count, futures))
        self._asked = np.zeros((len(self._lines), futures))
        self._before = np.zeros((len(self._lines), futures))
        self._ended = np.full((len(self._lines), futures), -1, dtype=np.int64)
        self._added = _added(self._lines, from_day, count)
        self._rule_won = {r: np.zeros(futures) for r in offers.used}
        documents = {r: offers.terms.rules[r].document for r in offers.used}
        self._released = Released(documents, from_day, futures, used_won)
        self._sum_left = {
            r: np.full(futures, float(most - used_won.get(rule.document.id, 0)))
            for r in offers.used
            for rule in (offers.terms.rules[r],)
            if (most := rule.document.stops.until_sum_used_won) is not None
        }

    def _refuse_unknown(self) -> None:
        for number in self._offers.used:
            rule = self._offers.terms.rules[number]
            if rule.starts >= self._offers.days[-1] + 1 or rule.until <= self._from_day:
                continue
            for name in rule.document.line_names:
                if name not in self._place:
                    raise ValueError(
                        f"{rule.document.key} draws on the line {name}, which is not given"
                    )

    def _funding(self, rule: Rule) -> tuple[tuple[int, float], ...]:
        return tuple(
            (-1 if name == SHOP else self._place.get(name, -1), share)
            for name, share in rule.paid_by
        )

    def opened(self, place: int) -> State:
        """Adds what comes on the day, and says how the rules stand."""
        day = place - self._shift
        rules = self._offers.of_day[place]
        if day < 0:
            return State({}, {})
        self._released.open_day(self._from_day + day)
        self._left = np.maximum(self._left + self._added[:, day, None], 0.0)
        self._before = self._left.copy()
        self._asked[:] = 0.0
        active: dict[int, Floats | None] = {}
        steps: dict[int, NDArray[np.int64]] = {}
        has = self._left >= _EMPTY_WON
        whole = np.array([row.all() for row in has], dtype=np.bool_)
        for number in rules:
            rule = self._offers.terms.rules[number]
            self._note_empty(number, day, has)
            active[number] = self._active(number, rule, has, whole)
            if rule.ladder_line:
                left = self._left[self._place[rule.ladder_line]]
                levels = np.array([least for least, _ in rule.steps])
                reached = left[:, None] >= levels
                reached[:, -1] = True
                steps[number] = reached.argmax(axis=1)
        return State(active, steps)

    def _note_empty(self, number: int, day: int, has: NDArray[np.bool_]) -> None:
        """A line that a rule of the day draws on and that has nothing is at its end."""
        for line, _ in self._paid_by[number]:
            if line >= 0:
                self._ended[line][~has[line] & (self._ended[line] < 0)] = self._from_day + day

    def _active(
        self, number: int, rule: Rule, has: NDArray[np.bool_], whole: NDArray[np.bool_]
    ) -> Floats | None:
        needed = [line for line, _ in self._paid_by[number] if line >= 0]
        stop = rule.document.stops.line_used_up
        if stop is not None:
            needed.append(self._place[stop])
        sum_left = self._sum_left.get(number)
        if all(whole[line] for line in needed) and sum_left is None:
            return None
        found = np.ones(has.shape[1], dtype=bool)
        for line in needed:
            found &= has[line]
        if sum_left is not None:
            found &= sum_left >= _EMPTY_WON
        return found.astype(float)

    def pay(self, place: int, number: int, want: Floats) -> None:
        """Draws what a rule wants from its lines, no more than the scarcest can pay its part of."""
        day = place - self._shift
        if day < 0:
            return
        paid = self._released.at_most(number, want)
        if number in self._sum_left:
            paid = np.minimum(paid, np.maximum(self._sum_left[number], 0.0))
        for line, share in self._paid_by[number]:
            if line >= 0:
                self._asked[line] += paid * share
        for line, share in self._paid_by[number]:
            if line >= 0:
                paid = np.minimum(paid, self._left[line] / share)
        for line, share in self._paid_by[number]:
            part = paid * share
            if line < 0:
                self._shop[day] += part
                continue
            short = self._asked[line] > self._before[line] + _EMPTY_WON
            short &= self._ended[line] < 0
            self._ended[line][short] = self._from_day + day
            self._left[line] = np.maximum(self._left[line] - part, 0.0)
            self._drawn[line, day] += part
        self._rule_won[number] += paid
        self._released.draw(number, paid)
        if number in self._sum_left:
            self._sum_left[number] -= paid

    def projection(self, city: City, seed: int, warnings: tuple[Warned, ...]) -> Projection:
        """The futures in whole won; a line's sums never pass what it has been given."""
        spent: dict[int, Won] = {}
        incentive = np.floor(self._shop.T).astype(np.int64)
        left: dict[int, Won] = {}
        for place, line in enumerate(self._lines):
            given = np.cumsum(self._added[place]).astype(np.int64)
            passed = np.floor(np.cumsum(self._drawn[place], axis=0) + 1e-6).astype(np.int64)
            highest = np.maximum.accumulate(given)[:, None]
            passed = np.minimum(passed, highest)
            daily = np.diff(passed, axis=0, prepend=0).T
            spent[line.line_id] = np.ascontiguousarray(daily)
            incentive = incentive + daily
            left[line.line_id] = np.floor(self._left[place]).astype(np.int64)
        rules = self._offers.terms.rules
        by_id: dict[str, Won] = {}
        for number, won in self._rule_won.items():
            name = rules[number].document.id
            by_id[name] = by_id.get(name, np.zeros(len(won), np.int64)) + won.astype(np.int64)
        return Projection(
            days=self._offers.days[self._shift :],
            lines=self._lines,
            payments_won=np.ascontiguousarray(city.paid_won[self._shift :].T.astype(np.int64)),
            incentive_won=incentive,
            spent_won=spent,
            members=np.ascontiguousarray(city.members[self._shift :].T.astype(np.int64)),
            run_out_day={
                line.line_id: self._ended[place] for place, line in enumerate(self._lines)
            },
            left_won=left,
            rule_won=by_id,
            seed=seed,
            warnings=warnings,
        )


def _added(lines: Sequence[LineStanding], from_day: int, count: int) -> Floats:
    """(lines, D): what each line has at the start, and what is added on each later day."""
    added = np.zeros((len(lines), count))
    for place, line in enumerate(lines):
        added[place, 0] = max(line.left_won, 0)
        for day, won in line.later:
            number = max(day - from_day, 0)
            if day >= from_day and number < count:
                added[place, number] += won
    return added
