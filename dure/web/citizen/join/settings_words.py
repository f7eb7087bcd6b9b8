"""The words of the settings and of the page with all doors, in both languages."""

from __future__ import annotations

from dure.web.citizen.shell.words import Words

SETTINGS_WORDS: Words = {
    "settings_title": ("설정", "Settings"),
    "reading": ("보기", "How you read"),
    "language": ("언어", "Language"),
    "large": ("큰 글씨", "Large type"),
    "on": ("켜짐", "On"),
    "off": ("꺼짐", "Off"),
    "theme": ("화면 색", "Colors"),
    "theme_phone": ("기기 설정대로", "As on this device"),
    "theme_light": ("밝게", "Light"),
    "theme_dark": ("어둡게", "Dark"),
    "save": ("저장", "Save"),
    "saved": ("저장했습니다.", "Saved."),
    "you": ("내 정보", "About you"),
    "security": ("안전", "Safety"),
    "name": ("이름", "Name"),
    "phone": ("휴대전화", "Mobile phone"),
    "no_phone": ("등록된 번호 없음", "No number registered"),
    "district": ("사는 곳", "Where you live"),
    "elsewhere": ("인천이 아닌 곳", "Outside Incheon"),
    "identity": ("본인 확인과 한도", "Identity and limits"),
    "pin": ("결제 비밀번호", "Payment PIN"),
    "passkeys": ("패스키", "Passkeys"),
    "mail": ("전자우편", "E-mail"),
    "accounts": ("카카오·네이버 연결", "Kakao and Naver"),
    "sessions": ("로그인한 기기", "Devices signed in"),
    "consents": ("동의 내역", "Your consents"),
    "leave": ("탈퇴", "Leave"),
    "change": ("바꾸기", "Change"),
    "set_up": ("등록하기", "Set up"),
    "none": ("없음", "None"),
    "pin_state_none": ("아직 없음", "Not set yet"),
    "pin_state_set": ("정해 둠", "Set"),
    "pin_state_locked": ("잠김", "Locked"),
    "cancel": ("그만두기", "Cancel"),
    # Passkeys
    "passkeys_title": ("패스키", "Passkeys"),
    "passkeys_lead": (
        "지문이나 얼굴, 화면 잠금으로 로그인하고 결제를 확인합니다. 비밀번호처럼 새어 나가지 "
        "않습니다.",
        "Sign in and confirm payments with your fingerprint, your face or the screen lock. A "
        "passkey "
        "cannot leak as a password can.",
    ),
    "passkey_name": ("이 기기의 이름", "Name of this device"),
    "passkey_add": ("이 기기에 패스키 만들기", "Make a passkey on this device"),
    "passkey_added": ("패스키를 등록했습니다.", "The passkey is added."),
    "passkey_removed": ("패스키를 지웠습니다.", "The passkey is removed."),
    "passkey_remove": ("지우기", "Remove"),
    "passkey_since": ("등록", "Added"),
    "passkey_used": ("마지막 사용", "Last used"),
    "passkey_never": ("아직 쓰지 않음", "Not used yet"),
    "passkeys_none": ("등록한 패스키가 없습니다.", "You have no passkeys yet."),
    "passkeys_full": (
        "패스키는 열 개까지 등록할 수 있습니다. 쓰지 않는 것을 지우고 다시 하세요.",
        "You may have ten passkeys. Remove one that you do not use, then try again.",
    ),
    "passkey_not_added": (
        "패스키를 등록하지 못했습니다. 이 화면에서 다시 해 주세요.",
        "The passkey was not added. Please try again on this page.",
    ),
    "passkeys_not_here": (
        "이 브라우저나 주소에서는 패스키를 쓸 수 없습니다. 비밀번호를 쓰세요.",
        "Passkeys do not work in this browser or at this address. Use your PIN.",
    ),
    # Sessions
    "sessions_title": ("로그인한 기기", "Devices signed in"),
    "sessions_lead": (
        "모르는 기기가 있으면 끝내고 비밀번호를 바꾸세요.",
        "If you do not know one, end it and change your PIN.",
    ),
    "session_this": ("지금 이 기기", "This device"),
    "session_seen": ("마지막 사용", "Last seen"),
    "session_began": ("로그인", "Signed in"),
    "session_end": ("로그아웃시키기", "Sign it out"),
    "session_ended": ("그 기기에서 로그아웃했습니다.", "That device is signed out."),
    "sessions_end_others": ("다른 기기 모두 로그아웃", "Sign out all other devices"),
    "sessions_ended": (
        "다른 기기에서 모두 로그아웃했습니다.",
        "All other devices are signed out.",
    ),
    "by_phone": ("휴대전화 인증", "code by phone"),
    "by_mail": ("전자우편 인증", "code by e-mail"),
    "by_passkey": ("패스키", "passkey"),
    "by_elsewhere": ("카카오·네이버", "Kakao or Naver"),
    # Consents
    "consents_title": ("동의 내역", "Your consents"),
    "consents_lead": (
        "선택 동의는 언제든 거두거나 다시 할 수 있습니다. 모든 변경이 기록으로 남습니다.",
        "You can withdraw the optional ones at any time, and give them again. Every change is "
        "kept.",
    ),
    "consent_given": ("동의함", "Given"),
    "consent_not": ("동의하지 않음", "Not given"),
    "consent_give": ("동의하기", "Give it"),
    "consent_withdraw": ("거두기", "Withdraw"),
    "consent_withdrawn": ("동의를 거두었습니다.", "Your consent is withdrawn."),
    "consent_taken": ("동의를 받았습니다.", "Your consent is noted."),
    "consent_needed": (
        "회원인 동안 필요한 동의입니다. 거두려면 탈퇴해야 합니다.",
        "Members need this one. To withdraw it, leave.",
    ),
    "consent_new_text": (
        "글이 바뀌었습니다. 읽고 다시 동의해 주세요.",
        "The text has changed. Please read it and agree again.",
    ),
    "consent_log": ("기록", "Log"),
    "required": ("필수", "required"),
    "optional": ("선택", "optional"),
    "read_text": ("내용 보기", "Read the text"),
    "version": ("판", "Version"),
    # District
    "district_title": ("사는 곳", "Where you live"),
    "district_lead": (
        "이사했으면 바꿔 주세요. 다음 결제부터 새 구·군의 혜택을 드립니다. 거주 확인은 다시 해야 "
        "합니다.",
        "Tell us when you have moved. From the next payment on your new district's benefits hold. "
        "Your residence has to be checked again.",
    ),
    "district_wrong": ("사는 곳을 골라 주세요.", "Choose where you live."),
    "district_often": (
        "한 달에 두 번까지 바꿀 수 있습니다. 다음 달에 다시 하거나 구·군청에 가져오세요.",
        "You may change it twice a month. Try next month, or ask your district office.",
    ),
    "district_same": ("지금과 같은 곳입니다.", "You live there already."),
    "district_changed": ("사는 곳을 바꾸었습니다.", "Your district is changed."),
    "refused": (
        "지금은 할 수 없습니다. 120에 전화해 주세요.",
        "This cannot be done now. Please call 120.",
    ),
    "engine_gone": (
        "지금은 응답이 늦습니다. 같은 버튼을 다시 누르면 이어서 합니다. 두 번 되지 않습니다.",
        "Answers are slow now. Press the same button again: it will not happen twice.",
    ),
    # E-mail
    "mail_title": ("전자우편", "E-mail"),
    "mail_lead": (
        "등록하면 전자우편으로도 로그인할 수 있습니다. 주소는 암호로 잠가 둡니다.",
        "With an address registered you can sign in by e-mail as well. It is kept sealed.",
    ),
    "mail_address": ("전자우편 주소", "E-mail address"),
    "mail_send": ("인증번호 받기", "Send me a code"),
    "mail_set": ("전자우편을 등록했습니다.", "Your address is registered."),
    "mail_forget": ("등록 지우기", "Forget the address"),
    "mail_forgotten": ("전자우편을 지웠습니다.", "Your address is forgotten."),
    "phone_title": ("휴대전화 번호 바꾸기", "Change your number"),
    "phone_lead": (
        "새 번호로 인증번호를 보냅니다. 바꾸면 다른 기기에서 모두 로그아웃합니다.",
        "We send a code to the new number. All other devices are then signed out.",
    ),
    "phone_now": ("지금 번호", "Your number now"),
    "phone_new": ("새 휴대전화 번호", "New mobile number"),
    "phone_set": ("휴대전화 번호를 바꾸었습니다.", "Your number is changed."),
    "phone_old_text": (
        "[두레] 이 번호로 쓰던 회원의 휴대전화가 바뀌었습니다. 본인이 아니면 바로 120에 "
        "전화하세요.",
        "[Dure] The mobile number of the member who used this one was changed. If that was not "
        "you, "
        "call 120 at once.",
    ),
    "wrong_phone": (
        "휴대전화 번호가 아닙니다. 010으로 시작하는 번호를 적어 주세요.",
        "That is no mobile number. Write one that begins with 010.",
    ),
    "address_not_set": (
        "등록할 수 없습니다. 다른 것으로 해 주세요.",
        "It cannot be registered. Please use another.",
    ),
    "wrong_mail": (
        "전자우편 주소가 아닙니다. name@example.com처럼 적어 주세요.",
        "That is no e-mail address. Write it like name@example.com.",
    ),
    "too_many_codes": (
        "인증번호를 너무 여러 번 보냈습니다. 한 시간 뒤에 다시 해 주세요.",
        "Too many codes were sent. Try again in an hour.",
    ),
    # Kakao and Naver
    "accounts_title": ("카카오·네이버 연결", "Kakao and Naver"),
    "accounts_lead": (
        "연결하면 그 계정으로 로그인할 수 있습니다. 결제에는 비밀번호나 패스키가 그대로 "
        "필요합니다.",
        "You can sign in with an account you link. Paying still wants your PIN or a passkey.",
    ),
    "accounts_off": (
        "이 도시에서는 아직 쓸 수 없습니다. 휴대전화나 패스키로 로그인하세요.",
        "Not available in this city yet. Sign in by phone or with a passkey.",
    ),
    "kakao": ("카카오", "Kakao"),
    "naver": ("네이버", "Naver"),
    "link": ("연결하기", "Link"),
    "unlink": ("연결 끊기", "Unlink"),
    "linked": ("연결함", "Linked"),
    "not_linked": ("연결하지 않음", "Not linked"),
    "account_linked": ("계정을 연결했습니다.", "The account is linked."),
    "account_unlinked": ("연결을 끊었습니다.", "The account is unlinked."),
    "account_not_linked": (
        "이 계정은 연결할 수 없습니다. 다른 계정으로 해 주세요.",
        "This account cannot be linked. Please use another.",
    ),
    # Identity
    "identity_title": ("본인 확인과 한도", "Identity and limits"),
    "identity_lead": (
        "본인을 확인하면 한 번에 더 많이 가지고 쓸 수 있습니다.",
        "Once we know who you are, you may hold and spend more.",
    ),
    "level_1": ("기본 회원", "Basic member"),
    "level_2": ("본인 확인 회원", "Identified member"),
    "level_3": ("거주 확인 회원", "Confirmed resident"),
    "level_now": ("지금", "Now"),
    "holding_max": ("가질 수 있는 금액", "You may hold"),
    "charge_max": ("한 달 충전", "Charge in a month"),
    "payment_max": ("한 번 결제", "One payment"),
    "no_limit": ("제한 없음", "No limit"),
    "won": ("{won}원", "{won} won"),
    "identify": ("휴대전화로 본인 확인", "Confirm my identity by phone"),
    "identify_lead": (
        "통신사에 가입한 이름과 생년월일이 가입할 때 적은 것과 같은지 확인합니다.",
        "We ask the phone company whether name and date of birth are those you joined with.",
    ),
    "reside": ("거주 확인하기", "Confirm where I live"),
    "reside_lead": (
        "주민등록의 주소가 고른 구·군인지 확인합니다. 거주자에게만 주는 혜택에 필요합니다.",
        "We ask the resident register whether you live in your district. Benefits for residents "
        "need it.",
    ),
    "identified": (
        "본인을 확인했습니다. 한도가 커졌습니다.",
        "Your identity is confirmed. Your limits are higher.",
    ),
    "resident": ("거주를 확인했습니다.", "Your residence is confirmed."),
    "identity_differs": (
        "통신사에 등록된 이름이나 생년월일과 다릅니다. 구·군청 창구에서 고칠 수 있습니다.",
        "Name or date of birth differ from what the phone company has. Your district office can "
        "correct them.",
    ),
    "residence_differs": (
        "주민등록의 주소가 다른 곳입니다. 사는 곳을 고치고 다시 해 주세요.",
        "The register has you in another place. Correct where you live and try again.",
    ),
    "identity_known": (
        "이미 다른 회원으로 확인되었습니다. 한 사람은 한 번만 가입할 수 있습니다. 120에 전화해 "
        "주세요.",
        "You are known as another member. A person joins once. Please call 120.",
    ),
    "identity_silent": (
        "확인 기관이 답하지 않습니다. 아무것도 바뀌지 않았으니 잠시 뒤 다시 해 주세요.",
        "The agency does not answer. Nothing has changed; please try again later.",
    ),
    "identity_often": (
        "하루에 다섯 번까지 할 수 있습니다. 내일 다시 해 주세요.",
        "You may try five times a day. Please try again tomorrow.",
    ),
    # Leaving
    "leave_title": ("탈퇴", "Leave"),
    "leave_lead": (
        "탈퇴하면 지갑과 카드를 닫고 모든 기기에서 로그아웃합니다. 되돌릴 수 없습니다.",
        "Leaving closes your wallet and cards and signs you out everywhere. It cannot be undone.",
    ),
    "leave_kept": (
        "결제 내역은 법에 따라 5년 동안 잠가 두고, 휴대전화 번호는 바로 지웁니다.",
        "Payments stay sealed for five years, as the law demands; your number is free at once.",
    ),
    "leave_money": (
        "지갑에 돈이 남아 있습니다. 다 쓰거나 환불받은 다음 탈퇴할 수 있습니다.",
        "There is money in your wallet. Spend it or have it paid back first.",
    ),
    "leave_under_way": (
        "아직 받지 않은 선물이나 끝나지 않은 이체가 있습니다. 끝난 다음 탈퇴할 수 있습니다.",
        "A gift is not taken yet, or a transfer has not ended. You can leave when it is done.",
    ),
    "leave_money_first": (
        "지갑에 돈이 있으면 먼저 다 쓰거나 환불받아야 합니다.",
        "Money in your wallet is to be spent or paid back first.",
    ),
    "leave_withdraw": ("충전금 돌려받기", "Get it paid back"),
    "leave_not": ("계속 쓰기", "Stay a member"),
    "leave_tick": ("내용을 읽었고 탈퇴하겠습니다.", "I have read this and want to leave."),
    "leave_act": ("탈퇴하기", "Leave Dure"),
    "left": (
        "탈퇴했습니다. 그동안 고마웠습니다.",
        "You have left. Thank you for having been here.",
    ),
    "leave_tick_missing": ("읽었다는 표시를 해 주세요.", "Tick that you have read it."),
    # All doors
    "more_title": ("전체", "Everything"),
    "more_money": ("돈", "Money"),
    "more_benefits": ("혜택", "Benefits"),
    "more_records": ("기록", "Records"),
    "more_help": ("도움", "Help"),
    "more_you": ("나", "You"),
    "more_city": ("도시", "The city"),
    "door_charge": ("충전", "Charge"),
    "door_withdraw": ("돌려받기", "Get money back"),
    "door_accounts": ("은행 계좌", "Bank accounts"),
    "door_gifts": ("선물", "Gifts"),
    "door_donate": ("기부", "Donate"),
    "door_code": ("내 결제 코드", "My code"),
    "door_scan": ("가게 QR 찍기", "Scan a shop's QR"),
    "door_coupons": ("쿠폰", "Coupons"),
    "door_cards": ("카드", "Cards"),
    "door_shops": ("가게 찾기", "Find shops"),
    "door_history": ("이용 내역", "History"),
    "door_statement": ("소득공제 명세", "Statement for taxes"),
    "door_notices": ("알림", "Notices"),
    "door_help": ("문의와 이의", "Complaints and help"),
    "door_lock": ("지갑 잠그기", "Lock my wallet"),
    "door_guardian": ("자녀 카드 돌보기", "For guardians"),
    "door_settings": ("설정", "Settings"),
    "door_identity": ("본인 확인", "Identity"),
    "door_passkeys": ("패스키", "Passkeys"),
    "door_install": ("홈 화면에 두기", "Put it on your home screen"),
    "door_till": ("시연 계산대", "The demo's till"),
    "door_gallery": ("화면 모음", "Gallery of pages"),
    "door_calculator": ("캐시백 계산기", "Cashback calculator"),
    "door_live": ("도시 현황", "The city live"),
    "door_public_notices": ("제도 변경 예고", "Announced changes"),
    "demo_phone": ("시연 휴대전화", "The demo phone"),
}
