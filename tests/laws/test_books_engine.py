"""The same random lives through a real engine, several requests at once, against the model."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import Appropriate
from tests.conftest import broken_invariants
from tests.engines import running_engine, seed_city
from tests.laws.books_machine import BooksMachine, City
from tests.laws.engine_city import EngineCity
from tests.laws.paper_city import APPROPRIATED, DOCUMENTS


@pytest.fixture
def city(db_url: str) -> Iterator[EngineCity]:
    """An engine on a database of its own, with the rules and programmes of the paper city."""
    seed_city(db_url, DOCUMENTS)
    with psycopg.connect(db_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO allowance_programme VALUES (5, 'youth', '청년수당', 'Youth', 3, '{28260}'),"
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
