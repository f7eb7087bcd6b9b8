"""What the engine answers: the outcome of a request, with every won accounted for."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from dure.authorization.quoted import Quoted
from dure.authorization.reasons import RETRY_CAN_HELP, DeclineReason
from dure.policy.lines import choice_of, limit_of


class IncentivePaid(msgspec.Struct, array_like=True, frozen=True):
    """One line of incentive: which rule version gave how much, and what limited it.

    `limited_by` is a `dure.policy.lines.LimitedBy`; `full_won` what there would be without limit;
    `choice` the variant of the rule that held.
    """

    rule_version_id: int
    won: int
    limited_by: int
    full_won: int
    choice: int = 0

    @classmethod
    def unpack(cls, packed: Sequence[int]) -> tuple[IncentivePaid, ...]:
        """The lines that the journal keeps packed; see Note [Packed lines]."""
        return tuple(
            [
                cls(packed[i], packed[i + 1], limit_of(packed[i + 2]), packed[i + 3],
                    choice_of(packed[i + 2]))
                for i in range(0, len(packed), 4)
            ]
        )  # fmt: skip


class Answer(msgspec.Struct, array_like=True, kw_only=True):
    """The outcome of one request. Amounts are whole won; balances are those after it.

    For a payment `allowance_won`, `cashback_won` and `charged_won` say what each purse paid (for a
    cancellation: got back), `discount_won` what the shop took off, `coupon_won` what a coupon
    paid, `suspense_won` what an advice
    could not take from the purses. For a cancellation incentive lines are negative and `claim_won`
    is what the cashback purse could not give back.
    """

    key: bytes
    reason: DeclineReason = DeclineReason.APPROVED
    repeated: bool = False
    movement_id: int = 0
    approval_code: str = ""
    amount_won: int = 0
    allowance_won: int = 0
    cashback_won: int = 0
    charged_won: int = 0
    discount_won: int = 0
    coupon_won: int = 0
    suspense_won: int = 0
    claim_won: int = 0
    incentive: tuple[IncentivePaid, ...] = ()
    charged_after_won: int = 0
    cashback_after_won: int = 0
    allowance_after_won: int = 0
    held_after_won: int = 0
    member_id: int = 0
    shop_id: int = 0
    quoted: Quoted | None = None

    @property
    def approved(self) -> bool:
        return self.reason == 0

    @property
    def retry_can_help(self) -> bool:
        return self.reason in RETRY_CAN_HELP


_LETTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_THREES = tuple(a + b + c for a in _LETTERS for b in _LETTERS for c in _LETTERS)


def approval_code_of(movement_id: int) -> str:
    """Six letters and digits (no I or O) for DE 38, from the movement's id; cycles in 25 minutes.

    Within one member's recent history it names the movement (ISO 8583 field 38, an6).
    """
    high, low = divmod(movement_id, len(_THREES))
    return _THREES[high % len(_THREES)] + _THREES[low]
