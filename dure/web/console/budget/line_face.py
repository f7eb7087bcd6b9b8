"""One budget line in full: who gave it money, when it may be spent, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dure.budget.appropriating import KIND_NAMES, Recorded
from dure.budget.committing import Committed
from dure.budget.matching import MatchingReport
from dure.budget.office import Course, Outcome
from dure.budget.releasing import Release
from dure.budget.transferring import STEP_NAMES, Step, Transfer
from dure.kernel.calendar import seoul
from dure.web.console.budget.words import COURSE_BADGES, COURSES
from dure.web.shared.amounts import exact_won, percent, short_won
from dure.web.shared.charts import bar_length
from dure.web.shared.language import Language
from dure.web.shared.sentences import sentence_or_number
from dure.web.shared.words import PAYERS


@dataclass(frozen=True, slots=True)
class State:
    """How far an act came: its badge and, where it was refused, why."""

    name: str
    badge: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """An appropriation."""

    kind: str
    amount: str
    decided: str
    document: str
    title: str
    source: str
    by: str
    entered: str
    state: State
    number: int


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """A release with its bar."""

    on: str
    amount: str
    is_due: bool
    length: int


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    """Money set aside, or given back."""

    code: str
    name: str
    amount: str
    purpose: str
    by: str
    entered: str
    state: State


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step of a transfer."""

    name: str
    by: str
    at: str
    note: str


@dataclass(frozen=True, slots=True)
class TransferRow:
    """A transfer between two lines and its steps."""

    number: int
    from_code: str
    from_name: str
    to_code: str
    to_name: str
    amount: str
    reason: str
    state: State
    is_open: bool
    waits_one: bool
    steps: tuple[StepRow, ...]


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A payer's declared and actual part."""

    payer: str
    declared: str
    of_budget: str
    budget: str
    difference: str
    of_spent: str
    spent: str
    length: int
    declared_length: int


@dataclass(frozen=True, slots=True)
class MatchingFace:
    """Declared shares against actual ones."""

    document: str
    shares: str
    is_inverted: bool
    rows: tuple[ShareRow, ...]


def state_of(outcome: Outcome, language: Language) -> State:
    """How far an act came, in words."""
    why = ""
    if outcome.course is Course.REFUSED:
        why = sentence_or_number(outcome.reason, language).happened
    course = str(outcome.course)
    return State(language.choose(*COURSES[course]), COURSE_BADGES[course], why)


def given_rows(recorded: Sequence[Recorded], language: Language) -> tuple[Given, ...]:
    """Appropriations in the order of their entry."""
    return tuple(
        Given(
            kind=language.choose(*KIND_NAMES[one.appropriation.kind]),
            amount=exact_won(one.appropriation.amount_won, language),
            decided=str(one.appropriation.decided_on),
            document=one.appropriation.document_number,
            title=one.appropriation.document_title,
            source=one.appropriation.source,
            by=one.official_id,
            entered=instant_text(one.recorded_at_us),
            state=state_of(one.outcome, language),
            number=one.number,
        )
        for one in recorded
    )


def release_rows(releases: Sequence[Release], language: Language) -> tuple[ReleaseRow, ...]:
    """Releases, planned and come."""
    largest = max((one.amount_won for one in releases), default=0)
    return tuple(
        ReleaseRow(
            f"{seoul(one.on_us):%Y-%m-%d}",
            exact_won(one.amount_won, language),
            one.is_due,
            bar_length(one.amount_won, largest),
        )
        for one in releases
    )


def commitment_rows(
    committed: Sequence[Committed], language: Language
) -> tuple[CommitmentRow, ...]:
    """What was set aside and given back."""
    return tuple(
        CommitmentRow(
            one.line.code,
            language.choose(one.line.name_ko, one.line.name_en),
            exact_won(one.amount_won, language),
            one.purpose,
            one.official_id,
            instant_text(one.recorded_at_us),
            state_of(one.outcome, language),
        )
        for one in committed
    )


def transfer_row(transfer: Transfer, language: Language) -> TransferRow:
    """A transfer with its steps."""
    is_open = transfer.step in (Step.ASKED, Step.APPROVED)
    badge = "gold" if is_open else "quiet"
    state = State(language.choose(*STEP_NAMES[transfer.step]), badge)
    if transfer.step is Step.APPROVED_TWICE:
        state = state_of(transfer.outcome, language)
    return TransferRow(
        number=transfer.transfer_id,
        from_code=transfer.from_line.code,
        from_name=language.choose(transfer.from_line.name_ko, transfer.from_line.name_en),
        to_code=transfer.to_line.code,
        to_name=language.choose(transfer.to_line.name_ko, transfer.to_line.name_en),
        amount=exact_won(transfer.amount_won, language),
        reason=transfer.reason,
        state=state,
        is_open=is_open,
        waits_one=transfer.step is Step.APPROVED,
        steps=tuple(
            StepRow(
                language.choose(*STEP_NAMES[one.step]), one.official_id, instant_text(one.at_us),
                one.note,
            )
            for one in transfer.steps
        ),
    )  # fmt: skip


def matching_face(report: MatchingReport, language: Language) -> MatchingFace:
    """Declared and actual shares of each payer that matches."""
    return MatchingFace(
        document=report.matching.document,
        shares=" : ".join(str(share) for share in report.matching.shares),
        is_inverted=report.is_inverted,
        rows=tuple(
            ShareRow(
                payer=language.choose(*PAYERS[one.payer]),
                declared=percent(one.declared_bp),
                of_budget=percent(one.budget_bp),
                budget=short_won(one.budget_won, language),
                difference=short_won(one.budget_won - one.should_be_won, language),
                of_spent=percent(one.spent_bp),
                spent=short_won(one.spent_won, language),
                length=bar_length(one.budget_bp, 10_000),
                declared_length=bar_length(one.declared_bp, 10_000),
            )
            for one in report.payers
        ),
    )


def instant_text(at_us: int) -> str:
    """The city's time to the minute, the same in both languages."""
    return f"{seoul(at_us):%Y-%m-%d %H:%M}"
