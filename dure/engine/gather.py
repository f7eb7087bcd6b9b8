"""Reads the facts of a batch: what its requests name and memory does not hold. By arrays."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from dure.authorization.answers import approval_code_of
from dure.authorization.decide import shard_of
from dure.authorization.facts import Awarded, Lot, PastMonth
from dure.authorization.facts import Hold as HeldMoney
from dure.authorization.money import unused_since_us
from dure.authorization.requests import (
    AnyRequest,
    Award,
    Cancel,
    Capture,
    ExpireHold,
    ExpireMoney,
    Hold,
    Inquire,
    IssueCard,
    Purchase,
    Quote,
    Refund,
    ReturnCharge,
    SettleWithdrawal,
    Withdraw,
)
from dure.engine import coupons
from dure.engine import statements as sql
from dure.engine.connection import AnyConnection
from dure.engine.gifts import OF_GIFTS, gather_gifts
from dure.engine.release_leases import is_known, is_of_later
from dure.engine.resident import ResidentBooks
from dure.engine.rows import Row, read_card, read_movement, read_wallet
from dure.kernel.calendar import month_of
from dure.kernel.shards import shard_of_member, shard_of_token
from dure.ledger.accounts import ALLOWANCE_BASE, BUDGET_BASE
from dure.ledger.movement import PAYMENTS, MovementKind

LATEST_MAX = 500
"""How far back in a member's history an approval code is looked for."""


_NAMES_ORIGINAL = (Cancel, Capture, Refund, ReturnCharge, SettleWithdrawal)


async def gather(
    connection: AnyConnection,
    books: ResidentBooks,
    requests: Sequence[AnyRequest],
    *,
    every_key: bool,
) -> None:
    """Fills the books with all that deciding these requests may ask for.

    `every_key` looks every request key up in the journal; without it only keys that this engine
    knows to have seen, which costs nothing for new ones (see `ResidentBooks.may_be_known`).
    """
    await _cards(connection, books, requests)
    await _wallets(connection, books, requests)
    await _priors(connection, books, requests, every_key)
    await coupons.gather_stock(connection, books, requests)
    rare = [request for request in requests if isinstance(request, _RARE)]
    if rare:
        await _originals(connection, books, rare)
        await coupons.gather_given(connection, books)
        await _emptied_allowances(connection, books)
        await _lots(connection, books, rare)
    if any(isinstance(request, OF_GIFTS) for request in requests):
        await gather_gifts(connection, books, requests)
    await _past_months(connection, books, requests)


_HOT = (Purchase, Hold, Inquire, Quote)


def is_hot(books: ResidentBooks, request: AnyRequest, cold: list[AnyRequest] | None = None) -> bool:
    """Whether the request can be decided while a batch is in flight: Note [Two batches under way].

    Its key is new to this engine, and it needs the wallet and the card alone, for its current
    month, and no release but those that are known (`release_leases`). With a list for the `cold`
    ones they may still have to be read: what is not in memory no batch in flight can have touched.
    """
    if not isinstance(request, _HOT) or books.may_be_known(request.key):
        return False
    if not (is_known(books, request.occurred_at_us) or is_of_later(books, request)):
        return False
    member_id = request.member_id
    if isinstance(request, Quote):
        if not member_id:
            return True  # Nobody: no wallet is needed.
    elif request.card is not None:
        card = books.cards.find(request.card)
        if card is None:
            return _is_noted(cold, request)
        member_id = card.member_id
    wallet = books.wallets.find(member_id)
    if wallet is None:
        return _is_noted(cold, request)
    return month_of(request.occurred_at_us) >= wallet.month


def _is_noted(cold: list[AnyRequest] | None, request: AnyRequest) -> bool:
    if cold is not None:
        cold.append(request)
    return cold is not None


def count_hot(
    books: ResidentBooks, requests: Sequence[AnyRequest], cold: Sequence[AnyRequest]
) -> int:
    """How many of the first requests are hot, now that the `cold` ones among them were read."""
    still = {id(request) for request in cold if not is_hot(books, request)}
    if not still:
        return len(requests)
    return next(place for place, request in enumerate(requests) if id(request) in still)


async def gather_cold(
    connection: AnyConnection, books: ResidentBooks, requests: Sequence[AnyRequest]
) -> None:
    """Reads the cards and wallets of hot requests that are not in memory."""
    await _cards(connection, books, requests)
    await _wallets(connection, books, requests)


_RARE = (*_NAMES_ORIGINAL, Award, ExpireHold, ExpireMoney, Withdraw)


