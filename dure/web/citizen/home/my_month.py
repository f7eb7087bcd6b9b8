"""What the next won earn a member this month: the rate now, how far it reaches, and what follows.

Pure. The rules are asked as the engine asks them; where the rate ends is found by halving, so it
holds for brackets, caps and sums of any kind of rule without knowing them.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from dure.policy.evaluate import RulesInForce
from dure.policy.occasions import Occasion

PROBE_WON: Final = 10_000
"""What this much earns, in won, is the rate in basis points."""
FAR_WON: Final = 5_000_000
"""Nobody is told of an end farther than this: it is no end that anybody meets in a month."""
_STEP_WON: Final = 100


class Reach(NamedTuple):
    """The rate of the next won, how many won of payments it holds for (None: as far as anybody
    pays), and the rate after those; rates in basis points."""

    now_bp: int
    left_won: int | None
    then_bp: int


def reach_of(rules: RulesInForce, occasion: Occasion) -> Reach:
    """How the next payments at the occasion's shop earn; its amounts are put in here.

    The occasion brings the member's month and what is left of the money, as `Occasion` says.
    """
    now_bp = _earned(rules, occasion, PROBE_WON)
    slack = len(rules.rules) + 1

    def is_level(amount_won: int) -> bool:
        """Whether all of the amount earns the rate of now; each rule may cut off a won."""
        level_won = now_bp * amount_won // PROBE_WON
        return abs(_earned(rules, occasion, amount_won) - level_won) <= slack

    if is_level(FAR_WON):
        return Reach(now_bp, None, now_bp)
    low, high = PROBE_WON // _STEP_WON, FAR_WON // _STEP_WON
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if is_level(middle * _STEP_WON) else (low, middle)
    end_won = _rounded(low * _STEP_WON, occasion.month_net_won)
    after_won = end_won + PROBE_WON
    gained = _earned(rules, occasion, after_won + PROBE_WON) - _earned(rules, occasion, after_won)
    return Reach(now_bp, end_won, max(0, gained))


def _earned(rules: RulesInForce, occasion: Occasion, amount_won: int) -> int:
    asked = occasion._replace(amount_won=amount_won, earning_won=amount_won)
    return sum(line.won for line in rules.evaluate(asked))


def _rounded(end_won: int, month_net_won: int) -> int:
    """The end of the rate, where a whole bracket ends nearby: rules name round sums of a month.

    A won more or less of earning cannot be told apart from rounding, so the end that was found may
    lie some hundred won too far.
    """
    whole_won = (month_net_won + end_won) // PROBE_WON * PROBE_WON - month_net_won
    return whole_won if whole_won > 0 and end_won - whole_won < PROBE_WON // 2 else end_won
