"""Cards, holds, top-ups, refunds and money past its time on a real engine."""

from __future__ import annotations

import psycopg
import pytest

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import (
    Capture,
    CardChange,
    CardProof,
    ChangeCard,
    Charge,
    ExpireHold,
    ExpireMoney,
    GrantAllowance,
    Hold,
    ProofCheck,
    Purchase,
    ReturnCharge,
    SettleWithdrawal,
    Withdraw,
)
from tests.db.one_member import (
    CARD,
    DAY_US,
    MEMBER,
    cancel,
    charge,
    issue,
    left,
    pay,
    token_of,
    wallet,
    with_card,
)
from tests.engines import BEGUN_US, SHOP_JUNGGU, SHOP_SEOGU, RunningEngine, new_key, open_member


@pytest.fixture
def member(engine: RunningEngine) -> RunningEngine:
    """A member with 500,000 won and an active card with PIN."""
    return with_card(engine)


def test_it_blocks_the_pin_after_three_wrong_ones_until_the_card_is_unblocked(
    member: RunningEngine,
) -> None:
    wrong = CardProof(pvv="0000")
    reasons = [pay(member, 100, proof=wrong).reason for _ in range(3)]
    assert reasons == [No.PIN_WRONG, No.PIN_WRONG, No.PIN_TRIES_USED_UP]
    assert pay(member, 100, proof=CardProof(pvv="1234")).reason == No.PIN_TRIES_USED_UP
    for change in (CardChange.BLOCK, CardChange.UNBLOCK):
        member.ask(ChangeCard(key=new_key(), occurred_at_us=BEGUN_US, card=CARD, change=change))
    assert pay(member, 100, proof=CardProof(pvv="1234")).approved


def test_it_refuses_a_cryptogram_that_was_used_before(member: RunningEngine) -> None:
    chip = CardProof(cryptogram=ProofCheck.RIGHT, atc=7)
    assert pay(member, 100, proof=chip).approved
    assert pay(member, 100, proof=chip).reason == No.CRYPTOGRAM_REPLAYED
    assert pay(member, 100, proof=CardProof(cryptogram=ProofCheck.RIGHT, atc=8)).approved


def test_it_keeps_the_balance_when_a_card_is_replaced(member: RunningEngine) -> None:
    new = token_of("second card of 1001")
    assert issue(member, new, replaces=CARD, card_id=2).approved
    assert pay(member, 1_000).reason == No.CARD_CLOSED
    member.ask(
        ChangeCard(key=new_key(), occurred_at_us=BEGUN_US, card=new, change=CardChange.ACTIVATE)
    )
    answer = member.ask(
        Purchase(
            key=new_key(),
            occurred_at_us=BEGUN_US,
            shop_code=SHOP_JUNGGU,
            amount_won=1_000,
            channel=1,
            card=new,
        )
    )
    assert answer.approved
    assert answer.charged_after_won == 499_000


def test_it_books_an_advice_though_the_money_is_not_there(member: RunningEngine) -> None:
    answer = pay(member, 600_000, advice=True)
    assert answer.approved
    assert (answer.charged_won, answer.suspense_won) == (500_000, 100_000)
    assert wallet(member)["charged_won"] == 0


def hold(engine: RunningEngine, won: int, key: bytes) -> Answer:
    return engine.ask(
        Hold(
            key=key,
            occurred_at_us=BEGUN_US,
            shop_code=SHOP_JUNGGU,
            amount_won=won,
            channel=4,
            expires_at_us=BEGUN_US + DAY_US,
            card=CARD,
        )
    )


def test_it_holds_captures_and_lets_the_rest_go(member: RunningEngine) -> None:
    key = new_key()
    held = hold(member, 50_000, key)
    assert held.approved
    assert held.held_after_won == 50_000
    assert pay(member, 460_000).reason == No.NOT_ENOUGH_MONEY
    taken = member.ask(
        Capture(
            key=new_key(), occurred_at_us=BEGUN_US, amount_won=32_000, card=CARD, original_key=key
        )
    )
    assert taken.approved
    assert taken.charged_won == 32_000
    assert [line.won for line in taken.incentive] == [1_920]
    after = wallet(member)
    assert (after["charged_won"], after["held_won"]) == (468_000, 0)


def test_it_releases_a_hold_by_reversal_or_when_its_time_is_over(member: RunningEngine) -> None:
    first, second = new_key(), new_key()
    hold(member, 50_000, first)
    late = hold(member, 60_000, second)
    assert cancel(member, first).approved
    assert wallet(member)["held_won"] == 60_000

    def expire(at_us: int) -> No:
        return member.ask(
            ExpireHold(
                key=new_key(), occurred_at_us=at_us, member_id=MEMBER, hold_id=late.movement_id
            )
        ).reason

    assert expire(BEGUN_US) == No.HOLD_NOT_OPEN
    assert expire(BEGUN_US + DAY_US) == No.APPROVED
    assert wallet(member)["held_won"] == 0


