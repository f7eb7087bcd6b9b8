"""Laws of what is given later: random lives with bonus, prizes, cancellations and refunds undone.

After every step the purses equal the journal and no line is overspent (`figures_of`, `lines`); what
was given once and cancelled leaves nothing behind, in whatever order.
"""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from dure.authorization.answers import Answer
from dure.authorization.requests import Appropriate, Cancel
from tests.engines import SHOP_JUNGGU, SHOP_SEOGU
from tests.laws.later_city import DAY_US, LOTTERY, MEMBER, REFERRAL, LaterCity

steps = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "charge",
                "pay",
                "award",
                "gift",
                "cancel",
                "refund",
                "undo",
                "withdraw",
                "fail",
                "paid",
                "drain",
                "fill",
                "wait",
            ]
        ),
        st.integers(0, 1_000_000),
        st.integers(1, 60_000),
    ),
    min_size=12,
    max_size=60,
)


class Life:
    """Plays steps on a city and remembers what can be undone."""

    def __init__(self) -> None:
        self.city = LaterCity(bonus=True)
        self.payments: list[Answer] = []
        self.refunds: list[Answer] = []
        self.withdrawals: list[Answer] = []

    def play(self, what: str, pick: int, won: int) -> None:
        city = self.city
        if what == "charge":
            city.charge(won)
        elif what == "pay":
            self.pay(won, (SHOP_JUNGGU, SHOP_SEOGU)[pick % 2])
        elif what == "gift":
            city.award(REFERRAL, won % 4_000, about=pick % 5 + 1)
        elif what in ("withdraw", "fail", "paid"):
            self.withdraw(what, pick)
        elif what in ("drain", "fill"):
            line = pick % 3 + 1
            sign = -1 if what == "drain" else 1
            left = city.books.budget_left[line]
            asked = -min(won, left) if sign < 0 else won
            city.ask(Appropriate(**city.new(), line_id=line, amount_won=asked))
        elif what == "wait":
            city.clock.advance(pick % 12 * DAY_US)
        elif self.payments:
            self.change(what, self.payments[pick % len(self.payments)], won)
        self.check()

    def pay(self, won: int, shop: str) -> None:
        wallet = self.city.books.wallets[MEMBER]
        if won <= wallet.charged_won + wallet.cashback_won:
            self.payments.append(self.city.pay(won, shop))

    def change(self, what: str, payment: Answer, won: int) -> None:
        city = self.city
        if what == "award":
            city.award(LOTTERY, won % 8_000, payment)
        elif what == "cancel":
            city.cancel(payment, won % (payment.amount_won + 1))
        elif what == "refund":
            shop = city.books.shops_by_id[payment.shop_id].shop_code
            answer = city.refund(payment, won % payment.amount_won + 1, shop)
            if answer.approved:
                self.refunds.append(answer)
        elif self.refunds:
            returned = self.refunds.pop(won % len(self.refunds))
            city.ask(Cancel(**city.new(), original_key=returned.key, member_id=MEMBER))

    def withdraw(self, what: str, pick: int) -> None:
        if what == "withdraw":
            answer = self.city.withdraw()
            if answer.approved:
                self.withdrawals.append(answer)
        elif self.withdrawals:
            withdrawal = self.withdrawals.pop(pick % len(self.withdrawals))
            self.city.settle(withdrawal, paid=what == "paid")

    def check(self) -> None:
        """Purses and lines equal the journal; nothing is overspent, no cap is passed."""
        figures, lines = self.city.figures_of(MEMBER), self.city.lines()
        assert min(lines.values()) >= 0
        assert min(figures["charged"], figures["cashback"], figures["claim"]) >= 0
        wallet = self.city.books.wallets[MEMBER]
        assert wallet.cashback_in_won >= wallet.cashback_won
        assert wallet.charged_in_won >= wallet.charged_won
        for key, won in (wallet.counters or {}).items():
            assert won >= 0, key

    def worth(self) -> int:
        figures = self.city.figures_of(MEMBER)
        return int(figures["charged"] + figures["cashback"] - figures["claim"])


@given(steps)
@settings(max_examples=300, deadline=None)
def test_the_books_hold_after_every_step(life: list[tuple[str, int, int]]) -> None:
    played = Life()
    played.city.charge(100_000)
    for step in life:
        played.play(*step)


@given(
    st.lists(st.tuples(st.integers(1, 60_000), st.integers(0, 8_000)), min_size=1, max_size=6),
    st.randoms(use_true_random=False),
)
@settings(max_examples=100, deadline=None)
def test_cancelling_everything_in_any_order_leaves_nothing(
    payments: list[tuple[int, int]], chance: Random
) -> None:
    life = Life()
    city = life.city
    city.charge(400_000)
    begun, lines, counters = life.worth(), city.lines(), dict(wallet_sums(city))
    for won, prize_won in payments:
        life.pay(won, SHOP_JUNGGU)
        city.award(LOTTERY, prize_won, life.payments[-1])
    cancels = [(paid, chance.randrange(paid.amount_won)) for paid in life.payments]
    cancels += [(paid, 0) for paid in life.payments]
    chance.shuffle(cancels)
    for paid, rest_won in cancels:
        city.cancel(paid, rest_won)
        life.check()
    assert (life.worth(), city.lines(), wallet_sums(city)) == (begun, lines, counters)


def wallet_sums(city: LaterCity) -> dict[str, int]:
    return dict(city.books.wallets[MEMBER].counters or {})
