"""Random documents of every kind that gives for a payment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from hypothesis import strategies as st

from dure.policy.document import RuleDocument, parse_document
from dure.policy.kinds import KINDS
from dure.policy.kinds.kind import Moment, Payer
from tests.laws.test_policy_laws import LINE_IDS, brackets, fundings

PURCHASE_KINDS: Final = sorted(k.name for k in KINDS.values() if k.moment is Moment.PURCHASE)
DISTRICT_ONLY: Final = {k.name for k in KINDS.values() if k.district_only}
BY_SHOP: Final = {k.name for k in KINDS.values() if k.payer is Payer.SHOP}
GIVEN_TIMES: Final = {"first_purchase", "new_member", "stamp_mission"}

rates = st.integers(1, 3_000)
months = st.one_of(st.just(""), st.integers(1, 600_000).map("month_payments_won_max: {}\n".format))
times = st.one_of(st.just(""), st.integers(1, 3).map("times_max: {}\n".format))
gift_wons = st.integers(1, 30_000)
cap_wons = st.integers(0, 40_000)


@st.composite
def _flat(draw: st.DrawFn) -> str:
    return f"rate_bp: {draw(rates)}\n{draw(months)}"


@st.composite
def _brackets(draw: st.DrawFn) -> str:
    return f"brackets: {draw(brackets())}\n"


@st.composite
def _offer_bonus(draw: st.DrawFn) -> str:
    least = draw(st.sampled_from(["", "offer_bp_min: 400\n"]))
    return draw(st.one_of(_flat(), _brackets())) + least


@st.composite
def _shop_cashback(draw: st.DrawFn) -> str:
    if draw(st.booleans()):
        return f"rate_bp: {draw(rates)}\n"
    low = draw(st.integers(0, 600))
    return f"shop_offer: {{rate_bp_min: {low}, rate_bp_max: {low + draw(rates)}}}\n"


def _table(key: str, words: list[str]) -> st.SearchStrategy[str]:
    named = st.dictionaries(st.sampled_from(words), rates, min_size=1)
    rows = named.map(lambda found: ", ".join(f"{word}: {bp}" for word, bp in found.items()))
    return st.builds("{}: {{{}}}\n{}".format, st.just(key), rows, months)


@st.composite
def _local_maker(draw: st.DrawFn) -> str:
    return f"rate_bp: {draw(rates)}\n"


@st.composite
def _gift(draw: st.DrawFn) -> str:
    return f"gift_won: {draw(gift_wons)}\n{draw(times)}"


@st.composite
def _mission(draw: st.DrawFn) -> str:
    distinct = draw(st.sampled_from(["shop", "district"]))
    return f"stamps: {draw(st.integers(2, 3))}\ndistinct: {distinct}\n{draw(_gift())}"


@st.composite
def _ladder(draw: st.DrawFn) -> str:
    levels = sorted(draw(st.sets(st.integers(1, 400_000), max_size=3)), reverse=True)
    bps = sorted(draw(st.sets(rates, min_size=len(levels) + 1, max_size=len(levels) + 1)))
    steps = ", ".join(
        f"{{left_from_won: {level}, rate_bp: {bp}}}"
        for level, bp in zip([*levels, 0], reversed(bps), strict=True)
    )
    return f"line: {draw(st.sampled_from(sorted(LINE_IDS)))}\nsteps: [{steps}]\n{draw(months)}"


TERMS: Final[dict[str, Callable[[], st.SearchStrategy[str]]]] = {
    "bracket_cashback": _brackets,
    "flat_rate": _flat,
    "district_top_up": _brackets,
    "offer_bonus": _offer_bonus,
    "shop_cashback": _shop_cashback,
    "band_rate": lambda: _table("band_rates_bp", ["up_to_300m", "up_to_1bn", "above_3bn"]),
    "area_boost": lambda: _table("mark_rates_bp", ["traditional_market", "weak_street"]),
    "channel_rate": lambda: _table("channel_rates_bp", ["card", "qr"]),
    "local_maker": _local_maker,
    "first_purchase": _gift,
    "new_member": _gift,
    "stamp_mission": _mission,
    "step_down_ladder": _ladder,
}


@st.composite
def _limits(draw: st.DrawFn, kind: str) -> str:
    parts = []
    if draw(st.booleans()):
        parts.append(f"per_payment: {{cashback_won_max: {draw(cap_wons)}}}")
    if draw(st.booleans()):
        parts.append(f"per_month: {{cashback_won_max: {draw(cap_wons)}, payments_max: 3}}")
    if draw(st.booleans()):
        often = "" if kind in GIVEN_TIMES else ", payments_max: 4"
        parts.append(f"per_member: {{cashback_won_max: {draw(cap_wons)}{often}}}")
    text = f"caps: {{{', '.join(parts)}}}\n" if parts else ""
    stop = draw(st.sampled_from(["", "sum", "line"]))
    if stop == "sum":
        text += f"stops_when: {{until_sum_used_won: {draw(st.integers(1, 60_000))}}}\n"
    elif stop == "line":
        text += f"stops_when: {{line_used_up: {draw(st.sampled_from(sorted(LINE_IDS)))}}}\n"
    return text


@st.composite
def documents(draw: st.DrawFn, number: int) -> RuleDocument:
    """One document of any kind, with limits or without; its id is `rule-<number>`."""
    kind = draw(st.sampled_from(PURCHASE_KINDS))
    conditions = []
    if kind == "new_member":
        conditions.append("joined_within_days: 20000")
    if draw(st.booleans()):
        conditions.append(f"payment_won_min: {draw(st.integers(1, 50_000))}")
    in_district = kind in DISTRICT_ONLY or draw(st.booleans())
    text = (
        f"id: rule-{number}\nversion: 1\nkind: {kind}\ntitle: {{ko: 가, en: a}}\n"
        f"scope: {'서구' if in_district else 'city'}\nperiod: {{from: 2019-01-01, until: open}}\n"
        f"eligibility: {{{', '.join(conditions)}}}\n{draw(TERMS[kind]())}{draw(_limits(kind))}"
        f"funding: {'shop' if kind in BY_SHOP else draw(fundings())}\n"
        "sources: [https://example.org/]\n"
    )
    if draw(st.integers(0, 4)) == 0:
        text += "best_of: one\n"
    return parse_document(text, "law.yaml", LINE_IDS)


DISCOUNT: Final = parse_document(
    """\
id: discount
version: 1
kind: instant_discount
title: {ko: 가, en: a}
scope: city
period: {from: 2019-01-01, until: open}
shop_offer: {rate_bp_min: 300, rate_bp_max: 700}
funding: shop
sources: [https://example.org/]
""",
    "discount.yaml",
)
