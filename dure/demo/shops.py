"""Draws the shops of the synthetic city: where, what, how big, what they offer, if registered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dure.demo.sectors import ALL_SECTORS, SECTORS
from dure.merchants.standing import Decision
from dure.policy.occasions import Mark

SHOP_SHARES: Final[dict[int, int]] = {
    28110: 75,
    28140: 26,
    28177: 145,
    28185: 105,
    28200: 195,
    28237: 175,
    28245: 87,
    28260: 155,
    28710: 30,
    28720: 7,
}
"""Shops of each district in thousandths; approximate (business census of 2019, rounded by hand)."""

_MARKET_SHARE: Final = {28110: 0.14, 28140: 0.16, 28177: 0.10, 28237: 0.10, 28710: 0.12}
_WEAK_SHARE: Final = {28110: 0.12, 28140: 0.20, 28177: 0.12}
_ISLAND_SHARE: Final = {28720: 1.0, 28110: 0.06, 28710: 0.05}
_MARKET_SHARE_ELSEWHERE: Final = 0.06
_WEAK_SHARE_ELSEWHERE: Final = 0.05

# Card merchants by yearly sales, national, early 2019 (fee classes of the card law); rounded.
_BAND_SHARES: Final = (0.757, 0.086, 0.069, 0.050, 0.038)

EXCLUDED_SHARE: Final = 0.006
OFFERS_MAX: Final = 1_200
"""Benefit-plus shops in October 2019 (press release of 2019-10-22)."""
SHOPS_FOR_AN_OFFER: Final = 50
OFFERS_BP: Final = ((300, 0.55), (500, 0.35), (700, 0.10))

# Not everybody in the registry may take the money: applied, suspended, cancelled.
_STANDINGS: Final = (
    (Decision.APPROVED, 0.980),
    (Decision.APPLIED, 0.010),
    (Decision.SUSPENDED, 0.006),
    (Decision.CANCELLED, 0.004),
)
_POPULARITY_SPREAD: Final = 1.1

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shops:
    """The shops; every array has one entry for each, in the order of `shop_id`.

    `sector` is a position in `ALL_SECTORS`, `standing` the last `Decision`, `popularity` a weight
    beside the other shops of the sector, `offer_bp` the instant discount offered (0 for none).
    """

    shop_id: Ints
    district: Ints
    sector: Ints
    sales_band: Ints
    marks: Ints
    standing: Ints
    offer_bp: Ints
    popularity: Floats

    def __len__(self) -> int:
        return len(self.shop_id)


def shop_code(shop_id: int) -> str:
    """DE 42 of the shop: fifteen letters and digits that are obviously made up."""
    return f"DEMO{shop_id:011d}"


def terminal_code(shop_id: int) -> str:
    """DE 41 of the shop's first terminal: eight digits."""
    return f"{shop_id:06d}01"


def business_numbers(count: int) -> list[str]:
    """Business numbers with right check digits, of an office number (999) that nobody has.

    Raises ValueError for more than a million shops, for which the range has no room.
    """
    if count > 1_000_000:
        raise ValueError("the range 999 has room for a million business numbers")
    index = np.arange(count, dtype=np.int64)
    body = 999_000_000 + (index * 7_919 + 1_009) % 1_000_000
    digits = body[:, None] // 10 ** np.arange(8, -1, -1) % 10
    total = digits @ np.array([1, 3, 7, 1, 3, 7, 1, 3, 5]) + digits[:, 8] * 5 // 10
    return [f"{number}" for number in (body * 10 + (10 - total % 10) % 10).tolist()]


def draw_shops(count: int, rng: np.random.Generator) -> Shops:
    """Draws `count` shops; sizes follow popularity and ticket, so that a busy shop is a big one."""
    codes = np.array(list(SHOP_SHARES), dtype=np.int64)
    shares = np.array(list(SHOP_SHARES.values()), dtype=float)
    district = codes[rng.choice(len(codes), count, p=shares / shares.sum())]
    sector = _sectors(count, rng)
    popularity = rng.lognormal(0.0, _POPULARITY_SPREAD, count)
    sales_band = _sales_bands(sector, popularity, rng)
    standing = np.array([int(decision) for decision, _ in _STANDINGS])[
        rng.choice(len(_STANDINGS), count, p=[share for _, share in _STANDINGS])
    ]
    return Shops(
        shop_id=np.arange(1, count + 1, dtype=np.int64),
        district=district,
        sector=sector,
        sales_band=sales_band,
        marks=_marks(district, rng),
        standing=standing,
        offer_bp=_offers(sector, sales_band, standing, rng),
        popularity=popularity,
    )


def _sectors(count: int, rng: np.random.Generator) -> Ints:
    """Positions in ALL_SECTORS; every sector has a shop where there are enough shops."""
    weights = np.array([sector.shop_weight for sector in ALL_SECTORS], dtype=float)
    ordinary = len(SECTORS)
    weights[:ordinary] *= (1 - EXCLUDED_SHARE) / weights[:ordinary].sum()
    weights[ordinary:] *= EXCLUDED_SHARE / weights[ordinary:].sum()
    drawn = rng.choice(len(ALL_SECTORS), count, p=weights).astype(np.int64)
    if count >= 20 * len(ALL_SECTORS):
        drawn[: len(ALL_SECTORS)] = np.arange(len(ALL_SECTORS))
    return drawn


def _sales_bands(sector: Ints, popularity: Floats, rng: np.random.Generator) -> Ints:
    """Bands 1 to 5 in the published proportions, by what a shop of the sector would sell."""
    tickets = np.array([one.ticket_won for one in ALL_SECTORS], dtype=float)
    per_shop = np.array([one.payment_share / one.shop_weight for one in ALL_SECTORS], dtype=float)
    per_shop[len(SECTORS) :] = tickets[len(SECTORS) :] / 1_000
    sales = per_shop[sector] * popularity * rng.lognormal(0.0, 0.4, len(sector))
    edges = np.quantile(sales, np.cumsum(_BAND_SHARES)[:-1])
    return np.searchsorted(edges, sales).astype(np.int64) + 1


def _marks(district: Ints, rng: np.random.Generator) -> Ints:
    marks = np.zeros(len(district), dtype=np.int64)
    kinds = (
        (Mark.TRADITIONAL_MARKET, _MARKET_SHARE, _MARKET_SHARE_ELSEWHERE),
        (Mark.WEAK_STREET, _WEAK_SHARE, _WEAK_SHARE_ELSEWHERE),
        (Mark.ISLAND, _ISLAND_SHARE, 0.0),
    )
    for mark, shares, elsewhere in kinds:
        share = np.full(len(district), elsewhere)
        for code, here in shares.items():
            share[district == code] = here
        marks |= np.where(rng.random(len(district)) < share, int(mark), 0)
    return marks


def _offers(sector: Ints, band: Ints, standing: Ints, rng: np.random.Generator) -> Ints:
    """Instant discounts of small registered shops, 1,200 of them or one shop in fifty."""
    offers = np.zeros(len(sector), dtype=np.int64)
    may = np.flatnonzero(
        (band <= 2) & (standing == int(Decision.APPROVED)) & (sector < len(SECTORS))
    )
    chosen = rng.choice(
        may, min(OFFERS_MAX, len(sector) // SHOPS_FOR_AN_OFFER, len(may)), replace=False
    )
    rates = np.array([rate for rate, _ in OFFERS_BP])
    offers[chosen] = rates[rng.choice(len(rates), len(chosen), p=[share for _, share in OFFERS_BP])]
    return offers
