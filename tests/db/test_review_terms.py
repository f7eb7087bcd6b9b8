"""What is published while the engine pays, and cannot be read."""

from __future__ import annotations

import time

import psycopg

from dure.authorization.requests import Charge, OpenWallet, Purchase
from tests.engines import (
    BEGUN_US,
    SEOGU,
    SHOP_JUNGGU,
    RunningEngine,
    new_key,
    running_engine,
    seed_city,
)

MEMBER = 1001
UNREADABLE = "id: nothing-else\n"


def rules_asked(engine: RunningEngine) -> list[int]:
    """The rule versions that had a say in a payment (no line has money here)."""
    answer = engine.ask(
        Purchase(
            key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_JUNGGU, amount_won=10_000,
            channel=1, member_id=MEMBER,
        )
    )  # fmt: skip
    assert answer.approved
    return [line.rule_version_id for line in answer.incentive]


def test_the_engine_pays_on_by_the_rules_it_has_when_new_ones_cannot_be_read(db_url: str) -> None:
    seed_city(db_url)
    with running_engine(db_url) as engine:
        opened = OpenWallet(
            key=new_key(), occurred_at_us=BEGUN_US, member_id=MEMBER, level=2, district=SEOGU,
            birth_year=1980,
        )  # fmt: skip
        charged = Charge(
            key=new_key(), occurred_at_us=BEGUN_US, member_id=MEMBER, amount_won=100_000
        )
        assert engine.ask(opened).approved
        assert engine.ask(charged).approved
        running = engine.server.engine
        assert running is not None
        before, rules = running.terms_readings_failed, rules_asked(engine)
        assert rules
        with psycopg.connect(db_url, autocommit=True) as connection:
            connection.execute(
                "INSERT INTO rule_version VALUES (9, 'nothing-else', 1, %s,"
                " encode(sha256(convert_to(%s, 'UTF8')), 'hex'), 0)",
                (UNREADABLE, UNREADABLE),
            )
        until = time.monotonic() + 10
        while running.terms_readings_failed == before:
            assert time.monotonic() < until, "the engine did not hear of the rule"
            time.sleep(0.01)
        assert rules_asked(engine) == rules
        assert engine.failure is None
