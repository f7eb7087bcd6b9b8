"""Whether a plan keeps the constraints, and by how much it does not."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from dure.forecast.optimize.courses import Course, step_most_bp
from dure.forecast.optimize.measuring import Measured
from dure.forecast.optimize.money import Money
from dure.forecast.results import Constraints
from dure.policy.sentences import percent

WHOLE_BP = 10_000
_RISK_KEPT = 0.3
"""The part of the allowed risk that a search makes use of: the rest is for futures it never saw."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A constraint that is not kept: by how much, in basis points, and the sentence."""

    code: str
    by_bp: int
    korean: str
    english: str


def sought(constraints: Constraints) -> Constraints:
    """Stricter than was asked, so that what was found on some futures holds on others too."""
    risk_bp = round((WHOLE_BP - constraints.lasts_bp) * _RISK_KEPT)
    return msgspec.structs.replace(
        constraints,
        lasts_bp=WHOLE_BP - risk_bp,
        unspent_most_bp=constraints.unspent_most_bp * 7 // 10,
    )


def breaches(
    measured: Measured,
    course: Course,
    constraints: Constraints,
    money: Money,
    before_bp: int | None,
) -> list[Breach]:
    """What is not kept, the gravest first; `before_bp` is the rate of the day before the plan."""
    step_bp = step_most_bp(course, before_bp, money.left_won, money.later)
    low, high = course.rate_least_bp, course.rate_most_bp
    asked = constraints
    found = [
        _breach("lasts", asked.lasts_bp - measured.lasts_bp, measured.lasts_bp, asked.lasts_bp),
        _breach("rate_least", asked.rate_least_bp - low, low, asked.rate_least_bp),
        _breach("rate_most", high - asked.rate_most_bp, high, asked.rate_most_bp),
        _breach("step", step_bp - asked.step_most_bp, step_bp, asked.step_most_bp),
        _breach(
            "districts",
            measured.district_spread_bp - asked.district_spread_most_bp,
            measured.district_spread_bp,
            asked.district_spread_most_bp,
        ),
        _breach(
            "small_shops",
            asked.small_shops_least_bp - measured.small_shops_bp,
            measured.small_shops_bp,
            asked.small_shops_least_bp,
        ),
        _breach(
            "unspent",
            measured.unspent_bp - asked.unspent_most_bp,
            measured.unspent_bp,
            asked.unspent_most_bp,
        ),
    ]
    return [breach for breach in found if breach is not None]


def weight(found: list[Breach]) -> int:
    """How far a plan is from keeping everything; running out weighs three times as much."""
    return sum(breach.by_bp * (3 if breach.code == "lasts" else 1) for breach in found)


def _breach(code: str, by_bp: int, is_bp: int, asked_bp: int) -> Breach | None:
    if by_bp <= 0:
        return None
    korean, english = _SENTENCES[code]
    words = {
        "is_": percent(is_bp),
        "asked": percent(asked_bp),
        "by": percent(by_bp),
    }
    return Breach(code, by_bp, korean.format(**words), english.format(**words))


_SENTENCES = {
    "lasts": (
        "미래 가운데 {is_}에서만 마지막 날까지 돈이 남습니다. 요구한 {asked}보다 {by}p 적습니다. "
        "최저 요율이나 한도를 낮추거나 예산을 더하십시오.",
        "The money lasts in {is_} of the futures, {by} short of the {asked} asked. Lower the least "
        "rate or the cap, or add money.",
    ),
    "rate_least": (
        "요율이 {is_}까지 내려가 최저 요율 {asked}보다 {by}p 낮습니다. 최저 요율을 낮추십시오.",
        "The rate falls to {is_}, {by} below the least rate of {asked}. Lower the least rate.",
    ),
    "rate_most": (
        "요율이 {is_}까지 올라 최고 요율 {asked}보다 {by}p 높습니다. 최고 요율을 높이십시오.",
        "The rate rises to {is_}, {by} above the highest rate of {asked}. Raise the highest rate.",
    ),
    "step": (
        "요율이 한 번에 {is_}p 바뀌어 허용한 {asked}p보다 {by}p 큽니다. "
        "더 큰 변경을 허용하거나 더 일찍 시작하십시오.",
        "The rate moves by {is_} at once, {by} more than the {asked} allowed. Allow a larger step "
        "or begin earlier.",
    ),
    "districts": (
        "군·구의 실효 요율이 {is_}p까지 벌어져 허용한 {asked}p보다 {by}p 큽니다. "
        "군·구 추가 혜택을 함께 조정하십시오.",
        "The districts' effective rates lie {is_} apart, {by} more than the {asked} allowed. "
        "Change the districts' own top-ups as well.",
    ),
    "small_shops": (
        "인센티브의 {is_}가 작은 가게(연매출 5억 원까지)에서 적립되어 요구한 {asked}보다 "
        "{by}p 적습니다. 매출구간별 요율을 함께 검토하십시오.",
        "{is_} of the incentive is earned at small shops (up to 500 million won a year), {by} less "
        "than the {asked} asked. Consider rates by sales band as well.",
    ),
    "unspent": (
        "중앙값으로 {is_}가 쓰이지 않고 남아 허용한 {asked}보다 {by}p 많습니다. "
        "최고 요율이나 한도를 높이십시오.",
        "On the median {is_} is left unspent, {by} more than the {asked} allowed. Raise the "
        "highest rate or the cap.",
    ),
}
