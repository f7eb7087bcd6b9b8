"""Help, locks, guardians and complaints in every state."""

from __future__ import annotations

from typing import Final

from dure.web.citizen.care import examples
from dure.web.citizen.care.complaint_words import COMPLAINT_WORDS
from dure.web.citizen.care.words import CARE_WORDS
from dure.web.citizen.gallery.state import State, Values

_CARE: Final[tuple[tuple[str, tuple[str, str], str, Values], ...]] = (
    ("lock-open", ("열린 지갑", "An open wallet"), "lock", examples.lock_open),
    ("lock-held", ("여럿이 잠근 지갑", "Locked by several hands"), "lock", examples.lock_held),
    ("lock-code", ("잠금번호", "A lock code"), "lock_code", examples.lock_code),
    ("lost-wrong", ("틀린 잠금번호", "A wrong lock code"), "lost_code", examples.lost_wrong),
    ("lost-sent", ("잠글 문자 번호", "A code to lock by"), "lost_code", examples.lost_sent),
    ("guardian", ("보호자와 자녀", "Guardian and minor"), "guardian", examples.guardian),
    ("guardian-none", ("보호자 없음", "No guardian"), "guardian", examples.guardian_none),
    ("minor", ("자녀의 카드", "A minor's cards"), "minor", examples.minor),
    ("looks-none", ("아무도 보지 않음", "Nobody has looked"), "looks", examples.looks),
)
_COMPLAINTS: Final[tuple[tuple[str, tuple[str, str], str, Values], ...]] = (
    ("complaints", ("민원 목록", "Complaints"), "complaints", examples.complaints),
    ("complaints-none", ("민원 없음", "No complaint"), "complaints", examples.complaints_none),
    ("complaint-asked", ("질문을 받음", "A question"), "complaint", examples.complaint_asked),
    ("complaint-late", ("늦은 답변", "A late answer"), "complaint", examples.complaint_late),
    ("complaint-answered", ("답변을 받음", "Answered"), "complaint", examples.complaint_answered),
    ("complaint-wrong", ("틀린 민원", "A wrong form"), "complaint_new", examples.complaint_wrong),
)
CARE_STATES: Final = (
    *(
        State(slug, name, f"citizen/care/{template}.html", CARE_WORDS, values)
        for slug, name, template, values in _CARE
    ),
    *(
        State(slug, name, f"citizen/care/{template}.html", COMPLAINT_WORDS, values)
        for slug, name, template, values in _COMPLAINTS
    ),
)
