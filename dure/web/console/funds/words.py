"""The words of the funds in both languages."""

from __future__ import annotations

from dure.web.console.shell.words import Words

FUND_WORDS: Words = {
    "funds_title": ("기부 기금", "Funds for donations"),
    "funds_lead": (
        "시민이 충전금이나 캐시백을 기부하는 기금입니다. 한 사람이 제안하고 다른 사람이 정합니다.",
        "Funds to which citizens give charged money or cashback. One officer proposes, another"
        " decides.",
    ),
    "funds_none": ("아직 기금이 없습니다.", "There are no funds yet."),
    "fund": ("기금", "Fund"),
    "given": ("기부받은 돈", "Given"),
    "donations": ("건수", "Donations"),
    "stands": ("상태", "State"),
    "open": ("받는 중", "open"),
    "closed": ("끝남", "ended"),
    "pay_out_waits": (
        "기부받은 돈은 장부의 기금별 계정에 그대로 있습니다. 지급은 아직 여기서 하지 않습니다.",
        "What was given stands in the books, in an account of each fund. It is not paid out from"
        " here yet.",
    ),
    "new": ("새 기금 제안", "Propose a fund"),
    "change": ("문구를 바꾸거나 끝내기", "Other words, or an end"),
    "name_ko": ("이름 (한국어)", "Name in Korean"),
    "name_en": ("이름 (영어)", "Name in English"),
    "about_ko": ("쓰임 (한국어)", "What it is for, in Korean"),
    "about_en": ("쓰임 (영어)", "What it is for, in English"),
    "propose": ("제안하기", "Propose"),
    "propose_end": ("끝내기를 제안", "Propose to end it"),
    "waiting": ("결정을 기다리는 제안", "Proposals that wait"),
    "decided": ("결정된 제안", "Decided proposals"),
    "accept": ("승인", "Accept"),
    "refuse": ("반려", "Refuse"),
    "by": ("제안 {who}", "proposed by {who}"),
    "by_decided": ("제안 {who} · 결정 {other}", "proposed by {who}, decided by {other}"),
    "kind_new": ("새 기금", "New fund"),
    "kind_change": ("문구 변경", "Other words"),
    "kind_end": ("끝내기", "End"),
    "was_accepted": ("승인됨", "accepted"),
    "was_refused": ("반려됨", "refused"),
    "own": (
        "직접 제안한 것은 다른 사람이 결정합니다.",
        "Another officer decides what you have proposed.",
    ),
    "said_proposed": (
        "제안했습니다. 다른 담당자가 결정하면 시민 화면에 나타납니다.",
        "Proposed. Citizens see it once another officer has decided.",
    ),
    "said_accepted": ("승인했습니다. 바로 적용됩니다.", "Accepted; it holds at once."),
    "said_refused": ("반려했습니다.", "Refused."),
    "fault_text": (
        "이름은 60자, 쓰임은 300자까지 두 언어로 한 줄에 적으세요.",
        "Write names of up to 60 letters and descriptions of up to 300 in both languages, each in"
        " one line.",
    ),
    "fault_fund": (
        "열려 있는 기금이 아닙니다. 목록을 다시 확인하세요.",
        "That fund is not open. Look at the list again.",
    ),
    "fault_gone": (
        "이미 결정된 제안입니다. 목록을 다시 확인하세요.",
        "The proposal has been decided. Look at the list again.",
    ),
    "fault_old": ("오래된 화면입니다. 다시 적으세요.", "The page is old. Write it again."),
}
