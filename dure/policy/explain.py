"""Sentences for citizens: what a rule gave for a payment, what limited it, or why it did not hold.

Korean and English both; plain words, no terms of the trade.
"""

from __future__ import annotations

from typing import Any, Final

from dure.policy.asked_words import asked_words
from dure.policy.caps import Caps
from dure.policy.districts import CITY, DISTRICT_NAMES
from dure.policy.eligibility import NotEligible, district_names
from dure.policy.evaluate import CompiledRule
from dure.policy.kinds import KINDS
from dure.policy.kinds.kind import NOT_CHOSEN, Kind
from dure.policy.lines import LimitedBy
from dure.policy.occasions import Occasion
from dure.policy.release_words import used_up
from dure.policy.sentences import Sentence, korean_won, percent

__all__ = ["Sentence", "explain", "korean_won", "not_earning", "percent", "why_not"]


def explain(
    rule: CompiledRule,
    won: int,
    limited_by: int,
    base_won: int,
    month_net_won: int = 0,
    choice: int = 0,
    at_us: int | None = None,
) -> tuple[Sentence, ...]:
    """How a rule came to `won` for a payment, and what limited it.

    `base_won` is the earning part of the payment (for an instant discount the price before it),
    `month_net_won` the net payments of the month before it; `limited_by` is a `LimitedBy`,
    `choice` the variant of the rule that held (`IncentiveLine.choice`), `at_us` the instant of the
    payment, so that it can be said when what is used up goes on.
    """
    kind = _kind(rule)
    terms = rule.document.terms
    portions = kind.portions(terms, base_won, month_net_won, choice)
    promised, _full = rule.amount(base_won, month_net_won, choice)
    sentences: list[Sentence] = []
    if portions:
        sentences.append(_amount_sentence(rule, portions, promised))
    elif promised:
        sentences.append(_gift_sentence(rule, promised))
    sentences += kind.tells(terms, choice)
    ceiling = kind.ceiling_won(terms)
    if ceiling is not None and month_net_won + base_won > ceiling:
        sentences.append(_ceiling_sentence(ceiling))
    if limited_by not in (LimitedBy.NONE, LimitedBy.BRACKET):
        sentences.append(_limit_sentence(rule, LimitedBy(limited_by), at_us))
    if won < promised:
        ko = f"그래서 {won:,}원이 적립됩니다." if won else "그래서 적립되는 금액이 없습니다."
        en = f"So {won:,} won is credited." if won else "So nothing is credited."
        sentences.append(Sentence("credited", ko, en))
    return tuple(sentences) or (_NOTHING_SENTENCE,)


def not_earning(won: int) -> Sentence:
    """The sentence for the part of a payment that was paid with cashback or an allowance."""
    return Sentence(
        "not_earning",
        f"캐시백이나 정책수당으로 낸 {won:,}원은 적립되지 않습니다.",
        f"The {won:,} won paid with cashback or an allowance earn nothing.",
    )


def why_not(rule: CompiledRule, occasion: Occasion) -> tuple[Sentence, ...]:
    """Every reason why a rule does not hold for an occasion; empty when it holds.

    Where all conditions hold and the rule still gives nothing, its kind says why.
    """
    document = rule.document
    reasons = []
    if not document.in_force:
        reasons.append(NotEligible.NOT_IN_FORCE)
    if not document.from_us <= occasion.at_us < document.until_us:
        reasons.append(NotEligible.OUTSIDE_PERIOD)
    reasons += [
        reason
        for reason, holds in rule.conditions
        if not holds(
            occasion.shop,
            occasion.member,
            occasion.channel,
            occasion.at_us,
            occasion.amount_won,
        )
    ]
    said = tuple(_reason_sentence(reason, rule) for reason in reasons)
    if said or rule.choice(occasion, occasion.budget_left) != NOT_CHOSEN:
        return said
    return _kind(rule).because(document.terms, occasion) or (_NOT_CHOSEN_SENTENCE,)


def _kind(rule: CompiledRule) -> Kind[Any]:
    return KINDS[rule.document.kind]


def _payer(rule: CompiledRule) -> tuple[str, str]:
    """Who promises the incentive, as its name begins in Korean and in English."""
    if rule.document.funding.by_shop:
        return "혜택+ 가맹점", "Benefit-plus shop"
    if rule.document.scope == CITY:
        return "시", "City"
    return DISTRICT_NAMES[rule.document.scope]


