"""A year of a city for measuring simulations: members, shops, payments, and rules to try."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from dure.demo.bench.seed import DISTRICTS
from dure.forecast.history.columns import Backs, Rows, Source, Sums
from dure.forecast.history.facts import BEFORE_ALL_US, MEMBER, NO_CEILING, SHOP, Records
from dure.forecast.history.sorting import next_month, start_of_month_us
from dure.forecast.simulate.scenarios import LineNamed, Scenario
from dure.policy.document import parse_document

FIRST_MONTH: Final = 202001
MONTHS: Final = 12
PAYMENTS_EACH: Final = 212_000_000 / 1_250_000 / 12
"""Payments of a member in a month, those who do not pay among them."""
LINES: Final = (
    LineNamed(1, "bench-state", "국비", "State"),
    LineNamed(2, "bench-city", "시비", "City"),
    LineNamed(3, "bench-seogu", "서구 구비", "Seo-gu"),
    LineNamed(4, "bench-yeonsu", "연수구 구비", "Yeonsu-gu"),
)
_ACTIVE: Final = 0.6
_SHAPE: Final = 0.9
_TICKET_WON: Final = 17_500
_SECTORS: Final = (b"56111", b"47121", b"85501", b"86201", b"96112", b"47811", b"56221", b"90110")
_MCCS: Final = (b"5812", b"5411", b"8299", b"8011", b"7230", b"5912", b"5814", b"7922")
_CITY: Final = """\
id: bench-cashback
version: 1
kind: bracket_cashback
title: {{ko: 시 캐시백, en: City cashback}}
scope: city
period: {{from: 2020-01-01, until: open}}
brackets:
  - {{from_won: 0, below_won: {low}, rate_bp: {first}}}
  - {{from_won: {low}, below_won: {high}, rate_bp: {second}}}
  - {{from_won: {high}, below_won: 1000000, rate_bp: {third}}}
funding: {{of: 6, lines: {{bench-state: 4, bench-city: 2}}}}
sources: [https://example.org/city]
"""
_DISTRICT: Final = """\
id: bench-{line}
version: 1
kind: district_top_up
title: {{ko: 구 추가, en: District top-up}}
scope: {district}
period: {{from: 2020-01-01, until: open}}
brackets:
  - {{from_won: 0, below_won: 300000, rate_bp: 400}}
funding: {{of: 5, lines: {{bench-{line}: 4, bench-city: 1}}}}
sources: [https://example.org/district]
"""


def scenario(number: int) -> Scenario:
    """The rules that hold (0), or one of the sets that are tried."""
    terms = {"low": 300_000, "high": 500_000, "first": 400, "second": 200, "third": 100}
    if number:
        terms["low"] = (200_000, 300_000, 400_000)[number % 3]
        terms["high"] = (500_000, 600_000, 700_000)[number // 3 % 3]
        terms["first"] = 200 + number * 7 % 800
        terms["second"] = 100 + number * 3 % 300
        terms["third"] = number % 100
    texts = [
        _CITY.format(**terms),
        _DISTRICT.format(line="seogu", district="서구"),
        _DISTRICT.format(line="yeonsu", district="연수구"),
    ]
    documents = tuple(parse_document(text, f"set {number}") for text in texts)
    ids = {document.key: place for place, document in enumerate(documents, 1)}
    return Scenario(f"set-{number}", documents, ids)


def make_members(count: int) -> Records:
    """Members evenly over districts and years of birth."""
    members = np.zeros(count, MEMBER)
    numbers = np.arange(count)
    members["member_id"] = numbers + 1
    members["district"] = np.array(DISTRICTS)[numbers % 10]
    members["birth_year"] = 1940 + numbers * 7 % 66
    members["level"] = 2
    return members


def make_shops(count: int) -> Records:
    """Shops of all districts, eight sectors and five sales bands."""
    chance = np.random.default_rng(2)
    shops = np.zeros(count, SHOP)
    shops["shop_id"] = np.arange(1, count + 1)
    shops["from_us"] = BEFORE_ALL_US
    shops["district"] = np.array(DISTRICTS)[chance.integers(0, 10, count)]
    shops["sales_band"] = chance.integers(1, 6, count)
    sector = chance.integers(0, len(_SECTORS), count)
    shops["sector"], shops["mcc"] = np.array(_SECTORS)[sector], np.array(_MCCS)[sector]
    shops["month_won_max"], shops["weekdays"], shops["until_minute"] = NO_CEILING, 127, 1440
    return shops


def make_months(members: int, shops: int) -> Iterator[tuple[int, Source]]:
    """Each month's payments in the order of their instants, with what is given back of them.

    Of the members 60% pay in a month; what one spends follows a gamma distribution. 4% of payments
    are paid with cashback in part, of 1% something is given back.
    """
    chance = np.random.default_rng(1)
    lively = chance.gamma(_SHAPE, 1 / _SHAPE, members)
    month = FIRST_MONTH
    for _ in range(MONTHS):
        active = chance.random(members) < _ACTIVE
        each = chance.poisson(lively * active * (PAYMENTS_EACH / _ACTIVE))
        member = np.repeat(np.arange(1, members + 1), each)
        chance.shuffle(member)
        yield month, _payments(chance, month, member, shops)
        month = next_month(month)


def _payments(chance: np.random.Generator, month: int, member: np.ndarray, shops: int) -> Source:
    count = len(member)
    begin, end = start_of_month_us(month), start_of_month_us(next_month(month))
    at_us = np.sort(chance.integers(begin, end, count))
    won = chance.exponential(_TICKET_WON, count) + 100
    amount = np.where(chance.random(count) < 0.5, won // 100 * 100, won).astype(np.int32)
    first = np.zeros(count, np.int32)
    some = chance.random(count) < 0.04
    first[some] = np.minimum(amount[some], chance.integers(10, 5_000, int(some.sum())))
    nothing = np.zeros(count, np.int32)
    how = np.array([1, 1, 1, 1, 1, 1, 2, 2, 3, 5], np.uint8)[chance.integers(0, 10, count)]
    shop = chance.integers(1, shops + 1, count).astype(np.int32)
    rows = Rows(member, at_us, at_us, amount, shop, how, nothing, first, nothing)
    chosen = np.flatnonzero(chance.random(count) < 0.01)
    won_back = np.where(chance.random(len(chosen)) < 0.5, amount[chosen], amount[chosen] // 2)
    kept = chosen[won_back > 0]
    backs = Backs(
        member[kept], at_us[kept] + 3_600_000_000, at_us[kept],
        won_back[won_back > 0].astype(np.int32),
    )  # fmt: skip
    net = np.bincount(member, weights=amount - first)
    net -= np.bincount(backs.member, weights=backs.won, minlength=len(net))
    payer = np.flatnonzero(np.bincount(member))
    sums = Sums(payer, np.maximum(net[payer], 0).astype(np.int64), np.zeros(len(payer), np.int64))
    return Source(rows, backs, sums)
