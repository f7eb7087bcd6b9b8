"""Coupons on paper: what they cost whom, when they are used, and how they come back."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.authorization.answers import Answer
from dure.authorization.decide import answer_of, decide
from dure.authorization.facts import COUPONS_HELD, Coupon, CouponState
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import (
    Appropriate,
    Cancel,
    Capture,
    ChangeWallet,
    Charge,
    ClaimCoupon,
    ExpireCoupon,
    Hold,
    Purchase,
    Quote,
    Refund,
)
from dure.ledger.accounts import Account
from tests.engines import SHOP_JUNGGU, SHOP_PLUS, SHOP_SEOGU
from tests.laws.paper_city import (
    APPROPRIATED,
    COUPON_VERSION,
    MEMBERS,
    PERCENT_VERSION,
    PaperCity,
)

MEMBER, OTHER = MEMBERS
DAY_US = 86_400 * 1_000_000
LEFT = {"state": APPROPRIATED[1], "city": APPROPRIATED[2], "seogu": APPROPRIATED[3]}


@pytest.fixture
def city() -> PaperCity:
    paper = PaperCity()
    charge(paper, 500_000)
    return paper


def charge(city: PaperCity, won: int) -> None:
    assert city.ask(Charge(**city.new(), member_id=MEMBER, amount_won=won)).approved


def claim(city: PaperCity, version: int = COUPON_VERSION) -> int:
    request = ClaimCoupon(**city.new(), member_id=MEMBER, rule_version_id=version)
    answer = city.ask(request)
    assert answer.approved, answer
    return answer.movement_id


def pay(city: PaperCity, shop: str, won: int, **more: Any) -> tuple[Purchase, Answer]:
    request = Purchase(
        **city.new(), shop_code=shop, amount_won=won, channel=1, member_id=MEMBER, **more
    )
    return request, city.ask(request)


def quote(city: PaperCity, won: int, coupon_id: int | None) -> Answer:
    request = Quote(
        **city.new(), shop_code=SHOP_SEOGU, amount_won=won, channel=1, member_id=MEMBER,
        coupon_id=coupon_id,
    )  # fmt: skip
    return answer_of(decide(request, city.books))


def cancel(city: PaperCity, payment: Purchase, rest_won: int = 0) -> Answer:
    new = city.new()
    return city.ask(Cancel(**new, original_key=payment.key, rest_won=rest_won, member_id=MEMBER))


def refund(city: PaperCity, payment: Purchase, won: int) -> Refund:
    request = Refund(
        **city.new(), amount_won=won, shop_code=payment.shop_code, original_key=payment.key,
        member_id=MEMBER,
    )  # fmt: skip
    assert city.ask(request).approved
    return request


def undo(city: PaperCity, refunded: Refund) -> Answer:
    return city.ask(Cancel(**city.new(), original_key=refunded.key, member_id=MEMBER))


def held(city: PaperCity) -> dict[int, Coupon]:
    """The member's open coupons, of which the wallet's sum says as many."""
    wallet = city.books.wallets[MEMBER]
    coupons = wallet.coupons or {}
    assert (wallet.counters or {}).get(COUPONS_HELD, 0) == len(coupons)
    assert all(coupon.state == CouponState.OPEN for coupon in coupons.values())
    reserved_won = sum(coupon.reserved_won for coupon in coupons.values())
    assert city.sum_of(Account.COUPONS_RESERVED) == reserved_won
    return coupons


def test_it_reserves_the_most_that_the_coupon_can_cost(city: PaperCity) -> None:
    claim(city)
    assert city.lines() == LEFT | {"seogu": LEFT["seogu"] - 2_000}
    assert city.sum_of(Account.COUPONS_RESERVED) == 2_000
    assert len(held(city)) == 1


def test_it_has_one_effect_of_one_key(city: PaperCity) -> None:
    request = ClaimCoupon(**city.new(), member_id=MEMBER, rule_version_id=COUPON_VERSION)
    first, again = city.ask(request), city.ask(request)
    assert first.movement_id == again.movement_id
    assert again.repeated
    assert len(held(city)) == 1
    request.rule_version_id = PERCENT_VERSION
    assert city.ask(request).reason == No.KEY_USED_FOR_ANOTHER_REQUEST


def test_it_takes_the_coupon_off_the_price_after_the_shop_s_discount(city: PaperCity) -> None:
    claim(city)
    _, answer = pay(city, SHOP_PLUS, 20_000)
    assert (answer.discount_won, answer.coupon_won, answer.charged_won) == (1_000, 3_000, 16_000)
    assert sum(line.won for line in answer.incentive) == 16_000 * 1_000 // 10_000
    assert not held(city)


def test_it_returns_what_a_percentage_does_not_need_to_its_lines(city: PaperCity) -> None:
    claim(city, PERCENT_VERSION)
    _, answer = pay(city, SHOP_JUNGGU, 100)
    assert answer.coupon_won == 10
    earned = {line.rule_version_id: line.won for line in answer.incentive}
    assert earned == {1: 5}
    assert city.lines() == LEFT | {"state": LEFT["state"] - 7 - 4, "city": LEFT["city"] - 3 - 1}


def test_it_is_kept_where_it_would_give_nothing(city: PaperCity) -> None:
    claim(city, PERCENT_VERSION)
    _, answer = pay(city, SHOP_JUNGGU, 9)
    assert (answer.coupon_won, answer.charged_won) == (0, 9), "a tenth of 9 won is nothing"
    assert len(held(city)) == 1


@pytest.mark.parametrize(
    ("shop", "won", "used"),
    [
        (SHOP_SEOGU, 9_999, 0),
        (SHOP_SEOGU, 10_000, 3_000),
        (SHOP_PLUS, 10_000, 0),  # 9,500 won are left after the discount
        (SHOP_PLUS, 10_527, 3_000),
        (SHOP_JUNGGU, 50_000, 0),
    ],
)
def test_it_is_used_where_shop_and_price_fit(
    city: PaperCity, shop: str, won: int, used: int
) -> None:
    claim(city)
    assert pay(city, shop, won)[1].coupon_won == used


def test_it_uses_the_best_of_several(city: PaperCity) -> None:
    claim(city, PERCENT_VERSION)
    claim(city)
    assert pay(city, SHOP_SEOGU, 40_000)[1].coupon_won == 3_000
    assert pay(city, SHOP_SEOGU, 40_000)[1].coupon_won == 2_000
    assert pay(city, SHOP_SEOGU, 40_000)[1].coupon_won == 0


def test_it_uses_the_one_that_ends_first_of_two_that_give_the_same(city: PaperCity) -> None:
    first = claim(city)
    city.clock.advance(DAY_US)
    later = claim(city)
    pay(city, SHOP_SEOGU, 20_000)
    assert list(held(city)) == [later]
    assert first != later


def test_it_leaves_coupons_alone_when_the_member_says_so(city: PaperCity) -> None:
    coupon_id = claim(city)
    by_hand = ChangeWallet(**city.new(), member_id=MEMBER, use_coupons=False)
    assert city.ask(by_hand).approved
    assert pay(city, SHOP_SEOGU, 20_000)[1].coupon_won == 0
    assert pay(city, SHOP_SEOGU, 20_000, coupon_id=coupon_id)[1].coupon_won == 3_000
    assert city.ask(ChangeWallet(**city.new(), member_id=MEMBER, use_coupons=True)).approved
    claim(city)
    assert pay(city, SHOP_SEOGU, 20_000, coupon_id=0)[1].coupon_won == 0, "once, by the request"
    assert pay(city, SHOP_SEOGU, 20_000)[1].coupon_won == 3_000


@pytest.mark.parametrize(
    ("which", "won", "off_won"),
    [("best", 20_000, 3_000), ("none", 20_000, 0), ("named", 20_000, 2_000), ("named", 9, 0),
     ("unknown", 20_000, 0)],
)  # fmt: skip
def test_it_quotes_the_coupon_that_a_payment_would_use(
    city: PaperCity, which: str, won: int, off_won: int
) -> None:
    coupons = {"best": None, "none": 0, "named": claim(city, PERCENT_VERSION), "unknown": 77}
    claim(city)
    quoted = quote(city, won, coupons[which])
    _, paid = pay(city, SHOP_SEOGU, won, coupon_id=coupons[which])
    assert (quoted.reason, quoted.coupon_won) == (paid.reason, off_won)
    assert (quoted.charged_won, paid.coupon_won) == (paid.charged_won, off_won)


def test_it_is_used_by_a_capture_and_by_an_advice_after_the_claim(city: PaperCity) -> None:
    claimed_at_us = city.clock.now_us()
    claim(city)
    claim(city)
    hold = Hold(**city.new(), shop_code=SHOP_SEOGU, amount_won=30_000, channel=4,
                expires_at_us=claimed_at_us + DAY_US, member_id=MEMBER)  # fmt: skip
    assert city.ask(hold).approved
    capture = Capture(**city.new(), amount_won=18_000, original_key=hold.key, member_id=MEMBER)
    assert city.ask(capture).coupon_won == 3_000
    early = Purchase(**city.new(claimed_at_us - DAY_US), shop_code=SHOP_SEOGU, amount_won=20_000,
                     channel=1, member_id=MEMBER, advice=True)  # fmt: skip
    assert city.ask(early).coupon_won == 0, "it had not been claimed when that was paid"
    assert pay(city, SHOP_SEOGU, 20_000, advice=True)[1].coupon_won == 3_000


def test_it_refuses_no_advice_for_its_coupon(city: PaperCity) -> None:
    _, answer = pay(city, SHOP_SEOGU, 20_000, advice=True, coupon_id=77)
    assert answer.approved
    assert answer.coupon_won == 0


def test_it_comes_back_when_the_payment_is_cancelled_wholly(city: PaperCity) -> None:
    coupon_id = claim(city)
    before = (city.figures_of(MEMBER), city.lines())
    payment, _ = pay(city, SHOP_SEOGU, 20_000)
    answer = cancel(city, payment)
    assert answer.coupon_won == 3_000
    assert (city.figures_of(MEMBER), city.lines()) == before
    assert list(held(city)) == [coupon_id]
    assert pay(city, SHOP_SEOGU, 20_000)[1].coupon_won == 3_000, "and may be used again"


def test_it_does_not_come_back_when_its_time_is_over(city: PaperCity) -> None:
    claim(city)
    payment, _ = pay(city, SHOP_SEOGU, 20_000)
    city.clock.advance(30 * DAY_US)
    assert cancel(city, payment).coupon_won == 3_000
    assert not held(city)
    assert city.lines() == LEFT


def test_it_is_worth_what_the_line_can_reserve_again(city: PaperCity) -> None:
    claim(city)
    payment, _ = pay(city, SHOP_SEOGU, 20_000)
    cancel(city, payment, 10_000)
    taken_won = city.lines()["seogu"] - 100
    city.ask(Appropriate(**city.new(), line_id=3, amount_won=-taken_won))
    earned_won = 340  # Seo-gu's own incentive of what was left comes back as well
    cancel(city, payment)
    (coupon,) = held(city).values()
    assert (coupon.reserved_won, coupon.worth_won) == (100 + 1_000 + earned_won, 2_160)
    assert city.lines()["seogu"] == 0


def test_it_lapses_and_returns_its_reservation(city: PaperCity) -> None:
    coupon_id = claim(city)
    city.clock.advance(30 * DAY_US)
    assert pay(city, SHOP_SEOGU, 20_000)[1].coupon_won == 0
    over = ExpireCoupon(**city.new(), member_id=MEMBER, coupon_id=coupon_id)
    assert city.ask(over).approved
    assert not held(city)
    twice = ExpireCoupon(**city.new(), member_id=MEMBER, coupon_id=coupon_id)
    assert city.ask(twice).reason == No.COUPON_UNKNOWN


def test_it_pays_again_when_its_refund_is_undone(city: PaperCity) -> None:
    claim(city)
    payment, _ = pay(city, SHOP_SEOGU, 20_000)
    stood = (city.figures_of(MEMBER), city.lines())
    whole = refund(city, payment, 20_000)
    assert len(held(city)) == 1
    assert undo(city, whole).approved
    assert (city.figures_of(MEMBER), city.lines()) == stood
    assert not held(city)
    part = refund(city, payment, 7_777)
    assert undo(city, part).approved
    assert (city.figures_of(MEMBER), city.lines()) == stood


def test_it_pays_again_out_of_the_lines_when_it_has_lapsed(city: PaperCity) -> None:
    coupon_id = claim(city)
    payment, _ = pay(city, SHOP_SEOGU, 20_000)
    stood = (city.figures_of(MEMBER), city.lines())
    whole = refund(city, payment, 20_000)
    city.clock.advance(31 * DAY_US)
    over = ExpireCoupon(**city.new(), member_id=MEMBER, coupon_id=coupon_id)
    assert city.ask(over).approved
    assert undo(city, whole).approved
    assert city.lines() == stood[1]
    assert city.figures_of(MEMBER)["charged"] == stood[0]["charged"]
    assert cancel(city, payment).approved
    assert city.lines() == LEFT


def test_it_never_pays_twice(city: PaperCity) -> None:
    claim(city)
    payment, _ = pay(city, SHOP_SEOGU, 20_000)
    whole = refund(city, payment, 20_000)
    other, answer = pay(city, SHOP_SEOGU, 15_000)
    assert answer.coupon_won == 3_000
    figures = (city.figures_of(MEMBER), city.lines())
    assert undo(city, whole).reason == No.COUPON_USED_ELSEWHERE
    assert (city.figures_of(MEMBER), city.lines()) == figures
    assert cancel(city, other).approved
    assert len(held(city)) == 1


payments = st.lists(
    st.tuples(
        st.sampled_from([SHOP_JUNGGU, SHOP_SEOGU, SHOP_PLUS]),
        st.integers(1, 60_000),
        st.sampled_from([None, COUPON_VERSION, PERCENT_VERSION]),
    ),
    min_size=1,
    max_size=5,
)
cuts = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 100)), min_size=2, max_size=10)


@given(payments, cuts, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=150)
def test_it_ends_the_same_in_every_order_of_cancellations(
    paid: list[tuple[str, int, int | None]], cut: list[tuple[int, int]], chance: Random
) -> None:
    other = list(cut)
    chance.shuffle(other)
    one, two = ended_by(paid, cut), ended_by(paid, other)
    assert one == two
    nothing_left = ended_by(paid, [*cut, *((place, 0) for place in range(5))])
    assert nothing_left == ended_by(paid, [], pays=False)


def ended_by(
    paid: list[tuple[str, int, int | None]], cut: list[tuple[int, int]], *, pays: bool = True
) -> tuple[Any, ...]:
    """Claims, pays and cancels down to per cents; gives every figure that must come out."""
    city = PaperCity()
    charge(city, 1_000_000)
    made: list[Purchase] = []
    for shop, won, version in paid:
        if version is not None:
            city.ask(ClaimCoupon(**city.new(), member_id=MEMBER, rule_version_id=version))
        if pays:
            payment, answer = pay(city, shop, won)
            assert answer.approved
            parts = answer.charged_won + answer.cashback_won + answer.discount_won
            assert parts + answer.coupon_won == won
            made.append(payment)
    for place, percent in cut:
        payment = made[place % len(made)]
        assert cancel(city, payment, payment.amount_won * percent // 100).approved
    figures = city.figures_of(MEMBER)
    coupons = sorted((c.rule, c.place, c.worth_won, c.reserved_won) for c in held(city).values())
    return (
        city.lines(), coupons, figures["usage"],
        figures["charged"] + figures["cashback"] - figures["claim"],
        city.sum_of(Account.SHOP_PAYABLE), city.sum_of(Account.SHOP_DISCOUNT),
    )  # fmt: skip
