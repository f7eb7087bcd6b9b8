"""What people pay for: each sector's share of payments, tickets, codes, and its hours and days.

Shares of payments (by won) of the first nine sectors are those published for Incheon in 2019
(restaurants, retail, academies, clinics: May and June; food shops, petrol, hospitals, health:
September; `/data/incheon/incheon_usage_distribution.csv` of the project names the newspapers). The
other shares, all tickets and all profiles are approximate and chosen so that the mean ticket of
the city is 17,600 won: 265 billion won of October 2019 over 890,000 members who make 201 payments a
year each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dure.policy.occasions import Trade

HOURS = 24
DAYS = 7

# Twenty-four weights from midnight on, and seven from Monday on; only their proportions count.
_MEALS = (6, 3, 2, 1, 1, 1, 3, 7, 10, 9, 12, 45, 75, 48, 20, 16, 20, 46, 78, 72, 50, 34, 22, 12)
_SHOPPING = (
    14,
    8,
    5,
    3,
    3,
    4,
    10,
    22,
    28,
    30,
    38,
    44,
    48,
    46,
    46,
    50,
    58,
    70,
    78,
    74,
    62,
    52,
    40,
    26,
)
_OFFICE = (0, 0, 0, 0, 0, 0, 0, 2, 14, 60, 80, 74, 36, 46, 68, 66, 62, 44, 22, 10, 3, 1, 0, 0)
_LESSONS = (0, 0, 0, 0, 0, 0, 0, 1, 3, 10, 18, 20, 22, 38, 60, 70, 72, 66, 58, 46, 28, 14, 3, 1)
_CAFE = (3, 1, 1, 0, 0, 1, 4, 22, 36, 34, 38, 50, 86, 84, 70, 64, 56, 48, 46, 50, 48, 36, 20, 8)
_DRIVING = (
    8,
    5,
    4,
    3,
    4,
    10,
    26,
    48,
    46,
    38,
    36,
    38,
    42,
    42,
    42,
    44,
    52,
    66,
    60,
    46,
    38,
    32,
    22,
    14,
)
_DAYTIME = (0, 0, 0, 0, 0, 0, 1, 3, 10, 28, 50, 56, 54, 60, 66, 68, 66, 58, 50, 42, 26, 10, 2, 1)
_EVENING = (
    8,
    4,
    2,
    1,
    1,
    4,
    10,
    14,
    14,
    22,
    26,
    26,
    26,
    30,
    32,
    34,
    38,
    50,
    66,
    76,
    74,
    58,
    34,
    16,
)
_TAXI = (
    58,
    40,
    28,
    18,
    14,
    16,
    26,
    50,
    56,
    38,
    30,
    30,
    34,
    34,
    32,
    34,
    38,
    50,
    54,
    52,
    56,
    64,
    72,
    70,
)
_WEEK_EVEN = (95, 95, 96, 98, 108, 112, 96)
_WEEK_MEALS = (88, 90, 92, 96, 118, 124, 92)
_WEEK_OFFICE = (126, 112, 110, 106, 112, 96, 6)
_WEEK_LESSONS = (140, 122, 112, 104, 98, 70, 14)
_WEEK_LEISURE = (86, 86, 88, 90, 104, 132, 124)


@dataclass(frozen=True, slots=True)
class Sector:
    """One line of trade. `payment_share` is of won, in ten-thousandths of the city's payments.

    `ticket_won` is the mean of a log-normal with `ticket_spread` as the deviation of its logarithm;
    `shop_weight` says how many shops it has beside the others; `online_share` of its payments come
    without a terminal, `hold_share` begin with a pre-authorization (both in ten-thousandths).
    """

    name: str
    ksic: str
    mcc: str
    payment_share: int
    ticket_won: int
    ticket_spread: float
    shop_weight: int
    words: tuple[str, ...]
    hours: tuple[int, ...]
    weekdays: tuple[int, ...]
    online_share: int = 0
    hold_share: int = 0
    trade: Trade = Trade.ORDINARY


SECTORS: Final[tuple[Sector, ...]] = (
    Sector("restaurants", "56111", "5812", 2847, 17_800, 0.75, 300,
           ("식당", "국밥", "갈비", "분식", "칼국수", "밥상", "횟집", "치킨"),
           _MEALS, _WEEK_MEALS, online_share=400),
    Sector("retail", "47121", "5411", 1529, 9_900, 0.85, 110,
           ("마트", "슈퍼", "상회", "편의점"), _SHOPPING, _WEEK_EVEN),
    Sector("academies", "85501", "8299", 1193, 118_000, 0.65, 60,
           ("학원", "교습소", "음악학원", "미술학원"),
           _LESSONS, _WEEK_LESSONS, online_share=300),
    Sector("clinics", "86201", "8011", 652, 14_200, 0.80, 34,
           ("의원", "치과", "한의원", "내과"), _OFFICE, _WEEK_OFFICE),
    Sector("food shops", "47212", "5422", 580, 11_200, 0.65, 48,
           ("정육점", "청과", "베이커리", "반찬", "떡집"), _SHOPPING, _WEEK_EVEN),
    Sector("petrol", "47711", "5541", 510, 38_000, 0.45, 6,
           ("주유소", "충전소"), _DRIVING, _WEEK_EVEN, hold_share=5_000),
    Sector("hospitals", "86102", "8062", 510, 43_000, 1.00, 5,
           ("병원", "종합병원"), _OFFICE, _WEEK_OFFICE),
    Sector("health", "47811", "5912", 360, 10_600, 0.75, 22,
           ("약국", "건강원", "안경"), _DAYTIME, _WEEK_OFFICE),
    Sector("clothes", "47412", "5651", 390, 42_000, 0.75, 52,
           ("의류", "패션", "신발", "속옷"), _DAYTIME, _WEEK_LEISURE, online_share=900),
    Sector("hair and beauty", "96112", "7230", 330, 26_000, 0.70, 66,
           ("헤어", "미용실", "네일", "피부관리"), _DAYTIME, _WEEK_LEISURE),
    Sector("leisure", "91136", "7997", 300, 31_000, 1.00, 34,
           ("헬스", "당구장", "요가", "볼링", "노래방"), _EVENING, _WEEK_LEISURE),
    Sector("home and furniture", "47520", "5712", 230, 74_000, 0.95, 30,
           ("가구", "조명", "철물", "이불"), _DAYTIME, _WEEK_EVEN, online_share=900),
    Sector("cafes", "56221", "5814", 160, 6_900, 0.60, 78,
           ("커피", "카페", "다방", "찻집"), _CAFE, _WEEK_MEALS, online_share=300),
    Sector("taxis", "49231", "4121", 150, 8_200, 0.50, 40,
           ("택시",), _TAXI, _WEEK_MEALS, hold_share=9_000),
    Sector("cars and repair", "95212", "7538", 140, 69_000, 0.85, 22,
           ("카센터", "타이어", "세차장"), _DAYTIME, _WEEK_EVEN),
    Sector("books and stationery", "47611", "5942", 110, 16_000, 0.75, 12,
           ("서점", "문구", "책방"), _DAYTIME, _WEEK_EVEN, online_share=1_500),
    Sector("laundry", "96912", "7216", 9, 12_000, 0.60, 20,
           ("세탁소", "빨래방"), _DAYTIME, _WEEK_EVEN),
)  # fmt: skip
"""Every sector of ordinary shops; the position is a shop's `sector` in the arrays."""

