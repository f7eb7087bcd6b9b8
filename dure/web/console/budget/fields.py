"""The fields of an act's form: what is asked for, how it is read, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from dure.authorization.decide import AMOUNT_WON_MAX
from dure.budget.releasing import Release
from dure.kernel.calendar import SEOUL, to_us
from dure.web.console.budget.words import BUDGET_WORDS
from dure.web.shared.language import Language

ROWS: Final = 12
WON_MAX: Final = AMOUNT_WON_MAX
TEXT_CHARACTERS_MAX: Final = 200
_CODE: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,60}", re.ASCII)
_WON: Final = re.compile(r"[0-9][0-9,_ ]*", re.ASCII)


class FieldFaultError(Exception):
    """What was written is not possible; `word` names the sentence that says what to write."""

    def __init__(self, word: str) -> None:
        self.word = word
        super().__init__(word)


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a form asks for. `shape` is won, date, text, code, choice or releases."""

    name: str
    label: tuple[str, str]
    shape: str = "text"
    hint: tuple[str, str] = ("", "")
    choices: tuple[tuple[str, str, str], ...] = ()
    is_needed: bool = True


@dataclass(frozen=True, slots=True)
class FieldFace:
    """A field with what was written in it, and what to write instead."""

    name: str
    label: str
    hint: str
    shape: str
    value: str
    choices: tuple[tuple[str, str], ...]
    rows: tuple[tuple[int, str, str], ...]
    is_needed: bool
    fault: str = ""


def read_all(
    fields: Sequence[Field], posted: Mapping[str, str], language: Language
) -> tuple[dict[str, Any], list[FieldFace]]:
    """A form's values and its fields with their faults; values are whole when none has one."""
    values: dict[str, Any] = {}
    faces = []
    for field in fields:
        fault = ""
        try:
            values[field.name] = _READ[field.shape](field, posted)
        except FieldFaultError as wrong:
            fault = language.choose(*BUDGET_WORDS[wrong.word])
        faces.append(face_of(field, posted, language, fault))
    return values, faces


def face_of(
    field: Field, posted: Mapping[str, str], language: Language, fault: str = ""
) -> FieldFace:
    """A field as it stands in the page."""
    rows: tuple[tuple[int, str, str], ...] = ()
    if field.shape == "releases":
        rows = tuple(
            (place, posted.get(f"on_{place}", ""), posted.get(f"won_{place}", ""))
            for place in range(1, ROWS + 1)
        )
    return FieldFace(
        name=field.name,
        label=language.choose(*field.label),
        hint=language.choose(*field.hint),
        shape=field.shape,
        value=posted.get(field.name, ""),
        choices=tuple((value, language.choose(ko, en)) for value, ko, en in field.choices),
        rows=rows,
        is_needed=field.is_needed,
        fault=fault,
    )


def read_won(written: str) -> int:
    """Whole won from digits with commas. Raises FieldFaultError."""
    digits = written.strip().removesuffix("원").removeprefix("₩").strip()
    if not _WON.fullmatch(digits):
        raise FieldFaultError("fault_won")
    won = int(re.sub(r"[,_ ]", "", digits))
    if not 0 < won <= WON_MAX:
        raise FieldFaultError("fault_won")
    return won


def read_day(written: str) -> date:
    """An ISO date. Raises FieldFaultError."""
    try:
        return date.fromisoformat(written.strip())
    except ValueError:
        raise FieldFaultError("fault_date") from None


def _text(field: Field, posted: Mapping[str, str]) -> str:
    written = "".join(sign if sign.isprintable() else " " for sign in posted.get(field.name, ""))
    written = " ".join(written.split())[:TEXT_CHARACTERS_MAX]
    if field.is_needed and not written:
        raise FieldFaultError("fill")
    return written


def _won(field: Field, posted: Mapping[str, str]) -> int | None:
    written = posted.get(field.name, "")
    if not written.strip() and not field.is_needed:
        return None
    return read_won(written)


def _day(field: Field, posted: Mapping[str, str]) -> date:
    return read_day(posted.get(field.name, ""))


def _code(field: Field, posted: Mapping[str, str]) -> str:
    written = posted.get(field.name, "").strip()
    if not _CODE.fullmatch(written):
        raise FieldFaultError("fault_code")
    return written


def _choice(field: Field, posted: Mapping[str, str]) -> str:
    chosen = posted.get(field.name, "")
    if chosen not in {value for value, _, _ in field.choices}:
        raise FieldFaultError("fault_choice")
    return chosen


def _releases(field: Field, posted: Mapping[str, str]) -> tuple[Release, ...]:
    found = []
    for place in range(1, ROWS + 1):
        on, won = (posted.get(f"{name}_{place}", "").strip() for name in ("on", "won"))
        if not on and not won:
            continue
        if not on or not won:
            raise FieldFaultError("fault_rows")
        day = read_day(on)
        found.append(
            Release(to_us(datetime(day.year, day.month, day.day, tzinfo=SEOUL)), read_won(won))
        )
    if not found:
        raise FieldFaultError("fill")
    return tuple(sorted(found))


_READ: Final[dict[str, Callable[[Field, Mapping[str, str]], Any]]] = {
    "text": _text,
    "won": _won,
    "date": _day,
    "code": _code,
    "choice": _choice,
    "releases": _releases,
}
