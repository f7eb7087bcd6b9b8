"""What cannot be in a document of each kind, with the line and what to write instead."""

from __future__ import annotations

import pytest

from dure.policy.document import parse_document
from dure.policy.document_errors import DocumentErrors, Fault
from dure.policy.kinds import KINDS
from tests.unit.policy.kinds_desk import kind_text, refusals

SEOGU = {"scope": "서구"}
BY_SHOP = {"funding": "shop"}
PRIZES = "min_won: 1\ndraw_at: 2020-03-01\nprizes:"
ALLOWANCE = "programme: 5\namount_won: 100"
STEPS = "line: line-b\nsteps:"
STEP = "\n  - {left_from_won: 100, rate_bp: 300}"

# Kind, its keys from line 2 on, the rest of the document, the fault, its line, and the advice.
WRONG: list[tuple[str, str, dict[str, str], Fault, int, str]] = [
    ("flat_rate", "rate_bp: 0", {}, Fault.OUT_OF_RANGE, 2, "from 1"),
    ("flat_rate", "rate_bp: 10001", {}, Fault.RATE_OVER_WHOLE, 2, "6% is written"),
    ("flat_rate", "rate: 600", {}, Fault.UNKNOWN_KEY, 2, "'rate_bp'"),
    ("flat_rate", "rate_bp: 6%", {}, Fault.NOT_AN_INTEGER, 2, "as 600"),
    ("flat_rate", "notes: [x]", {}, Fault.MISSING_KEY, 1, "add 'rate_bp: 600'"),
    (
        "flat_rate",
        "rate_bp: 600\nmonth_payments_won_max: 0",
        {},
        Fault.OUT_OF_RANGE,
        3,
        "from 1",
    ),
    ("flat_rate", "rate_bp: 600", BY_SHOP, Fault.NOT_A_MAPPING, 8, "{of: …, lines: …}"),
    (
        "flat_rate",
        "rate_bp: 600",
        {"funding": "{of: 1, lines: {shop: 1}}"},
        Fault.SHOP_MAY_NOT_PAY,
        8,
        "budget lines only",
    ),
    (
        "district_top_up",
        "brackets: [{from_won: 0, rate_bp: 100}]",
        {},
        Fault.DISTRICT_NEEDED,
        6,
        "scope: 서구",
    ),
    ("offer_bonus", "rate_bp: 100", {}, Fault.DISTRICT_NEEDED, 6, "scope: 서구"),
    ("offer_bonus", "notes: [x]", SEOGU, Fault.ONE_OF, 4, "either 'brackets' or 'rate_bp'"),
    (
        "offer_bonus",
        "rate_bp: 100\nbrackets: [{from_won: 0, rate_bp: 100}]",
        SEOGU,
        Fault.ONE_OF,
        3,
        "not both",
    ),
    (
        "offer_bonus",
        "brackets: [{from_won: 0, rate_bp: 100}]\nmonth_payments_won_max: 5",
        SEOGU,
        Fault.ONE_OF,
        3,
        "either 'brackets' or 'month_payments_won_max'",
    ),
    ("offer_bonus", "rate_bp: 1\noffer_bp_min: 0", SEOGU, Fault.OUT_OF_RANGE, 3, "from 1"),
    (
        "instant_discount",
        "shop_offer: {rate_bp_min: 300, rate_bp_max: 700}\nstops_when: {until_sum_used_won: 5}",
        BY_SHOP,
        Fault.LIMITS_OF_SHOP,
        3,
        "has no 'stops_when'",
    ),
    ("shop_cashback", "notes: [x]", BY_SHOP, Fault.ONE_OF, 4, "either 'rate_bp' or 'shop_offer'"),
    (
        "shop_cashback",
        "shop_offer: {rate_bp_min: 700, rate_bp_max: 300}",
        BY_SHOP,
        Fault.RATE_ORDER,
        2,
        "the other way round",
    ),
    ("shop_cashback", "rate_bp: 300", {}, Fault.NOT_A_SCALAR, 8, "one value"),
    ("band_rate", "band_rates_bp: {up_to_300: 1}", {}, Fault.UNKNOWN_KEY, 2, "'up_to_300m'"),
    ("band_rate", "band_rates_bp: {up_to_1bn: 0}", {}, Fault.OUT_OF_RANGE, 2, "from 1"),
    ("band_rate", "band_rates_bp: {up_to_1bn: 10001}", {}, Fault.RATE_OVER_WHOLE, 2, "over 100%"),
    ("band_rate", "band_rates_bp: {}", {}, Fault.EMPTY, 2, "{up_to_300m: 500}"),
    ("band_rate", "band_rates_bp: 500", {}, Fault.NOT_A_MAPPING, 2, "up_to_300m: …"),
    ("area_boost", "mark_rates_bp: {market: 1}", {}, Fault.UNKNOWN_KEY, 2, "traditional_market"),
    ("channel_rate", "channel_rates_bp: {cash: 1}", {}, Fault.UNKNOWN_KEY, 2, "'card'"),
    ("local_maker", "rate_bp: 10001", {}, Fault.RATE_OVER_WHOLE, 2, "over 100%"),
    ("first_purchase", "gift_won: 0", {}, Fault.OUT_OF_RANGE, 2, "from 1"),
    (
        "first_purchase",
        "gift_won: 1\ncaps: {per_member: {payments_max: 3}}",
        {},
        Fault.ONE_OF,
        3,
        "either 'times_max' or 'payments_max'",
    ),
    ("new_member", "gift_won: 1", {}, Fault.DAYS_NEEDED, 4, "joined_within_days: 30}'"),
    (
        "new_member",
        "gift_won: 1\neligibility: {member_level_min: 1}",
        {},
        Fault.DAYS_NEEDED,
        3,
        "add 'eligibility: {joined_within_days: 30}'",
    ),
    (
        "stamp_mission",
        "stamps: 1\ngift_won: 1\ndistinct: shop",
        {},
        Fault.OUT_OF_RANGE,
        2,
        "from 2",
    ),
    (
        "stamp_mission",
        "stamps: 5\ngift_won: 1\ndistinct: shops",
        {},
        Fault.NOT_A_CHOICE,
        4,
        "write 'shop'",
    ),
    ("step_down_ladder", STEPS + " []", {}, Fault.EMPTY, 3, "left_from_won"),
    ("step_down_ladder", STEPS + STEP, {}, Fault.LADDER_END, 4, "'left_from_won: 0'"),
    (
        "step_down_ladder",
        STEPS + STEP + "\n  - {left_from_won: 0, rate_bp: 300}",
        {},
        Fault.LADDER_RISES,
        5,
        "lower rate",
    ),
    (
        "step_down_ladder",
        STEPS + STEP + "\n  - {left_from_won: 0, rate_bp: 600}",
        {},
        Fault.LADDER_RISES,
        5,
        "300 bp of the step before",
    ),
    (
        "step_down_ladder",
        STEPS + "\n  - {left_from_won: 0, rate_bp: 300}" + "\n  - {left_from_won: 0, rate_bp: 1}",
        {},
        Fault.LADDER_LEVEL,
        5,
        "from the highest level down",
    ),
    (
        "step_down_ladder",
        "steps: [{left_from_won: 0, rate_bp: 1}]\nline: line-x",
        {},
        Fault.UNKNOWN_LINE,
        3,
        "there is no budget line 'line-x'",
    ),
    ("charge_bonus", "rate_bp: 0", {}, Fault.OUT_OF_RANGE, 2, "from 1"),
    (
        "charge_bonus",
        "rate_bp: 500\neligibility: {sectors: {included: ['5']}}",
        {},
        Fault.NO_SHOP_TO_ASK,
        3,
        "'sectors' cannot be asked",
    ),
    ("lottery", PRIZES + " []", {}, Fault.EMPTY, 4, "{won: 100000, count: 10}"),
    (
        "lottery",
        PRIZES + "\n  - {won: 1, count: 1}\n  - {won: 1, count: 1}",
        {},
        Fault.PRIZE_ORDER,
        6,
        "the largest first",
    ),
    (
        "lottery",
        PRIZES + "\n  - {won: 134217728, count: 1}",
        {},
        Fault.OUT_OF_RANGE,
        5,
        "to 134217727",
    ),
    ("referral", "gift_won: 1\nafter_days: 367", {}, Fault.OUT_OF_RANGE, 3, "to 366"),
    ("policy_allowance", ALLOWANCE, {}, Fault.ONE_OF, 5, "either 'expires_on' or 'valid_days'"),
    (
        "policy_allowance",
        ALLOWANCE + "\nexpires_on: 2020-12-31\nvalid_days: 3",
        {},
        Fault.ONE_OF,
        5,
        "not both",
    ),
    (
        "policy_allowance",
        "programme: birth\namount_won: 100\nvalid_days: 3",
        {},
        Fault.NOT_AN_INTEGER,
        2,
        "as 100",
    ),
]


@pytest.mark.parametrize(("kind", "own", "parts", "fault", "line", "advice"), WRONG)
def test_it_refuses_with_the_line_and_says_what_to_write(
    kind: str, own: str, parts: dict[str, str], fault: Fault, line: int, advice: str
) -> None:
    (error,) = refusals(kind, own, **parts)
    assert (error.fault, error.place.line) == (fault, line)
    assert advice in error.english
    assert error.korean != error.english


def test_every_kind_has_a_fault_shown_here_or_among_the_documents() -> None:
    shown = {kind for kind, *_ in WRONG}
    assert shown | {"bracket_cashback", "coupon"} == set(KINDS)


def test_every_kind_says_which_of_its_keys_is_missing() -> None:
    for kind in KINDS.values():
        try:
            parse_document(kind_text(kind.name, "notes: [x]"), "test.yaml")
        except DocumentErrors as refused:
            missing = {
                dict(e.params)["key"] for e in refused.errors if e.fault is Fault.MISSING_KEY
            }
            assert missing == set(kind.required)
