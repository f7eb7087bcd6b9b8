"""Appropriations, releases, commitments and matching, through a real engine."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

import psycopg
import pytest

from dure.budget.appropriating import (
    ORIGINAL,
    REDUCTION,
    RESERVE,
    SUPPLEMENTARY,
    appropriate,
    appropriations_of,
)
from dure.budget.committing import (
    all_commitments,
    open_commitment,
    return_commitment,
    set_aside,
)
from dure.budget.due import finish_due
from dure.budget.lines import add_programme, place_line
from dure.budget.matching import declare_matching
from dure.budget.office import Course
from dure.budget.positions import Position
from dure.budget.refusals import BudgetRefusal, BudgetRefusedError
from dure.budget.releasing import Release, plan_releases, release_due
from dure.budget.reports import matching_reports, matching_table, tree, tree_table
from dure.budget.transferring import approve_transfer, ask_transfer
from dure.budget.tree import sums_of_year
from dure.kernel.calendar import SEOUL, to_us
from tests.db.budget_city import (
    CITY,
    DISTRICT,
    KIM,
    LEE,
    OF_JUNGGU,
    PARK,
    STATE,
    BudgetCity,
    given,
)
from tests.engines import BEGUN_US, CITY_RULE


def day_us(text: str) -> int:
    return to_us(datetime.fromisoformat(text).replace(tzinfo=SEOUL))


OCTOBER, NOVEMBER, DECEMBER = (day_us(f"2019-{month}-01") for month in (10, 11, 12))


def refused(act: Callable[[], object]) -> BudgetRefusal:
    with pytest.raises(BudgetRefusedError) as error:
        act()
    assert error.value.korean
    assert "{" not in str(error.value)
    return error.value.refusal


def test_it_books_what_documents_give_and_says_by_which(budget: BudgetCity) -> None:
    for kind, won in ((ORIGINAL, 500), (SUPPLEMENTARY, 300), (RESERVE, 200), (REDUCTION, -400)):
        appropriate(budget.office, KIM, CITY, given(won, f"2019-{kind}", kind))
    recorded = appropriations_of(budget.connection, budget.line(CITY))
    assert [(one.appropriation.kind, one.appropriation.amount_won) for one in recorded] == [
        (ORIGINAL, 500), (SUPPLEMENTARY, 300), (RESERVE, 200), (REDUCTION, -400),
    ]  # fmt: skip
    assert {one.outcome.course for one in recorded} == {Course.DONE}
    assert {one.official_id for one in recorded} == {"kim"}
    assert budget.position(CITY).left_won == 2_000_600


def test_it_books_the_same_document_once(budget: BudgetCity) -> None:
    first = appropriate(budget.office, KIM, CITY, given(500))
    again = appropriate(budget.office, KIM, CITY, given(500))
    assert (first.repeated, again.repeated) == (False, True)
    assert budget.position(CITY).left_won == 2_000_500


def test_it_takes_back_what_is_unspent_and_no_more(budget: BudgetCity) -> None:
    budget.spend(1, 10_000)
    spent = budget.position(CITY).spent_won
    assert spent == 200
    assert (
        refused(lambda: appropriate(budget.office, KIM, CITY, given(-2_000_000, "r", REDUCTION)))
        is BudgetRefusal.MORE_THAN_UNSPENT
    )
    appropriate(budget.office, KIM, CITY, given(-2_000_000 + spent, "r", REDUCTION))
    assert budget.position(CITY).left_won == 0


@pytest.mark.parametrize(
    ("kind", "won", "refusal"),
    [
        (ORIGINAL, -1, BudgetRefusal.KIND_AND_SIGN),
        (REDUCTION, 1, BudgetRefusal.KIND_AND_SIGN),
        ("gift", 1, BudgetRefusal.KIND_AND_SIGN),
        (ORIGINAL, 0, BudgetRefusal.AMOUNT_INVALID),
    ],
)
def test_it_refuses_an_appropriation_that_makes_no_sense(
    budget: BudgetCity, kind: str, won: int, refusal: BudgetRefusal
) -> None:
    assert refused(lambda: appropriate(budget.office, KIM, CITY, given(won, "x", kind))) is refusal


def test_an_official_of_a_district_appropriates_to_its_own_lines(budget: BudgetCity) -> None:
    assert (
        refused(lambda: appropriate(budget.office, OF_JUNGGU, DISTRICT, given(1)))
        is BudgetRefusal.OTHER_DISTRICT
    )


def test_what_an_office_entered_is_only_added_to(budget: BudgetCity) -> None:
    budget.give(CITY, 500)
    with pytest.raises(psycopg.errors.RestrictViolation):
        budget.connection.execute("UPDATE budget_appropriation SET amount_won = 1")


# Releases.


def plan(budget: BudgetCity) -> None:
    """Of the city's 2,000,000: 500,000 since October, 300,000 more in November, the rest later."""
    plan_releases(
        budget.office, KIM, CITY,
        [Release(OCTOBER, 500_000), Release(NOVEMBER, 300_000), Release(DECEMBER, 900_000)],
    )  # fmt: skip


