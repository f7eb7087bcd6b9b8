"""What scenarios would give, from what members paid in each month: a preview within a second.

Note [What a preview leaves out]
It knows how many members paid how much in a month, and which share of all money was paid at each
shop and channel; not who paid what where. So every member is taken to spend like the city, a
payment's won are taken to be rounded down by half a won, and caps of a month are applied to a whole
month. Rates of brackets alone come out almost exactly; conditions of a single payment (a least
price, a weekday) are not looked at. How far off it is is measured on a month that is also played.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dure.forecast.history.columns import CHANNELS, SPEND_BINS
from dure.forecast.history.sorting import start_of_month_us
from dure.forecast.simulate.layout import Integers
from dure.forecast.simulate.outcome import Outcome
from dure.forecast.simulate.plain import plain_rules
from dure.forecast.simulate.ready import Facts, Ready, holds_at
from dure.forecast.simulate.running import Span
from dure.kernel.money import BASIS_POINTS_WHOLE
from dure.policy.arrays.layout import Tables

Floats = NDArray[np.float64]


class Spent(NamedTuple):
    """What members paid: `members` (month, bin), each bin's mean `spend`, the `payments` of each
    month and what share of its money was paid in each row of shops and channel (month, row times
    channels)."""

    members: Floats
    spend: Floats
    payments: Floats
    shares: Floats


def read_spent(span: Span) -> Spent:
    """Reads the months' facts of members and shops; of payments nothing."""
    members = np.zeros((len(span.months), SPEND_BINS + 1))
    total = np.zeros(SPEND_BINS + 1)
    payments = np.zeros(len(span.months))
    rows = len(span.facts.distinct[0])
    shares = np.zeros((len(span.months), rows * CHANNELS))
    for place, month in enumerate(span.months):
        columns = span.history.month(month)
        members[place] = columns.spend_members
        total += columns.spend_won
        payments[place] = columns.payments
        shares[place] = _shares(span.facts, month, columns.till, columns.till_won, rows)
    counted = members.sum(axis=0)
    spend = np.divide(total, counted, out=np.zeros(SPEND_BINS + 1), where=counted > 0)
    return Spent(members, spend, payments, shares)


def _shares(facts: Facts, month: int, till: Integers, won: Integers, rows: int) -> Floats:
    shop, channel = till // CHANNELS, till % CHANNELS
    stretch = holds_at(
        facts.stretch_first, facts.stretches["from_us"], shop, start_of_month_us(month)
    )
    row = facts.distinct[1][stretch].astype(np.int64)
    paid = np.bincount(row * CHANNELS + channel, weights=won, minlength=rows * CHANNELS)
    share: Floats = paid / max(1.0, paid.sum())
    return share


def preview(span: Span, ready: Ready, spent: Spent) -> Outcome:
    """About what a scenario gives by month, rule and line. Rules that are not plain are taken as if
    they were; see the note above."""
    population = ready.population
    tables = population.tables
    assert tables is not None, "rules without numbers are refused before"
    rules = plain_rules(population)
    won = np.zeros((len(span.months), len(tables.rules)))
    scales = [_of_scale(rules.from_won, rules.below_won, rules.rate_bp, begin, end, spent.spend)
              for begin, end in zip(rules.scale_from, rules.scale_until, strict=True)]  # fmt: skip
    for term, months in _months_of_terms(ready, span).items():
        of_place = tables.class_of[term].astype(np.int64) * CHANNELS
        place = (of_place[:, None] + np.arange(CHANNELS)).reshape(-1)
        for month in months:
            weights = np.bincount(
                place, weights=spent.shares[month], minlength=len(rules.earn_from) - 1
            )
            by_entry: dict[tuple[int, int], float] = {}
            for at in np.flatnonzero(weights).tolist():
                for entry in range(rules.earn_from[at], rules.earn_from[at + 1]):
                    key = (int(rules.entry_rule[entry]), _scale_of(tables, entry))
                    by_entry[key] = by_entry.get(key, 0.0) + float(weights[at])
            for (rule, scale), weight in by_entry.items():
                held = weight * _trait_share(ready, rules.trait[rule])
                gives = np.minimum(scales[scale] * held, float(rules.month_won_max[rule]))
                won[month, rule] += float(gives @ spent.members[month])
                whole = float(rules.gift_won[scale]) - (0.5 if scales[scale][-1] > 0 else 0.0)
                won[month, rule] += whole * held * spent.payments[month]
    return _outcome(span, ready, np.maximum(won, 0).round().astype(np.int64))


