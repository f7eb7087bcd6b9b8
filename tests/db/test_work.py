"""Work on the list: asked once, looked at, cancelled, outdated when its question changes."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import psycopg
import pytest

from dure.forecast import work
from dure.forecast.analyst import taking
from dure.forecast.analyst.taking import Gone, Taken
from dure.forecast.results import encode
from dure.forecast.work import State
from dure.kernel.calendar import DAY_US
from dure.rulebook import workflow
from dure.rulebook.endings import withdraw
from dure.rulebook.publishing import sha256_of
from tests.db.conftest import Connection
from tests.db.trial_kinds import Answer
from tests.rulebooks import (
    CITY_RULE,
    LOWER,
    NOW,
    acting,
    run,
    seed_officials,
    to_published,
    to_scheduled,
)

if TYPE_CHECKING:
    from dure.rulebook.store import AnyConnection

RESULT = encode(Answer(answer=2)).decode()


def taken_by(connection: Connection, token: str, lease_s: float = 60) -> Taken:
    found = taking.take(connection, token, lease_s, NOW)
    assert found is not None
    return found


def run_out(connection: Connection) -> None:
    """Every lease has run out."""
    connection.execute("UPDATE foresight_work SET lease_until = now() WHERE state = 'running'")


def done(connection: Connection, kind: str, asked: dict[str, object]) -> int:
    number = work.ask(connection, kind, asked, "kim")
    now_us = work.city_clock(connection).now_us()
    taken = taking.take(connection, "one", 60, now_us)
    assert taken is not None
    assert taking.finish(connection, taken, RESULT, now_us)
    return number


def test_it_costs_a_page_no_compiler_and_no_statistics() -> None:
    rooms = (
        "work", "outdated", "results", "command", "city.alarms", "city.asking", "analyst.command",
    )  # fmt: skip
    imports = "\n".join(f"import dure.forecast.{room}" for room in rooms)
    heavy = "{'numba', 'numpy', 'scipy', 'statsmodels', 'pandas'}"
    program = f"import sys\n{imports}\nsys.exit(len({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_it_is_one_work_when_asked_twice_while_it_waits_or_runs(connection: Connection) -> None:
    first = work.ask(connection, "forecast", {"seed": 1, "futures": 10}, "kim")
    assert work.ask(connection, "forecast", {"futures": 10, "seed": 1}, "lee") == first
    taken = taken_by(connection, "one")
    assert work.ask(connection, "forecast", {"seed": 1, "futures": 10}, "lee") == first
    assert work.ask(connection, "forecast", {"seed": 2, "futures": 10}, "lee") != first
    assert taking.finish(connection, taken, RESULT, NOW)
    assert work.ask(connection, "forecast", {"seed": 1, "futures": 10}, "kim") != first


def test_it_is_asked_anew_when_the_one_before_is_being_stopped(connection: Connection) -> None:
    first = work.ask(connection, "forecast", {}, "kim")
    taken_by(connection, "one")
    assert work.cancel(connection, first, "kim")
    assert work.ask(connection, "forecast", {}, "kim") != first


def test_it_is_one_work_for_officials_who_ask_at_once(db_url: str) -> None:
    numbers: list[int] = []

    def ask() -> None:
        with psycopg.connect(db_url, autocommit=True) as own:
            numbers.append(work.ask(own, "forecast", {}, "kim"))

    officials = [threading.Thread(target=ask) for _ in range(8)]
    for official in officials:
        official.start()
    for official in officials:
        official.join()
    assert len(numbers) == 8
    assert len(set(numbers)) == 1


def test_it_is_taken_by_one_of_two_analysts(db_url: str, connection: Connection) -> None:
    work.ask(connection, "forecast", {}, "kim")
    with psycopg.connect(db_url, autocommit=True) as other:
        assert taking.take(connection, "one", 60, NOW) is not None
        assert taking.take(other, "two", 60, NOW) is None


def test_it_passes_a_row_that_another_is_taking(db_url: str, connection: Connection) -> None:
    first = work.ask(connection, "forecast", {}, "kim")
    second = work.ask(connection, "paces", {}, "kim")
    with psycopg.connect(db_url) as other:
        own = taking.take(other, "one", 60, NOW)
        assert own is not None
        assert own.work_id == first
        assert taken_by(connection, "two").work_id == second


def test_it_is_taken_again_when_the_lease_ran_out(connection: Connection) -> None:
    number = work.ask(connection, "forecast", {}, "kim")
    late = taken_by(connection, "one")
    assert not taking.renew(connection, late, 60)
    assert taking.take(connection, "two", 60, NOW) is None
    run_out(connection)
    assert taken_by(connection, "two").work_id == number
    with pytest.raises(Gone):
        taking.renew(connection, late, 60)
    with pytest.raises(Gone):
        taking.tell(connection, late, 5_000, "절반", "half")
    assert taking.finish(connection, late, RESULT, NOW) is None
    found = work.look(connection, number)
    assert found is not None
    assert found.state is State.RUNNING


def test_it_is_given_up_after_three_attempts_with_what_to_do(connection: Connection) -> None:
    number = work.ask(connection, "forecast", {}, "kim")
    for token in ("one", "two", "three"):
        taken_by(connection, token)
        run_out(connection)
    assert taking.take(connection, "four", 60, NOW) is None
    found = work.look(connection, number)
    assert found is not None
    assert found.state is State.FAILED
    assert "3번" in found.error_ko
    assert "analyst.log" in found.error_en


def test_it_does_not_count_what_was_given_back_in_order(connection: Connection) -> None:
    work.ask(connection, "forecast", {}, "kim")
    for _ in range(5):
        taking.close(connection, taken_by(connection, "one"), NOW)
    assert taking.take(connection, "two", 60, NOW) is not None


def test_it_tells_a_progress_that_never_falls(connection: Connection) -> None:
    number = work.ask(connection, "forecast", {}, "kim")
    taken = taken_by(connection, "one")
    seen = []
    for progress in (100, 4_000, 2_000, 20_000):
        taking.tell(connection, taken, progress, "도는 중", "running")
        found = work.look(connection, number)
        assert found is not None
        seen.append(found.progress)
    assert seen == [100, 4_000, 4_000, 9_999]


def test_it_is_stopped_at_once_while_it_waits(connection: Connection) -> None:
    number = work.ask(connection, "forecast", {}, "kim")
    assert work.cancel(connection, number, "lee")
    found = work.look(connection, number)
    assert found is not None
    assert (found.state, found.cancelled_by) == (State.CANCELLED, "lee")
    assert not work.cancel(connection, number, "lee")
    assert taking.take(connection, "one", 60, NOW) is None


def test_it_has_no_result_when_it_was_stopped_before_its_end(connection: Connection) -> None:
    number = work.ask(connection, "forecast", {}, "kim")
    taken = taken_by(connection, "one")
    assert work.cancel(connection, number, "lee")
    assert taking.is_cancelled(connection, taken)
    assert taking.finish(connection, taken, RESULT, NOW) is None
    taking.close(connection, taken, NOW)
    found = work.look(connection, number)
    assert found is not None
    assert (found.state, found.result) == (State.CANCELLED, None)


def test_it_is_cancelled_when_its_analyst_died_after_the_wish(connection: Connection) -> None:
    number = work.ask(connection, "forecast", {}, "kim")
    taken_by(connection, "one")
    work.cancel(connection, number, "lee")
    run_out(connection)
    assert taking.take(connection, "two", 60, NOW) is None
    found = work.look(connection, number)
    assert found is not None
    assert found.state is State.CANCELLED


@pytest.mark.breaks_books  # The result is damaged on purpose.
def test_it_keeps_a_result_that_nobody_can_change(connection: Connection) -> None:
    number = done(connection, "forecast", {})
    found = work.look(connection, number)
    assert found is not None
    assert found.result == RESULT
    assert found.result_sha256 == work.sha256_of(RESULT)
    with pytest.raises(psycopg.errors.RestrictViolation):
        connection.execute("UPDATE foresight_result SET result = '{}'")


def test_it_finds_the_latest_about_the_same_thing(connection: Connection) -> None:
    own = done(connection, "forecast", {})
    what_if = done(connection, "forecast", {"seed": 7})
    work.ask(connection, "forecast", {}, "kim")
    found = work.latest(connection, "forecast", {})
    assert found is not None
    assert found.work_id == own
    found = work.latest(connection, "forecast")
    assert found is not None
    assert found.work_id == what_if
    assert work.latest(connection, "plans") is None


class TestOutdated:
    """A city with a rule in force, and a draft that was simulated."""

    SHA = sha256_of(LOWER)

    @pytest.fixture
    def simulated(self, db_url: str, connection: Connection) -> int:
        """The number of a simulation of the draft `test-city@2`."""
        seed_officials(db_url)
        connection.execute(
            "INSERT INTO city_clock (anchor_us, started_at_us, speed) VALUES (%s, %s, 1)",
            (time.time_ns() // 1_000, NOW),
        )

        async def drafted(asynchronous: AnyConnection) -> None:
            await to_published(asynchronous, CITY_RULE, 1)
            await workflow.draft(asynchronous, acting("writer"), LOWER, "draft.yaml")

        run(db_url, drafted)
        drafts = [{"rule": "test-city", "version": 2, "sha256": self.SHA}]
        return done(connection, "simulation", {"drafts": drafts})

    def outdated(self, connection: Connection, number: int) -> str:
        found = work.look(connection, number)
        assert found is not None
        assert found.outdated == bool(found.outdated_ko) == bool(found.outdated_en)
        return found.outdated_en

    def test_it_holds_while_nothing_changes(self, connection: Connection, simulated: int) -> None:
        assert self.outdated(connection, simulated) == ""

    def test_it_is_outdated_by_another_text(
        self, db_url: str, connection: Connection, simulated: int
    ) -> None:
        other = LOWER.replace("300}", "200}")

        async def redrafted(asynchronous: AnyConnection) -> None:
            await workflow.draft(asynchronous, acting("writer"), other, "draft.yaml")

        run(db_url, redrafted)
        assert "has changed since" in self.outdated(connection, simulated)

    def test_it_is_done_and_outdated_when_its_rule_is_replaced_while_it_runs(
        self, db_url: str, connection: Connection, simulated: int
    ) -> None:
        drafts = [{"rule": "test-city", "version": 2, "sha256": self.SHA}]
        asked = {"drafts": drafts, "from_month": 201908}
        number = work.ask(connection, "simulation", asked, "kim")
        now_us = work.city_clock(connection).now_us()
        taken = taking.take(connection, "one", 60, now_us)
        assert taken is not None

        async def replaced(asynchronous: AnyConnection) -> None:
            other = LOWER.replace("300}", "200}")
            await workflow.draft(asynchronous, acting("writer"), other, "draft.yaml")

        run(db_url, replaced)
        assert taking.finish(connection, taken, RESULT, now_us)
        found = work.look(connection, number)
        assert found is not None
        assert found.state is State.DONE
        assert "'test-city@2'" in found.outdated_ko

    def test_it_holds_for_a_text_that_is_tried_before_it_is_handed_in(
        self, connection: Connection, simulated: int
    ) -> None:
        drafts = [{"rule": "test-city", "version": 2, "sha256": "0" * 64}]
        assert self.outdated(connection, done(connection, "simulation", {"drafts": drafts})) == ""

    def test_it_is_outdated_by_a_withdrawal(
        self, db_url: str, connection: Connection, simulated: int
    ) -> None:
        async def withdrawn(asynchronous: AnyConnection) -> None:
            await withdraw(
                asynchronous,
                acting("writer"),
                "test-city",
                2,
                "의회와 다시 의논한 뒤에 새로 내기로 하였습니다.",
            )

        run(db_url, withdrawn)
        assert "withdrawn" in self.outdated(connection, simulated)

    @pytest.mark.parametrize(
        ("begins", "ends", "is_outdated"),
        [("2019-12-01", "2020-03-01", True), ("2020-02-01", "2020-03-01", False)],
    )
    def test_it_is_outdated_by_a_rule_that_meets_the_drafts_period(
        self, db_url: str, connection: Connection, simulated: int,
        begins: str, ends: str, is_outdated: bool,
    ) -> None:  # fmt: skip
        other = (
            CITY_RULE.replace("id: test-city", "id: test-gift")
            .replace("from: 2019-10-01, until: 2020-01-01", f"from: {begins}, until: {ends}")
            .replace("brackets:", "stacks_with: [test-city]\nbrackets:")
        )  # fmt: skip

        async def published(asynchronous: AnyConnection) -> None:
            await to_scheduled(asynchronous, other, 1, rule="test-gift")
            await workflow.publish_version(asynchronous, acting("root"), "test-gift", 1)

        run(db_url, published)
        assert bool(self.outdated(connection, simulated)) is is_outdated

    def test_it_is_outdated_after_forty_days(self, connection: Connection, simulated: int) -> None:
        connection.execute(
            "UPDATE city_clock SET started_at_us = started_at_us + %s", (DAY_US * 40,)
        )
        assert self.outdated(connection, simulated) == ""
        connection.execute("UPDATE city_clock SET started_at_us = started_at_us + %s", (DAY_US,))
        assert "41 days" in self.outdated(connection, simulated)

    def test_it_is_outdated_as_a_forecast_when_money_came(self, connection: Connection) -> None:
        number = done(connection, "forecast", {})
        assert self.outdated(connection, number) == ""
        connection.execute(
            "INSERT INTO budget_line (line_id, code, name_ko, name_en, payer, fiscal_year)"
            " VALUES (9, 'test-more', '시비', 'City money', 'city', 2019)"
        )
        connection.execute("INSERT INTO budget_release VALUES (9, 1, 1000, 'kim', 0)")
        assert "appropriated" in self.outdated(connection, number)
