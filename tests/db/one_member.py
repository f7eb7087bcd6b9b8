"""What tests of one member's money ask of a real engine, and what they look at."""

from __future__ import annotations

import hashlib
from typing import Any

import psycopg

from dure.authorization.answers import Answer
from dure.authorization.requests import (
    Cancel,
    CardChange,
    ChangeCard,
    Charge,
    IssueCard,
    Purchase,
)
from tests.engines import BEGUN_US, SHOP_JUNGGU, RunningEngine, new_key, open_member

MEMBER = 1001
HOUR_US = 3600 * 1_000_000
DAY_US = 24 * HOUR_US
MIDNIGHT_US = BEGUN_US + 6 * HOUR_US


def token_of(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()[:16]


CARD = token_of("card of 1001")


def charge(engine: RunningEngine, won: int, member_id: int = MEMBER) -> Answer:
    return engine.ask(
        Charge(key=new_key(), occurred_at_us=BEGUN_US, member_id=member_id, amount_won=won)
    )


def issue(
    engine: RunningEngine, token: bytes, replaces: bytes | None = None, card_id: int = 1
) -> Answer:
    return engine.ask(
        IssueCard(
            key=new_key(),
            occurred_at_us=BEGUN_US,
            member_id=MEMBER,
            card=token,
            card_id=card_id,
            masked_pan="999999******0001",
            kind=1,
            expires_yymm=2412,
            pvv="1234",
            replaces=replaces,
        )
    )


def pay(
    engine: RunningEngine,
    won: int,
    shop: str = SHOP_JUNGGU,
    at_us: int = BEGUN_US,
    **more: Any,
) -> Answer:
    more.setdefault("key", new_key())
    return engine.ask(
        Purchase(occurred_at_us=at_us, shop_code=shop, amount_won=won, channel=1, card=CARD, **more)
    )


def cancel(engine: RunningEngine, original_key: bytes, rest_won: int = 0, **more: Any) -> Answer:
    more.setdefault("key", new_key())
    return engine.ask(
        Cancel(
            occurred_at_us=more.pop("at_us", BEGUN_US),
            original_key=original_key,
            rest_won=rest_won,
            card=CARD,
            **more,
        )
    )


def wallet(engine: RunningEngine) -> dict[str, int]:
    with psycopg.connect(engine.url) as connection:
        cursor = connection.execute("SELECT * FROM wallet WHERE member_id = %s", (MEMBER,))
        row = cursor.fetchone()
        assert row is not None
        assert cursor.description is not None
        return dict(zip([c.name for c in cursor.description], row, strict=True))


def left(engine: RunningEngine) -> dict[int, int]:
    with psycopg.connect(engine.url) as connection:
        return dict(connection.execute("SELECT line_id, leased_won - spent_won FROM budget_slice"))


def with_card(engine: RunningEngine) -> RunningEngine:
    """Opens the member with 500,000 won and an active card with a PIN."""
    open_member(engine, MEMBER)
    charge(engine, 500_000)
    issue(engine, CARD)
    engine.ask(
        ChangeCard(key=new_key(), occurred_at_us=BEGUN_US, card=CARD, change=CardChange.ACTIVATE)
    )
    return engine
