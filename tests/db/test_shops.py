"""The registry of shops on a real database."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import asyncpg
import psycopg
import pytest

from dure.kernel.calendar import DAY_US, SEOUL, to_us
from dure.merchants.business_numbers import check_digit, is_business_number
from dure.merchants.command import main
from dure.merchants.directory import ShopEntry, ShopUnknownError, load_directory, load_shop
from dure.merchants.importing import ImportRefusedError, import_shops
from dure.merchants.registry import (
    BusinessNumberWrongError,
    DecisionNotPossibleError,
    RegistrationBarredError,
    ShopDetails,
    ShopNotFoundError,
    apply,
    apply_again,
    approve,
    cancel,
    close,
    refuse,
    reinstate,
    set_offer,
    set_terminals,
    suspend,
)
from dure.merchants.standing import ShopStatus
from dure.policy.occasions import OfferTerms

Connection = psycopg.Connection[tuple[object, ...]]

SHOP = ShopDetails(
    shop_code="DURE00000000001",
    business_number="1234567891",
    name_ko="다정분식",
    sector="56111",
    mcc="5812",
    sales_band=1,
    district=28260,
)
HEADING = "shop_code,business_number,name_ko,sector,mcc,sales_band,district,registered_on"


def at(text: str) -> int:
    return to_us(datetime.fromisoformat(text).replace(tzinfo=SEOUL))


MAY = at("2019-05-02T10:00")


def entry(db_url: str, shop_id: int) -> ShopEntry:
    async def load() -> ShopEntry:
        connection = await asyncpg.connect(db_url)
        try:
            return await load_shop(connection, shop_id)
        finally:
            await connection.close()

    return asyncio.run(load())


def directory(db_url: str) -> dict[str, ShopEntry]:
    async def load() -> dict[str, ShopEntry]:
        connection = await asyncpg.connect(db_url)
        try:
            return await load_directory(connection)
        finally:
            await connection.close()

    return asyncio.run(load())


def registered(connection: Connection) -> int:
    shop_id = apply(connection, SHOP, at_us=MAY)
    approve(connection, shop_id, at_us=MAY + 1, by="official")
    return shop_id


def test_it_takes_a_shop_from_application_to_cancellation(
    connection: Connection, db_url: str
) -> None:
    shop_id = registered(connection)
    suspend(
        connection, shop_id, at_us=at("2019-06-01T09:00"), reason="refused the card", by="official",
        until_us=at("2019-07-01T00:00"),
    )  # fmt: skip
    cancel(connection, shop_id, at_us=at("2019-09-01T09:00"), reason="cashing out", by="official")
    shop = entry(db_url, shop_id)
    for instant, status in (
        ("2019-05-02T10:00", ShopStatus.APPLIED),
        ("2019-05-02T10:01", ShopStatus.NOT_YET_EFFECTIVE),
        ("2019-05-03T00:00", ShopStatus.REGISTERED),
        ("2019-06-15T00:00", ShopStatus.SUSPENDED),
        ("2019-07-01T00:00", ShopStatus.REGISTERED),
        ("2019-09-01T09:00", ShopStatus.CANCELLED),
    ):
        assert shop.status_at(at(instant)) is status, instant


def test_it_keeps_every_decision(connection: Connection) -> None:
    shop_id = registered(connection)
    for statement in ("UPDATE shop_status SET decision = 3", "DELETE FROM shop_status"):
        with pytest.raises(psycopg.errors.RestrictViolation):
            connection.execute(statement)
    rows = connection.execute(
        "SELECT decision FROM shop_status WHERE shop_id = %s ORDER BY status_id", (shop_id,)
    ).fetchall()
    assert rows == [(1,), (2,)]
    assert connection.execute("SELECT status FROM shop").fetchone() == (2,)


def test_it_refuses_decisions_that_do_not_follow(connection: Connection) -> None:
    shop_id = apply(connection, SHOP, at_us=MAY)
    with pytest.raises(DecisionNotPossibleError):
        suspend(connection, shop_id, at_us=MAY, reason="early", by="official")
    refuse(connection, shop_id, at_us=MAY, reason="a department store", by="official")
    with pytest.raises(DecisionNotPossibleError):
        approve(connection, shop_id, at_us=MAY, by="official")
    apply_again(connection, shop_id, at_us=MAY)
    approve(connection, shop_id, at_us=MAY, by="official")
    with pytest.raises(ShopNotFoundError):
        approve(connection, 999, at_us=MAY, by="official")


def test_it_wants_a_reason_for_what_goes_against_a_shop(connection: Connection) -> None:
    shop_id = registered(connection)
    with pytest.raises(psycopg.errors.CheckViolation, match="says_why"):
        suspend(connection, shop_id, at_us=MAY, reason=" ", by="official")


def test_it_bars_a_cancelled_business_for_a_year(connection: Connection) -> None:
    shop_id = registered(connection)
    cancel(connection, shop_id, at_us=MAY, reason="cashing out", by="official")
    again = replace(SHOP, shop_code="DURE00000000002")
    with pytest.raises(RegistrationBarredError):
        apply(connection, again, at_us=MAY + 364 * DAY_US)
    with pytest.raises(RegistrationBarredError):
        apply_again(connection, shop_id, at_us=MAY + 364 * DAY_US)
    apply(connection, again, at_us=MAY + 366 * DAY_US)


def test_it_ends_a_suspension_and_notes_a_closing(connection: Connection, db_url: str) -> None:
    shop_id = registered(connection)
    suspend(connection, shop_id, at_us=MAY + DAY_US, reason="check", by="official")
    reinstate(connection, shop_id, at_us=MAY + 2 * DAY_US, by="official")
    close(connection, shop_id, at_us=MAY + 3 * DAY_US)
    shop = entry(db_url, shop_id)
    assert shop.status_at(MAY + 2 * DAY_US) is ShopStatus.REGISTERED
    assert shop.status_at(MAY + 3 * DAY_US) is ShopStatus.CLOSED


def test_it_checks_business_numbers_as_the_database_does(connection: Connection) -> None:
    with pytest.raises(BusinessNumberWrongError):
        apply(connection, replace(SHOP, business_number="1234567890"), at_us=MAY)
    numbers = [f"{number:010d}" for number in range(0, 10**10, 9_999_991 * 7)]
    rows = connection.execute(
        "SELECT number, business_number_is_right(number) FROM unnest(%s::text[]) AS number"
        " ORDER BY number",
        (numbers,),
    ).fetchall()
    assert rows == [(number, is_business_number(number)) for number in numbers]
    assert any(right for _, right in rows)


def test_it_dates_offers_without_overlap(connection: Connection, db_url: str) -> None:
    shop_id = registered(connection)
    day = date(2019, 6, 1)
    set_offer(connection, shop_id, discount_bp=300, from_day=day)
    set_offer(connection, shop_id, discount_bp=700, from_day=day + timedelta(30))
    set_offer(connection, shop_id, discount_bp=0, from_day=day + timedelta(60))
    shop = entry(db_url, shop_id)
    for days, discount_bp in ((-1, 0), (0, 300), (29, 300), (30, 700), (59, 700), (60, 0)):
        instant = at("2019-06-01T12:00") + days * DAY_US
        assert shop.facts_at(instant).benefit_plus_bp == discount_bp, days
    with pytest.raises(psycopg.errors.ExclusionViolation, match="one_offer_on_a_day"):
        connection.execute(
            "INSERT INTO benefit_offer (shop_id, discount_bp, from_day) VALUES (%s, 300, %s)",
            (shop_id, day + timedelta(10)),
        )
    with pytest.raises(psycopg.errors.CheckViolation, match="1_to_7_percent"):
        set_offer(connection, shop_id, discount_bp=800, from_day=day + timedelta(90))


def test_it_knows_its_terminals(connection: Connection, db_url: str) -> None:
    shop_id = registered(connection)
    set_terminals(connection, shop_id, ["10000001", "10000002"])
    set_terminals(connection, shop_id, ["10000002"])
    shop = entry(db_url, shop_id)
    assert shop.has_terminal("10000002")
    assert not shop.has_terminal("10000001")


def test_it_shuts_out_trades_and_sales_by_date(connection: Connection, db_url: str) -> None:
    gambling = apply(connection, replace(SHOP, trade=6), at_us=MAY)
    large = apply(connection, replace(SHOP, shop_code="DURE00000000002", sales_band=5), at_us=MAY)
    for shop_id in (gambling, large):
        approve(connection, shop_id, at_us=MAY, by="official")
    assert entry(db_url, gambling).status_at(at("2019-08-01T05:59")) is ShopStatus.REGISTERED
    assert entry(db_url, gambling).status_at(at("2019-08-01T06:00")) is ShopStatus.EXCLUDED_TRADE
    assert entry(db_url, large).status_at(at("2019-10-21T18:00")) is ShopStatus.REGISTERED
    assert entry(db_url, large).status_at(at("2024-01-01T00:00")) is ShopStatus.SALES_TOO_HIGH


def heard(listener: Connection) -> list[str]:
    listener.execute("SELECT 1")
    return [notice.payload for notice in listener.notifies(timeout=0.2)]


def test_it_tells_engines_of_one_shop_by_number_and_of_many_once(
    connection: Connection, db_url: str
) -> None:
    with psycopg.connect(db_url, autocommit=True) as listener:
        listener.execute("LISTEN dure_changed")
        shop_id = apply(connection, SHOP, at_us=MAY)
        assert set(heard(listener)) == {f"shop:{shop_id}"}
        set_offer(connection, shop_id, discount_bp=300, from_day=date(2019, 6, 1))
        assert heard(listener) == [f"shop:{shop_id}"]
        import_shops(connection, [HEADING, *lines(50, start=100)], by="test")
        assert heard(listener) == ["shop"]
        connection.execute("UPDATE shop SET name_en = 'x' WHERE shop_id < 0")
        assert heard(listener) == []


def test_it_has_no_shop_that_is_not_there(db_url: str) -> None:
    with pytest.raises(ShopUnknownError):
        entry(db_url, 1)


def lines(count: int, start: int = 0) -> Iterable[str]:
    for number in range(start, start + count):
        nine = f"{100_000_000 + number}"
        yield (
            f"DURE{number:011d},{nine}{check_digit(nine)},가게 {number},56111,5812,"
            f"{number % 5 + 1},28260,2019-08-01"
        )


def test_it_imports_all_or_nothing(connection: Connection, db_url: str) -> None:
    wrong = "DURE00000000001,1,가게,56111,5812,1,28260,2019-08-01"
    with pytest.raises(ImportRefusedError) as refused:
        import_shops(connection, [HEADING, *lines(3, start=10), wrong], by="test")
    assert [str(mistake) for mistake in refused.value.mistakes] == [
        "line 5, business_number: the check digit does not fit; look it up again"
    ]
    assert connection.execute("SELECT count(*) FROM shop").fetchone() == (0,)
    assert import_shops(connection, [HEADING, *lines(3, start=10)], by="test") == 3
    with pytest.raises(ImportRefusedError, match=r"line 2, shop_code: .* registered already"):
        import_shops(connection, [HEADING, *lines(1, start=12)], by="test")
    shop = directory(db_url)["DURE00000000010"]
    assert shop.status_at(at("2019-07-31T23:59")) is ShopStatus.NOT_YET_EFFECTIVE
    assert shop.status_at(at("2019-08-01T00:00")) is ShopStatus.REGISTERED


def test_it_imports_offers_and_terminals(connection: Connection, db_url: str) -> None:
    heading = f"{HEADING},benefit_plus_bp,terminals"
    import_shops(connection, [heading, *(f"{line},500,T0000001" for line in lines(1))], by="test")
    shop = directory(db_url)["DURE00000000000"]
    assert shop.has_terminal("T0000001")
    assert shop.facts_at(at("2019-08-01T00:00")).benefit_plus_bp == 500


def test_it_imports_the_terms_of_offers(connection: Connection, db_url: str) -> None:
    columns = "benefit_plus_bp,offer_weekdays,offer_hours,offer_won_min,offer_month_won_max"
    (line,) = lines(1)
    (plain,) = lines(1, start=1)
    import_shops(
        connection,
        [
            f"{HEADING},{columns}",
            f"{line},500,mon sun,17:00-22:30,10000,300000",
            f"{plain},300,,,,",
        ],
        by="test",
    )
    shops = directory(db_url)
    limited = shops["DURE00000000000"].facts_at(at("2019-08-01T00:00"))
    assert limited.offer == OfferTerms(1 | 64, 17 * 60, 22 * 60 + 30, 10_000, 300_000)
    assert shops["DURE00000000001"].facts_at(at("2019-08-01T00:00")).offer is None


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("offer_weekdays", "mon tuesday"),
        ("offer_hours", "22:00-17:00"),
        ("offer_hours", "9-17"),
        ("offer_won_min", "-1"),
        ("offer_month_won_max", "0"),
    ],
)
def test_it_imports_no_terms_that_an_offer_cannot_have(
    connection: Connection, column: str, value: str
) -> None:
    (line,) = lines(1)
    with pytest.raises(ImportRefusedError, match=f"line 2, {column}: "):
        import_shops(connection, [f"{HEADING},{column}", f"{line},{value}"], by="test")


def test_it_keeps_the_terms_of_an_offer(connection: Connection, db_url: str) -> None:
    shop_id = registered(connection)
    terms = OfferTerms(weekdays=31, from_minute=540, payment_won_min=5_000, month_won_max=1)
    set_offer(connection, shop_id, discount_bp=500, from_day=date(2019, 6, 1), terms=terms)
    shop = entry(db_url, shop_id)
    assert shop.facts_at(at("2019-06-01T00:00")).offer == terms
    assert shop.facts_at(at("2019-05-31T23:59")).offer is None


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        (OfferTerms(weekdays=0), "an_offer_holds_on_some_weekday"),
        (OfferTerms(weekdays=128), "an_offer_holds_on_some_weekday"),
        (OfferTerms(from_minute=600, until_minute=600), "an_offer_holds_for_some_minutes"),
        (OfferTerms(until_minute=1441), "an_offer_holds_for_some_minutes"),
        (OfferTerms(payment_won_min=-1), "an_offer_asks_for_no_negative_price"),
        (OfferTerms(month_won_max=0), "a_ceiling_of_an_offer_is_an_amount"),
    ],
)
def test_it_holds_no_offer_that_the_city_does_not_allow(
    connection: Connection, terms: OfferTerms, sentence: str
) -> None:
    shop_id = registered(connection)
    with pytest.raises(psycopg.errors.CheckViolation, match=sentence):
        set_offer(connection, shop_id, discount_bp=500, from_day=date(2019, 6, 1), terms=terms)


def test_it_imports_and_loads_20000_shops_in_seconds(connection: Connection, db_url: str) -> None:
    """A ninth of Incheon's registry; the limits leave a slow machine a factor of about six."""
    started = time.monotonic()
    assert import_shops(connection, [HEADING, *lines(20_000)], by="test") == 20_000
    imported = time.monotonic()
    assert len(directory(db_url)) == 20_000
    loaded = time.monotonic()
    assert imported - started < 7
    assert loaded - imported < 3


