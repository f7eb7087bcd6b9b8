"""The words of the first page and of the notices in both languages."""

from __future__ import annotations

from dure.web.citizen.shell.words import Words

HOME_WORDS: Words = {
    "home": ("내 지갑", "My wallet"),
    "to_spend": ("쓸 수 있는 돈", "To spend"),
    "charged": ("충전금", "Charged money"),
    "cashback": ("캐시백", "Cashback"),
    "cashback_kept": ("캐시백 (모으는 중)", "Cashback (being saved)"),
    "allowance": ("정책수당", "Allowance"),
    "held": ("결제에 잡혀 있는 돈", "Reserved for payments"),
    "claim": ("앞으로의 캐시백에서 채울 돈", "To be settled by coming cashback"),
    "charge": ("충전", "Charge"),
    "pay": ("결제", "Pay"),
    "gift": ("선물", "Gift"),
    "coupons": ("쿠폰", "Coupons"),
    "locked": (
        "지갑이 잠겨 있어 결제할 수 없습니다. 돈은 그대로 있습니다.",
        "Your wallet is locked and cannot pay. The money in it is safe.",
    ),
    "unlock": ("잠금 보기", "See the lock"),
    "no_wallet": (
        "지갑을 여는 중입니다. 잠시 뒤 다시 열어 주세요.",
        "Your wallet is being opened. Please look again in a moment.",
    ),
    "rate": ("지금 내 캐시백", "My cashback now"),
    "rate_where": ("{district} 가게에서", "at shops in {district}"),
    "rate_none": (
        "지금은 캐시백이 없습니다. 혜택+ 가게의 즉시할인은 그대로 받습니다.",
        "There is no cashback now. Benefit-plus shops still take their discount off.",
    ),
    "rate_left": ("이번 달 {won} 더 쓸 때까지,", "For the next {won} this month,"),
    "rate_then": ("그다음은 {rate}", "then {rate}"),
    "rate_then_none": ("그다음은 없음", "then nothing"),
    "rate_open": ("이번 달 금액 제한 없이", "Without an end this month"),
    "rate_elsewhere": ("다른 구·군 가게", "Shops in other districts"),
    "rate_plus": ("혜택+ 가게", "Benefit-plus shops"),
    "rate_plus_how": ("바로 깎아 주고, 캐시백 {rate}", "a discount at once, and {rate} cashback"),
    "month_so_far": ("이번 달 결제", "Paid this month"),
    "month_of": ("한도 {won}", "of {won}"),
    "find_shops": ("혜택 큰 가게 찾기", "Find shops that give more"),
    "city": ("도시의 남은 예산", "What the city has left"),
    "city_none": ("편성된 예산이 아직 없습니다.", "No budget has been given yet."),
    "city_next": ("다음 변경", "Next change"),
    "city_notices": ("공지 보기", "Read the notices"),
    "city_live": ("실시간 현황", "The city live"),
    "last": ("최근 내역", "Last movements"),
    "last_all": ("모두 보기", "See all"),
    "last_none": (
        "아직 내역이 없습니다. 충전하면 여기에 보입니다.",
        "Nothing yet. What you charge and pay is shown here.",
    ),
    "refused": ("거절됨", "Declined"),
    "shelf": ("오늘의 혜택+ 가게", "Benefit-plus shops of today"),
    "shelf_rule": ("돌아가며 보이는 규칙", "How shops take turns"),
    "shelf_off": ("{rate} 할인", "{rate} off"),
    "notices": ("알림", "Notices"),
    "notices_unread": ("읽지 않은 알림 {count}개", "{count} unread notices"),
    "notices_one": ("읽지 않은 알림 1개", "1 unread notice"),
    "notices_more": ("읽지 않은 알림 99개 이상", "More than 99 unread notices"),
    "doors": ("바로 가기", "Doors"),
    "home_guide": ("화면 안내", "This page"),
}
NOTICE_WORDS: Words = {
    "notices": ("알림", "Notices"),
    "none": ("아직 알림이 없습니다.", "There are no notices yet."),
    "none_more": (
        "돈이 들어오거나, 곧 끝나거나, 카드가 바뀌면 여기에 알려 드립니다.",
        "When money comes, is about to end, or a card changes, you are told here.",
    ),
    "new": ("새 알림", "New"),
    "look": ("보기", "Look"),
    "older": ("이전 알림 더 보기", "Older notices"),
    "newest": ("최근 알림으로", "Back to the newest"),
    "city": ("도시의 공지", "The city's notices"),
    "city_more": (
        "요율과 한도가 바뀌기 전에 누구나 볼 수 있게 올립니다.",
        "Rates and limits are announced here before they change.",
    ),
    "by_sms": ("문자로도 받기", "By text message too"),
    "by_sms_on": (
        "모든 알림을 문자로도 보냅니다.",
        "Every notice is sent as a text message too.",
    ),
    "by_sms_off": (
        "지갑 잠금이나 비밀번호 변경처럼 나를 지키는 알림만 문자로 보냅니다.",
        "Only what protects you, as a lock or a changed PIN, is sent as a text message.",
    ),
    "turn_on": ("켜기", "Turn on"),
    "turn_off": ("끄기", "Turn off"),
    "turned_on": ("이제 알림을 문자로도 보냅니다.", "You get notices by text message too now."),
    "turned_off": (
        "이제 나를 지키는 알림만 문자로 보냅니다.",
        "You get only what protects you by text message now.",
    ),
}
