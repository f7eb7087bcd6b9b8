"""From a city's past to what is believed of its demand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dure.forecast.demand.adoption import Adoption, fit_adoption
from dure.forecast.demand.answer import (
    LONG_AGO,
    Answer,
    Past,
    fit_answer,
    last_level,
    wandering,
    wished,
)
from dure.forecast.demand.days import MONTH_DAYS, calendar_columns, day_number
from dure.forecast.demand.demand import Demand
from dure.forecast.demand.history import CityHistory, RateSeen
from dure.forecast.demand.posted import felt_rate, news, posted_brackets
from dure.forecast.demand.priors import (
    DAILY_SD,
    GENERAL,
    LAUNCH_RATE,
    LEVEL_STEP_WEIGHTS,
    LEVEL_STEPS,
    NEWS_DAYS,
    Normal,
    Priors,
)
from dure.forecast.demand.telling import doubts
from dure.forecast.demand.terms import Terms, compile_terms

Floats = NDArray[np.float64]

_ROUNDS: Final = 3
_MIDDLE_STEP: Final = 0.06
_OWN_BOOKS: Final = 0.01
"""The error up to which a measured rate counts as read from the city's own books."""
_WHOLE_DAYS: Final = 25
_WHOLE_DOUBT, _PART_DOUBT = 0.05, 0.2


class NothingKnownError(ValueError):
    """Nothing that was paid is known by the date, so nothing can be said of demand."""


def fit(history: CityHistory, as_of: date, priors: Priors = GENERAL) -> Demand:
    """What is believed of the city's demand at the end of the day `as_of`.

    What lies after `as_of` in the history is left out. With little history the beliefs stay wide
    and `Demand.warnings` says so. Takes less than two seconds. Raises NothingKnownError.
    """
    as_of_day = day_number(as_of)
    known = known_until(history, as_of_day + 1)
    if not known.payments:
        raise NothingKnownError(f"no payment is known by {as_of.isoformat()}")
    fitting = _Fitting(known, priors)
    answers, adoption = fitting.fitted()
    felt = fitting.felt
    return Demand(
        history=known,
        as_of_day=as_of_day,
        until_day=known.until_day,
        warnings=doubts(known, as_of_day, felt),
        past=fitting.past(felt, fitting.members(adoption)),
        answers=answers,
        adoption=adoption,
        spend=fitting.spend,
        active_part=priors.active_part,
        earning=fitting.earning,
        news_level=float(news(fitting.joiners_felt, NEWS_DAYS)[-1]),
        daily_sd=DAILY_SD,
        priors=priors,
        shape=history.spend_shape,
    )


def known_until(history: CityHistory, until_day: int) -> CityHistory:
    """The history without what is measured on or after `until_day`; documents and shocks stay."""
    return replace(
        history,
        payments=tuple(p for p in history.payments if p.until_day <= until_day and p.won > 0),
        members=tuple(m for m in history.members if m.day < until_day and m.members > 0),
        joined=tuple(j for j in history.joined if j.until_day <= until_day and j.members > 0),
        active=tuple(a for a in history.active if a.until_day <= until_day),
        rates=tuple(r for r in history.rates if r.until_day <= until_day),
    )


