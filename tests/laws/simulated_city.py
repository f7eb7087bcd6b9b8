"""The journal of a city in memory as a history, and simulations over it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from dure.forecast.history.columns import (
    EARNS_NOT,
    Backs,
    Rows,
    Source,
    no_sums,
)
from dure.forecast.history.facts import BUDGET, MEMBER, shop_records
from dure.forecast.history.manifest import FORMAT, Manifest, MonthEntry
from dure.forecast.history.sorting import sort_month
from dure.forecast.history.store import History, keep, write_month, write_records
from dure.forecast.simulate.outcome import Outcome
from dure.forecast.simulate.running import Span, play
from dure.ledger.accounts import ALLOWANCE_BASE, BUDGET_BASE, Account
from dure.ledger.movement import PAYMENTS, Movement, MovementKind
from dure.merchants.standing import ShopStatus
from dure.policy.evaluate import RuleSet
from dure.policy.kinds.kind import Moment
from tests.laws.paper_city import PaperCity

CANCELLATIONS = (MovementKind.CANCEL, MovementKind.REFUND, MovementKind.REFUND_UNDONE)


def paid_by(movement: Movement, low: int, high: int) -> int:
    legs = zip(movement.accounts, movement.amounts, strict=True)
    return sum(won for account, won in legs if low <= account <= high and won > 0)


def is_of_payments(movement: Movement) -> bool:
    kinds = (*PAYMENTS, *CANCELLATIONS)
    return movement.kind in kinds and not movement.reason and movement.amount_won > 0


def rows_of(city: PaperCity, payments: list[Movement]) -> Rows:
    columns: list[tuple[int, ...]] = []
    for one in payments:
        shop = city.books.shops_by_id[one.shop_id or 0]
        earns = shop.status_at(one.occurred_at_us) is ShopStatus.REGISTERED
        first = paid_by(one, Account.MEMBER_CASHBACK, Account.MEMBER_CASHBACK)
        first += paid_by(one, ALLOWANCE_BASE, BUDGET_BASE - 1)
        beyond = paid_by(one, Account.SUSPENSE, Account.SUSPENSE)
        charged = paid_by(one, Account.MEMBER_CHARGED, Account.MEMBER_CHARGED)
        coupon = one.amount_won - one.discount_won - first - beyond - charged
        columns.append(
            (
                one.member_id or 0, one.movement_id, one.occurred_at_us, one.amount_won,
                one.shop_id or 0, one.channel | (0 if earns else EARNS_NOT), coupon, first, beyond,
            )
        )  # fmt: skip
    table = np.array(columns, np.int64).reshape(-1, 9).T
    types = (np.int64, np.int64, np.int64, np.int32, np.int32, np.uint8, *[np.int32] * 3)
    return Rows(*(one.astype(dtype) for one, dtype in zip(table, types, strict=True)))


def backs_of(cancellations: list[Movement]) -> Backs:
    columns = [
        (
            one.member_id or 0, one.movement_id, one.original_id or 0,
            -one.amount_won if one.kind == MovementKind.REFUND_UNDONE else one.amount_won,
        )
        for one in cancellations
    ]  # fmt: skip
    table = np.array(columns, np.int64).reshape(-1, 4).T
    return Backs(table[0], table[1], table[2], table[3].astype(np.int32))


def given_by(rules: RuleSet, movements: Iterable[Movement]) -> Counter[tuple[int, int]]:
    """The journal's incentive of payments by month and rule."""
    given: Counter[tuple[int, int]] = Counter()
    for one in movements:
        packed = (one.incentive or []) if is_of_payments(one) else []
        for i in range(0, len(packed), 4):
            if rules.get_rule(packed[i]).moment is Moment.PURCHASE:
                given[one.usage_month, packed[i]] += packed[i + 1]
    return +given


def history_of(city: PaperCity, folder: Path) -> History:
    """All that has happened, written as a history is."""
    movements = city.books.changes.movements
    entries: dict[str, MonthEntry] = {}
    of_payments = [one for one in movements if is_of_payments(one)]
    for month in sorted({one.usage_month for one in of_payments}):
        mine = [one for one in of_payments if one.usage_month == month]
        source = Source(
            rows_of(city, [one for one in mine if one.kind in PAYMENTS]),
            backs_of([one for one in mine if one.kind not in PAYMENTS]),
            no_sums(),
        )
        entries[str(month)] = write_month(folder, month, sort_month(month, source), {}, {}, [])
    wallets = sorted(city.books.wallets.items())
    facts = [
        (m, w.facts.district, w.facts.joined_day, w.facts.birth_year, w.facts.level)
        for m, w in wallets
    ]
    moved = [
        (one.movement_id, account - BUDGET_BASE, -won, one.shard)
        for one in movements
        if not is_of_payments(one)
        for account, won in zip(one.accounts, one.amounts, strict=True)
        if BUDGET_BASE < account < BUDGET_BASE + 1_000_000
    ]
    manifest = Manifest(
        format=FORMAT,
        marks=[0] * 64,
        months=entries,
        shops=write_records(folder, "shops", shop_records(city.books.shops_by_id.values())),
        members=write_records(folder, "members", np.array(facts, MEMBER)),
        budget=write_records(folder, "budget", np.array(moved, BUDGET)),
    )
    return keep(folder, manifest)


def played(history: History, rules: RuleSet, *, plainly: bool = True) -> Outcome:
    """The rules over the whole history."""
    span = Span.of(history, history.months)
    return play(
        span, span.ready(rules), tell=lambda _done: None, stopped=lambda: False, plainly=plainly
    )


def given_in(outcome: Outcome) -> dict[tuple[int, int], int]:
    return {
        (month, rule_id): won
        for month, by_rule in zip(outcome.months, outcome.won_by_rule, strict=True)
        for rule_id, won in by_rule.items()
        if won
    }


def drawn_in(outcome: Outcome) -> dict[int, int]:
    return {line_id: won for line_id, won in outcome.paid_won.items() if won}
