"""Words of the gallery: names of parts and states, and made-up texts that try them."""

from __future__ import annotations

from dure.web.citizen.shell.words import Words

GALLERY_WORDS: Words = {
    "gallery": ("화면 모음", "Gallery of pages"),
    "gallery_lead": (
        "앱의 부품과 화면을 모든 상태로 보여 줍니다. 적힌 값은 모두 지어낸 것입니다.",
        "Every part and page of the app in every state. All values are made up.",
    ),
    "parts": ("부품", "Parts"),
    "pages": ("화면의 상태", "States of pages"),
    "amounts": ("금액", "Amounts"),
    "sheets": ("종이", "Sheets"),
    "rows": ("줄", "Rows"),
    "fields": ("입력 칸", "Fields"),
    "acts": ("단추", "Buttons"),
    "strips": ("알림", "Messages"),
    "chips": ("꼬리표", "Chips"),
    "icons": ("그림", "Icons"),
    "empty": ("비어 있음", "Empty"),
    "charged": ("충전금", "Charged money"),
    "cashback": ("캐시백", "Cashback"),
    "long_shop": (
        "인천광역시 미추홀구 용현동 물텀벙이거리 할머니손맛 원조해물칼국수 용현본점 별관",
        "The Grandmother's Original Seafood Knife-Cut Noodle House of Yonghyeon, Annex",
    ),
    "long_word": (
        "아주아주아주아주아주아주아주아주아주아주아주긴가게이름한낱말",
        "AnUncommonlyLongShopNameThatNobodyEverThoughtOfBreakingIntoWords",
    ),
    "shop": ("시험빵집", "Trial Bakery"),
    "field": ("얼마를 낼까요?", "How much?"),
    "field_hint": ("원 단위로, 예: 30,000", "In won, such as 30,000"),
    "field_wrong": (
        "1원부터 50만 원까지 적어 주세요.",
        "Write an amount from 1 won to 500,000.",
    ),
    "choice": ("어디서", "Where"),
    "choice_one": ("중구", "Jung-gu"),
    "choice_two": ("서구", "Seo-gu"),
    "tick": ("캐시백을 먼저 씁니다", "Spend cashback first"),
    "letter": ("하고 싶은 말", "What you want to say"),
    "act": ("결제하기", "Pay"),
    "act_quiet": ("나중에", "Later"),
    "act_alarm": ("카드 막기", "Block the card"),
    "act_off": ("지금은 안 됨", "Not now"),
    "done": ("충전되었습니다.", "The money is charged."),
    "careful": ("이번 달 한도에 가까워졌습니다.", "You are near this month's cap."),
    "failed": (
        "은행이 대답하지 않습니다. 돈은 움직이지 않았습니다. 잠시 뒤 다시 해 주세요.",
        "The bank does not answer. No money has moved. Please try again in a moment.",
    ),
    "chip_plus": ("혜택+ 5%", "Benefit-plus 5%"),
    "chip_plain": ("전통시장", "Market"),
    "nothing": ("아직 결제가 없습니다.", "No payments yet."),
    "price": ("가격", "Price"),
    "discount": ("가게 즉시할인", "Shop's discount"),
    "why_title": ("시 캐시백", "City cashback"),
    "why_how": (
        "39,140원에서 캐시백으로 낸 돈을 뺀 금액의 6%입니다.",
        "6% of 39,140 won, without what is paid with cashback.",
    ),
    "why_not_title": ("서구 캐시백", "Seo-gu's top-up"),
    "coupon": ("가을 나들이 쿠폰", "Autumn outing"),
    "coupon_off": ("할인", "off"),
    "refused": ("준비한 쿠폰이 모두 나갔습니다.", "All the coupons are gone."),
    "refused_remedy": ("다른 쿠폰을 살펴보세요.", "Look at the other coupons."),
}
