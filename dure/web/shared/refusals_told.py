"""A refusal told to its audience: what happened, and what this reader can do about it.

The citizen reads everything. The shop reads what it can do at the till, and nothing of its
customer's card or wallet beyond that it cannot pay. The official reads the reason's number and code
before what the citizen reads.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from dure.authorization.reasons import DeclineReason as No
from dure.policy.audiences import Audience
from dure.web.shared.language import Language
from dure.web.shared.sentences import sentence_or_number


class RefusalTold(NamedTuple):
    """What a reader is told of a refusal, in one language."""

    happened: str
    remedy: str


class _Both(NamedTuple):
    """Both sentences in both languages."""

    happened: tuple[str, str]
    remedy: tuple[str, str]


_CARD: Final = _Both(
    ("손님의 카드로 결제할 수 없습니다.", "The customer's card cannot pay."),
    (
        "다른 카드나 QR로 결제하도록 안내하세요. 손님은 앱에서 이유를 볼 수 있습니다.",
        "Ask for another card or QR. The customer can see the reason in the app.",
    ),
)
_PIN: Final = _Both(
    ("비밀번호가 맞지 않습니다.", "The PIN is wrong."),
    ("손님에게 비밀번호를 다시 입력하도록 안내하세요.", "Ask the customer to enter the PIN again."),
)
_CHIP: Final = _Both(
    ("카드의 IC칩을 확인하지 못했습니다.", "The card's chip could not be checked."),
    (
        "카드를 다시 꽂고, 계속되면 다른 카드로 결제하도록 안내하세요.",
        "Insert the card again; if it stays so, ask for another card.",
    ),
)
_WALLET: Final = _Both(
    ("손님의 지갑으로 결제할 수 없습니다.", "The customer's wallet cannot pay."),
    (
        "다른 방법으로 결제하도록 안내하세요. 손님은 앱에서 이유를 볼 수 있습니다.",
        "Ask for another way to pay. The customer can see the reason in the app.",
    ),
)
_MONEY: Final = _Both(
    (
        "손님의 지갑으로는 이 금액을 결제할 수 없습니다.",
        "The customer's wallet cannot pay this amount.",
    ),
    (
        "금액을 줄이거나, 손님이 충전한 뒤 다시 결제하세요.",
        "Take a smaller amount, or again after the customer has charged the wallet.",
    ),
)
_COUPON: Final = _Both(
    ("이 쿠폰은 이 결제에 쓸 수 없습니다.", "This coupon cannot be used for this payment."),
    (
        "쿠폰 없이 결제하거나 다른 쿠폰을 쓰도록 안내하세요.",
        "Pay without it, or with another coupon.",
    ),
)
_OFFICE: Final = (
    "시의 담당 부서에 가맹점 등록 상태를 확인하세요.",
    "Ask the city office about your registration.",
)
_FOR_SHOP: Final[dict[No, _Both]] = {
    **dict.fromkeys(
        (No.CARD_UNKNOWN, No.CARD_NOT_ACTIVE, No.CARD_BLOCKED, No.CARD_CLOSED, No.CARD_EXPIRED,
         No.PIN_TRIES_USED_UP, No.CARD_CODE_WRONG, No.CARD_CODE_TRIES_USED_UP), _CARD
    ),
    No.PIN_WRONG: _PIN,
    **dict.fromkeys((No.CRYPTOGRAM_WRONG, No.CRYPTOGRAM_REPLAYED), _CHIP),
    **dict.fromkeys((No.MEMBER_UNKNOWN, No.WALLET_LOCKED, No.MEMBER_TOO_YOUNG), _WALLET),
    **dict.fromkeys((No.NOT_ENOUGH_MONEY, No.OVER_PAYMENT_LIMIT), _MONEY),
    **dict.fromkeys(
        (No.COUPON_UNKNOWN, No.COUPON_PERIOD_OVER, No.COUPON_FOR_OTHERS, No.COUPON_DOES_NOT_FIT,
         No.COUPON_USED_ELSEWHERE), _COUPON
    ),
}  # fmt: skip
_ABOUT_THE_SHOP: Final = frozenset(
    {
        No.SHOP_UNKNOWN,
        No.SHOP_NOT_REGISTERED,
        No.SHOP_SUSPENDED,
        No.SHOP_EXCLUDED,
        No.SHOP_SALES_TOO_HIGH,
    }
)


def tell_refusal(reason: int, audience: Audience, language: Language) -> RefusalTold:
    """What happened and what to do, for the audience; of an approval what the citizen reads."""
    said = sentence_or_number(reason, language)
    if reason == No.APPROVED or reason not in No.__members__.values():
        return RefusalTold(said.happened, said.remedy)
    known = No(reason)
    if audience is Audience.OFFICIAL:
        return RefusalTold(f"[{int(known)} {known.name.lower()}] {said.happened}", said.remedy)
    if audience is Audience.SHOP:
        if known in _FOR_SHOP:
            own = _FOR_SHOP[known]
            return RefusalTold(language.choose(*own.happened), language.choose(*own.remedy))
        if known in _ABOUT_THE_SHOP:
            return RefusalTold(said.happened, language.choose(*_OFFICE))
    return RefusalTold(said.happened, said.remedy)
