"""Which fields a form has for a kind of rule: what every rule has, and the kind's own terms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from dure.policy.districts import DISTRICT_NAMES
from dure.policy.kinds import KINDS
from dure.policy.kinds.kind import Moment, Payer
from dure.policy.words import BANDS, CHANNELS, ELIGIBILITY, MARKS, TERMS, TRADES, WEEKDAYS, Names
from dure.web.console.workshop.nodes import Path
from dure.web.console.workshop.shapes import (
    CHOICE,
    DATE,
    FUNDING,
    LINE,
    LINES,
    LISTED,
    NAMES,
    NUMBER,
    OPEN_DATE,
    OPEN_WON,
    RATE,
    TABLE,
    TEXT,
    WON,
    WORDS,
    Column,
    Scalar,
    Shape,
    rows_of,
    single,
)

Options = tuple[tuple[str, Names], ...]

DISTRICTS: Final[Options] = tuple((ko, (ko, en)) for ko, en in DISTRICT_NAMES.values())
SCOPES: Final[Options] = (("city", ("시 전체", "the whole city")), *DISTRICTS)
STATUSES: Final[Options] = (
    ("", ("시행한다", "comes into force")),
    ("planned_only", ("계획만 남긴다", "planned only")),
)


@dataclass(frozen=True, slots=True)
class Field:
    """One field: where its value stands in a document, its shape, and what it is called.

    `options` are the words that may be chosen; `columns` the keys of a table's rows.
    """

    path: Path
    shape: Shape
    label: Names
    hint: Names = ("", "")
    options: Options = ()
    columns: tuple[Column, ...] = ()

    @property
    def name(self) -> str:
        """The name under which a browser sends it."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that belong together."""

    name: str
    title: Names
    fields: tuple[Field, ...]


def _table(columns: tuple[Column, ...]) -> tuple[Shape, tuple[Column, ...]]:
    return rows_of(columns), columns


_TABLES: Final[Mapping[str, tuple[Column, ...]]] = {
    "brackets": (Column("from_won", WON), Column("below_won", OPEN_WON), Column("rate_bp", RATE)),
    "steps": (Column("left_from_won", WON), Column("rate_bp", RATE)),
    "prizes": (Column("won", WON), Column("count", NUMBER)),
}
_RATES: Final[Mapping[str, Mapping[str, Names]]] = {
    "band_rates_bp": BANDS,
    "mark_rates_bp": MARKS,
    "channel_rates_bp": CHANNELS,
}
_SCALARS: Final[Mapping[str, Scalar]] = {
    "line": LINE,
    "draw_at": DATE,
    "expires_on": DATE,
    "times_max": NUMBER,
    "stamps": NUMBER,
    "after_days": NUMBER,
    "valid_days": NUMBER,
    "programme": NUMBER,
}
_NESTED: Final[Mapping[str, tuple[tuple[Path, Scalar], ...]]] = {
    "shop_offer": ((("rate_bp_min",), RATE), (("rate_bp_max",), RATE)),
    "coupon": (
        (("amount_won",), WON),
        (("rate_bp",), RATE),
        (("max_won",), WON),
        (("min_won",), WON),
        (("stock",), NUMBER),
        (("per_person",), NUMBER),
        (("valid", "days"), NUMBER),
        (("valid", "until"), DATE),
    ),
}
_DISTINCT: Final[Options] = (
    ("", ("고르세요", "choose")),
    ("shop", ("가게", "shop")),
    ("district", ("구·군", "district")),
)
_OWN_HINTS: Final[Mapping[str, Names]] = {
    "brackets": (
        "한 달 결제액이 0원부터 빈틈없이 이어지게 적으세요. 마지막 칸의 끝을 비우면 끝이 없습니다.",
        "The month's payments from 0 without gap; leave the last end empty for no end.",
    ),
    "steps": (
        "남은 예산이 많은 단계부터 적고, 마지막은 0원으로 두세요. 요율은 차례로 낮아져야 합니다.",
        "From the most money left down to 0; the rates must fall.",
    ),
    "month_payments_won_max": ("비우면 한도가 없습니다.", "Empty: no limit."),
}


