"""A benefit-plus shop takes its own percentage off at the till, within the rule's bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dure.kernel.money import BASIS_POINTS_WHOLE, share_down
from dure.policy.document_errors import Fault
from dure.policy.kinds.kind import NOT_CHOSEN, Amount, Choose, Kind, Moment, Payer, Portions
from dure.policy.occasions import Occasion
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


def _choose(terms: ShopOffer, _line_ids: Mapping[str, int]) -> Choose:
    """The shop's own rate. Below the smallest rate is no offer, above the largest the largest."""
    low, high = terms.rate_bp_min, terms.rate_bp_max

    def choose(occasion: Occasion, _left: Mapping[int, int]) -> int:
        offered_bp = occasion.shop.benefit_plus_bp
        if offered_bp < low:
            return NOT_CHOSEN
        return offered_bp if offered_bp < high else high

    return choose


def _amount(_terms: ShopOffer) -> Amount:
    def amount(base_won: int, _month_net_won: int, rate_bp: int) -> tuple[int, int]:
        won = share_down(base_won, rate_bp)
        return won, won

    return amount


def _portions(_terms: ShopOffer, base_won: int, _month_net_won: int, rate_bp: int) -> Portions:
    return ((base_won, rate_bp),) if base_won and rate_bp else ()


KIND: Final[Kind[ShopOffer]] = Kind(
    name="instant_discount",
    noun=("즉시할인", "instant discount"),
    moment=Moment.TILL,
    payer=Payer.SHOP,
    required={"shop_offer": "{rate_bp_min: 300, rate_bp_max: 700}"},
    read=_read,
    choose=_choose,
    amount=_amount,
    portions=_portions,
)
