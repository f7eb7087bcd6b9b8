"""Laws of many at once on a real PostgreSQL: never negative, never overspent, to the won."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import psycopg
import pytest

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import (
    AnyRequest,
    Appropriate,
    Cancel,
    Charge,
    OpenWallet,
    Purchase,
)
from dure.engine.client import EngineClient
from dure.policy.lines import LimitedBy
from tests.engines import (
    BEGUN_US,
    LINES,
    SEOGU,
    SHOP_JUNGGU,
    SHOP_SEOGU,
    RunningEngine,
    new_key,
)

CLIENTS = 64
MEMBER = 1001
TOP_UP, COUPON = 3, 9

COUPON_RULE = """\
id: test-coupon
version: 1
kind: bracket_cashback
title: {ko: 선착순, en: First come}
scope: city
period: {from: 2019-10-01, until: 2020-01-01}
brackets:
  - {from_won: 0, below_won: 100000000, rate_bp: 1000}
stops_when: {until_sum_used_won: 12345}
funding: {of: 1, lines: {test-city: 1}}
sources: [https://example.org/coupon]
"""


def opening(member_id: int, won: int) -> list[AnyRequest]:
    """Opens a wallet and charges it."""
    requests: list[AnyRequest] = [
        OpenWallet(
            key=new_key(),
            occurred_at_us=BEGUN_US,
            member_id=member_id,
            level=2,
            district=SEOGU,
            birth_year=1980,
        )
    ]
    if won:
        requests.append(
            Charge(key=new_key(), occurred_at_us=BEGUN_US, member_id=member_id, amount_won=won)
        )
    return requests


def payment(member_id: int, won: int, shop: str = SHOP_JUNGGU) -> Purchase:
    return Purchase(
        key=new_key(),
        occurred_at_us=BEGUN_US,
        shop_code=shop,
        amount_won=won,
        channel=1,
        member_id=member_id,
        deadline_ms=30_000,
    )


def each_from_its_own_client(
    engine: RunningEngine, requests: Sequence[AnyRequest], clients: int = CLIENTS
) -> list[Answer]:
    """Asks all at once, over so many connections."""

    async def play() -> list[Answer]:
        lines = [await EngineClient.connect(engine.path) for _ in range(clients)]
        answers = await asyncio.gather(
            *[lines[place % clients].ask(request) for place, request in enumerate(requests)]
        )
        for line in lines:
            await line.close()
        return answers

    return asyncio.run(play())


def prepare(engine: RunningEngine, requests: Sequence[AnyRequest]) -> None:
    """Asks one after another; all must be approved."""
    for request in requests:
        answer = engine.ask(request)
        assert answer.approved, (request, answer)


def one(url: str, query: str, *arguments: object) -> tuple[object, ...]:
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode(), arguments).fetchone()
    assert row is not None
    return row


def spent_of(url: str, line_id: int) -> int:
    """What all engines together have spent of the line."""
    (won,) = one(url, "SELECT sum(spent_won) FROM budget_slice WHERE line_id = %s", line_id)
    return int(str(won))


@pytest.mark.parametrize(("enough_for", "rest_won"), [(0, 999), (1, 0), (7, 1), (64, 0)])
def test_it_approves_exactly_as_many_payments_as_the_purse_can_pay(
    engine: RunningEngine, enough_for: int, rest_won: int
) -> None:
    prepare(engine, [Appropriate(key=new_key(), occurred_at_us=BEGUN_US, line_id=line_id,
                                 amount_won=-won) for line_id, *_, won in LINES])  # fmt: skip
    prepare(engine, opening(MEMBER, enough_for * 1_000 + rest_won))
    answers = each_from_its_own_client(engine, [payment(MEMBER, 1_000) for _ in range(CLIENTS)])
    reasons = [answer.reason for answer in answers]
    assert reasons.count(No.APPROVED) == enough_for
    assert reasons.count(No.NOT_ENOUGH_MONEY) == CLIENTS - enough_for
    row = one(
        engine.url,
        "SELECT charged_won, cashback_won, usage_won FROM wallet WHERE member_id = %s",
        MEMBER,
    )
    assert row == (rest_won, 0, enough_for * 1_000)


def test_it_gives_the_last_won_of_a_line_once(engine: RunningEngine) -> None:
    prepare(
        engine,
        [
            Appropriate(
                key=new_key(), occurred_at_us=BEGUN_US, line_id=TOP_UP, amount_won=1 - LINES[2][4]
            )
        ],
    )
    members = range(1, CLIENTS + 1)
    prepare(engine, [request for member in members for request in opening(member, 10_000)])
    answers = each_from_its_own_client(
        engine, [payment(member, 10_000, SHOP_SEOGU) for member in members]
    )
    assert all(answer.approved for answer in answers), "the payments themselves go on"
    top_ups = [line for a in answers for line in a.incentive if line.rule_version_id == TOP_UP]
    assert sum(line.won for line in top_ups) == 1
    assert sorted(line.won for line in top_ups if line.won) == [1]
    assert {line.limited_by for line in top_ups} == {LimitedBy.BUDGET}
    assert {line.full_won for line in top_ups} == {400}
    assert spent_of(engine.url, TOP_UP) == 1


def test_it_uses_a_line_up_to_the_last_won_and_not_beyond(engine: RunningEngine) -> None:
    """Both shares of 4:2 come from two lines; the smaller one ends first."""
    prepare(
        engine,
        [
            Appropriate(
                key=new_key(), occurred_at_us=BEGUN_US, line_id=2, amount_won=1_003 - LINES[1][4]
            )
        ],
    )
    members = range(1, CLIENTS + 1)
    prepare(engine, [request for member in members for request in opening(member, 10_000)])
    answers = each_from_its_own_client(engine, [payment(member, 10_000) for member in members])
    assert all(answer.approved for answer in answers)
    won = sum(line.won for answer in answers for line in answer.incentive)
    spent_won = [spent_of(engine.url, line_id) for line_id in (1, 2)]
    assert won == sum(spent_won)
    assert 1_000 < spent_won[1] <= 1_003, "what is left is less than one share could use"


def test_it_never_pays_more_than_a_rule_s_own_sum(engine: RunningEngine) -> None:
    with psycopg.connect(engine.url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO rule_version VALUES (9, 'test-coupon', 1, %s,"
            " encode(sha256(convert_to(%s, 'UTF8')), 'hex'), 0)",
            (COUPON_RULE, COUPON_RULE),
        )
    members = range(1, CLIENTS + 1)
    prepare(engine, [request for member in members for request in opening(member, 20_000)])
    payments = [payment(member, 10_000) for member in members]
    answers = each_from_its_own_client(engine, payments)
    coupons = [line for a in answers for line in a.incentive if line.rule_version_id == COUPON]
    assert all(answer.approved for answer in answers)
    assert sorted(line.won for line in coupons if line.won) == [345, *[1_000] * 12]
    assert one(engine.url, "SELECT used_won FROM rule_use WHERE rule_version_id = 9") == (12_345,)
    assert {line.limited_by for line in coupons if line.won < 1_000} == {LimitedBy.SUM_USED}

    winners = [
        asked
        for asked, answer in zip(payments, answers, strict=True)
        if any(line.rule_version_id == COUPON and line.won for line in answer.incentive)
    ]
    cancels = [cancel(winner.member_id, winner.key) for winner in winners]
    given_back = each_from_its_own_client(engine, cancels)
    assert all(answer.approved for answer in given_back)
    assert one(engine.url, "SELECT used_won FROM rule_use WHERE rule_version_id = 9") == (0,)
    again = each_from_its_own_client(engine, [payment(member, 9_999) for member in members])
    won = sum(line.won for a in again for line in a.incentive if line.rule_version_id == COUPON)
    assert won == 12_345, "what was given back can be won again, and no more"


def cancel(member_id: int, original_key: bytes, rest_won: int = 0) -> Cancel:
    return Cancel(
        key=new_key(),
        occurred_at_us=BEGUN_US,
        original_key=original_key,
        member_id=member_id,
        rest_won=rest_won,
        deadline_ms=30_000,
    )


def test_it_has_one_effect_of_one_key_from_sixty_four_clients(engine: RunningEngine) -> None:
    prepare(engine, opening(MEMBER, 100_000))
    same = payment(MEMBER, 1_000)
    answers = each_from_its_own_client(engine, [same] * CLIENTS)
    assert all(answer.approved for answer in answers)
    assert [answer.repeated for answer in answers].count(False) == 1
    assert len({(answer.movement_id, answer.approval_code) for answer in answers}) == 1
    row = one(engine.url, "SELECT charged_won FROM wallet WHERE member_id = %s", MEMBER)
    assert row == (99_000,)


def test_it_cancels_once_what_sixty_four_clients_cancel_with_keys_of_their_own(
    engine: RunningEngine,
) -> None:
    prepare(engine, opening(MEMBER, 100_000))
    paid = payment(MEMBER, 64_000)
    prepare(engine, [paid])
    answers = each_from_its_own_client(
        engine, [cancel(MEMBER, paid.key, rest * 1_000) for rest in range(CLIENTS)]
    )
    assert all(answer.approved for answer in answers)
    assert sum(answer.amount_won for answer in answers) == 64_000
    row = one(
        engine.url,
        "SELECT charged_won, cashback_won, usage_won, claim_won FROM wallet WHERE member_id = %s",
        MEMBER,
    )
    assert row == (100_000, 0, 0, 0)


def test_it_keeps_the_books_under_payments_and_cancellations_of_one_wallet(
    engine: RunningEngine,
) -> None:
    chance = random.Random(7)
    prepare(engine, opening(MEMBER, 300_000))
    paid: list[bytes] = []
    for _ in range(6):
        requests: list[AnyRequest] = []
        for _ in range(CLIENTS):
            if paid and chance.random() < 0.5:
                requests.append(cancel(MEMBER, chance.choice(paid), chance.randint(0, 9_000)))
            else:
                requests.append(payment(MEMBER, chance.randint(1, 20_000), SHOP_SEOGU))
        answers = each_from_its_own_client(engine, requests)
        paid += [
            request.key
            for request, answer in zip(requests, answers, strict=True)
            if isinstance(request, Purchase) and answer.approved
        ]
    assert len(paid) > CLIENTS
    each_from_its_own_client(engine, [cancel(MEMBER, key) for key in paid])
    row = one(
        engine.url,
        "SELECT charged_won + cashback_won - claim_won, usage_won FROM wallet WHERE member_id = %s",
        MEMBER,
    )
    assert row == (300_000, 0), "all is as if nothing had been paid"
    assert [spent_of(engine.url, line_id) for line_id, *_ in LINES] == [0, 0, 0]
