"""Receipts that say why: a line that empties inside a batch, and three audiences."""

import asyncio
from typing import Any

import pytest

from dure.authorization.answers import Answer
from dure.authorization.requests import Appropriate, Charge, Purchase
from dure.engine.client import EngineClient
from tests.engines import (
    BEGUN_US,
    SHOP_JUNGGU,
    SHOP_PLUS,
    SHOP_SEOGU,
    RunningEngine,
    new_key,
    open_member,
)
from tests.web.conftest import Connection, Partner

MEMBERS = (5, 6, 7, 8)
SEOGU_LINE = 3
LEFT_WON = 1_500


@pytest.fixture
def members(city: RunningEngine) -> RunningEngine:
    """Four members with 100,000 won each."""
    for member_id in MEMBERS:
        open_member(city, member_id)
        city.ask(
            Charge(key=new_key(), occurred_at_us=BEGUN_US, member_id=member_id, amount_won=100_000)
        )
    return city


def purchase(member_id: int, shop: str, won: int) -> Purchase:
    return Purchase(
        key=new_key(), occurred_at_us=BEGUN_US, shop_code=shop, amount_won=won, channel=1,
        member_id=member_id,
    )  # fmt: skip


def pay_together(city: RunningEngine, requests: list[Purchase]) -> list[Answer]:
    """Sends all in one write, so that the engine decides and commits them as one batch."""

    async def send() -> list[Answer]:
        client = await EngineClient.connect(city.path)
        waiting = [client.send(request) for request in requests]
        answers = list(await asyncio.gather(*waiting))
        await client.close()
        return answers

    return asyncio.run(send())


def receipt(partner: Partner, member_id: int, answer: Answer, **query: str) -> Any:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return partner.get(f"/purchases/{member_id}-{answer.movement_id}?{asked}").body


def test_a_line_that_empties_inside_a_batch_pays_what_is_left_in_request_order(
    members: RunningEngine, partner: Partner, connection: Connection
) -> None:
    took = Appropriate(
        key=new_key(), occurred_at_us=BEGUN_US, line_id=SEOGU_LINE, amount_won=LEFT_WON - 1_000_000
    )
    assert members.ask(took).approved
    answers = pay_together(members, [purchase(who, SHOP_SEOGU, 20_000) for who in MEMBERS])
    assert [[line.won for line in answer.incentive] for answer in answers] == [
        [1_200, 800],
        [1_200, 700],
        [1_200, 0],
        [1_200, 0],
    ]
    told = [receipt(partner, who, one) for who, one in zip(MEMBERS, answers, strict=True)]
    own = [one["incentive"][1] for one in told]
    assert [one["limited_by"] for one in own] == ["none", "budget", "budget", "budget"]
    assert [one["full_won"] for one in own] == [800, 800, 800, 800]
    assert own[0]["text"] == "Seo-gu cashback 4% × 20,000 won = 800 won"
    assert own[1]["text"] == (
        "Seo-gu cashback 4% × 20,000 won = 800 won. "
        "Seo-gu budget: the money is used up. So 700 won is credited."
    )
    assert own[2]["text"].endswith("So nothing is credited.")
    spent = connection.execute(
        "SELECT sum(spent_won)::bigint FROM budget_slice WHERE line_id = %s", (SEOGU_LINE,)
    ).fetchone()
    assert spent == (LEFT_WON,)


def test_it_tells_the_citizen_how_and_why_not(members: RunningEngine, partner: Partner) -> None:
    paid = members.ask(purchase(5, SHOP_JUNGGU, 20_000))
    told = receipt(partner, 5, paid)
    assert told["incentive"][0]["text"] == "City cashback 6% × 20,000 won = 1,200 won"
    assert told["incentive"][0]["funding"] == []
    assert told["not_given"] == []
    assert told["discount"] is None


def test_it_tells_the_official_versions_lines_and_every_reason(
    members: RunningEngine, partner: Partner
) -> None:
    paid = members.ask(purchase(5, SHOP_JUNGGU, 20_000))
    told = receipt(partner, 5, paid, audience="official")
    assert told["incentive"][0]["funding"] == [
        {"line": "test-state", "won": 800},
        {"line": "test-city", "won": 400},
    ]
    assert [(one["rule"], one["reasons"]) for one in told["not_given"]] == [
        ("test-seogu", ["shop_district"])
    ]


