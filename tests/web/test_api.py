"""The partner API from joining to refund, on a real engine and database."""

import json
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from dure.kernel.clock import SetClock
from dure.wallets.simulated_bank import SimulatedBank
from tests.engines import BEGUN_US, SHOP_JUNGGU, SHOP_SEOGU, SHOP_SUSPENDED, RunningEngine
from tests.web.conftest import Connection, Partner, Told

ACCOUNT = "DEMOACCOUNT000001"
JOINING = {
    "name": "시험 회원",
    "phone": "010-0000-1234",
    "birth_date": "1980-01-01",
    "district": 28260,
    "consents": {"terms": "2019-05", "privacy": "2019-05"},
}


@pytest.fixture
def member(city: RunningEngine, partner: Partner, connection: Connection) -> int:
    """A member with a linked bank account of 1,000,000 won, and 100,000 won charged."""
    told = partner.post("/members", JOINING)
    assert told.status == 201, told
    member_id = int(told.body["member_id"])
    SimulatedBank(connection, SetClock(BEGUN_US)).open_account(ACCOUNT, 1_000_000)
    linked = {"account_ref": ACCOUNT, "bank_name": "견본은행", "masked_number": "110***1234"}
    assert partner.post(f"/members/{member_id}/bank-accounts", linked).status == 201
    charged = charge(partner, member_id, 100_000)
    assert charged.status == 201, charged
    assert charged.body["state"] == "booked"
    return member_id


def charge(partner: Partner, member_id: int, won: int, **more: str) -> Told:
    body = {"account_ref": ACCOUNT, "amount_won": won}
    return partner.post(f"/members/{member_id}/charges", body, **more)


def pay(partner: Partner, member_id: int, won: int, shop: str = SHOP_JUNGGU) -> Told:
    token = partner.post(f"/members/{member_id}/qr-tokens").body["qr_token"]
    return partner.post("/purchases", {"qr_token": token, "shop_code": shop, "amount_won": won})


def wallet(partner: Partner, member_id: int) -> Any:
    return partner.get(f"/members/{member_id}/wallet").body


# Members and wallets


def test_it_lets_a_member_join_once(city: RunningEngine, partner: Partner) -> None:
    first = partner.post("/members", JOINING, once="join-0001")
    again = partner.post("/members", JOINING, once="join-0001")
    assert first.status == again.status == 201
    assert first.body["member_id"] == again.body["member_id"]
    assert partner.get(f"/members/{first.body['member_id']}").body["name"] == "시험 회원"


def test_it_keeps_no_personal_data_beside_the_request(
    city: RunningEngine, partner: Partner, connection: Connection
) -> None:
    partner.post("/members", JOINING)
    kept = connection.execute("SELECT string_agg(answer, '') FROM api_request").fetchone()
    assert kept is not None
    assert "시험" not in kept[0]
    assert "1234" not in kept[0]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"birth_date": "2010-01-01"}, 422, "member_too_young"),
        ({"birth_date": "1980-02-30"}, 422, "request_invalid"),
        ({"district": 11110}, 422, "request_invalid"),
        ({"consents": {"terms": "2019-05"}}, 422, "request_invalid"),
        ({"surprise": 1}, 422, "request_invalid"),
    ],
)
def test_it_refuses_who_may_not_join(
    city: RunningEngine, partner: Partner, change: dict[str, Any], status: int, code: str
) -> None:
    told = partner.post("/members", JOINING | change)
    assert (told.status, told.body["code"]) == (status, code)


def test_it_refuses_a_telephone_number_twice(city: RunningEngine, partner: Partner) -> None:
    assert partner.post("/members", JOINING).status == 201
    assert partner.post("/members", JOINING).body["code"] == "phone_taken"


def test_it_shows_purses_limits_and_lots(partner: Partner, member: int) -> None:
    pay(partner, member, 30_000)
    shown = wallet(partner, member)
    assert shown["charged_won"] == 70_000
    assert shown["cashback_won"] == 1_800
    assert shown["month_payments_won"] == 30_000
    assert shown["limits"]["holding_won_max"] == 2_000_000
    assert [lot["left_won"] for lot in shown["lots"]] == [70_000]


