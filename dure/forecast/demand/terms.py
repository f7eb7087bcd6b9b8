"""Rule documents made ready for populations: brackets, shares of the payments, lines, stops.

The numbers are asked of each kind's own functions (`dure.policy.kinds`); nothing of a rule is
written a second time here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dure.forecast.demand.holding import by_weekday, choices
from dure.forecast.demand.mix import ShopMix
from dure.forecast.results import Warned
from dure.kernel.calendar import DAY_US, SEOUL_OFFSET_US
from dure.policy.districts import CITY
from dure.policy.document import RuleDocument
from dure.policy.kinds import KINDS
from dure.policy.kinds.kind import NOT_CHOSEN, Kind, Moment
from dure.policy.kinds.numbers import OPEN_END_WON, Scale

Floats = NDArray[np.float64]

_ASKED_WON: Final = 1_000_000
_FOLLOWED: Final = (Moment.TILL, Moment.PURCHASE, Moment.CHARGE)
_AT_HOME: Final = 0.6
"""The share of their payments that those who use a district's rule make there; assumed."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One document as a projection uses it.

    `shares` are those of the payments for which each variant holds, beside the scale of that
    variant; a ladder (`steps`: least won left, variant) has one share and a scale for each step.
    `paid_by` has (line code or "shop", share). `starts` and `until` are days with the part of the
    day (18109.25 is 06:00).
    """

    document: RuleDocument
    starts: float
    until: float
    classes: NDArray[np.int64]
    shares: tuple[tuple[float, Scale], ...]
    steps: tuple[tuple[int, Scale], ...]
    ladder_line: str
    weekdays: Floats
    paid_by: tuple[tuple[str, float], ...]
    gift_won: int
    gift_times: int

    @property
    def share(self) -> float:
        """The share of all payments that it holds for, in whichever variant."""
        return sum(share for share, _ in self.shares)


@dataclass(frozen=True, slots=True)
class Terms:
    """Documents made ready for many projections, cities first as they are evaluated.

    `edges_won` are where any bracket ends, rising, the last without end; `rates[r]` (edges,) what
    rule r gives in each bracket over all payments (0.01 is 1%), of a ladder the rates of each step
    (steps, edges). `rivals` are the places of rules of which only the best pays.
    """

    documents: tuple[RuleDocument, ...]
    mix: ShopMix
    rules: tuple[Rule, ...]
    edges_won: Floats
    rates: tuple[Floats, ...]
    rivals: tuple[tuple[int, ...], ...]
    warnings: tuple[Warned, ...]


def compile_terms(documents: Sequence[RuleDocument], mix: ShopMix) -> Terms:
    """Reads documents once for many projections; those that are only planned are left out.

    Kinds that give something later or on a claim (prizes, referrals, coupons, stamps) are not
    followed; `Terms.warnings` names them.
    """
    in_force = sorted(
        (d for d in documents if d.in_force), key=lambda d: (d.scope != CITY, d.id, d.version)
    )
    rules = [_rule(document, mix) for document in in_force if _is_followed(document)]
    left_out = sorted({d.id for d in in_force if not _is_followed(d)})
    edges = {float(OPEN_END_WON)}
    for rule in rules:
        for _, scale in (*rule.shares, *rule.steps):
            edges |= {float(b) for bracket in scale.brackets for b in bracket[:2] if b > 0}
    edges_won = np.array(sorted(edges))
    edges_won[-1] = np.inf
    groups: dict[str, list[int]] = {}
    for place, rule in enumerate(rules):
        if rule.document.best_of is not None:
            groups.setdefault(rule.document.best_of, []).append(place)
    return Terms(
        documents=tuple(documents),
        mix=mix,
        rules=tuple(rules),
        edges_won=edges_won,
        rates=tuple(_rates(rule, edges_won, mix.ticket_won) for rule in rules),
        rivals=tuple(tuple(group) for group in groups.values() if len(group) > 1),
        warnings=tuple(_not_followed(name) for name in left_out),
    )


def _is_followed(document: RuleDocument) -> bool:
    kind = KINDS[document.kind]
    if kind.numbers is not None and kind.numbers(document.terms).stamps:
        return False
    return kind.moment in _FOLLOWED


def _not_followed(name: str) -> Warned:
    return Warned(
        code="not_followed",
        korean=f"{name}: 나중에 지급되거나 신청해야 받는 혜택이라 예측에 넣지 않았습니다. "
        "예산이 크면 그만큼을 따로 빼고 보십시오.",
        english=f"{name}: it is given later or on a claim and is not in the forecast. Where its "
        "money is large, set it aside before you read the figures.",
    )


def _rule(document: RuleDocument, mix: ShopMix) -> Rule:
    kind: Kind[Any] = KINDS[document.kind]
    chosen = choices(document, mix)
    weights = np.array([one.share for one in mix.classes])
    weights = weights / weights.sum()
    numbers = kind.numbers(document.terms) if kind.numbers else None
    share_of = {
        int(choice): float(weights[chosen == choice].sum())
        for choice in np.unique(chosen)
        if choice != NOT_CHOSEN
    }
    scales = {c: numbers.scale(c) if numbers else _asked(kind, document) for c in share_of}
    scales = {c: _under_cap(s, document, share_of[c]) for c, s in scales.items()}
    whole = sum(share_of.values())
    steps = numbers.steps if numbers else ()
    watched = kind.watches(document.terms)
    return Rule(
        document=document,
        starts=_day_part(document.from_us),
        until=_day_part(document.until_us),
        classes=chosen,
        shares=tuple((share_of[c], scales[c]) for c in share_of),
        steps=tuple(
            (least, _under_cap(numbers.scale(choice), document, whole))
            for least, choice in steps
            if numbers
        ),
        ladder_line=watched[0] if steps and watched else "",
        weekdays=by_weekday(document.eligibility, mix.ticket_won),
        paid_by=tuple(
            (name, part / document.funding.whole) for name, part in document.funding.shares
        ),
        gift_won=max((s.gift_won for s in scales.values()), default=0),
        gift_times=(numbers.times_max if numbers else None) or 1,
    )


def _paid_by(document: RuleDocument) -> tuple[tuple[str, float], ...]:
    funding = document.funding
    return tuple((name, part / funding.whole) for name, part in funding.shares)


def _day_part(instant_us: int) -> float:
    return (instant_us + SEOUL_OFFSET_US) / DAY_US


def _asked(kind: Kind[Any], document: RuleDocument) -> Scale:
    """One rate, as the kind's own amount says, for kinds without numbers (a top-up's bonus)."""
    won, _ = kind.amount(document.terms)(_ASKED_WON, 0, 0)
    return Scale(((0, OPEN_END_WON, won * 10_000 // _ASKED_WON),))


def _under_cap(scale: Scale, document: RuleDocument, share: float) -> Scale:
    """The brackets cut where a member's cashback of the month reaches the rule's cap.

    A member spends the rule's share of a month's payments where it holds; of a district's rule,
    those who use it at all spend more of it there.
    """
    most_won = document.caps.month_cashback_won_max
    if most_won is None or not scale.brackets or share <= 0:
        return scale
    own = share if document.scope == CITY else max(share, _AT_HOME)
    room_bp = most_won * 10_000 / own
    cut = []
    for from_won, below_won, rate_bp in scale.brackets:
        if rate_bp and (below_won - from_won) * rate_bp > room_bp:
            cut.append((from_won, from_won + int(room_bp / rate_bp), rate_bp))
            break
        cut.append((from_won, below_won, rate_bp))
        room_bp -= (below_won - from_won) * rate_bp
    return scale._replace(brackets=tuple(cut))


def _rates(rule: Rule, edges_won: Floats, ticket_won: int) -> Floats:
    """(edges,) of a rule, (steps, edges) of a ladder: rates over all payments of the city."""
    if rule.steps:
        rows = [_on_edges(scale, edges_won) * rule.share for _, scale in rule.steps]
        return _per_payment(np.array(rows), rule, ticket_won)
    rates = np.zeros(len(edges_won))
    for share, scale in rule.shares:
        rates += _on_edges(scale, edges_won) * share
    return _per_payment(rates, rule, ticket_won)


def _on_edges(scale: Scale, edges_won: Floats) -> Floats:
    rates = np.zeros(len(edges_won))
    lower = np.concatenate(([0.0], edges_won[:-1]))
    for from_won, below_won, rate_bp in scale.brackets:
        rates[(lower >= from_won) & (lower < below_won)] = rate_bp / 10_000
    return rates


def _per_payment(rates: Floats, rule: Rule, ticket_won: int) -> Floats:
    """Less, where a payment's cashback is capped: payments lie exponentially around the mean."""
    most_won = rule.document.caps.payment_cashback_won_max
    if most_won is None or rule.share <= 0:
        return rates
    each = np.maximum(rates / rule.share * ticket_won, 1e-9)
    return np.asarray(rates * -np.expm1(-most_won / each))


def best_rates(terms: Terms, group: tuple[int, ...], steps: tuple[int, ...]) -> Floats:
    """(rules of the group, edges) where of these rules only the best pays, class by class.

    `steps` says for each of them which step holds (0 without a ladder), -1 where it does not pay.
    """
    mix = terms.mix
    weights = np.array([one.share for one in mix.classes])
    weights = weights / weights.sum()
    offered = np.zeros((len(group), len(weights), len(terms.edges_won)))
    for row, (place, step) in enumerate(zip(group, steps, strict=True)):
        rule = terms.rules[place]
        if step < 0:
            continue
        numbers = KINDS[rule.document.kind].numbers
        for choice in np.unique(rule.classes[rule.classes != NOT_CHOSEN]):
            if rule.steps:
                scale = rule.steps[step][1]
            elif numbers is not None:
                scale = numbers(rule.document.terms).scale(int(choice))
            else:
                scale = rule.shares[0][1]
            offered[row, rule.classes == choice] = _on_edges(scale, terms.edges_won)
    best = offered.argmax(axis=0)
    wins = best[None] == np.arange(len(group))[:, None, None]
    return np.asarray(np.einsum("rce,c->re", offered * wins, weights))
