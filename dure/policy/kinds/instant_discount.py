"""A benefit-plus shop takes its own percentage off at the till, within the rule's bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dure.kernel.money import BASIS_POINTS_WHOLE, share_down
from dure.policy.document_errors import Fault
from dure.policy.kinds.kind import Amount, Kind, Portions
from dure.policy.reading import Nodes, Reader


@dataclass(frozen=True, slots=True)
class ShopOffer:
    """The smallest and the largest discount that the rule allows a shop to offer."""

    rate_bp_min: int
    rate_bp_max: int


def _read(reader: Reader, entries: Nodes) -> ShopOffer | None:
    node = entries.get("shop_offer")
    if node is None:
        return None
    required = {"rate_bp_min": "300", "rate_bp_max": "700"}
    bounds = reader.mapping(node, "shop_offer", list(required), required)
    read = [reader.integer(bounds.get(key), key) for key in required]
    for key, value in zip(required, read, strict=True):
        if value is not None and value > BASIS_POINTS_WHOLE:
            reader.refuse(bounds[key], Fault.RATE_OVER_WHOLE, value=value)
            return None
    low, high = read
    if low is None or high is None:
        return None
    if low > high:
        reader.refuse(node, Fault.RATE_ORDER, low=low, high=high)
        return None
    return ShopOffer(low, high)


def _amount(terms: ShopOffer) -> Amount:
    """An offer below the smallest rate is no offer; one above the largest counts as the largest."""

    def amount(base_won: int, _month_net_won: int, benefit_plus_bp: int) -> tuple[int, int]:
        won = share_down(base_won, _rate_bp(terms, benefit_plus_bp))
        return won, won

    return amount


def _rate_bp(terms: ShopOffer, benefit_plus_bp: int) -> int:
    return min(benefit_plus_bp, terms.rate_bp_max) if benefit_plus_bp >= terms.rate_bp_min else 0


def _portions(
    terms: ShopOffer, base_won: int, _month_net_won: int, benefit_plus_bp: int
) -> Portions:
    rate_bp = _rate_bp(terms, benefit_plus_bp)
    return ((base_won, rate_bp),) if base_won and rate_bp else ()


KIND: Final[Kind[ShopOffer]] = Kind(
    name="instant_discount",
    noun=("즉시할인", "instant discount"),
    at_till=True,
    required={"shop_offer": "{rate_bp_min: 300, rate_bp_max: 700}"},
    read=_read,
    amount=_amount,
    portions=_portions,
    ceiling_won=lambda _terms: None,
)
