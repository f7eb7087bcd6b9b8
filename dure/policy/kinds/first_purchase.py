"""A gift for the first payment that the rule holds for; once for each member."""

from __future__ import annotations

from typing import Final

from dure.policy.kinds import gifts
from dure.policy.kinds.gifts import Gift
from dure.policy.kinds.kind import Kind, Moment

KIND: Final[Kind[Gift]] = Kind(
    name="first_purchase",
    noun=("첫 결제 축하금", "first-purchase gift"),
    moment=Moment.PURCHASE,
    required=gifts.REQUIRED,
    optional=gifts.OPTIONAL,
    read=gifts.read,
    choose=gifts.choose,
    amount=gifts.amount,
    numbers=gifts.numbers,
    times_max=gifts.times_max,
    because=gifts.because,
)
