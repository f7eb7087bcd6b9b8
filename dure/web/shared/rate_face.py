"""The rate in force, what comes next, and the change that has just passed, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dure.policy.document import RuleDocument
from dure.policy.kinds.bracket_cashback import OPEN_WON
from dure.web.shared.amounts import percent, short_won
from dure.web.shared.dates import day_and_hour_text, duration_text
from dure.web.shared.language import Language
from dure.web.shared.rates import CashbackRate, Rates, Schedule, schedule_at

EVENT_SHOWN_US = 12 * 3_600_000_000
"""A change of the rate stays on the page for twelve hours of the city's clock."""


@dataclass(frozen=True, slots=True)
class RateFace:
    """The rate in force, what comes next, and the change that has just passed."""

    now: str
    brackets: tuple[str, ...]
    next: str
    next_in: str
    event: str
    top_ups: tuple[str, ...]


def rate_face(
    documents: Iterable[RuleDocument], now_us: int, speed: int, language: Language
) -> RateFace:
    """What the published documents say at an instant of a clock with this speed."""
    schedule = schedule_at(documents, now_us)
    city = schedule.now.city
    return RateFace(
        now=percent(city.first_bp) if city else "",
        brackets=_bracket_texts(city, language) if city else (),
        next=_next_text(schedule, language),
        next_in=_next_in_text(schedule, now_us, speed, language),
        event=_event_text(schedule, now_us, language),
        top_ups=_top_ups(schedule.now, language),
    )


def _bracket_texts(rate: CashbackRate, language: Language) -> tuple[str, ...]:
    """One text for each bracket, as "한 달 결제 30만 원까지 3%"."""
    texts = []
    for bracket in rate.brackets:
        if bracket.below_won >= OPEN_WON:
            texts.append(
                language.choose("금액 제한 없이 ", "On every amount: ")
                if bracket.from_won == 0
                else language.choose("그 위로는 ", "Above that: ")
            )
        else:
            limit = short_won(bracket.below_won, language)
            texts.append(language.choose(f"한 달 결제 {limit}까지 ", f"Up to {limit} a month: "))
        texts[-1] += percent(bracket.rate_bp)
    if rate.brackets[-1].below_won < OPEN_WON and rate.brackets[-1].rate_bp:
        texts.append(language.choose("그 위로는 없음", "Above that: none"))
    return tuple(texts)


def _next_text(schedule: Schedule, language: Language) -> str:
    after = schedule.after
    if after is None:
        return language.choose("예고된 변경이 없습니다.", "No change is announced.")
    when = day_and_hour_text(after.from_us, language)
    if after.city and after.city_bp == schedule.now.city_bp:
        if schedule.now.city and after.city.brackets != schedule.now.city.brackets:
            terms = _bracket_texts(after.city, language)[0]
            return language.choose(f"{when}부터 {terms}", f"From {when}: {terms}")
        return language.choose(
            f"{when}부터 구·군 추가 캐시백이 바뀝니다.", f"District top-ups change from {when}."
        )
    if after.city is None:
        return language.choose(f"{when}에 끝납니다.", f"It ends on {when}.")
    return language.choose(
        f"{when}부터 {percent(after.city_bp)}", f"{percent(after.city_bp)} from {when}"
    )


def _next_in_text(schedule: Schedule, now_us: int, speed: int, language: Language) -> str:
    if schedule.after is None:
        return ""
    left_us = schedule.after.from_us - now_us
    left = duration_text(left_us, language)
    if speed == 1:
        return language.choose(f"{left} 남음", f"in {left}")
    real = duration_text(left_us // speed, language)
    return language.choose(
        f"앞으로 도시 시각 {left}, 실제 {real}", f"in {left} of city time, {real} of ours"
    )


def _event_text(schedule: Schedule, now_us: int, language: Language) -> str:
    before, now = schedule.before, schedule.now
    if before is None or before.city is None or now_us - now.from_us > EVENT_SHOWN_US:
        return ""
    if now.city is None or before.city.brackets == now.city.brackets:
        return ""
    when = day_and_hour_text(now.from_us, language)
    if before.city_bp == now.city_bp:
        terms = _bracket_texts(now.city, language)[0]
        return language.choose(
            f"{when}부터 캐시백 구간이 바뀌었습니다: {terms}",
            f"The cashback brackets changed on {when}: {terms}",
        )
    was, became = percent(before.city_bp), percent(now.city_bp)
    return language.choose(
        f"{when}부터 캐시백이 {was}에서 {became}로 바뀌었습니다. "
        "날짜가 적힌 규칙대로, 결제를 멈추지 않고 바뀌었습니다.",
        f"Cashback went from {was} to {became} on {when}, "
        "as the dated rule says and without stopping a single payment.",
    )


def _top_ups(rates: Rates, language: Language) -> tuple[str, ...]:
    return tuple(language.choose(rate.title_ko, rate.title_en) for rate in rates.top_ups)