async def _cards(
    connection: AnyConnection, books: ResidentBooks, requests: Sequence[AnyRequest]
) -> None:
    wanted = set()
    for request in requests:
        token = getattr(request, "card", None)
        if token is not None and token not in books.cards:
            wanted.add(token)
        replaced = request.replaces if isinstance(request, IssueCard) else None
        if replaced is not None and replaced not in books.cards:
            wanted.add(replaced)
    if not wanted:
        return
    tokens = list(wanted)
    rows = await connection.fetch(sql.FIND_CARDS, [shard_of_token(t) for t in tokens], tokens)
    with_allowance: list[int] = []
    with_coupons: list[int] = []
    for row in rows:
        card = read_card(row)
        books.cards[card.token] = card
        if card.member_id not in books.wallets:
            _keep_wallet(books, row, with_allowance, with_coupons)
    await _allowances(connection, books, with_allowance)
    await coupons.load_open_coupons(connection, books, with_coupons)


def _keep_wallet(
    books: ResidentBooks, row: Row, with_allowance: list[int], with_coupons: list[int]
) -> None:
    wallet = read_wallet(row)
    books.wallets[wallet.member_id] = wallet
    if wallet.allowance_won:
        wallet.allowances = {}
        with_allowance.append(wallet.member_id)
    coupons.expect_coupons(wallet, with_coupons)


async def _wallets(
    connection: AnyConnection, books: ResidentBooks, requests: Sequence[AnyRequest]
) -> None:
    wanted = set()
    for request in requests:
        token = getattr(request, "card", None)
        card = books.cards.find(token) if token is not None else None
        member_id = card.member_id if card is not None else getattr(request, "member_id", 0)
        if member_id and member_id not in books.wallets:
            wanted.add(member_id)
    if not wanted:
        return
    member_ids = list(wanted)
    shards = [shard_of_member(member_id) for member_id in member_ids]
    with_allowance: list[int] = []
    with_coupons: list[int] = []
    for row in await connection.fetch(sql.FIND_WALLETS, shards, member_ids):
        _keep_wallet(books, row, with_allowance, with_coupons)
    await _allowances(connection, books, with_allowance)
    await coupons.load_open_coupons(connection, books, with_coupons)


async def _allowances(
    connection: AnyConnection, books: ResidentBooks, member_ids: list[int]
) -> None:
    if not member_ids:
        return
    shards = [shard_of_member(member_id) for member_id in member_ids]
    for row in await connection.fetch(sql.FIND_ALLOWANCES, shards, member_ids):
        allowances = books.wallets[row[0]].allowances
        assert allowances is not None
        allowances[row[1]] = (row[2], row[3])


async def _emptied_allowances(connection: AnyConnection, books: ResidentBooks) -> None:
    """Purses that are empty, where a payment made from them may have to be given back."""
    emptied = []
    for movement in books.by_id.values():
        wallet = books.wallets.find(movement.member_id or 0)
        if wallet is None or wallet.allowances is not None:
            continue
        if movement.legs_between(ALLOWANCE_BASE, BUDGET_BASE):
            wallet.allowances = {}
            emptied.append(wallet.member_id)
    await _allowances(connection, books, emptied)


def _keep(books: ResidentBooks, rows: Iterable[Row]) -> None:
    for row in rows:
        movement = read_movement(row)
        books.by_key[(movement.shard, movement.request_key)] = movement
        books.by_id[(movement.shard, movement.movement_id)] = movement


async def _priors(
    connection: AnyConnection,
    books: ResidentBooks,
    requests: Sequence[AnyRequest],
    every_key: bool,
) -> None:
    shards: list[int] = []
    keys: list[bytes] = []
    for request in requests:
        # A refused award is not recorded, so the journal would not tell that it was given before.
        always = every_key or isinstance(request, Award)
        if always or books.may_be_known(request.key):
            shards.append(shard_of(request, books))
            keys.append(request.key)
        original_key = getattr(request, "original_key", None)
        if original_key is not None:
            shards.append(shard_of(request, books))
            keys.append(original_key)
    if keys:
        _keep(books, await connection.fetch(sql.FIND_BY_KEY, shards, keys))


