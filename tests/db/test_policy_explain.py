"""`dure policy explain` for a real shop and member: what the next payment then gives."""

from __future__ import annotations

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
