"""Shops in the app: found, rated for me, liked, shown on the map, opened at the door."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from dure.authorization.requests import Appropriate, Charge, Purchase
from dure.merchants.map_cells import ZOOM_MAX
from dure.merchants.plane import Place, degrees_of
from tests.citizens import join, sign_in
from tests.engines import (
    BEGUN_US,
    CITY_RULE,
    CITY_RULE_LATER,
    LINES,
    SEOGU,
    SEOGU_RULE,
    SHOP_JUNGGU,
    SHOP_PLUS,
    SHOP_SEOGU,
    SHOP_SUSPENDED,
    RunningEngine,
    new_key,
    running_engine,
    seed_city,
)
from tests.web.test_discount_told import DISCOUNT

if TYPE_CHECKING:
    from django.test import Client

    from dure.people.members import Member

Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
def engine(db_url: str) -> Iterator[RunningEngine]:
    """The small city with a rule by which shops take off what they offer."""
    seed_city(db_url, (CITY_RULE, CITY_RULE_LATER, SEOGU_RULE, DISCOUNT))
    with running_engine(db_url) as running:
        for line_id, _code, _payer, _district, won in LINES:
            running.ask(
                Appropriate(key=new_key(), occurred_at_us=BEGUN_US, line_id=line_id, amount_won=won)
            )
        yield running


@pytest.fixture
def forgotten() -> Iterator[None]:
    """Nothing of another test's city is remembered."""
    from dure.merchants.guide import GUIDE
    from dure.web.citizen.shell.frame import forget_clock
    from dure.web.citizen.shops.map_parts import MAP_LIMIT
    from dure.web.citizen.shops.rate_for_me import MONEY

    for one in (GUIDE, MONEY, MAP_LIMIT):
        one.forget()
    forget_clock()
    yield
    GUIDE.forget()
    forget_clock()


@pytest.fixture
def member(city: RunningEngine, connection: Connection, forgotten: None) -> Member:
    """A member with 100,000 won."""
    joined = join(city, connection, district=SEOGU)
    city.ask(
        Charge(
            key=new_key(), occurred_at_us=BEGUN_US, member_id=joined.member_id, amount_won=100_000
        )
    )
    return joined


@pytest.fixture
def phone(connection: Connection, member: Member) -> Client:
    """The member's telephone."""
    return sign_in(connection, member.member_id)


def _place(connection: Connection, shop_code: str, x: int, y: int) -> None:
    from dure.merchants.guide import GUIDE

    connection.execute(
        "UPDATE shop SET latitude = %s, longitude = %s WHERE shop_code = %s",
        (*degrees_of(Place(x, y)), shop_code),
    )
    GUIDE.forget()


