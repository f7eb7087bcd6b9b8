"""Demand: members who join, are active and spend, and how they answer to the effective rate.

The model is told in prose in docs/forecast.md.
"""

from __future__ import annotations

from dure.forecast.demand.demand import Demand, Drawn
from dure.forecast.demand.fitting import fit
from dure.forecast.demand.history import (
    ActiveSeen,
    CityHistory,
    Joined,
    MembersAt,
    Paid,
    RateSeen,
    Shock,
)
from dure.forecast.demand.mix import ShopClass, ShopMix, general_mix

__all__ = [
    "ActiveSeen",
    "CityHistory",
    "Demand",
    "Drawn",
    "Joined",
    "MembersAt",
    "Paid",
    "RateSeen",
    "Shock",
    "ShopClass",
    "ShopMix",
    "fit",
    "general_mix",
]
