"""A receipt that says why: the component that every audience sees, as plain values for a template.

The same component shows a payment that has happened and one that is only asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dure.kernel.calendar import seoul
from dure.policy.audiences import Audience, Told
from dure.policy.districts import DISTRICT_NAMES
from dure.wallets.history import HistoryLine
from dure.web.shared.amounts import exact_won
from dure.web.shared.calculator import Calculation
from dure.web.shared.language import Language
from dure.web.shared.payment_told import PaymentTold


@dataclass(frozen=True, slots=True)
class Given:
    """One rule that holds: what it gives, how that came about, what limited it, who pays."""

    won: str
    title: str
    how: tuple[str, ...]
    funding: tuple[tuple[str, str], ...]
    key: str


@dataclass(frozen=True, slots=True)
class Missing:
    """One rule that gives nothing, and why."""

    title: str
    why: tuple[str, ...]
    key: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the bill; `is_sum` for the one that counts."""

    label: str
    won: str
    is_sum: bool = False


@dataclass(frozen=True, slots=True)
class ReceiptFace:
    """The whole component. `elsewhere` tells of rules of other districts that are left out."""

    shop: str
    where: str
    time: str
    machine_time: str
    rows: tuple[Row, ...]
    given: tuple[Given, ...]
    missing: tuple[Missing, ...]
    elsewhere: str
    shows_keys: bool


Titles = Mapping[str, tuple[str, str]]
"""Budget lines by name, in Korean and English."""


def shown(missing: Iterable[Told], audience: Audience) -> tuple[Told, ...]:
    """What an audience is told of: to officials all, to others nothing about other districts."""
    if audience is Audience.OFFICIAL:
        return tuple(missing)
    return tuple(told for told in missing if not told.is_elsewhere)


def text_of(told: Told, language: Language) -> str:
    """The sentences of one rule as one text; a sum that others follow is closed by a full stop."""
    said = _sentences(told, language)
    closed = [text if text.endswith(".") else f"{text}." for text in said[:-1]]
    return " ".join([*closed, *said[-1:]])


def calculation_face(
    calculation: Calculation, audience: Audience, language: Language, titles: Titles
) -> ReceiptFace:
    """The component for a payment that is only asked about."""
    rows = [Row(language.choose("가격", "Price"), exact_won(calculation.price_won, language))]
    if calculation.discount_won:
        off = language.choose("가게 즉시할인", "Shop's discount")
        rows.append(Row(off, exact_won(-calculation.discount_won, language)))
    if calculation.coupon_won:
        rows.append(
            Row(language.choose("쿠폰", "Coupon"), exact_won(-calculation.coupon_won, language))
        )
    rows += [
        Row(language.choose("내는 돈", "To pay"), exact_won(calculation.due_won, language), True),
        Row(language.choose("캐시백", "Cashback"), _plus(calculation.earned_won, language), True),
    ]
    return _face(
        calculation.shop_name, calculation.district, calculation.at_us, rows,
        calculation.given, calculation.missing, audience, language, titles,
    )  # fmt: skip


def receipt_face(
    line: HistoryLine,
    district: int,
    told: PaymentTold,
    audience: Audience,
    language: Language,
    titles: Titles,
) -> ReceiptFace:
    """The component for a payment that has happened."""
    earned_won = sum(one.won for one in line.incentive)
    due_won = line.amount_won - line.discount_won - line.coupon_won
    rows = [Row(language.choose("가격", "Price"), exact_won(line.amount_won, language))]
    if line.discount_won:
        off = language.choose("가게 즉시할인", "Shop's discount")
        rows.append(Row(off, exact_won(-line.discount_won, language)))
    if line.coupon_won:
        rows.append(Row(language.choose("쿠폰", "Coupon"), exact_won(-line.coupon_won, language)))
    rows += [
        Row(language.choose("낸 돈", "Paid"), exact_won(due_won, language), True),
        Row(language.choose("캐시백", "Cashback"), _plus(earned_won, language), True),
    ]
    off_price = [one for one in (told.discount, told.coupon) if one is not None]
    given = (*off_price, *told.given)
    return _face(
        line.shop_name_ko or "", district, line.occurred_at_us, rows,
        given, told.missing, audience, language, titles,
    )  # fmt: skip


def _face(
    shop: str,
    district: int,
    at_us: int,
    rows: Iterable[Row],
    given: Iterable[Told],
    missing: Iterable[Told],
    audience: Audience,
    language: Language,
    titles: Titles,
) -> ReceiptFace:
    given, missing = tuple(given), tuple(missing)
    limited = [one for one in given if not one.won]
    told = shown(missing, audience)
    left_out = len(missing) - len(told)
    local = seoul(at_us)
    return ReceiptFace(
        shop=shop,
        where=language.choose(*DISTRICT_NAMES.get(district, ("", ""))),
        time=local.strftime("%Y-%m-%d %H:%M"),
        machine_time=local.isoformat(timespec="seconds"),
        rows=tuple(rows),
        given=tuple(_given(one, language, titles) for one in given if one.won),
        missing=tuple(_missing(one, language) for one in (*limited, *told)),
        elsewhere=_elsewhere(left_out, language),
        shows_keys=audience is Audience.OFFICIAL,
    )


def _given(told: Told, language: Language, titles: Titles) -> Given:
    sign = -1 if told.is_off_price else 1
    won = told.won * sign
    return Given(
        won=_plus(won, language),
        title=language.choose(told.title.ko, told.title.en),
        how=tuple(_sentences(told, language, but="funding")),
        funding=tuple(
            (_line_title(name, language, titles), exact_won(part, language))
            for name, part in told.funding
        ),
        key=told.key,
    )


def _missing(told: Told, language: Language) -> Missing:
    title = language.choose(told.title.ko, told.title.en)
    return Missing(title, tuple(_sentences(told, language)), told.key)


def _line_title(name: str, language: Language, titles: Titles) -> str:
    if name == "shop":
        return language.choose("가맹점", "The shop")
    return language.choose(*titles.get(name, (name, name)))


def _sentences(told: Told, language: Language, but: str = "") -> list[str]:
    said = (sentence for sentence in told.sentences if sentence.code != but)
    return [language.choose(sentence.ko, sentence.en) for sentence in said]


def _elsewhere(count: int, language: Language) -> str:
    if not count:
        return ""
    return language.choose(
        f"다른 구·군의 혜택 {count}가지는 빼고 보여 드립니다.",
        f"{count} benefits of other districts are left out."
        if count > 1
        else "One benefit of another district is left out.",
    )


def _plus(won: int, language: Language) -> str:
    return ("+" if won > 0 else "") + exact_won(won, language)
