"""The workshop's pages: who may look, who may write, and a rule's way from a text to the city."""

from pathlib import Path

import pytest

from dure.rulebook.publishing import sha256_of
from tests.console import sign_in
from tests.web.conftest import Connection
from tests.web.workshops import (
    AUDITOR,
    DISTRICT,
    DRAFT,
    FIRST,
    NEXT,
    OPERATOR,
    RULES,
    SECOND,
    WRITER,
    begin,
    hand_in,
    seed,
    take,
    write,
)

SHA = sha256_of(DRAFT)
V1 = f"{RULES}/test-city/1"


@pytest.fixture(autouse=True)
def workshop(web_home: Path, db_url: str) -> None:
    """A city with officials and without rules."""
    seed(db_url)


def page(address: str, by: str = WRITER) -> str:
    answer = sign_in(by).get(address)
    assert answer.status_code == 200, (address, answer.status_code, answer.headers)
    return str(answer.content.decode())


def to_published() -> None:
    hand_in()
    for by, step in (
        (WRITER, "check"), (FIRST, "approve"), (SECOND, "approve"), (WRITER, "notice"),
        (WRITER, "schedule"), (OPERATOR, "publish"),
    ):  # fmt: skip
        assert take(by, V1, step, SHA) == 302, step


@pytest.mark.parametrize("below", ["", "/new", "/try_out", "/side_by_side"])
def test_it_opens_to_officials_alone(below: str) -> None:
    from django.test import Client

    for language in ("", "/en"):
        address = f"{language}{RULES}{below}"
        stranger = Client(SERVER_NAME="localhost").get(address)
        assert stranger.status_code == 302
        assert "/sign-in" in stranger.headers["Location"]
        assert sign_in("nobody").get(address).status_code == 403
        assert sign_in(WRITER).get(address).status_code == 200
        assert sign_in(AUDITOR).get(address).status_code == 200


def test_it_lets_an_auditor_look_and_not_write() -> None:
    copy = begin(sign_in(WRITER))
    assert "readonly" in page(copy, AUDITOR)
    sent = {"text": DRAFT, "was": DRAFT, "do": "save", "revision": "1"}
    assert sign_in(AUDITOR).post(copy, sent).status_code == 403
    assert sign_in(AUDITOR).post(f"{RULES}/new", {"kind": "flat_rate"}).status_code == 403
    assert "festival" in page(copy, AUDITOR), "nothing was written"


def test_it_lets_a_district_write_its_own_rules_alone() -> None:
    copy = begin(sign_in(WRITER))
    sent = {"text": DRAFT, "was": DRAFT, "do": "save", "revision": "1"}
    assert sign_in(DISTRICT).post(copy, sent).status_code == 403
    own = begin(sign_in(DISTRICT), kind="district_top_up", rule="seogu-top-up")
    assert "서구" in page(own, DISTRICT)


def test_it_hands_in_and_carries_a_rule_into_force() -> None:
    address = hand_in()
    assert address == V1
    found = page(address)
    assert "초안" in found
    assert "6%" in found
    assert "검토" in page(RULES)
    assert take(WRITER, V1, "check", SHA) == 302
    assert take(WRITER, V1, "approve", SHA) == 422, "who handed it in may not approve it"
    assert take(FIRST, V1, "approve", SHA) == 302
    assert take(FIRST, V1, "approve", SHA) == 422, "nobody approves twice"
    assert take(SECOND, V1, "approve", SHA) == 302
    assert take(WRITER, V1, "notice", SHA) == 302
    assert "2019-10-01" in page(f"{V1}/schedule")
    assert take(WRITER, V1, "schedule", SHA) == 302
    assert take(WRITER, V1, "publish", SHA) == 422
    assert take(OPERATOR, V1, "publish", SHA) == 302
    found = page(V1)
    assert "공포" in found
    assert "승인자 둘" in found
    assert "부터 새로 시행합니다" in found, "the notice to citizens"


def test_it_says_why_a_step_is_refused_and_who_may() -> None:
    hand_in()
    take(WRITER, V1, "check", SHA)
    confirmation = page(f"{V1}/approve")
    assert "이 초안을 낸 사람이라" in confirmation or "권한이 없습니다" in confirmation
    assert "승인자 하나" in page(V1)


def test_it_refuses_a_step_on_a_text_that_changed() -> None:
    hand_in()
    assert take(WRITER, V1, "check", sha256_of(DRAFT + "\n")) == 409
    assert take(WRITER, V1, "check", "x" * 64) == 409


def test_it_rolls_back_by_two() -> None:
    to_published()
    reasons = "예산이 열흘 안에 다 쓰일 것으로 보입니다."
    assert take(FIRST, V1, "ask-end", SHA, reasons="짧음") == 422
    assert take(FIRST, V1, "ask-end", SHA, reasons=reasons, at="모레") == 422
    assert take(FIRST, V1, "ask-end", SHA, reasons=reasons, at="2019-11-01") == 302
    assert take(FIRST, V1, "roll-back", SHA) == 422, "another one must confirm"
    assert reasons in page(f"{V1}/roll-back", SECOND)
    assert take(SECOND, V1, "roll-back", SHA) == 302
    assert "2019-11-01" in page(V1)


def test_it_withdraws_with_reasons() -> None:
    hand_in()
    assert take(WRITER, V1, "withdraw", SHA, reasons="") == 422
    assert take(WRITER, V1, "withdraw", SHA, reasons="시의회에서 보류하기로 하였습니다. 끝.") == 302
    assert "철회됨" in page(V1)


def test_it_shows_what_a_next_version_changes() -> None:
    to_published()
    client = sign_in(WRITER)
    assert "다음 판 쓰기" in page(V1)
    copy = begin(client, of="test-city@1")
    assert "version: 2" in page(copy)
    assert write(client, copy, NEXT, "hand_in") == f"{RULES}/test-city/2"
    found = page(f"{RULES}/test-city/2")
    assert "6% → 3%" in found
    assert "300,000 won: 6% → 3%" in page("/en" + f"{RULES}/test-city/2")


def test_it_answers_what_is_not_there() -> None:
    client = sign_in(WRITER)
    for address in (
        f"{RULES}/nothing/1", f"{RULES}/test-city/1/jump", f"{RULES}/working_copies/77",
        f"{RULES}/try_out/77", f"{RULES}/working_copies/{10**30}",
    ):  # fmt: skip
        assert client.get(address).status_code == 404, address
    gone = client.get(f"{RULES}/new?plan=77&name=steady")
    assert "그 계획을 찾을 수 없습니다" in gone.content.decode()


def test_it_asks_for_a_fresh_proof_to_approve(connection: Connection) -> None:
    hand_in()
    take(WRITER, V1, "check", SHA)
    answer = sign_in(FIRST, proved_s_ago=600).post(f"{V1}/approve", {"seen": SHA})
    assert "승인했습니다" not in answer.content.decode()
    row = connection.execute("SELECT count(*) FROM rulebook_log WHERE step = 'approve'").fetchone()
    assert row == (0,)
