"""The members going about their days: who pays where, when and how much, drawn in small batches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dure.demo.cards import CardKind, CardStatus
from dure.demo.city import City
from dure.demo.people import POPULATION
from dure.demo.sectors import ALL_SECTORS, DAYS, HOURS, SECTORS
from dure.demo.shops import SHOP_SHARES
from dure.kernel.calendar import seoul
from dure.merchants.standing import Decision

HOME_SHARE: Final = 0.68
"""Payments in the district of residence; the rest goes where the shops are. Approximate."""
MONTH_S: Final = 365.25 * 86_400 / 12
TICKET_WON_MIN: Final = 500
TICKET_WON_MAX: Final = 3_000_000

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Visits:
    """Payments that are about to happen, as positions in the city's arrays."""

    member: Ints
    card: Ints
    shop: Ints
    amount_won: Ints

    def __len__(self) -> int:
        return len(self.member)


class ShopPicker:
    """Finds a shop of a sector, mostly near home, busy ones more often."""

    def __init__(self, city: City) -> None:
        shops = city.shops
        may = np.flatnonzero(shops.standing == int(Decision.APPROVED))
        self._codes = np.array(list(SHOP_SHARES), dtype=np.int64)
        district = np.searchsorted(self._codes, shops.district[may])
        group = shops.sector[may] * len(self._codes) + district
        order = np.argsort(group, kind="stable")
        self._shop = may[order]
        self._running = np.concatenate([[0.0], np.cumsum(shops.popularity[may][order])])
        groups = len(ALL_SECTORS) * len(self._codes)
        self._first = np.searchsorted(group[order], np.arange(groups + 1))
        self._pull = np.cumsum(list(SHOP_SHARES.values())) / sum(SHOP_SHARES.values())

    def pick(self, sector: Ints, home: Ints, rng: np.random.Generator) -> Ints:
        """One shop for each visit; a district without such shops sends people anywhere."""
        count = len(sector)
        places = len(self._codes)
        near = np.searchsorted(self._codes, home)
        near = np.where(
            np.isin(home, self._codes) & (rng.random(count) < HOME_SHARE),
            near,
            np.searchsorted(self._pull, rng.random(count)),
        )
        group = sector * places + near
        low, high = self._running[self._first[group]], self._running[self._first[group + 1]]
        missing = high <= low
        anywhere_low = self._running[self._first[sector * places]]
        anywhere_high = self._running[self._first[(sector + 1) * places]]
        low = np.where(missing, anywhere_low, low)
        high = np.where(missing, anywhere_high, high)
        at = low + rng.random(count) * (high - low)
        place = np.searchsorted(self._running, at, side="right") - 1
        picked: Ints = self._shop[np.clip(place, 0, len(self._shop) - 1)]
        return picked

    def with_standing(self, city: City, *standings: Decision) -> Ints:
        """The shops that stand in the registry like this, for those who try there in vain."""
        return np.flatnonzero(np.isin(city.shops.standing, [int(one) for one in standings]))


class Crowd:
    """All the members who pay, with their cards, and how often they do it at which hour."""

    def __init__(self, city: City, rng: np.random.Generator) -> None:
        self.city = city
        self.picker = ShopPicker(city)
        self._rng = rng
        self._card_of = _first_good_cards(city)
        payers = np.flatnonzero((city.members.month_won > 0) & (self._card_of >= 0))
        self._payers = payers
        self._weights = np.cumsum(city.members.month_won[payers].astype(float))
        self.rates = _rates(float(self._weights[-1]))
        self._spread = np.array([sector.ticket_spread for sector in SECTORS])
        means = np.array([sector.ticket_won for sector in SECTORS], dtype=float)
        # The mean of a log-normal lies exp(spread^2 / 2) above its median.
        self._log_median = np.log(means) - self._spread**2 / 2

    def payments_per_s(self, at: datetime) -> float:
        """Payments that are expected in one second of the city at that wall clock."""
        return float(self.rates[at.weekday(), at.hour].sum())

    def visits(self, now_us: int, city_s: float) -> Visits:
        """What happens in so many seconds of the city: a Poisson number of payments."""
        at = seoul(now_us)
        rates = self.rates[at.weekday(), at.hour]
        count = int(self._rng.poisson(rates.sum() * city_s))
        sector = self._rng.choice(len(SECTORS), count, p=rates / rates.sum())
        drawn = self._rng.random(count) * self._weights[-1]
        member = self._payers[np.searchsorted(self._weights, drawn, side="right")]
        return Visits(
            member=member,
            card=self._card_of[member],
            shop=self.picker.pick(sector, self.city.members.district[member], self._rng),
            amount_won=self._tickets(sector),
        )

    def _tickets(self, sector: Ints) -> Ints:
        drawn = self._rng.lognormal(self._log_median[sector], self._spread[sector])
        won = np.clip(drawn, TICKET_WON_MIN, TICKET_WON_MAX).astype(np.int64)
        return won // 100 * 100


def _rates(month_won: float) -> Floats:
    """Payments a second by weekday (0 is Monday), hour and sector, for the city's month of won."""
    rates = np.empty((DAYS, HOURS, len(SECTORS)))
    whole = sum(sector.payment_share for sector in SECTORS)
    for position, sector in enumerate(SECTORS):
        per_s = month_won * sector.payment_share / whole / sector.ticket_won / MONTH_S
        hours = np.array(sector.hours, dtype=float) / np.mean(sector.hours)
        days = np.array(sector.weekdays, dtype=float) / np.mean(sector.weekdays)
        rates[:, :, position] = per_s * days[:, None] * hours[None, :]
    return rates


def _first_good_cards(city: City) -> Ints:
    """For every member the position of a card that can pay, physical before virtual, or -1."""
    cards = city.cards
    good = np.flatnonzero((cards.status == int(CardStatus.ACTIVE)) & (cards.expires_yymm >= 1_910))
    found = np.full(len(city.members), -1, dtype=np.int64)
    virtual = good[cards.kind[good] == int(CardKind.VIRTUAL)]
    physical = good[cards.kind[good] == int(CardKind.PHYSICAL)]
    found[cards.member[virtual]] = virtual
    found[cards.member[physical]] = physical
    return found


assert list(SHOP_SHARES) == sorted(SHOP_SHARES), "searchsorted needs the codes in order"
assert set(SHOP_SHARES) == set(POPULATION), "shops and people live in the same districts"
