"""Machine code: whether a rule holds for a payment, and what it gives before any limit."""

from __future__ import annotations

from typing import Final

from dure.kernel.money import BASIS_POINTS_WHOLE
from dure.policy.arrays.layout import Row, State, Tables
from dure.policy.arrays.machine_code import inlined

_DAY_MINUTES: Final = 1440


@inlined
def holds(
    tables: Tables, state: State, rule: Row, member: int, day: int, minute: int, won: int
) -> bool:
    """Whether everything holds that does not depend on the shop and the channel alone.

    `day` counts from 1970, `minute` from the beginning of the week, `won` is the payment.
    """
    if rule.trait >= 0 and not (state.members[member].traits >> rule.trait) & 1:
        return False
    if won < rule.payment_won_min:
        return False
    if rule.week >= 0 and not tables.weeks[rule.week, minute]:
        return False
    if rule.times_sum >= 0 and state.sums[member, rule.times_sum] >= rule.times_max:
        return False
    within = rule.joined_within_days
    return bool(within < 0 or day - state.members[member].joined_day < within)


@inlined
def offer_holds(tables: Tables, entry: Row, minute: int, won: int) -> bool:
    """Whether the terms of the shop's own offer hold, where the rule asks for them."""
    if entry.offer < 0:
        return True
    offer = tables.offers[entry.offer]
    if won < offer.payment_won_min or not (offer.weekdays >> (minute // _DAY_MINUTES)) & 1:
        return False
    return bool(offer.from_minute <= minute % _DAY_MINUTES < offer.until_minute)


@inlined
def amount(tables: Tables, scale: int, base_won: int, month_net_won: int) -> tuple[int, int]:
    """(won, won had no bracket ended), as the kind's own `amount`: products first, rounded once."""
    terms = tables.scales[scale]
    start = max(month_net_won, 0)
    end = start + base_won
    won_bp = 0
    for place in range(terms.bracket_from, terms.bracket_until):
        bracket = tables.brackets[place]
        if end <= bracket.from_won:
            break
        if start < bracket.below_won:
            low, high = max(start, bracket.from_won), min(end, bracket.below_won)
            won_bp += (high - low) * bracket.rate_bp
    won = won_bp // BASIS_POINTS_WHOLE + terms.gift_won
    if end <= terms.ceiling_won:
        return won, won
    beyond = end - max(start, terms.ceiling_won)
    return won, (won_bp + beyond * terms.last_rate_bp) // BASIS_POINTS_WHOLE + terms.gift_won


@inlined
def variant(
    tables: Tables, state: State, rule: Row, entry: Row, member: int, shop: int
) -> tuple[int, int]:
    """(scale, choice) of a rule: its own, or that of the step which its line has come down to."""
    if rule.card >= 0:
        return _stamped(tables, state, rule, entry, member, shop)
    if entry.ladder < 0:
        return int(entry.scale), int(entry.choice)
    ladder = tables.ladders[entry.ladder]
    left_won = state.left[ladder.line]
    step = ladder.step_from
    while step < ladder.step_until - 1 and left_won < tables.steps[step].left_from_won:
        step += 1
    return int(tables.steps[step].scale), int(tables.steps[step].choice)


@inlined
def _stamped(
    tables: Tables, state: State, rule: Row, entry: Row, member: int, shop: int
) -> tuple[int, int]:
    """(scale, choice) of a card of stamps; see `Numbers.stamps`."""
    card = tables.cards[rule.card]
    is_new = state.sums[member, tables.stamp_sum[rule.card, shop]] <= 0
    count = int(state.sums[member, card.held_sum]) + is_new
    count = max(0, count - int(state.sums[member, rule.times_sum] * card.stamps))
    if not is_new:
        return int(entry.scale), count << 2
    if count >= card.stamps:
        return int(card.filled_scale), count << 2 | 2
    return int(entry.scale), count << 2 | 1


@inlined
def stamp(tables: Tables, state: State, rule: Row, member: int, shop: int) -> None:
    """Counts a payment at a shop for the card."""
    place = tables.stamp_sum[rule.card, shop]
    if state.sums[member, place] <= 0:
        state.sums[member, tables.cards[rule.card].held_sum] += 1
    state.sums[member, place] += 1


@inlined
def unstamp(tables: Tables, state: State, rule: Row, member: int, shop: int) -> None:
    """Takes the stamp of a payment away again, of which nothing is left."""
    place = tables.stamp_sum[rule.card, shop]
    state.sums[member, place] -= 1
    if state.sums[member, place] <= 0:
        state.sums[member, tables.cards[rule.card].held_sum] -= 1
