"""The words of the first page in both languages."""

from __future__ import annotations

from dure.web.console.foresight.words import FORESIGHT_WORDS
from dure.web.console.shell.words import Words

HOME_WORDS: Words = {
    **FORESIGHT_WORDS,
    "home_title": ("오늘의 도시", "The city today"),
    "paid_today": ("오늘 결제", "Paid today"),
    "incentive_today": ("오늘 캐시백", "Cashback today"),
    "approved_today": ("승인", "Approved"),
    "declined_today": ("거절", "Declined"),
    "members": ("회원", "Members"),
    "lines_title": ("돈은 언제까지 갑니까", "When does the money end?"),
    "no_forecast": (
        "아직 전망이 없습니다. 첫 전망은 오늘 밤에 만들어지고, 지금 만들 수도 있습니다.",
        "There is no forecast yet. The first is made tonight; it can also be made now.",
    ),
    "to_forecast": ("전망으로 가기", "Go to the forecast"),
    "left": ("남은 돈", "Left"),
    "burn": ("1시간에 쓰는 돈", "Spent in an hour"),
    "at_this_speed": ("지금 속도면", "At this speed"),
    "ends_later": ("연말까지 남음", "lasts the year"),
    "alarms_title": ("경보", "Alarms"),
    "alarm_note": ("확인했습니다", "I have taken note"),
    "alarm_seen_before": (
        "다른 담당자가 먼저 확인했습니다.",
        "Another official had taken note of it before.",
    ),
    "changes_title": ("다가오는 변화", "What comes"),
    "changes_none": ("예고되거나 예정된 변화가 없습니다.", "No change is announced or scheduled."),
    "waiting_title": ("내가 할 일", "What waits for me"),
    "waiting_none": ("기다리는 일이 없습니다.", "Nothing waits for you."),
    "transfer": ("예산 전용", "Budget transfer"),
    "made_at": ("전망 기준", "Forecast as of"),
    "no_lines": ("예산 과목이 없습니다.", "There are no budget lines."),
}