def test_it_is_told_of_mistakes_at_the_command_line(
    db_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "shops.csv"
    file.write_text("\n".join([HEADING, *lines(2), "x"]), encoding="utf-8")
    assert main(["import", str(file)]) == 1
    assert capsys.readouterr().err.startswith(f"{file}:4: line: ")
    file.write_text("\n".join([HEADING, *lines(2)]), encoding="utf-8")
    assert main(["import", str(file), "--by", "the registry office"]) == 0
    assert main(["show", "DURE00000000001"]) == 0
    assert "approved from 2019-08-01 the registry office" in capsys.readouterr().out
    assert main(["show", "nobody"]) == 1


def test_the_command_sets_and_shows_an_offer(
    connection: Connection, db_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shop_id = registered(connection)
    shop = entry(db_url, shop_id).shop_code
    terms = ["--weekdays", "mon", "tue", "--hours", "17:00-22:00", "--month-won-max", "300000"]
    assert main(["offer", shop, "--percent", "5", "--from", "2019-06-01", *terms]) == 0
    offer = entry(db_url, shop_id).facts_at(at("2019-06-01T00:00")).offer
    assert offer == OfferTerms(1 | 2, 17 * 60, 22 * 60, 0, 300_000)
    assert main(["show", shop]) == 0
    told = "5% off from 2019-06-01 until open mon tue 17:00-22:00, at most 300000 won a month"
    assert told in capsys.readouterr().out
    assert main(["offer", shop, "--percent", "5", "--from", "2019-07-01", "--hours", "9"]) == 1
    assert main(["offer", "nobody", "--percent", "5", "--from", "2019-07-01"]) == 1
    wrong = ["offer", shop, "--percent", "5", "--from", "2019-07-01", "--month-won-max", "0"]
    assert main(wrong) == 1
    assert "a_ceiling_of_an_offer_is_an_amount" in capsys.readouterr().err
    assert main(["offer", shop, "--percent", "0", "--from", "2019-07-01"]) == 0
    assert entry(db_url, shop_id).facts_at(at("2019-07-01T00:00")).benefit_plus_bp == 0
