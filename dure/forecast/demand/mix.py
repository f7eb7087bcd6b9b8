"""Where a city's won are spent: classes of shops and members with their share of all payments.

A rule's own conditions are asked for every class, so that its share of the payments follows from
the document and from nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Final, NamedTuple

from dure.policy.occasions import Channel, Mark, MemberFacts, SalesBand, ShopFacts

_PEOPLE: Final = {
    28110: 133, 28140: 65, 28177: 408, 28185: 366, 28200: 534,
    28237: 512, 28245: 306, 28260: 543, 28710: 69, 28720: 20,
}  # fmt: skip
"""Thousands of residents by district, resident registration at the end of 2019, rounded."""
_BANDS: Final = {
    SalesBand.UP_TO_300M: 0.38,
    SalesBand.UP_TO_500M: 0.16,
    SalesBand.UP_TO_1BN: 0.18,
    SalesBand.UP_TO_3BN: 0.20,
    SalesBand.ABOVE_3BN: 0.08,
}
"""Shares of payments by the shop's yearly sales; assumed, no city has published them."""
_SECTORS: Final = (
    ("56111", "5812", 0.285), ("47121", "5411", 0.153), ("85501", "8299", 0.119),
    ("86201", "8011", 0.065), ("47711", "5541", 0.051), ("10712", "5462", 0.058),
    ("96112", "7230", 0.269),
)  # fmt: skip
"""(KSIC, MCC, share): restaurants, retail, academies and clinics of May and June 2019, petrol and
food shops of September 2019 (incheon_usage_distribution.csv), and a rest."""
_CHANNELS: Final = (
    (Channel.CARD, 0.93), (Channel.QR, 0.03), (Channel.ONLINE, 0.02), (Channel.DELIVERY, 0.01),
    (Channel.TAXI, 0.008), (Channel.MALL, 0.002),
)  # fmt: skip
_MARKS: Final = ((0, 0.90), (int(Mark.TRADITIONAL_MARKET), 0.05), (int(Mark.WEAK_STREET), 0.05))
_BIRTH_YEARS: Final = (
    (2003, 0.02), (1995, 0.20), (1985, 0.26), (1975, 0.25), (1965, 0.23), (1950, 0.04),
)  # fmt: skip
"""Members' ages of June 2019 (incheon_subscribers.csv); those above 60 assumed."""
_REPEATS: Final = 12
_OFFER_BP: Final = 500
_LEVEL: Final = 2


class ShopClass(NamedTuple):
    """Payments of one kind: their share of all won, the shop, the member, the channel."""

    share: float
    shop: ShopFacts
    member: MemberFacts
    channel: int


@dataclass(frozen=True, slots=True)
class ShopMix:
    """Classes whose shares sum to 1. `ticket_won` is the mean payment, `each_month` how many
    payments an active member makes in a month."""

    classes: tuple[ShopClass, ...]
    ticket_won: int = 20_000
    each_month: float = 17.0


def general_mix(benefit_plus_share: float = 0.02) -> ShopMix:
    """A city of which nothing is known: districts by people, bands by what small shops sell.

    Districts, sales bands and benefit-plus shops are crossed exactly; sector, channel, mark and
    age are spread evenly over the crossings, each with its own share (an arrangement with fixed
    strides, so that the same classes come every time). `benefit_plus_share` is the share of
    payments at shops that give a discount of their own: 1,045 of about 60,000 shops by February
    2020.
    """
    whole = sum(_PEOPLE.values())
    offers = ((0, 1 - benefit_plus_share), (_OFFER_BP, benefit_plus_share))
    classes = []
    place = 0
    for (district, people), (band, of_band), (offer_bp, of_offer) in product(
        _PEOPLE.items(), _BANDS.items(), offers
    ):
        share = people / whole * of_band * of_offer / _REPEATS
        for _ in range(_REPEATS):
            classes.append(_one(share, district, int(band), offer_bp, place))
            place += 1
    return ShopMix(tuple(classes))


def _one(share: float, district: int, band: int, offer_bp: int, place: int) -> ShopClass:
    # Irrational strides spread the places evenly over each list, and the lists over each other.
    sector, mcc = _pick_sector((place * 0.6180339887) % 1)
    mark = _pick(_MARKS, (place * 0.7548776662) % 1)
    channel = _pick(_CHANNELS, (place * 0.5698402909) % 1)
    birth_year = _pick(_BIRTH_YEARS, (place * 0.8191725133) % 1)
    shop = ShopFacts(1 + place, district, sector, mcc, band, mark, offer_bp)
    return ShopClass(share, shop, MemberFacts(district, birth_year, _LEVEL), channel)


def _pick(shares: tuple[tuple[int, float], ...], at: float) -> int:
    passed = 0.0
    for value, share in shares:
        passed += share
        if at < passed:
            return int(value)
    return int(shares[-1][0])


def _pick_sector(at: float) -> tuple[str, str]:
    passed = 0.0
    for sector, mcc, share in _SECTORS:
        passed += share
        if at < passed:
            return sector, mcc
    return _SECTORS[-1][0], _SECTORS[-1][1]
