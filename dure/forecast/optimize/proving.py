"""Whether a proposal holds on futures of other seeds than those it was searched and proved on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dure.forecast.demand.days import day_number
from dure.forecast.demand.terms import compile_terms
from dure.forecast.optimize.measuring import ended_on, left_of
from dure.forecast.optimize.money import money_of
from dure.forecast.optimize.published_city import PublishedCity
from dure.forecast.optimize.replacing import with_course
from dure.forecast.projection import project
from dure.forecast.results import Plan
from dure.policy.document import parse_document


class Held(NamedTuple):
    """How a plan fared: in how many of the futures the money lasted, and what was left of it.

    `unspent_bp` is the median over all futures, of what there was on the first day;
    `unspent_year_bp` the same of the whole year's money.
    """

    futures: int
    seed: int
    lasted: int
    unspent_bp: int
    unspent_year_bp: int
    left_won: int


def held_on(city: PublishedCity, plan: Plan, futures: int, seed: int) -> Held:
    """Plays the plan's documents, read from their texts, over so many futures of this seed."""
    known = {line.code for line in city.lines}
    documents = [parse_document(text, plan.name, known) for text in plan.documents]
    first, last = day_number(city.first_day), day_number(city.last_day)
    terms = compile_terms(with_course(city.documents, documents), city.demand.history.mix)
    projection = project(city.demand, terms, city.lines, first, last + 1, futures, seed)
    money = money_of(city.lines, city.line_codes, last)
    left_won = int(np.median(left_of(projection, money)))
    return Held(
        futures=futures,
        seed=seed,
        lasted=int((ended_on(projection, money) < 0).sum()),
        unspent_bp=left_won * 10_000 // money.whole_won,
        unspent_year_bp=left_won * 10_000 // (money.whole_won + money.spent_won),
        left_won=left_won,
    )