def _amount_sentence(
    rule: CompiledRule, portions: tuple[tuple[int, int], ...], promised: int
) -> Sentence:
    who_ko, who_en = _payer(rule)
    noun_ko, noun_en = _kind(rule).noun
    parts_ko = " + ".join(f"{percent(rate_bp)} × {won:,}원" for won, rate_bp in portions)
    parts_en = " + ".join(f"{percent(rate_bp)} × {won:,} won" for won, rate_bp in portions)
    return Sentence(
        "amount",
        f"{who_ko} {noun_ko} {parts_ko} = {promised:,}원",
        f"{who_en} {noun_en} {parts_en} = {promised:,} won",
    )


def _gift_sentence(rule: CompiledRule, promised: int) -> Sentence:
    """For what is a sum of its own and no share of the payment."""
    who_ko, who_en = _payer(rule)
    noun_ko, noun_en = _kind(rule).noun
    return Sentence(
        "amount", f"{who_ko} {noun_ko} {promised:,}원", f"{who_en} {noun_en} {promised:,} won"
    )


def _ceiling_sentence(ceiling: int) -> Sentence:
    return Sentence(
        "bracket",
        f"이번 달 {korean_won(ceiling)} 한도를 넘는 부분은 적립되지 않습니다.",
        f"What goes beyond {ceiling:,} won this month earns nothing.",
    )


def _limit_sentence(rule: CompiledRule, limited_by: LimitedBy, at_us: int | None) -> Sentence:
    caps, stops = rule.document.caps, rule.document.stops
    code = limited_by.name.lower()
    if limited_by is LimitedBy.PAYMENT_CAP:
        most = caps.payment_cashback_won_max or 0
        ko = f"한 번 결제에 {korean_won(most)}까지만 적립됩니다."
        return Sentence(code, ko, f"One payment earns {most:,} won at most.")
    if limited_by is LimitedBy.MONTH_CAP:
        most = caps.month_cashback_won_max or 0
        ko = f"한 달에 {korean_won(most)}까지만 적립됩니다."
        return Sentence(code, ko, f"One month earns {most:,} won at most.")
    if limited_by is LimitedBy.PAYMENT_COUNT:
        times = caps.month_payments_max or 0
        ko = f"한 달에 결제 {times:,}번까지만 적립됩니다."
        return Sentence(code, ko, f"Only {times:,} payments a month earn.")
    if limited_by is LimitedBy.SUM_USED:
        total = stops.until_sum_used_won or 0
        ko = f"이 혜택에 정해진 {korean_won(total)}이 모두 쓰였습니다."
        return Sentence(code, ko, f"The {total:,} won set aside for this are used up.")
    if limited_by is LimitedBy.RELEASE_USED:
        return used_up(rule, at_us)
    if limited_by is LimitedBy.MEMBER_CAP:
        return _member_cap_sentence(code, caps)
    if limited_by is LimitedBy.SHOP_MONTH_CAP:
        ko = "가맹점이 정한 이번 달 할인 한도가 모두 쓰였습니다."
        return Sentence(code, ko, "The shop's ceiling on discounts of this month is reached.")
    if limited_by is LimitedBy.BETTER_RULE:
        ko = "함께 받을 수 없는 더 큰 혜택이 적용되었습니다."
        return Sentence(code, ko, "A larger benefit that excludes this one was given instead.")
    who_ko, who_en = _payer(rule)
    return Sentence(
        code, f"{who_ko} 예산이 모두 쓰였습니다.", f"{who_en} budget: the money is used up."
    )


def _member_cap_sentence(code: str, caps: Caps) -> Sentence:
    if caps.member_payments_max is not None:
        times = caps.member_payments_max
        ko = f"한 사람이 {times:,}번까지만 받을 수 있습니다."
        return Sentence(code, ko, f"One member gets this {times:,} times at most.")
    most = caps.member_cashback_won_max or 0
    ko = f"한 사람이 모두 {korean_won(most)}까지만 받을 수 있습니다."
    return Sentence(code, ko, f"One member gets {most:,} won of this in all.")


