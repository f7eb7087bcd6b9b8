"""The words of the shops' pages in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dure.merchants.sectors import ShopGroup
from dure.web.citizen.shell.words import Words

GROUPS: Final[Mapping[ShopGroup, tuple[str, str]]] = {
    ShopGroup.MEALS: ("음식점", "Restaurants"),
    ShopGroup.CAFE: ("카페·주점", "Cafés and bars"),
    ShopGroup.FOOD: ("마트·식료품", "Groceries"),
    ShopGroup.CLOTHES: ("의류·신발", "Clothes and shoes"),
    ShopGroup.HOME: ("가구·생활", "Home and furniture"),
    ShopGroup.BOOKS: ("서점·문구", "Books and stationery"),
    ShopGroup.HEALTH: ("병원·약국", "Clinics and pharmacies"),
    ShopGroup.BEAUTY: ("미용·세탁", "Hair, beauty, laundry"),
    ShopGroup.LESSONS: ("학원·교육", "Lessons"),
    ShopGroup.LEISURE: ("운동·여가", "Sport and leisure"),
    ShopGroup.CAR: ("주유·자동차", "Petrol and cars"),
    ShopGroup.TRAVEL: ("택시·숙박", "Taxis and lodging"),
    ShopGroup.OTHER: ("그 밖의 가게", "Other shops"),
}
"""What shops sell, in the order in which one chooses."""

WEEKDAYS: Final = (
    ("월", "Mon"), ("화", "Tue"), ("수", "Wed"), ("목", "Thu"), ("금", "Fri"), ("토", "Sat"),
    ("일", "Sun"),
)  # fmt: skip

MARKS: Final = ((1, ("전통시장", "Traditional market")), (2, ("골목상권", "Weak shopping street")),
                (4, ("도서 지역", "Island")))  # fmt: skip

LIST_WORDS: Final[Words] = {
    "shops": ("가게 찾기", "Find a shop"),
    "views": ("보는 방법", "How to look"),
    "as_list": ("목록", "List"),
    "as_map": ("지도", "Map"),
    "name": ("가게 이름", "Name of the shop"),
    "look": ("찾기", "Search"),
    "narrow": ("조건", "Filters"),
    "group": ("무엇을 파나요", "What they sell"),
    "group_any": ("모든 업종", "Everything"),
    "from": ("어디에서", "Near"),
    "from_here": ("내 위치", "Where I am"),
    "discount": ("즉시할인", "Shop's discount"),
    "discount_any": ("상관없음", "Any"),
    "discount_from": ("{percent} 이상", "{percent} and more"),
    "order": ("순서", "Order"),
    "order_near": ("가까운 순", "Nearest first"),
    "order_rate": ("혜택이 큰 순", "Highest rate for me"),
    "liked_only": ("즐겨찾기만", "Favorites only"),
    "liked": ("즐겨찾기", "Favorite"),
    "apply": ("이 조건으로 보기", "Show these"),
    "here": ("내 위치에서 찾기", "Search near me"),
    "here_hint": (
        "누를 때만 위치를 묻고, 100미터쯤으로 흐리게 해서 찾는 데만 씁니다. 저장하지 않습니다.",
        "Your place is asked for only when you tap, blurred to some 100 meters, and not kept.",
    ),
    "here_no": (
        "위치를 알 수 없습니다. 위에서 구·군을 골라 주세요.",
        "Your place is not known. Please choose a district above.",
    ),
    "found": ("{count}곳", "{count} shops"),
    "found_one": ("1곳", "1 shop"),
    "none": ("찾는 가게가 없습니다.", "No shop was found."),
    "none_remedy": (
        "이름을 짧게 줄이거나 조건을 덜어 보세요. 가맹점으로 등록된 가게만 나옵니다.",
        "Try a shorter name or fewer conditions. Only registered shops are listed.",
    ),
    "none_liked": ("아직 즐겨찾기한 가게가 없습니다.", "You have no favorite shops yet."),
    "none_liked_remedy": (
        "가게 화면에서 ‘즐겨찾기’를 누르면 여기에 모입니다.",
        "Tap “Add to favorites” on a shop's page and it is listed here.",
    ),
    "all": ("조건 없이 모두 보기", "Show all shops"),
    "more": ("다음 {count}곳", "Next {count}"),
    "before": ("이전", "Back"),
    "pages": ("쪽", "Pages"),
    "rate_note": (
        "캐시백은 지금 내가 다음 10,000원을 충전금으로 낼 때의 요율입니다.",
        "Cashback is what my next 10,000 won of charged money earn right now.",
    ),
    "rate_away": (
        "지금은 요율을 계산할 수 없습니다. 가게와 할인은 그대로 보실 수 있습니다.",
        "Rates cannot be worked out right now. Shops and discounts are shown all the same.",
    ),
    "off": ("할인 {percent}", "{percent} off"),
    "off_on_terms": ("조건부 할인 {percent}", "{percent} off on terms"),
    "comes_back": ("캐시백 {percent}", "{percent} cashback"),
    "no_place": ("위치 모름", "place not known"),
    "shelf_rule": ("혜택+ 가게를 고르게 보여 주는 규칙", "How benefit-plus shops take turns"),
}

MAP_WORDS: Final[Words] = {
    "map": ("가게 지도", "Map of shops"),
    "map_hint": (
        "방향키로 움직이고 + − 키로 확대·축소합니다. 아래 목록이 지도 가운데를 따라옵니다.",
        "Arrow keys move, + and − zoom. The list below follows the middle of the map.",
    ),
    "map_plain": (
        "구·군을 누르면 그곳의 가게 목록이 열립니다.",
        "Tap a district for the list of its shops.",
    ),
    "zoom_in": ("확대", "Zoom in"),
    "zoom_out": ("축소", "Zoom out"),
    "whole": ("인천 전체", "All of Incheon"),
    "to_me": ("내 위치로", "To my place"),
    "plus_only": ("혜택+ 가게만", "Benefit-plus only"),
    "near_middle": ("지도 가운데에서 가까운 가게", "Nearest to the middle of the map"),
    "chosen": ("고른 가게", "The shop you chose"),
    "map_away": (
        "지도를 불러오지 못했습니다. 목록으로 보시거나 잠시 뒤 다시 열어 주세요.",
        "The map could not be loaded. Use the list, or open it again in a moment.",
    ),
    "map_source": ("경계: 국토지리정보원", "Outlines: NGII, Republic of Korea"),
    "shops_of": ("{district} 가게 {count}곳", "{district}: {count} shops"),
    "legend_shop": ("가게", "Shop"),
    "legend_plus": ("혜택+ 가게", "Benefit-plus shop"),
}

SHOP_WORDS: Final[Words] = {
    "back_to_list": ("가게 목록", "All shops"),
    "find": ("가게 찾기", "Find a shop"),
    "rate_off": ("할인", "off"),
    "rate_back": ("캐시백", "cashback"),
    "rate_now": ("지금 나의 혜택", "My benefit now"),
    "rate_anybody": ("지금 이 가게의 혜택", "What this shop gives now"),
    "rate_next": ("다음 10,000원 기준입니다.", "For the next 10,000 won."),
    "rate_none": ("지금은 할인과 캐시백이 없습니다.", "No discount and no cashback right now."),
    "rate_budget": (
        "이번 달 한도, 시와 구의 남은 예산까지 헤아린 값입니다.",
        "Your month's cap and what is left of the city's money are counted in.",
    ),
    "plus_shop": ("혜택+ 할인", "Benefit-plus discount"),
    "offer": ("가게가 깎아 주는 조건", "When the shop takes it off"),
    "offer_always": ("언제나", "Always"),
    "offer_days": ("{days}요일", "On {days}"),
    "offer_hours": ("{start}~{end}", "{start} to {end}"),
    "offer_from": ("{won}부터", "From {won}"),
    "offer_ceiling": (
        "가게가 한 달에 깎아 주는 돈은 모두 {won}까지",
        "Up to {won} of discount a month, all customers together",
    ),
    "ask": ("얼마를 쓰나요? (원)", "How much will you spend, in won?"),
    "ask_hint": ("예: 12,000 또는 1만 2천", "Such as 12,000"),
    "ask_go": ("받을 혜택 보기", "See what I get"),
    "ask_fault": (
        "금액을 숫자로 적어 주세요. 예: 12,000",
        "Write the amount in figures, such as 12,000.",
    ),
    "answer": ("이렇게 됩니다", "This is what happens"),
    "answer_why": ("왜 이만큼인가요", "Why so much"),
    "answer_missing": ("받지 못하는 혜택과 이유", "What is not given, and why"),
    "answer_short": (
        "지금 지갑에는 {won}이 모자랍니다. 충전했다고 치고 계산했습니다.",
        "Your wallet lacks {won}. This is as if you had charged it.",
    ),
    "answer_charge": ("충전하러 가기", "Charge the wallet"),
    "answer_away": (
        "지금은 계산할 수 없습니다. 돈은 움직이지 않았습니다. 잠시 뒤 다시 해 주세요.",
        "It cannot be worked out right now. No money has moved. Please try again in a moment.",
    ),
    "pay_here": ("이 가게에서 결제하기", "Pay at this shop"),
    "like": ("즐겨찾기에 넣기", "Add to favorites"),
    "unlike": ("즐겨찾기에서 빼기", "Remove from favorites"),
    "liked_done": ("즐겨찾기에 넣었습니다.", "Added to your favorites."),
    "unliked_done": ("즐겨찾기에서 뺐습니다.", "Removed from your favorites."),
    "liked_full": (
        "즐겨찾기는 {count}곳까지입니다. 안 가는 가게를 빼고 다시 넣어 주세요.",
        "You can have {count} favorites. Remove one that you no longer visit, then add this one.",
    ),
    "on_map": ("지도에서 보기", "See it on the map"),
    "door": ("가게 앞 QR 화면", "The page at its door"),
    "about": ("가게 정보", "About the shop"),
    "what": ("업종", "Sells"),
    "where": ("주소", "Address"),
    "marks": ("상권", "Area"),
    "market_tax": (
        "전통시장 결제는 소득공제율이 높습니다.",
        "Payments in a traditional market count more for the income deduction.",
    ),
    "closed": ("지금은 결제할 수 없는 가게입니다.", "This shop cannot take payments now."),
    "missing": ("그런 가게가 없습니다.", "There is no such shop."),
    "missing_remedy": (
        "가게에 붙은 QR을 다시 찍거나 이름으로 찾아 주세요.",
        "Scan the shop's QR again, or search for it by name.",
    ),
    "too_often": (
        "너무 자주 열었습니다. 1분 뒤에 다시 열어 주세요.",
        "Opened too often. Please open it again in a minute.",
    ),
}

DOOR_WORDS: Final[Words] = {
    "door_sign_in": ("로그인하고 내 요율 보기", "Sign in and see my own rate"),
    "door_anybody": (
        "누구나 받는 요율입니다. 사는 곳과 이번 달에 쓴 돈에 따라 달라질 수 있습니다.",
        "What anybody gets. Your own rate depends on where you live and on your month so far.",
    ),
    "door_count": ("얼마 받는지 계산하기", "Work out what I would get"),
    "door_qr": ("이 화면을 여는 QR", "A QR code that opens this page"),
    "door_qr_hint": (
        "인쇄해서 가게 앞에 붙여 두시면 손님이 들어오기 전에 혜택을 봅니다.",
        "Print it and put it at the door: customers see the benefit before they come in.",
    ),
    "door_join": ("두레 시작하기", "Start with Dure"),
}

SHELF_WORDS: Final[Words] = {
    "shelf_title": ("혜택+ 가게를 보여 주는 순서", "How benefit-plus shops take turns"),
    "shelf_lead": (
        "홈 화면의 혜택+ 가게는 돈을 받고 싣지 않습니다. 아래 규칙 하나로만 정해집니다.",
        "No shop can buy its place on the home page. One rule alone decides, and this is it.",
    ),
    "shelf_who": ("누가 실리나요", "Who is shown"),
    "shelf_who_text": (
        "연매출 10억 원 이하이고 그날 즉시할인을 하는 가게가 모두 실립니다. "
        "회원이 사는 구·군의 가게를 보여 주고, 그곳에 4곳이 안 되면 인천 전체에서 보여 줍니다.",
        "Every shop with yearly sales up to 1 billion won whose discount holds that day. Members "
        "see shops of their own district, or of all Incheon where the district has fewer than 4.",
    ),
    "shelf_how": ("순서는 어떻게 정하나요", "How the order is made"),
    "shelf_how_text": (
        "가게들을 제비뽑기 순서로 둥글게 세우고, 한 번에 4곳씩 보여 줍니다. 시작하는 자리는 "
        "회원마다, 날마다 4곳씩 옮겨 갑니다. 가게가 100곳이면 100일 동안 모든 회원이 "
        "모든 가게를 똑같이 4번씩 봅니다. 그때마다 자리도 한 칸씩 옮겨서, 늘 맨 앞에 서는 "
        "가게는 없습니다.",
        "The shops stand in a ring, in an order drawn by lot, and 4 are shown at a time. Where it "
        "begins moves on by 4 from member to member and from day to day. With 100 shops, in 100 "
        "days each member sees each shop exactly 4 times. Then each shop moves on by one slot, so "
        "nobody stands first for ever.",
    ),
    "shelf_not": ("무엇은 보지 않나요", "What does not count"),
    "shelf_not_text": (
        "할인율, 업종, 회원이 산 것, 광고비는 순서에 들어가지 않습니다.",
        "Not the discount, not the trade, not what a member has bought, and no money.",
    ),
    "shelf_check": ("지난 4주 동안 보인 횟수", "Views in the last four weeks"),
    "shelf_check_note": (
        "가게마다 센 횟수를 구·군별로 모았습니다. 새로 할인을 시작한 가게는 횟수가 적습니다.",
        "Counted for each shop, shown by district. Shops whose discount is new have fewer.",
    ),
    "shelf_district": ("구·군", "District"),
    "shelf_shops": ("가게", "Shops"),
    "shelf_min": ("가장 적게", "Fewest"),
    "shelf_max": ("가장 많이", "Most"),
    "shelf_none": ("아직 센 것이 없습니다.", "Nothing has been counted yet."),
    "shelf_code": (
        "규칙의 코드는 dure/merchants/shelf.py 입니다.",
        "The rule's code is dure/merchants/shelf.py.",
    ),
}
