"""What the city pays at an instant, what it paid before, and what it has announced for later.

Read from the published rule documents, so the page can say nothing that the engine does not do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from dure.policy.districts import CITY
from dure.policy.document import RuleDocument
from dure.policy.kinds.bracket_cashback import OPEN_WON, Bracket, Brackets
from dure.policy.kinds.offer_bonus import OfferBonus
from dure.policy.kinds.rates import Rates as FlatRates


@dataclass(frozen=True, slots=True)
class CashbackRate:
    """One cashback rule as it stands at an instant; `district` is `CITY` for the city's own."""

    rule: str
    title_ko: str
    title_en: str
    district: int
    brackets: tuple[Bracket, ...]

    @property
    def first_bp(self) -> int:
        """The rate of the first won of a month, in basis points."""
        return self.brackets[0].rate_bp


@dataclass(frozen=True, slots=True)
class Rates:
    """All cashback rules between two changes, the city's first; the city's rate may be missing."""

    from_us: int
    until_us: int
    rates: tuple[CashbackRate, ...]

    @property
    def city(self) -> CashbackRate | None:
        """The city's own rule; of two, the one whose first rate is higher."""
        own = [rate for rate in self.rates if rate.district == CITY]
        return max(own, key=lambda rate: rate.first_bp, default=None)

    @property
    def city_bp(self) -> int:
        """The rate that the page shows largest: the city's for the first won of a month."""
        return self.city.first_bp if self.city else 0

    @property
    def top_ups(self) -> tuple[CashbackRate, ...]:
        """What districts add with their own money."""
        return tuple(rate for rate in self.rates if rate.district != CITY)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The rates now, and the changes next to now; None where nothing was or is announced."""

    now: Rates
    before: Rates | None
    after: Rates | None


_FIRST_US, _LAST_US = -(1 << 62), 1 << 62


def schedule_at(documents: Iterable[RuleDocument], at_us: int) -> Schedule:
    """The stretch of unchanged rates around an instant, with the one before and the one after."""
    cashback = [document for document in documents if document.in_force and _brackets(document)]
    stretches = _merged(_stretches(cashback))
    position = next(i for i, rates in enumerate(stretches) if at_us < rates.until_us)
    return Schedule(
        now=stretches[position],
        before=stretches[position - 1] if position else None,
        after=stretches[position + 1] if position + 1 < len(stretches) else None,
    )


def _stretches(documents: list[RuleDocument]) -> list[Rates]:
    edges = {_FIRST_US, _LAST_US}
    for document in documents:
        edges |= {document.from_us, document.until_us}
    return [
        Rates(start, end, tuple(_rate(d) for d in documents if d.from_us <= start < d.until_us))
        for start, end in pairwise(sorted(edges))
    ]


def _merged(stretches: list[Rates]) -> list[Rates]:
    """Joins neighbors that pay the same, so that a new version alone is no change of the rate."""
    merged: list[Rates] = []
    for rates in stretches:
        ordered = tuple(sorted(rates.rates, key=lambda r: (r.district != CITY, r.district, r.rule)))
        if merged and merged[-1].rates == ordered:
            merged[-1] = Rates(merged[-1].from_us, rates.until_us, ordered)
        else:
            merged.append(Rates(rates.from_us, rates.until_us, ordered))
    return merged


def _brackets(document: RuleDocument) -> tuple[Bracket, ...]:
    """The rates over the month's payments; none for a kind that gives by something else."""
    terms = document.terms
    if isinstance(terms, OfferBonus):
        return terms.brackets.brackets
    if isinstance(terms, Brackets):
        return terms.brackets
    if document.kind == "flat_rate" and isinstance(terms, FlatRates):
        ((_, rate_bp),) = terms.by_choice
        return (Bracket(0, terms.month_payments_won_max or OPEN_WON, rate_bp),)
    return ()


def _rate(document: RuleDocument) -> CashbackRate:
    return CashbackRate(
        rule=document.id,
        title_ko=document.title.ko,
        title_en=document.title.en,
        district=document.scope,
        brackets=_brackets(document),
    )
