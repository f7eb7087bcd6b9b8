"""Two rules of one scope that may meet say how they go together, or are refused."""

from __future__ import annotations

import pytest

from dure.policy.contradictions import contradictions
from dure.policy.document import RuleDocument, parse_document
from dure.policy.document_errors import Fault
from tests.unit.policy.conftest import LINE_IDS
from tests.unit.policy.kinds_desk import document, kind_text, refusals

FLAT = "rate_bp: 100"
IN_SEOGU = {"scope": "서구"}
Half = tuple[str, str, dict[str, str]]


def asked(eligibility: str) -> Half:
    return ("flat_rate", f"{FLAT}\neligibility: {{{eligibility}}}", {})


def bands(words: str) -> Half:
    return ("band_rate", f"band_rates_bp: {{{words}}}", {})


def channels(words: str) -> Half:
    return ("channel_rate", f"channel_rates_bp: {{{words}}}", {})


PLAIN: Half = ("flat_rate", FLAT, {})
MAKER: Half = ("local_maker", FLAT, {})

# Two rules, and whether they contradict each other when neither names the other.
PAIRS: list[tuple[Half, Half, bool]] = [
    (PLAIN, PLAIN, True),
    (PLAIN, ("flat_rate", FLAT, IN_SEOGU), False),
    (("flat_rate", FLAT, IN_SEOGU), ("flat_rate", FLAT, IN_SEOGU), True),
    (("flat_rate", FLAT, IN_SEOGU), ("flat_rate", FLAT, {"scope": "중구"}), False),
    (PLAIN, ("charge_bonus", FLAT, {}), False),
    (("charge_bonus", FLAT, {}), ("charge_bonus", FLAT, {}), True),
    (asked("channels: [qr]"), asked("channels: [card]"), False),
    (asked("channels: [qr]"), asked("channels: [card, qr]"), True),
    (asked("weekdays: [mon]"), asked("weekdays: [tue]"), False),
    (asked('hours: [{from: "09:00", until: "12:00"}]'),
     asked('hours: [{from: "12:00", until: "18:00"}]'), False),
    (asked('hours: [{from: "09:00", until: "12:01"}]'),
     asked('hours: [{from: "12:00", until: "18:00"}]'), True),
    (asked("sales_band_max: up_to_1bn"), asked("sales_bands: [up_to_3bn]"), False),
    (asked("sales_band_max: up_to_1bn"), asked("sales_bands: [up_to_3bn, up_to_1bn]"), True),
    (bands("up_to_300m: 1"), bands("up_to_500m: 1"), False),
    (bands("up_to_300m: 1"), bands("up_to_500m: 1, up_to_300m: 1"), True),
    (bands("above_3bn: 1"), asked("sales_band_max: up_to_3bn"), False),
    (channels("qr: 1"), channels("taxi: 1"), False),
    (channels("qr: 1"), asked("channels: [qr]"), True),
    (MAKER, asked("trades: {excluded: [local_maker, gold]}"), False),
    (MAKER, asked("trades: {included: [gold]}"), False),
    (MAKER, PLAIN, True),
    (asked('sectors: {included: ["56"]}'), asked('sectors: {included: ["561"]}'), True),
    (asked('sectors: {included: ["56"]}'), asked('sectors: {included: ["47"]}'), False),
    (asked('sectors: {included: ["561"]}'), asked('sectors: {excluded: ["56"]}'), False),
    (asked('sectors: {included: ["56"]}'), asked('sectors: {excluded: ["561"]}'), True),
    (PLAIN, ("stamp_mission", "stamps: 2\ndistinct: shop\ngift_won: 1", {}), True),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "contradict"), PAIRS)
def test_it_tells_rules_that_may_meet_from_rules_that_cannot(
    one: Half, other: Half, contradict: bool
) -> None:
    pair = [
        document(kind, own, name=name, **parts)
        for name, (kind, own, parts) in zip(("one", "other"), (one, other), strict=True)
    ]
    for documents in (pair, pair[::-1]):
        assert [error.fault for error in contradictions(documents)] == (
            [Fault.RULES_CONTRADICT] if contradict else []
        )


def at(name: str, own: str, period: str) -> RuleDocument:
    text = kind_text("flat_rate", f"{FLAT}\n{own}", name=name)
    text = text.replace("{from: 2020-01-01, until: open}", period)
    return parse_document(text, f"{name}.yaml", LINE_IDS)


@pytest.mark.parametrize("period", ["{from: 2020-06-01, until: open}"])
@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [
        ("notes: [x]", "notes: [x]", True),
        ("stacks_with: [two]", "notes: [x]", False),
        ("notes: [x]", "stacks_with: [one]", False),
        ("best_of: city", "best_of: city", False),
        ("best_of: city", "best_of: other", True),
        ("best_of: city", "notes: [x]", True),
        ("status: planned_only", "notes: [x]", False),
    ],
)
def test_one_word_in_either_document_is_enough(
    first: str, second: str, refused: bool, period: str
) -> None:
    one, two = at("one", first, "{from: 2020-01-01, until: open}"), at("two", second, period)
    assert bool(contradictions([one, two])) == refused


def test_rules_that_follow_each_other_do_not_meet() -> None:
    one = at("one", "notes: [x]", "{from: 2020-01-01, until: 2020-06-01}")
    two = at("two", "notes: [x]", "{from: 2020-06-01, until: open}")
    assert contradictions([one, two]) == []


def test_the_later_document_is_told_where_the_earlier_is() -> None:
    one = at("one", "notes: [x]", "{from: 2020-01-01, until: open}")
    two = at("two", "notes: [x]", "{from: 2020-06-01, until: open}")
    (error,) = contradictions([two, one])
    assert (error.place.file, error.place.line) == ("two.yaml", 1)
    assert "'two' and 'one' (one.yaml line 1)" in error.english
    assert "stacks_with: [one]" in error.korean


def test_a_rule_cannot_stack_with_itself() -> None:
    (error,) = refusals("flat_rate", f"{FLAT}\nstacks_with: [flat-rate]")
    assert (error.fault, error.place.line) == (Fault.STACKS_WITH_ITSELF, 3)
