"""Plays Seo-gu's 2019 with the engine's own decisions, payment by payment, kept in memory.

The rules are the published ones and the money is what was appropriated when it was; what comes out
is the day on which the district's money ends, what the payment that meets the empty line is told,
and that the city's own share goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from dure.authorization.answers import Answer
from dure.authorization.books import Books
from dure.authorization.changes import Changes
from dure.authorization.decide import answer_of, decide
from dure.authorization.facts import Limits, Wallet
from dure.authorization.requests import Purchase
from dure.demo.seogu.population import Day, days
from dure.kernel.shards import shard_of_member
from dure.merchants.directory import ShopEntry
from dure.merchants.standing import ALWAYS_US, Periods, ShopStatus
from dure.policy.evaluate import RuleSet, compile_rules
from dure.policy.lines import LimitedBy
from dure.policy.occasions import Channel, MemberFacts, ShopFacts
from dure.rulebook.directory import load_budget_lines, load_directory, packaged_documents

SEOGU: Final = 28260
LINE: Final = "incheon-2019-seogu"
FIRST: Final = date(2019, 5, 1)
UNTIL: Final = date(2019, 9, 10)
"""The day on which the second supplement came."""
SHOP_CODE: Final = "DURESEOGU000001"
PURSE_WON: Final = 1_000_000_000
"""What every member holds: charging is not what is looked at here."""
_LIMITS: Final = Limits(1 << 40, 1 << 40, 1 << 40)


@dataclass(slots=True)
class DayTold:
    """One day: payments, what the district and the city paid in won, what the district has left."""

    day: date
    payments: int = 0
    paid_won: int = 0
    district_won: int = 0
    city_won: int = 0
    left_won: int = 0
    short_payments: int = 0


@dataclass(slots=True)
class Ending:
    """The first payment that the district's line could not pay in full, and what it was told."""

    at_us: int
    amount_won: int
    answer: Answer
    left_before_won: int


@dataclass(slots=True)
class Year:
    """What came out. Amounts are of the scaled population; `endings` has each run-out."""

    scale: int
    days: list[DayTold] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)


class SeoguBooks:
    """The books of one shop in Seo-gu and of members who are made when they first pay."""

    def __init__(self, scale: int) -> None:
        self.scale = scale
        lines = load_budget_lines(packaged_documents())
        self.line_ids = {line.id: number for number, line in enumerate(lines, 1)}
        self.rules = _rules(self.line_ids)
        self.books = Books(self.rules)
        self.books.budget_left = dict.fromkeys(self.line_ids.values(), 0)
        self.books.limits_from = {2: ([0], [_LIMITS])}
        self.line_id = self.line_ids[LINE]
        # Only the district's money is looked at: state and city, whose appropriations of 2019 came
        # after they were spent, have their whole year from the first day.
        self.stages = sorted(
            (stage.on_us if line.id == LINE else 0, self.line_ids[line.id], stage.won // scale)
            for line in lines
            for stage in line.stages
        )
        facts = ShopFacts(1, SEOGU, "56111", "5812", 1)
        periods = Periods((ALWAYS_US,), (ShopStatus.REGISTERED,))
        shop = ShopEntry(SHOP_CODE, facts, periods)
        self.books.shops[SHOP_CODE] = self.books.shops_by_id[1] = shop
        self._last_id = 0

    @property
    def left_won(self) -> int:
        """What the district's line has left."""
        return self.books.budget_left[self.line_id]

    def appropriate_until(self, at_us: int) -> None:
        """Puts in what the councils had decided by the instant."""
        while self.stages and self.stages[0][0] <= at_us:
            _, line_id, won = self.stages.pop(0)
            self.books.budget_left[line_id] += won

    def pay(self, member: int, at_us: int, amount_won: int) -> Answer:
        """One payment at the shop, decided and applied as the engine does."""
        member_id = 1_000_000 + member
        if member_id not in self.books.wallets:
            wallet = Wallet(shard_of_member(member_id), member_id, MemberFacts(SEOGU, 1980, 2))
            wallet.charged_won = wallet.charged_in_won = PURSE_WON
            wallet.spend_cashback = False
            self.books.wallets[member_id] = wallet
        self._last_id = max(self._last_id + 2, at_us)
        request = Purchase(
            key=self._last_id.to_bytes(16, "big"),
            occurred_at_us=at_us,
            shop_code=SHOP_CODE,
            amount_won=amount_won,
            channel=Channel.CARD,
            member_id=member_id,
        )
        decision = decide(request, self.books)
        self.books.apply(decision, self._last_id)
        answer = answer_of(decision)
        self._forget()
        return answer

    def _forget(self) -> None:
        """The journal is not kept: eleven million movements would not fit beside each other."""
        self.books.changes = Changes()
        self.books.by_key.clear()
        self.books.by_id.clear()
        self.books.past_months.clear()


def _rules(line_ids: dict[str, int]) -> RuleSet:
    documents = load_directory(packaged_documents())
    rule_ids = {document.key: number for number, document in enumerate(documents, 1)}
    return compile_rules(documents, line_ids, rule_ids)


def play(
    scale: int,
    seed: int,
    until: date = UNTIL,
    told: Callable[[DayTold], None] = lambda _day: None,
) -> Year:
    """Plays the days to before `until` for a `scale`-th of the population and of the money."""
    city = SeoguBooks(scale)
    year = Year(scale)
    for day in days(scale, seed, FIRST, until):
        year.days.append(_play_day(city, day, year.endings))
        told(year.days[-1])
    return year


def _play_day(city: SeoguBooks, day: Day, endings: list[Ending]) -> DayTold:
    told = DayTold(day.day)
    for member, at_us, amount_won in _payments(day):
        city.appropriate_until(at_us)
        before_won = city.left_won
        answer = city.pay(member, at_us, amount_won)
        told.payments += 1
        told.paid_won += amount_won
        told.city_won += sum(line.won for line in answer.incentive)
        for line in answer.incentive:
            if not city.rules.get_rule(line.rule_version_id).document.id.startswith("seogu"):
                continue
            told.city_won -= line.won
            told.district_won += line.won
            if line.limited_by == LimitedBy.BUDGET:
                told.short_payments += 1
                if before_won or not endings:
                    endings.append(Ending(at_us, amount_won, answer, before_won))
    told.left_won = city.left_won
    return told


def _payments(day: Day) -> Iterator[tuple[int, int, int]]:
    return zip(day.member.tolist(), day.at_us.tolist(), day.amount_won.tolist(), strict=True)
