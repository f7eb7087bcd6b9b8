"""What a console has to show after years: lines with documents, versions of rules, forecasts.

It is put into a measured city's database by SQL and by the rulebook's own steps.
"""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import asyncpg
import psycopg

from dure.demo.bench.seed import NOON_US
from dure.forecast import work
from dure.forecast.outdated import BASIS
from dure.forecast.results import (
    Constraints,
    Fan,
    Forecast,
    LineForecast,
    MonthForecast,
    Pace,
    Paces,
    Plan,
    Plans,
    PlanStep,
    RunOut,
    encode,
)
from dure.kernel.calendar import day_of
from dure.policy.districts import CITY
from dure.rulebook import city_steps, workflow
from dure.rulebook.officials import Grant, Role
from dure.rulebook.signing import signing_key
from dure.rulebook.workflow import Acting

LINES: Final = 20
EARLIER: Final = 45
DAYS: Final = 351
EOK: Final = 100_000_000
OPERATOR: Final = "bench-chief"
FIRST, SECOND, WRITER = "bench-first", "bench-second", "bench-writer"
DAY_US: Final = 86_400_000_000

_MORE_LINES: Final = """
INSERT INTO budget_line (line_id, code, name_ko, name_en, payer, district, fiscal_year, role,
  parent_id)
SELECT i, 'bench-2020-programme-' || i, '측정용 사업 ' || i, 'Programme ' || i, 'city', NULL, 2020,
  'programme', 2
FROM generate_series(6, %s) AS i
"""
_DOCUMENTS: Final = """
INSERT INTO budget_appropriation (line_id, kind, amount_won, decided_on, document_number,
  document_title, official_id, recorded_at_us, request_key)
SELECT 1 + i %% %s, 'supplementary', 1000000 * i, date '2020-01-01', '2020-' || i, '추경 ' || i,
  'bench-operator', %s, sha256(('appropriation' || i)::bytea)
FROM generate_series(1, 200) AS i
"""
_RELEASES: Final = """
INSERT INTO budget_release (line_id, on_us, amount_won, official_id, recorded_at_us)
SELECT l, %s + m * 2592000000000, 1000000, 'bench-operator', %s
FROM generate_series(1, %s) AS l, generate_series(0, 11) AS m
"""
_TRANSFERS: Final = """
WITH asked AS (
  INSERT INTO budget_transfer (from_line_id, to_line_id, amount_won, reason, request_key)
  SELECT 2, 6 + i %% 10, 1000000 * i, '측정용 전용 ' || i, sha256(('transfer' || i)::bytea)
  FROM generate_series(1, 60) AS i RETURNING transfer_id
)
INSERT INTO budget_transfer_step (transfer_id, step, official_id, role, at_us, note)
SELECT transfer_id, 1, 'bench-writer', 'city', %s, '' FROM asked
"""
_KEEP: Final = "INSERT INTO foresight_result VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"
_DONE: Final = f"""
INSERT INTO foresight_work (kind, asked, asked_sha256, asked_by, asked_at_us, state, progress,
  started_at_us, finished_at_us, finished_at, result_sha256, basis_entry, basis_rules, basis_money)
SELECT %s, %s, %s, 'dure', %s, 'done', 10000, %s, %s, clock_timestamp(), %s, {BASIS}
"""
SCOPES: Final = ("강화군", "옹진군", "동구")
RULE: Final = """\
id: bench-rule-{rule}
version: {version}
kind: bracket_cashback
title: {{ko: 측정용 규칙 {rule}, en: Measured rule {rule}}}
scope: {scope}
period: {{from: {from_day}, until: {until_day}}}
brackets:
  - {{from_won: 0, below_won: {below}, rate_bp: {rate}}}
funding: {{of: 1, lines: {{bench-2020-city: 1}}}}
sources: [https://example.org/measured]
"""


