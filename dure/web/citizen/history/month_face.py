"""A month in sums and pictures: the months beside it as columns, what was paid where as bars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dure.merchants.sectors import ShopGroup, group_of
from dure.wallets.months import Month, SectorSum, month_before
from dure.web.citizen.history.words import HISTORY_WORDS, MONTH_WORDS
from dure.web.citizen.shops.words import GROUPS
from dure.web.shared.amounts import exact_won, share_percent, short_won
from dure.web.shared.charts import bar_length
from dure.web.shared.charts_days import month_label, short_month_label
from dure.web.shared.charts_scale import UNITS, axis_of
from dure.web.shared.language import Language

_COLUMNS: Final = 12
_TOP: Final = 120
"""Units of the picture that are left for the month's name below and the amount above."""


@dataclass(frozen=True, slots=True)
class TotalsFace:
    """The sums of a month."""

    paid: str
    earned: str
    discount: str
    count: str
    has_saved: bool


@dataclass(frozen=True, slots=True)
class ColumnFace:
    """One month of the picture, in a box of 1,200 by 1,000 units."""

    x: int
    middle: int
    y: int
    height: int
    name: str
    won: str
    address: int
    is_chosen: bool
    has_page: bool


@dataclass(frozen=True, slots=True)
class BarFace:
    """What was paid in one kind of shop; the bar is of 1,000."""

    name: str
    won: str
    share: str
    count: str
    bar: int


@dataclass(frozen=True, slots=True)
class MonthFace:
    """The page of a month."""

    totals: TotalsFace
    saved: str
    saved_share: str
    columns: tuple[ColumnFace, ...]
    columns_said: str
    bars: tuple[BarFace, ...]


def totals_face(month: Month, language: Language) -> TotalsFace:
    """The sums of a month in the reader's words."""
    return TotalsFace(
        paid=exact_won(month.paid_won, language),
        earned=exact_won(month.earned_won, language),
        discount=exact_won(month.discount_won, language),
        count=language.choose(*HISTORY_WORDS[_count_word(month.payments)]).format(
            count=f"{month.payments:,}"
        ),
        has_saved=bool(month.earned_won or month.discount_won),
    )


def month_face(
    chosen: Month, months: list[Month], sectors: list[SectorSum], language: Language
) -> MonthFace:
    """A month among `months` (of which some may be missing) with what was paid where."""
    saved_won = chosen.earned_won + chosen.discount_won
    share = share_percent(saved_won, chosen.paid_won + chosen.discount_won)
    return MonthFace(
        totals=totals_face(chosen, language),
        saved=exact_won(saved_won, language),
        saved_share=language.choose(*MONTH_WORDS["saved_share"]).format(share=share),
        columns=_columns(chosen, months, language),
        columns_said=_said(chosen, months, language),
        bars=_bars(sectors, language),
    )


def month_name(month: int, language: Language) -> str:
    """As "2019년 10월" or "October 2019"."""
    return month_label(month, language)


def _columns(chosen: Month, months: list[Month], language: Language) -> tuple[ColumnFace, ...]:
    """The twelve months up to the newest, or up to the chosen one where that lies before them."""
    by_number = {one.month: one for one in months}
    newest = max([one.month for one in months] or [chosen.month])
    shown = _twelve_until(newest)
    if chosen.month < shown[0]:
        shown = _twelve_until(chosen.month)
    won = [max(0, by_number[one].paid_won) if one in by_number else 0 for one in shown]
    axis = axis_of(won)
    step = UNITS // _COLUMNS
    faces = []
    for place, (number, amount_won) in enumerate(zip(shown, won, strict=True)):
        height = axis.place(amount_won) * (UNITS - _TOP) // UNITS
        faces.append(
            ColumnFace(
                x=place * step + step // 6,
                middle=place * step + step // 2,
                y=UNITS - height,
                height=height,
                name=short_month_label(number, language),
                won=short_won(amount_won, language),
                address=number,
                is_chosen=number == chosen.month,
                has_page=number in by_number,
            )
        )
    return tuple(faces)


def _twelve_until(last: int) -> list[int]:
    shown = [last]
    while len(shown) < _COLUMNS:
        shown.append(month_before(shown[-1]))
    return shown[::-1]


def _said(chosen: Month, months: list[Month], language: Language) -> str:
    name, won = month_label(chosen.month, language), exact_won(chosen.paid_won, language)
    before = next((one for one in months if one.month == month_before(chosen.month)), None)
    if before is None:
        return language.choose(f"{name}에 {won}을 결제했습니다.", f"{won} were paid in {name}.")
    more_won = chosen.paid_won - before.paid_won
    apart = exact_won(abs(more_won), language)
    if not more_won:
        return language.choose("전달과 같습니다.", "As much as in the month before.")
    return language.choose(
        f"전달보다 {apart} {'더' if more_won > 0 else '덜'} 결제했습니다.",
        f"{apart} {'more' if more_won > 0 else 'less'} than in the month before.",
    )


def _bars(sectors: list[SectorSum], language: Language) -> tuple[BarFace, ...]:
    """What was paid in each kind of shop, the most first."""
    won: dict[ShopGroup, int] = {}
    count: dict[ShopGroup, int] = {}
    for one in sectors:
        group = group_of(one.sector)
        won[group] = won.get(group, 0) + one.paid_won
        count[group] = count.get(group, 0) + one.payments
    paid = {group: amount for group, amount in won.items() if amount > 0}
    whole, largest = sum(paid.values()), max(paid.values(), default=0)
    return tuple(
        BarFace(
            name=language.choose(*GROUPS[group]),
            won=exact_won(amount_won, language),
            share=share_percent(amount_won, whole),
            count=language.choose(*MONTH_WORDS[_count_word(count[group])]).format(
                count=f"{count[group]:,}"
            ),
            bar=bar_length(amount_won, largest),
        )
        for group, amount_won in sorted(paid.items(), key=lambda pair: -pair[1])
    )


def _count_word(count: int) -> str:
    """The word for so many payments: English has another for one."""
    return "count_one" if count == 1 else "count"
