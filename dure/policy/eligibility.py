"""Who and where a rule holds: what a document says of it, and the same as quick conditions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import yaml

from dure.kernel.calendar import day_number_of, minute_of_day, weekday_of
from dure.policy.districts import CITY, DISTRICT_CODES, DISTRICT_NAMES
from dure.policy.document_errors import Fault
from dure.policy.occasions import Channel, Mark, MemberFacts, SalesBand, ShopFacts, Trade
from dure.policy.reading import Nodes, Reader, nearest


class NotEligible(StrEnum):
    """Why a rule does not hold for an occasion."""

    OUTSIDE_PERIOD = "outside_period"
    NOT_IN_FORCE = "not_in_force"
    SHOP_DISTRICT = "shop_district"
    MEMBER_DISTRICT = "member_district"
    MEMBER_LEVEL = "member_level"
    MEMBER_BIRTH_YEAR = "member_birth_year"
    SECTOR = "sector"
    MCC = "mcc"
    TRADE = "trade"
    SALES_BAND = "sales_band"
    AREA_MARK = "area_mark"
    CHANNEL = "channel"
    WEEKDAY = "weekday"
    HOUR = "hour"
    PAYMENT_MIN = "payment_min"
    MEMBER_JOINED = "member_joined"
    NOT_BENEFIT_PLUS = "not_benefit_plus"


Condition = Callable[[ShopFacts, MemberFacts, int, int, int], bool]
"""(shop, member, channel, instant in microseconds, won of the payment) to whether it holds."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of words of which a value must be one (`included`) or must not be (`excluded`)."""

    words: tuple[str, ...] = ()
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Empty and None mean that nothing is asked. Sectors are KSIC codes or the front of one.

    Weekdays are 0 Monday to 6 Sunday, hours spans of minutes of the day (end excluded), both by
    the city's clock. `payment_won_min` asks for the won of the payment after discounts.
    """

    shop_districts: frozenset[int] = frozenset()
    member_districts: frozenset[int] = frozenset()
    member_level_min: int = 0
    birth_year_min: int | None = None
    birth_year_max: int | None = None
    sectors: Listed = field(default_factory=Listed)
    mccs: Listed = field(default_factory=Listed)
    trades: Listed = field(default_factory=Listed)
    sales_band_max: int | None = None
    sales_bands: frozenset[int] = frozenset()
    benefit_plus: bool = False
    area_marks: int = 0
    channels: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()
    hours: tuple[tuple[int, int], ...] = ()
    payment_won_min: int = 0
    joined_within_days: int | None = None


KEYS: Final = (
    "shop_districts",
    "member_districts",
    "member_level_min",
    "birth_year_min",
    "birth_year_max",
    "sectors",
    "mccs",
    "trades",
    "sales_band_max",
    "sales_bands",
    "benefit_plus",
    "area_marks",
    "channels",
    "weekdays",
    "hours",
    "payment_won_min",
    "joined_within_days",
)
OF_SHOPS: Final = (
    "shop_districts",
    "sectors",
    "mccs",
    "trades",
    "sales_band_max",
    "sales_bands",
    "benefit_plus",
    "area_marks",
)
"""Those of the keys that cannot be asked where money moves without a shop."""
WEEKDAYS: Final = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
TRADES: Final = [trade.name.lower() for trade in Trade]
CHANNELS: Final = [channel.name.lower() for channel in Channel]
MARKS: Final = [mark.name.lower() for mark in Mark if mark.name]
BANDS: Final = [band.name.lower() for band in SalesBand]


def read_district(reader: Reader, node: yaml.Node | None, key: str) -> int | None:
    """A district by Korean name, English name or administrative code."""
    value = reader.text(node, key, "서구")
    if node is None or value is None:
        return None
    code = DISTRICT_CODES.get(value)
    if code is None:
        near = nearest(value, list(DISTRICT_CODES))
        reader.refuse(node, Fault.UNKNOWN_DISTRICT, value=value, nearest=near)
    return code


def read_eligibility(
    reader: Reader, node: yaml.Node | None, scope: int, kind: str | None = None
) -> Eligibility:
    """Reads `eligibility`; a rule of a district holds at the shops of that district.

    `kind` is the name of a kind that moves money without a shop: then nothing may be asked of
    shops, and a district's rule holds for the members who live there.
    """
    entries = {} if node is None else reader.mapping(node, "eligibility", KEYS)
    if kind is not None:
        for key in OF_SHOPS:
            if key in entries:
                reader.refuse(entries[key], Fault.NO_SHOP_TO_ASK, kind=kind, key=key)
    home = frozenset() if scope == CITY else frozenset({scope})
    shop_home, member_home = (home, frozenset[int]()) if kind is None else (frozenset[int](), home)
    return Eligibility(
        shop_districts=_read_districts(reader, entries, "shop_districts") or shop_home,
        member_districts=_read_districts(reader, entries, "member_districts") or member_home,
        member_level_min=reader.integer(entries.get("member_level_min"), "member_level_min", 0, 9)
        or 0,
        birth_year_min=_read_year(reader, entries, "birth_year_min"),
        birth_year_max=_read_year(reader, entries, "birth_year_max"),
        sectors=_read_listed(reader, entries, "sectors", None),
        mccs=_read_listed(reader, entries, "mccs", None),
        trades=_read_listed(reader, entries, "trades", TRADES),
        sales_band_max=_read_band(reader, entries),
        sales_bands=frozenset(
            int(SalesBand[word.upper()])
            for word in reader.choices(entries.get("sales_bands"), "sales_bands", BANDS)
        ),
        benefit_plus=reader.choice(entries.get("benefit_plus"), "benefit_plus", ["required"])
        is not None,
        area_marks=sum(
            Mark[word.upper()]
            for word in set(reader.choices(entries.get("area_marks"), "area_marks", MARKS))
        ),
        channels=frozenset(
            int(Channel[word.upper()])
            for word in reader.choices(entries.get("channels"), "channels", CHANNELS)
        ),
        weekdays=frozenset(
            WEEKDAYS.index(word)
            for word in reader.choices(entries.get("weekdays"), "weekdays", WEEKDAYS)
        ),
        hours=read_hours(reader, entries.get("hours")),
        payment_won_min=reader.integer(entries.get("payment_won_min"), "payment_won_min") or 0,
        joined_within_days=reader.integer(
            entries.get("joined_within_days"), "joined_within_days", 1, 36_500
        ),
    )


def read_hours(reader: Reader, node: yaml.Node | None) -> tuple[tuple[int, int], ...]:
    """Spans of the day as (first minute, minute after the last), in the document's order."""
    required = {"from": '"17:00"', "until": '"24:00"'}
    spans = []
    for item in reader.items(node, "hours", '[{from: "17:00", until: "24:00"}]'):
        entries = reader.mapping(item, "hours", list(required), required)
        start = reader.minute(entries.get("from"), "hours.from")
        until = reader.minute(entries.get("until"), "hours.until")
        if start is None or until is None:
            continue
        if until <= start:
            words = {"start": _clock(start), "until": _clock(until)}
            reader.refuse(item, Fault.HOURS_BACKWARD, **words)
            continue
        spans.append((start, until))
    return tuple(spans)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _read_districts(reader: Reader, entries: Nodes, key: str) -> frozenset[int]:
    nodes = reader.items(entries.get(key), key, "[서구]")
    codes = (read_district(reader, node, key) for node in nodes)
    return frozenset(code for code in codes if code is not None)


