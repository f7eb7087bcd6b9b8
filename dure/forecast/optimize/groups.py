"""What each group gains and loses over the futures: districts, sales bands, deciles of spend.

Note [Groups of a forecast]
A projection knows what each rule gives in all, not to whom. Over shops it is shared as the rule
shares the payments of the mix: classes for which it does not hold get nothing. Over members it is
shared by what a month's spend earns under the rule's brackets, with the spend of active members
spread as the demand model has it (a gamma distribution). All figures are medians over the futures;
the sums over the groups of a dimension are those of the whole city, up to rounding.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import gamma

from dure.forecast.demand.mix import ShopMix
from dure.forecast.demand.spend import SHAPE
from dure.forecast.demand.terms import Rule, Terms
from dure.forecast.optimize.measuring import class_incentive, class_shares
from dure.forecast.projection import Projection
from dure.forecast.results import Breakdown, GroupRow
from dure.policy.districts import DISTRICT_NAMES
from dure.policy.occasions import SalesBand
from dure.policy.words import BANDS

Floats = NDArray[np.float64]

DECILES: Final = 10
_FINE: Final = 100
"""Members of a decile are looked at in so many even parts."""


def breakdowns(
    before: Projection, before_terms: Terms, after: Projection, after_terms: Terms
) -> list[Breakdown]:
    """By district and sales band of the shop, and by decile of members' monthly spend.

    `before` and `after` are the same futures (one seed) under the rules as they stand and under
    a plan, each with the terms made ready from its documents.
    """
    mix = after_terms.mix
    shares = class_shares(mix)
    paid = np.median(after.payments_won.sum(axis=1))
    was = np.median(class_incentive(before, before_terms, None), axis=0)
    comes = np.median(class_incentive(after, after_terms, None), axis=0)
    members = int(np.median(after.members[:, -1]))
    districts = [one.shop.district for one in mix.classes]
    bands = [one.shop.sales_band for one in mix.classes]
    of_bands = {int(band): BANDS[band.name.lower()] for band in SalesBand}
    by_class = (shares * paid, was, comes)
    return [
        Breakdown(dimension="district", rows=_shop_rows(districts, DISTRICT_NAMES, by_class, mix)),
        Breakdown(dimension="sales_band", rows=_shop_rows(bands, of_bands, by_class, mix)),
        Breakdown(
            dimension="spend_decile",
            rows=_decile_rows(before, before_terms, after, after_terms, members),
        ),
    ]


def _shop_rows(
    keys: list[int],
    names: Mapping[int, tuple[str, str]],
    by_class: tuple[Floats, Floats, Floats],
    mix: ShopMix,
) -> list[GroupRow]:
    rows = []
    groups = np.array(keys)
    for key in sorted(set(keys)):
        amount, was, comes = (round(float(values[groups == key].sum())) for values in by_class)
        korean, english = names.get(key, (str(key), str(key)))
        rows.append(
            GroupRow(
                key=str(key),
                name_ko=korean,
                name_en=english,
                members=0,
                payments=round(amount / mix.ticket_won),
                amount_won=amount,
                before_won=was,
                after_won=comes,
            )
        )
    return rows


def _decile_rows(
    before: Projection, before_terms: Terms, after: Projection, after_terms: Terms, members: int
) -> list[GroupRow]:
    """Active members from those who spend least to those who spend most, in ten even parts."""
    mix = after_terms.mix
    mean_won = mix.ticket_won * mix.each_month
    places = (np.arange(DECILES * _FINE) + 0.5) / (DECILES * _FINE)
    spend = gamma.ppf(places, SHAPE, scale=mean_won / SHAPE)
    was, comes = (
        _over_members(before, before_terms, spend),
        _over_members(after, after_terms, spend),
    )
    paid = spend / spend.sum() * float(np.median(after.payments_won.sum(axis=1)))
    each = max(1.0, members / len(spend))
    changed = (comes - was) / each
    rows = []
    for place in range(DECILES):
        part = slice(place * _FINE, (place + 1) * _FINE)
        count = round(members / DECILES)
        amount = round(float(paid[part].sum()))
        rows.append(
            GroupRow(
                key=str(place + 1),
                name_ko=f"{place + 1}분위",
                name_en=f"Decile {place + 1}",
                members=count,
                payments=round(amount / mix.ticket_won),
                amount_won=amount,
                before_won=round(float(was[part].sum())),
                after_won=round(float(comes[part].sum())),
                members_gain=round(float((changed[part] >= 1).mean()) * count),
                members_lose=round(float((changed[part] <= -1).mean()) * count),
            )
        )
    return rows


def _over_members(projection: Projection, terms: Terms, spend: Floats) -> Floats:
    """(members' places,): what the rules gave in all, shared as each rule earns with that spend."""
    given = np.zeros(len(spend))
    last = {rule.document.id: rule for rule in terms.rules}
    for rule_id, won in projection.rule_won.items():
        rule = last.get(rule_id)
        if rule is None:
            continue
        earned = _earned(rule, spend)
        if earned.sum() > 0:
            given += float(np.median(won)) * earned / earned.sum()
    return given


def _earned(rule: Rule, spend: Floats) -> Floats:
    """What a month's spend earns by the rule's first brackets; of a ladder by its highest rung."""
    scale = rule.steps[0][1] if rule.steps else rule.shares[0][1] if rule.shares else None
    if scale is None:
        return np.zeros(len(spend))
    if scale.gift_won:
        return np.ones(len(spend))
    earned = np.zeros(len(spend))
    for from_won, below_won, rate_bp in scale.brackets:
        earned += (np.minimum(spend, below_won) - np.minimum(spend, from_won)) * rate_bp
    return earned
