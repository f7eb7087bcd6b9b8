"""The words of the wizard that finds plans, in both languages."""

from __future__ import annotations

from dure.web.console.foresight.words import FORESIGHT_WORDS
from dure.web.console.shell.words import Words

PLANS_WORDS: Words = {
    **FORESIGHT_WORDS,
    "plans_title": ("계획 찾기", "Find a plan"),
    "plans_lead": (
        "마지막 날까지 남으면서 시민에게 가장 이로운 요율을 찾아 드립니다. "
        "제안은 그대로 규칙 초안이 됩니다.",
        "Rates that last to the final day and give citizens the most. "
        "Each proposal can become a draft of a rule.",
    ),
    "begin": ("새 계획 찾기", "Find a new plan"),
    "history": ("지난 계획", "Earlier plans"),
    "history_none": ("아직 찾은 계획이 없습니다.", "No plan has been looked for yet."),
    "step_money": ("돈과 기간", "Money and days"),
    "step_limits": ("지킬 것", "What to keep"),
    "step_running": ("찾는 중", "Searching"),
    "step_result": ("제안", "Proposals"),
    "step_of": ("단계", "Step"),
    "which_lines": ("어느 과목의 돈으로?", "Which lines pay?"),
    "which_lines_hint": (
        "이 과목들이 모두 마지막 날까지 남아야 합니다.",
        "All of these must last to the final day.",
    ),
    "lines_none": (
        "올해의 예산 과목이 없습니다. 예산을 먼저 편성하세요.",
        "There are no lines of this year. Appropriate money first.",
    ),
    "first_day": ("언제부터?", "From when?"),
    "last_day": ("언제까지?", "Until when?"),
    "last_day_hint": ("이날까지 돈이 남습니다.", "The money lasts through this day."),
    "next": ("다음", "Next"),
    "back_step": ("이전", "Back"),
    "search": ("찾기 시작", "Start searching"),
    "lasts": ("얼마나 확실하게 남아야 하나요?", "How surely must it last?"),
    "lasts_hint": (
        "그려 본 앞날 100가지 가운데 이만큼에서 마지막 날까지 남습니다.",
        "In so many of 100 futures it lasts to the final day.",
    ),
    "rate_least": ("요율은 적어도", "The rate is at least"),
    "rate_least_hint": (
        "첫 구간의 요율이 이보다 낮아지지 않습니다.",
        "The first bracket's rate never falls below.",
    ),
    "rate_most": ("요율은 많아야", "The rate is at most"),
    "rate_most_hint": ("이보다 높은 요율은 제안하지 않습니다.", "No higher rate is proposed."),
    "step_most": ("한 번에 바꾸는 폭은 많아야", "One step changes it by at most"),
    "step_most_hint": (
        "이어지는 두 요율의 차이입니다(퍼센트포인트).",
        "Between two following rates, in percentage points.",
    ),
    "spread_most": ("구 사이의 차이는 많아야", "Districts differ by at most"),
    "spread_most_hint": (
        "구마다의 실효 요율 차이입니다. 100이면 제한하지 않습니다.",
        "Between districts' effective rates. 100 sets no limit.",
    ),
    "small_least": ("작은 가게의 몫은 적어도", "Small shops earn at least"),
    "small_least_hint": (
        "연매출 5억 원 이하 가게에서 생기는 캐시백의 비율입니다.",
        "The share of cashback at shops of up to ₩500 million a year.",
    ),
    "unspent_most": ("남기는 돈은 많아야", "Left unspent at most"),
    "unspent_most_hint": (
        "마지막 날 남는 예산의 비율(가운데)입니다.",
        "The median share of the money that is left on the final day.",
    ),
    "unit_percent": ("%", "%"),
    "fault_lines": ("과목을 하나 이상 고르세요.", "Choose at least one line."),
    "fault_day": ("날짜를 2019-09-01처럼 적으세요.", "Write the date as 2019-09-01."),
    "fault_order": (
        "마지막 날은 첫날보다 늦고, 같은 해여야 합니다.",
        "The final day must come after the first, in the same year.",
    ),
    "fault_percent": (
        "0부터 100까지의 숫자로 적으세요. 예: 95",
        "Write a number from 0 to 100, such as 95.",
    ),
    "fault_rates": (
        "가장 높은 요율이 가장 낮은 요율보다 낮습니다.",
        "The highest rate is below the lowest.",
    ),
    "asked_for": ("무엇을 지켰나", "What was to be kept"),
    "proposals_none": (
        "지킬 것을 모두 지키는 계획이 없습니다. 조건을 풀어 다시 찾으세요.",
        "No plan keeps all of this. Loosen the conditions and search again.",
    ),
    "again_plan": ("조건을 바꿔 다시 찾기", "Search again with other conditions"),
    "best": ("가장 나은 안", "Best"),
    "best_cell": ("가장 좋음", "best"),
    "proposal": ("제안", "Proposal"),
    "citizens": ("시민이 받는 캐시백", "Cashback for citizens"),
    "shops": ("가게 매출(결제액)", "Shops' sales (payments)"),
    "risk_of": ("먼저 소진될 위험", "Risk of running out"),
    "effective": ("실효 요율", "Effective rate"),
    "left": ("남는 돈", "Unspent"),
    "small_share": ("작은 가게의 몫", "Small shops' share"),
    "spread": ("구 사이의 차이", "Districts' spread"),
    "run_out_of": ("소진 예상", "Runs out"),
    "terms": ("날짜별 조건", "Terms by day"),
    "breaks": ("지키지 못한 것", "What it does not keep"),
    "keeps": ("모두 지킴", "Keeps it all"),
    "draft": ("초안으로 만들기", "Make a draft of this"),
    "compare": ("나란히 보기", "Side by side"),
    "compare_chosen": ("고른 안만 견주기", "Compare the chosen"),
    "compare_all": ("모두 견주기", "Compare all"),
    "measure": ("재는 것", "Measure"),
    "documents": ("규칙 문서", "Rule documents"),
    "lasts_text": ("마지막 날까지 남음", "lasts"),
    "not_plans": ("그런 계획이 없습니다", "There is no such plan"),
}
