"""What cancelling a payment would give back and take: told before it is done. Pure.

As the ledger's `recipes.give_back` does it: what the payment earned is taken from the cashback
purse, then from the charged money that comes back, and the rest is settled by coming cashback.
"""

from __future__ import annotations

from typing import NamedTuple

from dure.kernel.calendar import day_of
from dure.policy.occasions import Channel
from dure.wallets.history import HistoryLine
from dure.web.citizen.pay.words import PAY_WORDS
from dure.web.shared.amounts import exact_won
from dure.web.shared.language import Language


class TakingBack(NamedTuple):
    """A whole cancellation, in won: what each purse gets back, and where what was earned is taken
    from: the cashback purse, the charged money that comes back, or coming cashback."""

    charged_won: int
    cashback_won: int
    allowance_won: int
    from_cashback_won: int
    from_charged_won: int
    from_coming_won: int

    @property
    def earned_won(self) -> int:
        """What the payment had earned."""
        return self.from_cashback_won + self.from_charged_won + self.from_coming_won


def why_not_alone(line: HistoryLine, at_us: int) -> str:
    """Why the member may not take the payment back alone; "" where nothing stands against it.

    Note [Taking back]: a payment by QR is taken back by the member on its own day, as the shop
    beside the member would do it at the till; one by card is the terminal's to reverse.
    """
    if line.channel != Channel.QR:
        return "cancel_card"
    return "" if day_of(line.occurred_at_us) == day_of(at_us) else "cancel_late"


def taking_back(line: HistoryLine, cashback_now_won: int) -> TakingBack:
    """What a whole cancellation of the payment does, with so much in the cashback purse now."""
    earned_won = sum(one.won for one in line.incentive)
    charged_won, allowance_won = -line.charged_won, -line.allowance_won
    cashback_won = earned_won - line.cashback_won
    from_cashback_won = min(earned_won, cashback_now_won + cashback_won)
    from_charged_won = min(earned_won - from_cashback_won, charged_won)
    return TakingBack(
        charged_won, cashback_won, allowance_won, from_cashback_won, from_charged_won,
        earned_won - from_cashback_won - from_charged_won,
    )  # fmt: skip


def back_rows(back: TakingBack, language: Language) -> tuple[tuple[str, str], ...]:
    """The purses that get something, and what is taken from which, as names and amounts."""
    rows = (
        ("back_charged", back.charged_won),
        ("back_cashback", back.cashback_won),
        ("back_allowance", back.allowance_won),
        ("cancel_taken", -back.earned_won),
    )
    return tuple(
        (language.choose(*PAY_WORDS[name]), exact_won(won, language)) for name, won in rows if won
    )


def back_notes(back: TakingBack, language: Language) -> tuple[str, ...]:
    """What is to be said where the cashback has been spent already."""
    left = exact_won(back.charged_won - back.from_charged_won, language)
    notes = (
        ("back_from_charged", back.from_charged_won),
        ("back_from_coming", back.from_coming_won),
    )
    return tuple(
        language.choose(*PAY_WORDS[name]).format(won=exact_won(won, language), left=left)
        for name, won in notes
        if won
    )
