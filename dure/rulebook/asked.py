"""What `dure policy explain` is asked: a payment in words, and the facts it stands for."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from dure.kernel.calendar import SEOUL, to_us
from dure.kernel.money import BASIS_POINTS_WHOLE
from dure.policy.audiences import Audience
from dure.policy.districts import DISTRICT_CODES
from dure.policy.evaluate import CompiledRule
from dure.policy.occasions import Channel, Mark, MemberFacts, SalesBand, ShopFacts, Trade
from dure.policy.reading import nearest

PLENTY_WON: Final = 10**15
"""What a budget line is taken to hold where nobody says what is left of it."""
AMOUNT_WON_MAX: Final = 10**12
NOWHERE: Final = MemberFacts(district=0, birth_year=0, level=0)
"""A member of whom nothing is known."""


class Asked(NamedTuple):
    """A payment and all that its rules may know. Amounts are whole won.

    `left_won` is what is left of budget lines, by id; `titles` names lines in Korean and English;
    `shop_gave_won` is what the shop has taken off at the till in the month.
    """

    at_us: int
    price_won: int
    channel: int
    shop: ShopFacts
    shop_name: str
    member: MemberFacts
    month_net_won: int
    counters: Mapping[str, int]
    rules: tuple[CompiledRule, ...]
    left_won: Mapping[int, int]
    used_won: Mapping[int, int]
    titles: Mapping[str, tuple[str, str]]
    shop_gave_won: int = 0


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `dure policy explain`."""
    parser.add_argument("--amount", type=won, required=True, help="the price in won, as 60,000")
    parser.add_argument("--date", type=instant, help="2020-05-01 or 2019-08-01T06:00; default: now")
    parser.add_argument("--shop", metavar="CODE", help="a shop of the running city's database")
    parser.add_argument("--member", type=int, metavar="ID", help="a member of that database")
    where = parser.add_argument_group("without a database: what the shop is")
    where.add_argument("--district", type=district, help="서구, Seo-gu or 28260")
    where.add_argument("--offer-bp", type=basis_points, default=0, help="its discount, 300 is 3%%")
    where.add_argument(
        "--sales-band", type=_Word(SalesBand), default=1, help="up_to_300m … above_3bn"
    )
    where.add_argument("--trade", type=_Word(Trade), default=0, help="ordinary, hypermarket, …")
    where.add_argument(
        "--mark", type=_Word(Mark), action="append", default=[], help="traditional_market, …"
    )
    where.add_argument("--sector", default="56111", help="its KSIC code")
    where.add_argument("--mcc", default="5812", help="its card trade code")
    who = parser.add_argument_group("without a database: who pays, and how")
    who.add_argument("--channel", type=_Word(Channel), default=1, help="card, qr, delivery, …")
    who.add_argument("--month-so-far", type=won, default=0, help="net payments of the month before")
    who.add_argument("--member-district", type=district, default=0)
    who.add_argument("--birth-year", type=int, default=0)
    who.add_argument("--level", type=int, default=0, help="verified level")
    parser.add_argument(
        "--left", type=line_left, action="append", default=[], metavar="LINE=WON",
        help="what is left of a budget line; default: plenty",
    )  # fmt: skip
    parser.add_argument("--directory", type=Path, help="default: the documents of the package")
    parser.add_argument("--language", choices=("ko", "en"), default="ko")
    parser.add_argument(
        "--audience", type=Audience, choices=tuple(Audience), default=Audience.OFFICIAL
    )


def shop_described(options: argparse.Namespace) -> ShopFacts:
    """The shop as the options describe it."""
    return ShopFacts(
        shop_id=0,
        district=options.district or 0,
        sector=options.sector,
        mcc=options.mcc,
        sales_band=options.sales_band,
        marks=sum(set(options.mark)),
        benefit_plus_bp=options.offer_bp,
        trade=options.trade,
    )


def member_described(options: argparse.Namespace) -> MemberFacts:
    """The member as the options describe them."""
    return MemberFacts(options.member_district, options.birth_year, options.level)


def instant_asked(options: argparse.Namespace) -> int | None:
    """`--date` in microseconds since 1970 UTC; None when it was not given."""
    return None if options.date is None else to_us(options.date)


def now_us() -> int:
    """The machine's clock, where there is no city's."""
    return to_us(datetime.now(UTC))


def won(text: str) -> int:
    """Whole won, with or without commas and 원."""
    digits = text.replace(",", "").replace("_", "").removesuffix("원")
    if digits.isascii() and digits.isdigit() and int(digits) <= AMOUNT_WON_MAX:
        return int(digits)
    raise argparse.ArgumentTypeError(
        f"{text!r}: 원 단위 정수로 적으세요 (60000) / write whole won, as 60000"
    )


def basis_points(text: str) -> int:
    """A rate in basis points."""
    if text.isascii() and text.isdigit() and int(text) <= BASIS_POINTS_WHOLE:
        return int(text)
    raise argparse.ArgumentTypeError(
        f"{text!r}: 만분율로 적으세요 (3%는 300) / write basis points, 300 for 3%"
    )


def district(text: str) -> int:
    """A district by name or code."""
    code = DISTRICT_CODES.get(text)
    if code is not None:
        return code
    near = nearest(text, list(DISTRICT_CODES))
    raise argparse.ArgumentTypeError(
        f"{text!r}: 인천의 구·군이 아닙니다. {near}인가요? / no district of Incheon; {near}?"
    )


def line_left(text: str) -> tuple[str, int]:
    """`incheon-2019-seogu=300` as (line, won)."""
    name, sign, amount = text.partition("=")
    if name and sign:
        return name, won(amount)
    raise argparse.ArgumentTypeError(
        f"{text!r}: 예산과목=원으로 적으세요 / write LINE=WON, as incheon-2019-seogu=300"
    )


def instant(text: str) -> datetime:
    """A date or time; in Seoul unless it names an offset."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r}: 2019-10-22 또는 2019-08-01T06:00으로 적으세요 / write 2019-10-22"
        ) from None
    return read if read.tzinfo else read.replace(tzinfo=SEOUL)


class _Word:
    """Reads a member of an enumeration by its name in small letters, or by its number."""

    def __init__(self, words: type[SalesBand] | type[Trade] | type[Channel] | type[Mark]) -> None:
        self._numbers = {str(one.name).lower(): int(one) for one in words}

    def __call__(self, text: str) -> int:
        number = self._numbers.get(text.lower())
        if number is None and text.isdigit() and int(text) in self._numbers.values():
            number = int(text)
        if number is not None:
            return number
        words = ", ".join(self._numbers)
        raise argparse.ArgumentTypeError(
            f"{text!r}: 다음 가운데 하나를 쓰세요 / use one of: {words}"
        )
