"""The facts of a payment from a city's database: a real shop, a member, the published rules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow

from dure.kernel.calendar import day_of, month_of
from dure.kernel.clock import CityClock, Clock, SystemClock
from dure.policy.compiled import CompiledRule, ever_of
from dure.policy.document import parse_document
from dure.policy.occasions import MemberFacts, OfferTerms, ShopFacts
from dure.rulebook.ends import cut_off

_CLOCK = "SELECT anchor_us, started_at_us, speed FROM city_clock"
_LINES = """
SELECT l.line_id, l.code, l.name_ko, l.name_en,
       (l.appropriated_won - l.unreleased_won - coalesce(sum(s.spent_won), 0))::bigint
FROM budget_line l LEFT JOIN budget_slice s USING (line_id) GROUP BY l.line_id
"""
_VERSIONS = """
SELECT rule_version_id, rule, version, document, ends_at_us FROM rule_as_it_holds ORDER BY 1
"""
_USED = """
SELECT rule_version_id, sum(used_won)::bigint FROM rule_use GROUP BY 1
UNION ALL SELECT release_key, sum(used_won)::bigint FROM release_use GROUP BY 1
"""
_SHOP = """
SELECT shop_id, district, sector, mcc, sales_band, marks, trade, name_ko
FROM shop WHERE shop_code = %s
"""
_OFFER = """
SELECT discount_bp, weekdays, from_minute, until_minute, payment_won_min, month_won_max
FROM benefit_offer
WHERE shop_id = %(shop_id)s AND from_day <= %(day)s AND (until_day IS NULL OR until_day > %(day)s)
"""
_SHOP_MONTH = "SELECT given_won FROM shop_month WHERE shop_id = %s AND month = %s"
_MEMBER = """
SELECT district, birth_year, level, joined_day, month, usage_won, counters
FROM wallet WHERE shard = %(member_id)s %% 64 AND member_id = %(member_id)s
"""
_PAST_MONTH = """
SELECT usage_won, counters FROM month_usage
WHERE shard = %(member_id)s %% 64 AND member_id = %(member_id)s AND month = %(month)s
"""

City = Connection[TupleRow]


class NotInCityError(LookupError):
    """The database knows no such shop or member; says so in both languages."""


class Lines(NamedTuple):
    """Budget lines: ids by name, what is left by id, titles by name."""

    ids: dict[str, int]
    left_won: dict[int, int]
    titles: dict[str, tuple[str, str]]


class Payer(NamedTuple):
    """Who pays, what the member paid net in the month before, and the sums that caps look at."""

    facts: MemberFacts
    month_net_won: int
    counters: Mapping[str, int]


def clock_of(city: City) -> Clock:
    """The city's clock; the machine's own where the city has none."""
    row = city.execute(_CLOCK).fetchone()
    return SystemClock() if row is None else CityClock(*row)


def lines_of(city: City) -> Lines:
    """Every budget line with what is left of it now."""
    rows = city.execute(_LINES).fetchall()
    return Lines(
        {row[1]: row[0] for row in rows},
        {row[0]: row[4] for row in rows},
        {row[1]: (row[2], row[3]) for row in rows},
    )


def published_rules(city: City, line_ids: Mapping[str, int]) -> tuple[CompiledRule, ...]:
    """Every published version as it holds, made ready under its own number."""
    return tuple(
        CompiledRule(
            cut_off(parse_document(text, f"{rule}@{version}"), ends_at_us), version_id, line_ids
        )
        for version_id, rule, version, text, ends_at_us in city.execute(_VERSIONS).fetchall()
    )


def used_won(city: City) -> dict[int, int]:
    """What each rule with a sum of its own has paid, by version id, and each of its releases."""
    return {row[0]: row[1] for row in city.execute(_USED).fetchall()}


def shop_of(city: City, shop_code: str, at_us: int) -> tuple[ShopFacts, str]:
    """The shop as the registry has it, with what it offers on the day, and its name.

    Raises NotInCityError.
    """
    row = city.execute(_SHOP, (shop_code,)).fetchone()
    if row is None:
        raise NotInCityError(
            f"{shop_code}: 가맹점 명부에 없습니다. 가맹점 코드 15자리를 확인하세요. / "
            "not in the registry; check the 15 characters of the shop's code."
        )
    shop_id, district, sector, mcc, sales_band, marks, trade, name = row
    facts = ShopFacts(shop_id, district, sector, mcc, sales_band, marks, 0, trade)
    offer = city.execute(_OFFER, {"shop_id": shop_id, "day": day_of(at_us)}).fetchone()
    if offer is not None:
        facts = facts._replace(benefit_plus_bp=offer[0], offer=OfferTerms(*offer[1:]))
    return facts, str(name)


def shop_gave_won(city: City, shop_id: int, month: int) -> int:
    """What a shop with a monthly ceiling has taken off at the till in the month."""
    row = city.execute(_SHOP_MONTH, (shop_id, month)).fetchone()
    return 0 if row is None else int(row[0])


def payer_of(city: City, member_id: int, at_us: int) -> Payer:
    """The member with the month of the instant as it stands now. Raises NotInCityError."""
    row = city.execute(_MEMBER, {"member_id": member_id}).fetchone()
    if row is None:
        raise NotInCityError(
            f"{member_id}: 그런 회원이 없습니다. 회원 번호를 확인하세요. / "
            "there is no such member; check the number."
        )
    facts = MemberFacts(row[0], row[1], row[2], row[3])
    month, counters = month_of(at_us), _sums(row[6])
    if row[4] == month:
        return Payer(facts, row[5], counters)
    lasting = ever_of(counters)
    past = city.execute(_PAST_MONTH, {"member_id": member_id, "month": month}).fetchone()
    if past is None:
        return Payer(facts, 0, lasting)
    return Payer(facts, past[0], {**_sums(past[1]), **lasting})


def _sums(stored: Any) -> dict[str, int]:
    """Sums of a member as the database has them."""
    if isinstance(stored, str):
        return dict(json.loads(stored))
    return dict(stored or {})
