"""Lotteries over payments: committed, drawn, paid, and found again by anybody."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator

import psycopg
import pytest

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import AnyRequest
from dure.campaigns.lottery import (
    PAID,
    REFUSED,
    Drawing,
    Winner,
    commit,
    draw,
    find_drawing,
    pay_winners,
    read_tickets,
    read_winners,
)
from dure.campaigns.office import CampaignRefusedError, Office
from dure.engine.client import EngineGone
from dure.jobs.campaigns import keep_lotteries
from dure.jobs.desk import Desk
from dure.kernel.keys import KeyRing
from dure.people.sealing import Sealer, sealer_of
from dure.wallets.simulated_bank import SimulatedBank
from tests.campaigns import DAY_US, LOTTERY, Bureau, bureau_of, seed
from tests.engines import SHOP_JUNGGU

SEED = "a seed that nobody else knows"


@pytest.fixture
def sealer() -> Sealer:
    return sealer_of(KeyRing.generate())


@pytest.fixture
def bureau(db_url: str) -> Iterator[Bureau]:
    seed(db_url)
    with bureau_of(db_url) as opened:
        yield opened


def six_payments(bureau: Bureau) -> list[Answer]:
    """Six members pay 20,000 each; a seventh pays too little, an eighth elsewhere."""
    payments = [bureau.pay(bureau.new_member(3_000 + place), 20_000) for place in range(6)]
    bureau.pay(bureau.new_member(3_006), 9_999)
    bureau.pay(bureau.new_member(3_007), 20_000, SHOP_JUNGGU)
    return payments


def drawn(bureau: Bureau, sealer: Sealer) -> Drawing:
    rule = bureau.rule("lottery")
    commit(bureau.office, rule, sealer, SEED)
    bureau.clock.advance(DAY_US)
    return draw(bureau.office, rule, sealer)


def winners_of(bureau: Bureau) -> list[Winner]:
    return read_winners(bureau.connection, LOTTERY)


def test_it_commits_a_seed_once_and_keeps_it_secret_until_the_draw(
    bureau: Bureau, sealer: Sealer
) -> None:
    rule = bureau.rule("lottery")
    first = commit(bureau.office, rule, sealer, SEED)
    assert first.commitment == hashlib.sha256(SEED.encode()).hexdigest()
    assert commit(bureau.office, rule, sealer, "another seed") == first
    stored = bureau.one("SELECT seed_sealed, seed FROM lottery")
    assert SEED.encode() not in bytes(stored[0])
    assert stored[1] is None


def test_it_draws_the_tickets_that_stand_and_fulfill_the_rule(
    bureau: Bureau, sealer: Sealer
) -> None:
    payments = six_payments(bureau)
    bureau.cancel(payments[0])
    bureau.cancel(payments[1], 9_999)
    bureau.cancel(payments[2], 10_000)
    drawing = drawn(bureau, sealer)
    with bureau.connection.transaction():
        tickets = list(read_tickets(bureau.connection, LOTTERY))
    assert [ticket.movement_id for ticket in tickets] == [p.movement_id for p in payments[2:]]
    assert (drawing.tickets, drawing.seed) == (4, SEED)
    assert [winner.prize_won for winner in winners_of(bureau)] == [30_000, 5_000, 5_000, 5_000]


def test_anybody_finds_the_same_winners_with_a_shell(bureau: Bureau, sealer: Sealer) -> None:
    """By the method of docs/campaigns.md, with tools that know nothing of us."""
    six_payments(bureau)
    drawing = drawn(bureau, sealer)
    with bureau.connection.transaction():
        numbers = [t.number for t in read_tickets(bureau.connection, LOTTERY)]
    script = """
        hash=$(printf '%s\\n' $TICKETS | sha256sum | cut -d' ' -f1)
        echo "$hash"
        for ticket in $TICKETS; do
            printf '%s %s %s' "$SEED" "$hash" "$ticket" | sha256sum | sed "s/-/$ticket/"
        done | sort | head -4 | awk '{print $2}'
    """
    done = subprocess.run(
        ["/bin/sh", "-c", script], env={"PATH": "/usr/bin:/bin", "TICKETS": " ".join(numbers),
        "SEED": str(drawing.seed)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found_hash, *found = done.stdout.split()
    assert found_hash == drawing.tickets_sha256
    assert found == [winner.ticket.number for winner in winners_of(bureau)]
    commitment = subprocess.run(
        ["sha256sum"], input=str(drawing.seed), capture_output=True, text=True, check=True
    ).stdout.split()[0]
    assert commitment == drawing.commitment


def test_it_pays_every_prize_once_however_often_it_is_run(bureau: Bureau, sealer: Sealer) -> None:
    six_payments(bureau)
    first = drawn(bureau, sealer)
    assert pay_winners(bureau.office, LOTTERY) == 4
    won = sum(bureau.cashback(3_000 + place) for place in range(6))
    assert won == 6 * 2_000 + 45_000
    assert draw(bureau.office, bureau.rule("lottery"), sealer) == first
    assert pay_winners(bureau.office, LOTTERY) == 0
    bureau.connection.execute("UPDATE lottery_winner SET state = 1")
    assert pay_winners(bureau.office, LOTTERY) == 4, "all are paid already, and say so"
    assert sum(bureau.cashback(3_000 + place) for place in range(6)) == won


def test_a_member_with_many_tickets_wins_once(bureau: Bureau, sealer: Sealer) -> None:
    member = bureau.new_member(3_100)
    for _ in range(5):
        bureau.pay(member, 10_000)
    other = bureau.pay(bureau.new_member(3_101), 10_000)
    drawn(bureau, sealer)
    assert {winner.ticket.member_id for winner in winners_of(bureau)} == {member, other.member_id}
    assert len(winners_of(bureau)) == 2, "two prizes stay where they are"


def test_it_goes_on_where_a_crash_has_cut_it(bureau: Bureau, sealer: Sealer) -> None:
    """The engine answers twice and is gone before the third answer comes back."""
    six_payments(bureau)
    drawn(bureau, sealer)
    asked: list[bytes] = []

    def dying(request: AnyRequest) -> Answer:
        answer = bureau.engine.ask(request)
        asked.append(request.key)
        if len(asked) == 3:
            raise EngineGone("killed between the prize and its row")
        return answer

    with pytest.raises(EngineGone):
        pay_winners(Office(bureau.connection, dying, bureau.clock), LOTTERY)
    assert [winner.state for winner in winners_of(bureau)] == [PAID, PAID, 1, 1]
    pay_winners(bureau.office, LOTTERY)
    assert [winner.state for winner in winners_of(bureau)] == [PAID] * 4
    assert bureau.one("SELECT count(*), sum(won) FROM award") == (4, 45_000)


def test_it_takes_a_prize_back_and_gives_none_for_what_is_cancelled_meanwhile(
    bureau: Bureau, sealer: Sealer
) -> None:
    payments = {p.movement_id: p for p in six_payments(bureau)}
    drawn(bureau, sealer)
    first, second, *_ = winners_of(bureau)
    bureau.cancel(payments[second.ticket.movement_id])
    pay_winners(bureau.office, LOTTERY)
    states = [(winner.state, winner.reason) for winner in winners_of(bureau)]
    assert states == [(PAID, 0), (REFUSED, No.AWARD_NOT_DUE), (PAID, 0), (PAID, 0)]
    bureau.cancel(payments[first.ticket.movement_id])
    assert bureau.cashback(first.ticket.member_id) == 0


def test_it_refuses_a_draw_that_the_line_cannot_pay_and_pays_nobody(
    bureau: Bureau, sealer: Sealer
) -> None:
    six_payments(bureau)
    bureau.appropriate(2, 14_997 - bureau.left()[2])
    with pytest.raises(CampaignRefusedError, match="4 payments of 45,000 won"):
        drawn(bureau, sealer)
    drawing = find_drawing(bureau.connection, LOTTERY)
    assert drawing is not None
    assert drawing.drawn_at_us is None, "the seed stays secret"
    bureau.appropriate(2, 1)
    draw(bureau.office, bureau.rule("lottery"), sealer)
    pay_winners(bureau.office, LOTTERY)
    assert [winner.state for winner in winners_of(bureau)] == [PAID] * 4
    assert bureau.left()[2] == 0, "to the last won"


def test_it_never_awards_beyond_a_line_that_empties_after_the_draw(
    bureau: Bureau, sealer: Sealer
) -> None:
    six_payments(bureau)
    drawn(bureau, sealer)
    bureau.appropriate(2, 11_666 - bureau.left()[2])
    assert pay_winners(bureau.office, LOTTERY) == 2
    states = [(winner.state, winner.reason) for winner in winners_of(bureau)]
    assert states[2:] == [(REFUSED, No.BUDGET_LINE_TOO_SMALL)] * 2
    bureau.appropriate(2, 10_000)
    assert pay_winners(bureau.office, LOTTERY) == 2, "the others when there is money again"


def test_it_refuses_to_commit_when_the_period_is_over_or_to_draw_too_early(
    bureau: Bureau, sealer: Sealer
) -> None:
    rule = bureau.rule("lottery")
    with pytest.raises(CampaignRefusedError, match="no seed is committed"):
        draw(bureau.office, rule, sealer)
    commit(bureau.office, rule, sealer)
    with pytest.raises(CampaignRefusedError, match="2019-10-22 10:00"):
        draw(bureau.office, rule, sealer)


def test_it_refuses_to_commit_after_the_period(bureau: Bureau, sealer: Sealer) -> None:
    bureau.clock.advance(DAY_US)
    with pytest.raises(CampaignRefusedError, match="before the period ends"):
        commit(bureau.office, bureau.rule("lottery"), sealer)


def test_what_was_committed_and_drawn_can_not_be_changed(bureau: Bureau, sealer: Sealer) -> None:
    six_payments(bureau)
    drawn(bureau, sealer)
    for statement in (
        "UPDATE lottery SET seed = 'x'",
        "UPDATE lottery SET committed_at_us = 0",
        "DELETE FROM lottery",
        "DELETE FROM lottery_ticket",
        "UPDATE lottery_ticket SET place = 9",
    ):
        with pytest.raises(psycopg.Error):
            bureau.connection.execute(statement.encode())


def test_the_worker_commits_draws_and_pays_by_itself(bureau: Bureau, bank: SimulatedBank) -> None:
    desk = Desk(bureau.connection, bank, bureau.engine.ask, bureau.clock, lambda: False)
    assert keep_lotteries(desk).units == 1
    six_payments(bureau)
    assert keep_lotteries(desk).units == 0
    bureau.clock.advance(DAY_US)
    assert keep_lotteries(desk).units == 1 + 4
    assert keep_lotteries(desk).units == 0
    assert [winner.state for winner in winners_of(bureau)] == [PAID] * 4


def test_a_second_engine_goes_on_with_the_prizes_of_the_first(db_url: str, sealer: Sealer) -> None:
    seed(db_url)
    with bureau_of(db_url) as first:
        six_payments(first)
        drawn(first, sealer)
        for winner in winners_of(first)[:2]:
            ticket = winner.ticket
            first.award(LOTTERY, winner.prize_won, ticket.member_id, ticket.movement_id)
    with bureau_of(db_url, fresh=False) as second:
        assert pay_winners(second.office, LOTTERY) == 4, "two of them are answered as before"
        assert second.one("SELECT count(*), sum(won) FROM award") == (4, 45_000)
        paid = second.one("SELECT sum(cashback_won) FROM wallet")[0]
        assert paid == 6 * 2_000 + 599 + 399 + 1_200 + 45_000