def _read_year(reader: Reader, entries: Nodes, key: str) -> int | None:
    return reader.integer(entries.get(key), key, 1900, 2100)


def _read_band(reader: Reader, entries: Nodes) -> int | None:
    word = reader.choice(entries.get("sales_band_max"), "sales_band_max", BANDS)
    return None if word is None else int(SalesBand[word.upper()])


def _read_listed(reader: Reader, entries: Nodes, key: str, known: list[str] | None) -> Listed:
    node = entries.get(key)
    if node is None:
        return Listed()
    sides = reader.mapping(node, key, ["included", "excluded"])
    if len(sides) == 2:
        reader.refuse(node, Fault.EXCLUDED_AND_INCLUDED, key=key)
        return Listed()
    for side, items in sides.items():
        name = f"{key}.{side}"
        words = (
            reader.choices(items, name, known) if known else reader.texts(items, name, '"56111"')
        )
        if words:
            return Listed(words, excluded=side == "excluded")
        if isinstance(items, yaml.SequenceNode) and not items.value:
            reader.refuse(items, Fault.LIMITS_NOTHING, key=name, example="[…]")
    if not sides and isinstance(node, yaml.MappingNode) and not node.value:
        reader.refuse(node, Fault.LIMITS_NOTHING, key=key, example="excluded: […]")
    return Listed()


