"""The words of the budget's pages in both languages."""

from __future__ import annotations

from typing import Final

from dure.web.console.shell.words import Words

LEVELS: Final = {
    "state": ("국비", "State"),
    "city": ("시비", "City"),
    "district": ("구·군비", "District"),
    "programme": ("사업", "Programme"),
    "commitment": ("원인행위", "Commitment"),
}
COURSES: Final = {
    "done": ("처리됨", "Booked"),
    "under way": ("처리 중", "Under way"),
    "refused": ("처리되지 않음", "Not carried out"),
}
COURSE_BADGES: Final = {"done": "accent", "under way": "gold", "refused": "alarm"}

BUDGET_WORDS: Words = {
    "budget_title": ("예산", "Budget"),
    "budget_lead": (
        "누가 어느 과목에 얼마를 주었고, 얼마가 남았는지 원 단위까지 맞습니다.",
        "Who gave which line how much, and what is left: exact to the won.",
    ),
    "year": ("회계연도", "Fiscal year"),
    "as_of": ("기준일", "As of"),
    "as_of_hint": ("그날 하루가 끝났을 때의 모습", "As it stood at the end of that day"),
    "show": ("보기", "Show"),
    "now": ("지금", "Now"),
    "code": ("코드", "Code"),
    "district": ("구·군", "District"),
    "depth": ("단계", "Depth"),
    "number": ("번호", "Number"),
    "number_of": ("문서 번호", "Document number"),
    "evidence": ("증빙 PDF", "Evidence (PDF)"),
    "line": ("과목", "Line"),
    "budget": ("예산액", "Budget"),
    "appropriated": ("편성", "Appropriated"),
    "transferred": ("전용", "Transferred"),
    "released": ("배정", "Released"),
    "unreleased": ("미배정", "Not released"),
    "committed": ("원인행위", "Committed"),
    "spent": ("집행", "Spent"),
    "free": ("가용", "Left to spend"),
    "unspent": ("불용 예상", "Unspent"),
    "rate": ("집행률", "Execution"),
    "bars": ("집행 · 원인행위 · 가용 · 미배정", "Spent · committed · left · not released"),
    "total": ("합계", "Total"),
    "months": ("월별 배정", "By month"),
    "months_of": ("월별 배정 보기", "show releases by month"),
    "months_close": ("접기", "Close"),
    "open_all": ("모두 펴기", "Open all"),
    "close_all": ("모두 접기", "Close all"),
    "open_row": ("펴기", "Open"),
    "close_row": ("접기", "Close"),
    "tree_none": (
        "예산 과목이 아직 없습니다. 'dure budget open'으로 과목 문서를 여세요.",
        "There are no budget lines yet. Open their documents with 'dure budget open'.",
    ),
    "year_none": ("이 해의 과목이 없습니다. 다른 해를 고르세요.", "No lines of this year."),
    "too_large": (
        "그날까지의 장부가 커서 화면에서는 다 더하지 못했습니다. 지금 값을 보여 드립니다. "
        "'dure budget tree --at'으로 하면 시간 제한 없이 더합니다.",
        "The journal up to that day is too large to add up on a page; these are the values of now. "
        "'dure budget tree --at' adds it up without a limit of time.",
    ),
    "date_fault": (
        "날짜를 2019-10-22처럼 적으세요. 지금 값을 보여 드립니다.",
        "Write the date as 2019-10-22. These are the values of now.",
    ),
    "inverted": (
        "신고한 매칭 비율과 실제 부담이 뒤집혔습니다. 부족한 재원의 추경을 요청하세요.",
        "Who declared more gives less. Ask for a supplement of the money that is short.",
    ),
    "matching": ("매칭 비율", "Matching shares"),
    "payer": ("재원", "Payer"),
    "declared": ("신고", "Declared"),
    "of_budget": ("예산 비율", "Of the budget"),
    "of_spent": ("집행 비율", "Of what was spent"),
    "difference": ("차이", "Difference"),
    "appropriations": ("편성", "Appropriations"),
    "appropriations_none": ("편성된 예산이 없습니다.", "Nothing has been appropriated."),
    "kind": ("종류", "Kind"),
    "amount": ("금액", "Amount"),
    "decided": ("의결일", "Decided"),
    "document": ("문서", "Document"),
    "by": ("담당", "By"),
    "entered": ("입력", "Entered"),
    "state": ("상태", "State"),
    "source": ("출처", "Source"),
    "releases": ("배정 계획", "Releases"),
    "releases_none": (
        "배정 계획이 없어 편성액 전부를 쓸 수 있습니다.",
        "No releases are planned: all that was appropriated may be spent.",
    ),
    "on": ("날짜", "On"),
    "come": ("배정됨", "Released"),
    "ahead": ("예정", "Ahead"),
    "commitments": ("원인행위", "Commitments"),
    "commitments_none": ("원인행위가 없습니다.", "There are no commitments."),
    "purpose": ("목적", "Purpose"),
    "transfers": ("전용", "Transfers"),
    "transfers_none": ("전용 요청이 없습니다.", "No transfer has been asked for."),
    "transfers_all": ("전용 요청 모두 보기", "All transfers"),
    "from": ("주는 과목", "From"),
    "to": ("받는 과목", "To"),
    "reason": ("사유", "Reason"),
    "note": ("의견", "Note"),
    "note_hint": ("기록에 남습니다. 비워도 됩니다.", "Kept with the step. May be empty."),
    "steps": ("단계", "Steps"),
    "approve": ("승인하기", "Approve"),
    "refuse": ("반려하기", "Refuse"),
    "waits_one": ("두 사람 가운데 한 사람이 더 승인해야 합니다.", "One more approval is needed."),
    "waits_two": ("다른 담당자 두 사람의 승인이 필요합니다.", "Two others must approve."),
    "below": ("하위 과목", "Lines below"),
    "acts": ("할 일", "Acts"),
    "only_looking": (
        "이 과목은 조회만 할 수 있습니다.",
        "You may look at this line; acting is for its budget officers.",
    ),
    "foresight": ("전망 보기", "Forecast"),
    "back": ("돌아가기", "Back"),
    "back_to_tree": ("예산 모두", "The whole budget"),
    "once": (
        "두 번 눌러도 한 번만 처리됩니다.",
        "Sent twice, it still counts once.",
    ),
    "engine_away": (
        "결제 엔진이 대답하지 않아 아무것도 하지 않았습니다. 적은 내용은 아래에 그대로 있습니다. "
        "엔진이 돌아오면 다시 보내세요.",
        "The engine does not answer, so nothing was done. What you wrote is kept below; "
        "send it again when the engine is back.",
    ),
    "engine_gone": (
        "접수되었지만 엔진의 대답을 받지 못했습니다. 엔진이 돌아오면 저절로 처리됩니다. "
        "다시 보내지 않아도 됩니다.",
        "It was taken down, but the engine did not answer. It is carried out by itself when the "
        "engine is back; there is no need to send it again.",
    ),
    "fill": ("이 칸을 채우세요.", "Fill this in."),
    "fault_won": (
        "1원 이상의 금액을 숫자로 적으세요. 예: 500,000,000",
        "Write whole won, 1 or more, in digits: 500,000,000",
    ),
    "fault_date": ("날짜를 2020-01-01처럼 적으세요.", "Write the date as 2020-01-01."),
    "fault_code": (
        "영어 소문자, 숫자, 붙임표만 씁니다. 예: october-coupons",
        "Small letters, digits and hyphens alone: october-coupons",
    ),
    "fault_rows": (
        "날짜와 금액을 함께 적으세요.",
        "Write a date together with its amount.",
    ),
    "fault_choice": ("목록에서 고르세요.", "Choose from the list."),
    "unknown_title": ("그런 예산 과목이 없습니다", "There is no such budget line"),
    "unknown_transfer": ("그런 전용 요청이 없습니다", "There is no such transfer"),
}
