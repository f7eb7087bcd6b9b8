"""Why a simulation cannot be made, in both languages, and that it was told to stop."""

from __future__ import annotations


class CannotSimulateError(Exception):
    """Something that the history or the rules do not allow; says what to do."""

    def __init__(self, code: str, korean: str, english: str) -> None:
        super().__init__(english)
        self.code = code
        self.korean = korean
        self.english = english


class StoppedError(Exception):
    """The work was told to stop, and has left everything as it was."""
