"""What a proposed rule is called, in Korean and in English."""

from __future__ import annotations

from dure.forecast.optimize.courses import Stretch
from dure.policy.districts import CITY, DISTRICT_NAMES
from dure.policy.document import Title
from dure.policy.sentences import korean_won, percent


def title_of(stretch: Stretch, scope: int) -> Title:
    """The name of a stretch's rule: who gives it, at which rates, up to which amount."""
    ko, en = ("시", "City") if scope == CITY else DISTRICT_NAMES[scope]
    rates = _rates(stretch)
    asides_ko, asides_en = [], []
    if len(stretch.rungs) > 1:
        asides_ko.append("남은 예산에 따라")
        asides_en.append("by the money left")
    if stretch.cap_won is not None:
        asides_ko.append(f"월 {korean_won(stretch.cap_won)}까지")
        asides_en.append(f"to {stretch.cap_won:,} won a month")
    in_brackets = [f" ({', '.join(asides)})" if asides else "" for asides in (asides_ko, asides_en)]
    return Title(f"{ko} 캐시백 {rates}{in_brackets[0]}", f"{en} cashback {rates}{in_brackets[1]}")


def _rates(stretch: Stretch) -> str:
    if len(stretch.rungs) > 1:
        return f"{percent(stretch.rungs[-1].rate_bp)[:-1]}~{percent(stretch.rungs[0].rate_bp)}"
    if stretch.rungs:
        return percent(stretch.rungs[0].rate_bp)
    return "/".join(percent(bracket.rate_bp)[:-1] for bracket in stretch.brackets) + "%"
