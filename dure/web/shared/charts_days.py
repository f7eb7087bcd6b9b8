"""Days and months as charts and tables say them, from ISO dates and numbers such as 201910."""

from __future__ import annotations

from datetime import date

from dure.web.shared.language import Language
from dure.web.shared.words import MONTHS_EN

LETTERS = 3


def day_label(day: str, language: Language) -> str:
    """With its year: "2019년 10월 21일" or "21 October 2019"."""
    on = date.fromisoformat(day)
    return language.choose(
        f"{on.year}년 {on.month}월 {on.day}일", f"{on.day} {MONTHS_EN[on.month - 1]} {on.year}"
    )


def short_day_label(day: str, language: Language) -> str:
    """Without its year: "10월 21일" or "21 Oct"."""
    on = date.fromisoformat(day)
    return language.choose(
        f"{on.month}월 {on.day}일", f"{on.day} {MONTHS_EN[on.month - 1][:LETTERS]}"
    )


def month_mark(day: str, language: Language) -> str:
    """Below an axis: "10월" or "Oct"; January names the year."""
    on = date.fromisoformat(day)
    if on.month == 1:
        return language.choose(f"{on.year}년", str(on.year))
    return language.choose(f"{on.month}월", MONTHS_EN[on.month - 1][:LETTERS])


def month_label(month: int, language: Language) -> str:
    """Of a number such as 201910: "2019년 10월" or "October 2019"."""
    year, place = divmod(month, 100)
    return language.choose(f"{year}년 {place}월", f"{MONTHS_EN[place - 1]} {year}")


def short_month_label(month: int, language: Language) -> str:
    """Of a number such as 201910: "10월" or "Oct"; January names the year."""
    year, place = divmod(month, 100)
    return month_mark(f"{year:04d}-{place:02d}-01", language)


def days_between(one: str, other: str) -> int:
    """How many days later the other is (negative: earlier)."""
    return (date.fromisoformat(other) - date.fromisoformat(one)).days
