"""The editor: two who write at once, what is typed and not saved, and whatever a browser sends."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.console import sign_in
from tests.web.conftest import Connection
from tests.web.workshops import DRAFT, OTHER_WRITER, WRITER, begin, seed, write

SHARES = "funding.share"


@pytest.fixture(autouse=True)
def workshop(web_home: Path, db_url: str) -> None:
    """A city with officials and without rules."""
    seed(db_url)


def page(client: Any, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def check(client: Any, copy: str, text: str, **sent: Any) -> Any:
    answer = client.post(f"{copy}/check", {"text": text, "was": text, "revision": "1", **sent})
    assert answer.status_code == 200, answer.content.decode()
    return json.loads(answer.content)


def test_it_says_who_saved_when_and_loses_nothing_of_two(connection: Connection) -> None:
    first, second = sign_in(WRITER), sign_in(OTHER_WRITER)
    copy = begin(first)
    mine, theirs = DRAFT, DRAFT.replace("rate_bp: 600", "rate_bp: 450")
    write(second, copy, theirs)
    answer = first.post(copy, {"text": mine, "was": mine, "do": "save", "revision": "1"})
    assert answer.status_code == 409
    shown = answer.content.decode()
    for word in ("정책담당 나래", "rate_bp: 450", "rate_bp: 600", "2019-08-01"):
        assert word in shown, word
    assert "rate_bp: 450" in page(second, copy), "nothing was written over"
    assert "rate_bp: 600" in page(first, copy), "what was typed is kept"
    assert write(first, copy, mine, "theirs", theirs=theirs, revision="2") == copy
    rows = connection.execute(
        "SELECT revision, saved_by, document FROM rule_working_text ORDER BY revision"
    ).fetchall()
    assert [row[:2] for row in rows] == [
        (1, WRITER), (2, OTHER_WRITER), (3, WRITER), (4, WRITER),
    ]  # fmt: skip
    assert [row[2] for row in rows[1:]] == [theirs, mine, theirs]


def test_it_lets_the_second_save_on_top() -> None:
    first, second = sign_in(WRITER), sign_in(OTHER_WRITER)
    copy = begin(first)
    write(second, copy, DRAFT.replace("rate_bp: 600", "rate_bp: 450"))
    write(first, copy, DRAFT, "mine", revision="2")
    assert "rate_bp: 600" in page(second, copy)


def test_it_opens_the_same_copy_for_the_same_version() -> None:
    first, second = sign_in(WRITER), sign_in(OTHER_WRITER)
    copy = begin(first, kind="flat_rate", rule="festival")
    assert begin(second, kind="flat_rate", rule="festival") == copy


def test_it_keeps_what_was_typed_over_reload_and_sign_out() -> None:
    client = sign_in(WRITER)
    copy = begin(client)
    typed = DRAFT.replace("6", "7")
    assert not check(client, copy, typed)["is_saved"]
    client.logout()
    again = sign_in(WRITER)
    assert "저장하지 않은 글을 되살렸습니다" in page(again, copy)
    assert "rate_bp: 700" in page(again, copy)
    assert "rate_bp: 700" not in page(sign_in(OTHER_WRITER), copy), "it is nobody else's"
    again.post(copy, {"text": typed, "was": typed, "do": "throw"})
    assert "rate_bp: 700" not in page(again, copy)


def test_it_names_the_line_and_the_field_of_every_fault() -> None:
    client = sign_in(WRITER)
    copy = begin(client)
    lines = DRAFT.split("\n")
    told = check(client, copy, DRAFT.replace("of: 6", "of: 5"))
    assert told["lines"] == [1 + next(n for n, line in enumerate(lines) if "of: 6" in line)]
    assert "몫의 합이 6인데" in told["found"]
    assert "몫의 합이 6인데" in told["form"]
    unreadable = check(client, copy, DRAFT + "\n  : [")
    assert not unreadable["readable"]
    assert unreadable["lines"]
    unknown = check(client, copy, DRAFT.replace("test-state", "test-stat"))
    assert "test-state" in unknown["found"]


def test_it_sees_a_ladder_that_rises() -> None:
    client = sign_in(WRITER)
    copy = begin(client, kind="step_down_ladder", rule="ladder")
    text = str(check(client, copy, "x")["text"])
    shown = page(sign_in(OTHER_WRITER), copy)
    assert text == "x"
    assert "left_from_won: 3000000000, rate_bp: 300" in shown
    ladder = DRAFT.replace("kind: bracket_cashback", "kind: step_down_ladder").replace(
        "brackets:\n  - {from_won: 0, below_won: 300000, rate_bp: 600}",
        "line: test-city\nsteps:\n  - {left_from_won: 100, rate_bp: 300}\n"
        "  - {left_from_won: 0, rate_bp: 600}",
    )
    assert "요율도 낮아져야" in check(client, copy, ladder)["found"]


def test_it_writes_the_form_into_the_text() -> None:
    client = sign_in(WRITER)
    copy = begin(client)
    told = check(
        client, copy, DRAFT,
        **{
            "shown": ["brackets", "caps.per_month.cashback_won_max"],
            "brackets.from_won": ["0", "300,000"],
            "brackets.below_won": ["300,000", ""],
            "brackets.rate_bp": ["4", "1.5%"],
            "caps.per_month.cashback_won_max": "50,000",
        },
    )  # fmt: skip
    assert "{from_won: 0, below_won: 300000, rate_bp: 400}" in told["text"]
    assert "{from_won: 300000, below_won: open, rate_bp: 150}" in told["text"]
    assert "cashback_won_max: 50000" in told["text"]
    assert told["lines"] == []


def test_it_adds_and_removes_rows_without_script() -> None:
    client = sign_in(WRITER)
    copy = begin(client)
    answer = client.post(copy, {"text": DRAFT, "was": DRAFT, "do": "more:brackets"})
    assert answer.content.decode().count('name="brackets.rate_bp"') == 2
    answer = client.post(copy, {"text": DRAFT, "was": DRAFT, "do": "less:funding:1"})
    assert "test-state: 4" not in answer.content.decode()
    for junk in ("less:funding:77", "less:nothing:1", "less:funding:x", "more:", "less::"):
        assert client.post(copy, {"text": DRAFT, "was": DRAFT, "do": junk}).status_code == 200


def test_it_tells_when_text_and_form_were_changed_differently() -> None:
    client = sign_in(WRITER)
    copy = begin(client)
    told = check(
        client, copy, DRAFT.replace("version: 1", "version: 3"), was=DRAFT,
        **{"shown": ["version", "title.ko"], "version": "2", "title.ko": "새 이름"},
    )  # fmt: skip
    assert "version: 3" in told["text"]
    assert "ko: 새 이름" in told["text"]
    assert "서로 다르게 고쳐" in told["found"]


def test_it_does_not_hand_in_a_text_with_faults(connection: Connection) -> None:
    client = sign_in(WRITER)
    copy = begin(client)
    assert write(client, copy, DRAFT.replace("of: 6", "of: 5"), "hand_in") == copy
    assert connection.execute("SELECT count(*) FROM rule_draft").fetchone() == (0,)


def test_it_takes_up_an_earlier_text() -> None:
    client = sign_in(WRITER)
    copy = begin(client)
    write(client, copy, DRAFT)
    write(client, copy, DRAFT.replace("600", "500"), revision="2")
    assert "rate_bp: 600" in page(client, f"{copy}?revision=2")
    assert "rate_bp: 500" in page(client, f"{copy}?revision=77")


def test_it_gives_up_a_copy_and_another_can_begin() -> None:
    client = sign_in(WRITER)
    copy = begin(client)
    write(client, copy, DRAFT, "give_up")
    assert "읽을 수만 있습니다" in page(client, copy)
    assert begin(client) != copy


@pytest.fixture
def garbage(workshop: None) -> tuple[Any, str]:
    client = sign_in(WRITER)
    return client, begin(client)


SNIPPETS = st.lists(
    st.one_of(
        st.sampled_from([
            "id: a", "version: 1", "kind: flat_rate", "kind: coupon", "scope: 서구", "rate_bp: 3",
            "period: {from: 2019-10-01, until: open}", "title: {ko: \"\\ud800\", en: b}",
            "funding: {of: 1, lines: {test-city: 1}}", "funding: shop", "sources: [https://a]",
            "brackets: [{from_won: 0, rate_bp: 1}]", "brackets: {a: b}", "? [a]: b", "- x", "&a *a",
            "caps: null", "eligibility: {hours: [{from: 1}]}", "coupon: {valid: 3}", "{", "\"\\0\"",
            "steps: [{left_from_won: x, rate_bp: \"6\"}]", "<<: *a", "!!binary x", "%YAML 1.1",
        ]),
        st.text(max_size=30),
    ),
    max_size=12,
).map("\n".join)  # fmt: skip


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=SNIPPETS, was=SNIPPETS, value=st.text(max_size=20), do=st.text(max_size=12))
def test_it_answers_whatever_is_sent(
    garbage: tuple[Any, str], text: str, was: str, value: str, do: str
) -> None:
    client, copy = garbage
    clean = value.encode("utf-8", "replace").decode()
    sent = {
        "text": text.encode("utf-8", "replace"),
        "was": was.encode("utf-8", "replace"),
        "do": do.encode("utf-8", "replace"),
        "revision": clean,
        "shown": ["brackets", "funding", "title.ko", "eligibility.trades", "notes", clean],
        "brackets.from_won": [clean],
        "brackets.below_won": [clean, "1"],
        "brackets.rate_bp": [clean],
        "funding.by": clean,
        "funding.line": [clean],
        SHARES: [clean],
        "title.ko": clean,
        "eligibility.trades": [clean],
        "notes": clean,
    }
    assert client.post(f"{copy}/check", sent).status_code == 200
    assert client.post(copy, sent | {"do": "check"}).status_code == 200
