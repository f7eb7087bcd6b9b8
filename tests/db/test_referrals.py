"""Who brought whom: told once, paid after the friend has paid and some days have passed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import AnyRequest
from dure.campaigns.office import CampaignRefusedError, Office
from dure.campaigns.referrals import OVER, PAID, WAITING, pay_referrals, tell_referral
from dure.engine.client import EngineGone
from tests.campaigns import DAY_US, Bureau, bureau_of, seed
from tests.engines import BEGUN_US, open_member

BRINGER, FRIEND = 4_001, 4_002
WEEK_US = 7 * DAY_US


@pytest.fixture
def bureau(db_url: str) -> Iterator[Bureau]:
    """Two members; the one has brought the other."""
    seed(db_url)
    with bureau_of(db_url) as opened:
        opened.new_member(BRINGER)
        opened.new_member(FRIEND)
        tell(opened)
        yield opened


def tell(bureau: Bureau, friend: int = FRIEND, bringer: int = BRINGER) -> None:
    rule = bureau.rule("referral")
    tell_referral(bureau.office, rule, friend_id=friend, referrer_id=bringer)


def look(bureau: Bureau, days: float = 0) -> int:
    bureau.clock.advance(int(days * DAY_US))
    return pay_referrals(bureau.office, count=100)


def gifts(bureau: Bureau) -> tuple[int, int]:
    """What bringer and friend have in their cashback purses, less what payments earned."""
    return bureau.cashback(BRINGER), bureau.cashback(FRIEND)


def state(bureau: Bureau, friend: int = FRIEND) -> tuple[int, int]:
    row = bureau.one("SELECT state, reason FROM referral WHERE friend_id = %s", friend)
    return row[0], row[1]


def test_it_pays_both_once_when_the_days_have_passed(bureau: Bureau) -> None:
    look(bureau)
    bureau.pay(FRIEND, 20_000)
    look(bureau, 2)
    assert gifts(bureau) == (0, 2_000), "2,000 are what the payment earned"
    look(bureau, 6)
    assert gifts(bureau) == (3_000, 4_000)
    assert state(bureau) == (PAID, 0)
    assert look(bureau, 30) == 0
    assert gifts(bureau) == (3_000, 4_000)


def test_it_waits_until_the_friend_has_paid_enough(bureau: Bureau) -> None:
    bureau.pay(FRIEND, 9_999)
    look(bureau, 9)
    assert state(bureau) == (WAITING, 0)
    bureau.pay(FRIEND, 1)
    look(bureau, 1)
    assert state(bureau) == (PAID, 0)


def test_it_goes_by_the_first_payment_that_stands(bureau: Bureau) -> None:
    first = bureau.pay(FRIEND, 20_000)
    look(bureau, 1)
    bureau.cancel(first)
    bureau.pay(FRIEND, 20_000, at_us=BEGUN_US + 3 * DAY_US)
    look(bureau, 7)
    assert state(bureau) == (WAITING, 0), "the seven days count from the second"
    look(bureau, 3)
    assert state(bureau) == (PAID, 0)


def test_the_friend_s_gift_goes_back_with_the_payment(bureau: Bureau) -> None:
    paid = bureau.pay(FRIEND, 20_000)
    look(bureau, 8)
    bureau.cancel(paid)
    assert gifts(bureau) == (3_000, 0)


def test_it_goes_on_where_a_crash_has_cut_it(bureau: Bureau) -> None:
    bureau.pay(FRIEND, 20_000)
    look(bureau)
    bureau.clock.advance(WEEK_US)

    def dying(request: AnyRequest) -> Answer:
        bureau.engine.ask(request)
        raise EngineGone("killed after the first gift")

    with pytest.raises(EngineGone):
        pay_referrals(Office(bureau.connection, dying, bureau.clock), count=100)
    assert gifts(bureau) == (0, 4_000)
    look(bureau)
    assert gifts(bureau) == (3_000, 4_000)
    bureau.connection.execute("UPDATE referral SET state = 1")
    look(bureau)
    assert gifts(bureau) == (3_000, 4_000), "a second run has no second effect"


def test_a_gift_that_went_back_between_is_not_given_for_another_payment(bureau: Bureau) -> None:
    paid = bureau.pay(FRIEND, 20_000)
    bureau.appropriate(2, 2_000 - bureau.left()[2])
    look(bureau, 8)
    assert state(bureau) == (WAITING, No.BUDGET_LINE_TOO_SMALL), "the friend's gift alone"
    bureau.cancel(paid)
    bureau.pay(FRIEND, 20_000)
    bureau.appropriate(2, 100_000)
    look(bureau, 2)
    assert state(bureau) == (OVER, No.AWARD_NOT_DUE)
    assert gifts(bureau)[0] == 0


def test_it_waits_for_money_and_is_over_when_none_comes(bureau: Bureau) -> None:
    bureau.pay(FRIEND, 20_000)
    bureau.appropriate(2, -bureau.left()[2])
    look(bureau, 8)
    assert state(bureau) == (WAITING, No.BUDGET_LINE_TOO_SMALL)
    look(bureau, 90)
    assert state(bureau) == (OVER, No.BUDGET_LINE_TOO_SMALL)


def test_it_is_over_when_the_friend_never_pays(bureau: Bureau) -> None:
    look(bureau, 90)
    assert state(bureau) == (OVER, 0)


def test_the_same_told_twice_is_one(bureau: Bureau) -> None:
    tell(bureau)
    assert bureau.one("SELECT count(*) FROM referral")[0] == 1


def test_it_refuses_what_is_no_referral(bureau: Bureau) -> None:
    open_member(bureau.engine, 4_003)
    cases = [
        (BRINGER, BRINGER, "themselves"),
        (BRINGER, FRIEND, "bring each other"),
        (FRIEND, 4_003, "brought once"),
        (9_999, BRINGER, "no member 9999"),
        (4_003, 9_999, "no member 9999"),
    ]
    for friend, bringer, why in cases:
        with pytest.raises(CampaignRefusedError, match=why):
            tell(bureau, friend, bringer)
    bureau.pay(BRINGER, 1_000)
    with pytest.raises(CampaignRefusedError, match="paid before"):
        tell(bureau, BRINGER, 4_003)
    bureau.clock.advance(60 * DAY_US)
    with pytest.raises(CampaignRefusedError, match="not in force"):
        tell(bureau, 4_003)
