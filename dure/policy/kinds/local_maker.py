"""Goods of local makers earn without a limit, outside the month's net payments.

The trade that it holds for is the kind's own; the city's other rules exclude it
(`trades: {excluded: [local_maker]}`) or share a `best_of` with this one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from dure.policy.eligibility import Eligibility, Listed
from dure.policy.kinds import rates
from dure.policy.kinds.kind import NOT_CHOSEN, Choose, Kind, Moment
from dure.policy.kinds.rates import Rates
from dure.policy.occasions import Occasion, Trade
from dure.policy.reading import Nodes, Reader
from dure.policy.sentences import Sentence

_LOCAL_MAKER: Final = int(Trade.LOCAL_MAKER)


def _read(reader: Reader, entries: Nodes) -> Rates | None:
    rate_bp = rates.read_rate(reader, entries.get("rate_bp"), "rate_bp")
    return None if rate_bp is None else Rates(((0, rate_bp),))


def _choose(_terms: Rates, _line_ids: Mapping[str, int]) -> Choose:
    def choose(occasion: Occasion, _left: Mapping[int, int]) -> int:
        return 0 if occasion.shop.trade == _LOCAL_MAKER else NOT_CHOSEN

    return choose


def _tells(_terms: Rates, _choice: int) -> tuple[Sentence, ...]:
    ko = "이 결제는 이번 달 결제 한도에 들어가지 않습니다."
    return (Sentence("outside_month", ko, "This payment does not count into the month's limit."),)


def _narrows(_terms: Rates, asked: Eligibility) -> Eligibility:
    return replace(asked, trades=Listed((Trade.LOCAL_MAKER.name.lower(),)))


def _because(_terms: Rates, _occasion: Occasion) -> tuple[Sentence, ...]:
    ko = "지역 생산품 가맹점에서만 적립됩니다."
    return (Sentence("local_maker", ko, "Only shops of local makers earn this."),)


KIND: Final[Kind[Rates]] = Kind(
    name="local_maker",
    noun=("지역생산품 캐시백", "local-maker cashback"),
    moment=Moment.PURCHASE,
    required={"rate_bp": "1000"},
    outside_month=True,
    read=_read,
    choose=_choose,
    amount=rates.amount,
    numbers=rates.numbers,
    portions=rates.portions,
    tells=_tells,
    because=_because,
    narrows=_narrows,
)
