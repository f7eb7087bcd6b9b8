"""Machine code: members' months under plain rules, some tens of millions of payments a second.

It does what `authorization` does for one payment after another, as far as plain rules need it:
`settle` the steps of `settle_payment`, `give_back` those of Note [What remains]. A law test holds
both equal to the won.

Note [Where the time goes]
A payment costs about as much as two divisions. So there are none with a divisor that is not known
beforehand: shares of funding lines are settled from a count of rests of rounds (`_count_share`),
the brackets of a scale are walked forward with the month, and what only some payments have stands
in sparse columns.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from dure.forecast.history.columns import CHANNEL_BITS, EARNS_NOT, HAS_BACK, HAS_PART
from dure.forecast.simulate.layout import (
    ALL_KNOWN,
    Memory,
    MonthView,
    PlainRules,
    Played,
    ShopView,
)
from dure.kernel.money import BASIS_POINTS_WHOLE
from dure.policy.arrays.layout import Integers, Row
from dure.policy.arrays.machine_code import inlined, machine_code

NO_SLOT: Final = -1
_WHOLE: Final = np.uint64(BASIS_POINTS_WHOLE)


@machine_code
def play_plain(
    rules: PlainRules,
    shops: ShopView,
    month: MonthView,
    traits: Integers,
    memory: Memory,
    played: Played,
    from_member: int,
    until_member: int,
    part: int,
    back: int,
) -> int:
    """Plays the months of some members, whose first sparse rows are `part` and `back`.

    Returns `ALL_KNOWN`, or a row whose shop nobody knows.
    """
    backs = len(month.back_at)
    for member in range(from_member, until_member):
        place = month.place[member]
        end = month.first[member + 1]
        net_won, amount_won, won, slots = 0, 0, 0, 0
        _begin_month(rules, memory)
        for row in range(month.first[member], end):
            while back < backs and month.back_at[back] <= row:
                net, gone = _give_back(rules, month, memory, played, back, slots)
                net_won -= net
                won -= gone
                amount_won -= month.back_won[back]
                back += 1
            at, cell = seen_at(shops, month, row)
            if at < 0:
                return row
            how, price_won = int(month.how[_at(row)]), int(month.amount_won[_at(row)])
            net, given = _pay(
                rules, month, memory, played, row, part, slots, at + (how & CHANNEL_BITS),
                cell + (how & CHANNEL_BITS), traits[place], net_won, how, price_won,
            )  # fmt: skip
            net_won += net
            won += given
            amount_won += price_won
            part += how & HAS_PART != 0
            slots += how & HAS_BACK != 0
        while back < backs and month.back_at[back] == end:
            net, gone = _give_back(rules, month, memory, played, back, slots)
            won -= gone
            amount_won -= month.back_won[back]
            back += 1
        played.member_won[place] += won
        played.member_amount[place] += amount_won
        played.member_payments[place] += end - month.first[member]
        played.totals[0] += end - month.first[member]
        played.totals[1] += amount_won
    return ALL_KNOWN


@inlined
def _at(place: int) -> Any:
    """A place that is known to be there; a signed one might count from the end."""
    return np.uint64(place)


@inlined
def _begin_month(rules: PlainRules, memory: Memory) -> None:
    _begin_scales(rules, memory)
    for rule in range(len(memory.month_won)):
        memory.month_won[rule] = 0
        memory.month_payments[rule] = 0


@inlined
def _begin_scales(rules: PlainRules, memory: Memory) -> None:
    for scale in range(len(memory.reached)):
        memory.reached[scale] = rules.scale_from[scale]


@inlined
def _pay(
    rules: PlainRules,
    month: MonthView,
    memory: Memory,
    played: Played,
    row: int,
    part: int,
    slot_at: int,
    at: int,
    cell: int,
    traits: int,
    net_won: int,
    how: int,
    amount_won: int,
) -> tuple[int, int]:
    """One payment: (what it adds to the month's net payments, won of incentive)."""
    discount_won = 0
    if rules.till_scale[_at(at)] >= 0:
        discount_won = _discount(rules, at, traits, amount_won)
        played.totals[2] += discount_won
    due_won = amount_won - discount_won
    charged_won, coupon_won, first_won = due_won, 0, 0
    if how & HAS_PART:
        coupon_won = min(int(month.part[part, 0]), due_won)
        due_won -= coupon_won
        first_won = min(int(month.part[part, 1]), due_won)
        charged_won = max(0, due_won - first_won - int(month.part[part, 2]))
    given_won, counts, lines = 0, 1, 0
    if charged_won > 0 and not how & EARNS_NOT:
        given_won, counts, lines = _earn(
            rules, memory, played, at, traits, due_won, charged_won, net_won,
            slot_at if how & HAS_BACK else NO_SLOT,
        )  # fmt: skip
    if how & HAS_BACK:
        slot = memory.slots[slot_at]
        slot.row = row
        slot.net_won = net_won
        slot.discount_won = discount_won
        slot.coupon_won = coupon_won
        slot.first_won = first_won
        slot.charged_won = charged_won
        slot.stands_won = amount_won
        slot.counts = counts
        slot.cell = cell
        slot.lines = lines
    counted = played.cells[_at(cell)]
    counted.payments += 1
    counted.amount_won += amount_won
    counted.given_won += given_won
    return charged_won * counts, given_won


@inlined
def _earn(
    rules: PlainRules,
    memory: Memory,
    played: Played,
    at: int,
    traits: int,
    due_won: int,
    charged_won: int,
    net_won: int,
    slot_at: int,
) -> tuple[int, int, int]:
    """(won of incentive, 1 when the payment counts into the month, lines kept in the slot)."""
    given_won, counts, lines = 0, 1, 0
    for at_entry in range(rules.earn_from[_at(at)], rules.earn_from[_at(at + 1)]):
        entry = rules.entries[_at(at_entry)]
        if entry.asks:
            if entry.trait >= 0 and not (traits >> entry.trait) & 1:
                continue
            if due_won < entry.payment_won_min:
                continue
        won = _amount_onward(rules, memory, entry, charged_won, net_won)
        if entry.is_limited:
            won = _limited(rules, memory, entry.rule, won)
        if won > 0:
            given_won += won
            played.won[_at(entry.rule)] += won
            if entry.whole > 1:
                rounds = np.int64((np.uint64(won) * entry.inverse) >> entry.shift)
                played.rests[_at(entry.rest_from + won - rounds * entry.whole)] += 1
            if entry.outside_month:
                counts = 0
        if slot_at >= 0:
            memory.line_rule[slot_at, lines] = entry.rule
            memory.line_scale[slot_at, lines] = entry.scale
            memory.line_won[slot_at, lines] = won
            lines += 1
    return given_won, counts, lines


@inlined
def seen_at(shops: ShopView, month: MonthView, row: int) -> tuple[int, int]:
    """(place, cell) of a payment's shop, both for channel 0; a negative place is none."""
    shop = month.shop[_at(row)]
    if shop < 0 or shop >= shops.seen.shape[1]:
        return -2, 0
    term = 0
    while term + 1 < len(shops.term_from) and month.minute[row] >= shops.term_from[term + 1]:
        term += 1
    at = int(shops.seen[_at(term), _at(shop), 0])
    if at != -1:
        return at, int(shops.seen[_at(term), _at(shop), 1])
    one = shops.stretch_first[shop]
    last = shops.stretch_first[shop + 1] - 1
    while one < last and shops.stretch_from[one + 1] <= month.minute[row]:
        one += 1
    return int(shops.stretch_seen[term, one, 0]), int(shops.stretch_seen[term, one, 1])


@inlined
def _discount(rules: PlainRules, at: int, traits: int, price_won: int) -> int:
    """What the shop's offer takes off a price."""
    rule = rules.till_rule[at]
    if rules.trait[rule] >= 0 and not (traits >> rules.trait[rule]) & 1:
        return 0
    if price_won < rules.payment_won_min[rule]:
        return 0
    return _amount(rules, rules.till_scale[at], price_won, 0)


@inlined
def _amount_onward(
    rules: PlainRules, memory: Memory, entry: Row, base_won: int, net_won: int
) -> int:
    """As `_amount`, from the bracket which the month has reached; most payments lie in one."""
    at = memory.reached[_at(entry.scale)]
    bracket = rules.brackets[_at(at)]
    while at < entry.bracket_until and net_won >= bracket.below_won:
        at += 1
        bracket = rules.brackets[_at(at)]
        memory.reached[entry.scale] = at
    if at == entry.bracket_until:
        return int(entry.gift_won)
    if net_won >= bracket.from_won and net_won + base_won <= bracket.below_won:
        won_bp = np.uint64(base_won * bracket.rate_bp)
        return int(np.int64(won_bp // _WHOLE) + entry.gift_won)
    return sum_of_brackets(rules, entry.scale, at, base_won, net_won)


@inlined
def _amount(rules: PlainRules, scale: int, base_won: int, net_won: int) -> int:
    """What a scale gives for a base that comes on top of the month's net payments."""
    return sum_of_brackets(rules, scale, rules.scale_from[scale], base_won, net_won)


@inlined
def sum_of_brackets(rules: PlainRules, scale: int, at: int, base_won: int, net_won: int) -> int:
    """What a scale gives for a base on top of the net payments, from its bracket `at` on."""
    end_won = net_won + base_won
    won_bp = 0
    while at < rules.scale_until[scale] and rules.from_won[at] < end_won:
        low = max(net_won, rules.from_won[at])
        high = min(end_won, rules.below_won[at])
        if high > low:
            won_bp += (high - low) * rules.rate_bp[at]
        at += 1
    return int(np.int64(np.uint64(won_bp) // _WHOLE) + rules.gift_won[scale])


@inlined
def _limited(rules: PlainRules, memory: Memory, rule: int, won: int) -> int:
    """What the caps of a payment and of the month leave, which is counted."""
    won = min(won, rules.payment_won_max[rule])
    won = min(won, max(0, rules.month_won_max[rule] - memory.month_won[rule]))
    if won > 0:
        if memory.month_payments[rule] >= rules.month_payments_max[rule]:
            return 0
        memory.month_won[rule] += won
        memory.month_payments[rule] += 1
    return won


@inlined
def _count_share(rules: PlainRules, played: Played, rule: int, won: int, times: int) -> None:
    """Adds won to a rule and its rest of a round to the count of rests, from which `shares` tells
    what each budget line pays."""
    played.won[rule] += won * times
    whole = rules.whole[rule]
    if whole > 1:
        rounds = (np.uint64(won) * rules.inverse[rule]) >> rules.shift[rule]
        rest = won - np.int64(rounds) * whole
        played.rests[rules.rest_from[rule] + rest] += times


@inlined
def _give_back(
    rules: PlainRules, month: MonthView, memory: Memory, played: Played, back: int, slots: int
) -> tuple[int, int]:
    """One cancellation: (net payments, won of incentive) that are gone with it.

    Both are negative where a refund is undone.
    """
    slot_at = slots - 1
    while slot_at > 0 and memory.slots[slot_at].row != month.back_row[back]:
        slot_at -= 1
    slot = memory.slots[slot_at]
    amount_won = int(month.amount_won[slot.row])
    back_won = int(month.back_won[back])
    before_won = slot.stands_won
    after_won = before_won - back_won
    slot.stands_won = after_won
    discount_before, price_before, charged_before = remains(slot, amount_won, before_won)
    discount_after, price_after, charged_after = remains(slot, amount_won, after_won)
    gone_won = 0
    for line in range(slot.lines):
        rule = memory.line_rule[slot_at, line]
        scale = memory.line_scale[slot_at, line]
        paid_won = memory.line_won[slot_at, line]
        stood = _stays(rules, rule, scale, slot.net_won, price_before, charged_before, paid_won)
        stays = _stays(rules, rule, scale, slot.net_won, price_after, charged_after, paid_won)
        if stood != stays:
            _count_share(rules, played, rule, stood, -1)
            _count_share(rules, played, rule, stays, 1)
            gone_won += stood - stays
            memory.month_won[rule] -= stood - stays
            memory.month_payments[rule] += (stays > 0) - (stood > 0)
    counted = played.cells[slot.cell]
    counted.amount_won -= back_won
    counted.given_won -= gone_won
    played.totals[2] -= discount_before - discount_after
    played.totals[3] += max(0, gone_won)
    _begin_scales(rules, memory)
    net_won = (charged_before - charged_after) * slot.counts
    return net_won, gone_won


@inlined
def remains(slot: Row, amount_won: int, gross_won: int) -> tuple[int, int, int]:
    """(discount, price, charged won) of a payment of which so much stands: Note [What remains]."""
    discount_won = slot.discount_won * gross_won // amount_won
    price_won = gross_won - discount_won
    if slot.coupon_won > 0:
        price_won -= slot.coupon_won * price_won // (amount_won - slot.discount_won)
    rest_won = price_won - min(slot.first_won, price_won)
    return discount_won, price_won, min(slot.charged_won, rest_won)


@inlined
def _stays(
    rules: PlainRules,
    rule: int,
    scale: int,
    net_won: int,
    price_won: int,
    charged_won: int,
    paid_won: int,
) -> int:
    """What stays of a line, as `earned_on_rest` says."""
    if charged_won <= 0 or price_won < rules.payment_won_min[rule]:
        return 0
    won = _amount(rules, scale, charged_won, net_won)
    return int(min(won, rules.payment_won_max[rule], paid_won))