def conditions(rule: Eligibility) -> tuple[tuple[NotEligible, Condition], ...]:
    """What must hold, cheapest first; what a document does not ask is not in the list."""
    asked: list[tuple[NotEligible, Condition | None]] = [
        (NotEligible.SHOP_DISTRICT, _shop_in(rule.shop_districts)),
        (NotEligible.NOT_BENEFIT_PLUS, _has_offer if rule.benefit_plus else None),
        (NotEligible.SALES_BAND, _band_up_to(rule.sales_band_max)),
        (NotEligible.SALES_BAND, _band_in(rule.sales_bands)),
        (NotEligible.CHANNEL, _channel_in(rule.channels)),
        (NotEligible.AREA_MARK, _marked(rule.area_marks)),
        (NotEligible.MEMBER_DISTRICT, _member_in(rule.member_districts)),
        (NotEligible.MEMBER_LEVEL, _level_from(rule.member_level_min)),
        (NotEligible.MEMBER_BIRTH_YEAR, _born_in(rule.birth_year_min, rule.birth_year_max)),
        (NotEligible.PAYMENT_MIN, _paying_from(rule.payment_won_min)),
        (NotEligible.TRADE, _trade_listed(rule.trades)),
        (NotEligible.MCC, _mcc_listed(rule.mccs)),
        (NotEligible.WEEKDAY, _on_weekdays(rule.weekdays)),
        (NotEligible.HOUR, _in_hours(rule.hours)),
        (NotEligible.MEMBER_JOINED, _joined_within(rule.joined_within_days)),
        (NotEligible.SECTOR, _sector_listed(rule.sectors)),
    ]
    return tuple((reason, holds) for reason, holds in asked if holds is not None)


def _has_offer(
    shop: ShopFacts, _member: MemberFacts, _channel: int, _at_us: int, _won: int
) -> bool:
    return shop.benefit_plus_bp > 0


def _shop_in(districts: frozenset[int]) -> Condition | None:
    return (lambda shop, m, c, t, w: shop.district in districts) if districts else None


def _member_in(districts: frozenset[int]) -> Condition | None:
    return (lambda s, member, c, t, w: member.district in districts) if districts else None


def _level_from(level: int) -> Condition | None:
    return (lambda s, member, c, t, w: member.level >= level) if level else None


def _born_in(first: int | None, last: int | None) -> Condition | None:
    if first is None and last is None:
        return None
    low, high = first or 0, last or 9999
    return lambda s, member, c, t, w: low <= member.birth_year <= high


def _joined_within(days: int | None) -> Condition | None:
    if days is None:
        return None
    return lambda s, member, c, at_us, w: day_number_of(at_us) - member.joined_day < days


def _band_up_to(band: int | None) -> Condition | None:
    if band is None:
        return None
    return lambda shop, m, c, t, w: shop.sales_band <= band


def _band_in(bands: frozenset[int]) -> Condition | None:
    return (lambda shop, m, c, t, w: shop.sales_band in bands) if bands else None


def _channel_in(channels: frozenset[int]) -> Condition | None:
    return (lambda s, m, channel, t, w: channel in channels) if channels else None


def _marked(marks: int) -> Condition | None:
    return (lambda shop, m, c, t, w: bool(shop.marks & marks)) if marks else None


def _paying_from(won_min: int) -> Condition | None:
    return (lambda s, m, c, t, won: won >= won_min) if won_min else None


def _on_weekdays(days: frozenset[int]) -> Condition | None:
    return (lambda s, m, c, at_us, w: weekday_of(at_us) in days) if days else None


def _in_hours(spans: tuple[tuple[int, int], ...]) -> Condition | None:
    if not spans:
        return None

    def holds(_s: ShopFacts, _m: MemberFacts, _c: int, at_us: int, _w: int) -> bool:
        minute = minute_of_day(at_us)
        for start, until in spans:  # noqa: SIM110 - a generator takes four times as long
            if start <= minute < until:
                return True
        return False

    return holds


def _trade_listed(listed: Listed) -> Condition | None:
    trades = frozenset(int(Trade[word.upper()]) for word in listed.words)
    if not trades:
        return None
    if listed.excluded:
        return lambda shop, m, c, t, w: shop.trade not in trades
    return lambda shop, m, c, t, w: shop.trade in trades


def _mcc_listed(listed: Listed) -> Condition | None:
    mccs = frozenset(listed.words)
    if not mccs:
        return None
    if listed.excluded:
        return lambda shop, m, c, t, w: shop.mcc not in mccs
    return lambda shop, m, c, t, w: shop.mcc in mccs


def _sector_listed(listed: Listed) -> Condition | None:
    fronts = listed.words
    if not fronts:
        return None
    if listed.excluded:
        return lambda shop, m, c, t, w: not shop.sector.startswith(fronts)
    return lambda shop, m, c, t, w: shop.sector.startswith(fronts)


def district_names(codes: frozenset[int]) -> tuple[str, str]:
    """The districts' names in Korean and in English, joined by commas."""
    names = [DISTRICT_NAMES.get(code, (str(code), str(code))) for code in sorted(codes)]
    return ", ".join(ko for ko, _ in names), ", ".join(en for _, en in names)
