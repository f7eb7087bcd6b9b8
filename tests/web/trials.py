"""Finished analyses for tests of pages: results as the analyst gives and keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from dure.forecast import results
from dure.forecast.analyst import taking
from dure.policy.districts import DISTRICT_NAMES
from tests.rulebooks import NOW, at
from tests.web.conftest import Connection

HUNDRED_EOK = 10_000_000_000
FIRST_DAY = date(2019, 8, 1)
DAYS = 153


def finish(connection: Connection, work_id: int, told: msgspec.Struct) -> None:
    """Takes the work and gives it the result."""
    taken = taking.take(connection, "test", 60, NOW)
    assert taken is not None
    assert taken.work_id == work_id
    assert taking.finish(connection, taken, results.encode(told).decode(), NOW)


def run_half(connection: Connection, work_id: int) -> taking.Taken:
    """Takes the work and is half through it."""
    taken = taking.take(connection, "test", 60, NOW)
    assert taken is not None
    assert taken.work_id == work_id
    taking.tell(connection, taken, 5_000, "3월을 계산합니다", "playing March")
    return taken


def line_forecast(code: str, run_out: str | None, fall_bp: int = 10_000) -> results.LineForecast:
    """A line that spends evenly, the faster the larger `fall_bp`."""
    days = [(FIRST_DAY + timedelta(days=place)).isoformat() for place in range(DAYS)]
    median = [5 * HUNDRED_EOK * (place + 1) * fall_bp // (DAYS * 10_000) for place in range(DAYS)]
    late = None if run_out is None else (date.fromisoformat(run_out) + timedelta(days=20))
    early = None if run_out is None else (date.fromisoformat(run_out) - timedelta(days=15))
    return results.LineForecast(
        line_id=1,
        code=code,
        name_ko="국비",
        name_en="State money",
        payer="state",
        district=None,
        fiscal_year=2019,
        appropriated_won=3 * HUNDRED_EOK,
        spent_won=HUNDRED_EOK,
        planned_end="2019-12-31",
        run_out=results.RunOut(
            median=run_out,
            low50=run_out,
            high50=run_out,
            low90=early.isoformat() if early else None,
            high90=late.isoformat() if late else None,
            before_end_bp=9_500 if run_out else 800,
        ),
        unspent_bp=0,
        unspent_over_5_bp=100 if run_out else 4_000,
        spent=results.Fan(
            days=days,
            low90=[won * 8 // 10 for won in median],
            low50=[won * 9 // 10 for won in median],
            median=median,
            high50=[won * 11 // 10 for won in median],
            high90=[won * 12 // 10 for won in median],
        ),
        appropriated=[3 * HUNDRED_EOK] * DAYS,
    )


def forecast(run_out: str | None, fall_bp: int = 10_000) -> results.Forecast:
    """A forecast of one line."""
    return results.Forecast(
        as_of_us=NOW,
        history_until="2019-07-31",
        futures=500,
        seed=1,
        lines=[line_forecast("test-state", run_out, fall_bp)],
        months=[],
    )


def simulation(
    after_bp: int = 5_000, *, exact: bool = True, drafts: Sequence[results.DocumentTried] = ()
) -> results.Simulation:
    """A month in which every group gets `after_bp` of what it got before."""
    rows = [
        results.GroupRow(
            key=str(code),
            name_ko=ko,
            name_en=en,
            members=1_000,
            payments=9_000,
            amount_won=300_000_000,
            before_won=10_000_000 + code,
            after_won=(10_000_000 + code) * after_bp // 10_000,
            members_gain=0 if after_bp < 10_000 else 900,
            members_lose=900 if after_bp < 10_000 else 0,
        )
        for code, (ko, en) in DISTRICT_NAMES.items()
    ]
    before = sum(row.before_won for row in rows)
    after = sum(row.after_won for row in rows)
    dimensions = ("district", "sector", "sales_band", "age_band", "spend_decile")
    return results.Simulation(
        from_us=at("2019-07-01"),
        until_us=at("2019-08-01"),
        exact=exact,
        error_bp=0 if exact else 35,
        history_sha256="a" * 64,
        members=10_000,
        payments=90_000,
        amount_won=3_000_000_000,
        before_won=before,
        after_won=after,
        before=[],
        after=list(drafts),
        lines=[
            results.LineCost(
                line_id=1, code="test-state", name_ko="국비", name_en="State money",
                before_won=before * 4 // 6, after_won=after * 4 // 6,
            ),
            results.LineCost(
                line_id=2, code="test-city", name_ko="시비", name_en="City money",
                before_won=before - before * 4 // 6, after_won=after - after * 4 // 6,
            ),
        ],
        breakdowns=[results.Breakdown(dimension=one, rows=rows) for one in dimensions],
        warnings=[
            results.Warned(
                code="holes", korean="7월 3일의 기록이 비어 있습니다.", english="3 July is empty."
            )
        ],
    )  # fmt: skip


def plans(document: str, *, steps: bool = False) -> results.Plans:
    """Two proposals that are made of one document each; with `steps` of two dated ones."""
    spent = line_forecast("test-state", None).spent
    out = results.RunOut(
        median=None, low50=None, high50=None, low90=None, high90=None, before_end_bp=300
    )
    return results.Plans(
        as_of_us=NOW,
        seed=1,
        futures=200,
        constraints=results.Constraints(
            line_codes=["test-state"], first_day="2019-09-01", last_day="2019-12-31"
        ),
        proposals=[
            results.Plan(
                name=name,
                title_ko=ko,
                title_en=en,
                steps=[],
                citizens_won=HUNDRED_EOK,
                shops_won=HUNDRED_EOK,
                lasts_bp=9_700,
                unspent_bp=200,
                small_shops_bp=4_000,
                district_spread_bp=100,
                effective_bp=400,
                run_out=out,
                spent=spent,
                documents=[
                    document.replace("rate_bp: 600", f"rate_bp: {rate}"),
                    *([document.replace("version: 1", "version: 2")] if steps else []),
                ],
            )
            for name, ko, en, rate in (
                ("steady", "고르게", "Steady", 400),
                ("early", "먼저 많이", "Early", 500),
            )
        ],
        frontier=[],
    )
