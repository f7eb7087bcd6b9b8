"""What a rule asks of shop, place and time, in the words in which citizens are told of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from dure.policy.eligibility import WEEKDAYS, Eligibility
from dure.policy.occasions import Channel, Mark, SalesBand
from dure.policy.words import BANDS, CHANNELS, MARKS, Names, name_of
from dure.policy.words import WEEKDAYS as DAYS

_UP_TO: Final[Mapping[int, Names]] = {
    SalesBand.UP_TO_300M: ("연매출 3억원 이하", "yearly sales up to 300 million won"),
    SalesBand.UP_TO_500M: ("연매출 5억원 이하", "yearly sales up to 500 million won"),
    SalesBand.UP_TO_1BN: ("연매출 10억원 이하", "yearly sales up to 1 billion won"),
    SalesBand.UP_TO_3BN: ("연매출 30억원 이하", "yearly sales up to 3 billion won"),
}


def asked_words(asked: Eligibility) -> dict[str, str]:
    """Sales bands, area marks, channels, weekdays and hours that a rule asks for, by name.

    Each name ends in `_ko` or `_en`; what a rule does not ask for is an empty text.
    """
    told = {
        "bands": _bands(asked),
        "marks": _joined(
            name_of(mark.name.lower(), MARKS)
            for mark in Mark
            if mark.name and asked.area_marks & mark
        ),
        "channels": _joined(
            name_of(Channel(number).name.lower(), CHANNELS) for number in sorted(asked.channels)
        ),
        "weekdays": _joined(
            (name_of(WEEKDAYS[day], DAYS) for day in sorted(asked.weekdays)), between="·"
        ),
        "hours": _joined((span, span) for span in map(_span, asked.hours)),
    }
    return {
        f"{name}_{language}": text
        for name, texts in told.items()
        for language, text in zip(("ko", "en"), texts, strict=True)
    }


def _bands(asked: Eligibility) -> Names:
    if asked.sales_bands:
        return _joined(
            name_of(SalesBand(band).name.lower(), BANDS) for band in sorted(asked.sales_bands)
        )
    return _UP_TO.get(asked.sales_band_max or 0, ("", ""))


def _joined(names: Iterable[Names], between: str = ", ") -> Names:
    listed = list(names)
    return between.join(ko for ko, _ in listed), ", ".join(en for _, en in listed)


def _span(minutes: tuple[int, int]) -> str:
    """A span of the day as 11:00–14:00."""
    return "–".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in minutes)