def _scale_of(tables: Tables, entry: int) -> int:
    """The scale of an entry; that of a ladder's first step where it has steps."""
    ladder = int(tables.earn["ladder"][entry])
    if ladder < 0:
        return int(tables.earn["scale"][entry])
    return int(tables.steps["scale"][tables.ladders["step_from"][ladder]])


def why_not_previewed(ready: Ready) -> str | None:
    """What of the rules spend alone says nothing about; None when a preview is worth something."""
    tables = ready.population.tables
    if tables is None:
        return "; ".join(ready.population.by_functions)
    counted = (tables.rules["card"] >= 0) | (tables.rules["times_sum"] >= 0)
    for place in np.flatnonzero(counted).tolist():
        rule = ready.population.rules.get_rule(ready.population.rule_ids[place])
        return f"{rule.document.key} is given a set number of times"
    return None


def _of_scale(
    from_won: Integers,
    below_won: Integers,
    rate_bp: Integers,
    begin: int,
    end: int,
    spend: Floats,
) -> Floats:
    """What a month of each bin's spend gives, before any rounding."""
    gives = np.zeros(len(spend))
    for at in range(begin, end):
        inside = np.clip(spend, from_won[at], below_won[at]) - from_won[at]
        gives += inside * rate_bp[at] / BASIS_POINTS_WHOLE
    return gives


def _months_of_terms(ready: Ready, span: Span) -> dict[int, list[int]]:
    """The places of months by the term in which most of each lies: that at its middle."""
    tables = ready.population.tables
    assert tables is not None, "rules without numbers are refused before"
    found: dict[int, list[int]] = {}
    for place, month in enumerate(span.months):
        middle = start_of_month_us(month) + 15 * 86_400_000_000
        term = int(np.searchsorted(tables.starts_us, middle, side="right")) - 1
        found.setdefault(term, []).append(place)
    return found


def _trait_share(ready: Ready, trait: int) -> float:
    if trait < 0:
        return 1.0
    return float(((ready.population.traits >> trait) & 1).mean())


def _outcome(span: Span, ready: Ready, won: Integers) -> Outcome:
    population = ready.population
    outcome = Outcome(ready)
    for place, month in enumerate(span.months):
        entry = span.history.manifest.entry(month)
        assert entry is not None, "a month that is looked at is in the history"
        outcome.months.append(month)
        outcome.members_paid.append(entry.members)
        outcome.payments.append(entry.payments)
        outcome.amount_won.append(entry.amount_won)
        outcome.discount_won.append(0)
        by_rule = dict(zip(population.rule_ids, won[place].tolist(), strict=True))
        outcome.won_by_rule.append(by_rule)
        outcome.paid_by_line.append(_lines(ready, by_rule))
    return outcome


def _lines(ready: Ready, by_rule: dict[int, int]) -> dict[int, int]:
    """The split of a whole month's won by shares, which rests of rounds make inexact."""
    paid: dict[int, int] = {}
    for rule_id, won in by_rule.items():
        for line_id, part in ready.population.rules.get_rule(rule_id).split(won):
            paid[line_id] = paid.get(line_id, 0) + part
    return paid


def error_bp(exact: Sequence[int], told: Sequence[int]) -> int:
    """How far what was told lies from what is, in basis points of it, rounded up."""
    truth, guess = sum(exact), sum(told)
    if not truth:
        return 0 if not guess else BASIS_POINTS_WHOLE
    return -(-abs(guess - truth) * BASIS_POINTS_WHOLE // truth)
