"""Invents names: plain Korean words with running numbers, so that nobody takes them for real."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dure.demo.sectors import ALL_SECTORS
from dure.policy.districts import DISTRICT_NAMES

WORDS: Final = (
    "가온", "나래", "다솜", "라온", "마루", "바다", "새벽", "아라", "자람", "한결", "늘봄", "도담",
    "미르", "보람", "소담", "여울", "온새", "이든", "하늘", "윤슬", "별솔", "달빛", "꽃담", "노을",
    "두루", "맑음", "샛별", "푸름", "단비", "시나", "가람", "너울", "모아", "솔빛", "차오름",
    "해오름",
)  # fmt: skip

Ints = NDArray[np.int64]


def member_names(member_id: Ints) -> list[str]:
    """One name for each member: a word and the number."""
    return [f"시민 {WORDS[number * 17 % len(WORDS)]}-{number}" for number in member_id.tolist()]


def shop_names(shop_id: Ints, sector: Ints) -> list[str]:
    """One name for each shop: a word, what it sells, and the number."""
    names = []
    for number, position in zip(shop_id.tolist(), sector.tolist(), strict=True):
        words = ALL_SECTORS[position].words
        trade = words[number * 7 % len(words)]
        names.append(f"{WORDS[number * 13 % len(WORDS)]}{trade} {number}호")
    return names


def addresses(shop_id: Ints, district: Ints) -> list[str]:
    """One address for each shop, in a street that does not exist."""
    return [
        f"인천광역시 {DISTRICT_NAMES[code][0]} "
        f"{WORDS[number * 11 % len(WORDS)]}견본길 {number % 240 + 1}"
        for number, code in zip(shop_id.tolist(), district.tolist(), strict=True)
    ]