@pytest.mark.parametrize(
    "path", ["/members/77", "/members/77/wallet", "/members/77/cards", "/members/77/history"]
)
def test_it_finds_nobody_where_nobody_is(city: RunningEngine, partner: Partner, path: str) -> None:
    told = partner.get(path)
    assert (told.status, told.body["code"]) == (404, "not_found")


# Charges and withdrawals


def test_it_charges_once_however_often_it_is_asked(partner: Partner, member: int) -> None:
    answers = [charge(partner, member, 5_000, once="charge-0001") for _ in range(3)]
    assert len({json.dumps(told.body) for told in answers}) == 1
    assert wallet(partner, member)["charged_won"] == 105_000
    path = f"/members/{member}/charges/{answers[0].body['transfer_id']}"
    assert partner.get(path).body["state"] == "booked"


def test_it_refuses_a_key_that_was_used_for_another_body(partner: Partner, member: int) -> None:
    charge(partner, member, 5_000, once="charge-0001")
    told = charge(partner, member, 6_000, once="charge-0001")
    assert (told.status, told.body["code"]) == (422, "idempotency_key_reused")
    assert wallet(partner, member)["charged_won"] == 105_000


def test_it_lets_two_partners_use_the_same_key(
    partner: Partner, make_partner: Callable[..., Partner], member: int
) -> None:
    charge(partner, member, 5_000, once="charge-0001")
    assert charge(make_partner(), member, 6_000, once="charge-0001").status == 201
    assert wallet(partner, member)["charged_won"] == 111_000


def test_it_says_that_the_bank_refused(partner: Partner, member: int) -> None:
    told = charge(partner, member, 5_000_000)
    assert told.body["state"] == "failed"
    assert told.body["is_done"]
    assert wallet(partner, member)["charged_won"] == 100_000


def test_it_charges_from_no_account_of_another_member(partner: Partner, member: int) -> None:
    other = partner.post("/members", JOINING | {"phone": "010-0000-9999"}).body["member_id"]
    assert charge(partner, other, 1_000).body["code"] == "account_not_linked"


def test_it_pays_an_unused_charge_out(partner: Partner, member: int) -> None:
    told = partner.post(f"/members/{member}/withdrawals", {"account_ref": ACCOUNT})
    assert (told.status, told.body["state"]) == (201, "booked")
    assert told.body["amount_won"] == 100_000
    path = f"/members/{member}/withdrawals/{told.body['transfer_id']}"
    assert partner.get(path).body["is_done"]
    assert wallet(partner, member)["charged_won"] == 0


# Payments


def test_it_takes_a_payment_and_gives_a_receipt_with_every_won(
    partner: Partner, member: int
) -> None:
    told = pay(partner, member, 20_000, SHOP_SEOGU)
    assert told.status == 201, told
    assert told.body["incentive_won"] == 1_200 + 800
    receipt = partner.get(f"/purchases/{told.body['receipt_id']}").body
    assert receipt["charged_won"] == -20_000
    assert sum(reason["won"] for reason in receipt["incentive"]) == receipt["cashback_won"]
    texts = [reason["text"] for reason in receipt["incentive"]]
    assert any("6% × 20,000 won = 1,200 won" in text for text in texts)


def test_it_takes_a_qr_token_once(partner: Partner, member: int) -> None:
    token = partner.post(f"/members/{member}/qr-tokens").body["qr_token"]
    body = {"qr_token": token, "shop_code": SHOP_JUNGGU, "amount_won": 1_000}
    first = partner.post("/purchases", body, once="purchase-1")
    assert partner.post("/purchases", body, once="purchase-1").body == first.body
    assert partner.post("/purchases", body, once="purchase-2").body["code"] == "qr_used"
    unknown = body | {"qr_token": "7" * 24}
    assert partner.post("/purchases", unknown).body["code"] == "qr_unknown"
    assert wallet(partner, member)["charged_won"] == 99_000


