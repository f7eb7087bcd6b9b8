"""What is wrong or doubtful in published figures: the file, the row, the reason, what was done."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple


class Flaw(StrEnum):
    """The kinds of flaw."""

    MISSING_FILE = "missing_file"
    MISSING_COLUMN = "missing_column"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_DATE = "not_a_date"
    PERIOD_BACKWARD = "period_backward"
    UNKNOWN_MEASURE = "unknown_measure"
    UNKNOWN_STATUS = "unknown_status"
    NO_SOURCE_DATE = "no_source_date"
    AMOUNTS_DISAGREE = "amounts_disagree"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    CONFLICT_NOTED = "conflict_noted"
    TENFOLD = "tenfold"
    SUDDEN = "sudden"
    CUMULATIVE_FALLS = "cumulative_falls"
    GAP = "gap"
    NO_START = "no_start"
    PLAN_ONLY = "plan_only"
    UNKNOWN_SCOPE = "unknown_scope"
    BAD_BRACKETS = "bad_brackets"
    OWN_RESPONSE = "own_response"


_SENTENCES: Final[dict[Flaw, tuple[str, str]]] = {
    Flaw.MISSING_FILE: (
        "이름이 {name}(으)로 끝나는 파일이 없습니다. 그 수치 없이 계산했습니다. "
        "파일을 넣어 주십시오.",
        "There is no file whose name ends with {name}. It was left out; add it if there is one.",
    ),
    Flaw.MISSING_COLUMN: (
        "{name} 열이 없어 파일을 읽지 않았습니다. 첫 줄에 열 이름을 넣어 주십시오.",
        "The column {name} is missing, so the file was not read. Name it in the first line.",
    ),
    Flaw.NOT_A_NUMBER: (
        "{name} 값 '{value}'은(는) 수가 아니어서 이 줄을 뺐습니다. 단위와 쉼표 없이 적어 주십시오.",
        "{name} '{value}' is no number; the row was left out. Write it without unit or comma.",
    ),
    Flaw.NOT_A_DATE: (
        "{name} 값 '{value}'은(는) 날짜가 아니어서 이 줄을 뺐습니다. 2019-08-31처럼 적어 주십시오.",
        "{name} '{value}' is no date; the row was left out. Write it as 2019-08-31.",
    ),
    Flaw.PERIOD_BACKWARD: (
        "기간의 끝 {until}이 시작 {start}보다 빨라 이 줄을 뺐습니다. 두 날짜를 확인해 주십시오.",
        "The period ends ({until}) before it starts ({start}); the row was left out. Check both.",
    ),
    Flaw.UNKNOWN_MEASURE: (
        "'{value}'은(는) 아는 항목이 아니어서 쓰지 않았습니다.",
        "'{value}' is no measure that is understood; it was not used.",
    ),
    Flaw.UNKNOWN_STATUS: (
        "상태 '{value}'을(를) 알지 못해 추정치로 보았습니다. "
        "reported, derived, estimate, audited 가운데 적어 주십시오.",
        "The status '{value}' is not known; the row counts as an estimate. Write reported, "
        "derived, estimate or audited.",
    ),
    Flaw.NO_SOURCE_DATE: (
        "공표일을 알 수 없어 기간이 끝난 뒤 62일에 알려진 것으로 보았습니다. "
        "source_date를 적어 주십시오.",
        "Its day of publication cannot be read; it counts as known 62 days after its period. "
        "Write source_date.",
    ),
    Flaw.AMOUNTS_DISAGREE: (
        "억 원 단위 {eok}과(와) 원 단위 {won}이 서로 달라 이 줄을 뺐습니다. "
        "출처를 확인해 주십시오.",
        "{eok} (100 million won) and {won} won do not agree; the row was left out. Check it.",
    ),
    Flaw.DUPLICATE: (
        "{other}행과 같은 기간의 같은 값이라 한 번만 썼습니다.",
        "The same value for the same period stands in row {other}; it was used once.",
    ),
    Flaw.CONFLICT: (
        "같은 기간에 대해 {other}행은 {theirs}, 이 줄은 {own}입니다. "
        "더 믿을 만한 {other}행을 썼습니다.",
        "For the same period row {other} says {theirs} and this row {own}. Row {other}, of the "
        "better standing, was used.",
    ),
    Flaw.CONFLICT_NOTED: (
        "자료에 다른 값이 함께 적혀 있어 오차를 넓혔습니다: {text}",
        "The source notes other values, so its error was widened: {text}",
    ),
    Flaw.TENFOLD: (
        "값 {own}은(는) 앞뒤 값에 견주어 약 {times}배라 자릿수 오기로 보고 뺐습니다. "
        "출처에서 자릿수를 확인해 주십시오.",
        "{own} is about {times} times what stands around it: taken for a misprint of a digit and "
        "left out. Check the digits at the source.",
    ),
    Flaw.SUDDEN: (
        "값 {own}은(는) 앞 값의 약 {times}배입니다. 견줄 뒤 값이 없어 오차를 크게 두고 썼습니다. "
        "확인해 주십시오.",
        "{own} is about {times} times the one before, with nothing after it to compare; it was "
        "used with a large error. Check it.",
    ),
    Flaw.CUMULATIVE_FALLS: (
        "누계 {own}이(가) {other}행의 앞선 누계 {theirs}보다 작아 이 줄을 뺐습니다. "
        "누계는 줄지 않습니다.",
        "The cumulative {own} is below the earlier {theirs} of row {other}; this row was left out. "
        "A cumulative sum does not fall.",
    ),
    Flaw.GAP: (
        "{start}부터 {until}까지 {days}일의 수치가 없습니다. 앞뒤에서 추정하며 구간이 넓어집니다.",
        "No figure covers the {days} days from {start} to {until}. They are estimated from those "
        "around, which widens the intervals.",
    ),
    Flaw.NO_START: (
        "기간의 시작이 적혀 있지 않은 증가분이라 쓰지 않았습니다.",
        "It counts newcomers of a period whose start is not stated; it was not used.",
    ),
    Flaw.PLAN_ONLY: (
        "계획에 그친 요율이라 쓰지 않았습니다.",
        "The rate was only planned; it was not used.",
    ),
    Flaw.UNKNOWN_SCOPE: (
        "'{value}'이(가) 어느 구·군인지 알 수 없어 쓰지 않았습니다.",
        "Which district '{value}' is cannot be told; it was not used.",
    ),
    Flaw.BAD_BRACKETS: (
        "{value}의 구간이 0원부터 빈틈없이 이어지지 않아 쓰지 않았습니다.",
        "The brackets of {value} do not follow each other from 0 without gap; they were not used.",
    ),
    Flaw.OWN_RESPONSE: (
        "이 반응은 이미 쓰인 결제 수치에서 나온 것이라 두 번 세지 않았습니다.",
        "This response follows from payments that are used already; it was not counted twice.",
    ),
}


class Noted(NamedTuple):
    """One flaw: in which file, in which row (1 is the first line after the heading; 0 the file)."""

    file: str
    row: int
    flaw: Flaw
    korean: str
    english: str


def noted(file: str, row: int, flaw: Flaw, **words: object) -> Noted:
    """The flaw with its sentences filled in."""
    korean, english = _SENTENCES[flaw]
    return Noted(file, row, flaw, korean.format(**words), english.format(**words))
