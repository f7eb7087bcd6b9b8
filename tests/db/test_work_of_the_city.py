"""What the city asks for by itself, and the alarms that its forecasts raise and end."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import pytest

from dure.forecast import work
from dure.forecast.analyst import taking
from dure.forecast.city.alarms import AlarmCode, alarms, alarms_ever, note, see
from dure.forecast.city.asking import ask_if_due
from dure.forecast.results import Fan, Forecast, LineForecast, RunOut, encode
from dure.jobs.due import JOBS
from dure.kernel.calendar import SEOUL, to_us
from tests.db.conftest import Connection

pytestmark = pytest.mark.breaks_books  # Money is put into lines without a journal.

EVENING = datetime(2019, 10, 21, 18, tzinfo=SEOUL)


def us(instant: datetime) -> int:
    return to_us(instant)


@pytest.fixture
def city(connection: Connection) -> Connection:
    """A city with one budget line that has money."""
    connection.execute(
        "INSERT INTO budget_line (line_id, code, name_ko, name_en, payer, fiscal_year,"
        " appropriated_won) VALUES (1, 'test-city', '시비', 'City money', 'city', 2019, 1000)"
    )
    return connection


def asked(connection: Connection, at: datetime) -> int:
    """How many works the city puts on the list at an instant, by its own clock."""
    connection.execute("DELETE FROM city_clock")
    connection.execute(
        "INSERT INTO city_clock (anchor_us, started_at_us, speed) VALUES"
        " ((extract(epoch FROM clock_timestamp()) * 1000000)::bigint, %s, 1)",
        (us(at),),
    )
    return ask_if_due(connection, us(at))


def finish_all(connection: Connection, at: datetime) -> int:
    """Finishes what is on the list; gives how many."""
    done = 0
    while (taken := taking.take(connection, "one", 60, us(at))) is not None:
        assert taking.finish(connection, taken, '{"of":"nothing"}', us(at))
        done += 1
    return done


def test_it_asks_for_nothing_in_a_city_without_money(connection: Connection) -> None:
    assert asked(connection, EVENING) == 0


def test_it_asks_at_once_and_then_once_a_night(city: Connection) -> None:
    assert asked(city, EVENING) == 3
    assert asked(city, EVENING + timedelta(hours=1)) == 0
    assert finish_all(city, EVENING) == 3
    assert asked(city, EVENING + timedelta(hours=2)) == 0
    assert asked(city, EVENING + timedelta(hours=6, minutes=30)) == 0
    night = EVENING + timedelta(hours=7)
    assert asked(city, night) == 3
    assert finish_all(city, night) == 3
    assert asked(city, night + timedelta(hours=22)) == 0
    assert asked(city, night + timedelta(days=1)) == 3


def test_it_asks_anew_when_money_came(city: Connection) -> None:
    assert asked(city, EVENING) == 3
    finish_all(city, EVENING)
    city.execute("INSERT INTO budget_release VALUES (1, 1, 1000, 'kim', 0)")
    assert asked(city, EVENING + timedelta(minutes=1)) == 2
    finish_all(city, EVENING)
    assert asked(city, EVENING + timedelta(minutes=2)) == 0


def test_it_does_not_ask_again_while_one_runs(city: Connection) -> None:
    asked(city, EVENING)
    for token in ("one", "two", "three"):
        assert taking.take(city, token, 60, us(EVENING)) is not None
    city.execute("INSERT INTO budget_release VALUES (1, 1, 1000, 'kim', 0)")
    assert asked(city, EVENING + timedelta(days=1, hours=8)) == 0


def test_it_is_a_job_of_the_worker() -> None:
    assert "ask-forecasts" in [job.name for job in JOBS]


def forecast(before_end_bp: int, at: datetime) -> Forecast:
    """A forecast of the line in which so many futures of 10,000 end before the year does."""
    fan = Fan(days=[], low90=[], low50=[], median=[], high50=[], high90=[])
    out = RunOut(
        median="2019-12-01", low50="2019-11-20", high50="2019-12-10", low90="2019-11-01",
        high90=None, before_end_bp=before_end_bp,
    )  # fmt: skip
    line = LineForecast(
        line_id=1, code="test-city", name_ko="시비", name_en="City money", payer="city",
        district=None, fiscal_year=2019, appropriated_won=1000, spent_won=0,
        planned_end="2019-12-31", run_out=out, unspent_bp=0, unspent_over_5_bp=0, spent=fan,
        appropriated=[],
    )  # fmt: skip
    return Forecast(
        as_of_us=us(at), history_until="2019-10-20", futures=100, seed=1, lines=[line], months=[]
    )


def noted(connection: Connection, before_end_bp: int, at: datetime = EVENING) -> list[AlarmCode]:
    number = work.ask(connection, "forecast", {"seed": before_end_bp}, "kim")
    return [a.code for a in note(connection, forecast(before_end_bp, at), number)]


def test_it_raises_an_alarm_grows_graver_and_ends(city: Connection) -> None:
    assert noted(city, 500) == []
    assert noted(city, 600, EVENING + timedelta(days=1)) == [AlarmCode.MAY_END_EARLY]
    assert noted(city, 700, EVENING + timedelta(days=2)) == [AlarmCode.MAY_END_EARLY]
    (alarm,) = alarms(city)
    assert alarm.since_us == us(EVENING + timedelta(days=1))
    assert alarm.told_us == us(EVENING + timedelta(days=2))
    assert "7%" in alarm.korean
    assert noted(city, 6_000, EVENING + timedelta(days=3)) == [AlarmCode.ENDS_EARLY]
    assert noted(city, 100, EVENING + timedelta(days=4)) == []
    ever = alarms_ever(city)
    assert [one.code for one in ever] == [AlarmCode.ENDS_EARLY, AlarmCode.MAY_END_EARLY]
    assert [one.ended_us for one in ever] == [
        us(EVENING + timedelta(days=4)), us(EVENING + timedelta(days=3))
    ]  # fmt: skip


def test_it_takes_no_notice_of_a_forecast_that_comes_late(city: Connection) -> None:
    noted(city, 6_000, EVENING + timedelta(days=2))
    assert noted(city, 100, EVENING) == [AlarmCode.ENDS_EARLY]


def test_it_is_seen_by_the_first_who_looks(city: Connection) -> None:
    noted(city, 6_000)
    (alarm,) = alarms(city)
    assert see(city, alarm.alarm_id, "kim", us(EVENING))
    assert not see(city, alarm.alarm_id, "lee", us(EVENING))
    assert alarms(city)[0].seen_by == "kim"


def test_it_says_what_to_do_in_both_languages(city: Connection) -> None:
    noted(city, 6_000)
    (alarm,) = alarms(city)
    assert "2019-11-20" in alarm.korean
    assert "2019-12-10" in alarm.english
    assert "검토하세요" in alarm.korean
    assert "bring more money" in alarm.english


def test_it_keeps_the_same_forecast_under_the_same_hash(city: Connection) -> None:
    told = forecast(600, EVENING)
    text = encode(told).decode()
    assert work.sha256_of(text) == work.sha256_of(
        encode(msgspec.json.decode(text, type=Forecast)).decode()
    )
