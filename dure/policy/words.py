"""What the words of rule documents are called by citizens, in Korean and in English.

A word that is not here is shown as the document has it, so a new kind needs no line; it reads
better with one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Names = tuple[str, str]

TRADES: Final[Mapping[str, Names]] = {
    "ordinary": ("일반 가맹점", "ordinary shops"),
    "department_store": ("백화점", "department stores"),
    "hypermarket": ("대형마트", "hypermarkets"),
    "chain_supermarket": ("기업형 슈퍼마켓", "chain supermarkets"),
    "franchise_run": ("프랜차이즈 직영점", "shops run by a franchise itself"),
    "adult_entertainment": ("유흥업소", "adult entertainment"),
    "gambling": ("사행업소", "gambling"),
    "car_dealer": ("자동차 판매점", "car dealers"),
    "large_electronics": ("대형 전자제품점", "large electronics stores"),
    "gold": ("귀금속점", "gold shops"),
    "local_maker": ("지역 생산품 가맹점", "shops of local makers"),
}
CHANNELS: Final[Mapping[str, Names]] = {
    "card": ("카드", "card"),
    "qr": ("QR", "QR"),
    "online": ("온라인", "online"),
    "taxi": ("택시", "taxi"),
    "delivery": ("배달", "delivery"),
    "market": ("전통시장 장보기", "market orders"),
    "mall": ("쇼핑몰", "mall"),
}
MARKS: Final[Mapping[str, Names]] = {
    "traditional_market": ("전통시장", "traditional markets"),
    "weak_street": ("골목상권", "weak shopping streets"),
    "island": ("도서 지역", "islands"),
}
BANDS: Final[Mapping[str, Names]] = {
    "up_to_300m": ("연매출 3억원 이하", "yearly sales up to 300 million won"),
    "up_to_500m": ("연매출 3억~5억원", "yearly sales of 300 to 500 million won"),
    "up_to_1bn": ("연매출 5억~10억원", "yearly sales of 500 million to 1 billion won"),
    "up_to_3bn": ("연매출 10억~30억원", "yearly sales of 1 to 3 billion won"),
    "above_3bn": ("연매출 30억원 초과", "yearly sales above 3 billion won"),
}
WEEKDAYS: Final[Mapping[str, Names]] = {
    "mon": ("월", "Mon"),
    "tue": ("화", "Tue"),
    "wed": ("수", "Wed"),
    "thu": ("목", "Thu"),
    "fri": ("금", "Fri"),
    "sat": ("토", "Sat"),
    "sun": ("일", "Sun"),
}
TERMS: Final[Mapping[str, Names]] = {
    "rate_bp": ("요율", "rate"),
    "rates_bp": ("요율", "rates"),
    "month_payments_won_max": ("한 달에 적립되는 결제액", "payments of a month that earn"),
    "band_rates_bp": ("매출 구간별 요율", "rates by sales band"),
    "mark_rates_bp": ("상권별 요율", "rates by area"),
    "channel_rates_bp": ("결제 방법별 요율", "rates by way of paying"),
    "shop_offer": ("가맹점 할인", "the shop's discount"),
    "rate_bp_min": ("최저", "smallest"),
    "rate_bp_max": ("최고", "largest"),
    "offer_bp_min": ("필요한 가맹점 할인", "discount of the shop that is needed"),
    "coupon": ("쿠폰", "coupon"),
    "amount_won": ("금액", "amount"),
    "max_won": ("최대 할인", "most that is taken off"),
    "min_won": ("최소 결제액", "smallest payment"),
    "stock": ("수량", "stock"),
    "per_person": ("1인당 수량", "for each person"),
    "valid": ("유효기간", "validity"),
    "days": ("기간", "days"),
    "until": ("끝", "until"),
    "from": ("시작", "from"),
    "steps": ("단계", "step"),
    "ladder": ("단계", "step"),
    "brackets": ("구간", "bracket"),
    "from_won": ("시작 금액", "from"),
    "below_won": ("끝 금액", "below"),
    "prizes": ("당첨", "prize"),
    "won": ("금액", "amount"),
    "count": ("당첨자 수", "winners"),
    "draw_at": ("추첨일", "day of the draw"),
    "gift_won": ("받는 금액", "gift"),
    "friend_gift_won": ("추천받은 회원이 받는 금액", "gift for the friend"),
    "friend_payments_won_min": ("추천받은 회원의 최소 결제액", "payments of the friend at least"),
    "after_days": ("받기까지", "given after"),
    "stamps": ("모을 도장", "stamps to collect"),
    "distinct": ("도장을 세는 단위", "stamps count by"),
    "times_max": ("받을 수 있는 횟수", "times at most"),
    "programme": ("사업 번호", "programme"),
    "expires_on": ("사용 기한", "spend before"),
    "valid_days": ("사용 기간", "days to spend it"),
    "line": ("기준이 되는 예산", "budget line that is watched"),
    "left_from_won": ("남은 예산", "money left from"),
}
"""Keys of the kinds' own terms."""

VALUES: Final[Mapping[str, Names]] = {
    **TRADES,
    **CHANNELS,
    **MARKS,
    **BANDS,
    "open": ("정하지 않음", "open"),
    "shop": ("가맹점", "the shop"),
    "sector": ("업종", "the sector"),
    "city": ("시 전체", "the whole city"),
}
"""Words that stand as values, or as keys of a table, within the kinds' own terms."""

ELIGIBILITY: Final[Mapping[str, Names]] = {
    "shop_districts": ("가맹점 소재지", "districts of shops"),
    "member_districts": ("회원 거주지", "districts where members live"),
    "member_level_min": ("필요한 인증 등급", "verified level that is needed"),
    "birth_year_min": ("가장 이른 출생연도", "earliest year of birth"),
    "birth_year_max": ("가장 늦은 출생연도", "latest year of birth"),
    "sectors": ("업종(KSIC)", "sectors (KSIC)"),
    "mccs": ("업종(MCC)", "categories (MCC)"),
    "trades": ("가맹점 유형", "trades"),
    "sales_band_max": ("연매출 상한", "largest yearly sales"),
    "sales_bands": ("연매출 구간", "sales bands"),
    "benefit_plus": ("혜택+ 가맹점만", "benefit-plus shops only"),
    "area_marks": ("상권", "areas"),
    "channels": ("결제 방법", "ways of paying"),
    "weekdays": ("요일", "days of the week"),
    "hours": ("시간", "hours"),
    "payment_won_min": ("최소 결제액", "smallest payment"),
    "joined_within_days": ("가입 후 기간", "days since joining"),
}


def name_of(word: str, names: Mapping[str, Names]) -> Names:
    """A word's names; the word itself where there are none."""
    return names.get(word, (word, word))
