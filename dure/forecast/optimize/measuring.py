"""What a course comes to over many futures: who gets what, and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dure.forecast.demand import Demand
from dure.forecast.demand.days import months_of
from dure.forecast.demand.mix import ShopMix
from dure.forecast.demand.terms import Terms, compile_terms
from dure.forecast.optimize.courses import Course
from dure.forecast.optimize.money import Money, endless
from dure.forecast.optimize.replacing import (
    day_us,
    documents_of,
    next_version,
    with_course,
)
from dure.forecast.projection import LineStanding, Projection, project
from dure.policy.document import RuleDocument
from dure.policy.kinds.kind import NOT_CHOSEN
from dure.policy.occasions import SalesBand

SMALL_BANDS = (int(SalesBand.UP_TO_300M), int(SalesBand.UP_TO_500M))
"""The lowest two bands of yearly sales: shops that count as small."""
WHOLE_BP = 10_000


@dataclass(frozen=True, slots=True)
class Measured:
    """Medians over the futures, shares in basis points.

    `unspent_bp` is of the money that there was to spend from the plan's first day on, of all lines
    together; `citizens_won` what the lines of the plan paid; `shops_won` what was paid at shops.
    """

    futures: int
    lasts_bp: int
    unspent_bp: int
    citizens_won: int
    shops_won: int
    small_shops_bp: int
    district_spread_bp: int
    effective_bp: int


@dataclass(frozen=True, slots=True)
class City:
    """What stays the same while plans are tried: the city's demand, rules, lines and days."""

    demand: Demand
    documents: tuple[RuleDocument, ...]
    lines: tuple[LineStanding, ...]
    money: Money
    former: RuleDocument
    first_day: int
    last_day: int

    @property
    def mix(self) -> ShopMix:
        return self.demand.history.mix

    @property
    def documents_now(self) -> list[RuleDocument]:
        """Those of the documents that a projection can still meet."""
        known_us = day_us(min(self.first_day, self.demand.past_until_day))
        return [d for d in self.documents if d.until_us > known_us]

    def rules_of(self, course: Course) -> list[RuleDocument]:
        """All documents as they hold with the course."""
        version = next_version(self.documents, self.former.id)
        return self.with_plan(documents_of(course, self.former, version, self.money))

    def with_plan(self, plan: Sequence[RuleDocument]) -> list[RuleDocument]:
        """All documents as they hold once those of a plan are published."""
        return with_course(self.documents_now, plan)

    def project(
        self, documents: Sequence[RuleDocument] | Terms, futures: int, seed: int
    ) -> Projection:
        """The days of the plan under these documents."""
        return project(
            self.demand, documents, self.lines, self.first_day, self.last_day + 1, futures, seed
        )

    def spends(self, course: Course, futures: int, seed: int) -> NDArray[np.int64]:
        """What the plan's lines would pay on each day (futures, days), had they endless money."""
        projection = project(
            self.demand, self.rules_of(course), endless(self.lines, self.money), self.first_day,
            self.last_day + 1, futures, seed,
        )  # fmt: skip
        return spent_of(projection, self.money)

    def measure(self, course: Course, futures: int, seed: int) -> Measured:
        """The course over so many futures."""
        terms = compile_terms(self.rules_of(course), self.mix)
        return measured(self.project(terms, futures, seed), terms, self.money)


def spent_of(projection: Projection, money: Money) -> NDArray[np.int64]:
    """What the lines of the plan pay together on each day, (futures, days)."""
    return np.asarray(np.sum([projection.spent_won[one] for one in money.ids], axis=0))


def left_of(projection: Projection, money: Money) -> NDArray[np.int64]:
    """What the lines of the plan have left together at the end, (futures,)."""
    return np.asarray(np.sum([projection.left_won[one] for one in money.ids], axis=0))


def ended_on(projection: Projection, money: Money) -> NDArray[np.int64]:
    """The first day on which any line of the plan could not pay, (futures,); -1 where all last."""
    days = np.array([projection.run_out_day[line_id] for line_id in money.ids])
    never = np.iinfo(np.int64).max
    first = np.where(days < 0, never, days).min(axis=0)
    return np.where(first == never, -1, first)


