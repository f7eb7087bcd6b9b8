"""Shops as the list and the map show them: found in the guide, each with the rate for me now."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import Connection
from psycopg.rows import TupleRow

from dure.merchants.favorites import liked_by
from dure.merchants.guide import Guide
from dure.merchants.map_cells import nearest
from dure.merchants.plane import Place
from dure.merchants.sectors import ShopGroup
from dure.policy.districts import DISTRICT_NAMES
from dure.rulebook.asked_city import NotInCityError
from dure.web.citizen.shops.asking import PAGES_MAX, Asked
from dure.web.citizen.shops.rate_for_me import Rate, RatesForMe, rates_for
from dure.web.citizen.shops.words import GROUPS, LIST_WORDS
from dure.web.shared.amounts import percent
from dure.web.shared.language import Language

log = logging.getLogger(__name__)

PAGE: Final = 20
JUDGED_MAX: Final = 400
"""Where the highest rate comes first, so many of the nearest shops are compared."""


@dataclass(frozen=True, slots=True)
class ShopRow:
    """One shop of a list. Texts are in the reader's language; empty where there is nothing to say.

    `name_language` is that of the name, for a screen reader.
    """

    code: str
    name: str
    name_language: str
    group: str
    where: str
    distance: str
    discount: str
    cashback: str
    liked: bool


@dataclass(frozen=True, slots=True)
class ShopsFound:
    """A page of shops; `count` is how many there are in all, `rated` whether rates are known."""

    rows: tuple[ShopRow, ...]
    count: int
    has_more: bool
    rated: bool


def find(
    connection: Connection[TupleRow],
    guide: Guide,
    asked: Asked,
    *,
    member_id: int,
    home_district: int,
    at_us: int,
    language: Language,
) -> ShopsFound:
    """The page of the list that is asked for."""
    liked = liked_by(connection, member_id)
    chosen = _chosen(guide, asked, liked)
    middle, after = asked.middle(home_district), (asked.page - 1) * PAGE
    count = last = int(chosen.sum())
    if asked.order == "rate":
        near = nearest(guide, middle, chosen, JUDGED_MAX)
        rates = known_rates(connection, guide, [at for at, _ in near], member_id, at_us)
        if rates is not None:
            together = {at: rates.at(guide.facts(at)).together_bp for at, _ in near}
            near.sort(key=lambda one: -together[one[0]])
        last, near = len(near), near[after : after + PAGE]
    else:
        near = nearest(guide, middle, chosen, PAGE, after)
        rates = known_rates(connection, guide, [at for at, _ in near], member_id, at_us)
    return ShopsFound(
        shown_rows(guide, near, rates, liked, language),
        count,
        after + len(near) < last and asked.page < PAGES_MAX,
        rates is not None,
    )


def known_rates(
    connection: Connection[TupleRow],
    guide: Guide,
    places: Sequence[int],
    member_id: int | None,
    at_us: int,
) -> RatesForMe | None:
    """The rates at these shops; None where they cannot be worked out, which is logged."""
    try:
        facts = [guide.facts(place) for place in places]
        return rates_for(connection, member_id, at_us, facts)
    except NotInCityError:
        return rates_for(connection, None, at_us)
    except psycopg.Error as error:
        log.warning("Rates cannot be worked out: %s", error)
        return None


def shown_rows(
    guide: Guide,
    near: Sequence[tuple[int, int]],
    rates: RatesForMe | None,
    liked: frozenset[int],
    language: Language,
) -> tuple[ShopRow, ...]:
    """Rows for positions of the guide with their distances in meters (-1 where not known)."""
    comes_back = language.choose(*LIST_WORDS["comes_back"])
    rows = []
    for place, distance_m in near:
        name, name_language = name_of(*guide.names[place], language)
        rate = None if rates is None else rates.at(guide.facts(place))
        rows.append(
            ShopRow(
                code=guide.codes[place],
                name=name,
                name_language=name_language,
                group=language.choose(*GROUPS[ShopGroup(int(guide.group[place]))]),
                where=language.choose(*DISTRICT_NAMES.get(int(guide.district[place]), ("", ""))),
                distance=distance_text(distance_m),
                discount=_discount_text(int(guide.discount_bp[place]), rate, language),
                cashback=comes_back.format(percent=percent(rate.cashback_bp)) if rate else "",
                liked=int(guide.shop_id[place]) in liked,
            )
        )
    return tuple(rows)


def _discount_text(offered_bp: int, rate: Rate | None, language: Language) -> str:
    """What the shop takes off the next 10,000 won; what it takes off at other times says so."""
    if not offered_bp:
        return ""
    if rate is None or rate.discount_bp:
        given_bp = offered_bp if rate is None else rate.discount_bp
        return language.choose(*LIST_WORDS["off"]).format(percent=percent(given_bp))
    return language.choose(*LIST_WORDS["off_on_terms"]).format(percent=percent(offered_bp))


def name_of(name_ko: str, name_en: str, language: Language) -> tuple[str, str]:
    """A shop's name for a reader, and the language that it is in."""
    if language is Language.ENGLISH and name_en:
        return name_en, Language.ENGLISH.value
    return name_ko, Language.KOREAN.value


def distance_text(distance_m: int) -> str:
    """A distance as one says it: "350 m", "1.2 km"; empty where it is not known."""
    if distance_m < 0:
        return ""
    if distance_m < 995:
        return f"{max(10, (distance_m + 5) // 10 * 10)} m"
    if distance_m < 9_950:
        tenths = (distance_m + 50) // 100
        return f"{tenths // 10}.{tenths % 10} km"
    return f"{(distance_m + 500) // 1000} km"


def rate_shown(rate: Rate) -> tuple[str, str]:
    """Discount and cashback as percent; empty where there is none."""
    return (
        percent(rate.discount_bp) if rate.discount_bp else "",
        percent(rate.cashback_bp) if rate.cashback_bp else "",
    )


def _chosen(guide: Guide, asked: Asked, liked: frozenset[int]) -> NDArray[np.bool_]:
    chosen = asked.wanted.among(guide)
    if asked.liked:
        chosen = chosen & np.isin(guide.shop_id, list(liked))
    if asked.name:
        name = asked.name.casefold().replace(" ", "")
        named = np.fromiter((name in text for text in guide.search), dtype=bool, count=len(guide))
        chosen = chosen & named
    return chosen


def middle_of(guide: Guide, place: int) -> Place | None:
    """Where a shop stands; None where that is not known."""
    x, y = int(guide.x[place]), int(guide.y[place])
    return None if x < 0 else Place(x, y)
