"""Which rules are plain, and their numbers as `plain_kernel` reads them.

Note [Plain rules]
Plain is a rule whose incentive depends on nothing but the payment, its shop and channel, the facts
of the member and what the member has paid and got in the month so far: brackets, rates, gifts, caps
of a payment and of a month. What looks at the clock or the day of joining, at sums of more than a
month, at what a budget line, a rule's sum or a shop has left, or at what another rule gives, is
played by the general machine code (`general`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np

from dure.forecast.simulate.layout import BRACKET, ENTRY, Integers, PlainRules
from dure.policy.arrays.layout import NO_LIMIT, NONE, Tables
from dure.policy.arrays.population import Population

_SUM_BITS: Final = 31
"""Bits of the largest incentive of a payment."""


def why_not_plain(population: Population) -> str | None:
    """What of the rules is not plain; None when all are."""
    tables = population.tables
    if tables is None:
        return "; ".join(population.by_functions)
    rules = tables.rules
    asked = {
        "week": (rules["week"] != NONE, "looks at the clock"),
        "joined": (rules["joined_within_days"] != NONE, "looks at the day of joining"),
        "times": (rules["times_sum"] != NONE, "is given a set number of times"),
        "card": (rules["card"] != NONE, "counts stamps"),
        "group": (rules["group"] != NONE, "competes with another"),
        "sum": (rules["used_won_max"] != NO_LIMIT, "ends with a sum"),
        "release": (rules["release_from"] != NONE, "releases its money over time"),
        "stop": (rules["stop_line"] != NONE, "ends with a budget line"),
        "member": (
            (rules["member_won_sum"] != NONE) | (rules["member_payments_sum"] != NONE),
            "has a cap for as long as a member is one",
        ),
    }
    for held, reason in asked.values():
        for place in np.flatnonzero(held).tolist():
            rule = population.rules.get_rule(population.rule_ids[place])
            return f"{rule.document.key} {reason}"
    if (tables.earn["ladder"] >= 0).any():
        return "a rule steps down with a budget line"
    if (tables.earn["offer"] >= 0).any() or (tables.till["offer"] >= 0).any():
        return "a shop's offer has hours or a least price"
    if population.ceiling_shop_ids and len(tables.till):
        return "a shop's offer has a monthly ceiling"
    if len(tables.till) and int(np.diff(tables.till_from).max()) > 1:
        return "two discounts compete"
    return None


def plain_rules(population: Population) -> PlainRules:
    """The numbers of plain rules."""
    tables = population.tables
    assert tables is not None, "plain rules have numbers"
    rules, scales = tables.rules, tables.scales
    whole = np.ascontiguousarray(rules["whole"])
    inverse, shift = _inverses(whole)
    till_scale, till_rule = _till(tables)
    return PlainRules(
        earn_from=tables.earn_from,
        entries=_entries(tables, inverse, shift),
        brackets=_brackets(tables),
        entry_rule=np.ascontiguousarray(tables.earn["rule"]),
        entry_scale=np.ascontiguousarray(tables.earn["scale"]),
        till_scale=till_scale,
        till_rule=till_rule,
        scale_from=np.ascontiguousarray(scales["bracket_from"]),
        scale_until=np.ascontiguousarray(scales["bracket_until"]),
        gift_won=np.ascontiguousarray(scales["gift_won"]),
        from_won=np.ascontiguousarray(tables.brackets["from_won"]),
        below_won=np.ascontiguousarray(tables.brackets["below_won"]),
        rate_bp=np.ascontiguousarray(tables.brackets["rate_bp"]),
        trait=np.ascontiguousarray(rules["trait"]),
        payment_won_min=np.ascontiguousarray(rules["payment_won_min"]),
        payment_won_max=np.ascontiguousarray(rules["payment_won_max"]),
        month_won_max=np.ascontiguousarray(rules["month_won_max"]),
        month_payments_max=np.ascontiguousarray(rules["month_payments_max"]),
        is_limited=rules["is_limited"] != 0,
        outside_month=rules["outside_month"] != 0,
        whole=whole,
        inverse=inverse,
        shift=shift,
        rest_from=np.concatenate([[0], np.cumsum(whole)[:-1]]).astype(np.int64),
    )


def _entries(tables: Tables, inverse: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """The rules of each place with all that is asked of them."""
    of_rule = tables.earn["rule"]
    rules, scales = tables.rules[of_rule], tables.scales[tables.earn["scale"]]
    entries = np.zeros(len(of_rule), ENTRY)
    for name in ("trait", "payment_won_min", "is_limited", "outside_month", "whole"):
        entries[name] = rules[name]
    for name in ("bracket_from", "bracket_until", "gift_won"):
        entries[name] = scales[name]
    entries["rule"], entries["scale"] = of_rule, tables.earn["scale"]
    whole = tables.rules["whole"]
    entries["rest_from"] = (np.cumsum(whole) - whole)[of_rule]
    entries["inverse"], entries["shift"] = inverse[of_rule], shift[of_rule]
    entries["asks"] = (
        (rules["trait"] >= 0) | (rules["payment_won_min"] > 0)
        | (rules["is_limited"] != 0) | (rules["outside_month"] != 0)
    )  # fmt: skip
    return entries


def _brackets(tables: Tables) -> np.ndarray:
    """The brackets, and one below which nothing lies, so that there is always a next."""
    brackets = np.zeros(len(tables.brackets) + 1, BRACKET)
    for name in BRACKET.names or ():
        brackets[name][:-1] = tables.brackets[name]
    return brackets


def _inverses(whole: Integers) -> tuple[np.ndarray, np.ndarray]:
    """A factor and a shift in place of a division, exact for amounts below 2^31.

    With s = 31 + (bits of whole), the factor ceil(2^s / whole) is too large by less than 1, so the
    product is too large by less than 2^31 <= 2^s / whole, and never passes the next whole number.
    """
    bits = [int(one).bit_length() for one in whole.tolist()]
    shift = np.array([_SUM_BITS + one for one in bits], np.uint64)
    factors = [-(-(1 << (_SUM_BITS + n)) // w) for n, w in zip(bits, whole.tolist(), strict=True)]
    return np.array(factors, np.uint64), shift


def _till(tables: Tables) -> tuple[np.ndarray, np.ndarray]:
    places = len(tables.till_from) - 1
    scale, rule = np.full(places, NONE, np.int32), np.full(places, NONE, np.int32)
    some = np.flatnonzero(np.diff(tables.till_from) == 1)
    scale[some] = tables.till["scale"][tables.till_from[some]]
    rule[some] = tables.till["rule"][tables.till_from[some]]
    return scale, rule


def shares(
    population: Population, at_till: Collection[int], won: Integers, rests: Integers
) -> dict[int, int]:
    """What each budget line (the shops: 0) pays, from each rule's won and its counted rests.

    What rules `at_till` take off prices is no incentive and left out.

    Of every whole round each line pays its share, of a rest what Note [Fair split] says.
    """
    paid: dict[int, int] = {}
    first = 0
    for place, rule_id in enumerate(population.rule_ids):
        splitter = population.rules.get_rule(rule_id).splitter
        rounds = splitter.in_rounds
        counted = rests[first : first + rounds.whole].tolist()
        first += rounds.whole
        if rule_id in at_till:
            continue
        beyond = sum(rest * times for rest, times in enumerate(counted))
        whole_rounds = (int(won[place]) - beyond) // rounds.whole
        for at, (line_id, share) in enumerate(zip(splitter.line_ids, rounds.shares, strict=True)):
            part = whole_rounds * share
            part += sum(t * rounds.firsts[rest][at] for rest, t in enumerate(counted) if t)
            paid[line_id] = paid.get(line_id, 0) + part
    return paid
