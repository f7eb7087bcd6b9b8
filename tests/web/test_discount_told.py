"""A shop's own discount and the district's bonus on it: quoted, paid, and told to each audience."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from dure.authorization.requests import Charge, ClaimCoupon, Purchase
from dure.rulebook.commands import main
from tests.engines import BEGUN_US, SHOP_PLUS, RunningEngine, new_key, open_member
from tests.web.conftest import Connection, Partner

DISCOUNT = """\
id: test-discount
version: 1
kind: instant_discount
title: {ko: 즉시할인, en: Instant discount}
scope: city
period: {from: 2019-01-01, until: open}
shop_offer: {rate_bp_min: 300, rate_bp_max: 700}
funding: shop
sources: [https://example.org/discount]
"""
BONUS = """\
id: test-bonus
version: 1
kind: offer_bonus
title: {ko: 혜택+ 추가 캐시백, en: Benefit-plus bonus}
scope: 서구
period: {from: 2019-01-01, until: open}
rate_bp: 200
stacks_with: [test-seogu]
funding: {of: 1, lines: {test-seogu: 1}}
sources: [https://example.org/bonus]
"""
COUPON = """\
id: test-coupon
version: 1
kind: coupon
title: {ko: 서구 쿠폰, en: Seo-gu coupon}
scope: 서구
period: {from: 2019-10-01, until: 2020-01-01}
coupon: {rate_bp: 2000, max_won: 3000, stock: 50, per_person: 3, min_won: 5000, valid: {days: 30}}
funding: {of: 3, lines: {test-seogu: 2, shop: 1}}
sources: [https://example.org/coupon]
"""
MEMBER = 5
PATIENCE_S = 10.0


@pytest.fixture(autouse=True)
def _fresh_limit() -> Iterator[None]:
    from dure.web.shared.address_limit import CALCULATOR_LIMIT

    CALCULATOR_LIMIT.forget()
    yield
    CALCULATOR_LIMIT.forget()


@pytest.fixture
def plus(city: RunningEngine, connection: Connection, partner: Partner) -> RunningEngine:
    """The small city with a discount and a bonus, heard of by the engine; a member with money."""
    for number, text in ((4, DISCOUNT), (5, BONUS), (6, COUPON)):
        connection.execute(
            "INSERT INTO rule_version VALUES (%s, %s, 1, %s,"
            " encode(sha256(convert_to(%s, 'UTF8')), 'hex'), 0)",
            (number, text.split()[1], text, text),
        )
    open_member(city, MEMBER)
    charged = Charge(key=new_key(), occurred_at_us=BEGUN_US, member_id=MEMBER, amount_won=400_000)
    city.ask(charged)
    give_up_at = time.monotonic() + PATIENCE_S
    while len(quoted(partner)["incentive"]) < 3:
        assert time.monotonic() < give_up_at, "the engine has not heard of the rules"
    return city


def quoted(partner: Partner, audience: str = "citizen", won: int = 20_000) -> Any:
    path = f"/calculator?shop_code={SHOP_PLUS}&amount_won={won}&audience={audience}"
    return partner.get(path).body


def pay(city: RunningEngine, won: int = 20_000) -> int:
    answer = city.ask(
        Purchase(
            key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_PLUS, amount_won=won, channel=1,
            member_id=MEMBER,
        )
    )  # fmt: skip
    return answer.movement_id


def test_it_is_quoted_with_its_sum(plus: RunningEngine, partner: Partner) -> None:
    told = quoted(partner)
    assert (told["discount_won"], told["due_won"], told["cashback_won"]) == (1_000, 19_000, 2_280)
    assert [one["text"] for one in told["discount"]] == [
        "Benefit-plus shop instant discount 5% × 20,000 won = 1,000 won"
    ]
    assert [one["won"] for one in told["incentive"]] == [1_140, 380, 760]


def test_it_stands_on_the_receipt_as_it_was_quoted(plus: RunningEngine, partner: Partner) -> None:
    told = quoted(partner)
    receipt = partner.get(f"/purchases/{MEMBER}-{pay(plus)}").body
    assert receipt["discount"] == told["discount"][0]
    assert receipt["incentive"] == told["incentive"]
    assert receipt["not_given"] == told["not_given"]
    assert [one["reasons"] for one in told["not_given"]] == [["claim"]]


def test_it_tells_the_shop_what_it_pays(plus: RunningEngine, partner: Partner) -> None:
    receipt = partner.get(f"/purchases/{MEMBER}-{pay(plus)}?audience=shop").body
    assert receipt["discount"]["funding"] == [{"line": "shop", "won": 1_000}]
    assert "The shop pays 1,000 won of it." in receipt["discount"]["text"]
    assert "It costs the shop nothing." in receipt["incentive"][0]["text"]


def test_the_command_line_tells_the_same(
    plus: RunningEngine, partner: Partner, capsys: pytest.CaptureFixture[str]
) -> None:
    told = quoted(partner)
    asked = ["--shop", SHOP_PLUS, "--amount", "20000", "--language", "en", "--audience", "citizen"]
    assert main(["explain", *asked]) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    for one in (*told["discount"], *told["incentive"]):
        assert one["text"] in lines


def test_a_coupon_is_quoted_to_its_member_and_stands_on_the_receipt(
    plus: RunningEngine, partner: Partner
) -> None:
    claim = ClaimCoupon(key=new_key(), occurred_at_us=BEGUN_US, member_id=MEMBER, rule_version_id=6)
    assert plus.ask(claim).approved
    path = f"/calculator?shop_code={SHOP_PLUS}&amount_won=20000&member_id={MEMBER}"
    told = partner.get(path).body
    assert (told["discount_won"], told["coupon_won"], told["due_won"]) == (1_000, 3_000, 16_000)
    assert [one["won"] for one in told["discount"]] == [1_000, 3_000]
    assert told["discount"][1]["text"] == (
        "Seo-gu coupon 3,000 won. One coupon takes 20% off, 3,000 won at most."
    )
    assert told["not_given"] == []
    receipt = partner.get(f"/purchases/{MEMBER}-{pay(plus)}?audience=official").body
    assert receipt["coupon"]["won"] == receipt["coupon_won"] == 3_000
    assert receipt["coupon"]["funding"] == [
        {"line": "test-seogu", "won": 2_000},
        {"line": "shop", "won": 1_000},
    ]
    assert [one["won"] for one in receipt["incentive"]] == [one["won"] for one in told["incentive"]]
    assert receipt["not_given"] == []
