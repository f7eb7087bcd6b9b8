"""What a search starts from: days, money, the rule that is replaced, what rates would cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

import numpy as np

from dure.forecast.demand import Demand
from dure.forecast.demand.days import day_number
from dure.forecast.demand.holding import choices
from dure.forecast.optimize.courses import Course
from dure.forecast.optimize.family import CAPS_WON, Ground
from dure.forecast.optimize.measuring import SMALL_BANDS, City, class_shares
from dure.forecast.optimize.money import Money, money_of
from dure.forecast.optimize.needs import needs_of
from dure.forecast.optimize.refusals import DaysError
from dure.forecast.optimize.replacing import day_us, replaced_rule
from dure.forecast.projection import LineStanding
from dure.forecast.results import Constraints
from dure.policy.document import RuleDocument
from dure.policy.kinds.bracket_cashback import Brackets
from dure.policy.kinds.kind import NOT_CHOSEN
from dure.policy.kinds.rates import Rates
from dure.policy.kinds.step_down_ladder import Ladder
from dure.policy.occasions import SalesBand

NEEDS_FUTURES: Final = 48
_WHOLE_BP: Final = 10_000


def city_of(
    demand: Demand,
    documents: Sequence[RuleDocument],
    lines: Sequence[LineStanding],
    constraints: Constraints,
) -> City:
    """Raises DaysError, NoMoneyError or NothingToReplaceError."""
    first_day, last_day = _days(constraints)
    money = money_of(lines, constraints.line_codes, last_day)
    return City(
        demand=demand,
        documents=tuple(documents),
        lines=tuple(lines),
        money=money,
        former=replaced_rule(documents, [line.code for line in money.lines], first_day),
        first_day=first_day,
        last_day=last_day,
    )


def ground_of(
    city: City, constraints: Constraints, seed: int, asked: Callable[[int], None]
) -> Ground:
    """What all courses start from; `asked` is called with the futures after each projection."""
    rates = (constraints.rate_least_bp, max(constraints.rate_least_bp, constraints.rate_most_bp))

    band_most = _band_most(city, constraints.small_shops_least_bp)

    def spends(course: Course) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        asked(NEEDS_FUTURES)
        return city.spends(course, NEEDS_FUTURES, seed)

    return Ground(
        constraints=constraints,
        first_day=city.first_day,
        last_day=city.last_day,
        money=city.money,
        needs={
            cap: needs_of(spends, city.first_day, city.last_day, rates, cap, band_most)
            for cap in CAPS_WON
        },
        band_most=band_most,
    )


def rate_before_bp(city: City) -> int | None:
    """The rate of the first bracket on the day before the plan; None where no rule held then."""
    eve_us = day_us(city.first_day) - 1
    if not city.former.from_us <= eve_us < city.former.until_us:
        return None
    return first_rate_bp(city.former, city.money)


def first_rate_bp(document: RuleDocument, money: Money) -> int:
    """The rate of a document's first bracket with the money as it stands."""
    terms = document.terms
    if isinstance(terms, Brackets):
        return terms.brackets[0].rate_bp
    if isinstance(terms, Ladder):
        left_won = {line.code: line.left_won for line in money.lines}.get(terms.line, 0)
        able = [step.rate_bp for step in terms.steps if left_won >= step.left_from_won]
        return max(able, default=terms.steps[-1].rate_bp)
    assert isinstance(terms, Rates), "replaceable kinds have brackets, steps or rates"
    return terms.by_choice[0][1]


def _band_most(city: City, least_bp: int) -> int | None:
    """The highest band of sales at which a plan may hold so that small shops keep their share.

    None where the former rule's own conditions are enough, or where nothing would be.
    """
    if least_bp <= _small_share_bp(city, None):
        return None
    bands = [int(band) for band in sorted(SalesBand, reverse=True)]
    able = [band for band in bands if _small_share_bp(city, band) >= least_bp]
    return max(able, default=None)


def _small_share_bp(city: City, band_most: int | None) -> int:
    asked = city.former.eligibility
    if band_most is not None:
        asked = replace(asked, sales_band_max=band_most)
    held = choices(replace(city.former, eligibility=asked), city.mix) != NOT_CHOSEN
    small = np.array([one.shop.sales_band in SMALL_BANDS for one in city.mix.classes])
    shares = class_shares(city.mix)
    whole = shares[held].sum()
    return int(shares[held & small].sum() / whole * _WHOLE_BP) if whole else 0


def _days(constraints: Constraints) -> tuple[int, int]:
    try:
        first_day = day_number(date.fromisoformat(constraints.first_day))
        last_day = day_number(date.fromisoformat(constraints.last_day))
    except ValueError as error:
        raise DaysError(constraints.first_day, constraints.last_day) from error
    if last_day < first_day:
        raise DaysError(constraints.first_day, constraints.last_day)
    return first_day, last_day
