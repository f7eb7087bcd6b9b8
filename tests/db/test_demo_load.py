"""The synthetic city in the database: complete, balanced, and nothing of a card number in it."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from dure.demo.city import OPENING_MONTH, OPENING_US, City
from dure.demo.city_time import change_clock, start_clock
from dure.demo.load import CityExistsError, load_city, loaded_city
from dure.demo.load_rules import demo_coupons, later_stages, opening_lines
from dure.kernel.cardnetwork import pins
from dure.kernel.keys import PIN_VERIFICATION, KeyRing
from dure.merchants.standing import Decision
from dure.rulebook.directory import load_directory, packaged_documents

Connection = psycopg.Connection[tuple[object, ...]]

MEMBERS, SHOPS, SEED = 2_000, 600, 11


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def city(db_url: str, home: Path) -> City:
    return load_city(db_url, home, members=MEMBERS, shops=SHOPS, seed=SEED)


@pytest.fixture
def connection(db_url: str) -> Iterator[Connection]:
    with psycopg.connect(db_url, autocommit=True) as opened:
        yield opened


def _one(connection: Connection, query: str) -> object:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def test_it_writes_every_member_shop_and_card(city: City, connection: Connection) -> None:
    assert loaded_city(connection) == (MEMBERS, SHOPS, SEED)
    assert _one(connection, "SELECT count(*) FROM wallet") == MEMBERS
    assert _one(connection, "SELECT count(*) FROM shop") == SHOPS
    assert _one(connection, "SELECT count(*) FROM terminal") == SHOPS
    assert _one(connection, "SELECT count(*) FROM card") == len(city.cards)
    assert _one(connection, "SELECT count(*) FROM rule_version") == len(
        load_directory(packaged_documents()) + demo_coupons()
    )


def test_it_opens_every_purse_with_a_movement(city: City, connection: Connection) -> None:
    """The fixture of the database runs every invariant of the books afterwards."""
    held = _one(connection, "SELECT sum(charged_won + cashback_won)::bigint FROM wallet")
    assert held == int(city.members.charged_won.sum() + city.members.cashback_won.sum())
    usage = f"SELECT sum(usage_won)::bigint FROM wallet WHERE month = {OPENING_MONTH}"
    assert _one(connection, usage) == int(city.members.usage_won.sum())
    assert _one(connection, "SELECT max(movement_id) FROM journal") < OPENING_US  # type: ignore[operator]


def test_it_keeps_of_a_card_what_the_law_allows(
    city: City, connection: Connection, home: Path
) -> None:
    ring = KeyRing.open(home)
    for place in (0, 7, len(city.cards) - 1):
        pan, pin = str(city.cards.pan[place]), f"{int(city.cards.pin[place]):04d}"
        row = connection.execute(
            "SELECT masked_pan, pvv, kind, member_id FROM card WHERE token = %s",
            (ring.card_token(pan),),
        ).fetchone()
        assert row is not None
        masked, pvv, kind, member_id = row
        assert masked == f"{pan[:6]}******{pan[-4:]}"
        assert member_id == int(city.cards.member[place]) + 1
        expected = pins.verification_value(ring.key(PIN_VERIFICATION), pin, pan)
        assert pvv == (expected if kind == 1 else None)


def test_it_registers_shops_with_their_history(city: City, connection: Connection) -> None:
    for decision in (Decision.APPROVED, Decision.APPLIED, Decision.SUSPENDED):
        assert _one(connection, f"SELECT count(*) FROM shop WHERE status = {int(decision)}") == int(
            (city.shops.standing == int(decision)).sum()
        )
    decisions = "SELECT count(*) FROM shop_status WHERE decision = 1"
    assert _one(connection, decisions) == SHOPS
    offers = _one(connection, "SELECT count(*) FROM benefit_offer")
    assert offers == int((city.shops.offer_bp > 0).sum()) == SHOPS // 50


def test_it_shows_the_shortage_of_21_october(city: City, connection: Connection) -> None:
    """72.8 billion won were appropriated for 890,000 members; a tenth was left at most."""
    row = connection.execute(
        "SELECT sum(appropriated_won), sum(s.spent_won) FROM budget_line l"
        " JOIN budget_slice s USING (line_id) WHERE l.code IN"
        " ('incheon-2019-state', 'incheon-2019-city')"
    ).fetchone()
    assert row is not None
    appropriated, spent = int(str(row[0])), int(str(row[1]))
    assert appropriated == pytest.approx(72_800_000_000 * MEMBERS / 890_000, abs=2)
    assert 0.90 < spent / appropriated < 0.95


def test_it_leaves_next_years_money_for_next_year() -> None:
    lines = {opened.line.id: opened for opened in opening_lines(MEMBERS, OPENING_US)}
    assert lines["incheon-2020-city"].appropriated_won == 0
    later = dict[int, int]()
    for _, line_id, won in later_stages(MEMBERS, OPENING_US):
        later.setdefault(line_id, won)
    assert later[lines["incheon-2020-city"].line_id] == 49_455_737_705 * MEMBERS // 890_000


def test_it_refuses_a_database_in_which_somebody_lives(city: City, db_url: str, home: Path) -> None:
    with pytest.raises(CityExistsError):
        load_city(db_url, home, members=MEMBERS, shops=SHOPS, seed=SEED)


def test_it_goes_on_where_the_city_stood(city: City, connection: Connection) -> None:
    assert start_clock(connection, speed=60) == OPENING_US
    connection.execute(
        "INSERT INTO movement (shard, kind, reason, movement_id, occurred_at_us, request_key)"
        " VALUES (5, 1, 30, %s, %s, decode(repeat('ab', 16), 'hex'))",
        (OPENING_US + 3_600_000_000, OPENING_US),
    )
    assert start_clock(connection, speed=1) == OPENING_US + 3_601_000_000


def test_it_changes_a_clock_only_when_another_is_wanted(connection: Connection) -> None:
    assert change_clock(connection, speed=60, real_time=False)
    assert not change_clock(connection, speed=60, real_time=False)
    assert not change_clock(connection, speed=None, real_time=False)
    assert change_clock(connection, speed=600, real_time=False)
    assert change_clock(connection, speed=None, real_time=True)
    assert _one(connection, "SELECT count(*) FROM city_clock") == 0
    assert not change_clock(connection, speed=None, real_time=True)
