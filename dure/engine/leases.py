"""What an engine may spend: slices of budget lines and of rules' sums, leased and given back.

Note [Leases]
A lone engine leases all there is and never asks again. Engines that share a city lease `SLICE_WON`
of a line at a time, so that no payment waits for another engine. When nothing is left to lease, an
engine takes from the slices of the others, whether these are busy, idle or dead: the row it takes
from is guarded by `a_line_is_never_overspent`, so an engine that has meanwhile decided to spend
that money has its batch refused, reads again and decides again. Each takes half of what the others
have, and the next time not before it has spent half of its own, so that near the end of a line
money does not wander at every payment. What an engine cannot pay though others have it (`shortage`)
is decided once more with the money of all, while it alone may move leases: so the last won is spent
and not stranded, and of two engines that want it one has it. What one gives back of payments the
others know within a second.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import Final, NamedTuple

import structlog

from dure.authorization.effects import Decision
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import (
    AnyRequest,
    Appropriate,
    Award,
    Cancel,
    ClaimCoupon,
    GrantAllowance,
    ReleaseBudget,
    TransferBudget,
)
from dure.engine import lease_statements as sql
from dure.engine.connection import AnyConnection
from dure.engine.lease_statements import LINES, RELEASES, SUMS, LeaseStatements
from dure.engine.release_leases import know_accounts
from dure.engine.resident import ResidentBooks
from dure.engine.rows import Row
from dure.engine.settings import EngineSettings
from dure.policy.evaluate import RuleSet
from dure.policy.funding import SHOP_LINE_ID
from dure.policy.lines import LimitedBy, limit_of
from dure.policy.release import account_key, rule_of_account

log = structlog.get_logger("dure.engine")

SLICE_WON: Final = 10_000_000
"""What an engine that shares a line with others takes of it at a time."""

LOOK_AGAIN_S: Final = 1.0
"""How long an engine that shares its lines believes what it has read of the slices of others."""

_ASK_BELOW_WON: Final = SLICE_WON // 2
_ENDLESS_WON: Final = 1 << 60
_BUDGET, _SUM_USED = int(LimitedBy.BUDGET), int(LimitedBy.SUM_USED)
_RELEASE_USED = int(LimitedBy.RELEASE_USED)
_ALL = (SUMS, RELEASES, LINES)
"""In the order of their locks: Note [Order of locks on slices]."""


class Shortage(NamedTuple):
    """Budget lines, and rules' sums and releases, of which a decision wanted more than this engine
    has; releases are among the sums, by the names of their accounts.
    """

    lines: frozenset[int]
    sums: frozenset[int]


class ShortageError(Exception):
    """Decisions fell short of money that other engines hold; they are to be made again with it."""

    def __init__(self, shortage: Shortage) -> None:
        super().__init__(f"other engines hold more of lines {set(shortage.lines)}")
        self.shortage = shortage


async def take_over(connection: AnyConnection, settings: EngineSettings) -> None:
    """Makes the slices that lie on the shards of an engine that has just taken them its own.

    Other engines with other shards may have left slices on any of them, and an engine spends only
    of those on its first: so what lies on its shards is made one slice of each line before.
    """
    async with connection.transaction():
        for kind in _ALL:
            await connection.execute(kind.fold, settings.shard_from, settings.shard_until)


async def load_leases(
    connection: AnyConnection,
    books: ResidentBooks,
    settings: EngineSettings,
    *,
    keep_all: bool = False,
) -> None:
    """Leases what the lines have to give, and reads what this engine may spend of each.

    What it has beyond two slices goes back and what it lacks is taken from others, unless
    `keep_all`: then it keeps all it has and what nobody has leased is added. Must run on the
    writing connection between batches: it replaces `books.budget_left`.
    """
    books.lines_are_old = False
    books.look_again_at_s = (
        math.inf if settings.owns_all_shards else time.monotonic() + LOOK_AGAIN_S
    )
    # Sums first, as batches lock them: Note [Order of locks on slices].
    await load_sums(connection, books, settings, books.rules, keep_all=keep_all)
    lines = await _renew(connection, LINES, settings, books.ask_below_won, keep_all)
    books.budget_left, books.elsewhere_won = lines.left, lines.elsewhere
    rows = await connection.fetch(sql.LOAD_UNRELEASED)
    books.unreleased_won = {row[0]: row[1] for row in rows}


async def load_sums(
    connection: AnyConnection,
    books: ResidentBooks,
    settings: EngineSettings,
    rules: RuleSet,
    *,
    keep_all: bool = False,
) -> None:
    """Leases the sums of rules that end with one, and of releases, as `load_leases` leases lines.

    To be called before the engine goes by these rules: without a lease it would know no sum.

    `used_won` of a rule is then all of its sum that this engine may not spend; so is that of an
    account of releases, of all that is released of it.
    """
    sums = _sums(rules)
    used: dict[int, int] = {}
    elsewhere: dict[int, int] = {}
    if sums:
        await connection.execute(sql.KNOW_SUMS, list(sums.keys()), list(sums.values()))
        asked = books.ask_below_of_sums_won
        of_sums = await _renew(connection, SUMS, settings, asked, keep_all)
        used = {rule_id: won - of_sums.left.get(rule_id, 0) for rule_id, won in sums.items()}
        elsewhere |= of_sums.elsewhere
    if books.releases_open:
        await know_accounts(connection, books)
        asked = books.ask_below_of_releases_won
        released = await _renew(connection, RELEASES, settings, asked, keep_all)
        for key, won in books.releases_open.items():
            used[key] = released.limits.get(key, won) - released.left.get(key, 0)
        elsewhere |= released.elsewhere
    books.used_won, books.sums_elsewhere_won = used, elsewhere


def _sums(rules: RuleSet) -> dict[int, int]:
    """The sum of each rule version that has one, in won, by the version's id."""
    sums = {}
    for rule_id in {rule_id for term in rules.terms for rule_id in term.sum_rule_ids}:
        won = rules.get_rule(rule_id).document.stops.until_sum_used_won
        if won is not None:
            sums[rule_id] = won
    return dict(sorted(sums.items()))