def _own_fields(kind: str) -> Iterator[Field]:
    """The kind's own terms, as far as the form knows their shape; the others stand in the text."""
    found = KINDS[kind]
    for key in (*found.required, *found.optional):
        label = TERMS.get(key, (key, key))
        hint = _OWN_HINTS.get(key, ("", ""))
        if key in _TABLES:
            shape, columns = _table(_TABLES[key])
            yield Field((key,), shape, label, hint, columns=columns)
        elif key in _RATES:
            yield Field((key,), TABLE, label, hint, tuple(_RATES[key].items()))
        elif key in _NESTED:
            for path, scalar in _NESTED[key]:
                yield Field((key, *path), single(scalar), TERMS.get(path[-1], (path[-1],) * 2))
        elif key == "distinct":
            yield Field((key,), single(CHOICE), label, hint, _DISTINCT)
        else:
            scalar_of = _scalar(key, {**found.required, **found.optional}[key])
            if scalar_of is not None:
                yield Field((key,), single(scalar_of), label, hint)


def _scalar(key: str, example: str) -> Scalar | None:
    """What a key's value is, by the house's names for units; None for what is no single value."""
    if key in _SCALARS:
        return _SCALARS[key]
    parts = key.split("_")
    if not example.replace("_", "").isdigit():
        return None
    if "bp" in parts:
        return RATE
    return WON if "won" in parts else NUMBER


_WORDS: Final[Mapping[str, Options]] = {
    "shop_districts": DISTRICTS,
    "member_districts": DISTRICTS,
    "sales_bands": tuple(BANDS.items()),
    "area_marks": tuple(MARKS.items()),
    "channels": tuple(CHANNELS.items()),
    "weekdays": tuple(WEEKDAYS.items()),
}
_ANY: Final[tuple[str, Names]] = ("", ("제한 없음", "no limit"))


def _eligibility() -> Iterator[Field]:
    numbers = {"payment_won_min": WON}
    hours = (Column("from", TEXT), Column("until", TEXT))
    for key, label in ELIGIBILITY.items():
        path = ("eligibility", key)
        if key in _WORDS:
            yield Field(path, WORDS, label, options=_WORDS[key])
        elif key == "trades":
            yield Field(path, LISTED, label, options=tuple(TRADES.items()))
        elif key in ("sectors", "mccs"):
            hint = ("쉼표로 나누어 적으세요.", "With commas between.")
            yield Field(path, LISTED, label, hint)
        elif key == "sales_band_max":
            yield Field(path, single(CHOICE), label, options=(_ANY, *BANDS.items()))
        elif key == "benefit_plus":
            only = ("required", ("혜택+ 가맹점만", "benefit-plus shops only"))
            yield Field(path, single(CHOICE), label, options=(_ANY, only))
        elif key == "hours":
            hint = ("17:00, 24:00처럼 적으세요.", "As 17:00 and 24:00.")
            yield Field(path, rows_of(hours), label, hint, columns=hours)
        else:
            yield Field(path, single(numbers.get(key, NUMBER)), label)


