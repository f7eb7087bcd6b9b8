"""Simulations, what-ifs and comparisons: asked for, watched, stopped, read, recorded."""

from pathlib import Path

import pytest

from dure.forecast import results, work
from dure.forecast.analyst import taking
from dure.rulebook.publishing import sha256_of
from tests.console import sign_in
from tests.rulebooks import NOW
from tests.web.conftest import Connection
from tests.web.trials import finish, forecast, plans, run_half, simulation
from tests.web.workshops import (
    AUDITOR,
    DRAFT,
    FIRST,
    RULES,
    WRITER,
    begin,
    hand_in,
    seed,
    take,
    write,
)

NAMED = f"test-city@1:{sha256_of(DRAFT)}"
V1 = f"{RULES}/test-city/1"
MONTHS = {"from": "201907", "until": "201907"}


@pytest.fixture(autouse=True)
def workshop(web_home: Path, db_url: str) -> None:
    """A city with officials and without rules."""
    seed(db_url)


def ask(**sent: object) -> int:
    """Asks for a simulation of the draft; gives the work's number."""
    answer = sign_in(WRITER).post(f"{RULES}/try_out", {"draft": NAMED, **MONTHS, **sent})
    assert answer.status_code == 302, answer.content.decode()
    return int(answer.headers["Location"].rpartition("/")[2])


