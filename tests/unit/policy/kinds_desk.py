"""Documents of any kind, compiled over three lines with plenty, and occasions to ask them about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from dure.policy.document import RuleDocument, parse_document
from dure.policy.document_errors import DocumentError, DocumentErrors
from dure.policy.evaluate import CompiledRule, IncentiveLine, RuleSet, compile_rules
from dure.policy.occasions import Channel, MemberFacts, Occasion, SalesBand, ShopFacts
from tests.unit.policy.conftest import LINE_IDS, MUCH_WON, seoul_us

MONDAY: Final = "2020-02-03T12:00"
SHOP: Final = ShopFacts(1, 28260, "56111", "5812", SalesBand.UP_TO_300M)
MEMBER: Final = MemberFacts(28200, 1980, 2, joined_day=18_000)
LINE_A: Final = "{of: 1, lines: {line-a: 1}}"


def kind_text(
    kind: str, own: str, funding: str = LINE_A, scope: str = "city", name: str | None = None
) -> str:
    """A document of the kind; `own` has the kind's keys, and more of the common ones."""
    return (
        f"id: {name or kind.replace('_', '-')}\n"
        f"{own}\nversion: 1\nkind: {kind}\ntitle: {{ko: 시험, en: Test}}\n"
        f"scope: {scope}\nperiod: {{from: 2020-01-01, until: open}}\nfunding: {funding}\n"
        "sources: [https://example.org/notice]\n"
    )


def document(kind: str, own: str, **parts: str) -> RuleDocument:
    return parse_document(kind_text(kind, own, **parts), "test.yaml", LINE_IDS)


def refusals(kind: str, own: str, **parts: str) -> list[DocumentError]:
    """The faults of a document that must not be read; none when it is."""
    try:
        document(kind, own, **parts)
    except DocumentErrors as refused:
        return list(refused.errors)
    return []


def compiled(documents: Iterable[RuleDocument]) -> RuleSet:
    """The rules under ids from 1 in the order given."""
    listed = list(documents)
    return compile_rules(listed, LINE_IDS, {d.key: number for number, d in enumerate(listed, 1)})


def occasion(won: int, month_net_won: int = 0, when: str = MONDAY, **facts: Any) -> Occasion:
    """A payment of `won` that all earns; fields of the shop and the member may be named alone."""
    of_shop = {name: facts.pop(name) for name in list(facts) if name in ShopFacts._fields}
    of_member = {name: facts.pop(name) for name in list(facts) if name in ("joined_day", "level")}
    left = {1: MUCH_WON, 2: MUCH_WON, 3: MUCH_WON} | facts.pop("left", {})
    asked = Occasion(
        at_us=seoul_us(when),
        amount_won=won,
        earning_won=won,
        month_net_won=month_net_won,
        shop=SHOP._replace(**of_shop),
        member=MEMBER._replace(**of_member),
        channel=Channel.CARD,
        budget_left=left,
    )
    return asked._replace(**facts)


def line_of(rules: RuleSet, asked: Occasion) -> IncentiveLine | None:
    """What the first rule gives; None when it has no line."""
    lines = rules.at(asked.at_us).evaluate(asked)
    return next((line for line in lines if line.rule_id == 1), None)


def won_by(rules: RuleSet, asked: Occasion) -> int | None:
    """The won that the first rule gives; None when it has no line."""
    line = line_of(rules, asked)
    return None if line is None else line.won


def rule_one(rules: RuleSet) -> CompiledRule:
    return rules.get_rule(1)
