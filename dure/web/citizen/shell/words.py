"""The words of the app's frame in both languages; every room has words of its own beside it."""

from __future__ import annotations

from collections.abc import Mapping

from dure.web.shared.language import Language

Words = Mapping[str, tuple[str, str]]

SHELL_WORDS: Words = {
    "app": ("두레", "Dure"),
    "app_city": ("인천 지역화폐", "Incheon's local currency"),
    "skip": ("본문으로 건너뛰기", "Skip to the content"),
    "tabs": ("주요 메뉴", "Main menu"),
    "back": ("뒤로", "Back"),
    "sign_in": ("로그인", "Sign in"),
    "sign_out": ("로그아웃", "Sign out"),
    "title_fault": ("확인해 주세요", "Please check"),
    "said": ("알림", "Messages"),
    "demo_mark": (
        "시연 도시입니다. 사람도 가게도 돈도 실제가 아닙니다.",
        "A demo city: its people, shops and money are made up.",
    ),
    "offline": ("인터넷에 연결되어 있지 않습니다.", "You are not connected."),
    "won": ("원", "won"),
    "install_hint": ("홈 화면에 두면 한 번에 열립니다.", "One tap from your home screen."),
    "install_now": ("설치", "Install"),
    "install_later": ("나중에", "Not now"),
    "wallet_is_locked": (
        "지갑이 잠겨 있어 지금은 할 수 없습니다. 돈은 그대로 있습니다.",
        "Your wallet is locked, so this cannot be done now. The money in it is safe.",
    ),
    "see_lock": ("잠금 보기", "See the lock"),
    "try_again": (
        "지금은 응답이 늦습니다. 돈은 움직이지 않았습니다. 잠시 뒤 다시 해 주세요.",
        "Answers are slow now. No money has moved. Please try again in a moment.",
    ),
    "form_old": (
        "열어 둔 지 오래된 화면입니다. 다시 열어 주세요.",
        "This page was open for too long. Please open it again.",
    ),
}


def told(words: Words, language: Language) -> dict[str, str]:
    """The words in one language."""
    return {name: language.choose(*both) for name, both in words.items()}
