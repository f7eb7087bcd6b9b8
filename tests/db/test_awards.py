"""Awards and top-up bonus through a real engine: once, and back with the payment."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import psycopg
import pytest

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import Cancel, SettleWithdrawal, Withdraw
from dure.ledger.invariants import broken
from dure.policy.audiences import Audience
from dure.wallets.history import HistoryLine, member_history
from dure.web.shared.payment_told import explains, tell_payment
from dure.web.shared.rules import Rulebook
from tests.campaigns import BONUS, BONUS_FROM_US, LOTTERY, REFERRAL, Bureau, bureau_of, seed
from tests.engines import BEGUN_US, new_key

MEMBER = 1001


@pytest.fixture
def bureau(db_url: str) -> Iterator[Bureau]:
    seed(db_url)
    with bureau_of(db_url) as opened:
        opened.new_member(MEMBER)
        yield opened


def award_row(bureau: Bureau) -> tuple[int, int]:
    row = bureau.one("SELECT won, stands_won FROM award WHERE member_id = %s", MEMBER)
    return row[0], row[1]


def test_it_pays_a_prize_once_and_keeps_it_in_a_row(bureau: Bureau) -> None:
    paid = bureau.pay(MEMBER, 20_000)
    first = bureau.award(LOTTERY, 5_000, MEMBER, paid.movement_id)
    assert (first.approved, first.cashback_after_won) == (True, 2_000 + 5_000)
    again = bureau.award(LOTTERY, 30_000, MEMBER, paid.movement_id)
    assert (again.repeated, again.movement_id) == (True, first.movement_id)
    assert award_row(bureau) == (5_000, 5_000)


def test_it_takes_a_prize_back_with_the_payment_it_was_for(bureau: Bureau) -> None:
    before = bureau.left()
    paid = bureau.pay(MEMBER, 20_000)
    bureau.award(LOTTERY, 5_000, MEMBER, paid.movement_id)
    bureau.cancel(paid, 10_000)
    assert (award_row(bureau), bureau.cashback(MEMBER)) == ((5_000, 5_000), 6_000)
    bureau.cancel(paid, 5_000)
    assert (award_row(bureau), bureau.cashback(MEMBER)) == ((5_000, 0), 500)
    bureau.cancel(paid)
    assert (bureau.cashback(MEMBER), bureau.left()) == (0, before)


def test_it_comes_back_with_a_refund_that_is_undone(bureau: Bureau) -> None:
    paid = bureau.pay(MEMBER, 20_000)
    bureau.award(LOTTERY, 5_000, MEMBER, paid.movement_id)
    returned = bureau.refund(paid, 20_000)
    assert (award_row(bureau), bureau.cashback(MEMBER)) == ((5_000, 0), 0)
    undone = bureau.engine.ask(
        Cancel(key=new_key(), occurred_at_us=BEGUN_US, original_key=returned.key, member_id=MEMBER)
    )
    assert undone.approved
    assert (award_row(bureau), bureau.cashback(MEMBER)) == ((5_000, 5_000), 7_000)


def test_the_order_of_cancellations_makes_no_difference(bureau: Bureau) -> None:
    ends = []
    steps = [(0, 12_000), (0, 0), (1, 5_000), (1, 0)]
    for number, order in enumerate(itertools.permutations(steps), 2_000):
        member = bureau.new_member(number)
        payments = [bureau.pay(member, 20_000), bureau.pay(member, 30_000)]
        for payment in payments:
            assert bureau.award(LOTTERY, 5_000, member, payment.movement_id).approved
        for place, rest_won in order:
            bureau.cancel(payments[place], rest_won)
        row = bureau.one(
            "SELECT charged_won + cashback_won - claim_won, usage_won, counters FROM wallet"
            " WHERE member_id = %s", member,
        )  # fmt: skip
        stands = bureau.one("SELECT sum(stands_won) FROM award WHERE member_id = %s", member)
        ends.append((row, stands))
    assert ends == [((200_000, 0, None), (0,))] * 24
    assert bureau.left() == {1: 4_000_000, 2: 2_000_000, 3: 1_000_000}


def test_a_repeat_is_answered_after_a_restart_even_when_the_line_is_empty(db_url: str) -> None:
    seed(db_url)
    with bureau_of(db_url) as bureau:
        bureau.new_member(MEMBER)
        paid = bureau.pay(MEMBER, 20_000)
        first = bureau.award(LOTTERY, 5_000, MEMBER, paid.movement_id)
        bureau.appropriate(2, -bureau.left()[2])
    with bureau_of(db_url, fresh=False) as bureau:
        again = bureau.award(LOTTERY, 5_000, MEMBER, paid.movement_id)
        assert (again.approved, again.repeated, again.movement_id) == (
            True, True, first.movement_id,
        )  # fmt: skip
        refused = bureau.award(REFERRAL, 3_000, MEMBER, about=7)
        assert refused.reason == No.BUDGET_LINE_TOO_SMALL
        bureau.appropriate(2, 3_000)
        assert bureau.award(REFERRAL, 3_000, MEMBER, about=7).approved
        bureau.cancel(paid)
        assert award_row(bureau)[0] == 5_000


def test_a_top_up_brings_its_bonus_and_loses_it_when_it_is_paid_back(bureau: Bureau) -> None:
    before = bureau.left()
    answer = bureau.charge(MEMBER, 50_000, BONUS_FROM_US)
    assert [(line.rule_version_id, line.won) for line in answer.incentive] == [(BONUS, 5_000)]
    withdrawn = withdraw(bureau)
    assert bureau.cashback(MEMBER) == 0
    settle(bureau, withdrawn.key, paid=False)
    assert bureau.cashback(MEMBER) == 5_000
    again = withdraw(bureau)
    settle(bureau, again.key, paid=True)
    assert (bureau.cashback(MEMBER), bureau.left()) == (0, before)


def test_a_bonus_that_is_spent_stays_as_a_claim_after_a_restart(db_url: str) -> None:
    seed(db_url)
    with bureau_of(db_url) as bureau:
        bureau.new_member(MEMBER, 100)
        bureau.charge(MEMBER, 50_000, BONUS_FROM_US)
        bureau.pay(MEMBER, 5_000, at_us=BONUS_FROM_US)
    with bureau_of(db_url, fresh=False) as bureau:
        answer = withdraw(bureau)
        assert (answer.approved, answer.claim_won) == (True, 5_000)


def withdraw(bureau: Bureau) -> Answer:
    answer = bureau.engine.ask(
        Withdraw(key=new_key(), occurred_at_us=BONUS_FROM_US, member_id=MEMBER,
                 used_share_bp_min=6_000)
    )  # fmt: skip
    assert answer.approved, answer
    return answer


def settle(bureau: Bureau, key: bytes, *, paid: bool) -> None:
    answer = bureau.engine.ask(
        SettleWithdrawal(key=new_key(), occurred_at_us=BONUS_FROM_US, member_id=MEMBER,
                         original_key=key, paid=paid)
    )  # fmt: skip
    assert answer.approved, answer


@pytest.mark.breaks_books
def test_the_books_tell_when_an_award_and_the_journal_differ(bureau: Bureau) -> None:

    paid = bureau.pay(MEMBER, 20_000)
    bureau.award(LOTTERY, 5_000, MEMBER, paid.movement_id)
    with psycopg.connect(bureau.engine.url) as connection:
        assert broken(connection) == []
        connection.execute("UPDATE award SET stands_won = 4999")
        connection.commit()
        assert [found.name for found in broken(connection)] == [
            "what stands of the awards equals the journal"
        ]


def test_a_receipt_explains_bonus_and_prize(bureau: Bureau) -> None:
    bureau.charge(MEMBER, 50_000, BONUS_FROM_US)
    paid = bureau.pay(MEMBER, 20_000, at_us=BONUS_FROM_US)
    bureau.award(LOTTERY, 5_000, MEMBER, paid.movement_id)
    prize, _paid, charge, *_ = member_history(bureau.connection, MEMBER)
    assert [told(bureau, line) for line in (charge, prize)] == [
        "시 충전 보너스 10% × 50,000원 = 5,000원",
        "시 추첨 당첨금 5,000원",
    ]


def told(bureau: Bureau, line: HistoryLine) -> str:
    """The first Korean sentence on the receipt of a movement."""
    assert explains(line)
    rules = Rulebook().rules(bureau.connection)
    payment = tell_payment(
        bureau.connection, rules, member_id=MEMBER, line=line, shop_code=None,
        usage_before_won=0, audience=Audience.CITIZEN,
    )  # fmt: skip
    (one,) = payment.given
    return one.sentences[0].ko
