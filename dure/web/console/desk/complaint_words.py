"""The words of complaints for officials, in both languages."""

from __future__ import annotations

from dure.web.console.shell.words import Words

COMPLAINT_WORDS: Words = {
    "complaint": ("민원", "Complaint"),
    "complaints": ("민원과 결제 이의", "Complaints and disputes"),
    "complaints_none": ("처리할 민원이 없습니다.", "Nothing is to be answered."),
    "complaints_none_closed": ("끝난 민원이 없습니다.", "None is closed yet."),
    "tab_open": ("처리할 것", "To be answered"),
    "tab_closed": ("끝난 것", "Closed"),
    "filed": ("접수", "Received"),
    "due": ("기한", "Due"),
    "late": ("기한 지남", "late"),
    "state": ("상태", "State"),
    "kind": ("종류", "Kind"),
    "outcome": ("결과", "Outcome"),
    "handled_by": ("담당", "Handled by"),
    "objected": ("이의 제기됨", "objected to"),
    "receipt": ("붙인 영수증", "The receipt attached"),
    "receipt_number": ("거래번호", "Movement"),
    "receipt_refused": ("승인되지 않은 결제입니다.", "This payment was refused."),
    "receipt_backs": ("취소", "Cancellations"),
    "course": ("진행", "Course"),
    "by_member": ("회원", "The member"),
    "photo": ("사진", "Photo"),
    "complaint_hint": (
        "회원의 이름과 번호, 다른 결제는 나오지 않습니다. 필요하면 창구에서 이유를 남기고 "
        "찾으세요.",
        "Neither name nor number nor other payments are shown. Look the member up at the desk, "
        "with a reason, where that is needed.",
    ),
    "take_up": ("맡아서 살펴보기", "Take it up"),
    "ask_title": ("회원에게 묻거나 답하기", "Ask the member, or answer"),
    "text": ("글", "Text"),
    "text_hint": (
        "회원이 읽는 글입니다. 회원의 말로, 이유와 다음 할 일을 적으세요.",
        "The member reads this. Say why, and what comes next.",
    ),
    "ask": ("질문 보내기", "Send a question"),
    "answer": ("답변 보내기", "Send the answer"),
    "outcome_missing": ("답변의 결과를 고르세요.", "Choose the outcome of the answer."),
    "text_short": ("다섯 글자 이상 적으세요.", "Write at least five letters."),
    "text_long": ("2,000자까지 쓸 수 있습니다.", "Write at most 2,000 letters."),
    "not_now": (
        "그 사이에 상태가 바뀌었습니다. 지금 상태를 확인하세요.",
        "It has changed in the meantime. Look at how it stands now.",
    ),
    "complaint_taken_up": ("맡았습니다. 회원에게 알렸습니다.", "Taken up; the member is told."),
    "complaint_asked_back": ("질문을 보냈습니다.", "The question is sent."),
    "complaint_answered": ("답변을 보냈습니다.", "The answer is sent."),
}
