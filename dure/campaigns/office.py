"""What a campaign works with: our connection, the engine, the city's time, the published rules."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import asyncpg
from psycopg import Connection

from dure.authorization.answers import Answer
from dure.authorization.requests import AnyRequest
from dure.kernel.clock import CityClock, Clock, SystemClock
from dure.merchants.directory import ShopEntry, load_directory
from dure.policy.compiled import CompiledRule
from dure.policy.evaluate import RuleSet
from dure.policy.funding import SHOP_LINE_ID
from dure.rulebook.store import load_rules

Ask = Callable[[AnyRequest], Answer]


class CampaignRefusedError(Exception):
    """A campaign may not do what is asked of it; both sentences say why and what to do."""

    def __init__(self, korean: str, english: str) -> None:
        super().__init__(english)
        self.korean = korean
        self.english = english


@dataclass(frozen=True, slots=True)
class Office:
    """Our connection (autocommit), the engine and the city's clock."""

    connection: Connection[Any]
    ask: Ask
    clock: Clock


def city_clock(connection: Connection[Any]) -> Clock:
    """The clock that the city has now: its own when a demonstration set one, else the machine's."""
    row = connection.execute("SELECT anchor_us, started_at_us, speed FROM city_clock").fetchone()
    return SystemClock() if row is None else CityClock(*row)


def published_rules(connection: Connection[Any], kind: str) -> list[CompiledRule]:
    """Every published version of rules of one kind, by number; in force or not."""
    # The worker asks every minute: where no document has the word, none need be read.
    named = "SELECT 1 FROM rule_version WHERE strpos(document, %s) > 0 LIMIT 1"
    if connection.execute(named, (kind,)).fetchone() is None:
        return []
    rules = asyncio.run(_load(connection, load_rules))
    return _of_kind(rules, kind)


def published_shops(connection: Connection[Any]) -> dict[int, ShopEntry]:
    """Every shop by its number, as the engine knows it. Takes some seconds for 175,000."""
    shops = asyncio.run(_load(connection, load_directory))
    return {shop.shop_id: shop for shop in shops.values()}


async def _load(connection: Connection[Any], load: Callable[[Any], Any]) -> Any:
    """Reads with the engine's own readers, which speak asyncpg, from the same database."""
    info = connection.info
    ssl: Any = info.get_parameters().get("sslmode")
    reader = await asyncpg.connect(
        host=info.host, port=info.port, user=info.user, password=info.password or None,
        database=info.dbname, ssl=ssl,
    )  # fmt: skip
    try:
        return await load(reader)
    finally:
        await reader.close()


def _of_kind(rules: RuleSet, kind: str) -> list[CompiledRule]:
    found = {
        rule.rule_id: rule
        for term in rules.terms
        for rule in term.rules
        if rule.document.kind == kind
    }
    return [found[rule_id] for rule_id in sorted(found)]


def get_rule(connection: Connection[Any], kind: str, name: str) -> CompiledRule:
    """The rule `name` (its latest version) or `name@version`. Raises CampaignRefusedError."""
    rules = published_rules(connection, kind)
    named = [rule for rule in rules if name in (rule.document.id, rule.document.key)]
    if named:
        return max(named, key=lambda rule: rule.document.version)
    known = ", ".join(rule.document.key for rule in rules) or "-"
    raise CampaignRefusedError(
        f"{kind} 종류로 시행된 규칙 {name}이(가) 없습니다. 있는 규칙: {known}",
        f"no rule {name} of the kind {kind} is published; there are: {known}",
    )


_LEFT = """
SELECT b.line_id, b.code,
  (b.appropriated_won - b.unreleased_won - coalesce(sum(s.spent_won), 0))::bigint
FROM budget_line b LEFT JOIN budget_slice s USING (line_id)
WHERE b.line_id = ANY(%s) GROUP BY b.line_id, b.code
"""


def refuse_without_money(
    connection: Connection[Any], rule: CompiledRule, gifts: Iterable[tuple[int, int]]
) -> None:
    """Raises CampaignRefusedError when a line of the rule has too little for all the gifts.

    `gifts` is (won of one, how many); each is split by itself, as the engine will. What is not
    leased yet counts as left, what is not released yet does not.
    """
    needed: dict[int, int] = {}
    count = total_won = 0
    for won, times in gifts:
        count, total_won = count + times, total_won + won * times
        for line_id, part in rule.split(won):
            if line_id != SHOP_LINE_ID:
                needed[line_id] = needed.get(line_id, 0) + part * times
    for line_id, code, left_won in connection.execute(_LEFT, (list(needed),)).fetchall():
        if left_won < needed[line_id]:
            raise CampaignRefusedError(
                f"{count:,}건 합계 {total_won:,}원을 지급하려면 예산 과목 {code}에서"
                f" {needed[line_id]:,}원이 필요하지만 {left_won:,}원만 남았습니다."
                " 예산을 늘린 뒤 다시 하세요.",
                f"{count:,} payments of {total_won:,} won in all need {needed[line_id]:,} won of"
                f" the line {code}, which has {left_won:,} left; appropriate more and try again",
            )
