"""Laws of the incentive rules, for any rule and any payment.

On splitting a purchase: let a rule have neither a cap per payment nor one on the number of
payments, and enough money. Paying a + b at once earns E; paying a and then b earns e. Each of the
two is rounded down, so E - 1 <= e <= E for each rule: splitting never earns more, and loses at most
one won for each cut. (A cap per payment is meant to be per payment; splitting may earn more there.)
"""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from dure.policy.clawback import earned_on_rest, funding_given_back
from dure.policy.document import RuleDocument, parse_document
from dure.policy.document_errors import DocumentError, DocumentErrors
from dure.policy.evaluate import LimitedBy, RuleSet, compile_rules, evaluate
from dure.policy.funding import Funding, Splitter
from dure.policy.occasions import Channel, MemberFacts, Occasion, ShopFacts

LINE_IDS = {"line-a": 1, "line-b": 2, "line-c": 3}
AT_US = 1_580_000_000_000_000
SHOP = ShopFacts(1, 28260, "56111", "5812", 1)
MEMBER = MemberFacts(28260, 1980, 2)
MUCH_WON = 10**12

wons = st.integers(0, 3_000_000)
cap_wons = st.integers(0, 50_000)


@st.composite
def brackets(draw: st.DrawFn) -> str:
    edges = sorted(draw(st.sets(st.integers(1, 2_000_000), max_size=4)))
    closed = draw(st.booleans()) and edges
    starts = [0, *(edges[:-1] if closed else edges)]
    ends = [*edges, None][: len(starts)]
    rows = []
    for start, end in zip(starts, ends, strict=True):
        below = f", below_won: {end}" if end else ""
        rows.append(f"{{from_won: {start}{below}, rate_bp: {draw(st.integers(0, 10_000))}}}")
    return "[" + ", ".join(rows) + "]"


@st.composite
def fundings(draw: st.DrawFn) -> str:
    names = draw(st.lists(st.sampled_from(sorted(LINE_IDS)), min_size=1, max_size=3, unique=True))
    shares = [draw(st.integers(1, 40)) for _ in names]
    lines = ", ".join(f"{name}: {share}" for name, share in zip(names, shares, strict=True))
    return f"{{of: {sum(shares)}, lines: {{{lines}}}}}"


@st.composite
def rule_texts(draw: st.DrawFn, number: int, capped: bool) -> str:
    text = (
        f"id: rule-{number}\nversion: 1\nkind: bracket_cashback\ntitle: {{ko: 가, en: a}}\n"
        "scope: city\nperiod: {from: 2020-01-01, until: open}\n"
        f"brackets: {draw(brackets())}\nfunding: {draw(fundings())}\n"
        "sources: [https://example.org/]\n"
    )
    if capped and draw(st.booleans()):
        text += f"caps: {{per_payment: {{cashback_won_max: {draw(cap_wons)}}}}}\n"
    if capped and draw(st.booleans()):
        text += f"stops_when: {{until_sum_used_won: {draw(cap_wons) + 1}}}\n"
    return text


@st.composite
def rule_sets(draw: st.DrawFn, capped: bool = True, count_max: int = 3) -> RuleSet:
    count = draw(st.integers(1, count_max))
    texts = [draw(rule_texts(number, capped)) for number in range(1, count + 1)]
    documents = [parse_document(text, "law.yaml", LINE_IDS) for text in texts]
    return compile_rules(documents, LINE_IDS, {d.key: n for n, d in enumerate(documents, 1)})


def occasion(earning_won: int, month_net_won: int, **facts: Any) -> Occasion:
    plenty = dict.fromkeys(LINE_IDS.values(), MUCH_WON)
    return Occasion(
        AT_US,
        earning_won,
        earning_won,
        month_net_won,
        SHOP,
        MEMBER,
        Channel.CARD,
        facts.pop("budget_left", plenty),
        **facts,
    )


lefts = st.fixed_dictionaries({number: st.integers(-10, 100_000) for number in LINE_IDS.values()})
used = st.dictionaries(st.integers(1, 3), st.integers(0, 60_000))


@given(rule_sets(), wons, wons, lefts, used)
def test_it_is_never_negative_nor_above_what_it_would_be_without_limits(
    rules: RuleSet, earning: int, month_net: int, left: dict[int, int], used_won: dict[int, int]
) -> None:
    asked = occasion(earning, month_net, budget_left=left, used_won=used_won)
    for line in evaluate(rules.at(AT_US), asked):
        document = rules.get_rule(line.rule_id).document
        assert 0 <= line.won <= line.full_won <= earning
        if line.limited_by == LimitedBy.NONE:
            assert line.won == line.full_won
        cap = document.caps.payment_cashback_won_max
        assert cap is None or line.won <= cap
        total = document.stops.until_sum_used_won
        assert total is None or line.won == 0 or used_won.get(line.rule_id, 0) + line.won <= total


@given(rule_sets(), wons, wons, lefts)
def test_its_funding_sums_to_the_won_and_never_overdraws_a_line(
    rules: RuleSet, earning: int, month_net: int, left: dict[int, int]
) -> None:
    drawn = dict.fromkeys(left, 0)
    for line in evaluate(rules.at(AT_US), occasion(earning, month_net, budget_left=left)):
        assert sum(won for _, won in line.funding) == line.won
        assert all(won > 0 for _, won in line.funding)
        for line_id, won in line.funding:
            drawn[line_id] += won
    assert all(won <= max(0, left[line_id]) for line_id, won in drawn.items())


