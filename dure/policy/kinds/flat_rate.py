"""One rate for every payment, for as much of the month as the rule says."""

from __future__ import annotations

from typing import Final

from dure.policy.kinds import rates
from dure.policy.kinds.kind import Kind, Moment
from dure.policy.kinds.rates import Rates

KIND: Final[Kind[Rates]] = Kind(
    name="flat_rate",
    noun=("캐시백", "cashback"),
    moment=Moment.PURCHASE,
    required={"rate_bp": "600"},
    optional=rates.MONTH_EXAMPLE,
    read=rates.read_single,
    amount=rates.amount,
    numbers=rates.numbers,
    portions=rates.portions,
    ceiling_won=rates.ceiling_won,
)
