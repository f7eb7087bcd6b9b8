"""The budget of a small city for tests: a tree of three levels, officials, an engine."""

from __future__ import annotations

from datetime import date

import psycopg

from dure.authorization.requests import Charge, Purchase
from dure.budget.appropriating import ORIGINAL, Appropriation, appropriate
from dure.budget.lines import Line, get_line, place_line
from dure.budget.office import Office
from dure.budget.officials import BudgetOfficial, BudgetRole
from dure.budget.positions import Position, positions
from dure.kernel.clock import SetClock
from tests.engines import (
    BEGUN_US,
    JUNGGU,
    SEOGU,
    SHOP_SEOGU,
    RunningEngine,
    new_key,
    open_member,
)

KIM, LEE, PARK = (BudgetOfficial(name) for name in ("kim", "lee", "park"))
OF_SEOGU = BudgetOfficial("seo", BudgetRole.DISTRICT, SEOGU)
OF_JUNGGU = BudgetOfficial("jung", BudgetRole.DISTRICT, JUNGGU)
AUDITOR = BudgetOfficial("audit", BudgetRole.AUDITOR)
STATE, CITY, DISTRICT = "test-state", "test-city", "test-seogu"


class BudgetCity:
    """An office over a connection of its own; `clock` stands until it is set."""

    def __init__(self, url: str, engine: RunningEngine) -> None:
        self.url = url
        self.connection = psycopg.connect(url, autocommit=True)
        self.clock = SetClock(BEGUN_US)
        self.engine = engine
        self.office = Office(self.connection, engine.ask, self.clock.now_us)
        state, city, district = (get_line(self.connection, c) for c in (STATE, CITY, DISTRICT))
        place_line(self.connection, city, state)
        place_line(self.connection, district, city)

    def close(self) -> None:
        self.connection.close()

    def line(self, code: str) -> Line:
        return get_line(self.connection, code)

    def give(self, code: str, won: int, number: str = "2019-1") -> None:
        """The original budget of a line."""
        appropriate(self.office, KIM, code, given(won, number))

    def position(self, code: str, at_us: int | None = None) -> Position:
        """Where the line stands by itself."""
        return positions(self.connection, at_us).get(self.line(code).line_id, Position())

    def spend(self, member_id: int, won: int) -> int:
        """A new member charges and pays at a shop in Seo-gu; gives the incentive in won."""
        open_member(self.engine, member_id)
        charge = Charge(key=new_key(), occurred_at_us=BEGUN_US, member_id=member_id, amount_won=won)
        assert self.engine.ask(charge).approved
        answer = self.engine.ask(
            Purchase(
                key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_SEOGU, amount_won=won,
                channel=1, member_id=member_id,
            )
        )  # fmt: skip
        assert answer.approved
        return sum(line.won for line in answer.incentive)


def given(won: int, number: str = "2019-1", kind: str = ORIGINAL) -> Appropriation:
    """What a document of the council gives."""
    return Appropriation(kind, won, date(2019, 1, 1), number, "시험 예산", "https://example.org")
