"""A complaint and its steps as plain values for a page of its member."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dure.kernel.calendar import seoul
from dure.people.complaint_kinds import (
    KIND_NAMES,
    OUTCOME_NAMES,
    STATE_NAMES,
    STEP_NAMES,
    State,
)
from dure.people.complaint_reading import StepTold
from dure.people.complaints import Complaint
from dure.web.shared.dates import day_and_time_text, day_text
from dure.web.shared.language import Language

_TONES: Final = {
    State.RECEIVED: "plain",
    State.IN_HAND: "plain",
    State.WAITING_FOR_MEMBER: "gold",
    State.ANSWERED: "done",
    State.WITHDRAWN: "plain",
}


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    """A complaint in a line; `tone` colors its state."""

    number: int
    told_number: str
    kind: str
    state: str
    tone: str
    outcome: str
    filed: str
    due: str


@dataclass(frozen=True, slots=True)
class StepFace:
    """A step of its course; `photos` are addresses of pictures."""

    name: str
    when: str
    machine_time: str
    text: str
    by_office: bool
    photos: tuple[str, ...]


def complaint_row(complaint: Complaint, language: Language) -> ComplaintRow:
    """A complaint in a line."""
    outcome = complaint.outcome
    return ComplaintRow(
        number=complaint.complaint_id,
        told_number=complaint.told_number,
        kind=language.choose(*KIND_NAMES[complaint.kind]),
        state=language.choose(*STATE_NAMES[complaint.state]),
        tone=_TONES[complaint.state],
        outcome=language.choose(*OUTCOME_NAMES[outcome]) if outcome else "",
        filed=day_text(complaint.filed_at_us, language),
        # The last day counts whole: what is due at midnight is due the day before.
        due=day_text(complaint.due_at_us - 1, language),
    )


def step_face(step: StepTold, address: str, language: Language) -> StepFace:
    """A step; `address` is the complaint's page."""
    local = seoul(step.at_us)
    return StepFace(
        name=language.choose(*STEP_NAMES[step.step]),
        when=day_and_time_text(step.at_us, language),
        machine_time=local.isoformat(timespec="minutes"),
        text=step.text,
        by_office=bool(step.official),
        photos=tuple(f"{address}/photos/{number}" for number in step.photos),
    )
