"""A movement as a line of a list: where, when, how much, and what it earned."""

from __future__ import annotations

from dataclasses import dataclass

from dure.kernel.calendar import seoul
from dure.ledger.movement import GIVINGS_BACK, TAKINGS, MovementKind
from dure.wallets.passing import Passed
from dure.web.citizen.history.words import RECEIPT_WORDS
from dure.web.shared.amounts import exact_won
from dure.web.shared.language import Language
from dure.web.shared.movement_names import kind_name
from dure.web.shared.words import CHANNELS, MONTHS_EN, WEEKDAYS_EN, WEEKDAYS_KO

_K = MovementKind


@dataclass(frozen=True, slots=True)
class PassedFace:
    """One line of a list. `icon` is paid, back, in, out or refused; `amount` has its sign, and
    `back` says how much of a payment has been given back, where some has."""

    movement_id: int
    icon: str
    name: str
    name_tag: str
    kind: str
    time: str
    machine_time: str
    amount: str
    is_plus: bool
    earned: str
    is_refused: bool
    back: str = ""
    is_wholly_back: bool = False


@dataclass(frozen=True, slots=True)
class DayFace:
    """The lines of one day."""

    name: str
    lines: tuple[PassedFace, ...]


def passed_face(line: Passed, language: Language) -> PassedFace:
    """The line in the reader's words."""
    local = seoul(line.occurred_at_us)
    refused = line.reason != 0
    won = _won(line)
    kind = kind_name(line.kind, language)
    channel = language.choose(*CHANNELS.get(line.channel, ("", "")))
    shop, tag = shop_name(line.shop_name_ko, line.shop_name_en, language)
    return PassedFace(
        movement_id=line.movement_id,
        icon="refused" if refused else _icon(line),
        name=shop or kind,
        name_tag=tag if shop else "",
        kind=_kind(line, kind, channel) if shop else _taken_over(line, language),
        time=f"{local:%H:%M}",
        machine_time=local.isoformat(timespec="minutes"),
        amount=("+" if won > 0 and not refused else "") + exact_won(won, language),
        is_plus=won > 0 and not refused,
        earned=_earned(line, language),
        is_refused=refused,
        back=_back(line, language),
        is_wholly_back=0 < line.amount_won <= line.back_won,
    )


def by_day(lines: tuple[Passed, ...], language: Language) -> tuple[DayFace, ...]:
    """The lines under their days, as they come."""
    days: list[tuple[str, list[PassedFace]]] = []
    for line in lines:
        name = _day(line.occurred_at_us, language)
        if not days or days[-1][0] != name:
            days.append((name, []))
        days[-1][1].append(passed_face(line, language))
    return tuple(DayFace(name, tuple(of_day)) for name, of_day in days)


def shop_name(korean: str, english: str, language: Language) -> tuple[str, str]:
    """The shop's name as the reader reads it, with the language it is in where it is another."""
    if language is Language.ENGLISH and english:
        return english, ""
    return korean, "ko" if korean and language is Language.ENGLISH else ""


def _kind(line: Passed, kind: str, channel: str) -> str:
    """What a movement at a shop was; a payment needs no word beside its minus, only its way."""
    return channel if line.kind == _K.PURCHASE and channel else kind


def _taken_over(line: Passed, language: Language) -> str:
    """What was paid in the month before the wallet came here; the month's brackets count it."""
    if line.kind != _K.OPENING or not line.usage_won:
        return ""
    won = exact_won(line.usage_won, language)
    return language.choose(*RECEIPT_WORDS["taken_over"]).format(won=won)


def _won(line: Passed) -> int:
    """What it brought the member (negative: took); of a refused one, what was asked for."""
    if line.reason:
        return -(line.amount_won - line.discount_won) if line.kind in TAKINGS else line.amount_won
    if line.kind == _K.HOLD:
        return -line.amount_won
    if line.kind in TAKINGS or line.kind in GIVINGS_BACK or line.kind == _K.CHARGE:
        return line.purses_won
    if line.kind in (_K.CHARGE_SUSPENDED, _K.RETURN_CHARGE, _K.RELEASE):
        return line.amount_won
    return line.purses_won + line.earned_won


def _icon(line: Passed) -> str:
    if line.kind in TAKINGS or line.kind == _K.HOLD:
        return "paid"
    if line.kind in GIVINGS_BACK or line.kind == _K.RELEASE:
        return "back"
    return "in" if _won(line) >= 0 else "out"


def _earned(line: Passed, language: Language) -> str:
    if not line.earned_won or line.kind == _K.AWARD:
        return ""
    cashback = language.choose("캐시백", "Cashback")
    plus = "+" if line.earned_won > 0 else ""
    return f"{cashback} {plus}{exact_won(line.earned_won, language)}"


def _back(line: Passed, language: Language) -> str:
    """That the payment was given back, wholly or so much of its price."""
    if not line.back_won:
        return ""
    if line.back_won >= line.amount_won:
        return language.choose(*RECEIPT_WORDS["back_all"])
    won = exact_won(line.back_won, language)
    return language.choose(*RECEIPT_WORDS["back_part"]).format(won=won)


def _day(at_us: int, language: Language) -> str:
    local = seoul(at_us)
    weekday = local.weekday()
    return language.choose(
        f"{local.month}월 {local.day}일 {WEEKDAYS_KO[weekday]}요일",
        f"{WEEKDAYS_EN[weekday]}, {local.day} {MONTHS_EN[local.month - 1]}",
    )
