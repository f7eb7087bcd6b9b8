"""The projection itself: demand, rules and money, one day after the other, all futures at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dure.forecast.demand.demand import Demand
from dure.forecast.demand.terms import Terms, compile_terms
from dure.forecast.projection.chance import chance
from dure.forecast.projection.lines import LineStanding
from dure.forecast.projection.money import Purse
from dure.forecast.projection.offers import Offers
from dure.forecast.projection.people import City
from dure.forecast.projection.projection import Projection
from dure.policy.document import RuleDocument

__all__ = ["Terms", "compile_terms", "project"]


def project(
    demand: Demand,
    documents: Sequence[RuleDocument] | Terms,
    lines: Sequence[LineStanding],
    from_day: int,
    until_day: int,
    futures: int = 1_000,
    seed: int = 1,
    used_won: Mapping[str, int] | None = None,
) -> Projection:
    """Projects from `from_day` to before `until_day`; the same seed gives the same futures.

    Two projections with one seed and other documents meet the same chance, so that their
    difference is that of the documents. Days of which payments are known are replayed as they
    were, days between the last known and `from_day` are passed through without the lines being
    drawn on. `documents` are all that hold at any time since the history's end (earlier ones do
    no harm); `used_won` is what rules that end with a sum have paid before, by document id. Raises
    ValueError when a document names a line that is not among `lines`, or when there is no day.
    """
    if until_day <= from_day:
        raise ValueError("a projection needs at least one day")
    terms = (
        documents if isinstance(documents, Terms) else compile_terms(documents, demand.history.mix)
    )
    first_day = max(min(from_day, demand.past_until_day), demand.past.first_day)
    days = np.arange(first_day, until_day, dtype=np.int64)
    offers = Offers(terms, days, from_day)
    purse = Purse(offers, lines, from_day, until_day, futures, used_won or {})
    city = City(demand, chance(demand, days, futures, seed), days, futures, seed)
    for place in range(len(days)):
        state = purse.opened(place)
        city.live(place, offers.posted(place, state, futures), terms.edges_won)
        mass = city.bracket_mass(place, terms.edges_won)
        offers.pay(place, state, mass, city, purse)
    return purse.projection(city, seed, (*demand.warnings, *terms.warnings))
