"""The rate that members live with: incentive over payments of a whole month under the rules of a
day."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from dure.forecast.demand.priors import REFERENCE_RATE, START_RATE
from dure.forecast.demand.spend import SHAPE, in_brackets
from dure.forecast.demand.terms import Rule, Terms

Floats = NDArray[np.float64]
Days = NDArray[np.int64]


def in_force(rule: Rule, days: Days) -> Floats:
    """(D,): the part of each day on which the rule holds, 0 to 1."""
    held = np.minimum(rule.until, days + 1) - np.maximum(rule.starts, days)
    return np.asarray(np.clip(held, 0.0, 1.0))


def posted_brackets(
    terms: Terms, days: Days, spend_won: Floats, shape: float = SHAPE
) -> tuple[Floats, Floats]:
    """What members live with on each day: (D, edges) how a month's payments lie in the brackets,
    and (D, edges) what all rules together give in each (0.06 is 6%).

    `spend_won` (D,) is what an active member spends in a month. A ladder counts with its first
    step and no line is empty: what really came is told by `RateSeen`.
    """
    mass = in_brackets(spend_won, terms.edges_won, shape)
    mass = mass / np.maximum(mass.sum(axis=-1, keepdims=True), 1e-9)
    rates = np.zeros_like(mass)
    for rule, rate in zip(terms.rules, terms.rates, strict=True):
        first = rate[0] if rule.steps else rate
        rates += (in_force(rule, days) * rule.weekdays.mean())[:, None] * first
    return mass, rates


def felt_rate(mass: Floats, rates: Floats, active_part: Floats | float) -> Floats:
    """(D,) from (D, edges) each: how rates are felt, 0 at the reference rate.

    Whether to use the card at all follows what it gives on average: that is the active part of the
    answer. How much to spend follows what the next won gives, bracket by bracket: nothing beyond a
    cap, whatever the average. Where all rates move in proportion both say the same.
    """
    average = log_rate((mass * rates).sum(axis=-1))
    next_won = (mass * log_rate(rates)).sum(axis=-1)
    return np.asarray(active_part * average + (1 - active_part) * next_won)


def log_rate(rate: Floats) -> Floats:
    """The logarithm of a rate over the reference rate, finite where there is none."""
    return np.log((rate + START_RATE) / (REFERENCE_RATE + START_RATE))


def trailing(values: Floats, days: float) -> Floats:
    """(T,): the mean of what was before, weighed less by e for every `days` days that passed."""
    keeps = float(np.exp(-1.0 / days))
    start = np.array([keeps * values[0]])
    return np.asarray(lfilter([1 - keeps], [1.0, -keeps], values, zi=start)[0])


def news(felt: Floats, days: float) -> Floats:
    """(T,): rises of the felt rate, fading by e in so many days."""
    rises = np.maximum(np.diff(felt, prepend=felt[0]), 0.0)
    return np.asarray(lfilter([1.0], [1.0, -float(np.exp(-1.0 / days))], rises))
