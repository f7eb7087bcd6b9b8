"""The stories of gifts and donations in docs/money.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dure.authorization.requests import Donate, ReturnGift, SendGift, TakeGift
from tests.engines import SHOP_JUNGGU
from tests.laws.paper_city import MEMBERS

if TYPE_CHECKING:
    from tests.unit.ledger.worked_examples import Story

GIVER, TAKER = MEMBERS
THREE_DAYS_US = 3 * 86_400 * 1_000_000


def send(story: Story, words: str, won: int) -> int:
    """Tells of a gift that is sent; its number."""
    new = story.city.new()
    until_us = new["occurred_at_us"] + THREE_DAYS_US
    story.tell(words, SendGift(**new, member_id=GIVER, amount_won=won, until_us=until_us))
    return story.city.books.changes.movements[-1].movement_id


def tell_gift(story: Story) -> Story:
    """One gift is taken, another comes back."""
    first = send(story, "A member gives 30,000 to another", 30_000)
    taken = TakeGift(**story.city.new(), member_id=TAKER, giver_id=GIVER, gift_id=first)
    story.tell("who takes it", taken)
    second = send(story, "20,000 more are given", 20_000)
    story.city.clock.advance(THREE_DAYS_US)
    back = ReturnGift(**story.city.new(), member_id=GIVER, gift_id=second)
    story.tell("and nobody takes them for three days", back)
    return story


def tell_donation(story: Story) -> Story:
    """Charged money and cashback are given to a fund."""
    story.quietly(story.purchase(SHOP_JUNGGU, 20_000))
    charged = Donate(**story.city.new(), member_id=GIVER, fund_id=1, amount_won=10_000)
    story.tell("10,000 of charged money for fund 1", charged)
    cashback = Donate(
        **story.city.new(), member_id=GIVER, fund_id=1, amount_won=1_200, cashback=True
    )
    story.tell("and all cashback", cashback)
    return story