class _Renewed(NamedTuple):
    """Of each line, sum or account: what is left here, what elsewhere, the limit."""

    left: dict[int, int]
    elsewhere: dict[int, int]
    limits: dict[int, int]

    @classmethod
    def of(cls, rows: Sequence[Row]) -> _Renewed:
        return cls(
            {row[0]: row[1] for row in rows},
            {row[0]: row[2] for row in rows if row[2]},
            {row[0]: row[3] for row in rows},
        )


async def _renew(
    connection: AnyConnection,
    kind: LeaseStatements,
    settings: EngineSettings,
    ask_below_won: dict[int, int],
    keep_all: bool,
) -> _Renewed:
    """Leases and reads what there is; sets when to ask again."""
    shard = settings.shard_from
    if settings.owns_all_shards:
        await connection.execute(kind.lease, shard, _ENDLESS_WON)
        return _Renewed.of(await connection.fetch(kind.load, shard))._replace(elsewhere={})
    async with _locked(connection, kind.lock):
        if not keep_all:
            await connection.execute(kind.give_back, shard, SLICE_WON, 2 * SLICE_WON)
        await connection.execute(kind.lease, shard, SLICE_WON)
        rows = await connection.fetch(kind.load, shard)
    short = [
        row[0]
        for row in rows
        if not keep_all and row[2] and row[1] < ask_below_won.get(row[0], _ASK_BELOW_WON)
    ]
    for key in short:
        await take_from_others(connection, kind, shard, key, SLICE_WON, half=True)
    if short:
        rows = await connection.fetch(kind.load, shard)
    ask_below_won.clear()
    ask_below_won |= {row[0]: min(_ASK_BELOW_WON, row[1] // 2) for row in rows if row[2]}
    return _Renewed.of(rows)


async def take_from_others(
    connection: AnyConnection, kind: LeaseStatements, shard: int, key: int, won: int, *, half: bool
) -> None:
    """Moves up to so much of a line to the slice of this shard, with `half` half of each slice."""
    async with _locked(connection, kind.hold, key):
        await connection.execute(kind.take, shard, key, won, half)


@contextlib.asynccontextmanager
async def _locked(connection: AnyConnection, statement: str, *of: int) -> AsyncIterator[None]:
    """Locks before the block moves money, where `held` has not locked all there is."""
    if connection.is_in_transaction():
        yield
        return
    async with connection.transaction():
        await connection.execute(statement, *of)
        yield


def needs_lease(books: ResidentBooks) -> bool:
    """Whether a slice comes to its end while there is more elsewhere, money has come to a line, or
    what others hold was last looked at long ago. A lone engine knows all there is.
    """
    if books.lines_are_old or time.monotonic() > books.look_again_at_s:
        return True
    for line_id, below_won in books.ask_below_won.items():
        if books.budget_left[line_id] < below_won:
            return True
    return False


def shortage(
    books: ResidentBooks, requests: Iterable[AnyRequest], decisions: Iterable[Decision]
) -> Shortage | None:
    """What these decisions, just made, wanted more of than there is here, if others have it."""
    lines: set[int] = set()
    sums: set[int] = set()
    for request, decision in zip(requests, decisions, strict=True):
        movement = decision.movement
        if decision.repeated:
            continue
        if movement.reason == No.BUDGET_LINE_TOO_SMALL:
            lines |= books.elsewhere_won.keys() & _lines_of(request, books)
            if isinstance(request, Cancel):
                sums |= books.sums_elsewhere_won.keys()
        if movement.reason == No.AWARD_OVER_CAP:
            sums |= books.sums_elsewhere_won.keys()
        packed = movement.incentive
        if not packed or movement.reason:
            continue
        for place in range(0, len(packed), 4):
            limit = limit_of(packed[place + 2])
            if limit == _SUM_USED and packed[place] in books.sums_elsewhere_won:
                sums.add(packed[place])
            elif limit == _RELEASE_USED:
                account = _account_of(books, packed[place], movement.occurred_at_us)
                sums |= books.sums_elsewhere_won.keys() & {account}
            elif limit == _BUDGET:
                lines |= _wanted_lines(books, packed[place], packed[place + 3])
    return Shortage(frozenset(lines), frozenset(sums)) if lines or sums else None


def _lines_of(request: AnyRequest, books: ResidentBooks) -> set[int]:
    """The budget lines that a request which was refused for want of money may have wanted."""
    if isinstance(request, (Appropriate, ReleaseBudget)):
        return {request.line_id}
    if isinstance(request, TransferBudget):
        return {request.from_line_id}
    if isinstance(request, GrantAllowance):
        return {books.programmes[request.programme_id].line_id}
    if isinstance(request, (Award, ClaimCoupon)):
        return set(books.rules.get_rule(request.rule_version_id).line_ids)
    return set(books.elsewhere_won)


def _account_of(books: ResidentBooks, rule_id: int, at_us: int) -> int:
    release = books.rules.get_rule(rule_id).release
    assert release is not None, "only a rule with a release is limited by it"
    return account_key(rule_id, release.number_of_account(at_us))


def refuse_shortage(
    books: ResidentBooks, requests: Iterable[AnyRequest], decisions: Iterable[Decision]
) -> None:
    """Raises ShortageError where these decisions, just made, fell short of what others hold."""
    short = shortage(books, requests, decisions) if books.shares_money else None
    if short is not None:
        raise ShortageError(short)


def _wanted_lines(books: ResidentBooks, rule_id: int, full_won: int) -> set[int]:
    """The rule's lines that others have money of, where with it the rule could give more."""
    rule = books.rules.get_rule(rule_id)
    left, elsewhere = books.budget_left, books.elsewhere_won
    stop_id = rule.stop_line_id
    if stop_id is not None and stop_id in elsewhere and left[stop_id] <= 0:
        return {stop_id}
    drawn = [line_id for line_id in rule.splitter.line_ids if line_id != SHOP_LINE_ID]
    wanted = {line_id for line_id in drawn if line_id in elsewhere}
    if not wanted:
        return wanted
    together = {line_id: left[line_id] + elsewhere.get(line_id, 0) for line_id in drawn}
    affordable_won = rule.splitter.affordable_won
    gains = affordable_won(full_won, together) > affordable_won(full_won, left)
    return wanted if gains else set()


async def _fetch(
    connection: AnyConnection,
    books: ResidentBooks,
    settings: EngineSettings,
    wanted: Shortage,
    *,
    half: bool,
) -> None:
    """Takes what others have of the wanted lines and sums, or half of it, and reads all anew."""
    shard = settings.shard_from
    # Sums first, as batches lock them: Note [Order of locks on slices].
    releases = frozenset(key for key in wanted.sums if rule_of_account(key))
    sums = wanted.sums - releases
    for kind, keys in ((SUMS, sums), (RELEASES, releases), (LINES, wanted.lines)):
        if keys:
            await connection.execute(kind.lease, shard, _ENDLESS_WON)
        for key in sorted(keys):
            await take_from_others(connection, kind, shard, key, _ENDLESS_WON, half=half)
    await load_leases(connection, books, settings, keep_all=True)


@contextlib.asynccontextmanager
async def held(
    connection: AnyConnection, books: ResidentBooks, settings: EngineSettings
) -> AsyncIterator[None]:
    """While the block runs nobody else moves a lease or spends; what it writes is one transaction.

    What is left is read anew, for somebody may have taken of it. Nothing of the kind for an engine
    that owns all shards.
    """
    if settings.owns_all_shards:
        yield
        return
    async with connection.transaction():
        for kind in _ALL:
            await connection.execute(kind.lock)
        for kind in _ALL:
            await connection.execute(kind.hold_all)
        await load_leases(connection, books, settings, keep_all=True)
        yield


Decide = Callable[[], Awaitable[Sequence[Decision]]]


async def decide_with_all(
    connection: AnyConnection,
    books: ResidentBooks,
    settings: EngineSettings,
    requests: Sequence[AnyRequest],
    decide: Decide,
) -> Sequence[Decision]:
    """Decides the requests, and where money falls short that others hold, again with half and with
    all of it.

    To be called within `held`. What is short with all of it is short.
    """
    for half in (True, False):
        decisions = await decide()
        short = shortage(books, requests, decisions) if books.shares_money else None
        if short is None:
            return decisions
        books.drop_changed(books.take_changes())
        await _fetch(connection, books, settings, short, half=half)
    return await decide()


async def give_back(connection: AnyConnection, settings: EngineSettings) -> None:
    """An engine that ends leaves its money to those that go on, or to the next one.

    Should it not come to that, the others take what they need all the same.
    """
    try:
        async with connection.transaction():
            for kind in _ALL:
                await connection.execute(kind.give_back, settings.shard_from, 0, 0)
    except Exception as error:
        log.warning("the lease was not given back", error=repr(error))
