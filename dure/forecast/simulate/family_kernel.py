"""Machine code: a month's payments as counts of amounts, and what a scenario gives for them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dure.forecast.history.columns import CHANNEL_BITS, EARNS_NOT, HAS_BACK, HAS_PART
from dure.forecast.simulate.layout import Integers, MonthView, PlainRules, ShopView
from dure.forecast.simulate.plain_kernel import remains, seen_at, sum_of_brackets
from dure.policy.arrays.machine_code import inlined, machine_code

UNKNOWN_SHOP: Final = -2
NO_ROOM: Final = -1
_A_PAYMENT: Final = -1
_WHOLE: Final = np.uint64(10_000)


@machine_code
def collect(
    month: MonthView,
    shops: ShopView,
    kind_of: NDArray[np.int32],
    pattern: NDArray[np.int32],
    patterns: int,
    edges: Integers,
    slots: Any,
    counts: NDArray[np.int32],
    kept: Any,
    from_member: int,
    until_member: int,
    part: int,
    back: int,
) -> int:
    """Counts amounts by group and keeps the payments that counts do not tell.

    Returns how many are kept, `NO_ROOM` when `kept` is too short, or `UNKNOWN_SHOP`.
    """
    used, backs, most = 0, len(month.back_at), counts.shape[1]
    stretches = len(edges) + 1
    for member in range(from_member, until_member):
        end = month.first[member + 1]
        of_member = pattern[month.place[member]]
        net_won, stretch, held = 0, 0, 0
        for row in range(month.first[member], end):
            while back < backs and month.back_at[back] <= row:
                if used == len(kept):
                    return NO_ROOM
                net_won -= _keep_back(month, slots, held, kept, used, back)
                stretch = 0
                used += 1
                back += 1
            at, _cell = seen_at(shops, month, row)
            if at < 0:
                return UNKNOWN_SHOP
            how = int(month.how[row])
            kind = kind_of[at + (how & CHANNEL_BITS)] * patterns + of_member
            while stretch < len(edges) and net_won >= edges[stretch]:
                stretch += 1
            amount_won = int(month.amount_won[row])
            within = stretch == len(edges) or net_won + amount_won <= edges[stretch]
            if within and amount_won < most and not how & (HAS_PART | HAS_BACK | EARNS_NOT):
                counts[kind * stretches + stretch, amount_won] += 1
                net_won += amount_won
                continue
            if used == len(kept):
                return NO_ROOM
            net_won += _keep(month, slots, held, kept, used, row, part, kind, net_won)
            used += not how & EARNS_NOT
            part += how & HAS_PART != 0
            held += how & HAS_BACK != 0
        while back < backs and month.back_at[back] == end:
            if used == len(kept):
                return NO_ROOM
            _keep_back(month, slots, held, kept, used, back)
            used += 1
            back += 1
    return used


@inlined
def _keep(
    month: MonthView,
    slots: Any,
    held: int,
    kept: Any,
    used: int,
    row: int,
    part: int,
    kind: int,
    net_won: int,
) -> int:
    """Keeps a payment; gives what it adds to the month's net payments."""
    how = int(month.how[row])
    due_won = int(month.amount_won[row])
    charged_won, coupon_won, first_won = due_won, 0, 0
    if how & HAS_PART:
        coupon_won = min(int(month.part[part, 0]), due_won)
        due_won -= coupon_won
        first_won = min(int(month.part[part, 1]), due_won)
        charged_won = max(0, due_won - first_won - int(month.part[part, 2]))
    one = kept[used]
    one.kind = kind
    one.net_won = net_won
    one.due_won = due_won
    one.charged_won = charged_won
    one.charged_before = _A_PAYMENT
    if how & HAS_BACK:
        slot = slots[held]
        slot.row = row
        slot.net_won = net_won
        slot.discount_won = 0
        slot.coupon_won = coupon_won
        slot.first_won = first_won
        slot.charged_won = charged_won
        slot.stands_won = month.amount_won[row]
        slot.cell = kind
        slot.counts = int(not how & EARNS_NOT)
        slot.lines = due_won
    return charged_won


@inlined
def _keep_back(month: MonthView, slots: Any, held: int, kept: Any, used: int, back: int) -> int:
    """Keeps a cancellation; gives what it takes from the month's net payments."""
    at = held - 1
    while at > 0 and slots[at].row != month.back_row[back]:
        at -= 1
    slot = slots[at]
    amount_won = int(month.amount_won[slot.row])
    before_won = slot.stands_won
    slot.stands_won = before_won - month.back_won[back]
    _discount, price_before, charged_before = remains(slot, amount_won, before_won)
    _discount, price_after, charged_after = remains(slot, amount_won, slot.stands_won)
    one = kept[used]
    one.kind = slot.cell
    one.net_won = slot.net_won
    one.due_won = slot.lines
    one.charged_won = slot.charged_won * slot.counts
    one.price_before = price_before
    one.charged_before = charged_before
    one.price_after = price_after
    one.charged_after = charged_after
    return int(charged_before - charged_after)


