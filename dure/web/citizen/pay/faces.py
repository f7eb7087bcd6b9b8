"""What the sheet before a payment shows: what is paid, from which purses, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass

from dure.policy.audiences import Audience
from dure.web.citizen.pay.words import PAY_WORDS
from dure.web.shared.amounts import exact_won
from dure.web.shared.calculator import Calculation
from dure.web.shared.explained import ReceiptFace, calculation_face
from dure.web.shared.language import Language


@dataclass(frozen=True, slots=True)
class SheetFace:
    """The sheet in the reader's language. `promise` is what the confirmation holds us to: the page
    is shown anew where the engine would no longer do just this."""

    due: str
    earned: str
    earns: bool
    rows: tuple[tuple[str, str], ...]
    purses: tuple[tuple[str, str], ...]
    receipt: ReceiptFace
    promise: str


def sheet_face(calculation: Calculation, language: Language) -> SheetFace:
    """The sheet for what the engine says of a payment."""
    off = (("discount", calculation.discount_won), ("coupon", calculation.coupon_won))
    purses = (
        ("allowance", calculation.allowance_won),
        ("cashback", calculation.cashback_won),
        ("charged", calculation.charged_won),
    )
    return SheetFace(
        due=exact_won(calculation.due_won, language),
        earned=("+" if calculation.earned_won else "")
        + exact_won(calculation.earned_won, language),
        earns=bool(calculation.earned_won),
        rows=(
            (_word("price", language), exact_won(calculation.price_won, language)),
            *((_word(name, language), exact_won(-won, language)) for name, won in off if won),
        ),
        purses=tuple(
            (_word(name, language), exact_won(won, language)) for name, won in purses if won
        ),
        receipt=calculation_face(calculation, Audience.CITIZEN, language, {}),
        promise=promise_of(calculation),
    )


def promise_of(calculation: Calculation) -> str:
    """What a payment would do, in won: due, earned, off the price, and from each purse."""
    parts = (
        calculation.due_won, calculation.earned_won, calculation.discount_won,
        calculation.coupon_won, calculation.allowance_won, calculation.cashback_won,
        calculation.charged_won,
    )  # fmt: skip
    return ".".join(map(str, parts))


def _word(name: str, language: Language) -> str:
    return language.choose(*PAY_WORDS[name])
