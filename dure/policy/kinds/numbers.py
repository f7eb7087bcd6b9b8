"""What a kind does as plain numbers, for code that evaluates whole populations.

`choose` and `amount` are functions of a kind's own; machine code cannot call them for every payment
(`policy/arrays`). A kind that says the same in numbers is evaluated there about a hundred times
faster. A law test holds both equal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

OPEN_END_WON: Final = 10**18
"""The upper end of a bracket without end; above every amount."""


class Scale(NamedTuple):
    """What one variant of a rule gives, as the kind's `amount` does.

    `brackets` are (from won, below won, rate in bp) of the month's net payments: what of the base
    lies in each is multiplied by its rate, the products are summed and rounded down once. What lies
    beyond the last bracket counts at its rate in what would have been given without an end.
    `gift_won` comes whole with any base above 0, in place of brackets.
    """

    brackets: tuple[tuple[int, int, int], ...] = ()
    gift_won: int = 0


def flat(rate_bp: int, month_payments_won_max: int | None = None) -> Scale:
    """One rate, for as much of the month's net payments as is said."""
    most_won = OPEN_END_WON if month_payments_won_max is None else month_payments_won_max
    return Scale(((0, most_won, rate_bp),))


class Numbers(NamedTuple):
    """The terms of a rule as numbers: the scale of each variant, and which variant holds.

    A variant that depends on the shop and the channel alone needs no more than `choose`. One that
    depends on what the first line which the kind watches has left is said in `steps`: (least won
    left, choice) with falling levels, where the last holds whatever is left. With `times_max` the
    rule is chosen while fewer payments of the member than that have earned by it. Where a
    shop has an offer of its own with terms, `at_offer_times` asks for its days and hours as well,
    `from_offer_price` also for its smallest price. With `stamps` the rule is a card of so many: a
    stamp stands for each name of the kind's tally (a word, a hyphen, a number) that has a payment.
    Then the choice is four times the stamps that the card has with the payment, and 0 when the
    payment brought none, 1 when it brought one, 2 when that one filled the card.
    """

    scale: Callable[[int], Scale]
    steps: tuple[tuple[int, int], ...] = ()
    times_max: int | None = None
    at_offer_times: bool = False
    from_offer_price: bool = False
    stamps: int = 0
