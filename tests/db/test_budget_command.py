"""`dure budget`, the worker's part, and documents, on a real database and engine."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dure.budget.appropriating import appropriations_of
from dure.budget.command import main
from dure.budget.lines import place_line
from dure.budget.opening import open_documents
from dure.budget.positions import positions
from dure.budget.releasing import Release, plan_releases
from dure.budget.reports import find_branch, tree
from dure.jobs.due import JOBS
from dure.jobs.worker import Worker
from dure.kernel.calendar import to_us
from dure.ledger.invariants import broken
from dure.rulebook.budget_lines import parse_budget_lines
from dure.rulebook.directory import load_budget_lines, packaged_documents
from dure.wallets.simulated_bank import SimulatedBank
from tests.db.budget_city import CITY, KIM, STATE, BudgetCity
from tests.engines import BEGUN_US

DAY_US = 86_400 * 1_000_000


def dure(budget: BudgetCity, *words: str) -> int:
    return main([*words, "--socket", str(budget.engine.path)])


def told(budget: BudgetCity, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert dure(budget, *words, "--json") == 0
    return json.loads(capsys.readouterr().out)


def by(official: str) -> Sequence[str]:
    return ("--by", official)


def test_it_prints_the_tree_aligned_and_as_json(
    budget: BudgetCity, capsys: pytest.CaptureFixture[str]
) -> None:
    budget.spend(1, 100_000)
    assert dure(budget, "tree") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[2:]] == [
        "test-state", "test-city", "test-seogu", "2019년",
    ]  # fmt: skip
    assert lines[-1].split()[3:] == [
        "7,000,000", "7,000,000", "0", "10,000", "6,990,000", "6,990,000", "0.14%",
    ]  # fmt: skip
    value = told(budget, capsys, "tree", "--year", "2019")
    assert value["years"]["2019"]["spent_won"] == 10_000
    assert value["tree"][0]["below"][0]["below"][0]["code"] == "test-seogu"
    assert told(budget, capsys, "tree", "--at", "2019-10-01")["years"]["2019"]["budget_won"] == 0


def test_three_officials_transfer_by_the_command(
    budget: BudgetCity, capsys: pytest.CaptureFixture[str]
) -> None:
    programme = ("programme", CITY, "test-markets", "--ko", "시장", "--en", "Markets")
    assert dure(budget, *programme, *by("kim")) == 0
    ask = ("transfer", CITY, "test-markets", "500,000", "--reason", "시장 행사", *by("kim"))
    capsys.readouterr()
    number = str(told(budget, capsys, *ask)["transfer"])
    assert dure(budget, "approve", number, *by("kim")) == 1
    shown = capsys.readouterr().err
    assert "다른 담당자가 승인해야 합니다" in shown
    assert "another official must approve" in shown
    assert dure(budget, "approve", number, *by("lee")) == 0
    assert dure(budget, "approve", number, *by("park"), "--note", "확인") == 0
    assert "carried out" in capsys.readouterr().out
    (only,) = told(budget, capsys, "transfers")
    assert [step["official"] for step in only["steps"]] == ["kim", "lee", "park"]
    assert budget.position("test-markets").left_won == 500_000


def test_a_line_is_told_with_its_documents_and_releases(
    budget: BudgetCity, capsys: pytest.CaptureFixture[str]
) -> None:
    give = (
        "appropriate", CITY, "1_000", "--kind", "supplementary", "--decided", "2019-09-01",
        "--number", "의안-7", "--title", "1회 추경", *by("kim"),
    )  # fmt: skip
    assert dure(budget, *give) == 0
    assert dure(budget, *give) == 0
    assert "booked before" in capsys.readouterr().out
    plan = ("release", CITY, "2019-10-01=500000", "2019-11-01=1_501_000", *by("kim"))
    assert dure(budget, *plan) == 0
    assert dure(budget, "line", CITY) == 0
    shown = capsys.readouterr().out
    for words in ("의안-7", "1회 추경", "2019-11-01", "1,501,000", "kim"):
        assert words in shown
    value = told(budget, capsys, "line", CITY)
    assert value["own"]["unreleased_won"] == 1_501_000
    assert value["appropriations"][0]["document_number"] == "의안-7"


def test_commitments_and_matching_by_the_command(
    budget: BudgetCity, capsys: pytest.CaptureFixture[str]
) -> None:
    commit = (
        "commit", CITY, "test-coupons", "300000", "--ko", "쿠폰", "--en", "Coupons", "--purpose",
        "쿠폰 100장", *by("kim"),
    )  # fmt: skip
    assert dure(budget, *commit) == 0
    assert dure(budget, "set-aside", "test-coupons", "1", "--purpose", "더", *by("kim")) == 0
    assert dure(budget, "return", "test-coupons", "--purpose", "끝", *by("kim")) == 0
    assert dure(budget, "match", STATE, "4:2", "--document", "협약", *by("kim")) == 0
    capsys.readouterr()
    amounts = [one["amount_won"] for one in told(budget, capsys, "commitments")]
    assert amounts == [300_000, 1, -300_001]
    report = told(budget, capsys, "matching")[STATE]
    assert report["declared"] == [4, 2, 0]
    assert not report["is_inverted"]
    for words in (("commitments",), ("matching",), ("finish", *by("kim"))):
        assert dure(budget, *words) == 0


def test_an_official_of_a_district_is_refused_in_both_languages(
    budget: BudgetCity, capsys: pytest.CaptureFixture[str]
) -> None:
    give = (
        "appropriate", CITY, "1", "--kind", "original", "--decided", "2019-01-01", "--number", "1",
        "--title", "1", *by("seo"), "--role", "district", "--district", "서구",
    )  # fmt: skip
    assert dure(budget, *give) == 1
    shown = capsys.readouterr().err
    assert "구의 과목이 아닙니다" in shown
    assert "no line of the district" in shown


def test_the_worker_releases_what_is_due(budget: BudgetCity, bank: SimulatedBank) -> None:
    plan_releases(
        budget.office, KIM, CITY, [Release(BEGUN_US - DAY_US, 1), Release(BEGUN_US + 1, 9)]
    )
    (job,) = (job for job in JOBS if job.name == "keep-budget")
    worker = Worker(
        budget.connection, lambda _clock: bank, budget.engine.ask, threading.Event(), [job],
        budget.clock,
    )  # fmt: skip
    assert worker.run_one()
    assert budget.position(CITY).left_won == 1
    budget.clock.advance(2)
    budget.connection.execute("UPDATE due_job SET due_at = now()")
    assert worker.run_one()
    assert budget.position(CITY).left_won == 10


def test_the_packaged_documents_fill_the_tree_to_the_won(budget: BudgetCity) -> None:
    documents = load_budget_lines(packaged_documents())
    budget.clock.instant_us = to_us_of("2022-01-01")
    opened = open_documents(budget.office, KIM, documents)
    assert opened.lines == len(documents)
    again = open_documents(budget.office, KIM, documents)
    assert again.lines == 0
    left = positions(budget.connection)
    for document in documents:
        line = budget.line(document.id)
        assert left[line.line_id].appropriated_won == document.won, document.id
        assert len(appropriations_of(budget.connection, line)) == len(document.stages)
    tops = tree(budget.connection)
    whole = find_branch(tops, "incheon-2020-state").whole
    assert whole.budget_won == sum(one.won for one in documents if one.year == 2020)
    assert find_branch(tops, "incheon-2019-seogu").line.district == 28260


def to_us_of(day: str) -> int:
    from datetime import datetime

    return to_us(datetime.fromisoformat(f"{day}T00:00+09:00"))


def test_documents_may_name_parents_and_releases(budget: BudgetCity) -> None:
    text = """\
