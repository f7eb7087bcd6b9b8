"""What a district adds where a benefit-plus shop takes something off itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dure.policy.document_errors import Fault
from dure.policy.kinds import bracket_cashback as brackets
from dure.policy.kinds.bracket_cashback import OPEN_WON, Bracket, Brackets
from dure.policy.kinds.instant_discount import offer_holds
from dure.policy.kinds.kind import NOT_CHOSEN, Amount, Choose, Kind, Moment, Portions
from dure.policy.kinds.numbers import Numbers
from dure.policy.kinds.rates import MONTH_KEY, read_single
from dure.policy.occasions import Occasion
from dure.policy.reading import Nodes, Reader
from dure.policy.sentences import Sentence, percent

_OFFER_KEY: Final = "offer_bp_min"


@dataclass(frozen=True, slots=True)
class OfferBonus:
    """The district's brackets, and the smallest discount of the shop at which they hold."""

    brackets: Brackets
    offer_bp_min: int


def _read(reader: Reader, entries: Nodes) -> OfferBonus | None:
    offer_bp_min = reader.integer(entries.get(_OFFER_KEY), _OFFER_KEY, 1, 10_000) or 1
    if ("brackets" in entries) == ("rate_bp" in entries):
        place = entries.get("brackets") or entries["kind"]
        reader.refuse(place, Fault.ONE_OF, one="brackets", other="rate_bp")
        return None
    read = brackets.read(reader, entries) if "brackets" in entries else _flat(reader, entries)
    if "brackets" in entries and MONTH_KEY in entries:
        reader.refuse(entries[MONTH_KEY], Fault.ONE_OF, one="brackets", other=MONTH_KEY)
        return None
    return None if read is None else OfferBonus(read, offer_bp_min)


def _flat(reader: Reader, entries: Nodes) -> Brackets | None:
    read = read_single(reader, entries)
    if read is None:
        return None
    ((_, rate_bp),) = read.by_choice
    return Brackets((Bracket(0, read.month_payments_won_max or OPEN_WON, rate_bp),))


def _choose(terms: OfferBonus, _line_ids: Mapping[str, int]) -> Choose:
    """Holds on the days and at the hours of the shop's offer, whatever its smallest price is."""
    low = terms.offer_bp_min

    def choose(occasion: Occasion, _left: Mapping[int, int]) -> int:
        shop = occasion.shop
        if shop.benefit_plus_bp < low:
            return NOT_CHOSEN
        offer = shop.offer
        if offer is not None and not offer_holds(offer, occasion.at_us, offer.payment_won_min):
            return NOT_CHOSEN
        return 0

    return choose


def _amount(terms: OfferBonus) -> Amount:
    return brackets.amount(terms.brackets)


def _numbers(terms: OfferBonus) -> Numbers:
    return brackets.numbers(terms.brackets)._replace(at_offer_times=True)


def _portions(terms: OfferBonus, base_won: int, month_net_won: int, choice: int) -> Portions:
    return brackets.portions(terms.brackets, base_won, month_net_won, choice)


def _ceiling_won(terms: OfferBonus) -> int | None:
    return brackets.ceiling_won(terms.brackets)


def _because(terms: OfferBonus, occasion: Occasion) -> tuple[Sentence, ...]:
    least = percent(terms.offer_bp_min)
    if not occasion.shop.benefit_plus_bp:
        ko = "지금 즉시할인을 하는 혜택+ 가맹점에서만 받을 수 있습니다."
        return (Sentence("no_offer", ko, "Only shops with a discount of their own give this."),)
    if occasion.shop.benefit_plus_bp >= terms.offer_bp_min:
        ko = "가맹점의 즉시할인이 없는 요일이나 시간입니다."
        return (Sentence("offer_terms", ko, "The shop's discount is on at other days or hours."),)
    ko = f"가맹점의 즉시할인이 {least} 이상일 때만 받을 수 있습니다."
    return (Sentence("offer_min", ko, f"Only shops that take off {least} or more give this."),)


KIND: Final[Kind[OfferBonus]] = Kind(
    name="offer_bonus",
    noun=("혜택+ 추가 캐시백", "benefit-plus bonus"),
    moment=Moment.PURCHASE,
    required={},
    optional={
        "brackets": "[{from_won: 0, below_won: 300000, rate_bp: 200}]",
        "rate_bp": "200",
        MONTH_KEY: "300000",
        _OFFER_KEY: "300",
    },
    district_only=True,
    read=_read,
    choose=_choose,
    amount=_amount,
    numbers=_numbers,
    portions=_portions,
    ceiling_won=_ceiling_won,
    because=_because,
)
