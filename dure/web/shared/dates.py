"""City instants as people say them: dates, times of day and how long until then."""

from __future__ import annotations

from datetime import date

from dure.kernel.calendar import seoul
from dure.web.shared.language import Language
from dure.web.shared.words import MONTHS_EN, WEEKDAYS_EN, WEEKDAYS_KO

MINUTE_US = 60_000_000


def date_text(instant_us: int, language: Language) -> str:
    """As "2019년 10월 21일 월요일" or "Monday, 21 October 2019"."""
    local = seoul(instant_us)
    return language.choose(
        f"{local.year}년 {local.month}월 {local.day}일 {WEEKDAYS_KO[local.weekday()]}요일",
        f"{WEEKDAYS_EN[local.weekday()]} {local.day} {_month(local)} {local.year}",
    )


def time_text(instant_us: int, speed: int) -> str:
    """The time of day; seconds only where they can be read, at speeds below ten."""
    return seoul(instant_us).strftime("%H:%M:%S" if speed < 10 else "%H:%M")


def day_and_hour_text(instant_us: int, language: Language) -> str:
    """When a rule changes: "10월 22일 0시" or "22 October, 0:00"."""
    local = seoul(instant_us)
    minutes = f" {local.minute}분" if local.minute else ""
    return language.choose(
        f"{local.month}월 {local.day}일 {local.hour}시{minutes}",
        f"{local.day} {_month(local)}, {local.hour}:{local.minute:02d}",
    )


def day_text(instant_us: int, language: Language) -> str:
    """As "2019년 11월 3일" or "3 November 2019"."""
    return calendar_day_text(seoul(instant_us).date(), language)


def calendar_day_text(day: date, language: Language) -> str:
    """As `day_text`, of a day without an instant."""
    return language.choose(
        f"{day.year}년 {day.month}월 {day.day}일", f"{day.day} {_month(day)} {day.year}"
    )


def day_and_time_text(instant_us: int, language: Language) -> str:
    """As "2019년 11월 3일 18:05" or "3 November 2019, 18:05"."""
    time = f"{seoul(instant_us):%H:%M}"
    return language.choose(" ", ", ").join((day_text(instant_us, language), time))


def duration_text(us: int, language: Language) -> str:
    """How long, in the two largest units of day, hour and minute, cut: "3시간 12분"."""
    minutes = max(0, us // MINUTE_US)
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    if days:
        return language.choose(f"{days}일 {hours}시간", f"{days} d {hours} h")
    if hours:
        return language.choose(f"{hours}시간 {minutes}분", f"{hours} h {minutes} min")
    if minutes:
        return language.choose(f"{minutes}분", f"{minutes} min")
    return language.choose("1분 안쪽", "under 1 min")


def past_text(us: int, language: Language) -> str:
    """A time that ends now, in whole hours or, below one, minutes: "지난 24시간"."""
    minutes = max(1, us // MINUTE_US)
    if minutes < 60:
        return language.choose(f"지난 {minutes}분", _last(minutes, "minute"))
    return language.choose(f"지난 {minutes // 60}시간", _last(minutes // 60, "hour"))


def _last(count: int, unit: str) -> str:
    return f"the last {unit}" if count == 1 else f"the last {count} {unit}s"


def _month(local: date) -> str:
    return MONTHS_EN[local.month - 1]
