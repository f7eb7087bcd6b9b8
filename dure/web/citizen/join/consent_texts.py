"""The texts that members agree to, each with its version; a new text gets a new version."""

from __future__ import annotations

from typing import Final, NamedTuple

from dure.people.members import CONSENTS_REQUIRED
from dure.web.shared.language import Language


class ConsentText(NamedTuple):
    """A text for one purpose, in both languages; `version` is kept with each consent."""

    purpose: str
    version: str
    title: tuple[str, str]
    text: tuple[str, str]

    @property
    def is_required(self) -> bool:
        """Whether nobody becomes a member without it."""
        return self.purpose in CONSENTS_REQUIRED


class ConsentShown(NamedTuple):
    """A text as a reader sees it."""

    purpose: str
    version: str
    title: str
    text: str
    is_required: bool


CONSENT_TEXTS: Final = (
    ConsentText(
        "terms",
        "2019-10",
        ("이용약관", "Terms of use"),
        (
            "두레는 인천의 지역화폐입니다. 충전한 돈은 인천의 가맹점에서 쓰고, 조례가 정한 비율을 "
            "쓰면 남은 돈을 돌려받을 수 있습니다. 충전한 돈은 충전한 날부터 5년 "
            "동안 쓸 수 있습니다. 캐시백은 예산 안에서 드리며, 결제하기 전에 얼마인지 보여 "
            "드립니다. "
            "지갑과 카드는 다른 사람에게 빌려주거나 팔 수 없습니다.",
            "Dure is the local currency of Incheon. Charged money is spent at shops of the city; "
            "once "
            "the share set by ordinance is spent, the rest can be paid back. Charged money can be "
            "used for five years. Cashback is paid within the budget, and you see how much before "
            "you pay. A wallet or a card may not be lent or sold.",
        ),
    ),
    ConsentText(
        "privacy",
        "2019-10",
        ("개인정보 수집·이용", "Use of personal data"),
        (
            "모으는 것: 이름, 휴대전화 번호, 생년월일, 사는 구·군, 결제 내역. 쓰는 곳: 회원 확인, "
            "결제와 캐시백, 부정 사용 방지, 문의 답변. 보관: 탈퇴할 때까지, 결제 내역은 "
            "전자금융거래법에 따라 5년. 이름과 번호는 암호로 잠가 둡니다. 동의하지 않을 수 있으나 "
            "그러면 회원이 될 수 없습니다.",
            "We keep: name, mobile number, date of birth, district, payments. For: knowing "
            "members, "
            "payments and cashback, preventing misuse, answering you. For how long: until you "
            "leave; "
            "payments for five years as the Electronic Financial Transactions Act demands. Name "
            "and "
            "number are sealed. You may refuse, but then you cannot become a member.",
        ),
    ),
    ConsentText(
        "statistics",
        "2019-10",
        ("가명 통계에 쓰기", "Use in statistics without names"),
        (
            "나이대와 구·군별 이용 통계를 낼 때 이름을 뺀 결제 내역을 씁니다. 동의하지 않아도 모든 "
            "기능을 쓸 수 있고, 언제든 거둘 수 있습니다.",
            "Payments without names count in statistics by age and district. You can use "
            "everything "
            "without it, and withdraw it at any time.",
        ),
    ),
    ConsentText(
        "marketing",
        "2019-10",
        ("행사와 혜택 소식 받기", "News of offers and events"),
        (
            "새 쿠폰과 행사 소식을 문자와 앱 알림으로 보내 드립니다. 밤 9시부터 아침 8시까지는 "
            "보내지 "
            "않습니다. 동의하지 않아도 모든 기능을 쓸 수 있고, 언제든 거둘 수 있습니다.",
            "We send news of coupons and events by text message and in the app, never between 9 pm "
            "and 8 am. You can use everything without it, and withdraw it at any time.",
        ),
    ),
)


def consents_shown(language: Language) -> list[ConsentShown]:
    """All texts in one language, the required ones first."""
    return [
        ConsentShown(
            each.purpose, each.version, language.choose(*each.title), language.choose(*each.text),
            each.is_required,
        )
        for each in CONSENT_TEXTS
    ]  # fmt: skip


def version_now(purpose: str) -> str | None:
    """The version of the text that is shown for a purpose; None where there is no such."""
    return next((each.version for each in CONSENT_TEXTS if each.purpose == purpose), None)
