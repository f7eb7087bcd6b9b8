"""Directories of documents, budget lines, publishing and the command line."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

import pytest

from dure.kernel.calendar import SEOUL
from dure.policy.document import parse_document
from dure.policy.document_errors import DocumentErrors, Fault
from dure.rulebook.budget_lines import parse_budget_lines
from dure.rulebook.commands import main
from dure.rulebook.directory import load_budget_lines, load_directory, packaged_documents
from dure.rulebook.publishing import prepare_publication

RULE = """\
id: my-rule
version: 1
kind: bracket_cashback
title: {ko: 시험, en: Test}
scope: city
period: {from: 2030-01-01, until: open}
brackets:
  - {from_won: 0, rate_bp: 600}
funding: {of: 1, lines: {city-2030: 1}}
sources: [https://example.org/]
"""
BUDGET = """\
lines:
  - id: city-2030
    title: {ko: 시비, en: City money}
    payer: city
    year: 2030
    stages:
      - {on: 2030-01-01, won: 5000, title: {ko: 본예산, en: Original}}
      - {on: 2030-05-01, won: -1000, title: {ko: 감액, en: Cut}}
"""


def write(directory: Path, **files: str) -> Path:
    for name, text in files.items():
        (directory / f"{name}.yaml").write_text(text, encoding="utf-8")
    return directory


def test_the_packaged_documents_are_good_and_have_their_sources() -> None:
    documents = load_directory(packaged_documents())
    assert len(documents) == 28
    assert all(document.sources for document in documents)


def test_the_packaged_lines_hold_the_published_72_point_8_billion() -> None:
    won = {line.id: line.won for line in load_budget_lines(packaged_documents())}
    assert won["incheon-2019-state"] == 26_000_000_000
    assert won["incheon-2019-city"] == 46_800_000_000
    assert won["incheon-2019-seogu"] == 10_250_000_000
    assert won["incheon-2020-state"] + won["incheon-2020-city"] == 213_600_000_000
    assert won["incheon-2021-state"] + won["incheon-2021-city"] == 343_400_000_000
    assert won["incheon-2019-yeonsu"] == won["incheon-2019-michuhol"] == 0


def test_it_checks_lines_against_the_directorys_own(tmp_path: Path) -> None:
    write(tmp_path, rule=RULE, budget_lines=BUDGET)
    assert [document.key for document in load_directory(tmp_path)] == ["my-rule@1"]
    write(tmp_path, rule=RULE.replace("city-2030", "city-2031"))
    with pytest.raises(DocumentErrors) as refused:
        load_directory(tmp_path)
    (error,) = refused.value.errors
    assert error.fault is Fault.UNKNOWN_LINE
    assert error.place.file == str(tmp_path / "rule.yaml")


def test_it_reports_the_faults_of_all_files_together(tmp_path: Path) -> None:
    write(
        tmp_path,
        a=RULE.replace("version: 1", "version: x"),
        b=RULE.replace("rate_bp: 600", "rate_bp: 60000"),
        c=RULE,
        d=RULE,
        budget_lines=BUDGET.replace("payer: city", "payer: king"),
    )
    with pytest.raises(DocumentErrors) as refused:
        load_directory(tmp_path)
    found = [(Path(e.place.file).name, e.fault) for e in refused.value.errors]
    assert found == [
        ("a.yaml", Fault.NOT_AN_INTEGER),
        ("b.yaml", Fault.RATE_OVER_WHOLE),
        ("budget_lines.yaml", Fault.NOT_A_CHOICE),
        ("d.yaml", Fault.VERSION_REPEATED),
    ]


def test_it_refuses_a_directory_without_documents(tmp_path: Path) -> None:
    for directory in (tmp_path, tmp_path / "absent"):
        with pytest.raises(DocumentErrors) as refused:
            load_directory(directory)
        assert refused.value.errors[0].fault is Fault.NO_DOCUMENTS


def test_it_reads_budget_lines_with_their_stages() -> None:
    (line,) = parse_budget_lines(BUDGET, "budget_lines.yaml")
    assert [stage.won for stage in line.stages] == [5000, -1000]
    assert line.won == 4000


@pytest.mark.parametrize(
    ("good", "wrong", "fault", "line"),
    [
        ("payer: city", "payer: district", Fault.MISSING_KEY, 2),
        ("won: 5000", "won: 5천", Fault.NOT_AN_INTEGER, 7),
        ("on: 2030-01-01", "on: soon", Fault.NOT_A_DATE, 7),
        ("year: 2030", "year: 30", Fault.OUT_OF_RANGE, 5),
        ("ko: 시비, ", "", Fault.MISSING_KEY, 3),
    ],
)
def test_it_refuses_wrong_budget_lines(good: str, wrong: str, fault: Fault, line: int) -> None:
    with pytest.raises(DocumentErrors) as refused:
        parse_budget_lines(BUDGET.replace(good, wrong), "budget_lines.yaml")
    (error,) = refused.value.errors
    assert (error.fault, error.place.line) == (fault, line)


def test_it_refuses_a_budget_line_given_twice() -> None:
    twice = BUDGET + BUDGET.removeprefix("lines:\n")
    with pytest.raises(DocumentErrors) as refused:
        parse_budget_lines(twice, "budget_lines.yaml")
    (error,) = refused.value.errors
    assert (error.fault, error.place.line) == (Fault.LINE_REPEATED, 9)


def test_it_prepares_a_draft_with_the_hash_of_its_text() -> None:
    now = datetime(2029, 12, 1, tzinfo=SEOUL)
    ready = prepare_publication(RULE, "draft.yaml", ["city-2030"], [], now)
    assert ready.document.key == "my-rule@1"
    assert ready.sha256 == hashlib.sha256(RULE.encode()).hexdigest()


def test_it_refuses_a_draft_that_is_past_or_overlaps_what_is_published() -> None:
    published = [parse_document(RULE, "published.yaml")]
    later = RULE.replace("version: 1", "version: 2").replace("2030-01-01", "2030-06-01")
    now = datetime(2030, 6, 2, tzinfo=SEOUL)
    for at, fault in ((now, Fault.PERIOD_PAST), (now.replace(month=5), Fault.PERIODS_OVERLAP)):
        with pytest.raises(DocumentErrors) as refused:
            prepare_publication(later, "draft.yaml", ["city-2030"], published, at)
        assert [error.fault for error in refused.value.errors] == [fault]


def test_check_is_content_with_good_documents(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(write(tmp_path, rule=RULE, budget_lines=BUDGET))]) == 0
    assert "no errors" in capsys.readouterr().out
    assert main(["check", str(tmp_path), "--publish", "2029-12-01"]) == 0
    assert main(["check", str(tmp_path), "--publish", "2030-12-01"]) == 1


def test_check_lists_errors_with_file_and_line_and_exits_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, rule=RULE.replace("of: 1", "of: 3"))
    assert main(["check", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert f"{tmp_path}/rule.yaml:9:15: " in told
    assert "write 'of: 1'" in told
    assert "'of: 1'으로 적거나" in told


def test_show_prints_the_rules_of_a_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "2019-10-22"]) == 0
    told = capsys.readouterr().out
    assert "incheon-city-cashback@3" in told
    assert "0원 – 100만원  3%" in told
    assert "재원 5/14  2019년 국비" in told
    assert main(["show", "2017-01-01"]) == 0
    assert "no rule is in force" in capsys.readouterr().out


def test_show_shows_every_term_of_the_packaged_timeline(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for document in load_directory(packaged_documents()):
        assert main(["show", document.starts_at.isoformat()]) == 0
        assert (document.key in capsys.readouterr().out) == document.in_force


def test_wrong_usage_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "yesterday"]) == 2
    assert "2019-10-22" in capsys.readouterr().err


def test_the_document_shown_in_the_docs_is_a_good_one() -> None:
    page = Path(__file__).parents[3] / "docs" / "policy.md"
    example = page.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    lines = [line.id for line in load_budget_lines(packaged_documents())]
    document = parse_document(example, "policy.md", lines)
    assert document.key == "seogu-top-up@2"
    assert document.caps.month_payments_max == 30


def test_the_documents_for_measuring_stand_beside_the_citys_rule_of_january_2020() -> None:
    documents = load_directory(packaged_documents("bench"))
    city = next(
        document
        for document in load_directory(packaged_documents())
        if document.key == "incheon-city-cashback@5"
    )
    assert {(d.from_us, d.until_us) for d in documents} == {(city.from_us, city.until_us)}
