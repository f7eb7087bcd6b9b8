"""The words of the workshop's list of rules and of a version's page."""

from __future__ import annotations

from dure.rulebook.steps import Step
from dure.web.console.shell.words import Words

RULE_WORDS: Words = {
    "rules_title": ("규칙", "Rules"),
    "rules_lead": (
        "도시가 한 약속을 날짜와 함께. 지금 시행 중인 것, 곧 시행할 것, 사람을 기다리는 것.",
        "What the city has promised, with its dates: in force, coming, and waiting for somebody.",
    ),
    "rules_new": ("새로 쓰기", "Write a rule"),
    "rules_compare": ("나란히 비교", "Compare side by side"),
    "rules_try": ("모의실험", "Simulate"),
    "rules_waiting": ("사람을 기다리는 것", "Waiting for somebody"),
    "rules_waiting_none": ("기다리는 것이 없습니다.", "Nothing is waiting."),
    "rules_copies": ("쓰고 있는 글", "Being written"),
    "rules_in_force": ("시행 중", "In force"),
    "rules_coming": ("시행 예정", "Coming"),
    "rules_past": ("지난 판", "Past versions"),
    "rules_none": (
        "시행 중인 규칙이 없습니다. 새로 쓰기로 시작하세요.",
        "No rule is in force. Begin with a new one.",
    ),
    "rules_saved": ("마지막 저장", "last saved by"),
    "rule": ("규칙", "Rule"),
    "version": ("판", "Version"),
    "period": ("기간", "Period"),
    "stage": ("단계", "Stage"),
    "next": ("다음", "Next"),
    "who": ("누구", "Who"),
    "when": ("때", "When"),
    "what": ("무엇을", "What"),
    "nobody": ("할 수 있는 사람이 없습니다", "nobody may"),
    # A version
    "version_says": ("이 규칙이 말하는 것", "What it says"),
    "version_changes": ("앞 판과 달라지는 것", "What changes"),
    "version_changes_none": ("앞 판과 같은 내용입니다.", "It says the same as the version before."),
    "version_first": ("처음 나오는 규칙입니다.", "This is the rule's first version."),
    "version_against": ("앞 판", "The version before"),
    "version_steps": ("지금까지", "So far"),
    "version_actions": ("지금 할 수 있는 일", "What you may do now"),
    "version_actions_none": (
        "이 판에 지금 남은 절차가 없습니다.",
        "Nothing is left to be done about this version now.",
    ),
    "version_text": ("규칙 문서", "The document"),
    "version_notice": ("시민에게 알린 글", "What citizens were told"),
    "version_simulations": ("기록된 모의실험", "Simulations on record"),
    "version_write": ("다음 판 쓰기", "Write the next version"),
    "version_mend": ("고쳐서 다시 내기", "Mend it and hand it in anew"),
    "version_try": ("이 초안 모의실험", "Simulate this draft"),
    "version_compare": ("다른 안과 비교", "Compare with others"),
    "version_may_not": ("지금은 할 수 없는 일", "Not possible now"),
    "version_back": ("규칙 목록으로", "To the list of rules"),
    "version_who": ("할 수 있는 사람", "Who may"),
    "step_go_back": ("하지 않고 돌아가기", "Go back without doing it"),
    "step_reasons": ("이유", "Reasons"),
    "step_reasons_hint": (
        "20자 이상. 시민이 읽습니다.",
        "At least 20 characters. Citizens will read them.",
    ),
    "step_at": ("끝나는 때", "When it ends"),
    "step_at_hint": (
        "2019-10-22 또는 2019-10-22T06:00 (서울 시각). 비우면 다른 승인자가 확인한 때에 끝납니다.",
        "2019-10-22 or 2019-10-22T06:00 (Seoul time). Empty: when another approver confirms.",
    ),
    "step_at_fault": (
        "때를 2019-10-22 또는 2019-10-22T06:00으로 적으세요.",
        "Write the instant as 2019-10-22 or 2019-10-22T06:00.",
    ),
    "step_restore": (
        "앞의 조건을 남은 기간 동안 새 판으로 되살린다",
        "Bring the former terms back as a new version for the rest of the period",
    ),
    "step_seen": ("보고 있는 글의 지문", "The text before your eyes"),
    "step_text_gone": (
        "이 판의 글이 그사이 바뀌었습니다. 바뀐 글을 읽고 다시 정하세요.",
        "The text has changed meanwhile. Read it and decide anew.",
    ),
    "missing_title": ("그런 판이 없습니다", "There is no such version"),
    "missing_body": (
        "주소를 확인하거나 규칙 목록에서 고르세요.",
        "Check the address, or choose from the list of rules.",
    ),
}

CONFIRMATIONS: dict[Step, tuple[tuple[str, str], tuple[str, str]]] = {
    Step.CHECK: (
        ("초안을 검토한다", "Check the draft"),
        (
            "이 글을 지금의 모든 공포된 규칙과 맞추어 봅니다. 맞으면 승인받을 수 있게 됩니다.",
            "The text is checked against all that is published. Then it can be approved.",
        ),
    ),
    Step.APPROVE: (
        ("승인한다", "Approve"),
        (
            "이 글을 읽었고 시행해도 좋다고 서명합니다. 서로 다른 두 사람의 승인이 있어야 합니다.",
            "You sign that you have read this text and that it may come into force. Two different "
            "people must.",
        ),
    ),
    Step.NOTICE: (
        ("시민에게 예고한다", "Give notice"),
        (
            "달라지는 것과 시행하는 날을 시민에게 알립니다. 알린 글은 지울 수 없습니다.",
            "Citizens are told what changes and when. A notice cannot be taken back.",
        ),
    ),
    Step.EMERGENCY: (
        ("긴급하게 예고한다", "Give notice in an emergency"),
        (
            "정해진 예고 기간보다 짧게 알립니다. 이유가 시민에게 그대로 보입니다.",
            "Citizens are told at shorter notice than is due. They read your reasons as they are.",
        ),
    ),
    Step.SCHEDULE: (
        ("시행을 예정한다", "Schedule"),
        (
            "글에 적힌 때에 시행하기로 확정합니다.",
            "It is settled that it begins when its text says.",
        ),
    ),
    Step.PUBLISH: (
        ("공포한다", "Publish"),
        (
            "결제 엔진이 이 글을 받아 정해진 때부터 적용합니다. 공포된 글은 바뀌지 않습니다.",
            "The engines take this text and apply it from its instant on. It never changes again.",
        ),
    ),
    Step.ASK_END: (
        ("되돌리기를 요청한다", "Ask to roll it back"),
        (
            "이 규칙을 글에 적힌 때보다 일찍 끝내기를 요청합니다. 다른 승인자가 확인해야 끝납니다.",
            "You ask for an earlier end than the text says. Another approver must confirm it.",
        ),
    ),
    Step.ROLL_BACK: (
        ("되돌리기를 확인한다", "Confirm the roll-back"),
        (
            "다른 승인자가 요청한 대로 이 규칙을 끝냅니다. 시민에게 알리는 글이 함께 나갑니다.",
            "The rule ends as another approver asked. Citizens are told at once.",
        ),
    ),
    Step.WITHDRAW: (
        ("초안을 거둔다", "Withdraw"),
        (
            "이 판을 더 진행하지 않습니다. 판 번호는 다시 쓰지 않습니다.",
            "This version goes no further. Its number is not used again.",
        ),
    ),
}
"""What a button says, and what it will do, before anything is done."""
