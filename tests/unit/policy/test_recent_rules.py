"""Rules as cities make them in 2025 need documents and no code: bands, areas, a festival."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from dure.policy.evaluate import RuleSet, compile_rules
from dure.policy.lines import LimitedBy
from dure.policy.occasions import Channel, Mark, MemberFacts, Occasion, SalesBand, ShopFacts
from dure.rulebook.directory import load_directory
from tests.unit.policy.conftest import MUCH_WON, seoul_us

LINES: Final = {"city-2025": 1, "festival-2025": 2}
SUM_WON: Final = 1_800_000_000
JUNGGU, GANGHWA = 28110, 28710
DOCUMENTS: Final = load_directory(Path(__file__).parent / "recent")
IDS: Final = {document.key: number for number, document in enumerate(DOCUMENTS, 1)}
NAMES: Final = {number: key.split("@")[0] for key, number in IDS.items()}


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return compile_rules(DOCUMENTS, LINES, IDS)


def given(
    rules: RuleSet, when: str, won: int, month: int = 0, **facts: Any
) -> dict[str, tuple[int, LimitedBy]]:
    """What each rule gives and what limited it; without those that a better one excludes."""
    shop = ShopFacts(1, JUNGGU, "56111", "5812", SalesBand.UP_TO_300M)
    of_shop = {name: facts.pop(name) for name in list(facts) if name in ShopFacts._fields}
    used = facts.pop("used", 0)
    asked = Occasion(
        seoul_us(when), won, won, month, shop._replace(**of_shop), MemberFacts(28200, 1980, 2),
        Channel.CARD, {1: MUCH_WON, 2: SUM_WON - used}, facts.pop("counters", {}),
        {IDS["festival@1"]: used},
    )  # fmt: skip
    lines = rules.at(asked.at_us).evaluate(asked)
    return {
        NAMES[line.rule_id]: (line.won, LimitedBy(line.limited_by))
        for line in lines
        if line.limited_by != LimitedBy.BETTER_RULE
    }


FREE, BEYOND = LimitedBy.NONE, LimitedBy.BRACKET
WEDNESDAY, FRIDAY, FESTIVAL = "2025-04-02T18:00", "2025-04-04T18:00", "2025-05-07T12:00"
SMALL, MIDDLE, LARGE = SalesBand.UP_TO_300M, SalesBand.UP_TO_3BN, SalesBand.ABOVE_3BN
STREET = Mark.WEAK_STREET


@pytest.mark.parametrize(
    ("when", "won", "month", "facts", "gives"),
    [
        (WEDNESDAY, 10_000, 0, {}, {"city-bands": (700, FREE)}),
        (WEDNESDAY, 10_000, 0, {"sales_band": MIDDLE}, {"city-bands": (500, FREE)}),
        (WEDNESDAY, 10_000, 0, {"sales_band": LARGE}, {}),
        (WEDNESDAY, 10_000, 495_000, {}, {"city-bands": (350, BEYOND)}),
        (WEDNESDAY, 10_000, 0, {"district": GANGHWA}, {"city-bands-far": (1_500, FREE)}),
        (
            WEDNESDAY,
            10_000,
            0,
            {"district": GANGHWA, "sales_band": MIDDLE},
            {"city-bands-far": (700, FREE)},
        ),
        (WEDNESDAY, 10_000, 0, {"marks": STREET}, {"city-bands": (700, FREE)}),
        (
            FRIDAY,
            10_000,
            0,
            {"marks": STREET},
            {"city-bands": (700, FREE), "market-evenings": (300, FREE)},
        ),
        (
            FRIDAY,
            10_000,
            0,
            {"marks": STREET, "sales_band": LARGE},
            {"market-evenings": (300, FREE)},
        ),
        (FESTIVAL, 10_000, 0, {}, {"festival": (1_500, FREE)}),
        (FESTIVAL, 10_000, 0, {"sales_band": LARGE}, {}),
        (FESTIVAL, 10_000, 0, {"district": GANGHWA}, {"city-bands-far": (1_500, FREE)}),
        (FESTIVAL, 100_000, 300_000, {}, {"city-bands": (7_000, FREE)}),
        ("2025-04-30T23:59", 10_000, 0, {}, {"city-bands": (700, FREE)}),
        ("2025-05-01T00:00", 10_000, 0, {}, {"festival": (1_500, FREE)}),
        ("2025-05-16T00:00", 10_000, 0, {}, {"city-bands": (700, FREE)}),
        ("2026-01-01T00:00", 10_000, 0, {}, {}),
    ],
)
def test_it_gives_what_the_documents_say(
    rules: RuleSet,
    when: str,
    won: int,
    month: int,
    facts: dict[str, Any],
    gives: dict[str, tuple[int, LimitedBy]],
) -> None:
    assert given(rules, when, won, month, **facts) == gives


@pytest.mark.parametrize(
    ("used_won", "gives"),
    [
        (0, {"festival": (15_000, FREE)}),
        (SUM_WON - 15_000, {"festival": (15_000, FREE)}),
        (SUM_WON - 14_999, {"festival": (14_999, LimitedBy.SUM_USED)}),
        (SUM_WON - 7_001, {"festival": (7_001, LimitedBy.SUM_USED)}),
        (SUM_WON - 6_999, {"city-bands": (7_000, FREE)}),
        (SUM_WON, {"city-bands": (7_000, FREE)}),
    ],
)
def test_the_festival_lasts_until_its_sum_is_used_and_the_bands_go_on(
    rules: RuleSet, used_won: int, gives: dict[str, tuple[int, LimitedBy]]
) -> None:
    assert given(rules, FESTIVAL, 100_000, used=used_won) == gives


def test_a_member_has_so_much_of_the_festival_and_then_the_bands(rules: RuleSet) -> None:
    had = {"ever/festival/cashback_won": 29_000}
    assert given(rules, FESTIVAL, 10_000, counters=had) == {
        "festival": (1_000, LimitedBy.MEMBER_CAP)
    }
    had = {"ever/festival/cashback_won": 29_999}
    assert given(rules, FESTIVAL, 10_000, counters=had) == {"city-bands": (700, FREE)}
