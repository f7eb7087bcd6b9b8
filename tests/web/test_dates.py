"""Instants as people say them."""

from datetime import datetime

from dure.kernel.calendar import to_us
from dure.web.shared.dates import (
    date_text,
    day_and_hour_text,
    day_text,
    duration_text,
    past_text,
    time_text,
)
from dure.web.shared.language import Language

KO, EN = Language.KOREAN, Language.ENGLISH
EVENING = to_us(datetime.fromisoformat("2019-10-21T23:05:09+09:00"))
MINUTE = 60_000_000


def test_it_names_day_and_weekday() -> None:
    assert date_text(EVENING, KO) == "2019년 10월 21일 월요일"
    assert date_text(EVENING, EN) == "Monday 21 October 2019"
    assert day_text(EVENING, KO) == "2019년 10월 21일"


def test_it_shows_seconds_only_when_they_can_be_read() -> None:
    assert time_text(EVENING, 1) == "23:05:09"
    assert time_text(EVENING, 60) == "23:05"


def test_it_says_when_a_rule_changes() -> None:
    midnight = to_us(datetime.fromisoformat("2019-10-22T00:00:00+09:00"))
    assert day_and_hour_text(midnight, KO) == "10월 22일 0시"
    assert day_and_hour_text(EVENING, KO) == "10월 21일 23시 5분"
    assert day_and_hour_text(midnight, EN) == "22 October, 0:00"


def test_it_says_how_long() -> None:
    assert duration_text(6 * 60 * MINUTE + 5 * MINUTE, KO) == "6시간 5분"
    assert duration_text(49 * 60 * MINUTE, EN) == "2 d 1 h"
    assert duration_text(59_000_000, KO) == "1분 안쪽"
    assert duration_text(-5, EN) == "under 1 min"


def test_it_names_the_time_that_has_just_passed() -> None:
    assert past_text(24 * 60 * MINUTE, KO) == "지난 24시간"
    assert past_text(119 * MINUTE, EN) == "the last hour"
    assert past_text(120 * MINUTE, EN) == "the last 2 hours"
    assert past_text(59 * MINUTE, KO) == "지난 59분"
    assert past_text(MINUTE // 2, EN) == "the last minute"
