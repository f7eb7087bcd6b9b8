"""`dure bench policy`: the rules alone, one payment at a time and a whole population at once."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np

from dure.demo.bench.plan import Plan
from dure.demo.bench.progress import say
from dure.demo.bench.results import Figures, median_of
from dure.demo.bench.seed import DISTRICTS, LINES, documents
from dure.kernel.calendar import SEOUL, to_us
from dure.policy.arrays.columns import Members, Standing, at_first, payments, some_of
from dure.policy.arrays.functions import play_by_functions
from dure.policy.arrays.layout import Columns
from dure.policy.arrays.outcome import Outcome
from dure.policy.arrays.population import Population, make_population
from dure.policy.arrays.run import evaluate_all
from dure.policy.document import parse_document
from dure.policy.evaluate import RuleSet, compile_rules
from dure.policy.occasions import Channel, MemberFacts, Occasion, ShopFacts
from dure.rulebook.directory import packaged_documents

FROM_US: Final = to_us(datetime(2020, 1, 1, tzinfo=SEOUL))
UNTIL_US: Final = to_us(datetime(2020, 2, 1, tzinfo=SEOUL))
PAYMENTS_EACH: Final = 10
"""Payments of a member in the month, on average."""
ASKED: Final = 20_000
"""Payments that are prepared for `evaluate`, and asked about again and again."""
CHECKED: Final = 20_000
MEMBER: Final = MemberFacts(28200, 1980, 2, 18_000)


def measure_policy(plan: Plan) -> Figures:
    """Medians of the runs; what arrays gave is compared with `evaluate` for some members."""
    rules = _rules()
    shops = _shops(plan.shops)
    scalar = [_evaluations_per_s(rules, shops, plan.seconds) for _ in range(plan.runs)]
    say(f"{max(scalar):,.0f} evaluations/s at most")
    population = _population(rules, shops, plan.wallets)
    columns = _payments(plan)
    standing = at_first(plan.wallets, dict.fromkeys(population.line_ids, 10**15))
    began_s = time.perf_counter()
    outcome = evaluate_all(population, some_of(columns, np.arange(1)), standing)
    compiled_s = time.perf_counter() - began_s
    outcome = evaluate_all(population, columns, standing)
    checked = _check(population, columns, standing, outcome)
    in_order = some_of(columns, np.argsort(columns.at_us, kind="stable"))
    runs = [_run(population, columns, in_order, standing) for _ in range(plan.runs)]
    say(f"{runs[-1]['array_payments_per_s']:,.0f} payments/s by arrays")
    names = [name for name in runs[0] if name.startswith("array")]
    return {
        "evaluations_per_s": median_of([{"per_s": one} for one in scalar], "per_s"),
        **{name: median_of(runs, name) for name in names},
        "machine_code_ready_s": round(compiled_s, 2),
        "payments_checked": checked,
        "settings": {
            "runs": plan.runs,
            "seconds": plan.seconds,
            "members": plan.wallets,
            "shops": plan.shops,
            "payments": len(columns.at_us),
            "rules": [rule.document.key for rule in rules.at(FROM_US).rules],
            "threads": len(os.sched_getaffinity(0)),
        },
        "runs": [{"evaluations_per_s": one, **run} for one, run in zip(scalar, runs, strict=True)],
    }


def _rules() -> RuleSet:
    """The engine's measured rules of January 2020 and the instant discount of that time."""
    discount = packaged_documents() / "2018-07-31-instant-discount.yaml"
    texts = [*documents(), discount.read_text(encoding="utf-8")]
    read = [parse_document(text, f"measured rule {place}") for place, text in enumerate(texts)]
    line_ids = {line.code: line.line_id for line in LINES}
    return compile_rules(read, line_ids, {one.key: place for place, one in enumerate(read, 1)})


def _shops(count: int) -> list[ShopFacts]:
    """One in five takes 5% off; two districts of ten have a top-up."""
    return [
        ShopFacts(
            place,
            DISTRICTS[place % 10],
            "56111",
            "5812",
            1 + place % 4,
            benefit_plus_bp=500 if place // 10 % 5 == 0 else 0,
        )
        for place in range(count)
    ]


class ArraysDifferError(Exception):
    """A payment got something else by arrays than by `evaluate`."""