def test_it_holds_back_what_is_not_released_and_releases_when_the_day_comes(
    budget: BudgetCity,
) -> None:
    plan(budget)
    held = budget.position(CITY)
    assert (held.unreleased_won, held.left_won) == (1_500_000, 500_000)
    assert release_due(budget.office) == 0, "nothing is due before its day"
    budget.clock.instant_us = NOVEMBER
    assert release_due(budget.office) == 1
    assert release_due(budget.office) == 0
    assert budget.position(CITY).left_won == 800_000
    budget.clock.instant_us = DECEMBER
    assert finish_due(budget.office, 10) == 1
    assert budget.position(CITY).unreleased_won == 300_000, "the plan leaves 300,000 without a day"


def test_unreleased_money_cannot_be_spent(budget: BudgetCity) -> None:
    plan_releases(budget.office, KIM, CITY, [Release(OCTOBER, 100), Release(NOVEMBER, 1_999_900)])
    assert budget.spend(1, 10_000) == 302 + 400, "the 100 won of the city allow 302 by 4 to 2"
    assert budget.position(CITY).left_won == 0
    budget.clock.instant_us = NOVEMBER
    release_due(budget.office)
    assert budget.spend(2, 10_000) == 1_000


def test_a_supplement_of_a_planned_line_waits_for_its_release(budget: BudgetCity) -> None:
    plan(budget)
    budget.give(CITY, 1_000_000)
    assert budget.position(CITY).unreleased_won == 2_500_000
    appropriate(budget.office, KIM, CITY, given(-2_400_000, "r", REDUCTION))
    assert budget.position(CITY).unreleased_won == 100_000, "what is held back goes first"
    assert budget.position(CITY).left_won == 500_000
    appropriate(budget.office, KIM, CITY, given(-200_000, "r2", REDUCTION))
    assert (budget.position(CITY).unreleased_won, budget.position(CITY).left_won) == (0, 400_000)


def test_what_is_transferred_to_a_planned_line_waits_for_its_release_too(
    budget: BudgetCity,
) -> None:
    add_programme(budget.office, KIM, CITY, code="test-markets", name_ko="시장", name_en="Markets")
    plan_releases(
        budget.office, KIM, "test-markets", [Release(OCTOBER, 100), Release(NOVEMBER, 300)]
    )
    transfer = ask_transfer(
        budget.office, KIM, from_code=CITY, to_code="test-markets", amount_won=350, reason="시장"
    )
    for official in (LEE, PARK):
        approve_transfer(budget.office, official, transfer.transfer_id)
    assert finish_due(budget.office, 10) == 1
    assert budget.position("test-markets").left_won == 100
    budget.clock.instant_us = NOVEMBER
    assert finish_due(budget.office, 10) == 1
    assert budget.position("test-markets").left_won == 350
    assert finish_due(budget.office, 10) == 0


