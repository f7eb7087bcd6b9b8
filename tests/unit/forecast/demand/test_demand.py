"""Demand is fitted to sums of any length, says how sure it is, and finds what made the figures."""

from __future__ import annotations

import time
from datetime import date, timedelta

import numpy as np
import pytest

from dure.forecast.demand import CityHistory, Demand, Paid, fit
from dure.forecast.demand.answer import saturated
from dure.forecast.demand.days import day_number
from dure.forecast.demand.fitting import NothingKnownError
from dure.forecast.demand.posted import felt_rate, posted_brackets, trailing
from dure.forecast.demand.priors import GENERAL, Response, from_responses
from dure.forecast.demand.spend import within
from dure.forecast.demand.terms import compile_terms
from tests.unit.forecast.forecast_city import START, rule, steady

CUT = START + timedelta(days=360)
OPEN = "2030-01-01"


def cut_city(first: float, full: float, lag_days: float = 75.0) -> CityHistory:
    """A past of 540 days with 6% to half a million, cut to 3% after 360 days."""
    documents = (
        rule(1, START.isoformat(), CUT.isoformat()),
        rule(2, CUT.isoformat(), OPEN, ((0, 500_000, 300),)),
    )
    days = day_number(START) + np.arange(540)
    bare = steady(documents=documents)
    mass, rates = posted_brackets(compile_terms(documents, bare.mix), days, np.full(540, 290_000.0))
    felt = felt_rate(mass, rates * 0.97, GENERAL.active_part.mean)
    wish = first * felt + (full - first) * trailing(felt, lag_days)
    moved, _ = saturated(wish, GENERAL.active_part.mean)
    return steady(documents=documents, factor=np.exp(moved).tolist())


@pytest.mark.parametrize(("first", "full"), [(0.3, 0.6), (0.6, 1.2)])
def test_it_recovers_the_elasticities_that_made_a_city(first: float, full: float) -> None:
    demand = fit(cut_city(first, full), date(2023, 7, 31))
    drawn = demand.drawn(4_000, 7)
    assert np.quantile(drawn.elasticity_first, 0.5) == pytest.approx(first, rel=0.25)
    assert np.quantile(drawn.elasticity_full, 0.5) == pytest.approx(full, rel=0.25)
    low, high = np.quantile(drawn.elasticity_full, (0.05, 0.95))
    assert low < full < high


def test_it_is_less_sure_of_the_elasticity_where_rates_never_changed() -> None:
    still = steady(documents=(rule(1, START.isoformat(), OPEN),))
    changed, unchanged = (
        fit(history, date(2023, 7, 31)) for history in (cut_city(0.45, 0.9), still)
    )
    assert _spread(changed) < 0.6 * _spread(unchanged)
    assert "no_rate_change" in [w.code for w in unchanged.warnings]


def _spread(demand: Demand) -> float:
    return float(np.log(demand.drawn(2_000, 1).elasticity_first).std())


def test_it_says_so_when_there_is_little_history() -> None:
    history = steady(days=60, documents=(rule(1, START.isoformat(), OPEN),))
    warned = fit(history, START + timedelta(days=60)).warnings
    little = next(w for w in warned if w.code == "little_history")
    assert "넓은 구간" in little.korean
    assert "wide" in little.english


def test_it_uses_nothing_that_was_measured_after_the_date() -> None:
    history = cut_city(0.45, 0.9)
    as_of = START + timedelta(days=299)
    later = day_number(as_of) + 1
    cut = CityHistory(
        tuple(p for p in history.payments if p.until_day <= later),
        tuple(m for m in history.members if m.day < later),
        documents=history.documents,
        people=history.people,
    )
    whole, part = fit(history, as_of), fit(cut, as_of)
    assert whole.until_day == part.until_day
    assert np.array_equal(whole.drawn(50, 3).past_log, part.drawn(50, 3).past_log)


def test_it_draws_the_same_cities_for_the_same_seed() -> None:
    history = cut_city(0.45, 0.9)
    once, again = (fit(history, date(2023, 6, 1)).drawn(100, 5) for _ in range(2))
    other = fit(history, date(2023, 6, 1)).drawn(100, 6)
    assert np.array_equal(once.elasticity_full, again.elasticity_full)
    assert not np.array_equal(once.elasticity_full, other.elasticity_full)


def test_it_refuses_to_say_anything_of_nothing() -> None:
    with pytest.raises(NothingKnownError):
        fit(CityHistory(()), date(2022, 1, 1))


def test_it_weighs_a_figure_by_its_error() -> None:
    history = steady(days=300, documents=(rule(1, START.isoformat(), OPEN),))
    last = history.payments[-1]
    odd = Paid(last.from_day, last.until_day, last.won * 2, error=0.7)
    doubted = CityHistory(
        (*history.payments[:-1], odd), history.members, documents=history.documents
    )
    demand = fit(doubted, START + timedelta(days=300))
    told = np.exp(demand.drawn(500, 1).past_log[:, -30:]).sum(axis=1)
    assert np.median(told) == pytest.approx(last.won, rel=0.15)


def test_it_fits_two_years_of_days_in_two_seconds() -> None:
    history = steady(days=730, documents=(rule(1, START.isoformat(), OPEN),), monthly=False)
    started = time.perf_counter()
    fit(history, START + timedelta(days=730))
    assert time.perf_counter() - started < 2.0


def test_it_learns_from_responses_of_other_cities() -> None:
    priors = from_responses([Response(0.9, 0.2, 30.0), Response(1.0, 0.2, 30.0)])
    assert priors.log_first.mean > GENERAL.log_first.mean
    assert priors.log_first.sd < GENERAL.log_first.sd


def test_it_puts_a_month_into_brackets_as_a_gamma_does() -> None:
    below = within(np.array([300_000.0]), np.array([300_000.0, 1_000_000.0, np.inf]))[0]
    spent = np.random.default_rng(1).gamma(0.9, 300_000 / 0.9, 400_000)
    for found, edge in zip(below, (300_000, 1_000_000, 10**12), strict=True):
        assert found == pytest.approx(float(np.minimum(spent, edge).mean()), rel=0.01)
