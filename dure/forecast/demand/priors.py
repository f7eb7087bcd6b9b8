"""What is believed before a city's own figures are looked at, and why.

Every number is a centre with a standard deviation. None is taken from a figure that a back-test
predicts; docs/forecast.md says where each comes from.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple


class Normal(NamedTuple):
    """A normal belief."""

    mean: float
    sd: float

    def and_measured(self, value: float, sd: float) -> Normal:
        """The belief after one more measurement of the same thing."""
        mine, theirs = self.sd**-2, sd**-2
        return Normal(
            (self.mean * mine + value * theirs) / (mine + theirs), (mine + theirs) ** -0.5
        )


class Priors(NamedTuple):
    """Beliefs about how any city's demand behaves; logarithms where the name says so.

    `log_first`: the elasticity to the effective rate within the first month; `log_ratio`: how many
    times larger it is after all have adapted; `log_lag_days`: the time within which two thirds of
    the rest comes; `log_settling_days`: how long new members take to spend as others do;
    `members_power`: payments rise with members to this power (later members spend less);
    `log_spend_won`: won of an active member and month at the reference rate; `log_active_share`:
    the share of members who pay in a month; `active_part`: the share of the answer that comes
    through active members, the rest through spend; `log_earning`: the part of payments that earns
    (what is paid with cashback earns nothing).
    `log_join`, `join_power`, `join_news`: the daily chance that somebody who is no member joins,
    its answer to the rate, and to the news of a rise; `people_times`: how many could be members,
    over the members known, where the city does not say; `learned`: how much more each spends once
    shops and members have learned the programme.
    """

    log_first: Normal = Normal(math.log(0.45), 0.45)
    log_ratio: Normal = Normal(math.log(1.9), 0.25)
    log_lag_days: Normal = Normal(math.log(75.0), 0.35)
    log_settling_days: Normal = Normal(math.log(12.0), 0.5)
    members_power: Normal = Normal(0.85, 0.12)
    log_spend_won: Normal = Normal(math.log(290_000.0), 0.2)
    log_active_share: Normal = Normal(math.log(0.65), 0.3)
    active_part: Normal = Normal(0.45, 0.08)
    log_earning: Normal = Normal(math.log(0.97), 0.03)
    log_join: Normal = Normal(math.log(0.0012), 1.2)
    join_power: Normal = Normal(0.8, 0.3)
    join_news: Normal = Normal(0.8, 0.4)
    people_times: Normal = Normal(math.log(3.0), 0.35)
    learned: Normal = Normal(0.2, 0.2)


GENERAL: Final = Priors()
START_RATE: Final = 0.01
REFERENCE_RATE: Final = 0.05
"""Added to every rate, as what the card is worth without any incentive (the income deduction is 30%
against 15% of a credit card: a tenth of that difference in tax, less where it is not used); and the
rate at which an answer counts as none."""
ACTIVE_SHARE: Final = 0.62
"""The share of members who pay in a month at the reference rate, against which their answer
saturates: nobody can do more than pay at all."""
NEWS_DAYS: Final = 45.0
"""How long the news of a rise brings new members: its e-folding time in days."""
LEVEL_STAYS: Final = 0.93
LEVEL_STEPS: Final = (0.03, 0.06, 0.10, 0.16)
LEVEL_STEP_WEIGHTS: Final = (0.11, 0.43, 0.35, 0.11)
"""What a city's level keeps of its departure from month to month; the tried sizes of its monthly
moves, and what each weighs before its evidence (retail payments move by 4 to 12% a month)."""
LEARNING_DAYS: Final = 120.0
YOUNG_TIMES: Final = 3.0
YOUNG_DAYS: Final = 120.0
"""A programme that begins wanders more: by so many times at its launch, fading by e in so many
days."""
BEFORE_LAUNCH_SD: Final = 3.0
"""How unknown the logarithm of payments before the first cashback is against after it. What a
launch brings is no answer to a rate that went up, and must not teach one."""
LAUNCH_RATE: Final = 0.01
JOIN_STAYS: Final = 0.75
JOIN_STEP: Final = 0.5
KNOT_DAYS: Final = 30
DAILY_SD: Final = 0.05


class Response(NamedTuple):
    """A published answer of payments to a change of the effective rate, in some city.

    `days_after` is how long after the change the payments were counted, on average.
    """

    log_elasticity: float
    sd: float
    days_after: float


def from_responses(responses: Sequence[Response], before: Priors = GENERAL) -> Priors:
    """Beliefs after published responses of other cities, or of this one's unrecorded past.

    A response after some days measures the first answer and what of the lagged one has come:
    `first x (1 + (ratio - 1)(1 - e^(-days/lag)))`. Responses of cities differ among each other, so
    none counts for less than a fifth of its size, and together not for more than three.
    """
    belief = before.log_first
    ratio, lag = math.exp(before.log_ratio.mean), math.exp(before.log_lag_days.mean)
    usable = [one for one in responses if one.log_elasticity > 0]
    widened = max(1.0, len(usable) / 3) ** 0.5
    for one in usable:
        come = 1 + (ratio - 1) * (1 - math.exp(-one.days_after / lag))
        value = math.log(one.log_elasticity / come)
        belief = belief.and_measured(value, max(one.sd, 0.2) * widened)
    return before._replace(log_first=belief)
