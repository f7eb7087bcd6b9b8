"""The words of the pages in both languages, by name; a template says `words.name`."""

from __future__ import annotations

from collections.abc import Mapping

from dure.web.shared.language import Language

WORDS: dict[str, tuple[str, str]] = {
    # Every page
    "brand": ("두레", "Dure"),
    "brand_city": ("인천 지역화폐", "Incheon's local currency"),
    "skip": ("본문으로 건너뛰기", "Skip to the content"),
    "other_language": ("English", "한국어"),
    "other_language_tag": ("en", "ko"),
    "home": ("실시간 현황으로 가기", "Go to the live page"),
    "foot_demo": (
        "실제 통계의 모양을 따라 만든 가상의 도시입니다. 실제 사람과 가게가 아닙니다.",
        "A made-up city in the shape of published statistics. No real people or shops.",
    ),
    "foot_api": ("제휴사 API", "Partner API"),
    "foot_health": ("상태 점검", "Health"),
    # The live page
    "live_title": ("인천 지역화폐 실시간 현황", "Incheon's local currency, live"),
    "clock_title": ("도시의 시각", "City clock"),
    "rate_title": ("지금 캐시백", "Cashback now"),
    "rate_none": ("없음", "None"),
    "top_ups_title": ("구·군이 더 주는 캐시백", "What districts add"),
    "pace_title": ("결제 속도", "Pace"),
    "pace_unit": ("건/초", "a second"),
    "pace_curve": ("최근 90초의 초당 결제 요청", "Requests a second in the last 90 seconds"),
    "pace_ago": ("90초 전", "90 s ago"),
    "pace_now": ("지금", "now"),
    "today_paid": ("오늘 결제액", "Paid today"),
    "today_earned": ("오늘 캐시백", "Cashback today"),
    "today_discount": ("오늘 가게 즉시할인", "Shops' discounts today"),
    "answers_title": ("오늘의 승인과 거절", "Approved and declined today"),
    "approved": ("승인", "Approved"),
    "declined": ("거절", "Declined"),
    "declines_title": ("거절 사유", "Why declined"),
    "declines_none": ("오늘 거절된 요청이 없습니다.", "Nothing has been declined today."),
    "districts_title": ("구·군별 오늘 결제액", "Paid today by district"),
    "districts_note": (
        "가게가 있는 구·군 기준, 취소한 금액은 뺐습니다.",
        "By the shop's district, without what was cancelled.",
    ),
    "lines_title": ("남은 예산", "Budget left"),
    "lines_note": (
        "캐시백 1원마다 어느 예산에서 나갔는지 적힙니다. 예산을 넘겨 쓸 수 없습니다.",
        "Every won of cashback names the budget line that paid it. No line can be overspent.",
    ),
    "lines_none": ("편성된 예산이 아직 없습니다.", "No budget has been appropriated yet."),
    "lines_without_money": ("금액이 아직 편성되지 않은 과목", "Lines without money so far"),
    "line_left": ("남은 돈", "Left"),
    "line_spent": ("쓴 돈", "Spent"),
    "line_appropriated": ("편성", "Appropriated"),
    "line_burn": ("1시간에 쓰는 돈", "Spent in an hour"),
    "latest_title": ("방금 들어온 결제", "Latest payments"),
    "latest_note": (
        "1원까지 어디서 나와 왜 생겼는지 보여 줍니다.",
        "Where every won came from, and why.",
    ),
    "latest_none": (
        "아직 결제가 없습니다. 첫 결제를 기다리고 있습니다.",
        "No payment yet. Waiting for the first one.",
    ),
    "pause": ("멈추기", "Pause"),
    "resume": ("이어 보기", "Resume"),
    "paused": ("화면을 멈추었습니다.", "The page is paused."),
    "resumed": ("다시 이어집니다.", "The page goes on."),
    "without_script": (
        "이 화면은 저절로 바뀌지 않습니다. 새 숫자를 보려면 새로 고치세요.",
        "This page does not update by itself. Reload it for new numbers.",
    ),
    "reload": ("새로 고침", "Reload"),
    "lost": (
        "연결이 끊겼습니다. 마지막으로 받은 숫자입니다. 저절로 다시 연결합니다.",
        "The connection is lost. These are the last numbers. It reconnects by itself.",
    ),
    "engine_away": (
        "결제 엔진이 대답하지 않습니다. 새 결제는 멈추었고, 장부는 그대로 안전합니다.",
        "The payment engine does not answer. New payments wait; the books are safe.",
    ),
    "away_title": ("지금은 숫자를 보여 줄 수 없습니다", "The numbers cannot be shown right now"),
    "away_body": (
        "데이터베이스에 닿지 않습니다. 장부에 적힌 돈은 그대로입니다. 몇 초마다 다시 시도합니다.",
        "The database cannot be reached. The money in the books is untouched. "
        "The page tries again every few seconds.",
    ),
    # The calculator and the receipt
    "calculator_title": ("얼마를 받을까요?", "What would I get?"),
    "calculator_lead": (
        "이 가게에서 이 금액을 지금 내면 받는 할인과 캐시백을 1원까지 알려 드립니다.",
        "The discount and cashback of a payment at this shop now, to the won.",
    ),
    "calculator_shop": ("가게", "Shop"),
    "calculator_shop_hint": (
        "가게 이름 또는 가맹점 코드 15자리",
        "Its name, or the 15 characters of its code",
    ),
    "calculator_shop_fault": ("가게 이름을 적어 주세요.", "Write the name of the shop."),
    "calculator_amount": ("금액", "Amount"),
    "calculator_amount_hint": ("원 단위로, 예: 30,000 또는 3만", "In won, such as 30,000"),
    "calculator_amount_fault": (
        "1원부터 10억 원까지의 금액을 숫자로 적어 주세요.",
        "Write an amount from 1 won to 1 billion, in digits.",
    ),
    "calculator_channel": ("결제 방법", "How you pay"),
    "calculator_go": ("계산하기", "Work it out"),
    "calculator_choose": ("같은 이름의 가게를 골라 주세요.", "Choose the shop you mean."),
    "calculator_many": (
        "가게가 많습니다. 고르거나, 이름을 더 적어 주세요.",
        "There are many. Choose one, or write more of the name.",
    ),
    "calculator_no_shop": (
        "그런 이름의 가맹점을 찾지 못했습니다. 이름을 확인하거나 짧게 적어 보세요.",
        "No shop of that name is registered. Check it, or write less of it.",
    ),
    "calculator_too_often": (
        "너무 자주 물으셨습니다. 1분 뒤에 다시 해 주세요.",
        "That was asked too often. Try again in a minute.",
    ),
    "calculator_busy": (
        "지금 가게를 찾는 사람이 많습니다. 잠시 뒤 다시 하거나, 가맹점 코드를 적어 주세요.",
        "Many are looking for shops right now. Try again in a moment, or write the shop's code.",
    ),
    "calculator_away": (
        "지금은 계산할 수 없습니다. 돈은 움직이지 않았습니다. 잠시 뒤 다시 해 주세요.",
        "It cannot be worked out right now. No money has moved. Try again in a moment.",
    ),
    "calculator_note": (
        "이번 달에 아직 쓰지 않은 사람을 기준으로, 충전금으로 낼 때의 금액입니다. "
        "이 계산은 기록되지 않습니다.",
        "For somebody who has paid nothing yet this month and pays with charged money. "
        "Nothing of this is recorded.",
    ),
    "foot_calculator": ("얼마를 받을까요? 계산하기", "What would I get?"),
    "receipt_given": ("받는 것", "What is given, and how"),
    "receipt_missing": ("받지 못하는 것과 이유", "What is not given, and why"),
    "receipt_nothing": ("받는 할인과 캐시백이 없습니다.", "There is no discount and no cashback."),
    # The API's page
    "api_title": ("제휴사 API", "Partner API"),
    "api_intro": (
        "회원, 지갑, 카드, 충전, QR 결제와 환불을 JSON으로 다룹니다. "
        "금액은 모두 원 단위 정수입니다.",
        "Members, wallets, cards, charges, QR payments and refunds as JSON. "
        "Every amount is a whole number of won.",
    ),
    "api_key": (
        "모든 요청에 Authorization: Bearer <API 키> 헤더를 보냅니다. "
        "키마다 권한과 1분 요청 수가 있습니다.",
        "Each request carries Authorization: Bearer <API key>. A key has scopes and a number of "
        "requests a minute.",
    ),
    "api_once": (
        "효과가 있는 POST에는 Idempotency-Key 헤더를 보냅니다. 같은 값으로 다시 보내면 "
        "한 번만 처리되고 같은 답을 받습니다. 같은 값으로 다른 내용을 보내면 거절됩니다.",
        "A POST with an effect carries Idempotency-Key. The same value again has one effect and "
        "gets the same answer; with another body it is refused.",
    ),
    "api_language": (
        "오류는 problem+json(RFC 9457)으로, Accept-Language의 언어(ko, en)로 답합니다.",
        "Errors are problem+json (RFC 9457) in the language of Accept-Language (ko, en).",
    ),
    "api_schema": ("OpenAPI 3.1 문서", "The OpenAPI 3.1 document"),
    "api_scopes": ("권한", "Scopes"),
    "api_operations": ("할 수 있는 일", "Operations"),
    "api_parameters": ("주소와 헤더", "Address and headers"),
    "api_body": ("보내는 값", "What is sent"),
    "api_answer": ("받는 값", "What is answered"),
    "api_problems": ("오류", "Problems"),
    "api_remedy": ("할 일", "What to do"),
    # Error pages
    "missing_title": ("찾는 쪽이 없습니다", "There is no such page"),
    "missing_body": ("주소를 다시 확인해 주세요.", "Please check the address."),
    "fault_title": ("문제가 생겼습니다", "Something went wrong"),
    "fault_body": (
        "우리 쪽 문제입니다. 돈은 움직이지 않았습니다. 잠시 뒤 다시 열어 주세요.",
        "The fault is ours. No money has moved. Please try again in a moment.",
    ),
}

CHANNELS: dict[int, tuple[str, str]] = {
    0: ("", ""),
    1: ("카드", "Card"),
    2: ("QR", "QR"),
    3: ("온라인", "Online"),
    4: ("택시", "Taxi"),
    5: ("배달", "Delivery"),
    6: ("전통시장", "Market"),
    7: ("e몰", "Mall"),
}
PAYERS: dict[str, tuple[str, str]] = {
    "state": ("국비", "State money"),
    "city": ("시비", "City money"),
    "district": ("구·군비", "District money"),
}
WEEKDAYS_KO = "월화수목금토일"
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def words_in(language: Language) -> Mapping[str, str]:
    """All words in one language."""
    return {name: language.choose(*both) for name, both in WORDS.items()}
