"""The words of joining, signing in and proving, in both languages."""

from __future__ import annotations

from dure.web.citizen.shell.words import Words

JOIN_WORDS: Words = {
    "step_before": ("4단계 가운데 ", "Step "),
    "step_after": ("단계", " of 4"),
    # Signing in
    "sign_in_title": ("로그인", "Sign in"),
    "sign_in_lead": (
        "휴대전화로 받은 번호 여섯 자리면 됩니다. 처음이면 이어서 가입합니다.",
        "Six digits sent to your phone are enough. If you are new, you join right after.",
    ),
    "sign_in_lead_mail": (
        "설정에서 등록한 전자우편으로 번호를 보내 드립니다.",
        "We send a code to the address you registered in the settings.",
    ),
    "phone": ("휴대전화 번호", "Mobile number"),
    "phone_hint": ("예: 010-1234-5678", "For example 010-1234-5678"),
    "mail": ("전자우편 주소", "E-mail address"),
    "send_code": ("인증번호 받기", "Send me a code"),
    "by_mail": ("전자우편으로 로그인", "Sign in by e-mail"),
    "by_phone": ("휴대전화로 로그인", "Sign in by phone"),
    "by_passkey": ("패스키로 로그인", "Sign in with a passkey"),
    "or": ("또는", "or"),
    "with_kakao": ("카카오로 로그인", "Sign in with Kakao"),
    "with_naver": ("네이버로 로그인", "Sign in with Naver"),
    "join_lead": ("아직 회원이 아니신가요?", "Not a member yet?"),
    "join_now": ("가입하기", "Join"),
    "member_lead": ("이미 회원이신가요?", "Already a member?"),
    "lost_all": (
        "전화기와 카드를 다 잃어버렸나요? 로그인 없이 지갑을 잠그세요",
        "Telephone and card lost? Lock the wallet without signing in",
    ),
    "same_answer": (
        "가입했든 아니든 같은 화면이 나옵니다. 다른 사람이 번호로 회원인지 알아낼 수 없습니다.",
        "You see the same page whether the number is a member's or not; nobody can find out.",
    ),
    "demo_phone": ("시연 휴대전화에서 문자 보기", "See the messages on the demo phone"),
    "demo_citizen": ("시연 시민으로 둘러보기", "Look around as a demo citizen"),
    "wrong_phone": (
        "휴대전화 번호가 아닙니다. 010으로 시작하는 번호를 적어 주세요.",
        "That is no mobile number. Write one that begins with 010.",
    ),
    "wrong_mail": (
        "전자우편 주소가 아닙니다. name@example.com처럼 적어 주세요.",
        "That is no e-mail address. Write it like name@example.com.",
    ),
    "too_many_codes": (
        "인증번호를 너무 여러 번 보냈습니다. 한 시간 뒤에 다시 하거나 다른 방법으로 로그인하세요.",
        "Too many codes were sent. Try again in an hour, or sign in another way.",
    ),
    # The code
    "code_title": ("인증번호를 적어 주세요", "Write the code"),
    "code_lead": ("{to}(으)로 여섯 자리를 보냈습니다.", "We sent six digits to {to}."),
    "code_sent_to": ("보낸 곳", "Sent to"),
    "code": ("인증번호", "Code"),
    "six_digits": ("숫자 여섯 자리", "Six digits"),
    "code_hint": ("3분 안에 적어 주세요.", "It holds for 3 minutes."),
    "code_wrong": (
        "번호가 맞지 않습니다. 마지막에 온 문자를 보고 다시 적어 주세요.",
        "That is not the code. Look at the last message and write it again.",
    ),
    "code_used_up": (
        "시간이 지났거나 다섯 번 틀렸습니다. 아래에서 새 번호를 받으세요.",
        "It is too old, or was wrong five times. Get a new one below.",
    ),
    "code_no_way": (
        "너무 오래 열어 두었습니다. 처음부터 다시 해 주세요.",
        "This was open for too long. Please start again.",
    ),
    "code_again": ("다시 보내기", "Send it again"),
    "code_not_come": ("오지 않았나요?", "Nothing came?"),
    "code_other": ("다른 번호로 하기", "Use another number"),
    "too_soon": (
        "방금 보냈습니다. {seconds}초 뒤에 다시 보낼 수 있습니다.",
        "One was sent just now. You can ask again in {seconds} s.",
    ),
    "sent_again": (
        "새 번호를 보냈습니다. 앞의 번호는 쓸 수 없습니다.",
        "A new code is on its way; the one before is void.",
    ),
    "not_confirmed": (
        "통신사가 답하지 않았습니다. 늦게 올 수 있으니 30초 기다린 뒤 다시 보내 보세요.",
        "The phone company did not confirm. It may come late; wait 30 s, then send it again.",
    ),
    "mail_not_confirmed": (
        "메일 서버가 편지를 받지 않았습니다. 주소를 확인하고 30초 뒤에 다시 보내거나 휴대전화로 "
        "하세요.",
        "The mail server did not take the letter. Check the address and send it again in 30 s, "
        "or use your phone.",
    ),
    "way_over": (
        "너무 오래되었습니다. 처음부터 다시 해 주세요.",
        "This took too long. Please start again.",
    ),
    "mail_unknown": (
        "이 전자우편으로 로그인하는 회원이 없습니다. 휴대전화로 로그인하거나 가입하세요.",
        "No member signs in with this address. Sign in by phone, or join.",
    ),
    "not_yet_member": (
        "번호를 확인했습니다. 아직 회원이 아니시니 이어서 가입합니다.",
        "Your number is confirmed. You are not a member yet, so let us go on to join.",
    ),
    "member_already": ("이미 회원이라 로그인했습니다.", "You are a member already: signed in."),
    "signed_out": (
        "로그아웃했습니다. 이 기기에 남은 것은 없습니다.",
        "You are signed out. Nothing is left on this device.",
    ),
    "go_on": ("다음", "Next"),
    "confirm": ("확인", "Confirm"),
    # Joining
    "birth_title": ("생년월일을 알려 주세요", "When were you born?"),
    "birth_lead": (
        "만 14세부터 가입할 수 있어 먼저 여쭙니다. 14세가 안 되면 아무것도 저장하지 않습니다.",
        "You can join from the age of 14, so we ask first. If you are younger, nothing is stored.",
    ),
    "birth": ("생년월일 8자리", "Date of birth, 8 digits"),
    "birth_again": ("생년월일 다시 적기", "Write the date again"),
    "birth_hint": ("예: 19900521", "Year, month, day: 19900521"),
    "wrong_birth": (
        "생년월일이 맞지 않습니다. 1990년 5월 21일이면 19900521로 적어 주세요.",
        "That is no date of birth. For 21 May 1990 write 19900521.",
    ),
    "too_young_title": ("만 14세부터 가입할 수 있습니다", "You can join from the age of 14"),
    "too_young_lead": (
        "적은 생년월일은 저장하지 않았습니다. 열네 번째 생일부터 가입할 수 있습니다.",
        "The date you wrote was not stored. You can join from your fourteenth birthday on.",
    ),
    "too_young_meanwhile": (
        "그때까지는 가게에서 얼마를 돌려받게 될지 계산해 볼 수 있습니다.",
        "Until then you can work out what you would get back at a shop.",
    ),
    "see_shops": ("혜택 계산해 보기", "Open the calculator"),
    "phone_title": ("휴대전화 번호를 알려 주세요", "Your mobile number"),
    "phone_lead": (
        "문자로 여섯 자리 번호를 보내 드립니다.",
        "We send six digits in a text message.",
    ),
    "about_title": ("거의 다 됐습니다", "Almost done"),
    "name": ("이름", "Name"),
    "name_hint": (
        "주민등록에 적힌 이름이면 나중에 본인 확인이 쉽습니다.",
        "The name on your ID card makes the identity check easy later.",
    ),
    "wrong_name": (
        "이름을 60자 안으로 적어 주세요.",
        "Write a name of at most 60 letters.",
    ),
    "district": ("사는 곳", "Where you live"),
    "district_hint": (
        "구·군마다 더 주는 혜택이 다릅니다.",
        "Some districts add to what the city pays.",
    ),
    "choose": ("고르세요", "Choose"),
    "elsewhere": ("인천이 아닌 곳", "Outside Incheon"),
    "wrong_district": ("사는 곳을 골라 주세요.", "Choose where you live."),
    "consents": ("동의", "Consent"),
    "required": ("필수", "required"),
    "optional": ("선택", "optional"),
    "read_text": ("내용 보기", "Read the text"),
    "consent_missing": (
        "필수 동의 두 가지에 표시해야 가입할 수 있습니다.",
        "Both required consents are needed to join.",
    ),
    "phone_taken": (
        "이 번호로 이미 가입했습니다. 로그인해 주세요.",
        "There is a member with this number. Please sign in.",
    ),
    "join_refused": (
        "지금은 가입할 수 없습니다. 120에 전화해 주세요.",
        "You cannot join now. Please call 120.",
    ),
    "engine_gone": (
        "지금은 응답이 늦습니다. 같은 버튼을 다시 누르면 이어서 합니다. 두 번 되지 않습니다.",
        "Answers are slow now. Press the same button again: it will not happen twice.",
    ),
    "join_act": ("가입하기", "Join"),
    # Kakao and Naver
    "outside_denied": (
        "{provider}에서 취소했습니다. 다시 하거나 다른 방법으로 로그인하세요.",
        "{provider} was cancelled. Try again, or sign in another way.",
    ),
    "outside_failed": (
        "{provider}에서 답이 없거나 맞지 않습니다. 잠시 뒤 다시 하거나 휴대전화로 로그인하세요.",
        "{provider} did not answer, or not as it should. Try again later, or sign in by phone.",
    ),
    "outside_not_linked": (
        "{provider}에서 답이 없거나 맞지 않아 계정을 연결하지 못했습니다. 잠시 뒤 다시 해 주세요.",
        "{provider} did not answer, or not as it should, so it is not linked. Try again later.",
    ),
    "outside_often": (
        "{provider} 로그인을 너무 여러 번 했습니다. 1분 뒤에 다시 하거나 다른 방법을 쓰세요.",
        "{provider} was tried too often. Try again in a minute, or sign in another way.",
    ),
    "outside_new": (
        "{provider} 계정을 확인했습니다. 처음 한 번은 휴대전화 번호도 확인하고, "
        "그 번호의 회원에게 이 계정을 연결합니다.",
        "Your {provider} account is confirmed. The first time we confirm your phone as well, "
        "and link the account to its member.",
    ),
    "outside_not_mine": ("내 계정이 아닙니다", "It is not mine"),
    "kakao": ("카카오", "Kakao"),
    "naver": ("네이버", "Naver"),
    # Proving
    "proof_title": ("결제 비밀번호", "Payment PIN"),
    "proof_lead": (
        "본인인지 확인하면 방금 하려던 일을 이어서 합니다.",
        "Show that it is you, and what you asked for is done.",
    ),
    "proof_moved": (
        "처음 로그인한 것과 다른 브라우저입니다. 본인인지 확인해 주세요.",
        "This is another browser than the one you signed in with. Show that it is you.",
    ),
    "pin": ("비밀번호 숫자 6자리", "Six-digit PIN"),
    "pin_at_once": (
        "여섯 자리를 적으면 바로 이어집니다.",
        "It goes on as soon as you have written six digits.",
    ),
    "use_passkey": ("패스키로 확인", "Use a passkey"),
    "pin_forgotten": ("비밀번호를 잊었어요", "I forgot my PIN"),
    "pin_wrong": (
        "비밀번호가 맞지 않습니다. 앞으로 {left}번 더 적을 수 있습니다.",
        "That is not your PIN. {left} more tries.",
    ),
    "pin_locked": (
        "다섯 번 틀려 비밀번호를 잠갔습니다. 휴대전화 인증으로 새로 정하세요.",
        "Wrong five times, so the PIN is locked. Set a new one with a code sent to your phone.",
    ),
    "pin_none": (
        "결제 비밀번호를 아직 정하지 않았습니다. 먼저 정해 주세요.",
        "You have no payment PIN yet. Please set one first.",
    ),
    "passkey_refused": (
        "패스키를 확인하지 못했습니다. 다시 하거나 비밀번호를 쓰세요.",
        "The passkey could not be checked. Try again, or use your PIN.",
    ),
    # Setting a PIN
    "first_pin_title": ("결제 비밀번호를 정하세요", "Choose a payment PIN"),
    "first_pin_lead": (
        "결제하고 돈을 보낼 때 씁니다. 숫자 여섯 자리입니다.",
        "You need it to pay and to send money. It has six digits.",
    ),
    "new_pin": ("새 비밀번호", "New PIN"),
    "new_pin_again": ("한 번 더", "Once more"),
    "pin_rules": (
        "생일, 전화번호, 같은 숫자나 이어지는 숫자는 쓸 수 없습니다.",
        "No birthday, phone number, equal digits, or digits in a row.",
    ),
    "pin_set": ("비밀번호를 정했습니다.", "Your PIN is set."),
    "pin_differs": (
        "두 번 적은 것이 다릅니다. 다시 적어 주세요.",
        "The two are different. Please write them again.",
    ),
    "pin_not_six": ("숫자 여섯 자리로 정해 주세요.", "Choose six digits."),
    "pin_same": (
        "같은 숫자만으로는 안 됩니다. 다른 번호를 정해 주세요.",
        "Equal digits are too easy. Choose another.",
    ),
    "pin_row": (
        "이어지는 숫자는 안 됩니다. 다른 번호를 정해 주세요.",
        "Digits in a row are too easy. Choose another.",
    ),
    "pin_repeated": (
        "되풀이되는 숫자는 안 됩니다. 다른 번호를 정해 주세요.",
        "Repeated digits are too easy. Choose another.",
    ),
    "pin_birth": (
        "생일은 안 됩니다. 다른 번호를 정해 주세요.",
        "Your birthday is too easy. Choose another.",
    ),
    "pin_phone": (
        "전화번호에 있는 숫자는 안 됩니다. 다른 번호를 정해 주세요.",
        "Digits of your phone number are too easy. Choose another.",
    ),
    "forgotten_title": ("비밀번호 새로 정하기", "Set a new PIN"),
    "forgotten_lead": (
        "생년월일을 확인하고 가입한 휴대전화로 인증번호를 보냅니다.",
        "We check your date of birth and send a code to the phone you joined with.",
    ),
    "birth_differs": (
        "가입할 때의 생년월일과 다릅니다. 확인하고 다시 적어 주세요.",
        "That is not the date of birth you joined with. Check it and write it again.",
    ),
    "too_many_tries": (
        "너무 여러 번 틀렸습니다. 한 시간 뒤에 다시 하거나 120에 전화해 주세요.",
        "Too many tries. Try again in an hour, or call 120.",
    ),
    "no_phone": (
        "등록된 휴대전화가 없습니다. 구·군청 창구에서 번호를 등록해 주세요.",
        "No phone is registered. Please register one at your district office.",
    ),
    "set_pin": ("비밀번호 정하기", "Set the PIN"),
    # After joining
    "welcome_title": ("{name} 님, 반갑습니다", "Welcome, {name}"),
    "welcome_lead": (
        "지갑이 열렸습니다. 이제 충전하고 인천의 가게에서 쓰면 됩니다.",
        "Your wallet is open. Charge it, and use it at shops in Incheon.",
    ),
    "welcome_charge": ("충전하기", "Charge"),
    "welcome_identity": (
        "본인 확인하고 한도 늘리기",
        "Confirm your identity for higher limits",
    ),
    "welcome_card": ("카드 받기", "Get a card"),
    "welcome_passkey": ("패스키 등록하기", "Add a passkey"),
    "welcome_home": ("처음으로", "Go to the first page"),
}
