"""A city in memory under any rules: what happens is played, and what must hold is read off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from dure.authorization.answers import Answer
from dure.authorization.requests import (
    Appropriate,
    Cancel,
    ChangeWallet,
    Charge,
    Purchase,
    Refund,
)
from dure.ledger.accounts import Account
from dure.ledger.movement import Movement
from dure.merchants.directory import ShopEntry
from dure.merchants.standing import ALWAYS_US, Periods, ShopStatus
from dure.policy.compiled import EVER
from dure.policy.evaluate import RuleSet
from dure.policy.occasions import Channel, Mark, SalesBand, ShopFacts, Trade
from dure.policy.release import account_key
from tests.engines import BEGUN_US, JUNGGU, SEOGU
from tests.laws.paper_city import APPROPRIATED, MEMBERS, PaperCity

HOUR_US = 3_600_000_000
CHARGED_WON = 1_900_000
PLACES = (
    ShopFacts(11, SEOGU, "56111", "5812", SalesBand.UP_TO_300M, Mark.TRADITIONAL_MARKET),
    ShopFacts(12, SEOGU, "56111", "5812", SalesBand.UP_TO_1BN, 0, benefit_plus_bp=500),
    ShopFacts(13, SEOGU, "10000", "5499", SalesBand.UP_TO_3BN, trade=Trade.LOCAL_MAKER),
    ShopFacts(14, JUNGGU, "47000", "5411", SalesBand.ABOVE_3BN, Mark.WEAK_STREET | Mark.ISLAND),
    ShopFacts(15, JUNGGU, "56111", "5812", SalesBand.UP_TO_300M, benefit_plus_bp=300),
)


class Pay(NamedTuple):
    """A payment of a random life: who, in which of `PLACES`, how much, how, how much later.

    It reaches the city `hours_late` after it has happened.
    """

    member: int
    place: int
    won: int
    channel: Channel
    hours_later: int
    hours_late: int = 0


class IncentiveCity(PaperCity):
    """Two members with money, five shops, three lines, and any rules."""

    def __init__(
        self, rules: RuleSet, lines_won: Sequence[int], *, spends: bool, begins_us: int = BEGUN_US
    ) -> None:
        super().__init__()
        self.clock.advance(begins_us - self.clock.now_us())
        self.books.rules = rules
        for facts in PLACES:
            standing = Periods((ALWAYS_US,), (ShopStatus.REGISTERED,))
            shop = ShopEntry(f"place-{facts.shop_id}", facts, standing)
            self.books.shops[shop.shop_code] = self.books.shops_by_id[facts.shop_id] = shop
        for line_id, won in enumerate(lines_won, 1):
            more_won = won - APPROPRIATED[line_id]
            if more_won:
                self._do(Appropriate(**self.new(), line_id=line_id, amount_won=more_won))
        for member in MEMBERS:
            self._do(Charge(**self.new(), member_id=member, amount_won=CHARGED_WON))
            if not spends:
                self._do(ChangeWallet(**self.new(), member_id=member, spend_cashback=False))

    def _do(self, request: Any) -> Answer:
        answer = self.ask(request)
        assert answer.approved, (request, answer.reason)
        return answer

    def pay(self, payment: Pay) -> Purchase | None:
        """The payment, checked to the won; None when it was refused."""
        self.clock.advance(payment.hours_later * HOUR_US)
        request = Purchase(
            **self.new(self.clock.now_us() - payment.hours_late * HOUR_US),
            shop_code=f"place-{PLACES[payment.place].shop_id}",
            amount_won=payment.won,
            channel=payment.channel,
            member_id=MEMBERS[payment.member],
        )
        left = dict(self.books.budget_left)
        if not self.ask(request).approved:
            return None
        self.check_payment(self.books.changes.movements[-1], left)
        self.check_sums()
        return request

    def play(self, payments: Iterable[Pay]) -> list[Purchase]:
        return [request for payment in payments if (request := self.pay(payment)) is not None]

    def cancel(self, request: Purchase, rest_won: int = 0) -> None:
        cancel = Cancel(
            **self.new(),
            original_key=request.key,
            rest_won=rest_won,
            member_id=request.member_id,
        )
        self._do(cancel)
        self.check_sums()

    def refund(self, request: Purchase, won: int) -> Refund:
        refund = Refund(
            **self.new(),
            original_key=request.key,
            amount_won=won,
            shop_code=request.shop_code,
            member_id=request.member_id,
        )
        self._do(refund)
        return refund

    def undo(self, refund: Refund) -> None:
        self._do(Cancel(**self.new(), original_key=refund.key, member_id=refund.member_id))

    # What must hold.

    def check_payment(self, payment: Movement, left: dict[int, int]) -> None:
        """Each line is within its caps; purses, claims, lines and shop moved by their sum."""
        packed = payment.incentive or []
        gave_won, drawn = 0, Counter[int]()
        for i in range(0, len(packed), 4):
            rule_id, won, _limit, full_won = packed[i : i + 4]
            rule = self.books.rules.get_rule(rule_id)
            cap_won = rule.document.caps.payment_cashback_won_max
            assert 0 <= won <= full_won
            assert cap_won is None or won <= cap_won
            for line_id, part in rule.split(won):
                drawn[line_id] += part
            gave_won += won
        legs = list(zip(payment.accounts, payment.amounts, strict=True))
        came_in = (Account.MEMBER_CASHBACK, Account.MEMBER_CLAIMS)
        assert -sum(won for account, won in legs if account in came_in and won < 0) == gave_won
        by_shop = sum(won for account, won in legs if account == Account.SHOP_DISCOUNT)
        assert by_shop == payment.discount_won + drawn.pop(0, 0)
        for line_id, was_won in left.items():
            assert self.books.budget_left[line_id] == was_won - drawn[line_id] >= 0

    def check_sums(self) -> None:
        """No cap of a month, a member or a sum is passed; sums used are those of the journal."""
        books, journal = self.books, Counter[int]()
        for movement in books.changes.movements:
            packed = movement.incentive or []
            for i in range(0, len(packed), 4):
                journal[packed[i]] += packed[i + 1]
        for rule in {rule for term in books.rules.terms for rule in term.rules}:
            caps, total = rule.document.caps, rule.document.stops.until_sum_used_won
            if total is not None:
                assert books.used_won.get(rule.rule_id, 0) == journal[rule.rule_id] <= total
            most = {
                rule.month_won_key: caps.month_cashback_won_max,
                rule.month_payments_key: caps.month_payments_max,
                rule.ever_won_key: caps.member_cashback_won_max,
                rule.ever_payments_key: caps.member_payments_max,
            }
            for sums in self.sums().values():
                for key, limit in most.items():
                    assert sums.get(key, 0) >= 0
                    assert limit is None or sums.get(key, 0) <= limit
        self.check_releases()

    def check_releases(self) -> None:
        """No release is passed; what each has paid is what stands of the payments of its time."""
        books, paid, most = self.books, Counter[int](), dict[int, int]()
        at_us = {m.movement_id: m.occurred_at_us for m in books.changes.movements}
        original_of = {m.movement_id: m.original_id for m in books.changes.movements}
        for movement in books.changes.movements:
            payment_id = movement.movement_id
            while (before := original_of.get(payment_id)) in at_us:
                payment_id = before or 0
            packed = movement.incentive or []
            for i in range(0, len(packed), 4):
                rule = books.rules.get_rule(packed[i])
                if rule.release is None:
                    continue
                number = rule.release.number_of_account(at_us[payment_id])
                account = account_key(rule.rule_id, number)
                paid[account] += packed[i + 1]
                released_won = rule.release.most_won(at_us[payment_id])
                most[account] = max(most.get(account, 0), released_won)
        for account, won in paid.items():
            assert books.used_won.get(account, 0) == won <= most[account]

    def sums(self) -> dict[tuple[int, int], dict[str, int]]:
        """The sums of each member and month that are not zero; those of ever as month 0."""
        found: dict[tuple[int, int], dict[str, int]] = {}
        months = [(m, w.month, w.counters) for m, w in self.books.wallets.items()]
        months += [(m, month, p.counters) for (m, month), p in self.books.past_months.items()]
        for member, month, counters in months:
            for key, value in (counters or {}).items():
                if value:
                    place = (member, 0 if key.startswith(EVER) else month)
                    found.setdefault(place, {})[key] = value
        return found

    def figures(self, *, purses: bool) -> dict[str, Any]:
        """Every figure there is; without `purses` what a member's purses are worth together."""
        members: dict[int, Any] = {}
        for member in MEMBERS:
            figures = self.figures_of(member)
            worth = figures["charged"] + figures["cashback"] - figures["claim"]
            members[member] = figures if purses else (worth, figures["usage"])
        used = {rule_id: won for rule_id, won in self.books.used_won.items() if won}
        return {"members": members, "lines": self.lines(), "sums": self.sums(), "used": used}