@given(rule_sets(capped=False, count_max=1), wons, wons, lefts)
def test_it_strands_no_won_that_its_lines_could_pay(
    rules: RuleSet, earning: int, month_net: int, left: dict[int, int]
) -> None:
    (line,) = evaluate(rules.at(AT_US), occasion(earning, month_net, budget_left=left))
    assume(line.limited_by == LimitedBy.BUDGET)
    next_won = rules.get_rule(line.rule_id).split(line.won + 1)
    assert any(won > left[line_id] for line_id, won in next_won)


@given(rule_sets(), wons, wons, lefts)
def test_the_same_facts_give_the_same_answer(
    rules: RuleSet, earning: int, month_net: int, left: dict[int, int]
) -> None:
    before = dict(left)
    asked = occasion(earning, month_net, budget_left=left)
    assert evaluate(rules.at(AT_US), asked) == evaluate(rules.at(AT_US), asked)
    assert left == before


@given(rule_sets(capped=False), st.lists(wons, min_size=2, max_size=5), wons)
def test_splitting_a_purchase_never_earns_more_and_loses_at_most_a_won_for_each_cut(
    rules: RuleSet, parts: list[int], month_net: int
) -> None:
    in_force = rules.at(AT_US)
    at_once = [line.won for line in evaluate(in_force, occasion(sum(parts), month_net))]
    split = [0] * len(at_once)
    for part in parts:
        lines = evaluate(in_force, occasion(part, month_net))
        split = [won + line.won for won, line in zip(split, lines, strict=True)]
        month_net += part
    for once, apart in zip(at_once, split, strict=True):
        assert once - (len(parts) - 1) <= apart <= once


@given(rule_sets(count_max=1), wons, wons, lefts, st.data())
def test_partial_cancellations_take_back_the_same_in_any_order(
    rules: RuleSet, earning: int, month_net: int, left: dict[int, int], data: st.DataObject
) -> None:
    (paid,) = evaluate(rules.at(AT_US), occasion(earning, month_net, budget_left=left))
    cuts = data.draw(st.lists(st.integers(0, earning), max_size=4))
    assume(sum(cuts) <= earning)
    ends = []
    for order in (cuts, list(reversed(cuts))):
        rest, kept, given_back = earning, paid.won, dict.fromkeys(left, 0)
        for cut in order:
            rest -= cut
            kept_now = earned_on_rest(rules, 1, rest, month_net, paid.won)
            assert 0 <= kept_now <= kept
            for line_id, won in funding_given_back(rules, 1, kept, kept_now):
                assert won > 0
                given_back[line_id] += won
            kept = kept_now
        ends.append((kept, given_back))
    assert ends[0] == ends[1]
    kept, given_back = ends[0]
    assert sum(given_back.values()) == paid.won - kept


@given(rule_sets(count_max=1), wons, wons, lefts)
def test_cancelling_nothing_takes_nothing_and_cancelling_all_takes_all(
    rules: RuleSet, earning: int, month_net: int, left: dict[int, int]
) -> None:
    (paid,) = evaluate(rules.at(AT_US), occasion(earning, month_net, budget_left=left))
    assert earned_on_rest(rules, 1, earning, month_net, paid.won) == paid.won
    assert earned_on_rest(rules, 1, 0, month_net, paid.won) == 0
    assert funding_given_back(rules, 1, paid.won, 0) == paid.funding


@given(st.lists(st.integers(1, 60), min_size=1, max_size=5), st.integers(0, 2_000))
def test_no_lines_part_falls_when_the_whole_grows(shares: list[int], won: int) -> None:
    names = [f"line-{number}" for number in range(len(shares))]
    funding = Funding(sum(shares), tuple(zip(names, shares, strict=True)))
    splitter = Splitter(funding, {name: number for number, name in enumerate(names)})
    less, more = dict(splitter.split(won)), dict(splitter.split(won + 1))
    assert sum(more.values()) == won + 1
    assert all(more.get(number, 0) >= part for number, part in less.items())
    exact = splitter.split(sum(shares) * 7)
    assert [part for _, part in exact] == [share * 7 for share in shares]


# fmt: off
HOSTILE_WORDS = [
    ":", "- ", "[", "{", "}", "&a ", "*a", "!!python/name:os", "<<: ", "? ", "null", "~", "0x10",
    "1e9", "-1", ".nan", "true", "\x00", "\ufeff", "\t", "\n", "open", "city", "shop", "of",
    "lines", "id: a", "kind", "period", "서구", ">", "'", "9" * 32, "2020-13-01",
    "9999-12-31T23:59-23:59", "0001-01-01",
]
# fmt: on
hostile = st.one_of(st.sampled_from(HOSTILE_WORDS), st.text(max_size=8))
wounds = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 20), hostile))


@given(rule_texts(1, capped=True), wounds)
def test_a_spoilt_document_is_read_or_refused_with_its_place(
    text: str, spoilt: list[tuple[float, int, str]]
) -> None:
    for where, length, put in spoilt:
        start = int(where * len(text))
        text = text[:start] + put + text[start + length :]
    read, errors = read_or_refused(text)
    assert (read is None) == bool(errors)
    if read is not None:
        compile_rules([read], LINE_IDS, {read.key: 1})
    for error in errors:
        assert 1 <= error.place.line <= len(text.splitlines()) + 1
        assert error.place.column >= 1
        assert error.korean
        assert error.english


def read_or_refused(text: str) -> tuple[RuleDocument | None, tuple[DocumentError, ...]]:
    try:
        return parse_document(text, "spoilt.yaml", LINE_IDS), ()
    except DocumentErrors as refused:
        return None, refused.errors
