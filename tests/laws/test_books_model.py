"""Ledger, authorization and cancelling against a model that a person can read (`model.py`)."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from dure.authorization.requests import Cancel, Charge, GrantAllowance, Purchase
from dure.ledger.accounts import Account
from tests.laws.books_machine import BooksMachine, City
from tests.laws.paper_city import CARDS, SHOPS, PaperCity


class PaperMachine(BooksMachine):
    """Every request is decided and applied at once, in memory."""

    def begin(self) -> tuple[City, dict[bytes, int]]:
        return PaperCity(), CARDS


def test_it_keeps_every_figure_as_the_model_does() -> None:
    run_state_machine_as_test(
        PaperMachine,
        settings=settings(
            max_examples=250,
            stateful_step_count=40,
            deadline=None,
            phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


cuts = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 100)), min_size=2, max_size=12
)  # which payment, down to how many percent of it
payments = st.lists(
    st.tuples(st.sampled_from(sorted(SHOPS)), st.integers(1, 150_000), st.booleans()),
    min_size=1, max_size=8,
)  # fmt: skip


@given(payments, cuts, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=150)
def test_the_order_of_cancellations_does_not_matter(
    paid: list[tuple[str, int, bool]], cut: list[tuple[int, int]], chance: Random
) -> None:
    """Lines, net payments and what the member is worth end the same; each purse too, as long as
    no cashback had been spent that a cancellation then had to take from charged money."""
    other = list(cut)
    chance.shuffle(other)
    one, two = ended_by(paid, cut), ended_by(paid, other)
    assert one.lines == two.lines
    assert one.usage == two.usage
    assert one.worth_won == two.worth_won
    assert one.payable_won == two.payable_won
    if not (one.short or two.short):
        assert one == two


class End(NamedTuple):
    """The figures after a history; `short` when spent cashback was taken from charged money."""

    lines: dict[str, int]
    usage: dict[int, int]
    worth_won: int
    payable_won: int
    charged_won: int
    cashback_won: int
    short: bool


def ended_by(paid: list[tuple[str, int, bool]], cut: list[tuple[int, int]]) -> End:
    """Pays in order, then cancels in the order given; a cut that gives nothing back is skipped."""
    city, short = PaperCity(), False
    (card, member), *_ = CARDS.items()
    city.ask(Charge(**city.new(), member_id=member, amount_won=1_500_000))
    keys = []
    for shop, won, allowed in paid:
        if allowed:
            until_us = city.clock.now_us() + 10**12
            city.ask(GrantAllowance(**city.new(), member_id=member, programme_id=5,
                                    amount_won=1 + won // 3, expires_at_us=until_us))  # fmt: skip
        purchase = Purchase(**city.new(), shop_code=shop, amount_won=won, channel=1, card=card)
        assert city.ask(purchase).approved
        keys.append((purchase.key, won))
    for place, percent in cut:
        key, won = keys[place % len(keys)]
        rest_won = won * percent // 100
        back = city.ask(Cancel(**city.new(), original_key=key, rest_won=rest_won, card=card))
        assert back.approved
        movement = city.books.changes.movements[-1]
        taken_won = movement.sum_of(Account.MEMBER_CHARGED) + back.charged_won
        short = short or taken_won > 0 or back.claim_won > 0
    figures = city.figures_of(member)
    return End(
        city.lines(), figures["usage"],
        figures["charged"] + figures["cashback"] - figures["claim"],
        city.sum_of(Account.SHOP_PAYABLE), figures["charged"], figures["cashback"], short,
    )  # fmt: skip
