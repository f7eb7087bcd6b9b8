"""The public calculator, as page and as API: the engine's own answer, and nothing recorded."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dure.authorization.requests import Charge, Purchase
from tests.engines import (
    BEGUN_US,
    SHOP_JUNGGU,
    SHOP_PLUS,
    SHOP_SEOGU,
    SHOP_SUSPENDED,
    RunningEngine,
    new_key,
    open_member,
)
from tests.web.conftest import Connection, Partner

Get = Callable[..., Any]


@pytest.fixture(autouse=True)
def _fresh_limit() -> Iterator[None]:
    """Every test asks as if from an address that has not asked before."""
    from dure.web.shared.address_limit import CALCULATOR_LIMIT

    CALCULATOR_LIMIT.forget()
    yield
    CALCULATOR_LIMIT.forget()


@pytest.fixture
def get(web_home: object) -> Get:
    """Fetches a page or an answer of the API without any key."""
    from django.test import Client

    client = Client(raise_request_exception=False, SERVER_NAME="localhost")

    def fetch(path: str, language: str = "ko", **query: str | int) -> Any:
        return client.get(path, query, headers={"Accept-Language": language})

    return fetch


def asked(get: Get, shop: str, won: int, language: str = "en", **more: str | int) -> Any:
    response = get("/api/v1/calculator", language, shop_code=shop, amount_won=won, **more)
    return response.json() | {"http": response.status_code}


def text_of(response: Any) -> str:
    return " ".join(str(response.content.decode()).split())


def pay(engine: RunningEngine, shop: str, won: int, member_id: int = 5) -> Any:
    return engine.ask(
        Purchase(
            key=new_key(), occurred_at_us=BEGUN_US, shop_code=shop, amount_won=won, channel=1,
            member_id=member_id,
        )
    )  # fmt: skip


@pytest.fixture
def member(city: RunningEngine) -> int:
    """A member with 400,000 won."""
    open_member(city, 5)
    city.ask(Charge(key=new_key(), occurred_at_us=BEGUN_US, member_id=5, amount_won=400_000))
    return 5


# The API


def test_it_tells_anybody_what_a_payment_would_give(get: Get, city: RunningEngine) -> None:
    told = asked(get, SHOP_SEOGU, 20_000)
    assert (told["http"], told["due_won"], told["cashback_won"]) == (200, 20_000, 2_000)
    assert [(one["rule"], one["won"]) for one in told["incentive"]] == [
        ("test-city", 1_200),
        ("test-seogu", 800),
    ]
    assert told["incentive"][0]["text"] == "City cashback 6% × 20,000 won = 1,200 won"
    assert told["not_given"] == []


def test_it_tells_what_an_own_payment_then_gives_to_the_won(
    get: Get, partner: Partner, city: RunningEngine, member: int
) -> None:
    pay(city, SHOP_SEOGU, 290_000)
    path = f"/calculator?shop_code={SHOP_SEOGU}&amount_won=50000&member_id={member}"
    told = partner.get(path).body
    assert told["month_payments_won"] == 290_000
    paid = pay(city, SHOP_SEOGU, 50_000)
    assert [one["won"] for one in told["incentive"]] == [line.won for line in paid.incentive]
    assert [one["limited_by"] for one in told["incentive"]][1] == "bracket"


def test_it_records_nothing(
    get: Get, partner: Partner, member: int, connection: Connection
) -> None:
    def everything() -> Any:
        return [
            connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
            for table in ("journal", "wallet", "budget_slice", "month_usage")
        ]

    before = everything()
    for _ in range(3):
        asked(get, SHOP_PLUS, 50_000)
        partner.get(f"/calculator?shop_code={SHOP_PLUS}&amount_won=50000&member_id={member}")
    assert everything() == before


def test_it_says_what_a_wallet_lacks_and_reckons_as_if_it_were_charged(
    partner: Partner, member: int
) -> None:
    told = partner.get(
        f"/calculator?shop_code={SHOP_JUNGGU}&amount_won=450000&member_id={member}"
    ).body
    assert (told["short_won"], told["cashback_won"]) == (50_000, 27_000)
    whole = partner.get(
        f"/calculator?shop_code={SHOP_JUNGGU}&amount_won=400000&member_id={member}"
    ).body
    assert whole["short_won"] == 0


def test_it_needs_a_key_with_the_scope_to_name_a_member(
    get: Get, make_partner: Callable[..., Partner], member: int
) -> None:
    assert asked(get, SHOP_SEOGU, 1_000, member_id=member)["code"] == "key_missing"
    stranger = make_partner("members:read")
    path = f"/calculator?shop_code={SHOP_SEOGU}&amount_won=1000&member_id={member}"
    assert stranger.get(path).body["code"] == "scope_missing"
    assert make_partner("wallets:read").get(path).status == 200


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"shop_code": "NOSUCHSHOP00001", "amount_won": 1_000}, 404, "not_found"),
        ({"shop_code": SHOP_SUSPENDED, "amount_won": 1_000}, 422, "shop_suspended"),
        ({"shop_code": SHOP_SEOGU, "amount_won": 0}, 422, "request_invalid"),
        ({"shop_code": SHOP_SEOGU, "amount_won": 10**12}, 422, "request_invalid"),
        ({"shop_code": SHOP_SEOGU}, 422, "request_invalid"),
        ({"shop_code": "x", "amount_won": 1_000}, 422, "request_invalid"),
        ({"shop_code": SHOP_SEOGU, "amount_won": 1, "channel": "fax"}, 422, "request_invalid"),
    ],
)
def test_it_refuses_with_the_reason(
    get: Get, city: RunningEngine, query: dict[str, str | int], status: int, code: str
) -> None:
    response = get("/api/v1/calculator", **query)
    assert (response.status_code, response.json()["code"]) == (status, code)


def test_it_says_why_a_rule_gives_nothing_here(get: Get, city: RunningEngine) -> None:
    citizen = asked(get, SHOP_JUNGGU, 20_000)
    assert citizen["not_given"] == []
    official = asked(get, SHOP_JUNGGU, 20_000, audience="official")
    assert [(one["rule"], one["reasons"]) for one in official["not_given"]] == [
        ("test-seogu", ["shop_district"])
    ]
    assert official["incentive"][0]["funding"] == [
        {"line": "test-state", "won": 800},
        {"line": "test-city", "won": 400},
    ]


def test_it_stops_an_address_that_asks_too_often(get: Get, city: RunningEngine) -> None:
    answers = [asked(get, SHOP_SEOGU, 1_000)["http"] for _ in range(31)]
    assert answers == [200] * 30 + [429]
    assert get("/api/v1/calculator", shop_code=SHOP_SEOGU, amount_won=1).headers["Retry-After"]
    assert get("/calculator", shop=SHOP_SEOGU, amount="1000").status_code == 429


def test_it_says_that_the_engine_is_away(get: Get, city: RunningEngine) -> None:
    city.stop()
    assert asked(get, SHOP_SEOGU, 1_000)["code"] == "engine_away"
    page = get("/calculator", shop=SHOP_SEOGU, amount="1000")
    assert page.status_code == 503
    assert "지금은 계산할 수 없습니다" in text_of(page)


# The page


def test_it_shows_a_form_and_no_fault_at_first(get: Get) -> None:
    page = get("/calculator")
    assert page.status_code == 200
    text = text_of(page)
    assert "얼마를 받을까요?" in text
    assert "aria-invalid" not in text
    assert "What would I get?" in text_of(get("/en/calculator"))


def test_it_shows_every_won_and_why(get: Get, city: RunningEngine) -> None:
    text = text_of(get("/calculator", shop=SHOP_SEOGU, amount="20,000원"))
    assert "+2,000원" in text
    assert "시 캐시백 6% × 20,000원 = 1,200원" in text
    assert "서구 캐시백 4% × 20,000원 = 800원" in text
    english = text_of(get("/en/calculator", shop=SHOP_SEOGU, amount="20000"))
    assert "City cashback 6% × 20,000 won = 1,200 won" in english


def test_it_finds_a_shop_by_its_name(get: Get, city: RunningEngine) -> None:
    text = text_of(get("/calculator", shop="시험가게 2", amount="20000"))
    assert "+2,000원" in text


def test_it_asks_which_of_several_shops_is_meant(get: Get, city: RunningEngine) -> None:
    text = text_of(get("/calculator", shop="시험가게", amount="20000"))
    assert "같은 이름의 가게를 골라 주세요" in text
    assert f"/calculator?shop={SHOP_SEOGU}&amp;amount=20000&amp;channel=1" in text


def test_it_looks_for_few_names_at_a_time(
    get: Get, city: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dure.web.city import shop_search

    monkeypatch.setattr(shop_search, "TURN_S", 0.01)
    with shop_search.SEARCHES, shop_search.SEARCHES:
        busy = get("/calculator", shop="시험가게 2", amount="20000")
        by_code = get("/calculator", shop=SHOP_SEOGU, amount="20000")
    assert busy.status_code == 503
    assert "지금 가게를 찾는 사람이 많습니다" in text_of(busy)
    assert by_code.status_code == 200
    assert get("/calculator", shop="시험가게 2", amount="20000").status_code == 200


@pytest.mark.parametrize("name", ["%", "_", "\\", "없는\x00가게", "'; DROP TABLE shop; --", "<b>"])
def test_it_takes_anything_for_a_name_and_nothing_for_a_pattern(
    get: Get, city: RunningEngine, name: str
) -> None:
    response = get("/calculator", shop=name, amount="20000")
    assert response.status_code == 404
    assert "찾지 못했습니다" in text_of(response)
    assert "<b>" not in text_of(response)


@pytest.mark.parametrize("amount", ["", "0", "-5", "1.5", "많이", "9" * 12, "1" * 40])
def test_it_says_what_an_amount_is(get: Get, city: RunningEngine, amount: str) -> None:
    response = get("/calculator", shop=SHOP_SEOGU, amount=amount)
    assert response.status_code == 422
    assert "1원부터 10억 원까지" in text_of(response)
    assert 'aria-invalid="true"' in text_of(response)


@pytest.mark.parametrize(
    ("text", "won"),
    [
        ("30,000", 30_000),
        ("30,000원", 30_000),
        ("₩30000", 30_000),
        ("3만", 30_000),
        ("3만원", 30_000),
        ("3만 5천원", 35_000),
        ("3만5,500", 35_500),
        ("5천", 5_000),
        ("1,200만", 12_000_000),
        ("10억", 0),
        ("만", 0),
        ("3천5만", 0),
        ("", 0),
        ("３만", 0),
    ],
)
def test_it_reads_an_amount_as_people_write_it(text: str, won: int) -> None:
    from dure.web.shared.amounts import read_amount

    assert read_amount(text) == won


def test_it_takes_a_link_that_names_the_shop_alone(get: Get, city: RunningEngine) -> None:
    response = get("/calculator", shop=SHOP_SEOGU)
    assert response.status_code == 200
    assert f'value="{SHOP_SEOGU}"' in text_of(response)
    assert "aria-invalid" not in text_of(response)


def test_it_says_why_a_shop_cannot_be_paid_at(get: Get, city: RunningEngine) -> None:
    text = text_of(get("/calculator", shop=SHOP_SUSPENDED, amount="20000"))
    assert "등록이 정지된 가맹점입니다. 다른 가맹점을 이용하세요." in text


def test_it_keeps_the_question_when_the_language_changes(get: Get, city: RunningEngine) -> None:
    text = text_of(get("/calculator", shop=SHOP_SEOGU, amount="20000"))
    assert f'href="/en/calculator?shop={SHOP_SEOGU}&amp;amount=20000"' in text
