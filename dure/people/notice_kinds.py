"""What members may be told, each kind with its sentence in both languages. Pure.

A sentence's fields are filled from the notice's values, and how one is written follows from the end
of its name: `_won` with thousands separators, `_us` as a day of the city, `_bp` as percent.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from string import Formatter
from typing import Final, NamedTuple

from dure.kernel.calendar import seoul

Values = Mapping[str, int | str]


class NoticeKind(StrEnum):
    """Why a member is told something."""

    MONEY_LAPSES = "money-lapses"
    CASHBACK_LAPSES = "cashback-lapses"
    ALLOWANCE_LAPSES = "allowance-lapses"
    CHARGE_ARRIVED = "charge-arrived"
    CHARGE_FAILED = "charge-failed"
    AUTO_CHARGE_FAILED = "auto-charge-failed"
    WITHDRAWAL_PAID = "withdrawal-paid"
    WITHDRAWAL_FAILED = "withdrawal-failed"
    GIFT_CAME = "gift-came"
    GIFT_TAKEN = "gift-taken"
    GIFT_RETURNED = "gift-returned"
    GIFT_WAITS = "gift-waits"
    ALLOWANCE_GRANTED = "allowance-granted"
    COUPON_CLAIMED = "coupon-claimed"
    COUPON_MISSED = "coupon-missed"
    COUPON_LAPSES = "coupon-lapses"
    CARD_MADE = "card-made"
    CARD_SENT = "card-sent"
    CARD_BACK = "card-back"
    PAYMENT_MADE = "payment-made"
    PAYMENT_BACK = "payment-back"
    CARD_HANDED = "card-handed"
    CARD_BLOCKED = "card-blocked"
    CARD_UNBLOCKED = "card-unblocked"
    DESK_JOINED = "desk-joined"
    WALLET_LOCKED = "wallet-locked"
    WALLET_UNLOCKED = "wallet-unlocked"
    GUARDIAN_LINKED = "guardian-linked"
    GUARDIAN_UNLINKED = "guardian-unlinked"
    GUARDIAN_HOLDS = "guardian-holds"
    GUARDIAN_LET_GO = "guardian-let-go"
    COMPLAINT_TAKEN_UP = "complaint-taken-up"
    COMPLAINT_ASKED_BACK = "complaint-asked-back"
    COMPLAINT_ANSWERED = "complaint-answered"
    NEW_SESSION = "new-session"
    PIN_CHANGED = "pin-changed"
    PIN_LOCKED = "pin-locked"
    PASSKEY_ADDED = "passkey-added"
    PHONE_CHANGED = "phone-changed"
    LEVEL_RAISED = "level-raised"
    INCENTIVE_TAKEN_BACK = "incentive-taken-back"
    STATEMENT_READY = "statement-ready"


class Wording(NamedTuple):
    """A kind's sentence in both languages, and the page below /app that it leads to.

    `protects`: sent as a text message to everybody, for it may be a thief's doing.
    """

    korean: str
    english: str
    leads_to: str
    protects: bool = False


class NoticeKindUnknownError(LookupError):
    """No kind of notice has this name."""


class NoticeValuesMissingError(ValueError):
    """The sentence of a kind wants values that were not given; the message names them."""


WORDINGS: Final[dict[NoticeKind, Wording]] = {
    NoticeKind.MONEY_LAPSES: Wording(
        "충전금 {amount_won}원의 유효기간이 {until_us}에 끝납니다. 그 전에 쓰거나 돌려받으세요.",
        "{amount_won} won of charged money ends on {until_us}. Spend it or take it back before.",
        "/accounts",
    ),
    NoticeKind.CASHBACK_LAPSES: Wording(
        "캐시백 {amount_won}원의 유효기간이 {until_us}에 끝납니다. 그 전에 쓰세요.",
        "{amount_won} won of cashback ends on {until_us}. Spend it before.",
        "/",
    ),
    NoticeKind.ALLOWANCE_LAPSES: Wording(
        "{name_ko} {amount_won}원의 사용 기한이 {until_us}에 끝납니다. 그 전에 쓰세요.",
        "{amount_won} won of {name_en} ends on {until_us}. Spend it before.",
        "/",
    ),
    NoticeKind.CHARGE_ARRIVED: Wording(
        "{amount_won}원이 충전되었습니다.", "{amount_won} won were charged.", "/history"
    ),
    NoticeKind.CHARGE_FAILED: Wording(
        "{amount_won}원 충전이 되지 않았습니다. 계좌에서 빠져나간 돈은 없습니다. 계좌를 확인하고 "
        "다시 충전해 주세요.",
        "{amount_won} won could not be charged. Nothing was taken from your account. Look at the "
        "account and charge again.",
        "/charge",
    ),
    NoticeKind.AUTO_CHARGE_FAILED: Wording(
        "자동충전 {amount_won}원이 되지 않았습니다. 계좌 잔액을 확인해 주세요.",
        "The automatic charge of {amount_won} won failed. Look at what is in the account.",
        "/charge",
    ),
    NoticeKind.WITHDRAWAL_PAID: Wording(
        "{amount_won}원을 계좌로 돌려드렸습니다.",
        "{amount_won} won were paid back to your account.",
        "/history",
    ),
    NoticeKind.WITHDRAWAL_FAILED: Wording(
        "{amount_won}원을 계좌로 보내지 못했습니다. 돈은 지갑에 그대로 있습니다. 계좌를 확인하고 "
        "다시 신청해 주세요.",
        "{amount_won} won could not be paid to your account. The money is in your wallet. Look at "
        "the account and ask again.",
        "/withdraw",
    ),
    NoticeKind.GIFT_CAME: Wording(
        "{amount_won}원 선물이 왔습니다. {until_us}까지 받아 주세요.",
        "A gift of {amount_won} won has come. Take it until {until_us}.",
        "/gifts",
    ),
    NoticeKind.GIFT_TAKEN: Wording(
        "보낸 선물 {amount_won}원을 받는 분이 받았습니다.",
        "Your gift of {amount_won} won was taken.",
        "/gifts",
    ),
    NoticeKind.GIFT_RETURNED: Wording(
        "보낸 선물 {amount_won}원이 지갑으로 돌아왔습니다.",
        "Your gift of {amount_won} won came back to your wallet.",
        "/gifts",
    ),
    NoticeKind.GIFT_WAITS: Wording(
        "선물 {amount_won}원을 받으면 보유 한도를 넘습니다. {until_us}까지 잔액을 줄이고 받아 "
        "주세요.",
        "With the gift of {amount_won} won you would hold more than you may. Free room and take it "
        "until {until_us}.",
        "/gifts",
    ),
    NoticeKind.ALLOWANCE_GRANTED: Wording(
        "{name_ko} {amount_won}원이 지급되었습니다. {until_us}까지 쓰세요.",
        "You were granted {amount_won} won of {name_en}. Spend it until {until_us}.",
        "/",
    ),
    NoticeKind.COUPON_CLAIMED: Wording(
        "쿠폰을 받았습니다: {name_ko}", "You have the coupon: {name_en}", "/coupons"
    ),
    NoticeKind.COUPON_MISSED: Wording(
        "쿠폰이 모두 나갔습니다: {name_ko}. 다음 쿠폰을 기다려 주세요.",
        "The coupon is all given out: {name_en}. Please wait for the next.",
        "/coupons",
    ),
    NoticeKind.COUPON_LAPSES: Wording(
        "쿠폰이 {until_us}에 끝납니다: {name_ko}",
        "A coupon ends on {until_us}: {name_en}",
        "/coupons",
    ),
    NoticeKind.CARD_MADE: Wording(
        "카드가 만들어졌습니다. 곧 보내 드립니다.",
        "Your card is made. It will be sent soon.",
        "/cards",
    ),
    NoticeKind.CARD_SENT: Wording(
        "카드를 보냈습니다. 받으면 앱에서 등록해 주세요.",
        "Your card is on its way. Register it in the app when it has come.",
        "/cards",
    ),
    NoticeKind.CARD_BACK: Wording(
        "카드를 전하지 못했습니다. 주소를 확인하고 다시 신청해 주세요.",
        "Your card could not be delivered. Look at the address and apply again.",
        "/cards",
    ),
    NoticeKind.PAYMENT_MADE: Wording(
        "{shop} {paid_won}원 결제, 캐시백 {earned_won}원. 남은 돈 {left_won}원.",
        "Paid {paid_won} won at {shop}, cashback {earned_won} won. Left: {left_won} won.",
        "/history/{movement_id}",
    ),
    NoticeKind.PAYMENT_BACK: Wording(
        "{shop} 결제취소 {back_won}원. 남은 돈 {left_won}원.",
        "A payment at {shop} was cancelled: {back_won} won. Left: {left_won} won.",
        "/history/{movement_id}",
    ),
    NoticeKind.CARD_HANDED: Wording(
        "창구에서 끝자리 {last_digits} 카드를 드렸습니다. 본인이 받지 않았으면 알려 주세요.",
        "The card ending in {last_digits} was handed over at a desk. Tell us if not to you.",
        "/cards",
        protects=True,
    ),
    NoticeKind.CARD_BLOCKED: Wording(
        "끝자리 {last_digits} 카드가 정지되었습니다. 본인이 한 일이 아니면 알려 주세요.",
        "The card ending in {last_digits} is blocked. Tell us if this was not you.",
        "/cards",
        protects=True,
    ),
    NoticeKind.CARD_UNBLOCKED: Wording(
        "끝자리 {last_digits} 카드의 정지가 풀렸습니다. 본인이 한 일이 아니면 곧바로 지갑을 "
        "잠가 주세요.",
        "The card ending in {last_digits} is no longer blocked. Lock your wallet at once if this "
        "was not you.",
        "/lock",
        protects=True,
    ),
    NoticeKind.DESK_JOINED: Wording(
        "창구에서 두레에 가입하셨습니다. 카드를 잃어버리면 창구로 전화해 주세요.",
        "You joined Dure at a desk. Call the desk if you lose your card.",
        "/help",
        protects=True,
    ),
    NoticeKind.WALLET_LOCKED: Wording(
        "지갑이 잠겼습니다. 돈은 그대로 있습니다. 다시 쓰려면 잠금을 풀어 주세요.",
        "Your wallet is locked and its money is safe. Unlock it to use it again.",
        "/lock",
        protects=True,
    ),
    NoticeKind.WALLET_UNLOCKED: Wording(
        "지갑 잠금이 풀렸습니다. 본인이 한 일이 아니면 다시 잠그고 알려 주세요.",
        "Your wallet is open again. If this was not you, lock it and tell us.",
        "/lock",
        protects=True,
    ),
    NoticeKind.GUARDIAN_LINKED: Wording(
        "보호자가 연결되었습니다. 보호자는 카드와 잠금만 볼 수 있고 결제 내역은 보지 못합니다.",
        "A guardian was linked: who sees your cards and locks, and never your payments.",
        "/guardian",
    ),
    NoticeKind.GUARDIAN_HOLDS: Wording(
        "정지해 두신 끝자리 {last_digits} 카드를 보호자도 정지했습니다. 보호자가 풀어야 다시 쓸 수 "
        "있습니다.",
        "Your guardian blocked the card ending in {last_digits} too: it takes your guardian to let "
        "it go.",
        "/cards",
    ),
    NoticeKind.GUARDIAN_LET_GO: Wording(
        "보호자가 끝자리 {last_digits} 카드의 정지를 풀었습니다. 직접 정지하신 것은 앱에서 "
        "풀 수 있습니다.",
        "Your guardian let go of the card ending in {last_digits}. You can unblock it in the app.",
        "/cards",
    ),
    NoticeKind.GUARDIAN_UNLINKED: Wording(
        "보호자 연결이 끝났습니다.", "The link to a guardian has ended.", "/guardian"
    ),
    NoticeKind.COMPLAINT_TAKEN_UP: Wording(
        "민원 {complaint_id}번을 담당자가 살펴보고 있습니다.",
        "An official has taken up your complaint {complaint_id}.",
        "/help/complaints/{number}",
    ),
    NoticeKind.COMPLAINT_ASKED_BACK: Wording(
        "민원 {complaint_id}번에 담당자의 질문이 있습니다. 답을 써 주세요.",
        "There is a question about your complaint {complaint_id}. Please reply.",
        "/help/complaints/{number}",
    ),
    NoticeKind.COMPLAINT_ANSWERED: Wording(
        "민원 {complaint_id}번에 답변이 왔습니다.",
        "Your complaint {complaint_id} has been answered.",
        "/help/complaints/{number}",
    ),
    NoticeKind.NEW_SESSION: Wording(
        "새 기기에서 로그인했습니다. 본인이 아니면 설정에서 그 기기를 로그아웃해 주세요.",
        "Somebody signed in on a new device. If this was not you, sign that device out in the "
        "settings.",
        "/settings",
        protects=True,
    ),
    NoticeKind.PIN_CHANGED: Wording(
        "결제 비밀번호가 바뀌었습니다. 본인이 한 일이 아니면 곧바로 지갑을 잠가 주세요.",
        "Your payment PIN was changed. Lock your wallet at once if this was not you.",
        "/lock",
        protects=True,
    ),
    NoticeKind.PIN_LOCKED: Wording(
        "결제 비밀번호를 여러 번 틀려 잠겼습니다. 설정에서 문자 인증으로 다시 정해 주세요.",
        "Your payment PIN is locked after many wrong tries. Set it again in the settings by a text "
        "message.",
        "/settings",
        protects=True,
    ),
    NoticeKind.PASSKEY_ADDED: Wording(
        "패스키가 등록되었습니다. 본인이 한 일이 아니면 설정에서 지워 주세요.",
        "A passkey was added. If this was not you, remove it in the settings.",
        "/settings",
        protects=True,
    ),
    NoticeKind.PHONE_CHANGED: Wording(
        "전화번호가 바뀌었습니다. 본인이 한 일이 아니면 곧바로 지갑을 잠가 주세요.",
        "Your telephone number was changed. Lock your wallet at once if this was not you.",
        "/lock",
        protects=True,
    ),
    NoticeKind.LEVEL_RAISED: Wording(
        "본인 확인이 되어 한도가 커졌습니다.",
        "You are verified, and your limits are higher now.",
        "/settings",
    ),
    NoticeKind.INCENTIVE_TAKEN_BACK: Wording(
        "결제 취소로 캐시백 {amount_won}원을 돌려받지 못해, 앞으로의 캐시백에서 채웁니다.",
        "After a cancellation {amount_won} won of cashback were already spent; coming cashback "
        "makes it up.",
        "/history",
    ),
    NoticeKind.STATEMENT_READY: Wording(
        "{year}년 소득공제 명세를 볼 수 있습니다.",
        "Your statement of {year} for the income deduction is ready.",
        "/statement",
    ),
}


def kind_of(name: str) -> NoticeKind:
    """The kind of this name; raises NoticeKindUnknownError."""
    try:
        return NoticeKind(name)
    except ValueError:
        raise NoticeKindUnknownError(name) from None


def fields_of(kind: NoticeKind) -> frozenset[str]:
    """The values that the sentences of a kind want, in either language."""
    wording = WORDINGS[kind]
    texts = (wording.korean, wording.english, wording.leads_to)
    return frozenset(name for text in texts for _, name, _, _ in Formatter().parse(text) if name)


def check_values(kind: NoticeKind, values: Values) -> None:
    """Raises NoticeValuesMissingError where a sentence could not be made of the values."""
    missing = fields_of(kind) - set(values)
    if missing:
        raise NoticeValuesMissingError(f"{kind.value}: {', '.join(sorted(missing))}")


def sentences_of(kind: NoticeKind, values: Values) -> tuple[str, str]:
    """The notice in Korean and in English; a value that is missing is left out of it."""
    wording = WORDINGS[kind]
    korean = {name: _written(name, values.get(name, ""), korean=True) for name in fields_of(kind)}
    english = {name: _written(name, values.get(name, ""), korean=False) for name in fields_of(kind)}
    return wording.korean.format_map(korean), wording.english.format_map(english)


def leads_to(kind: NoticeKind, values: Values) -> str:
    """The page that a notice leads to, below /app or /en/app."""
    return WORDINGS[kind].leads_to.format_map({name: str(value) for name, value in values.items()})


def _written(name: str, value: int | str, *, korean: bool) -> str:
    if isinstance(value, str):
        return value
    if name.endswith("_won"):
        return f"{value:,}"
    if name.endswith("_bp"):
        return f"{value / 100:g}%"
    if name.endswith("_us"):
        day = seoul(value)
        if korean:
            return f"{day.year}년 {day.month}월 {day.day}일"
        return f"{day:%-d %b %Y}"
    return str(value)
