"""A real engine with rules of later moments, and an office over the same database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from dure.authorization.answers import Answer
from dure.authorization.awards import award_key
from dure.authorization.requests import Appropriate, Award, Cancel, Charge, Purchase, Refund
from dure.campaigns.office import Office, published_rules
from dure.kernel.clock import SetClock
from dure.policy.compiled import CompiledRule
from tests.engines import (
    BEGUN_US,
    CITY_RULE,
    CITY_RULE_LATER,
    LINES,
    SEOGU_RULE,
    SHOP_SEOGU,
    RunningEngine,
    new_key,
    open_member,
    running_engine,
    seed_city,
)

_COMMON = """\
version: 1
title: {ko: 규칙, en: Rule}
scope: city
sources: [https://example.org/later]
"""
LOTTERY_RULE = f"""\
id: one-day-lottery
kind: lottery
period: {{from: 2019-10-21, until: 2019-10-22}}
min_won: 10000
prizes: [{{won: 30000, count: 1}}, {{won: 5000, count: 3}}]
draw_at: 2019-10-22T10:00
eligibility: {{shop_districts: [서구]}}
funding: {{of: 3, lines: {{test-state: 2, test-city: 1}}}}
{_COMMON}"""
REFERRAL_RULE = f"""\
id: bring-a-friend
kind: referral
period: {{from: 2019-10-21, until: 2019-11-21}}
gift_won: 3000
friend_gift_won: 2000
after_days: 7
friend_payments_won_min: 10000
funding: {{of: 1, lines: {{test-city: 1}}}}
{_COMMON}"""
BONUS_RULE = f"""\
id: top-up-bonus
kind: charge_bonus
period: {{from: 2019-10-21T19:00, until: 2019-12-01}}
rate_bp: 1000
funding: {{of: 3, lines: {{test-state: 2, test-city: 1}}}}
{_COMMON}"""
ALLOWANCE_RULE = f"""\
id: birth-grant
kind: policy_allowance
period: {{from: 2019-10-21, until: 2019-12-01}}
programme: 5
amount_won: 100000
valid_days: 90
eligibility: {{member_level_min: 2, birth_year_min: 1980, birth_year_max: 1989}}
funding: {{of: 1, lines: {{test-seogu: 1}}}}
{_COMMON}"""
LOTTERY, REFERRAL, BONUS, ALLOWANCE = 4, 5, 6, 7
BONUS_FROM_US = BEGUN_US + 3_600 * 1_000_000
DAY_US = 86_400 * 1_000_000
RULES = (
    CITY_RULE, CITY_RULE_LATER, SEOGU_RULE, LOTTERY_RULE, REFERRAL_RULE, BONUS_RULE, ALLOWANCE_RULE,
)  # fmt: skip


def seed(url: str) -> None:
    """The small city with these rules and one allowance programme, paid by the district's line."""
    seed_city(url, RULES)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO allowance_programme (programme_id, code, name_ko, name_en, line_id)"
            " VALUES (5, 'birth', '출산축하금', 'Birth grant', 3)"
        )


class Bureau:
    """An engine and an office over one database; requests in short."""

    def __init__(self, engine: RunningEngine, connection: psycopg.Connection[Any]) -> None:
        self.engine = engine
        self.connection = connection
        self.clock = SetClock(BEGUN_US)
        self.office = Office(connection, engine.ask, self.clock)

    def rule(self, kind: str) -> CompiledRule:
        return published_rules(self.connection, kind)[0]

    def new_member(self, member_id: int, won: int = 200_000) -> int:
        open_member(self.engine, member_id)
        self.charge(member_id, won)
        return member_id

    def charge(self, member_id: int, won: int, at_us: int = BEGUN_US) -> Answer:
        return self.engine.ask(
            Charge(key=new_key(), occurred_at_us=at_us, member_id=member_id, amount_won=won)
        )

    def pay(
        self, member_id: int, won: int, shop: str = SHOP_SEOGU, at_us: int = BEGUN_US
    ) -> Answer:
        answer = self.engine.ask(
            Purchase(key=new_key(), occurred_at_us=at_us, shop_code=shop, amount_won=won,
                     channel=2, member_id=member_id)
        )  # fmt: skip
        assert answer.approved, answer
        return answer

    def cancel(self, payment: Answer, rest_won: int = 0) -> Answer:
        return self.engine.ask(
            Cancel(key=new_key(), occurred_at_us=BEGUN_US, original_key=payment.key,
                   rest_won=rest_won, member_id=payment.member_id)
        )  # fmt: skip

    def refund(self, payment: Answer, won: int) -> Answer:
        return self.engine.ask(
            Refund(key=new_key(), occurred_at_us=BEGUN_US, amount_won=won, shop_code=SHOP_SEOGU,
                   original_key=payment.key, member_id=payment.member_id)
        )  # fmt: skip

    def award(
        self, rule: int, won: int, member_id: int, payment_id: int = 0, about: int = 0
    ) -> Answer:
        return self.engine.ask(
            Award(key=award_key(rule, member_id, payment_id, about), occurred_at_us=BEGUN_US,
                  member_id=member_id, rule_version_id=rule, choice=won, original_id=payment_id,
                  about=about)
        )  # fmt: skip

    def appropriate(self, line_id: int, won: int) -> None:
        answer = self.engine.ask(
            Appropriate(key=new_key(), occurred_at_us=BEGUN_US, line_id=line_id, amount_won=won)
        )
        assert answer.approved, answer

    def one(self, query: str, *values: object) -> Any:
        """The first row of a query."""
        return self.connection.execute(query.encode(), values).fetchone()

    def cashback(self, member_id: int) -> int:
        return int(self.one("SELECT cashback_won FROM wallet WHERE member_id = %s", member_id)[0])

    def allowance(self, member_id: int) -> int:
        return int(self.one("SELECT allowance_won FROM wallet WHERE member_id = %s", member_id)[0])

    def left(self) -> dict[int, int]:
        rows = self.connection.execute(
            "SELECT b.line_id, (b.appropriated_won - coalesce(sum(s.spent_won), 0))::bigint"
            " FROM budget_line b LEFT JOIN budget_slice s USING (line_id) GROUP BY b.line_id"
        )
        return {int(line_id): int(won) for line_id, won in rows}


@contextmanager
def bureau_of(url: str, *, fresh: bool = True) -> Iterator[Bureau]:
    """An engine on the seeded database, with money on its lines when it is `fresh`."""
    with running_engine(url) as engine, psycopg.connect(url, autocommit=True) as connection:
        bureau = Bureau(engine, connection)
        for line_id, _code, _payer, _district, won in LINES:
            if fresh:
                bureau.appropriate(line_id, won)
        yield bureau
