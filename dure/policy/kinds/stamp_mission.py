"""A stamp for every shop (or district) paid at; the payment that fills the card earns a gift.

Note [Stamps]
A stamp stands as long as a payment there stands, which the tally counts. The gift belongs to the
payment that filled the card: cancelling that one takes it back, cancelling another payment only
takes its stamp. So the order of cancellations makes no difference, and a gift taken back is earned
again by the next new stamp. The choice keeps how many stamps the card had with the payment and what
the payment did to it, for explanations and for the amount.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dure.policy.kinds.gifts import given_key, own_name
from dure.policy.kinds.kind import NOT_CHOSEN, Amount, Choose, Kind, Moment, Tally
from dure.policy.kinds.numbers import Numbers, Scale
from dure.policy.occasions import Occasion
from dure.policy.reading import Nodes, Reader
from dure.policy.sentences import Sentence

_DISTINCT: Final = ["shop", "district"]
_STAMPS_MAX: Final = 1_000
_OLD, _NEW, _FILLED = 0, 1, 2
_STATE_BITS: Final = 2


@dataclass(frozen=True, slots=True)
class Mission:
    """`won` for every `stamps` places of the sort `distinct`, up to `times_max` times."""

    rule: str
    stamps: int
    won: int
    distinct: str
    times_max: int


def _read(reader: Reader, entries: Nodes) -> Mission | None:
    stamps = reader.integer(entries.get("stamps"), "stamps", 2, _STAMPS_MAX)
    won = reader.integer(entries.get("gift_won"), "gift_won", 1)
    distinct = reader.choice(entries.get("distinct"), "distinct", _DISTINCT)
    times_max = reader.integer(entries.get("times_max"), "times_max", 1, 1_000)
    if stamps is None or won is None or distinct is None:
        return None
    return Mission(own_name(entries), stamps, won, distinct, times_max or 1)


def _tally(terms: Mission) -> Tally:
    if terms.distinct == "district":
        return lambda shop: f"district-{shop.district}"
    return lambda shop: f"shop-{shop.shop_id}"


def _choose(terms: Mission, _line_ids: Mapping[str, int]) -> Choose:
    """Counts the places whose tally stands; nothing more once the member has had every gift."""
    given, place_of = given_key(terms.rule), _tally(terms)
    front = f"ever/{terms.rule}/{terms.distinct}-"
    stamps, times_max = terms.stamps, terms.times_max

    def choose(occasion: Occasion, _left: Mapping[int, int]) -> int:
        counters = occasion.counters
        had = counters.get(given, 0)
        if had >= times_max:
            return NOT_CHOSEN
        standing = sum(1 for key, times in counters.items() if times > 0 and key.startswith(front))
        is_new = counters.get(f"ever/{terms.rule}/{place_of(occasion.shop)}", 0) <= 0
        count = standing + is_new - had * stamps
        state = _OLD if not is_new else _FILLED if count >= stamps else _NEW
        return max(0, count) << _STATE_BITS | state

    return choose


def _amount(terms: Mission) -> Amount:
    gift_won = terms.won

    def given(base_won: int, _month_net_won: int, choice: int) -> tuple[int, int]:
        filled = choice & (1 << _STATE_BITS) - 1 == _FILLED
        return (gift_won, gift_won) if filled and base_won > 0 else (0, 0)

    return given


def _numbers(terms: Mission) -> Numbers:
    def scale(choice: int) -> Scale:
        filled = choice & (1 << _STATE_BITS) - 1 == _FILLED
        return Scale(gift_won=terms.won) if filled else Scale()

    return Numbers(scale, times_max=terms.times_max, stamps=terms.stamps)


def _tells(terms: Mission, choice: int) -> tuple[Sentence, ...]:
    state, count = choice & (1 << _STATE_BITS) - 1, choice >> _STATE_BITS
    count = min(count, terms.stamps)
    so_far_ko = f"도장 {terms.stamps:,}개 가운데 {count:,}개를 모았습니다."
    so_far_en = f"{count:,} of {terms.stamps:,} stamps."
    if state == _OLD:
        where_ko, where_en = _PLACES[terms.distinct]
        ko = f"이미 도장을 받은 {where_ko}입니다. {so_far_ko}"
        return (Sentence("stamp_had", ko, f"This {where_en} has its stamp already: {so_far_en}"),)
    return (Sentence("stamp", so_far_ko, so_far_en),)


_PLACES: Final = {"shop": ("가맹점", "shop"), "district": ("군·구", "district")}


def _times_max(terms: Mission) -> int | None:
    return terms.times_max


def _because(_terms: Mission, _occasion: Occasion) -> tuple[Sentence, ...]:
    ko = "도장을 모두 모아 선물을 이미 받으셨습니다."
    return (Sentence("had", ko, "Your card was full and you have had the gift already."),)


KIND: Final[Kind[Mission]] = Kind(
    name="stamp_mission",
    noun=("도장 모으기 선물", "stamp gift"),
    moment=Moment.PURCHASE,
    required={"stamps": "5", "gift_won": "10000", "distinct": "shop"},
    optional={"times_max": "1"},
    read=_read,
    choose=_choose,
    amount=_amount,
    numbers=_numbers,
    tally=_tally,
    times_max=_times_max,
    tells=_tells,
    because=_because,
)
