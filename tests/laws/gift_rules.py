"""Gifts in the random life of two members: sent, taken, taken back, gone back by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from dure.authorization.requests import AnyRequest, ReturnGift, SendGift, TakeGift, Withdraw
from tests.laws.model_requests import USED_SHARE_BP, AnsweringModel

if TYPE_CHECKING:
    from tests.laws.books_machine import City

HOUR_US = 3_600 * 1_000_000
picks = st.integers(0, 1_000_000)


class GiftRules:
    """The rules; whoever plays them has a city, a model and members, and sends requests."""

    city: City
    model: AnsweringModel
    members: list[int]

    def send(self, request: AnyRequest) -> None:
        """Carries a request out on city and model."""
        raise NotImplementedError

    @rule(
        member=st.integers(0, 1),
        won=st.one_of(st.integers(-1, 60_000), st.integers(1, 900_000)),
        hours=st.sampled_from([6, 72, 168]),
    )
    def send_gift(self, member: int, won: int, hours: int) -> None:
        new = self.city.new()
        until_us = new["occurred_at_us"] + hours * HOUR_US
        self.send(
            SendGift(**new, member_id=self.members[member], amount_won=won, until_us=until_us)
        )

    @precondition(lambda self: self.model.gift_ids)
    @rule(pick=picks, member=st.integers(0, 1))
    def take_gift(self, pick: int, member: int) -> None:
        gift_id, gift = self.a_gift(pick)
        self.send(
            TakeGift(**self.city.new(), member_id=self.members[member], giver_id=gift["giver"],
                     gift_id=gift_id)
        )  # fmt: skip

    @precondition(lambda self: self.model.gift_ids)
    @rule(pick=picks, withdrawn=st.booleans())
    def return_gift(self, pick: int, withdrawn: bool) -> None:
        gift_id, gift = self.a_gift(pick)
        self.send(
            ReturnGift(**self.city.new(), member_id=gift["giver"], gift_id=gift_id,
                       withdrawn=withdrawn)
        )  # fmt: skip

    @rule(member=st.integers(0, 1), percent=st.sampled_from([55, 60, 65, 90, 100]))
    def give_much_and_ask_for_the_rest(self, member: int, percent: int) -> None:
        """By a gift that waits no ratio is reached, and by one that was taken it may be."""
        who = self.members[member]
        won = self.model.purses[who]["charged"] * percent // 100
        new = self.city.new()
        until_us = new["occurred_at_us"] + 72 * HOUR_US
        self.send(SendGift(**new, member_id=who, amount_won=won, until_us=until_us))
        self.refund(member)

    @precondition(lambda self: self.model.gift_ids)
    @rule(pick=picks)
    def take_and_ask_for_a_refund(self, pick: int) -> None:
        gift_id, gift = self.a_gift(pick)
        taker = int(self.members[0] == gift["giver"])
        self.send(
            TakeGift(**self.city.new(), member_id=self.members[taker], giver_id=gift["giver"],
                     gift_id=gift_id)
        )  # fmt: skip
        self.refund(taker)

    def refund(self, member: int) -> None:
        self.send(
            Withdraw(**self.city.new(), member_id=self.members[member],
                     used_share_bp_min=USED_SHARE_BP)
        )  # fmt: skip

    def a_gift(self, pick: int) -> tuple[int, dict[str, Any]]:
        gifts = list(self.model.gift_ids.items())
        gift_id, key = gifts[pick % len(gifts)]
        return gift_id, self.model.gifts[key]

    def return_all_gifts(self) -> None:
        """What still waits goes back, at the end of a life."""
        for gift_id, key in list(self.model.gift_ids.items()):
            giver = self.model.gifts[key]["giver"]
            self.send(
                ReturnGift(**self.city.new(), member_id=giver, gift_id=gift_id, withdrawn=True)
            )
