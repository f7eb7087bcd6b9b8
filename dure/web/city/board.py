"""The live page as plain values: every number already a text in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dure.kernel.calendar import day_of, seoul, start_of_day_us
from dure.policy.districts import DISTRICT_NAMES
from dure.report.live import BudgetLineNumbers, DistrictNumbers, Tick
from dure.web.city.payments import Payment, payment_of
from dure.web.city.reading import CURVE_SECONDS, Reading
from dure.web.shared.amounts import share_percent, short_won
from dure.web.shared.charts import Curve, bar_length, curve, heat
from dure.web.shared.dates import date_text, day_text, past_text, time_text
from dure.web.shared.language import Language
from dure.web.shared.rate_face import RateFace, rate_face
from dure.web.shared.sentences import sentence_or_number
from dure.web.shared.words import PAYERS


@dataclass(frozen=True, slots=True)
class ClockFace:
    """The city's clock; `machine` is the instant for programs (ISO 8601 with offset)."""

    machine: str
    date: str
    time: str
    speed: str


@dataclass(frozen=True, slots=True)
class PaceFace:
    """How much is paid: requests a second, their curve, and the sums of the day."""

    per_second: str
    curve: Curve
    curve_text: str
    paid: str
    earned: str
    discount: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a list: its name, its number, and its length of 1,000."""

    name: str
    value: str
    note: str
    length: int
    heat: int = 0
    code: int = 0


@dataclass(frozen=True, slots=True)
class AnswersFace:
    """Approvals and refusals of the day."""

    approved: str
    declined: str
    approved_share: str
    approved_length: int
    reasons: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class LineFace:
    """One budget line: what is left of it and how fast it goes."""

    name: str
    payer: str
    left: str
    left_share: str
    left_length: int
    spent: str
    appropriated: str
    burn: str
    runs_out: str
    is_low: bool
    is_empty: bool
    is_ending: bool


@dataclass(frozen=True, slots=True)
class Board:
    """The whole page."""

    clock: ClockFace
    rate: RateFace
    pace: PaceFace
    answers: AnswersFace
    districts: tuple[Bar, ...]
    lines: tuple[LineFace, ...]
    lines_without_money: tuple[str, ...]
    latest: tuple[Payment, ...]
    engine_away: bool


def board_of(reading: Reading, language: Language) -> Board:
    """The reading in the reader's words."""
    rules = {(rule.document.id, rule.document.version): rule for rule in reading.rules}
    names = {line.code: language.choose(line.name_ko, line.name_en) for line in reading.lines}
    return Board(
        clock=_clock(reading, language),
        rate=rate_face(
            (rule.document for rule in reading.rules),
            reading.numbers.now_us,
            reading.numbers.speed,
            language,
        ),
        pace=_pace(reading, language),
        answers=_answers(reading, language),
        districts=_districts(reading.districts, language),
        lines=tuple(
            _line(line, reading.numbers.now_us, language)
            for line in reading.lines
            if line.appropriated_won
        ),
        lines_without_money=tuple(
            language.choose(line.name_ko, line.name_en)
            for line in reading.lines
            if not line.appropriated_won
        ),
        latest=tuple(payment_of(latest, rules, names, language) for latest in reading.latest),
        engine_away=reading.engine_answers is False,
    )


def _clock(reading: Reading, language: Language) -> ClockFace:
    now_us, speed = reading.numbers.now_us, reading.numbers.speed
    speed_text = (
        language.choose("실제와 같은 속도", "Real speed")
        if speed == 1
        else language.choose(f"실제보다 {speed:,}배 빠르게", f"{speed:,} times real speed")
    )
    return ClockFace(
        machine=seoul(now_us).isoformat(timespec="seconds"),
        date=date_text(now_us, language),
        time=time_text(now_us, speed),
        speed=speed_text,
    )


