"""The words of the editor: form, text, faults, and what happens when two save."""

from __future__ import annotations

from dure.web.console.shell.words import Words

EDITOR_WORDS: Words = {
    "new_title": ("새로 쓰기", "Write a rule"),
    "new_lead": (
        "공포된 판에서 이어 쓰거나, 찾은 계획에서 가져오거나, 종류를 골라 처음부터 씁니다.",
        "Continue from a published version, take over a plan, or begin with a kind.",
    ),
    "new_from_version": ("공포된 판에서 이어 쓰기", "Continue from a published version"),
    "new_version": ("규칙과 판", "Rule and version"),
    "new_from_kind": ("종류를 골라 처음부터", "Begin with a kind"),
    "new_from_plan": ("찾은 계획에서", "From a plan"),
    "new_plan_gone": (
        "그 계획을 찾을 수 없습니다. 계획 찾기에서 다시 고르세요.",
        "That plan is not there. Choose one among the plans again.",
    ),
    "new_begin": ("시작하기", "Begin"),
    "new_kind": ("종류", "Kind"),
    "new_rule": ("규칙 id", "The rule's id"),
    "new_rule_hint": (
        "영문 소문자, 숫자, '-'. 나중에 바꿀 수 있습니다.",
        "Small letters, digits, '-'. You can change it later.",
    ),
    "new_next": ("다음 판", "next version"),
    "new_may_not": (
        "이 범위의 규칙을 쓸 권한이 없습니다. 그 구나 시의 담당자에게 맡기세요.",
        "You may not write rules of that place; leave it to its officers.",
    ),
    "editor_form": ("양식", "Form"),
    "editor_text": ("글", "Text"),
    "editor_text_label": ("규칙 문서(YAML)", "The rule's document (YAML)"),
    "editor_to_text": ("양식을 글에 옮기기", "Form into text"),
    "editor_to_form": ("글을 양식에 옮기고 확인", "Text into form, and check"),
    "editor_save": ("저장", "Save"),
    "editor_hand_in": ("초안으로 내기", "Hand in"),
    "editor_hand_in_note": (
        "내고 나면 검토와 두 사람의 승인을 기다립니다. 낸 글은 기록에 남습니다.",
        "Then it waits for a check and two approvals. What was handed in stays on record.",
    ),
    "editor_try": ("모의실험", "Simulate"),
    "editor_give_up": ("그만 쓰기", "Stop writing"),
    "editor_throw": ("저장하지 않은 것 버리기", "Throw away what is not saved"),
    "editor_unsaved": (
        "저장하지 않은 글을 되살렸습니다. 저장하거나 버리세요.",
        "What you had not saved is back. Save it or throw it away.",
    ),
    "editor_unsaved_behind": (
        "그 뒤에 다른 사람이 저장했습니다. 저장하면 두 글을 함께 보여 드립니다.",
        "Somebody has saved since. When you save you will see both texts.",
    ),
    "editor_saved": ("저장했습니다.", "Saved."),
    "editor_saved_by": ("마지막 저장", "Last saved by"),
    "editor_same_name": (
        "같은 규칙과 판을 쓰고 있는 다른 글이 있어 목록에는 앞의 이름으로 둡니다.",
        "Another copy has that rule and version, so the list keeps the former name.",
    ),
    "editor_faults": ("고칠 것", "To mend"),
    "editor_no_faults": ("고칠 것이 없습니다.", "Nothing to mend."),
    "editor_line": ("행", "Line"),
    "editor_says": ("이 글이 말하는 것", "What it says"),
    "editor_changes": ("앞 판과 달라지는 것", "What changes"),
    "editor_refused": ("지금 내면 거절됩니다", "Handed in now, it would be refused"),
    "editor_unreadable": (
        "글을 읽을 수 없어 양식을 보여 드리지 못합니다. 아래 행을 고치면 돌아옵니다.",
        "The text does not read, so there is no form. Mend the line below and it comes back.",
    ),
    "editor_elsewhere": (
        "양식으로 보일 수 없는 값입니다. 글에서 고치세요.",
        "This value does not fit the form. Change it in the text.",
    ),
    "editor_disputed": (
        "글과 양식에서 서로 다르게 고쳐 글의 값을 두었습니다",
        "Changed differently in text and form; the text's value stands",
    ),
    "editor_row_more": ("행 더하기", "Add a row"),
    "editor_row_less": ("행 지우기", "Remove row"),
    "editor_included": ("이것만", "only these"),
    "editor_excluded": ("이것은 빼고", "all but these"),
    "editor_by_lines": ("예산이", "budget lines"),
    "editor_by_shop": ("가맹점이", "the shop"),
    "editor_who_pays": ("누가 내나", "Who pays"),
    "editor_whole": ("전체 몫", "The whole"),
    "editor_history": ("저장한 기록", "What was saved"),
    "editor_load": ("이 글을 꺼내 보기", "Take this text up"),
    "editor_over": (
        "이 글은 이미 냈거나 그만 쓴 것입니다. 읽을 수만 있습니다.",
        "This was handed in or given up. It can only be read.",
    ),
    "editor_look_only": (
        "보기만 할 수 있습니다. 고치는 것은 이 범위의 담당자가 합니다.",
        "You can look. Writing is for the officers of this place.",
    ),
    "editor_checking": ("확인하는 중…", "Checking…"),
    "editor_checked": ("확인했습니다.", "Checked."),
    "editor_lost": (
        "확인하지 못했습니다. 쓴 글은 이 브라우저에 남아 있습니다.",
        "Could not check. What you typed is kept in this browser.",
    ),
    "editor_mend_first": (
        "고칠 것이 있어 낼 수 없습니다. 아래를 고치세요.",
        "It cannot be handed in with faults. Mend what is listed.",
    ),
    "editor_handed_in": ("초안을 냈습니다. 다음은 검토입니다.", "Handed in. A check comes next."),
    "editor_given_up": (
        "그만 썼습니다. 글은 기록에 남습니다.",
        "Given up. The text stays on record.",
    ),
    "conflict_title": ("그사이 다른 사람이 저장했습니다", "Somebody saved meanwhile"),
    "conflict_lead": (
        "두 글을 모두 보여 드립니다. 무엇을 고르든 둘 다 기록에 남습니다.",
        "Here are both texts. Whatever you choose, both stay on record.",
    ),
    "conflict_theirs": ("저장된 글", "What was saved"),
    "conflict_mine": ("내 글", "Yours"),
    "conflict_keep_mine": ("내 글로 저장", "Save mine"),
    "conflict_keep_theirs": ("저장된 글로 계속", "Go on with what was saved"),
    "conflict_mended": (
        "둘을 합친 글을 아래에서 고쳐 저장할 수도 있습니다.",
        "Or bring both together below and save that.",
    ),
    "conflict_difference": ("다른 행", "Lines that differ"),
}
