"""The live city as analyses see it: figures taken over, money as it stands, its forecast."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from dure.budget.releasing import Release, plan_releases
from dure.demo.figures import import_figures
from dure.forecast import work
from dure.forecast.analyst import taking
from dure.forecast.analyst.asking import Asking, CannotDoError
from dure.forecast.analyst.doers_past import do_comparison
from dure.forecast.city.forecasting import FUTURES, city_now, forecast_city, lines_on
from dure.forecast.city.imported import NoFiguresError, import_folder, latest_import
from dure.forecast.city.past import history_of, own_days
from dure.forecast.city.standing import documents_now, documents_with, lines_at_start_of
from dure.forecast.command import main
from dure.forecast.projection import LineStanding
from dure.forecast.published.tables import shipped_folder
from dure.forecast.results import Forecast, decode
from dure.kernel.calendar import day_of
from dure.rulebook.publishing import sha256_of
from tests.db.budget_city import KIM, STATE, BudgetCity
from tests.db.conftest import Connection
from tests.engines import BEGUN_US, CITY_RULE_LATER, RunningEngine

TODAY = date(2019, 10, 21)
EPOCH = date(1970, 1, 1)
SMALL = 20_000


def day(text: str) -> int:
    return (date.fromisoformat(text) - EPOCH).days


@pytest.fixture
def figures(connection: Connection, engine: RunningEngine) -> Connection:
    """The small city with Incheon's figures, one member for 20,000."""
    import_folder(
        connection, shipped_folder(), source="test", by="kim", members=1, of_members=SMALL,
        until_day=TODAY,
    )  # fmt: skip
    return connection


def put_draft(connection: Connection, text: str) -> str:
    """A text as one hands it in; gives its hash."""
    sha256 = sha256_of(text)
    connection.execute("INSERT INTO rule_draft VALUES ('test-city', 7, %s, %s)", (sha256, text))
    return sha256


def test_it_knows_nothing_that_was_published_later(figures: Connection) -> None:
    history = history_of(figures, documents_now(figures), TODAY)
    assert history.payments
    assert max(paid.until_day for paid in history.payments) <= day("2019-10-21")
    assert all(member.day < day("2019-10-21") for member in history.members)


def test_it_scales_figures_and_not_rates(figures: Connection, connection: Connection) -> None:
    small = history_of(figures, [], TODAY)
    import_folder(connection, shipped_folder(), source="whole", by="kim", until_day=TODAY)
    whole = history_of(connection, [], TODAY)
    assert len(small.payments) == len(whole.payments)
    for one, other in zip(small.payments, whole.payments, strict=True):
        assert one.won == round(other.won / SMALL)
        assert (one.from_day, one.until_day) == (other.from_day, other.until_day)
    assert small.active == whole.active
    assert small.rates == whole.rates


def test_it_comes_with_a_demo_city_once_in_its_proportion(connection: Connection) -> None:
    assert not import_figures(connection), "this is no demo city"
    connection.execute("INSERT INTO demo_city (members, shops, seed) VALUES (8900, 600, 1)")
    assert import_figures(connection)
    assert not import_figures(connection)
    found = latest_import(connection)
    assert found is not None
    assert (found.members, found.of_members, found.until_day) == (8_900, 890_000, TODAY)


