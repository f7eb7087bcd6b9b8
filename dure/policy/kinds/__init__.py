"""The kinds of incentive there are. Adding one is one file here and one line below."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from dure.policy.kinds.kind import Kind

_FILES: Final = (
    "bracket_cashback",
    "flat_rate",
    "district_top_up",
    "instant_discount",
    "offer_bonus",
    "shop_cashback",
    "band_rate",
    "area_boost",
    "channel_rate",
    "local_maker",
    "first_purchase",
    "new_member",
    "stamp_mission",
    "step_down_ladder",
    "charge_bonus",
    "coupon",
    "lottery",
    "referral",
    "policy_allowance",
)
_ALL: Final[tuple[Kind[Any], ...]] = tuple(
    import_module(f"{__name__}.{file}").KIND for file in _FILES
)
KINDS: Final[dict[str, Kind[Any]]] = {kind.name: kind for kind in _ALL}
