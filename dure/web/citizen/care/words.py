"""The words of help, locking, guardians and complaints, in both languages."""

from __future__ import annotations

from dure.web.citizen.shell.words import Words

CARE_WORDS: Words = {
    "help": ("도움", "Help"),
    "help_urgent": ("급할 때", "When it is urgent"),
    "help_lock": ("지갑 잠그기", "Lock my wallet"),
    "help_lock_hint": (
        "카드와 앱의 모든 결제가 바로 멈춥니다.",
        "Every payment by card and app stops at once.",
    ),
    "help_cards": ("카드 잃어버림", "Lost card"),
    "help_cards_hint": ("정지하고 새 카드로 바꿉니다.", "Block it and get a new one."),
    "help_tell": ("말씀해 주세요", "Tell us"),
    "help_complaints": ("민원과 결제 이의", "Complaints and disputes"),
    "help_complaints_hint": (
        "영수증과 사진을 붙여 쓰고, 답변을 받습니다.",
        "Write with receipt and photo, and get an answer.",
    ),
    "help_family": ("가족과 창구", "Family and desk"),
    "help_guardian": ("보호자", "Guardians"),
    "help_guardian_hint": (
        "미성년 자녀의 카드를 정지하거나 지갑을 잠급니다.",
        "Block a card or lock the wallet of a minor.",
    ),
    "help_looks": ("내 정보를 본 기록", "Who looked at my data"),
    "help_looks_hint": (
        "공무원이 언제 왜 보았는지 모두 남습니다.",
        "Every look by an official is kept, with its reason.",
    ),
    "help_desk": ("구청·군청 창구", "The desk of your district"),
    "help_desk_text": (
        "스마트폰이 없어도 신분증을 들고 창구에 가면 가입, 카드, 잠금, 전화번호 변경, "
        "거래내역서를 모두 도와드립니다.",
        "Without a smartphone, bring an identity card to the desk: joining, cards, locking, a new "
        "telephone number and statements are all done there.",
    ),
    "lock": ("지갑 잠금", "Wallet lock"),
    "lock_open": ("지갑이 열려 있습니다", "Your wallet is open"),
    "lock_open_text": (
        "카드나 전화기를 잃어버렸거나 모르는 결제가 보이면 바로 잠그세요. 잔액은 그대로 있고, "
        "나중에 다시 열 수 있습니다.",
        "If card or telephone is lost, or you see a payment that you do not know, lock it now. The "
        "money stays, and you can open it again later.",
    ),
    "lock_stops": ("멈추는 것", "What stops"),
    "lock_stops_list": (
        "카드·QR·온라인 결제, 충전, 충전금 돌려받기, 선물",
        "Payments by card, QR and online, charging, refunds, gifts",
    ),
    "lock_stays": ("그대로인 것", "What stays"),
    "lock_stays_list": (
        "잔액과 캐시백, 쿠폰, 이미 한 결제의 취소",
        "Your money, cashback and coupons, and cancellations of earlier payments",
    ),
    "lock_now": ("지금 잠그기", "Lock it now"),
    "lock_closed": ("지갑이 잠겨 있습니다", "Your wallet is locked"),
    "lock_unlock": ("잠금 풀기", "Unlock"),
    "lock_done": ("지갑을 잠갔습니다.", "Your wallet is locked."),
    "lock_undone": ("지갑을 열었습니다.", "Your wallet is open again."),
    "lock_still": (
        "이 잠금은 풀었지만 다른 잠금이 남아 있습니다.",
        "This lock has ended; another one still holds.",
    ),
    "lock_since": ("잠근 때", "Since"),
    "lock_by_1": ("내가 잠갔습니다.", "You locked it."),
    "lock_by_2": (
        "전화기 없이 잠갔습니다.",
        "It was locked without your telephone.",
    ),
    "lock_by_3": ("보호자가 잠갔습니다.", "Your guardian locked it."),
    "lock_by_4": ("구청·군청 창구에서 잠갔습니다.", "The district's desk locked it."),
    "lock_how_1": (
        "결제 비밀번호나 패스키로 바로 풀 수 있습니다.",
        "Unlock it now with your payment PIN or passkey.",
    ),
    "lock_how_2": (
        "결제 비밀번호나 패스키로 풀 수 있습니다. 잠근 뒤에 바꾼 비밀번호로는 풀 수 없고, "
        "그때는 창구로 오세요.",
        "Unlock it with your payment PIN or passkey. A PIN that was changed after the locking does "
        "not do: then come to the desk.",
    ),
    "lock_how_3": (
        "보호자나 창구만 풀 수 있습니다.",
        "Only your guardian or the desk may unlock it.",
    ),
    "lock_how_4": (
        "신분증을 들고 창구로 오시면 풀어 드립니다.",
        "Come to the desk with an identity card to have it unlocked.",
    ),
    "lock_pin_new": (
        "잠근 뒤에 결제 비밀번호나 패스키가 바뀌었습니다. 전화기를 가진 사람이 바꿨을 수 있어 "
        "여기서는 풀 수 없습니다. 신분증을 들고 창구로 오세요.",
        "Payment PIN or passkey were changed after the locking, perhaps by whoever has the "
        "telephone. It cannot be unlocked here: come to the desk with an identity card.",
    ),
    "note_title": ("잠금번호", "Lock code"),
    "note_text": (
        "전화기까지 잃어버린 날을 위해 종이에 적어 두는 번호입니다. 어느 전화기, 어느 컴퓨터에서나 "
        "전화번호와 이 번호로 지갑을 잠글 수 있습니다. 잠그는 일 말고는 아무것도 할 수 없습니다.",
        "A code to note on paper for the day when the telephone is gone too. From any telephone or "
        "computer, your number and this code lock the wallet. It can do nothing but lock.",
    ),
    "note_make": ("잠금번호 만들기", "Make a lock code"),
    "note_again": ("새 번호로 바꾸기", "Make a new one"),
    "note_made": ("만든 날", "Made on"),
    "note_none": ("아직 없습니다.", "You have none yet."),
    "note_shown": (
        "지금 한 번만 보여 드립니다. 종이에 적어 지갑 밖에 두세요.",
        "It is shown this once. Note it on paper, and keep it outside your purse.",
    ),
    "note_done": ("적었습니다", "I have noted it"),
    "lost": ("다 잃어버렸을 때", "When everything is lost"),
    "lost_text": (
        "로그인하지 않고 지갑을 잠급니다. 가입한 전화번호를 넣어 주세요.",
        "Lock the wallet without signing in. Enter the telephone number that you joined with.",
    ),
    "lost_phone": ("전화번호", "Telephone number"),
    "lost_by_note": ("적어 둔 잠금번호로", "With the code that I noted"),
    "lost_by_text": ("문자 인증번호로", "With a code by text message"),
    "lost_by_text_hint": (
        "유심을 다시 만들었거나 문자를 다른 기기에서 볼 수 있을 때",
        "If you have a new SIM, or can read your messages elsewhere",
    ),
    "lost_desk_hint": (
        "둘 다 없으면 신분증을 들고 가까운 창구로 가거나 전화하세요. 바로 잠가 드립니다.",
        "With neither, go to the desk with an identity card, or call it: it locks at once.",
    ),
    "lost_code_text": ("문자로 받은 여섯 자리 번호", "The six digits of the message"),
    "lost_code_note": ("적어 둔 잠금번호 여덟 자리", "The eight digits that you noted"),
    "lost_sent": (
        "문자를 보냈습니다. 3분 안에 번호를 넣어 주세요.",
        "A message is on its way. Enter its code within 3 minutes.",
    ),
    "lost_unsure": (
        "통신사가 답하지 않았습니다. 30초 안에 문자가 오지 않으면 다시 하거나 120에 전화하세요.",
        "The phone company did not confirm. If nothing comes within 30 s, try again or call 120.",
    ),
    "lost_go": ("지갑 잠그기", "Lock the wallet"),
    "lost_wrong": (
        "전화번호가 맞지 않거나, 적은 번호가 틀렸습니다. 둘 다 다시 확인하세요.",
        "Number or code is not right. Check both and try again.",
    ),
    "lost_code_old": (
        "인증번호가 오래되었거나 여러 번 틀렸습니다. 뒤로 가서 새로 받으세요.",
        "The code is too old, or was wrong too often. Go back and get a new one.",
    ),
    "lost_nobody": (
        "이 번호로 가입한 지갑이 없습니다. 가입할 때 쓴 번호로 다시 하세요.",
        "No wallet has this number. Try again with the number that you joined with.",
    ),
    "lost_phone_wrong": (
        "휴대전화 번호를 010으로 시작하는 열한 자리로 넣어 주세요.",
        "Enter a Korean mobile number of eleven digits that begins with 010.",
    ),
    "lost_too_many": (
        "너무 여러 번 시도했습니다. 15분 뒤에 다시 하거나 창구로 전화하세요.",
        "Too many attempts. Try again in 15 minutes, or call the desk.",
    ),
    "lost_done": ("잠갔습니다", "It is locked"),
    "lost_done_text": (
        "카드와 앱의 결제가 모두 멈췄고, 로그인된 전화기는 모두 로그아웃되었습니다. 잔액은 그대로 "
        "있습니다.",
        "Every payment by card and app has stopped, and every telephone is signed out. Your money "
        "is where it was.",
    ),
    "lost_next": ("이제 할 일", "What to do now"),
    "lost_next_1": (
        "통신사에 전화기 분실을 신고하세요.",
        "Report the lost telephone to your telephone company.",
    ),
    "lost_next_2": (
        "새 전화기에서 로그인하거나 신분증을 들고 창구로 오면 다시 열 수 있습니다.",
        "Sign in on a new telephone, or come to the desk with an identity card, to open it again.",
    ),
    "lost_next_3": (
        "모르는 결제가 있으면 결제 이의를 내세요.",
        "If there is a payment that you do not know, dispute it.",
    ),
    "guardian": ("보호자", "Guardians"),
    "guardian_text": (
        "보호자는 만 14~18세 자녀의 카드 상태를 보고 정지하거나 지갑을 잠글 수 있습니다. "
        "결제 내역과 잔액은 볼 수 없습니다. 만 19세가 되면 연결이 끝납니다.",
        "A guardian of a member of 14 to 18 sees the state of the cards, may block them and lock "
        "the wallet, and never sees payments or balances. At 19 the link ends.",
    ),
    "guardian_minors": ("내가 보호하는 사람", "Whom I look after"),
    "guardian_own": ("내 보호자", "My guardians"),
    "guardian_none": ("연결된 보호자나 자녀가 없습니다.", "No guardian and no child is linked."),
    "guardian_how": (
        "가족관계증명서와 신분증을 들고 창구에 함께 오시면 연결해 드립니다.",
        "Come to the desk together with the family relation certificate and identity cards.",
    ),
    "guardian_since": ("연결한 날", "Linked on"),
    "guardian_until": ("끝나는 날", "Until"),
    "guardian_cards": ("카드", "Cards"),
    "guardian_no_cards": ("카드가 없습니다.", "There are no cards."),
    "guardian_block": ("정지", "Block"),
    "guardian_hold": ("풀지 못하게 하기", "Keep it blocked"),
    "guardian_unblock": ("정지 풀기", "Unblock"),
    "guardian_blocked": ("카드를 정지했습니다.", "The card is blocked."),
    "guardian_unblocked": ("카드 정지를 풀었습니다.", "The card works again."),
    "guardian_let_go": (
        "보호자의 정지를 풀었습니다. 본인이 정지한 카드라 본인이 앱에서 풀어야 쓸 수 있습니다.",
        "Your block has ended. The member had blocked the card too, and can unblock it in the app.",
    ),
    "guardian_cards_only": (
        "카드를 정지해도 앱의 QR 결제는 됩니다. 모두 막으려면 지갑을 잠그세요.",
        "A blocked card still leaves payments by QR code in the app. To stop all, lock the wallet.",
    ),
    "guardian_wallet": ("지갑", "Wallet"),
    "guardian_wallet_open": ("열려 있습니다.", "It is open."),
    "guardian_wallet_locked": ("잠겨 있습니다.", "It is locked."),
    "guardian_lock": ("지갑 잠그기", "Lock the wallet"),
    "guardian_unlock": ("내 잠금 풀기", "End my lock"),
    "guardian_locked": ("지갑을 잠갔습니다.", "The wallet is locked."),
    "guardian_unlocked": ("내 잠금을 풀었습니다.", "Your lock has ended."),
    "guardian_gift": ("돈 보내기 (선물)", "Give money (a gift)"),
    "guardian_sees": (
        "보호자는 카드 상태만 보고, 결제와 잔액은 보지 못합니다.",
        "A guardian sees the state of cards, and neither payments nor balances.",
    ),
    "guardian_own_block": ("보호자가 정지함", "Blocked by a guardian"),
    "refused": ("지금은 할 수 없습니다.", "This cannot be done now."),
    "card_1": ("등록 전", "Not activated"),
    "card_2": ("쓰는 중", "In use"),
    "card_3": ("정지됨", "Blocked"),
    "card_4": ("해지됨", "Closed"),
    "card_5": ("교체됨", "Replaced"),
    "card_6": ("정지됨", "Blocked"),
    "card_kind_1": ("실물카드", "Plastic card"),
    "card_kind_2": ("가상카드", "Virtual card"),
    "looks": ("내 정보를 본 기록", "Who looked at my data"),
    "looks_text": (
        "공무원이 내 정보를 보거나 나를 위해 한 일은 하나도 빠짐없이 여기 남습니다.",
        "Every look of an official at your data, and all that was done for you, is kept here.",
    ),
    "looks_none": ("아직 아무도 보지 않았습니다.", "Nobody has looked yet."),
    "looks_wrong": (
        "모르는 일이 있으면 알려 주세요.",
        "If you do not know what this was about, tell us.",
    ),
}