def test_it_reports_faults_with_row_and_reason(connection: Connection, tmp_path: Path) -> None:
    head = "period_from,period_to,amount_eok_krw,amount_krw,measure,status,note,source,source_date"
    rows = [
        "2019-05-01,2019-05-31,100,10000000000,payment_total,reported,,https://a.example,2019-06",
        "2019-06-01,2019-06-31,100,10000000000,payment_total,reported,,https://a.example,2019-07",
        "2019-07-01,2019-07-31,many,,payment_total,reported,,https://a.example,2019-08",
    ]
    (tmp_path / "test_monthly_payment.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    number, notes = import_folder(connection, tmp_path, source="test", by="kim")
    assert {note.row for note in notes if note.file == "test_monthly_payment.csv"} >= {2, 3}
    kept = connection.execute(
        "SELECT file, file_row, korean, english FROM foresight_import_fault WHERE import_id = %s"
        " ORDER BY place",
        (number,),
    ).fetchall()
    assert kept == [(note.file, note.row, note.korean, note.english) for note in notes]
    found = latest_import(connection)
    assert found is not None
    assert found.import_id == number


def test_it_refuses_a_folder_without_payments(connection: Connection, tmp_path: Path) -> None:
    with pytest.raises(NoFiguresError):
        import_folder(connection, tmp_path, source="test", by="kim")
    (tmp_path / "test_budget.csv").write_text("year\n2019\n", encoding="utf-8")
    with pytest.raises(NoFiguresError, match="no usable sum"):
        import_folder(connection, tmp_path, source="test", by="kim")
    assert latest_import(connection) is None


def test_it_says_that_a_city_without_past_cannot_be_forecast(
    connection: Connection, engine: RunningEngine
) -> None:
    with pytest.raises(CannotDoError, match="dure forecast import"):
        forecast_city(connection, {})


def test_it_takes_whole_days_of_the_journal_after_the_first(connection: Connection) -> None:
    for text, won in (("2019-10-21", 5), ("2019-10-22", 700), ("2019-10-23", 0), ("2019-10-24", 9)):
        connection.execute(
            "INSERT INTO live_day VALUES (%s, 28260, 1, 0, 1, %s, 0, 7)", (text, won)
        )
    connection.execute("INSERT INTO live_day VALUES ('2019-10-22', 28260, 4, 0, 1, 100, 0, -1)")
    days = own_days(connection, date(2019, 10, 24))
    assert [(one.day, one.paid_won, one.incentive_won) for one in days] == [
        (day("2019-10-22"), 600, 6)
    ]


def test_it_sees_a_line_as_it_stood_when_the_day_began(budget: BudgetCity) -> None:
    before = {line.code: line for line in standing(budget)}
    given = budget.spend(64, 100_000)
    assert given > 0
    after = {line.code: line for line in standing(budget)}
    assert after[STATE] == before[STATE]
    assert budget.position(STATE).spent_won > 0


def test_it_sees_releases_that_are_to_come(budget: BudgetCity) -> None:
    later_us = BEGUN_US + 10 * 86_400_000_000
    plan_releases(
        budget.office, KIM, STATE, [Release(BEGUN_US - 1, 1_000_000), Release(later_us, 9_000_000)]
    )
    line = next(one for one in standing(budget) if one.code == STATE)
    assert line.left_won == 1_000_000
    # No more comes than is held back, whatever the plan promises.
    assert line.later == ((day("2019-10-31"), 3_000_000),)


def standing(budget: BudgetCity) -> list[LineStanding]:
    return lines_at_start_of(budget.connection, BEGUN_US, day_of(BEGUN_US))


def test_it_forecasts_every_line_of_the_year(figures: Connection) -> None:
    told: list[tuple[int, str]] = []

    def tell(progress: int, _korean: str, english: str) -> None:
        told.append((progress, english))

    found = forecast_city(figures, {"futures": 200}, tell)
    assert [line.code for line in found.lines] == ["test-state", "test-city", "test-seogu"]
    assert found.futures == 200
    for line in found.lines:
        out = line.run_out
        assert (out.low90 or "9") <= (out.low50 or "9") <= (out.median or "9")
        assert (out.median or "9") <= (out.high50 or "9") <= (out.high90 or "9")
        assert line.spent.days[-1] == "2019-12-31"
    assert [progress for progress, _ in told] == sorted(progress for progress, _ in told)
    again = forecast_city(figures, {"futures": 200})
    assert again.lines == found.lines


def test_it_forecasts_what_a_draft_would_do(figures: Connection) -> None:
    generous = CITY_RULE_LATER.replace("version: 2", "version: 7").replace("300", "1000")
    sha256 = put_draft(figures, generous)
    futures = {"futures": 200}
    now = forecast_city(figures, futures).lines[0]
    then = forecast_city(figures, futures | {"document_sha256s": [sha256]})
    assert then.lines[0].spent.median[-1] > now.spent.median[-1]
    assert [warned.code for warned in then.warnings][-1] == "what_if"
    with pytest.raises(CannotDoError, match="no rule text"):
        forecast_city(figures, {"document_sha256s": ["0" * 64]})


def test_it_puts_a_draft_in_the_place_of_its_rule(figures: Connection) -> None:
    later = CITY_RULE_LATER.replace("version: 2", "version: 7").replace("10-22", "11-15")
    held = documents_with(figures, documents_now(figures), [put_draft(figures, later)])
    city = [one for one in held if one.id == "test-city"]
    assert [(one.version, day_of(one.until_us)) for one in city] == [
        (1, date(2019, 10, 22)), (2, date(2019, 11, 15)), (7, date(2020, 1, 1))
    ]  # fmt: skip


def test_it_draws_lines_on_until_a_plan_begins(figures: Connection) -> None:
    city = city_now(figures, lambda _progress, _korean, _english: None)
    assert lines_on(city, TODAY) == city.lines
    later = lines_on(city, date(2019, 12, 1))
    for before, after in zip(city.lines, later, strict=True):
        assert 0 <= after.left_won <= before.left_won
        assert after.left_won + after.spent_won == before.left_won + before.spent_won


def test_it_tells_a_forecast_as_json(
    figures: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "--json", "--futures", "100"]) == 0
    found = decode(capsys.readouterr().out, Forecast)
    assert found.futures == 100 < FUTURES
    assert main(["alarms", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_it_imports_from_a_terminal(
    connection: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", "--members", "1", "--of-members", "890", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["import"] == 1
    assert {"file", "row", "flaw", "korean", "english"} <= set(told["flaws"][0])
    assert main(["import", "/nowhere"]) == 1
    assert "폴더가 없습니다" in capsys.readouterr().err


def test_it_lists_shows_and_cancels_work(
    connection: Connection, capsys: pytest.CaptureFixture[str],
    ask_for: Callable[[str], int],
) -> None:  # fmt: skip
    number = ask_for("forecast")
    assert main(["work", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["work_id"] == number
    assert main(["work", "cancel", str(number)]) == 0
    assert main(["work", "cancel", str(number)]) == 1
    assert "이미 끝났습니다" in capsys.readouterr().err
    assert main(["work", "show", str(number)]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "cancelled"
    assert main(["work", "show", "99"]) == 1


@pytest.fixture
def ask_for(connection: Connection) -> Callable[[str], int]:
    """Puts work of a kind on the list."""
    return lambda kind: work.ask(connection, kind, {}, "kim")


def test_it_says_why_months_of_a_comparison_cannot_be_played(
    figures: Connection, db_url: str, tmp_path: Path
) -> None:
    scenarios = [{"name": "now", "drafts": []}]
    asked = {"scenarios": scenarios, "from_month": 201_801, "until_month": 201_802}
    work.ask(figures, "comparison", asked, "kim")
    taken = taking.take(figures, "token", 60, BEGUN_US)
    assert taken is not None
    told = do_comparison(Asking(db_url, figures, figures, tmp_path, taken))
    assert told.simulations == [None]
    assert told.forecasts[0] is not None
    assert [warned.english for warned in told.warnings] != []
