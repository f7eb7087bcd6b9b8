"""One shop as its pages show it: plain texts in the reader's language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow

from dure.merchants.sectors import group_of
from dure.policy.districts import DISTRICT_NAMES
from dure.policy.occasions import ANY_TIME, Mark, OfferTerms, ShopFacts
from dure.web.citizen.shops.finding import name_of
from dure.web.citizen.shops.words import GROUPS, MARKS, SHOP_WORDS, WEEKDAYS
from dure.web.shared.amounts import exact_won, percent
from dure.web.shared.language import Language

_CODE: Final = re.compile(r"[0-9A-Z]{15}", re.ASCII)
_SHOP: Final = """
SELECT shop_id, shop_code, name_ko, name_en, district, sector, marks, address, latitude IS NOT NULL
FROM shop WHERE shop_code = %s
"""
_EVERY_DAY: Final = ANY_TIME.weekdays
_DAY_MINUTES: Final = ANY_TIME.until_minute


class ShopKept(NamedTuple):
    """A shop as the registry has it, registered or not."""

    shop_id: int
    code: str
    name_ko: str
    name_en: str
    district: int
    sector: str
    marks: int
    address: str
    has_place: bool


@dataclass(frozen=True, slots=True)
class ShopFace:
    """A shop in the reader's language; `name_language` is that of the name."""

    code: str
    name: str
    name_language: str
    group: str
    where: str
    address: str
    marks: tuple[str, ...]
    is_market: bool
    has_place: bool


def find_shop(connection: Connection[TupleRow], shop_code: str) -> ShopKept | None:
    """The shop whose code this is; None when it is no code, or no shop's."""
    if not _CODE.fullmatch(shop_code):
        return None
    row = connection.execute(_SHOP, (shop_code,)).fetchone()
    return None if row is None else ShopKept(*row)


def shop_face(shop: ShopKept, language: Language) -> ShopFace:
    """The shop in a language."""
    name, name_language = name_of(shop.name_ko, shop.name_en, language)
    return ShopFace(
        code=shop.code,
        name=name,
        name_language=name_language,
        group=language.choose(*GROUPS[group_of(shop.sector)]),
        where=language.choose(*DISTRICT_NAMES.get(shop.district, ("", ""))),
        address=shop.address,
        marks=tuple(language.choose(*both) for mark, both in MARKS if shop.marks & mark),
        is_market=bool(shop.marks & Mark.TRADITIONAL_MARKET),
        has_place=shop.has_place,
    )


def offer_sentences(facts: ShopFacts, language: Language) -> tuple[str, ...]:
    """What the shop takes off and when, the percent first; nothing where it offers nothing."""
    if not facts.benefit_plus_bp:
        return ()
    terms = facts.offer or ANY_TIME
    off = language.choose(*SHOP_WORDS["plus_shop"])
    sentences = [f"{off} {percent(facts.benefit_plus_bp)}", _when(terms, language)]
    if terms.payment_won_min:
        least = exact_won(terms.payment_won_min, language)
        sentences.append(language.choose(*SHOP_WORDS["offer_from"]).format(won=least))
    if terms.month_won_max is not None:
        most = exact_won(terms.month_won_max, language)
        sentences.append(language.choose(*SHOP_WORDS["offer_ceiling"]).format(won=most))
    return tuple(sentences)


def _when(terms: OfferTerms, language: Language) -> str:
    said = []
    if terms.weekdays != _EVERY_DAY:
        days = [
            language.choose(*both)
            for number, both in enumerate(WEEKDAYS)
            if terms.weekdays & 1 << number
        ]
        named = language.choose("·", ", ").join(days)
        said.append(language.choose(*SHOP_WORDS["offer_days"]).format(days=named))
    if (terms.from_minute, terms.until_minute) != (0, _DAY_MINUTES):
        hours = language.choose(*SHOP_WORDS["offer_hours"])
        said.append(hours.format(start=_hour(terms.from_minute), end=_hour(terms.until_minute)))
    return " ".join(said) or language.choose(*SHOP_WORDS["offer_always"])


def _hour(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
