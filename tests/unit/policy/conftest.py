"""Incheon with its packaged rules, and plain facts to ask them about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

import pytest

from dure.kernel.calendar import SEOUL, to_us
from dure.policy.districts import CITY, DISTRICT_CODES
from dure.policy.document import RuleDocument, parse_document
from dure.policy.evaluate import IncentiveLine, RuleSet, compile_rules, evaluate
from dure.policy.occasions import Channel, MemberFacts, Occasion, SalesBand, ShopFacts, Trade
from dure.rulebook.directory import load_budget_lines, load_directory, packaged_documents

MUCH_WON = 10**12


class Paid(NamedTuple):
    """What a purchase gives: off the price, from the city's rules, from a district's rules."""

    discount_won: int
    city_won: int
    district_won: int


@dataclass(frozen=True)
class Incheon:
    """The packaged rules under numbers."""

    documents: list[RuleDocument]
    line_ids: dict[str, int]
    rule_ids: dict[str, int]
    rules: RuleSet

    def document(self, key: str) -> RuleDocument:
        return next(document for document in self.documents if document.key == key)

    def pay(
        self,
        when: str,
        district: str,
        price_won: int,
        month_before_won: int = 0,
        offer_percent: int = 0,
        sales_band: int = 1,
        trade: Trade = Trade.ORDINARY,
    ) -> Paid:
        """A purchase all paid with charged money, in a city with enough money."""
        shop = ShopFacts(
            shop_id=1,
            district=DISTRICT_CODES[district],
            sector="56111",
            mcc="5812",
            sales_band=sales_band,
            benefit_plus_bp=offer_percent * 100,
            trade=trade,
        )
        member = MemberFacts(DISTRICT_CODES["남동구"], 1980, 2)
        at_us = seoul_us(when)
        rules = self.rules.at(at_us)
        price = Occasion(
            at_us=at_us,
            amount_won=price_won,
            earning_won=price_won,
            month_net_won=month_before_won,
            shop=shop,
            member=member,
            channel=Channel.CARD,
            budget_left=dict.fromkeys(self.line_ids.values(), MUCH_WON),
        )
        discount = rules.discount(price)
        discount_won = discount.won if discount else 0
        amount_won = price_won - discount_won
        lines = rules.evaluate(price._replace(amount_won=amount_won, earning_won=amount_won))
        in_city = [
            line.won for line in lines if self.rules.get_rule(line.rule_id).document.scope == CITY
        ]
        return Paid(discount_won, sum(in_city), sum(line.won for line in lines) - sum(in_city))


def seoul_us(when: str) -> int:
    """A wall clock in the city as microseconds since 1970 UTC."""
    return to_us(datetime.fromisoformat(when).replace(tzinfo=SEOUL))


@pytest.fixture(scope="session")
def incheon() -> Incheon:
    documents = load_directory(packaged_documents())
    lines = load_budget_lines(packaged_documents())
    line_ids = {line.id: number for number, line in enumerate(lines, 1)}
    rule_ids = {document.key: number for number, document in enumerate(documents, 101)}
    return Incheon(documents, line_ids, rule_ids, compile_rules(documents, line_ids, rule_ids))


LINE_IDS = {"line-a": 1, "line-b": 2, "line-c": 3}
TEMPLATE: Final = """\
id: {id}
version: {version}
kind: bracket_cashback
title: {{ko: 시험 규칙, en: Test rule}}
scope: {scope}
period: {{from: {since}, until: {until}}}
eligibility: {eligibility}
brackets: {brackets}
caps: {caps}
funding: {funding}
stops_when: {stops}
sources: [https://example.org/notice]
"""
DEFAULTS: Final = {
    "id": "a-rule",
    "version": "1",
    "scope": "city",
    "since": "2020-01-01",
    "until": "open",
    "eligibility": "{}",
    "brackets": "[{from_won: 0, rate_bp: 1000}]",
    "caps": "",
    "funding": "{of: 1, lines: {line-a: 1}}",
    "stops": "",
}


def rule_text(**parts: str) -> str:
    """A rule document of 10% in the whole city, but for the parts that are given."""
    text = TEMPLATE.format(**{**DEFAULTS, **parts})
    kept = [line for line in text.splitlines() if not line.endswith(": ")]
    return "\n".join(kept) + "\n"


class Desk:
    """Writes rules and asks them: rule ids count from 1 in the order written."""

    text = staticmethod(rule_text)
    shop = ShopFacts(1, 28260, "56111", "5812", SalesBand.UP_TO_300M)
    member = MemberFacts(28200, 1980, 2)
    at_us = seoul_us("2020-02-01")

    def rules(self, *rules: Mapping[str, str]) -> RuleSet:
        documents = [parse_document(rule_text(**parts), "test.yaml") for parts in rules]
        rule_ids = {document.key: number for number, document in enumerate(documents, 1)}
        return compile_rules(documents, LINE_IDS, rule_ids)

    def occasion(self, earning_won: int, month_net_won: int = 0, **facts: Any) -> Occasion:
        """A payment all of which may earn, with plenty on lines a, b and c."""
        left = {1: MUCH_WON, 2: MUCH_WON, 3: MUCH_WON} | facts.pop("left", {})
        occasion = Occasion(
            at_us=self.at_us,
            amount_won=earning_won,
            earning_won=earning_won,
            month_net_won=month_net_won,
            shop=self.shop,
            member=self.member,
            channel=Channel.CARD,
            budget_left=left,
        )
        return occasion._replace(**facts)

    def ask(self, rules: RuleSet, occasion: Occasion) -> tuple[IncentiveLine, ...]:
        return evaluate(rules.at(occasion.at_us), occasion)


@pytest.fixture
def desk() -> Desk:
    return Desk()
