"""The words of notices to citizens, in both languages."""

from __future__ import annotations

from dure.web.console.shell.words import Words

NOTICE_WORDS: Words = {
    "notices_title": ("시민 예고", "Notices to citizens"),
    "notices_lead": (
        "규칙이 바뀌기 전에 무엇이 언제부터 달라지는지 미리 알립니다.",
        "What changes and from when, told before a rule changes.",
    ),
    "notices_none": ("아직 예고가 없습니다.", "There are no notices yet."),
    "notice_told": ("알린 때", "Told"),
    "notice_begins": ("시행", "From"),
    "notice_emergency": ("긴급", "short notice"),
    "notice_void": ("취소됨", "void"),
    "notice_over": ("지난 예고", "Earlier notices"),
    "notice_rule": ("규칙", "Rule"),
    "notice_text": ("내용", "Text"),
    "notice_public": ("시민이 보는 화면", "The page that citizens see"),
    "notice_older": ("더 이전", "Older"),
}
