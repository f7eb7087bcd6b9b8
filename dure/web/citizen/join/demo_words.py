"""The words of the demo's own pages, in both languages."""

from __future__ import annotations

from dure.web.citizen.shell.words import Words

DEMO_WORDS: Words = {
    "demo_phone_title": ("시연 휴대전화", "The demo phone"),
    "demo_phone_lead": (
        "시연 도시에서는 문자가 실제로 나가지 않습니다. 번호나 전자우편 주소를 적으면 그리로 "
        "보낸 것을 볼 수 있습니다.",
        "In a demo city no message really leaves. Write a number or an e-mail address to see what "
        "was sent to it.",
    ),
    "demo_number": ("번호 또는 전자우편", "Number or e-mail address"),
    "demo_open": ("열기", "Open"),
    "demo_again": ("새로 고침", "Refresh"),
    "demo_wrong": (
        "휴대전화 번호도 전자우편 주소도 아닙니다. 다시 적어 주세요.",
        "That is neither a mobile number nor an e-mail address. Write it again.",
    ),
    "demo_none": ("아직 아무것도 오지 않았습니다.", "Nothing has come yet."),
    "demo_code": ("인증번호", "Code"),
    "demo_citizens": ("시연 시민", "Demo citizens"),
    "demo_citizens_lead": (
        "이 번호로 로그인해 보세요. 결제 비밀번호를 보는 명령:",
        "Sign in with one of these numbers. The command that shows their PINs:",
    ),
    "provider_kakao": ("시연 카카오", "Demo Kakao"),
    "provider_naver": ("시연 네이버", "Demo Naver"),
    "provider_lead": (
        "두레에 로그인할까요?",
        "Sign in to Dure?",
    ),
    "provider_demo": (
        "시연 도시에서는 실제 카카오나 네이버 대신 이 화면이 답합니다. 계정 이름은 아무것이나 "
        "됩니다.",
        "In a demo city this page answers in place of the real one. Any account name will do.",
    ),
    "provider_account": ("계정 이름", "Account name"),
    "provider_agree": ("동의하고 계속", "Agree and go on"),
    "provider_deny": ("취소", "Cancel"),
    "to_sign_in": ("로그인으로", "To the sign-in page"),
}