def _text(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


def test_it_lists_the_shops_that_may_take_the_money(phone: Client) -> None:
    text = _text(phone, "/app/shops")
    for name in ("시험가게 1", "시험가게 2", "시험가게 3"):
        assert name in text
    assert "시험가게 4" not in text
    assert "3곳" in text


def test_it_shows_the_rate_for_me_on_each_shop(phone: Client) -> None:
    text = _text(phone, "/en/app/shops")
    # 6% of the city everywhere, 4% more at the shops of Seo-gu, 5% off at the benefit-plus shop.
    assert text.count("6% cashback") == 1
    assert text.count("10% cashback") == 2
    assert text.count("5% off") == 1


def test_it_gives_the_rate_that_the_engine_gives(
    city: RunningEngine, connection: Connection, member: Member, phone: Client
) -> None:
    from dure.merchants.guide import GUIDE
    from dure.web.citizen.shops.rate_for_me import MONEY, rates_for
    from dure.web.shared.calculator import calculate
    from dure.web.shared.store import database

    for spent_won in (0, 295_000):
        if spent_won:
            _pay(city, member.member_id, spent_won)
        MONEY.forget()
        guide = GUIDE.get(database(), BEGUN_US)
        rates = rates_for(database(), member.member_id, BEGUN_US)
        for shop in (SHOP_JUNGGU, SHOP_SEOGU, SHOP_PLUS):
            asked = calculate(
                database(), shop_code=shop, price_won=20_000, member_id=member.member_id
            )
            rate = rates.at(guide.facts(guide.position[shop]))
            assert asked.discount_won == 20_000 * rate.discount_bp // 10_000
            if not spent_won:
                assert asked.earned_won == asked.due_won * rate.cashback_bp // 10_000
    # The top-up of Seo-gu ends at 300,000 won: of the next 10,000 only a part earns it.
    assert rates.at(guide.facts(guide.position[SHOP_SEOGU])).cashback_bp < 1_000


def _pay(city: RunningEngine, member_id: int, won: int) -> None:
    for request in (
        Charge(key=new_key(), occurred_at_us=BEGUN_US, member_id=member_id, amount_won=won),
        Purchase(
            key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_SEOGU, amount_won=won,
            channel=1, member_id=member_id,
        ),
    ):  # fmt: skip
        answer = city.ask(request)
        assert answer.approved, answer


def test_it_evaluates_each_kind_of_shop_once(
    connection: Connection, member: Member, phone: Client
) -> None:
    from dure.merchants.guide import GUIDE
    from dure.web.citizen.shops.rate_for_me import rates_for
    from dure.web.shared.store import database

    _open_shops(connection, 200)
    guide = GUIDE.get(database(), BEGUN_US)
    rates = rates_for(database(), member.member_id, BEGUN_US)
    for place in range(len(guide)):
        rates.at(guide.facts(place))
    assert len(guide) == 203
    assert rates.evaluations == len(guide.kinds) <= 4


def _open_shops(connection: Connection, count: int) -> None:
    """So many more shops of 중구, in a row to the east."""
    from dure.merchants.guide import GUIDE

    connection.execute(
        "INSERT INTO shop (shop_id, district, sales_band, status, shop_code, business_number,"
        " name_ko, sector, mcc, latitude, longitude)"
        " SELECT 100 + n, 28110, 1, 2, 'ROWSHOP' || lpad(n::text, 8, '0'), '1248100998',"
        " '줄가게 ' || n, '56221', '5814', 37.45, 126.6 + n * 0.0001"
        " FROM generate_series(1, %s) AS n",
        (count,),
    )
    connection.execute(
        "INSERT INTO shop_status (shop_id, decision, decided_at, effective_at)"
        " SELECT shop_id, 2, '2019-01-01 09:00+09', '2019-01-02 00:00+09' FROM shop"
        " WHERE shop_id > 100"
    )
    GUIDE.forget()


def test_it_pages_through_all_shops_once(connection: Connection, phone: Client) -> None:
    _open_shops(connection, 47)
    seen: list[str] = []
    for page in (1, 2, 3):
        text = _text(phone, f"/app/shops?page={page}")
        seen += [
            part.split('"')[0] for part in text.split('class="shop-row" href="/app/shops/')[1:]
        ]
    assert len(seen) == len(set(seen)) == 50
    assert 'rel="next"' not in text


def test_it_lists_the_nearest_first(connection: Connection, phone: Client) -> None:
    _place(connection, SHOP_JUNGGU, 190_000, 70_000)
    _place(connection, SHOP_SEOGU, 190_300, 70_000)
    _place(connection, SHOP_PLUS, 191_500, 70_000)
    latitude, longitude = degrees_of(Place(190_310, 70_000))
    text = _text(phone, f"/app/shops?from=here&here={latitude:.3f},{longitude:.3f}")
    order = [text.index(f"시험가게 {number}</span>") for number in (2, 1, 3)]
    assert order == sorted(order)
    assert "1.2 km" in text


def test_it_puts_the_highest_rate_first_when_asked(connection: Connection, phone: Client) -> None:
    text = _text(phone, "/app/shops?order=rate")
    order = [text.index(f"시험가게 {number}</span>") for number in (3, 2, 1)]
    assert order == sorted(order)


def test_it_narrows_the_list(phone: Client) -> None:
    questions: dict[str, set[int]] = {
        "q=가게 3": {3},
        "q=시험가게3": {3},
        "q=없는이름": set(),
        "discount=500": {3},
        "discount=700": set(),
        "group=1": {1, 2, 3},
        "group=9": set(),
        "liked=1": set(),
        # What cannot be read is as if it had not been said.
        "group=x&discount=5&from=1&here=north&order=up&page=-3": {1, 2, 3},
        "q=%00%27%22<script>": set(),
    }
    for question, names in questions.items():
        text = _text(phone, f"/app/shops?{question}")
        found = {number for number in (1, 2, 3) if f"시험가게 {number}</span>" in text}
        assert found == names, question
        assert "<script>" not in text
        assert names or "조건 없이 모두 보기" in text


def test_it_shows_a_shop_without_its_rate_while_the_money_cannot_be_read(
    connection: Connection, phone: Client
) -> None:
    from dure.web.citizen.shops.rate_for_me import MONEY

    assert "10% cashback" in _text(phone, "/en/app/shops")
    MONEY.forget()
    connection.execute("ALTER TABLE rule_use RENAME TO rule_use_away")
    text = _text(phone, "/en/app/shops")
    assert "Rates cannot be worked out" in text
    assert "시험가게 1" in text
    connection.execute("ALTER TABLE rule_use_away RENAME TO rule_use")


def test_it_shows_what_an_amount_gives_and_why(phone: Client) -> None:
    text = _text(phone, f"/en/app/shops/{SHOP_PLUS}?amount=20,000")
    assert "₩20,000" in text
    assert "−₩1,000" in text
    # 10% of 19,000 won.
    assert "+₩1,900" in text
    assert "City cashback" in text
    assert "Seo-gu top-up" in text


def test_it_says_what_the_wallet_lacks(phone: Client) -> None:
    text = _text(phone, f"/app/shops/{SHOP_JUNGGU}?amount=15만")
    assert "50,000원이 모자랍니다" in text
    assert "/app/charge" in text


def test_it_asks_again_for_an_amount_that_is_none(phone: Client) -> None:
    for amount in ("", "많이", "-5", "0"):
        text = _text(phone, f"/app/shops/{SHOP_JUNGGU}?amount={amount}")
        assert 'aria-invalid="true"' in text, amount


def test_it_says_that_a_suspended_shop_takes_nothing(phone: Client) -> None:
    text = _text(phone, f"/app/shops/{SHOP_SUSPENDED}")
    assert "지금은 결제할 수 없는 가게입니다" in text
    assert "/pay/shops/" not in text


def test_it_says_so_when_the_engine_is_away(city: RunningEngine, phone: Client) -> None:
    city.stop()
    text = _text(phone, f"/app/shops/{SHOP_JUNGGU}?amount=1000")
    assert "돈은 움직이지 않았습니다" in text
    assert "6%" in text


def test_it_knows_no_such_shop(phone: Client) -> None:
    for code in ("NOSHOP000000000", "x", "%2e%2e", "가게"):
        assert "그런 가게가 없습니다" in _text(phone, f"/app/shops/{code}", 404)
        assert "그런 가게가 없습니다" in _text(phone, f"/s/{code}", 404)


def test_it_tells_the_terms_of_an_offer(connection: Connection, phone: Client) -> None:
    from dure.merchants.guide import GUIDE

    connection.execute(
        "UPDATE benefit_offer SET weekdays = 3, from_minute = 1020, until_minute = 1320,"
        " payment_won_min = 20000, month_won_max = 300000"
    )
    GUIDE.forget()
    text = _text(phone, f"/app/shops/{SHOP_PLUS}")
    for told in ("월·화요일", "17:00~22:00", "20,000원부터", "300,000원까지"):
        assert told in text


def test_it_counts_what_a_shop_has_given_this_month(
    connection: Connection, member: Member, phone: Client
) -> None:
    from dure.merchants.guide import GUIDE
    from dure.web.citizen.shops.rate_for_me import rates_for
    from dure.web.shared.store import database

    connection.execute("UPDATE benefit_offer SET month_won_max = 300000")
    connection.execute("INSERT INTO shop_month VALUES (3, 201910, 299900, 300000)")
    GUIDE.forget()
    guide = GUIDE.get(database(), BEGUN_US)
    facts = guide.facts(guide.position[SHOP_PLUS])
    rates = rates_for(database(), member.member_id, BEGUN_US, [facts])
    assert rates.at(facts).discount_bp == 100
    connection.execute("DELETE FROM shop_month")


def test_it_keeps_the_shops_that_i_like(connection: Connection, phone: Client) -> None:
    for like in ("1", "1"):
        _like(phone, SHOP_SEOGU, like)
    assert connection.execute("SELECT shop_id FROM member_favorite").fetchall() == [(2,)]
    text = _text(phone, "/app/shops?liked=1")
    assert "시험가게 2</span>" in text
    assert "시험가게 1</span>" not in text
    _like(phone, SHOP_SEOGU, "0")
    assert "아직 즐겨찾기한 가게가 없습니다" in _text(phone, "/app/shops?liked=1")


def _like(phone: Client, shop_code: str, like: str) -> None:
    response = phone.post(f"/app/shops/{shop_code}/favorite", {"like": like})
    assert response.status_code == 302
    assert response.headers["Location"] == f"/app/shops/{shop_code}"


def test_it_keeps_no_more_favorites_than_one_can_have(
    connection: Connection, member: Member, phone: Client
) -> None:
    from dure.merchants.favorites import FAVORITES_MAX

    _open_shops(connection, FAVORITES_MAX)
    connection.execute(
        "INSERT INTO member_favorite SELECT %s, shop_id, 0 FROM shop WHERE shop_id > 100",
        (member.member_id,),
    )
    _like(phone, SHOP_SEOGU, "1")
    assert "200곳까지" in _text(phone, f"/app/shops/{SHOP_SEOGU}")
    assert "Add to favorites" in _text(phone, f"/en/app/shops/{SHOP_SEOGU}")


def test_it_shows_nobody_the_favorites_of_another(
    city: RunningEngine, connection: Connection, phone: Client
) -> None:
    _like(phone, SHOP_SEOGU, "1")
    other = join(city, connection, phone="010-0000-0002", name="이두레")
    assert "시험가게 2</span>" not in _text(
        sign_in(connection, other.member_id), "/app/shops?liked=1"
    )


def test_it_shows_a_stranger_the_door_with_what_anybody_gets(
    city: RunningEngine, forgotten: None
) -> None:
    from django.test import Client

    text = _text(Client(SERVER_NAME="localhost"), f"/en/s/{SHOP_PLUS}")
    assert "<b>5%</b>" in text
    assert "<b>10%</b>" in text
    assert "Sign in and see my own rate" in text
    assert f"http://localhost/s/{SHOP_PLUS}" in text
    assert f'href="/s/{SHOP_PLUS}"' in text


def test_it_shows_a_member_the_door_with_my_own_rate(
    city: RunningEngine, connection: Connection, member: Member, phone: Client
) -> None:
    _pay(city, member.member_id, 300_000)
    text = _text(phone, f"/app/shops/{SHOP_SEOGU}")
    assert "<b>6%</b>" in text
    assert "<b>6%</b>" in _text(phone, f"/s/{SHOP_SEOGU}")


def test_it_lets_no_stranger_read_all_doors(phone: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.test import Client

    from dure.web.citizen.shops import door
    from dure.web.shared.address_limit import SharedLimit

    monkeypatch.setattr(door, "DOOR_LIMIT", SharedLimit("doors", burst=2, per_minute=1))
    stranger = Client(SERVER_NAME="localhost")
    answers = [stranger.get(f"/s/{SHOP_PLUS}") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "1분 뒤에" in answers[-1].content.decode()
    assert phone.get(f"/s/{SHOP_PLUS}").status_code == 200


def test_it_serves_parts_of_the_map_that_a_browser_keeps(
    connection: Connection, phone: Client
) -> None:
    _place(connection, SHOP_PLUS, 190_000, 70_000)
    first = phone.get("/app/shops/parts/0/0/0")
    assert json.loads(first.content) == {
        "c": [],
        "s": [[190_000, 70_000, 500, SHOP_PLUS, "시험가게 3"]],
    }
    again = phone.get("/app/shops/parts/0/0/0", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    _place(connection, SHOP_SEOGU, 190_000, 70_500)
    after = phone.get("/app/shops/parts/0/0/0", headers={"If-None-Match": first.headers["ETag"]})
    assert after.status_code == 200
    only_plus = phone.get("/app/shops/parts/0/0/0?plus=1")
    assert len(json.loads(only_plus.content)["s"]) == 1


def test_it_knows_no_such_part_of_the_map(phone: Client) -> None:
    for part in ("0/1/0", f"{ZOOM_MAX + 1}/0/0", "9/512/3"):
        assert phone.get(f"/app/shops/parts/{part}").status_code == 404


def test_it_says_which_shops_are_near_the_middle(connection: Connection, phone: Client) -> None:
    _place(connection, SHOP_JUNGGU, 190_000, 70_000)
    _place(connection, SHOP_PLUS, 191_500, 70_000)
    told = json.loads(phone.get("/en/app/shops/near?x=191400&y=70000").content)["shops"]
    assert [one["code"] for one in told] == [SHOP_PLUS, SHOP_JUNGGU]
    assert told[0]["discount"] == "5% off"
    assert told[0]["cashback"] == "10% cashback"
    assert "100 m" in told[0]["about"]
    assert phone.get("/app/shops/near?x=-1&y=9").status_code == 400


def test_it_answers_a_strangers_program_that_it_must_sign_in(
    city: RunningEngine, forgotten: None
) -> None:
    from django.test import Client

    asked = Client(SERVER_NAME="localhost").get(
        "/app/shops/near?x=1&y=1", headers={"Accept": "application/json"}
    )
    assert asked.status_code == 401


def test_it_draws_the_districts_as_links_without_a_script(phone: Client) -> None:
    text = _text(phone, "/app/shops/map")
    assert text.count('class="map-district"') == 10
    assert 'href="/app/shops?from=28260"' in text
    assert "서구 가게 2곳" in text


def test_it_may_ask_for_the_place_on_the_lists_and_maps_alone(phone: Client) -> None:
    for path, may in (("/app/shops", True), ("/app/shops/map", True),
                      (f"/app/shops/{SHOP_PLUS}", False)):  # fmt: skip
        policy = phone.get(path).headers["Permissions-Policy"]
        assert ("geolocation=(self)" in policy) is may


def test_it_puts_benefit_plus_shops_on_the_shelf_and_counts_them(
    connection: Connection, member: Member, phone: Client
) -> None:
    from dure.kernel.calendar import day_of
    from dure.merchants.shelf_views import ShelfCounts, shares, views_of
    from dure.web.citizen.shell.access import visitor_of
    from dure.web.citizen.shops import shelf as shelf_page
    from dure.web.shared.store import database

    request = phone.get("/app/shops").wsgi_request
    visitor = visitor_of(request)
    assert visitor is not None
    counts = ShelfCounts(write_every_s=0.0)
    day = day_of(BEGUN_US)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shelf_page, "COUNTS", counts)
        for _ in range(3):
            shown = shelf_page.shelf(database(), visitor, day)
    assert [(one.shop_code, one.discount_bp) for one in shown] == [(SHOP_PLUS, 500)]
    assert views_of(connection, 3, day) == 3
    assert [(one.district, one.views) for one in shares(connection, day)] == [(SEOGU, 3)]
    text = _text(phone, "/app/shops/shelf")
    assert '<th scope="row">서구</th><td>1</td><td>3</td><td>3</td>' in text


def test_it_reads_the_guide_anew_when_a_shop_has_changed(
    connection: Connection, phone: Client
) -> None:
    from dure.merchants.guide import KeptGuide
    from dure.web.shared.store import database

    kept = KeptGuide(look_every_s=0.0)
    first = kept.get(database(), BEGUN_US)
    assert kept.get(database(), BEGUN_US) is first
    connection.execute("UPDATE shop SET name_ko = '새 이름' WHERE shop_id = 1")
    # PostgreSQL counts what a session wrote when that session says so.
    connection.execute("SELECT pg_stat_force_next_flush()")
    connection.execute("SELECT 1")
    assert kept.get(database(), BEGUN_US).names[0][0] == "새 이름"


def test_it_reads_the_guide_anew_on_a_new_day(connection: Connection, phone: Client) -> None:
    from dure.kernel.calendar import DAY_US
    from dure.merchants.guide import KeptGuide
    from dure.web.shared.store import database

    kept = KeptGuide()
    assert kept.get(database(), BEGUN_US).discount_bp.tolist() == [0, 0, 500]
    later = kept.get(database(), BEGUN_US + 200 * DAY_US)
    assert later.discount_bp.tolist() == [0, 0, 0]