def test_it_refuses_a_plan_that_would_take_back_what_is_spent(budget: BudgetCity) -> None:
    budget.spend(1, 100_000)
    assert (
        refused(lambda: plan_releases(budget.office, KIM, CITY, [Release(OCTOBER, 1_999)]))
        is BudgetRefusal.SPENT_ALREADY
    )
    assert budget.position(CITY).unreleased_won == 0
    plan_releases(budget.office, KIM, CITY, [Release(OCTOBER, 2_000)])
    assert budget.position(CITY).left_won == 0


def test_it_refuses_releases_twice_or_behind_the_present(budget: BudgetCity) -> None:
    plan(budget)
    for release, refusal in (
        (Release(NOVEMBER, 1), BudgetRefusal.RELEASE_EXISTS),
        (Release(OCTOBER + 1, 1), BudgetRefusal.RELEASED_IN_PAST),
        (Release(DECEMBER + 1, 0), BudgetRefusal.AMOUNT_INVALID),
    ):
        act = partial(plan_releases, budget.office, KIM, CITY, [release])
        assert refused(act) is refusal


# Commitments.


def commit(budget: BudgetCity, won: int = 300_000, code: str = "test-city-coupons") -> None:
    open_commitment(
        budget.office, KIM, CITY, code=code, name_ko="쿠폰", name_en="Coupons", amount_won=won,
        purpose="10월 쿠폰 100장",
    )  # fmt: skip


def test_a_commitment_is_set_aside_and_no_longer_free(budget: BudgetCity) -> None:
    commit(budget)
    assert budget.position(CITY).left_won == 1_700_000
    assert budget.position("test-city-coupons").left_won == 300_000
    (top,) = tree(budget.connection)
    city = top.below[0]
    assert city.own.budget_won == 2_000_000, "a commitment is no new money and no loss of any"
    assert (city.own.committed_won, city.own.free_won) == (300_000, 1_700_000)


def test_what_a_commitment_does_not_need_returns(budget: BudgetCity) -> None:
    commit(budget)
    set_aside(budget.office, KIM, "test-city-coupons", 100_000, "50장 더")
    assert return_commitment(budget.office, KIM, "test-city-coupons", 150_000, "남음") == 150_000
    assert return_commitment(budget.office, KIM, "test-city-coupons", None, "끝") == 250_000
    assert budget.position(CITY).left_won == 2_000_000
    amounts = [one.amount_won for one in all_commitments(budget.connection)]
    assert amounts == [300_000, 100_000, -150_000, -250_000]


def test_it_refuses_to_promise_more_than_is_free(budget: BudgetCity) -> None:
    plan(budget)
    assert refused(lambda: commit(budget, 500_001)) is BudgetRefusal.MORE_THAN_FREE
    commit(budget, 500_000)
    assert budget.position(CITY).left_won == 0
    assert refused(lambda: commit(budget, 1, "more")) is BudgetRefusal.MORE_THAN_FREE
    assert (
        refused(lambda: return_commitment(budget.office, KIM, "test-city-coupons", 500_001, "-"))
        is BudgetRefusal.COMMITMENT_TOO_SMALL
    )
    assert (
        refused(lambda: return_commitment(budget.office, KIM, CITY, 1, "-"))
        is BudgetRefusal.NOT_A_COMMITMENT
    )
    assert (
        refused(lambda: appropriate(budget.office, KIM, "test-city-coupons", given(1)))
        is BudgetRefusal.A_COMMITMENT
    )


PRIZES = (
    CITY_RULE.replace("id: test-city", "id: test-prizes")
    .replace("{of: 6, lines: {test-state: 4, test-city: 2}}", "{of: 1, lines: {test-prizes: 1}}")
    .replace("until: 2019-10-22", "until: 2020-01-01")
)


