"""The demo city on the evening before the decision."""

from __future__ import annotations

from dure.demo.city import OPENING_US
from dure.demo.undecided import undecided
from dure.policy.contradictions import contradictions
from dure.policy.document import check_together
from dure.rulebook.directory import load_directory, packaged_documents

MIDNIGHT_US = OPENING_US + 6 * 3_600_000_000


def test_it_keeps_what_had_begun_and_lets_none_of_it_end_before_the_year_does() -> None:
    every = load_directory(packaged_documents())
    kept = undecided(every, OPENING_US)
    assert {one.key for one in kept} == {one.key for one in every if one.from_us <= OPENING_US}
    before = {one.key for one in every if one.from_us <= OPENING_US < one.until_us}
    assert "incheon-city-cashback@2" in before
    after = {one.key for one in kept if one.from_us <= MIDNIGHT_US < one.until_us}
    assert after == before


def test_its_rules_hold_together() -> None:
    kept = undecided(load_directory(packaged_documents()), OPENING_US)
    assert not check_together(kept)
    assert not contradictions(kept)
