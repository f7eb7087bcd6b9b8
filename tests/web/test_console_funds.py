"""Funds for donations in the console: one officer proposes, another decides, others look or not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from dure.authorization.requests import Charge, Donate
from dure.policy.districts import CITY, DISTRICT_NAMES
from dure.rulebook.officials import Grant, Role
from dure.wallets.donations import open_funds
from tests.citizens import join
from tests.console import ROOT, grant, sign_in
from tests.engines import BEGUN_US, RunningEngine, new_key
from tests.web.conftest import Connection

if TYPE_CHECKING:
    from django.test import Client

TEXTS = {
    "name_ko": "아이 밥상 기금",
    "name_en": "Children's meals",
    "about_ko": "방학에 밥을 굶는 아이를 돕습니다.",
    "about_en": "Meals for children in the holidays.",
}


@pytest.fixture
def people(city: RunningEngine, db_url: str) -> None:
    grant(db_url, ROOT)
    grant(db_url, "writer", Grant(Role.POLICY_OFFICER, CITY))
    grant(db_url, "other", Grant(Role.BUDGET_OFFICER, CITY))
    grant(db_url, "looker", Grant(Role.AUDITOR, CITY))
    grant(db_url, "district", Grant(Role.DISTRICT_OFFICER, next(iter(DISTRICT_NAMES))))


def propose(client: Client, **more: str) -> Any:
    page = client.get("/console/funds").content.decode()
    once = re.findall(r'name="once" value="(\w+)"', page)[0]
    return client.post(
        "/console/funds", {"once": once, "fund": "0", "act": "name", **TEXTS, **more}
    )


def decide(client: Client, connection: Connection, act: str = "accept") -> str:
    row = connection.execute("SELECT max(proposal_id) FROM fund_proposal").fetchone()
    assert row is not None
    answer = client.post(f"/console/funds/proposals/{row[0]}", {"act": act}, follow=True)
    return answer.content.decode()


def test_a_fund_is_open_once_another_officer_has_decided(
    people: None, connection: Connection
) -> None:
    writer, other = sign_in("writer"), sign_in("other")
    assert propose(writer).status_code == 302
    assert open_funds(connection, BEGUN_US) == []
    assert "아이 밥상 기금" in other.get("/console/funds").content.decode()
    assert "승인했습니다" in decide(other, connection)
    (fund,) = open_funds(connection, BEGUN_US)
    assert fund[:5] == (1, *TEXTS.values())
    propose(writer, fund="1", name_ko="밥상 기금")
    assert "반려했습니다" in decide(other, connection, "refuse")
    assert open_funds(connection, BEGUN_US) == [fund]
    propose(writer, fund="1", act="end")
    assert "승인했습니다" in decide(other, connection)
    assert open_funds(connection, 2**62) == []
    assert "이미 결정된" in decide(other, connection)
    assert propose(writer, fund="1").status_code == 422


def test_nobody_decides_a_proposal_of_his_own(people: None, connection: Connection) -> None:
    other = sign_in("other")
    propose(other)
    assert "다른 사람이 결정합니다" in decide(other, connection)
    assert open_funds(connection, BEGUN_US) == []
    with pytest.raises(psycopg.errors.CheckViolation, match="nobody_decides_a_proposal"):
        connection.execute(
            "UPDATE fund_proposal SET decided_by = 'other', decided_at_us = 1, accepted = true"
        )


@pytest.mark.parametrize(
    ("who", "looks", "acts"),
    [("writer", 200, 302), ("looker", 200, 403), (ROOT, 200, 403), ("district", 403, 403)],
)
def test_only_officers_of_the_city_propose(people: None, who: str, looks: int, acts: int) -> None:
    client = sign_in(who)
    assert client.get("/console/funds").status_code == looks
    form = {"once": "0" * 32, "fund": "0", "act": "name", **TEXTS}
    assert client.post("/console/funds", form).status_code == acts


def test_it_says_what_is_wrong_and_wants_a_recent_proof(
    people: None, connection: Connection
) -> None:
    writer = sign_in("writer")
    answer = propose(writer, about_en=" ")
    assert answer.status_code == 422
    assert "300자까지" in answer.content.decode()
    assert "아이 밥상 기금" in answer.content.decode(), "what was written stays"
    propose(writer)
    decide(sign_in("other", proved_s_ago=3600), connection)
    assert open_funds(connection, BEGUN_US) == []


def test_it_tells_what_each_fund_was_given(
    people: None, city: RunningEngine, connection: Connection
) -> None:
    propose(sign_in("writer"))
    decide(sign_in("other"), connection)
    member = join(city, connection).member_id
    city.ask(Charge(key=new_key(), occurred_at_us=BEGUN_US, member_id=member, amount_won=9_000))
    city.ask(
        Donate(
            key=new_key(), occurred_at_us=BEGUN_US, member_id=member, fund_id=1, amount_won=4_321
        )
    )
    page = sign_in("looker").get("/en/console/funds").content.decode()
    assert re.search(r"4,321.*?<td>1</td>", page, re.DOTALL)
    assert "not paid out" in page
