"""Who paid how much at Seo-gu's shops in 2019: a synthetic population drawn day by day.

The city's payments of each month are the published ones; what part of them fell on Seo-gu was not
published and is assumed. Nothing here is fitted to the day on which the money ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dure.kernel.calendar import start_of_day_us

Ints = NDArray[np.int64]

CITY_PAYMENTS_WON: Final[dict[tuple[int, int], int]] = {
    (2019, 5): 44_000_000_000,
    (2019, 6): 138_400_000_000,
    (2019, 7): 273_962_000_000,
    (2019, 8): 250_000_000_000,
    (2019, 9): 265_000_000_000,
    (2019, 10): 265_000_000_000,
    (2019, 11): 160_000_000_000,
    (2019, 12): 144_653_000_000,
}
"""Payments of all Incheon by month; sources row by row in the published monthly figures of 2019:
http://www.incheontoday.com/news/articleView.html?idxno=114849 (May), …?idxno=120294 (July,
December), https://kyeongin.com/article/1458438 (August); June, September to November derived."""

MEMBERS: Final[tuple[tuple[date, int], ...]] = (
    (date(2019, 5, 1), 62_000),
    (date(2019, 5, 31), 259_820),
    (date(2019, 6, 30), 503_000),
    (date(2019, 7, 31), 706_912),
    (date(2019, 9, 8), 840_000),
    (date(2019, 12, 31), 929_528),
)
"""Members of all Incheon: http://news.zumst.com/articles/53079515 (May),
http://ssl.incheonilbo.com/news/articleView.html?idxno=967310 (July),
http://www.kihoilbo.co.kr/news/articleView.html?idxno=873585 (December)."""

SEOGU_SHARE: Final = 0.5
"""Seo-gu's part of members and payments: assumed. It had the first district card, at 10% against 6%
elsewhere, but 18% of the residents; that it paid more than 4 billion won of top-up by July says
that its part was far above that."""
TICKET_WON: Final = 23_896
"""Mean payment, July 2019 to February 2020 (derived, Yeonsu-gu):
http://www.kyeonggi.com/list/168?page=16372"""
TICKET_SIGMA: Final = 0.9
"""Spread of a payment's logarithm; assumed."""
SPEND_SHAPE: Final = 0.9
"""Shape of the gamma of what members spend, as in the demonstration city."""
DAY_FROM_S, DAY_UNTIL_S = 8 * 3600, 23 * 3600


@dataclass(frozen=True, slots=True)
class Day:
    """One day's payments at Seo-gu's shops in the order in which they came; instants in µs."""

    day: date
    member: Ints
    at_us: Ints
    amount_won: Ints


def days(scale: int, seed: int, first: date, until: date) -> Iterator[Day]:
    """The payments of each day from `first` to before `until`, a `scale`-th of all of them.

    Members are numbered from 0 in the order in which they joined.
    """
    rng = np.random.default_rng(seed)
    everybody = int(MEMBERS[-1][1] * SEOGU_SHARE) // scale + 1
    weight = np.cumsum(rng.gamma(SPEND_SHAPE, size=everybody))
    day = first
    while day < until:
        month_won = CITY_PAYMENTS_WON[day.year, day.month] * SEOGU_SHARE / scale
        length = (date(day.year + day.month // 12, day.month % 12 + 1, 1) - day.replace(day=1)).days
        count = rng.poisson(month_won / length / TICKET_WON)
        joined = max(1, int(members_on(day) * SEOGU_SHARE) // scale)
        member = np.searchsorted(weight[:joined], rng.random(count) * weight[joined - 1])
        mean = np.log(TICKET_WON) - TICKET_SIGMA**2 / 2
        amount = np.maximum(500, rng.lognormal(mean, TICKET_SIGMA, count)).astype(np.int64)
        second = np.sort(rng.uniform(DAY_FROM_S, DAY_UNTIL_S, count))
        at_us = start_of_day_us(day) + (second * 1_000_000).astype(np.int64)
        yield Day(day, np.minimum(member, joined - 1).astype(np.int64), at_us, amount)
        day += timedelta(days=1)


def members_on(day: date) -> float:
    """Members of all Incheon on a day, between the published figures."""
    known = [(d.toordinal(), n) for d, n in MEMBERS]
    return float(np.interp(day.toordinal(), [d for d, _ in known], [n for _, n in known]))
