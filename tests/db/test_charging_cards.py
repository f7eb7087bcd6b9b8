"""A card of a wallet, from its order to its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from dure.authorization.answers import Answer
from dure.authorization.facts import CardStatus
from dure.authorization.reasons import DeclineReason
from dure.authorization.requests import AnyRequest, CardChange, CardProof, OpenWallet, Purchase
from dure.engine.client import EngineGone
from dure.kernel.keys import KeyRing
from dure.wallets.card_numbers import is_card_number
from dure.wallets.cards import (
    CardIssued,
    CardKind,
    CardRefusedError,
    KeyUsedForAnotherCardError,
    cards_of,
    change_card,
    issue_card,
    replace_card,
)
from dure.wallets.charging import Till, advance, request_top_up
from tests.engines import BEGUN_US, SEOGU, SHOP_SEOGU, new_key

RING = KeyRing.generate()
KEY = b"order  number  1"


def issue(till: Till, key: bytes = KEY, kind: CardKind = CardKind.VIRTUAL) -> CardIssued:
    return issue_card(
        till.connection, till.ask, RING.card_token, key=key, member_id=7, kind=kind, at_us=BEGUN_US
    )


def change(till: Till, card: CardIssued, what: CardChange) -> None:
    change_card(till.ask, key=new_key(), token=card.token, change=what, at_us=BEGUN_US)


def status(till: Till, card: CardIssued) -> int:
    return next(shown.status for shown in cards_of(till.connection, 7) if shown.token == card.token)


@pytest.fixture
def rich(till: Till, open_member: Callable[..., str]) -> Till:
    """Member 7 has 50,000 won."""
    transfer = request_top_up(
        till.connection, key=b"t" * 16, member_id=7, amount_won=50_000,
        account_ref=open_member(7), at_us=BEGUN_US,
    )  # fmt: skip
    advance(till, transfer.transfer_id)
    return till


def pay(till: Till, card: CardIssued) -> Answer:
    return till.ask(
        Purchase(
            key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_SEOGU, amount_won=1_000,
            channel=1, card=card.token, proof=CardProof(expires_yymm=card.expires_yymm),
        )
    )  # fmt: skip


def test_it_pays_at_once_when_it_is_virtual(rich: Till) -> None:
    card = issue(rich)
    assert card.pan is not None
    assert is_card_number(card.pan)
    assert card.expires_yymm == 2410
    assert pay(rich, card).approved


def test_it_pays_after_activation_when_it_is_physical(rich: Till) -> None:
    card = issue(rich, kind=CardKind.PHYSICAL)
    assert pay(rich, card).reason is DeclineReason.CARD_NOT_ACTIVE
    change(rich, card, CardChange.ACTIVATE)
    assert pay(rich, card).approved


def test_it_tells_its_number_once(rich: Till) -> None:
    card = issue(rich)
    again = issue(rich)
    assert again == card._replace(pan=None)
    assert len(cards_of(rich.connection, 7)) == 1


def test_it_leaves_its_number_nowhere(rich: Till) -> None:
    card = issue(rich)
    assert card.pan is not None
    for table in ("card", "card_order", "journal"):
        for (row,) in rich.connection.execute(f"SELECT {table}::text FROM {table}"):
            assert card.pan not in row


def test_it_is_not_ordered_for_two_members_with_one_key(
    rich: Till, open_member: Callable[..., str]
) -> None:
    issue(rich)
    with pytest.raises(KeyUsedForAnotherCardError):
        issue(rich, kind=CardKind.PHYSICAL)


def test_it_does_not_pay_while_it_is_blocked(rich: Till) -> None:
    card = issue(rich)
    change(rich, card, CardChange.BLOCK)
    assert pay(rich, card).reason is DeclineReason.CARD_BLOCKED
    change(rich, card, CardChange.UNBLOCK)
    assert pay(rich, card).approved


def test_it_never_pays_again_once_it_is_closed(rich: Till) -> None:
    card = issue(rich)
    change(rich, card, CardChange.CLOSE)
    assert pay(rich, card).reason is DeclineReason.CARD_CLOSED
    with pytest.raises(CardRefusedError) as refused:
        change(rich, card, CardChange.UNBLOCK)
    assert refused.value.reason is DeclineReason.CARD_CLOSED


def test_it_is_replaced_by_another_on_the_same_money(rich: Till) -> None:
    old = issue(rich)
    shown = cards_of(rich.connection, 7)[0]
    new = replace_card(
        rich.connection, rich.ask, RING.card_token, key=b"replace number 1", card=shown,
        member_id=7, at_us=BEGUN_US + 1,
    )  # fmt: skip
    assert new.token != old.token
    assert status(rich, old) == CardStatus.REPLACED
    assert not pay(rich, old).approved
    assert pay(rich, new).charged_after_won == 49_000


def test_it_gets_another_number_when_the_first_is_taken(rich: Till) -> None:
    first = issue(rich)
    assert first.pan is not None
    numbers: Iterator[str] = iter([first.pan, first.pan, "9999990012345676"])
    second = issue_card(
        rich.connection, rich.ask, RING.card_token, key=b"order  number  2", member_id=7,
        kind=CardKind.VIRTUAL, at_us=BEGUN_US, draw=lambda: next(numbers),
    )  # fmt: skip
    assert second.pan == "9999990012345676"


def test_it_is_one_card_though_the_answer_was_lost(rich: Till) -> None:
    def losing(request: AnyRequest) -> Answer:
        rich.ask(request)
        raise EngineGone

    with pytest.raises(EngineGone):
        issue_card(
            rich.connection, losing, RING.card_token, key=KEY, member_id=7,
            kind=CardKind.VIRTUAL, at_us=BEGUN_US,
        )  # fmt: skip
    card = issue(rich)
    assert card.pan is None
    assert len(cards_of(rich.connection, 7)) == 1


def test_it_is_one_card_though_the_first_order_was_only_late(rich: Till) -> None:
    late: list[AnyRequest] = []

    def keeping(request: AnyRequest) -> Answer:
        late.append(request)
        raise EngineGone

    def after_the_late_one(request: AnyRequest) -> Answer:
        assert rich.ask(late[0]).approved
        return rich.ask(request)

    with pytest.raises(EngineGone):
        issue_card(
            rich.connection, keeping, RING.card_token, key=KEY, member_id=7,
            kind=CardKind.VIRTUAL, at_us=BEGUN_US,
        )  # fmt: skip
    card = issue_card(
        rich.connection, after_the_late_one, RING.card_token, key=KEY, member_id=7,
        kind=CardKind.VIRTUAL, at_us=BEGUN_US,
    )  # fmt: skip
    assert card.pan is None, "the number that the engine took was never told"
    assert [shown.token for shown in cards_of(rich.connection, 7)] == [card.token]


def test_it_can_be_ordered_again_once_what_was_in_the_way_is_gone(rich: Till) -> None:
    old = issue(rich)

    def ordered() -> CardIssued:
        return issue_card(
            rich.connection, rich.ask, RING.card_token, key=b"order  number  3", member_id=8,
            kind=CardKind.VIRTUAL, at_us=BEGUN_US,
        )  # fmt: skip

    with pytest.raises(CardRefusedError) as refused:
        ordered()
    assert refused.value.reason is DeclineReason.MEMBER_UNKNOWN
    opened = OpenWallet(
        key=new_key(), occurred_at_us=BEGUN_US, member_id=8, level=2, district=SEOGU,
        birth_year=1980,
    )  # fmt: skip
    assert rich.ask(opened).approved
    assert ordered().token != old.token