_REASONS: Final[dict[NotEligible, tuple[str, str]]] = {
    NotEligible.OUTSIDE_PERIOD: (
        "이 혜택의 기간이 아닙니다.",
        "This benefit is not on at that time.",
    ),
    NotEligible.NOT_IN_FORCE: (
        "계획만 되었고 시행되지 않은 혜택입니다.",
        "This benefit was only planned and never came into force.",
    ),
    NotEligible.SHOP_DISTRICT: (
        "{shops_ko}에 있는 가맹점에서만 적립됩니다.",
        "Only shops in {shops_en} earn this.",
    ),
    NotEligible.MEMBER_DISTRICT: (
        "{members_ko}에 사는 회원만 받을 수 있습니다.",
        "Only members who live in {members_en} get this.",
    ),
    NotEligible.MEMBER_LEVEL: (
        "본인 확인을 더 마친 회원만 받을 수 있습니다.",
        "Only members who have verified themselves further get this.",
    ),
    NotEligible.MEMBER_BIRTH_YEAR: (
        "정해진 나이의 회원만 받을 수 있습니다.",
        "Only members of a certain age get this.",
    ),
    NotEligible.SECTOR: (
        "이 업종의 가맹점은 적립 대상이 아닙니다.",
        "Shops of this sector do not earn this.",
    ),
    NotEligible.MCC: (
        "이 업종의 가맹점은 적립 대상이 아닙니다.",
        "Shops of this category do not earn this.",
    ),
    NotEligible.TRADE: (
        "제한업종(대형마트, 백화점 등) 가맹점은 적립 대상이 아닙니다.",
        "Shops of a restricted trade (hypermarkets, department stores and others) earn nothing.",
    ),
    NotEligible.SALES_BAND: (
        "{bands_ko} 가맹점에서만 적립됩니다.",
        "Only shops with {bands_en} earn this.",
    ),
    NotEligible.AREA_MARK: (
        "{marks_ko} 가맹점에서만 적립됩니다.",
        "Only shops in {marks_en} earn this.",
    ),
    NotEligible.CHANNEL: (
        "{channels_ko} 결제에만 적립됩니다.",
        "Only payments by {channels_en} earn this.",
    ),
    NotEligible.WEEKDAY: (
        "{weekdays_ko}요일에만 적립됩니다.",
        "Only payments on {weekdays_en} earn this.",
    ),
    NotEligible.HOUR: (
        "{hours_ko}에만 적립됩니다.",
        "Only payments at {hours_en} earn this.",
    ),
    NotEligible.PAYMENT_MIN: (
        "{payment_won_min_ko}부터 받을 수 있습니다.",
        "Only payments of {payment_won_min:,} won or more get this.",
    ),
    NotEligible.MEMBER_JOINED: (
        "가입한 지 {joined_within_days}일이 지나지 않은 회원만 받을 수 있습니다.",
        "Only members in their first {joined_within_days} days get this.",
    ),
    NotEligible.NOT_BENEFIT_PLUS: (
        "혜택+ 가맹점에서만 받을 수 있습니다.",
        "Only benefit-plus shops give this.",
    ),
}


_NOTHING_SENTENCE: Final = Sentence(
    "nothing",
    "이번 달 이 구간의 결제에는 적립이 없습니다.",
    "Payments in this part of the month earn nothing.",
)
_NOT_CHOSEN_SENTENCE: Final = Sentence(
    "not_chosen",
    "이 결제는 이 혜택의 조건에 맞지 않습니다.",
    "This payment does not fit the terms of this benefit.",
)


def _reason_sentence(reason: NotEligible, rule: CompiledRule) -> Sentence:
    eligibility = rule.document.eligibility
    shops_ko, shops_en = district_names(eligibility.shop_districts)
    members_ko, members_en = district_names(eligibility.member_districts)
    names: dict[str, object] = {
        "payment_won_min": eligibility.payment_won_min,
        "payment_won_min_ko": korean_won(eligibility.payment_won_min),
        "joined_within_days": eligibility.joined_within_days,
        "shops_ko": shops_ko,
        "shops_en": shops_en,
        "members_ko": members_ko,
        "members_en": members_en,
        **asked_words(eligibility),
    }
    ko, en = _REASONS[reason]
    return Sentence(reason.value, ko.format_map(names), en.format_map(names))
