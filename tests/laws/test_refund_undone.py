"""A reversed refund leaves the books as if it had never been."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import Cancel, Charge, Purchase, Refund
from dure.ledger.movement import MovementKind
from tests.engines import SHOP_JUNGGU, SHOP_PLUS, SHOP_SEOGU
from tests.laws.paper_city import CARDS, PaperCity

CARD = next(iter(CARDS))
MEMBER = CARDS[CARD]
SHOPS = st.sampled_from([SHOP_JUNGGU, SHOP_SEOGU, SHOP_PLUS])


def figures(city: PaperCity) -> tuple[object, ...]:
    wallet = city.books.wallets[MEMBER]
    return (
        wallet.charged_won, wallet.cashback_won, wallet.claim_won, wallet.usage_won,
        wallet.held_won, dict(city.books.budget_left),
    )  # fmt: skip


def charge(city: PaperCity, won: int) -> None:
    city.ask(Charge(**city.new(), member_id=MEMBER, amount_won=won))


def pay(city: PaperCity, won: int, shop: str) -> bytes:
    request = Purchase(**city.new(), shop_code=shop, amount_won=won, channel=1, card=CARD)
    assert city.ask(request).approved
    return request.key


def refund(city: PaperCity, original_key: bytes, won: int, shop: str) -> bytes:
    request = Refund(
        **city.new(), amount_won=won, shop_code=shop, original_key=original_key, card=CARD
    )
    assert city.ask(request).approved
    return request.key


def undo(city: PaperCity, original_key: bytes, rest_won: int = 0) -> No:
    return city.ask(
        Cancel(**city.new(), original_key=original_key, rest_won=rest_won, card=CARD)
    ).reason


@given(
    shop=SHOPS,
    first=st.integers(1, 300_000),
    won=st.integers(1, 300_000),
    data=st.data(),
)
@settings(max_examples=150, deadline=None)
def test_it_leaves_every_figure_as_before_the_refund(
    shop: str, first: int, won: int, data: st.DataObject
) -> None:
    city = PaperCity()
    charge(city, 900_000)
    before = figures(city)
    earlier = pay(city, first, SHOP_SEOGU)
    payment = pay(city, won, shop)
    standing = figures(city)
    returned = refund(city, payment, data.draw(st.integers(1, won)), shop)
    assert undo(city, returned) == No.APPROVED
    assert figures(city) == standing
    assert undo(city, returned) == No.APPROVED, "the network repeats a reversal"
    assert figures(city) == standing
    assert undo(city, payment) == No.APPROVED
    assert undo(city, earlier) == No.APPROVED
    assert figures(city) == before


def test_it_claims_what_the_purses_no_longer_have() -> None:
    city = PaperCity()
    charge(city, 100_000)
    payment = pay(city, 100_000, SHOP_JUNGGU)
    returned = refund(city, payment, 100_000, SHOP_JUNGGU)
    pay(city, 70_000, SHOP_JUNGGU)
    assert undo(city, returned) == No.APPROVED
    wallet = city.books.wallets[MEMBER]
    assert (wallet.charged_won, wallet.cashback_won) == (0, 4_200), "it was paid with charged money"
    assert wallet.claim_won == 70_000 - 6_000, "the incentive that returns settles a part"


def test_it_is_refused_when_a_line_cannot_pay_the_incentive_again() -> None:
    city = PaperCity()
    charge(city, 100_000)
    payment = pay(city, 50_000, SHOP_JUNGGU)
    returned = refund(city, payment, 50_000, SHOP_JUNGGU)
    city.books.budget_left[1] = 100
    standing = figures(city)
    assert undo(city, returned) == No.BUDGET_LINE_TOO_SMALL
    assert figures(city) == standing


def test_a_part_of_a_refund_cannot_be_reversed() -> None:
    city = PaperCity()
    charge(city, 100_000)
    payment = pay(city, 50_000, SHOP_JUNGGU)
    returned = refund(city, payment, 20_000, SHOP_JUNGGU)
    assert undo(city, returned, rest_won=5_000) == No.AMOUNT_INVALID
    assert undo(city, returned, rest_won=20_000) == No.APPROVED
    assert city.books.changes.movements[-1].kind == MovementKind.CANCEL


def test_a_reversal_in_part_that_comes_before_its_original_is_refused() -> None:
    city = PaperCity()
    charge(city, 100_000)
    request = Purchase(**city.new(), shop_code=SHOP_JUNGGU, amount_won=9_000, channel=1, card=CARD)
    assert undo(city, request.key, rest_won=4_000) == No.ORIGINAL_UNKNOWN
    assert city.ask(request).approved, "the original is not refused for it"
