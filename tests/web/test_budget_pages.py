"""The budget pages: who may act, once only, refusals told, nothing done without an engine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from dure.budget.appropriating import appropriations_of
from dure.budget.committing import all_commitments
from dure.budget.lines import get_line
from dure.budget.matching import declare_matching
from dure.budget.releasing import releases_of
from dure.budget.transferring import Step, all_transfers
from dure.rulebook.officials import Grant, Role
from tests.console import grant, sign_in
from tests.db.budget_city import CITY, DISTRICT, KIM, STATE, BudgetCity
from tests.engines import JUNGGU, SEOGU, RunningEngine

OFFICERS = ("budget-naru", "budget-mal", "budget-dam")
ROOT = "/console/budget"
PROGRAMME = "city-markets"


@pytest.fixture
def budget(city: RunningEngine, db_url: str) -> Iterator[BudgetCity]:
    """The small city's budget with its engine where the pages look for it, and its officials."""
    for name in OFFICERS:
        grant(db_url, name, Grant(Role.BUDGET_OFFICER))
    grant(db_url, "seogu", Grant(Role.DISTRICT_OFFICER, SEOGU))
    grant(db_url, "junggu", Grant(Role.DISTRICT_OFFICER, JUNGGU))
    grant(db_url, "auditor", Grant(Role.AUDITOR))
    grant(db_url, "policy", Grant(Role.POLICY_OFFICER))
    made = BudgetCity(db_url, city)
    yield made
    made.close()


def naru() -> Any:
    return sign_in(OFFICERS[0])


