"""Where a shop stands at an instant."""

from datetime import datetime

import pytest

from dure.kernel.calendar import SEOUL, to_us
from dure.merchants.directory import ShopEntry, _offers
from dure.merchants.standing import (
    Decision,
    DecisionRow,
    Periods,
    Restriction,
    ShopStatus,
    decided_periods,
    with_restrictions,
)
from dure.policy.occasions import ANY_TIME, SalesBand, ShopFacts, Trade


def at(text: str) -> int:
    return to_us(datetime.fromisoformat(text).replace(tzinfo=SEOUL))


def decided(decision: Decision, day: str, effective: str | None = None) -> DecisionRow:
    return DecisionRow(decision, at(day), at(effective or day))


def entry(
    *rows: DecisionRow,
    trade: int = 0,
    sales_band: int = 1,
    restrictions: tuple[Restriction, ...] = (),
) -> ShopEntry:
    facts = ShopFacts(7, 28260, "56111", "5812", sales_band, 0, 0, trade)
    periods = with_restrictions(decided_periods(rows), restrictions, trade, sales_band)
    return ShopEntry("DURE00000000007", facts, periods)


APPLIED = decided(Decision.APPLIED, "2019-05-02T10:00")
APPROVED = decided(Decision.APPROVED, "2019-05-03T15:00", "2019-05-04T00:00")


@pytest.mark.parametrize(
    ("instant", "status"),
    [
        ("2019-05-02T09:59", ShopStatus.NOT_YET_EFFECTIVE),
        ("2019-05-02T10:00", ShopStatus.APPLIED),
        ("2019-05-03T14:59", ShopStatus.APPLIED),
        ("2019-05-03T15:00", ShopStatus.NOT_YET_EFFECTIVE),
        ("2019-05-03T23:59", ShopStatus.NOT_YET_EFFECTIVE),
        ("2019-05-04T00:00", ShopStatus.REGISTERED),
        ("2029-01-01T00:00", ShopStatus.REGISTERED),
    ],
)
def test_it_is_registered_from_the_day_after_its_approval(instant: str, status: ShopStatus) -> None:
    assert entry(APPLIED, APPROVED).status_at(at(instant)) is status


def test_it_is_suspended_until_the_suspension_ends() -> None:
    shop = entry(
        APPROVED,
        decided(Decision.SUSPENDED, "2019-06-01T12:00"),
        decided(Decision.REINSTATED, "2019-06-01T12:00", "2019-07-01T00:00"),
    )
    assert shop.status_at(at("2019-06-01T11:59")) is ShopStatus.REGISTERED
    assert shop.status_at(at("2019-06-30T23:59")) is ShopStatus.SUSPENDED
    assert shop.status_at(at("2019-07-01T00:00")) is ShopStatus.REGISTERED


def test_it_stays_cancelled_though_its_suspension_would_have_ended() -> None:
    shop = entry(
        APPROVED,
        decided(Decision.SUSPENDED, "2019-06-01T12:00"),
        decided(Decision.REINSTATED, "2019-06-01T12:00", "2019-07-01T00:00"),
        decided(Decision.CANCELLED, "2019-06-15T09:00"),
    )
    assert shop.status_at(at("2019-06-14T00:00")) is ShopStatus.SUSPENDED
    assert shop.status_at(at("2019-07-02T00:00")) is ShopStatus.CANCELLED


@pytest.mark.parametrize(
    ("decision", "status"),
    [
        (Decision.REFUSED, ShopStatus.REFUSED),
        (Decision.CLOSED, ShopStatus.CLOSED),
        (Decision.CANCELLED, ShopStatus.CANCELLED),
    ],
)
def test_it_is_what_was_decided_last(decision: Decision, status: ShopStatus) -> None:
    shop = entry(APPROVED, decided(decision, "2019-08-01T00:00"))
    assert shop.status_at(at("2019-08-01T00:00")) is status


def test_it_is_shut_out_from_the_hour_at_which_its_trade_is() -> None:
    gambling = Restriction(Trade.GAMBLING, None, at("2019-08-01T06:00"), None)
    shop = entry(APPROVED, trade=Trade.GAMBLING, restrictions=(gambling,))
    assert shop.status_at(at("2019-08-01T05:59")) is ShopStatus.REGISTERED
    assert shop.status_at(at("2019-08-01T06:00")) is ShopStatus.EXCLUDED_TRADE
    other = entry(APPROVED, trade=Trade.ORDINARY, restrictions=(gambling,))
    assert other.status_at(at("2019-08-01T06:00")) is ShopStatus.REGISTERED


def test_it_is_shut_out_for_its_sales_only_above_the_band_and_in_the_period() -> None:
    limit = Restriction(None, SalesBand.UP_TO_3BN, at("2019-06-01T00:00"), at("2019-07-01T00:00"))
    large = entry(APPROVED, sales_band=SalesBand.ABOVE_3BN, restrictions=(limit,))
    assert large.status_at(at("2019-05-31T23:59")) is ShopStatus.REGISTERED
    assert large.status_at(at("2019-06-30T23:59")) is ShopStatus.SALES_TOO_HIGH
    assert large.status_at(at("2019-07-01T00:00")) is ShopStatus.REGISTERED
    small = entry(APPROVED, sales_band=SalesBand.UP_TO_3BN, restrictions=(limit,))
    assert small.status_at(at("2019-06-15T00:00")) is ShopStatus.REGISTERED


def test_it_is_cancelled_and_not_excluded_when_it_is_both() -> None:
    gold = Restriction(Trade.GOLD, None, at("2019-01-01T00:00"), None)
    shop = entry(
        APPROVED,
        decided(Decision.CANCELLED, "2019-06-15T09:00"),
        trade=Trade.GOLD,
        restrictions=(gold,),
    )
    assert shop.status_at(at("2019-06-01T00:00")) is ShopStatus.EXCLUDED_TRADE
    assert shop.status_at(at("2019-06-16T00:00")) is ShopStatus.CANCELLED


def test_it_offers_its_discount_on_the_days_of_the_offer() -> None:
    facts = ShopFacts(7, 28260, "56111", "5812", 1)
    day = datetime.fromisoformat
    offers = _offers(
        facts,
        [
            (day("2019-06-01").date(), day("2019-07-01").date(), 300, ANY_TIME),
            (day("2019-07-01").date(), None, 700, ANY_TIME),
        ],
    )
    shop = ShopEntry("DURE00000000007", facts, Periods((0,), (ShopStatus.REGISTERED,)), offers)
    assert shop.facts_at(at("2019-05-31T23:59")).benefit_plus_bp == 0
    assert shop.facts_at(at("2019-06-01T00:00")).benefit_plus_bp == 300
    assert shop.facts_at(at("2019-06-30T23:59")).benefit_plus_bp == 300
    assert shop.facts_at(at("2019-07-01T00:00")).benefit_plus_bp == 700
