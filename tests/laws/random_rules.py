"""Random rule documents of every kind that pays at the till or at a purchase, as their texts."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st

from dure.policy.document import parse_document
from dure.policy.evaluate import RuleSet, compile_rules

LINE_IDS: Final = {"line-a": 1, "line-b": 2, "line-c": 3}
DISTRICT_OF_RULES: Final = "서구"
STAMPS: Final = "stamp_mission"
SHOP_FUNDED: Final = frozenset({"instant_discount", "shop_cashback"})
IN_DISTRICT: Final = frozenset({"district_top_up", "offer_bonus"})
GIVEN_TIMES: Final = frozenset({"first_purchase", "new_member", STAMPS})

rates = st.integers(1, 10_000)


def chosen(draw: st.DrawFn, words: list[str]) -> str:
    return ", ".join(draw(st.lists(st.sampled_from(words), min_size=1, unique=True)))


@st.composite
def brackets(draw: st.DrawFn) -> str:
    edges = sorted(draw(st.sets(st.integers(1, 400_000), max_size=4)))
    closed = draw(st.booleans()) and edges
    starts = [0, *(edges[:-1] if closed else edges)]
    ends = [*edges, None][: len(starts)]
    rows = []
    for start, end in zip(starts, ends, strict=True):
        below = f", below_won: {end}" if end else ""
        rows.append(f"{{from_won: {start}{below}, rate_bp: {draw(st.integers(0, 10_000))}}}")
    return "[" + ", ".join(rows) + "]"


def table_of_rates(draw: st.DrawFn, words: list[str]) -> str:
    picked = draw(st.lists(st.sampled_from(words), min_size=1, unique=True))
    return "{" + ", ".join(f"{word}: {draw(rates)}" for word in picked) + "}"


BANDS: Final = ["up_to_300m", "up_to_500m", "up_to_1bn", "up_to_3bn", "above_3bn"]
CHANNELS: Final = ["card", "qr", "online", "taxi", "delivery", "market", "mall"]
MARKS: Final = ["traditional_market", "weak_street", "island"]
WEEKDAYS: Final = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
OFFER: Final = "shop_offer: {rate_bp_min: 200, rate_bp_max: 600}"


def own_keys(draw: st.DrawFn, kind: str) -> list[str]:
    """The keys of the kind itself."""
    most = [f"month_payments_won_max: {draw(st.integers(1, 300_000))}"] * draw(st.integers(0, 1))
    if kind in ("bracket_cashback", "district_top_up"):
        return [f"brackets: {draw(brackets())}"]
    if kind in ("flat_rate", "local_maker"):
        return [f"rate_bp: {draw(rates)}", *(most if kind == "flat_rate" else [])]
    if kind == "offer_bonus":
        own = f"brackets: {draw(brackets())}" if draw(st.booleans()) else f"rate_bp: {draw(rates)}"
        return [own, f"offer_bp_min: {draw(st.integers(1, 600))}"]
    if kind == "instant_discount":
        return [OFFER]
    if kind == "shop_cashback":
        return [OFFER if draw(st.booleans()) else f"rate_bp: {draw(rates)}"]
    if kind == "band_rate":
        return [f"band_rates_bp: {table_of_rates(draw, BANDS)}", *most]
    if kind == "area_boost":
        return [f"mark_rates_bp: {table_of_rates(draw, MARKS)}", *most]
    if kind == "channel_rate":
        return [f"channel_rates_bp: {table_of_rates(draw, CHANNELS)}", *most]
    if kind == "step_down_ladder":
        levels = sorted(draw(st.sets(st.integers(1, 60_000), max_size=3)), reverse=True)
        falling = sorted(
            draw(st.sets(rates, min_size=len(levels) + 1, max_size=len(levels) + 1)), reverse=True
        )
        steps = zip([*levels, 0], falling, strict=True)
        rows = ", ".join(f"{{left_from_won: {won}, rate_bp: {bp}}}" for won, bp in steps)
        return [f"line: {draw(st.sampled_from(sorted(LINE_IDS)))}", f"steps: [{rows}]", *most]
    gift = [f"gift_won: {draw(st.integers(1, 8_000))}", f"times_max: {draw(st.integers(1, 3))}"]
    if kind == STAMPS:
        distinct = draw(st.sampled_from(["shop", "district"]))
        gift += [f"stamps: {draw(st.integers(2, 4))}", f"distinct: {distinct}"]
    return gift


def asked(draw: st.DrawFn, kind: str) -> list[str]:
    """What `eligibility` asks, often nothing."""
    could = {
        "member_districts": "[" + chosen(draw, ["서구", "남동구", "중구"]) + "]",
        "member_level_min": "2",
        "birth_year_min": "1970",
        "birth_year_max": "1990",
        "sectors": "{included: ['56', '471']}",
        "mccs": "{excluded: ['5812']}",
        "trades": "{excluded: [hypermarket, local_maker]}",
        "sales_band_max": draw(st.sampled_from(BANDS)),
        "sales_bands": "[" + chosen(draw, BANDS) + "]",
        "benefit_plus": "required",
        "area_marks": "[" + chosen(draw, MARKS) + "]",
        "channels": "[" + chosen(draw, CHANNELS) + "]",
        "weekdays": "[" + chosen(draw, WEEKDAYS) + "]",
        "hours": "[{from: '06:30', until: '13:00'}, {from: '18:00', until: '24:00'}]",
        "payment_won_min": str(draw(st.integers(1, 30_000))),
        "joined_within_days": str(draw(st.integers(1, 60))),
    }
    keys = draw(st.lists(st.sampled_from(sorted(could)), max_size=2, unique=True))
    if kind == "new_member":
        keys = [*dict.fromkeys([*keys, "joined_within_days"])]
    if kind == "local_maker":
        keys = [key for key in keys if key != "trades"]
    entries = ", ".join(f"{key}: {could[key]}" for key in keys)
    return [f"eligibility: {{{entries}}}"] if keys else []


def limits(draw: st.DrawFn, kind: str) -> list[str]:
    """Caps and stops, often none."""
    texts = []
    caps = {
        "per_payment": ["cashback_won_max"],
        "per_month": ["cashback_won_max", "payments_max"],
        "per_member": ["cashback_won_max", "payments_max"],
    }
    if kind in GIVEN_TIMES:
        caps["per_member"].remove("payments_max")
    picked = []
    for where, known in caps.items():
        names = [name for name in known if draw(st.integers(0, 3)) == 0]
        values = ", ".join(
            f"{name}: {draw(st.integers(0, 4 if name == 'payments_max' else 9_000))}"
            for name in names
        )
        picked += [f"{where}: {{{values}}}"] if values else []
    if picked:
        texts.append("caps: {" + ", ".join(picked) + "}")
    stops = []
    if draw(st.integers(0, 3)) == 0:
        stops.append(f"until_sum_used_won: {draw(st.integers(1, 30_000))}")
    if draw(st.integers(0, 3)) == 0:
        stops.append(f"line_used_up: {draw(st.sampled_from(sorted(LINE_IDS)))}")
    if kind not in SHOP_FUNDED and draw(st.integers(0, 3)) == 0:
        texts.append(release(draw))
    if stops:
        texts.append("stops_when: {" + ", ".join(stops) + "}")
    return texts


def release(draw: st.DrawFn) -> str:
    """So much a day or a week, often too little for all."""
    each = draw(st.sampled_from(["day", "week"]))
    terms = [f"each: {each}", f"won: {draw(st.integers(1, 20_000))}"]
    if each == "week" and draw(st.booleans()):
        terms.append(f"weekday: {draw(st.sampled_from(WEEKDAYS))}")
    if draw(st.booleans()):
        terms.append(f"at: '{draw(st.sampled_from(['00:00', '09:00', '18:30']))}'")
    if draw(st.booleans()):
        terms.append(f"unused: {draw(st.sampled_from(['lapses', 'carried_on']))}")
    return "release: {" + ", ".join(terms) + "}"


def funding(draw: st.DrawFn, kind: str) -> str:
    if kind in SHOP_FUNDED:
        return "funding: shop"
    names = draw(st.lists(st.sampled_from(sorted(LINE_IDS)), min_size=1, max_size=3, unique=True))
    shares = [draw(st.integers(1, 40)) for _ in names]
    lines = ", ".join(f"{name}: {share}" for name, share in zip(names, shares, strict=True))
    return f"funding: {{of: {sum(shares)}, lines: {{{lines}}}}}"


KINDS: Final = [
    "bracket_cashback",
    "flat_rate",
    "district_top_up",
    "instant_discount",
    "offer_bonus",
    "shop_cashback",
    "band_rate",
    "area_boost",
    "channel_rate",
    "local_maker",
    "first_purchase",
    "new_member",
    "step_down_ladder",
    STAMPS,
]


@st.composite
def rule_texts(draw: st.DrawFn, number: int, kinds: list[str]) -> str:
    """One document of a random kind of those; rule `number` of its set."""
    kind = draw(st.sampled_from(kinds))
    scope = DISTRICT_OF_RULES if kind in IN_DISTRICT or draw(st.integers(0, 3)) == 0 else "city"
    since = draw(st.sampled_from(["2020-01-01", "2020-01-01", "2020-01-20", "2020-02-03T10:30"]))
    until = draw(st.sampled_from(["open", "open", "2020-02-10", "2020-03-01"]))
    group = draw(st.sampled_from(["", "", "best_of: first", "best_of: second"]))
    at_till = kind == "instant_discount"
    lines = [
        f"id: rule-{number}", "version: 1", f"kind: {kind}", "title: {ko: 가, en: a}",
        f"scope: {scope}", f"period: {{from: {since}, until: {until}}}",
        *own_keys(draw, kind), *asked(draw, kind),
        *([] if at_till else limits(draw, kind)), funding(draw, kind),
        *([group] if group and not at_till else []),
        "sources: [https://example.org/]",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


@st.composite
def rule_sets(draw: st.DrawFn, kinds: list[str] = KINDS, count_max: int = 5) -> RuleSet:
    """One to so many random rules together, numbered from 1."""
    count = draw(st.integers(1, count_max))
    texts = [draw(rule_texts(number, kinds)) for number in range(1, count + 1)]
    documents = [parse_document(text, "law.yaml", LINE_IDS) for text in texts]
    return compile_rules(documents, LINE_IDS, {d.key: n for n, d in enumerate(documents, 1)})