def fill(url: str, home: Path, versions: int) -> None:
    """Fills a measured city; `versions` are how many versions each of three rules has."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("INSERT INTO demo_city (members, shops, seed) VALUES (1, 1, 1)")
        connection.execute(_MORE_LINES, (LINES,))
        connection.execute(_DOCUMENTS, (LINES, NOON_US))
        connection.execute(_RELEASES, (NOON_US - 10 * DAY_US, NOON_US, LINES))
        connection.execute(_TRANSFERS, (NOON_US,))
    asyncio.run(_write_rules(url, home, versions))
    with psycopg.connect(url, autocommit=True) as connection:
        for days in range(EARLIER, -1, -1):
            _keep(connection, "forecast", a_forecast(days), NOON_US - days * DAY_US)
        _keep(connection, "paces", some_paces(), NOON_US)
        _keep(connection, "plans", some_plans(), NOON_US)
        connection.execute("ANALYZE")


def _keep(connection: psycopg.Connection[Any], kind: str, result: Any, at_us: int) -> None:
    asked, told = work.canonical({}), encode(result).decode()
    sha256 = work.sha256_of(told)
    connection.execute(_KEEP, (sha256, kind, told, at_us))
    connection.execute(_DONE, (kind, asked, work.sha256_of(asked), at_us, at_us, at_us, sha256))


async def _write_rules(url: str, home: Path, versions: int) -> None:
    """Officials, and three rules each of whose versions went through every step."""
    connection: Any = await asyncpg.connect(url)
    at_us = NOON_US - DAY_US

    def acting(who: str) -> Acting:
        return Acting(who, signing_key(home, who), at_us, at_us)

    try:
        for who, role in (
            (OPERATOR, Role.OPERATOR), (OPERATOR, Role.POLICY_OFFICER),
            (OPERATOR, Role.BUDGET_OFFICER), (FIRST, Role.APPROVER), (SECOND, Role.APPROVER),
            (WRITER, Role.POLICY_OFFICER),
        ):  # fmt: skip
            key = signing_key(home, who).public_key().public_bytes_raw()
            by = OPERATOR if role is Role.OPERATOR or who != OPERATOR else FIRST
            await city_steps.grant_role(
                connection, acting(by), who, Grant(role, CITY), name=who, public_key=key
            )
            if role is Role.OPERATOR:
                other = signing_key(home, FIRST).public_key().public_bytes_raw()
                await city_steps.grant_role(
                    connection, acting(OPERATOR), FIRST, Grant(Role.OPERATOR, CITY), name=FIRST,
                    public_key=other,
                )  # fmt: skip
        for rule in range(1, len(SCOPES) + 1):
            for version in range(1, versions + 1):
                await _publish(connection, acting, rule, version)
    finally:
        await connection.close()


async def _publish(connection: Any, acting: Any, rule: int, version: int) -> None:
    begins = date(2020, 3, 1) + timedelta(days=version)
    text = RULE.format(
        rule=rule, scope=SCOPES[rule - 1], version=version, from_day=begins,
        until_day=begins + timedelta(days=1),
        below=300_000 + version, rate=100 + version,
    )  # fmt: skip
    name = f"bench-rule-{rule}"
    await workflow.draft(connection, acting(WRITER), text, "measured.yaml")
    await workflow.check(connection, acting(WRITER), name, version)
    await workflow.approve(connection, acting(FIRST), name, version)
    await workflow.approve(connection, acting(SECOND), name, version)
    await workflow.give_notice(connection, acting(WRITER), name, version)
    await workflow.schedule(connection, acting(WRITER), name, version)
    await workflow.publish_version(connection, acting(OPERATOR), name, version)


def _days(first: date, count: int) -> list[str]:
    return [(first + timedelta(days=place)).isoformat() for place in range(count)]


def a_forecast(days_ago: int) -> Forecast:
    """A forecast of full size as it was made so many days ago."""
    today = day_of(NOON_US)
    days = _days(today, DAYS)
    lines = []
    for line_id in range(1, LINES + 1):
        daily = (line_id + days_ago) * EOK // 100
        run_out = (today + timedelta(days=120 + line_id * 5 - days_ago)).isoformat()
        lines.append(
            LineForecast(
                line_id=line_id,
                code=_code(line_id),
                name_ko=f"측정용 과목 {line_id}",
                name_en=f"Line {line_id}",
                payer="city",
                district=None,
                fiscal_year=2020,
                appropriated_won=1_000 * EOK,
                spent_won=100 * EOK,
                planned_end="2020-12-31",
                run_out=RunOut(
                    median=run_out, low50=run_out, high50=run_out, low90=run_out, high90=None,
                    before_end_bp=line_id * 400,
                ),
                unspent_bp=line_id * 10,
                unspent_over_5_bp=line_id * 100,
                spent=Fan(
                    days=days,
                    low90=[daily * place * 7 // 10 for place in range(DAYS)],
                    low50=[daily * place * 9 // 10 for place in range(DAYS)],
                    median=[daily * place for place in range(DAYS)],
                    high50=[daily * place * 11 // 10 for place in range(DAYS)],
                    high90=[daily * place * 13 // 10 for place in range(DAYS)],
                ),
                appropriated=[1_000 * EOK] * DAYS,
            )
        )  # fmt: skip
    months = [
        MonthForecast(
            month=202001 + place, actual_won=None, low90_won=2_000 * EOK, median_won=3_000 * EOK,
            high90_won=4_000 * EOK,
        )
        for place in range(12)
    ]  # fmt: skip
    return Forecast(
        as_of_us=NOON_US - days_ago * DAY_US,
        history_until=(today - timedelta(days=days_ago + 1)).isoformat(),
        futures=400,
        seed=days_ago,
        lines=lines,
        months=months,
    )


def _code(line_id: int) -> str:
    known = ("incheon-2020-state", "incheon-2020-city", "bench-2020-seogu", "bench-2020-yeonsu")
    if line_id <= len(known):
        return known[line_id - 1]
    return "bench-2020-city" if line_id == 5 else f"bench-2020-programme-{line_id}"


def some_paces() -> Paces:
    """The pace of every line over its year."""
    planned = [EOK * place for place in range(366)]
    return Paces(
        as_of_us=NOON_US,
        lines=[
            Pace(
                line_id=line_id,
                code=_code(line_id),
                name_ko=f"측정용 과목 {line_id}",
                name_en=f"Line {line_id}",
                days=_days(date(2020, 1, 1), 366),
                planned=planned,
                band_low=[won * 9 // 10 for won in planned],
                band_high=[won * 11 // 10 for won in planned],
                actual=planned[:15],
                state=("within", "ahead", "behind")[line_id % 3],
                steps=[PlanStep(from_day="2020-02-01", brackets=[(0, 300)], cap_won=500_000)],
                sentence_ko="측정용 문장입니다.",
                sentence_en="A measured sentence.",
            )
            for line_id in range(1, LINES + 1)
        ],
    )


def some_plans() -> Plans:
    """Six proposals among a thousand plans."""
    forecast = a_forecast(0)
    proposals = [
        Plan(
            name=f"plan-{place}",
            title_ko=f"제안 {place}",
            title_en=f"Proposal {place}",
            steps=[
                PlanStep(from_day=f"2020-{month:02d}-01", brackets=[(0, 300)], cap_won=500_000)
                for month in range(2, 13)
            ],
            citizens_won=(200 + place) * EOK,
            shops_won=(9_000 + place) * EOK,
            lasts_bp=9_500 + place,
            unspent_bp=100 + place,
            small_shops_bp=6_000 + place,
            district_spread_bp=100 + place,
            effective_bp=300 + place,
            run_out=forecast.lines[0].run_out,
            spent=forecast.lines[0].spent,
            documents=["id: measured\n" * 40],
        )
        for place in range(6)
    ]
    return Plans(
        as_of_us=NOON_US,
        seed=1,
        futures=400,
        constraints=Constraints(
            line_codes=["incheon-2020-city"], first_day="2020-02-01", last_day="2020-12-31"
        ),
        proposals=proposals,
        frontier=[((200 + i % 90) * EOK, (8_000 + i) * EOK, i * 4, i) for i in range(1_000)],
    )
