"""Writes what a batch changed, in one transaction, and says so only when it is durable."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from dure.authorization.changes import Changes
from dure.authorization.facts import Wallet
from dure.engine import statements as sql
from dure.engine.connection import AnyConnection
from dure.engine.coupons import coupon_statements
from dure.engine.gifts import ended_statements, made_statements
from dure.kernel.shards import shard_of_member, shard_of_token
from dure.ledger.movement import Movement
from dure.policy.release import rule_of_account


class RowsMissingError(Exception):
    """A row that the engine has read was not there to be updated: somebody else writes."""


class Plan(NamedTuple):
    """One transaction: the rare statements with their arguments, those of the hot one, and at last
    those on rows that engines share, which are so locked for the shortest time and after slices.
    """

    rare: tuple[tuple[str, list[Any]], ...]
    hot: tuple[Any, ...]
    shared: tuple[tuple[str, list[Any]], ...] = ()


_COUNTED = (24, 37, 40)
"""Where in the hot arguments the wallets, the slices and the cards are counted (from 0)."""
_USES = (sql.ADD_RULE_USE, sql.ADD_RELEASE_USE)
_ARGUMENTS = 45
"""How many arguments WRITE_BATCH has; one more when sums of members changed."""


class BatchWriter:
    """Writes batches over one connection; `home_shard` is where its budget slices lie."""

    def __init__(self, connection: AnyConnection, home_shard: int) -> None:
        self._connection = connection
        self._home_shard = home_shard
        self._statement: Any = None
        self._counted_statement: Any = None

    async def prepare(self) -> None:
        """Prepares the one statement of every batch on the connection, in both its forms."""
        self._statement = await self._connection.prepare(sql.WRITE_BATCH)
        self._counted_statement = await self._connection.prepare(sql.WRITE_BATCH_COUNTED)

    def plan(self, changes: Changes) -> Plan:
        """What is to be sent for the changes, with the values as they are now."""
        rare = _rare(changes, self._home_shard)
        shared = coupon_statements(changes) + ended_statements(changes)
        return Plan(tuple(rare), self._hot(changes), tuple(shared))

    async def write(self, plan: Plan) -> None:
        """Commits a plan; when it returns the changes are durable.

        Raises asyncpg's errors when PostgreSQL refuses (then nothing is written) and
        RowsMissingError when a row to update is gone.
        """
        if not plan.rare and not plan.shared:
            await self._write_hot(plan)
            return
        async with self._connection.transaction():
            for statement, arguments in plan.rare:
                done = await self._connection.execute(statement, *arguments)
                if statement in _USES and done != f"UPDATE {len(arguments[1])}":
                    raise RowsMissingError(f"sums of rules: {done} of {len(arguments[1])}")
            await self._write_hot(plan)
            for statement, arguments in plan.shared:
                await self._connection.execute(statement, *arguments)

    def _hot(self, changes: Changes) -> tuple[Any, ...]:
        cards = list(changes.cards.values())
        # One order for all who lock slices: Note [Order of locks on slices].
        spent = sorted(changes.spent.items())
        return (
            *movement_columns(changes.movements),
            *_wallet_columns(list(changes.wallets.values())),
            [line_id for line_id, _ in spent],
            [won for _, won in spent],
            self._home_shard,
            [shard_of_token(card.token) for card in cards],
            [card.token for card in cards],
            [card.status for card in cards],
            [card.pin_failures for card in cards],
            [card.atc for card in cards],
            *_counters_column(changes),
        )

    async def _write_hot(self, plan: Plan) -> None:
        counted = len(plan.hot) > _ARGUMENTS
        statement = self._counted_statement if counted else self._statement
        row = await statement.fetchrow(*plan.hot)
        wanted = tuple(len(plan.hot[place]) for place in _COUNTED)
        if tuple(row) != wanted:
            raise RowsMissingError(f"wallets, slices, cards: {tuple(row)} of {wanted}")


def movement_columns(movements: Sequence[Movement]) -> tuple[Any, ...]:
    """The arguments $1 to $24 of WRITE_BATCH: one array a column, figures flat with positions."""
    figures: list[int] = []
    figures_from, figures_until = [], []
    for movement in movements:
        figures_from.append(len(figures) + 1)
        figures += movement.accounts
        figures += movement.amounts
        if movement.incentive:
            figures += movement.incentive
        figures_until.append(len(figures))
    return (
        [m.shard for m in movements],
        [m.kind for m in movements],
        [m.reason for m in movements],
        [m.channel for m in movements],
        [m.movement_id for m in movements],
        [m.occurred_at_us for m in movements],
        [m.member_id for m in movements],
        [m.previous_id for m in movements],
        [m.original_id for m in movements],
        [m.card_id for m in movements],
        [m.amount_won for m in movements],
        [m.usage_before_won for m in movements],
        [m.usage_won for m in movements],
        [m.charged_after_won for m in movements],
        [m.cashback_after_won for m in movements],
        [m.allowance_after_won or None for m in movements],
        [m.shop_id for m in movements],
        [m.usage_month for m in movements],
        [m.discount_won or None for m in movements],
        [len(m.accounts) for m in movements],
        [m.request_key for m in movements],
        figures_from,
        figures_until,
        figures,
    )


def _wallet_columns(wallets: Sequence[Wallet]) -> tuple[Any, ...]:
    return (
        [w.shard for w in wallets],
        [w.member_id for w in wallets],
        [w.month for w in wallets],
        [w.last_id for w in wallets],
        [w.charged_won for w in wallets],
        [w.cashback_won for w in wallets],
        [w.allowance_won for w in wallets],
        [w.held_won for w in wallets],
        [w.claim_won for w in wallets],
        [w.usage_won for w in wallets],
        [w.month_charged_won for w in wallets],
        [w.charged_in_won for w in wallets],
        [w.cashback_in_won for w in wallets],
    )


def _counters_column(changes: Changes) -> tuple[list[str | None], ...]:
    """For each wallet its sums as JSON where they changed; nothing when none did.

    Note [Sums in the hot statement]
    A rule with a cap of its own changes sums of members with nearly every payment. Writing them by
    a second statement needs a transaction of several round trips and a second version of every
    wallet's row; as one more column of the hot statement they cost a few microseconds.
    """
    counted = changes.counted
    if not counted:
        return ()
    return (
        [
            msgspec.json.encode(w.counters or {}).decode() if w.member_id in counted else None
            for w in changes.wallets.values()
        ],
    )


def _transposed(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _rare(changes: Changes, home_shard: int) -> list[tuple[str, list[Any]]]:
    """The statements besides the hot one that this batch needs, in the order of their locks."""
    statements: list[tuple[str, list[Any]]] = []
    if changes.appropriated:
        statements.append((sql.LOCK_LINES, [sorted(changes.appropriated)]))
    if changes.wallets_opened:
        rows = [
            (w.shard, w.member_id, w.facts.level, w.status, w.spend_cashback, w.facts.district,
             w.facts.birth_year, w.facts.joined_day)
            for w in changes.wallets_opened
        ]  # fmt: skip
        statements.append((sql.OPEN_WALLETS, _transposed(rows)))
    if changes.terms:
        terms = [
            (w.shard, w.member_id, w.facts.level, w.status, w.spend_cashback, w.facts.district)
            for w in changes.terms.values()
        ]  # fmt: skip
        statements.append((sql.CHANGE_WALLET_TERMS, _transposed(terms)))
    if changes.cards_added:
        cards = [
            (shard_of_token(c.token), c.token, c.kind, c.status, c.pin_failures, c.expires_yymm,
             c.atc, c.card_id, c.member_id, c.masked_pan, c.pvv, c.issued_at_us,
             c.replaces_card_id)
            for c in changes.cards_added
        ]  # fmt: skip
        statements.append((sql.ADD_CARDS, _transposed(cards)))
    if changes.pins:
        pins = [(shard_of_token(c.token), c.token, c.pvv) for c in changes.pins.values()]
        statements.append((sql.SET_PINS, _transposed(pins)))
    if changes.codes_tried:
        codes = [
            (shard_of_token(c.token), c.token, c.code_failures, c.code_failed_at_us)
            for c in changes.codes_tried.values()
        ]
        statements.append((sql.COUNT_CARD_CODES, _transposed(codes)))
    statements += _rare_money(changes)
    used = sorted(changes.used.items())
    sums = [(key, won) for key, won in used if not rule_of_account(key)]
    if sums:
        statements.append((sql.ADD_RULE_USE, [home_shard, *_transposed(sums)]))
    if len(sums) < len(used):
        releases = _transposed(used[len(sums) :])
        statements.append((sql.ADD_RELEASE_USE, [home_shard, *releases]))
    if changes.appropriated:
        brought = [
            (line_id, won, changes.unreleased.get(line_id, 0))
            for line_id, won in sorted(changes.appropriated.items())
        ]
        statements.append((sql.APPROPRIATE, [home_shard, *_transposed(brought)]))
    return statements


def _rare_money(changes: Changes) -> list[tuple[str, list[Any]]]:
    statements: list[tuple[str, list[Any]]] = []
    if changes.allowances:
        purses = [
            (shard_of_member(member_id), member_id, programme_id, left_won, expires_at_us)
            for (member_id, programme_id), (left_won, expires_at_us) in changes.allowances.items()
        ]
        statements.append((sql.PUT_ALLOWANCES, _transposed(purses)))
    if changes.holds_made:
        holds = [
            (h.shard, h.movement_id, h.member_id, h.shop_id, h.held_won, h.expires_at_us, h.state,
             h.ended_by)
            for h in changes.holds_made
        ]  # fmt: skip
        statements.append((sql.MAKE_HOLDS, _transposed(holds)))
    if changes.holds_cut:
        cut = [(h.shard, h.movement_id, h.held_won) for h in changes.holds_cut]
        statements.append((sql.CUT_HOLDS, _transposed(cut)))
    if changes.holds_ended:
        ended = [(h.shard, h.movement_id, h.state, h.ended_by) for h in changes.holds_ended]
        statements.append((sql.END_HOLDS, _transposed(ended)))
    if changes.lots_made:
        lots = [(w.shard, w.member_id, *lot) for w, lot in changes.lots_made]
        statements.append((sql.MAKE_LOTS, _transposed(lots)))
    if changes.lots_withdrawn:
        gone = [
            (w.shard, w.member_id, lot.movement_id, by) for w, lot, by in changes.lots_withdrawn
        ]
        statements.append((sql.WITHDRAW_LOTS, _transposed(gone)))
    if changes.cancelled:
        given_back = [
            (shard, original_id, member_id, won, times)
            for (shard, original_id), (member_id, won, times) in changes.cancelled.items()
        ]
        statements.append((sql.PUT_CANCELLATIONS, _transposed(given_back)))
    statements += made_statements(changes)
    if changes.awards_made:
        statements.append((sql.MAKE_AWARDS, _transposed(changes.awards_made)))
    if changes.awards_standing:
        stand = [(*key, won) for key, won in changes.awards_standing.items()]
        statements.append((sql.STAND_AWARDS, _transposed(stand)))
    if changes.past_months:
        months = [
            (shard_of_member(member_id), member_id, month, past.usage_won, past.cashback_in_won,
             json.dumps(past.counters) if past.counters else None)
            for (member_id, month), past in changes.past_months.items()
        ]  # fmt: skip
        statements.append((sql.PUT_PAST_MONTHS, _transposed(months)))
    return statements
