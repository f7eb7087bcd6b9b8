"""A rate for each way of paying: QR, the mall, taxis, delivery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from dure.policy.eligibility import Eligibility
from dure.policy.kinds import rates
from dure.policy.kinds.kind import NOT_CHOSEN, Choose, Kind, Moment
from dure.policy.kinds.rates import Rates
from dure.policy.occasions import Channel, Occasion
from dure.policy.reading import Nodes, Reader
from dure.policy.sentences import Sentence

_KEY: Final = "channel_rates_bp"
_CHANNELS: Final = {channel.name.lower(): int(channel) for channel in Channel}
_NAMES: Final[dict[int, tuple[str, str]]] = {
    Channel.CARD: ("카드 결제", "card payments"),
    Channel.QR: ("QR 결제", "QR payments"),
    Channel.ONLINE: ("온라인 결제", "online payments"),
    Channel.TAXI: ("택시 결제", "taxi payments"),
    Channel.DELIVERY: ("배달 주문 결제", "delivery orders"),
    Channel.MARKET: ("전통시장 장보기 결제", "market orders"),
    Channel.MALL: ("쇼핑몰 결제", "mall orders"),
}


def _read(reader: Reader, entries: Nodes) -> Rates | None:
    return rates.read_table(reader, entries, _KEY, _CHANNELS)


def _choose(terms: Rates, _line_ids: Mapping[str, int]) -> Choose:
    channels = terms.choices

    def choose(occasion: Occasion, _left: Mapping[int, int]) -> int:
        channel = int(occasion.channel)
        return channel if channel in channels else NOT_CHOSEN

    return choose


def _narrows(terms: Rates, asked: Eligibility) -> Eligibility:
    return replace(asked, channels=rates.among(asked.channels, terms.choices))


def _because(terms: Rates, _occasion: Occasion) -> tuple[Sentence, ...]:
    ko, en = rates.named(terms, _NAMES)
    return (Sentence("channel", f"{ko}에만 적립됩니다.", f"Only {en} earn this."),)


KIND: Final[Kind[Rates]] = Kind(
    name="channel_rate",
    noun=("결제수단 캐시백", "channel cashback"),
    moment=Moment.PURCHASE,
    required={_KEY: "{qr: 100, mall: 300}"},
    optional=rates.MONTH_EXAMPLE,
    read=_read,
    choose=_choose,
    amount=rates.amount,
    numbers=rates.numbers,
    portions=rates.portions,
    ceiling_won=rates.ceiling_won,
    tells=rates.tells("channel", _NAMES),
    because=_because,
    narrows=_narrows,
)