def test_it_puts_a_charge_over_the_limit_into_suspense_and_sends_it_back(
    engine: RunningEngine,
) -> None:
    open_member(engine, MEMBER, level=1)
    charge(engine, 400_000)
    key = new_key()
    over = engine.ask(
        Charge(key=key, occurred_at_us=BEGUN_US, member_id=MEMBER, amount_won=200_000)
    )
    assert over.reason == No.OVER_HOLDING_LIMIT
    assert wallet(engine)["charged_won"] == 400_000

    def give_back() -> No:
        return engine.ask(
            ReturnCharge(
                key=new_key(),
                occurred_at_us=BEGUN_US,
                member_id=MEMBER,
                amount_won=200_000,
                original_key=key,
            )
        ).reason

    assert give_back() == No.APPROVED
    assert give_back() == No.ALREADY_CANCELLED


def test_it_refunds_the_rest_only_after_sixty_percent_is_used(member: RunningEngine) -> None:
    def withdraw(at_us: int = BEGUN_US + 30 * DAY_US, key: bytes | None = None) -> Answer:
        return member.ask(
            Withdraw(
                key=key or new_key(),
                occurred_at_us=at_us,
                member_id=MEMBER,
                used_share_bp_min=6_000,
            )
        )

    pay(member, 299_999)
    assert withdraw().reason == No.REFUND_RATIO_NOT_REACHED
    pay(member, 18_001, at_us=BEGUN_US)
    key = new_key()
    out = withdraw(key=key)
    assert out.approved
    assert out.amount_won == 199_999, "17,999 of the second payment came from cashback"
    failed = member.ask(
        SettleWithdrawal(
            key=new_key(), occurred_at_us=BEGUN_US, member_id=MEMBER, original_key=key, paid=False
        )
    )
    assert failed.approved
    assert wallet(member)["charged_won"] == out.amount_won


def test_it_refunds_an_unused_charge_whole_within_seven_days(member: RunningEngine) -> None:
    pay(member, 10_000)
    later = charge(member, 100_000)
    assert later.approved
    out = member.ask(
        Withdraw(
            key=new_key(),
            occurred_at_us=BEGUN_US + DAY_US,
            member_id=MEMBER,
            used_share_bp_min=6_000,
        )
    )
    assert (out.reason, out.amount_won) == (No.APPROVED, 100_000)
    assert wallet(member)["charged_won"] == 490_000


def test_it_spends_an_allowance_first_where_it_fits_and_returns_what_expires(
    member: RunningEngine,
) -> None:
    with psycopg.connect(member.url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO allowance_programme VALUES (5, 'youth', '청년수당', 'Youth', 3, '{28260}')"
        )
    grant = GrantAllowance(
        key=new_key(),
        occurred_at_us=BEGUN_US,
        member_id=MEMBER,
        programme_id=5,
        amount_won=30_000,
        expires_at_us=BEGUN_US + DAY_US,
    )
    granted = None
    for _ in range(200):
        granted = member.ask(grant)
        if granted.approved:
            break
        grant.key = new_key()
    assert granted is not None
    assert granted.approved
    assert left(member)[3] == 970_000
    elsewhere = pay(member, 1_000)
    assert (elsewhere.allowance_won, elsewhere.charged_won) == (0, 1_000)
    inside = pay(member, 12_000, SHOP_SEOGU)
    assert (inside.allowance_won, inside.charged_won) == (12_000, 0)
    assert inside.incentive == ()
    lapsed = member.ask(
        ExpireMoney(key=new_key(), occurred_at_us=BEGUN_US + 2 * DAY_US, member_id=MEMBER)
    )
    assert lapsed.amount_won == 18_000
    assert left(member)[3] == 988_000


def test_it_lapses_charged_money_after_five_years(member: RunningEngine) -> None:
    pay(member, 100_000)
    lapsed = member.ask(
        ExpireMoney(key=new_key(), occurred_at_us=BEGUN_US + 1830 * DAY_US, member_id=MEMBER)
    )
    assert lapsed.amount_won == 400_000
    assert wallet(member)["charged_won"] == 0
    assert wallet(member)["cashback_won"] == 6_000


def test_it_counts_wrong_codes_in_the_books_and_not_in_its_memory(member: RunningEngine) -> None:
    wrong, right = CardProof(code=ProofCheck.WRONG), CardProof(code=ProofCheck.RIGHT)
    assert [pay(member, 100, proof=wrong).reason for _ in range(5)] == [No.CARD_CODE_WRONG] * 5
    assert pay(member, 100, proof=right).reason == No.CARD_CODE_TRIES_USED_UP
    member.stop()
    member.start()
    assert pay(member, 100, proof=right).reason == No.CARD_CODE_TRIES_USED_UP
    for change in (CardChange.BLOCK, CardChange.UNBLOCK):
        member.ask(ChangeCard(key=new_key(), occurred_at_us=BEGUN_US, card=CARD, change=change))
    member.stop()
    member.start()
    assert pay(member, 100, proof=right).approved
