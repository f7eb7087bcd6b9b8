"""Proposals are rule documents that an official can draft, check and publish as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from dure.forecast.demand.days import day_number
from dure.forecast.optimize.courses import Bracket, Course, Rung, Stretch, step_most_bp
from dure.forecast.optimize.ladders import Grain, clamped, starts_of
from dure.forecast.optimize.money import Money, money_of
from dure.forecast.optimize.replacing import (
    documents_of,
    next_version,
    replaced_rule,
    with_course,
)
from dure.forecast.optimize.writing import texts_of
from dure.kernel.calendar import from_us, start_of_day_us
from dure.policy.contradictions import contradictions
from dure.policy.document import RuleDocument, check_together, parse_document
from dure.policy.funding import Splitter
from dure.rulebook.ends import cut_off
from dure.rulebook.publishing import prepare_publication
from tests.unit.forecast.planning_city import CITY, FIRST, LAST, STATE, day, documents, lines

FIRST_DAY, LAST_DAY = day_number(FIRST), day_number(LAST)
KNOWN = {line.code for line in lines()}
LADDER = (Rung(9_000_000_000, 500), Rung(4_500_000_000, 300), Rung(0, 100))
FIXED = Course(
    "dated",
    (
        Stretch(
            FIRST_DAY,
            day("2019-11-01"),
            (Bracket(0, 300_000, 400), Bracket(300_000, 500_000, 150)),
            cap_won=500_000,
        ),
        Stretch(day("2019-11-01"), LAST_DAY + 1, (Bracket(0, None, 200),)),
    ),
)
FOLLOWING = Course(
    "ladder",
    tuple(
        Stretch(start, until, rungs=LADDER, cap_won=300_000)
        for start, until in (
            (FIRST_DAY, day("2019-10-16")),
            (day("2019-10-16"), LAST_DAY + 1),
        )
    ),
    band_most=4,
)


def money() -> Money:
    return money_of(lines(), [STATE, CITY], LAST_DAY)


def former() -> RuleDocument:
    return replaced_rule(documents(), [STATE, CITY], FIRST_DAY)


def texts(course: Course) -> list[str]:
    version = next_version(documents(), former().id)
    return texts_of(course, former(), version, money(), ['왜: "사유"', "why: # a reason"])


def test_it_takes_the_place_of_the_citys_rule_that_holds_then() -> None:
    assert former().key == "incheon-city-cashback@2"
    assert next_version(documents(), "incheon-city-cashback") == 3


@pytest.mark.parametrize("course", [FIXED, FOLLOWING], ids=["fixed", "following"])
def test_the_texts_say_what_was_searched(course: Course) -> None:
    searched = documents_of(course, former(), 3, money())
    for text, document in zip(texts(course), searched, strict=True):
        read = parse_document(text, "proposal", KNOWN)
        bare = replace(read, text="", places={}, funding=replace(read.funding, places=()))
        own = {"text": "", "places": {}, "notes": read.notes}
        assert bare == replace(document, **own)  # type: ignore[arg-type]
        assert len(read.notes) == 2
        assert read.eligibility.trades == former().eligibility.trades
        assert read.title.ko
        assert read.title.en


@pytest.mark.parametrize("course", [FIXED, FOLLOWING], ids=["fixed", "following"])
def test_every_text_passes_the_checks_of_publishing_one_after_the_other(course: Course) -> None:
    published = list(documents())
    eve = from_us(start_of_day_us(FIRST)) - timedelta(days=10)
    for text in texts(course):
        begins_us = parse_document(text, "proposal").from_us
        published = [
            cut_off(d, max(begins_us, d.from_us)) if d.id == former().id else d for d in published
        ]
        publication = prepare_publication(text, "proposal", KNOWN, published, eve)
        published.append(publication.document)
    versions = [d.version for d in published if d.id == former().id]
    assert versions == [1, 2, 3, 4]


@pytest.mark.parametrize("course", [FIXED, FOLLOWING], ids=["fixed", "following"])
def test_all_documents_together_hold_without_a_gap_or_a_contradiction(course: Course) -> None:
    read = [parse_document(text, f"{n}", KNOWN) for n, text in enumerate(texts(course))]
    together = with_course(documents(), read)
    assert check_together(together) == []
    assert contradictions(together) == []
    own = sorted((d for d in together if d.id == former().id), key=lambda d: d.from_us)
    for earlier, later in pairwise(own):
        assert earlier.until_us == later.from_us
    assert own[-1].until_us == start_of_day_us(LAST + timedelta(days=1))


def test_a_later_version_that_was_published_gives_way_to_the_plan() -> None:
    later = replace(
        former(),
        version=9,
        from_us=start_of_day_us(FIRST) + 10**12,
        until_us=former().until_us + 10**12,
    )
    plan = documents_of(FIXED, former(), 10, money())
    kept = with_course([*documents(), later], plan)
    assert [d.version for d in kept if d.id == former().id] == [1, 2, 10, 11]


@pytest.mark.parametrize("spent_won", [1, 7, 999, 12_345_678, 26_990_000_000])
def test_the_shares_empty_all_lines_together(spent_won: int) -> None:
    drawn = dict(Splitter(money().funding, {STATE: 1, CITY: 2}).split(spent_won))
    assert sum(drawn.values()) == spent_won
    left = {line.line_id: line.left_won for line in money().lines}
    exact = spent_won * left[money().ids[0]] / money().left_won
    assert drawn.get(1, 0) == pytest.approx(exact, rel=0.001, abs=2)


def test_a_release_of_money_over_time_ends_with_the_former_rule() -> None:
    released = 'release: {each: day, won: 200000000, at: "09:00", unused: carried_on}\n'
    paced = parse_document(former().text + released, "paced", KNOWN)
    assert paced.release is not None
    for text in texts_of(FIXED, paced, 3, money(), ["why"]):
        assert parse_document(text, "proposal", KNOWN).release is None
    assert all(d.release is None for d in documents_of(FIXED, paced, 3, money()))


def test_a_line_with_nothing_left_is_left_out() -> None:
    alone = money_of(lines({STATE: 0, CITY: 5_000_000_000}), [STATE, CITY], LAST_DAY)
    assert [line.code for line in alone.lines] == [CITY]
    assert alone.funding.whole == 1


def test_the_level_of_the_watched_line_is_its_share_of_the_whole() -> None:
    assert money().watched.code == CITY
    level = money().level_won(9_000_000_000)
    assert level == pytest.approx(9_000_000_000 * 17_357 / 27_000, rel=0.001)
    assert level % 1_000_000 == 0


def test_it_counts_the_largest_step_that_any_future_can_meet() -> None:
    assert step_most_bp(FOLLOWING, None, 10**10) == 200
    assert step_most_bp(FOLLOWING, 600, 10**10) == 200
    assert step_most_bp(FOLLOWING, 600, 10**9) == 500
    assert step_most_bp(FIXED, 600, 10**10) == 200


def ladder_from(start: str, until: str, rungs: Sequence[Rung]) -> Stretch:
    return Stretch(day(start), day(until), rungs=tuple(rungs))


def test_levels_are_raised_until_no_new_term_brings_too_large_a_step() -> None:
    high = [Rung(900_000_000, 1_000), Rung(100_000_000, 600), Rung(0, 100)]
    stretches = [
        ladder_from("2019-09-01", "2019-10-01", LADDER),
        ladder_from("2019-10-01", "2020-01-01", high),
    ]
    assert step_most_bp(Course("ladder", tuple(stretches)), None, 0) == 900
    kept = Course("ladder", clamped(stretches, money(), 500))
    assert step_most_bp(kept, None, 0) == 500
    assert kept.stretches[1].rungs[-1] == Rung(0, 100)


@pytest.mark.parametrize(
    ("grain", "starts"),
    [
        (Grain.MONTHS, ["2019-11-10", "2019-12-01"]),
        (Grain.HALVES, ["2019-11-10", "2019-11-16", "2019-12-01", "2019-12-16"]),
        (
            Grain.CLOSING,
            ["2019-11-10", "2019-12-01", "2019-12-08", "2019-12-16", "2019-12-22", "2019-12-27"],
        ),
    ],
)
def test_terms_begin_on_days_that_people_know(grain: Grain, starts: list[str]) -> None:
    found = starts_of(day("2019-11-10"), LAST_DAY, grain)
    assert found == [day(text) for text in starts]
    with_money = starts_of(day("2019-11-10"), LAST_DAY, grain, [day("2019-12-05")])
    assert day("2019-12-05") in with_money
