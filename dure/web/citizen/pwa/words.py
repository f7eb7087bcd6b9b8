"""Words of the installed app: its manifest, the page without a network, and how to install it."""

from __future__ import annotations

from dure.web.citizen.shell.words import Words

PWA_WORDS: Words = {
    "name": ("두레 인천 지역화폐", "Dure, Incheon's local currency"),
    "short_name": ("두레", "Dure"),
    "description": (
        "내기 전에 얼마를 받는지 알려 주는 인천 지역화폐 지갑",
        "The wallet of Incheon's local currency: know what you get before you pay",
    ),
    "shortcut_code": ("내 결제 코드", "My payment code"),
    "shortcut_scan": ("가게 QR 찍기", "Scan a shop's code"),
    "shortcut_charge": ("충전하기", "Charge"),
    "offline_title": ("인터넷에 연결되어 있지 않습니다", "You are not connected"),
    "offline_body": (
        "지금은 새 잔액을 알 수 없습니다. 연결되면 다시 열어 주세요. 카드는 그대로 쓸 수 있습니다.",
        "The balance of now is not known. Open this again when you are connected. "
        "Your card works as ever.",
    ),
    "offline_balance": ("마지막으로 본 잔액", "The balance seen last"),
    "offline_none": (
        "이 전화에서 본 잔액이 없습니다.",
        "No balance was seen on this phone.",
    ),
    "offline_dated": (
        "{at}에 본 금액입니다. 그 뒤의 결제와 충전은 들어 있지 않습니다.",
        "Seen on {at}. Payments and charges after that are not in it.",
    ),
    "offline_code": (
        "결제 코드가 열려 있었다면 그 화면에서 1분 동안 그대로 낼 수 있습니다.",
        "A payment code that was open stays good for a minute on its own screen.",
    ),
    "offline_again": ("다시 열기", "Try again"),
    "install_title": ("홈 화면에 두기", "Put it on your home screen"),
    "install_lead": (
        "홈 화면에 두면 한 번에 열리고, 인터넷이 끊겨도 마지막 잔액을 볼 수 있습니다.",
        "From the home screen it opens at one tap, and shows the last balance without a network.",
    ),
    "install_button": ("지금 설치하기", "Install now"),
    "install_done": (
        "이 전화에 설치되어 있습니다.",
        "It is installed on this phone.",
    ),
    "install_android": ("안드로이드", "Android"),
    "install_android_how": (
        "브라우저 메뉴(⋮)를 열고 ‘홈 화면에 추가’나 ‘앱 설치’를 누릅니다.",
        "Open the browser's menu (⋮) and tap “Add to home screen” or “Install app”.",
    ),
    "install_apple": ("아이폰·아이패드", "iPhone and iPad"),
    "install_apple_how": (
        "사파리의 공유 단추(□↑)를 누르고 ‘홈 화면에 추가’를 고릅니다.",
        "Tap Safari's share button (□↑) and choose “Add to Home Screen”.",
    ),
    "install_desk": ("컴퓨터", "Computer"),
    "install_desk_how": (
        "주소창 오른쪽의 설치 단추를 누릅니다.",
        "Click the install button at the right of the address bar.",
    ),
    "install_remove": (
        "지우고 싶으면 다른 앱처럼 홈 화면에서 지웁니다. 잔액과 기록은 그대로입니다.",
        "Remove it from the home screen like any other app. Balance and history stay.",
    ),
}