async def _originals(
    connection: AnyConnection, books: ResidentBooks, requests: Sequence[AnyRequest]
) -> None:
    """Movements named by id or approval code, then what is known of all named originals."""
    ids: set[tuple[int, int]] = set()
    for request in requests:
        shard = shard_of(request, books)
        if isinstance(request, (Award, Refund)) and request.original_id:
            ids.add((shard, request.original_id))
        if (
            isinstance(request, (Capture, Refund))
            and request.approval_code
            and (shard, request.original_key) not in books.by_key
        ):
            await _by_code(connection, books, request)
    ids |= {
        (movement.shard, movement.original_id)
        for movement in books.by_id.values()
        if movement.kind == MovementKind.REFUND and movement.original_id
    }
    if ids:
        rows = await connection.fetch(sql.FIND_BY_ID, *_columns(ids))
        _keep(books, rows)
    known = set(books.by_id)
    known |= {
        (shard_of(request, books), request.hold_id)
        for request in requests
        if isinstance(request, ExpireHold)
    }
    if not known:
        return
    for row in await connection.fetch(sql.FIND_CANCELLATIONS, *_columns(known)):
        books.cancellations[(row[0], row[1])] = (row[2], row[3])
    for row in await connection.fetch(sql.FIND_HOLDS, *_columns(known)):
        hold = HeldMoney(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7])
        books.holds[(hold.shard, hold.movement_id)] = hold
    await _awards(connection, books)


async def _awards(connection: AnyConnection, books: ResidentBooks) -> None:
    """What was awarded for the payments that are named; nothing where no rule gives later."""
    payments = {key for key, movement in books.by_id.items() if movement.kind in PAYMENTS}
    if not payments or not books.rules.gives_later:
        return
    for key in payments:
        books.awards_of[key] = []
    for row in await connection.fetch(sql.FIND_AWARDS, *_columns(payments)):
        books.awards_of[(row[0], row[1])].append(Awarded(row[2], row[3], row[4]))


def _columns(pairs: Iterable[tuple[int, int]]) -> tuple[list[int], list[int]]:
    listed = list(pairs)
    return [pair[0] for pair in listed], [pair[1] for pair in listed]


async def _by_code(
    connection: AnyConnection, books: ResidentBooks, request: Capture | Refund
) -> None:
    card = books.cards.find(request.card) if request.card is not None else None
    member_id = card.member_id if card is not None else request.member_id
    shard = shard_of_member(member_id)
    for row in await connection.fetch(sql.FIND_LATEST, shard, member_id, LATEST_MAX):
        movement = read_movement(row)
        if approval_code_of(movement.movement_id) == request.approval_code and not movement.reason:
            books.by_id[(movement.shard, movement.movement_id)] = movement
            return


async def _lots(
    connection: AnyConnection, books: ResidentBooks, requests: Sequence[AnyRequest]
) -> None:
    members = list({r.member_id for r in requests if isinstance(r, (Withdraw, ExpireMoney))})
    if not members:
        return
    shards = [shard_of_member(member_id) for member_id in members]
    for row in await connection.fetch(sql.FIND_LOTS, shards, members):
        books.lots_of.setdefault(row[0], []).append(Lot(row[1], row[2], row[3], row[4], row[5]))
    await _charges_of_lots(connection, books, requests)


async def _charges_of_lots(
    connection: AnyConnection, books: ResidentBooks, requests: Sequence[AnyRequest]
) -> None:
    """The movements of the lots that may be refunded unused, with the bonus that they earned."""
    made = {
        (shard_of_member(request.member_id), lot.movement_id)
        for request in requests
        if isinstance(request, Withdraw)
        for lot in books.lots(request.member_id)
        if lot.movement_id >= unused_since_us(request.occurred_at_us)
    }
    if made:
        _keep(books, await connection.fetch(sql.FIND_BY_ID, *_columns(made)))


async def _past_months(
    connection: AnyConnection, books: ResidentBooks, requests: Sequence[AnyRequest]
) -> None:
    """The months behind a wallet's current one, where a request reaches back into them."""
    members = set()
    for request in requests:
        token = getattr(request, "card", None)
        card = books.cards.find(token) if token is not None else None
        member_id = card.member_id if card is not None else getattr(request, "member_id", 0)
        wallet = books.wallets.find(member_id)
        if wallet is None:
            continue
        month = month_of(request.occurred_at_us)
        if isinstance(request, ExpireMoney) or month < wallet.month:
            members.add(member_id)
    for movement in books.by_id.values():
        wallet = books.wallets.find(movement.member_id or 0)
        if wallet is None or not movement.usage_month:
            continue
        if movement.usage_month != wallet.month:
            members.add(wallet.member_id)
    if not members:
        return
    listed = list(members)
    shards = [shard_of_member(member_id) for member_id in listed]
    for row in await connection.fetch(sql.FIND_PAST_MONTHS, shards, listed):
        counters = json.loads(row[4]) if row[4] else None
        books.past_months[(row[0], row[1])] = PastMonth(row[2], row[3], counters)
