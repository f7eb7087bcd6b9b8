"""With what a new rule begins: an example of its kind, to be changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from dure.kernel.calendar import day_of
from dure.policy.districts import CITY, DISTRICT_NAMES
from dure.policy.kinds import KINDS
from dure.policy.kinds.kind import Payer

_DAYS_AHEAD: Final = 30
_DAYS_LONG: Final = 90
_ASKS: Final = {"new_member": "eligibility: {joined_within_days: 30}\n"}
_CHOSEN: Final = {
    "offer_bonus": "rate_bp: 200\n",
    "shop_cashback": "rate_bp: 300\n",
    "policy_allowance": "valid_days: 90\n",
}
"""Of two keys that a kind may have, the one with which an example begins."""
_OWN: Final = {
    "brackets": "brackets:\n  - {from_won: 0, below_won: 300000, rate_bp: 300}\n",
    "steps": (
        "steps:\n"
        "  - {left_from_won: 10000000000, rate_bp: 600}\n"
        "  - {left_from_won: 3000000000, rate_bp: 300}\n"
        "  - {left_from_won: 0, rate_bp: 100}\n"
    ),
}
TITLES: Final[dict[str, tuple[str, str]]] = {
    "bracket_cashback": ("구간 캐시백", "Cashback in brackets"),
    "flat_rate": ("정률 캐시백", "Flat cashback"),
    "district_top_up": ("구·군 추가 캐시백", "District top-up"),
    "step_down_ladder": ("예산 연동 캐시백", "Cashback that follows the budget"),
    "area_boost": ("상권 추가 캐시백", "Area boost"),
    "band_rate": ("매출구간 캐시백", "Cashback by sales band"),
    "channel_rate": ("결제수단 캐시백", "Cashback by way of paying"),
    "offer_bonus": ("혜택+ 추가 캐시백", "Benefit-plus bonus"),
    "instant_discount": ("가맹점 즉시할인", "Shops' instant discount"),
    "shop_cashback": ("가맹점 캐시백", "Cashback by shops"),
    "local_maker": ("지역생산품 캐시백", "Local makers"),
    "first_purchase": ("첫 결제", "First payment"),
    "new_member": ("가입 축하", "Welcome"),
    "stamp_mission": ("도장 모으기", "Stamp card"),
    "charge_bonus": ("충전 보너스", "Top-up bonus"),
    "coupon": ("쿠폰", "Coupon"),
    "lottery": ("추첨", "Lottery"),
    "referral": ("친구 초대", "Referral"),
    "policy_allowance": ("정책수당", "Policy allowance"),
}
"""What the kinds are called where one is chosen."""


def example_of(kind: str, rule: str, scope: int, now_us: int, line: str) -> str:
    """A document of the kind that reads, with a month's time until it begins.

    `line` is a budget line to begin with; `scope` a district by code, or `CITY`. A kind that is for
    districts alone begins with the first of them where the scope is the city.
    """
    found = KINDS[kind]
    if found.district_only and scope == CITY:
        scope = min(DISTRICT_NAMES)
    first = day_of(now_us) + timedelta(days=_DAYS_AHEAD)
    last = first + timedelta(days=_DAYS_LONG)
    ko, en = TITLES.get(kind, (found.noun[0], found.noun[1]))
    own = [
        _OWN.get(key, f"{key}: {example}\n")
        for key, example in found.required.items()
        if key not in ("eligibility", "funding")
    ]
    own = [text.replace("incheon-2021-city", line) if text[:4] == "line" else text for text in own]
    own.append(_CHOSEN.get(kind, ""))
    paid = "funding: shop\n" if found.payer is Payer.SHOP else _funding(line)
    return (
        f"id: {rule}\nversion: 1\nkind: {kind}\n"
        f"title:\n  ko: {ko}\n  en: {en}\n"
        f"scope: {'city' if scope == CITY else DISTRICT_NAMES[scope][0]}\n"
        f"period:\n  from: {first}\n  until: {last}\n"
        f"{_ASKS.get(kind, '')}{''.join(own)}{paid}"
        "sources:\n  - https://example.org/\n"
    )


def _funding(line: str) -> str:
    return f"funding:\n  of: 1\n  lines:\n    {line}: 1\n"
