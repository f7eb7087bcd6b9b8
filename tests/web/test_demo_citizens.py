"""Demo citizens: put to wallets that are there, in a demo city alone, with a day's history once."""

from __future__ import annotations

from typing import Any

from dure.authorization.requests import OpenWallet
from tests.engines import BEGUN_US, SEOGU, RunningEngine, new_key
from tests.joining import new_browser, place_of, sign_in_by_phone
from tests.web.conftest import Connection


def load_city(connection: Connection, engine: RunningEngine) -> None:
    connection.execute("INSERT INTO demo_city (members, shops, seed) VALUES (1, 4, 1)")
    request = OpenWallet(
        key=new_key(), occurred_at_us=BEGUN_US, member_id=7, level=2, district=SEOGU,
        birth_year=1980,
    )  # fmt: skip
    assert engine.ask(request).approved


def prepare(connection: Connection) -> dict[str, dict[str, Any]]:
    from dure.people.fields import installed_sealer
    from dure.web.citizen.join import demo_citizens

    demo_citizens.prepare(connection, installed_sealer(), BEGUN_US)
    return demo_citizens.kept()


def test_it_lets_everybody_sign_in_as_a_demo_citizen(
    city: RunningEngine, connection: Connection
) -> None:
    load_city(connection, city)
    known = prepare(connection)
    assert prepare(connection) == known, "who is there stays"
    (phone, citizen), *others = known.items()
    assert (citizen["member_id"], others) == (7, [])
    client = new_browser()
    assert place_of(sign_in_by_phone(client, connection, phone)) == "/app/"
    answer = client.post(
        "/app/proof",
        {"proof_address": "/app/settings", "proof_method": "GET", "proof_pin": citizen["pin"]},
    )
    assert place_of(answer) == "/app/settings"
    assert citizen["name"] in client.get("/app/demo/phone").content.decode()


def test_it_gives_a_history_once(city: RunningEngine, connection: Connection) -> None:
    from dure.web.citizen.join.demo_citizens import live_a_day

    load_city(connection, city)
    prepare(connection)
    first = live_a_day(connection, city.ask, 7, BEGUN_US)
    assert first >= 3
    assert live_a_day(connection, city.ask, 7, BEGUN_US + 60_000_000) == 0


def test_it_makes_nobody_in_a_city_that_is_no_demo(
    city: RunningEngine, connection: Connection
) -> None:
    assert prepare(connection) == {}
    assert connection.execute("SELECT count(*) FROM member").fetchone() == (0,)