@pytest.mark.parametrize(
    ("won", "shop", "code"),
    [
        (200_000, SHOP_JUNGGU, "not_enough_money"),
        (1_000, SHOP_SUSPENDED, "shop_suspended"),
        (1_000, "NOSUCHSHOP00000", "shop_unknown"),
    ],
)
def test_it_says_why_a_payment_is_refused(
    partner: Partner, member: int, won: int, shop: str, code: str
) -> None:
    told = pay(partner, member, won, shop)
    assert (told.status, told.body["code"]) == (422, code)
    assert told.body["remedy"]
    assert told.headers["Content-Type"] == "application/problem+json"


def test_it_gives_back_a_part_and_then_the_rest(partner: Partner, member: int) -> None:
    receipt = pay(partner, member, 20_000).body["receipt_id"]
    part = partner.post(f"/purchases/{receipt}/refunds", {"amount_won": 5_000})
    assert (part.status, part.body["amount_won"]) == (201, 5_000)
    rest = partner.post(f"/purchases/{receipt}/cancellation")
    assert rest.status == 201, rest
    shown = wallet(partner, member)
    assert (shown["charged_won"], shown["cashback_won"]) == (100_000, 0)
    assert shown["month_payments_won"] == 0
    more = partner.post(f"/purchases/{receipt}/refunds", {"amount_won": 1})
    assert more.body["code"] == "already_cancelled"


def test_it_pages_through_a_history(partner: Partner, member: int) -> None:
    for won in (1_000, 2_000, 3_000):
        pay(partner, member, won)
    path = f"/members/{member}/history?count=2"
    first = partner.get(path).body
    second = partner.get(f"{path}&cursor={first['next_cursor']}").body
    assert [item["amount_won"] for item in first["items"]] == [3_000, 2_000]
    assert second["items"][0]["amount_won"] == 1_000
    seen = [item["receipt_id"] for item in first["items"] + second["items"]]
    assert len(set(seen)) == len(seen)


# Cards


def test_it_tells_a_card_number_once_and_keeps_it_nowhere(
    partner: Partner, member: int, connection: Connection
) -> None:
    path = f"/members/{member}/cards"
    first = partner.post(path, {"kind": "virtual"}, once="card-0001")
    again = partner.post(path, {"kind": "virtual"}, once="card-0001")
    number = first.body["card_number"]
    assert len(number) == 16
    assert again.body == first.body | {"card_number": None}
    for table in ("api_request", "card", "card_order"):
        rows = connection.execute(f"SELECT t::text FROM {table} t").fetchall()
        assert not any(number in row[0] for row in rows)


def test_it_leaves_an_unblocked_card_to_be_activated_that_never_was(
    partner: Partner, member: int
) -> None:
    path = f"/members/{member}/cards"
    card = partner.post(path, {"kind": "physical"}).body
    states = [
        partner.post(f"{path}/{card['card_id']}/{change}").body["status"]
        for change in ("block", "unblock", "activate")
    ]
    assert states == ["blocked", "issued", "active"]


def test_it_leads_a_card_through_its_life(partner: Partner, member: int) -> None:
    path = f"/members/{member}/cards"
    card = partner.post(path, {"kind": "physical"}).body
    assert card["status"] == "issued"
    states = [
        partner.post(f"{path}/{card['card_id']}/{change}").body["status"]
        for change in ("activate", "block", "unblock")
    ]
    assert states == ["active", "blocked", "active"]
    fresh = partner.post(f"{path}/{card['card_id']}/replace").body
    assert fresh["card_id"] != card["card_id"]
    statuses = {shown["card_id"]: shown["status"] for shown in partner.get(path).body}
    assert statuses[card["card_id"]] == "replaced"
    assert partner.post(f"{path}/{fresh['card_id']}/close").body["status"] in ("closed",)


# Keys, limits and what is refused


def test_it_asks_for_a_key(web_home: object, make_partner: Callable[..., Partner]) -> None:
    told = Partner("").get("/members/1")
    assert (told.status, told.body["code"]) == (401, "key_missing")
    assert told.headers["WWW-Authenticate"].startswith("Bearer")
    assert Partner("dure_wrong").get("/members/1").body["code"] == "key_unknown"