@machine_code
def evaluate(
    rules: PlainRules,
    place_of: NDArray[np.int32],
    patterns: Integers,
    starts: Integers,
    begins: Integers,
    amounts: Integers,
    times: Integers,
    kept: Any,
    won: Integers,
    rests: Integers,
    back_won: Integers,
) -> None:
    """Adds what one scenario gives for a month's counts and kept payments to `won` and `rests`."""
    for group in range(len(begins) - 1):
        if begins[group] == begins[group + 1]:
            continue
        kind, start_won = group // len(starts), starts[group % len(starts)]
        place, traits = place_of[kind // len(patterns)], patterns[kind % len(patterns)]
        for entry in range(rules.earn_from[place], rules.earn_from[place + 1]):
            rule = rules.entry_rule[entry]
            if rules.trait[rule] >= 0 and not (traits >> rules.trait[rule]) & 1:
                continue
            scale = rules.entry_scale[entry]
            rate_bp = 0
            for bracket in range(rules.scale_from[scale], rules.scale_until[scale]):
                if rules.from_won[bracket] <= start_won < rules.below_won[bracket]:
                    rate_bp = rules.rate_bp[bracket]
            _of_group(
                rules, rule, rate_bp, rules.gift_won[scale], begins[group], begins[group + 1],
                amounts, times, won, rests,
            )  # fmt: skip
    for at in range(len(kept)):
        one = kept[at]
        place, traits = place_of[one.kind // len(patterns)], patterns[one.kind % len(patterns)]
        if one.charged_won > 0:
            _of_kept(rules, one, place, traits, won, rests, back_won)


@inlined
def _of_group(
    rules: PlainRules,
    rule: int,
    rate_bp: int,
    gift_won: int,
    begin: int,
    end: int,
    amounts: Integers,
    times: Integers,
    won: Integers,
    rests: Integers,
) -> None:
    """Payments that lie within one bracket: their won is that of their amount."""
    least, most, whole = rules.payment_won_min[rule], rules.payment_won_max[rule], rules.whole[rule]
    rest_from = rules.rest_from[rule]
    total = 0
    for at in range(begin, end):
        if amounts[at] < least:
            continue
        gives = np.int64(np.uint64(amounts[at] * rate_bp) // _WHOLE) + gift_won
        gives = min(gives, most)
        total += gives * times[at]
        if whole > 1:
            rounds = (np.uint64(gives) * rules.inverse[rule]) >> rules.shift[rule]
            rests[rest_from + gives - np.int64(rounds) * whole] += times[at]
    won[rule] += total


@inlined
def _of_kept(
    rules: PlainRules,
    one: Any,
    place: int,
    traits: int,
    won: Integers,
    rests: Integers,
    back_won: Integers,
) -> None:
    """A payment that is kept, or what a cancellation takes back of one."""
    for entry in range(rules.earn_from[place], rules.earn_from[place + 1]):
        rule = rules.entry_rule[entry]
        if rules.trait[rule] >= 0 and not (traits >> rules.trait[rule]) & 1:
            continue
        least = rules.payment_won_min[rule]
        if one.due_won < least:
            continue
        scale = rules.entry_scale[entry]
        paid = _gives(rules, rule, scale, one.charged_won, one.net_won)
        if one.charged_before == _A_PAYMENT:
            _add(rules, rule, paid, 1, won, rests)
            continue
        stood, stays = 0, 0
        if one.charged_before > 0 and one.price_before >= least:
            stood = min(paid, _gives(rules, rule, scale, one.charged_before, one.net_won))
        if one.charged_after > 0 and one.price_after >= least:
            stays = min(paid, _gives(rules, rule, scale, one.charged_after, one.net_won))
        _add(rules, rule, stood, -1, won, rests)
        _add(rules, rule, stays, 1, won, rests)
        back_won[0] += max(0, stood - stays)


@inlined
def _gives(rules: PlainRules, rule: int, scale: int, base_won: int, net_won: int) -> int:
    won = sum_of_brackets(rules, scale, rules.scale_from[scale], base_won, net_won)
    return int(min(won, rules.payment_won_max[rule]))


@inlined
def _add(
    rules: PlainRules, rule: int, gives: int, times: int, won: Integers, rests: Integers
) -> None:
    won[rule] += gives * times
    whole = rules.whole[rule]
    if whole > 1:
        rounds = (np.uint64(gives) * rules.inverse[rule]) >> rules.shift[rule]
        rests[rules.rest_from[rule] + gives - np.int64(rounds) * whole] += times
