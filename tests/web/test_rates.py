"""What the city pays now, paid before, and has announced."""

from datetime import datetime

from dure.kernel.calendar import to_us
from dure.policy.document import RuleDocument, parse_document
from dure.rulebook.directory import load_directory, packaged_documents
from dure.web.shared.rates import schedule_at

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


def test_it_shows_what_districts_add_at_benefit_plus_shops() -> None:
    rates = schedule_at(DOCUMENTS, at("2021-03-01T00:00:00")).now
    assert [(rate.rule, rate.first_bp) for rate in rates.top_ups] == [
        ("yeonsu-benefit-plus-top-up", 200),
        ("yeonsu-covid-top-up", 500),
    ]


def test_it_shows_a_city_rate_that_is_one_for_all() -> None:
    text = """\
id: flat
version: 1
kind: flat_rate
title: {ko: 시 캐시백, en: City cashback}
scope: city
period: {from: 2022-07-01, until: open}
rate_bp: 500
month_payments_won_max: 300000
funding: {of: 1, lines: {city: 1}}
sources: [https://example.org/notice]
"""
    city = schedule_at([parse_document(text, "flat.yaml")], at("2022-07-01T00:00:00")).now.city
    assert city is not None
    assert [(b.from_won, b.below_won, b.rate_bp) for b in city.brackets] == [(0, 300_000, 500)]
