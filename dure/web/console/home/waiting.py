"""What waits for an official: steps of rules that may be taken now, transfers to decide on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from psycopg import Connection
from psycopg.rows import TupleRow

from dure.budget.officials import may_act
from dure.budget.transferring import Step as TransferStep
from dure.budget.transferring import all_transfers
from dure.people.complaint_reading import standing
from dure.rulebook.deciding import refusal_of
from dure.rulebook.lives import Life, Rulebook
from dure.rulebook.officials import Role
from dure.rulebook.steps import STEP_NAMES, Act, Stage, Step, next_steps
from dure.web.console.desk.places import COMPLAINT_ACTORS, places_seen
from dure.web.console.shell.officials import ConsoleOfficial
from dure.web.console.workshop.reading import document_of
from dure.web.shared.amounts import short_won
from dure.web.shared.language import Language

_STEPS: Final = (Step.APPROVE, Step.NOTICE, Step.SCHEDULE, Step.PUBLISH, Step.ROLL_BACK)
"""What others wait for. Checking and simulating is for whoever writes the draft."""
_COMING: Final = (Stage.NOTICED, Stage.SCHEDULED, Stage.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something to do: where, what it is called, what is to be done."""

    address: str
    title: str
    act: str


def waiting_for(
    official: ConsoleOfficial,
    book: Rulebook,
    connection: Connection[TupleRow],
    root: str,
    now_us: int,
    language: Language,
) -> list[Waiting]:
    """All that the official may do next for others to go on; rules first."""
    found = [
        Waiting(
            f"{root}/rules/{life.rule}/{life.version}",
            title_of(connection, life, language),
            language.choose(STEP_NAMES[step][0], STEP_NAMES[step][1]),
        )
        for life, step in _steps(official, book, now_us)
    ]
    if official.holds(Role.BUDGET_OFFICER, Role.DISTRICT_OFFICER):
        found += _transfers(official, connection, root, language)
    if official.roles & COMPLAINT_ACTORS:
        found += _complaints(official, connection, root, now_us, language)
    return found


def _complaints(
    official: ConsoleOfficial,
    connection: Connection[TupleRow],
    root: str,
    now_us: int,
    language: Language,
) -> Iterator[Waiting]:
    work = standing(connection, places_seen(official), now_us)
    ours = work.open_count - work.waiting_count
    if ours:
        late = language.choose(f"기한 지남 {work.late_count}건", f"{work.late_count} late")
        count = language.choose(f"민원 {ours}건", f"{ours} complaints")
        yield Waiting(
            f"{root}/complaints",
            f"{count} · {late}" if work.late_count else count,
            language.choose("답변", "answer"),
        )


def _steps(official: ConsoleOfficial, book: Rulebook, now_us: int) -> Iterator[tuple[Life, Step]]:
    for life in book.lives.values():
        if life.stage_at(now_us) in (Stage.OVER, Stage.SUPERSEDED, Stage.ROLLED_BACK):
            continue
        for step in next_steps(life.stage):
            if step in _STEPS and official.may(step, life.scope):
                act = Act(
                    step=step, by=official.id, at_us=now_us,
                    rule=life.rule, version=life.version, sha256=life.sha256,
                )  # fmt: skip
                # What a notice says is only known when it is made; all else is decided here.
                if step is Step.NOTICE or refusal_of(book, act) is None:
                    yield life, step


def _transfers(
    official: ConsoleOfficial, connection: Connection[TupleRow], root: str, language: Language
) -> Iterator[Waiting]:
    for transfer in all_transfers(connection):
        if transfer.step not in (TransferStep.ASKED, TransferStep.APPROVED):
            continue
        took_part = any(step.official_id == official.id for step in transfer.steps)
        both = (transfer.from_line, transfer.to_line)
        may = all(may_act(official.for_budget(line.district), line) for line in both)
        if may and not took_part:
            yield Waiting(
                f"{root}/budget/transfers/{transfer.transfer_id}",
                f"{short_won(transfer.amount_won, language)} · {transfer.reason}",
                language.choose("전용 승인", "approve a transfer"),
            )


def coming(book: Rulebook, now_us: int) -> list[Life]:
    """Versions that citizens were told of and that are not in force yet, the next one first."""
    found = [
        life
        for life in book.lives.values()
        if life.stage_at(now_us) in _COMING and life.from_us > now_us
    ]
    return sorted(found, key=lambda life: (life.from_us, life.key))


def title_of(connection: Connection[TupleRow], life: Life, language: Language) -> str:
    """What the version is called, with its number; its key where its text does not read."""
    document = document_of(connection, life)
    if document is None:
        return life.key
    number = language.choose(f"{life.version}판", f"version {life.version}")
    return f"{language.choose(document.title.ko, document.title.en)} · {number}"
