"""Most likely values and their uncertainty: nonlinear least squares with Gaussian beliefs.

Gauss-Newton steps to the mode and the normal distribution of equal curvature there (Laplace's
approximation), with the evidence by which settings that are not fitted are weighed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky, solve_triangular

Floats = NDArray[np.float64]
Measured = Callable[[Floats], tuple[Floats, Floats]]
"""Values to (residuals in standard errors, their derivatives by the values)."""

_ROUNDS: Final = 40
_SETTLED: Final = 1e-7


@dataclass(frozen=True, slots=True)
class Belief:
    """A normal distribution: `mean` (P,) and `upper` (P, P), the factor of its precision."""

    mean: Floats
    upper: Floats
    log_evidence: float

    def draw(self, count: int, rng: np.random.Generator) -> Floats:
        """(count, P) values."""
        chance = rng.standard_normal((len(self.mean), count))
        return np.asarray(self.mean + solve_triangular(self.upper, chance, lower=False).T)

    @property
    def deviations(self) -> Floats:
        """(P,): the standard deviation of each value."""
        inverse = solve_triangular(self.upper, np.eye(len(self.mean)), lower=False)
        return np.asarray(np.sqrt((inverse**2).sum(axis=1)))


def settle(measured: Measured, prior_mean: Floats, prior_root: Floats, start: Floats) -> Belief:
    """The belief after the measurements.

    `prior_root` (P, P) times a value's difference from `prior_mean` is standard normal before.
    Steps are halved, and damped, until they lower the sum of squares.
    """
    value = start.copy()
    errors, slopes = _stacked(measured, prior_mean, prior_root, value)
    cost, damping = float(errors @ errors), 1e-6
    for _ in range(_ROUNDS):
        normal = slopes.T @ slopes
        step = np.linalg.solve(normal + damping * np.diag(np.diag(normal)), -slopes.T @ errors)
        tried = value + step
        new_errors, new_slopes = _stacked(measured, prior_mean, prior_root, tried)
        new_cost = float(new_errors @ new_errors)
        if not np.isfinite(new_cost) or new_cost > cost:
            damping = max(damping, 1e-4) * 10
            if damping > 1e8:
                break
            continue
        gained = cost - new_cost
        value, errors, slopes, cost = tried, new_errors, new_slopes, new_cost
        damping = max(damping / 10, 1e-9)
        if gained < _SETTLED * (1 + cost):
            break
    upper = cholesky(slopes.T @ slopes + 1e-9 * np.eye(len(value)), lower=False)
    before = float(np.linalg.slogdet(prior_root)[1])
    evidence = -0.5 * cost + before - float(np.log(np.diag(upper)).sum())
    return Belief(value, upper, evidence)


def _stacked(
    measured: Measured, prior_mean: Floats, prior_root: Floats, value: Floats
) -> tuple[Floats, Floats]:
    errors, slopes = measured(value)
    return (
        np.concatenate([errors, prior_root @ (value - prior_mean)]),
        np.concatenate([slopes, prior_root]),
    )


def drifting_root(stays: float, step_sds: Floats) -> Floats:
    """(knots, knots): the factor of the precision of a level that returns to 0 (AR(1)).

    From one knot to the next it keeps the share `stays` and moves by `step_sds` (knots,); the first
    knot is as uncertain as such a level is in the long run.
    """
    knots = len(step_sds)
    root = np.zeros((knots, knots))
    root[0, 0] = np.sqrt(max(1 - stays**2, 1e-6)) / step_sds[-1]
    for knot in range(1, knots):
        root[knot, knot] = 1 / step_sds[knot]
        root[knot, knot - 1] = -stays / step_sds[knot]
    return root


def between_knots(count: int, spacing: int) -> Floats:
    """(count, knots): how each day lies between the knots around it, one every `spacing` days."""
    places = np.arange(count) / spacing
    knots = int(places[-1]) + 2
    weights = np.zeros((count, knots))
    lower = places.astype(np.int64)
    rows = np.arange(count)
    weights[rows, lower] = 1 - (places - lower)
    weights[rows, lower + 1] = places - lower
    return weights
