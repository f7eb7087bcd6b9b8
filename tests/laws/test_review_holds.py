"""A hold that is reversed in part: what stays reserved, and what may still be captured."""

from __future__ import annotations

from typing import Any

import pytest

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import Cancel, Capture, Charge, Hold
from dure.kernel.calendar import DAY_US
from tests.engines import BEGUN_US, SHOP_JUNGGU
from tests.laws.paper_city import CARDS, MEMBERS, PaperCity

MEMBER, CARD = MEMBERS[0], next(iter(CARDS))


@pytest.fixture
def city() -> PaperCity:
    """The member has 100,000 won."""
    city = PaperCity()
    city.ask(Charge(**city.new(), member_id=MEMBER, amount_won=100_000))
    return city


def hold(city: PaperCity, won: int) -> bytes:
    request = Hold(**city.new(), shop_code=SHOP_JUNGGU, amount_won=won, channel=1, card=CARD,
                   expires_at_us=BEGUN_US + DAY_US)  # fmt: skip
    assert city.ask(request).approved
    return request.key


def cut(city: PaperCity, key: bytes, rest_won: int) -> Answer:
    return city.ask(Cancel(**city.new(), original_key=key, card=CARD, rest_won=rest_won))


def capture(city: PaperCity, key: bytes, won: int, **more: Any) -> Answer:
    return city.ask(Capture(**city.new(), original_key=key, amount_won=won, card=CARD, **more))


def held_won(city: PaperCity) -> int:
    return int(city.books.wallets[MEMBER].held_won)


def test_a_hold_reversed_in_part_stays_open_for_the_rest(city: PaperCity) -> None:
    key = hold(city, 60_000)
    answer = cut(city, key, 20_000)
    assert (answer.approved, answer.amount_won, held_won(city)) == (True, 40_000, 20_000)
    assert capture(city, key, 20_001).reason == No.MORE_THAN_THE_ORIGINAL
    assert capture(city, key, 20_000).approved
    assert held_won(city) == 0


def test_a_hold_never_grows_by_a_reversal(city: PaperCity) -> None:
    key = hold(city, 60_000)
    cut(city, key, 20_000)
    assert cut(city, key, 30_000).amount_won == 0
    assert held_won(city) == 20_000
    assert cut(city, key, 60_001).reason == No.AMOUNT_INVALID
    assert cut(city, key, 0).amount_won == 20_000
    assert held_won(city) == 0
    assert capture(city, key, 20_000).reason == No.HOLD_NOT_OPEN


def test_a_hold_that_was_over_is_captured_by_advice_once(city: PaperCity) -> None:
    key = hold(city, 60_000)
    cut(city, key, 0)
    assert capture(city, key, 50_000, advice=True).approved
    assert capture(city, key, 50_000, advice=True).reason == No.HOLD_NOT_OPEN
    assert held_won(city) == 0
    assert city.figures_of(MEMBER)["charged"] == 50_000
