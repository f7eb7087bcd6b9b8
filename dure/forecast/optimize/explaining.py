"""What is said of a proposal, in Korean and in English, and what its documents note."""

from __future__ import annotations

from calendar import month_abbr
from collections.abc import Sequence

from dure.forecast.demand.days import day_of_number
from dure.forecast.optimize.courses import Course
from dure.forecast.optimize.measuring import Measured
from dure.forecast.optimize.money import Money
from dure.policy.sentences import korean_won, percent

_EOK_WON = 100_000_000


def why(
    course: Course,
    result: Measured,
    money: Money,
    before: Measured,
    rates: Sequence[tuple[int, int]],
) -> tuple[str, str]:
    """A few sentences: the terms, how sure they last, what is left, what each side gets.

    `rates` are (month, rate in bp) as they come in the middle future.
    """
    terms_ko, terms_en = _terms(course)
    if any(stretch.rungs for stretch in course.stretches):
        months_ko = ", ".join(f"{month % 100}월 {_tenths(rate)}" for month, rate in rates)
        months_en = ", ".join(f"{month_abbr[month % 100]} {_tenths(rate)}" for month, rate in rates)
        terms_ko += f" 가운데 미래의 평균 요율은 {months_ko}입니다."
        terms_en += f" In the middle future the mean rate is {months_en}."
    until = day_of_number(course.stretches[-1].until_day - 1).isoformat()
    left_won = money.whole_won * result.unspent_bp // 10_000
    lasts, was = percent(result.lasts_bp), percent(before.lasts_bp)
    korean = (
        f"{terms_ko} 미래 {result.futures}개 가운데 {lasts}에서 {until}까지 돈이 남습니다"
        f"(지금 규칙 그대로면 {was}). 마지막 날에 남는 돈은 중앙값으로 {percent(result.unspent_bp)}"
        f"({about_ko(left_won)})입니다. 시민은 {about_ko(result.citizens_won)}을 받고, 가게에서는 "
        f"{about_ko(result.shops_won)}이 결제됩니다."
    )
    english = (
        f"{terms_en} In {lasts} of {result.futures} futures the money lasts to {until} ({was} with"
        f" the rules as they are). On the median {percent(result.unspent_bp)} is left on the last"
        f" day ({about_en(left_won)}). Citizens get {about_en(result.citizens_won)}, and"
        f" {about_en(result.shops_won)} is paid at shops."
    )
    return korean, english


def notes_of() -> tuple[str, ...]:
    """What the documents of a plan say of where they come from."""
    return (
        "예산이 마지막 날까지 남도록 계산한 제안입니다. 확정되면 고시 주소를 출처에 적으십시오.",
        "A plan calculated so that the money lasts to its last day. Once it is decided, add the "
        "address of the public notice to the sources.",
    )


def _terms(course: Course) -> tuple[str, str]:
    low, high = course.rate_least_bp, course.rate_most_bp
    cap = course.first.cap_won
    to_ko = "" if cap is None else f" 월 {korean_won(cap)}까지"
    to_en = "" if cap is None else f" up to {cap:,} won a month"
    count = len(course.stretches)
    if any(stretch.rungs for stretch in course.stretches):
        return (
            f"{to_ko.strip()} 남은 예산에 따라 미리 알린 단계대로 {percent(low)}에서 "
            f"{percent(high)} 사이로 적립합니다(기간 {count}개).".strip(),
            f"Pays{to_en} between {percent(low)} and {percent(high)}, by steps announced "
            f"beforehand that follow the money left ({count} periods).",
        )
    if len(course.first.brackets) > 1:
        upper = percent(course.first.brackets[1].rate_bp)
        turn = course.first.brackets[1].from_won
        return (
            f"월 {korean_won(turn)}까지 {percent(high)}, 그 위로{to_ko} {upper}를 적립합니다.",
            f"Pays {percent(high)} up to {turn:,} won a month and {upper} above it{to_en}.",
        )
    if count == 1:
        return (
            f"{to_ko.strip()} {percent(high)}를 적립합니다.".strip(),
            f"Pays {percent(high)}{to_en}.",
        )
    return (
        f"{to_ko.strip()} {percent(course.first.rates_bp[0])}로 시작해 "
        f"{percent(course.stretches[-1].rates_bp[0])}로 끝납니다(기간 {count}개).".strip(),
        f"Begins with {percent(course.first.rates_bp[0])}{to_en} and ends with "
        f"{percent(course.stretches[-1].rates_bp[0])} ({count} periods).",
    )


def _tenths(rate_bp: int) -> str:
    return f"{rate_bp / 100:.1f}%"


def about_ko(won: int) -> str:
    """An amount to the nearest 100 million as Koreans say it; smaller ones to the won."""
    return f"약 {round(won / _EOK_WON):,}억원" if won >= _EOK_WON else korean_won(won)


def about_en(won: int) -> str:
    """An amount to the nearest 100 million in billions; smaller ones to the won."""
    return f"about {won / 10**9:,.1f} billion won" if won >= _EOK_WON else f"{won:,} won"
