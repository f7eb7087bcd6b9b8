"""A small city kept in memory: the deciding code on its own, with seeded ids and a clock we set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from dure.authorization.answers import Answer
from dure.authorization.books import Books
from dure.authorization.decide import answer_of, decide
from dure.authorization.facts import Limits, Programme
from dure.authorization.requests import AnyRequest, Appropriate, IssueCard, OpenWallet
from dure.kernel.calendar import start_of_day_us
from dure.kernel.clock import SetClock
from dure.ledger.accounts import ALLOWANCE_BASE, BUDGET_BASE, UNRELEASED_BASE, Account
from dure.merchants.directory import ShopEntry
from dure.merchants.standing import ALWAYS_US, Periods, ShopStatus
from dure.policy.document import parse_document
from dure.policy.evaluate import RuleSet, compile_rules
from dure.policy.occasions import ShopFacts
from tests.engines import (
    BEGUN_US,
    JUNGGU,
    SEOGU,
    SEOGU_RULE,
    SHOP_JUNGGU,
    SHOP_PLUS,
    SHOP_SEOGU,
)

MEMBERS = (1001, 1002)
CARDS = {bytes([7]) * 15 + bytes([place]): member for place, member in enumerate(MEMBERS)}
SHOPS = {SHOP_JUNGGU: "junggu", SHOP_SEOGU: "seogu", SHOP_PLUS: "plus"}
LINE_NAMES = {1: "state", 2: "city", 3: "seogu"}
APPROPRIATED = {1: 400_000, 2: 200_000, 3: 100_000}
RATE_CUT = date(2019, 10, 22)

CITY_RULE = """\
id: city-cashback
version: {version}
kind: bracket_cashback
title: {{ko: 시 캐시백, en: City cashback}}
scope: city
period: {{from: {since}, until: {until}}}
brackets:
  - {{from_won: 0, below_won: 300000, rate_bp: {low_bp}}}
  - {{from_won: 300000, below_won: 1000000, rate_bp: {high_bp}}}
