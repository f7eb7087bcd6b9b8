"""What people call the movements of a wallet, in lists and on papers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dure.ledger.movement import MovementKind
from dure.web.shared.language import Language

_K = MovementKind
_NAMES: Final[Mapping[int, tuple[str, str]]] = {
    _K.PURCHASE: ("결제", "Payment"),
    _K.HOLD: ("사전승인", "Reserved"),
    _K.CAPTURE: ("결제", "Payment"),
    _K.CANCEL: ("결제취소", "Cancelled"),
    _K.REFUND: ("환불", "Refunded"),
    _K.RELEASE: ("사전승인 풀림", "Released"),
    _K.REFUND_UNDONE: ("환불 취소", "Refund undone"),
    _K.CHARGE: ("충전", "Charged"),
    _K.CHARGE_SUSPENDED: ("충전 보류", "Charge on hold"),
    _K.RETURN_CHARGE: ("보류한 충전 돌려보냄", "Charge sent back"),
    _K.WITHDRAW: ("계좌로 환불", "Paid back to the account"),
    _K.WITHDRAW_FAILED: ("환불 실패, 지갑으로 돌아옴", "Payback failed, returned"),
    _K.GRANT: ("정책수당 지급", "Allowance granted"),
    _K.EXPIRE_MONEY: ("유효기간 지남", "Ended unused"),
    _K.OPENING: ("옮겨온 잔액", "Balance taken over"),
    _K.AWARD: ("추가 캐시백", "Extra cashback"),
    _K.GIFT_SENT: ("선물 보냄", "Gift sent"),
    _K.GIFT_TAKEN: ("선물 받음", "Gift taken"),
    _K.GIFT_RETURNED: ("선물 돌아옴", "Gift returned"),
    _K.DONATION: ("기부", "Donation"),
}
_OTHER: Final = ("기타", "Other")


def kind_name(kind: int, language: Language) -> str:
    """What a member calls a movement of this kind."""
    return language.choose(*_NAMES.get(kind, _OTHER))
