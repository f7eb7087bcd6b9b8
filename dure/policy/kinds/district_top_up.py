"""What a district adds to the city's cashback at the shops of the district, in brackets."""

from __future__ import annotations

from typing import Final

from dure.policy.kinds import bracket_cashback as brackets
from dure.policy.kinds.bracket_cashback import Brackets
from dure.policy.kinds.kind import Kind, Moment

KIND: Final[Kind[Brackets]] = Kind(
    name="district_top_up",
    noun=("추가 캐시백", "top-up"),
    moment=Moment.PURCHASE,
    required={"brackets": "[{from_won: 0, below_won: 300000, rate_bp: 400}]"},
    district_only=True,
    read=brackets.read,
    amount=brackets.amount,
    numbers=brackets.numbers,
    portions=brackets.portions,
    ceiling_won=brackets.ceiling_won,
)
