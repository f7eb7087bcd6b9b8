"""What the city pays now, paid before, and has announced."""

from datetime import datetime

from dure.kernel.calendar import to_us
from dure.policy.document import RuleDocument
from dure.rulebook.directory import load_directory, packaged_documents
from dure.web.city.rates import schedule_at

DOCUMENTS: list[RuleDocument] = load_directory(packaged_documents())


def at(text: str) -> int:
    return to_us(datetime.fromisoformat(text + "+09:00"))


def test_it_shows_six_percent_and_announces_three_on_the_last_evening() -> None:
    schedule = schedule_at(DOCUMENTS, at("2019-10-21T23:59:59"))
    assert schedule.now.city_bp == 600
    assert schedule.after is not None
    assert schedule.after.city_bp == 300
    assert schedule.after.from_us == at("2019-10-22T00:00:00")


def test_it_shows_three_percent_from_midnight_and_remembers_six() -> None:
    schedule = schedule_at(DOCUMENTS, at("2019-10-22T00:00:00"))
    assert schedule.now.city_bp == 300
    assert schedule.before is not None
    assert schedule.before.city_bp == 600


def test_it_pays_nothing_before_the_first_rule() -> None:
    schedule = schedule_at(DOCUMENTS, at("2017-01-01T00:00:00"))
    assert schedule.now.city is None
    assert schedule.before is None


def test_it_lists_what_districts_add() -> None:
    rates = schedule_at(DOCUMENTS, at("2019-10-22T12:00:00")).now
    assert {rate.district for rate in rates.top_ups} >= {28185, 28260}


def test_it_does_not_call_it_a_change_when_the_rate_stays() -> None:
    for day in ("2019-09-15", "2019-10-22", "2019-12-01"):
        schedule = schedule_at(DOCUMENTS, at(f"{day}T12:00:00"))
        assert schedule.after is None or schedule.after.rates != schedule.now.rates


def test_it_knows_nothing_without_documents() -> None:
    schedule = schedule_at([], at("2019-10-22T00:00:00"))
    assert schedule.now.rates == ()
    assert schedule.before is schedule.after is None
