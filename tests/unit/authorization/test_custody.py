"""What a card is after each change of its state, by what it was before."""

from __future__ import annotations

import pytest

from dure.authorization.facts import CardStatus
from dure.authorization.requests import CardChange, ChangeCard
from tests.laws.paper_city import CARDS, PaperCity

CARD, _ = CARDS
BLOCK, UNBLOCK, ACTIVATE = CardChange.BLOCK, CardChange.UNBLOCK, CardChange.ACTIVATE
ISSUED, ACTIVE = CardStatus.ISSUED, CardStatus.ACTIVE

ROWS: list[tuple[str, CardStatus, tuple[CardChange, ...], CardStatus]] = [
    ("activated", ISSUED, (ACTIVATE,), ACTIVE),
    ("blocked before it was activated", ISSUED, (BLOCK,), CardStatus.BLOCKED_BEFORE_ACTIVATION),
    ("unblocked that was never activated", ISSUED, (BLOCK, UNBLOCK), ISSUED),
    ("blocked twice and never activated", ISSUED, (BLOCK, BLOCK, UNBLOCK, UNBLOCK), ISSUED),
    ("activated after its block", ISSUED, (BLOCK, UNBLOCK, ACTIVATE), ACTIVE),
    ("blocked", ACTIVE, (BLOCK,), CardStatus.BLOCKED),
    ("unblocked", ACTIVE, (BLOCK, UNBLOCK), ACTIVE),
    ("blocked twice", ACTIVE, (BLOCK, BLOCK, UNBLOCK, UNBLOCK), ACTIVE),
    ("closed while blocked", ISSUED, (BLOCK, CardChange.CLOSE), CardStatus.CLOSED),
]


@pytest.mark.parametrize(("what", "before", "changes", "after"), ROWS, ids=[row[0] for row in ROWS])
def test_it_is_changed(
    what: str, before: CardStatus, changes: tuple[CardChange, ...], after: CardStatus
) -> None:
    city = PaperCity()
    card = city.books.cards[CARD]
    card.status, card.pin_failures = before, 2
    for change in changes:
        assert city.ask(ChangeCard(**city.new(), card=CARD, change=change)).approved, what
    assert card.status == after
    assert card.pin_failures == (0 if UNBLOCK in changes else 2)
