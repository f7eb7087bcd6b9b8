"""Transfers between budget lines: three people, one movement, never more than is free."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from dure.authorization.answers import Answer
from dure.authorization.requests import AnyRequest, TransferBudget
from dure.budget.due import finish_due
from dure.budget.lines import add_programme
from dure.budget.office import Course, Office
from dure.budget.officials import BudgetOfficial
from dure.budget.refusals import BudgetRefusal, BudgetRefusedError
from dure.budget.transferring import (
    Step,
    Transfer,
    all_transfers,
    approve_transfer,
    ask_transfer,
    get_transfer,
    refuse_transfer,
)
from dure.engine.client import BlockingEngineClient, EngineGone
from tests.db.budget_city import (
    AUDITOR,
    CITY,
    DISTRICT,
    KIM,
    LEE,
    OF_JUNGGU,
    OF_SEOGU,
    PARK,
    STATE,
    BudgetCity,
)

PROGRAMME = "test-city-markets"


@pytest.fixture
def markets(budget: BudgetCity) -> BudgetCity:
    """A programme of the city, without money yet."""
    add_programme(budget.office, KIM, CITY, code=PROGRAMME, name_ko="전통시장", name_en="Markets")
    return budget


def ask(budget: BudgetCity, won: int = 500_000, official: BudgetOfficial = KIM) -> Transfer:
    return ask_transfer(
        budget.office, official, from_code=CITY, to_code=PROGRAMME, amount_won=won,
        reason="시장 행사",
    )  # fmt: skip


def refusal_of(error: pytest.ExceptionInfo[BudgetRefusedError]) -> BudgetRefusal:
    assert error.value.korean
    assert error.value.english
    assert "{" not in str(error.value)
    return error.value.refusal


def test_it_moves_money_once_two_others_have_approved(markets: BudgetCity) -> None:
    transfer = ask(markets)
    assert transfer.step is Step.ASKED
    assert approve_transfer(markets.office, LEE, transfer.transfer_id).step is Step.APPROVED
    assert markets.position(PROGRAMME).left_won == 0, "nothing moves before the second approval"
    done = approve_transfer(markets.office, PARK, transfer.transfer_id)
    assert (done.outcome.course, done.state) == (Course.DONE, ("집행", "carried out"))
    assert [step.official_id for step in done.steps] == ["kim", "lee", "park"]
    assert markets.position(CITY).transferred_won == -500_000
    assert markets.position(CITY).left_won == 1_500_000
    assert markets.position(PROGRAMME).left_won == 500_000


@pytest.mark.parametrize("official", [KIM, LEE])
def test_it_refuses_the_second_approval_of_who_asked_or_approved(
    markets: BudgetCity, official: BudgetOfficial
) -> None:
    transfer = ask(markets)
    with pytest.raises(BudgetRefusedError) as asker:
        approve_transfer(markets.office, KIM, transfer.transfer_id)
    assert refusal_of(asker) is BudgetRefusal.SAME_OFFICIAL
    approve_transfer(markets.office, LEE, transfer.transfer_id)
    with pytest.raises(BudgetRefusedError) as again:
        approve_transfer(markets.office, official, transfer.transfer_id)
    assert refusal_of(again) is BudgetRefusal.SAME_OFFICIAL
    assert get_transfer(markets.connection, transfer.transfer_id).step is Step.APPROVED


def test_it_refuses_more_than_is_free_when_it_is_asked(markets: BudgetCity) -> None:
    assert ask(markets, 2_000_000).step is Step.ASKED
    with pytest.raises(BudgetRefusedError) as error:
        ask(markets, 2_000_001)
    assert refusal_of(error) is BudgetRefusal.MORE_THAN_FREE
    assert "2,000,000" in error.value.english


def test_it_refuses_to_carry_out_what_was_spent_meanwhile(markets: BudgetCity) -> None:
    transfer = ask(markets, 2_000_000)
    approve_transfer(markets.office, LEE, transfer.transfer_id)
    markets.spend(1, 10_000)
    with pytest.raises(BudgetRefusedError) as error:
        approve_transfer(markets.office, PARK, transfer.transfer_id)
    assert refusal_of(error) is BudgetRefusal.ENGINE_REFUSED
    over = get_transfer(markets.connection, transfer.transfer_id)
    assert over.outcome.course is Course.REFUSED
    assert markets.position(PROGRAMME).left_won == 0
    assert finish_due(markets.office, 10) == 0, "what the engine refused is over"


def test_a_refused_transfer_is_over(markets: BudgetCity) -> None:
    transfer = ask(markets)
    assert (
        refuse_transfer(markets.office, LEE, transfer.transfer_id, "근거 부족").step is Step.REFUSED
    )
    for act in (approve_transfer, refuse_transfer):
        with pytest.raises(BudgetRefusedError) as error:
            act(markets.office, PARK, transfer.transfer_id)
        assert refusal_of(error) is BudgetRefusal.TRANSFER_OVER
    assert markets.position(PROGRAMME).left_won == 0


@pytest.mark.parametrize(
    ("from_code", "to_code", "won", "refusal"),
    [
        (STATE, CITY, 1, BudgetRefusal.OTHER_PAYER),
        (CITY, DISTRICT, 1, BudgetRefusal.OTHER_PAYER),
        (CITY, PROGRAMME, 0, BudgetRefusal.AMOUNT_INVALID),
        (CITY, "nowhere", 1, BudgetRefusal.LINE_UNKNOWN),
    ],
)
def test_it_refuses_a_transfer_that_may_not_be(
    markets: BudgetCity, from_code: str, to_code: str, won: int, refusal: BudgetRefusal
) -> None:
    with pytest.raises(BudgetRefusedError) as error:
        ask_transfer(
            markets.office, KIM, from_code=from_code, to_code=to_code, amount_won=won, reason="-"
        )
    assert refusal_of(error) is refusal


def test_an_official_of_a_district_acts_on_its_lines_alone(budget: BudgetCity) -> None:
    add_programme(
        budget.office,
        OF_SEOGU,
        DISTRICT,
        code="test-seogu-street",
        name_ko="거리",
        name_en="Street",
    )
    asked = {
        "from_code": DISTRICT, "to_code": "test-seogu-street", "amount_won": 1, "reason": "거리",
    }  # fmt: skip
    for other, refusal in (
        (OF_JUNGGU, BudgetRefusal.OTHER_DISTRICT),
        (AUDITOR, BudgetRefusal.ROLE_MISSING),
    ):
        with pytest.raises(BudgetRefusedError) as error:
            ask_transfer(budget.office, other, **asked)  # type: ignore[arg-type]
        assert refusal_of(error) is refusal
    transfer = ask_transfer(budget.office, OF_SEOGU, **asked)  # type: ignore[arg-type]
    with pytest.raises(BudgetRefusedError) as error:
        approve_transfer(budget.office, OF_JUNGGU, transfer.transfer_id)
    assert refusal_of(error) is BudgetRefusal.OTHER_DISTRICT
    with pytest.raises(BudgetRefusedError) as error:
        add_programme(budget.office, OF_SEOGU, CITY, code="x", name_ko="x", name_en="x")
    assert refusal_of(error) is BudgetRefusal.OTHER_DISTRICT
    approve_transfer(budget.office, KIM, transfer.transfer_id)
    assert approve_transfer(budget.office, LEE, transfer.transfer_id).outcome.course is Course.DONE


class DiedError(Exception):
    """The process that approved died here."""


@pytest.mark.parametrize("moved_before_it_died", [False, True])
def test_a_transfer_whose_approver_died_before_the_answer_is_carried_out_once(
    markets: BudgetCity, moved_before_it_died: bool
) -> None:
    def ask_and_die(request: AnyRequest) -> Answer:
        if isinstance(request, TransferBudget):
            if moved_before_it_died:
                markets.engine.ask(request)
            raise DiedError
        return markets.engine.ask(request)

    dying = Office(markets.connection, ask_and_die, markets.clock.now_us)
    transfer = ask(markets)
    approve_transfer(dying, LEE, transfer.transfer_id)
    with pytest.raises(DiedError):
        approve_transfer(dying, PARK, transfer.transfer_id)
    waiting = get_transfer(markets.connection, transfer.transfer_id)
    assert waiting.step is Step.APPROVED_TWICE, "the second approval is durable"
    with pytest.raises(BudgetRefusedError):
        refuse_transfer(markets.office, KIM, transfer.transfer_id)
    assert finish_due(markets.office, 10) == (0 if moved_before_it_died else 1)
    assert finish_due(markets.office, 10) == 0
    (only,) = all_transfers(markets.connection)
    assert only.outcome.course is Course.DONE
    assert markets.position(PROGRAMME).left_won == 500_000
    assert markets.position(CITY).left_won == 1_500_000


def test_a_transfer_waits_for_an_engine_that_is_away(markets: BudgetCity) -> None:
    def away(_request: AnyRequest) -> Answer:
        raise EngineGone("the engine is away")

    transfer = ask(markets)
    approve_transfer(markets.office, LEE, transfer.transfer_id)
    with pytest.raises(EngineGone):
        approve_transfer(
            Office(markets.connection, away, markets.clock.now_us), PARK, transfer.transfer_id
        )
    assert finish_due(markets.office, 10) == 1
    assert markets.position(PROGRAMME).left_won == 500_000


def test_of_officials_who_approve_at_once_two_do_and_the_money_moves_once(
    markets: BudgetCity,
) -> None:
    transfer = ask(markets)
    officials = [BudgetOfficial(f"official-{number}") for number in range(6)]
    begin = threading.Barrier(len(officials))

    def approve(official: BudgetOfficial) -> BudgetRefusal | None:
        client = BlockingEngineClient(markets.engine.path)
        try:
            with psycopg.connect(markets.url, autocommit=True) as connection:
                office = Office(connection, client.ask, markets.clock.now_us)
                begin.wait()
                approve_transfer(office, official, transfer.transfer_id)
                return None
        except BudgetRefusedError as error:
            return error.refusal
        finally:
            client.close()

    with ThreadPoolExecutor(len(officials)) as pool:
        refusals = list(pool.map(approve, officials))
    assert refusals.count(None) == 2
    assert refusals.count(BudgetRefusal.TRANSFER_OVER) == 4
    done = get_transfer(markets.connection, transfer.transfer_id)
    assert done.outcome.course is Course.DONE
    assert len({step.official_id for step in done.steps}) == 3
    assert markets.position(PROGRAMME).left_won == 500_000
