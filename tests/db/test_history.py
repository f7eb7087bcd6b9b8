"""The history taken from a real journal, and past months played again to the won."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dure.authorization.requests import (
    Cancel,
    ChangeWallet,
    Charge,
    ClaimCoupon,
    Purchase,
    Refund,
)
from dure.forecast.history.building import bring_up_to_date
from dure.forecast.history.refusals import HistoryError, NoHistoryError
from dure.forecast.history.store import History, history_folder, open_history, reading
from dure.forecast.results import Simulation
from dure.forecast.simulate.refusals import CannotSimulateError
from dure.forecast.simulate.scenarios import CityRules, read_city
from dure.forecast.simulate.simulation import simulate
from dure.kernel.calendar import DAY_US
from dure.policy.document import parse_document
from dure.rulebook.ends import cut_off
from tests.engines import (
    BEGUN_US,
    CITY_RULE,
    SHOP_JUNGGU,
    SHOP_PLUS,
    SHOP_SEOGU,
    RunningEngine,
    new_key,
    open_member,
)

MEMBERS = (1001, 1002, 1003, 1066)
OCTOBER, NOVEMBER = 201910, 201911
DISCOUNT = """\
id: test-discount
version: 1
kind: instant_discount
title: {ko: 즉시할인, en: Instant discount}
scope: city
period: {from: 2019-01-01, until: 2020-01-01}
shop_offer: {rate_bp_min: 300, rate_bp_max: 700}
funding: shop
sources: [https://example.org/discount]
"""
COUPON = """\
id: test-coupon
version: 1
kind: coupon
title: {ko: 쿠폰, en: Coupon}
scope: city
period: {from: 2019-10-01, until: 2019-12-01}
coupon: {amount_won: 3000, stock: 50, per_person: 20, min_won: 5000, valid: {days: 40}}
funding: {of: 3, lines: {test-seogu: 2, shop: 1}}
sources: [https://example.org/coupon]
"""
GREEDY = """\
id: test-greedy
version: 1
kind: flat_rate
title: {ko: 높은 요율, en: High rate}
scope: 서구
period: {from: 2019-10-01, until: open}
rate_bp: 9000
stacks_with: [test-seogu]
funding: {of: 1, lines: {test-seogu: 1}}
sources: [https://example.org/greedy]
"""
CUT_BY_BUDGET = "SELECT count(*) FROM incentive_line WHERE limited_by = 6"
JOURNAL_GIVEN = """
SELECT coalesce(sum(l.won), 0)::bigint
FROM incentive_line l JOIN journal j USING (shard, movement_id)
WHERE j.usage_month = %s AND j.kind IN (1, 3, 4, 5, 9) AND l.rule_version_id <= 4
"""


class City:
    """A small city in which things happen by seeded chance."""

    def __init__(self, engine: RunningEngine, seed: int) -> None:
        self.engine = engine
        self.chance = random.Random(seed)
        self.paid: list[Purchase] = []
        for member in MEMBERS:
            open_member(engine, member)
            charge = Charge(
                key=new_key(), occurred_at_us=BEGUN_US, member_id=member, amount_won=1_900_000
            )
            assert engine.ask(charge).approved
        spends = ChangeWallet(
            key=new_key(), occurred_at_us=BEGUN_US, member_id=MEMBERS[0], spend_cashback=False
        )
        assert engine.ask(spends).approved

    def pay(self, count: int, days: int) -> None:
        for _ in range(count):
            request = Purchase(
                key=new_key(),
                occurred_at_us=BEGUN_US + self.chance.randrange(days * DAY_US),
                shop_code=self.chance.choice((SHOP_JUNGGU, SHOP_SEOGU, SHOP_PLUS)),
                amount_won=self.chance.randrange(100, 60_000),
                channel=self.chance.choice((1, 2)),
                member_id=self.chance.choice(MEMBERS),
            )
            if self.engine.ask(request).approved:
                self.paid.append(request)
            if self.chance.random() < 0.3:
                self.give_back()

    def give_back(self) -> None:
        request = self.chance.choice(self.paid)
        at_us = BEGUN_US + 40 * DAY_US
        part = self.chance.randrange(1, request.amount_won + 1)
        if self.chance.random() < 0.5:
            self.engine.ask(
                Cancel(
                    key=new_key(), occurred_at_us=at_us, original_key=request.key,
                    member_id=request.member_id, rest_won=self.chance.choice((0, part)),
                )
            )  # fmt: skip
            return
        refund = Refund(
            key=new_key(), occurred_at_us=at_us, original_key=request.key, amount_won=part,
            shop_code=request.shop_code, member_id=request.member_id,
        )  # fmt: skip
        self.engine.ask(refund)
        if self.chance.random() < 0.3:
            undo = Cancel(
                key=new_key(), occurred_at_us=at_us, original_key=refund.key,
                member_id=request.member_id,
            )  # fmt: skip
            self.engine.ask(undo)

    def claim(self, rule_version_id: int) -> None:
        for member in MEMBERS:
            claim = ClaimCoupon(
                key=new_key(), occurred_at_us=BEGUN_US, member_id=member,
                rule_version_id=rule_version_id,
            )  # fmt: skip
            assert self.engine.ask(claim).approved


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def publish(connection: psycopg.Connection[Any], number: int, text: str) -> None:
    document = parse_document(text, "test")
    connection.execute(
        "INSERT INTO rule_version VALUES (%s, %s, %s, %s, %s, 0)",
        (number, document.id, document.version, text, hashlib.sha256(text.encode()).hexdigest()),
    )


def rules_of(db_url: str) -> CityRules:
    with psycopg.connect(db_url, autocommit=True) as connection:
        return read_city(connection)


def journal_given(db_url: str, month: int) -> int:
    with psycopg.connect(db_url, autocommit=True) as connection:
        row = connection.execute(JOURNAL_GIVEN, (month,)).fetchone()
        assert row is not None
        return int(row[0])


def quietly(
    home: Path, city: CityRules, from_month: int = OCTOBER, until_month: int = 201912
) -> Simulation:
    return simulate(
        home, city.in_force, city.in_force, city.lines, from_month, until_month,
        tell=lambda _progress: None, stopped=lambda: False,
    )  # fmt: skip


def bytes_of(history: History) -> dict[str, bytes]:
    return {
        str(path.relative_to(history.folder)): path.read_bytes()
        for path in history.folder.rglob("*")
        if path.is_file() and path.suffix != ".lock"
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_past_month_gives_the_journals_incentive_to_the_won(
    engine: RunningEngine, db_url: str, home: Path, seed: int
) -> None:
    with psycopg.connect(db_url, autocommit=True) as connection:
        publish(connection, 4, DISCOUNT)
        publish(connection, 5, COUPON)
    city = City(engine, seed)
    for _ in range(3):
        city.claim(5)
    city.pay(120, 30)
    bring_up_to_date(db_url, home)
    told = quietly(home, rules_of(db_url))
    months = next(one.rows for one in told.breakdowns if one.dimension == "month")
    assert {int(row.key): row.after_won for row in months} == {
        OCTOBER: journal_given(db_url, OCTOBER),
        NOVEMBER: journal_given(db_url, NOVEMBER),
    }
    assert told.after_won > 0
    assert told.before_won == told.after_won == sum(line.after_won for line in told.lines)
    assert [one.code for one in told.warnings] == ["kinds_left_out"]
    for breakdown in told.breakdowns:
        assert sum(row.after_won for row in breakdown.rows) == told.after_won, breakdown.dimension
        assert sum(row.payments for row in breakdown.rows) == told.payments
        assert sum(row.amount_won for row in breakdown.rows) == told.amount_won


def test_a_line_that_ran_out_is_played_as_it_ran_out(
    engine: RunningEngine, db_url: str, home: Path
) -> None:
    city = City(engine, 7)
    with psycopg.connect(db_url, autocommit=True) as connection:
        publish(connection, 4, GREEDY)
    city.pay(150, 3)
    bring_up_to_date(db_url, home)
    with psycopg.connect(db_url, autocommit=True) as connection:
        cut = connection.execute(CUT_BY_BUDGET).fetchone()
    assert cut is not None
    assert cut[0] > 0
    told = quietly(home, rules_of(db_url), OCTOBER, NOVEMBER)
    assert told.after_won == journal_given(db_url, OCTOBER)
    assert "differs_from_journal" not in [one.code for one in told.warnings]


def test_days_that_are_added_one_by_one_make_the_same_files_as_all_at_once(
    engine: RunningEngine, db_url: str, home: Path
) -> None:
    city = City(engine, 4)
    for _ in range(4):
        city.pay(20, 30)
        history = bring_up_to_date(db_url, home)
    at_once = bring_up_to_date(db_url, home / "beside")
    assert bytes_of(history) == bytes_of(at_once)
    assert history.manifest.sha256 == at_once.manifest.sha256
    again = bring_up_to_date(db_url, home)
    assert again.manifest.sha256 == history.manifest.sha256


def test_it_leaves_the_old_history_when_it_is_stopped(
    engine: RunningEngine, db_url: str, home: Path
) -> None:
    city = City(engine, 5)
    city.pay(10, 30)
    before = bring_up_to_date(db_url, home).manifest
    city.pay(10, 30)
    seen: list[int] = []
    bring_up_to_date(db_url, home, tell=seen.append, stopped=lambda: len(seen) > 30)
    assert open_history(history_folder(home)).manifest == before
    assert bring_up_to_date(db_url, home).manifest != before


def test_who_reads_keeps_the_files_that_are_written_anew_meanwhile(
    engine: RunningEngine, db_url: str, home: Path
) -> None:
    city = City(engine, 10)
    city.pay(10, 5)
    bring_up_to_date(db_url, home)
    with reading(history_folder(home)) as old:
        city.pay(10, 5)
        new = bring_up_to_date(db_url, home)
        assert old.month(OCTOBER).payments < new.month(OCTOBER).payments
        assert len(list(new.folder.glob("201910-*"))) == 2
    bring_up_to_date(db_url, home, anew=True)
    assert len(list(new.folder.glob("201910-*"))) == 1


def test_it_refuses_a_damaged_file_and_says_what_to_do(
    engine: RunningEngine, db_url: str, home: Path
) -> None:
    with pytest.raises(NoHistoryError):
        open_history(history_folder(home))
    City(engine, 6).pay(10, 5)
    history = bring_up_to_date(db_url, home)
    path = next(history.folder.glob("2019*/amount_won.npy"))
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(HistoryError, match="--anew"):
        open_history(history_folder(home)).month(OCTOBER)
    with pytest.raises(CannotSimulateError) as refused:
        quietly(home, rules_of(db_url), OCTOBER, NOVEMBER)
    assert "다시 만드세요" in refused.value.korean


def test_it_names_the_months_that_are_missing(
    engine: RunningEngine, db_url: str, home: Path
) -> None:
    City(engine, 8).pay(10, 5)
    bring_up_to_date(db_url, home)
    with pytest.raises(CannotSimulateError, match="2019-09"):
        quietly(home, rules_of(db_url), 201909, NOVEMBER)
    with pytest.raises(CannotSimulateError, match="empty"):
        quietly(home, rules_of(db_url), OCTOBER, OCTOBER)


def test_a_draft_takes_the_place_of_the_published_rule(
    engine: RunningEngine, db_url: str, home: Path
) -> None:
    city = City(engine, 9)
    city.pay(60, 8)
    bring_up_to_date(db_url, home)
    rules = rules_of(db_url)
    text = CITY_RULE.replace("version: 1", "version: 9").replace("600", "1000")
    draft = cut_off(parse_document(text, "draft"), None)
    span = (BEGUN_US - 30 * DAY_US, BEGUN_US + 60 * DAY_US)
    tried = rules.with_drafts("more", [draft], *span)
    told = simulate(
        home, rules.in_force, tried, rules.lines, OCTOBER, NOVEMBER,
        tell=lambda _progress: None, stopped=lambda: False,
    )  # fmt: skip
    assert told.before_won == journal_given(db_url, OCTOBER) < told.after_won
    assert ("test-city", 9) in {(one.rule, one.version) for one in told.after}
    assert not [one for one in told.after if one.rule == "test-city" and one.version < 9]
    groups = next(one.rows for one in told.breakdowns if one.dimension == "spend_decile")
    assert sum(row.members_gain for row in groups) == len({one.member_id for one in city.paid})
    assert sum(row.members_lose for row in groups) == 0
