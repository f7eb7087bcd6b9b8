"""The rate that members live with: incentive over payments of a whole month under the rules of a
day."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from dure.forecast.demand.priors import REFERENCE_RATE, START_RATE
from dure.forecast.demand.spend import in_brackets
from dure.forecast.demand.terms import Rule, Terms

Floats = NDArray[np.float64]
Days = NDArray[np.int64]


def in_force(rule: Rule, days: Days) -> Floats:
    """(D,): the part of each day on which the rule holds, 0 to 1."""
    held = np.minimum(rule.until, days + 1) - np.maximum(rule.starts, days)
    return np.asarray(np.clip(held, 0.0, 1.0))


def posted_rates(terms: Terms, days: Days, spend_won: Floats) -> Floats:
    """(D,): the effective rate of each day (0.06 is 6%), all rules together.

    `spend_won` (D,) is what an active member spends in a month. A ladder counts with its first
    step and no line is empty: what really came is told by `RateSeen`.
    """
    rates = np.zeros(len(days))
    if not terms.rules:
        return rates
    mass = in_brackets(spend_won, terms.edges_won)
    mass = mass / np.maximum(mass.sum(axis=-1, keepdims=True), 1e-9)
    for rule, rate in zip(terms.rules, terms.rates, strict=True):
        first = rate[0] if rule.steps else rate
        rates += in_force(rule, days) * rule.weekdays.mean() * (mass @ first)
    return rates


def log_rate(rate: Floats) -> Floats:
    """How a rate is felt: 0 at the reference rate, finite where there is none."""
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