EXCLUDED_SECTORS: Final[tuple[Sector, ...]] = (
    Sector("department stores", "47111", "5311", 0, 96_000, 1.0, 1, ("백화점",),
           _DAYTIME, _WEEK_LEISURE, trade=Trade.DEPARTMENT_STORE),
    Sector("hypermarkets", "47119", "5300", 0, 62_000, 0.8, 3, ("대형마트",),
           _SHOPPING, _WEEK_LEISURE, trade=Trade.HYPERMARKET),
    Sector("chain supermarkets", "47121", "5411", 0, 24_000, 0.8, 10, ("체인슈퍼",),
           _SHOPPING, _WEEK_EVEN, trade=Trade.CHAIN_SUPERMARKET),
    Sector("adult entertainment", "56211", "5813", 0, 180_000, 0.8, 14, ("유흥주점",),
           _TAXI, _WEEK_LEISURE, trade=Trade.ADULT_ENTERTAINMENT),
    Sector("gambling", "91249", "7995", 0, 90_000, 0.8, 1, ("경륜장",),
           _EVENING, _WEEK_LEISURE, trade=Trade.GAMBLING),
    Sector("car dealers", "45110", "5511", 0, 900_000, 0.8, 3, ("자동차판매",),
           _OFFICE, _WEEK_EVEN, trade=Trade.CAR_DEALER),
    Sector("large electronics stores", "47320", "5732", 0, 310_000, 0.9, 3, ("대형전자매장",),
           _DAYTIME, _WEEK_LEISURE, trade=Trade.LARGE_ELECTRONICS),
)  # fmt: skip
"""Trades shut out; their shops stand in the registry, and people still try to pay there."""

ALL_SECTORS: Final[tuple[Sector, ...]] = (*SECTORS, *EXCLUDED_SECTORS)
TAXIS: Final = next(i for i, sector in enumerate(SECTORS) if sector.name == "taxis")


def mean_ticket_won(sectors: tuple[Sector, ...] = SECTORS) -> float:
    """The city's mean payment: won over payments, where shares are of won (a harmonic mean)."""
    whole = sum(sector.payment_share for sector in sectors)
    return whole / sum(sector.payment_share / sector.ticket_won for sector in sectors)
