"""Won and basis points, and the one place where a division of money is rounded."""

from __future__ import annotations

BASIS_POINTS_WHOLE = 10_000


def share_down(amount_won: int, rate_bp: int) -> int:
    """The share of an amount at a rate in basis points, in whole won, rounded down.

    Down is the direction of every incentive (the citizen's fraction of a won is not paid) and of
    every budget (it is never rounded against). Both arguments are whole and not negative.
    """
    return amount_won * rate_bp // BASIS_POINTS_WHOLE
