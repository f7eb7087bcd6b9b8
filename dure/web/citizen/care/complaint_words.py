"""The words of complaints and disputes, in both languages."""

from __future__ import annotations

from dure.web.citizen.shell.words import Words

COMPLAINT_WORDS: Words = {
    "complaints": ("민원과 결제 이의", "Complaints and disputes"),
    "complaints_none": (
        "아직 쓴 민원이 없습니다. 불편한 일이 있으면 말씀해 주세요.",
        "You have written none yet. Tell us when something is wrong.",
    ),
    "complaint_new": ("새로 쓰기", "Write to us"),
    "complaint_kind": ("무엇에 관한 일인가요?", "What is it about?"),
    "complaint_payment": ("어느 결제인가요?", "Which payment?"),
    "complaint_payment_none": ("결제와 상관없음", "None"),
    "complaint_payment_hint": (
        "결제 이의에는 결제를 골라야 합니다. 영수증이 함께 붙습니다.",
        "A dispute names its payment; the receipt is attached.",
    ),
    "complaint_text": ("무슨 일이 있었나요?", "What happened?"),
    "complaint_text_hint": (
        "있었던 일과 바라는 것을 적어 주세요. 카드번호나 비밀번호는 쓰지 마세요.",
        "Write what happened and what you wish. Never write card numbers or a PIN.",
    ),
    "complaint_photos": ("사진 (세 장까지)", "Photos (up to three)"),
    "complaint_photos_hint": (
        "종이 영수증이나 화면 사진. JPEG·PNG·WebP, 한 장에 10MB까지. 위치 정보는 지워집니다.",
        "A paper receipt or a screen. JPEG, PNG or WebP, 10 MB each. Place data is removed.",
    ),
    "complaint_file": ("보내기", "Send"),
    "complaint_filed": ("접수했습니다. 답변을 기다려 주세요.", "Received. We will answer."),
    "complaint_number": ("접수번호", "Number"),
    "complaint_filed_at": ("접수한 때", "Received"),
    "complaint_due": ("답변 기한", "Answer due by"),
    "complaint_late": (
        "답변 기한이 지났습니다. 죄송합니다. 담당자의 목록 맨 위에 늦은 것으로 올라 있습니다.",
        "The answer is late, and we are sorry. It stands at the top of the official's list.",
    ),
    "complaint_receipt": ("붙인 영수증", "The receipt attached"),
    "complaint_course": ("진행", "Course"),
    "complaint_you": ("나", "You"),
    "complaint_office": ("담당자", "The office"),
    "complaint_photo": ("사진", "Photo"),
    "complaint_add": ("덧붙이기", "Add something"),
    "complaint_reply": ("답하기", "Reply"),
    "complaint_added": ("덧붙였습니다.", "Added."),
    "complaint_withdraw": ("취하하기", "Withdraw it"),
    "complaint_withdrawn": ("취하했습니다.", "Withdrawn."),
    "complaint_object": ("답변에 이의 제기", "Object to the answer"),
    "complaint_object_hint": (
        "답변을 받은 날부터 30일 안에 한 번 할 수 있습니다.",
        "Once, within 30 days of the answer.",
    ),
    "complaint_objected": ("이의를 접수했습니다.", "Your objection is received."),
    "wrong_title": ("보내지 못했습니다.", "It was not sent."),
    "wrong_kind": ("무엇에 관한 일인지 골라 주세요.", "Choose what it is about."),
    "wrong_short": ("다섯 글자 이상 적어 주세요.", "Write at least five letters."),
    "wrong_long": ("2,000자까지 쓸 수 있습니다.", "Write at most 2,000 letters."),
    "wrong_payment": ("어느 결제인지 골라 주세요.", "Choose the payment that it is about."),
    "wrong_photo": (
        "사진을 읽을 수 없습니다. JPEG, PNG, WebP 사진을 골라 주세요.",
        "The photo cannot be read. Choose a JPEG, PNG or WebP.",
    ),
    "wrong_photo_large": (
        "사진이 너무 큽니다. 한 장에 10MB까지입니다.",
        "The photo is too large: at most 10 MB each.",
    ),
    "wrong_photo_many": ("사진은 세 장까지 붙일 수 있습니다.", "At most three photos."),
    "wrong_photo_often": (
        "사진을 한꺼번에 너무 많이 보냈습니다. 1분 뒤에 다시 보내 주세요.",
        "Too many photos at once. Send them again in a minute.",
    ),
    "wrong_many": (
        "처리 중인 민원이 많습니다. 답변을 받은 뒤 다시 써 주세요.",
        "Many of your complaints are still open. Wait for an answer, then write again.",
    ),
    "wrong_often": (
        "오늘은 더 쓸 수 없습니다. 내일 다시 써 주세요.",
        "No more today. Please write again tomorrow.",
    ),
    "wrong_not_now": (
        "그 사이에 상태가 바뀌었습니다. 지금 상태를 확인하세요.",
        "It has changed in the meantime. Look at how it stands now.",
    ),
}
