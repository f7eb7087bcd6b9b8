"""Field 39: the one table from every reason to a response code of ISO 8583:1987.

Where several reasons share a code, field 48 tag RC tells the reason's own number. `docs/gateway.md`
prints these tables with the words a till would show; a test holds the page and the tables equal.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType

from dure.authorization.reasons import DeclineReason

APPROVED = "00"

CODE_BY_REASON = MappingProxyType(
    {
        DeclineReason.APPROVED: APPROVED,
        DeclineReason.CARD_UNKNOWN: "14",
        DeclineReason.CARD_NOT_ACTIVE: "62",
        DeclineReason.CARD_BLOCKED: "62",
        DeclineReason.CARD_CLOSED: "14",
        DeclineReason.CARD_EXPIRED: "54",
        DeclineReason.PIN_WRONG: "55",
        DeclineReason.PIN_TRIES_USED_UP: "75",
        DeclineReason.CRYPTOGRAM_WRONG: "63",
        DeclineReason.CRYPTOGRAM_REPLAYED: "63",
        DeclineReason.CARD_CODE_WRONG: "63",
        DeclineReason.MEMBER_UNKNOWN: "14",
        DeclineReason.WALLET_LOCKED: "62",
        DeclineReason.MEMBER_TOO_YOUNG: "57",
        DeclineReason.CARD_CODE_TRIES_USED_UP: "63",
        DeclineReason.SHOP_UNKNOWN: "03",
        DeclineReason.SHOP_NOT_REGISTERED: "03",
        DeclineReason.SHOP_SUSPENDED: "03",
        DeclineReason.SHOP_EXCLUDED: "57",
        DeclineReason.SHOP_SALES_TOO_HIGH: "57",
        DeclineReason.TERMINAL_UNKNOWN: "58",
        DeclineReason.AMOUNT_INVALID: "13",
        DeclineReason.NOT_ENOUGH_MONEY: "51",
        DeclineReason.OVER_PAYMENT_LIMIT: "61",
        DeclineReason.OVER_CHARGE_LIMIT: "61",
        DeclineReason.OVER_HOLDING_LIMIT: "61",
        DeclineReason.REFUND_RATIO_NOT_REACHED: "57",
        DeclineReason.ORIGINAL_UNKNOWN: "25",
        DeclineReason.ORIGINAL_WAS_REVERSED_FIRST: "21",
        DeclineReason.ALREADY_CANCELLED: "21",
        DeclineReason.MORE_THAN_THE_ORIGINAL: "64",
        DeclineReason.HOLD_NOT_OPEN: "21",
        DeclineReason.KEY_USED_FOR_ANOTHER_REQUEST: "94",
        DeclineReason.BUDGET_LINE_UNKNOWN: "12",
        DeclineReason.BUDGET_LINE_TOO_SMALL: "12",
        DeclineReason.PROGRAMME_UNKNOWN: "12",
        DeclineReason.CARD_EXISTS: "12",
        DeclineReason.MEMBER_EXISTS: "12",
        DeclineReason.COUPON_UNKNOWN: "12",
        DeclineReason.COUPONS_GONE: "12",
        DeclineReason.COUPON_HAD_ALREADY: "12",
        DeclineReason.COUPON_PERIOD_OVER: "12",
        DeclineReason.COUPON_FOR_OTHERS: "12",
        DeclineReason.COUPON_DOES_NOT_FIT: "12",
        DeclineReason.COUPON_USED_ELSEWHERE: "21",
        DeclineReason.SHOP_MONTH_USED_UP: "21",
        DeclineReason.COUPON_NOT_DUE: "12",
        DeclineReason.RULE_UNKNOWN: "12",
        DeclineReason.AWARD_NOT_DUE: "12",
        DeclineReason.AWARD_OVER_CAP: "12",
        DeclineReason.GIFT_UNKNOWN: "12",
        DeclineReason.GIFT_OVER: "12",
        DeclineReason.GIFT_NOT_DUE: "12",
        DeclineReason.TRY_AGAIN: "91",
        DeclineReason.SYSTEM_FAULT: "96",
    }
)


class Refusal(StrEnum):
    """Why the gateway refused a message itself, without asking the engine."""

    NOT_SIGNED_ON = "not_signed_on"
    ACQUIRER_UNKNOWN = "acquirer_unknown"
    ACQUIRER_OF_ANOTHER_LINE = "acquirer_of_another_line"
    MESSAGE_TYPE_UNKNOWN = "message_type_unknown"
    NETWORK_CODE_UNKNOWN = "network_code_unknown"
    FIELD_MISSING = "field_missing"
    FIELD_WRONG = "field_wrong"
    MAC_MISSING = "mac_missing"
    MAC_WRONG = "mac_wrong"
    CARD_OF_ANOTHER_ISSUER = "card_of_another_issuer"
    CARD_NUMBER_WRONG = "card_number_wrong"
    CURRENCY_FOREIGN = "currency_foreign"
    AMOUNT_WRONG = "amount_wrong"
    TRANSACTION_UNKNOWN = "transaction_unknown"
    CASH_NOT_GIVEN = "cash_not_given"
    PIN_BLOCK_UNREADABLE = "pin_block_unreadable"
    CARD_CODE_MISSING = "card_code_missing"
    ENGINE_GONE = "engine_gone"
    ENGINE_LATE = "engine_late"
    STOPPING = "stopping"
    FAULT = "fault"


CODE_BY_REFUSAL = MappingProxyType(
    {
        Refusal.NOT_SIGNED_ON: "91",
        Refusal.ACQUIRER_UNKNOWN: "31",
        Refusal.ACQUIRER_OF_ANOTHER_LINE: "31",
        Refusal.MESSAGE_TYPE_UNKNOWN: "40",
        Refusal.NETWORK_CODE_UNKNOWN: "40",
        Refusal.FIELD_MISSING: "30",
        Refusal.FIELD_WRONG: "30",
        Refusal.MAC_MISSING: "63",
        Refusal.MAC_WRONG: "63",
        Refusal.CARD_OF_ANOTHER_ISSUER: "15",
        Refusal.CARD_NUMBER_WRONG: "14",
        Refusal.CURRENCY_FOREIGN: "12",
        Refusal.AMOUNT_WRONG: "13",
        Refusal.TRANSACTION_UNKNOWN: "12",
        Refusal.CASH_NOT_GIVEN: "57",
        Refusal.PIN_BLOCK_UNREADABLE: "63",
        Refusal.CARD_CODE_MISSING: "63",
        Refusal.ENGINE_GONE: "91",
        Refusal.ENGINE_LATE: "91",
        Refusal.STOPPING: "91",
        Refusal.FAULT: "96",
    }
)


class RefusedError(Exception):
    """A message is refused before the engine; `field` names the one at fault, "" when none is."""

    def __init__(self, refusal: Refusal, field: str = "") -> None:
        super().__init__(f"{refusal} {field}".rstrip())
        self.refusal = refusal
        self.field = field