lines:
  - {id: a, title: {ko: 가, en: A}, payer: state, year: 2019, stages: []}
  - id: b
    title: {ko: 나, en: B}
    payer: state
    role: programme
    parent: a
    year: 2019
    stages: [{on: 2019-01-01, won: 1000, title: {ko: 본예산, en: Original}}]
    releases: [{on: 2019-01-01, won: 300}, {on: 2019-11-01, won: 700}]
"""
    open_documents(budget.office, KIM, parse_budget_lines(text, "lines.yaml"))
    position = budget.position("b")
    assert (position.unreleased_won, position.left_won) == (700, 300)
    assert budget.line("b").parent_id == budget.line("a").line_id


BREAKS = {
    "no more of a line is leased": "UPDATE budget_line SET unreleased_won = appropriated_won + 1",
    "budget lines equal the journal": "UPDATE budget_line SET appropriated_won = 1 << 40",
    "no budget line is overspent": "UPDATE budget_slice SET leased_won = leased_won + 1",
    "every budget line stands once": "UPDATE budget_line SET parent_id = 3 WHERE line_id = 1",
    "a commitment holds": "UPDATE budget_line SET role = 'commitment' WHERE line_id = 3",
    "every transfer that was carried out": "UPDATE journal SET kind = 21 WHERE kind = 17",
    "what goes from line to line": "UPDATE journal SET kind = 22 WHERE kind = 17",
    "every appropriation of a document": "UPDATE budget_appropriation SET amount_won = 6",
}


@pytest.mark.breaks_books
@pytest.mark.parametrize("name", BREAKS)
def test_an_invariant_finds_what_breaks_it(budget: BudgetCity, name: str) -> None:
    budget.give(CITY, 5)
    budget.spend(1, 1_000)
    assert not broken(budget.connection)
    admin = budget.connection
    for table in ("movement", "budget_appropriation", "budget_line"):
        admin.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
    for table, constraint in (
        ("budget_line", "no_more_is_leased_than_released"),
        ("budget_line", "a_commitment_lies_below_the_line_that_it_was_taken_from"),
    ):
        admin.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}".encode())
    admin.execute(BREAKS[name].encode())
    assert any(found.name.startswith(name) for found in broken(budget.connection))


def test_the_folder_of_documents_may_be_named(budget: BudgetCity, tmp_path: Path) -> None:
    (tmp_path / "budget_lines.yaml").write_text(
        "lines:\n  - {id: c, title: {ko: 다, en: C}, payer: city, parent: none, year: 2019,"
        " stages: []}\n"
    )
    assert dure(budget, "open", str(tmp_path), *by("kim")) == 1
    (tmp_path / "budget_lines.yaml").write_text(
        "lines:\n  - {id: c, title: {ko: 다, en: C}, payer: city, year: 2019, stages: []}\n"
    )
    assert dure(budget, "open", str(tmp_path), *by("kim")) == 0
    assert budget.line("c").level == "city"


def test_what_is_entered_while_the_engine_is_away_is_kept_for_the_worker(
    budget: BudgetCity, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    give = (
        "appropriate", CITY, "5000", "--kind", "reserve", "--decided", "2019-10-01", "--number",
        "예비비-1", "--title", "예비비", *by("kim"), "--socket", str(tmp_path / "nobody.sock"),
    )  # fmt: skip
    assert main(give) == 75
    shown = capsys.readouterr().err
    assert "입력은 저장되었고" in shown
    assert "the worker will carry it out" in shown
    assert budget.position(CITY).left_won == 2_000_000
    assert dure(budget, "finish", *by("worker")) == 0
    assert budget.position(CITY).left_won == 2_005_000


def test_a_line_is_placed_while_an_engine_locks_lines_in_their_order(budget: BudgetCity) -> None:
    parent, child = budget.line(STATE), budget.line(CITY)
    assert parent.line_id < child.line_id
    with psycopg.connect(budget.url) as other, ThreadPoolExecutor(1) as pool:
        lock = "SELECT 1 FROM budget_line WHERE line_id = %s FOR UPDATE"
        other.execute(lock, (parent.line_id,))

        def place() -> None:
            with psycopg.connect(budget.url, autocommit=True) as connection:
                place_line(connection, child, parent)

        placed = pool.submit(place)
        waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        while not budget.connection.execute(waits).fetchone():
            assert not placed.done()
        other.execute(lock, (child.line_id,))
        other.commit()
        placed.result(10)
