"""Draws the members of the synthetic city: where they live, what they spend, what they hold.

Amounts are whole won. Every array has one entry for each member, in the order of `member_id`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dure.kernel.calendar import SEOUL, to_us

POPULATION: Final[dict[int, int]] = {
    28110: 132_700,
    28140: 65_000,
    28177: 408_000,
    28185: 366_000,
    28200: 534_000,
    28237: 512_000,
    28245: 306_000,
    28260: 543_000,
    28710: 69_000,
    28720: 20_500,
}
"""Residents of each district, approximate: resident registration, end of 2019, rounded."""

VISITORS: Final[dict[int, int]] = {41190: 45, 41570: 25, 41390: 20, 11500: 10}
"""Where the 2% who live elsewhere come from (Bucheon, Gimpo, Siheung, Gangseo-gu); assumed."""

RESIDENT_SHARE: Final = 0.98
"""Payments by residents, 2019: http://www.kihoilbo.co.kr/news/articleView.html?idxno=873585"""
ACTIVE_SHARE: Final = 0.60
"""Members who pay in a month: 750,000 of 1.2 million in June 2020, 800,000 of 1.34 in September."""
WOMEN_SHARE: Final = 0.59
MONTH_OF_A_MEMBER_WON: Final = 265_000_000_000 // 890_000
"""October 2019: about 265 billion won of payments (estimate) by 890,000 members (13 October)."""
SPEND_SHAPE: Final = 0.9
"""Shape of the gamma of a month's spend: between 0.8 and 1.0 fits September 2020."""
UNNAMED_SHARE: Final = 0.03
HOLDING_UNNAMED_WON: Final = 500_000
HOLDING_NAMED_WON: Final = 2_000_000
"""Holding limits of the Electronic Financial Transactions Act as of 2019."""

CHARGE_STEPS_WON: Final = (30_000, 50_000, 100_000, 200_000, 300_000)
"""What people charge at a time; the mean of 2021 was 94,400 won, four times a month."""

# Ages at 30 June 2019: https://kyeongin.com/article/1427661 (30s 26%, 40s 25%, 50s 23%, 20s 20%);
# the 6% that are left are shared by assumption.
_AGES: Final = (
    (14, 20, 0.02), (20, 30, 0.20), (30, 40, 0.26), (40, 50, 0.25), (50, 60, 0.23), (60, 82, 0.04)
)  # fmt: skip

# Members at the end of each month (incheon_subscribers.csv); September and October interpolated.
_JOINED: Final = (
    (datetime(2018, 7, 31, tzinfo=SEOUL), 0),
    (datetime(2018, 12, 31, tzinfo=SEOUL), 12_130),
    (datetime(2019, 3, 31, tzinfo=SEOUL), 22_245),
    (datetime(2019, 4, 30, tzinfo=SEOUL), 62_998),
    (datetime(2019, 5, 31, tzinfo=SEOUL), 259_820),
    (datetime(2019, 6, 30, tzinfo=SEOUL), 503_000),
    (datetime(2019, 7, 31, tzinfo=SEOUL), 733_000),
    (datetime(2019, 8, 31, tzinfo=SEOUL), 823_000),
    (datetime(2019, 9, 8, tzinfo=SEOUL), 840_000),
    (datetime(2019, 10, 13, tzinfo=SEOUL), 890_000),
    (datetime(2019, 10, 21, tzinfo=SEOUL), 894_000),
)

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Members:
    """The members and their state at the opening.

    `month_won` is what each spends in a whole month on the average, `usage_won` what each has paid
    net since the month began; `level` is 1 (unnamed) or 2 (named); `joined_us` the day of joining.
    """

    member_id: Ints
    district: Ints
    birth_year: Ints
    level: Ints
    woman: Bools
    active: Bools
    joined_us: Ints
    month_won: Ints
    usage_won: Ints
    charged_won: Ints
    cashback_won: Ints

    def __len__(self) -> int:
        return len(self.member_id)


