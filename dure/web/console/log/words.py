"""The words of the log of who did what, in both languages."""

from __future__ import annotations

from dure.web.console.shell.words import Words

LOG_WORDS: Words = {
    "log_title": ("처리 기록", "Who did what"),
    "log_lead": (
        "지우거나 고칠 수 없는 기록입니다. 규칙의 모든 단계에는 담당자의 서명이 있습니다.",
        "Nothing here can be changed or taken out. Every step of a rule carries a signature.",
    ),
    "tab_rules": ("규칙과 역할", "Rules and roles"),
    "tab_budget": ("예산", "Budget"),
    "tab_accounts": ("계정과 로그인", "Accounts and sign-ins"),
    "filter": ("거르기", "Filter"),
    "filter_person": ("담당자 id", "Official's id"),
    "filter_rule": ("규칙", "Rule"),
    "filter_line": ("예산 과목", "Budget line"),
    "filter_day": ("날짜", "Day"),
    "filter_all": ("모두 보기", "Show all"),
    "when": ("시각", "When"),
    "who": ("누가", "Who"),
    "what": ("무엇을", "What"),
    "about": ("대상", "About"),
    "amount": ("금액", "Amount"),
    "detail": ("내용", "Details"),
    "hash": ("해시", "Hash"),
    "from": ("주소", "Address"),
    "number": ("번호", "No."),
    "recorded": ("기계 시각", "Machine's time"),
    "older": ("더 이전", "Older"),
    "newest": ("처음으로", "Newest"),
    "none": ("맞는 기록이 없습니다.", "There are no such entries."),
    "verified": (
        "사슬과 서명을 모두 확인했습니다",
        "The whole chain and every signature were checked",
    ),
    "broken": ("기록이 맞지 않습니다", "The log does not hold"),
    "head": ("마지막 해시", "Last hash"),
    "entries": ("기록", "entries"),
    "command": ("명령줄", "command line"),
    "page_shown": ("이 화면", "This page"),
}