def test_it_tells_the_shop_nothing_of_its_customers_month(
    members: RunningEngine, partner: Partner
) -> None:
    members.ask(purchase(5, SHOP_SEOGU, 90_000))
    charged = Charge(key=new_key(), occurred_at_us=BEGUN_US, member_id=5, amount_won=400_000)
    members.ask(charged)
    paid = members.ask(purchase(5, SHOP_SEOGU, 350_000))
    line = receipt(partner, 5, paid, audience="shop")["incentive"][1]
    assert line["limited_by"] == "none"
    assert "this month" not in line["text"]
    assert "It costs the shop nothing." in line["text"]
    own = receipt(partner, 5, paid)["incentive"][1]
    assert own["limited_by"] == "bracket"
    assert "this month" in own["text"]


def test_it_lists_a_history_with_titles_alone(members: RunningEngine, partner: Partner) -> None:
    members.ask(purchase(5, SHOP_SEOGU, 20_000))
    page = partner.get("/members/5/history").body
    paid = next(one for one in page["items"] if one["kind"] == "purchase")
    assert [one["text"] for one in paid["incentive"]] == ["City cashback", "Seo-gu top-up"]
    assert paid["not_given"] == []


@pytest.mark.parametrize("audience", ["citizen", "shop", "official"])
def test_it_tells_a_refusal_to_its_audience(
    members: RunningEngine, partner: Partner, audience: str
) -> None:
    refused = members.ask(purchase(5, SHOP_PLUS, 900_000))
    told = receipt(partner, 5, refused, audience=audience)
    assert (told["approved"], told["incentive"], told["not_given"]) == (False, [], [])
    happened = {
        "citizen": "The wallet holds too little.",
        "shop": "The customer's wallet cannot pay this amount.",
        "official": "[41 not_enough_money] The wallet holds too little.",
    }
    assert told["reason_text"] == happened[audience]
    assert told["remedy"]


def test_it_refuses_an_audience_that_there_is_not(members: RunningEngine, partner: Partner) -> None:
    paid = members.ask(purchase(5, SHOP_JUNGGU, 20_000))
    assert receipt(partner, 5, paid, audience="neighbor")["code"] == "request_invalid"


# The component of pages


def component(conn: Connection, member_id: int, paid: Answer, audience: str, language: str) -> str:
    from django.template.loader import render_to_string

    from dure.policy.audiences import Audience
    from dure.wallets.history import find_movement
    from dure.web.shared.explained import receipt_face
    from dure.web.shared.language import Language
    from dure.web.shared.payment_told import tell_payment
    from dure.web.shared.rules import Rulebook
    from dure.web.shared.words import words_in

    found = find_movement(conn, member_id, paid.movement_id)
    assert found is not None
    reader, who = Language(language), Audience(audience)
    told = tell_payment(
        conn,
        Rulebook().rules(conn),
        member_id=member_id,
        line=found.line,
        shop_code=found.shop_code,
        usage_before_won=found.usage_before_won,
        audience=who,
    )
    titles = {"test-state": ("국비", "State money"), "test-city": ("시비", "City money")}
    face = receipt_face(found.line, 28110, told, who, reader, titles)
    values = {"receipt": face, "words": words_in(reader)}
    return " ".join(render_to_string("shared/explained.html", values).split())


def test_a_page_shows_a_citizens_receipt(members: RunningEngine, connection: Connection) -> None:
    paid = members.ask(purchase(5, SHOP_JUNGGU, 20_000))
    text = component(connection, 5, paid, "citizen", "ko")
    assert "<dt>캐시백</dt><dd>+1,200원</dd>" in text
    assert "시 캐시백 6% × 20,000원 = 1,200원" in text
    assert "다른 구·군의 혜택 1가지는 빼고 보여 드립니다." in text
    assert "<code>" not in text


def test_a_page_shows_an_officials_receipt(members: RunningEngine, connection: Connection) -> None:
    paid = members.ask(purchase(5, SHOP_JUNGGU, 20_000))
    text = component(connection, 5, paid, "official", "en")
    assert "<code>test-city@1</code>" in text
    assert "State money <b>₩800</b>" in text
    assert "Only shops in Seo-gu earn this." in text


def test_a_page_shows_a_shops_receipt(members: RunningEngine, connection: Connection) -> None:
    paid = members.ask(purchase(5, SHOP_JUNGGU, 20_000))
    text = component(connection, 5, paid, "shop", "ko")
    assert "가맹점이 부담하는 돈은 없습니다." in text
    assert "6%" not in text
