"""The words of signing in and of accounts, in both languages."""

from __future__ import annotations

from dure.web.console.shell.words import Words

ACCESS_WORDS: Words = {
    # Signing in
    "sign_in_title": ("두레 행정에 로그인", "Sign in to the console"),
    "sign_in_lead": (
        "시와 구·군의 담당자만 들어옵니다. 계정은 운영자가 만듭니다.",
        "For officials of the city and its districts. An operator makes the accounts.",
    ),
    "official_id": ("담당자 id", "Official's id"),
    "password": ("비밀번호", "Password"),
    "go_on": ("다음", "Go on"),
    "wrong_pair": (
        "id 또는 비밀번호가 맞지 않습니다. 다시 적거나 운영자에게 초기화를 요청하세요.",
        "The id or the password is not right. Write them again, or ask an operator for a new one.",
    ),
    "too_many": (
        "너무 여러 번 틀렸습니다. 15분 뒤에 다시 하세요.",
        "Too many attempts. Try again in 15 minutes.",
    ),
    "signed_out": ("로그아웃했습니다.", "You are signed out."),
    # The second factor
    "code_title": ("2차 인증", "Second factor"),
    "code_lead": (
        "인증 앱에 보이는 여섯 자리 번호를 적으세요. 휴대전화가 없으면 복구 번호를 적으세요.",
        "Write the six digits that your authenticator app shows, or one of your recovery codes.",
    ),
    "code": ("인증번호", "Code"),
    "code_hint": ("숫자 여섯 자리, 또는 복구 번호", "Six digits, or a recovery code"),
    "wrong_code": (
        "번호가 맞지 않거나 이미 쓴 번호입니다. 앱에 새로 보이는 번호를 적으세요.",
        "The code is not right or was used. Write the next one that the app shows.",
    ),
    "confirm": ("확인", "Confirm"),
    "proof_title": ("한 번 더 확인합니다", "Confirm that it is you"),
    "proof_lead": (
        "서명이 남는 일입니다. 인증번호를 적으면 방금 요청한 일을 이어서 합니다.",
        "This leaves a signature. Write a code, and what you asked for is done.",
    ),
    # Enrolment
    "enrol_title": ("2차 인증 등록", "Enrol a second factor"),
    "enrol_lead": (
        "비밀번호만으로는 들어올 수 없습니다. 인증 앱을 한 번 등록합니다.",
        "A password alone does not open the console. Enrol an authenticator app once.",
    ),
    "enrol_one": (
        "휴대전화의 인증 앱(TOTP)으로 이 그림을 찍으세요.",
        "Scan this picture with an authenticator app (TOTP) on your phone.",
    ),
    "enrol_picture": ("인증 앱에 등록할 QR 코드", "QR code for the authenticator app"),
    "enrol_secret": ("찍을 수 없으면 이 열쇠를 적으세요", "If you cannot scan, type this key"),
    "enrol_two": (
        "앱에 보이는 여섯 자리를 적으세요.",
        "Write the six digits that the app shows.",
    ),
    "recovery_title": ("복구 번호", "Recovery codes"),
    "recovery_lead": (
        "휴대전화를 잃었을 때 한 번씩 쓸 수 있습니다. 종이에 적어 안전한 곳에 두세요. "
        "다시 보여 주지 않습니다.",
        "Each works once when the phone is lost. Write them on paper and keep them safe. "
        "They are not shown again.",
    ),
    "recovery_kept": ("적어 두었습니다", "I have written them down"),
    # Passwords
    "first_password_title": ("비밀번호를 정하세요", "Choose your password"),
    "first_password_lead": (
        "운영자가 준 비밀번호는 이번까지만 쓸 수 있습니다. 자기만 아는 것으로 바꾸세요.",
        "The password from the operator holds for this once. Choose one that only you know.",
    ),
    "password_now": ("지금 비밀번호", "Present password"),
    "password_new": ("새 비밀번호", "New password"),
    "password_again": ("새 비밀번호 한 번 더", "New password again"),
    "password_hint": (
        "10자 이상. 흔한 말이나 숫자만은 안 됩니다.",
        "At least 10 characters; no common word, not digits alone.",
    ),
    "password_differs": (
        "두 번 적은 비밀번호가 다릅니다. 같게 적으세요.",
        "The two passwords differ. Write the same one twice.",
    ),
    "password_wrong": (
        "지금 비밀번호가 맞지 않습니다. 다시 적으세요.",
        "The present password is not right. Write it again.",
    ),
    "password_change": ("비밀번호 바꾸기", "Change password"),
    "password_done": ("비밀번호를 바꾸었습니다.", "The password was changed."),
    # The own account
    "account_title": ("내 계정", "My account"),
    "account_roles": ("맡은 역할", "Roles"),
    "account_none": ("없음", "none"),
    "sessions_title": ("접속 중인 곳", "Where you are signed in"),
    "session_this": ("지금 이 접속", "this session"),
    "session_from": ("주소", "Address"),
    "session_agent": ("브라우저", "Browser"),
    "session_began": ("시작", "Since"),
    "session_seen": ("마지막", "Last"),
    "session_end": ("끊기", "End"),
    "session_ended": ("접속을 끊었습니다.", "The session was ended."),
    "session_gone": (
        "이미 끝난 접속입니다. 목록을 다시 보세요.",
        "That session is over already; look at the list again.",
    ),
    "recovery_left": ("남은 복구 번호", "Recovery codes left"),
    "recovery_new": ("새 복구 번호 만들기", "Make new recovery codes"),
    "what": ("할 일", "Action"),
}
OFFICIALS_WORDS: Words = {
    "officials_title": ("담당자", "Officials"),
    "officials_lead": (
        "누가 무슨 역할을 맡는지는 서명된 처리 기록에만 있습니다. 주고 거둔 일이 모두 남습니다.",
        "Who holds which role stands in the signed log alone. Every grant and revocation stays.",
    ),
    "official": ("담당자", "Official"),
    "official_id": ("담당자 id", "Official's id"),
    "official_name": ("이름", "Name"),
    "official_roles": ("역할", "Roles"),
    "official_account": ("계정", "Account"),
    "official_last": ("마지막 로그인", "Last sign-in"),
    "account_missing": ("계정 없음", "no account"),
    "account_open": ("사용 중", "active"),
    "account_closed": ("정지", "deactivated"),
    "account_unproved": ("2차 인증 전", "no second factor yet"),
    "never": ("없음", "never"),
    "grant_title": ("역할 주기", "Grant a role"),
    "grant_lead": (
        "새 담당자라면 id를 정해 적으세요. 계정도 함께 만들 수 있습니다.",
        "For a new official choose an id. The account can be made with it.",
    ),
    "grant_role": ("역할", "Role"),
    "grant_place": ("맡는 곳", "Where"),
    "grant_account": ("계정도 만들기", "Make the account too"),
    "grant_go": ("역할 주기", "Grant"),
    "granted": ("역할을 주었습니다.", "The role was granted."),
    "revoke": ("거두기", "Revoke"),
    "revoked": ("역할을 거두었습니다.", "The role was revoked."),
    "make_account": ("계정 만들기", "Make an account"),
    "reset_password": ("비밀번호 초기화", "Reset password"),
    "reset_factor": ("2차 인증 초기화", "Reset second factor"),
    "deactivate": ("계정 정지", "Deactivate"),
    "activate": ("계정 다시 열기", "Activate"),
    "done_factor": (
        "2차 인증을 지웠습니다. 다음 로그인 때 새로 등록합니다.",
        "The second factor is gone; a new one is enrolled at the next sign-in.",
    ),
    "done_off": ("계정을 정지하고 모든 접속을 끊었습니다.", "Deactivated; every session ended."),
    "done_on": ("계정을 다시 열었습니다.", "The account is open again."),
    "handed_title": ("첫 비밀번호", "First password"),
    "handed_lead": (
        "지금 한 번만 보입니다. 직접 건네세요. 첫 로그인 때 바꾸게 됩니다.",
        "Shown this once. Hand it over in person; it is changed at the first sign-in.",
    ),
    "handed_done": ("건넸습니다", "Handed over"),
    "unknown_role": (
        "역할이나 맡는 곳이 올바르지 않습니다. 다시 고르세요.",
        "The role or its place is not right. Choose again.",
    ),
    "acts_title": ("계정에 할 일", "What to do with the account"),
    "all_officials": ("모든 담당자", "All officials"),
}