def _pace(reading: Reading, language: Language) -> PaceFace:
    numbers = reading.numbers
    counts = _per_second(reading.ticks, numbers.now_us, numbers.speed)
    highest = max(counts, default=0)
    per_second = f"{numbers.authorizations_per_s:,.1f}"
    return PaceFace(
        per_second=per_second,
        curve=curve(counts),
        curve_text=language.choose(
            f"최근 {CURVE_SECONDS}초 동안 가장 많을 때 {highest:,}건/초",
            f"At most {highest:,} a second in the last {CURVE_SECONDS} seconds",
        ),
        paid=short_won(numbers.today.net_won, language),
        earned=short_won(numbers.today.incentive_won, language),
        discount=short_won(numbers.today.discount_won, language),
    )


def _per_second(ticks: list[Tick], now_us: int, speed: int) -> list[int]:
    """One count for each of the last whole seconds; a second without requests counts zero."""
    width_us = speed * 1_000_000
    newest_us = now_us - now_us % width_us
    counts = {tick.tick_us: tick.approved + tick.declined for tick in ticks}
    starts = range(newest_us - CURVE_SECONDS * width_us, newest_us, width_us)
    return [counts.get(start, 0) for start in starts]


def _answers(reading: Reading, language: Language) -> AnswersFace:
    today = reading.numbers.today
    whole = today.approved + today.declined
    refused = sum(decline.count for decline in reading.declines)
    largest = max((decline.count for decline in reading.declines), default=0)
    return AnswersFace(
        approved=f"{today.approved:,}",
        declined=f"{today.declined:,}",
        approved_share=share_percent(today.approved, whole),
        approved_length=bar_length(today.approved, whole),
        reasons=tuple(
            Bar(
                name=sentence_or_number(decline.reason, language).label,
                value=language.choose(f"{decline.count:,}건", f"{decline.count:,}"),
                note=share_percent(decline.count, refused),
                length=bar_length(decline.count, largest),
            )
            for decline in reading.declines[:6]
        ),
    )


def _districts(districts: list[DistrictNumbers], language: Language) -> tuple[Bar, ...]:
    known = [district for district in districts if district.district in DISTRICT_NAMES]
    largest = max((district.totals.net_won for district in known), default=0)
    whole = sum(district.totals.net_won for district in known)
    return tuple(
        Bar(
            name=language.choose(district.name_ko, district.name_en),
            value=short_won(district.totals.net_won, language),
            note=share_percent(district.totals.net_won, whole),
            length=bar_length(district.totals.net_won, largest),
            heat=heat(district.totals.net_won, largest),
            code=district.district,
        )
        for district in sorted(known, key=lambda d: -d.totals.net_won)
    )


def _line(line: BudgetLineNumbers, now_us: int, language: Language) -> LineFace:
    left = line.left_won
    share = share_percent(left, line.appropriated_won)
    return LineFace(
        name=language.choose(line.name_ko, line.name_en),
        payer=language.choose(*PAYERS.get(line.payer, (line.payer, line.payer))),
        left=short_won(left, language),
        left_share=language.choose(f"{share} 남음", f"{share} left"),
        left_length=bar_length(left, line.appropriated_won),
        spent=short_won(line.spent_won, language),
        appropriated=short_won(line.appropriated_won, language),
        burn=short_won(line.burn_won_per_hour, language),
        runs_out=_runs_out_text(line, now_us, language),
        is_low=0 < left * 10 < line.appropriated_won,
        is_empty=left <= 0,
        is_ending=_ends_this_year(line, now_us),
    )


def _runs_out_text(line: BudgetLineNumbers, now_us: int, language: Language) -> str:
    if line.left_won <= 0:
        return language.choose("모두 썼습니다", "All spent")
    if line.runs_out_us is None:
        return language.choose("지금은 나가지 않습니다", "Nothing is going out")
    judged_by = past_text(line.judged_by_us, language)
    if not _ends_this_year(line, now_us):
        return language.choose(
            f"{judged_by}의 속도면 올해는 남습니다",
            f"At the speed of {judged_by} it lasts the year",
        )
    when = day_text(line.runs_out_us, language)
    return language.choose(
        f"{judged_by}의 속도면 {when}에 끝납니다", f"At the speed of {judged_by} it ends on {when}"
    )


def _ends_this_year(line: BudgetLineNumbers, now_us: int) -> bool:
    new_year_us = start_of_day_us(date(day_of(now_us).year + 1, 1, 1))
    return line.runs_out_us is not None and line.runs_out_us < new_year_us
