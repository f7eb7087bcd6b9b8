"""The smaller a shop's yearly sales, the more its customers get: a rate for each sales band."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from dure.policy.eligibility import Eligibility
from dure.policy.kinds import rates
from dure.policy.kinds.kind import NOT_CHOSEN, Choose, Kind, Moment
from dure.policy.kinds.rates import Rates
from dure.policy.occasions import Occasion, SalesBand
from dure.policy.reading import Nodes, Reader
from dure.policy.sentences import Sentence

_KEY: Final = "band_rates_bp"
_BANDS: Final = {band.name.lower(): int(band) for band in SalesBand}
_NAMES: Final[dict[int, tuple[str, str]]] = {
    SalesBand.UP_TO_300M: ("연매출 3억원 이하", "yearly sales up to 300 million won"),
    SalesBand.UP_TO_500M: ("연매출 3억~5억원", "yearly sales of 300 to 500 million won"),
    SalesBand.UP_TO_1BN: ("연매출 5억~10억원", "yearly sales of 500 million to 1 billion won"),
    SalesBand.UP_TO_3BN: ("연매출 10억~30억원", "yearly sales of 1 to 3 billion won"),
    SalesBand.ABOVE_3BN: ("연매출 30억원 초과", "yearly sales above 3 billion won"),
}


def _read(reader: Reader, entries: Nodes) -> Rates | None:
    return rates.read_table(reader, entries, _KEY, _BANDS)


def _choose(terms: Rates, _line_ids: Mapping[str, int]) -> Choose:
    """The shop's own band; a band that the document does not name gets nothing."""
    bands = terms.choices

    def choose(occasion: Occasion, _left: Mapping[int, int]) -> int:
        band = occasion.shop.sales_band
        return band if band in bands else NOT_CHOSEN

    return choose


def _narrows(terms: Rates, asked: Eligibility) -> Eligibility:
    return replace(asked, sales_bands=rates.among(asked.sales_bands, terms.choices))


def _because(terms: Rates, _occasion: Occasion) -> tuple[Sentence, ...]:
    ko, en = rates.named(terms, _NAMES)
    return (Sentence("band", f"{ko} 가맹점에서만 적립됩니다.", f"Only shops with {en} earn this."),)


KIND: Final[Kind[Rates]] = Kind(
    name="band_rate",
    noun=("매출구간 캐시백", "sales-band cashback"),
    moment=Moment.PURCHASE,
    required={_KEY: "{up_to_300m: 1000, up_to_1bn: 500}"},
    optional=rates.MONTH_EXAMPLE,
    read=_read,
    choose=_choose,
    amount=rates.amount,
    numbers=rates.numbers,
    portions=rates.portions,
    ceiling_won=rates.ceiling_won,
    tells=rates.tells("band", _NAMES),
    because=_because,
    narrows=_narrows,
)