def test_a_rule_draws_on_a_commitment_to_the_last_won_and_not_beyond(budget: BudgetCity) -> None:
    commit(budget, 700, "test-prizes")
    budget.connection.execute(
        "INSERT INTO rule_version VALUES (9, 'test-prizes', 1, %s,"
        " encode(sha256(convert_to(%s, 'UTF8')), 'hex'), 0)",
        (PRIZES, PRIZES),
    )
    until = time.monotonic() + 20
    while 9 not in published(budget):
        assert time.monotonic() < until, "the engine hears of the rule"
        time.sleep(0.01)
    assert budget.spend(1, 10_000) == 600 + 400 + 600
    assert budget.spend(2, 10_000) == 600 + 400 + 100, "the city's own line goes on without it"
    drawn = budget.position("test-prizes")
    assert (drawn.spent_won, drawn.left_won) == (700, 0)
    (top,) = tree(budget.connection)
    city = top.below[0].own
    assert (city.committed_won, city.spent_won) == (0, 700 + 400)
    assert city.free_won == budget.position(CITY).left_won == 2_000_000 - 700 - 400


def published(budget: BudgetCity) -> set[int]:
    """The rule versions that the engine goes by."""
    engine = budget.engine.server.engine
    assert engine is not None
    at = engine.books.rules.at(BEGUN_US)
    return {rule.rule_id for rule in at.rules}


# The tree, its reports and the past.


def test_it_sums_the_tree_now_and_at_any_instant(budget: BudgetCity) -> None:
    add_programme(budget.office, KIM, CITY, code="test-markets", name_ko="시장", name_en="Markets")
    budget.give("test-markets", 1_000_000)
    empty_us = BEGUN_US - 1
    budget.spend(1, 100_000)
    tops = tree(budget.connection)
    whole = sums_of_year(tops, 2019)
    assert whole.budget_won == 8_000_000
    assert (whole.spent_won, whole.execution_bp) == (10_000, 12)
    assert whole.unspent_won == 7_990_000
    now_us = 1 << 62
    assert tree(budget.connection, now_us)[0].whole == tops[0].whole, "the journal says the same"
    assert tree(budget.connection, empty_us)[0].whole.budget_won == 0
    then = budget.connection.execute(
        "SELECT max(movement_id) FROM journal WHERE kind = 1"
    ).fetchone()
    assert then is not None
    before = tree(budget.connection, then[0])[0].whole
    assert (before.budget_won, before.spent_won) == (8_000_000, 0)
    lines = tree_table(tops).splitlines()
    assert lines[2].startswith("test-state")
    assert "0.12%" in lines[-1]


def test_the_past_shows_releases_transfers_and_commitments_as_they_stood(
    budget: BudgetCity,
) -> None:
    plan(budget)
    commit(budget, 100_000)
    for code in (STATE, CITY, DISTRICT, "test-city-coupons"):
        assert budget.position(code, 1 << 62) == budget.position(code)
    assert budget.position(CITY, BEGUN_US) == Position()


def test_a_line_lies_below_a_higher_level_of_its_year(budget: BudgetCity) -> None:
    state, district = budget.line(STATE), budget.line(DISTRICT)
    assert (
        refused(lambda: place_line(budget.connection, state, district))
        is BudgetRefusal.PARENT_TOO_LOW
    )


def test_it_warns_of_a_matching_that_has_inverted(budget: BudgetCity) -> None:
    declare_matching(budget.office, KIM, STATE, (4, 2, 0), "매칭 계획 2019")
    (report,) = matching_reports(budget.connection, tree(budget.connection), BEGUN_US).values()
    assert not report.is_inverted
    assert [(part.payer, part.declared_bp, part.budget_won) for part in report.payers] == [
        ("state", 6_666, 4_000_000), ("city", 3_333, 2_000_000),
    ]  # fmt: skip
    budget.give(CITY, 3_000_000)
    reports = matching_reports(budget.connection, tree(budget.connection), BEGUN_US)
    assert reports[STATE].is_inverted
    assert reports[STATE].payers[0].should_be_won == 6_000_000
    assert "!" in matching_table(reports)
    assert (
        refused(lambda: declare_matching(budget.office, KIM, STATE, (4, 0, 0), "x"))
        is BudgetRefusal.SHARES_INVALID
    )