class _Asked(NamedTuple):
    """What a payment brings along when it is settled."""

    at_us: int
    amount_won: int
    month_net_won: int
    shop: ShopFacts


def _evaluations_per_s(rules: RuleSet, shops: list[ShopFacts], seconds: float) -> float:
    """Payments a second on one core, each discounted and evaluated as the engine does it."""
    chance = random.Random(1)
    asked = [
        _Asked(
            chance.randrange(FROM_US, UNTIL_US),
            chance.randrange(1_000, 60_000),
            chance.randrange(400_000),
            chance.choice(shops),
        )
        for _ in range(ASKED)
    ]
    left = {line.line_id: 10**15 for line in LINES}
    done, began_s = 0, time.perf_counter()
    while (spent_s := time.perf_counter() - began_s) < seconds:
        _settle(rules, asked, left)
        done += len(asked)
    return round(done / spent_s)


def _settle(rules: RuleSet, asked: list[_Asked], left: dict[int, int]) -> None:
    channel = int(Channel.CARD)
    counters: dict[str, int] = {}
    used: dict[int, int] = {}
    for at_us, due_won, month_net_won, shop in asked:
        in_force = rules.at(at_us)
        if shop.benefit_plus_bp:
            price = Occasion(
                at_us, due_won, due_won, month_net_won, shop, MEMBER, channel, left, counters, used
            )
            discount = in_force.discount(price)
            if discount is not None:
                due_won -= discount.won  # noqa: PLW2901
        in_force.evaluate(
            Occasion(
                at_us, due_won, due_won, month_net_won, shop, MEMBER, channel, left, counters, used
            )
        )


def _population(rules: RuleSet, shops: list[ShopFacts], members: int) -> Population:
    districts = np.array(DISTRICTS, np.int64)[np.arange(members) % len(DISTRICTS)]
    facts = Members(
        districts,
        np.full(members, MEMBER.birth_year),
        np.full(members, MEMBER.level),
        np.full(members, MEMBER.joined_day),
    )
    return make_population(rules, shops, facts, FROM_US, UNTIL_US)


def _payments(plan: Plan) -> Columns:
    """A month, in the order of members and instants; all drawn evenly."""
    count = plan.wallets * PAYMENTS_EACH
    chance = np.random.default_rng(1)
    at_us = np.sort(chance.integers(FROM_US, UNTIL_US, count))
    member = chance.integers(0, plan.wallets, count)
    order = np.argsort(member, kind="stable")
    return payments(
        member=member[order],
        at_us=at_us[order],
        amount_won=chance.integers(1_000, 60_000, count),
        shop=chance.integers(0, plan.shops, count),
        channel=int(Channel.CARD),
    )


def _run(
    population: Population, columns: Columns, in_order: Columns, standing: Standing
) -> dict[str, float]:
    """Payments a second: on every core, on one, with a row for each payment, in request order."""
    rows = len(columns.at_us)

    def per_s(play: Callable[[], Outcome]) -> float:
        began_s = time.perf_counter()
        play()
        return round(rows / (time.perf_counter() - began_s))

    return {
        "array_payments_per_s": per_s(
            lambda: evaluate_all(population, columns, standing, keeps_rows=False)
        ),
        "array_payments_per_s_one_core": per_s(
            lambda: evaluate_all(population, columns, standing, keeps_rows=False, threads=1)
        ),
        "array_payments_per_s_with_rows": per_s(
            lambda: evaluate_all(population, columns, standing)
        ),
        "array_payments_per_s_request_order": per_s(
            lambda: evaluate_all(population, in_order, standing, keeps_rows=False)
        ),
    }


def _check(population: Population, columns: Columns, standing: Standing, outcome: Outcome) -> int:
    """Compares the first payments with the rules' own functions. Raises ArraysDifferError."""
    some = some_of(columns, np.arange(min(CHECKED, len(columns.at_us))))
    rows = len(some.at_us)
    alone = play_by_functions(population, some, standing, np.argsort(some.at_us, kind="stable"))
    same = np.array_equal(outcome.discount_won[:rows], alone.discount_won)
    for rule_id in population.rule_ids:
        for field in ("won", "limited_by", "full_won", "choice"):
            here, there = outcome.column(rule_id, field)[:rows], alone.column(rule_id, field)
            same = same and np.array_equal(here, there)
    if not same:
        raise ArraysDifferError("arrays and evaluate do not give the same")
    return rows
