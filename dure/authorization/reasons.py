"""Why a request was refused: every reason there is, and whether asking again can help."""

from __future__ import annotations

from enum import IntEnum


class DeclineReason(IntEnum):
    """The outcome of a request; APPROVED is the only one that may move money.

    Numbers are stored in the journal and never change their meaning.
    """

    APPROVED = 0
    CARD_UNKNOWN = 10
    CARD_NOT_ACTIVE = 11
    CARD_BLOCKED = 12
    CARD_CLOSED = 13
    CARD_EXPIRED = 14
    PIN_WRONG = 15
    PIN_TRIES_USED_UP = 16
    CRYPTOGRAM_WRONG = 17
    CRYPTOGRAM_REPLAYED = 18
    MEMBER_UNKNOWN = 20
    WALLET_LOCKED = 21
    MEMBER_TOO_YOUNG = 22
    SHOP_UNKNOWN = 30
    SHOP_NOT_REGISTERED = 31
    SHOP_SUSPENDED = 32
    SHOP_EXCLUDED = 33
    SHOP_SALES_TOO_HIGH = 34
    TERMINAL_UNKNOWN = 35
    AMOUNT_INVALID = 40
    NOT_ENOUGH_MONEY = 41
    OVER_PAYMENT_LIMIT = 42
    OVER_CHARGE_LIMIT = 43
    OVER_HOLDING_LIMIT = 44
    REFUND_RATIO_NOT_REACHED = 45
    ORIGINAL_UNKNOWN = 50
    ORIGINAL_WAS_REVERSED_FIRST = 51
    ALREADY_CANCELLED = 52
    MORE_THAN_THE_ORIGINAL = 53
    HOLD_NOT_OPEN = 54
    KEY_USED_FOR_ANOTHER_REQUEST = 55
    BUDGET_LINE_UNKNOWN = 60
    BUDGET_LINE_TOO_SMALL = 61
    PROGRAMME_UNKNOWN = 62
    CARD_EXISTS = 63
    MEMBER_EXISTS = 64
    COUPON_UNKNOWN = 70
    COUPONS_GONE = 71
    COUPON_HAD_ALREADY = 72
    COUPON_PERIOD_OVER = 73
    COUPON_FOR_OTHERS = 74
    COUPON_DOES_NOT_FIT = 75
    COUPON_USED_ELSEWHERE = 76
    SHOP_MONTH_USED_UP = 78
    COUPON_NOT_DUE = 79
    RULE_UNKNOWN = 80
    AWARD_NOT_DUE = 81
    AWARD_OVER_CAP = 82
    TRY_AGAIN = 90
    SYSTEM_FAULT = 91


RETRY_CAN_HELP = frozenset({DeclineReason.TRY_AGAIN, DeclineReason.SYSTEM_FAULT})
