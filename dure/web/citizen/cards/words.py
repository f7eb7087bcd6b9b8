"""The words of the cards' pages in both languages."""

from __future__ import annotations

from dure.web.citizen.shell.words import Words

CARD_WORDS: Words = {
    "cards": ("카드", "Cards"),
    "my_cards": ("내 카드", "My cards"),
    "virtual": ("가상카드", "Virtual card"),
    "physical": ("실물카드", "Plastic card"),
    "state_issued": ("등록 전", "Not registered yet"),
    "state_active": ("쓰는 중", "In use"),
    "state_blocked": ("정지됨", "Blocked"),
    "state_closed": ("해지됨", "Closed"),
    "none": ("카드가 없습니다.", "You have no card."),
    "none_more": (
        "가상카드는 바로 받아 온라인에서 쓰고, 실물카드는 우편으로 받아 단말기에 꽂아 씁니다. "
        "카드가 여럿이어도 지갑은 하나입니다.",
        "A virtual card comes at once for paying online; a plastic card comes by post for "
        "terminals. All cards pay from one wallet.",
    ),
    "new_card": ("새 카드 만들기", "Get a new card"),
    "past_cards": ("해지한 카드", "Closed cards"),
    "more_cards": ("다른 카드", "Other cards"),
    "on_the_way": ("카드가 오고 있습니다", "A card is on its way"),
    "follow": ("어디까지 왔는지 보기", "See where it is"),
    "register": ("받은 카드 등록하기", "Register a card that came"),
    "register_short": ("카드 등록", "Register a card"),
    "one_wallet": (
        "카드를 정지하거나 잃어버려도 돈은 지갑에 그대로 있습니다.",
        "Blocked or lost, a card takes no money with it: it stays in your wallet.",
    ),
    # A new card
    "which": ("어떤 카드를 만들까요?", "Which card would you like?"),
    "virtual_says": (
        "지금 바로. 번호는 한 번만 보여 드립니다.",
        "At once. Its number is shown one time.",
    ),
    "physical_says": (
        "우편으로 며칠 뒤. 단말기에 꽂거나 대어 결제합니다.",
        "By post in a few days. Insert or tap it at the terminal.",
    ),
    "brand": ("카드에 그릴 그림", "What is drawn on the card"),
    "brand_says": (
        "어느 그림이든 쓰는 법과 혜택은 같습니다.",
        "Whichever you choose, it pays and earns the same.",
    ),
    "issue_now": ("가상카드 받기", "Get the virtual card"),
    # The number, once
    "number_title": ("가상카드가 나왔습니다", "Your virtual card is here"),
    "number": ("카드 번호", "Card number"),
    "expires": ("유효기간", "Valid thru"),
    "code_three": ("보안코드 (CVC)", "Security code (CVC)"),
    "number_once": (
        "번호와 보안코드는 지금 한 번만 보입니다. 적어 두거나 쓸 곳에 바로 등록하세요. "
        "두레는 번호를 저장하지 않아 다시 알려 드릴 수 없습니다.",
        "Number and code are shown this one time. Note them, or enter them now where you will pay. "
        "Dure does not keep them and cannot show them again.",
    ),
    "number_was_shown": (
        "이 카드의 번호는 이미 보여 드렸습니다. 번호를 놓쳤으면 카드를 바꾸세요. "
        "새 번호가 바로 나옵니다.",
        "This card's number has been shown. If you missed it, replace the card: the new number "
        "comes at once.",
    ),
    "to_card": ("이 카드로 가기", "Go to this card"),
    # Applying
    "order_title": ("실물카드 신청", "Apply for a plastic card"),
    "order_replaces": (
        "새 카드가 만들어지면 지금 카드는 해지됩니다. 돈은 지갑에 그대로 있습니다.",
        "When the new card is made, the old one is closed. Your money stays in the wallet.",
    ),
    "letter_name": ("받는 사람", "Name on the letter"),
    "postcode": ("우편번호", "Postcode"),
    "postcode_hint": ("숫자 다섯 자리", "Five digits"),
    "street": ("도로명 주소", "Street and number"),
    "street_hint": (
        "예: 인천광역시 남동구 정각로 29",
        "For example: 29 Jeonggak-ro, Namdong-gu, Incheon",
    ),
    "rest": ("상세 주소", "Flat, floor"),
    "optional": ("없으면 비워 두세요", "Leave empty if none"),
    "address_kept": (
        "주소는 암호로 잠가 두고, 카드를 등록하면 지웁니다.",
        "The address is kept sealed, and erased when you register the card.",
    ),
    "apply": ("신청하기", "Apply"),
    "wrong_name": ("받는 사람의 이름을 적어 주세요.", "Write the name on the letter."),
    "wrong_postcode": ("우편번호는 숫자 다섯 자리입니다.", "A postcode has five digits."),
    "wrong_street": (
        "도로명 주소를 적어 주세요. 80자까지 쓸 수 있습니다.",
        "Write street and number, 80 characters at most.",
    ),
    "wrong_rest": ("상세 주소는 80자까지 쓸 수 있습니다.", "At most 80 characters here."),
    "wrong_brand": ("그림을 하나 골라 주세요.", "Choose one of the brands."),
    "under_way": (
        "이미 오고 있는 카드가 있습니다. 받은 뒤에 다시 신청해 주세요.",
        "A card is on its way already. Apply again when it has come.",
    ),
    "too_many": (
        "카드는 다섯 장까지 가질 수 있습니다. 쓰지 않는 카드를 해지한 뒤 다시 해 주세요.",
        "You may have five cards. Close one that you do not use, then try again.",
    ),
    "no_maker": (
        "여기서는 실물카드를 우편으로 신청할 수 없습니다. 구청 창구에서 받아 주세요.",
        "Plastic cards cannot be ordered by post here. Get one at your district's desk.",
    ),
    # On its way
    "delivery_title": ("카드가 오는 길", "Your card on its way"),
    "step_asked": ("신청함", "Asked for"),
    "step_making": ("만드는 중", "Being made"),
    "step_sent": ("보냄", "Sent"),
    "step_arrived": ("도착함", "Arrived"),
    "step_registered": ("등록함", "Registered"),
    "step_came_back": ("돌아옴", "Came back"),
    "step_cancelled": ("신청 취소", "Called off"),
    "say_asked": ("신청을 받았습니다. 곧 만들기 시작합니다.", "We have your application."),
    "say_making": ("카드를 만들고 있습니다.", "Your card is being made."),
    "say_sent": ("카드를 보냈습니다.", "Your card is in the post."),
    "say_arrived": (
        "카드가 도착했습니다. 카드 번호와 편지의 등록 번호로 등록하면 바로 쓸 수 있습니다.",
        "Your card has come. Register it by its number and the code in the letter.",
    ),
    "say_registered": ("등록이 끝난 카드입니다.", "This card is registered."),
    "say_came_back": (
        "카드를 전하지 못해 해지했습니다. 주소를 확인하고 다시 신청해 주세요. "
        "돈은 지갑에 그대로 있습니다.",
        "The card could not be delivered and was closed. Look at the address and apply again. Your "
        "money is in the wallet.",
    ),
    "say_cancelled": ("신청이 취소되었습니다.", "The application was called off."),
    "done": ("끝남", "done"),
    "cancel": ("신청 취소하기", "Call it off"),
    "cancelled": ("카드 신청을 취소했습니다.", "The application was called off."),
    "not_come": ("카드가 오지 않았어요", "The card has not come"),
    "not_come_says": (
        "보낸 카드를 해지하고 같은 주소로 새로 보내 드립니다. 두 번까지 할 수 있습니다.",
        "The posted card is closed and another is sent to the same address. You can do this twice.",
    ),
    "made_again": ("카드를 새로 만들어 보냅니다.", "Another card is made and sent."),
    "not_that_far": (
        "지금은 할 수 없습니다. 카드가 어디까지 왔는지 다시 확인해 주세요.",
        "This cannot be done now. Look again where your card is.",
    ),
    "apply_again": ("다시 신청하기", "Apply again"),
    # Registering
    "register_title": ("카드 등록", "Register a card"),
    "pan": ("카드 번호", "Card number"),
    "pan_hint": ("카드 앞면의 16자리", "The 16 digits on the card"),
    "code": ("등록 번호", "Registration code"),
    "code_hint": ("편지에 적힌 6자리", "The 6 digits in the letter"),
    "pin": ("카드 비밀번호", "Card PIN"),
    "pin_hint": (
        "숫자 네 자리. 생일과 이어진 숫자는 안 됩니다.",
        "Four digits; no birthday, no row.",
    ),
    "pin_again": ("카드 비밀번호 한 번 더", "Card PIN again"),
    "register_act": ("등록하고 쓰기 시작", "Register and start using it"),
    "registered": ("카드를 등록했습니다. 이제 쓸 수 있습니다.", "The card is registered and pays."),
    "not_recognized": (
        "카드 번호나 등록 번호가 맞지 않습니다. 카드와 편지를 보고 다시 적어 주세요.",
        "Number or code are not right. Look at card and letter, and enter them again.",
    ),
    "number_not_recognized": (
        "이 카드의 번호가 아닙니다. 카드 앞면을 보고 다시 적어 주세요.",
        "This is not the number of this card. Look at the card and enter it again.",
    ),
    "too_many_guesses": (
        "여러 번 틀렸습니다. 하루 뒤에 다시 하거나 구청 창구로 오세요.",
        "It was wrong too often. Try again in a day, or come to your district's desk.",
    ),
    "pin_not_four_digits": ("비밀번호는 숫자 네 자리입니다.", "A PIN has four digits."),
    "pin_too_simple": (
        "같은 숫자나 이어진 숫자, 되풀이한 숫자는 쓸 수 없습니다.",
        "Not the same digit, a row or a repeated pair.",
    ),
    "pin_birthday": ("생일로 된 비밀번호는 쓸 수 없습니다.", "A birthday is no PIN."),
    "pin_differs": ("두 비밀번호가 다릅니다.", "The two PINs differ."),
    # A card
    "block": ("카드 정지하기", "Block the card"),
    "block_says": (
        "바로 멈추고, 언제든 다시 쓸 수 있습니다.",
        "Stops at once; undo it at any time.",
    ),
    "blocked": ("카드를 정지했습니다.", "The card is blocked."),
    "unblock": ("정지 풀기", "Unblock"),
    "unblocked": ("정지를 풀었습니다.", "The card is no longer blocked."),
    "blocked_by_guardian": (
        "보호자가 정지한 카드입니다. 보호자가 풀 수 있습니다.",
        "Your guardian has blocked this card, and can unblock it.",
    ),
    "lost": ("잃어버렸어요", "I have lost it"),
    "lost_title": ("카드를 잃어버렸나요?", "Lost your card?"),
    "lost_says": (
        "먼저 카드를 정지합니다. 찾으면 정지를 풀고, 찾지 못하면 새 카드로 바꾸면 됩니다. "
        "돈은 지갑에 그대로 있습니다.",
        "First the card is blocked. Unblock it if you find it; replace it if you do not. Your "
        "money stays in the wallet.",
    ),
    "lost_act": ("지금 정지하기", "Block it now"),
    "lost_done": (
        "카드를 정지했습니다. 이제 아무도 쓸 수 없습니다.",
        "The card is blocked: nobody can pay with it now.",
    ),
    "replace": ("새 카드로 바꾸기", "Replace the card"),
    "replace_says": (
        "이 카드는 해지되고 새 번호의 카드가 나옵니다. 돈은 지갑에 그대로 있습니다.",
        "This card is closed and one with a new number comes. Your money stays in the wallet.",
    ),
    "new_pin": ("비밀번호 새로 정하기", "Choose a new PIN"),
    "new_pin_says": (
        "카드 번호를 적고 새 비밀번호를 정합니다. 전에 틀린 횟수는 지워집니다.",
        "Enter the card's number and a new PIN. Wrong tries before are forgotten.",
    ),
    "pin_changed": ("비밀번호를 새로 정했습니다.", "The new PIN holds."),
    "set_pin": ("이 비밀번호로 정하기", "Use this PIN"),
    "close": ("카드 해지하기", "Close the card"),
    "close_title": ("이 카드를 해지할까요?", "Close this card?"),
    "close_says": (
        "해지한 카드는 다시 쓸 수 없습니다. 돈은 지갑에 그대로 있습니다. "
        "잠시만 멈추려면 정지하세요.",
        "A closed card cannot be used again. Your money stays in the wallet. To stop it for a "
        "while, block it.",
    ),
    "closed": ("카드를 해지했습니다.", "The card is closed."),
    "never_mind": ("해지하지 않기", "Keep the card"),
    "manage": ("카드 관리", "Manage the card"),
    "issued_on": ("만든 날", "Issued on"),
    "kind": ("종류", "Kind"),
    "standing": ("상태", "State"),
    "register_this": ("이 카드 등록하기", "Register this card"),
    # The demo's letter box
    "mailbox": ("우편함", "Letter box"),
    "mailbox_says": (
        "시연 도시에는 우체부가 없어서, 도착한 편지를 여기서 봅니다.",
        "A demo city has no postman: letters that have come are read here.",
    ),
    "mailbox_empty": ("도착한 편지가 없습니다.", "No letter has come."),
    "open_mailbox": ("시연: 우편함 열기", "Demo: open the letter box"),
}
