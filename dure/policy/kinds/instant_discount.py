"""A benefit-plus shop takes its own percentage off at the till, within the rule's bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dure.kernel.calendar import minute_of_day, weekday_of
from dure.kernel.money import BASIS_POINTS_WHOLE, share_down
from dure.policy.document_errors import Fault
from dure.policy.kinds.kind import NOT_CHOSEN, Amount, Choose, Kind, Moment, Payer, Portions
from dure.policy.kinds.numbers import Numbers, flat
from dure.policy.occasions import Occasion, OfferTerms
from dure.policy.reading import Nodes, Reader
from dure.policy.sentences import Sentence, percent


@dataclass(frozen=True, slots=True)
class ShopOffer:
    """The smallest and the largest discount that the rule allows a shop to offer."""

    rate_bp_min: int
    rate_bp_max: int


_NOT_THE_RULES: Final = ("caps", "stops_when", "best_of")
"""What nobody would look at: of discounts the largest holds, and the shop says how far it goes."""


def _read(reader: Reader, entries: Nodes) -> ShopOffer | None:
    for key in _NOT_THE_RULES:
        if key in entries:
            reader.refuse(entries[key], Fault.LIMITS_OF_SHOP, kind="instant_discount", key=key)
    return read(reader, entries)


def read(reader: Reader, entries: Nodes) -> ShopOffer | None:
    """Reads `shop_offer`, the bounds of what shops may offer."""
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


def choose(terms: ShopOffer, _line_ids: Mapping[str, int]) -> Choose:
    """The shop's own rate. Below the smallest rate is no offer, above the largest the largest.

    The shop's monthly ceiling is not asked for here: what is left of it is known at the till.
    """
    low, high = terms.rate_bp_min, terms.rate_bp_max

    def rate_of(occasion: Occasion, _left: Mapping[int, int]) -> int:
        offered_bp = occasion.shop.benefit_plus_bp
        if offered_bp < low:
            return NOT_CHOSEN
        offer = occasion.shop.offer
        if offer is not None and not offer_holds(offer, occasion.at_us, occasion.amount_won):
            return NOT_CHOSEN
        return offered_bp if offered_bp < high else high

    return rate_of


def offer_holds(terms: OfferTerms, at_us: int, price_won: int) -> bool:
    """Whether the shop gives its discount at the instant, for a price before the discount."""
    if price_won < terms.payment_won_min or not terms.weekdays >> weekday_of(at_us) & 1:
        return False
    return terms.from_minute <= minute_of_day(at_us) < terms.until_minute


def _amount(_terms: ShopOffer) -> Amount:
    def amount(base_won: int, _month_net_won: int, rate_bp: int) -> tuple[int, int]:
        won = share_down(base_won, rate_bp)
        return won, won

    return amount


def _numbers(_terms: ShopOffer) -> Numbers:
    return Numbers(flat, at_offer_times=True, from_offer_price=True)


def _portions(_terms: ShopOffer, base_won: int, _month_net_won: int, rate_bp: int) -> Portions:
    return ((base_won, rate_bp),) if base_won and rate_bp else ()


def because(terms: ShopOffer, occasion: Occasion) -> tuple[Sentence, ...]:
    """Why the shop takes nothing off: it has no offer, one that is too small, or not now."""
    offered_bp = occasion.shop.benefit_plus_bp
    if not offered_bp:
        ko = "혜택+ 가맹점에서만 받을 수 있습니다."
        return (Sentence("no_offer", ko, "Only benefit-plus shops give this."),)
    if offered_bp < terms.rate_bp_min:
        least = percent(terms.rate_bp_min)
        ko = f"가맹점의 혜택이 {least} 이상일 때만 받을 수 있습니다."
        return (Sentence("offer_min", ko, f"Only offers of {least} or more count."),)
    ko = "가맹점이 정한 요일·시간·최소 금액에 맞지 않습니다."
    en = "The shop gives this on other days, at other hours or for larger amounts."
    return (Sentence("offer_terms", ko, en),)


KIND: Final[Kind[ShopOffer]] = Kind(
    name="instant_discount",
    noun=("즉시할인", "instant discount"),
    moment=Moment.TILL,
    payer=Payer.SHOP,
    required={"shop_offer": "{rate_bp_min: 300, rate_bp_max: 700}"},
    read=_read,
    choose=choose,
    amount=_amount,
    numbers=_numbers,
    portions=_portions,
    because=because,
)