def page_of(client: Any, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()
    return str(answer.content.decode())


def form_key(client: Any, address: str) -> str:
    found = re.search(r'name="key" value="([0-9a-f]{32})"', page_of(client, address))
    assert found
    return found[1]


def appropriation(**changed: str) -> dict[str, str]:
    return {
        "key": "0" * 32, "kind": "supplementary", "won": "500,000", "decided": "2019-10-20",
        "number": "2019-추경-1", "title": "추경", "source": "",
    } | changed  # fmt: skip


def test_it_shows_every_line_with_its_sums(budget: BudgetCity) -> None:
    budget.spend(1, 10_000)
    page = page_of(naru(), ROOT)
    for code in (STATE, CITY, DISTRICT):
        assert f"/console/budget/lines/{code}" in page
    assert "700만 원" in page, "the year's total"
    english = page_of(naru(), "/en/console/budget")
    assert "₩7 million" in english
    assert "Execution" in english


def test_it_shows_the_tree_at_the_end_of_a_day(budget: BudgetCity) -> None:
    page = page_of(naru(), f"{ROOT}?at=2019-10-20")
    assert "집행률" in page
    assert 'value="2019-10-20"' in page
    assert ">0원<" in page, "before the city's lines had money"


@pytest.mark.parametrize("written", ["2019-13-40", "x", "99999-01-01", "9999-12-31", "0001-01-01"])
def test_it_shows_the_tree_of_now_where_the_day_is_none(budget: BudgetCity, written: str) -> None:
    assert "집행률" in page_of(naru(), f"{ROOT}?at={written}")


def test_it_says_that_there_is_no_budget_yet(web_home: Any, db_url: str) -> None:
    grant(db_url, OFFICERS[0], Grant(Role.BUDGET_OFFICER))
    assert "예산 과목이 아직 없습니다" in page_of(naru(), ROOT)


def test_it_shows_huge_amounts_whole(budget: BudgetCity) -> None:
    answer = naru().post(
        f"{ROOT}/lines/{CITY}/appropriate", appropriation(won="10,000,000,000,000")
    )
    assert answer.status_code == 302
    assert "10조" in page_of(naru(), ROOT)
    assert "10,000,003,000,000원" in page_of(naru(), f"{ROOT}/lines/{CITY}")


@pytest.mark.parametrize("address", ["", f"/lines/{CITY}", "/transfers", f"/lines/{CITY}/transfer"])
def test_it_is_closed_to_who_is_not_signed_in(budget: BudgetCity, address: str) -> None:
    from django.test import Client

    answer = Client(SERVER_NAME="localhost").get(ROOT + address)
    assert answer.status_code == 302
    assert "/console/sign-in" in answer.headers["Location"]


@pytest.mark.parametrize(("who", "code", "may"), [
    ("auditor", CITY, False),
    ("policy", CITY, False),
    ("seogu", CITY, False),
    ("seogu", DISTRICT, True),
    ("junggu", DISTRICT, False),
    (OFFICERS[0], DISTRICT, True),
])  # fmt: skip
def test_it_lets_act_who_may_and_lets_all_others_look(
    budget: BudgetCity, who: str, code: str, may: bool
) -> None:
    client = sign_in(who)
    page = page_of(client, f"{ROOT}/lines/{code}")
    assert (f"/lines/{code}/appropriate" in page) is may
    answer = client.post(f"{ROOT}/lines/{code}/appropriate", appropriation())
    assert answer.status_code == (302 if may else 403)
    assert len(appropriations_of(budget.connection, get_line(budget.connection, code))) == may


def test_it_appropriates_once_however_often_the_form_is_sent(budget: BudgetCity) -> None:
    client = naru()
    address = f"{ROOT}/lines/{CITY}/appropriate"
    values = appropriation(key=form_key(client, address))
    for _ in range(2):
        assert client.post(address, values).headers["Location"] == f"{ROOT}/lines/{CITY}"
    page = page_of(client, f"{ROOT}/lines/{CITY}")
    assert "이미 처리된 요청입니다" in page
    assert "2019-추경-1" in page
    assert budget.position(CITY).appropriated_won == 2_500_000


def test_it_says_what_to_write_instead_and_keeps_what_was_written(budget: BudgetCity) -> None:
    answer = naru().post(
        f"{ROOT}/lines/{CITY}/appropriate", appropriation(won="많이", decided="어제", number="")
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "1원 이상의 금액을" in page
    assert "날짜를 2020-01-01처럼" in page
    assert 'value="많이"' in page
    assert page.count('aria-invalid="true"') == 3


def test_it_tells_a_refusal_in_the_readers_language(budget: BudgetCity) -> None:
    values = appropriation(kind="reduction", won="9,000,000")
    korean = naru().post(f"{ROOT}/lines/{CITY}/appropriate", values)
    english = naru().post(f"/en{ROOT}/lines/{CITY}/appropriate", values)
    assert korean.status_code == english.status_code == 409
    assert "2,000,000" in korean.content.decode()
    assert "write" in english.content.decode()
    assert budget.position(CITY).left_won == 2_000_000


def test_it_plans_releases_and_shows_the_months(budget: BudgetCity) -> None:
    values = {"key": "1" * 32, "on_1": "2019-10-01", "won_1": "500,000", "on_2": "2019-11-01",
              "won_2": "300,000"}  # fmt: skip
    client = naru()
    for _ in range(2):
        assert client.post(f"{ROOT}/lines/{CITY}/releases", values).status_code == 302
    line = get_line(budget.connection, CITY)
    assert len(releases_of(budget.connection, line, budget.clock.now_us())) == 2
    page = page_of(client, f"{ROOT}?open={CITY}")
    assert "2019년 11월" in page
    assert "예정" in page
    wrong = client.post(f"{ROOT}/lines/{CITY}/releases", {"on_1": "2019-12-01"})
    assert "날짜와 금액을 함께" in wrong.content.decode()


def test_it_opens_a_commitment_once(budget: BudgetCity) -> None:
    values = {"key": "2" * 32, "code": "october-coupons", "name_ko": "쿠폰", "name_en": "Coupons",
              "won": "300000", "purpose": "10월 쿠폰"}  # fmt: skip
    client = naru()
    for _ in range(2):
        assert client.post(f"{ROOT}/lines/{CITY}/commit", values).status_code == 302
    assert [one.amount_won for one in all_commitments(budget.connection)] == [300_000]
    more = {"key": "3" * 32, "won": "100000", "purpose": "더"}
    for _ in range(2):
        client.post(f"{ROOT}/lines/october-coupons/set-aside", more)
    client.post(f"{ROOT}/lines/october-coupons/return", {"key": "4" * 32, "purpose": "남음"})
    assert [one.amount_won for one in all_commitments(budget.connection)] == [
        300_000, 100_000, -400_000,
    ]  # fmt: skip
    taken = client.post(f"{ROOT}/lines/{CITY}/commit", values | {"key": "5" * 32})
    assert taken.status_code == 409
    assert "이미 있습니다" in taken.content.decode()


def asked_transfer(client: Any, key: str = "6" * 32) -> None:
    made = {"key": key, "code": PROGRAMME, "name_ko": "전통시장", "name_en": "Markets"}
    client.post(f"{ROOT}/lines/{CITY}/programme", made)
    values = {"key": key, "to": PROGRAMME, "won": "500000", "reason": "시장 행사"}
    assert client.post(f"{ROOT}/lines/{CITY}/transfer", values).status_code == 302


def test_it_asks_for_a_transfer_once_and_two_others_approve(budget: BudgetCity) -> None:
    asker = naru()
    asked_transfer(asker)
    asked_transfer(asker)
    (transfer,) = all_transfers(budget.connection)
    address = f"{ROOT}/transfers/{transfer.transfer_id}"
    own = asker.post(f"{address}/approve")
    assert own.status_code == 409
    assert "다른 담당자가 승인해야 합니다" in own.content.decode()
    assert f"{address}/approve" not in page_of(asker, address)
    for name in OFFICERS[1:]:
        other = sign_in(name)
        assert f"{address}/approve" in page_of(other, address)
        for _ in range(2):
            assert other.post(f"{address}/approve", {"note": "좋습니다"}).status_code == 302
    (done,) = all_transfers(budget.connection)
    assert done.step is Step.APPROVED_TWICE
    assert budget.position(PROGRAMME).left_won == 500_000
    assert "처리됨" in page_of(asker, f"{ROOT}/transfers")


def test_it_wants_a_recent_second_factor_to_approve(budget: BudgetCity) -> None:
    asked_transfer(naru())
    (transfer,) = all_transfers(budget.connection)
    late = sign_in(OFFICERS[1], proved_s_ago=1_000)
    answer = late.post(f"{ROOT}/transfers/{transfer.transfer_id}/approve")
    assert answer.status_code != 500
    assert all_transfers(budget.connection)[0].step is Step.ASKED


def test_it_refuses_a_transfer_and_lets_nobody_approve_it_then(budget: BudgetCity) -> None:
    asked_transfer(naru())
    (transfer,) = all_transfers(budget.connection)
    address = f"{ROOT}/transfers/{transfer.transfer_id}"
    sign_in(OFFICERS[1]).post(f"{address}/refuse", {"note": "근거 부족"})
    late = sign_in(OFFICERS[2]).post(f"{address}/approve")
    assert late.status_code == 409
    assert "이미 끝났습니다" in late.content.decode()


def test_it_does_nothing_while_the_engine_is_away(budget: BudgetCity, web_home: Any) -> None:
    (web_home / "engine.sock").unlink()
    for name, values in (
        ("appropriate", appropriation()),
        ("commit", {"key": "7" * 32, "code": "coupons", "name_ko": "쿠폰", "name_en": "Coupons",
                    "won": "1000", "purpose": "쿠폰"}),
    ):  # fmt: skip
        answer = naru().post(f"{ROOT}/lines/{CITY}/{name}", values)
        assert answer.status_code == 503
        assert "아무것도 하지 않았습니다" in answer.content.decode()
    assert appropriations_of(budget.connection, get_line(budget.connection, CITY)) == []
    assert all_commitments(budget.connection) == []


def test_it_shows_matching_that_is_inverted(budget: BudgetCity) -> None:
    declare_matching(budget.office, KIM, STATE, (2, 4, 0), "협약")
    page = page_of(naru(), f"{ROOT}/lines/{CITY}")
    assert "협약" in page
    assert "신고한 매칭 비율과 실제 부담이 뒤집혔습니다" in page


def test_it_says_that_there_is_no_such_line_or_transfer(budget: BudgetCity) -> None:
    for address in ("/lines/nowhere", "/lines/nowhere/transfer", "/transfers/99",
                    f"/lines/{CITY}/steal"):  # fmt: skip
        page_of(naru(), ROOT + address, 404)


@pytest.mark.parametrize("address", [
    "", "/transfers", f"/lines/{CITY}", f"/lines/{CITY}?table=releases",
    f"/lines/{CITY}?table=commitments",
])  # fmt: skip
def test_it_gives_every_table_as_a_spreadsheet(budget: BudgetCity, address: str) -> None:
    client = naru()
    asked_transfer(client)
    joint = "&" if "?" in address else "?"
    answer = client.get(f"{ROOT}{address}{joint}as=xlsx")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].endswith("spreadsheetml.sheet")
    assert answer.content.startswith(b"PK")


def test_it_leads_to_the_evidence_of_every_decision(budget: BudgetCity) -> None:
    client = naru()
    client.post(f"{ROOT}/lines/{CITY}/appropriate", appropriation())
    found = re.search(r"/console/evidence/appropriations/\d+.pdf", page_of(
        client, f"{ROOT}/lines/{CITY}"
    ))  # fmt: skip
    assert found
    assert client.get(found[0]).status_code == 200
