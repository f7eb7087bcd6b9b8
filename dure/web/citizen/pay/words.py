"""The words of paying in both languages."""

from __future__ import annotations

from dure.web.citizen.shell.words import Words

PAY_WORDS: Words = {
    # How to pay
    "pay": ("결제", "Pay"),
    "to_spend": ("쓸 수 있는 돈", "You can spend"),
    "keeps": ("캐시백은 모으는 중입니다.", "Cashback is being kept."),
    "pay_lead": ("어떻게 결제할까요?", "How do you want to pay?"),
    "to_code": ("내 코드 보여주기", "Show my code"),
    "to_code_why": ("가게 계산대에서 읽습니다.", "The till reads it."),
    "to_scan": ("가게 코드 찍기", "Scan the shop's code"),
    "to_scan_why": ("받을 혜택을 먼저 봅니다.", "See first what you get."),
    "to_order": ("쓰는 순서", "Which money first"),
    "card_too": (
        "카드로 결제할 때는 전화기가 필요 없습니다.",
        "Paying by card needs no phone.",
    ),
    # My code
    "code": ("내 결제 코드", "My payment code"),
    "code_lead": ("계산대에 보여 주세요. 한 번만 쓰입니다.", "Show it at the till. It pays once."),
    "code_left": ("{seconds}초 뒤에 바뀝니다", "changes in {seconds} s"),
    "code_good": ("{seconds}초 동안 쓸 수 있습니다.", "Good for {seconds} s."),
    "code_look": ("결제됐는지 보기", "See whether it was paid"),
    "code_new": ("새 코드", "New code"),
    "code_offline": (
        "인터넷이 끊겼습니다. 이 코드는 {seconds}초 더 쓸 수 있습니다.",
        "You are offline. This code is good for {seconds} s more.",
    ),
    "code_over": ("코드의 시간이 지났습니다.", "The code's time is over."),
    "code_bars": ("계산대에서 읽는 막대 부호", "Bars that the till reads"),
    "code_picture": ("계산대에서 읽는 QR 코드", "QR code that the till reads"),
    "code_digits": ("숫자로 불러 주기", "Read out the digits"),
    "code_too_often": (
        "코드를 너무 자주 만들었습니다. 1분 뒤에 다시 하세요.",
        "Too many codes were made. Try again in a minute.",
    ),
    "code_locked": (
        "지갑이 잠겨 있어 결제할 수 없습니다. 잠금을 풀면 코드가 나옵니다.",
        "Your wallet is locked and cannot pay. Unlock it and the code is here.",
    ),
    "to_lock": ("잠금 보기", "See the lock"),
    # Scanning
    "scan": ("가게 코드 찍기", "Scan the shop's code"),
    "scan_camera": ("카메라 켜기", "Use the camera"),
    "scan_view": ("카메라 화면", "What the camera sees"),
    "scan_look": ("코드를 네모 안에 맞추세요.", "Hold the code inside the frame."),
    "scan_denied": (
        "카메라를 쓸 수 없습니다. 사진을 고르거나 가게 번호를 적으세요.",
        "The camera cannot be used. Choose a photo or type the shop's number.",
    ),
    "scan_photo": ("코드의 사진", "A photo of the code"),
    "scan_photo_go": ("사진 읽기", "Read the photo"),
    "scan_number": ("가게 번호", "The shop's number"),
    "scan_number_hint": (
        "코드 아래에 적힌 15자리입니다. 코드의 글을 붙여 넣어도 됩니다.",
        "The 15 letters and digits below the code; its text may be pasted too.",
    ),
    "scan_number_go": ("가게 찾기", "Find the shop"),
    "scan_too_often": (
        "사진을 너무 자주 보냈습니다. 잠시 뒤 다시 하거나 가게 번호를 적으세요.",
        "Too many photos were sent. Wait a moment, or type the shop's number.",
    ),
    "scan_nothing": (
        "사진에서 코드를 찾지 못했습니다. 코드가 크게 보이도록 다시 찍으세요.",
        "No code was found in the photo. Take it again with the code large.",
    ),
    "scan_damaged": (
        "결제 코드가 아니거나 손상된 코드입니다. 가게 번호를 적어 보세요.",
        "It is no payment code, or it is damaged. Try typing the shop's number.",
    ),
    "scan_other": (
        "다른 도시나 다른 결제의 코드입니다. 우리 도시 가게의 코드를 찍으세요.",
        "It is a code of another city or system. Scan the code of a shop in this city.",
    ),
    "scan_no_shop": (
        "그런 가게가 없습니다. 번호를 다시 확인하세요.",
        "There is no such shop. Check the number again.",
    ),
    # The sheet
    "amount": ("낼 금액 (원)", "Amount in won"),
    "amount_hint": ("가게가 말한 가격 그대로 적으세요.", "The price as the shop says it."),
    "amount_go": ("받을 혜택 보기", "See what I get"),
    "amount_fault": (
        "1원 이상의 금액을 적으세요. 예: 12,000",
        "Write an amount of 1 won or more, such as 12,000.",
    ),
    "amount_set": ("가게가 정한 금액입니다.", "The shop has set the amount."),
    "confirm": ("이대로 결제", "Pay this"),
    "confirm_again": ("한 번 더 결제", "Pay once more"),
    "you_pay": ("내는 돈", "You pay"),
    "you_get": ("받는 캐시백", "Cashback you get"),
    "price": ("가격", "Price"),
    "discount": ("가게 즉시할인", "Shop's discount"),
    "coupon": ("쿠폰", "Coupon"),
    "coupon_choice": ("쿠폰 고르기", "Choose a coupon"),
    "coupon_best": ("가장 좋은 쿠폰을 자동으로", "The best coupon by itself"),
    "coupon_none": ("쿠폰 쓰지 않기", "No coupon"),
    "split": ("어느 돈에서 나가나요", "From which money"),
    "charged": ("충전금", "Charged money"),
    "cashback": ("캐시백", "Cashback"),
    "allowance": ("정책수당", "Policy allowance"),
    "why": ("받는 혜택과 이유", "What you get, and why"),
    "why_not": ("받지 못하는 것과 이유", "What you do not get, and why"),
    "nothing": ("이 결제로 받는 혜택은 없습니다.", "This payment earns nothing."),
    "left_more": (
        "이 결제 뒤에도 이번 달 {won}까지 {rate} 캐시백을 받습니다.",
        "After this payment {won} more of this month's payments here earn {rate}.",
    ),
    "left_then": (
        "이 결제로 이번 달 {rate} 한도를 다 씁니다. 그다음부터는 {then}입니다.",
        "This payment uses up this month's {rate}; from then on it is {then}.",
    ),
    "left_none": (
        "이 결제로 이번 달 {rate} 한도를 다 씁니다. 그다음부터는 캐시백이 없습니다.",
        "This payment uses up this month's {rate}; from then on nothing is earned.",
    ),
    "change_amount": ("금액 고치기", "Change the amount"),
    "other_shop": ("다른 가게", "Another shop"),
    "short": (
        "충전금이 {won} 모자랍니다. 충전한 뒤 결제하세요.",
        "You are short of {won}. Charge it first, then pay.",
    ),
    "charge": ("{won} 충전하기", "Charge {won}"),
    "changed": (
        "화면을 보는 사이 혜택이나 잔액이 바뀌었습니다. 아직 결제하지 않았으니 다시 확인하세요.",
        "What you get, or your balance, has changed meanwhile. Look again: nothing was paid yet.",
    ),
    "just_paid": (
        "방금 이 가게에 같은 금액을 결제했습니다. 한 번 더 내는 것인지 확인하세요.",
        "You have just paid this shop the same amount. Is this one more?",
    ),
    "slow": (
        "응답이 늦습니다. 다시 눌러도 한 번만 결제됩니다.",
        "The answer is late. Press again: it is paid only once.",
    ),
    "away": (
        "지금은 계산할 수 없습니다. 잠시 뒤 다시 열어 주세요.",
        "It cannot be worked out now. Open it again in a moment.",
    ),
    # Done
    "done": ("결제했습니다", "Paid"),
    "done_part": ("결제했고 일부를 환불받았습니다", "Paid, and given back in part"),
    "done_back": ("취소된 결제입니다", "Cancelled"),
    "cashback_left": ("남은 캐시백", "Cashback that stays"),
    "given_back": ("이 결제에서 돌려받은 것", "Given back of this payment"),
    "to_receipt": ("영수증 보기", "See the receipt"),
    "to_home": ("홈으로", "To the first page"),
    "to_cancel": ("결제 취소", "Cancel the payment"),
    "after": ("남은 돈", "What is left"),
    # Cancelling
    "cancel": ("결제 취소", "Cancel the payment"),
    "cancel_lead": (
        "낸 돈은 나온 곳으로 돌아가고, 받은 캐시백은 거둡니다. 이 달의 한도도 되살아납니다.",
        "What you paid returns to where it came from, the cashback is taken back, and the month's"
        " cap is restored.",
    ),
    "cancel_shop": (
        "가게에서 물건을 돌려준 뒤 함께 취소하세요. QR로 낸 결제는 그날 안에 취소할 수 있습니다.",
        "Cancel it together with the shop, after giving the goods back. A payment by QR can be"
        " cancelled on its own day.",
    ),
    "back_charged": ("돌려받는 충전금", "Charged money back"),
    "back_cashback": ("돌려받는 캐시백", "Cashback back"),
    "back_allowance": ("돌려받는 정책수당", "Policy allowance back"),
    "back_from_charged": (
        "받은 캐시백을 이미 쓰셨습니다. {won}은 돌려받는 충전금에서 빼고 {left}을 드립니다.",
        "The cashback has been spent: {won} is taken from the charged money, {left} comes back.",
    ),
    "back_from_coming": (
        "모자란 {won}은 다음에 받을 캐시백에서 갚습니다.",
        "The missing {won} is settled by the next cashback.",
    ),
    "cancel_taken": ("거두는 캐시백", "Cashback taken back"),
    "cancel_go": ("결제 취소하기", "Cancel the payment"),
    "cancel_no": ("취소하지 않기", "Keep the payment"),
    "cancelled": (
        "결제를 취소했습니다. 돈과 이 달의 한도가 돌아왔습니다.",
        "The payment is cancelled. Your money and the month's cap are back.",
    ),
    "cancel_late": (
        "그날이 지난 결제입니다. 가게에서 취소하거나 이의를 제기하세요.",
        "Its day is over. Ask the shop to cancel it, or tell us about it.",
    ),
    "cancel_card": (
        "카드로 낸 결제는 가게에서 취소합니다.",
        "A payment by card is cancelled by the shop.",
    ),
    "cancel_part": (
        "일부를 이미 환불받은 결제입니다. 나머지는 가게에서 취소합니다.",
        "A part was given back already. The rest is cancelled by the shop.",
    ),
    "cancel_was": ("이미 취소한 결제입니다.", "This payment was cancelled before."),
    # Which money first
    "order": ("쓰는 순서", "Which money first"),
    "order_lead": (
        "정책수당은 쓸 수 있는 가게에서 먼저 쓰입니다. 그다음을 고르세요.",
        "Policy allowance is spent first where it fits. Choose what comes next.",
    ),
    "order_spend": ("캐시백부터 쓰기", "Spend cashback first"),
    "order_spend_why": (
        "캐시백으로 낸 만큼은 캐시백이 쌓이지 않습니다.",
        "What is paid with cashback earns no cashback.",
    ),
    "order_keep": ("캐시백 모으기", "Keep cashback"),
    "order_keep_why": (
        "충전금만 씁니다. 모은 캐시백은 나중에 쓸 수 있습니다.",
        "Only charged money is spent. The cashback stays for later.",
    ),
    "order_save": ("이 순서로 저장", "Save"),
    "order_saved": ("쓰는 순서를 바꿨습니다.", "Which money comes first was changed."),
    "order_coupons": ("쿠폰 쓰는 방법", "How coupons are used"),
    # The till of the demo city
    "till": ("가상 계산대", "Simulated till"),
    "till_lead": (
        "시연 도시의 가게 계산대입니다. 손님의 코드를 읽거나 가게의 코드를 보여 줍니다.",
        "A shop's till in the demo city: it reads a customer's code, or shows the shop's.",
    ),
    "till_shop": ("가게", "Shop"),
    "till_read": ("손님의 코드", "The customer's code"),
    "till_read_hint": ("24자리 숫자", "24 digits"),
    "till_take": ("결제 받기", "Take the payment"),
    "till_show": ("가게 코드 보여 주기", "Show the shop's code"),
    "till_text": ("코드의 글", "The code's text"),
    "till_taken": ("{won} 결제를 받았습니다. 승인번호 {code}", "Took {won}. Approval code {code}."),
    "till_late": (
        "답이 오지 않았습니다. 그대로 다시 누르세요. 한 번만 결제됩니다.",
        "No answer came. Press again just so: it is paid only once.",
    ),
    "till_unknown": (
        "모르는 코드입니다. 새 코드를 보여 달라고 하세요.",
        "Nobody has this code. Ask for a new one.",
    ),
    "till_expired": (
        "코드의 시간이 지났습니다. 새 코드를 보여 달라고 하세요.",
        "The code's time is over. Ask for a new one.",
    ),
    "till_used": (
        "이미 쓴 코드입니다. 새 코드를 보여 달라고 하세요.",
        "The code was used before. Ask for a new one.",
    ),
}