_ID_HINT: Final[Names] = (
    "영문 소문자, 숫자, '-'. 한 규칙의 모든 판이 함께 씁니다.",
    "Small letters, digits, '-'; shared by all versions of the rule.",
)
_FROM_HINT: Final[Names] = (
    "2019-10-22 또는 2019-10-22T06:00 (서울 시각)",
    "2019-10-22 or 2019-10-22T06:00 (Seoul time)",
)
_UNTIL_HINT: Final[Names] = (
    "이 때부터는 시행하지 않습니다. 비우면 끝을 정하지 않습니다.",
    "It no longer holds from then on. Empty: no end.",
)
_BASICS: Final = Section(
    "basics",
    ("이름과 기간", "Name and period"),
    (
        Field(("title", "ko"), single(TEXT), ("이름(한국어)", "Name in Korean")),
        Field(("title", "en"), single(TEXT), ("이름(영어)", "Name in English")),
        Field(("id",), single(TEXT), ("규칙 id", "The rule's id"), _ID_HINT),
        Field(("version",), single(NUMBER), ("판", "Version")),
        Field(("scope",), single(CHOICE), ("범위", "Scope"), options=SCOPES),
        Field(("status",), single(CHOICE), ("시행", "Force"), options=STATUSES),
        Field(("period", "from"), single(DATE), ("시작", "From"), _FROM_HINT),
        Field(("period", "until"), single(OPEN_DATE), ("끝", "Until"), _UNTIL_HINT),
    ),
)
_CAPS: Final = Section(
    "caps",
    ("한도", "Limits"),
    (
        Field(
            ("caps", "per_payment", "cashback_won_max"),
            single(WON),
            ("한 번 결제에 받는 최대 금액", "Most for one payment"),
        ),
        Field(
            ("caps", "per_month", "cashback_won_max"),
            single(WON),
            ("한 달에 받는 최대 금액", "Most in a month"),
        ),
        Field(
            ("caps", "per_month", "payments_max"),
            single(NUMBER),
            ("한 달에 받는 횟수", "Payments a month that count"),
        ),
        Field(
            ("caps", "per_member", "cashback_won_max"),
            single(WON),
            ("한 사람이 받는 최대 금액", "Most for one member in all"),
        ),
        Field(
            ("caps", "per_member", "payments_max"),
            single(NUMBER),
            ("한 사람이 받는 횟수", "Payments of one member that count"),
        ),
    ),
)
_FUNDING: Final = Section(
    "funding",
    ("재원", "Who pays"),
    (
        Field(
            ("funding",),
            FUNDING,
            ("예산별 몫", "Shares of the budget lines"),
            ("몫의 합이 전체와 같아야 합니다.", "The shares must sum to the whole."),
        ),
    ),
)
_STOPS: Final = Section(
    "stops",
    ("끝나는 조건과 다른 혜택", "What ends it, and other rules"),
    (
        Field(
            ("stops_when", "line_used_up"),
            single(LINE),
            ("다 쓰면 끝나는 예산", "Ends when this money is used up"),
        ),
        Field(
            ("stops_when", "until_sum_used_won"),
            single(WON),
            ("모두 쓰면 끝나는 금액", "Ends when this sum is paid out"),
        ),
        Field(
            ("stacks_with",),
            NAMES,
            ("함께 받을 수 있는 혜택", "Goes together with"),
            ("규칙 id를 쉼표로 나누어 적으세요.", "Ids of rules, with commas between."),
        ),
        Field(
            ("best_of",),
            single(TEXT),
            ("큰 쪽만 받는 묶음", "Only the largest of this group is paid"),
        ),
    ),
)
_EACH: Final[Options] = (
    ("", ("나누어 풀지 않는다", "not in portions")),
    ("day", ("날마다", "every day")),
    ("week", ("주마다", "every week")),
)
_UNUSED: Final[Options] = (
    ("", ("사라진다(적지 않음)", "lapses (not written)")),
    ("lapses", ("사라진다", "lapses")),
    ("carried_on", ("다음으로 넘긴다", "is carried on")),
)
_WEEKDAY: Final[Options] = (("", ("월(적지 않음)", "Mon (not written)")), *WEEKDAYS.items())
_RELEASE: Final = Section(
    "release",
    ("나누어 풀기", "Released in portions"),
    (
        Field(("release", "each"), single(CHOICE), ("언제마다", "How often"), options=_EACH),
        Field(("release", "won"), single(WON), ("한 번에 푸는 돈", "Released each time")),
        Field(
            ("release", "at"),
            single(TEXT),
            ("푸는 시각", "At"),
            ("09:00처럼 적으세요. 비우면 자정.", "As 09:00. Empty: midnight."),
        ),
        Field(
            ("release", "weekday"),
            single(CHOICE),
            ("푸는 요일", "On"),
            ("주마다일 때만.", "Only for every week."),
            _WEEKDAY,
        ),
        Field(
            ("release", "unused"),
            single(CHOICE),
            ("남은 돈은", "What is left unused"),
            options=_UNUSED,
        ),
    ),
)
_SOURCES: Final = Section(
    "sources",
    ("근거와 메모", "Sources and notes"),
    (
        Field(
            ("sources",),
            LINES,
            ("근거 주소", "Addresses of the sources"),
            ("한 줄에 하나씩, https://로 시작하게 적으세요.", "One on each line, as https://…"),
        ),
        Field(("notes",), LINES, ("메모", "Notes"), ("한 줄에 하나씩.", "One on each line.")),
    ),
)


def sections_of(kind: str) -> tuple[Section, ...]:
    """The form for a kind; for a word that is no kind, what every rule has."""
    own = tuple(_own_fields(kind)) if kind in KINDS else ()
    who = Section("who", ("누구에게, 어디서, 언제", "Who, where and when"), tuple(_eligibility()))
    gives = Section("gives", ("혜택", "What it gives"), own)
    parts = [_BASICS, gives, _CAPS, _FUNDING, who, _STOPS, _SOURCES]
    found = KINDS.get(kind)
    # Money is released in portions where it is given with a payment, and by budget lines.
    if found and found.moment is Moment.PURCHASE and found.payer is not Payer.SHOP:
        parts.insert(-1, _RELEASE)
    return tuple(part for part in parts if part.fields)


def fields_of(kind: str) -> dict[str, Field]:
    """All fields of the form by name."""
    return {field.name: field for part in sections_of(kind) for field in part.fields}
