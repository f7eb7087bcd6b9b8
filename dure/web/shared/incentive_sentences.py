"""Why a coupon, a prize or a gift was refused, in plain words; see `sentences` for all else."""

from __future__ import annotations

from typing import Final, NamedTuple

from dure.authorization.reasons import DeclineReason


class Sentence(NamedTuple):
    """One reason in one language: `label` for lists, `happened` and `remedy` for the reader."""

    label: str
    happened: str
    remedy: str


_R = DeclineReason
INCENTIVE_SENTENCES: Final[dict[DeclineReason, tuple[Sentence, Sentence]]] = {
    _R.COUPON_UNKNOWN: (
        Sentence("모르는 쿠폰", "그런 쿠폰이 없습니다.", "쿠폰 목록에서 다시 고르세요."),
        Sentence("Unknown coupon", "There is no such coupon.", "Choose one from the list again."),
    ),
    _R.COUPONS_GONE: (
        Sentence("쿠폰 소진", "준비한 쿠폰이 모두 발급되었습니다.", "다른 쿠폰을 고르세요."),
        Sentence("Coupons gone", "All coupons have been given out.", "Choose another coupon."),
    ),
    _R.COUPON_HAD_ALREADY: (
        Sentence(
            "이미 받은 쿠폰", "이 쿠폰은 한 사람 몫을 모두 받았습니다.", "받은 쿠폰을 이용하세요."
        ),
        Sentence(
            "Coupon had already",
            "You have had as many of these coupons as one person may.",
            "Use the coupons that you have.",
        ),
    ),
    _R.COUPON_PERIOD_OVER: (
        Sentence(
            "쿠폰 발급 기간 아님", "쿠폰을 받을 수 있는 기간이 아닙니다.", "발급 기간을 확인하세요."
        ),
        Sentence(
            "Outside the coupon's period",
            "The coupon cannot be claimed at this time.",
            "Check from when until when it is given out.",
        ),
    ),
    _R.COUPON_FOR_OTHERS: (
        Sentence(
            "쿠폰 대상 아님",
            "이 쿠폰의 대상이 아닙니다(사는 곳, 나이, 인증 단계, 가입일).",
            "쿠폰의 대상을 확인하세요.",
        ),
        Sentence(
            "Coupon is for others",
            "The coupon is for others (by residence, age, level or day of joining).",
            "Check for whom it is.",
        ),
    ),
    _R.COUPON_DOES_NOT_FIT: (
        Sentence(
            "쓸 수 없는 쿠폰",
            "이 쿠폰은 이 결제에 쓸 수 없습니다(가맹점, 시간, 최소 금액, 유효기간).",
            "다른 쿠폰을 고르거나 쿠폰 없이 결제하세요.",
        ),
        Sentence(
            "Coupon does not fit",
            "The coupon does not fit this payment (shop, time, least amount or validity).",
            "Choose another coupon or pay without one.",
        ),
    ),
    _R.COUPON_USED_ELSEWHERE: (
        Sentence(
            "다른 결제에 쓴 쿠폰",
            "환불로 돌려받은 쿠폰이 다른 결제에 쓰여 환불을 되돌릴 수 없습니다.",
            "환불은 그대로 두고 상품을 새로 결제하세요.",
        ),
        Sentence(
            "Coupon used elsewhere",
            "The coupon of the refunded payment has been used for another; the refund stands.",
            "Leave the refund and take a new payment for the goods.",
        ),
    ),
    _R.SHOP_MONTH_USED_UP: (
        Sentence(
            "가맹점 월 할인 한도",
            "가맹점의 이달 할인 한도가 다른 결제에 쓰여 환불을 되돌릴 수 없습니다.",
            "환불은 그대로 두고 상품을 새로 결제하세요.",
        ),
        Sentence(
            "Shop's month used up",
            "The shop's discount of the month has gone to other payments; the refund stands.",
            "Leave the refund and take a new payment for the goods.",
        ),
    ),
    _R.COUPON_NOT_DUE: (
        Sentence(
            "아직 유효한 쿠폰", "쿠폰의 유효기간이 끝나지 않았습니다.", "끝난 뒤에 다시 하세요."
        ),
        Sentence("Coupon still good", "The coupon has not expired yet.", "Ask again when it has."),
    ),
    _R.RULE_UNKNOWN: (
        Sentence(
            "모르는 규칙",
            "나중에 지급하는 규칙 가운데 그런 것이 없습니다.",
            "규칙의 번호를 확인하세요.",
        ),
        Sentence(
            "Unknown rule",
            "No rule that is awarded later has this number.",
            "Check the number of the rule.",
        ),
    ),
    _R.AWARD_NOT_DUE: (
        Sentence(
            "지급 조건 미달",
            "결제가 규칙의 기간 밖이거나, 취소되어 남은 금액이 기준에 못 미칩니다.",
            "결제의 날짜와 남은 금액을 확인하세요.",
        ),
        Sentence(
            "Award not due",
            "The payment is outside the period of the rule, or too little of it is left.",
            "Check its date and what is left of it.",
        ),
    ),
    _R.AWARD_OVER_CAP: (
        Sentence(
            "지급 한도 초과",
            "규칙의 한도가 남지 않아 전액을 지급할 수 없습니다. 일부만 지급하지는 않습니다.",
            "규칙의 한도를 확인하세요.",
        ),
        Sentence(
            "Award over the cap",
            "The caps of the rule leave too little for the whole of it; no part is paid.",
            "Check the caps of the rule.",
        ),
    ),
}
