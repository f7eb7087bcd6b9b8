"""The wizard that finds plans: what it asks for, what it refuses, and the proposals."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from dure.forecast import work
from dure.rulebook.officials import Grant, Role
from dure.web.console.foresight import examples
from dure.web.console.plans.constraints import LIMITS, Money, read_limits, read_percent
from dure.web.shared.language import Language
from tests.console import grant, sign_in
from tests.engines import RunningEngine
from tests.foresight_results import store_result
from tests.web.conftest import Connection

PLANS = "/console/plans"
MONEY: dict[str, Any] = {
    "step": "2",
    "line": ["test-city", "test-state"],
    "first_day": "2019-10-22",
    "last_day": "2019-12-31",
}
KEEP: dict[str, Any] = {"lasts": "95", "rate_least": "1", "rate_most": "6", "step_most": "2.5",
        "spread_most": "100", "small_least": "50", "unspent_most": "5"}  # fmt: skip


@pytest.fixture
def officials(city: RunningEngine, db_url: str) -> None:
    grant(db_url, "policy", Grant(Role.POLICY_OFFICER))
    grant(db_url, "auditor", Grant(Role.AUDITOR))


def page_of(client: Any, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()
    return str(answer.content.decode())


def test_it_begins_with_the_lines_of_the_year_and_its_last_day(officials: None) -> None:
    page = page_of(sign_in("policy"), f"{PLANS}/new")
    assert 'value="2019-12-31"' in page
    assert 'value="2019-10-22"' in page, "tomorrow"
    assert 'value="test-city" checked' in page
    assert 'role="alert"' not in page


def test_it_asks_for_what_is_missing_in_the_first_step(officials: None) -> None:
    client = sign_in("policy")
    for changed, fault in (
        ({"line": []}, "과목을 하나 이상"),
        ({"last_day": "2019-10-01"}, "마지막 날은 첫날보다"),
        ({"last_day": "2020-02-01"}, "마지막 날은 첫날보다"),
        ({"first_day": "내일"}, "날짜를 2019-09-01처럼"),
        ({"line": ["nowhere"]}, "과목을 하나 이상"),
    ):
        answer = client.get(f"{PLANS}/new", MONEY | changed)
        assert answer.status_code == 422
        assert fault in answer.content.decode()


def test_it_asks_for_limits_and_starts_the_search_once(
    officials: None, connection: Connection
) -> None:
    client = sign_in("policy")
    page = client.get(f"{PLANS}/new", MONEY).content.decode()
    for limit in LIMITS:
        assert f'name="{limit.name}"' in page
    places = {client.post(f"{PLANS}/new", MONEY | KEEP).headers["Location"] for _ in range(2)}
    assert len(places) == 1
    (asked,) = work.listed(connection)
    assert asked.kind == "plans"
    assert asked.asked["line_codes"] == ["test-city", "test-state"]
    assert (asked.asked["step_most_bp"], asked.asked["small_shops_least_bp"]) == (250, 5_000)
    assert "계획 찾기" in page_of(client, places.pop())


@pytest.mark.parametrize(("changed", "fault"), [
    ({"lasts": "많이"}, "0부터 100까지"),
    ({"lasts": "101"}, "0부터 100까지"),
    ({"lasts": "nan"}, "0부터 100까지"),
    ({"rate_most": "0.5", "rate_least": "3"}, "가장 높은 요율이"),
])  # fmt: skip
def test_it_says_which_limit_is_not_possible_and_keeps_the_rest(
    officials: None, connection: Connection, changed: dict[str, str], fault: str
) -> None:
    answer = sign_in("policy").post(f"{PLANS}/new", MONEY | KEEP | changed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert fault in page
    assert 'value="2.5"' in page
    assert work.listed(connection) == []


def test_it_shows_proposals_with_the_way_to_a_draft(
    officials: None, connection: Connection
) -> None:
    number = store_result(connection, "plans", examples.example_plans(), {"x": 1}, by="policy")
    page = page_of(sign_in("policy"), f"{PLANS}/{number}")
    assert "3% 한결같이" in page
    assert "263억 원" in page
    assert "월 30만 원까지 3%" in page
    assert f"/console/rules/new?plan={number}&amp;name=ladder" in page
    assert "열에 아홉 반의 경우까지는 남지 않습니다." in page
    assert page.count('class="spot-named"') >= 3
    looking = page_of(sign_in("auditor"), f"{PLANS}/{number}")
    assert "/rules/new" not in looking
    assert "A steady 3%" in page_of(sign_in("policy"), f"/en{PLANS}/{number}")


def test_it_compares_the_chosen_alone(officials: None, connection: Connection) -> None:
    number = store_result(connection, "plans", examples.example_plans(), {"x": 1})
    page = page_of(sign_in("policy"), f"{PLANS}/{number}?plan=steady&plan=generous")
    compared = page[page.index('class="table compare"') :]
    assert "3% 한결같이" in compared
    assert "두 단계로" not in compared[: compared.index("</table>")]


def test_it_says_that_no_plan_keeps_it_all(officials: None, connection: Connection) -> None:
    nothing = structs.replace(examples.example_plans(), proposals=[], frontier=[])
    number = store_result(connection, "plans", nothing, {"x": 1})
    assert "조건을 풀어 다시 찾으세요" in page_of(sign_in("policy"), f"{PLANS}/{number}")


def test_it_lists_the_searches_before(officials: None, connection: Connection) -> None:
    assert "아직 찾은 계획이 없습니다" in page_of(sign_in("policy"), PLANS)
    number = store_result(connection, "plans", examples.example_plans(), {"x": 1})
    work.ask(connection, "plans", {"x": 2}, "policy")
    page = page_of(sign_in("auditor"), PLANS)
    assert f"{PLANS}/{number}" in page
    assert "대기" in page
    assert f"{PLANS}/new" not in page
    assert sign_in("auditor").get(f"{PLANS}/new").status_code == 403
    page_of(sign_in("policy"), f"{PLANS}/99", 404)


def test_it_reads_percent_to_the_basis_point() -> None:
    whole = LIMITS[-1]
    assert [read_percent(text, whole) for text in ("5", "0.5", "5%", "12.34", " 7 ", "1,5")] == [
        500, 50, 500, 1_234, 700, 150,
    ]  # fmt: skip
    assert [read_percent(text, whole) for text in ("", "x", "-1", "inf", "1e9")] == [None] * 5


def test_it_makes_constraints_of_what_was_written() -> None:
    money = Money(("a",), "2019-09-01", "2019-12-31")
    constraints, faces = read_limits(KEEP, money, Language.ENGLISH)
    assert constraints is not None
    assert constraints.lasts_bp == 9_500
    assert all(not face.fault for face in faces)
