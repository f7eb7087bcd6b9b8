"""Corners of the engine's writing: a hold that is cut, the largest advice there can be."""

from __future__ import annotations

import psycopg

from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import Cancel, Capture, Charge, Hold, OpenWallet, Purchase
from dure.ledger.invariants import broken
from tests.engines import (
    BEGUN_US,
    SEOGU,
    SHOP_JUNGGU,
    SHOP_PLUS,
    RunningEngine,
    new_key,
    running_engine,
    seed_city,
)

MEMBER = 1001
DAY_US = 86_400 * 1_000_000
WON_MAX = 999_999_999_999
DISCOUNT = """\
id: test-discount
version: 1
kind: instant_discount
title: {ko: 즉시할인, en: Instant discount}
scope: city
period: {from: 2019-01-01, until: 2020-01-01}
shop_offer: {rate_bp_min: 300, rate_bp_max: 700}
funding: shop
sources: [https://example.org/discount]
"""


def open_member(engine: RunningEngine) -> None:
    opened = OpenWallet(
        key=new_key(), occurred_at_us=BEGUN_US, member_id=MEMBER, level=2, district=SEOGU,
        birth_year=1980,
    )  # fmt: skip
    charged = Charge(key=new_key(), occurred_at_us=BEGUN_US, member_id=MEMBER, amount_won=100_000)
    assert engine.ask(opened).approved
    assert engine.ask(charged).approved


def test_a_hold_that_was_cut_is_still_cut_when_the_engine_begins_anew(db_url: str) -> None:
    seed_city(db_url)
    held = Hold(
        key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_JUNGGU, amount_won=60_000,
        channel=1, expires_at_us=BEGUN_US + DAY_US, member_id=MEMBER,
    )  # fmt: skip
    with running_engine(db_url) as engine:
        open_member(engine)
        assert engine.ask(held).held_after_won == 60_000
        cut = Cancel(
            key=new_key(), occurred_at_us=BEGUN_US, original_key=held.key, rest_won=20_000,
            member_id=MEMBER,
        )  # fmt: skip
        assert engine.ask(cut).held_after_won == 20_000

    def capture(won: int) -> Capture:
        return Capture(
            key=new_key(), occurred_at_us=BEGUN_US, amount_won=won, original_key=held.key,
            member_id=MEMBER,
        )  # fmt: skip

    with psycopg.connect(db_url, autocommit=True) as connection:
        assert broken(connection) == []
        with running_engine(db_url) as engine:
            assert engine.ask(capture(20_001)).reason == No.MORE_THAN_THE_ORIGINAL
            assert engine.ask(capture(20_000)).held_after_won == 0
        assert broken(connection) == []


def test_the_largest_advice_of_all_is_booked_at_a_shop_with_a_discount(db_url: str) -> None:
    seed_city(db_url)
    with psycopg.connect(db_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO rule_version VALUES (9, 'test-discount', 1, %s,"
            " encode(sha256(convert_to(%s, 'UTF8')), 'hex'), 0)",
            (DISCOUNT, DISCOUNT),
        )
    with running_engine(db_url) as engine:
        open_member(engine)
        advice = Purchase(
            key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_PLUS, amount_won=WON_MAX,
            channel=1, member_id=MEMBER, advice=True,
        )  # fmt: skip
        answer = engine.ask(advice)
        assert answer.reason == No.APPROVED
        undo = Cancel(
            key=new_key(), occurred_at_us=BEGUN_US, original_key=advice.key, member_id=MEMBER
        )
        assert engine.ask(undo).approved
    with psycopg.connect(db_url, autocommit=True) as connection:
        assert broken(connection) == []
