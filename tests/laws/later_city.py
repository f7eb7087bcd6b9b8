"""A small city with rules of later moments beside those of `paper_city`: bonus, prizes, gifts."""

from __future__ import annotations

from dure.authorization.answers import Answer
from dure.authorization.awards import award_key
from dure.authorization.requests import (
    Award,
    Cancel,
    Charge,
    Purchase,
    Refund,
    SettleWithdrawal,
    Withdraw,
)
from tests.engines import SEOGU_RULE, SHOP_JUNGGU, SHOP_SEOGU
from tests.laws.paper_city import CITY_RULE, MEMBERS, RATE_CUT, PaperCity

MEMBER, OTHER = MEMBERS
_COMMON = """\
version: 1
title: {ko: 규칙, en: Rule}
scope: city
period: {from: 2019-10-01, until: 2019-12-01}
sources: [https://example.org/later]
"""
LOTTERY_RULE = f"""\
id: autumn-lottery
kind: lottery
min_won: 10000
prizes: [{{won: 30000, count: 1}}, {{won: 5000, count: 3}}]
draw_at: 2019-12-02T10:00
funding: {{of: 3, lines: {{test-state: 2, test-city: 1}}}}
{_COMMON}"""
REFERRAL_RULE = f"""\
id: bring-a-friend
kind: referral
gift_won: 3000
friend_gift_won: 2000
after_days: 7
funding: {{of: 1, lines: {{test-city: 1}}}}
caps: {{per_month: {{cashback_won_max: 6000}}}}
{_COMMON}"""
BONUS_RULE = f"""\
id: top-up-bonus
kind: charge_bonus
rate_bp: 1000
caps: {{per_month: {{cashback_won_max: 20000}}}}
funding: {{of: 3, lines: {{test-state: 2, test-city: 1}}}}
{_COMMON}"""
DOCUMENTS = (
    CITY_RULE.format(version=1, since="2019-10-01", until=RATE_CUT, low_bp=600, high_bp=200),
    CITY_RULE.format(version=2, since=RATE_CUT, until="2020-01-01", low_bp=300, high_bp=100),
    SEOGU_RULE,
    LOTTERY_RULE,
    REFERRAL_RULE,
    BONUS_RULE,
)
WITHOUT_BONUS = DOCUMENTS[:-1]
CITY, SEOGU, LOTTERY, REFERRAL, BONUS = 1, 3, 4, 5, 6
DAY_US = 86_400 * 1_000_000


class LaterCity(PaperCity):
    """The city with its requests in short; `member` is the first of the two unless it is said."""

    def __init__(self, *, bonus: bool = False) -> None:
        super().__init__(DOCUMENTS if bonus else WITHOUT_BONUS)

    def charge(self, won: int, member: int = MEMBER) -> Answer:
        return self.ask(Charge(**self.new(), member_id=member, amount_won=won))

    def pay(self, won: int, shop: str = SHOP_SEOGU, member: int = MEMBER) -> Answer:
        answer = self.ask(
            Purchase(**self.new(), shop_code=shop, amount_won=won, channel=2, member_id=member)
        )
        assert answer.approved, answer
        return answer

    def cancel(self, payment: Answer, rest_won: int = 0) -> Answer:
        return self.ask(
            Cancel(**self.new(), original_key=payment.key, rest_won=rest_won,
                   member_id=payment.member_id)
        )  # fmt: skip

    def refund(self, payment: Answer, won: int, shop: str = SHOP_SEOGU) -> Answer:
        return self.ask(
            Refund(**self.new(), amount_won=won, shop_code=shop, original_key=payment.key,
                   member_id=payment.member_id)
        )  # fmt: skip

    def award(
        self, rule: int, won: int, payment: Answer | None = None, *, about: int = 0,
        member: int = MEMBER,
    ) -> Answer:  # fmt: skip
        """Asks under the award's own key."""
        original_id = 0 if payment is None else payment.movement_id
        key = award_key(rule, member, original_id, about)
        return self.ask(
            Award(key=key, occurred_at_us=self.clock.now_us(), member_id=member,
                  rule_version_id=rule, choice=won, original_id=original_id, about=about)
        )  # fmt: skip

    def withdraw(self) -> Answer:
        return self.ask(Withdraw(**self.new(), member_id=MEMBER, used_share_bp_min=6_000))

    def settle(self, withdrawal: Answer, *, paid: bool) -> Answer:
        return self.ask(
            SettleWithdrawal(**self.new(), member_id=MEMBER, original_key=withdrawal.key, paid=paid)
        )

    def standing(self) -> dict[str, object]:
        """Everything that cancelling everything must restore."""
        wallet = self.books.wallets[MEMBER]
        return {
            "figures": self.figures_of(MEMBER), "lines": self.lines(),
            "counters": {k: v for k, v in (wallet.counters or {}).items() if v},
        }  # fmt: skip


__all__ = [
    "BONUS", "CITY", "DAY_US", "LOTTERY", "MEMBER", "OTHER", "REFERRAL", "SEOGU", "SHOP_JUNGGU",
    "SHOP_SEOGU", "LaterCity",
]  # fmt: skip
