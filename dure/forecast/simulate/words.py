"""What groups are called, in both languages."""

from __future__ import annotations

from typing import Final

from dure.policy import words
from dure.policy.districts import DISTRICT_NAMES
from dure.policy.occasions import Channel, SalesBand

Names = tuple[str, str]

BANDS: Final[dict[str, Names]] = {
    str(int(band)): words.BANDS[band.name.lower()] for band in SalesBand
}
CHANNEL_NAMES: Final[dict[str, Names]] = {
    "0": ("기타", "other"),
    **{str(int(one)): words.CHANNELS[one.name.lower()] for one in Channel},
}
AGES: Final[dict[str, Names]] = {
    "0": ("나이 모름", "Age not known"),
    "10": ("10대 이하", "Under 20"),
    **{str(age): (f"{age}대", f"{age} to {age + 9}") for age in range(20, 70, 10)},
    "70": ("70대 이상", "70 and over"),
}
_SECTORS: Final[dict[str, Names]] = {
    "10": ("식료품 제조", "Food makers"),
    "45": ("자동차", "Motor vehicles"),
    "46": ("도매", "Wholesale"),
    "47": ("소매", "Retail"),
    "49": ("육상 운송", "Land transport"),
    "55": ("숙박", "Lodging"),
    "56": ("음식점", "Restaurants"),
    "58": ("출판", "Publishing"),
    "75": ("사업 지원", "Business support"),
    "85": ("학원·교육", "Academies and teaching"),
    "86": ("병원·의원", "Clinics"),
    "90": ("문화", "Culture"),
    "91": ("스포츠·여가", "Sports and leisure"),
    "95": ("수리", "Repairs"),
    "96": ("개인 서비스", "Personal services"),
}


def district_names(key: str) -> Names:
    """A district by its administrative code; what lies elsewhere is told by its code."""
    return DISTRICT_NAMES.get(int(key), (f"지역 {key}", f"District {key}"))


def sector_names(key: str) -> Names:
    """A sector by the first two digits of its KSIC code."""
    return _SECTORS.get(key, (f"업종 {key}", f"Sector {key}"))


def month_names(month: int) -> Names:
    """A month (YYYYMM)."""
    year, number = divmod(month, 100)
    return f"{year}년 {number}월", f"{year}-{number:02d}"
