"""The constraints of a plan as an official writes them: percent and days, read and told again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from dure.forecast.results import Constraints
from dure.web.console.plans.words import PLANS_WORDS
from dure.web.shared.amounts import percent
from dure.web.shared.language import Language

WHOLE_BP: Final = 10_000


@dataclass(frozen=True, slots=True)
class Limit:
    """A constraint in percent: its name in the form, in `Constraints`, and how far it goes."""

    name: str
    field: str
    default: str
    least: str = "0"
    most: str = "100"
    step: str = "1"


LIMITS: Final = (
    Limit("lasts", "lasts_bp", "95", least="50", most="99"),
    Limit("rate_least", "rate_least_bp", "1", most="20", step="0.5"),
    Limit("rate_most", "rate_most_bp", "10", most="20", step="0.5"),
    Limit("step_most", "step_most_bp", "3", most="20", step="0.5"),
    Limit("spread_most", "district_spread_most_bp", "100", step="0.5"),
    Limit("small_least", "small_shops_least_bp", "0"),
    Limit("unspent_most", "unspent_most_bp", "5"),
)


@dataclass(frozen=True, slots=True)
class LimitFace:
    """A constraint in the form."""

    name: str
    label: str
    hint: str
    value: str
    least: str
    most: str
    step: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Money:
    """The first step: which lines, and from when until when."""

    line_codes: tuple[str, ...]
    first_day: str
    last_day: str
    lines_fault: str = ""
    first_fault: str = ""
    last_fault: str = ""

    @property
    def is_sound(self) -> bool:
        return not (self.lines_fault or self.first_fault or self.last_fault)


def read_money(
    codes: Sequence[str], first: str, last: str, known: frozenset[str], language: Language
) -> Money:
    """The first step as it was written, each part with its fault."""

    def say(word: str) -> str:
        return language.choose(*PLANS_WORDS[word])

    chosen = tuple(code for code in dict.fromkeys(codes) if code in known)
    first_day, last_day = _day(first), _day(last)
    last_fault = "" if last_day else say("fault_day")
    if first_day and last_day and (last_day <= first_day or last_day.year != first_day.year):
        last_fault = say("fault_order")
    return Money(
        chosen,
        first.strip()[:10],
        last.strip()[:10],
        lines_fault="" if chosen else say("fault_lines"),
        first_fault="" if first_day else say("fault_day"),
        last_fault=last_fault,
    )


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written.strip())
    except ValueError:
        return None


def read_limits(
    posted: Mapping[str, str], money: Money, language: Language
) -> tuple[Constraints | None, tuple[LimitFace, ...]]:
    """The constraints, None where a limit has a fault; and the limits as they were written."""
    values: dict[str, int] = {}
    faces = []
    for limit in LIMITS:
        bp = read_percent(posted.get(limit.name, ""), limit)
        fault = ""
        if bp is None:
            fault = language.choose(*PLANS_WORDS["fault_percent"])
        else:
            values[limit.field] = bp
        faces.append(limit_face(limit, posted.get(limit.name, ""), language, fault))
    if any(face.fault for face in faces):
        return None, tuple(faces)
    if values["rate_most_bp"] < values["rate_least_bp"]:
        fault = language.choose(*PLANS_WORDS["fault_rates"])
        return None, tuple(
            limit_face(limit, face.value, language, fault if limit.name == "rate_most" else "")
            for limit, face in zip(LIMITS, faces, strict=True)
        )
    return (
        Constraints(
            line_codes=list(money.line_codes),
            first_day=money.first_day,
            last_day=money.last_day,
            **values,
        ),
        tuple(faces),
    )


def read_percent(written: str, limit: Limit) -> int | None:
    """Basis points from percent such as "95" or "0.5"; None for what lies beyond the limits."""
    try:
        share = Decimal(written.strip().removesuffix("%").strip().replace(",", "."))
    except InvalidOperation:
        return None
    if not share.is_finite() or not Decimal(limit.least) <= share <= Decimal(limit.most):
        return None
    return int(share * 100)


def limit_face(limit: Limit, value: str, language: Language, fault: str = "") -> LimitFace:
    """A limit as the form shows it."""
    return LimitFace(
        name=limit.name,
        label=language.choose(*PLANS_WORDS[limit.name]),
        hint=language.choose(*PLANS_WORDS[f"{limit.name}_hint"]),
        value=value,
        least=limit.least,
        most=limit.most,
        step=limit.step,
        fault=fault,
    )


def default_limits(language: Language, given: Mapping[str, str]) -> tuple[LimitFace, ...]:
    """The limits as the form begins, or as they were given."""
    return tuple(
        limit_face(limit, given.get(limit.name, limit.default), language) for limit in LIMITS
    )


def written_limits(constraints: Constraints) -> dict[str, str]:
    """Constraints as the form writes them, to begin a new search with."""
    return {limit.name: _plain(getattr(constraints, limit.field)) for limit in LIMITS}


def _plain(bp: int) -> str:
    return percent(bp).removesuffix("%")


def told_limits(constraints: Constraints, language: Language) -> tuple[tuple[str, str], ...]:
    """Every constraint with its value, for who reads the result."""
    return tuple(
        (language.choose(*PLANS_WORDS[limit.name]), percent(getattr(constraints, limit.field)))
        for limit in LIMITS
        if not (limit.name == "spread_most" and constraints.district_spread_most_bp >= WHOLE_BP)
    )
