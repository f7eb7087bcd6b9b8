"""The words of the console's frame in both languages; every room has words of its own beside it."""

from __future__ import annotations

from collections.abc import Mapping

from dure.web.shared.language import Language

Words = Mapping[str, tuple[str, str]]

SHELL_WORDS: Words = {
    "console": ("두레 행정", "Dure console"),
    "console_city": ("인천광역시", "City of Incheon"),
    "navigation": ("메뉴", "Menu"),
    "signed_in": ("로그인한 사람", "Signed in"),
    "sign_out": ("로그아웃", "Sign out"),
    "own_account": ("내 계정", "My account"),
    "city_clock": ("도시 시각", "City time"),
    "messages": ("알림", "Messages"),
    "as_spreadsheet": ("표로 받기", "Spreadsheet"),
    "tables": ("이 화면의 표 받기", "Tables as a spreadsheet"),
    "as_pdf": ("증빙 PDF 받기", "Evidence as PDF"),
    "forbidden_title": ("이 화면을 볼 권한이 없습니다", "This page is not open to you"),
    "forbidden_act_title": ("이 일을 할 권한이 없습니다", "This is not yours to do"),
    "forbidden_nobody": (
        "아직 맡은 역할이 없습니다. 운영자에게 역할을 요청하세요.",
        "You hold no role yet. Ask an operator to grant you one.",
    ),
    "forbidden_roles": ("할 수 있는 사람", "Who may"),
    "forbidden_home": ("첫 화면으로", "To the first page"),
    "step_busy": (
        "다른 담당자의 절차가 끝나지 않았습니다. 잠시 뒤 다시 하세요.",
        "Another official's step is not finished. Try again in a moment.",
    ),
}


def told(words: Words, language: Language) -> dict[str, str]:
    """The words in one language, by name."""
    return {name: language.choose(*both) for name, both in words.items()}
