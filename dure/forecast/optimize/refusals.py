"""What can be no question for a plan, said in both languages with what to do."""

from __future__ import annotations


class StoppedError(Exception):
    """Somebody asked for the work to stop, and it did."""


class PlanError(ValueError):
    """A question that no plan answers; `korean` and `english` say what is wrong with it."""

    def __init__(self, korean: str, english: str) -> None:
        super().__init__(english)
        self.korean, self.english = korean, english


class NoMoneyError(PlanError):
    """The lines that were named are none, or have nothing left and nothing to come."""

    def __init__(self, codes: list[str]) -> None:
        named = ", ".join(codes)
        super().__init__(
            f"쓸 수 있는 돈이 있는 예산 과목이 없습니다({named or '고른 과목 없음'})",
            f"there is no money on {named or 'any line, as none was chosen'}",
        )


class DaysError(PlanError):
    """The last day of a plan lies before its first, or one of them is no day."""

    def __init__(self, first_day: str, last_day: str) -> None:
        super().__init__(
            f"계획의 기간이 맞지 않습니다({first_day}부터 {last_day}까지)",
            f"a plan cannot last from {first_day} to {last_day}",
        )


class NothingToReplaceError(PlanError):
    """No rule with a rate draws on the lines of the plan: there is nothing to start from."""

    def __init__(self, codes: list[str]) -> None:
        named = ", ".join(sorted(codes))
        super().__init__(
            f"{named}에서 지급하는 요율 규칙이 없습니다. 먼저 캐시백 규칙을 하나 만드십시오",
            f"no rule with a rate draws on {named}; draft a cashback rule first",
        )


class NoBudgetError(PlanError):
    """The year has no line of the city or the state with money."""

    def __init__(self, year: int) -> None:
        super().__init__(
            f"{year}년 시비와 국비로 알려진 돈이 없습니다. 예산 과목 파일을 확인하십시오",
            f"no money of the city or the state is known for {year}; look at the budget lines",
        )
