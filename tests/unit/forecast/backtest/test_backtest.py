"""The back-test on the shipped figures, and on any other city's folder."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from dure.forecast.backtest.cases import Question, cases
from dure.forecast.backtest.picture import picture
from dure.forecast.backtest.running import Answered, answer, answer_all
from dure.forecast.backtest.telling import row, table
from dure.forecast.command import main
from dure.forecast.published.city import read_city
from dure.forecast.published.tables import shipped_folder


@pytest.fixture(scope="module")
def answered() -> list[Answered]:
    published = read_city(shipped_folder())
    return answer_all(published, cases(published))


def of(answered: list[Answered], question: Question) -> list[Answered]:
    return [one for one in answered if one.case.question is question]


def test_it_finds_the_end_of_the_money_of_2019_within_three_weeks(
    answered: list[Answered],
) -> None:
    (run_out,) = of(answered, Question.RUN_OUT)
    assert run_out.case.as_of == date(2019, 8, 31)
    assert run_out.case.budget_won == 72_800_000_000
    assert run_out.actual == date(2019, 10, 21)
    assert run_out.error is not None
    assert abs(run_out.error) <= 21
    assert run_out.inside


def test_it_finds_the_payments_after_each_change_within_a_fifth(
    answered: list[Answered],
) -> None:
    scored = [one for one in of(answered, Question.TWO_MONTHS) if one.met is not None]
    assert [one.case.as_of for one in scored] == [
        date(2019, 7, 31), date(2019, 10, 21), date(2019, 12, 31), date(2020, 2, 29)
    ]  # fmt: skip
    assert all(one.met for one in scored)


def test_it_says_where_it_fails(answered: list[Answered]) -> None:
    supplement = of(answered, Question.SUPPLEMENT)[0]
    assert not supplement.inside
    assert row(supplement)["verdict_en"].startswith("fails")
    assert "실패" in table(answered, korean=True)
    assert "fails" in table(answered, korean=False)


def test_it_gives_every_row_the_keys_that_are_asked_for(answered: list[Answered]) -> None:
    rows = json.loads(json.dumps([row(one) for one in answered]))
    for one in rows:
        assert {"case", "as_of", "predicted", "low90", "high90", "actual"} <= set(one)


def test_it_answers_a_case_the_same_alone_as_among_others(answered: list[Answered]) -> None:
    published = read_city(shipped_folder())
    assert answer(published, answered[6].case) == answered[6]


def test_it_draws_every_case_that_can_be_compared(answered: list[Answered]) -> None:
    drawn = picture(answered, "incheon")
    compared = [one for one in answered if one.actual is not None and one.predicted is not None]
    assert drawn.count('class="came"') == len(compared)
    assert drawn.startswith("<svg")


def test_it_runs_on_another_citys_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    months = "".join(
        f"2022-{month:02d}-01,2022-{month:02d}-28,100,10000000000,payment_month,reported,,"
        f"https://a.example,2022-{month + 1:02d}-05\n"
        for month in range(1, 12)
    )
    (tmp_path / "town_monthly_payment.csv").write_text(
        "period_from,period_to,amount_eok_krw,amount_krw,measure,status,note,source,source_date\n"
        + months
    )
    (tmp_path / "town_policy_timeline.csv").write_text(
        "effective_from,scope,bracket_low_krw,bracket_high_krw,rate_pct,note,source\n"
        "2022-01-01,city,0,,6,,https://a.example\n2022-08-01,city,0,,3,,https://a.example\n"
    )
    status = main(["backtest", "--data", str(tmp_path), "--json", "--futures", "200"])
    rows = json.loads(capsys.readouterr().out)
    assert status == 0
    assert "two_months 2022-08-01" in [one["case"] for one in rows]


def test_it_says_so_when_the_folder_is_not_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backtest", "--data", str(tmp_path / "nowhere")]) == 2
    assert "there is no such folder" in capsys.readouterr().err
