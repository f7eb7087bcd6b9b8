"""The same random lives through a real engine, several requests at once, against the model."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import (
    Appropriate,
    Cancel,
    Charge,
    GrantAllowance,
    Purchase,
    Withdraw,
)
from tests.conftest import broken_invariants
from tests.engines import BEGUN_US, SHOP_JUNGGU, running_engine, seed_city
from tests.laws.books_machine import BooksMachine, City
from tests.laws.engine_city import EngineCity
from tests.laws.paper_city import APPROPRIATED, DOCUMENTS


@pytest.fixture
def city(db_url: str) -> Iterator[EngineCity]:
    """An engine on a database of its own, with the rules and programmes of the paper city."""
    seed_city(db_url, DOCUMENTS)
    with psycopg.connect(db_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO allowance_programme VALUES"
            " (5, 'youth', '청년수당', 'Youth', 3, '{28260}'),"
            " (6, 'birth', '출생축하금', 'Birth grant', 2, '{}')"
        )
    with running_engine(db_url) as engine:
        opened = EngineCity(engine)
        yield opened
        opened.close()


def test_it_keeps_every_figure_as_the_model_does_on_a_real_engine(
    city: EngineCity, db_url: str
) -> None:
    class EngineMachine(BooksMachine):
        """Up to nine requests are under way at once; now and then the engine forgets all."""

        def begin(self) -> tuple[City, dict[bytes, int]]:
            cards = city.begin_again()
            return city, cards

        @rule(count=st.integers(1, 9))
        def ask_together(self, count: int) -> None:
            if self.waiting:
                self.settle()
            self.together = count

        @rule()
        def forget(self) -> None:
            if self.waiting:
                self.settle()
            city.forget()

        def compare(self) -> None:
            """Reading the tables costs more than the requests: now and then, and at the end."""
            self.compared = getattr(self, "compared", 0) + 1
            if self.compared % 10 == 0:
                super().compare()

        def teardown(self) -> None:
            self.together = 9
            super().teardown()
            super().compare()

    run_state_machine_as_test(
        EngineMachine,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
    assert broken_invariants(db_url) == []


def test_it_takes_back_what_is_left_of_a_line_and_gives_it_again(city: EngineCity) -> None:
    city.begin_again()
    won = APPROPRIATED[3]
    back, again = (
        Appropriate(**city.new(), line_id=3, amount_won=amount) for amount in (-won, won)
    )
    assert [answer.reason for answer in city.ask_all([back])] == [No.APPROVED]
    assert city.lines()["seogu"] == 0
    assert [answer.reason for answer in city.ask_all([again])] == [No.APPROVED]
    assert city.lines()["seogu"] == won


def test_it_gives_back_an_allowance_that_was_spent_to_the_last_won_and_forgotten(
    city: EngineCity,
) -> None:
    (card, member), *_ = city.begin_again().items()
    until_us = BEGUN_US + 10**12
    grant = GrantAllowance(
        **city.new(), member_id=member, programme_id=6, amount_won=9_000, expires_at_us=until_us
    )
    purchase = Purchase(**city.new(), shop_code=SHOP_JUNGGU, amount_won=9_000, channel=1, card=card)
    assert all(answer.approved for answer in city.ask_all([grant, purchase]))
    city.forget()
    (answer,) = city.ask_all([Cancel(**city.new(), original_key=purchase.key, card=card)])
    assert (answer.reason, answer.allowance_won) == (No.APPROVED, 9_000)
    assert city.figures_of(member)["allowances"] == {6: 9_000}


def test_it_refunds_an_unused_charge_once_though_asked_twice_at_once(city: EngineCity) -> None:
    (_, member), *_ = city.begin_again().items()
    city.ask_all([Charge(**city.new(), member_id=member, amount_won=100_000)])
    asked = [
        Withdraw(**city.new(), member_id=member, used_share_bp_min=6_000, amount_won=won)
        for won in (0, 0)
    ]
    first, second = city.ask_all(asked)
    assert (first.reason, first.amount_won) == (No.APPROVED, 100_000)
    assert second.reason == No.REFUND_RATIO_NOT_REACHED
