"""Advices: what has happened is booked, and earns only where it might have happened."""

from __future__ import annotations

import pytest

from dure.authorization.requests import Cancel, Charge, Purchase
from dure.merchants.directory import ShopEntry
from dure.merchants.standing import ALWAYS_US, Periods, ShopStatus
from tests.engines import BEGUN_US, SHOP_JUNGGU
from tests.laws.paper_city import CARDS, MEMBERS, PaperCity

MEMBER, CARD = MEMBERS[0], next(iter(CARDS))


@pytest.fixture
def city() -> PaperCity:
    """The member has 100,000 won."""
    city = PaperCity()
    city.ask(Charge(**city.new(), member_id=MEMBER, amount_won=100_000))
    return city


def test_an_advice_from_a_shop_that_is_shut_out_is_booked_and_earns_nothing(
    city: PaperCity,
) -> None:
    shop = city.books.shops[SHOP_JUNGGU]
    city.books.shops[SHOP_JUNGGU] = ShopEntry(
        shop.shop_code, shop.facts_at(BEGUN_US),
        Periods((ALWAYS_US,), (ShopStatus.SUSPENDED,)), None,
    )  # fmt: skip
    lines = city.lines()
    request = Purchase(**city.new(), shop_code=SHOP_JUNGGU, amount_won=10_000, channel=1,
                       card=CARD, advice=True)  # fmt: skip
    answer = city.ask(request)
    assert (answer.approved, answer.charged_won, answer.incentive) == (True, 10_000, ())
    assert city.lines() == lines
    assert city.ask(Cancel(**city.new(), original_key=request.key, card=CARD)).approved
    assert city.figures_of(MEMBER)["charged"] == 100_000