def measured(projection: Projection, terms: Terms, money: Money) -> Measured:
    """The medians of a projection under terms that were made ready from its documents."""
    lasts = ended_on(projection, money) < 0
    paid = projection.payments_won.sum(axis=1)
    incentive = projection.incentive_won.sum(axis=1)
    left = left_of(projection, money)
    by_class = class_incentive(projection, terms, money)
    return Measured(
        futures=projection.futures,
        lasts_bp=int(lasts.sum()) * WHOLE_BP // len(lasts),
        unspent_bp=_median(left / max(1, money.whole_won) * WHOLE_BP),
        citizens_won=_median(spent_of(projection, money).sum(axis=1)),
        shops_won=_median(paid),
        small_shops_bp=_small_share_bp(by_class, terms.mix),
        district_spread_bp=_spread_bp(projection, terms, paid),
        effective_bp=_median(incentive / np.maximum(paid, 1) * WHOLE_BP),
    )


def _median(values: NDArray[np.float64] | NDArray[np.int64]) -> int:
    return int(np.median(values))


def class_incentive(
    projection: Projection, terms: Terms, money: Money | None
) -> NDArray[np.float64]:
    """(futures, classes of the mix): the incentive of each class, with `money` that of its lines.

    What a rule gave is shared over the classes that it holds for, as they share the payments. Of
    a rule's versions the last says for whom.
    """
    weights = class_shares(terms.mix)
    given = np.zeros((projection.futures, len(weights)))
    lines = {line.code for line in money.lines} if money else None
    last = {rule.document.id: rule for rule in terms.rules}
    for rule_id, won in projection.rule_won.items():
        rule = last.get(rule_id)
        if rule is None:
            continue
        ours = 1.0 if lines is None else sum(part for code, part in rule.paid_by if code in lines)
        shares = np.where(rule.classes != NOT_CHOSEN, weights, 0.0)
        if ours and shares.sum():
            given += np.outer(won * ours, shares / shares.sum())
    return given


def class_shares(mix: ShopMix) -> NDArray[np.float64]:
    """(classes,): the share of all payments, summing to 1."""
    shares = np.array([one.share for one in mix.classes])
    return np.asarray(shares / shares.sum())


def _small_share_bp(by_class: NDArray[np.float64], mix: ShopMix) -> int:
    small = np.array([one.shop.sales_band in SMALL_BANDS for one in mix.classes])
    whole = by_class.sum(axis=1)
    shares = by_class[:, small].sum(axis=1) / np.maximum(whole, 1.0)
    return round(float(np.median(shares)) * WHOLE_BP)


def _spread_bp(projection: Projection, terms: Terms, paid: NDArray[np.int64]) -> int:
    """How far the districts' incentive over payments lies apart, the highest from the lowest."""
    given = class_incentive(projection, terms, None)
    shares = class_shares(terms.mix)
    districts = np.array([one.shop.district for one in terms.mix.classes])
    rates = []
    for district in np.unique(districts):
        here = districts == district
        rates.append(given[:, here].sum(axis=1) / np.maximum(paid * shares[here].sum(), 1.0))
    return _median((np.max(rates, axis=0) - np.min(rates, axis=0)) * WHOLE_BP)


def rates_by_month(course: Course, projection: Projection, money: Money) -> list[tuple[int, int]]:
    """(month YYYYMM, rate of the first bracket in bp): the mean over days of the median rate."""
    given = np.full(len(projection.days), money.left_won, dtype=np.int64)
    for day, won in money.later:
        given[projection.days >= day] += won
    gone = np.cumsum(spent_of(projection, money), axis=1)
    left = given - np.concatenate((np.zeros_like(gone[:, :1]), gone[:, :-1]), axis=1)
    medians = []
    for place, day in enumerate(projection.days):
        stretch = next(s for s in course.stretches if s.from_day <= day < s.until_day)
        rates = [stretch.rate_bp(int(won)) for won in left[:, place]]
        medians.append(float(np.median(rates)))
    months = months_of(projection.days)
    return [
        (int(month), round(float(np.mean(np.array(medians)[months == month]))))
        for month in np.unique(months)
    ]
