"""Chooses how a scenario is played, so that what comes out is what the engine would have given.

Note [What may run out]
Rules are first played as if no budget line ended. What they then drew, with all that cancellations
brought back, is the most that was ever drawn; where each line had that much left at its lowest, no
payment was cut, and the result stands. Otherwise payments are played again in the order in which
they were decided, with the lines' other money between them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dure.forecast.history.facts import Records
from dure.forecast.history.sorting import next_month, start_of_month_us
from dure.forecast.history.store import History
from dure.forecast.simulate import warnings
from dure.forecast.simulate.general import TOGETHER_MAX, Moves, no_moves, play_generally
from dure.forecast.simulate.outcome import Outcome
from dure.forecast.simulate.plain import why_not_plain
from dure.forecast.simulate.playing import play_plainly
from dure.forecast.simulate.ready import Facts, Ready, facts_of_city, make_ready, terms_of
from dure.kernel.calendar import month_of
from dure.policy.evaluate import RuleSet
from dure.policy.kinds.kind import Moment


@dataclass(frozen=True, slots=True)
class Span:
    """The months that are played, and the history they are of."""

    history: History
    members: Records
    facts: Facts
    months: tuple[int, ...]

    @classmethod
    def of(cls, history: History, months: Sequence[int]) -> Span:
        """The span of some months, with the history's shops and members read."""
        members = history.members()
        return cls(history, members, facts_of_city(history.shops(), members), tuple(months))

    def ready(self, rules: RuleSet) -> Ready:
        """Rules made ready for these months."""
        return make_ready(rules, self.facts, self.months[0], next_month(self.months[-1]))

    @property
    def payments(self) -> int:
        """How many payments the months have."""
        entries = (self.history.manifest.entry(month) for month in self.months)
        return sum(entry.payments for entry in entries if entry is not None)

    def moves(self, ready: Ready) -> Moves:
        """What lines had before the first payment, and what moved their money since."""
        records = self.history.budget()
        begun = 0
        if len(records):
            begun = int(self.history.month(self.months[0]).movement.min(initial=1 << 62))
        left: dict[int, int] = dict.fromkeys(np.unique(records["line_id"]).tolist(), 0)
        before = records["movement"] < begun
        for line_id, won in zip(records["line_id"][before], records["won"][before], strict=True):
            left[int(line_id)] += int(won)
        used: dict[int, int] = {}
        for month in self.history.months:
            entry = self.history.manifest.entry(month)
            if entry is not None and month < self.months[0]:
                for line, won in entry.drawn_won.items():
                    left[int(line)] = left.get(int(line), 0) - won
                for rule_id, won in entry.given_won.items():
                    used[int(rule_id)] = used.get(int(rule_id), 0) + won
        known = set(ready.population.rule_ids)
        return Moves(left, records[~before], {i: w for i, w in used.items() if i in known})


def play(
    span: Span,
    ready: Ready,
    *,
    tell: Callable[[int], None],
    stopped: Callable[[], bool],
    plainly: bool = True,
) -> Outcome:
    """Plays a scenario; `tell` is told how many months are done.

    Without `plainly` the general machine code plays what plain machine code could. Raises
    CannotSimulateError where the history is too large for what the rules look at, or does not begin
    early enough.
    """
    population = ready.population
    if population.tables is None:
        raise warnings.not_simulated("; ".join(population.by_functions))
    ever = [name for name in population.sum_names if not name.startswith("month/")]
    if ever or population.accounts:
        _refuse_late_begin(span, population.rules)
        return _together(span, ready, tell, stopped, ever[0] if ever else "releases over time")
    plain = plainly and why_not_plain(population) is None
    if plain and all(terms_of(population, month) is not None for month in span.months):
        outcome = play_plainly(span.history, ready, span.months, tell=tell, stopped=stopped)
    else:
        outcome = play_generally(
            span.history, ready, span.members, span.months, no_moves(span.history),
            together=False, tell=tell, stopped=stopped,
        )  # fmt: skip
    moves = span.moves(ready)
    short = may_have_run_out(span, ready, moves, outcome)
    if short is None and not _sum_may_end(ready, moves, outcome):
        return outcome
    if span.payments > TOGETHER_MAX and short is not None and not _watches(ready):
        outcome.short_lines = (short,)
        return outcome
    return _together(span, ready, tell, stopped, "a budget line or a rule's sum that ran out")


