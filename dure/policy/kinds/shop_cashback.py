"""Cashback that the shop pays: at a fixed rate, or at the rate that it offers on the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dure.kernel.money import share_down
from dure.policy.document_errors import Fault
from dure.policy.kinds import instant_discount
from dure.policy.kinds.instant_discount import ShopOffer
from dure.policy.kinds.kind import Amount, Choose, Kind, Moment, Payer, Portions
from dure.policy.kinds.numbers import Numbers, flat
from dure.policy.kinds.rates import read_rate
from dure.policy.occasions import Occasion
from dure.policy.reading import Nodes, Reader
from dure.policy.sentences import Sentence


@dataclass(frozen=True, slots=True)
class ShopRate:
    """Either a rate that is the same at every shop, or the bounds of the shops' own rates."""

    rate_bp: int | None
    offer: ShopOffer | None


def _read(reader: Reader, entries: Nodes) -> ShopRate | None:
    if ("rate_bp" in entries) == ("shop_offer" in entries):
        place = entries.get("shop_offer") or entries["kind"]
        reader.refuse(place, Fault.ONE_OF, one="rate_bp", other="shop_offer")
        return None
    if "shop_offer" in entries:
        offer = instant_discount.read(reader, entries)
        return None if offer is None else ShopRate(None, offer)
    rate_bp = read_rate(reader, entries["rate_bp"], "rate_bp")
    return None if rate_bp is None else ShopRate(rate_bp, None)


def _choose(terms: ShopRate, line_ids: Mapping[str, int]) -> Choose:
    """The choice is the rate."""
    if terms.offer is not None:
        return instant_discount.choose(terms.offer, line_ids)
    rate_bp = terms.rate_bp or 0

    def choose(_occasion: Occasion, _left: Mapping[int, int]) -> int:
        return rate_bp

    return choose


def _amount(_terms: ShopRate) -> Amount:
    def earned(base_won: int, _month_net_won: int, rate_bp: int) -> tuple[int, int]:
        won = share_down(base_won, rate_bp)
        return won, won

    return earned


def _numbers(terms: ShopRate) -> Numbers:
    by_offer = terms.offer is not None
    return Numbers(flat, at_offer_times=by_offer, from_offer_price=by_offer)


def _portions(_terms: ShopRate, base_won: int, _month_net_won: int, rate_bp: int) -> Portions:
    return ((base_won, rate_bp),) if base_won and rate_bp else ()


def _because(terms: ShopRate, occasion: Occasion) -> tuple[Sentence, ...]:
    assert terms.offer is not None, "a fixed rate is always chosen"
    return instant_discount.because(terms.offer, occasion)


KIND: Final[Kind[ShopRate]] = Kind(
    name="shop_cashback",
    noun=("추가 캐시백", "cashback"),
    moment=Moment.PURCHASE,
    payer=Payer.SHOP,
    required={},
    optional={"rate_bp": "300", "shop_offer": "{rate_bp_min: 300, rate_bp_max: 700}"},
    read=_read,
    choose=_choose,
    amount=_amount,
    numbers=_numbers,
    portions=_portions,
    because=_because,
)
