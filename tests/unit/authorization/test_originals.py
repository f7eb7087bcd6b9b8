"""How an original is found that is named in more than one way: key, then id, then approval code."""

from __future__ import annotations

from typing import Any

import pytest

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import Capture, Charge, Hold, Purchase, Refund
from dure.kernel.calendar import DAY_US
from tests.engines import BEGUN_US, SHOP_JUNGGU
from tests.laws.paper_city import CARDS, MEMBERS, PaperCity

MEMBER, OTHER = MEMBERS
CARD, OTHERS_CARD = CARDS
UNKNOWN = bytes(15) + b"?"


@pytest.fixture
def city() -> PaperCity:
    """Each of two members has 100,000 won."""
    city = PaperCity()
    for member in MEMBERS:
        city.ask(Charge(**city.new(), member_id=member, amount_won=100_000))
    return city


def pay(city: PaperCity, won: int, card: bytes = CARD) -> tuple[bytes, Answer]:
    request = Purchase(**city.new(), shop_code=SHOP_JUNGGU, amount_won=won, channel=1, card=card)
    return request.key, city.ask(request)


def refund(city: PaperCity, won: int, **named: Any) -> Answer:
    return city.ask(Refund(**city.new(), shop_code=SHOP_JUNGGU, amount_won=won, card=CARD, **named))


def test_a_refund_whose_key_is_unknown_goes_by_its_approval_code(city: PaperCity) -> None:
    _, paid = pay(city, 9_000)
    answer = refund(city, 9_000, original_key=UNKNOWN, approval_code=paid.approval_code)
    assert (answer.reason, answer.charged_won) == (No.APPROVED, 9_000)


def test_a_refund_whose_key_and_movement_are_unknown_goes_by_its_approval_code(
    city: PaperCity,
) -> None:
    _, paid = pay(city, 9_000)
    code = paid.approval_code
    assert refund(city, 9_000, original_key=UNKNOWN, original_id=7, approval_code=code).approved


def test_a_key_that_is_known_comes_before_the_approval_code(city: PaperCity) -> None:
    first_key, _ = pay(city, 9_000)
    _, second = pay(city, 2_000)
    named = {"original_key": first_key, "approval_code": second.approval_code}
    assert refund(city, 9_000, **named).approved
    assert refund(city, 1, **named).reason == No.ALREADY_CANCELLED


def test_nobody_elses_payment_is_found_in_any_way(city: PaperCity) -> None:
    key, paid = pay(city, 9_000, OTHERS_CARD)
    answer = refund(
        city, 9_000, original_key=key, original_id=paid.movement_id,
        approval_code=paid.approval_code,
    )  # fmt: skip
    assert answer.reason == No.ORIGINAL_UNKNOWN


def test_a_capture_whose_key_is_unknown_goes_by_the_holds_approval_code(city: PaperCity) -> None:
    hold = Hold(**city.new(), shop_code=SHOP_JUNGGU, amount_won=30_000, channel=4, card=CARD,
                expires_at_us=BEGUN_US + DAY_US)  # fmt: skip
    code = city.ask(hold).approval_code
    captured = city.ask(
        Capture(**city.new(), amount_won=20_000, original_key=UNKNOWN, approval_code=code,
                card=CARD)
    )  # fmt: skip
    assert captured.approved
    assert captured.held_after_won == 0
