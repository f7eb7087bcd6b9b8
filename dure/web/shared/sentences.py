"""Why a request was refused, in plain words: a label, what happened, and what to do about it."""

from __future__ import annotations

from dure.authorization.reasons import DeclineReason
from dure.web.shared.incentive_sentences import INCENTIVE_SENTENCES, Sentence
from dure.web.shared.language import Language


def sentence_of(reason: int, language: Language) -> Sentence:
    """The sentence of a reason; raises KeyError for a number that is no `DeclineReason`."""
    korean, english = SENTENCES[DeclineReason(reason)]
    return korean if language is Language.KOREAN else english


def sentence_or_number(reason: int, language: Language) -> Sentence:
    """As `sentence_of`, but a number of a newer version of Dure is shown as a number."""
    if reason in DeclineReason.__members__.values():
        return sentence_of(reason, language)
    label = language.choose(f"기타 사유 {reason}", f"Other reason {reason}")
    return Sentence(label, label, "")


__all__ = ["SENTENCES", "Sentence", "sentence_of", "sentence_or_number"]

_R = DeclineReason
SENTENCES: dict[DeclineReason, tuple[Sentence, Sentence]] = {
    _R.APPROVED: (
        Sentence("승인", "승인되었습니다.", "할 일이 없습니다."),
        Sentence("Approved", "It was approved.", "There is nothing to do."),
    ),
    _R.CARD_UNKNOWN: (
        Sentence("모르는 카드", "이 도시에서 발급한 카드가 아닙니다.", "카드 번호를 확인하세요."),
        Sentence(
            "Unknown card", "This city has not issued the card.", "Check the number of the card."
        ),
    ),
    _R.CARD_NOT_ACTIVE: (
        Sentence(
            "사용 등록 전 카드",
            "아직 사용 등록을 하지 않은 카드입니다.",
            "앱에서 카드를 등록하세요.",
        ),
        Sentence(
            "Card not activated", "The card has not been activated yet.", "Activate it in the app."
        ),
    ),
    _R.CARD_BLOCKED: (
        Sentence(
            "정지된 카드", "사용이 정지된 카드입니다.", "앱에서 정지를 풀거나 다른 카드를 쓰세요."
        ),
        Sentence(
            "Blocked card", "The card is blocked.", "Unblock it in the app or use another card."
        ),
    ),
    _R.CARD_CLOSED: (
        Sentence(
            "해지된 카드", "해지된 카드입니다.", "새 카드를 신청하세요. 잔액은 그대로 있습니다."
        ),
        Sentence("Closed card", "The card is closed.", "Ask for a new card. Your balance is kept."),
    ),
    _R.CARD_EXPIRED: (
        Sentence(
            "유효기간 지난 카드",
            "카드의 유효기간이 지났습니다.",
            "새 카드로 바꾸세요. 잔액은 그대로 있습니다.",
        ),
        Sentence("Expired card", "The card has expired.", "Replace it. Your balance is kept."),
    ),
    _R.PIN_WRONG: (
        Sentence("비밀번호 틀림", "비밀번호가 맞지 않습니다.", "비밀번호를 다시 입력하세요."),
        Sentence("Wrong PIN", "The PIN is wrong.", "Enter the PIN again."),
    ),
    _R.PIN_TRIES_USED_UP: (
        Sentence(
            "비밀번호 횟수 초과",
            "비밀번호를 여러 번 틀려 카드가 잠겼습니다.",
            "앱에서 비밀번호를 다시 정하세요.",
        ),
        Sentence(
            "Too many wrong PINs", "The PIN was wrong too often.", "Set a new PIN in the app."
        ),
    ),
    _R.CRYPTOGRAM_WRONG: (
        Sentence(
            "IC칩 인증 실패",
            "IC칩의 인증 값이 맞지 않습니다.",
            "카드를 다시 꽂고, 계속되면 새 카드로 바꾸세요.",
        ),
        Sentence(
            "Chip check failed",
            "The chip's cryptogram is wrong.",
            "Insert the card again; if it stays so, replace the card.",
        ),
    ),
    _R.CRYPTOGRAM_REPLAYED: (
        Sentence(
            "이미 쓴 IC칩 인증",
            "이미 한 번 쓰인 IC칩 인증 값입니다.",
            "카드를 다시 꽂아 새로 결제하세요.",
        ),
        Sentence(
            "Chip check used before",
            "The chip's cryptogram was used before.",
            "Insert the card again and start a new payment.",
        ),
    ),
    _R.CARD_CODE_WRONG: (
        Sentence(
            "보안코드 틀림",
            "카드의 유효기간이나 보안코드(CVC)가 맞지 않습니다.",
            "카드에 적힌 유효기간과 세 자리 보안코드를 다시 입력하세요.",
        ),
        Sentence(
            "Wrong card code",
            "The expiry date or the security code (CVC) is wrong.",
            "Enter the card's expiry date and its three digits again.",
        ),
    ),
    _R.CARD_CODE_TRIES_USED_UP: (
        Sentence(
            "보안코드 횟수 초과",
            "보안코드를 여러 번 틀려 온라인 결제를 잠시 막았습니다.",
            "한 시간 뒤에 다시 하거나, 앱에서 카드 비밀번호를 다시 정하세요.",
        ),
        Sentence(
            "Too many wrong card codes",
            "The security code was wrong too often: payments online are held back for a while.",
            "Try again in an hour, or set a new PIN in the app.",
        ),
    ),
    _R.MEMBER_UNKNOWN: (
        Sentence("모르는 회원", "그런 회원이 없습니다.", "회원 번호를 확인하세요."),
        Sentence("Unknown member", "There is no such member.", "Check the member's number."),
    ),
    _R.WALLET_LOCKED: (
        Sentence(
            "잠긴 지갑", "지갑이 잠겨 있습니다.", "앱에서 잠금을 풀거나 상담 창구에 문의하세요."
        ),
        Sentence(
            "Locked wallet", "The wallet is locked.", "Unlock it in the app or ask the help desk."
        ),
    ),
    _R.MEMBER_TOO_YOUNG: (
        Sentence(
            "만 14세 미만", "만 14세부터 가입할 수 있습니다.", "만 14세가 되면 다시 신청하세요."
        ),
        Sentence("Under 14", "Members must be 14 or older.", "Ask again when you are 14."),
    ),
    _R.SHOP_UNKNOWN: (
        Sentence("모르는 가게", "가맹점 명부에 없는 가게입니다.", "가맹점에서 결제하세요."),
        Sentence("Unknown shop", "The shop is not in the registry.", "Pay at a registered shop."),
    ),
    _R.SHOP_NOT_REGISTERED: (
        Sentence(
            "등록 전 가맹점",
            "가맹점 등록이 아직 시작되지 않았거나 끝났습니다.",
            "등록한 다음 날부터 결제할 수 있습니다. 다른 가맹점을 이용하세요.",
        ),
        Sentence(
            "Shop not registered",
            "The shop's registration has not begun or has ended.",
            "It takes payments from the day after it registers. Pay at another shop.",
        ),
    ),
    _R.SHOP_SUSPENDED: (
        Sentence("정지된 가맹점", "등록이 정지된 가맹점입니다.", "다른 가맹점을 이용하세요."),
        Sentence("Suspended shop", "The shop is suspended.", "Pay at another shop."),
    ),
    _R.SHOP_EXCLUDED: (
        Sentence(
            "제한업종",
            "지역화폐를 쓸 수 없는 업종입니다.",
            "다른 가맹점을 이용하세요. 제한업종은 시 조례로 정합니다.",
        ),
        Sentence(
            "Restricted trade",
            "The currency may not be spent in this trade.",
            "Pay at another shop. The city's ordinance names the restricted trades.",
        ),
    ),
    _R.SHOP_SALES_TOO_HIGH: (
        Sentence(
            "연매출 기준 초과",
            "연매출이 기준보다 커서 쓸 수 없는 가게입니다.",
            "작은 가게에서 이용하세요.",
        ),
        Sentence(
            "Sales above the limit",
            "The shop's yearly sales are above the limit.",
            "Pay at a smaller shop.",
        ),
    ),
    _R.TERMINAL_UNKNOWN: (
        Sentence(
            "모르는 단말기",
            "등록되지 않은 결제 단말기입니다.",
            "가게에서 단말기를 등록해야 합니다.",
        ),
        Sentence(
            "Unknown terminal",
            "The terminal is not registered.",
            "The shop has to register its terminal.",
        ),
    ),
    _R.AMOUNT_INVALID: (
        Sentence(
            "잘못된 금액", "결제할 수 없는 금액입니다.", "1원 이상의 금액을 원 단위로 보내세요."
        ),
        Sentence("Invalid amount", "This amount cannot be paid.", "Send whole won, 1 or more."),
    ),
    _R.NOT_ENOUGH_MONEY: (
        Sentence("잔액 부족", "지갑의 돈이 모자랍니다.", "충전한 뒤 다시 결제하세요."),
        Sentence("Not enough money", "The wallet holds too little.", "Charge it and pay again."),
    ),
    _R.OVER_PAYMENT_LIMIT: (
        Sentence(
            "결제 한도 초과", "한 번에 결제할 수 있는 금액을 넘었습니다.", "한도 안에서 결제하세요."
        ),
        Sentence(
            "Over the payment limit",
            "It is more than one payment may be.",
            "Pay an amount within the limit.",
        ),
    ),
    _R.OVER_CHARGE_LIMIT: (
        Sentence(
            "월 충전 한도 초과",
            "이번 달 충전 한도를 넘었습니다.",
            "다음 달에 충전하거나 금액을 줄이세요.",
        ),
        Sentence(
            "Over the monthly charge limit",
            "It is more than may be charged in a month.",
            "Charge less, or next month.",
        ),
    ),
    _R.OVER_HOLDING_LIMIT: (
        Sentence(
            "보유 한도 초과",
            "지갑에 담을 수 있는 금액을 넘었습니다.",
            "먼저 쓰거나, 더 적게 충전하세요.",
        ),
        Sentence(
            "Over the holding limit",
            "It is more than the wallet may hold.",
            "Spend first, or charge less.",
        ),
    ),
    _R.REFUND_RATIO_NOT_REACHED: (
        Sentence(
            "환불 사용률 미달",
            "충전금을 돌려받을 만큼 아직 쓰지 않았습니다.",
            "조례가 정한 비율까지 쓴 뒤 신청하세요. 쓰지 않은 충전은 7일 안에 전액 환불됩니다.",
        ),
        Sentence(
            "Too little used for a refund",
            "Not enough of the charged money has been used.",
            "Ask again when the ordinance's share is used. An unused charge is refunded in 7 days.",
        ),
    ),
    _R.ORIGINAL_UNKNOWN: (
        Sentence("모르는 원거래", "취소할 원래 거래를 찾지 못했습니다.", "승인번호를 확인하세요."),
        Sentence(
            "Unknown original", "The payment to undo was not found.", "Check the approval code."
        ),
    ),
    _R.ORIGINAL_WAS_REVERSED_FIRST: (
        Sentence(
            "먼저 취소된 거래",
            "취소 요청이 먼저 도착한 거래입니다.",
            "다시 결제하려면 새로 시작하세요.",
        ),
        Sentence(
            "Cancelled before it came",
            "Its cancellation arrived before the payment.",
            "Start a new payment if you still want to pay.",
        ),
    ),
    _R.ALREADY_CANCELLED: (
        Sentence("이미 취소됨", "이미 취소된 거래입니다.", "할 일이 없습니다. 내역을 확인하세요."),
        Sentence(
            "Already cancelled",
            "The payment has been cancelled already.",
            "Nothing to do; look at the history.",
        ),
    ),
    _R.MORE_THAN_THE_ORIGINAL: (
        Sentence(
            "원거래 금액 초과", "원래 결제한 금액보다 많습니다.", "남은 금액 안에서 취소하세요."
        ),
        Sentence(
            "More than the original",
            "It is more than what is left of the payment.",
            "Give back at most what is left.",
        ),
    ),
    _R.HOLD_NOT_OPEN: (
        Sentence("끝난 사전승인", "사전승인이 이미 끝났습니다.", "새로 결제하세요."),
        Sentence("Hold has ended", "The pre-authorization has ended.", "Start a new payment."),
    ),
    _R.KEY_USED_FOR_ANOTHER_REQUEST: (
        Sentence(
            "다른 요청의 열쇠",
            "같은 요청 열쇠로 다른 내용이 왔습니다.",
            "새 요청에는 새 열쇠를 쓰세요.",
        ),
        Sentence(
            "Key of another request",
            "The request's key belongs to another request.",
            "Use a new key for a new request.",
        ),
    ),
    _R.BUDGET_LINE_UNKNOWN: (
        Sentence(
            "모르는 예산 과목", "그런 예산 과목이 없습니다.", "예산 과목의 번호를 확인하세요."
        ),
        Sentence(
            "Unknown budget line", "There is no such budget line.", "Check the line's number."
        ),
    ),
    _R.BUDGET_LINE_TOO_SMALL: (
        Sentence("예산 부족", "예산 과목에 남은 돈이 모자랍니다.", "예산을 늘린 뒤 다시 하세요."),
        Sentence(
            "Budget too small",
            "The budget line has too little left.",
            "Appropriate more and ask again.",
        ),
    ),
    _R.PROGRAMME_UNKNOWN: (
        Sentence("모르는 수당 사업", "그런 정책수당 사업이 없습니다.", "사업 번호를 확인하세요."),
        Sentence(
            "Unknown programme", "There is no such programme.", "Check the programme's number."
        ),
    ),
    _R.CARD_EXISTS: (
        Sentence("이미 있는 카드", "이미 등록된 카드입니다.", "다른 카드 번호로 발급하세요."),
        Sentence("Card exists", "The card exists already.", "Issue a card of another number."),
    ),
    _R.MEMBER_EXISTS: (
        Sentence("이미 있는 회원", "이미 가입한 회원입니다.", "기존 지갑을 이용하세요."),
        Sentence("Member exists", "The member exists already.", "Use the wallet that is there."),
    ),
    _R.GIFT_UNKNOWN: (
        Sentence("모르는 선물", "이 번호로 온 선물이 없습니다.", "선물 목록에서 다시 고르세요."),
        Sentence("Unknown gift", "There is no such gift for you.", "Choose it from your gifts."),
    ),
    _R.GIFT_OVER: (
        Sentence(
            "끝난 선물",
            "이미 받았거나 보낸 분에게 돌아간 선물입니다.",
            "선물 목록에서 어떻게 되었는지 보세요.",
        ),
        Sentence(
            "Gift over",
            "The gift was taken, or has gone back to its giver.",
            "See in your gifts what became of it.",
        ),
    ),
    _R.GIFT_NOT_DUE: (
        Sentence(
            "기다리는 선물", "아직 받을 수 있는 선물입니다.", "기한이 지나면 저절로 돌아옵니다."
        ),
        Sentence(
            "Gift still waits",
            "The gift may still be taken.",
            "It comes back by itself when its time is over.",
        ),
    ),
    _R.TRY_AGAIN: (
        Sentence(
            "잠시 뒤 다시",
            "지금은 바빠서 처리하지 못했습니다. 돈은 움직이지 않았습니다.",
            "잠시 뒤 같은 열쇠로 다시 요청하세요.",
        ),
        Sentence(
            "Try again",
            "We are too busy right now. No money has moved.",
            "Ask again with the same key in a moment.",
        ),
    ),
    _R.SYSTEM_FAULT: (
        Sentence(
            "시스템 장애",
            "시스템 문제로 처리하지 못했습니다. 돈은 움직이지 않았습니다.",
            "잠시 뒤 같은 열쇠로 다시 요청하세요.",
        ),
        Sentence(
            "System fault",
            "A fault on our side. No money has moved.",
            "Ask again with the same key in a moment.",
        ),
    ),
}
SENTENCES |= INCENTIVE_SENTENCES