def page(number: int, by: str = WRITER, language: str = "") -> str:
    answer = sign_in(by).get(f"{language}{RULES}/try_out/{number}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_it_asks_for_the_text_that_was_handed_in(connection: Connection) -> None:
    hand_in()
    assert (
        f'value="{NAMED}" checked'
        in sign_in(WRITER).get(f"{RULES}/try_out?draft={NAMED}").content.decode()
    )
    found = work.look(connection, ask())
    assert found is not None
    assert (found.kind, found.asked_by) == ("simulation", WRITER)
    assert found.asked == {
        "drafts": [{"rule": "test-city", "version": 1, "sha256": sha256_of(DRAFT)}],
        "from_month": 201907,
        "until_month": 201908,
        "preview": False,
    }


def test_it_tries_a_text_that_was_not_handed_in(connection: Connection) -> None:
    client = sign_in(WRITER)
    leads = write(client, begin(client), DRAFT, "try")
    assert leads == f"{RULES}/try_out?draft={NAMED}"
    found = work.look(connection, ask(do="forecast"))
    assert found is not None
    assert found.asked == {"document_sha256s": [sha256_of(DRAFT)]}


def test_it_refuses_what_cannot_be_tried() -> None:
    hand_in()
    client = sign_in(WRITER)
    for sent in (
        MONTHS,
        {"draft": "x", **MONTHS},
        {"draft": f"test-city@1:{'0' * 64}", **MONTHS},
        {"draft": NAMED, "from": "201907", "until": "201906"},
    ):
        assert client.post(f"{RULES}/try_out", sent).status_code == 422
    assert sign_in(AUDITOR).post(f"{RULES}/try_out", {"draft": NAMED}).status_code == 403


def test_it_moves_stops_and_can_be_run_again(connection: Connection) -> None:
    hand_in()
    number = ask()
    client = sign_in(WRITER)
    part = client.get(f"{RULES}/try_out/{number}/progress")
    assert "차례를 기다립니다" in part.content.decode()
    taken = run_half(connection, number)
    part = client.get(f"{RULES}/try_out/{number}/progress")
    assert part.headers["X-Work-Over"] == "0"
    assert "50%" in part.content.decode()
    assert "playing March" in client.get(f"/en{RULES}/try_out/{number}/progress").content.decode()
    assert client.post(f"{RULES}/try_out/{number}", {"do": "cancel"}).status_code == 302
    assert "멈추는 중" in page(number)
    taking.close(connection, taken, NOW)
    part = client.get(f"{RULES}/try_out/{number}/progress")
    assert part.headers["X-Work-Over"] == "1"
    again = client.post(f"{RULES}/try_out/{number}", {"do": "again"})
    assert again.headers["Location"] != f"{RULES}/try_out/{number}"


def test_it_shows_who_gains_and_loses_and_what_it_costs(connection: Connection) -> None:
    hand_in()
    number = ask()
    finish(connection, number, simulation())
    for language, words in (
        ("", ("정확", "−50", "더 받는 사람", "서구", "국비", "7월 3일의 기록이 비어 있습니다.")),
        ("/en", ("Exact", "−50", "Gain", "Seo-gu", "State money", "3 July is empty.")),
    ):
        found = page(number, AUDITOR, language)
        for word in words:
            assert word in found, word


def test_it_gives_its_tables_as_spreadsheets(connection: Connection) -> None:
    hand_in()
    simulated, tried = ask(), ask(do="forecast")
    finish(connection, simulated, simulation())
    finish(connection, tried, forecast("2019-10-21"))
    scenarios = [{"name": "a", "drafts": []}, {"name": "b", "drafts": []}]
    compared = work.ask(connection, "comparison", {"scenarios": scenarios}, WRITER)
    told = results.Compared(
        names=["a", "b"],
        simulations=[simulation(), None],
        forecasts=[None, forecast("2019-10-21")],
    )
    finish(connection, compared, told)
    for address in ("", *(f"/try_out/{number}" for number in (simulated, tried, compared))):
        for language in ("", "/en"):
            answer = sign_in(AUDITOR).get(f"{language}{RULES}{address}?as=xlsx")
            assert answer.status_code == 200
            assert answer.content.startswith(b"PK"), address


def test_it_records_a_result_for_approval_and_no_other(connection: Connection) -> None:
    hand_in()
    number = ask()
    finish(connection, number, simulation())
    client = sign_in(WRITER)
    sent = {"do": "record", "draft": NAMED, "name": "7월 모의실험"}
    client.post(f"{RULES}/try_out/{number}", sent)
    assert "모의실험 마침" not in client.get(V1).content.decode(), "it was not checked yet"
    take(WRITER, V1, "check", sha256_of(DRAFT))
    refused = sign_in(FIRST).post(f"{RULES}/try_out/{number}", sent)
    assert "권한이 없습니다" in sign_in(FIRST).get(
        refused.headers["Location"]
    ).content.decode() or ("모의실험 마침" not in client.get(V1).content.decode())
    assert client.post(f"{RULES}/try_out/{number}", sent).headers["Location"] == V1
    found = client.get(V1).content.decode()
    assert "7월 모의실험" in found
    assert f'href="{RULES}/try_out/{number}"' in found
    assert "7월 모의실험" in sign_in(FIRST).get(f"{V1}/approve").content.decode()
    done = work.look(connection, number)
    assert done is not None
    assert done.result_sha256 is not None
    assert done.result_sha256[:12] in found


def test_it_records_no_preview_and_says_how_wrong_it_may_be(connection: Connection) -> None:
    hand_in()
    take(WRITER, V1, "check", sha256_of(DRAFT))
    number = ask(how="preview")
    finish(connection, number, simulation(exact=False))
    assert "±0.35%" in page(number)
    client = sign_in(WRITER)
    client.post(f"{RULES}/try_out/{number}", {"do": "record", "draft": NAMED, "name": "x"})
    assert "모의실험 마침" not in client.get(V1).content.decode()


def test_it_marks_and_refuses_a_result_of_another_text(connection: Connection) -> None:
    hand_in()
    number = ask()
    finish(connection, number, simulation())
    client = sign_in(WRITER)
    changed = DRAFT.replace("600", "500")
    write(client, begin(client, of="test-city@1"), changed, "hand_in")
    assert "그 뒤에 바뀌었습니다" in page(number)
    take(WRITER, V1, "check", sha256_of(changed))
    client.post(f"{RULES}/try_out/{number}", {"do": "record", "draft": NAMED, "name": "x"})
    assert "모의실험 마침" not in client.get(V1).content.decode()


def test_it_shows_how_the_run_out_date_moves(connection: Connection) -> None:
    hand_in()
    finish(connection, work.ask(connection, "forecast", {}, "dure"), forecast("2019-10-21"))
    number = ask(do="forecast")
    finish(connection, number, forecast(None, 5_000))
    found = page(number)
    for word in ("2019년 10월 21일", "끝까지 남음", "소진일이 바뀝니다", "fan-before-0-title"):
        assert word in found, word
    assert "lasts to the end" in page(number, language="/en")


def test_it_shows_a_what_if_without_anything_to_compare_it_with(connection: Connection) -> None:
    hand_in()
    number = ask(do="forecast")
    finish(connection, number, forecast("2019-10-21"))
    assert "견줄 수 없습니다" in page(number)


def test_it_compares_rules_drafts_and_plans_and_one_is_chosen(connection: Connection) -> None:
    hand_in()
    plans_id = work.ask(connection, "plans", {}, WRITER)
    finish(connection, plans_id, plans(DRAFT))
    client = sign_in(WRITER)
    offered = client.get(f"{RULES}/side_by_side?plan={plans_id}&draft={NAMED}").content.decode()
    assert "고르게" in offered
    slots = ["in-force", NAMED, f"plan:{plans_id}:steady", f"plan:{plans_id}:early"]
    sent = {"scenario": slots, **MONTHS}
    asked = client.post(f"{RULES}/side_by_side", sent)
    assert asked.status_code == 302, asked.content.decode()
    number = int(asked.headers["Location"].rpartition("/")[2])
    found = work.look(connection, number)
    assert found is not None
    scenarios = found.asked["scenarios"]
    assert [len(one["drafts"]) for one in scenarios] == [0, 1, 1, 1]
    told = results.Compared(
        names=[one["name"] for one in scenarios],
        simulations=[simulation(bp) for bp in (10_000, 5_000, 7_000, 8_000)],
        forecasts=[forecast("2019-10-21"), forecast(None, 5_000), None, forecast("2019-12-01")],
    )
    finish(connection, number, told)
    shown = page(number)
    for word in ("고르게", "먼저 많이", "2019년 12월 1일", "끝까지 남음", "fan-1-0-title"):
        assert word in shown, word
    assert f'href="{V1}"' in shown
    tried = f"test-city@1:{scenarios[2]['drafts'][0]['sha256']}"
    assert tried in shown
    chosen = client.post(f"{RULES}/new", {"tried": tried})
    assert "rate_bp: 400" in client.get(chosen.headers["Location"]).content.decode()


def test_it_compares_plans_of_dated_steps_over_what_is_ahead_alone(
    connection: Connection,
) -> None:
    plans_id = work.ask(connection, "plans", {}, WRITER)
    finish(connection, plans_id, plans(DRAFT, steps=True))
    client = sign_in(WRITER)
    sent = {"scenario": ["in-force", f"plan:{plans_id}:steady"], **MONTHS}
    asked = client.post(f"{RULES}/side_by_side", sent)
    found = work.look(connection, int(asked.headers["Location"].rpartition("/")[2]))
    assert found is not None
    assert "from_month" not in found.asked
    assert "앞날만 견줍니다" in client.get(asked.headers["Location"]).content.decode()


def test_it_plays_one_text_of_each_rule_over_the_past() -> None:
    hand_in()
    client = sign_in(WRITER)
    write(client, begin(client), DRAFT.replace("version: 1", "version: 2"), "hand_in")
    other = f"test-city@2:{sha256_of(DRAFT.replace('version: 1', 'version: 2'))}"
    answer = client.post(f"{RULES}/try_out", {"draft": [NAMED, other], **MONTHS})
    assert answer.status_code == 422


def test_it_refuses_to_compare_one_with_itself() -> None:
    client = sign_in(WRITER)
    for slots in (["in-force"], ["in-force", "in-force", "", ""], ["plan:77:x", "junk"]):
        answer = client.post(f"{RULES}/side_by_side", {"scenario": slots, **MONTHS})
        assert answer.status_code == 422


def test_it_begins_from_a_plan_that_was_found(connection: Connection) -> None:
    plans_id = work.ask(connection, "plans", {}, WRITER)
    finish(connection, plans_id, plans(DRAFT))
    client = sign_in(WRITER)
    found = client.get(f"{RULES}/new?plan={plans_id}&name=steady").content.decode()
    assert "고르게" in found
    copy = begin(client, plan=str(plans_id), name="steady", document="0")
    assert "rate_bp: 400" in client.get(copy).content.decode()