def draw_members(count: int, rng: np.random.Generator, *, month_share: float) -> Members:
    """Draws `count` members; `month_share` is how much of the month has passed (0 to 1)."""
    active = rng.random(count) < ACTIVE_SHARE
    scale = MONTH_OF_A_MEMBER_WON / ACTIVE_SHARE / SPEND_SHAPE
    month_won = np.where(active, rng.gamma(SPEND_SHAPE, scale, count), 0.0).astype(np.int64)
    # What is spent by a day of the month scatters around its share; the mean of the noise is one.
    noise = rng.lognormal(-0.06, 0.35, count)
    usage_won = (month_won * month_share * noise).astype(np.int64)
    level = np.where(rng.random(count) < UNNAMED_SHARE, 1, 2)
    charged_won, cashback_won = _balances(month_won, level, rng)
    return Members(
        member_id=np.arange(1, count + 1, dtype=np.int64),
        district=_residences(count, rng),
        birth_year=2019 - _ages(count, rng),
        level=level,
        woman=rng.random(count) < WOMEN_SHARE,
        active=active,
        joined_us=_joining_days(count, rng),
        month_won=month_won,
        usage_won=usage_won,
        charged_won=charged_won,
        cashback_won=cashback_won,
    )


def residents_of(members: Members) -> Bools:
    """Who lives in one of the ten districts."""
    return np.isin(members.district, list(POPULATION))


def _residences(count: int, rng: np.random.Generator) -> Ints:
    homes = _pick(POPULATION, count, rng)
    visitors = _pick(VISITORS, count, rng)
    return np.where(rng.random(count) < RESIDENT_SHARE, homes, visitors)


def _pick(weights: dict[int, int], count: int, rng: np.random.Generator) -> Ints:
    codes = np.array(list(weights), dtype=np.int64)
    shares = np.array(list(weights.values()), dtype=float)
    picked: Ints = codes[rng.choice(len(codes), count, p=shares / shares.sum())]
    return picked


def _ages(count: int, rng: np.random.Generator) -> Ints:
    """Ages in 2019 by the calendar year; nobody is younger than 14 (the law's age for accounts)."""
    shares = np.array([share for *_, share in _AGES])
    band = rng.choice(len(_AGES), count, p=shares / shares.sum())
    lowest = np.array([low for low, *_ in _AGES])[band]
    width = np.array([high - low for low, high, _ in _AGES])[band]
    # One year more than the age: in October not everybody has had this year's birthday.
    ages: Ints = np.maximum(lowest + (rng.random(count) * width).astype(np.int64), 15)
    return ages


def _joining_days(count: int, rng: np.random.Generator) -> Ints:
    instants = np.array([to_us(day) for day, _ in _JOINED], dtype=float)
    totals = np.array([total for _, total in _JOINED], dtype=float)
    joined: Ints = np.interp(rng.random(count) * totals[-1], totals, instants).astype(np.int64)
    return joined


def charge_steps_won(month_won: Ints) -> Ints:
    """What each member charges at a time: about a quarter of the month, to the next usual step."""
    place = np.searchsorted(CHARGE_STEPS_WON, month_won // 4)
    steps: Ints = np.array(CHARGE_STEPS_WON)[np.minimum(place, len(CHARGE_STEPS_WON) - 1)]
    return steps


def _balances(month_won: Ints, level: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Charged money and cashback at hand; assumed, and within the holding limits.

    Who pays is somewhere between two charges; who does not has a rest, or nothing.
    """
    count = len(month_won)
    active = month_won > 0
    between = charge_steps_won(month_won) * rng.uniform(0.25, 1.25, count)
    rest = rng.gamma(0.7, 16_000, count) * (rng.random(count) < 0.5)
    charged = np.where(active, between, rest)
    cashback = rng.gamma(0.6, np.where(active, 14_000, 3_000), count)
    limit = np.where(level == 1, HOLDING_UNNAMED_WON, HOLDING_NAMED_WON)
    charged_won = np.minimum(charged.astype(np.int64) // 10 * 10, limit * 3 // 4)
    return charged_won, np.minimum(cashback.astype(np.int64), limit // 4)
