"""Payments on a real engine: each request from the socket to the journal and back."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import (
    CardProof,
    ChangeWallet,
    ProofCheck,
    Refund,
)
from tests.db.one_member import (
    CARD,
    DAY_US,
    MEMBER,
    MIDNIGHT_US,
    cancel,
    left,
    pay,
    wallet,
    with_card,
)
from tests.engines import (
    BEGUN_US,
    SHOP_JUNGGU,
    SHOP_PLUS,
    SHOP_SEOGU,
    SHOP_SUSPENDED,
    RunningEngine,
    new_key,
)


@pytest.fixture
def member(engine: RunningEngine) -> RunningEngine:
    """A member with 500,000 won and an active card with PIN."""
    return with_card(engine)


def test_it_pays_from_charged_money_and_earns_six_percent(member: RunningEngine) -> None:
    answer = pay(member, 20_000)
    assert answer.approved
    assert (answer.charged_won, answer.cashback_won, answer.discount_won) == (20_000, 0, 0)
    assert [(line.rule_version_id, line.won) for line in answer.incentive] == [(1, 1_200)]
    assert (answer.charged_after_won, answer.cashback_after_won) == (480_000, 1_200)
    assert len(answer.approval_code) == 6
    assert left(member) == {1: 3_999_200, 2: 1_999_600, 3: 1_000_000}


def test_it_adds_the_district_top_up_inside_the_district(member: RunningEngine) -> None:
    answer = pay(member, 10_000, SHOP_SEOGU)
    assert sorted(line.won for line in answer.incentive) == [400, 600]
    assert answer.cashback_after_won == 1_000


def test_it_changes_the_rate_at_midnight_by_the_world_s_time(member: RunningEngine) -> None:
    before = pay(member, 10_000, at_us=MIDNIGHT_US - 1)
    after = pay(member, 10_000, at_us=MIDNIGHT_US)
    assert [line.won for line in before.incentive] == [600]
    assert (after.cashback_won, after.charged_won) == (600, 9_400)
    assert [line.won for line in after.incentive] == [282], "3% of the 9,400 of charged money"


def test_it_spends_cashback_first_and_that_part_earns_nothing(member: RunningEngine) -> None:
    pay(member, 100_000)
    answer = pay(member, 10_000)
    assert (answer.cashback_won, answer.charged_won) == (6_000, 4_000)
    assert [line.won for line in answer.incentive] == [240]
    assert wallet(member)["usage_won"] == 104_000


def test_it_keeps_cashback_when_the_member_wishes(member: RunningEngine) -> None:
    pay(member, 100_000)
    member.ask(
        ChangeWallet(key=new_key(), occurred_at_us=BEGUN_US, member_id=MEMBER, spend_cashback=False)
    )
    answer = pay(member, 10_000)
    assert (answer.cashback_won, answer.charged_won) == (0, 10_000)


def test_it_answers_a_repeat_as_before_and_moves_money_once(member: RunningEngine) -> None:
    key = new_key()
    first = pay(member, 7_000, key=key)
    again = pay(member, 7_000, key=key)
    assert again.repeated
    assert not first.repeated
    assert (again.movement_id, again.approval_code) == (first.movement_id, first.approval_code)
    assert again.charged_after_won == first.charged_after_won
    assert wallet(member)["charged_won"] == 493_000


def test_it_refuses_a_key_that_was_used_for_another_amount(member: RunningEngine) -> None:
    key = new_key()
    pay(member, 7_000, key=key)
    assert pay(member, 8_000, key=key).reason == No.KEY_USED_FOR_ANOTHER_REQUEST
    assert wallet(member)["charged_won"] == 493_000


def test_it_answers_a_repeat_that_it_has_forgotten_from_the_journal(member: RunningEngine) -> None:
    key = new_key()
    first = pay(member, 7_000, key=key)
    engine = member.server.engine
    assert engine is not None
    engine.books.recent_keys.clear()
    again = pay(member, 7_000, key=key)
    assert again.repeated
    assert again.movement_id == first.movement_id


def test_it_gives_everything_back_on_a_full_reversal(member: RunningEngine) -> None:
    before, lines = wallet(member), left(member)
    key = new_key()
    pay(member, 20_000, SHOP_PLUS, key=key)
    answer = cancel(member, key)
    assert answer.approved
    assert answer.amount_won == 20_000
    after = wallet(member)
    for column in ("charged_won", "cashback_won", "usage_won", "claim_won", "held_won"):
        assert after[column] == before[column], column
    assert left(member) == lines


def test_it_takes_the_shop_s_discount_off_inside_the_authorization(member: RunningEngine) -> None:
    rule = """\
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
    with psycopg.connect(member.url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO rule_version VALUES (9, 'test-discount', 1, %s,"
            " encode(sha256(convert_to(%s, 'UTF8')), 'hex'), 0)",
            (rule, rule),
        )
    wait_for_rules(member, 4)
    answer = pay(member, 10_000, SHOP_PLUS)
    assert answer.discount_won == 500
    assert answer.charged_won == 9_500
    assert sorted(line.won for line in answer.incentive) == [380, 570]


def wait_for_rules(engine: RunningEngine, count: int) -> None:
    import time

    until = time.monotonic() + 10
    running = engine.server.engine
    assert running is not None
    while sum(len(term.rules) for term in running.books.rules.terms[1:2]) < 1 or (
        len({rule.rule_id for term in running.books.rules.terms for rule in term.rules}) < count
    ):
        assert time.monotonic() < until, "the engine did not hear of the rule"
        time.sleep(0.01)


def test_it_gives_back_in_parts_what_the_whole_would_have(member: RunningEngine) -> None:
    before, lines = wallet(member), left(member)
    key = new_key()
    pay(member, 33_333, SHOP_SEOGU, key=key)
    cancel(member, key, rest_won=20_001)
    middle = wallet(member)
    assert middle["charged_won"] == 500_000 - 20_001
    assert middle["cashback_won"] == 20_001 * 600 // 10_000 + 20_001 * 400 // 10_000
    cancel(member, key, rest_won=0)
    after = wallet(member)
    assert (after["charged_won"], after["cashback_won"], after["usage_won"]) == (
        before["charged_won"], before["cashback_won"], before["usage_won"],
    )  # fmt: skip
    assert left(member) == lines


def test_it_takes_back_incentive_that_was_spent_from_the_refund(member: RunningEngine) -> None:
    key = new_key()
    pay(member, 100_000, key=key)
    pay(member, 6_000)
    assert wallet(member)["cashback_won"] == 0
    answer = cancel(member, key)
    assert answer.charged_won == 100_000
    assert answer.claim_won == 0
    assert wallet(member)["charged_won"] == 500_000 - 6_000


def test_it_leaves_a_claim_when_the_refund_cannot_cover_it_and_settles_it_later(
    member: RunningEngine,
) -> None:
    first = new_key()
    pay(member, 100_000, key=first)
    second = new_key()
    pay(member, 6_000, key=second)
    cancel(member, first)
    answer = cancel(member, second)
    assert answer.cashback_won == 6_000
    after = wallet(member)
    assert (after["charged_won"], after["cashback_won"], after["claim_won"]) == (494_000, 6_000, 0)


def test_it_remembers_a_reversal_of_an_original_that_has_not_come(member: RunningEngine) -> None:
    key = new_key()
    early = cancel(member, key)
    assert early.approved
    late = pay(member, 5_000, key=key)
    assert late.reason == No.ORIGINAL_WAS_REVERSED_FIRST
    assert wallet(member)["charged_won"] == 500_000


def test_it_accepts_a_second_reversal_without_effect(member: RunningEngine) -> None:
    key = new_key()
    pay(member, 5_000, key=key)
    assert cancel(member, key).approved
    assert cancel(member, key).approved
    assert wallet(member)["charged_won"] == 500_000


def test_it_refunds_by_approval_code_at_the_shop_of_the_payment_only(member: RunningEngine) -> None:
    paid = pay(member, 30_000)

    def refund(won: int, shop: str) -> No:
        return member.ask(
            Refund(
                key=new_key(),
                occurred_at_us=BEGUN_US,
                amount_won=won,
                shop_code=shop,
                approval_code=paid.approval_code,
                card=CARD,
            )
        ).reason

    assert refund(10_000, SHOP_SEOGU) == No.ORIGINAL_UNKNOWN
    assert refund(30_001, SHOP_JUNGGU) == No.MORE_THAN_THE_ORIGINAL
    assert refund(10_000, SHOP_JUNGGU) == No.APPROVED
    assert refund(20_000, SHOP_JUNGGU) == No.APPROVED
    assert refund(1, SHOP_JUNGGU) == No.ALREADY_CANCELLED
    assert wallet(member)["charged_won"] == 500_000


def test_it_restores_the_bracket_of_the_month_of_the_payment(member: RunningEngine) -> None:
    key = new_key()
    pay(member, 50_000, key=key)
    november_us = BEGUN_US + 12 * DAY_US
    pay(member, 10_000, at_us=november_us)
    cancel(member, key, at_us=november_us)
    with psycopg.connect(member.url) as connection:
        months: dict[int, int] = dict(
            connection.execute("SELECT month, usage_won FROM month_usage").fetchall()
        )
    assert months == {201910: 0}
    assert wallet(member)["usage_won"] == 7_000


REFUSALS = [
    ("an unknown shop", {"shop": "NOSUCHSHOP00000"}, No.SHOP_UNKNOWN),
    ("a suspended shop", {"shop": SHOP_SUSPENDED}, No.SHOP_SUSPENDED),
    ("more than there is", {"won": 500_001}, No.NOT_ENOUGH_MONEY),
    ("more than may be paid at once", {"won": 2_000_001}, No.OVER_PAYMENT_LIMIT),
    ("nothing", {"won": 0}, No.AMOUNT_INVALID),
    ("less than nothing", {"won": -5}, No.AMOUNT_INVALID),
    ("a wrong PIN", {"proof": CardProof(pvv="9999")}, No.PIN_WRONG),
    ("another expiry date", {"proof": CardProof(expires_yymm=2401)}, No.CARD_EXPIRED),
    (
        "a wrong cryptogram",
        {"proof": CardProof(cryptogram=ProofCheck.WRONG, atc=1)},
        No.CRYPTOGRAM_WRONG,
    ),
    ("a date after expiry", {"at_us": BEGUN_US + 2000 * DAY_US}, No.CARD_EXPIRED),
]


@pytest.mark.parametrize(("what", "asked", "reason"), REFUSALS, ids=[r[0] for r in REFUSALS])
def test_it_refuses(member: RunningEngine, what: str, asked: dict[str, Any], reason: No) -> None:
    key = new_key()
    arguments = {"won": 1_000, "key": key, **asked}
    answer = pay(member, arguments.pop("won"), **arguments)
    assert answer.reason == reason
    assert wallet(member)["charged_won"] == 500_000
    with psycopg.connect(member.url) as connection:
        row = connection.execute(
            "SELECT reason, cardinality(amounts) FROM journal WHERE request_key = %s", (key,)
        ).fetchone()
    assert row == (reason, 0), "a refusal is recorded, without legs"
