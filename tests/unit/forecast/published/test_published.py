"""Published figures are read row by row; what cannot be right is noted with its row and reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.forecast.published.city import Published, history_at, known_payments, read_city
from dure.forecast.published.dates import known_on, read_span
from dure.forecast.published.figures import differenced
from dure.forecast.published.noted import Flaw
from dure.forecast.published.spread import Share, shape_of
from dure.forecast.published.tables import shipped_folder

EOK = 100_000_000
HEADING = "period_from,period_to,amount_eok_krw,amount_krw,measure,status,note,source,source_date\n"
MONTHS = [
    ("2022-01-01", "2022-01-31", 900), ("2022-02-01", "2022-02-28", 850),
    ("2022-03-01", "2022-03-31", 1010), ("2022-04-01", "2022-04-30", 990),
    ("2022-05-01", "2022-05-31", 1040), ("2022-06-01", "2022-06-30", 1005),
]  # fmt: skip


def line(
    start: str,
    end: str,
    eok: float,
    measure: str = "payment_month",
    status: str = "reported",
    source_date: str = "2022-07-01",
    won: int | None = None,
) -> str:
    won = round(eok * EOK) if won is None else won
    return f"{start},{end},{eok},{won},{measure},{status},,https://a.example,{source_date}\n"


def written(folder: Path, *lines: str) -> Published:
    """A city whose folder has payments alone."""
    (folder / "elsewhere_monthly_payment.csv").write_text(HEADING + "".join(lines), "utf-8")
    return read_city(folder)


def flaws(published: Published) -> list[tuple[int, Flaw]]:
    own = [n for n in published.notes if n.file.endswith("payment.csv")]
    return [(n.row, n.flaw) for n in own]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2019-06-13", date(2019, 6, 13)),
        ("2019-06", date(2019, 6, 30)),
        ("2020-06 (approx.)", date(2020, 6, 30)),
        ("2021 (mid-year)", date(2021, 12, 31)),
        ("2019-06-13 ; 2019-06", date(2019, 6, 30)),
        ("2019-12 ; 2019-10-22", date(2019, 12, 31)),
        ("some day", None),
        ("2019-06-13 ; no date", None),
        ("2019-02-31", None),
        ("", None),
    ],
)
def test_it_counts_a_row_as_known_when_its_last_source_was_out(text: str, day: date | None) -> None:
    assert known_on(text) == day


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2020-09", (date(2020, 9, 1), date(2020, 10, 1))),
        ("2019-05..06", (date(2019, 5, 1), date(2019, 7, 1))),
        ("2019-07..2020-02", (date(2019, 7, 1), date(2020, 3, 1))),
        ("2021Q1", (date(2021, 1, 1), date(2021, 4, 1))),
        ("2020", (date(2020, 1, 1), date(2021, 1, 1))),
        ("2019-10 (est.)", (date(2019, 10, 1), date(2019, 11, 1))),
        ("last year", None),
    ],
)
def test_it_reads_periods_as_tables_write_them(text: str, span: tuple[date, date] | None) -> None:
    assert read_span(text) == span


def test_it_reads_sound_months_without_a_note(tmp_path: Path) -> None:
    published = written(tmp_path, *(line(*month) for month in MONTHS))
    assert flaws(published) == []
    assert [f.value for f in known_payments(published, date(2022, 7, 1))] == [
        eok * EOK for *_, eok in MONTHS
    ]


def test_it_leaves_out_a_month_printed_ten_times_too_large(tmp_path: Path) -> None:
    months = [(a, b, eok * 10 if a == "2022-03-01" else eok) for a, b, eok in MONTHS]
    published = written(tmp_path, *(line(*month) for month in months))
    assert flaws(published) == [(3, Flaw.TENFOLD), (4, Flaw.GAP)]
    assert 10100 * EOK not in [f.value for f in known_payments(published, date(2022, 7, 1))]


def test_it_tells_a_misprint_in_both_languages_with_what_to_do(tmp_path: Path) -> None:
    months = [(a, b, eok * 10 if a == "2022-03-01" else eok) for a, b, eok in MONTHS]
    note = next(
        n
        for n in written(tmp_path, *(line(*month) for month in months)).notes
        if n.flaw is Flaw.TENFOLD
    )
    assert "자릿수" in note.korean
    assert "Check the digits" in note.english


def test_it_keeps_a_last_month_that_jumps_but_hardly_trusts_it(tmp_path: Path) -> None:
    months = [(a, b, eok * 10 if a == "2022-06-01" else eok) for a, b, eok in MONTHS]
    published = written(tmp_path, *(line(*month) for month in months))
    assert flaws(published) == [(6, Flaw.SUDDEN)]
    assert known_payments(published, date(2022, 7, 1))[-1].error > 0.5


def test_it_takes_no_true_growth_of_a_new_programme_for_a_misprint() -> None:
    published = read_city(shipped_folder())
    assert not [n for n in published.notes if n.flaw in (Flaw.TENFOLD, Flaw.SUDDEN)]


def test_it_uses_a_repeated_row_once(tmp_path: Path) -> None:
    published = written(tmp_path, *(line(*month) for month in [*MONTHS, MONTHS[2]]))
    assert flaws(published) == [(7, Flaw.DUPLICATE)]
    assert len(known_payments(published, date(2022, 7, 1))) == len(MONTHS)


def test_it_prefers_the_audited_of_two_conflicting_rows_and_widens_its_error(
    tmp_path: Path,
) -> None:
    audited = line("2022-03-01", "2022-03-31", 950, status="audited")
    published = written(tmp_path, *(line(*month) for month in MONTHS), audited)
    assert flaws(published) == [(3, Flaw.CONFLICT)]
    march = next(
        f for f in known_payments(published, date(2022, 7, 1)) if f.start == date(2022, 3, 1)
    )
    assert march.value == 950 * EOK
    assert march.error > 0.02


def test_it_notes_days_that_no_figure_covers(tmp_path: Path) -> None:
    published = written(tmp_path, *(line(*m) for m in MONTHS if m[0] != "2022-03-01"))
    note = next(n for n in published.notes if n.flaw is Flaw.GAP)
    assert "31 days from 2022-03-01 to 2022-03-31" in note.english


def test_it_leaves_out_a_cumulative_sum_that_falls(tmp_path: Path) -> None:
    running = [
        line("2022-01-01", until, eok, "payment_cumulative")
        for until, eok in (
            ("2022-01-31", 900), ("2022-02-28", 1750), ("2022-03-31", 1200),
            ("2022-04-30", 3750), ("2022-05-31", 4790),
        )
    ]  # fmt: skip
    published = written(tmp_path, *running)
    left_out = [row for row, flaw in flaws(published) if flaw is Flaw.CUMULATIVE_FALLS]
    assert left_out == [3]


def test_it_leaves_out_a_cumulative_sum_printed_ten_times_too_large(tmp_path: Path) -> None:
    running = [
        line("2022-01-01", until, eok, "payment_cumulative")
        for until, eok in (
            ("2022-01-31", 900), ("2022-02-28", 17500), ("2022-03-31", 2760),
            ("2022-04-30", 3750), ("2022-05-31", 4790),
        )
    ]  # fmt: skip
    published = written(tmp_path, *running)
    assert flaws(published) == [(2, Flaw.TENFOLD)]


def test_it_takes_differences_of_cumulative_sums_with_the_error_of_both(tmp_path: Path) -> None:
    running = [
        line("2022-01-01", "2022-01-31", 900.5, "payment_cumulative"),
        line("2022-01-01", "2022-02-28", 1750.5, "payment_cumulative"),
    ]
    published = written(tmp_path, *running)
    (came,), notes = differenced(published.payments)
    assert notes == []
    assert (came.start, came.until, came.value) == (
        date(2022, 2, 1), date(2022, 3, 1), 850 * EOK
    )  # fmt: skip
    assert came.error > max(f.error for f in published.payments)


@pytest.mark.parametrize(
    ("row", "flaw"),
    [
        (line("2022-01-01", "2022-01-31", 900, won=90 * EOK), Flaw.AMOUNTS_DISAGREE),
        (line("2022-01-31", "2022-01-01", 900), Flaw.PERIOD_BACKWARD),
        (line("January", "2022-01-31", 900), Flaw.NOT_A_DATE),
        (line("2022-01-01", "2022-01-31", -5), Flaw.NOT_A_NUMBER),
        (line("2022-01-01", "2022-01-31", 900, "issue_month"), Flaw.UNKNOWN_MEASURE),
        (line("2022-01-01", "2022-01-31", 900, status="rumour"), Flaw.UNKNOWN_STATUS),
        (line("2022-01-01", "2022-01-31", 900, source_date="soon"), Flaw.NO_SOURCE_DATE),
    ],
)
def test_it_says_what_is_wrong_with_a_row(tmp_path: Path, row: str, flaw: Flaw) -> None:
    assert (1, flaw) in flaws(written(tmp_path, row))


def test_it_reads_a_folder_without_files_as_a_city_of_which_nothing_is_known(
    tmp_path: Path,
) -> None:
    published = read_city(tmp_path)
    assert published.payments == ()
    assert {n.flaw for n in published.notes} == {Flaw.MISSING_FILE}


@settings(max_examples=25, deadline=None)
@given(
    later=st.lists(
        st.tuples(
            st.sampled_from(MONTHS),
            st.floats(1, 100_000),
            st.sampled_from(["audited", "reported", "derived"]),
            st.dates(date(2022, 7, 2), date(2025, 1, 1)),
        ),
        max_size=6,
    )
)
def test_it_knows_the_same_whatever_was_published_later(
    tmp_path_factory: pytest.TempPathFactory,
    later: list[tuple[tuple[str, str, int], float, str, date]],
) -> None:
    known = [line(*month) for month in MONTHS]
    more = [
        line(a, b, round(eok, 1), "payment_month", status, day.isoformat())
        for (a, b, _), eok, status, day in later
    ]
    as_of, until = date(2022, 7, 1), date(2023, 1, 1)
    folder = tmp_path_factory.mktemp("city")
    before = history_at(written(folder, *known), as_of, until)
    after = history_at(written(folder, *known, *more), as_of, until)
    assert after.payments == before.payments


def test_it_makes_rule_documents_of_a_timeline() -> None:
    history = history_at(read_city(shipped_folder()), date(2019, 9, 30), date(2020, 1, 1))
    by_key = {document.key: document for document in history.documents}
    assert "incheon-28260-top-up@4" in by_key
    assert not [d for d in history.documents if d.starts_at.date() > date(2019, 10, 1)]
    yeonsu = by_key["incheon-28185-top-up@2"]
    assert yeonsu.line_names == ("incheon-2019-28185",)
    assert [b.rate_bp for b in yeonsu.terms.brackets] == [400, 0, 0]  # type: ignore[attr-defined]


def test_it_reads_the_spread_of_spend_from_shares_known_by_the_day() -> None:
    published = read_city(shipped_folder())
    before, after = (
        history_at(published, day, date(2020, 1, 1)).spend_shape
        for day in (date(2019, 7, 30), date(2019, 7, 31))
    )
    assert before == 0.9
    assert after < before


@pytest.mark.parametrize("shape", [0.6, 1.3])
def test_it_moves_the_shape_toward_that_of_the_gamma_that_made_the_shares(shape: float) -> None:
    spent = np.random.default_rng(2).gamma(shape, 300_000 / shape, 400_000)
    shares = [
        Share("2022-01", "users", won, float((spent > won).mean()))
        for won in (300_000, 500_000, 1_000_000, 1_500_000)
    ]
    shares += [
        Share("2022-01", "payment", won, float(spent[spent > won].sum() / spent.sum()))
        for won in (500_000, 1_000_000)
    ]
    found = shape_of(shares)
    assert min(shape, 0.9) < found < max(shape, 0.9)
    assert abs(found - shape) < abs(0.9 - shape) - 0.05
