"""One movement told in full: how much, from which purse, what it earned and why, what came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dure.authorization.reasons import DeclineReason
from dure.kernel.calendar import seoul
from dure.ledger.movement import GIVINGS_BACK, PAYMENTS, MovementKind
from dure.policy.audiences import Audience
from dure.wallets.history import FoundMovement, HistoryLine, PaymentBack
from dure.web.citizen.history.passed_face import shop_name
from dure.web.citizen.history.words import RECEIPT_WORDS
from dure.web.shared.amounts import exact_won
from dure.web.shared.charts import Segment, stacked
from dure.web.shared.dates import date_text, day_and_hour_text
from dure.web.shared.explained import ReceiptFace, receipt_face
from dure.web.shared.language import Language
from dure.web.shared.movement_names import kind_name
from dure.web.shared.payment_told import PaymentTold
from dure.web.shared.refusals_told import tell_refusal
from dure.web.shared.words import CHANNELS


@dataclass(frozen=True, slots=True)
class PurseRow:
    """What one purse paid or got; `name` is also its color's."""

    name: str
    label: str
    won: str


@dataclass(frozen=True, slots=True)
class BackFace:
    """A cancellation or refund of the payment."""

    movement_id: int
    when: str
    won: str


@dataclass(frozen=True, slots=True)
class MovementFace:
    """The page of one movement; texts are empty and lists short where nothing is to be said."""

    movement_id: int
    title: str
    title_tag: str
    kind: str
    amount: str
    is_plus: bool
    is_refused: bool
    happened: str
    remedy: str
    time: str
    machine_time: str
    purses: tuple[PurseRow, ...]
    segments: tuple[Segment, ...]
    is_back: bool
    taken_back: str
    notes: tuple[str, ...]
    after: tuple[PurseRow, ...]
    how: str
    card: str
    shop_code: str
    original_id: int | None
    backs: tuple[BackFace, ...]
    back_text: str
    is_wholly_back: bool
    explained: ReceiptFace | None


def movement_face(
    found: FoundMovement,
    told: PaymentTold | None,
    backs: Sequence[PaymentBack],
    language: Language,
) -> MovementFace:
    """The movement in the reader's words; `told` explains one that earned, `backs` undid it."""
    line = found.line
    refused = line.reason != DeclineReason.APPROVED
    refusal = tell_refusal(line.reason, Audience.CITIZEN, language)
    name, tag = shop_name(line.shop_name_ko or "", found.shop_name_en, language)
    kind = kind_name(line.kind, language)
    local = seoul(line.occurred_at_us)
    won = _shown_won(line)
    purses = () if refused else _purses(line)
    back_won = sum(back.amount_won for back in backs)
    explained = None
    if told is not None:
        explained = receipt_face(line, found.district, told, Audience.CITIZEN, language, {})
    return MovementFace(
        movement_id=line.movement_id,
        title=name or kind,
        title_tag=tag if name else "",
        kind=kind if name else "",
        amount=("+" if won > 0 and not refused else "") + exact_won(won, language),
        is_plus=won > 0 and not refused,
        is_refused=refused,
        happened=refusal.happened if refused else "",
        remedy=refusal.remedy if refused else "",
        time=f"{date_text(line.occurred_at_us, language)} {local:%H:%M}",
        machine_time=local.isoformat(timespec="minutes"),
        purses=tuple(
            PurseRow(name, _word(name, language), exact_won(abs(won), language))
            for name, won in purses
        ),
        segments=stacked([(name, abs(won)) for name, won in purses]),
        is_back=line.kind in GIVINGS_BACK,
        taken_back=_taken_back(line, language),
        notes=_notes(line, language),
        after=() if refused else _after(line, language),
        how=language.choose(*CHANNELS.get(line.channel, ("", ""))) if line.shop_id else "",
        card=line.masked_pan or "",
        shop_code=found.shop_code or "",
        original_id=line.original_id,
        backs=tuple(
            BackFace(
                back.movement_id,
                day_and_hour_text(back.occurred_at_us, language),
                exact_won(back.amount_won, language),
            )
            for back in backs
        ),
        back_text=_back_text(line, back_won, language),
        is_wholly_back=bool(back_won) and back_won >= line.amount_won,
        explained=explained,
    )


def _shown_won(line: HistoryLine) -> int:
    """The large amount: what the purses gave (negative) or got, without what was earned."""
    if line.reason:
        takes = line.kind in PAYMENTS or line.kind == MovementKind.HOLD
        return -(line.amount_won - line.discount_won) if takes else line.amount_won
    if line.kind == MovementKind.HOLD:
        return -line.amount_won
    if line.kind in (MovementKind.CHARGE_SUSPENDED, MovementKind.RETURN_CHARGE):
        return line.amount_won
    change_won = line.charged_won + line.cashback_won + line.allowance_won - line.claim_won
    if line.kind == MovementKind.AWARD:
        return change_won
    return change_won - _earned_won(line)


def _earned_won(line: HistoryLine) -> int:
    return sum(one.won for one in line.incentive)


def _purses(line: HistoryLine) -> tuple[tuple[str, int], ...]:
    """What each purse gave or got of the large amount; parts of nothing are left out."""
    whole_won = _shown_won(line)
    charged_won = line.charged_won + line.kept_won
    if line.kind in PAYMENTS or line.kind in GIVINGS_BACK:
        cashback_won = whole_won - charged_won - line.allowance_won
    else:
        cashback_won = line.cashback_won
    parts = (
        ("charged", charged_won),
        ("cashback", cashback_won),
        ("allowance", line.allowance_won),
    )
    return tuple((name, won) for name, won in parts if won)


def _taken_back(line: HistoryLine, language: Language) -> str:
    """What a cancellation took back of the cashback that the payment had earned."""
    earned_won = _earned_won(line)
    return exact_won(earned_won, language) if line.kind in GIVINGS_BACK and earned_won else ""


def _notes(line: HistoryLine, language: Language) -> tuple[str, ...]:
    """What a cancellation has to tell beside its sums."""
    if line.kind not in GIVINGS_BACK or line.reason or not line.amount_won:
        return ()
    notes = []
    if line.kept_won:
        notes.append(_said("kept_for_cashback", language, won=exact_won(line.kept_won, language)))
    if line.claim_won > 0:
        notes.append(_said("owed", language, won=exact_won(line.claim_won, language)))
    if line.charged_won + line.kept_won:
        notes.append(_said("month_restored", language))
    return tuple(notes)


def _after(line: HistoryLine, language: Language) -> tuple[PurseRow, ...]:
    rows = (
        ("charged", line.charged_after_won),
        ("cashback", line.cashback_after_won),
        ("allowance", line.allowance_after_won),
    )
    return tuple(
        PurseRow(name, _word(name, language), exact_won(won, language))
        for name, won in rows
        if won or name == "charged"
    )


def _back_text(line: HistoryLine, back_won: int, language: Language) -> str:
    if not back_won:
        return ""
    if back_won >= line.amount_won:
        return _said("cancelled_all", language)
    return _said(
        "cancelled_part", language, won=exact_won(back_won, language),
        price=exact_won(line.amount_won, language),
        left=exact_won(line.amount_won - back_won, language),
    )  # fmt: skip


def _word(name: str, language: Language) -> str:
    return language.choose(*RECEIPT_WORDS[name])


def _said(name: str, language: Language, **values: str) -> str:
    return language.choose(*RECEIPT_WORDS[name]).format(**values)
