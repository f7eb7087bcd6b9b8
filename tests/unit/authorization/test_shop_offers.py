"""A shop's discount has its days, hours, least price and monthly ceiling."""

from __future__ import annotations

from datetime import datetime

import pytest

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import Cancel, Charge, Purchase, Refund
from dure.authorization.till import discount_at
from dure.kernel.calendar import to_us
from dure.merchants.directory import ShopEntry
from dure.merchants.standing import ALWAYS_US
from dure.policy.lines import LimitedBy
from dure.policy.occasions import MemberFacts, Occasion, OfferTerms
from tests.engines import SHOP_PLUS
from tests.laws.paper_city import MEMBERS, PaperCity

MEMBER, OTHER = MEMBERS
MON, TUE, SUN = 1, 2, 64


def at(text: str) -> int:
    """The city's time; 2019-10-21 is a Monday."""
    return to_us(datetime.fromisoformat(f"{text}+09:00"))


def offering(terms: OfferTerms) -> PaperCity:
    """A city whose benefit-plus shop takes 5% off on these terms; members have money."""
    city = PaperCity()
    old = city.books.shops[SHOP_PLUS]
    offer = old.facts._replace(benefit_plus_bp=500, offer=terms)
    shop = ShopEntry(SHOP_PLUS, old.facts, old.periods, ((ALWAYS_US,), (offer,)))
    city.books.shops[SHOP_PLUS] = city.books.shops_by_id[shop.shop_id] = shop
    for member in MEMBERS:
        city.ask(Charge(**city.new(), member_id=member, amount_won=500_000))
    return city


def pay(
    city: PaperCity, won: int, at_us: int | None = None, member: int = MEMBER
) -> tuple[Purchase, Answer]:
    request = Purchase(
        **city.new(at_us), shop_code=SHOP_PLUS, amount_won=won, channel=1, member_id=member
    )
    answer = city.ask(request)
    assert answer.approved
    return request, answer


def given(city: PaperCity, month: int = 201910) -> int:
    shop_id = city.books.shops[SHOP_PLUS].shop_id
    return city.books.shop_gave_won(shop_id, month)


EVENINGS = OfferTerms(weekdays=MON | SUN, from_minute=17 * 60, until_minute=22 * 60)


@pytest.mark.parametrize(
    ("when", "discount_won"),
    [
        ("2019-10-21T16:59:59", 0),
        ("2019-10-21T17:00:00", 500),
        ("2019-10-21T21:59:59", 500),
        ("2019-10-21T22:00:00", 0),
        ("2019-10-22T18:00:00", 0),
        ("2019-10-20T18:00:00", 500),
    ],
)
def test_it_holds_on_its_days_and_hours(when: str, discount_won: int) -> None:
    assert pay(offering(EVENINGS), 10_000, at(when))[1].discount_won == discount_won


@pytest.mark.parametrize(("won", "discount_won"), [(9_999, 0), (10_000, 500), (10_001, 500)])
def test_it_holds_from_its_least_price_on(won: int, discount_won: int) -> None:
    city = offering(OfferTerms(payment_won_min=10_000))
    assert pay(city, won)[1].discount_won == discount_won


def test_it_ends_with_the_ceiling_to_the_won_and_begins_with_the_month() -> None:
    city = offering(OfferTerms(month_won_max=1_234))
    won = [pay(city, 10_000, member=member)[1].discount_won for member in (*MEMBERS, *MEMBERS)]
    assert won == [500, 500, 234, 0]
    assert given(city) == 1_234
    assert pay(city, 10_000, at("2019-11-01T00:00:00"))[1].discount_won == 500
    assert given(city, 201911) == 500


def test_it_says_what_cut_the_discount() -> None:
    city = offering(OfferTerms(month_won_max=700))
    pay(city, 10_000)
    at_us = city.clock.now_us()
    shop = city.books.shops[SHOP_PLUS].facts_at(at_us)
    price = Occasion(at_us, 10_000, 10_000, 0, shop, MemberFacts(28260, 1980, 2), 1, {})
    line = discount_at(city.books.rules.at(at_us), price, city.books)
    assert line is not None
    assert (line.won, line.full_won, line.limited_by) == (200, 500, LimitedBy.SHOP_MONTH_CAP)


def test_it_gets_back_what_is_cancelled_and_gives_it_again() -> None:
    city = offering(OfferTerms(month_won_max=600))
    payment, _ = pay(city, 10_000)
    city.ask(Cancel(**city.new(), original_key=payment.key, rest_won=4_001, member_id=MEMBER))
    assert given(city) == 200
    assert pay(city, 10_000, member=OTHER)[1].discount_won == 400
    city.ask(Cancel(**city.new(), original_key=payment.key, member_id=MEMBER))
    assert given(city) == 400


def test_it_gets_back_what_it_counted_though_it_has_no_ceiling_any_more() -> None:
    city = offering(OfferTerms(month_won_max=600))
    payment, _ = pay(city, 10_000)
    shop = city.books.shops[SHOP_PLUS]
    plain = shop.facts._replace(benefit_plus_bp=500)
    free = ShopEntry(SHOP_PLUS, shop.facts, shop.periods, ((ALWAYS_US,), (plain,)))
    city.books.shops[SHOP_PLUS] = city.books.shops_by_id[shop.shop_id] = free
    uncounted, _ = pay(city, 10_000)
    for paid in (payment, uncounted):
        assert city.ask(Cancel(**city.new(), original_key=paid.key, member_id=MEMBER)).approved
    assert given(city) == 0, "and never less than nothing"


def test_it_does_not_undo_a_refund_whose_discount_others_have_had_meanwhile() -> None:
    city = offering(OfferTerms(month_won_max=600))
    payment, _ = pay(city, 10_000)
    refund = Refund(
        **city.new(), amount_won=10_000, shop_code=SHOP_PLUS, original_key=payment.key,
        member_id=MEMBER,
    )  # fmt: skip
    assert city.ask(refund).approved
    other, _ = pay(city, 10_000, member=OTHER)
    undo = Cancel(**city.new(), original_key=refund.key, member_id=MEMBER)
    assert city.ask(undo).reason == No.SHOP_MONTH_USED_UP
    assert given(city) == 500
    assert city.ask(Cancel(**city.new(), original_key=other.key, member_id=OTHER)).approved
    again = Cancel(**city.new(), original_key=refund.key, member_id=MEMBER)
    assert city.ask(again).approved
    assert given(city) == 500
