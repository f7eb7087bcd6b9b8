"""The words of gifts and donations in both languages."""

from __future__ import annotations

from dure.web.citizen.shell.words import Words

GIFT_WORDS: Words = {
    "gifts": ("선물", "Gifts"),
    "gifts_lead": (
        "충전금을 전화번호로 선물합니다.",
        "Give charged money to a telephone number.",
    ),
    "limit_told": (
        "한 번에 {won}까지 보낼 수 있고, {days} 안에 받지 않으면 지갑으로 돌아옵니다.",
        "One gift is of at most {won}. What is not taken within {days} comes back to you.",
    ),
    "to_send": ("선물 보내기", "Send a gift"),
    "to_donate": ("기부하기", "Donate"),
    "came": ("나에게 온 선물", "Gifts for you"),
    "came_none": ("지금 받을 선물이 없습니다.", "No gift waits for you now."),
    "sent": ("보낸 선물", "Gifts you sent"),
    "sent_none": ("아직 보낸 선물이 없습니다.", "You have sent no gift yet."),
    "until": ("{until}까지 받을 수 있습니다.", "Take it until {until}."),
    "take": ("{won} 받기", "Take {won}"),
    "taken": ("선물을 받았습니다.", "The gift is yours."),
    "taken_spent": (
        "선물로 받은 돈은 가게에서 씁니다. 계좌로는 돌려받지 않습니다.",
        "Money that came as a gift is spent at shops. It is not paid out to an account.",
    ),
    "over_limit": (
        "받으면 가질 수 있는 돈을 넘습니다. {until}까지 먼저 쓰고 다시 받으세요.",
        "With it you would hold more than you may. Spend some first and take it until {until}.",
    ),
    # Sending
    "send_phone": ("받는 분의 전화번호", "Telephone number of the receiver"),
    "send_amount": ("선물할 금액 (원)", "Amount in won"),
    "send_may": ("지금 {won}까지 선물할 수 있습니다.", "You may give up to {won} now."),
    "send_may_none": (
        "선물할 수 있는 충전금이 없습니다. 먼저 충전하세요.",
        "You have no charged money to give. Charge first.",
    ),
    "send_words": ("함께 보낼 말 (60자까지)", "A few words (up to 60 letters)"),
    "send_words_hint": (
        "받는 분은 금액과 이 말만 봅니다. 누구인지 적어 주세요.",
        "The receiver sees the amount and these words only. Say who you are.",
    ),
    "send_go": ("선물하기", "Give it"),
    "send_note": (
        "받는 분께 문자로 알립니다. 받기 전에는 취소할 수 있습니다. 캐시백은 선물할 수 없습니다.",
        "The receiver is told by text message. You may take it back until it is taken. Cashback"
        " cannot be given.",
    ),
    "fault_phone": (
        "휴대전화 번호를 적으세요. 예: 010-1234-5678",
        "Write a mobile number, such as 010-1234-5678.",
    ),
    "fault_own": ("내 번호로는 선물할 수 없습니다.", "You cannot send a gift to your own number."),
    "fault_amount": (
        "1원부터 {won}까지 적으세요.",
        "Write an amount from 1 won to {won}.",
    ),
    "fault_words": ("60자까지 한 줄로 적으세요.", "Write at most 60 letters, in one line."),
    "fault_often": (
        "오늘은 더 보낼 수 없습니다. 내일 다시 하세요.",
        "No more can be sent today. Try again tomorrow.",
    ),
    "slow": (
        "응답이 늦습니다. 다시 눌러도 한 번만 됩니다.",
        "The answer is late. Press again: it is done only once.",
    ),
    # How a gift stands
    "state_0": ("보내고 있습니다", "Being sent"),
    "state_1": ("받기를 기다립니다", "Waiting to be taken"),
    "state_2": ("받았습니다", "Taken"),
    "state_3": ("돌아왔습니다", "Came back"),
    "state_refused": ("보내지 못했습니다", "Not sent"),
    "state_0_why": (
        "응답을 기다리고 있습니다. 곧 다시 보세요.",
        "We wait for the answer. Look again in a moment.",
    ),
    "state_1_why": (
        "{until}까지 받지 않으면 지갑으로 돌아옵니다.",
        "If it is not taken by {until} it comes back to your wallet.",
    ),
    "state_2_why": ("받는 분의 지갑에 들어갔습니다.", "It is in the receiver's wallet."),
    "state_3_why": ("돈이 지갑에 있습니다.", "The money is in your wallet."),
    "too_little": (
        "지갑의 충전금이 모자라 보내지 못했습니다. 나간 돈은 없습니다. 충전한 뒤 다시 보내세요.",
        "You have too little charged money. Nothing has left your wallet. Charge, and send again.",
    ),
    "back": ("선물 취소", "Take it back"),
    "backed": ("선물을 취소했습니다. 돈이 돌아왔습니다.", "Taken back. The money is here again."),
    "number": ("선물 번호", "Number"),
    "words": ("함께 보낸 말", "Words"),
    "to_phone": ("받는 번호", "To"),
    "to_gifts": ("선물 목록", "All gifts"),
    "look_again": ("다시 보기", "Look again"),
    "to_charge": ("충전하기", "Charge"),
}
DONATION_WORDS: Words = {
    "donate": ("기부", "Donate"),
    "donate_lead": (
        "시가 정한 기금에 기부합니다. 캐시백으로도 할 수 있습니다.",
        "Give to a fund that the city has named. Cashback may be given too.",
    ),
    "no_fund": (
        "지금 기부할 수 있는 기금이 없습니다. 시가 기금을 정하면 여기에 나옵니다.",
        "There is no fund to give to now. Funds that the city names appear here.",
    ),
    "fund": ("어느 기금에", "To which fund"),
    "fund_given": ("지금까지 {won}", "{won} so far"),
    "from_purse": ("어느 돈으로", "From which money"),
    "from_charged": ("충전금", "Charged money"),
    "from_cashback": ("캐시백", "Cashback"),
    "amount": ("기부할 금액 (원)", "Amount in won"),
    "amount_fault": (
        "1원 이상, 가진 돈까지 적으세요.",
        "Write an amount of 1 won or more, and no more than you have.",
    ),
    "fund_fault": ("기금을 고르세요.", "Choose a fund."),
    "donate_go": ("기부하기", "Donate"),
    "donate_note": (
        "기부는 되돌릴 수 없고, 캐시백이 쌓이지 않습니다.",
        "A donation cannot be taken back, and it earns no cashback.",
    ),
    "slow": (
        "응답이 늦습니다. 다시 눌러도 한 번만 기부됩니다.",
        "The answer is late. Press again: it is given only once.",
    ),
    "given_title": ("기부 영수증", "Receipt of your donation"),
    "given_thanks": ("고맙습니다. 기부했습니다.", "Thank you. It is given."),
    "given_fund": ("기금", "Fund"),
    "given_from": ("낸 돈", "From"),
    "given_when": ("날짜", "Date"),
    "given_number": ("영수증 번호", "Receipt number"),
    "mine": ("내 기부", "My donations"),
    "mine_none": ("아직 기부한 적이 없습니다.", "You have not donated yet."),
    "to_home": ("홈으로", "To the first page"),
    "to_donate": ("기부 화면으로", "Back to donating"),
}
