"""What is wrong with a history, in both languages, and what to do."""

from __future__ import annotations


class HistoryError(Exception):
    """The history is missing, damaged, or cannot take what the journal holds."""

    def __init__(self, korean: str, english: str) -> None:
        super().__init__(english)
        self.korean = korean
        self.english = english


class NoHistoryError(HistoryError):
    """Nothing has been kept yet."""

    def __init__(self) -> None:
        super().__init__(
            "결제 이력이 아직 만들어지지 않았습니다. 'dure forecast history'를 먼저 실행하세요.",
            "No history has been built yet. Run `dure forecast history` first.",
        )
