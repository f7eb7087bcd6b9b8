"""More at shops of marked areas: traditional markets, weak shopping streets, islands.

When it holds (weekdays, hours) is said in `eligibility`, as for every rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dure.policy.kinds import rates
from dure.policy.kinds.kind import NOT_CHOSEN, Choose, Kind, Moment
from dure.policy.kinds.rates import Rates
from dure.policy.occasions import Mark, Occasion
from dure.policy.reading import Nodes, Reader
from dure.policy.sentences import Sentence

_KEY: Final = "mark_rates_bp"
_MARKS: Final = {str(mark.name).lower(): int(mark) for mark in Mark}
_NAMES: Final[dict[int, tuple[str, str]]] = {
    Mark.TRADITIONAL_MARKET: ("전통시장", "traditional markets"),
    Mark.WEAK_STREET: ("골목상권", "weak shopping streets"),
    Mark.ISLAND: ("도서 지역", "islands"),
}


def _read(reader: Reader, entries: Nodes) -> Rates | None:
    return rates.read_table(reader, entries, _KEY, _MARKS)


def _choose(terms: Rates, _line_ids: Mapping[str, int]) -> Choose:
    """The mark of the shop with the best rate; of two with the same, the document's first."""
    best_first = sorted(terms.by_choice, key=lambda entry: -entry[1])
    marks = tuple(mark for mark, _ in best_first)

    def choose(occasion: Occasion, _left: Mapping[int, int]) -> int:
        of_shop = occasion.shop.marks
        for mark in marks:
            if of_shop & mark:
                return mark
        return NOT_CHOSEN

    return choose


def _because(terms: Rates, _occasion: Occasion) -> tuple[Sentence, ...]:
    ko, en = rates.named(terms, _NAMES)
    return (Sentence("mark", f"{ko} 가맹점에서만 적립됩니다.", f"Only shops in {en} earn this."),)


KIND: Final[Kind[Rates]] = Kind(
    name="area_boost",
    noun=("상권 추가 캐시백", "area boost"),
    moment=Moment.PURCHASE,
    required={_KEY: "{traditional_market: 500, weak_street: 300}"},
    optional=rates.MONTH_EXAMPLE,
    read=_read,
    choose=_choose,
    amount=rates.amount,
    numbers=rates.numbers,
    portions=rates.portions,
    ceiling_won=rates.ceiling_won,
    tells=rates.tells("mark", _NAMES),
    because=_because,
)