@dataclass
class _Fitting:
    """The steps of one fit: the felt rate needs spend, spend needs the answer to the felt rate."""

    history: CityHistory
    priors: Priors

    def __post_init__(self) -> None:
        history = self.history
        starts = [p.from_day for p in history.payments]
        if history.members:
            starts.append(history.members[0].day)
        self.first_day = min(starts) if history.open_day is None else history.open_day
        ends = [history.until_day, *(m.day + 1 for m in history.members)]
        self.days = np.arange(self.first_day, max(ends), dtype=np.int64)
        self.calendar = calendar_columns(self.days)
        self.terms: Terms = compile_terms(history.documents, history.mix)
        self.spend: Normal = self.priors.log_spend_won
        self.earning: Normal = self.priors.log_earning
        self.felt: Floats = np.zeros(len(self.days))
        self.joiners_felt: Floats = self.felt
        self.launch = LONG_AGO

    def fitted(self) -> tuple[tuple[tuple[float, Answer], ...], Adoption | None]:
        spend_log = np.full(len(self.days), self.spend.mean)
        answer: Answer | None = None
        adoption: Adoption | None = None
        for _ in range(_ROUNDS):
            mass, rates = posted_brackets(
                self.terms, self.days, np.exp(spend_log), self.history.spend_shape
            )
            posted = (mass * rates).sum(axis=1)
            self.earning = self._seen_earning(posted)
            self.joiners_felt = self._felt(mass, rates, posted)
            self.launch, self.felt = self._after_launch(posted, self.joiners_felt)
            adoption = self._adoption()
            past = self.past(self.felt, self.members(adoption))
            start = answer.belief.mean if answer else None
            answer = fit_answer(past, self.priors, _MIDDLE_STEP, start)
            moved = self._moved(answer, past)
            self.spend = self._seen_spend(moved, answer, past)
            spend_log = self.spend.mean + moved
        assert answer is not None, "at least one round is made"
        found = [fit_answer(past, self.priors, s, answer.belief.mean) for s in LEVEL_STEPS]
        evidence = np.array([a.belief.log_evidence for a in found])
        weights = np.array(LEVEL_STEP_WEIGHTS) * np.exp(evidence - evidence.max())
        return tuple(zip((weights / weights.sum()).tolist(), found, strict=True)), adoption

    def past(self, felt: Floats, members: Floats) -> Past:
        history = self.history
        return Past(
            self.first_day,
            felt,
            members,
            self.calendar,
            history.payments,
            history.shocks,
            self.launch,
        )

    def members(self, adoption: Adoption | None) -> Floats:
        """(T,): members of the past; a constant where nothing is known of them."""
        if adoption is None:
            return np.full(len(self.days), 1.0)
        return np.maximum(adoption.members, 1.0)

    def _adoption(self) -> Adoption | None:
        history = self.history
        if not history.members and not history.joined:
            return None
        start = [m for m in history.members if m.day < self.first_day]
        opened = history.open_day is not None
        first = 0.0 if opened or not history.members else 0.98 * history.members[0].members
        seen = [m for m in history.members if m not in start]
        joined = [j for j in history.joined if j.from_day >= self.first_day]
        return fit_adoption(
            self.joiners_felt, self.first_day, seen, joined, history.people, first, self.priors
        )

    def _after_launch(self, posted: Floats, felt: Floats) -> tuple[int, Floats]:
        """The day of the first cashback, and rates felt as if those of that day had always been.

        What a launch brings is no answer to a rate that went up (`priors.BEFORE_LAUNCH_SD`).
        """
        paying = np.flatnonzero(posted >= LAUNCH_RATE)
        if len(paying) == 0 or (paying[0] == 0 and self.history.open_day is None):
            return LONG_AGO, felt
        launch = int(paying[0])
        return launch, np.where(np.arange(len(felt)) < launch, felt[launch], felt)

    def _felt(self, mass: Floats, rates: Floats, posted: Floats) -> Floats:
        times = np.full(len(self.days), np.exp(self.earning.mean))
        for seen in self.history.rates:
            if seen.error <= _OWN_BOOKS and _is_whole(seen):
                here = (self.days >= seen.from_day) & (self.days < seen.until_day)
                times[here] = seen.rate_bp / 10_000 / np.maximum(posted[here], 1e-4)
        return felt_rate(mass, rates * times[:, None], self.priors.active_part.mean)

    def _moved(self, answer: Answer, past: Past) -> Floats:
        """(T,): how far the spend of an active member lies from that at the reference rate."""
        value = answer.belief.mean
        part = 1 - self.priors.active_part.mean
        return part * wished(value, self.felt) + wandering(value, past) / 2

    def _seen_spend(self, moved: Floats, answer: Answer, past: Past) -> Normal:
        """Spend at the reference rate: as measured, and as members and payments allow."""
        belief = self.priors.log_spend_won
        if self.history.members or self.history.joined:
            share = self.priors.log_active_share
            each = np.log(MONTH_DAYS / past.members_scale) + last_level(
                answer.belief.mean, past, self.priors.active_part.mean
            )
            belief = belief.and_measured(float(each - moved[-1] - share.mean), share.sd)
        for seen in self.history.active:
            here = (self.days >= seen.from_day) & (self.days < seen.until_day)
            if here.any() and seen.won_each_month > 0:
                value = np.log(seen.won_each_month) - moved[here].mean()
                belief = belief.and_measured(float(value), float(np.hypot(seen.error, 0.05)))
        return belief

    def _seen_earning(self, posted: Floats) -> Normal:
        belief = self.priors.log_earning
        for seen in self.history.rates:
            here = (self.days >= seen.from_day) & (self.days < seen.until_day)
            modelled = posted[here].mean() if here.any() else 0.0
            if modelled > 0 and seen.rate_bp > 0:
                value = np.log(seen.rate_bp / 10_000 / modelled)
                doubt = _WHOLE_DOUBT if _is_whole(seen) else _PART_DOUBT
                belief = belief.and_measured(float(value), float(np.hypot(seen.error, doubt)))
        return belief


def _is_whole(seen: RateSeen) -> bool:
    """Whether it was measured over about a month: in a part of one brackets bind more or less."""
    return seen.until_day - seen.from_day >= _WHOLE_DAYS