funding: {{of: 6, lines: {{test-state: 4, test-city: 2}}}}
sources: [https://example.org/city]
"""
DISCOUNT_RULE = """\
id: test-discount
version: 1
kind: instant_discount
title: {ko: 즉시할인, en: Instant discount}
scope: city
period: {from: 2019-01-01, until: 2020-01-01}
shop_offer: {rate_bp_min: 300, rate_bp_max: 700}
funding: shop
sources: [https://example.org/discount]
"""
COUPON_RULE = """\
id: seogu-coupon
version: 1
kind: coupon
title: {ko: 서구 쿠폰, en: Seo-gu coupon}
scope: 서구
period: {from: 2019-10-01, until: 2019-12-01}
coupon: {amount_won: 3000, stock: 3, per_person: 2, min_won: 10000, valid: {days: 30}}
funding: {of: 3, lines: {test-seogu: 2, shop: 1}}
sources: [https://example.org/coupon]
"""
PERCENT_RULE = """\
id: city-coupon
version: 1
kind: coupon
title: {ko: 시 쿠폰, en: City coupon}
scope: city
period: {from: 2019-10-01, until: 2019-12-01}
coupon: {rate_bp: 1000, max_won: 2000, stock: 100, per_person: 50, valid: {until: 2019-12-01}}
funding: {of: 6, lines: {test-state: 4, test-city: 2}}
sources: [https://example.org/coupon]
"""
FOR_OTHERS_RULE = """\
id: junggu-coupon
version: 1
kind: coupon
title: {ko: 중구민 쿠폰, en: Coupon of the people of Jung-gu}
scope: city
period: {from: 2019-10-01, until: 2019-12-01}
eligibility: {member_districts: [중구]}
coupon: {amount_won: 1000, stock: 5, valid: {days: 10}}
funding: {of: 1, lines: {test-city: 1}}
sources: [https://example.org/coupon]
"""
DOCUMENTS = (
    CITY_RULE.format(version=1, since="2019-10-01", until=RATE_CUT, low_bp=600, high_bp=200),
    CITY_RULE.format(version=2, since=RATE_CUT, until="2020-01-01", low_bp=300, high_bp=100),
    SEOGU_RULE,
    DISCOUNT_RULE,
    COUPON_RULE,
    PERCENT_RULE,
    FOR_OTHERS_RULE,
)
COUPON_VERSION, PERCENT_VERSION, FOR_OTHERS_VERSION = 5, 6, 7
RATES = {
    "city": [
        (0, [(300_000, 600), (1_000_000, 200)]),
        (start_of_day_us(RATE_CUT), [(300_000, 300), (1_000_000, 100)]),
    ],
    "seogu": [(300_000, 400)],
}


@cache
def rules(documents: tuple[str, ...] = DOCUMENTS) -> RuleSet:
    """The rules of the documents above, numbered from 1; they never change."""
    line_ids = {"test-state": 1, "test-city": 2, "test-seogu": 3}
    parsed = [parse_document(text, f"rule {n}", line_ids) for n, text in enumerate(documents)]
    rule_ids = {document.key: number for number, document in enumerate(parsed, 1)}
    return compile_rules(parsed, line_ids, rule_ids)


def new_books(documents: tuple[str, ...] = DOCUMENTS) -> Books:
    """Books with rules, shops, limits, programmes and empty lines; nobody has a wallet yet."""
    books = Books(rules(documents))
    books.budget_left = dict.fromkeys(LINE_NAMES, 0)
    books.limits_from = {2: ([0], [Limits(2_000_000, 5_000_000, 2_000_000)])}
    books.programmes = {5: Programme(5, 3, frozenset({SEOGU})), 6: Programme(6, 2)}
    for number, (code, name) in enumerate(SHOPS.items(), 1):
        facts = ShopFacts(number, JUNGGU if name == "junggu" else SEOGU, "56111", "5812", 1)
        offer = facts._replace(benefit_plus_bp=500)
        offers = ((ALWAYS_US, 0), (facts, offer)) if name == "plus" else None
        shop = ShopEntry(code, facts, Periods((ALWAYS_US,), (ShopStatus.REGISTERED,)), offers)
        books.shops[code] = books.shops_by_id[number] = shop
    return books


class PaperCity:
    """Decides and applies one request after the other; figures are read off in plain words."""

    def __init__(self, documents: tuple[str, ...] = DOCUMENTS) -> None:
        self.books = new_books(documents)
        self.clock = SetClock(BEGUN_US)
        self.recorded_us: int | None = None
        self._key = 0
        self._summed = 0
        self._booked: dict[tuple[int | None, int], int] = defaultdict(int)
        for line_id, won in APPROPRIATED.items():
            self.ask(Appropriate(**self.new(), line_id=line_id, amount_won=won))
        for card_id, (token, member) in enumerate(CARDS.items(), 1):
            self.ask(
                OpenWallet(**self.new(), member_id=member, level=2, district=SEOGU, birth_year=1980)
            )
            self.ask(
                IssueCard(**self.new(), member_id=member, card=token, card_id=card_id, kind=2,
                          masked_pan="999999******0001", expires_yymm=2912)
            )  # fmt: skip

    def new(self, us: int | None = None) -> dict[str, Any]:
        """The key and the instant of a new request."""
        self._key += 1
        at_us = self.clock.now_us() if us is None else us
        return {"key": self._key.to_bytes(16, "big"), "occurred_at_us": at_us}

    def ask(self, request: AnyRequest) -> Answer:
        self.books.now_us = self.clock.now_us()
        decision = decide(request, self.books)
        if decision.recorded:
            self.books.apply(decision, self.clock.now_us())
            self.clock.advance(2)
        return answer_of(decision)

    def ask_all(self, requests: Sequence[AnyRequest]) -> list[Answer]:
        return [self.ask(request) for request in requests]

    def booked(self) -> dict[tuple[int | None, int], int]:
        """What the journal's legs put on each member's share of each account, debit positive."""
        movements = self.books.changes.movements
        for movement in movements[self._summed :]:
            assert sum(movement.amounts) == 0, "every movement sums to zero"
            assert not (movement.reason and movement.amounts), "a refusal moves nothing"
            for account, amount in zip(movement.accounts, movement.amounts, strict=True):
                self._booked[movement.member_id, account] += amount
        self._summed = len(movements)
        return self._booked

    def figures_of(self, member: int) -> dict[str, Any]:
        """The wallet's figures, after they have been found equal to the journal's."""
        wallet, booked = self.books.wallets[member], self.booked()
        left = {p: purse[0] for p, purse in (wallet.allowances or {}).items() if purse[0]}
        usage = {m: p.usage_won for (who, m), p in self.books.past_months.items() if who == member}
        usage[wallet.month] = wallet.usage_won
        assert wallet.charged_won == -booked[member, Account.MEMBER_CHARGED]
        assert wallet.cashback_won == -booked[member, Account.MEMBER_CASHBACK]
        assert wallet.claim_won == booked[member, Account.MEMBER_CLAIMS]
        assert wallet.allowance_won == sum(left.values())
        for programme in self.books.programmes:
            assert left.get(programme, 0) == -booked[member, ALLOWANCE_BASE + programme]
        return {
            "charged": wallet.charged_won, "cashback": wallet.cashback_won,
            "claim": wallet.claim_won, "held": wallet.held_won, "allowances": left,
            "usage": {month: won for month, won in usage.items() if won},
        }  # fmt: skip

    def lines(self) -> dict[str, int]:
        """What is left of each line, after it has been found equal to the journal's."""
        left: dict[int, int] = defaultdict(int)
        for (_, account), amount in self.booked().items():
            if BUDGET_BASE < account < UNRELEASED_BASE:
                left[account - BUDGET_BASE] -= amount
        assert left == self.books.budget_left
        return {LINE_NAMES[line_id]: won for line_id, won in left.items()}

    def sum_of(self, account: Account) -> int:
        """The account's balance over everybody, credit positive."""
        return -sum(won for (_, booked), won in self.booked().items() if booked == account)
