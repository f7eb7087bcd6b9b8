"""Simulations over a small history: what is told, refused, stopped, and previewed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from dure.demo.bench.simulate_city import LINES, make_members, make_months, make_shops, scenario
from dure.forecast.history.facts import BUDGET, SHOP, Records
from dure.forecast.history.manifest import FORMAT, Manifest
from dure.forecast.history.sorting import sort_month, start_of_month_us
from dure.forecast.history.store import History, keep, write_month, write_records
from dure.forecast.results import Simulation, decode, encode
from dure.forecast.simulate import running
from dure.forecast.simulate.general import no_moves, play_generally
from dure.forecast.simulate.playing import play_plainly
from dure.forecast.simulate.refusals import CannotSimulateError, StoppedError
from dure.forecast.simulate.running import Span
from dure.forecast.simulate.scenarios import CityRules, Scenario
from dure.forecast.simulate.simulation import simulate, simulate_many
from dure.policy.document import parse_document

MONTHS = (202001, 202002, 202003)
UNTIL = 202004
GIFT = """\
id: bench-gift
version: 1
kind: first_purchase
title: {ko: 첫 결제, en: First purchase}
scope: city
period: {from: 2020-01-01, until: open}
gift_won: 1000
stacks_with: [bench-cashback]
funding: {of: 1, lines: {bench-city: 1}}
sources: [https://example.org/gift]
"""
DISCOUNT = """\
id: bench-discount
version: 1
kind: instant_discount
title: {ko: 즉시할인, en: Instant discount}
scope: city
period: {from: 2020-01-01, until: open}
shop_offer: {rate_bp_min: 100, rate_bp_max: 700}
funding: shop
sources: [https://example.org/discount]
"""


def build(home: Path, shops: Records, budget: list[tuple[int, ...]] | None = None) -> History:
    folder = home / "history"
    folder.mkdir()
    entries = {}
    for month, source in make_months(300, len(np.unique(shops["shop_id"]))):
        if month < UNTIL:
            columns = sort_month(month, source)
            entries[str(month)] = write_month(folder, month, columns, {}, {}, [])
    manifest = Manifest(
        format=FORMAT,
        marks=[0] * 64,
        months=entries,
        shops=write_records(folder, "shops", shops),
        members=write_records(folder, "members", make_members(300)),
        budget=write_records(folder, "budget", np.array(budget or [], BUDGET)),
    )
    return keep(folder, manifest)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    build(folder, make_shops(60))
    return folder


def ask(home: Path, *, preview: bool = False, number: int = 7) -> Simulation:
    return simulate(
        home, scenario(0), scenario(number), LINES, MONTHS[0], UNTIL,
        tell=lambda _progress: None, stopped=lambda: False, preview=preview,
    )  # fmt: skip


def test_every_breakdown_sums_to_the_whole(home: Path) -> None:
    told = ask(home)
    assert told.exact
    assert {one.dimension for one in told.breakdowns} == {
        "district", "sector", "sales_band", "channel", "age_band", "member_district",
        "spend_decile", "month",
    }  # fmt: skip
    for breakdown in told.breakdowns:
        for field in ("before_won", "after_won", "payments", "amount_won"):
            total = sum(getattr(row, field) for row in breakdown.rows)
            assert total == getattr(told, field), (breakdown.dimension, field)
    assert sum(line.after_won for line in told.lines) == told.after_won
    deciles = next(one.rows for one in told.breakdowns if one.dimension == "spend_decile")
    assert len(deciles) == 10
    assert sum(row.members for row in deciles) == told.members
    changed = sum(row.members_gain + row.members_lose for row in deciles)
    assert 0 < changed <= told.members


def test_it_is_told_as_the_same_bytes_each_time(home: Path) -> None:
    told = ask(home)
    assert encode(told) == encode(ask(home))
    assert decode(encode(told), Simulation) == told


def test_the_same_rules_change_nothing(home: Path) -> None:
    told = ask(home, number=0)
    assert told.before_won == told.after_won > 0
    assert not any(row.members_gain or row.members_lose for b in told.breakdowns for row in b.rows)


def test_it_tells_how_far_it_is_and_stops_between_months(home: Path) -> None:
    progress: list[int] = []

    def asked(stop_at: int) -> list[Simulation]:
        progress.clear()
        return simulate_many(
            home, scenario(0), [scenario(1), scenario(2)], LINES, MONTHS[0], UNTIL,
            tell=progress.append, stopped=lambda: len(progress) >= stop_at,
        )  # fmt: skip

    asked(100)
    assert progress == sorted(progress)
    assert len(progress) == 9
    assert progress[-1] == 10_000
    with pytest.raises(StoppedError):
        asked(4)
    assert len(progress) == 4


def test_a_preview_says_how_far_off_it_is(home: Path) -> None:
    exact, about = ask(home), ask(home, preview=True)
    assert not about.exact
    assert about.error_bp < 500
    assert about.after_won == pytest.approx(exact.after_won, rel=0.05)
    assert about.lines[0].code == exact.lines[0].code


def test_a_preview_refuses_rules_of_which_it_would_say_nothing(home: Path) -> None:
    gift = parse_document(GIFT, "gift")
    asked = Scenario("gift", (*scenario(0).documents, gift), {**scenario(0).rule_ids, gift.key: 9})
    with pytest.raises(CannotSimulateError, match="Ask for the exact simulation"):
        simulate(
            home, scenario(0), asked, LINES, MONTHS[0], UNTIL,
            tell=lambda _progress: None, stopped=lambda: False, preview=True,
        )  # fmt: skip
    told = simulate(
        home, scenario(0), asked, LINES, MONTHS[0], UNTIL,
        tell=lambda _progress: None, stopped=lambda: False,
    )  # fmt: skip
    assert told.after_won - told.before_won == 1_000 * told.members


def test_it_refuses_months_that_it_does_not_have(home: Path) -> None:
    with pytest.raises(CannotSimulateError) as refused:
        simulate(
            home, scenario(0), scenario(1), LINES, 201911, 202005,
            tell=lambda _progress: None, stopped=lambda: False,
        )  # fmt: skip
    assert refused.value.code == "months_missing"
    assert "2019년 11월" in refused.value.korean
    assert "2020-04" in refused.value.english


def test_it_refuses_where_there_is_no_history(tmp_path: Path) -> None:
    with pytest.raises(CannotSimulateError, match="Run `dure forecast history` first"):
        ask(tmp_path)


def test_it_refuses_a_line_that_the_city_does_not_have(home: Path) -> None:
    with pytest.raises(CannotSimulateError, match="bench-yeonsu"):
        simulate(
            home, scenario(0), scenario(1), LINES[:3], MONTHS[0], UNTIL,
            tell=lambda _progress: None, stopped=lambda: False,
        )  # fmt: skip


def test_it_refuses_a_month_with_payments_that_no_column_holds(tmp_path: Path) -> None:
    history = build(tmp_path, make_shops(20))
    entry = msgspec.structs.replace(history.manifest.months["202002"], left_out=[5])
    months = history.manifest.months | {"202002": entry}
    keep(history.folder, msgspec.structs.replace(history.manifest, months=months))
    with pytest.raises(CannotSimulateError, match="2020-02 has 1 payments above"):
        ask(tmp_path)


def test_it_says_which_line_was_too_small_where_order_does_not_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(tmp_path, make_shops(20), [(1, 2, 1_000, 0)])
    played = ask(tmp_path)
    city = {line.line_id: line for line in played.lines}[2]
    assert (city.before_won, city.after_won) == (1_000, 1_000)
    monkeypatch.setattr(running, "TOGETHER_MAX", 10)
    told = ask(tmp_path)
    assert [one.code for one in told.warnings if one.code == "line_too_small"]
    assert told.after_won > played.after_won


def changing_shops() -> Records:
    """Shops whose offers begin and end amid months; every stretch is a row."""
    shops = make_shops(60)
    rows = []
    for place, shop in enumerate(shops):
        rows.append(shop.copy())
        day = 86_400_000_000
        for at, rate in ((9 + place, 500), (17 + place, 300), (33, 0)):
            if place % 3 == 0:
                changed = shop.copy()
                changed["from_us"] = start_of_month_us(202001) + at * day
                changed["benefit_plus_bp"] = rate
                rows.append(changed)
    found = np.array(rows, SHOP)
    return found[np.lexsort((found["from_us"], found["shop_id"]))]


def test_offers_that_begin_amid_a_month_are_found_by_plain_code_as_by_general(
    tmp_path: Path,
) -> None:
    history = build(tmp_path, changing_shops())
    first = scenario(3)
    discount = parse_document(DISCOUNT, "discount")
    tried = Scenario(
        "with-discount", (*first.documents, discount), {**first.rule_ids, discount.key: 9}
    )
    span = Span.of(history, MONTHS)
    ready = span.ready(tried.compiled(LINES))
    plainly = play_plainly(history, ready, MONTHS, tell=lambda _done: None, stopped=lambda: False)
    generally = play_generally(
        history, ready, span.members, MONTHS, no_moves(history),
        together=False, tell=lambda _done: None, stopped=lambda: False,
    )  # fmt: skip
    assert sum(plainly.discount_won) > 0
    assert plainly.discount_won == generally.discount_won
    assert plainly.won_by_rule == generally.won_by_rule
    assert plainly.cells.tolist() == generally.cells.tolist()
    assert plainly.member_won.tolist() == generally.member_won.tolist()


def test_a_draft_holds_over_the_whole_period_in_place_of_what_is_published() -> None:
    published = scenario(0)
    city = CityRules(published, LINES)
    draft = replace(scenario(5).documents[0], version=2)
    span = start_of_month_us(202002), start_of_month_us(202003)
    tried = city.with_drafts("draft", [draft], *span)
    held = {one.key: (one.from_us, one.until_us) for one in tried.documents}
    before = published.documents[0]
    assert held["bench-cashback@1"] == (before.from_us, span[0])
    assert held["bench-cashback@2"] == span
    assert len(set(tried.rule_ids.values())) == len(tried.documents)
