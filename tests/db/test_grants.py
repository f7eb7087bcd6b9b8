"""Policy allowances by document: everybody whom the rule names, once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import AnyRequest, OpenWallet
from dure.campaigns.grants import Progress, grant_portion, name_members, progress_of
from dure.campaigns.office import CampaignRefusedError, Office
from dure.engine.client import EngineGone
from dure.jobs.campaigns import grant_allowances
from dure.jobs.desk import Desk
from dure.wallets.simulated_bank import SimulatedBank
from tests.campaigns import ALLOWANCE, DAY_US, Bureau, bureau_of, seed
from tests.engines import BEGUN_US, SEOGU, new_key, open_member

MEMBERS = range(5_001, 5_006)
OLD, YOUNG, UNNAMED = 5_100, 5_101, 5_102


@pytest.fixture
def bureau(db_url: str) -> Iterator[Bureau]:
    """Five whom the rule names (level 2, born 1980), and three whom it does not."""
    seed(db_url)
    with bureau_of(db_url) as opened:
        for member in MEMBERS:
            open_member(opened.engine, member)
        open_born(opened, OLD, 1979)
        open_born(opened, YOUNG, 1990)
        open_born(opened, UNNAMED, 1980, level=1)
        yield opened


def open_born(bureau: Bureau, member_id: int, birth_year: int, level: int = 2) -> None:
    answer = bureau.engine.ask(
        OpenWallet(key=new_key(), occurred_at_us=BEGUN_US, member_id=member_id, level=level,
                   district=SEOGU, birth_year=birth_year)
    )  # fmt: skip
    assert answer.approved


def grant(bureau: Bureau) -> Progress:
    rule = bureau.rule("policy_allowance")
    name_members(bureau.office, rule)
    last: int | None = 0
    while last is not None:
        last = grant_portion(bureau.office, rule, last)
    return progress_of(bureau.connection, ALLOWANCE)


def allowances(bureau: Bureau) -> list[int]:
    return [bureau.allowance(member) for member in (*MEMBERS, OLD, YOUNG, UNNAMED)]


def test_it_grants_those_whom_the_rule_names_and_nobody_else(bureau: Bureau) -> None:
    assert grant(bureau) == Progress(0, 5, 0, 500_000, 0)
    assert allowances(bureau) == [100_000] * 5 + [0] * 3
    assert bureau.left()[3] == 500_000
    until_us = bureau.one("SELECT min(expires_at_us), max(expires_at_us) FROM allowance_purse")
    assert until_us == (BEGUN_US + 90 * DAY_US,) * 2


def test_it_pays_nobody_twice_when_it_is_run_again(bureau: Bureau) -> None:
    grant(bureau)
    grant(bureau)
    bureau.connection.execute(
        "UPDATE allowance_due SET state = 1, movement_id = NULL WHERE member_id = 5001"
    )
    grant(bureau)
    assert allowances(bureau) == [100_000] * 5 + [0] * 3


def test_it_takes_in_who_becomes_eligible_later(bureau: Bureau) -> None:
    grant(bureau)
    open_member(bureau.engine, 5_200)
    assert grant(bureau).granted == 6
    assert bureau.allowance(5_200) == 100_000


def test_a_line_too_small_refuses_before_the_first_won(bureau: Bureau) -> None:
    bureau.appropriate(3, 499_999 - 1_000_000)
    with pytest.raises(CampaignRefusedError, match="5 payments of 500,000 won") as refused:
        grant(bureau)
    assert "5건 합계 500,000원" in refused.value.korean
    assert allowances(bureau) == [0] * 8
    assert bureau.one("SELECT count(*) FROM allowance_due")[0] == 0
    bureau.appropriate(3, 1)
    assert grant(bureau).granted == 5
    assert bureau.left()[3] == 0


def test_it_goes_on_where_a_crash_has_cut_it(bureau: Bureau) -> None:
    rule = bureau.rule("policy_allowance")
    name_members(bureau.office, rule)

    def dying(request: AnyRequest) -> Answer:
        bureau.engine.ask(request)
        raise EngineGone("killed before the rows were kept")

    with pytest.raises(EngineGone):
        grant_portion(Office(bureau.connection, dying, bureau.clock), rule)
    assert progress_of(bureau.connection, ALLOWANCE).granted == 0
    assert grant(bureau) == Progress(0, 5, 0, 500_000, 0)
    assert allowances(bureau) == [100_000] * 5 + [0] * 3


def test_what_the_engine_refused_is_granted_when_there_is_money_again(bureau: Bureau) -> None:
    rule = bureau.rule("policy_allowance")
    name_members(bureau.office, rule)
    bureau.appropriate(3, 250_000 - 1_000_000)
    grant_portion(bureau.office, rule)
    progress = progress_of(bureau.connection, ALLOWANCE)
    assert (progress.granted, progress.refused) == (2, 3)
    reasons = {row[0] for row in bureau.connection.execute(
        "SELECT reason FROM allowance_due WHERE state = 3"
    )}  # fmt: skip
    assert reasons == {No.BUDGET_LINE_TOO_SMALL}
    with pytest.raises(CampaignRefusedError, match="3 payments of 300,000 won"):
        name_members(bureau.office, rule)
    bureau.appropriate(3, 250_000)
    assert grant(bureau) == Progress(0, 5, 0, 500_000, 0)


def test_it_refuses_a_programme_of_another_line_or_of_none(bureau: Bureau) -> None:
    rule = bureau.rule("policy_allowance")
    bureau.connection.execute("UPDATE allowance_programme SET line_id = 1")
    with pytest.raises(CampaignRefusedError, match="different lines"):
        name_members(bureau.office, rule)
    bureau.connection.execute("DELETE FROM allowance_programme")
    with pytest.raises(CampaignRefusedError, match="no programme 5"):
        name_members(bureau.office, rule)
    bureau.clock.advance(60 * DAY_US)
    with pytest.raises(CampaignRefusedError, match="not in force"):
        name_members(bureau.office, rule)


def test_the_worker_grants_once_a_day(bureau: Bureau, bank: SimulatedBank) -> None:
    desk = Desk(bureau.connection, bank, bureau.engine.ask, bureau.clock, lambda: False)
    outcome = grant_allowances(desk)
    assert outcome.units == 5
    again = Desk(
        bureau.connection, bank, bureau.engine.ask, bureau.clock, lambda: False, outcome.mark
    )
    open_member(bureau.engine, 5_200)
    assert grant_allowances(again).units == 0
    bureau.clock.advance(DAY_US)
    assert grant_allowances(again).units == 1
