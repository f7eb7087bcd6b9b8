"""An official's desk for browser tests: pages of a city with money and foresight, signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext

from dure.budget.appropriating import appropriate
from dure.budget.committing import open_commitment
from dure.budget.lines import add_programme
from dure.budget.matching import declare_matching
from dure.budget.releasing import Release, plan_releases
from dure.budget.transferring import approve_transfer, ask_transfer
from dure.forecast import work
from dure.forecast.results import Forecast, Paces, Warned
from dure.rulebook.officials import Grant, Role
from dure.web.console.foresight import examples
from tests.browser.conftest import Pages, running_pages
from tests.browser.nursery import Nursery
from tests.console import grant, sign_in
from tests.db.budget_city import CITY, DISTRICT, KIM, LEE, STATE, BudgetCity, given
from tests.engines import BEGUN_US, SEOGU, RunningEngine
from tests.foresight_results import run_to, store_result

DAY_US = 86_400_000_000
MONTH_US = 31 * DAY_US
OFFICER, SECOND, DISTRICT_OFFICER, POLICY, OPERATOR = "naru", "mal", "seo", "gaon", "dol"
EOK = examples.EOK
Prepared = TypeVar("Prepared")


def prepared(prepare: Callable[[], Prepared]) -> Prepared:
    """What a function gives in a thread of its own: in this one the browser's loop runs."""

    def done_there() -> Prepared:
        try:
            return prepare()
        finally:
            from django.db import connections

            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(done_there).result()


@contextmanager
def running_desk(
    nursery: Nursery, url: str, engine: RunningEngine, static_files: Path, home: Path
) -> Iterator[Pages]:
    """The pages of a city with a budget and foresight; both processes know the sessions."""
    from django.conf import settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DURE_HOME", str(home))
        patch.setenv("DURE_SECRET_KEY", settings.SECRET_KEY)
        with running_pages(nursery, url, engine, static_files, home) as running:
            prepared(lambda: seed_desk(url, engine))
            yield running


def desk_of(browser: Browser, address: str, official: str, **options: Any) -> BrowserContext:
    """A window in which the official is signed in and has shown a second factor."""
    context = browser.new_context(reduced_motion="reduce", **options)
    session = prepared(lambda: str(sign_in(official).cookies["sessionid"].value))
    context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
    return context


def seed_desk(url: str, engine: RunningEngine) -> None:
    """Officials, a year's budget with every kind of entry, forecasts, paces and plans."""
    for who, role in ((OFFICER, Role.BUDGET_OFFICER), (SECOND, Role.BUDGET_OFFICER),
                      (POLICY, Role.POLICY_OFFICER), (OPERATOR, Role.OPERATOR)):  # fmt: skip
        grant(url, who, Grant(role), name=f"{who} 담당")
    grant(url, DISTRICT_OFFICER, Grant(Role.DISTRICT_OFFICER, SEOGU))
    budget = BudgetCity(url, engine)
    try:
        _fill_budget(budget)
        _fill_foresight(budget.connection)
    finally:
        budget.close()
        engine.leave()


def _fill_budget(budget: BudgetCity) -> None:
    office = budget.office
    for code, name_ko, name_en in (
        (STATE, "2019년 국비", "State money 2019"), (CITY, "2019년 시비", "City money 2019"),
        (DISTRICT, "2019년 서구 구비", "Seo-gu money 2019"),
    ):  # fmt: skip
        budget.connection.execute(
            "UPDATE budget_line SET name_ko = %s, name_en = %s WHERE code = %s",
            (name_ko, name_en, code),
        )
    budget.give(STATE, 260 * EOK, "2019-국고-1")
    budget.give(CITY, 468 * EOK, "2019-의결-1")
    budget.give(DISTRICT, 30 * EOK, "2019-서구-1")
    add_programme(office, KIM, CITY, code="city-markets", name_ko="전통시장", name_en="Markets")
    open_commitment(
        office, KIM, CITY, code="october-coupons", name_ko="10월 쿠폰", name_en="October coupons",
        amount_won=12 * EOK, purpose="쿠폰 10,000장",
    )  # fmt: skip
    for member in range(1, 5):
        budget.spend(member, 1_900_000)
    plan_releases(
        office, KIM, DISTRICT,
        [Release(BEGUN_US - 20 * DAY_US, 10 * EOK), Release(BEGUN_US + MONTH_US, 21 * EOK)],
    )  # fmt: skip
    declare_matching(office, KIM, STATE, (4, 2, 0), "2019년 국고보조 협약")
    first = ask_transfer(
        office, KIM, from_code=CITY, to_code="city-markets", amount_won=5 * EOK, reason="시장 행사"
    )
    approve_transfer(office, LEE, first.transfer_id, "행사 계획 확인")
    ask_transfer(
        office, LEE, from_code=CITY, to_code="city-markets", amount_won=2 * EOK, reason="추석 행사"
    )
    reduced = given(-3 * EOK, "2019-감액-1", "reduction")
    appropriate(office, KIM, STATE, reduced)


def _fill_foresight(connection: psycopg.Connection[Any]) -> None:
    lines = [
        examples.a_line(2, ("2019년 시비", "City money 2019"), run_out=examples.EARLY, code=CITY),
        examples.a_line(
            1, ("2019년 국비", "State money 2019"), run_out=examples.MAYBE, daily_won=2 * EOK,
            code=STATE,
        ),
        examples.a_line(
            3, ("2019년 서구 구비", "Seo-gu money 2019"), run_out=examples.NEVER, daily_won=EOK,
            unspent_bp=1_900, unspent_over_5_bp=9_900, code=DISTRICT,
        ),
    ]  # fmt: skip
    for days, run_out in ((30, examples.MAYBE), (12, examples.MAYBE), (4, examples.EARLY)):
        earlier = examples.a_line(2, ("시비", "City"), run_out=run_out)
        store_result(connection, "forecast", _forecast([earlier]), at_us=BEGUN_US - days * DAY_US)
    store_result(connection, "forecast", _forecast(lines))
    paces = Paces(
        as_of_us=BEGUN_US,
        lines=[
            examples.a_pace(1, "within", 102),
            examples.a_pace(2, "ahead", 117),
            examples.a_pace(3, "behind", 81),
        ],
    )
    store_result(connection, "paces", paces)
    store_result(connection, "plans", examples.example_plans(), {"first": 1}, by=POLICY)
    waiting = work.ask(connection, "plans", {"second": 2}, POLICY)
    run_to(connection, waiting, 4_200, ("계획 420개를 견주는 중", "420 plans compared"))


def _forecast(lines: list[Any]) -> Forecast:
    return Forecast(
        as_of_us=BEGUN_US,
        history_until="2019-10-20",
        futures=400,
        seed=1,
        lines=lines,
        months=examples.example_months(),
        warnings=[
            Warned(
                code="little",
                korean="이력이 열 달뿐이라 구간을 넓혔습니다.",
                english="Only ten months are known, so the intervals are wider.",
            )
        ],
    )
