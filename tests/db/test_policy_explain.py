"""`dure policy explain` for a real shop and member: what the next payment then gives."""

from __future__ import annotations

import psycopg
import pytest

from dure.authorization.requests import Appropriate, Charge, Purchase
from dure.rulebook.commands import main
from tests.engines import (
    BEGUN_US,
    SHOP_JUNGGU,
    SHOP_PLUS,
    SHOP_SEOGU,
    RunningEngine,
    new_key,
    open_member,
)

DISCOUNT = """\
id: test-discount
version: 1
kind: instant_discount
title: {ko: 즉시할인, en: Instant discount}
scope: city
period: {from: 2019-01-01, until: 2020-01-01}
shop_offer: {rate_bp_min: 300, rate_bp_max: 700}
funding: shop
sources: [https://example.org/discount]
"""
MEMBER = 5
WHEN = "2019-10-21T18:00"


@pytest.fixture
def member(engine: RunningEngine) -> RunningEngine:
    """A member with 500,000 won who keeps all cashback."""
    open_member(engine, MEMBER)
    charged = Charge(key=new_key(), occurred_at_us=BEGUN_US, member_id=MEMBER, amount_won=500_000)
    engine.ask(charged)
    return engine


def pay(engine: RunningEngine, shop: str, won: int) -> tuple[int, ...]:
    answer = engine.ask(
        Purchase(
            key=new_key(), occurred_at_us=BEGUN_US, shop_code=shop, amount_won=won, channel=1,
            member_id=MEMBER,
        )
    )  # fmt: skip
    return answer.discount_won, sum(line.won for line in answer.incentive)


def explain(capsys: pytest.CaptureFixture[str], *options: str) -> list[str]:
    assert main(["explain", *options]) == 0
    return [line.strip() for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("shop", [SHOP_JUNGGU, SHOP_SEOGU, SHOP_PLUS])
def test_it_tells_what_the_next_payment_gives(
    member: RunningEngine, capsys: pytest.CaptureFixture[str], shop: str
) -> None:
    told = explain(
        capsys, "--shop", shop, "--amount", "33333", "--date", WHEN, "--member", str(MEMBER),
        "--language", "en",
    )  # fmt: skip
    off, earned = pay(member, shop, 33_333)
    (line,) = [one for one in told if one.startswith("In all")]
    assert line == f"In all: {off:,} won off, {33_333 - off:,} won to pay, {earned:,} won cashback"


def test_it_counts_the_members_month_and_what_is_left_of_the_line(
    member: RunningEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    pay(member, SHOP_SEOGU, 290_000)
    question = ("--shop", SHOP_SEOGU, "--amount", "20000", "--date", WHEN, "--member", str(MEMBER))
    told = explain(capsys, *question)
    assert "이번 달 지금까지 290,000원" in told[0]
    assert "서구 캐시백 4% × 10,000원 = 400원" in told
    took = Appropriate(
        key=new_key(), occurred_at_us=BEGUN_US, line_id=3, amount_won=-(1_000_000 - 11_600 - 7)
    )
    assert member.ask(took).approved
    told = explain(capsys, *question)
    assert "재원 test-seogu [test-seogu] 7원" in told
    assert "서구 예산이 모두 쓰였습니다." in told


def test_it_counts_what_the_shop_has_given_of_its_ceiling(
    member: RunningEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    with psycopg.connect(member.url, autocommit=True) as city:
        city.execute(
            "INSERT INTO rule_version VALUES (4, 'test-discount', 1, %s,"
            " encode(sha256(convert_to(%s, 'UTF8')), 'hex'), 0)",
            (DISCOUNT, DISCOUNT),
        )
        city.execute("UPDATE benefit_offer SET month_won_max = 1500 WHERE shop_id = 3")
        city.execute("INSERT INTO shop_month VALUES (3, 201910, 1200, 1500)")
    told = explain(capsys, "--shop", SHOP_PLUS, "--amount", "20000", "--date", WHEN)
    assert "할인 300원  즉시할인 [test-discount@1]" in told
    assert "가맹점이 정한 이번 달 할인 한도가 모두 쓰였습니다." in told
    assert "재원 가맹점 [shop] 300원" in told
    later = explain(capsys, "--shop", SHOP_PLUS, "--amount", "20000", "--date", "2019-11-01")
    assert "할인 1,000원  즉시할인 [test-discount@1]" in later
    with psycopg.connect(member.url, autocommit=True) as city:
        city.execute("DELETE FROM shop_month")  # No payment stands behind it.


def test_it_asks_the_rules_in_force_on_the_day(
    member: RunningEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    told = explain(capsys, "--shop", SHOP_JUNGGU, "--amount", "10000", "--date", "2019-10-22")
    assert "시 캐시백 3% × 10,000원 = 300원" in told


def test_it_takes_the_citys_clock_where_no_date_is_given(
    member: RunningEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    told = explain(capsys, "--shop", SHOP_JUNGGU, "--amount", "10000")
    assert told[0].startswith("2019-10-21 18:0")


@pytest.mark.parametrize(
    ("options", "korean", "english"),
    [
        (("--shop", "NOSUCHSHOP00001"), "가맹점 명부에 없습니다", "not in the registry"),
        (("--shop", SHOP_JUNGGU, "--member", "77"), "그런 회원이 없습니다", "no such member"),
        (("--member", str(MEMBER)), "어느 가게인지", "Which shop"),
    ],
)
def test_it_says_whom_it_does_not_find(
    member: RunningEngine,
    capsys: pytest.CaptureFixture[str],
    options: tuple[str, ...],
    korean: str,
    english: str,
) -> None:
    assert main(["explain", "--amount", "1000", "--date", WHEN, *options]) == 2
    told = capsys.readouterr().err
    assert korean in told
    assert english in told
