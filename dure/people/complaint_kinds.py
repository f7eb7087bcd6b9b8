"""What a complaint may be about, how it may stand, and which step leads where. Pure."""

from __future__ import annotations

from enum import IntEnum
from typing import Final, NamedTuple

OBJECTION_DAYS: Final = 30
"""So long after an answer a member may object to it, once."""


class Kind(IntEnum):
    """What a complaint is about."""

    PAYMENT = 1
    INCENTIVE = 2
    SHOP = 3
    CARD_OR_APP = 4
    OTHER = 5


class State(IntEnum):
    """How a complaint stands."""

    RECEIVED = 1
    IN_HAND = 2
    WAITING_FOR_MEMBER = 3
    ANSWERED = 4
    WITHDRAWN = 5


class Outcome(IntEnum):
    """What an answer says."""

    AS_ASKED = 1
    IN_PART = 2
    NOT = 3
    EXPLAINED = 4


class Step(IntEnum):
    """What may happen to a complaint."""

    FILED = 1
    TAKEN_UP = 2
    ASKED_BACK = 3
    ADDED_TO = 4
    ANSWERED = 5
    WITHDRAWN = 6
    OBJECTED = 7


class StepRule(NamedTuple):
    """In which states a step may be taken and by whom; what the state becomes (None: stays)."""

    allowed: frozenset[State]
    becomes: State | None
    by_official: bool
    needs_text: bool


_OPEN: Final = frozenset({State.RECEIVED, State.IN_HAND, State.WAITING_FOR_MEMBER})
STEPS: Final[dict[Step, StepRule]] = {
    Step.TAKEN_UP: StepRule(frozenset({State.RECEIVED}), State.IN_HAND, True, False),
    Step.ASKED_BACK: StepRule(_OPEN, State.WAITING_FOR_MEMBER, True, True),
    Step.ADDED_TO: StepRule(_OPEN, State.IN_HAND, False, True),
    Step.ANSWERED: StepRule(_OPEN, State.ANSWERED, True, True),
    Step.WITHDRAWN: StepRule(_OPEN, State.WITHDRAWN, False, False),
    Step.OBJECTED: StepRule(frozenset({State.ANSWERED}), State.IN_HAND, False, True),
}

KIND_NAMES: Final[dict[Kind, tuple[str, str]]] = {
    Kind.PAYMENT: ("결제 이의", "A payment is wrong"),
    Kind.INCENTIVE: ("캐시백·할인", "Cashback or discount"),
    Kind.SHOP: ("가맹점", "A shop"),
    Kind.CARD_OR_APP: ("카드·앱", "Card or app"),
    Kind.OTHER: ("그 밖의 일", "Something else"),
}
KIND_HINTS: Final[dict[Kind, tuple[str, str]]] = {
    Kind.PAYMENT: (
        "내가 하지 않은 결제, 금액이 다른 결제, 취소되지 않은 결제",
        "One I did not make, a wrong amount, a cancellation that did not come",
    ),
    Kind.INCENTIVE: (
        "받아야 할 캐시백이나 할인이 다릅니다",
        "What I should have got is different",
    ),
    Kind.SHOP: (
        "결제 거부, 더 비싼 값, 지키지 않은 할인",
        "Refused, charged more, or did not keep its discount",
    ),
    Kind.CARD_OR_APP: ("카드나 앱이 제대로 되지 않습니다", "The card or the app does not work"),
    Kind.OTHER: ("제안이나 다른 불편", "A proposal or another trouble"),
}
STATE_NAMES: Final[dict[State, tuple[str, str]]] = {
    State.RECEIVED: ("접수됨", "Received"),
    State.IN_HAND: ("처리 중", "Being handled"),
    State.WAITING_FOR_MEMBER: ("내 답을 기다림", "Waiting for your reply"),
    State.ANSWERED: ("답변 완료", "Answered"),
    State.WITHDRAWN: ("취하함", "Withdrawn"),
}
OUTCOME_NAMES: Final[dict[Outcome, tuple[str, str]]] = {
    Outcome.AS_ASKED: ("요청대로 처리", "Done as you asked"),
    Outcome.IN_PART: ("일부 처리", "Done in part"),
    Outcome.NOT: ("받아들이지 않음", "Not accepted"),
    Outcome.EXPLAINED: ("설명", "Explained"),
}
STEP_NAMES: Final[dict[Step, tuple[str, str]]] = {
    Step.FILED: ("접수", "Filed"),
    Step.TAKEN_UP: ("담당자가 살펴보기 시작", "Taken up by an official"),
    Step.ASKED_BACK: ("담당자의 질문", "A question from the official"),
    Step.ADDED_TO: ("내용 덧붙임", "Added to"),
    Step.ANSWERED: ("답변", "Answer"),
    Step.WITHDRAWN: ("취하", "Withdrawn"),
    Step.OBJECTED: ("이의 제기", "Objection to the answer"),
}