def test_it_ends_a_revoked_key_at_once(partner: Partner, connection: Connection) -> None:
    connection.execute("UPDATE api_key SET revoked_at = now()")
    assert partner.get("/members/1").body["code"] == "key_unknown"


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("wallets:read", "get", "/members/1"),
        ("members:read", "get", "/members/1/wallet"),
        ("wallets:read", "post", "/members/1/cards"),
        ("charges:write", "post", "/members/1/withdrawals"),
        ("qr:write", "get", "/members/1/history"),
    ],
)
def test_it_lets_a_key_do_only_what_its_scopes_say(
    make_partner: Callable[..., Partner], scope: str, method: str, path: str
) -> None:
    asker = make_partner(scope)
    bodies = {"/members/1/cards": {"kind": "virtual"}}
    withdrawal = {"account_ref": ACCOUNT}
    told = asker.get(path) if method == "get" else asker.post(path, bodies.get(path, withdrawal))
    assert (told.status, told.body["code"]) == (403, "scope_missing")


def test_it_stops_a_key_that_asks_too_often(make_partner: Callable[..., Partner]) -> None:
    asker = make_partner(per_minute=2)
    codes = [asker.get("/members/1").status for _ in range(8)]
    # A new minute may begin in between, and the count with it.
    assert codes[:2] == [404, 404]
    assert 429 in codes


@pytest.mark.parametrize("won", [0, -1, 1.5, 1.0, "1000", True, None, 10_000_001, 10**15])
def test_it_takes_whole_won_and_nothing_else(partner: Partner, city: object, won: object) -> None:
    told = partner.post("/members/1/charges", {"account_ref": ACCOUNT, "amount_won": won})
    assert (told.status, told.body["code"]) == (422, "request_invalid")
    assert told.body["errors"][0]["field"] == "body.amount_won"


def test_it_says_what_is_wrong_in_the_readers_language(
    make_partner: Callable[..., Partner], city: object
) -> None:
    body = {"account_ref": ACCOUNT, "amount_won": 0, "extra": 1}
    korean = make_partner().post("/members/1/charges", body).body
    english = make_partner(language="en-GB,ko;q=0.5").post("/members/1/charges", body).body
    assert korean["errors"][0]["message"] == "1 이상이어야 합니다."
    assert english["errors"][0]["message"] == "It must be at least 1."
    assert {error["field"] for error in korean["errors"]} == {"body.amount_won", "body.extra"}


@pytest.mark.parametrize("body", ["{", "[]", '"text"', "\x00", b"\xff\xfe", ""])
def test_it_refuses_a_body_that_is_no_object(
    partner: Partner, city: object, body: str | bytes
) -> None:
    told = partner.post("/members/1/charges", body)
    assert told.status in (400, 422)
    assert told.body["code"] in ("body_unreadable", "request_invalid")


def test_it_refuses_a_body_that_is_too_large(partner: Partner, city: object) -> None:
    told = partner.post("/members/1/charges", "x" * 16_385)
    assert (told.status, told.body["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("key", ["short", "x" * 65, "has space in it"])
def test_it_refuses_a_malformed_idempotency_key(partner: Partner, member: int, key: str) -> None:
    told = charge(partner, member, 1_000, once=key)
    assert (told.status, told.body["code"]) == (400, "idempotency_key_missing")


def test_it_says_that_a_repeat_is_still_being_worked_on(
    partner: Partner, member: int, db_url: str
) -> None:
    from dure.web.api.once import engine_key

    lock = int.from_bytes(engine_key(1, "charge-0001")[:8], "big", signed=True)
    with psycopg.connect(db_url, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", (lock,))
        told = charge(partner, member, 1_000, once="charge-0001")
        assert (told.status, told.body["code"]) == (409, "still_working")
        assert told.headers["Retry-After"] == "1"
    assert wallet(partner, member)["charged_won"] == 100_000


def test_it_takes_a_payment_up_again_when_the_engine_comes_back(
    partner: Partner, member: int, city: RunningEngine
) -> None:
    token = partner.post(f"/members/{member}/qr-tokens").body["qr_token"]
    body = {"qr_token": token, "shop_code": SHOP_JUNGGU, "amount_won": 1_000}
    city.stop()
    away = partner.post("/purchases", body, once="purchase-1")
    assert (away.status, away.body["code"]) == (503, "engine_away")
    city.start()
    assert partner.post("/purchases", body, once="purchase-1").status == 201
    assert wallet(partner, member)["charged_won"] == 99_000