def _together(
    span: Span,
    ready: Ready,
    tell: Callable[[int], None],
    stopped: Callable[[], bool],
    reason: str,
) -> Outcome:
    if span.payments > TOGETHER_MAX:
        raise warnings.too_many(span.payments, TOGETHER_MAX, reason)
    return play_generally(
        span.history, ready, span.members, span.months, span.moves(ready),
        together=True, tell=tell, stopped=stopped,
    )  # fmt: skip


def _watches(ready: Ready) -> bool:
    return bool(ready.population.levels)


def may_have_run_out(span: Span, ready: Ready, moves: Moves, outcome: Outcome) -> int | None:
    """A line that may have cut a payment or come to a level; None when none did."""
    levels = ready.population.levels
    for line_id in {*outcome.paid_won, *levels}.intersection(moves.left_won):
        least = max((0, *levels.get(line_id, ())))
        own = moves.records[moves.records["line_id"] == line_id]
        drawn = outcome.paid_won.get(line_id, 0) + outcome.back_won
        running = moves.left_won[line_id] + np.concatenate([[0], np.cumsum(own["won"])])
        if not (drawn or least) or int(running.min()) - drawn >= least:
            continue
        if _fell_short(span, moves.left_won[line_id], own, line_id, least, outcome):
            return line_id
    return None


def _fell_short(
    span: Span, left_won: int, own: Records, line_id: int, least_won: int, outcome: Outcome
) -> bool:
    """As above, month by month: what comes to a line late in the year is there late in the year."""
    drawn, before = outcome.back_won, 0
    for place, month in enumerate(span.months):
        begun = int(span.history.month(month).movement.min(initial=1 << 62))
        until = 1 << 62
        if place + 1 < len(span.months):
            after = span.history.month(span.months[place + 1]).movement
            until = int(after.min(initial=1 << 62))
        drawn += outcome.paid_by_line[place].get(line_id, 0)
        left_won += int(own["won"][(own["movement"] >= before) & (own["movement"] < begun)].sum())
        inside = own["won"][(own["movement"] >= begun) & (own["movement"] < until)]
        running = left_won + np.concatenate([[0], np.cumsum(inside)])
        if (outcome.paid_by_line[place].get(line_id, 0) or least_won) and (
            int(running.min()) - drawn < least_won
        ):
            return True
        left_won, before = int(running[-1]), until
    return False


def _sum_may_end(ready: Ready, moves: Moves, outcome: Outcome) -> bool:
    """Whether the sum of a rule, or a release, may have been used up at some time."""
    if outcome.ended:
        return True
    for rule_id in ready.population.rule_ids:
        rule = ready.population.rules.get_rule(rule_id)
        most_won = rule.document.stops.until_sum_used_won
        if rule.release is not None and any(won.get(rule_id, 0) for won in outcome.won_by_rule):
            return True
        if most_won is not None:
            given = sum(won.get(rule_id, 0) for won in outcome.won_by_rule)
            if moves.used_won.get(rule_id, 0) + given + outcome.back_won > most_won:
                return True
    return False


def _refuse_late_begin(span: Span, rules: RuleSet) -> None:
    """Sums that no month ends must be played from when their rules began."""
    begin_us = start_of_month_us(span.months[0])
    for rule in {rule for term in rules.terms for rule in term.rules}:
        counts = rule.moment in (Moment.TILL, Moment.PURCHASE) and any(
            not key.startswith("month/") for key in rule.counter_keys
        )
        counts = counts or rule.tally is not None or rule.release is not None
        if counts and rule.document.from_us < begin_us:
            earlier = [month for month in span.history.months if month < span.months[0]]
            first = month_of(max(rule.document.from_us, 0))
            if any(month >= first for month in earlier):
                raise warnings.begins_late(rule.document.key, max(first, earlier[0]))
