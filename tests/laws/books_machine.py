"""The rules of a random life of two members, played on any city and on the model side by side."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, Protocol

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import (
    AnyRequest,
    Appropriate,
    Cancel,
    Capture,
    CardChange,
    ChangeCard,
    Charge,
    ExpireHold,
    ExpireMoney,
    GrantAllowance,
    Hold,
    Purchase,
    Refund,
    ReturnCharge,
    SendGift,
    SettleWithdrawal,
    TakeGift,
    Withdraw,
)
from dure.kernel.calendar import SEOUL, from_us, to_us
from dure.kernel.clock import SetClock
from dure.ledger.accounts import Account
from tests.engines import BEGUN_US
from tests.laws.gift_rules import GiftRules
from tests.laws.model import PROGRAMMES
from tests.laws.model_requests import USED_SHARE_BP, AnsweringModel
from tests.laws.paper_city import LINE_NAMES, RATES, SHOPS

HOUR_US = 3_600 * 1_000_000
LAST_US = BEGUN_US + 60 * 24 * HOUR_US  # before the test rules end with the year
CARD, QR = 1, 2


class City(Protocol):
    """Where requests are carried out, and the figures that it shows afterwards."""

    clock: SetClock
    recorded_us: int | None

    def new(self, us: int | None = None) -> dict[str, Any]: ...
    def ask_all(self, requests: Sequence[AnyRequest]) -> list[Answer]: ...
    def figures_of(self, member: int) -> dict[str, Any]: ...
    def lines(self) -> dict[str, int]: ...
    def sum_of(self, account: Account) -> int: ...


members = st.integers(0, 1)
shops = st.sampled_from(sorted(SHOPS))
wons = st.one_of(
    st.integers(1, 60_000), st.integers(1, 500_000), st.sampled_from([-5, 0, 1, 300_000, 2_000_001])
)
picks = st.integers(0, 1_000_000)
percents = st.integers(0, 100)
hours = st.sampled_from([1, 6, 7, 24, 100, 168, 169])


class BooksMachine(GiftRules, RuleBasedStateMachine):
    """After every step the city's figures are the model's; `together` requests go at once."""

    def __init__(self) -> None:
        super().__init__()
        self.city, cards = self.begin()
        self.cards = list(cards)
        self.members = list(cards.values())
        lines = self.city.lines()
        self.appropriated = dict(lines)
        self.suspense_won = self.city.sum_of(Account.SUSPENSE)
        self.payout_won = self.city.sum_of(Account.BANK_PAYOUT)
        self.gifts_won = self.city.sum_of(Account.GIFTS_WAITING)
        self.model = AnsweringModel(
            lines, RATES, self.city.recorded_us, cards=cards, shops=SHOPS, line_names=LINE_NAMES
        )
        self.sent: list[AnyRequest] = []
        self.waiting: list[tuple[AnyRequest, No]] = []
        self.together = 1
        self.put_in: dict[int, int] = defaultdict(int)
        self.seen: Counter[str] = Counter()

    def begin(self) -> tuple[City, dict[bytes, int]]:
        """A city and the cards of two members who have nothing yet."""
        raise NotImplementedError

    # Sending and comparing.

    def send(self, request: AnyRequest) -> None:
        self.waiting.append((request, self.model.do(request)))
        if len(self.waiting) >= self.together:
            self.settle()

    def settle(self) -> None:
        """Carries out what waits, compares the answers, and then every figure."""
        waiting, self.waiting = self.waiting, []
        answers = self.city.ask_all([request for request, _ in waiting])
        for (request, expected), answer in zip(waiting, answers, strict=True):
            assert answer.reason == expected, (request, expected)
            self.seen[f"{type(request).__name__} {expected.name}"] += 1
            if answer.repeated or answer.reason == No.ORIGINAL_WAS_REVERSED_FIRST:
                continue
            self.sent.append(request)
            if answer.approved:
                self.learn(request, answer)
        self.compare()

    def learn(self, request: AnyRequest, answer: Answer) -> None:
        if isinstance(request, (Purchase, Capture)):
            self.model.codes[answer.member_id, answer.approval_code] = request.key
        elif isinstance(request, Hold):
            self.model.hold_ids[answer.movement_id] = request.key
        elif isinstance(request, SendGift):
            self.model.gift_ids[answer.movement_id] = request.key
        elif isinstance(request, TakeGift):
            self.put_in[request.giver_id] -= answer.amount_won
            self.put_in[request.member_id] += answer.amount_won
        elif isinstance(request, Charge):
            self.put_in[answer.member_id] += answer.amount_won
        elif isinstance(request, Withdraw):
            self.put_in[answer.member_id] -= answer.amount_won
        elif isinstance(request, SettleWithdrawal) and not request.paid:
            self.put_in[answer.member_id] += answer.amount_won
        elif isinstance(request, Appropriate):
            self.appropriated[LINE_NAMES[request.line_id]] += request.amount_won

    def compare(self) -> None:
        model = self.model
        assert self.city.lines() == model.lines
        assert min(model.lines.values()) >= 0, "no line is overspent"
        for member in self.members:
            figures, purses = self.city.figures_of(member), model.purses[member]
            usage = {m: won for (who, m), won in model.usage.items() if who == member and won}
            allowances = {p: purse[0] for p, purse in purses["allowances"].items() if purse[0]}
            assert figures == {
                "charged": purses["charged"], "cashback": purses["cashback"],
                "claim": purses["claim"], "held": model.held(member), "allowances": allowances,
                "usage": usage,
            }  # fmt: skip
            assert 0 <= figures["held"] <= figures["charged"]
            assert min(figures["cashback"], figures["claim"], *allowances.values(), 0) == 0
            assert min(usage.values(), default=0) >= 0
        assert self.city.sum_of(Account.SUSPENSE) - self.suspense_won == model.suspense
        assert self.city.sum_of(Account.BANK_PAYOUT) - self.payout_won == model.payout
        waiting = sum(model.given_and_waiting(member) for member in self.members)
        assert self.city.sum_of(Account.GIFTS_WAITING) - self.gifts_won == waiting

    def pick(self, kind: Any, pick: int) -> Any:
        """One of the requests of a kind that were sent before."""
        found = [request for request in self.sent if isinstance(request, kind)]
        return found[pick % len(found)]

    def any_sent(self, kind: Any) -> bool:
        return any(isinstance(request, kind) for request in self.sent)

    def payer(self, member: int, channel: int) -> dict[str, Any]:
        by_card = {"card": self.cards[member]}
        return by_card if channel == CARD else {"member_id": self.members[member]}

    # Money comes in and goes out.

    @initialize(much=st.integers(300_000, 1_500_000), little=st.integers(1, 60_000))
    def begin_with(self, much: int, little: int) -> None:
        for member, won in enumerate((much, little)):
            new = self.city.new()
            self.send(Charge(**new, member_id=self.members[member], amount_won=won))

    @rule(member=members, won=st.integers(1, 900_000))
    def charge(self, member: int, won: int) -> None:
        self.send(Charge(**self.city.new(), member_id=self.members[member], amount_won=won))

    @precondition(lambda self: self.any_sent(Charge))
    @rule(pick=picks, suspended=st.booleans())
    def return_charge(self, pick: int, suspended: bool) -> None:
        charges = [r for r in self.sent if isinstance(r, Charge)]
        over = [charge for charge in charges if charge.key in self.model.suspended]
        charges = over if suspended and over else charges
        charge = charges[pick % len(charges)]
        self.send(
            ReturnCharge(**self.city.new(), member_id=charge.member_id,
                         amount_won=charge.amount_won, original_key=charge.key)
        )  # fmt: skip

    @rule(member=members)
    def withdraw(self, member: int) -> None:
        self.send(
            Withdraw(**self.city.new(), member_id=self.members[member],
                     used_share_bp_min=USED_SHARE_BP)
        )  # fmt: skip

    @precondition(lambda self: self.any_sent(Withdraw))
    @rule(pick=picks, paid=st.booleans())
    def settle_withdrawal(self, pick: int, paid: bool) -> None:
        withdrawal = self.pick(Withdraw, pick)
        self.send(
            SettleWithdrawal(**self.city.new(), member_id=withdrawal.member_id,
                             original_key=withdrawal.key, paid=paid)
        )  # fmt: skip

    @rule(
        member=members, programme=st.sampled_from(sorted(PROGRAMMES)),
        won=st.integers(1, 60_000), days=st.integers(1, 20),
    )  # fmt: skip
    def grant_one(self, member: int, programme: int, won: int, days: int) -> None:
        self.grant(member, programme, won, days)

    def grant(self, member: int, programme: int, won: int, days: int) -> None:
        new = self.city.new()
        until = new["occurred_at_us"] + days * 24 * HOUR_US
        self.send(
            GrantAllowance(**new, member_id=self.members[member], programme_id=programme,
                           amount_won=won, expires_at_us=until)
        )  # fmt: skip

    @rule(member=members)
    def expire_money(self, member: int) -> None:
        self.send(ExpireMoney(**self.city.new(), member_id=self.members[member]))

    @rule(line_id=st.sampled_from(sorted(LINE_NAMES)), left=st.integers(0, 3_000))
    def leave_little(self, line_id: int, left: int) -> None:
        """The treasury takes a line back but for a little, down to the last won."""
        won = left - self.model.lines[LINE_NAMES[line_id]]
        self.send(Appropriate(**self.city.new(), line_id=line_id, amount_won=won))

    @rule(line_id=st.sampled_from(sorted(LINE_NAMES)), won=st.integers(-300_000, 300_000))
    def appropriate(self, line_id: int, won: int) -> None:
        self.send(Appropriate(**self.city.new(), line_id=line_id, amount_won=won))

    # Payments.

    @rule(
        member=members, shop=shops, won=wons, channel=st.sampled_from([CARD, QR]),
        advice=st.booleans(), late_days=st.sampled_from([0, 0, 0, 1, 9]),
    )  # fmt: skip
    def purchase(
        self, member: int, shop: str, won: int, channel: int, advice: bool, late_days: int
    ) -> None:
        self.send(self.new_purchase(member, shop, won, channel, advice, late_days))

    @rule(
        payments=st.lists(st.tuples(members, shops, st.integers(1, 60_000)), min_size=2, max_size=6)
    )
    def everyday_purchases(self, payments: list[tuple[int, str, int]]) -> None:
        for member, shop, won in payments:
            self.send(self.new_purchase(member, shop, won, CARD, advice=False))

    @rule(member=members, shop=shops, left=st.integers(-2, 40), held=st.sampled_from([0, 500]))
    def spend_nearly_all(self, member: int, shop: str, left: int, held: int) -> None:
        """To the edge of what is free, or a little over it."""
        if held:
            self.hold(member, shop, held, 6)
        purses = self.model.purses[self.members[member]]
        free = purses["charged"] + purses["cashback"] - self.model.held(self.members[member])
        self.send(self.new_purchase(member, shop, max(1, free - left), CARD, advice=False))

    @rule(member=members, shop=shops, won=st.integers(150_000, 700_000), percent=percents)
    def cross_a_bracket(self, member: int, shop: str, won: int, percent: int) -> None:
        """A large payment, and a part of it given back."""
        payment = self.new_purchase(member, shop, won, CARD, advice=False)
        self.send(payment)
        self.cancel(payment, percent)

    @rule(member=members, won=st.sampled_from([50, 100, 177, 200, 300]), back=st.integers(1, 2))
    def spend_the_cashback_first(self, member: int, won: int, back: int) -> None:
        """A payment of which a little is given back when its cashback is gone, and another one."""
        seogu = next(code for code, name in SHOPS.items() if name == "seogu")
        payment = self.new_purchase(member, seogu, won, CARD, advice=False)
        self.send(payment)
        cashback = self.model.purses[self.members[member]]["cashback"]
        if cashback:
            self.send(self.new_purchase(member, seogu, cashback, CARD, advice=False))
        self.send(
            Cancel(**self.city.new(), original_key=payment.key, rest_won=won - back,
                   card=self.cards[member])
        )  # fmt: skip
        self.send(self.new_purchase(member, seogu, won, CARD, advice=False))

    @precondition(lambda self: self.model.payments)
    @rule(pick=picks, won=st.integers(1, 3))
    def give_back_a_few_won(self, pick: int, won: int) -> None:
        """So few that roundings decide; where cashback was spent, a claim may be left."""
        key, payment = list(self.model.payments.items())[pick % len(self.model.payments)]
        rest = max(0, payment["stands"] - won)
        self.send(
            Cancel(**self.city.new(), original_key=key, rest_won=rest, member_id=payment["member"])
        )

    @rule(member=members, won=st.integers(1, 20_000), days=st.permutations([3, 8]))
    def grant_two(self, member: int, won: int, days: list[int]) -> None:
        for programme, good_for in zip(sorted(PROGRAMMES), days, strict=True):
            self.grant(member, programme, won, good_for)

    def new_purchase(
        self, member: int, shop: str, won: int, channel: int, advice: bool, late_days: int = 0
    ) -> Purchase:
        us = max(BEGUN_US, self.city.clock.now_us() - late_days * 24 * HOUR_US)
        return Purchase(
            **self.city.new(us), shop_code=shop, amount_won=won, channel=channel,
            **self.payer(member, channel), advice=advice,
        )  # fmt: skip

    @precondition(lambda self: self.sent)
    @rule(pick=picks)
    def repeat(self, pick: int) -> None:
        self.send(self.pick(object, pick))

    @rule(member=members, shop=shops, won=st.integers(1, 90_000))
    def reversal_before_original(self, member: int, shop: str, won: int) -> None:
        late = self.new_purchase(member, shop, won, CARD, advice=False)
        self.send(Cancel(**self.city.new(), original_key=late.key, card=self.cards[member]))
        self.send(late)

    @precondition(lambda self: self.any_sent((Purchase, Capture)))
    @rule(pick=picks, percent=percents)
    def reverse_in_part(self, pick: int, percent: int) -> None:
        self.cancel(self.pick((Purchase, Capture), pick), percent)

    @precondition(lambda self: self.any_sent((Purchase, Capture)))
    @rule(pick=picks)
    def reverse(self, pick: int) -> None:
        self.cancel(self.pick((Purchase, Capture), pick), 0)

    def cancel(self, payment: Purchase | Capture, percent: int) -> None:
        rest = max(0, payment.amount_won) * percent // 100
        payer: dict[str, Any] = {"card": payment.card, "member_id": payment.member_id}
        self.send(Cancel(**self.city.new(), **payer, original_key=payment.key, rest_won=rest))

    @precondition(lambda self: self.model.codes)
    @rule(pick=picks, won=st.one_of(st.integers(1, 30_000), st.sampled_from([0, 500_000])))
    def refund_by_approval_code(self, pick: int, won: int) -> None:
        (member, code), key = list(self.model.codes.items())[pick % len(self.model.codes)]
        shop = next(c for c, n in SHOPS.items() if n == self.model.payments[key]["shop"])
        self.send(
            Refund(**self.city.new(), amount_won=won, shop_code=shop, approval_code=code,
                   member_id=member)
        )  # fmt: skip

    # Holds and cards.

    @rule(member=members, shop=shops, won=wons, ends_after=hours, advice=st.booleans())
    def hold_one(self, member: int, shop: str, won: int, ends_after: int, advice: bool) -> None:
        self.hold(member, shop, won, ends_after, advice)

    def hold(self, member: int, shop: str, won: int, ends_after: int, advice: bool = False) -> None:
        new = self.city.new()
        until = new["occurred_at_us"] + ends_after * HOUR_US
        self.send(
            Hold(**new, shop_code=shop, amount_won=won, channel=CARD, expires_at_us=until,
                 card=self.cards[member], advice=advice)
        )  # fmt: skip

    @precondition(lambda self: self.any_sent(Hold))
    @rule(pick=picks, percent=st.sampled_from([0, 1, 50, 99, 100, 110]), advice=st.booleans())
    def capture(self, pick: int, percent: int, advice: bool) -> None:
        hold = self.pick(Hold, pick)
        won = max(0, hold.amount_won) * percent // 100
        self.send(
            Capture(**self.city.new(), amount_won=won, original_key=hold.key, card=hold.card,
                    advice=advice, shop_code=hold.shop_code, channel=CARD)
        )  # fmt: skip

    @rule(member=members, shop=shops, won=wons)
    def capture_what_nobody_knows(self, member: int, shop: str, won: int) -> None:
        self.send(
            Capture(**self.city.new(), amount_won=won, original_key=self.city.new()["key"],
                    card=self.cards[member], advice=True, shop_code=shop, channel=CARD)
        )  # fmt: skip

    @precondition(lambda self: self.any_sent(Hold))
    @rule(pick=picks, percent=st.sampled_from([0, 0, 1, 50, 100, 101]))
    def release(self, pick: int, percent: int) -> None:
        hold = self.pick(Hold, pick)
        rest = max(0, hold.amount_won) * percent // 100
        self.send(
            Cancel(**self.city.new(), original_key=hold.key, card=hold.card, rest_won=rest)
        )  # fmt: skip

    @precondition(lambda self: self.model.hold_ids)
    @rule(pick=picks)
    def expire_hold(self, pick: int) -> None:
        hold_id, key = list(self.model.hold_ids.items())[pick % len(self.model.hold_ids)]
        member = self.model.holds[key]["member"]
        self.send(ExpireHold(**self.city.new(), member_id=member, hold_id=hold_id))

    @rule(member=members, change=st.sampled_from([CardChange.BLOCK, CardChange.UNBLOCK]))
    def change_card(self, member: int, change: CardChange) -> None:
        self.send(ChangeCard(**self.city.new(), card=self.cards[member], change=change))

    # Time.

    @precondition(lambda self: self.city.clock.now_us() < LAST_US)
    @rule(hours=hours)
    def wait(self, hours: int) -> None:
        self.city.clock.advance(hours * HOUR_US)

    @precondition(lambda self: self.city.clock.now_us() < LAST_US - 31 * 24 * HOUR_US)
    @rule()
    def next_month(self) -> None:
        day = from_us(self.city.clock.now_us()).astimezone(SEOUL)
        start = day.replace(month=day.month + 1, day=1, hour=0, minute=0, second=0, microsecond=0)
        self.city.clock.advance(to_us(start) - self.city.clock.now_us())

    def teardown(self) -> None:
        """Cancelling everything restores every figure."""
        if self.waiting:
            self.settle()
        self.return_all_gifts()
        if self.waiting:
            self.settle()
        for hold in [request for request in self.sent if isinstance(request, Hold)]:
            self.send(Cancel(**self.city.new(), original_key=hold.key, card=hold.card))
        for payment in [r for r in self.sent if isinstance(r, (Purchase, Capture))]:
            self.cancel(payment, 0)
        if self.waiting:
            self.settle()
        granted: dict[str, int] = defaultdict(int)
        for member in self.members:
            figures = self.city.figures_of(member)
            assert figures["held"] == 0
            assert figures["usage"] == {}
            worth = figures["charged"] + figures["cashback"] - figures["claim"]
            assert worth == self.put_in[member]
            if not self.model.short:
                assert (figures["charged"], figures["cashback"]) == (self.put_in[member], 0)
            for programme, won in figures["allowances"].items():
                granted[PROGRAMMES[programme][0]] += won
        for name, won in self.city.lines().items():
            assert won == self.appropriated[name] - granted[name]
        unreturned = sum(self.model.suspended.values())
        assert self.city.sum_of(Account.SUSPENSE) - self.suspense_won == unreturned
