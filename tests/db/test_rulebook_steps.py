"""A rule from draft to in force on a real database, with real keys and the real engine's reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dure.kernel.calendar import DAY_US
from dure.policy.document_errors import DocumentErrors, Fault
from dure.rulebook import endings, workflow
from dure.rulebook.checking import verify
from dure.rulebook.lives import Rulebook
from dure.rulebook.log import replay
from dure.rulebook.log_store import read_log
from dure.rulebook.refusals import Refusal, StepRefusedError
from dure.rulebook.steps import Stage
from dure.rulebook.store import load_rules
from dure.rulebook.workflow import Acting
from tests.rulebooks import (
    CITY_RULE,
    LOWER,
    MIDDLE,
    NOW,
    REASONS,
    acting,
    at,
    run,
    seed_officials,
    to_published,
    to_scheduled,
)

if TYPE_CHECKING:
    from dure.rulebook.store import AnyConnection


@pytest.fixture
def url(db_url: str) -> str:
    seed_officials(db_url)
    return db_url


async def rates(connection: AnyConnection, *instants: int) -> list[list[int]]:
    """The version numbers of what the engine would hold in force at each instant."""
    rules = await load_rules(connection)
    return [[rule.document.version for rule in rules.at(us).rules] for us in instants]


async def book(connection: AnyConnection) -> Rulebook:
    return replay(await read_log(connection))


def test_a_rule_goes_from_draft_to_in_force(url: str) -> None:
    async def work(connection: AnyConnection) -> None:
        await to_published(connection, CITY_RULE, 1)
        assert await rates(connection, at("2019-09-30T23:59"), at("2019-10-01")) == [[], [1]]
        assert await verify(connection) == []
        life = (await book(connection)).lives["test-city@1"]
        assert life.stage_at(at("2019-10-01")) is Stage.IN_FORCE
        (row,) = await connection.fetch("SELECT * FROM rule_notice")
        assert row["begins_at_us"] == at("2019-10-01")
        assert "300,000원까지 6%" in row["text_ko"]
        assert "Up to 300,000 won: 6%" in row["text_en"]
        assert not row["emergency"]

    run(url, work)


def test_a_newer_version_cuts_off_the_older_whose_text_stays(url: str) -> None:
    async def work(connection: AnyConnection) -> None:
        await to_published(connection, CITY_RULE, 1)
        await to_published(connection, LOWER, 2, at("2019-10-20"))
        instants = (MIDDLE - 1, MIDDLE, at("2019-12-31"), at("2020-01-01"))
        assert await rates(connection, *instants) == [[1], [2], [2], []]
        text = await connection.fetchval("SELECT document FROM rule_version WHERE version = 1")
        assert text == CITY_RULE
        assert await verify(connection) == []
        notice = await connection.fetchval("SELECT max(text_ko) FROM rule_notice WHERE version = 2")
        assert "300,000원까지 6% → 3%" in notice

    run(url, work)


def test_a_confirmed_roll_back_ends_it_or_brings_the_former_terms_back(url: str) -> None:
    async def work(connection: AnyConnection) -> None:
        await to_published(connection, CITY_RULE, 1)
        await to_published(connection, LOWER, 2, at("2019-10-20"))
        asked, confirmed = at("2019-11-20T10:00"), at("2019-11-21T10:00") + 1
        await endings.ask_end(
            connection, acting("first", asked), "test-city", 2, reasons=REASONS, restore=True
        )
        with pytest.raises(StepRefusedError) as alone:
            await endings.confirm_end(connection, acting("first", confirmed), "test-city", 2)
        assert alone.value.refused.refusal is Refusal.END_NEEDS_ANOTHER
        await endings.confirm_end(connection, acting("second", confirmed), "test-city", 2)
        whole = confirmed - 1 + 1_000_000
        assert await rates(connection, whole - 1, whole, at("2020-01-01")) == [[2], [3], []]
        notice = await connection.fetchval(
            "SELECT text_ko FROM rule_notice WHERE begins_at_us=$1", whole
        )
        assert "300,000원까지 3% → 6%" in notice
        assert REASONS in notice
        assert await verify(connection) == []
        later = at("2019-12-01")
        for who, step in (("first", endings.ask_end), ("second", None)):
            if step is not None:
                await step(connection, acting(who, later), "test-city", 3, reasons=REASONS)
            else:
                await endings.confirm_end(connection, acting(who, later), "test-city", 3)
        assert await rates(connection, later - 1, later) == [[3], []]
        assert await verify(connection) == []

    run(url, work)


def test_it_refuses_an_earlier_step_without_writing_anything(url: str) -> None:
    async def work(connection: AnyConnection) -> None:
        await workflow.draft(connection, acting("writer"), CITY_RULE, "draft.yaml")
        before = len(await read_log(connection))
        with pytest.raises(StepRefusedError) as stop:
            await workflow.publish_version(connection, acting("root"), "test-city", 1)
        assert stop.value.refused.refusal is Refusal.OUT_OF_ORDER
        changed = CITY_RULE.replace("600", "700")
        with pytest.raises(StepRefusedError) as stop:
            await workflow.check(connection, acting("writer"), "test-city", 1, changed)
        assert stop.value.refused.refusal is Refusal.TEXT_CHANGED
        stranger = Acting("writer", acting("first").key, NOW, NOW)
        with pytest.raises(StepRefusedError) as stop:
            await workflow.check(connection, stranger, "test-city", 1)
        assert stop.value.refused.refusal is Refusal.KEY_UNKNOWN
        assert len(await read_log(connection)) == before
        assert await connection.fetchval("SELECT count(*) FROM rule_version") == 0

    run(url, work)


RISING = """\
id: test-city
version: 1
kind: step_down_ladder
title: {ko: 시 캐시백, en: City cashback}
scope: city
period: {from: 2019-10-01, until: 2020-01-01}
line: test-city
steps: [{left_from_won: 1000000, rate_bp: 300}, {left_from_won: 0, rate_bp: 600}]
funding: {of: 1, lines: {test-city: 1}}
sources: [https://example.org/city]
"""
COUPON = """\
id: test-city
version: 1
kind: coupon
title: {ko: 시 쿠폰, en: City coupon}
scope: city
period: {from: 2019-10-01, until: 2020-01-01}
coupon: {amount_won: 5000, stock: 100, valid: {days: 30}}
funding: {of: 1, lines: {test-city: 1}}
sources: [https://example.org/city]
"""
OTHER = CITY_RULE.replace("test-city\nversion", "test-other\nversion").replace("600", "200")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (OTHER, Fault.RULES_CONTRADICT),
        (OTHER.replace("2019-10-01", "2019-09-01"), Fault.RULES_CONTRADICT),
        (OTHER.replace("2019-10-01", "2019-07-01"), Fault.PERIOD_PAST),
    ],
)
def test_it_refuses_to_check_what_contradicts_or_is_past(url: str, text: str, fault: Fault) -> None:
    async def work(connection: AnyConnection) -> None:
        await to_published(connection, CITY_RULE, 1)
        await workflow.draft(connection, acting("writer"), text, "other.yaml")
        with pytest.raises(DocumentErrors) as refused:
            await workflow.check(connection, acting("writer"), "test-other", 1)
        assert fault in {error.fault for error in refused.value.errors}
        assert (await book(connection)).lives["test-other@1"].stage is Stage.DRAFT

    run(url, work)


@pytest.mark.parametrize(
    ("good", "wrong", "fault"),
    [
        ("{of: 6,", "{of: 5,", Fault.SHARES_SUM),
        ("rate_bp: 600", "rate_bp: 10001", Fault.RATE_OVER_WHOLE),
        ("test-city: 2", "test-nothing: 2", Fault.UNKNOWN_LINE),
        (CITY_RULE, RISING, Fault.LADDER_RISES),
    ],
)
def test_it_refuses_a_draft_that_no_city_can_pay(
    url: str, good: str, wrong: str, fault: Fault
) -> None:
    async def work(connection: AnyConnection) -> None:
        text = CITY_RULE.replace(good, wrong)
        with pytest.raises(DocumentErrors) as refused:
            await workflow.draft(connection, acting("writer"), text, "draft.yaml")
        assert [error.fault for error in refused.value.errors] == [fault]
        assert await connection.fetchval("SELECT count(*) FROM rule_draft") == 0

    run(url, work)


def test_a_contradiction_that_came_after_the_check_stops_the_publication(url: str) -> None:
    async def work(connection: AnyConnection) -> None:
        await to_scheduled(connection, CITY_RULE, 1)
        text = OTHER.replace("2019-10-01", "2019-12-01")
        writer, root = acting("writer"), acting("root")
        await workflow.draft(connection, writer, text, "other.yaml")
        await workflow.check(connection, writer, "test-other", 1)
        for who in ("first", "second"):
            await workflow.approve(connection, acting(who), "test-other", 1)
        await workflow.give_notice(connection, writer, "test-other", 1)
        await workflow.schedule(connection, writer, "test-other", 1)
        await workflow.publish_version(connection, root, "test-other", 1)
        with pytest.raises(DocumentErrors) as refused:
            await workflow.publish_version(connection, root, "test-city", 1)
        assert refused.value.errors[0].fault is Fault.RULES_CONTRADICT
        assert (await book(connection)).lives["test-city@1"].stage is Stage.SCHEDULED

    run(url, work)


def test_an_emergency_is_told_with_its_reasons(url: str) -> None:
    async def work(connection: AnyConnection) -> None:
        late = at("2019-10-01") - DAY_US
        writer = acting("writer", late)
        await workflow.draft(connection, writer, CITY_RULE, "draft.yaml")
        await workflow.check(connection, writer, "test-city", 1)
        for who in ("first", "second"):
            await workflow.approve(connection, acting(who, late), "test-city", 1)
        with pytest.raises(StepRefusedError) as short:
            await workflow.give_notice(connection, writer, "test-city", 1)
        assert short.value.refused.refusal is Refusal.NOTICE_TOO_SHORT
        await workflow.give_notice(connection, writer, "test-city", 1, REASONS)
        (row,) = await connection.fetch("SELECT * FROM rule_notice")
        assert row["emergency"]
        assert REASONS in row["text_ko"]

    run(url, work)


@pytest.mark.breaks_books
def test_it_refuses_a_stock_of_coupons_below_what_is_issued(url: str) -> None:
    async def work(connection: AnyConnection) -> None:
        await workflow.draft(connection, acting("writer"), COUPON, "coupon.yaml")
        await connection.execute("INSERT INTO coupon_stock VALUES ('test-city', 500, 101)")
        with pytest.raises(DocumentErrors) as refused:
            await workflow.check(connection, acting("writer"), "test-city", 1)
        (error,) = refused.value.errors
        assert error.fault is Fault.COUPON_STOCK_BELOW_ISSUED
        await connection.execute("UPDATE coupon_stock SET issued = 100")
        await workflow.check(connection, acting("writer"), "test-city", 1)

    run(url, work)


def test_a_notice_is_void_when_its_text_is_withdrawn_or_replaced(url: str) -> None:
    async def void(connection: AnyConnection) -> list[bool]:
        rows = await connection.fetch("SELECT void FROM rule_notice ORDER BY entry")
        return [row[0] for row in rows]

    async def work(connection: AnyConnection) -> None:
        await to_scheduled(connection, CITY_RULE, 1)
        assert await void(connection) == [False]
        await to_scheduled(connection, CITY_RULE.replace("600", "500"), 1)
        assert await void(connection) == [True, False]
        await endings.withdraw(connection, acting("writer"), "test-city", 1, REASONS)
        assert await void(connection) == [True, True]
        assert await verify(connection) == []

    run(url, work)


def test_a_text_cannot_break_the_notices_or_put_lines_into_them(url: str) -> None:
    hostile = 'en: "City\\0 \\ud800 cashback\\nSource: https://example.com/forged"'
    text = CITY_RULE.replace("en: City cashback", hostile)

    async def work(connection: AnyConnection) -> None:
        await to_scheduled(connection, text, 1)
        told = await connection.fetchval("SELECT text_en FROM rule_notice")
        assert [line for line in told.splitlines() if line.startswith("Source")] == [
            "Source: https://example.org/city"
        ]

    run(url, work)
