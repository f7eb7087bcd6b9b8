"""The words of charging and getting back in both languages."""

from __future__ import annotations

from dure.web.citizen.shell.words import Words

MONEY_WORDS: Words = {
    # Charging
    "charge": ("충전", "Charge"),
    "charge_amount": ("충전할 금액 (원)", "Amount to charge, in won"),
    "charge_from": ("어느 계좌에서", "From which account"),
    "charge_go": ("충전하기", "Charge"),
    "charge_then_pay": (
        "충전한 뒤 하던 결제로 돌아갑니다.",
        "After charging you go on with your payment.",
    ),
    "back_to_pay": ("결제로 돌아가기", "Back to the payment"),
    "on_to_pay": ("이어서 결제하기", "Go on to pay"),
    "charge_room": ("지금 {won}까지 충전할 수 있습니다.", "You may charge up to {won} now."),
    "charge_room_none": (
        "지금은 더 충전할 수 없습니다. 쓴 뒤에, 또는 다음 달에 충전하세요.",
        "You cannot charge more now. Spend some first, or wait for next month.",
    ),
    "limit_holding": ("가질 수 있는 충전금", "Charged money you may hold"),
    "limit_given": ("그중 상대가 아직 받지 않은 선물", "Of it in gifts on their way"),
    "limit_month": ("한 달에 충전할 수 있는 돈", "What you may charge in a month"),
    "limit_month_used": ("이 달에 충전한 돈", "Charged this month"),
    "limit_none": ("제한 없음", "no limit"),
    "limit_raise": ("본인 확인을 하면 한도가 커집니다.", "Proving who you are raises the limits."),
    "amount_fault": (
        "1원 이상의 금액을 적으세요. 예: 50,000",
        "Write an amount of 1 won or more, such as 50,000.",
    ),
    "amount_over": (
        "{won}까지 할 수 있습니다. 금액을 줄이세요.",
        "At most {won} is possible. Write a smaller amount.",
    ),
    "no_account": (
        "먼저 은행 계좌를 연결하세요.",
        "Link a bank account first.",
    ),
    "account_gone": (
        "연결되어 있지 않은 계좌입니다. 계좌를 고르세요.",
        "That account is not linked. Choose an account.",
    ),
    # How a transfer stands
    "state_booked": ("충전했습니다", "Charged"),
    "state_waits": ("은행의 답을 기다립니다", "Waiting for the bank"),
    "state_waits_why": (
        "은행이 늦습니다. 돈은 한 번만 움직이고, 답이 오면 알려 드립니다. 이 화면을 닫아도 됩니다.",
        "The bank is slow. The money moves once, and we tell you when the answer comes. You may"
        " close this page.",
    ),
    "state_failed": ("충전하지 못했습니다", "Not charged"),
    "state_failed_why": (
        "계좌에서 빠져나간 돈은 없습니다. 계좌 잔액을 확인하고 다시 하세요.",
        "Nothing was taken from your account. Look at its balance and try again.",
    ),
    "state_back": ("한도를 넘어 돌려드립니다", "Over the limit: given back"),
    "state_back_why": (
        "은행에서 받은 돈을 계좌로 돌려드립니다.",
        "What came from the bank goes back to your account.",
    ),
    "state_paid_out": ("계좌로 보냈습니다", "Paid to your account"),
    "state_sending": ("계좌로 보내고 있습니다", "On its way to your account"),
    "state_refused": ("돌려받을 수 없습니다", "Cannot be paid back"),
    "state_returned": ("은행이 받지 않아 지갑으로 돌아왔습니다", "Back in your wallet"),
    "state_returned_why": (
        "계좌를 확인하고 다시 신청하세요. 돈은 지갑에 그대로 있습니다.",
        "The bank did not take it. Look at the account and ask again; the money is in your wallet.",
    ),
    "look_again": ("다시 보기", "Look again"),
    "charge_again": ("다시 충전하기", "Charge again"),
    "withdraw_again": ("다시 신청하기", "Ask for it again"),
    "to_home": ("홈으로", "To the first page"),
    "amount": ("금액", "Amount"),
    "account": ("계좌", "Account"),
    "number": ("거래 번호", "Number"),
    # Getting back
    "withdraw": ("충전금 돌려받기", "Get charged money back"),
    "withdraw_may": ("지금 돌려받을 수 있는 돈", "What you may have back now"),
    "withdraw_rule": (
        "충전금의 60% 이상 쓰면 남은 돈을 모두 돌려받습니다. 하나도 쓰지 않은 충전은 7일 안에 모두"
        " 돌려받습니다.",
        "Once 60% of what you charged is used, all the rest may be paid back. A charge of which"
        " nothing was used is paid back whole within seven days.",
    ),
    "withdraw_used": ("쓴 돈", "Used"),
    "withdraw_brought": ("충전한 돈", "Charged"),
    "withdraw_needed": (
        "{won} 더 쓰면 돌려받을 수 있습니다.",
        "Use {won} more and it may be paid back.",
    ),
    "withdraw_needed_more": (
        "{won} 더 쓰면 나머지 충전금도 돌려받을 수 있습니다.",
        "Use {won} more and the rest may be paid back too.",
    ),
    "withdraw_unused": (
        "쓰지 않은 충전을 통째로 돌려받습니다. 받은 충전 보너스는 거둡니다.",
        "An unused charge is paid back whole; a bonus that it brought is taken back.",
    ),
    "withdraw_cashback": (
        "캐시백, 정책수당, 선물로 받은 돈은 돈으로 돌려드리지 않습니다.",
        "Cashback, policy allowance and money that came as a gift are never paid out.",
    ),
    "withdraw_behind": (
        "선물로 받은 {gift}이 먼저 쓰입니다. 그 뒤에 충전한 {won}은 선물을 다 쓴 뒤부터"
        " 돌려받을 수 있습니다.",
        "{gift} that came to you as a gift is spent first. {won} charged after it can be paid back"
        " once the gift is spent.",
    ),
    "withdraw_given": (
        "보낸 선물 {given}은 받는 분을 기다리고 있어 아직 쓴 돈으로 치지 않습니다. 받으면 쓴 돈이"
        " 되고, 받지 않으면 지갑으로 돌아옵니다.",
        "{given} in gifts on their way do not count as used yet. Once taken they do; what is not"
        " taken comes back to your wallet.",
    ),
    "withdraw_held": (
        "금액이 정해지지 않은 결제에 {held}이 잡혀 있습니다. 결제가 끝나면 풀립니다.",
        "{held} are reserved for a payment without a final amount, until it is settled.",
    ),
    "withdraw_to": ("어느 계좌로", "To which account"),
    "withdraw_go": ("{won} 돌려받기", "Have {won} paid back"),
    "withdraw_none": ("지금 돌려받을 수 있는 돈이 없습니다.", "There is nothing to pay back now."),
    # Accounts
    "accounts": ("은행 계좌", "Bank accounts"),
    "accounts_none": ("연결한 계좌가 없습니다.", "No account is linked."),
    "link": ("계좌 연결", "Link an account"),
    "link_bank": ("은행", "Bank"),
    "link_number": ("계좌번호", "Account number"),
    "link_number_hint": ("'-' 없이 10~14자리", "10 to 14 digits"),
    "link_consent": (
        "이 계좌에서 충전하고 이 계좌로 돌려받는 데 동의합니다.",
        "I agree that money is charged from this account and paid back to it.",
    ),
    "link_go": ("동의하고 연결", "Agree and link"),
    "link_demo": (
        "시연용 은행입니다. 끝자리 0은 없는 계좌, 9는 남의 계좌, 8은 답이 없는 계좌입니다.",
        "A demo bank: numbers ending in 0 do not exist, in 9 are another's, in 8 get no answer.",
    ),
    "linked": ("계좌를 연결했습니다.", "The account is linked."),
    "link_wrong": ("계좌번호를 다시 확인하세요.", "Check the account number again."),
    "link_missing": ("은행에 그런 계좌가 없습니다.", "The bank has no such account."),
    "link_other": (
        "본인 이름의 계좌만 연결할 수 있습니다.",
        "Only an account in your own name can be linked.",
    ),
    "link_silent": (
        "은행이 답하지 않습니다. 잠시 뒤 다시 하세요.",
        "The bank does not answer. Try again in a moment.",
    ),
    "link_not_set_up": (
        "이 도시는 아직 은행과 연결되지 않아 계좌를 연결할 수 없습니다. 가까운 구청 창구에"
        " 물어보세요.",
        "No bank is set up for this city yet, so no account can be linked. Ask at the desk of your"
        " district office.",
    ),
    "link_taken": (
        "다른 회원이 쓰는 계좌입니다. 은행에 확인하세요.",
        "The account is in use elsewhere. Ask the bank.",
    ),
    "link_agree": ("동의해야 연결할 수 있습니다.", "It can be linked only if you agree."),
    "link_often": (
        "너무 여러 번 했습니다. 15분 뒤에 다시 하세요.",
        "Too many attempts. Try again in 15 minutes.",
    ),
    "unlink": ("연결 끊기", "Unlink"),
    "unlinked": (
        "연결을 끊었습니다. 자동충전도 멈춥니다.",
        "The account is unlinked; automatic charging from it stops.",
    ),
    "auto": ("자동충전", "Automatic charge"),
    "auto_lead": (
        "충전금이 정한 금액보다 적어지면 저절로 충전합니다.",
        "When charged money falls below an amount, more is charged by itself.",
    ),
    "auto_below": ("이 금액보다 적어지면 (원)", "When it falls below, in won"),
    "auto_amount": ("한 번에 충전할 금액 (원)", "Charge this much, in won"),
    "auto_on": ("자동충전 켜기", "Turn it on"),
    "auto_change": ("이대로 바꾸기", "Change it"),
    "auto_off": ("자동충전 끄기", "Turn it off"),
    "auto_is_on": ("켜져 있습니다.", "It is on."),
    "auto_is_off": ("꺼져 있습니다.", "It is off."),
    "auto_stopped": (
        "세 번 실패해 멈췄습니다. 계좌를 확인하고 다시 켜세요.",
        "It stopped after three failures. Look at the account and turn it on again.",
    ),
    "auto_fault": (
        "자동충전은 한 번에 {won} 이상, 1천만 원까지입니다. 기준 금액은 1원 이상으로 적으세요.",
        "An automatic charge is of {won} or more, up to ₩10,000,000. Write ₩1 or more for the "
        "amount below which it begins.",
    ),
    "auto_saved": ("자동충전을 켰습니다.", "Automatic charging is on."),
    "auto_ended": ("자동충전을 껐습니다.", "Automatic charging is off."),
    "lots": ("충전금의 유효기간", "Until when charged money is good"),
    "lot_until": ("{day}까지", "until {day}"),
}
